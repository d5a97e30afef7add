/*
 * source.c - a strict view of libyaml's documents; see source.h.
 */
#include "model/generate/source.h"

#include "base/map.h"
#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool complain(struct place at, size_t offset, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:", at.file->name);
	if (at.node) {
		yaml_mark_t mark = at.node->start_mark;

		if (at.node->type == YAML_SCALAR_NODE && offset)
			offset += at.node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
		fprintf(stderr, "%zu:%zu:", mark.line + 1, mark.column + 1 + offset);
	}
	fputs(" error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	at.file->problems++;
	return false;
}

static bool parse_failed(struct file *f, const yaml_parser_t *parser)
{
	fprintf(stderr, "%s:%zu:%zu: error: %s\n", f->name, parser->problem_mark.line + 1,
		parser->problem_mark.column + 1,
		parser->problem ? parser->problem : "this is not YAML");
	f->problems++;
	return false;
}

/* One document and nothing behind it. */
static bool parse(struct file *f, yaml_parser_t *parser)
{
	yaml_document_t more;
	bool alone;

	if (!yaml_parser_load(parser, &f->doc))
		return parse_failed(f, parser);
	if (!yaml_parser_load(parser, &more)) {
		yaml_document_delete(&f->doc);
		return parse_failed(f, parser);
	}
	alone = !yaml_document_get_root_node(&more);
	yaml_document_delete(&more);
	if (alone)
		return true;
	yaml_document_delete(&f->doc);
	return complain((struct place){f, NULL}, 0, "one document is allowed in a file");
}

bool source_read(struct file *f, const char *name)
{
	yaml_parser_t parser;
	yaml_node_t *root;
	FILE *in = fopen(name, "rb");
	bool good;

	f->name = name;
	f->problems = 0;
	if (!in)
		return complain((struct place){f, NULL}, 0, "cannot open it: %s", strerror(errno));
	if (!yaml_parser_initialize(&parser))
		mem_exhausted(sizeof parser);
	yaml_parser_set_input_file(&parser, in);
	good = parse(f, &parser);
	yaml_parser_delete(&parser);
	fclose(in);
	if (!good)
		return false;
	root = yaml_document_get_root_node(&f->doc);
	if (root && root->type == YAML_MAPPING_NODE)
		return true;
	complain((struct place){f, root}, 0, "expected a mapping");
	source_release(f);
	return false;
}

void source_release(struct file *f)
{
	yaml_document_delete(&f->doc);
}

static struct place node(struct place at, int index)
{
	return (struct place){at.file, yaml_document_get_node(&at.file->doc, index)};
}

const char *source_text(struct place at)
{
	const char *text;

	if (at.node->type != YAML_SCALAR_NODE) {
		complain(at, 0, "expected a text");
		return NULL;
	}
	text = (const char *)at.node->data.scalar.value;
	if (strlen(text) != at.node->data.scalar.length) {
		complain(at, 0, "there is a NUL in this text");
		return NULL;
	}
	return text;
}

bool source_is_plain(struct place at)
{
	return at.node->type == YAML_SCALAR_NODE &&
	       at.node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

bool source_number(struct place at, long most, long *number)
{
	const char *text = source_text(at);
	char *end;

	if (!text)
		return false;
	errno = 0;
	*number = strtol(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || *number > most)
		return complain(at, 0, "expected a number from 0 to %ld, not '%s'", most, text);
	return true;
}

/* Whether there is nothing to look at: no value at all, or one of the wrong type. */
static bool empty(struct place at, yaml_node_type_t type, const char *expected)
{
	if (!at.node || at.node->type == type)
		return !at.node;
	if (!source_is_plain(at) || at.node->data.scalar.length)
		complain(at, 0, "expected %s", expected);
	return true;
}

size_t source_pairs(struct place map)
{
	if (empty(map, YAML_MAPPING_NODE, "a mapping"))
		return 0;
	return (size_t)(map.node->data.mapping.pairs.top - map.node->data.mapping.pairs.start);
}

struct place source_key(struct place map, size_t i)
{
	return node(map, map.node->data.mapping.pairs.start[i].key);
}

struct place source_value(struct place map, size_t i)
{
	return node(map, map.node->data.mapping.pairs.start[i].value);
}

size_t source_items(struct place list)
{
	if (empty(list, YAML_SEQUENCE_NODE, "a sequence"))
		return 0;
	return (size_t)(list.node->data.sequence.items.top - list.node->data.sequence.items.start);
}

struct place source_item(struct place list, size_t i)
{
	return node(list, list.node->data.sequence.items.start[i]);
}

static const char *key_text(struct place map, size_t i)
{
	yaml_node_t *key = source_key(map, i).node;

	return key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : "";
}

struct place source_get(struct place map, const char *key)
{
	size_t i, n = source_pairs(map);

	for (i = 0; i < n; i++)
		if (!strcmp(key_text(map, i), key))
			return source_value(map, i);
	return (struct place){map.file, NULL};
}

const char *source_get_text(struct place map, const char *key)
{
	struct place value = source_get(map, key);

	return value.node ? source_text(value) : NULL;
}

const char *source_need_text(struct place map, const char *key)
{
	struct place value = source_get(map, key);

	if (value.node)
		return source_text(value);
	complain(map, 0, "'%s' is missing", key);
	return NULL;
}

static bool is_allowed(const char *key, const char *const *allowed)
{
	for (; *allowed; allowed++)
		if (!strcmp(key, *allowed))
			return true;
	return false;
}

void source_keys(struct place map, const char *const *allowed)
{
	size_t i, n = source_pairs(map);

	for (i = 0; i < n; i++)
		if (!is_allowed(key_text(map, i), allowed))
			complain(
				source_key(map, i), 0, "'%s' means nothing here", key_text(map, i));
	source_keys_differ(map);
}

void source_keys_differ(struct place map)
{
	struct map seen = {0};
	size_t i, n = source_pairs(map);
	yaml_node_t *key, *first;

	for (i = 0; i < n; i++) {
		key = source_key(map, i).node;
		first = map_add(&seen, key_text(map, i), key);
		if (first != key)
			complain(source_key(map, i), 0, "'%s' is given twice, first in line %zu",
				key_text(map, i), first->start_mark.line + 1);
	}
	map_release(&seen);
}
