/* instance-devices.c - which volumes a launch makes: the image's mappings under the request's; see
 * instance.h. */
#include "ops/instance.h"

#include <string.h>

/* A planned device is {DeviceName, Ebs: {as in EbsBlockDevice}, _Of: "image" | "request"} or
 * {DeviceName, VirtualName}. _Of says whose permission counts for the snapshot. */

static bool same_text(const json_t *a, const json_t *b, const char *path)
{
	const char *x = in_text(a, path), *y = in_text(b, path);

	return x && y && strcmp(x, y) == 0;
}

/* What an image says of a device. How its snapshot is encrypted, the snapshot says. */
static json_t *of_image(const json_t *mapping)
{
	json_t *device = json_deep_copy(mapping), *ebs = json_object_get(device, "Ebs");

	json_object_del(ebs, "Encrypted");
	json_object_del(ebs, "KmsKeyId");
	json_object_set_new(device, "_Of", json_string("image"));
	return device;
}

/* What the request says of a device over what the image says; another type forgets the performance
 * of the image's. */
static void over_image(json_t *device, const json_t *given)
{
	json_t *ebs = json_object_get(device, "Ebs"), *mine = in_get(given, "Ebs"), *value;
	const char *name;

	if (in_has(given, "VirtualName")) {
		json_object_del(device, "Ebs");
		json_object_set(device, "VirtualName", json_object_get(given, "VirtualName"));
		return;
	}
	if (!mine)
		return;
	json_object_del(device, "VirtualName");
	if (!ebs) {
		ebs = json_object();
		json_object_set_new(device, "Ebs", ebs);
	}
	if (in_has(mine, "VolumeType") && !same_text(mine, ebs, "VolumeType")) {
		json_object_del(ebs, "Iops");
		json_object_del(ebs, "Throughput");
	}
	if (in_has(mine, "SnapshotId") && !same_text(mine, ebs, "SnapshotId")) {
		json_object_del(ebs, "VolumeSize");
		json_object_set_new(device, "_Of", json_string("request"));
	}
	json_object_foreach(mine, name, value) json_object_set(ebs, name, value);
}

static json_t *find_device(const json_t *devices, const char *name, size_t *at)
{
	for (*at = 0; *at < json_array_size(devices); ++*at) {
		json_t *device = json_array_get(devices, *at);

		if (strcmp(in_text(device, "DeviceName"), name) == 0)
			return device;
	}
	return NULL;
}

static bool fault_mapping(struct call *c, const char *text)
{
	call_fault(c, FAULT_INVALID_MAPPING, text);
	return false;
}

static bool lay_over(struct launch *l, json_t *given)
{
	const char *name = in_text(given, "DeviceName"),
		   *root = in_text(l->image.doc, "RootDeviceName");
	json_t *device;
	size_t at;

	if (!name || !*name) {
		call_fault(&l->call, FAULT_MISSING_PARAMETER, "deviceName");
		return false;
	}
	device = find_device(l->devices, name, &at);
	if (in_has(given, "NoDevice")) {
		if (root && strcmp(root, name) == 0)
			return fault_mapping(&l->call, "The root device may not be suppressed.");
		if (device)
			json_array_remove(l->devices, at);
		return true;
	}
	if (!in_has(given, "Ebs") && !in_has(given, "VirtualName") && !device)
		return fault_mapping(&l->call,
			"A block device mapping must have an EBS volume, a virtual name or no device.");
	if (!device) {
		device = json_pack("{s:s, s:s}", "DeviceName", name, "_Of", "request");
		json_array_append_new(l->devices, device);
	}
	over_image(device, given);
	return true;
}

/* ---- checks ---- */

struct volume_plan launch_volume(const struct launch *l, const json_t *device)
{
	json_t *ebs = in_get(device, "Ebs");
	const char *snapshot = in_text(ebs, "SnapshotId");

	return (struct volume_plan){
		.device = in_text(device, "DeviceName"),
		.snapshot_id = snapshot && *snapshot ? snapshot : NULL,
		.gib = in_int(ebs, "VolumeSize", 0),
		.type = in_text(ebs, "VolumeType"),
		.iops = in_int(ebs, "Iops", 0),
		.throughput = in_int(ebs, "Throughput", 0),
		.init_rate = in_int(ebs, "VolumeInitializationRate", 0),
		.encrypted = in_has(ebs, "Encrypted") ? in_bool(ebs, "Encrypted", false) : -1,
		.kms_key_id = in_text(ebs, "KmsKeyId"),
		.zone = l->zone,
		/* EC2 API reference, TerminateInstances: what was attached when the instance was
		 * launched goes with it, unless something else is said. */
		.delete_on_termination = in_bool(ebs, "DeleteOnTermination", true),
	};
}

/* EC2 user guide, "Share an AMI": who may launch an image may make volumes of its snapshots,
 * whoever owns them. The volume is then checked as one without a snapshot. */
