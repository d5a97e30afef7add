/*
 * catalogue.c - reading a file of images, checking it, and writing it as the documents that a world
 * begins with: [{"Regions": [...], "Image": {...}}], where no Regions are all of them.
 */
#include "app/catalogue.h"

#include "base/intl.h"
#include "base/json.h"
#include "base/map.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const char hex[] = "0123456789abcdef";
static const char digits[] = "0123456789";

/* What stands for an owner's number. */
static const char *const owners[][2] = {
	{"amazon", "137112412989"},
	{"aws-marketplace", "679593333241"},
	{NULL, NULL},
};

static const char *owner_of(const struct catalogue_image *m)
{
	for (size_t i = 0; m->owner.s && owners[i][0]; i++)
		if (strcmp(owners[i][0], m->owner.s) == 0)
			return owners[i][1];
	return m->owner.s ? m->owner.s : owners[0][1];
}

static bool is(const struct word *w, const char *value)
{
	return w->s && strcmp(w->s, value) == 0;
}

/* ---- checking ---- */

/* "ami-" and 8 or 17 hexadecimal digits. */
static bool is_resource_id(const char *s, const char *prefix)
{
	size_t n = strlen(prefix), m;

	if (strncmp(s, prefix, n) != 0)
		return false;
	m = strlen(s + n);
	return (m == 8 || m == 17) && strspn(s + n, hex) == m;
}

/* As the API has it: 3 to 128 characters. */
static bool is_image_name(const char *s)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		" ()[]./-'@_";
	size_t n = strlen(s);

	return n >= 3 && n <= 128 && strspn(s, letters) == n;
}

/* "ap-northeast-2"; whether there is such a one, the world knows. */
static bool is_region(const char *s)
{
	size_t n = strlen(s), i = 0, parts = 0;

	for (; s[i] >= 'a' && s[i] <= 'z'; parts++) {
		i += strspn(s + i, "abcdefghijklmnopqrstuvwxyz");
		if (s[i++] != '-')
			return false;
	}
	return parts >= 2 && i + 1 == n && strchr(digits, s[i]);
}

/* A date or a moment as the API writes it; appended. */
static bool add_created(const char *s, struct buf *out)
{
	struct moment m;
	day_t day;

	if (day_parse(s, &day)) {
		buf_addf(out, "%sT00:00:00.000Z", s);
		return true;
	}
	if (!moment_parse(s, &m) || m.offset_min != 0 || strlen(s) < 19)
		return false;
	buf_addf(out, "%.19s.000Z", s);
	return true;
}

static void check_mapping(
	struct diags *d, const struct catalogue_image *m, const struct image_mapping *p)
{
	bool ebs = p->snapshot.s || p->size.at.line || p->type.s || p->encrypted.s ||
		   p->delete_on_termination.s;

	if (p->device.s && strchr(p->device.s, ' '))
		diag_error(d, p->device.at, _("'%.60s' is no device name"), p->device.s);
	if (p->snapshot.s && !is_resource_id(p->snapshot.s, "snap-"))
		diag_error(d, p->snapshot.at,
			_("'%.60s' is no snapshot id: 'snap-' and 8 or 17 hexadecimal digits"),
			p->snapshot.s);
	if (p->disk.s && ebs)
		diag_error(d, p->disk.at,
			_("a disk of the instance's own has no snapshot, size or type"));
	if (ebs && is(&m->root_type, "instance-store"))
		diag_error(d, p->at,
			_("an image with its root in instance store has no volumes here"));
}

static void check_mappings(struct diags *d, const struct catalogue_image *m)
{
	struct map seen = {0};
	bool root = false;

	for (size_t i = 0; i < m->n_mappings; i++) {
		const struct image_mapping *p = &m->mappings[i];

		check_mapping(d, m, p);
		if (!p->device.s)
			continue;
		if (map_add(&seen, p->device.s, (void *)(uintptr_t)p) != p)
			diag_error(d, p->device.at, _("the device '%.60s' is mapped twice"),
				p->device.s);
		root = root || is(&m->root_device, p->device.s);
	}
	if (m->n_mappings && m->root_device.s && !root && !is(&m->root_type, "instance-store"))
		diag_error(d, m->root_device.at, _("no mapping is for the root device '%.60s'"),
			m->root_device.s);
	map_release(&seen);
}

