/*
 * pyjson.c - JSON as Python's json.loads reads it, which is not quite as jansson does: NaN, any
 * number, U+0000 and lone surrogates are let in.
 */
#include "query/pytext.h"

#include "base/mem.h"
#include "base/whole.h"
#include "query/chars.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char py_too_deep[] = "maximum recursion depth exceeded";

struct reader {
	const char *s, *end;
	int depth;           /* levels left */
	const char *problem; /* the first one, in Python's words up to its colon */
};

static json_t *read_value(struct reader *r);

static json_t *fail(struct reader *r, const char *problem)
{
	r->problem = problem;
	return NULL;
}

static json_t *made(json_t *v)
{
	if (!v)
		mem_exhausted(sizeof *v);
	return v;
}

static void skip_blanks(struct reader *r)
{
	while (r->s < r->end && (*r->s == ' ' || *r->s == '\n' || *r->s == '\t' || *r->s == '\r'))
		r->s++;
}

static bool next_is(struct reader *r, char c)
{
	skip_blanks(r);
	if (r->s == r->end || *r->s != c)
		return false;
	r->s++;
	return true;
}

static bool read_word(struct reader *r, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(r->end - r->s) < n || memcmp(r->s, word, n) != 0)
		return false;
	r->s += n;
	return true;
}

/* Four hexadecimal digits after \u; -1 if they are not there. */
static long read_hex(struct reader *r)
{
	long c = 0;

	if (r->end - r->s < 4)
		return -1;
	for (int i = 0; i < 4; i++, r->s++) {
		int digit = *r->s >= '0' && *r->s <= '9'   ? *r->s - '0'
			    : *r->s >= 'a' && *r->s <= 'f' ? *r->s - 'a' + 10
			    : *r->s >= 'A' && *r->s <= 'F' ? *r->s - 'A' + 10
							   : -1;
		if (digit < 0)
			return -1;
		c = c << 4 | digit;
	}
	return c;
}

/* After \u: one character, a pair of surrogates being one. */
static bool read_unicode(struct reader *r, struct buf *out)
{
	long high = read_hex(r), low;

	if (high >= 0xd800 && high < 0xdc00 && read_word(r, "\\u")) {
		low = read_hex(r);
		if (low >= 0xdc00 && low < 0xe000) {
			high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
		} else if (low >= 0) {
			r->s -= 6; /* a character of its own */
		} else {
			high = -1;
		}
	}
	if (high < 0)
		return fail(r, "Invalid \\uXXXX escape");
	char_put(out, (uint32_t)high);
	return true;
}

