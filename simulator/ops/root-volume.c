/* root-volume.c - replacing the root volume of a running instance; see instance.h.
 *
 * Kind "root-volume-task": a ReplaceRootVolumeTask. Private: _Volume (the new one), _Rate. */
#include "ops/instance.h"

#include "ops/table.h"

#include <stdio.h>
#include <string.h>

enum { BEGINS_MS = 5 * 1000, TAKES_MS = 45 * 1000 };

/* ---- the present root ---- */

static json_t *root_mapping(const json_t *instance)
{
	const char *root = in_text(instance, "RootDeviceName");
	json_t *mapping;
	size_t i;

	json_array_foreach(in_list(instance, "BlockDeviceMappings"), i, mapping)
	{
		if (root && strcmp(in_text(mapping, "DeviceName"), root) == 0)
			return mapping;
	}
	return NULL;
}

static json_t *root_volume(struct call *c, const json_t *instance)
{
	const char *id = in_text(root_mapping(instance), "Ebs.VolumeId");

	return id ? call_get(c, "volume", id) : NULL;
}

/* ---- what it is replaced by ---- */

struct replacement {
	struct volume_plan plan;
	bool through_image; /* the image's permission counts, not the snapshot's */
	const char *volume; /* an existing one; NULL: it is made */
};

static json_t *refuse(struct call *c, const char *value, const char *name, const char *why)
{
	return call_fault(c, FAULT_INVALID_VALUE, value, name, why);
}

/* EC2 user guide, "Replace a root volume": the image has to be of the instance's own kind. */
static bool same_kind(struct call *c, const json_t *instance, const struct resource *image)
{
	static const char *const same[] = {
		"Architecture", "VirtualizationType", "UsageOperation", "RootDeviceType"};

	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		const char *a = in_text(instance, same[i]), *b = in_text(image->doc, same[i]);

		if (a && b && strcmp(a, b) != 0) {
			refuse(c, image->id, "imageId",
				"The AMI must have the same product code, billing information, architecture type and virtualization type as the instance.");
			return false;
		}
	}
	if (!json_equal(in_list(instance, "ProductCodes"), in_list(image->doc, "ProductCodes")) &&
		json_array_size(in_list(instance, "ProductCodes")) +
				json_array_size(in_list(image->doc, "ProductCodes")) >
			0) {
		refuse(c, image->id, "imageId",
			"The AMI must have the same product code as the instance.");
		return false;
	}
	return true;
}

static bool big_enough(
	struct call *c, const char *given, const char *name, int64_t gib, const json_t *root)
{
	int64_t now = in_int(root, "Size", 0);

	if (gib >= now)
		return true;
	refuse(c, given, name,
		"The size of the replacement must be at least the size of the current root volume.");
	return false;
}

static bool by_image(
	struct call *c, const json_t *instance, const json_t *root, struct replacement *out)
{
	const char *given = in_text(c->in, "ImageId"), *device, *snapshot;
	struct resource image, source;
	json_t *mapping, *ebs;

	if (!image_for_launch(c, given, &image) || !same_kind(c, instance, &image))
		return false;
	device = in_text(image.doc, "RootDeviceName");
	mapping = root_mapping(image.doc);
	ebs = in_get(mapping, "Ebs");
	snapshot = in_text(ebs, "SnapshotId");
	if (!device || !snapshot || !call_find(c, "snapshot", snapshot, &source)) {
		refuse(c, given, "imageId", "The AMI does not have a root snapshot.");
		return false;
	}
	out->plan.snapshot_id = source.id;
	out->plan.gib = in_int(ebs, "VolumeSize", in_int(source.doc, "VolumeSize", 0));
	out->through_image = strcmp(image.in.account, c->who.account) != 0;
	return big_enough(c, given, "imageId", out->plan.gib, root);
}

/* A snapshot of the root volume, or of the volumes that it came from. */
static bool of_lineage(
	struct call *c, const json_t *instance, const json_t *root, const json_t *snapshot)
{
	const char *of = in_text(snapshot, "VolumeId"), *from = in_text(root, "SnapshotId");
	json_t *past;
	size_t i;

