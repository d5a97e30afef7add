/*
 * shapes.c - shapes and enums of a service: `Member: TYPE[!] [range] [@wire] [?query] [item:name]`.
 */
#include "model/generate/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	enum model_kind kind;
} basics[] = {
	{"string", MODEL_STRING},
	{"integer", MODEL_INTEGER},
	{"long", MODEL_LONG},
	{"boolean", MODEL_BOOLEAN},
	{"double", MODEL_DOUBLE},
	{"float", MODEL_FLOAT},
	{"blob", MODEL_BLOB},
	{"timestamp", MODEL_TIMESTAMP},
};

/* --- types --- */

static uint16_t shape_known(const struct draft *d, const char *type)
{
	void *at = map_get(&d->shapes, type);

	return at ? (uint16_t)((uintptr_t)at - 1) : MODEL_NONE;
}

static uint16_t add_shape(struct tables *t, struct draft *d, const char *type,
	struct model_shape shape, struct place at)
{
	uint16_t index = tables_index(at, t->shapes.n);

	shape.name = tables_text(t, type);
	PUSH(t->shapes, shape);
	PUSH(t->shape_at, at);
	map_add(&d->shapes, arena_strdup(&t->arena, type), (void *)((uintptr_t)index + 1));
	return index;
}

/* A list or a map: `inner` is what stands between its marks. */
static uint16_t add_nested(struct tables *t, struct draft *d, const char *type,
	enum model_kind kind, const char *inner, size_t n, struct place at, size_t off)
{
	char *element = arena_strndup(&t->arena, inner, n);
	struct model_shape shape = {.kind = kind, .enumeration = MODEL_NONE};

	shape.element = shape_of(t, d, element, at, off + (size_t)(inner - type));
	return shape.element == MODEL_NONE ? MODEL_NONE : add_shape(t, d, type, shape, at);
}

uint16_t shape_of(struct tables *t, struct draft *d, const char *type, struct place at, size_t off)
{
	uint16_t known = shape_known(d, type);
	size_t n = strlen(type);

	if (known != MODEL_NONE)
		return known;
	if (n > 2 && !strcmp(type + n - 2, "[]"))
		return add_nested(t, d, type, MODEL_LIST, type, n - 2, at, off);
	if (n > 5 && !strncmp(type, "map<", 4) && type[n - 1] == '>')
		return add_nested(t, d, type, MODEL_MAP, type + 4, n - 5, at, off);
	complain(at, off, "there is no shape or enum '%s'", type);
	return MODEL_NONE;
}

uint16_t structure_of(const struct draft *d, const struct tables *t, struct place at)
{
	const char *name = source_text(at);
	uint16_t index = name ? shape_known(d, name) : MODEL_NONE;

	if (!name)
		return MODEL_NONE;
	if (index != MODEL_NONE && t->shapes.v[index].kind == MODEL_STRUCTURE)
		return index;
	complain(at, 0, "there is no shape '%s'", name);
	return MODEL_NONE;
}

uint16_t member_of(const struct tables *t, uint16_t structure, const char *name)
{
	const struct model_shape *s;
	size_t i, member;

	if (structure == MODEL_NONE)
		return MODEL_NONE;
	s = &t->shapes.v[structure];
	for (i = 0; i < s->members.n; i++) {
		member = (size_t)s->members.first + i;
		if (!strcmp(tables_string(t, t->members.v[member].name), name))
			return (uint16_t)member;
	}
	return MODEL_NONE;
}

/* --- one member --- */

struct parse {
	struct tables *t;
	struct draft *d;
	struct place at;
	const char *text; /* the whole value */
	bool wire_given, query_given, item_given, range_given;
};

static bool range_end(const char *s, size_t n, int64_t *value)
{
	char digits[24], *end;

	if (!n)
		return true;
	if (n >= sizeof digits || (*s != '-' && (*s < '0' || *s > '9')))
		return false;
	memcpy(digits, s, n);
	digits[n] = '\0';
	errno = 0;
	*value = strtoll(digits, &end, 10);
	return !*end && !errno;
}

