/*
 * docs.c - files of descriptions: one line for an operation or a member, in both languages.
 *
 *   describes: ec2
 *   operations: {DescribeImages: {en: "...", ko: "..."}}
 *   members: {CreateImageRequest.Name: {en: "...", ko: "..."}, "*.DryRun": {en: "...", ko: "..."}}
 *
 * `*` is any shape of requests that has such a member and no line of its own for it: what one says
 * of a value to give seldom fits the same name in an answer. Several files may describe one
 * service; what one of them has described is closed to the others.
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
	uint16_t *doc = at ? &t->operations.v[(uintptr_t)at - 1].doc : NULL;

	if (doc && !*doc)
		*doc = read_doc(t, key, value);
	else if (name)
		complain(key, 0, doc ? "'%s' has its line already" : "there is no operation '%s'",
			name);
}

/* The place for the line of SHAPE.MEMBER, NULL if there is no such member. */
static uint16_t *doc_of(struct tables *t, const struct draft *d, const char *name)
{
	const char *dot = strchr(name, '.');
	size_t n = dot ? (size_t)(dot - name) : 0;
	void *at = dot ? map_get(&d->shapes, arena_strndup(&t->arena, name, n)) : NULL;
	uint16_t m = at ? member_of(t, (uint16_t)((uintptr_t)at - 1), dot + 1) : MODEL_NONE;

	return m == MODEL_NONE ? NULL : &t->members.v[m].doc;
}

static void describe_member(
	struct tables *t, const struct draft *d, struct place key, struct place value)
{
	const char *name = source_text(key);
	uint16_t *doc;

	if (!name || !strncmp(name, "*.", 2))
		return;
	doc = doc_of(t, d, name);
	if (doc && !*doc)
		*doc = read_doc(t, key, value);
	else
		complain(key, 0, doc ? "'%s' has its line already" : "there is no member '%s'",
			name);
}

/* Gives the line of `*.MEMBER` to every member of that name in requests which has none. */
static void describe_rest(
	struct tables *t, const struct draft *d, struct place key, struct place value)
{
	const char *name = source_text(key);
	const struct model_span *shapes = &t->services.v[d->index].shapes;
	bool found = false, given = false;
	uint16_t doc, m;
	size_t i;

	if (!name || strncmp(name, "*.", 2) != 0)
		return;
	doc = read_doc(t, key, value);
	for (i = shapes->first; i < (size_t)shapes->first + shapes->n; i++) {
		m = member_of(t, (uint16_t)i, name + 2);
		if (m == MODEL_NONE || !(t->shapes.v[i].uses & MODEL_IN))
			continue;
		found = true;
		if (t->members.v[m].doc)
			continue;
		t->members.v[m].doc = doc;
		given = true;
	}
	if (!given && doc)
		complain(key, 0, found ? "no member is left for '%s'" : "there is no member '%s'",
			name);
}

static const struct draft *described(const struct tables *t, const char *name)
{
	size_t i;

	for (i = 0; name && i < t->services.n; i++)
		if (!strcmp(tables_string(t, t->services.v[i].name), name))
			return &t->drafts.v[i];
	return NULL;
}

void read_docs(struct tables *t, struct file *f)
{
	static const char *const keys[] = {"describes", "operations", "members", NULL};
	struct place root = {f, yaml_document_get_root_node(&f->doc)};
	struct place operations = source_get(root, "operations");
	struct place members = source_get(root, "members");
	const char *service = source_need_text(root, "describes");
	const struct draft *d = described(t, service);
	size_t i;

	source_keys(root, keys);
	source_keys_differ(operations);
	source_keys_differ(members);
	if (!d) {
		if (service)
			complain(source_get(root, "describes"), 0, "there is no service '%s'",
				service);
		return;
	}
	for (i = 0; i < source_pairs(operations); i++)
		describe_operation(t, d, source_key(operations, i), source_value(operations, i));
	for (i = 0; i < source_pairs(members); i++)
		describe_member(t, d, source_key(members, i), source_value(members, i));
}

void read_shared_docs(struct tables *t, struct file *f)
{
	struct place root = {f, yaml_document_get_root_node(&f->doc)};
	struct place members = source_get(root, "members");
	const struct draft *d = described(t, source_get_text(root, "describes"));
	size_t i;

	for (i = 0; d && i < source_pairs(members); i++)
		describe_rest(t, d, source_key(members, i), source_value(members, i));
}
