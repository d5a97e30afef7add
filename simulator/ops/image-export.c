/*
 * image-export.c - an image as a disk file of a VM in S3.
 *
 * Rules: VM Import/Export user guide, "Exporting a VM directly from an Amazon Machine Image".
 *
 * Kind "export-image-task": an ExportImageTask without what its stage says (export_view adds that).
 * Private: _Begun (milliseconds), _GiB, _Format, _Object (key of the file to be).
 */
#include "ops/image-task.h"
#include "ops/image.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct task_stage stages[] = {
	{"validating", 20 * 1000, 0, 0},
	{"updating", 20 * 1000, 0, 21},
	{"converting", 60 * 1000, 4000, 30},
	{NULL, 0, 0, 0},
};
enum {
	CANCEL_MS = 15 * 1000,
	LAST_PERCENT = 90, /* from here on the final disk image is transferred */
	TASKS_MAX = 5,     /* VM Import/Export quotas: export image tasks at once */
	SHOWN_DAYS = 7,
};

static const char kind[] = "export-image-task";

/* ---- ExportImage ---- */

static bool licence_allows(struct call *c, const struct resource *image)
{
	const char *usage = in_text(image->doc, "UsageOperation");

	if (json_array_size(in_list(image->doc, "ProductCodes")))
		call_fault(c, FAULT_EXPORT_THIRD_PARTY, image->id);
	else if (usage && strcmp(usage, "RunInstances") != 0 &&
		 strcmp(usage, "RunInstances:0800") != 0 && strcmp(usage, "RunInstances:00g0") != 0)
		call_fault(c, FAULT_EXPORT_LICENSED, image->id);
	return !call_failed(c);
}

static bool image_fits(struct call *c, const struct resource *image)
{
	if (strcmp(in_text(image->doc, "RootDeviceType"), "ebs") != 0)
		call_fault(c, FAULT_EXPORT_INSTANCE_STORE, image->id);
	else if (image_encrypted(image->doc))
		call_fault(c, FAULT_EXPORT_ENCRYPTED, image->id);
	return !call_failed(c) && licence_allows(c, image);
}

static bool bucket_fits(struct call *c, const char *bucket)
{
	if (task_bucket(c, bucket) == TASK_BUCKET_FITS)
		return true;
	call_fault(c, FAULT_EXPORT_BUCKET, bucket);
	return false;
}

static bool room(struct call *c)
{
	struct world_cursor at = {0};
	struct resource r;
	int n = 0;

	while (call_next(c, kind, &at, &r))
		n += strcmp(in_text(r.doc, "Status"), "active") == 0;
	if (n >= TASKS_MAX)
		call_fault(c, FAULT_LIMIT_EXCEEDED,
			"You have reached the maximum number of export image tasks in progress.");
	return !call_failed(c);
}

/* "PREFIXexport-ami-0123456789abcdef0.vmdk" */
static json_t *file_key(const struct call *c, const char *id)
{
	const char *prefix = in_text(c->in, "S3ExportLocation.S3Prefix");
	struct buf key = BUF_INIT;
	json_t *out;

	buf_addf(&key, "%s%s.", prefix ? prefix : "", id);
	for (const char *s = in_text(c->in, "DiskImageFormat"); *s; s++)
		buf_addc(&key, (char)tolower((unsigned char)*s));
	out = json_string(key.s);
	buf_release(&key);
	return out;
}

static void progress_set(const struct call *c, json_t *view)
{
	int64_t elapsed = call_now(c) - in_int(view, "_Begun", 0);
	char progress[16];
	int percent;

	json_object_set_new(view, "StatusMessage",
		json_string(task_stage_at(stages, in_int(view, "_GiB", 0), elapsed, &percent)
				    ->message));
	snprintf(progress, sizeof progress, "%d", percent);
	json_object_set_new(view, "Progress", json_string(progress));
}

static json_t *export_view(const struct call *c, const struct resource *r)
{
	json_t *view = json_copy(r->doc);

	if (strcmp(in_text(view, "Status"), "active") == 0)
		progress_set(c, view);
	return view;
}

static json_t *task_new(const struct call *c, const struct resource *image, const char *id)
{
	json_t *task = json_pack("{s:s, s:s, s:O, s:s, s:I, s:I, s:O, s:o}", "ExportImageTaskId",
		id, "ImageId", image->id, "S3ExportLocation", in_get(c->in, "S3ExportLocation"),
		"Status", "active", "_Begun", (json_int_t)call_now(c), "_GiB",
		(json_int_t)task_image_gib(image->doc), "_Format", in_get(c->in, "DiskImageFormat"),
		"_Object", file_key(c, id));

	if (in_has(c->in, "Description"))
		json_object_set(task, "Description", in_get(c->in, "Description"));
	tags_set(c, kind, task);
	return task;
}

