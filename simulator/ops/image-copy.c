/* image-copy.c - CopyImage: into the caller's account and Region, encrypted as asked for, never
 * less than before; see image.h. */
#include "ops/account.h"
#include "ops/image.h"

#include <string.h>

/* ---- the source ---- */

/* Copies stay within a partition, so a Region of another is no Region here. */
static bool source_find(struct call *c, struct resource *from)
{
	const char *id = in_text(c->in, "SourceImageId"), *region = in_text(c->in, "SourceRegion");
	const struct region_facts *facts = region_find(region);

	if (!facts)
		call_fault(c, FAULT_INVALID_VALUE, region, "sourceRegion",
			"It is not a Region of the partition that the copy is made in.");
	else if (!id_fits(id, "ami"))
		call_fault(c, FAULT_INVALID_AMI_ID_MALFORMED, id);
	else if (!resource_find(c->w, facts->name, "image", id, from) || !image_seen(c, from))
		call_fault(c, FAULT_INVALID_AMI_ID_NOT_FOUND, id);
	else if (image_is_state(from->doc, "pending"))
		call_fault(c, FAULT_AMI_PENDING_USE, id);
	else if (!image_is_state(from->doc, "available"))
		call_fault(c, FAULT_AMI_STATE_USE, id, in_text(from->doc, "State"));
	return !call_failed(c);
}

static bool snapshot_find(
	const struct call *c, const struct resource *image, const char *id, struct resource *out)
{
	return resource_find(c->w, image->in.region, "snapshot", id, out) && snapshot_seen(c, out);
}

/* To launch an image is not to read it: its snapshots have to be one's own, public or shared as
 * well. */
static bool storage_fits(struct call *c, const struct resource *from)
{
	json_t *ids = image_snapshots(from->doc), *id;
	bool own = image_own(c, from), fits = own || json_array_size(ids) > 0;
	struct resource r;
	size_t i;

	json_array_foreach(ids, i, id) fits =
		fits && snapshot_find(c, from, json_string_value(id), &r);
	json_decref(ids);
	if (!fits)
		call_fault(c, FAULT_AMI_STORAGE_PERMISSION);
	return fits;
}

static bool source_fits(struct call *c, const struct resource *from)
{
	bool own = image_own(c, from);

	if (!own && image_marketplace(from->doc))
		call_fault(c, FAULT_AMI_MARKETPLACE_COPY);
	else if (!own && json_array_size(in_list(from->doc, "_BillingProducts")))
		call_fault(c, FAULT_AMI_BILLING_COPY);
	return !call_failed(c) && storage_fits(c, from);
}

/* ---- the request ---- */

static int copies_under_way(const struct call *c)
{
	struct world_cursor at = {0};
	struct resource r;
	int n = 0;

	while (call_next(c, "image-pending", &at, &r))
		n += strcmp(in_text(r.doc, "Operation"), "CopyImage") == 0;
	return n;
}

static bool encryption_fits(struct call *c, const struct resource *from)
{
	bool said = in_has(c->in, "Encrypted"), encrypted = in_bool(c->in, "Encrypted", false);

	if (in_has(c->in, "KmsKeyId") && !encrypted)
		call_fault(c, FAULT_KMS_REQUIRES_ENCRYPTED);
	else if (said && !encrypted && image_encrypted(from->doc))
		call_fault(c, FAULT_AMI_COPY_DECRYPT);
	return !call_failed(c);
}

static bool request_fits(struct call *c)
{
	int64_t minutes = in_int(c->in, "SnapshotCopyCompletionDurationMinutes", 0);

	if (in_has(c->in, "DestinationOutpostArn"))
		call_fault(c, FAULT_INVALID_VALUE, in_text(c->in, "DestinationOutpostArn"),
			"destinationOutpostArn", "The account has no such Outpost.");
	else if (in_has(c->in, "DestinationAvailabilityZone") ||
		 in_has(c->in, "DestinationAvailabilityZoneId"))
		call_fault(c, FAULT_UNSUPPORTED, "An image can be copied to a Local Zone only.");
	else if (minutes % 15) /* API reference: in 15-minute increments */
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"SnapshotCopyCompletionDurationMinutes must be a multiple of 15.");
	else if (copies_under_way(c) >= IMAGE_COPIES_MAX)
		call_fault(c, FAULT_AMI_COPY_QUOTA, (long long)IMAGE_COPIES_MAX);
	return !call_failed(c);
}

/* ---- snapshots ---- */

/*
 * The key of a snapshot's copy; none: not encrypted. EC2 user guide, "Encryption and copying":
 * without a word it stays as it is, one's own in its Region under its own key, else under the
 * default key; encryption by default encrypts all. A key that does not exist lets the copy fail
 * later.
 */
static void copy_key(struct call *c, const struct resource *snapshot, struct buf *key)
{
	bool was = in_bool(snapshot->doc, "Encrypted", false), own = image_own(c, snapshot);
	const char *named = in_text(c->in, "KmsKeyId");

	if (!was && !in_bool(c->in, "Encrypted", false) && !ebs_encrypts_by_default(c))
		return;
	if (named) {
		if (!kms_resolve(c, named, key)) {
			buf_clear(key);
			buf_adds(key, named);
		}
	} else if (was && own && strcmp(snapshot->in.region, c->who.region) == 0 &&
		   !in_has(c->in, "Encrypted")) {
		buf_adds(key, in_text(snapshot->doc, "KmsKeyId"));
	} else {
		ebs_default_key(c, key);
	}
}

