/* image-register.c - RegisterImage: an image of a snapshot, or of a bundle in S3; see image.h. */
#include "ops/image.h"

#include <string.h>

enum { /* EC2 user guide, "Root volumes": GiB */
	ROOT_GIB_MAX = 65536,
};

static const char *root_name(const struct call *c)
{
	const char *name = in_text(c->in, "RootDeviceName");

	return name ? name : "/dev/sda1";
}

static bool is_root(const struct call *c, const char *device)
{
	return strcmp(device, root_name(c)) == 0;
}

/* ---- checking ---- */

static bool root_fits(struct call *c, const json_t *ebs)
{
	const char *type = in_text(ebs, "VolumeType");

	if (!in_has(ebs, "SnapshotId"))
		call_fault(c, FAULT_AMI_ROOT_SNAPSHOT);
	else if (type && (strcmp(type, "st1") == 0 || strcmp(type, "sc1") == 0))
		call_fault(c, FAULT_INVALID_VALUE, type, "volumeType",
			"It cannot be used for a root volume.");
	else if (in_int(ebs, "VolumeSize", 0) > ROOT_GIB_MAX)
		call_fault(c, FAULT_INVALID_VALUE, "VolumeSize", "volumeSize",
			"The root volume can be 64 TiB at most.");
	return !call_failed(c);
}

static bool snapshot_fits(struct call *c, const char *device, const json_t *ebs)
{
	const char *id = in_text(ebs, "SnapshotId");
	struct resource r;
	int64_t least, size;

	if (!snapshot_for_use(c, id, &r))
		return false;
	least = in_int(r.doc, "VolumeSize", 0);
	size = in_int(ebs, "VolumeSize", least);
	if (in_has(ebs, "Encrypted") || in_has(ebs, "KmsKeyId")) /* it is as its snapshot is */
		call_fault(c, FAULT_AMI_MAPPING_ENCRYPTED, device);
	else if (size < least)
		call_fault(c, FAULT_VOLUME_SMALLER_THAN_SNAPSHOT, (long long)size, id,
			(long long)least);
	else if (image_is_state(r.doc, "error"))
		call_fault(c, FAULT_INVALID_SNAPSHOT_NOT_FOUND, id);
	return !call_failed(c);
}

static bool mapping_fits(struct call *c, const json_t *given)
{
	const char *device = in_text(given, "DeviceName");
	const json_t *ebs = in_get(given, "Ebs");

	if (!device) {
		call_fault(c, FAULT_MISSING_PARAMETER, "DeviceName");
		return false;
	}
	if (is_root(c, device) && !root_fits(c, ebs))
		return false;
	if (in_has(given, "NoDevice") || in_has(given, "VirtualName"))
		return true;
	if (in_has(ebs, "SnapshotId"))
		return snapshot_fits(c, device, ebs);
	if (!in_has(ebs, "VolumeSize"))
		call_fault(c, FAULT_MAPPING_WITHOUT_SIZE, device);
	return !call_failed(c);
}

/* An EBS-backed image needs a mapping of its root device with a snapshot. */
static bool mappings_fit(struct call *c)
{
	json_t *list = in_list(c->in, "BlockDeviceMappings"), *given;
	bool root = false;
	size_t i, k;

	json_array_foreach(list, i, given)
	{
		const char *device = in_text(given, "DeviceName");

		if (!mapping_fits(c, given))
			return false;
		root |= is_root(c, device);
		for (k = 0; k < i; k++)
			if (strcmp(device, in_text(json_array_get(list, k), "DeviceName")) == 0)
				call_fault(c, FAULT_INVALID_MAPPING,
					"A device name is mapped more than once.");
	}
	if (!root && !call_failed(c))
		call_fault(c, FAULT_AMI_ROOT_SNAPSHOT);
	return !call_failed(c);
}

static bool manifest_fits(struct call *c, const char *location)
{
	static const char end[] = ".manifest.xml";
	size_t n = strlen(location), tail = sizeof end - 1;

	if (n <= tail || !strchr(location, '/') || strcmp(location + n - tail, end) != 0)
		call_fault(c, FAULT_AMI_MANIFEST, location);
	return !call_failed(c);
}

static bool boot_fits(struct call *c)
{
	const char *mode = in_text(c->in, "BootMode"), *type = in_text(c->in, "VirtualizationType");
	bool uefi = mode && strcmp(mode, "legacy-bios") != 0;

	if (type && strcmp(type, "hvm") != 0 && strcmp(type, "paravirtual") != 0)
		call_fault(c, FAULT_INVALID_VALUE, type, "virtualizationType",
			"Valid values are hvm and paravirtual.");
	else if (in_has(c->in, "TpmSupport") && !uefi)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"TpmSupport requires the boot mode uefi or uefi-preferred.");
	else if (in_has(c->in, "UefiData") && !uefi)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"UefiData requires the boot mode uefi or uefi-preferred.");
	else if (json_array_size(in_list(c->in, "BillingProducts")))
		call_fault(c, FAULT_AMI_BILLING_REGISTER);
	return !call_failed(c);
}

