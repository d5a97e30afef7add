/*
 * image-store.c - an image as one object in S3, and an image made of such an object.
 *
 * Rules: EC2 user guide, "Store and restore an AMI using S3" and "How AMI store and restore works".
 *
 * Kind "store-image-task": a StoreImageTaskResult; private: _Begun and _Takes (milliseconds), _GiB,
 * _Object: the stored-object to be. That has: Image (members of the image), Owner, Tags, Snapshots
 * ({snapshot id: {Description, Tags}}), ObjectTags, Stored.
 */
#include "ops/account.h"
#include "ops/account.h"
#include "ops/ebs.h"
#include "ops/image-task.h"
#include "ops/image.h"

#include <string.h>

enum { /* world time, in milliseconds */
	STORE_BEGIN_MS = 30 * 1000,
	RESTORE_BEGIN_MS = 60 * 1000,
	MS_PER_GIB = 2000,
	MAX_MS = 1800 * 1000,
};
enum { /* the user guide's limits */
	IMAGE_MAX_GIB = 5000,
	STORING_MAX_GIB = 1200,
	RESTORING_MAX_GIB = 600,
	SHOWN_DAYS = 31,
	IMAGE_IDS_MAX = 20,
	OBJECT_TAGS_MAX = 10, /* S3's */
};

static const char kind[] = "store-image-task";
static const char stored[] = "stored-object";

static int64_t takes(int64_t begin, int64_t gib)
{
	int64_t ms = begin + gib * MS_PER_GIB;

	return ms < MAX_MS ? ms : MAX_MS;
}

/* ---- CreateStoreImageTask ---- */

static bool shared_directly(const json_t *image, const char *account)
{
	size_t i;
	json_t *p;

	json_array_foreach(in_list(image, "_LaunchPermissions"), i, p)
	{
		const char *user = in_text(p, "UserId");

		if (user && strcmp(user, account) == 0)
			return true;
	}
	return false;
}

/* Own, or shared with this very account: of public images one may not even read the snapshots. */
static bool snapshots_readable(struct call *c, const struct resource *image)
{
	struct resource r;
	size_t i;
	json_t *m;

	json_array_foreach(in_list(image->doc, "BlockDeviceMappings"), i, m)
	{
		const char *id = in_text(m, "Ebs.SnapshotId");

		if (id && call_find(c, "snapshot", id, &r) &&
			strcmp(r.in.account, c->who.account) != 0 &&
			!snapshot_shared_with(r.doc, c->who.account)) {
			call_fault(c, FAULT_AMI_STORAGE_PERMISSION);
			return false;
		}
	}
	return true;
}

static bool source_find(struct call *c, const char *id, struct resource *image)
{
	if (!image_find(c, id, image))
		return false;
	if (!image_seen(c, image))
		call_fault(c, FAULT_INVALID_AMI_ID_NOT_FOUND, id);
	else if (!image_own(c, image) && !shared_directly(image->doc, c->who.account))
		call_fault(c, FAULT_AMI_NOT_AUTHORIZED, id);
	else if (image_is_state(image->doc, "pending"))
		call_fault(c, FAULT_AMI_PENDING_USE, id);
	else if (!image_is_state(image->doc, "available"))
		call_fault(c, FAULT_AMI_STATE_USE, id, in_text(image->doc, "State"));
	return !call_failed(c) && snapshots_readable(c, image);
}

static int64_t storing(const struct call *c)
{
	struct world_cursor at = {0};
	struct resource r;
	int64_t gib = 0;

	while (call_next(c, kind, &at, &r))
		if (strcmp(in_text(r.doc, "StoreTaskState"), "InProgress") == 0)
			gib += in_int(r.doc, "_GiB", 0);
	return gib;
}

static bool image_fits(struct call *c, const struct resource *image)
{
	const char *root = in_text(image->doc, "RootDeviceType");
	const char *virtual = in_text(image->doc, "VirtualizationType");
	long long gib = (long long)task_image_gib(image->doc), now = (long long)storing(c);

	if (root && strcmp(root, "ebs") != 0)
		call_fault(c, FAULT_UNSUPPORTED, "Only EBS-backed AMIs can be stored.");
	else if (virtual && strcmp(virtual, "paravirtual") == 0)
		call_fault(c, FAULT_UNSUPPORTED, "Paravirtual AMIs cannot be stored.");
	else if (gib > IMAGE_MAX_GIB)
		call_fault(c, FAULT_STORE_TOO_LARGE, image->id, gib, (long long)IMAGE_MAX_GIB);
	else if (now >= STORING_MAX_GIB)
		call_fault(c, FAULT_STORE_TOO_MUCH, now, "store", (long long)STORING_MAX_GIB);
	return !call_failed(c);
}

