/*
 * image-import.c - VM Import: disks in S3 (or snapshots) become an image; and cancelling imports.
 * See image-import.h.
 */
#include "ops/image-import.h"
#include "ops/ebs.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	CANCEL_MS = 15 * 1000,
	TASKS_MAX = 20, /* VM Import/Export quotas: import image tasks at once */
};

static const char kind[] = "import-image-task";
static const char snapshot_kind[] = "import-snapshot-task";

/* ---- the task ---- */

/* {GiB, Bytes, Key} of a disk; what was encrypted stays encrypted. */
static json_t *snapshot_facts(const struct resource *r, const char *key)
{
	json_int_t gib = (json_int_t)in_int(r->doc, "VolumeSize", 1);
	json_t *facts = json_pack("{s:I, s:I}", "GiB", gib, "Bytes", gib * (json_int_t)TASK_GIB);

	if (*key)
		json_object_set_new(facts, "Key", json_string(key));
	else
		json_object_set(facts, "Key", json_object_get(r->doc, "KmsKeyId"));
	return facts;
}

/* The same, and what validation will find wrong with it. */
static json_t *disk_facts(const struct call *c, const json_t *disk, const char *key)
{
	const char *format = in_text(disk, "Format"), *snapshot = in_text(disk, "SnapshotId");
	struct resource r;
	struct buf text = BUF_INIT;
	const char *is;
	struct import_file f;
	json_t *facts;
	int64_t gib;

	if (snapshot && call_find(c, "snapshot", snapshot, &r))
		return snapshot_facts(&r, key);
	import_file_of(disk, &f);
	gib = import_file_gib(c, &f);
	facts = json_pack(
		"{s:I, s:I}", "GiB", (json_int_t)gib, "Bytes", (json_int_t)(gib * TASK_GIB / 4));
	if (*key)
		json_object_set_new(facts, "Key", json_string(key));
	is = import_format_of_key(f.key.s);
	if (format && is && strcasecmp(is, format) != 0) {
		buf_addf(&text, "ClientError: Disk validation failed [Unsupported %s File Format]",
			import_format(format, strlen(format)));
		json_object_set_new(facts, "Fault", json_string(text.s));
	}
	buf_release(&text);
	import_file_release(&f);
	return facts;
}

/* One of the task's SnapshotDetails, at its beginning. */
static json_t *disk_detail(const json_t *disk)
{
	static const char *const members[] = {
		"Description", "DeviceName", "SnapshotId", "Url", "UserBucket"};
	const char *format = in_text(disk, "Format");
	json_t *detail = json_pack("{s:f}", "DiskImageSize", 0.0);

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		json_object_set(detail, members[i], json_object_get(disk, members[i]));
	if (format)
		json_object_set_new(
			detail, "Format", json_string(import_format(format, strlen(format))));
	return detail;
}

/* What VM Import finds in the disks. There are no disks here, so the system is guessed by the
 * boot disk's name. Licences: API reference, ImportImage, LicenseType. */
static json_t *found(const struct call *c)
{
	const json_t *disk = json_array_get(in_list(c->in, "DiskContainers"), 0);
	const char *platform = in_text(c->in, "Platform");
	const char *license = in_text(c->in, "LicenseType");
	const char *architecture = in_text(c->in, "Architecture");
	const char *usage = in_text(c->in, "UsageOperation");
	struct import_file f;
	json_t *facts;

	import_file_of(disk, &f);
	if (!platform && usage)
		platform = import_usage_find(usage)->windows ? "Windows" : "Linux";
	if (!platform)
		platform = strcasestr(f.key.s, "win") ? "Windows" : "Linux";
	import_file_release(&f);
	if (!license)
		license = strcmp(platform, "Windows") == 0 ? "AWS" : "BYOL";
	facts = json_pack("{s:s, s:s}", "Architecture", architecture ? architecture : "x86_64",
		"Platform", platform);
	if (!usage)
		json_object_set_new(facts, "LicenseType", json_string(license));
	return facts;
}

/* The key of what is made; "": none. */
static void key_read(const struct call *c, struct buf *key)
{
	const char *named = in_text(c->in, "KmsKeyId");

	if (named)
		ebs_key_arn(c, named, key);
	else if (in_bool(c->in, "Encrypted", false) || ebs_encrypts_by_default(c))
		ebs_default_key(c, key);
}

