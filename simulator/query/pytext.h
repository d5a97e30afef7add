/*
 * pytext.h - values in Python's words: str(), repr(), json.dumps(), and numbers read as it does.
 *
 * The CLI's error texts and to_string() are these. Nothing depends on the locale.
 */
#ifndef QUERY_PYTEXT_H
#define QUERY_PYTEXT_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* "NoneType", "bool", "int", "float", "str", "list", "dict" or "_Expression". */
const char *py_type(const json_t *value);

void py_float(struct buf *out, double value);               /* repr: 8.0, 1e-07, 1e+16, nan */
void py_quote(struct buf *out, const char *s, size_t n);    /* repr of a string */
bool py_str(struct buf *out, const json_t *v, size_t max);  /* a bare string stays unquoted */
bool py_repr(struct buf *out, const json_t *v, size_t max); /* {'a': [1, None]} */
/* json.dumps(v, separators=(',', ':'), default=str): ASCII only. */
bool py_dumps(struct buf *out, const json_t *v, size_t max);
/* The three above stop, and answer false, when `out` gets longer than `max` bytes. */

/* A new real, of NaN and the infinities too. */
json_t *py_real(double value);
/* json.loads of s[0..n): a new value; NULL for what is no JSON, or nested deeper than `depth`. */
json_t *py_loads(const char *s, size_t n, int depth, const char **problem);
extern const char py_too_deep[]; /* the problem in the second case */

/* int(s), or else float(s), as new values; NULL if it is neither. */
json_t *py_number(const char *s, size_t n);
/* The double of ASCII text that has the form of a number. */
double py_strtod(const char *s, size_t n);
/* Digits that int() refuses to convert, for fear of the time it takes. */
enum { PY_MAX_DIGITS = 4300 };

#endif