static void check_regions(struct diags *d, const struct catalogue_image *m)
{
	for (size_t i = 0; i < m->n_regions; i++) {
		const struct word *r = &m->regions[i];

		if (r->s && strcmp(r->s, "all") != 0 && !is_region(r->s))
			diag_error(
				d, r->at, _("'%.60s' is no Region: us-east-1, ... or all"), r->s);
	}
}

static void check_image(struct diags *d, const struct catalogue_image *m, struct map *seen)
{
	const struct catalogue_image *first;
	const char *owner = owner_of(m);
	struct buf created = BUF_INIT;

	if (m->id.s && !is_resource_id(m->id.s, "ami-"))
		diag_error(d, m->id.at,
			_("'%.60s' is no image id: 'ami-' and 8 or 17 hexadecimal digits"),
			m->id.s);
	if (m->name.s && !is_image_name(m->name.s))
		diag_error(d, m->name.at,
			_("a name has 3 to 128 letters, digits, blanks and ()[]./-'@_"));
	if (strlen(owner) != 12 || strspn(owner, digits) != 12)
		diag_error(d, m->owner.at,
			_("an owner is 12 digits in quotes, 'amazon' or 'aws-marketplace'"));
	if (m->created.s && !add_created(m->created.s, &created))
		diag_error(d, m->created.at,
			_("expected a date like 2026-11-21 or 2026-11-21T10:20:30Z, found '%.40s'"),
			m->created.s);
	buf_release(&created);
	check_regions(d, m);
	check_mappings(d, m);
	first = m->id.s ? map_add(seen, m->id.s, (void *)(uintptr_t)m) : m;
	if (first != m)
		diag_error(d, m->id.at, _("the image '%.60s' stands already in line %u"), m->id.s,
			(unsigned)first->id.at.line);
}

static void check_all(struct diags *d, const struct catalogue_images *all)
{
	struct map seen = {0};

	for (size_t i = 0; i < all->n_items; i++)
		check_image(d, &all->items[i], &seen);
	map_release(&seen);
}

/* ---- writing ---- */

static void set(json_t *doc, const char *member, const char *text)
{
	if (text)
		json_object_set_new(doc, member, json_string(text));
}

static const char *or_else(const struct word *w, const char *otherwise)
{
	return w->s ? w->s : otherwise;
}

/* Of the Region's own making unless said: a snapshot's id belongs to the world then. */
static json_t *mapping_doc(const struct image_mapping *p, const char *device)
{
	json_t *ebs;

	if (p->disk.s)
		return json_pack("{s:s, s:s}", "DeviceName", device, "VirtualName", p->disk.s);
	ebs = json_pack("{s:b, s:s*, s:i, s:s, s:b}", "DeleteOnTermination",
		!is(&p->delete_on_termination, "false"), "SnapshotId", p->snapshot.s, "VolumeSize",
		p->size.value ? p->size.value : 8, "VolumeType", or_else(&p->type, "gp2"),
		"Encrypted", is(&p->encrypted, "true"));
	if (is(&p->type, "gp3")) {
		json_object_set_new(ebs, "Iops", json_integer(3000));
		json_object_set_new(ebs, "Throughput", json_integer(125));
	}
	return json_pack("{s:s, s:o}", "DeviceName", device, "Ebs", ebs);
}

static const char *root_device(const struct catalogue_image *m)
{
	bool xvd = !m->platform.s || is(&m->platform, "linux");

	if (m->root_device.s)
		return m->root_device.s;
	return m->n_mappings ? m->mappings[0].device.s : xvd ? "/dev/xvda" : "/dev/sda1";
}