static void encryption_set(const struct call *c, json_t *task, const char *key)
{
	if (!in_bool(c->in, "Encrypted", false))
		return;
	json_object_set_new(task, "Encrypted", json_true());
	json_object_set_new(task, "KmsKeyId", json_string(key));
}

static json_t *task_new(const struct call *c, const char *id)
{
	static const char *const members[] = {"Architecture", "Description", "Hypervisor",
		"LicenseType", "LicenseSpecifications", "Platform", "UsageOperation", "BootMode"};
	json_t *details = json_array(), *facts = json_array(), *task, *disk;
	struct buf key = BUF_INIT;
	int64_t gib = 0;
	size_t i;

	key_read(c, &key);
	json_array_foreach(in_list(c->in, "DiskContainers"), i, disk)
	{
		json_array_append_new(details, disk_detail(disk));
		json_array_append_new(facts, disk_facts(c, disk, key.s));
		gib += in_int(json_array_get(facts, i), "GiB", 0);
	}
	task = json_pack("{s:s, s:o, s:s, s:I, s:I, s:o, s:o}", "ImportTaskId", id,
		"SnapshotDetails", details, "Status", "active", "_Begun", (json_int_t)call_now(c),
		"_GiB", (json_int_t)gib, "_Disks", facts, "_Found", found(c));
	for (i = 0; i < sizeof members / sizeof *members; i++)
		json_object_set(task, members[i], json_object_get(c->in, members[i]));
	encryption_set(c, task, key.s);
	buf_release(&key);
	tags_set(c, "import-image-task", task);
	return task;
}

/* ---- what is seen of it ---- */

static void details_view(json_t *view, const char *status)
{
	json_t *list = json_deep_copy(json_object_get(view, "SnapshotDetails")), *detail, *facts;
	size_t i;

	json_array_foreach(list, i, detail)
	{
		facts = json_array_get(json_object_get(view, "_Disks"), i);
		json_object_set_new(
			detail, "DiskImageSize", json_real((double)in_int(facts, "Bytes", 0)));
		json_object_set_new(detail, "Status", json_string(status));
	}
	json_object_set_new(view, "SnapshotDetails", list);
}

static json_t *import_view(const struct call *c, const struct resource *r)
{
	json_t *view = json_copy(r->doc);
	bool active = strcmp(in_text(view, "Status"), "active") == 0;
	int64_t elapsed = call_now(c) - in_int(view, "_Begun", 0);
	char progress[16];
	int percent;

	if (active) {
		json_object_set_new(view, "StatusMessage",
			json_string(task_stage_at(
				import_stages, in_int(view, "_GiB", 0), elapsed, &percent)
					    ->message));
		snprintf(progress, sizeof progress, "%d", percent);
		json_object_set_new(view, "Progress", json_string(progress));
	}
	if (strcmp(in_text(view, "Status"), "completed") != 0 &&
		(!active || elapsed < import_begins(view, "validated")))
		return view;
	json_object_update(view, json_object_get(view, "_Found"));
	details_view(
		view, active && elapsed < import_begins(view, "updating") ? "active" : "completed");
	return view;
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
			"You have reached the maximum number of import image tasks in progress.");
	return !call_failed(c);
}

static json_t *import_image(struct call *c)
{
	static const char *const types[] = {"import-image-task", NULL};
	char id[WORLD_ID];
	struct resource r;
	json_t *task, *answer;

	if (!tags_check(c, types) || !import_disks_check(c) || !import_options_check(c) ||
		!task_role(c) || !room(c))
		return NULL;
	call_id(c, "import-ami", id);
	task = task_new(c, id);
	timer_set(c->w, task, import_begins(task, "validated"), "import-image-validated");
	forget_oldest(c->w, call_place(c, kind), FORGET_MOST, fate_by_timer);
	call_put(c, kind, id, task);
	r = (struct resource){call_place(c, kind), id, call_get(c, kind, id), 0};
	answer = import_view(c, &r);
	json_object_del(answer, "BootMode"); /* not a member of ImportImageResult */
	return answer;
}

