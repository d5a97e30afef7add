/* tree.c - libyaml events to a flat tree; see tree.h. */
#include "content/tree.h"

#include "base/intl.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* libyaml's own words, listed so that the catalogue has them. */
static const char *const yaml_problems[] __attribute__((unused)) = {
	N_("block collections are not allowed in this context"),
	N_("block mapping values are not allowed here"),
	N_("block sequence entries are not allowed in this context"),
	N_("could not find expected ':'"),
	N_("did not find expected ',' or ']'"),
	N_("did not find expected ',' or '}'"),
	N_("did not find expected '-' indicator"),
	N_("did not find expected <document start>"),
	N_("did not find expected alphabetic or numeric character"),
	N_("did not find expected comment or line break"),
	N_("did not find expected hexdecimal number"),
	N_("did not find expected key"),
	N_("did not find expected node content"),
	N_("did not find expected whitespace or line break"),
	N_("found a tab character that violates indentation"),
	N_("found a tab character where an indentation space is expected"),
	N_("found character that cannot start any token"),
	N_("found duplicate %TAG directive"),
	N_("found unexpected ':'"),
	N_("found unexpected document indicator"),
	N_("found unexpected end of stream"),
	N_("found unknown escape character"),
	N_("mapping keys are not allowed in this context"),
	N_("mapping values are not allowed in this context"),
};

/* A collection that is still open. */
struct open_node {
	uint32_t index, last_child;
	uint32_t children; /* keys and values both count */
	bool is_map;
};

struct builder {
	struct tree *tree;
	struct diags *diags;
	const char *bytes;
	size_t n;
	size_t scan; /* byte offset of line `scan_line`, for reading block indents */
	uint32_t scan_line;
	struct node *nodes;
	size_t len, cap;
	struct buf pool;
	struct open_node open[TREE_MAX_DEPTH];
	int depth;
	bool done;        /* the one document is complete */
	bool has_escapes; /* a backslash stands somewhere */
};

static bool fail(struct builder *b, yaml_mark_t mark, const char *text)
{
	diag_error(b->diags,
		(struct place){b->tree->file, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1},
		"%s", text);
	return false;
}

/* Line and column of a byte. */
static struct place place_of_byte(const char *file, const char *bytes, size_t offset)
{
	struct place at = {file, 1, 1};