static bool has_range(enum model_kind kind)
{
	return kind != MODEL_STRUCTURE && kind != MODEL_BOOLEAN && kind != MODEL_TIMESTAMP;
}

static bool parse_range(struct parse *p, const char *word, struct model_member *m)
{
	struct model_range range = {INT64_MIN, INT64_MAX};
	const char *dots = strstr(word, "..");
	size_t off = (size_t)(word - p->text), i;

	if (!dots || p->range_given)
		return complain(p->at, off, "'%s' means nothing here", word);
	if (strlen(word) == 2 || !range_end(word, (size_t)(dots - word), &range.min) ||
		!range_end(dots + 2, strlen(dots + 2), &range.max) || range.min > range.max)
		return complain(p->at, off, "'%s' is not a range", word);
	if (m->shape != MODEL_NONE && !has_range(p->t->shapes.v[m->shape].kind))
		return complain(p->at, off, "a value of this type has no range");
	p->range_given = true;
	for (i = 0; i < p->t->ranges.n; i++)
		if (p->t->ranges.v[i].min == range.min && p->t->ranges.v[i].max == range.max)
			break;
	if (i == p->t->ranges.n)
		PUSH(p->t->ranges, range);
	m->range = tables_index(p->at, i);
	return true;
}

/* header:Name and its like: where a member travels that is not in the body. */
static bool parse_location(struct parse *p, const char *word, struct model_member *m)
{
	static const struct {
		const char *prefix;
		enum model_location location;
	} rows[] = {
		{"header:", MODEL_HEADER},
		{"uri:", MODEL_URI},
		{"querystring:", MODEL_QUERYSTRING},
		{"statusCode:", MODEL_STATUS},
	};
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		n = strlen(rows[i].prefix);
		if (strncmp(word, rows[i].prefix, n) != 0)
			continue;
		if (p->wire_given || p->query_given)
			return complain(p->at, (size_t)(word - p->text), "a second wire name");
		p->wire_given = p->query_given = true;
		m->location = (uint8_t)rows[i].location;
		m->wire = m->query = tables_text(p->t, word + n);
		return true;
	}
	return false;
}

/* A mark of n letters and the name behind it. */
static bool parse_name(struct parse *p, const char *word, size_t n, bool *given, uint32_t *name)
{
	if (*given || !word[n])
		return complain(p->at, (size_t)(word - p->text),
			*given ? "a second wire name" : "a name is missing");
	*given = true;
	*name = tables_text(p->t, word + n);
	return true;
}

static bool parse_item(struct parse *p, const char *word, size_t n, struct model_member *m)
{
	if (m->shape != MODEL_NONE && p->t->shapes.v[m->shape].kind != MODEL_LIST)
		return complain(p->at, (size_t)(word - p->text), "only a list has elements");
	return parse_name(p, word, n, &p->item_given, &m->item);
}

static bool parse_suffix(struct parse *p, const char *word, struct model_member *m)
{
	static const char item[] = "item:";

	if (*word == '@')
		return parse_name(p, word, 1, &p->wire_given, &m->wire);
	if (*word == '?')
		return parse_name(p, word, 1, &p->query_given, &m->query);
	if (strncmp(word, item, sizeof item - 1) == 0)
		return parse_item(p, word, sizeof item - 1, m);
	if (strchr(word, ':'))
		return parse_location(p, word, m) ||
		       complain(p->at, (size_t)(word - p->text), "'%s' means nothing here", word);
	return parse_range(p, word, m);
}

/* TYPE with its `!`. */
static void parse_type(struct parse *p, char *word, struct model_member *m)
{
	size_t n = strlen(word);

	if (n > 1 && word[n - 1] == '!') {
		m->required = true;
		word[n - 1] = '\0';
	}
	m->shape = shape_of(p->t, p->d, word, p->at, 0);
}