/* "1,735,689,605,000": as the service writes the moment of the task. */
static void add_grouped(struct buf *out, int64_t n)
{
	if (n >= 1000) {
		add_grouped(out, n / 1000);
		buf_addf(out, ",%03d", (int)(n % 1000));
	} else {
		buf_addf(out, "%d", (int)n);
	}
}

/* As CopySnapshot takes it: its tags are the request's for snapshots, its time what was asked for.
 */
static json_t *snapshot_request(const struct call *c)
{
	json_t *in = json_object();

	json_object_set(in, "TagSpecifications", in_get(c->in, "TagSpecifications"));
	json_object_set(in, "CompletionDurationMinutes",
		in_get(c->in, "SnapshotCopyCompletionDurationMinutes"));
	return in;
}

static bool copy_snapshot(
	struct call *c, const struct resource *image, const char *from, const char *to, json_t *ebs)
{
	struct buf text = BUF_INIT, key = BUF_INIT;
	struct resource snapshot;
	struct call one = *c;
	char id[WORLD_ID];
	bool ok;

	if (!snapshot_find(c, image, from, &snapshot))
		return false;
	copy_key(c, &snapshot, &key);
	buf_addf(&text,
		"Copied for DestinationAmi %s from SourceAmi %s for SourceSnapshot %s. Task created on ",
		to, image->id, from);
	add_grouped(&text, call_now(c));
	buf_addc(&text, '.');
	one.in = snapshot_request(c);
	ok = snapshot_of_snapshot(&one, &snapshot, text.s, key.len ? key.s : NULL, id);
	json_decref(one.in);
	if (ok) {
		json_object_set_new(ebs, "SnapshotId", json_string(id));
		json_object_set_new(ebs, "Encrypted", json_boolean(key.len > 0));
	}
	buf_release(&text);
	buf_release(&key);
	return ok;
}

static bool copy_mappings(
	struct call *c, const struct resource *from, const char *to, json_t *image)
{
	json_t *old = in_list(from->doc, "BlockDeviceMappings"), *list = json_deep_copy(old),
	       *mapping;
	size_t i;

	json_object_set_new(image, "BlockDeviceMappings", list);
	json_array_foreach(old, i, mapping)
	{
		const char *snapshot = in_text(mapping, "Ebs.SnapshotId");
		json_t *ebs = json_object_get(json_array_get(list, i), "Ebs");

		if (snapshot && !copy_snapshot(c, from, snapshot, to, ebs))
			return false;
		if (ebs && !snapshot && ebs_encrypts_by_default(c))
			json_object_set_new(ebs, "Encrypted", json_true());
	}
	return true;
}

/* ---- the image ---- */

static bool has_key(const json_t *tags, const char *key)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		if (strcmp(in_text(tag, "Key"), key) == 0)
			return true;
	}
	return false;
}

/* One's own tags may come along, never the system's nor another account's; the request's win. */
static void set_tags(struct call *c, const struct resource *from, json_t *image)
{
	json_t *tags, *tag;
	size_t i;

	tags_set(c, "image", image);
	if (!in_bool(c->in, "CopyImageTags", false) || !image_own(c, from))
		return;
	tags = in_list(image, "Tags") ? json_incref(in_list(image, "Tags")) : json_array();
	json_array_foreach(in_list(from->doc, "Tags"), i, tag)
	{
		const char *key = in_text(tag, "Key");

		if (strncmp(key, "aws:", 4) != 0 && !has_key(tags, key))
			json_array_append_new(tags, json_deep_copy(tag));
	}
	if (json_array_size(tags))
		json_object_set(image, "Tags", tags);
	json_decref(tags);
}

static void set_members(struct call *c, const struct resource *from, json_t *image)
{
	static const char *const same[] = {"Architecture", "BootMode", "EnaSupport", "Hypervisor",
		"ImageType", "ImdsSupport", "KernelId", "Platform", "PlatformDetails",
		"ProductCodes", "RamdiskId", "RootDeviceName", "RootDeviceType", "SriovNetSupport",
		"TpmSupport", "UsageOperation", "VirtualizationType", "FreeTierEligible",
		"_UefiData", "_BillingProducts", "_Consistency"};
	const char *description = in_text(c->in, "Description");

	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		json_object_set(image, same[i], json_object_get(from->doc, same[i]));
	json_object_set_new(image, "SourceImageId", json_string(from->id));
	json_object_set_new(image, "SourceImageRegion", json_string(from->in.region));
	json_object_set_new(image, "Description",
		description ? json_string(description)
			    : json_sprintf("[Copied %s from %s] %s", from->id, from->in.region,
				      in_text(from->doc, "Name")));
	image_watermarks_copy(from->doc, image);
	set_tags(c, from, image);
}

json_t *image_copy_run(struct call *c)
{
	static const char *const types[] = {"image", "snapshot", NULL};
	struct resource from;
	char id[WORLD_ID];
	json_t *image;

	if (!tags_check(c, types) || !image_name_check(c, in_text(c->in, "Name")) ||
		!image_description_check(c, in_text(c->in, "Description")) || !request_fits(c) ||
		!source_find(c, &from) || !source_fits(c, &from) || !encryption_fits(c, &from))
		return NULL;
	image = image_new(c, in_text(c->in, "Name"), id);
	set_members(c, &from, image);
	if (!copy_mappings(c, &from, id, image)) {
		json_decref(image);
		return NULL;
	}
	image_add(c, id, image, 0);
	return json_pack("{s:s}", "ImageId", id);
}
