/*
 * operations.c - a service's file as a whole, and its operations with their paging and filters.
 */
#include "model/generate/tables.h"

#include <string.h>

static bool protocol_of(struct place at, const char *name, uint8_t *protocol)
{
	static const char *const names[] = {"ec2", "query", "json", "rest-json"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		*protocol = (uint8_t)i; /* the order of enum model_protocol */
		return true;
	}
	return complain(at, 0, "there is no protocol '%s'", name);
}

static uint32_t text_under(struct tables *t, struct place root, const char *key)
{
	const char *text = source_get_text(root, key);

	return text ? tables_text(t, text) : 0;
}

static bool read_head(struct tables *t, struct place root, struct model_service *s)
{
	const char *name = source_need_text(root, "service");
	const char *protocol = source_need_text(root, "protocol");
	size_t i;

	if (!name || !protocol || !source_need_text(root, "api_version"))
		return false;
	s->name = tables_text(t, name);
	s->command = text_under(t, root, "command");
	if (!s->command)
		s->command = s->name;
	s->api_version = text_under(t, root, "api_version");
	s->xmlns = text_under(t, root, "namespace");
	s->target_prefix = text_under(t, root, "target_prefix");
	s->json_version = text_under(t, root, "json_version");
	for (i = 0; i < t->services.n; i++)
		if (t->services.v[i].name == s->name)
			return complain(source_get(root, "service"), 0,
				"the service '%s' is in %s already", name,
				t->drafts.v[i].file->name);
	return protocol_of(source_get(root, "protocol"), protocol, &s->protocol);
}

void read_service(struct tables *t, struct file *f)
{
	static const char *const keys[] = {"service", "command", "api_version", "protocol",
		"namespace", "target_prefix", "json_version", "operations", "filters", "waiters",
		"shapes", "enums", "other_operations", NULL};
	struct place root = {f, yaml_document_get_root_node(&f->doc)};
	struct draft draft = {.file = f, .index = tables_index(root, t->services.n)};
	struct model_service service = {0};
	struct draft *d;

	source_keys(root, keys);
	if (!read_head(t, root, &service))
		return;
	PUSH(t->services, service);
	PUSH(t->drafts, draft);
	d = &t->drafts.v[t->drafts.n - 1];
	read_shapes(t, d);
	read_operations(t, d);
	read_waiters(t, d);
}

/* --- paging --- */

/* The member named by `key` of the page; it has to be of one of the kinds given as bits. */
static uint16_t page_member(const struct tables *t, struct place page, const char *key,
	uint16_t structure, unsigned kinds, const char *expected)
{
	const char *name = source_need_text(page, key);
	uint16_t member = name ? member_of(t, structure, name) : MODEL_NONE;
	uint16_t shape;

	if (!name)
		return MODEL_NONE;
	if (member == MODEL_NONE) {
		complain(source_get(page, key), 0, "the shape '%s' has no member '%s'",
			tables_string(t, t->shapes.v[structure].name), name);
		return MODEL_NONE;
	}
	shape = t->members.v[member].shape;
	if (shape != MODEL_NONE && !(kinds & 1u << t->shapes.v[shape].kind))
		complain(source_get(page, key), 0, "'%s' is not %s", name, expected);
	return member;
}

static uint16_t read_page(
	struct tables *t, struct place at, struct place page, const struct model_operation *op)
{
	static const char *const keys[] = {"token_in", "token_out", "limit", "result", NULL};
	struct model_page row = {.limit = MODEL_NONE};

	source_keys(page, keys);
	if (op->output == MODEL_NONE) {
		complain(at, 0, "an operation without an answer has no pages");
		return MODEL_NONE;
	}
	row.token_in = page_member(t, page, "token_in", op->input, 1 << MODEL_STRING, "a string");
	row.token_out =
		page_member(t, page, "token_out", op->output, 1 << MODEL_STRING, "a string");
	row.result = page_member(t, page, "result", op->output, 1 << MODEL_LIST, "a list");
	if (source_get(page, "limit").node)
		row.limit = page_member(t, page, "limit", op->input,
			1 << MODEL_INTEGER | 1 << MODEL_LONG, "a number");
	PUSH(t->pages, row);
	return tables_index(at, t->pages.n - 1);
}

/* --- operations --- */

static struct model_span read_errors(struct tables *t, struct place at, struct place list)
{
	size_t i, first = t->errors.n;
	const char *name;

