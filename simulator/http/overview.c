/* overview.c - what a world holds, in short; see overview.h. */
#include "http/overview.h"

#include "base/json.h"
#include "base/map.h"
#include "base/mem.h"
#include "ops/account.h"
#include "ops/call.h"
#include "ops/kind.h"

#include <stdlib.h>
#include <string.h>

/* An image that something comes from. */
struct origin {
	char *id;
	const char *region;         /* where it is looked for first */
	const char *name, *account; /* as an instance remembers them; NULL */
};

struct overview {
	struct world *w;
	struct buf *out;
	struct map regions; /* to whatever is not NULL */
	struct map images;  /* own ones */
	struct origin *origins;
	size_t n_origins, cap_origins;
};

/* A member of a resource: what the page calls it, and where it is in the document. */
struct member {
	const char *name, *path;
};

struct part {
	const char *name; /* of the list */
	const char *kind, *bin;
	const struct member *members;
	void (*more)(struct overview *o, const struct resource *r);
};

/* ---- writing ---- */

static void add_value(struct buf *out, const char *name, const json_t *value)
{
	if (!value || json_is_null(value) || json_is_false(value))
		return;
	buf_addf(out, ",\"%s\":", name);
	buf_add_json(out, value, JSON_COMPACT | JSON_ENCODE_ANY);
}

static void add_text(struct buf *out, const char *name, const char *text)
{
	json_t *value = text && *text ? json_string(text) : NULL;

	add_value(out, name, value);
	json_decref(value);
}

/* Each text of a list's elements once; no member if there is none. */
static void add_texts(struct buf *out, const char *name, const json_t *list, const char *path)
{
	json_t *texts = json_array(), *element;
	size_t i;

	json_array_foreach(list, i, element)
	{
		const char *text = in_text(element, path);

		if (text && !list_has(texts, text))
			json_array_append_new(texts, json_string(text));
	}
	add_value(out, name, json_array_size(texts) ? texts : NULL);
	json_decref(texts);
}

static void add_place(struct overview *o, const struct resource *r)
{
	buf_addf(o->out, "{\"id\":\"%s\",\"account\":\"%s\",\"region\":\"%s\"", r->id,
		r->in.account, r->in.region);
}

/* Whom the owner lets use it: how many accounts and organisations, or everybody. */
static void add_shares(struct buf *out, const json_t *permissions)
{
	json_t *everybody = NULL, *permission;
	size_t i, n = 0;

	json_array_foreach(permissions, i, permission)
	{
		if (in_has(permission, "Group"))
			everybody = json_true();
		else
			n++;
	}
	add_value(out, "public", everybody);
	if (n)
		buf_addf(out, ",\"shared_with\":%zu", n);
}

/* ---- where images come from ---- */

static void note_origin(struct overview *o, const struct resource *r, const char *image)
{
	const char *region = in_text(r->doc, "SourceImageRegion"), *name, *account;

	if (!image || map_get(&o->images, image))
		return;
	name = in_text(r->doc, "_ImageName");
	account = in_text(r->doc, "_ImageOwner");
	ARRAY_GROW(o->origins, o->n_origins, o->cap_origins);
	o->origins[o->n_origins] = (struct origin){.id = xstrdup(image),
		.region = region ? region : r->in.region,
		.name = name,
		.account = account};
	map_add(&o->images, o->origins[o->n_origins].id, o);
	o->n_origins++;
}

static void add_origin(struct overview *o, const struct origin *from)
{
	struct resource r;
	bool here = resource_find(o->w, from->region, "image", from->id, &r);
	bool known = here || resource_find(o->w, from->region, "image-gone", from->id, &r);

	if (!known)
		r = (struct resource){
			place(from->account ? from->account : "", from->region, "image"), from->id,
			NULL, 0};
	add_place(o, &r);
	add_text(o->out, "name", known ? in_text(r.doc, "Name") : from->name);
	buf_addf(o->out, "%s},", here ? "" : ",\"gone\":true");
	map_add(&o->regions, r.in.region, o);
}

/* ---- the kinds ---- */

static const struct member image_members[] = {
	{"source_image", "SourceImageId"},
	{"source_region", "SourceImageRegion"},
	{"source_instance", "SourceInstanceId"},
	{"root_device", "RootDeviceType"},
	{"created", "CreationDate"},
	{"deprecated", "DeprecationTime"},
	{NULL, NULL},
};

static void more_of_image(struct overview *o, const struct resource *r)
{
	const char *protection = in_text(r->doc, "DeregistrationProtection");

	add_shares(o->out, in_list(r->doc, "_LaunchPermissions"));
	add_texts(o->out, "snapshots", in_list(r->doc, "BlockDeviceMappings"), "Ebs.SnapshotId");
	if (protection && strcmp(protection, "disabled") != 0)
		add_text(o->out, "protected", protection);
	note_origin(o, r, in_text(r->doc, "SourceImageId"));
}

static const struct member snapshot_members[] = {
	{"volume", "VolumeId"},
	{"size", "VolumeSize"},
	{"encrypted", "Encrypted"},
	{"tier", "StorageTier"},
	{"created", "StartTime"},
	{NULL, NULL},
};

static void more_of_snapshot(struct overview *o, const struct resource *r)
{
	add_shares(o->out, in_list(r->doc, "_CreateVolumePermissions"));
}