static bool object_tags_fit(struct call *c)
{
	json_t *tags = in_list(c->in, "S3ObjectTags");

	if (json_array_size(tags) > OBJECT_TAGS_MAX)
		call_fault(
			c, FAULT_INVALID_PARAMETER_VALUE, "An S3 object can have at most 10 tags.");
	return !call_failed(c) && tags_list_check(c, tags);
}

/* The user guide: there cannot be several copies of an image in one bucket. */
static bool not_there_yet(struct call *c, const char *image_id, const char *bucket, const char *id)
{
	struct world_cursor at = {0};
	bool there = call_get(c, stored, id) != NULL;
	struct resource r;

	while (!there && call_next(c, kind, &at, &r))
		there = strcmp(in_text(r.doc, "StoreTaskState"), "InProgress") == 0 &&
			strcmp(in_text(r.doc, "AmiId"), image_id) == 0 &&
			strcmp(in_text(r.doc, "Bucket"), bucket) == 0;
	if (there)
		call_fault(c, FAULT_STORE_EXISTS, image_id, bucket);
	return !there;
}

/* What the object keeps of the snapshots besides their data. */
static json_t *snapshots_kept(const struct call *c, const json_t *image)
{
	json_t *out = json_object(), *m, *one, *tags;
	struct resource r;
	size_t i;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, m)
	{
		const char *id = in_text(m, "Ebs.SnapshotId");

		if (!id || !call_find(c, "snapshot", id, &r))
			continue;
		one = json_object();
		json_object_set(one, "Description", json_object_get(r.doc, "Description"));
		tags = tags_seen(c, &r);
		if (tags)
			json_object_set_new(one, "Tags", tags);
		json_object_set_new(out, id, one);
	}
	return out;
}

/* Metadata of the image that belongs to no Region; sharing information is not kept. */
static json_t *image_kept(const json_t *image)
{
	static const char *const members[] = {"Architecture", "BlockDeviceMappings", "BootMode",
		"Description", "EnaSupport", "FreeTierEligible", "Hypervisor", "ImageType",
		"ImdsSupport", "Name", "Platform", "PlatformDetails", "ProductCodes",
		"RootDeviceName", "RootDeviceType", "SriovNetSupport", "TpmSupport",
		"UsageOperation", "VirtualizationType", "_UefiData"};
	json_t *out = json_object();

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		json_object_set(out, members[i], json_object_get(image, members[i]));
	return out;
}

static json_t *object_of(const struct call *c, const struct resource *image)
{
	json_t *tags = tags_seen(c, image), *object_tags = in_list(c->in, "S3ObjectTags");
	json_t *object = json_pack("{s:o, s:s, s:s, s:o, s:o}", "Image", image_kept(image->doc),
		"ImageId", image->id, "Region", c->who.region, "Snapshots",
		snapshots_kept(c, image->doc), "Stored", time_json(call_now(c)));

	if (tags)
		json_object_set_new(object, "Tags", tags);
	if (object_tags)
		json_object_set(object, "ObjectTags", object_tags);
	return object;
}

static json_t *create_store(struct call *c)
{
	const char *bucket = in_text(c->in, "Bucket");
	struct buf key = BUF_INIT, object = BUF_INIT;
	struct resource image;
	char id[WORLD_ID];
	json_t *task, *answer = NULL;
	int64_t gib;

	if (!source_find(c, in_text(c->in, "ImageId"), &image) || !image_fits(c, &image) ||
		!task_bucket_check(c, bucket) || !object_tags_fit(c))
		return NULL;
	buf_addf(&key, "%s.bin", image.id);
	buf_addf(&object, "%s/%s", bucket, key.s);
	if (not_there_yet(c, image.id, bucket, object.s)) {
		gib = task_image_gib(image.doc);
		call_id(c, "store", id);
		task = json_pack("{s:s, s:o, s:s, s:s, s:s, s:I, s:I, s:I, s:o}", "AmiId", image.id,
			"TaskStartTime", time_json(call_now(c)), "Bucket", bucket, "S3objectKey",
			key.s, "StoreTaskState", "InProgress", "_Begun", (json_int_t)call_now(c),
			"_Takes", (json_int_t)takes(STORE_BEGIN_MS, gib), "_GiB", (json_int_t)gib,
			"_Object", object_of(c, &image));
		timer_set(c->w, task, takes(STORE_BEGIN_MS, gib), "store-image-done");
		forget_oldest(c->w, call_place(c, kind), FORGET_MOST, fate_by_timer);
		call_put(c, kind, id, task);
		answer = json_pack("{s:s}", "ObjectKey", key.s);
	}
	buf_release(&key);
	buf_release(&object);
	return answer;
}

