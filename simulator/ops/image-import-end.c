/* image-import-end.c - the way of an import from validated disks to the image; see image-import.h.
 */
#include "ops/ebs.h"
#include "ops/image-import.h"
#include "ops/image.h"

#include <stdio.h>
#include <string.h>

enum { AGAIN_MS = 10 * 1000 };

const struct task_stage import_stages[] = {
	{"pending", 10 * 1000, 0, 1},
	{"validating", 30 * 1000, 0, 3},
	{"validated", 5 * 1000, 0, 12},
	{"converting", 30 * 1000, 4000, 19},
	{"updating", 30 * 1000, 0, 30},
	{"preparing to boot", 15 * 1000, 0, 40},
	{"booting", 60 * 1000, 0, 47},
	{"booted", 5 * 1000, 0, 59},
	{"preparing ami", 45 * 1000, 1000, 76},
	{NULL, 0, 0, 0},
};

int64_t import_begins(const json_t *task, const char *stage)
{
	return task_takes(import_stages, in_int(task, "_GiB", 0), stage);
}

void import_end(struct world *w, const struct resource *r, json_t *task, const char *status,
	const char *message)
{
	json_object_set_new(task, "Status", json_string(status));
	if (message)
		json_object_set_new(task, "StatusMessage", json_string(message));
	task_forget_later(w, task, IMPORT_SHOWN_DAYS);
	resource_put(w, r, task);
}

static const char *disks_fault(const struct world *w, const struct resource *task)
{
	size_t i;
	json_t *facts;

	json_array_foreach(in_list(task->doc, "_Disks"), i, facts)
	{
		const char *key = in_text(facts, "Key");

		if (in_has(facts, "Fault"))
			return in_text(facts, "Fault");
		if (key && !ebs_key_encrypts(w, task->in.account, task->in.region, key))
			return "ClientError: The KMS key is not accessible";
	}
	return NULL;
}

void import_validated(struct world *w, const struct resource *r)
{
	json_t *task = call_edit(r->doc);
	const char *fault = disks_fault(w, r);

	if (fault) {
		import_end(w, r, task, "deleted", fault);
		return;
	}
	timer_set(w, task, import_begins(task, "preparing ami") - import_begins(task, "validated"),
		"import-image-prepare");
	resource_put(w, r, task);
}

/* The snapshot of one disk, and its place in the image's mappings. */
static json_t *disk_mapping(
	struct world *w, const struct resource *task, size_t i, const json_t *facts, json_t *detail)
{
	const char *device = in_text(detail, "DeviceName"), *key = in_text(facts, "Key");
	int64_t gib = in_int(facts, "GiB", 1), bytes = in_int(facts, "Bytes", 0);
	struct buf text = BUF_INIT;
	struct snapshot_plan p = {.volume_id = EBS_NO_VOLUME,
		.gib = gib,
		.full = bytes,
		.changed = bytes,
		.kms_key_arn = key};
	char id[WORLD_ID], usual[] = "/dev/sda1";

	if (i > 0)
		snprintf(usual, sizeof usual, "/dev/sd%c", (char)('a' + i % 26));
	buf_addf(&text, "Created by AWS-VMImport service for %s", task->id);
	p.description = text.s;
	snapshot_begin(w, place(task->in.account, task->in.region, "snapshot"), &p, NULL, id);
	buf_release(&text);
	if (!device)
		json_object_set_new(detail, "DeviceName", json_string(usual));
	json_object_set_new(detail, "SnapshotId", json_string(id));
	return json_pack("{s:s, s:{s:b, s:s, s:I, s:s, s:b}}", "DeviceName",
		device ? device : usual, "Ebs", "DeleteOnTermination", 0, "SnapshotId", id,
		"VolumeSize", (json_int_t)gib, "VolumeType", "gp2", "Encrypted", key != NULL);
}

static json_t *disk_mappings(struct world *w, const struct resource *r, json_t *task)
{
	json_t *mappings = json_array(), *details = json_object_get(task, "SnapshotDetails"), *d;
	size_t i;

	json_array_foreach(details, i, d)
	{
		const json_t *facts = json_array_get(json_object_get(task, "_Disks"), i);

		json_array_append_new(mappings, disk_mapping(w, r, i, facts, d));
	}
	return mappings;
}

/* What is billed follows from the licence that was asked for. */
static const struct import_usage *usage_of(const json_t *task)
{
	const char *asked = in_text(task, "UsageOperation");

	if (asked)
		return import_usage_find(asked);
	if (strcmp(in_text(task, "_Found.Platform"), "Windows") != 0)
		return import_usage_find("RunInstances");
	return import_usage_find(strcmp(in_text(task, "_Found.LicenseType"), "BYOL") == 0
					 ? "RunInstances:0800"
					 : "RunInstances:0002");
}

static void image_fill(json_t *image, const json_t *task, json_t *mappings)
{
	const struct import_usage *usage = usage_of(task);
	const char *description = in_text(task, "Description"), *boot = in_text(task, "BootMode");
	struct buf text = BUF_INIT;

	buf_addf(&text, "AWS-VMImport service: %s", in_text(task, "_Found.Platform"));
	json_object_update_new(image,
		json_pack("{s:O, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:s}", "Architecture",
			in_get(task, "_Found.Architecture"), "Description",
			description ? description : text.s, "Hypervisor", "xen", "EnaSupport", 1,
			"ImageType", "machine", "PlatformDetails", usage->details, "UsageOperation",
			usage->operation, "RootDeviceType", "ebs", "RootDeviceName",
			in_text(json_array_get(mappings, 0), "DeviceName"), "VirtualizationType",
			"hvm"));
	if (usage->windows)
		json_object_set_new(image, "Platform", json_string("windows"));
	if (boot)
		json_object_set_new(image, "BootMode", json_string(boot));
	json_object_set_new(image, "BlockDeviceMappings", mappings);
	buf_release(&text);
}

/* The disks are snapshots now, and the image is there as soon as they are complete. */
void import_prepare(struct world *w, const struct resource *r)
{
	json_t *task = call_edit(r->doc), *in = json_object(), *image;
	struct ops_answer answer = OPS_ANSWER_INIT;
	struct call c = {.w = w,
		.op = model_find_operation("ec2", "ImportImage"),
		.who = {.account = r->in.account, .region = r->in.region, .arn = "", .user_id = ""},
		.in = in,
		.answer = &answer};
	char id[WORLD_ID];

	image = image_new(&c, r->id, id);
	if (image) {
		image_fill(image, task, disk_mappings(w, r, task));
		image_add(&c, id, image, 0);
		json_object_set_new(task, "_ImageId", json_string(id));
		timer_set(w, task, import_begins(task, NULL) - import_begins(task, "preparing ami"),
			"import-image-done");
		resource_put(w, r, task);
	} else {
		import_end(w, r, task, "deleted", "ServerError: an internal error has occurred");
	}
	json_decref(in);
	ops_answer_release(&answer);
}

void import_done(struct world *w, const struct resource *r)
{
	struct place_of images = place(r->in.account, r->in.region, "image");
	json_t *task = call_edit(r->doc);
	const char *id = in_text(task, "_ImageId"), *state;

	state = in_text(world_get(w, images, id), "State");
	if (state && strcmp(state, "pending") == 0) {
		timer_set(w, task, AGAIN_MS, "import-image-done");
		resource_put(w, r, task);
		return;
	}
	json_object_set_new(task, "ImageId", json_string(id));
	import_end(w, r, task, "completed", NULL);
}