	(void)c;
	if (from && strcmp(from, in_text(snapshot, "SnapshotId")) == 0)
		return true;
	if (of && strcmp(of, in_text(root, "VolumeId")) == 0)
		return true;
	json_array_foreach(in_list(instance, "_PastRoots"), i, past)
	{
		if (of && strcmp(of, json_string_value(past)) == 0)
			return true;
	}
	return false;
}

static bool by_snapshot(
	struct call *c, const json_t *instance, const json_t *root, struct replacement *out)
{
	const char *given = in_text(c->in, "SnapshotId");
	struct resource snapshot;

	if (!snapshot_for_use(c, given, &snapshot))
		return false;
	if (!of_lineage(c, instance, root, snapshot.doc)) {
		refuse(c, given, "snapshotId",
			"The snapshot must be of the lineage of the current root volume.");
		return false;
	}
	out->plan.snapshot_id = snapshot.id;
	out->plan.gib = in_int(root, "Size", 0);
	return true;
}

/* Nothing is said: back to the state of the launch. */
static bool by_launch(
	struct call *c, const json_t *instance, const json_t *root, struct replacement *out)
{
	const char *snapshot = in_text(instance, "_LaunchSnapshot");
	struct resource source;

	snapshot = snapshot ? snapshot : in_text(root, "SnapshotId");
	if (!snapshot || !*snapshot) {
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"The current root volume was not created from a snapshot.");
		return false;
	}
	if (!call_find(c, "snapshot", snapshot, &source)) {
		call_fault(c, FAULT_INVALID_SNAPSHOT_NOT_FOUND, snapshot);
		return false;
	}
	out->plan.snapshot_id = snapshot;
	out->plan.gib = in_int(root, "Size", 0);
	out->through_image = true; /* what was launched once can be restored */
	return true;
}

static bool by_volume(
	struct call *c, const json_t *instance, const json_t *root, struct replacement *out)
{
	const char *id = in_text(c->in, "VolumeId"),
		   *zone = in_text(instance, "Placement.AvailabilityZone");
	json_t *volume;

	if (!id_fits(id, "vol"))
		return call_fault(c, FAULT_INVALID_VOLUME_MALFORMED, id), false;
	volume = call_get(c, "volume", id);
	if (!volume)
		return call_fault(c, FAULT_INVALID_VOLUME_NOT_FOUND, id), false;
	if (strcmp(in_text(volume, "State"), "available") != 0 ||
		strcmp(in_text(volume, "AvailabilityZone"), zone) != 0)
		return refuse(c, id, "volumeId",
			       "The volume must be available, and in the Availability Zone of the instance."),
		       false;
	out->volume = id;
	return big_enough(c, id, "volumeId", in_int(volume, "Size", 0), root);
}

/* As for a launch: without the snapshot, when that is the image's affair. */
static bool check_plan(struct call *c, const struct replacement *r)
{
	struct volume_plan plan = r->plan;

	if (r->through_image)
		plan.snapshot_id = NULL;
	return r->volume || volume_plan_check(c, &plan);
}