static bool check_through_image(struct launch *l, struct volume_plan plan)
{
	struct resource snapshot;
	int64_t least;
	const char *id = plan.snapshot_id;

	if (!call_find(&l->call, "snapshot", id, &snapshot)) {
		call_fault(&l->call, FAULT_INVALID_SNAPSHOT_NOT_FOUND, id);
		return false;
	}
	least = in_int(snapshot.doc, "VolumeSize", 0);
	if (plan.gib > 0 && plan.gib < least) {
		call_fault(&l->call, FAULT_VOLUME_SMALLER_THAN_SNAPSHOT, (long long)plan.gib, id,
			(long long)least);
		return false;
	}
	if (in_bool(snapshot.doc, "Encrypted", false)) {
		if (plan.encrypted == 0)
			return fault_mapping(&l->call,
				"The encrypted flag cannot be set to false since the snapshot is encrypted.");
		plan.encrypted = 1;
	}
	plan.gib = plan.gib > 0 ? plan.gib : least;
	plan.snapshot_id = NULL;
	return volume_plan_check(&l->call, &plan);
}

/* What EC2 says of it is about IOPS, whether any were asked for or not. */
static bool root_type_fits(struct launch *l, const struct volume_plan *plan)
{
	const char *root = in_text(l->image.doc, "RootDeviceName");

	if (!root || strcmp(root, plan->device) != 0 || volume_type_boots(plan->type))
		return true;
	call_fault(&l->call, FAULT_VOLUME_IOPS_UNSUPPORTED, plan->type);
	return false;
}

static bool check_volume(struct launch *l, const json_t *device)
{
	struct volume_plan plan = launch_volume(l, device);
	bool foreign = strcmp(l->image.in.account, l->call.who.account) != 0;

	if (!root_type_fits(l, &plan))
		return false;
	if (plan.init_rate && !plan.snapshot_id)
		return fault_mapping(&l->call,
			"The volume initialization rate can only be specified with a snapshot.");
	if (plan.snapshot_id && foreign && strcmp(in_text(device, "_Of"), "image") == 0) {
		if (!check_through_image(l, plan))
			return false;
	} else if (!volume_plan_check(&l->call, &plan)) {
		return false;
	}
	l->key_fails = l->key_fails || volume_plan_key_fails(&l->call, &plan);
	return true;
}

static bool check_ephemeral(struct launch *l, const json_t *device)
{
	const char *name = in_text(device, "VirtualName");

	if (name && strncmp(name, "ephemeral", 9) == 0)
		return true;
	return fault_mapping(
		&l->call, "The virtual name of a block device must be ephemeral0 to ephemeral23.");
}

static bool encrypted(struct launch *l, const json_t *device)
{
	struct volume_plan plan = launch_volume(l, device);
	struct resource snapshot;

	return plan.encrypted == 1 || ebs_encrypts_by_default(&l->call) ||
	       (plan.snapshot_id && call_find(&l->call, "snapshot", plan.snapshot_id, &snapshot) &&
		       in_bool(snapshot.doc, "Encrypted", false));
}

static int64_t gib(struct launch *l, const json_t *device)
{
	struct volume_plan plan = launch_volume(l, device);
	struct resource snapshot;

	if (plan.gib || !plan.snapshot_id ||
		!call_find(&l->call, "snapshot", plan.snapshot_id, &snapshot))
		return plan.gib;
	return in_int(snapshot.doc, "VolumeSize", 0);
}

/* EC2 user guide, "Hibernation prerequisites". */
static bool check_hibernation(struct launch *l)
{
	const char *root = in_text(l->image.doc, "RootDeviceName"), *why = NULL;
	json_t *device;
	size_t at;

	if (!in_bool(l->call.in, "HibernationOptions.Configured", false))
		return true;
	device = root ? find_device(l->devices, root, &at) : NULL;
	if (!type_can(l->type, 'H'))
		why = "The instance type does not support hibernation.";
	else if (!in_has(device, "Ebs"))
		why = "Hibernation requires an EBS root volume.";
	else if (!encrypted(l, device))
		why = "The root volume must be encrypted to enable hibernation.";
	else if (gib(l, device) * 1024 < l->type->mib)
		why = "The root volume is too small to hold the contents of the RAM.";
	if (why)
		call_fault(&l->call, FAULT_HIBERNATION_CONFIGURATION, why);
	return !why;
}

bool launch_plan_devices(struct launch *l)
{
	json_t *each;
	size_t i;

	l->devices = json_array();
	json_array_foreach(in_list(l->image.doc, "BlockDeviceMappings"), i, each)
	{
		if (in_has(each, "DeviceName") && !in_has(each, "NoDevice"))
			json_array_append_new(l->devices, of_image(each));
	}
	json_array_foreach(in_list(l->call.in, "BlockDeviceMappings"), i, each)
	{
		if (!lay_over(l, each))
			return false;
	}
	json_array_foreach(l->devices, i, each)
	{
		if (in_has(each, "Ebs") ? !check_volume(l, each) : !check_ephemeral(l, each))
			return false;
	}
	return check_hibernation(l);
}