	for (i = 0; i < source_items(list); i++) {
		name = source_text(source_item(list, i));
		if (name)
			PUSH(t->errors, tables_text(t, name));
	}
	return tables_span(at, first, t->errors.n);
}

/* `http: PUT /rules/{identifier}` */
static void read_http(struct tables *t, struct place http, struct model_operation *op)
{
	const char *text = http.node ? source_text(http) : NULL;
	const char *blank = text ? strchr(text, ' ') : NULL;

	if (!text)
		return;
	if (!blank || blank[1] != '/') {
		complain(http, 0, "expected a method and a path, not '%s'", text);
		return;
	}
	op->method = tables_text(t, arena_strndup(&t->arena, text, (size_t)(blank - text)));
	op->path = tables_text(t, blank + 1);
}

static void read_operation(struct tables *t, struct draft *d, struct place key, struct place value)
{
	static const char *const keys[] = {"in", "out", "wrapper", "http", "errors", "page", NULL};
	struct model_operation op = {
		.service = d->index, .input = MODEL_NONE, .output = MODEL_NONE, .page = MODEL_NONE};
	const char *name = source_text(key), *wrapper;
	struct place in = source_get(value, "in"), out = source_get(value, "out");
	uint16_t index = tables_index(key, t->operations.n);

	if (!name)
		return;
	source_keys(value, keys);
	op.name = tables_text(t, name);
	op.cli = tables_cli(t, name);
	wrapper = source_get_text(value, "wrapper");
	op.wrapper = wrapper ? tables_text(t, wrapper) : 0;
	if (in.node)
		op.input = structure_of(d, t, in);
	else
		complain(key, 0, "'in' is missing");
	if (out.node)
		op.output = structure_of(d, t, out);
	op.errors = read_errors(t, key, source_get(value, "errors"));
	read_http(t, source_get(value, "http"), &op);
	if (source_get(value, "page").node && op.input != MODEL_NONE)
		op.page = read_page(t, key, source_get(value, "page"), &op);
	PUSH(t->operations, op);
	map_add(&d->operations, arena_strdup(&t->arena, name), (void *)((uintptr_t)index + 1));
}

/* --- filters --- */

static void check_filter(struct tables *t, struct place at, const char *filter, size_t first)
{
	size_t i;

	if (strchr(filter, '<') && strcmp(filter, "tag:<key>") != 0)
		complain(at, 0, "the only filter with a part to fill in is tag:<key>");
	for (i = first; i + 1 < t->filters.n; i++)
		if (t->filters.v[i] == t->filters.v[t->filters.n - 1])
			complain(at, 0, "'%s' is given twice", filter);
}

static void read_filters(struct tables *t, struct draft *d, struct place key, struct place list)
{
	const char *name = source_text(key), *filter;
	void *at = name ? map_get(&d->operations, name) : NULL;
	struct model_operation *op = at ? &t->operations.v[(uintptr_t)at - 1] : NULL;
	size_t i, first = t->filters.n;

	if (!op) {
		complain(key, 0, "there is no operation '%s'", name ? name : "");
		return;
	}
	if (member_of(t, op->input, "Filters") == MODEL_NONE &&
		member_of(t, op->input, "Filter") == MODEL_NONE)
		complain(key, 0, "the operation '%s' takes no filters", name);
	if (source_items(list) > UINT8_MAX)
		complain(key, 0, "an operation has %d filters at most", UINT8_MAX);
	for (i = 0; i < source_items(list); i++) {
		filter = source_text(source_item(list, i));
		if (!filter)
			continue;
		PUSH(t->filters, tables_text(t, filter));
		check_filter(t, source_item(list, i), filter, first);
	}
	op->filters = tables_span(key, first, t->filters.n);
}

void read_operations(struct tables *t, struct draft *d)
{
	struct place root = {d->file, yaml_document_get_root_node(&d->file->doc)};
	struct place operations = source_get(root, "operations");
	struct place filters = source_get(root, "filters");
	size_t i, first = t->operations.n;

	source_keys_differ(operations);
	source_keys_differ(filters);
	for (i = 0; i < source_pairs(operations); i++)
		read_operation(t, d, source_key(operations, i), source_value(operations, i));
	t->services.v[d->index].operations = tables_span(root, first, t->operations.n);
	for (i = 0; i < source_pairs(filters); i++)
		read_filters(t, d, source_key(filters, i), source_value(filters, i));
}