static bool plan_replacement(struct call *c, const json_t *instance, struct replacement *out)
{
	json_t *root = root_volume(c, instance);
	int given =
		in_has(c->in, "ImageId") + in_has(c->in, "SnapshotId") + in_has(c->in, "VolumeId");

	if (!root) {
		call_fault(c, FAULT_UNSUPPORTED, "The instance does not have an EBS root volume.");
		return false;
	}
	if (given > 1) {
		call_fault(c, FAULT_INVALID_COMBINATION,
			"Only one of imageId, snapshotId and volumeId can be specified.");
		return false;
	}
	*out = (struct replacement){
		.plan = {
			.device = in_text(instance, "RootDeviceName"),
			.type = in_text(root, "VolumeType"),
			.encrypted = in_bool(root, "Encrypted", false) ? 1 : -1,
			.zone = in_text(root, "AvailabilityZone"),
			.init_rate = in_int(c->in, "VolumeInitializationRate", 0),
		}};
	if (in_text(root, "KmsKeyId"))
		out->plan.kms_key_id = in_text(root, "KmsKeyId");
	if (strncmp(out->plan.type, "io", 2) == 0 || strcmp(out->plan.type, "gp3") == 0)
		out->plan.iops = in_int(root, "Iops", 0);
	if (strcmp(out->plan.type, "gp3") == 0)
		out->plan.throughput = in_int(root, "Throughput", 0);
	if (in_has(c->in, "ImageId"))
		return by_image(c, instance, root, out) && check_plan(c, out);
	if (in_has(c->in, "SnapshotId"))
		return by_snapshot(c, instance, root, out) && check_plan(c, out);
	if (in_has(c->in, "VolumeId"))
		return by_volume(c, instance, root, out);
	return by_launch(c, instance, root, out) && check_plan(c, out);
}

/* ---- the task ---- */

static json_t *seconds_json(int64_t ms)
{
	char when[TIME_TEXT], text[TIME_TEXT];

	time_text(ms, when);
	snprintf(text, sizeof text, "%.19sZ", when);
	return json_string(text);
}

static json_t *new_task(struct call *c, const char *id, const char *volume)
{
	json_t *doc = json_pack("{s:s, s:O, s:s, s:o, s:b, s:s}", "ReplaceRootVolumeTaskId", id,
		"InstanceId", json_object_get(c->in, "InstanceId"), "TaskState", "pending",
		"StartTime", seconds_json(call_now(c)), "DeleteReplacedRootVolume",
		in_bool(c->in, "DeleteReplacedRootVolume", false), "_Volume", volume);

	json_object_set(doc, "ImageId", json_object_get(c->in, "ImageId"));
	json_object_set(doc, "SnapshotId", json_object_get(c->in, "SnapshotId"));
	tags_set(c, "replace-root-volume-task", doc);
	timer_set(c->w, doc, BEGINS_MS, "root-volume-begins");
	return doc;
}

static json_t *task_view(const struct call *c, const struct resource *r)
{
	json_t *view = json_copy(r->doc);

	(void)c;
	if (!in_has(view, "Tags"))
		json_object_set_new(view, "Tags", json_array());
	return view;
}

static enum fate task_fate(const struct world *w, const struct resource *r)
{
	(void)w;
	return in_has(r->doc, "CompleteTime") ? FATE_SPARE : FATE_KEEP;
}

static json_t *create_task(struct call *c)
{
	static const char *const types[] = {"replace-root-volume-task", NULL};
	struct resource r, task;
	struct replacement to;
	char id[WORLD_ID], volume[WORLD_ID];

	if (!instance_for_change(c, in_text(c->in, "InstanceId"), &r) || !tags_check(c, types))
		return NULL;
	if (instance_state(r.doc) != INSTANCE_RUNNING)
		return call_fault(c, FAULT_INSTANCE_NOT_RUNNING, r.id);
	if (!plan_replacement(c, r.doc, &to))
		return NULL;
	if (to.volume)
		snprintf(volume, sizeof volume, "%s", to.volume);
	else if (volume_plan_key_fails(c, &to.plan) || !volume_make(c, &to.plan, volume))
		snprintf(volume, sizeof volume, "%s", "");
	call_id(c, "replacevol", id);
	forget_oldest(c->w, call_place(c, "root-volume-task"), FORGET_MOST, task_fate);
	call_put(c, "root-volume-task", id, new_task(c, id, volume));
	task = (struct resource){
		call_place(c, "root-volume-task"), id, call_get(c, "root-volume-task", id), 0};
	return json_pack("{s:o}", "ReplaceRootVolumeTask", task_view(c, &task));
}

