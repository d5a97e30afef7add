/*
 * write.h - what the parts of the answer writer share: see wire.h for the whole.
 */
#ifndef WIRE_WRITE_H
#define WIRE_WRITE_H

#include "wire/wire.h"

/* Appends a structure's members, without what encloses them. */
void write_xml_members(
	const struct model_shape *s, const json_t *v, struct wire_cache *cache, struct buf *out);
/* Appends a structure. */
void write_json(const struct model_shape *s, const json_t *v, struct buf *out);

/* The most members that a structure has: model_member.position is a byte. */
enum { WRITE_MOST = 256 };

/* What a document has of a structure's members, by their place there, NULL for what it has not; so
 * many of `found` are set as the structure has members. One pass over the document. */
void write_gather(const struct model_shape *s, const json_t *v, const json_t **found);

/* Appends text for between tags: what XML cannot carry becomes U+FFFD. */
void write_xml_text(struct buf *out, const char *text, size_t n);
/* Appends text as a JSON string, quotes and all. */
void write_json_text(struct buf *out, const char *text, size_t n);
void write_integer(struct buf *out, json_int_t value);
/* The shortest text that reads back as the same number. */
void write_real(struct buf *out, double value);

/* The text under which a document went out before, or NULL. */
const struct buf *wire_cache_get(
	const struct wire_cache *c, const json_t *doc, const struct model_shape *s);
/* Keeps n bytes at `text` for a document that somebody besides the answer holds. */
void wire_cache_put(struct wire_cache *c, const json_t *doc, const struct model_shape *s,
	const char *text, size_t n);

#endif