	for (size_t i = 0; i < offset; i++) {
		if (bytes[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if ((bytes[i] & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

/* The indentation of the first filled line after the one on which a block scalar was announced. */
static uint16_t block_indent(struct builder *b, size_t line)
{
	size_t i;
	unsigned indent = 0;

	while (b->scan < b->n && b->scan_line < line + 1) {
		const char *nl = memchr(b->bytes + b->scan, '\n', b->n - b->scan);

		b->scan = nl ? (size_t)(nl - b->bytes) + 1 : b->n;
		b->scan_line++;
	}
	for (i = b->scan; i < b->n; i++) {
		if (b->bytes[i] == ' ')
			indent++;
		else if (b->bytes[i] == '\n')
			indent = 0;
		else if (b->bytes[i] != '\r')
			break;
	}
	return (uint16_t)(indent < UINT16_MAX ? indent : UINT16_MAX);
}

static uint32_t add_node(struct builder *b, struct node node)
{
	ARRAY_GROW(b->nodes, b->len, b->cap);
	b->nodes[b->len] = node;
	return (uint32_t)b->len++;
}

/* A key must be a scalar and new; a doubled one is reported, and reading goes on. */
static bool check_key(struct builder *b, const struct open_node *parent, const struct node *node,
	const char *text)
{
	uint32_t i = b->nodes[parent->index].value;
	struct place at = {b->tree->file, node->line, node->column};

	if (node->kind != NODE_SCALAR) {
		diag_error(b->diags, at, _("a key must be plain text"));
		return false;
	}
	if (parent->children / 2 >= TREE_MAX_KEYS) {
		diag_error(b->diags, at, _("more than %d keys in one mapping"), TREE_MAX_KEYS);
		return false;
	}
	for (uint32_t k = 0; k < parent->children; k += 2) {
		const struct node *key = &b->nodes[i];

		if (key->length == node->length &&
			memcmp(b->pool.s + key->value, text, key->length) == 0) {
			diag_error(b->diags, at,
				_("key '%.60s' stands here twice; it is first in line %u"), text,
				key->line);
			return true; /* go on: more problems may follow */
		}
		i = b->nodes[key->next].next;
	}
	return true;
}

/* Hangs a node into the innermost open collection. */
static bool attach(struct builder *b, struct node node, const char *text, uint32_t *index)
{
	struct open_node *parent = b->depth ? &b->open[b->depth - 1] : NULL;

	if (b->len >= TREE_MAX_NODES) {
		diag_error(b->diags, (struct place){b->tree->file, node.line, node.column},
			_("more than %d values in one file; split it"), TREE_MAX_NODES);
		return false;
	}
	if (parent && parent->is_map && parent->children % 2 == 0 &&
		!check_key(b, parent, &node, text))
		return false;
	*index = add_node(b, node);
	if (!parent)
		return true;
	if (parent->children)
		b->nodes[parent->last_child].next = *index;
	else
		b->nodes[parent->index].value = *index;
	parent->last_child = *index;
	parent->children++;
	return true;
}

static struct node node_at(enum node_kind kind, yaml_mark_t mark)
{
	return (struct node){
		.kind = (uint8_t)kind,
		.line = (uint32_t)mark.line + 1,
		.column = (uint32_t)mark.column + 1,
	};
}

static uint8_t style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return STYLE_QUOTED;
	case YAML_LITERAL_SCALAR_STYLE:
		return STYLE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return STYLE_FOLDED;
	default:
		return STYLE_PLAIN;
	}
}

/* A control character in the text other than newline and tab, or -1. NUL has its own message. */
static int control_in(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;

	for (size_t i = 0; i < n; i++) {
		if ((s[i] < 0x20 && s[i] != '\n' && s[i] != '\t') || s[i] == 0x7f)
			return s[i];
		if (s[i] == 0xc2 && i + 1 < n && s[i + 1] < 0xa0)
			return s[i + 1]; /* U+0080 to U+009F end in their own number */
	}
	return -1;
}

static bool on_scalar(struct builder *b, const yaml_event_t *event)
{
	struct node node = node_at(NODE_SCALAR, event->start_mark);
	const char *text = (const char *)event->data.scalar.value;
	uint32_t index;
	int control;

	if (event->data.scalar.tag)
		return fail(b, event->start_mark,
			_("tags (!...) are not supported; write the value itself"));
	node.style = style_of(event->data.scalar.style);
	node.value = (uint32_t)b->pool.len;
	node.length = (uint32_t)event->data.scalar.length;
	if (node.style == STYLE_LITERAL)
		node.indent = block_indent(b, event->start_mark.line);
	if (memchr(text, '\0', node.length))
		return fail(b, event->start_mark, _("a text cannot contain the character NUL"));
	/* written raw they do not pass libyaml: only an escape makes one */
	control = b->has_escapes ? control_in(text, node.length) : -1;
	if (control >= 0) {
		diag_error(b->diags, (struct place){b->tree->file, node.line, node.column},
			_("control character 0x%02x; remove it"), (unsigned)control);
		return false;
	}
	if (!attach(b, node, text, &index))
		return false;
	buf_add(&b->pool, text, node.length + 1);
	return true;
}

static bool on_open(struct builder *b, const yaml_event_t *event)
{
	bool is_map = event->type == YAML_MAPPING_START_EVENT;
	const yaml_char_t *tag =
		is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
	uint32_t index;

	if (tag)
		return fail(b, event->start_mark,
			_("tags (!...) are not supported; write the value itself"));
	if (b->depth == TREE_MAX_DEPTH) {
		diag_error(b->diags,
			(struct place){b->tree->file, (uint32_t)event->start_mark.line + 1,
				(uint32_t)event->start_mark.column + 1},
			_("nested more than %d deep"), TREE_MAX_DEPTH);
		return false;
	}
	if (!attach(b, node_at(is_map ? NODE_MAP : NODE_LIST, event->start_mark), NULL, &index))
		return false;
	b->open[b->depth++] = (struct open_node){.index = index, .is_map = is_map};
	return true;
}

static void on_close(struct builder *b)
{
	struct open_node *o = &b->open[--b->depth];

	b->nodes[o->index].length = o->is_map ? o->children / 2 : o->children;
}

static bool has_anchor(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor != NULL;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor != NULL;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor != NULL;
	default:
		return event->type == YAML_ALIAS_EVENT;
	}
}

static bool on_event(struct builder *b, const yaml_event_t *event)
{
	if (has_anchor(event))
		return fail(b, event->start_mark,
			_("anchors and aliases (&name, *name) are not supported; write the text out"));
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->done)
			return fail(b, event->start_mark,
				_("a second document (---) in one file; give it a file of its own"));
		return true;
	case YAML_DOCUMENT_END_EVENT:
		b->done = true;
		return true;
	case YAML_SCALAR_EVENT:
		return on_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return on_open(b, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		on_close(b);
		return true;
	default:
		return true;
	}
}

/* The byte at a mark: libyaml's own index counts characters. */
static char char_at(const struct builder *b, yaml_mark_t mark)
{
	const char *s = b->bytes, *end = b->bytes + b->n;

	for (size_t line = 0; s && line < mark.line; line++) {
		s = memchr(s, '\n', (size_t)(end - s));
		s = s ? s + 1 : NULL;
	}
	for (size_t column = 0; s && s < end; s++) {
		if ((*s & 0xc0) == 0x80)
			continue;
		if (column++ == mark.column)
			return *s;
	}
	return '\0';
}

/* A byte that is no text: libyaml tells its offset, but neither line nor column. */
static bool reader_failed(struct builder *b, const yaml_parser_t *p)
{
	size_t offset = p->problem_offset < b->n ? p->problem_offset : b->n - 1;
	unsigned char byte = (unsigned char)b->bytes[offset];
	struct place at = place_of_byte(b->tree->file, b->bytes, offset);

	if (p->problem && strstr(p->problem, "control"))
		diag_error(b->diags, at, _("control character 0x%02x; remove it"),
			(unsigned)p->problem_value);
	else
		diag_error(b->diags, at,
			_("byte 0x%02x is not valid UTF-8; save the file as UTF-8"), byte);
	return false;
}

/* libyaml's problem as a diagnostic, with a plainer word for what authors run into most. */
static bool parser_failed(struct builder *b, const yaml_parser_t *p)
{
	yaml_mark_t mark = p->problem_mark;
	const char *problem = p->problem ? p->problem : "";

	if (p->error == YAML_MEMORY_ERROR)
		mem_exhausted(b->n);
	if (p->error == YAML_READER_ERROR)
		return reader_failed(b, p);
	if (char_at(b, mark) == '\t')
		return fail(b, mark, _("a tab cannot indent or separate here; use spaces"));
	if (p->context && strstr(p->context, "quoted scalar"))
		return fail(b, p->context_mark, _("this quote is never closed"));
	diag_error(b->diags,
		(struct place){b->tree->file, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1},
		_("not valid YAML: %s"), *problem ? _(problem) : "?");
	return false;
}

static bool run_parser(struct builder *b)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool ok = true, more = true;

	if (!yaml_parser_initialize(&parser))
		mem_exhausted(sizeof parser);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)b->bytes, b->n);
	while (ok && more) {
		if (!yaml_parser_parse(&parser, &event)) {
			ok = parser_failed(b, &parser);
			break;
		}
		ok = on_event(b, &event);
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return ok;
}