/* Why the snapshots could not be read to their end: deleted meanwhile, or a key that does not
 * decrypt. Encrypted snapshots are decrypted on the way ("Securing your AMIs"). */
static bool read_fails(struct world *w, const struct resource *task, struct buf *why)
{
	struct resource r;
	size_t i;
	json_t *m;

	json_array_foreach(in_list(task->doc, "_Object.Image.BlockDeviceMappings"), i, m)
	{
		const char *id = in_text(m, "Ebs.SnapshotId"), *key;

		if (!id)
			continue;
		if (!resource_find(w, task->in.region, "snapshot", id, &r)) {
			buf_addf(why, "The snapshot '%s' does not exist.", id);
			return true;
		}
		key = in_text(r.doc, "KmsKeyId");
		if (key && !ebs_key_decrypts(w, task->in.account, key)) {
			buf_addf(why,
				"The snapshot '%s' cannot be read: its KMS key %s is not accessible.",
				id, key);
			return true;
		}
	}
	return false;
}

static void store_timer(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc), *object = json_incref(json_object_get(doc, "_Object"));
	struct buf text = BUF_INIT;

	json_object_del(doc, "_Object");
	task_forget_later(w, doc, SHOWN_DAYS);
	if (read_fails(w, r, &text)) {
		json_object_set_new(doc, "StoreTaskState", json_string("Failed"));
		json_object_set_new(doc, "StoreTaskFailureReason", json_string(text.s));
		json_decref(object);
	} else {
		json_object_set_new(doc, "StoreTaskState", json_string("Completed"));
		buf_addf(&text, "%s/%s", in_text(doc, "Bucket"), in_text(doc, "S3objectKey"));
		task_object_put(w, r->in, text.s, object);
	}
	resource_put(w, r, doc);
	buf_release(&text);
}

/* ---- DescribeStoreImageTasks ---- */

static json_t *store_view(const struct call *c, const struct resource *r)
{
	json_t *view = json_copy(r->doc);
	const char *state = in_text(view, "StoreTaskState");
	int64_t percent =
		(call_now(c) - in_int(view, "_Begun", 0)) * 100 / in_int(view, "_Takes", 1);

	if (strcmp(state, "Completed") == 0)
		percent = 100;
	else if (percent > 99 || strcmp(state, "Failed") == 0)
		percent = 99;
	json_object_set_new(view, "ProgressPercentage", json_integer(percent));
	return view;
}

static json_t *reversed(json_t *list)
{
	json_t *out = json_array();

	for (size_t n = json_array_size(list); n > 0; n--)
		json_array_append(out, json_array_get(list, n - 1));
	return out;
}

/* The reference: with ImageIds filters are ignored and MaxResults is not allowed; the latest task
 * comes first. */
static json_t *describe_stores(struct call *c)
{
	static const struct filter_path paths[] = {
		{"task-state", "StoreTaskState"}, {"bucket", "Bucket"}, {NULL, NULL}};
	static const char result[] = "StoreImageTaskResults";
	static const struct describe d = {
		.kind = kind, .result = result, .filters = paths, .view = store_view};
	json_t *ids = in_list(c->in, "ImageIds"), *answer, *id;
	size_t i;

	if (json_array_size(ids) > IMAGE_IDS_MAX)
		return call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"At most 20 AMI IDs can be included in a request.");
	if (json_array_size(ids) && in_has(c->in, "MaxResults"))
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter imageIds cannot be used with the parameter maxResults");
	json_array_foreach(ids, i, id)
	{
		if (!id_fits(json_string_value(id), "ami"))
			return call_fault(c, FAULT_INVALID_AMI_ID_MALFORMED, json_string_value(id));
	}
	answer = json_array_size(ids) ? task_describe_all(c, &d) : call_describe(c, &d);
	if (!answer)
		return NULL;
	task_keep_images(c, answer, result, "AmiId");
	json_object_set_new(answer, result, reversed(json_object_get(answer, result)));
	return answer;
}

/* ---- CreateRestoreImageTask ---- */

