/*
 * tree.h - a YAML file as a flat tree that remembers where everything stood.
 *
 * Built from libyaml events. The nodes lie in one array and the text in one pool, linked by
 * index, so a tree can be written to the cache and used from there without being rebuilt.
 *
 * What is accepted is a plain subset: one document, mappings with scalar keys, sequences and
 * scalars. Anchors, aliases and tags are refused (so nothing can expand), as are files over
 * TREE_MAX_BYTES, nesting over TREE_MAX_DEPTH and more than TREE_MAX_NODES values. No text holds a
 * control character but newline and tab, however it was escaped: content commands no terminal.
 */
#ifndef CONTENT_TREE_H
#define CONTENT_TREE_H

#include "content/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TREE_MAX_BYTES = 4 * 1024 * 1024,
	TREE_MAX_DEPTH = 64,
	TREE_MAX_NODES = 200000,
	TREE_MAX_KEYS = 256, /* in one mapping */
};

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };
enum node_style { STYLE_PLAIN, STYLE_QUOTED, STYLE_LITERAL, STYLE_FOLDED };

struct node {
	uint8_t kind, style;
	uint16_t indent;       /* of the lines of a literal block, in characters */
	uint32_t line, column; /* from 1 */
	uint32_t value;  /* scalar: offset of its text in the pool; else the first child, 0: none */
	uint32_t length; /* scalar: bytes of text; list: values; map: pairs */
	uint32_t next;   /* the next sibling, 0: none; in a map keys and values alternate */
};

struct tree {
	const char *file;         /* as named in diagnostics */
	const struct node *nodes; /* nodes[0] is unused, nodes[1] is the root */
	size_t n_nodes;
	const char *pool; /* every text ends in a NUL that its length does not count */
	size_t pool_len;
};

/*
 * Parses `n` bytes of the file into a tree that lives in `arena`. On failure reports where and
 * why, and answers false. An empty file is a failure.
 */
bool tree_parse(struct tree *t, const char *file, const char *bytes, size_t n, struct arena *arena,
	struct diags *d);

static inline const struct node *tree_root(const struct tree *t)
{
	return &t->nodes[1];
}

static inline const struct node *tree_next(const struct tree *t, const struct node *n)
{
	return n->next ? &t->nodes[n->next] : NULL;
}

/* The first value of a list or the first key of a map; NULL if empty. */
static inline const struct node *tree_first(const struct tree *t, const struct node *n)
{
	return n->kind != NODE_SCALAR && n->value ? &t->nodes[n->value] : NULL;
}

static inline const char *tree_text(const struct tree *t, const struct node *n)
{
	return t->pool + n->value;
}

static inline struct place tree_place(const struct tree *t, const struct node *n)
{
	return (struct place){t->file, n->line, n->column};
}

/* The value under `key` in a map, or NULL. */
const struct node *tree_get(const struct tree *t, const struct node *map, const char *key);

/* Where byte `offset` of a scalar's text stands in the file; the scalar's own place when quoting
 * or folding hides it. */
struct place tree_place_in(const struct tree *t, const struct node *n, size_t offset);

/* Whether a tree from outside (the cache) is sound: every index in range and acyclic. */
bool tree_is_sound(const struct tree *t);

#endif
