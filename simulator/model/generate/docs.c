/*
 * docs.c - files of descriptions: one line for an operation or a member, in both languages.
 *
 *   describes: ec2
 *   operations: {DescribeImages: {en: "...", ko: "..."}}
 *   members: {CreateImageRequest.Name: {en: "...", ko: "..."}, "*.DryRun": {en: "...", ko: "..."}}
 *
 * `*` is any shape that has such a member and no line of its own for it.
 */
#include "model/generate/tables.h"

#include <string.h>

static uint16_t read_doc(struct tables *t, struct place at, struct place value)
{
	static const char *const keys[] = {"en", "ko", NULL};
	const char *en, *ko;
	struct model_doc doc;

	source_keys(value, keys);
	en = source_need_text(value, "en");
	ko = source_need_text(value, "ko");
	if (!en || !ko || !*en || !*ko || strchr(en, '\n') || strchr(ko, '\n')) {
		if (en && ko)
			complain(value, 0, "expected one line in each language");
		return 0;
	}
	doc.en = tables_text(t, en);
	doc.ko = tables_text(t, ko);
	PUSH(t->docs, doc);
	return tables_index(at, t->docs.n - 1);
}

static void describe_operation(
	struct tables *t, const struct draft *d, struct place key, struct place value)
{
	const char *name = source_text(key);
	void *at = name ? map_get(&d->operations, name) : NULL;

	if (at)
		t->operations.v[(uintptr_t)at - 1].doc = read_doc(t, key, value);
	else if (name)
		complain(key, 0, "there is no operation '%s'", name);
}

/* Gives the line to every member of that name which has none yet. */
static bool describe_all(
	struct tables *t, const struct model_service *s, const char *member, uint16_t doc)
{
	size_t i, first = s->shapes.first, end = first + s->shapes.n;
	bool found = false;
	uint16_t m;

	for (i = first; i < end; i++) {
		m = member_of(t, (uint16_t)i, member);
		if (m == MODEL_NONE)
			continue;
		found = true;
		if (!t->members.v[m].doc)
			t->members.v[m].doc = doc;
	}
	return found;
}

static bool describe_one(struct tables *t, const struct draft *d, const char *shape, size_t n,
	const char *member, uint16_t doc)
{
	void *at = map_get(&d->shapes, arena_strndup(&t->arena, shape, n));
	uint16_t m = at ? member_of(t, (uint16_t)((uintptr_t)at - 1), member) : MODEL_NONE;

	if (m != MODEL_NONE)
		t->members.v[m].doc = doc;
	return m != MODEL_NONE;
}

/* Lines for any shape are given out in a second pass, behind those of a shape's own. */
static void describe_member(
	struct tables *t, const struct draft *d, struct place key, struct place value, bool any)
{
	const char *name = source_text(key);
	const char *dot = name ? strchr(name, '.') : NULL;
	uint16_t doc;
	bool found;

	if (!name || (dot && !strncmp(name, "*.", 2)) != any)
		return;
	doc = read_doc(t, key, value);
	if (any)
		found = describe_all(t, &t->services.v[d->index], dot + 1, doc);
	else
		found = dot && describe_one(t, d, name, (size_t)(dot - name), dot + 1, doc);
	if (!found)
		complain(key, 0, "there is no member '%s'", name);
}

void read_docs(struct tables *t, struct file *f)
{
	static const char *const keys[] = {"describes", "operations", "members", NULL};
	struct place root = {f, yaml_document_get_root_node(&f->doc)};
	struct place operations = source_get(root, "operations");
	struct place members = source_get(root, "members");
	const char *service = source_need_text(root, "describes");
	uint32_t name = service ? tables_text(t, service) : 0;
	size_t i, k;

	source_keys(root, keys);
	source_keys_differ(operations);
	source_keys_differ(members);
	for (i = 0; i < t->services.n && t->services.v[i].name != name; i++)
		;
	if (i == t->services.n) {
		complain(source_get(root, "describes"), 0, "there is no service '%s'", service);
		return;
	}
	for (k = 0; k < source_pairs(operations); k++)
		describe_operation(
			t, &t->drafts.v[i], source_key(operations, k), source_value(operations, k));
	for (k = 0; k < 2 * source_pairs(members); k++) {
		size_t at = k % source_pairs(members);

		describe_member(t, &t->drafts.v[i], source_key(members, at),
			source_value(members, at), k >= source_pairs(members));
	}
}