static void parse_member(struct parse *p, struct model_member *m)
{
	char *copy = arena_strdup(&p->t->arena, p->text), *word = copy, *end;
	const char *original = p->text;

	p->text = copy; /* so that places in words are places in the text */
	for (;; word = end + 1) {
		end = strchr(word, ' ');
		if (end)
			*end = '\0';
		if (!*word)
			complain(p->at, (size_t)(word - copy), "an empty word");
		else if (word == copy)
			parse_type(p, word, m);
		else
			parse_suffix(p, word, m);
		if (!end)
			break;
	}
	p->text = original;
}

/* --- sections --- */

static void read_member(
	struct tables *t, struct draft *d, uint16_t owner, struct place shape, size_t position)
{
	struct model_member m = {
		.owner = owner, .shape = MODEL_NONE, .position = (uint8_t)position};
	struct parse p = {.t = t, .d = d, .at = source_value(shape, position)};
	const char *name = source_text(source_key(shape, position));

	p.text = source_text(p.at);
	if (!name || !p.text)
		return;
	m.name = tables_text(t, name);
	parse_member(&p, &m);
	PUSH(t->members, m);
	PUSH(t->member_at, source_key(shape, position));
}

static void read_structure(struct tables *t, struct draft *d, struct place key, struct place shape)
{
	uint16_t index = structure_of(d, t, key);
	size_t i, n = source_pairs(shape), first = t->members.n;

	if (index == MODEL_NONE)
		return;
	if (n > UINT8_MAX) {
		complain(key, 0, "a shape has %d members at most", UINT8_MAX);
		return;
	}
	source_keys_differ(shape);
	for (i = 0; i < n; i++)
		read_member(t, d, index, shape, i);
	t->shapes.v[index].members = tables_span(key, first, t->members.n);
}

/* Makes a name known before anything refers to it. */
static uint16_t declare(struct tables *t, struct draft *d, struct place key, enum model_kind kind)
{
	struct model_shape shape = {.kind = kind, .element = MODEL_NONE, .enumeration = MODEL_NONE};
	const char *name = source_text(key);

	if (!name || shape_known(d, name) == MODEL_NONE)
		return name ? add_shape(t, d, name, shape, key) : MODEL_NONE;
	complain(key, 0, "there is a type '%s' already", name);
	return MODEL_NONE;
}

static void read_enum(struct tables *t, struct draft *d, struct place key, struct place list)
{
	size_t i, k, n = source_items(list), first = t->values.n;
	uint16_t shape = declare(t, d, key, MODEL_STRING);
	const char *value;

	if (shape == MODEL_NONE)
		return;
	if (!n)
		complain(key, 0, "an enum without values");
	for (i = 0; i < n; i++) {
		value = source_text(source_item(list, i));
		if (!value)
			continue;
		PUSH(t->values, tables_text(t, value));
		for (k = first; t->values.v[k] != t->values.v[t->values.n - 1]; k++)
			;
		if (k < t->values.n - 1)
			complain(source_item(list, i), 0, "'%s' is given twice", value);
	}
	t->shapes.v[shape].enumeration = tables_index(key, t->enums.n);
	PUSH(t->enums,
		(struct model_enum){t->shapes.v[shape].name, tables_span(key, first, t->values.n)});
}

void read_shapes(struct tables *t, struct draft *d)
{
	struct place root = {d->file, yaml_document_get_root_node(&d->file->doc)};
	struct place shapes = source_get(root, "shapes"), enums = source_get(root, "enums");
	struct model_shape basic = {.element = MODEL_NONE, .enumeration = MODEL_NONE};
	size_t i, first = t->shapes.n;

	for (i = 0; i < ARRAY_LEN(basics); i++) {
		basic.kind = (uint8_t)basics[i].kind;
		add_shape(t, d, basics[i].name, basic, (struct place){d->file, NULL});
	}
	for (i = 0; i < source_pairs(shapes); i++)
		declare(t, d, source_key(shapes, i), MODEL_STRUCTURE);
	for (i = 0; i < source_pairs(enums); i++)
		read_enum(t, d, source_key(enums, i), source_value(enums, i));
	for (i = 0; i < source_pairs(shapes); i++)
		read_structure(t, d, source_key(shapes, i), source_value(shapes, i));
	t->services.v[d->index].shapes = tables_span(root, first, t->shapes.n);
}
