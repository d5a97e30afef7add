/* image-mapping.c - block device mappings that a request gives an image: what may be asked for, and
 * what becomes of it; see image.h. */
#include "ops/ebs.h"
#include "ops/image.h"

#include <string.h>

/* RegisterImage and CreateImage make gp2 volumes unless told otherwise. */
static const struct volume_type *type_of(const json_t *ebs)
{
	const char *type = in_text(ebs, "VolumeType");

	return volume_type_find(type ? type : "gp2");
}

bool image_mappings_named(struct call *c)
{
	json_t *list = in_list(c->in, "BlockDeviceMappings"), *given;
	size_t i, k;

	json_array_foreach(list, i, given)
	{
		const char *device = in_text(given, "DeviceName");

		if (!device) {
			call_fault(c, FAULT_MISSING_PARAMETER, "DeviceName");
			return false;
		}
		for (k = 0; k < i; k++)
			if (strcmp(device, in_text(json_array_get(list, k), "DeviceName")) == 0)
				call_fault(c, FAULT_INVALID_MAPPING,
					"A device name is mapped more than once.");
	}
	return !call_failed(c);
}

/* The volume is encrypted if its snapshot is, and not smaller. */
static bool snapshot_fits(
	struct call *c, const char *device, const json_t *ebs, struct resource *snapshot)
{
	const char *id = in_text(ebs, "SnapshotId");
	int64_t least, size;

	if (!snapshot_for_use(c, id, snapshot))
		return false;
	least = in_int(snapshot->doc, "VolumeSize", 0);
	size = in_int(ebs, "VolumeSize", least);
	if (in_has(ebs, "Encrypted") || in_has(ebs, "KmsKeyId"))
		call_fault(c, FAULT_AMI_MAPPING_ENCRYPTED, device);
	else if (size < least)
		call_fault(c, FAULT_VOLUME_SMALLER_THAN_SNAPSHOT, (long long)size, id,
			(long long)least);
	else if (image_is_state(snapshot->doc, "error"))
		call_fault(c, FAULT_INVALID_SNAPSHOT_NOT_FOUND, id);
	return !call_failed(c);
}

bool image_mapping_fits(struct call *c, const char *device, const json_t *ebs)
{
	struct resource snapshot = {.doc = NULL};

	if (in_has(ebs, "SnapshotId")) {
		if (!snapshot_fits(c, device, ebs, &snapshot))
			return false;
	} else if (!in_has(ebs, "VolumeSize")) {
		call_fault(c, FAULT_MAPPING_WITHOUT_SIZE, device);
		return false;
	}
	return volume_type_check(c, type_of(ebs),
		in_int(ebs, "VolumeSize", in_int(snapshot.doc, "VolumeSize", 0)),
		in_int(ebs, "Iops", 0), in_int(ebs, "Throughput", 0));
}

static void set_absent(json_t *ebs, const char *member, json_t *value)
{
	if (in_has(ebs, member))
		json_decref(value);
	else
		json_object_set_new(ebs, member, value);
}

json_t *image_mapping_ebs(const struct call *c, const json_t *given, bool deleted)
{
	json_t *ebs = json_deep_copy(given);
	const char *id = in_text(ebs, "SnapshotId");
	const struct volume_type *t = type_of(ebs);
	struct resource r = {.doc = NULL};

	if (id && !call_find(c, "snapshot", id, &r))
		r.doc = NULL;
	set_absent(ebs, "DeleteOnTermination", json_boolean(deleted));
	set_absent(ebs, "VolumeType", json_string(t->name));
	set_absent(ebs, "VolumeSize", json_integer(in_int(r.doc, "VolumeSize", 0)));
	set_absent(ebs, "Encrypted", json_boolean(in_bool(r.doc, "Encrypted", false)));
	if (t->free_iops)
		set_absent(ebs, "Iops", json_integer(t->free_iops));
	if (t->min_throughput)
		set_absent(ebs, "Throughput", json_integer(t->min_throughput));
	json_object_del(ebs, "KmsKeyId"); /* API reference: for launches only */
	return ebs;
}
