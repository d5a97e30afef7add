/*
 * chars.h - strings as Python sees them: one code point after another.
 *
 * A surrogate written as three bytes counts as one character, and so does every byte that does not
 * belong to a character at all (U+DC80..U+DCFF, as Python takes them from a command line): any
 * bytes are a sequence of characters.
 */
#ifndef QUERY_CHARS_H
#define QUERY_CHARS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the first character of s[0..n), n > 0, and the character. */
size_t char_next(const char *s, size_t n, uint32_t *c);
size_t char_count(const char *s, size_t n);
void char_put(struct buf *out, uint32_t c);

bool char_is_space(uint32_t c);     /* as str.isspace(), str.strip() */
int char_digit(uint32_t c);         /* the value of a decimal digit of any script, or -1 */
bool char_is_printable(uint32_t c); /* what repr() shows as it is */

#endif
