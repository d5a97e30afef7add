/*
 * tag-ops.c - CreateTags, DeleteTags, DescribeTags: whatever has an id can have tags. The caller's
 * tags on another account's image or snapshot are the caller's own affair (kind "foreign-tags").
 * Source: the EC2 API reference; tag.c has the rules of the tags themselves.
 */
#include "ops/account.h"
#include "ops/links.h"

#include <stdio.h>
#include <string.h>

enum { TAGS_MAX = 50 };

/* What an id's first letters say, in the order in which DescribeTags lists. */
struct taggable {
	const char *prefix, *kind, *type;
	enum fault_id not_found; /* takes the id */
	bool always;             /* answers show an empty list of tags too */
};

static const struct taggable taggables[] = {
	{"ami", "image", "image", FAULT_INVALID_AMI_ID_NOT_FOUND, false},
	{"snap", "snapshot", "snapshot", FAULT_INVALID_SNAPSHOT_NOT_FOUND, false},
	{"i", "instance", "instance", FAULT_INVALID_INSTANCE_ID_NOT_FOUND, false},
	{"vol", "volume", "volume", FAULT_INVALID_VOLUME_NOT_FOUND, false},
	{"lt", "launch-template", "launch-template", FAULT_INVALID_TEMPLATE_ID_NOT_FOUND, false},
	{"key", "key-pair", "key-pair", FAULT_KEY_PAIR_ID_NOT_FOUND, false},
	{"sir", "spot-request", "spot-instances-request", FAULT_INVALID_SPOT_REQUEST, false},
	{"replacevol", "root-volume-task", "replace-root-volume-task", FAULT_INVALID_REPLACE_TASK,
		false},
	{"import-ami", "import-image-task", "import-image-task",
		FAULT_INVALID_IMPORT_TASK_NOT_FOUND, false},
	{"import-snap", "import-snapshot-task", "import-snapshot-task",
		FAULT_INVALID_IMPORT_TASK_NOT_FOUND, false},
	{"export-ami", "export-image-task", "export-image-task",
		FAULT_INVALID_EXPORT_TASK_NOT_FOUND, false},
	{"amiur", "image-usage-report", "image-usage-report", FAULT_USAGE_REPORT_NOT_FOUND, false},
	{"vpc", "vpc", "vpc", FAULT_INVALID_VPC_NOT_FOUND, false},
	{"subnet", "subnet", "subnet", FAULT_INVALID_SUBNET_NOT_FOUND, false},
	{"igw", "internet-gateway", "internet-gateway", FAULT_INVALID_GATEWAY_NOT_FOUND, true},
	{"rtb", "route-table", "route-table", FAULT_INVALID_ROUTE_TABLE_NOT_FOUND, true},
	{"sg", "security-group", "security-group", FAULT_INVALID_GROUP_NOT_FOUND, false},
	{"sgr", "security-group-rule", "security-group-rule", FAULT_RULE_ID_NOT_FOUND, true},
	{"eni", "network-interface", "network-interface", FAULT_INVALID_INTERFACE_NOT_FOUND, false},
	{"eipalloc", "address", "elastic-ip", FAULT_INVALID_ALLOCATION_NOT_FOUND, false},
};

enum { N_TAGGABLES = sizeof taggables / sizeof taggables[0] };

/* ---- from an id to its resource ---- */

static const struct taggable *taggable_of(const char *id)
{
	const char *dash = strrchr(id, '-');

	for (size_t i = 0; dash && i < N_TAGGABLES; i++) {
		size_t n = strlen(taggables[i].prefix);

		if ((size_t)(dash - id) == n && strncmp(id, taggables[i].prefix, n) == 0)
			return &taggables[i];
	}
	return NULL;
}

/* Key pairs are kept by name. */
static bool find_key_pair(const struct call *c, const char *id, struct resource *out)
{
	struct world_cursor at = {0};

	while (call_next(c, "key-pair", &at, out))
		if (strcmp(in_text(out->doc, "KeyPairId"), id) == 0)
			return true;
	return false;
}

static bool is_own(const struct call *c, const struct resource *r)
{
	return strcmp(r->in.account, c->who.account) == 0;
}

