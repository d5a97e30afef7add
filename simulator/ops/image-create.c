/* image-create.c - CreateImage: an image of an instance's volumes; the table of the operations that
 * make images; see image.h. */
#include "ops/image.h"

#include <string.h>

enum { RUNNING = 16, STOPPING = 64, STOPPED = 80 }; /* codes of instance states */

/* ---- the request ---- */

/* The request's mapping for a device; NULL: none. */
static json_t *given_for(const struct call *c, const char *device)
{
	size_t i;
	json_t *given;

	json_array_foreach(in_list(c->in, "BlockDeviceMappings"), i, given)
	{
		const char *name = in_text(given, "DeviceName");

		if (name && strcmp(name, device) == 0)
			return given;
	}
	return NULL;
}

static json_t *attached_at(const json_t *instance, const char *device)
{
	size_t i;
	json_t *mapping;

	json_array_foreach(in_list(instance, "BlockDeviceMappings"), i, mapping)
	{
		if (strcmp(in_text(mapping, "DeviceName"), device) == 0)
			return mapping;
	}
	return NULL;
}

/* API reference: of a volume that is there only DeleteOnTermination can be changed. */
static bool change_fits(
	struct call *c, const char *device, const json_t *given, const json_t *volume)
{
	static const char *const fixed[] = {
		"SnapshotId", "Encrypted", "KmsKeyId", "VolumeType", "Iops", "Throughput"};
	int64_t size = in_int(volume, "Size", 0);

	if (in_int(given, "Ebs.VolumeSize", size) != size)
		call_fault(c, FAULT_AMI_MAPPING_FIXED, "VolumeSize", device);
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
		const json_t *want = in_get(in_get(given, "Ebs"), fixed[i]);

		if (want && !call_failed(c) && !json_equal(want, in_get(volume, fixed[i])))
			call_fault(c, FAULT_AMI_MAPPING_FIXED, fixed[i], device);
	}
	return !call_failed(c);
}

static bool mapping_fits(struct call *c, const json_t *instance, const json_t *given)
{
	const char *device = in_text(given, "DeviceName"),
		   *root = in_text(instance, "RootDeviceName");
	const json_t *there = attached_at(instance, device);

	if (in_has(given, "NoDevice") && root && strcmp(root, device) == 0) {
		call_fault(c, FAULT_AMI_ROOT_SUPPRESSED, device);
		return false;
	}
	if (there)
		return change_fits(
			c, device, given, call_get(c, "volume", in_text(there, "Ebs.VolumeId")));
	return in_has(given, "NoDevice") || in_has(given, "VirtualName") ||
	       image_mapping_fits(c, device, in_get(given, "Ebs"));
}

static bool mappings_fit(struct call *c, const json_t *instance)
{
	size_t i;
	json_t *given;

	if (!image_mappings_named(c))
		return false;
	json_array_foreach(in_list(c->in, "BlockDeviceMappings"), i, given)
	{
		if (!mapping_fits(c, instance, given))
			return false;
	}
	return true;
}

static bool state_fits(struct call *c, const struct resource *instance)
{
	int64_t state = in_int(instance->doc, "State.Code", -1);
	const char *type = in_text(instance->doc, "RootDeviceType"),
		   *root = in_text(instance->doc, "RootDeviceName");

	if (state != RUNNING && state != STOPPING && state != STOPPED)
		call_fault(c, FAULT_CREATE_IMAGE_STATE, instance->id);
	else if (!type || strcmp(type, "ebs") != 0 || !root || !attached_at(instance->doc, root))
		call_fault(c, FAULT_CREATE_IMAGE_ROOT, instance->id, root ? root : "/dev/sda1");
	return !call_failed(c);
}

static bool too_many_at_once(struct call *c, const char *instance)
{
	struct world_cursor at = {0};
	struct resource r;
	int n = 0;

	while (call_next(c, "image-pending", &at, &r)) {
		const char *of = in_text(r.doc, "SourceInstanceId");

		n += of && strcmp(of, instance) == 0 && in_bool(r.doc, "NoReboot", false);
	}
	if (n >= IMAGE_NO_REBOOT_MAX)
		call_fault(c, FAULT_CREATE_IMAGE_CONCURRENT);
	return call_failed(c);
}

