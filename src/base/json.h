/*
 * json.h - what jansson's own functions do not offer.
 *
 * json_dumps() answers with memory of jansson's allocator, which is not malloc's here
 * (app/memory.h): free() would fail on it. So it is banned, and json_text() stands in.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

#include <jansson.h>

/* The value as text, by json_dumps' flags; owned, for free(). NULL if it has no text (flags,
 * depth). */
char *json_text(const json_t *value, size_t flags);
/* The same, appended; false if it has no text. */
bool buf_add_json(struct buf *out, const json_t *value, size_t flags);
/* A text between quotes, with escapes; \u with capitals as jansson writes it, or as Python does. */
void buf_add_json_string(struct buf *out, const char *s, size_t n, bool capitals);

/* json_loadb with JSON_ALLOW_NUL, several times as fast on plain documents. NULL: no JSON, or
 * neither an object nor an array. */
json_t *json_read(const char *bytes, size_t n);

#endif
