/*
 * unicode.h - what the CLI's Python (3.14, Unicode 16) knows of characters, over valid UTF-8.
 *
 * Lone surrogates are taken as three bytes each, for a literal of a query can hold them.
 */
#ifndef OUTPUT_UNICODE_H
#define OUTPUT_UNICODE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The code point at *s; *s moves behind it. *s < end. */
uint32_t unicode_next(const char **s, const char *end);
void unicode_add(struct buf *out, uint32_t c);

bool unicode_is_wide(uint32_t c);      /* East Asian width W, F or A */
bool unicode_is_printable(uint32_t c); /* str.isprintable() */

/* str.upper(): may be longer ("ß" becomes "SS"). */
void unicode_upper(struct buf *out, const char *s, size_t n);

/* Whether the text may be written: Python refuses lone surrogates then, with these words. */
bool unicode_is_writable(const char *s, size_t n, struct err *err);

#endif