static bool request_fits(struct call *c)
{
	static const char *const types[] = {"image", NULL};
	const char *location = in_text(c->in, "ImageLocation");

	if (!tags_check(c, types) || !image_name_check(c, in_text(c->in, "Name")) || !boot_fits(c))
		return false;
	return location ? manifest_fits(c, location) : mappings_fit(c);
}

/* ---- making ---- */

/* Defaults of the API reference: gp2, the snapshot's size; the root volume goes with its instance.
 */
static json_t *mapping_made(struct call *c, const json_t *given)
{
	const char *device = in_text(given, "DeviceName"), *id = in_text(given, "Ebs.SnapshotId");
	json_t *made = json_deep_copy(given), *ebs = json_object_get(made, "Ebs");
	struct resource r = {.id = NULL};

	if (!ebs)
		return made;
	if (id)
		call_find(c, "snapshot", id, &r);
	if (!in_has(ebs, "DeleteOnTermination"))
		json_object_set_new(ebs, "DeleteOnTermination", json_boolean(is_root(c, device)));
	if (!in_has(ebs, "VolumeType"))
		json_object_set_new(ebs, "VolumeType", json_string("gp2"));
	if (!in_has(ebs, "VolumeSize"))
		json_object_set(ebs, "VolumeSize", json_object_get(r.doc, "VolumeSize"));
	if (!in_has(ebs, "Encrypted"))
		json_object_set_new(
			ebs, "Encrypted", json_boolean(in_bool(r.doc, "Encrypted", false)));
	if (strcmp(in_text(ebs, "VolumeType"), "gp3") == 0) {
		if (!in_has(ebs, "Iops"))
			json_object_set_new(ebs, "Iops", json_integer(3000));
		if (!in_has(ebs, "Throughput"))
			json_object_set_new(ebs, "Throughput", json_integer(125));
	}
	return made;
}

/* A Marketplace product goes from its snapshot to what is registered of it. */
static void set_products(struct call *c, json_t *image)
{
	json_t *ids = image_snapshots(image), *id, *codes;
	struct resource r;
	size_t i;

	json_array_foreach(ids, i, id)
	{
		codes = call_find(c, "snapshot", json_string_value(id), &r)
				? in_list(r.doc, "_ProductCodes")
				: NULL;
		if (json_array_size(codes))
			json_object_set_new(image, "ProductCodes", json_deep_copy(codes));
	}
	json_decref(ids);
}

static void set_mappings(struct call *c, json_t *image)
{
	json_t *list = json_array(), *given;
	size_t i;

	json_array_foreach(in_list(c->in, "BlockDeviceMappings"), i, given)
	{
		if (!in_has(given, "NoDevice"))
			json_array_append_new(list, mapping_made(c, given));
	}
	json_object_set_new(image, "BlockDeviceMappings", list);
}

/* What a manifest says is not simulated: a bundle of a bundle task is of Windows, for nothing else
 * can be bundled, and of any other manifest its name tells ("... windows ..."). */
static bool is_windows_bundle(const struct call *c, const char *location)
{
	const json_t *stored = call_get(c, "stored-object", location);

	return in_has(stored, "InstanceId") || strcasestr(location, "windows");
}

/* Architecture and virtualization have the API's own defaults, which are seldom what one wants. A
 * bundle's manifest says its architecture; bundles of this world are of x86_64. */
static void set_members(struct call *c, json_t *image)
{
	static const char *const as_given[] = {"Architecture", "BootMode", "Description",
		"EnaSupport", "ImdsSupport", "KernelId", "RamdiskId", "SriovNetSupport",
		"TpmSupport", "VirtualizationType"};
	const char *location = in_text(c->in, "ImageLocation");

	json_object_set_new(image, "Architecture", json_string(location ? "x86_64" : "i386"));
	json_object_set_new(image, "VirtualizationType", json_string("paravirtual"));
	json_object_set_new(image, "RootDeviceName", json_string(root_name(c)));
	json_object_set(image, "_UefiData", json_object_get(c->in, "UefiData"));
	for (size_t i = 0; i < sizeof as_given / sizeof *as_given; i++)
		json_object_set(image, as_given[i], json_object_get(c->in, as_given[i]));
	if (!location)
		return;
	json_object_set_new(image, "RootDeviceType", json_string("instance-store"));
	json_object_set_new(image, "ImageLocation", json_string(location));
	if (!is_windows_bundle(c, location))
		return;
	json_object_set_new(image, "Platform", json_string("windows"));
	json_object_set_new(image, "PlatformDetails", json_string("Windows"));
	json_object_set_new(image, "UsageOperation", json_string("RunInstances:0002"));
}

json_t *image_register_run(struct call *c)
{
	char id[WORLD_ID];
	json_t *image;

	if (!request_fits(c))
		return NULL;
	image = image_new(c, in_text(c->in, "Name"), id);
	set_members(c, image);
	set_mappings(c, image);
	set_products(c, image);
	tags_set(c, "image", image);
	image_add(c, id, image, in_has(c->in, "ImageLocation") ? IMAGE_FETCHES_MS : 0);
	return json_pack("{s:s}", "ImageId", id);
}
