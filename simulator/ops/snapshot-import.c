/* snapshot-import.c - snapshots out of disk files in S3. Kind "import-snapshot-task": an
 * ImportSnapshotTask that goes from pending over converting to completed. */
#include "ops/ebs.h"
#include "ops/image-import.h"

#include "base/mem.h"

#include <strings.h>
#include <string.h>

enum {
	STEP_MS = 30 * 1000,
	/* no S3 here: how large a file is follows from its name */
	GIB_MIN = 4,
	GIB_SPREAD = 13,
};

/* The steps of a task, as DescribeImportSnapshotTasks tells them. */
static const struct step {
	const char *progress, *message;
} steps[] = {
	{"3", "pending"},
	{"19", "validating"},
	{"42", "converting"},
	{"85", "updating"},
};

/* ---- ImportSnapshot ---- */

/* {"Format", "Url" or bucket and key} of the request, or a fault. */
static bool check_container(struct call *c)
{
	const json_t *disk = in_get(c->in, "DiskContainer");
	const char *format = in_text(disk, "Format");
	bool bucket = in_has(disk, "UserBucket.S3Bucket") && in_has(disk, "UserBucket.S3Key");

	if (!disk)
		call_fault(c, FAULT_MISSING_PARAMETER, "DiskContainer");
	else if (!bucket && !in_has(disk, "Url"))
		call_fault(c, FAULT_INVALID_PARAMETER,
			"The disk container must have either a Url or a UserBucket with S3Bucket and S3Key.");
	else if (format && strcasecmp(format, "VHD") != 0 && strcasecmp(format, "VMDK") != 0 &&
		 strcasecmp(format, "RAW") != 0 && strcasecmp(format, "VHDX") != 0)
		call_fault(c, FAULT_INVALID_VALUE, format, "Format",
			"Valid formats are VHD, VMDK and RAW.");
	else if (in_has(c->in, "KmsKeyId") && !in_bool(c->in, "Encrypted", false))
		call_fault(c, FAULT_KMS_REQUIRES_ENCRYPTED);
	return !call_failed(c);
}

static int64_t file_gib(const json_t *disk)
{
	const char *name = in_text(disk, "UserBucket.S3Key");
	uint32_t hash = 2166136261u;

	for (name = name ? name : in_text(disk, "Url"); *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return GIB_MIN + hash % GIB_SPREAD;
}

static json_t *task_detail(const struct call *c, const struct buf *key)
{
	const json_t *disk = in_get(c->in, "DiskContainer");
	const char *format = in_text(disk, "Format"), *description = in_text(c->in, "Description");
	json_t *detail = json_pack("{s:s, s:f, s:s, s:s, s:s, s:s}", "Description",
		description ? description : "", "DiskImageSize",
		(double)(file_gib(disk) * EBS_GIB / 4), "Format", format ? format : "VMDK",
		"Progress", steps[0].progress, "Status", "active", "StatusMessage",
		steps[0].message);

	if (in_has(disk, "Url"))
		json_object_set(detail, "Url", json_object_get(disk, "Url"));
	if (in_has(disk, "UserBucket"))
		json_object_set(detail, "UserBucket", json_object_get(disk, "UserBucket"));
	if (key->len) {
		json_object_set_new(detail, "Encrypted", json_true());
		json_object_set_new(detail, "KmsKeyId", json_string(key->s));
	}
	return detail;
}

static void read_key(const struct call *c, struct buf *key)
{
	if (in_has(c->in, "KmsKeyId"))
		ebs_key_arn(c, in_text(c->in, "KmsKeyId"), key);
	else if (in_bool(c->in, "Encrypted", false) || ebs_encrypts_by_default(c))
		ebs_default_key(c, key);
}

static json_t *import_snapshot(struct call *c)
{
	static const char *const types[] = {"import-snapshot-task", NULL};
	struct buf key = BUF_INIT;
	char id[WORLD_ID];
	json_t *task;

	if (!tags_check(c, types) || !check_container(c))
		return NULL;
	read_key(c, &key);
	call_id(c, "import-snap", id);
	task = json_pack("{s:s, s:s, s:o, s:i, s:I}", "ImportTaskId", id, "Description",
		in_has(c->in, "Description") ? in_text(c->in, "Description") : "",
		"SnapshotTaskDetail", task_detail(c, &key), "_step", 0, "_gib",
		(json_int_t)file_gib(in_get(c->in, "DiskContainer")));
	buf_release(&key);
	tags_set(c, "import-snapshot-task", task);
	timer_set(c->w, task, STEP_MS, "import-snapshot");
	forget_oldest(c->w, call_place(c, "import-snapshot-task"), FORGET_MOST, fate_by_timer);
	call_put(c, "import-snapshot-task", id, task);
	return json_incref(task);
}

/* ---- time ---- */

static void finish(struct world *w, const struct resource *r, json_t *task)
{
	json_t *detail = json_object_get(task, "SnapshotTaskDetail");
	const char *key = in_text(detail, "KmsKeyId");
	struct buf text = BUF_INIT;
	struct snapshot_plan p = {
		.volume_id = EBS_NO_VOLUME,
		.gib = in_int(task, "_gib", 1),
		.kms_key_arn = key,
		.fails = key && !ebs_key_encrypts(w, r->in.account, r->in.region, key),
		.takes_ms = 1,
	};
	char id[WORLD_ID];

	json_object_del(detail, "Progress");
	if (p.fails) {
		json_object_set_new(detail, "Status", json_string("deleted"));
		json_object_set_new(detail, "StatusMessage",
			json_string("ClientError: The KMS key is not accessible"));
		return;
	}
	p.full = p.changed = p.gib * EBS_GIB / 4;
	buf_addf(&text, "Created by AWS-VMImport service for %s", r->id);
	p.description = text.s;
	snapshot_begin(w, place(r->in.account, r->in.region, "snapshot"), &p, NULL, id);
	buf_release(&text);
	json_object_del(detail, "StatusMessage");
	json_object_set_new(detail, "Status", json_string("completed"));
	json_object_set_new(detail, "SnapshotId", json_string(id));
}

static void import_timer(struct world *w, const struct resource *r)
{
	json_t *task = call_edit(r->doc), *detail = json_object_get(task, "SnapshotTaskDetail");
	size_t step = (size_t)in_int(task, "_step", 0) + 1;

	timer_clear(task);
	if (step < ARRAY_LEN(steps)) {
		json_object_set_new(task, "_step", json_integer((json_int_t)step));
		json_object_set_new(detail, "Progress", json_string(steps[step].progress));
		json_object_set_new(detail, "StatusMessage", json_string(steps[step].message));
		timer_set(w, task, STEP_MS, "import-snapshot");
	} else {
		finish(w, r, task);
		task_forget_later(w, task, IMPORT_SHOWN_DAYS); /* as imports of images */
	}
	resource_put(w, r, task);
}

static json_t *describe_tasks(struct call *c)
{
	static const struct describe d = {
		.kind = "import-snapshot-task",
		.result = "ImportSnapshotTasks",
		.ids = "ImportTaskIds",
		.prefix = "import-snap",
		.malformed = FAULT_INVALID_IMPORT_TASK_MALFORMED,
		.not_found = FAULT_INVALID_IMPORT_TASK_NOT_FOUND,
	};

	return call_describe(c, &d);
}

static const struct handler handlers[] = {
	{"ImportSnapshot", import_snapshot},
	{"DescribeImportSnapshotTasks", describe_tasks},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"import-snapshot", import_timer},
	{NULL, NULL},
};
const struct family ops_snapshot_import = {"ec2", handlers, timers};