static void set_state(struct world *w, const struct resource *r, const char *state, bool done)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	json_object_set_new(doc, "TaskState", json_string(state));
	if (done)
		json_object_set_new(doc, "CompleteTime", seconds_json(world_now(w)));
	else
		timer_set(w, doc, TAKES_MS, "root-volume-replaced");
	resource_put(w, r, doc);
}

static void begins(struct world *w, const struct resource *r)
{
	set_state(w, r, "in-progress", false);
}

/* EC2 lists the root device before the others. */
static void root_first(json_t *instance)
{
	json_t *mappings = json_object_get(instance, "BlockDeviceMappings"),
	       *root = root_mapping(instance);

	for (size_t i = 0; root && i < json_array_size(mappings); i++) {
		if (json_array_get(mappings, i) != root)
			continue;
		json_incref(root);
		json_array_remove(mappings, i);
		json_array_insert_new(mappings, 0, root);
		return;
	}
}

/* The old volume leaves, the new one takes its place and the instance boots from it. */
static void swap(struct call *c, const struct resource *task, const char *instance_id)
{
	json_t *doc = call_get(c, "instance", instance_id), *mapping = root_mapping(doc), *past;
	struct buf old = BUF_INIT, device = BUF_INIT;
	bool goes = in_bool(mapping, "Ebs.DeleteOnTermination", true);
	struct resource r;

	buf_adds(&old, in_text(mapping, "Ebs.VolumeId"));
	buf_adds(&device, in_text(mapping, "DeviceName"));
	volume_detach(c->w, call_place(c, "volume"), old.s);
	if (in_bool(task->doc, "DeleteReplacedRootVolume", false))
		volume_delete(c->w, call_place(c, "volume"), old.s);
	volume_attach(c, in_text(task->doc, "_Volume"), instance_id, device.s, goes);
	doc = call_edit(call_get(c, "instance", instance_id));
	root_first(doc);
	past = json_object_get(doc, "_PastRoots");
	if (!past) {
		past = json_array();
		json_object_set_new(doc, "_PastRoots", past);
	}
	json_array_append_new(past, json_string(old.s));
	if (in_has(task->doc, "ImageId"))
		json_object_set(doc, "ImageId", json_object_get(task->doc, "ImageId"));
	call_put(c, "instance", instance_id, doc);
	r = (struct resource){call_place(c, "instance"), instance_id, doc, 0};
	instance_reboot(c, &r);
	buf_release(&old);
	buf_release(&device);
}

static void replaced(struct world *w, const struct resource *r)
{
	const char *id = in_text(r->doc, "InstanceId"), *volume = in_text(r->doc, "_Volume");
	struct timer_call t;
	json_t *instance;
	bool can;

	timer_call(&t, w, r->in, "CreateReplaceRootVolumeTask", NULL);
	instance = call_get(&t.call, "instance", id);
	can = *volume && call_get(&t.call, "volume", volume) && instance &&
	      instance_state(instance) == INSTANCE_RUNNING && root_mapping(instance);
	if (can)
		swap(&t.call, r, id);
	else if (*volume && call_get(&t.call, "volume", volume))
		volume_delete(w, call_place(&t.call, "volume"), volume);
	set_state(w, r, can ? "succeeded" : "failed", true);
	timer_call_release(&t);
}

static json_t *describe_tasks(struct call *c)
{
	static const struct describe d = {
		.kind = "root-volume-task",
		.result = "ReplaceRootVolumeTasks",
		.ids = "ReplaceRootVolumeTaskIds",
		.prefix = "replacevol",
		.malformed = FAULT_INVALID_REPLACE_TASK_MALFORMED,
		.not_found = FAULT_INVALID_REPLACE_TASK,
		.view = task_view,
	};

	return call_describe(c, &d);
}

static const struct handler handlers[] = {
	{"CreateReplaceRootVolumeTask", create_task},
	{"DescribeReplaceRootVolumeTasks", describe_tasks},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"root-volume-begins", begins},
	{"root-volume-replaced", replaced},
	{NULL, NULL},
};
const struct family ops_root_volume = {"ec2", handlers, timers};