static bool read_escape(struct reader *r, struct buf *out)
{
	static const char named[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	char c;

	if (r->s == r->end)
		return fail(r, "Unterminated string starting at");
	c = *r->s++;
	if (c == 'u')
		return read_unicode(r, out);
	for (const char *p = named; *p; p += 2) {
		if (c == *p) {
			buf_addc(out, p[1]);
			return true;
		}
	}
	return fail(r, "Invalid \\escape");
}

/* What follows an opening quote, up to and with the closing one. */
static bool read_string(struct reader *r, struct buf *out)
{
	for (;;) {
		const char *start = r->s;

		while (r->s < r->end && *r->s != '"' && *r->s != '\\' &&
			(unsigned char)*r->s >= 0x20)
			r->s++;
		buf_add(out, start, (size_t)(r->s - start));
		if (r->s == r->end)
			return fail(r, "Unterminated string starting at");
		if ((unsigned char)*r->s < 0x20)
			return fail(r, "Invalid control character at");
		if (*r->s++ == '"')
			return true;
		if (!read_escape(r, out))
			return false;
	}
}

static size_t digits(struct reader *r)
{
	const char *start = r->s;

	while (r->s < r->end && *r->s >= '0' && *r->s <= '9')
		r->s++;
	return (size_t)(r->s - start);
}

/* A fraction or an exponent is part of the number only if it is complete. */
static bool take_fraction(struct reader *r)
{
	const char *start = r->s;

	if (read_word(r, ".") && digits(r))
		return true;
	r->s = start;
	return false;
}

static bool take_exponent(struct reader *r)
{
	const char *start = r->s;

	if (read_word(r, "e") || read_word(r, "E")) {
		if (!read_word(r, "+"))
			read_word(r, "-");
		if (digits(r))
			return true;
	}
	r->s = start;
	return false;
}

static json_t *read_number(struct reader *r)
{
	const char *start = r->s;
	size_t whole = 1;
	bool real;

	read_word(r, "-");
	if (!read_word(r, "0"))
		whole = digits(r);
	if (!whole)
		return fail(r, "Expecting value");
	real = take_fraction(r);
	real |= take_exponent(r);
	if (real)
		return py_real(py_strtod(start, (size_t)(r->s - start)));
	if (whole > PY_MAX_DIGITS)
		return fail(r, "Exceeds the limit (4300 digits) for integer string conversion");
	return whole_new(start, (size_t)(r->s - start));
}

static json_t *read_array(struct reader *r)
{
	json_t *array = made(json_array()), *item;

	if (next_is(r, ']'))
		return array;
	do {
		item = read_value(r);
		if (!item)
			break;
		json_array_append_new(array, item);
		if (next_is(r, ']'))
			return array;
	} while (next_is(r, ','));
	json_decref(array);
	return fail(r, r->problem ? r->problem : "Expecting ',' delimiter");
}

static bool read_member(struct reader *r, json_t *object)
{
	struct buf key = BUF_INIT;
	json_t *value = NULL;

	if (!next_is(r, '"'))
		fail(r, "Expecting property name enclosed in double quotes");
	else if (read_string(r, &key) && !next_is(r, ':'))
		fail(r, "Expecting ':' delimiter");
	else if (!r->problem)
		value = read_value(r);
	if (value)
		json_object_setn_new_nocheck(object, key.s, key.len, value);
	buf_release(&key);
	return value;
}

static json_t *read_object(struct reader *r)
{
	json_t *object = made(json_object());

	if (next_is(r, '}'))
		return object;
	do {
		if (!read_member(r, object))
			break;
		if (next_is(r, '}'))
			return object;
	} while (next_is(r, ','));
	json_decref(object);
	return fail(r, r->problem ? r->problem : "Expecting ',' delimiter");
}

static json_t *read_nested(struct reader *r, json_t *read(struct reader *r))
{
	json_t *v;

	if (r->depth <= 0)
		return fail(r, py_too_deep);
	r->depth--;
	v = read(r);
	r->depth++;
	return v;
}

static json_t *read_text(struct reader *r)
{
	struct buf text = BUF_INIT;
	json_t *v = NULL;

	if (read_string(r, &text))
		v = made(json_stringn_nocheck(text.s, text.len));
	buf_release(&text);
	return v;
}

static json_t *read_value(struct reader *r)
{
	skip_blanks(r);
	if (read_word(r, "\""))
		return read_text(r);
	if (read_word(r, "{"))
		return read_nested(r, read_object);
	if (read_word(r, "["))
		return read_nested(r, read_array);
	if (read_word(r, "null"))
		return json_null();
	if (read_word(r, "true"))
		return json_true();
	if (read_word(r, "false"))
		return json_false();
	if (read_word(r, "NaN"))
		return py_real(NAN);
	if (read_word(r, "Infinity"))
		return py_real(INFINITY);
	if (read_word(r, "-Infinity"))
		return py_real(-INFINITY);
	return read_number(r);
}

json_t *py_loads(const char *s, size_t n, int depth, const char **problem)
{
	struct reader r = {.s = s, .end = s + n, .depth = depth};
	json_t *v = read_value(&r);

	skip_blanks(&r);
	if (v && r.s < r.end) {
		json_decref(v);
		v = fail(&r, "Extra data");
	}
	if (!v)
		*problem = r.problem;
	return v;
}
