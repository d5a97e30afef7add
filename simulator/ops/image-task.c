/* image-task.c - what the tasks on images share; see image-task.h. */
#include "ops/image-task.h"

#include <ctype.h>
#include <string.h>

enum { OBJECTS_KEPT = 5000 };

/* ---- buckets ---- */

/* S3 user guide, "Bucket naming rules". */
static bool bucket_name_fits(const char *name)
{
	size_t n = strlen(name);

	if (n < 3 || n > 63 || !isalnum((unsigned char)name[0]) ||
		!isalnum((unsigned char)name[n - 1]) || strstr(name, ".."))
		return false;
	for (; *name; name++)
		if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) &&
			*name != '-' && *name != '.')
			return false;
	return true;
}

enum task_bucket task_bucket(struct call *c, const char *name)
{
	struct place_of buckets = place("", "", "bucket");
	json_t *bucket;

	if (!bucket_name_fits(name))
		return TASK_BUCKET_NO_NAME;
	bucket = world_get(c->w, buckets, name);
	if (!bucket) {
		world_put(c->w, buckets, name,
			json_pack(
				"{s:s, s:s}", "Account", c->who.account, "Region", c->who.region));
		return TASK_BUCKET_FITS;
	}
	if (strcmp(in_text(bucket, "Account"), c->who.account) != 0)
		return TASK_BUCKET_ANOTHERS;
	if (strcmp(in_text(bucket, "Region"), c->who.region) != 0)
		return TASK_BUCKET_ELSEWHERE;
	return TASK_BUCKET_FITS;
}

bool task_bucket_check(struct call *c, const char *name)
{
	switch (task_bucket(c, name)) {
	case TASK_BUCKET_NO_NAME:
		call_fault(c, FAULT_INVALID_VALUE, name, "bucket",
			"The specified bucket is not valid.");
		break;
	case TASK_BUCKET_ANOTHERS:
		call_fault(c, FAULT_BUCKET_ACCESS, name);
		break;
	case TASK_BUCKET_ELSEWHERE:
		call_fault(c, FAULT_BUCKET_REGION, name);
		break;
	case TASK_BUCKET_FITS:
		break;
	}
	return !call_failed(c);
}

void task_object_put(struct world *w, struct place_of task, const char *id, json_t *object)
{
	struct place_of in = place(task.account, task.region, "stored-object");

	if (!world_get(w, in, id))
		forget_oldest(w, in, OBJECTS_KEPT, NULL);
	world_put(w, in, id, object);
}

/* ---- the service role ---- */

/* VM Import/Export user guide, "Required service role". IAM is not simulated: an account has the
 * role vmimport, unless its world says with the setting _service-roles which it has. */
const char *task_role(struct call *c)
{
	const char *role = in_text(c->in, "RoleName");
	json_t *given = world_get(c->w, place(c->who.account, "", "setting"), "_service-roles");

	if (!role)
		role = "vmimport";
	if (given ? list_has(in_list(given, "Names"), role) : strcmp(role, "vmimport") == 0)
		return role;
	call_fault(c, FAULT_SERVICE_ROLE, role);
	return NULL;
}

/* ---- stages ---- */

static int64_t stage_ms(const struct task_stage *s, int64_t gib)
{
	return s->ms + s->ms_per_gib * gib;
}

const struct task_stage *task_stage_at(
	const struct task_stage *stages, int64_t gib, int64_t elapsed, int *progress)
{
	const struct task_stage *s = stages;
	int64_t ms, end;

	for (;; s++) {
		ms = stage_ms(s, gib);
		if (elapsed < ms || !s[1].message)
			break;
		elapsed -= ms;
	}
	end = s[1].message ? s[1].progress : 99;
	if (elapsed > ms)
		elapsed = ms;
	*progress = s->progress + (int)((end - s->progress) * elapsed / ms);
	return s;
}

int64_t task_takes(const struct task_stage *stages, int64_t gib, const char *until)
{
	int64_t ms = 0;

	for (; stages->message && (!until || strcmp(stages->message, until) != 0); stages++)
		ms += stage_ms(stages, gib);
	return ms;
}

/* ---- images ---- */

int64_t task_image_gib(const json_t *image)
{
	int64_t gib = 0;
	size_t i;
	json_t *m;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, m) gib +=
		in_int(m, "Ebs.VolumeSize", 0);
	return gib;
}

static bool has_key(const json_t *tags, const char *key)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		if (strcmp(in_text(tag, "Key"), key) == 0)
			return true;
	}
	return false;
}

json_t *task_tags(const struct call *c, const char *type, const json_t *given)
{
	json_t *holder = json_object(), *tags, *tag;
	size_t i;

	tags_set(c, type, holder);
	tags = json_copy(json_object_get(holder, "Tags"));
	json_decref(holder);
	if (!tags)
		tags = json_array();
	json_array_foreach((json_t *)(uintptr_t)given, i, tag)
	{
		const char *key = in_text(tag, "Key");

		if (strncmp(key, "aws:", 4) != 0 && !has_key(tags, key))
			json_array_append(tags, tag);
	}
	if (json_array_size(tags))
		return tags;
	json_decref(tags);
	return NULL;
}

/* ---- describing ---- */

static bool states_check(struct call *c)
{
	size_t i;
	json_t *filter;

	json_array_foreach(in_list(c->in, "Filters"), i, filter)
	{
		const char *name = in_text(filter, "Name");

		if (!name || strcmp(name, "task-state") != 0)
			call_fault(c, FAULT_INVALID_FILTER, name ? name : "null");
		else if (!json_array_size(in_list(filter, "Values")))
			call_fault(c, FAULT_FILTER_WITHOUT_VALUES, name);
		if (call_failed(c))
			return false;
	}
	return true;
}

static bool state_passes(const json_t *filters, const char *state)
{
	size_t i, k;
	json_t *filter, *value;

	json_array_foreach((json_t *)(uintptr_t)filters, i, filter)
	{
		bool any = false;

		json_array_foreach(in_list(filter, "Values"), k, value) any |=
			wildcard_match(json_string_value(value), state);
		if (!any)
			return false;
	}
	return true;
}

json_t *task_describe_all(struct call *c, const struct describe *d)
{
	struct call plain = *c;
	json_t *answer;

	plain.in = json_copy(c->in);
	json_object_del(plain.in, "Filters");
	answer = call_describe(&plain, d);
	json_decref(plain.in);
	return answer;
}

json_t *task_describe(struct call *c, const struct describe *d)
{
	json_t *answer, *list;
	size_t i = 0;

	if (!states_check(c))
		return NULL;
	answer = task_describe_all(c, d);
	list = json_object_get(answer, d->result);
	while (i < json_array_size(list)) {
		const char *state = in_text(json_array_get(list, i), "Status");

		if (state_passes(in_list(c->in, "Filters"), state))
			i++;
		else
			json_array_remove(list, i);
	}
	return answer;
}

void task_keep_images(const struct call *c, json_t *answer, const char *result, const char *member)
{
	json_t *ids = in_list(c->in, "ImageIds"), *list = json_object_get(answer, result);
	size_t i = 0;

	while (json_array_size(ids) && i < json_array_size(list)) {
		if (list_has(ids, in_text(json_array_get(list, i), member)))
			i++;
		else
			json_array_remove(list, i);
	}
}

void task_forget_later(struct world *w, json_t *task, int days)
{
	timer_set(w, task, days * TASK_DAY_MS, "image-task-forget");
}

void task_forget(struct world *w, const struct resource *r)
{
	resource_put(w, r, NULL);
}
