/*
 * image-task.h - what the tasks on images share: S3 buckets, the service role of VM Import/Export,
 * the stages of long work, and describing tasks.
 */
#ifndef OPS_IMAGE_TASK_H
#define OPS_IMAGE_TASK_H

#include "ops/links.h"

#define TASK_GIB    ((int64_t)1 << 30)
#define TASK_DAY_MS ((int64_t)86400 * 1000)

/* --- buckets and what is in them -------------------------------------------------------------- */

/*
 * S3 is not simulated, so a bucket is there as soon as a task names it, and belongs to the account
 * and Region that did so first (kind "bucket"). What tasks write are documents of the kind
 * "stored-object" in the place of the bucket, with the id "BUCKET/KEY"; all their members are ours.
 */
enum task_bucket {
	TASK_BUCKET_FITS,
	TASK_BUCKET_NO_NAME,
	TASK_BUCKET_ANOTHERS,
	TASK_BUCKET_ELSEWHERE
};
enum task_bucket task_bucket(struct call *c, const char *name);
/* The same, with the fault of an operation that writes there. */
bool task_bucket_check(struct call *c, const char *name);

/* Steals object. Nobody can delete one here, as one would in S3: of very many the oldest go. */
void task_object_put(struct world *w, struct place_of task, const char *id, json_t *object);

/* --- VM Import/Export ------------------------------------------------------------------------- */

/* The role of the request, by default vmimport, is there; or the fault. */
const char *task_role(struct call *c);

/* --- stages ----------------------------------------------------------------------------------- */

/* A list of stages ends with an empty entry. `progress` is the percentage at the beginning. */
struct task_stage {
	const char *message;
	int64_t ms, ms_per_gib;
	int progress;
};
/* Where work of this size is after so long; past the end, the last stage. */
const struct task_stage *task_stage_at(
	const struct task_stage *stages, int64_t gib, int64_t elapsed, int *progress);
/* How long it takes up to the beginning of stage `until`; NULL: all of it. */
int64_t task_takes(const struct task_stage *stages, int64_t gib, const char *until);

/* --- images ----------------------------------------------------------------------------------- */

/* The image's EBS volumes: sum of their sizes. */
int64_t task_image_gib(const json_t *image);
/* Tags as they are to be on something new: the request's of this type over those given; NULL: none.
 * New reference. */
json_t *task_tags(const struct call *c, const char *type, const json_t *given);

/* --- describing ------------------------------------------------------------------------------- */

/* As call_describe, for operations whose only filter is task-state: of the member Status. */
json_t *task_describe(struct call *c, const struct describe *d);
/* As call_describe without Filters. */
json_t *task_describe_all(struct call *c, const struct describe *d);
/* Keeps the elements whose `member` is one of the request's ImageIds, if it has any. */
void task_keep_images(const struct call *c, json_t *answer, const char *result, const char *member);
/* A finished task is forgotten after so many days. */
void task_forget_later(struct world *w, json_t *task, int days);
timer_fn task_forget; /* image-task-forget */

#endif