/* The caller's object, in whatever Region its bucket is. */
static json_t *object_find(struct call *c)
{
	const char *bucket = in_text(c->in, "Bucket"), *key = in_text(c->in, "ObjectKey");
	struct buf id = BUF_INIT;
	struct resource r;
	json_t *object = NULL;
	bool there;

	buf_addf(&id, "%s/%s", bucket, key);
	there = world_find(c->w, stored, id.s, &r);
	if (there && strcmp(r.in.account, c->who.account) != 0)
		call_fault(c, FAULT_BUCKET_ACCESS, bucket);
	else if (!there)
		call_fault(c, FAULT_STORED_OBJECT_NOT_FOUND, key, bucket);
	else if (!in_has(r.doc, "Image"))
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"The object was not written by CreateStoreImageTask.");
	else
		object = r.doc;
	buf_release(&id);
	return object;
}

static int64_t restoring(const struct call *c)
{
	struct world_cursor at = {0};
	struct resource r;
	int64_t gib = 0;

	while (call_next(c, "image", &at, &r))
		if (in_has(r.doc, "_Restored") && image_is_state(r.doc, "pending"))
			gib += task_image_gib(r.doc);
	return gib;
}

/* Data are stored decrypted: new snapshots are encrypted where the account encrypts by default. */
static bool restore_snapshot(
	struct call *c, const json_t *object, const char *was, json_t *ebs, const char *key)
{
	json_t *kept = json_object_get(json_object_get(object, "Snapshots"), was), *tags, *doc;
	const char *description = in_text(kept, "Description");
	char id[WORLD_ID];

	if (!snapshot_of_size(c, in_int(ebs, "VolumeSize", 1), description, key, id))
		return false;
	tags = task_tags(c, "snapshot", in_list(kept, "Tags"));
	doc = call_edit(call_get(c, "snapshot", id));
	if (tags)
		json_object_set_new(doc, "Tags", tags);
	call_put(c, "snapshot", id, doc);
	json_object_set_new(ebs, "SnapshotId", json_string(id));
	json_object_set_new(ebs, "Encrypted", json_boolean(key != NULL));
	json_object_del(ebs, "KmsKeyId");
	return true;
}

static bool restore_snapshots(struct call *c, const json_t *object, json_t *mappings)
{
	struct buf key = BUF_INIT;
	size_t i;
	json_t *m;

	if (ebs_encrypts_by_default(c))
		ebs_default_key(c, &key);
	json_array_foreach(mappings, i, m)
	{
		json_t *ebs = json_object_get(m, "Ebs");
		const char *was = in_text(ebs, "SnapshotId");

		if (was && !restore_snapshot(c, object, was, ebs, key.len ? key.s : NULL))
			break;
	}
	buf_release(&key);
	return !call_failed(c);
}

static void restore_image(struct call *c, const json_t *object, const char *id, json_t *doc)
{
	json_t *kept = call_edit(in_get(object, "Image")), *tags;
	int64_t gib = task_image_gib(kept);

	json_object_del(kept, "Name");
	json_object_update(doc, kept);
	json_decref(kept);
	json_object_set(doc, "SourceImageId", json_object_get(object, "ImageId"));
	json_object_set(doc, "SourceImageRegion", json_object_get(object, "Region"));
	json_object_set_new(doc, "_Restored", json_true());
	tags = task_tags(c, "image", in_list(object, "Tags"));
	if (tags)
		json_object_set_new(doc, "Tags", tags);
	image_add(c, id, doc, takes(RESTORE_BEGIN_MS, gib));
}

static bool restore_fits(struct call *c, const char *name)
{
	long long now = (long long)restoring(c);

	if (now >= RESTORING_MAX_GIB) {
		call_fault(c, FAULT_STORE_TOO_MUCH, now, "restore", (long long)RESTORING_MAX_GIB);
		return false;
	}
	return image_name_check(c, name);
}

static json_t *create_restore(struct call *c)
{
	static const char *const types[] = {"image", "snapshot", NULL};
	const char *name = in_text(c->in, "Name");
	char id[WORLD_ID];
	json_t *object, *image;

	if (!tags_check(c, types))
		return NULL;
	object = object_find(c);
	if (!object)
		return NULL;
	object = call_edit(object);
	if (!name)
		name = in_text(object, "Image.Name");
	if (restore_fits(c, name) &&
		restore_snapshots(c, object, in_list(object, "Image.BlockDeviceMappings"))) {
		image = image_new(c, name, id);
		restore_image(c, object, id, image);
	}
	json_decref(object);
	return call_failed(c) ? NULL : json_pack("{s:s}", "ImageId", id);
}

static const struct handler handlers[] = {
	{"CreateStoreImageTask", create_store},
	{"DescribeStoreImageTasks", describe_stores},
	{"CreateRestoreImageTask", create_restore},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"store-image-done", store_timer},
	{NULL, NULL},
};
const struct family ops_image_store = {"ec2", handlers, timers};
