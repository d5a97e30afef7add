/*
 * catalogue.c - the public images of every Region, their snapshots, and the SSM parameters that
 * name the newest.
 *
 * An image's id is made of its Region and name, so it is the same in every world. Private members
 * of these documents beside those of all images: _BillingProducts.
 */
#include "ops/catalogue.h"
#include "ops/catalogue-data.def"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPRECATED_YEARS = 2 }; /* EC2 user guide, "Deprecate an AMI": of a public image */
static const int64_t year_ms = (int64_t)365 * 86400 * 1000;

const char *const catalogue_accounts[] = {
	AMAZON_LINUX, CANONICAL, DEBIAN, RED_HAT, AMAZON_WINDOWS, AMAZON_MAC, MARKETPLACE, NULL};

static bool has(const struct catalogue_row *row, char trait)
{
	return strchr(row->traits, trait) != NULL;
}

static void fixed_id(
	const char *prefix, const char *region, const struct catalogue_row *row, char out[WORLD_ID])
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s %s/%s", prefix, region, row->name);
	world_fixed_id(prefix, text.s, out);
	buf_release(&text);
}

/* ---- times ---- */

static json_t *created(const struct catalogue_row *row)
{
	return json_sprintf("%s:%02d.000Z", row->created, (int)(strlen(row->name) % 60));
}

/* Two years after its creation; what is of today in the catalogue stays so for the first year of
 * any world, whenever that begins. */
static json_t *deprecated(const struct world *w, const struct catalogue_row *row)
{
	char least[TIME_TEXT];
	int year = atoi(row->created) + DEPRECATED_YEARS;
	json_t *when = NULL;

	time_text(world_start(w) + year_ms, least);
	do {
		json_decref(when);
		when = json_sprintf("%04d%s:00.000Z", year++, row->created + 4);
	} while (has(row, 'C') && strcmp(json_string_value(when), least) < 0);
	return when;
}

/* ---- images ---- */

static void set_text(json_t *doc, const char *member, const char *text)
{
	if (*text)
		json_object_set_new(doc, member, json_string(text));
}

static json_t *root_mapping(const char *region, const struct catalogue_row *row)
{
	char snapshot[WORLD_ID];
	json_t *ebs;

	fixed_id("snap", region, row, snapshot);
	ebs = json_pack("{s:b, s:s, s:i, s:s, s:b}", "DeleteOnTermination", 1, "SnapshotId",
		snapshot, "VolumeSize", row->gib, "VolumeType", row->volume, "Encrypted", 0);
	if (strcmp(row->volume, "gp3") == 0) {
		json_object_set_new(ebs, "Iops", json_integer(3000));
		json_object_set_new(ebs, "Throughput", json_integer(125));
	}
	return json_pack("{s:s, s:o}", "DeviceName", row->root, "Ebs", ebs);
}

static json_t *mappings(const char *region, const struct catalogue_row *row)
{
	static const char *const disks[] = {"/dev/sdb", "/dev/sdc"};
	json_t *list = json_array();

	if (*row->volume)
		json_array_append_new(list, root_mapping(region, row));
	for (size_t i = 0; has(row, 'D') && i < ARRAY_LEN(disks); i++)
		json_array_append_new(
			list, json_pack("{s:s, s:o}", "DeviceName", disks[i], "VirtualName",
				      json_sprintf("ephemeral%d", (int)i)));
	return list;
}

struct platform {
	const char *details, *operation, *bills;
};
static const struct platform platforms[] = {
	[LINUX] = {"Linux/UNIX", "RunInstances", NULL},
	[RHEL] = {"Red Hat Enterprise Linux", "RunInstances:0010", CATALOGUE_BILLS_RHEL},
	[WINDOWS] = {"Windows", "RunInstances:0002", CATALOGUE_BILLS_WINDOWS},
};

static void set_platform(json_t *doc, const struct catalogue_row *row)
{
	const struct platform *p = &platforms[row->platform];

	set_text(doc, "PlatformDetails", p->details);
	set_text(doc, "UsageOperation", p->operation);
	if (row->platform == WINDOWS)
		set_text(doc, "Platform", "windows");
	if (p->bills)
		json_object_set_new(doc, "_BillingProducts", json_pack("[s]", p->bills));
	if (has(row, 'M'))
		json_object_set_new(doc, "ProductCodes",
			json_pack("[{s:s, s:s}]", "ProductCodeId", CATALOGUE_PRODUCT,
				"ProductCodeType", "marketplace"));
	json_object_set_new(doc, "FreeTierEligible",
		json_boolean(!has(row, 'M') && strstr(row->architecture, "mac") == NULL));
}

