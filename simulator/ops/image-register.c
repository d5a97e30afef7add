/* image-register.c - RegisterImage: an image of a snapshot, or of a bundle in S3; see image.h. */
#include "ops/image.h"

#include <string.h>

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
	return !call_failed(c);
}

static bool mapping_fits(struct call *c, const json_t *given)
{
	const char *device = in_text(given, "DeviceName");
	const json_t *ebs = in_get(given, "Ebs");

	if (is_root(c, device) && !root_fits(c, ebs))
		return false;
	return in_has(given, "NoDevice") || in_has(given, "VirtualName") ||
	       image_mapping_fits(c, device, ebs);
}

/* An EBS-backed image needs a mapping of its root device with a snapshot. */
static bool mappings_fit(struct call *c)
{
	json_t *given;
	bool root = false;
	size_t i;

	if (!image_mappings_named(c))
		return false;
	json_array_foreach(in_list(c->in, "BlockDeviceMappings"), i, given)
	{
		if (!mapping_fits(c, given))
			return false;
		root |= is_root(c, in_text(given, "DeviceName"));
	}
	if (!root)
		call_fault(c, FAULT_AMI_ROOT_SNAPSHOT);
	return root;
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

	if (!tags_check(c, types) || !image_name_check(c, in_text(c->in, "Name")) ||
		!image_description_check(c, in_text(c->in, "Description")) || !boot_fits(c))
		return false;
	return location ? manifest_fits(c, location) : mappings_fit(c);
}

/* ---- making ---- */

/* The root volume goes with its instance. */
static json_t *mapping_made(const struct call *c, const json_t *given)
{
	json_t *made = json_copy((json_t *)(uintptr_t)given), *ebs = json_object_get(given, "Ebs");

	if (ebs)
		json_object_set_new(made, "Ebs",
			image_mapping_ebs(c, ebs, is_root(c, in_text(given, "DeviceName"))));
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