static json_t *mapping_docs(const struct catalogue_image *m)
{
	static const struct image_mapping plain;
	json_t *list = json_array();

	for (size_t i = 0; i < m->n_mappings; i++)
		json_array_append_new(list, mapping_doc(&m->mappings[i], m->mappings[i].device.s));
	if (!m->n_mappings && !is(&m->root_type, "instance-store"))
		json_array_append_new(list, mapping_doc(&plain, root_device(m)));
	return list;
}

/* What is billed besides the instance, and how it is called ("Understand AMI billing information",
 * EC2 user guide). */
static const struct {
	const char *platform, *details, *operation;
} platforms[] = {
	{"linux", "Linux/UNIX", "RunInstances"},
	{"windows", "Windows", "RunInstances:0002"},
	{"rhel", "Red Hat Enterprise Linux", "RunInstances:0010"},
	{"suse", "SUSE Linux", "RunInstances:000g"},
	{NULL, NULL, NULL},
};

static void set_platform(json_t *doc, const struct catalogue_image *m)
{
	const char *platform = or_else(&m->platform, "linux");

	for (size_t i = 0; platforms[i].platform; i++) {
		if (strcmp(platforms[i].platform, platform) != 0)
			continue;
		set(doc, "PlatformDetails", platforms[i].details);
		set(doc, "UsageOperation", platforms[i].operation);
	}
	set(doc, "Platform", is(&m->platform, "windows") ? "windows" : NULL);
}

static json_t *image_doc(const struct catalogue_image *m)
{
	struct buf created = BUF_INIT;
	json_t *doc;

	add_created(or_else(&m->created, "2024-01-01"), &created);
	doc = json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s, s:b, s:s, s:s, s:s, s:s, s:o}", "ImageId",
		m->id.s, "Name", m->name.s, "OwnerId", owner_of(m), "ImageOwnerAlias", m->alias.s,
		"Description", m->description.s, "CreationDate", created.s, "Public",
		!is(&m->is_public, "false"), "Architecture", or_else(&m->architecture, "x86_64"),
		"RootDeviceName", root_device(m), "RootDeviceType", or_else(&m->root_type, "ebs"),
		"VirtualizationType", or_else(&m->virtualization, "hvm"), "BlockDeviceMappings",
		mapping_docs(m));
	buf_release(&created);
	set_platform(doc, m);
	set(doc, "BootMode", m->boot_mode.s);
	set(doc, "ImdsSupport", m->imds.s);
	if (!is(&m->ena, "false") && !is(&m->virtualization, "paravirtual"))
		json_object_set_new(doc, "EnaSupport", json_true());
	return doc;
}

static json_t *region_list(const struct catalogue_image *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->n_regions; i++) {
		if (is(&m->regions[i], "all")) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, json_string(m->regions[i].s));
	}
	if (m->n_regions)
		return list;
	json_decref(list);
	return NULL;
}

static char *images_text(const struct catalogue_images *all)
{
	json_t *list = json_array();
	char *text;

	for (size_t i = 0; i < all->n_items; i++)
		json_array_append_new(
			list, json_pack("{s:o*, s:o}", "Regions", region_list(&all->items[i]),
				      "Image", image_doc(&all->items[i])));
	text = json_text(list, JSON_COMPACT);
	json_decref(list);
	return text;
}

bool catalogue_read(const char *path, struct catalogue *out, struct err *e)
{
	struct document_file file;
	struct catalogue_images all;
	bool fine;

	*out = (struct catalogue){0};
	if (!document_read(&file, path, &catalogue_shape, &all, e))
		return false;
	check_all(&file.diags, &all);
	fine = document_judge(&file, e);
	if (fine)
		out->images = images_text(&all);
	document_release(&file);
	return fine;
}

void catalogue_release(struct catalogue *c)
{
	free(c->images);
	*c = (struct catalogue){0};
}