static const struct member volume_members[] = {
	{"size", "Size"},
	{"type", "VolumeType"},
	{"snapshot", "SnapshotId"},
	{"encrypted", "Encrypted"},
	{"created", "CreateTime"},
	{NULL, NULL},
};

static void more_of_volume(struct overview *o, const struct resource *r)
{
	add_texts(o->out, "instances", in_list(r->doc, "Attachments"), "InstanceId");
}

static const struct member instance_members[] = {
	{"type", "InstanceType"},
	{"image", "ImageId"},
	{"created", "LaunchTime"},
	{NULL, NULL},
};

static void more_of_instance(struct overview *o, const struct resource *r)
{
	add_texts(o->out, "volumes", in_list(r->doc, "BlockDeviceMappings"), "Ebs.VolumeId");
	note_origin(o, r, in_text(r->doc, "ImageId"));
}

/* Images first: what comes after them is asked whether it is one of them. */
static const struct part parts[] = {
	{"images", "image", "image-bin", image_members, more_of_image},
	{"snapshots", "snapshot", "snapshot-bin", snapshot_members, more_of_snapshot},
	{"volumes", "volume", NULL, volume_members, more_of_volume},
	{"instances", "instance", NULL, instance_members, more_of_instance},
};

/* ---- all of it ---- */

/* A snapshot's description tells a story, and is no name. */
static const char *name_of(const char *kind, const json_t *doc)
{
	struct kind k = *kind_find(kind);

	if (strcmp(kind, "snapshot") == 0)
		k.label = NULL;
	return kind_label(&k, doc);
}

static void add_resource(struct overview *o, const struct part *p, const struct resource *r)
{
	bool binned = strcmp(r->in.kind, p->kind) != 0;

	add_place(o, r);
	add_text(o->out, "name", name_of(p->kind, r->doc));
	add_text(o->out, "state", binned ? "recycle-bin" : kind_state(kind_find(p->kind), r->doc));
	for (const struct member *m = p->members; m->name; m++)
		add_value(o->out, m->name, in_get(r->doc, m->path));
	p->more(o, r);
	buf_addc(o->out, '}');
	map_add(&o->regions, r->in.region, o);
}

static size_t add_kind(struct overview *o, const struct part *p, const char *kind)
{
	struct world_walk walk = {0};
	struct resource r;
	size_t n = 0;

	while (kind && world_each(o->w, kind, &walk, &r)) {
		if (world_given(&r))
			continue;
		add_resource(o, p, &r);
		buf_addc(o->out, ',');
		n++;
	}
	return n;
}

static void drop_comma(struct buf *out)
{
	if (out->s[out->len - 1] == ',')
		buf_truncate(out, out->len - 1);
}

static void note_own_images(struct overview *o, const char *kind)
{
	struct world_walk walk = {0};
	struct resource r;

	while (world_each(o->w, kind, &walk, &r))
		if (!world_given(&r))
			map_add(&o->images, r.id, o);
}

static void add_accounts(struct overview *o)
{
	struct world_cursor at = {0};
	struct resource r;

	buf_adds(o->out, ",\"accounts\":[");
	while (world_next(o->w, place("", "", "account"), &at, &r)) {
		buf_addf(o->out, "{\"id\":\"%s\"", r.id);
		add_text(o->out, "name", in_text(r.doc, "Name"));
		buf_adds(o->out, "},");
	}
	drop_comma(o->out);
	buf_addc(o->out, ']');
}

static void add_origins(struct overview *o)
{
	buf_adds(o->out, ",\"others\":[");
	for (size_t i = 0; i < o->n_origins; i++)
		add_origin(o, &o->origins[i]);
	drop_comma(o->out);
	buf_addc(o->out, ']');
}

static void add_regions(struct overview *o)
{
	buf_adds(o->out, ",\"regions\":{");
	for (size_t i = 0; i < n_regions; i++)
		if (map_get(&o->regions, regions[i].name))
			buf_addf(o->out, "\"%s\":\"%s\",", regions[i].name, regions[i].long_name);
	drop_comma(o->out);
	buf_addc(o->out, '}');
}

static void add_lists(struct overview *o, size_t counts[])
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		buf_addf(o->out, ",\"%s\":[", parts[i].name);
		counts[i] = add_kind(o, &parts[i], parts[i].kind);
		counts[i] += add_kind(o, &parts[i], parts[i].bin);
		drop_comma(o->out);
		buf_addc(o->out, ']');
	}
}

static void add_counts(struct overview *o, const size_t counts[])
{
	buf_adds(o->out, ",\"counts\":{");
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		buf_addf(o->out, "\"%s\":%zu,", parts[i].name, counts[i]);
	drop_comma(o->out);
	buf_addc(o->out, '}');
}

static void overview_release(struct overview *o)
{
	for (size_t i = 0; i < o->n_origins; i++)
		free(o->origins[i].id);
	free(o->origins);
	map_release(&o->images);
	map_release(&o->regions);
}

void http_overview(struct world *w, struct buf *out)
{
	struct overview o = {.w = w, .out = out};
	size_t counts[ARRAY_LEN(parts)];
	char now[TIME_TEXT];

	buf_addf(out, "{\"now\":\"%s\"", time_text(world_now(w), now));
	add_accounts(&o);
	note_own_images(&o, "image");
	note_own_images(&o, "image-bin");
	add_lists(&o, counts);
	add_origins(&o);
	add_regions(&o);
	add_counts(&o, counts);
	buf_addc(out, '}');
	overview_release(&o);
}