static void set_hardware(json_t *doc, const char *region, const struct catalogue_row *row)
{
	bool paravirtual = has(row, 'P');
	char kernel[WORLD_ID];

	set_text(doc, "VirtualizationType", paravirtual ? "paravirtual" : "hvm");
	set_text(doc, "RootDeviceName", row->root);
	set_text(doc, "RootDeviceType", *row->volume ? "ebs" : "instance-store");
	set_text(doc, "BootMode", row->boot);
	json_object_set_new(doc, "BlockDeviceMappings", mappings(region, row));
	if (has(row, 'E')) {
		json_object_set_new(doc, "EnaSupport", json_true());
		if (strstr(row->architecture, "mac") == NULL)
			set_text(doc, "SriovNetSupport", "simple");
	}
	if (has(row, 'I'))
		set_text(doc, "ImdsSupport", "v2.0");
	if (paravirtual) {
		world_fixed_id("aki", region, kernel);
		set_text(doc, "KernelId", kernel);
	}
}

static json_t *location(const char *region, const struct catalogue_row *row)
{
	if (*row->volume)
		return json_sprintf(
			"%s/%s", has(row, 'M') ? "aws-marketplace" : "amazon", row->name);
	return json_sprintf("amazon-%s/%s.manifest.xml", region, row->name);
}

static json_t *image_doc(
	const struct world *w, const char *region, const struct catalogue_row *row, const char *id)
{
	json_t *doc = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:b, s:o, s:s, s:s, s:s, s:s, s:o}", "ImageId",
		id, "Name", row->name, "Description", row->description, "OwnerId", row->owner,
		"ImageOwnerAlias", has(row, 'M') ? "aws-marketplace" : "amazon", "ImageLocation",
		location(region, row), "State", "available", "Public", 1, "CreationDate",
		created(row), "Architecture", row->architecture, "ImageType", "machine",
		"Hypervisor", "xen", "DeregistrationProtection", "disabled", "DeprecationTime",
		deprecated(w, row));

	set_hardware(doc, region, row);
	set_platform(doc, row);
	json_object_set_new(doc, "_LaunchPermissions", json_pack("[{s:s}]", "Group", "all"));
	if (row->parameters[0])
		set_text(doc, "PublicSsmParameterName", row->parameters[0]);
	return doc;
}

/* ---- snapshots ---- */

static json_t *snapshot_doc(const struct catalogue_row *row, const char *id)
{
	json_int_t bytes = ((json_int_t)row->gib << 30) / 4;
	bool open = !has(row, 'B');

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:i, s:b, s:s, s:I, s:o}",
		"SnapshotId", id, "OwnerId", row->owner, "OwnerAlias",
		has(row, 'M') ? "aws-marketplace" : "amazon", "VolumeId", "vol-ffffffff",
		"StartTime", created(row), "CompletionTime", created(row), "State", "completed",
		"Progress", "100%", "Description", row->description, "VolumeSize", row->gib,
		"Encrypted", 0, "StorageTier", "standard", "FullSnapshotSizeInBytes", bytes,
		"_CreateVolumePermissions",
		open ? json_pack("[{s:s}]", "Group", "all") : json_array());
}

void catalogue_genesis(struct world *w, struct place_of in)
{
	bool images = strcmp(in.kind, "image") == 0, snapshots = strcmp(in.kind, "snapshot") == 0;
	char id[WORLD_ID];

	if (!images && !snapshots)
		return;
	for (size_t i = 0; i < ARRAY_LEN(catalogue_rows); i++) {
		const struct catalogue_row *row = &catalogue_rows[i];

		if (strcmp(row->owner, in.account) != 0 || (snapshots && !*row->volume))
			continue;
		fixed_id(images ? "ami" : "snap", in.region, row, id);
		world_give(w, in, id,
			images ? image_doc(w, in.region, row, id) : snapshot_doc(row, id));
	}
}

bool catalogue_ships(const char *region, const char *id)
{
	for (size_t i = 0; i < ARRAY_LEN(catalogue_rows); i++) {
		char shipped[WORLD_ID];

		fixed_id("ami", region, &catalogue_rows[i], shipped);
		if (strcmp(shipped, id) == 0)
			return true;
	}
	return false;
}

/* ---- SSM parameters ---- */

static const json_t *image_of(
	const struct world *w, const char *region, const struct catalogue_row *row)
{
	char id[WORLD_ID];

	fixed_id("ami", region, row, id);
	return world_get(w, place(row->owner, region, "image"), id);
}

const char *catalogue_parameter(const struct world *w, const char *region, const char *name)
{
	struct public_parameter p;

	for (size_t i = 0; catalogue_parameter_at(w, region, i, &p); i++)
		if (strcmp(p.name, name) == 0)
			return p.image_id;
	return NULL;
}

bool catalogue_parameter_at(
	const struct world *w, const char *region, size_t i, struct public_parameter *out)
{
	for (size_t k = 0; k < ARRAY_LEN(catalogue_rows); k++) {
		const struct catalogue_row *row = &catalogue_rows[k];

		for (size_t n = 0; n < ARRAY_LEN(row->parameters) && row->parameters[n]; n++) {
			const json_t *image;

			if (i-- > 0)
				continue;
			image = image_of(w, region, row);
			*out = (struct public_parameter){row->parameters[n],
				in_text(image, "ImageId"), in_text(image, "CreationDate")};
			return true;
		}
	}
	return false;
}