static bool request_fits(struct call *c, struct resource *instance)
{
	static const char *const types[] = {"image", "snapshot", NULL};
	const char *location = in_text(c->in, "SnapshotLocation");

	if (!tags_check(c, types) ||
		!instance_for_change(c, in_text(c->in, "InstanceId"), instance) ||
		!state_fits(c, instance) || !image_name_check(c, in_text(c->in, "Name")) ||
		!image_description_check(c, in_text(c->in, "Description")) ||
		!mappings_fit(c, instance->doc))
		return false;
	if (location && strcmp(location, "local") == 0)
		call_fault(c, FAULT_UNSUPPORTED,
			"Local snapshots are supported for instances in Local Zones only.");
	return !call_failed(c) &&
	       (!in_bool(c->in, "NoReboot", false) || !too_many_at_once(c, instance->id));
}

/* ---- mappings ---- */

static json_t *ebs_of_volume(const json_t *volume, const char *snapshot, bool deleted)
{
	json_t *ebs = json_pack("{s:b, s:s, s:b}", "DeleteOnTermination", (int)deleted,
		"SnapshotId", snapshot, "Encrypted", (int)in_bool(volume, "Encrypted", false));

	json_object_set(ebs, "VolumeSize", json_object_get(volume, "Size"));
	json_object_set(ebs, "VolumeType", json_object_get(volume, "VolumeType"));
	json_object_set(ebs, "Throughput", json_object_get(volume, "Throughput"));
	if (strcmp(in_text(volume, "VolumeType"), "gp2") !=
		0) /* whose rate follows from its size */
		json_object_set(ebs, "Iops", json_object_get(volume, "Iops"));
	return ebs;
}

/* What is billed with the instance is billed with its snapshots, and what is registered of them. */
static void mark_snapshot(struct call *c, const char *id, const json_t *instance)
{
	json_t *codes = in_list(instance, "ProductCodes"), *doc;

	if (!json_array_size(codes))
		return;
	doc = call_edit(call_get(c, "snapshot", id));
	json_object_set_new(doc, "_ProductCodes", json_deep_copy(codes));
	call_put(c, "snapshot", id, doc);
}

/* A volume that is attached: its snapshot, and a mapping that names it. */
static bool add_attached(struct call *c, const json_t *instance, const json_t *mapping,
	const char *description, json_t *list)
{
	const char *device = in_text(mapping, "DeviceName"),
		   *volume = in_text(mapping, "Ebs.VolumeId");
	const json_t *given = given_for(c, device);
	bool deleted = in_bool(given, "Ebs.DeleteOnTermination",
		in_bool(mapping, "Ebs.DeleteOnTermination", false));
	char snapshot[WORLD_ID];

	if (!volume || in_has(given, "NoDevice"))
		return true;
	if (!snapshot_of_volume(c, volume, description, snapshot))
		return false;
	mark_snapshot(c, snapshot, instance);
	json_array_append_new(
		list, json_pack("{s:s, s:o}", "DeviceName", device, "Ebs",
			      ebs_of_volume(call_get(c, "volume", volume), snapshot, deleted)));
	return true;
}

/* Volumes that the request adds outlive the instance unless it says otherwise. */
static void add_given(const struct call *c, const json_t *instance, json_t *list)
{
	size_t i;
	json_t *given;

	json_array_foreach(in_list(c->in, "BlockDeviceMappings"), i, given)
	{
		const char *device = in_text(given, "DeviceName"),
			   *store = in_text(given, "VirtualName");

		if (in_has(given, "NoDevice") || attached_at(instance, device))
			continue;
		if (store)
			json_array_append_new(list, json_pack("{s:s, s:s}", "DeviceName", device,
							    "VirtualName", store));
		else
			json_array_append_new(
				list, json_pack("{s:s, s:o}", "DeviceName", device, "Ebs",
					      image_mapping_ebs(c, in_get(given, "Ebs"), false)));
	}
}

/* Disks of instance store are mapped again; what is on them is not kept. */
static void add_ephemeral(const struct call *c, const json_t *instance, json_t *list)
{
	size_t i;
	json_t *mapping;

	json_array_foreach(in_list(instance, "_Ephemeral"), i, mapping)
	{
		if (in_has(mapping, "VirtualName") && !given_for(c, in_text(mapping, "DeviceName")))
			json_array_append_new(
				list, json_pack("{s:s, s:s}", "DeviceName",
					      in_text(mapping, "DeviceName"), "VirtualName",
					      in_text(mapping, "VirtualName")));
	}
}