static json_t *export_image(struct call *c)
{
	static const char *const types[] = {"export-image-task", NULL};
	const char *role;
	struct resource image, r;
	char id[WORLD_ID];
	json_t *task, *answer;

	if (!tags_check(c, types) || !image_for_use(c, in_text(c->in, "ImageId"), &image) ||
		!image_fits(c, &image) ||
		!bucket_fits(c, in_text(c->in, "S3ExportLocation.S3Bucket")))
		return NULL;
	role = task_role(c);
	if (!role || !room(c))
		return NULL;
	call_id(c, "export-ami", id);
	task = task_new(c, &image, id);
	timer_set(
		c->w, task, task_takes(stages, in_int(task, "_GiB", 0), NULL), "export-image-done");
	forget_oldest(c->w, call_place(c, kind), FORGET_MOST, fate_by_timer);
	call_put(c, kind, id, task);
	r = (struct resource){call_place(c, kind), id, call_get(c, kind, id), 0};
	answer = export_view(c, &r);
	json_object_set_new(answer, "RoleName", json_string(role));
	json_object_set(answer, "DiskImageFormat", json_object_get(answer, "_Format"));
	return answer;
}

static json_t *describe_exports(struct call *c)
{
	static const struct describe d = {
		.kind = kind,
		.result = "ExportImageTasks",
		.ids = "ExportImageTaskIds",
		.prefix = "export-ami",
		.malformed = FAULT_INVALID_EXPORT_TASK_MALFORMED,
		.not_found = FAULT_INVALID_EXPORT_TASK_NOT_FOUND,
		.view = export_view,
	};

	return task_describe(c, &d);
}

/* ---- time ---- */

static void task_end(struct world *w, const struct resource *r, json_t *task, const char *status)
{
	json_object_set_new(task, "Status", json_string(status));
	task_forget_later(w, task, SHOWN_DAYS);
	resource_put(w, r, task);
}

/* The snapshots have to be there until the end. */
static bool image_lost(struct world *w, const struct resource *task)
{
	struct place_of in = place(task->in.account, task->in.region, "image");
	json_t *image = world_get(w, in, in_text(task->doc, "ImageId"));

	return !image || !image_is_state(image, "available");
}

static void done_timer(struct world *w, const struct resource *r)
{
	json_t *task = call_edit(r->doc);
	struct buf id = BUF_INIT;

	if (image_lost(w, r)) {
		json_object_set_new(task, "StatusMessage",
			json_string("ClientError: The image is not available"));
		task_end(w, r, task, "deleted");
		return;
	}
	buf_addf(
		&id, "%s/%s", in_text(task, "S3ExportLocation.S3Bucket"), in_text(task, "_Object"));
	task_object_put(w, r->in, id.s,
		json_pack("{s:O, s:O, s:O}", "GiB", json_object_get(task, "_GiB"), "Format",
			json_object_get(task, "_Format"), "ImageId",
			json_object_get(task, "ImageId")));
	buf_release(&id);
	task_end(w, r, task, "completed");
}

/* ---- CancelExportTask ---- */

static json_t *cancel_export(struct call *c)
{
	const char *id = in_text(c->in, "ExportTaskId"), *status;
	json_t *doc, *task;
	int percent;

	/* exports of instances (export-i-...) have ids of their own; the world makes none */
	if (!id_fits(id, "export-ami") && !id_fits(id, "export-i"))
		return call_fault(c, FAULT_INVALID_EXPORT_TASK_MALFORMED, id);
	doc = call_get(c, kind, id);
	if (!doc)
		return call_fault(c, FAULT_INVALID_EXPORT_TASK_NOT_FOUND, id);
	status = in_text(doc, "Status");
	if (strcmp(status, "active") != 0)
		return call_fault(c, FAULT_TASK_NOT_CANCELLABLE, id, status);
	task_stage_at(
		stages, in_int(doc, "_GiB", 0), call_now(c) - in_int(doc, "_Begun", 0), &percent);
	if (percent >= LAST_PERCENT)
		return call_fault(c, FAULT_TASK_TOO_LATE, id);
	task = call_edit(doc);
	json_object_set_new(task, "Status", json_string("deleting"));
	timer_set(c->w, task, CANCEL_MS, "export-image-cancelled");
	call_put(c, kind, id, task);
	return json_object();
}

static void cancelled_timer(struct world *w, const struct resource *r)
{
	task_end(w, r, call_edit(r->doc), "deleted");
}

static const struct handler handlers[] = {
	{"ExportImage", export_image},
	{"DescribeExportImageTasks", describe_exports},
	{"CancelExportTask", cancel_export},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"export-image-done", done_timer},
	{"export-image-cancelled", cancelled_timer},
	{NULL, NULL},
};
const struct family ops_image_export = {"ec2", handlers, timers};
