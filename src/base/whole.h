/*
 * whole.h - whole numbers beyond 64 bits in documents, which jansson does not have.
 *
 * One is a real whose value is a NaN of our own; its digits stand behind it. So whatever holds,
 * counts and frees values takes it, and who writes or computes has to ask whole_digits() first.
 * json_copy() and json_deep_copy() fail on it, as on any NaN.
 */
#ifndef BASE_WHOLE_H
#define BASE_WHOLE_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The number of n bytes "-?[0-9]+": an integer if it fits into 64 bits. New reference. */
json_t *whole_new(const char *text, size_t n);
json_t *whole_of(__int128 value);

/* "-?[0-9]+" without needless zeros; NULL: the value is none of these. */
const char *whole_digits(const json_t *v);
static inline bool whole_is(const json_t *v)
{
	return json_is_integer(v) || whole_digits(v);
}

/* Appends the digits of an integer, too. */
void whole_text(struct buf *out, const json_t *v);
/* json_number_value(), the nearest there is for these. */
double whole_number(const json_t *v);
/* < 0, 0, > 0, of numbers written as by whole_text(). */
int whole_order(const char *a, const char *b);
/* Adds a number to another, both written so. */
void whole_add(struct buf *sum, const char *addend);

#endif