static json_t *describe_imports(struct call *c)
{
	static const struct describe d = {
		.kind = kind,
		.result = "ImportImageTasks",
		.ids = "ImportTaskIds",
		.prefix = "import-ami",
		.malformed = FAULT_INVALID_IMPORT_TASK_MALFORMED,
		.not_found = FAULT_INVALID_IMPORT_TASK_NOT_FOUND,
		.view = import_view,
	};

	return task_describe(c, &d);
}

/* ---- CancelImportTask ---- */

static json_t *cancelled(const char *id, const char *was)
{
	return json_pack(
		"{s:s, s:s, s:s}", "ImportTaskId", id, "PreviousState", was, "State", "deleting");
}

static json_t *cancel_image(struct call *c, const char *id, const json_t *doc)
{
	const char *was = in_text(doc, "Status");
	json_t *task;

	if (strcmp(was, "active") != 0)
		return call_fault(c, FAULT_TASK_NOT_CANCELLABLE, id, was);
	if (in_has(doc, "_ImageId"))
		return call_fault(c, FAULT_TASK_TOO_LATE, id);
	task = call_edit(doc);
	json_object_set_new(task, "Status", json_string("deleting"));
	if (in_has(c->in, "CancelReason"))
		json_object_set(task, "StatusMessage", json_object_get(c->in, "CancelReason"));
	timer_set(c->w, task, CANCEL_MS, "import-image-cancelled");
	call_put(c, kind, id, task);
	return cancelled(id, "active");
}

static json_t *cancel_snapshot(struct call *c, const char *id, const json_t *doc)
{
	const char *was = in_text(doc, "SnapshotTaskDetail.Status");
	json_t *task, *detail;

	if (strcmp(was, "active") != 0)
		return call_fault(c, FAULT_TASK_NOT_CANCELLABLE, id, was);
	task = call_edit(doc);
	detail = json_object_get(task, "SnapshotTaskDetail");
	json_object_set_new(detail, "Status", json_string("deleting"));
	json_object_del(detail, "Progress");
	json_object_del(detail, "StatusMessage");
	if (in_has(c->in, "CancelReason"))
		json_object_set(detail, "StatusMessage", json_object_get(c->in, "CancelReason"));
	timer_set(c->w, task, CANCEL_MS, "import-snapshot-cancelled");
	call_put(c, snapshot_kind, id, task);
	return cancelled(id, "active");
}

static json_t *cancel_import(struct call *c)
{
	const char *id = in_text(c->in, "ImportTaskId");
	json_t *doc;

	if (!id)
		return call_fault(c, FAULT_MISSING_PARAMETER, "ImportTaskId");
	if (!id_fits(id, "import-ami") && !id_fits(id, "import-snap"))
		return call_fault(c, FAULT_INVALID_IMPORT_TASK_MALFORMED, id);
	doc = call_get(c, kind, id);
	if (doc)
		return cancel_image(c, id, doc);
	doc = call_get(c, snapshot_kind, id);
	if (doc)
		return cancel_snapshot(c, id, doc);
	return call_fault(c, FAULT_INVALID_IMPORT_TASK_NOT_FOUND, id);
}

static void image_cancelled_timer(struct world *w, const struct resource *r)
{
	import_end(w, r, call_edit(r->doc), "deleted", NULL);
}

static void snapshot_cancelled_timer(struct world *w, const struct resource *r)
{
	json_t *task = call_edit(r->doc);

	json_object_set_new(
		json_object_get(task, "SnapshotTaskDetail"), "Status", json_string("deleted"));
	task_forget_later(w, task, IMPORT_SHOWN_DAYS);
	resource_put(w, r, task);
}

static const struct handler handlers[] = {
	{"ImportImage", import_image},
	{"DescribeImportImageTasks", describe_imports},
	{"CancelImportTask", cancel_import},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"import-image-validated", import_validated},
	{"import-image-prepare", import_prepare},
	{"import-image-done", import_done},
	{"import-image-cancelled", image_cancelled_timer},
	{"import-snapshot-cancelled", snapshot_cancelled_timer},
	{"image-task-forget", task_forget},
	{NULL, NULL},
};
const struct family ops_image_import = {"ec2", handlers, timers};
