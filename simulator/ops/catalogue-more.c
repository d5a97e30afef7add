/*
 * catalogue-more.c - public images beyond the shipped ones, with the ids that somebody gave them:
 * they are there from the start like those, with their snapshots and their owners. See ops.h.
 */
#include "ops/catalogue.h"

#include <stdio.h>
#include <string.h>

static bool is_one_of(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

static bool is_in_region(const json_t *one, const char *region)
{
	json_t *names = json_object_get(one, "Regions");

	return !names || list_has(names, region);
}

/* Documents give what a file knows; a world adds the rest. */
static bool is_of_place(const json_t *one, struct place_of in)
{
	const json_t *image = json_object_get(one, "Image");
	const char *owner = in_text(image, "OwnerId"), *id = in_text(image, "ImageId");

	return owner && id && strcmp(owner, in.account) == 0 && is_in_region(one, in.region) &&
	       region_find(in.region);
}

/* An owner that the catalogue knows has an alias, unless the image says one. */
static const char *alias_of(const json_t *image)
{
	const char *said = in_text(image, "ImageOwnerAlias"), *owner = in_text(image, "OwnerId");

	return said ? said : is_one_of(catalogue_accounts, owner) ? "amazon" : NULL;
}

static void snapshot_id(
	const struct place_of in, const json_t *image, const json_t *mapping, char out[WORLD_ID])
{
	const char *said = in_text(mapping, "Ebs.SnapshotId");
	struct buf text = BUF_INIT;

	if (said) {
		snprintf(out, WORLD_ID, "%s", said);
		return;
	}
	buf_addf(&text, "%s/%s/%s", in.region, in_text(image, "ImageId"),
		in_text(mapping, "DeviceName"));
	world_fixed_id("snap", text.s, out);
	buf_release(&text);
}

/* ---- images ---- */

/* Of a copy of the image that nobody else has seen. */
static void name_snapshots(struct place_of in, json_t *image)
{
	json_t *mapping;
	size_t i;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, mapping)
	{
		json_t *ebs = json_object_get(mapping, "Ebs");
		char id[WORLD_ID];

		if (!ebs)
			continue;
		snapshot_id(in, image, mapping, id);
		json_object_set_new(ebs, "SnapshotId", json_string(id));
	}
}

static json_t *location_of(const json_t *image, const char *region)
{
	const char *name = in_text(image, "Name"), *alias = alias_of(image);

	if (strcmp(in_text(image, "RootDeviceType"), "ebs") != 0)
		return json_sprintf("%s-%s/%s.manifest.xml",
			alias ? alias : in_text(image, "OwnerId"), region, name);
	return json_sprintf("%s/%s", alias ? alias : in_text(image, "OwnerId"), name);
}

static json_t *image_doc(struct place_of in, const json_t *image)
{
	json_t *doc = json_deep_copy(image);
	const char *alias = alias_of(image), *details = in_text(image, "PlatformDetails");
	bool open = in_bool(image, "Public", true);
	json_t *rest = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:s*}", "State",
		"available", "ImageType", "machine", "Hypervisor", "xen",
		"DeregistrationProtection", "disabled", "Public", open, "FreeTierEligible",
		details && strcmp(details, "Linux/UNIX") == 0, "ImageLocation",
		location_of(image, in.region), "_LaunchPermissions",
		open ? json_pack("[{s:s}]", "Group", "all") : json_array(), "ImageOwnerAlias",
		alias);

	name_snapshots(in, doc);
	json_object_update(doc, rest);
	json_decref(rest);
	if (details && strcmp(details, "Windows") == 0)
		json_object_set_new(
			doc, "_BillingProducts", json_pack("[s]", CATALOGUE_BILLS_WINDOWS));
	else if (details && strcmp(details, "Red Hat Enterprise Linux") == 0)
		json_object_set_new(
			doc, "_BillingProducts", json_pack("[s]", CATALOGUE_BILLS_RHEL));
	return doc;
}

/* ---- snapshots ---- */

static json_t *snapshot_doc(const json_t *image, const json_t *mapping, const char *id)
{
	json_int_t gib = in_int(mapping, "Ebs.VolumeSize", 8);
	const char *created = in_text(image, "CreationDate");

	return json_pack("{s:s, s:s, s:s*, s:s, s:s, s:s, s:s, s:s, s:s*, s:I, s:b, s:s, s:I, s:o}",
		"SnapshotId", id, "OwnerId", in_text(image, "OwnerId"), "OwnerAlias",
		alias_of(image), "VolumeId", "vol-ffffffff", "StartTime", created, "CompletionTime",
		created, "State", "completed", "Progress", "100%", "Description",
		in_text(image, "Description"), "VolumeSize", gib, "Encrypted",
		in_bool(mapping, "Ebs.Encrypted", false), "StorageTier", "standard",
		"FullSnapshotSizeInBytes", (gib << 30) / 4, "_CreateVolumePermissions",
		in_bool(image, "Public", true) ? json_pack("[{s:s}]", "Group", "all")
					       : json_array());
}

static void give_snapshots(struct world *w, struct place_of in, const json_t *image)
{
	json_t *mapping;
	size_t i;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, mapping)
	{
		char id[WORLD_ID];

		if (!in_has(mapping, "Ebs"))
			continue;
		snapshot_id(in, image, mapping, id);
		world_give(w, in, id, snapshot_doc(image, mapping, id));
	}
}

/* ---- owners ---- */

static void give_owners(struct world *w, struct place_of in, const json_t *images)
{
	const json_t *one;
	size_t i;

	json_array_foreach(images, i, one)
	{
		const char *owner = in_text(json_object_get(one, "Image"), "OwnerId");

		if (owner && !is_one_of(catalogue_accounts, owner))
			world_give(w, in, owner, json_pack("{s:s}", "Id", owner));
	}
}

void catalogue_more(struct world *w, struct place_of in, const json_t *images)
{
	bool image = strcmp(in.kind, "image") == 0, snapshot = strcmp(in.kind, "snapshot") == 0;
	const json_t *one;
	size_t i;

	if (strcmp(in.kind, CATALOGUE_OWNER) == 0 && !*in.account)
		give_owners(w, in, images);
	if (!image && !snapshot)
		return;
	json_array_foreach(images, i, one)
	{
		const json_t *doc = json_object_get(one, "Image");

		if (!is_of_place(one, in))
			continue;
		if (snapshot)
			give_snapshots(w, in, doc);
		else if (!catalogue_ships(in.region, in_text(doc, "ImageId")))
			world_give(w, in, in_text(doc, "ImageId"), image_doc(in, doc));
	}
}
