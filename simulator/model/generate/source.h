/*
 * source.h - reading the YAML of the facts, and complaining about it with file:line:column.
 *
 * Whatever is wrong is printed to stderr at once and counted; reading goes on, so that one run
 * shows everything.
 */
#ifndef GENERATE_SOURCE_H
#define GENERATE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

struct file {
	const char *name;
	yaml_document_t doc;
	unsigned problems;
};

/* Where a value stands. `node` is NULL for the file as a whole. */
struct place {
	struct file *file;
	yaml_node_t *node;
};

/* Reads one document, whose root is a mapping; on failure says why and answers false. */
bool source_read(struct file *f, const char *name);
void source_release(struct file *f);

/* Always false, so that `return complain(...)` reads well. `offset` is into a scalar's text. */
bool complain(struct place at, size_t offset, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The text of a scalar; otherwise complains and answers NULL. */
const char *source_text(struct place at);
bool source_is_plain(struct place at);
/* A whole number from 0 to `most`; otherwise complains and answers false. */
bool source_number(struct place at, long most, long *number);

/*
 * Mappings and sequences: how many entries, and each of them. A section without a value
 * (`enums:`) has none. Anything else that is no mapping or sequence is complained about.
 */
size_t source_pairs(struct place map);
struct place source_key(struct place map, size_t i);
struct place source_value(struct place map, size_t i);
size_t source_items(struct place list);
struct place source_item(struct place list, size_t i);

/* The value of a key; its node is NULL when there is none. */
struct place source_get(struct place map, const char *key);
/* The same for a scalar that may be absent (NULL, or "" with or_empty), or must not be. */
const char *source_get_text(struct place map, const char *key);
const char *source_need_text(struct place map, const char *key);

/* Complains about keys that are not in the NULL-terminated list, and about keys given twice. */
void source_keys(struct place map, const char *const *allowed);
void source_keys_differ(struct place map);

#endif