static bool set_mappings(
	struct call *c, const json_t *instance, const char *description, json_t *image)
{
	json_t *list = json_array(), *mapping;
	size_t i;

	json_object_set_new(image, "BlockDeviceMappings", list);
	json_array_foreach(in_list(instance, "BlockDeviceMappings"), i, mapping)
	{
		if (!add_attached(c, instance, mapping, description, list))
			return false;
	}
	add_ephemeral(c, instance, list);
	add_given(c, instance, list);
	return true;
}

/* ---- what else the image takes from the instance, and from the image that this came of ---- */

static void copy_members(json_t *to, const json_t *from, const char *const *members)
{
	for (; *members; members++) {
		json_t *value = json_object_get(from, *members);

		if (value && !(json_is_array(value) && !json_array_size(value)))
			json_object_set_new(to, *members, json_deep_copy(value));
	}
}

static void set_from_instance(struct call *c, const json_t *instance, json_t *image)
{
	static const char *const of_instance[] = {"Architecture", "VirtualizationType",
		"Hypervisor", "RootDeviceName", "RootDeviceType", "EnaSupport", "BootMode",
		"TpmSupport", "PlatformDetails", "UsageOperation", "Platform", "SriovNetSupport",
		"ProductCodes", NULL};
	static const char *const of_image[] = {"ImdsSupport", "SriovNetSupport", "FreeTierEligible",
		"_UefiData", "_BillingProducts", NULL};
	const char *source = in_text(instance, "ImageId");
	struct resource r;

	copy_members(image, instance, of_instance);
	if (!in_bool(image, "EnaSupport", false)) /* an instance says no, an image says nothing */
		json_object_del(image, "EnaSupport");
	json_object_set(image, "KernelId", json_object_get(instance, "KernelId"));
	json_object_set(image, "RamdiskId", json_object_get(instance, "RamdiskId"));
	json_object_set(image, "SourceInstanceId", json_object_get(instance, "InstanceId"));
	if (!source)
		return;
	json_object_set_new(image, "SourceImageId", json_string(source));
	json_object_set_new(image, "SourceImageRegion", json_string(c->who.region));
	if (image_record(c, c->who.region, source, &r)) {
		copy_members(image, r.doc, of_image);
		image_watermarks_copy(r.doc, image);
	}
}

/* EC2 reboots a running instance so that what is in memory gets to the disk, unless told not to. */
static void reboot(struct call *c, const struct resource *instance, json_t *image)
{
	bool running = in_int(instance->doc, "State.Code", 0) == RUNNING,
	     not_now = in_bool(c->in, "NoReboot", false);

	json_object_set_new(
		image, "_Consistency", json_string(running && not_now ? "crash" : "file-system"));
	if (running && not_now)
		json_object_set_new(image, "_NoReboot", json_true());
	else if (running)
		instance_reboot(c, instance);
}

static json_t *create_image(struct call *c)
{
	const char *description = in_text(c->in, "Description");
	struct buf text = BUF_INIT;
	struct resource instance;
	char id[WORLD_ID];
	json_t *image;
	bool ok;

	if (!request_fits(c, &instance))
		return NULL;
	image = image_new(c, in_text(c->in, "Name"), id);
	if (description)
		json_object_set_new(image, "Description", json_string(description));
	set_from_instance(c, instance.doc, image);
	tags_set(c, "image", image);
	buf_addf(&text, "Created by CreateImage(%s) for %s", instance.id, id);
	ok = set_mappings(c, instance.doc, text.s, image);
	buf_release(&text);
	if (!ok) {
		json_decref(image);
		return NULL;
	}
	reboot(c, &instance, image);
	image_add(c, id, image, 0);
	return json_pack("{s:s}", "ImageId", id);
}

static const struct handler handlers[] = {
	{"CreateImage", create_image},
	{"RegisterImage", image_register_run},
	{"CopyImage", image_copy_run},
	{NULL, NULL},
};
const struct family ops_image_create = {"ec2", handlers, NULL};