bool tree_parse(struct tree *t, const char *file, const char *bytes, size_t n, struct arena *arena,
	struct diags *d)
{
	struct builder b = {.tree = t, .diags = d, .pool = BUF_INIT};
	struct node *nodes;
	char *pool;
	bool ok;

	*t = (struct tree){.file = file};
	if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		n -= 3;
	}
	if (n >= 2 && (!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2))) {
		diag_error(
			d, (struct place){file, 1, 1}, _("the file is UTF-16; save it as UTF-8"));
		return false;
	}
	b.bytes = bytes;
	b.n = n;
	b.has_escapes = memchr(bytes, '\\', n) != NULL;
	add_node(&b, (struct node){0});
	ok = run_parser(&b);
	if (ok && b.len < 2) {
		diag_error(d, (struct place){file, 1, 1}, _("the file is empty"));
		ok = false;
	}
	if (ok) {
		nodes = arena_alloc(arena, b.len * sizeof *nodes);
		memcpy(nodes, b.nodes, b.len * sizeof *nodes);
		pool = arena_alloc(arena, b.pool.len + 1);
		memcpy(pool, b.pool.s, b.pool.len + 1);
		t->nodes = nodes;
		t->n_nodes = b.len;
		t->pool = pool;
		t->pool_len = b.pool.len;
	}
	free(b.nodes);
	buf_release(&b.pool);
	return ok;
}

const struct node *tree_get(const struct tree *t, const struct node *map, const char *key)
{
	const struct node *k;

	if (map->kind != NODE_MAP)
		return NULL;
	for (k = tree_first(t, map); k; k = tree_next(t, tree_next(t, k)))
		if (strcmp(tree_text(t, k), key) == 0)
			return tree_next(t, k);
	return NULL;
}

struct place tree_place_in(const struct tree *t, const struct node *n, size_t offset)
{
	struct place at = tree_place(t, n);
	const char *text = tree_text(t, n);
	uint32_t line = 0, column = 0;

	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			line++;
			column = 0;
		} else if ((text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	if (n->style == STYLE_LITERAL) {
		at.line += line + 1;
		at.column = n->indent + column + 1;
	} else if (n->style == STYLE_PLAIN && !line) {
		at.column += column;
	}
	return at;
}

/* As many children as the node says, each after the one before it (so there are no cycles). */
static bool children_are_sound(const struct tree *t, const struct node *n)
{
	size_t want = n->kind == NODE_MAP ? (size_t)n->length * 2 : n->length, got = 0;

	for (uint32_t i = n->value; i; i = t->nodes[i].next)
		got++;
	return got == want;
}

bool tree_is_sound(const struct tree *t)
{
	if (t->n_nodes < 2 || (t->pool_len && t->pool[t->pool_len - 1]))
		return false;
	for (size_t i = 1; i < t->n_nodes; i++) {
		const struct node *n = &t->nodes[i];

		if (n->next >= t->n_nodes || (n->next && n->next <= i))
			return false;
		if (n->kind == NODE_SCALAR) {
			if (n->value >= t->pool_len || n->length >= t->pool_len - n->value)
				return false;
		} else if (n->kind > NODE_MAP || n->value >= t->n_nodes ||
			   (n->value && n->value <= i)) {
			return false;
		}
	}
	for (size_t i = 1; i < t->n_nodes; i++)
		if (t->nodes[i].kind != NODE_SCALAR && !children_are_sound(t, &t->nodes[i]))
			return false;
	return true;
}