static bool find_seen(
	const struct call *c, const struct taggable *t, const char *id, struct resource *out)
{
	if (strcmp(t->kind, "key-pair") == 0)
		return find_key_pair(c, id, out);
	*out = (struct resource){call_place(c, t->kind), id, call_get(c, t->kind, id), 0};
	if (out->doc)
		return true;
	if (strcmp(t->kind, "image") == 0)
		return call_find(c, t->kind, id, out) && image_seen(c, out);
	if (strcmp(t->kind, "snapshot") == 0)
		return call_find(c, t->kind, id, out) && snapshot_seen(c, out);
	return false;
}

static const struct taggable *find(struct call *c, const char *id, struct resource *out)
{
	const struct taggable *t = taggable_of(id);

	if (!t || !id_fits(id, t->prefix)) {
		call_fault(c, FAULT_INVALID_ID, id);
		return NULL;
	}
	if (find_seen(c, t, id, out))
		return t;
	call_fault(c, t->not_found, id);
	return NULL;
}

/* ---- lists of tags ---- */

/* The position of a key; the size if it is not there. */
static size_t position(const json_t *tags, const char *key)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		if (strcmp(in_text(tag, "Key"), key) == 0)
			return i;
	}
	return json_array_size(tags);
}

static const char *value_of(const json_t *tag)
{
	const char *value = in_text(tag, "Value");

	return value ? value : "";
}

/* Adds and overwrites; a tag that is there stays at its place. */
static void merge(json_t *tags, const json_t *more)
{
	size_t i, at;
	json_t *tag, *copy;

	json_array_foreach((json_t *)(uintptr_t)more, i, tag)
	{
		copy = json_pack("{s:s, s:s}", "Key", in_text(tag, "Key"), "Value", value_of(tag));
		at = position(tags, in_text(tag, "Key"));
		if (at < json_array_size(tags))
			json_array_set_new(tags, at, copy);
		else
			json_array_append_new(tags, copy);
	}
}

/* AWS's own tags do not count, and nobody else takes them away. */
static bool is_reserved(const json_t *tag)
{
	return strncmp(in_text(tag, "Key"), "aws:", 4) == 0;
}

static size_t count_own(const json_t *tags)
{
	size_t i, n = 0;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		n += !is_reserved(tag);
	}
	return n;
}

/* Whether the request says that this tag goes: without tags all do; a key alone takes any value, a
 * value (also the empty one) has to be the tag's. */
static bool to_delete(const json_t *asked, const json_t *tag)
{
	size_t at = position(asked, in_text(tag, "Key"));
	const char *value = in_text(json_array_get(asked, at), "Value");

	if (is_reserved(tag))
		return false;
	if (!json_array_size(asked))
		return true;
	return at < json_array_size(asked) && (!value || strcmp(value, value_of(tag)) == 0);
}

static void take_away(json_t *tags, const json_t *asked)
{
	for (size_t i = json_array_size(tags); i-- > 0;)
		if (to_delete(asked, json_array_get(tags, i)))
			json_array_remove(tags, i);
}

/* ---- what the caller has on a resource ---- */

/* A copy to change: an array, empty if there are none. */
static json_t *tags_to_change(const struct call *c, const struct resource *r)
{
	json_t *tags = tags_seen(c, r), *copy = tags ? json_deep_copy(tags) : json_array();

	json_decref(tags);
	return copy;
}

/* Steals tags. */
static void put_own(
	struct call *c, const struct taggable *t, const struct resource *r, json_t *tags)
{
	json_t *doc = call_edit(r->doc);

	if (json_array_size(tags) || t->always)
		json_object_set(doc, "Tags", tags);
	else
		json_object_del(doc, "Tags");
	json_decref(tags);
	resource_put(c->w, r, doc);
}

/* What was tagged may have been deleted by its owner. */
static enum fate foreign_fate(const struct world *w, const struct resource *r)
{
	const char *type = in_text(r->doc, "_Type");
	struct resource tagged;

	return resource_find(w, r->in.region, type, r->id, &tagged) ? FATE_KEEP : FATE_OVER;
}

static void put_foreign(
	struct call *c, const struct taggable *t, const struct resource *r, json_t *tags)
{
	if (json_array_size(tags)) {
		forget_oldest(c->w, call_place(c, "foreign-tags"), FORGET_MOST, foreign_fate);
		call_put(c, "foreign-tags", r->id,
			json_pack("{s:o, s:s}", "Tags", tags, "_Type", t->type));
		return;
	}
	json_decref(tags);
	if (call_get(c, "foreign-tags", r->id))
		call_drop(c, "foreign-tags", r->id);
}

static void tags_put(
	struct call *c, const struct taggable *t, const struct resource *r, json_t *tags)
{
	if (is_own(c, r))
		put_own(c, t, r, tags);
	else
		put_foreign(c, t, r, tags);
}

/* ---- creating and deleting ---- */

static json_t *create(struct call *c)
{
	json_t *asked = in_list(c->in, "Tags"), *id, *tags;
	const struct taggable *t;
	struct resource r;
	size_t i;

	if (!json_array_size(in_list(c->in, "Resources")))
		return call_fault(c, FAULT_MISSING_PARAMETER, "resourceIdSet");
	if (!json_array_size(asked))
		return call_fault(c, FAULT_MISSING_PARAMETER, "tagSet");
	if (!tags_list_check(c, asked))
		return NULL;
	json_array_foreach(in_list(c->in, "Resources"), i, id)
	{
		t = find(c, json_string_value(id), &r);
		if (!t)
			return NULL;
		tags = tags_to_change(c, &r);
		merge(tags, asked);
		if (count_own(tags) > TAGS_MAX) {
			json_decref(tags);
			return call_fault(c, FAULT_TAG_LIMIT);
		}
		tags_put(c, t, &r, tags);
	}
	return json_object();
}

static bool check_keys(struct call *c, const json_t *asked)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)asked, i, tag)
	{
		const char *key = in_text(tag, "Key");

		if (!key || !*key)
			call_fault(c, FAULT_INVALID_PARAMETER_VALUE, "Tag key must have a value");
		else if (is_reserved(tag))
			call_fault(c, FAULT_TAG_KEY_RESERVED);
	}
	return !call_failed(c);
}

static json_t *delete_tags(struct call *c)
{
	json_t *asked = in_list(c->in, "Tags"), *id, *tags;
	const struct taggable *t;
	struct resource r;
	size_t i;

	if (!check_keys(c, asked))
		return NULL;
	json_array_foreach(in_list(c->in, "Resources"), i, id)
	{
		t = find(c, json_string_value(id), &r);
		if (!t)
			return NULL;
		tags = tags_to_change(c, &r);
		take_away(tags, asked);
		tags_put(c, t, &r, tags);
	}
	return json_object();
}

/* ---- describing ---- */

/* Filters look for the tag in Tags, as everywhere; the answer has no such member. */
static void list_tags(
	const struct call *c, const char *id, const char *type, json_t *tags, json_t *list)
{
	size_t i;
	json_t *tag, *view;

	json_array_foreach(tags, i, tag)
	{
		view = json_pack("{s:s, s:s, s:s, s:s, s:[O]}", "Key", in_text(tag, "Key"),
			"ResourceId", id, "ResourceType", type, "Value", value_of(tag), "Tags",
			tag);
		if (filters_match(c, NULL, view)) {
			json_object_del(view, "Tags");
			json_array_append(list, view);
		}
		json_decref(view);
	}
}

static void list_kind(const struct call *c, const struct taggable *t, json_t *list)
{
	bool by_name = strcmp(t->kind, "key-pair") == 0;
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, t->kind, &at, &r))
		list_tags(c, by_name ? in_text(r.doc, "KeyPairId") : r.id, t->type,
			in_list(r.doc, "Tags"), list);
}

static json_t *describe(struct call *c)
{
	struct world_cursor at = {0};
	struct resource r;
	json_t *list;

	if (!filters_check(c))
		return NULL;
	list = json_array();
	for (size_t i = 0; i < N_TAGGABLES; i++)
		list_kind(c, &taggables[i], list);
	while (call_next(c, "foreign-tags", &at, &r))
		list_tags(c, r.id, in_text(r.doc, "_Type"), in_list(r.doc, "Tags"), list);
	return json_pack("{s:o}", "Tags", list);
}

static const struct handler handlers[] = {
	{"CreateTags", create},
	{"DeleteTags", delete_tags},
	{"DescribeTags", describe},
	{NULL, NULL},
};

const struct family ops_tag = {"ec2", handlers, NULL};
