/* pytext.c - values written as Python writes them: see pytext.h. */
#include "query/pytext.h"

#include "base/whole.h"
#include "query/chars.h"
#include "query/jmespath.h"

#include <ctype.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the object is in memory, in Python; here it is nowhere. */
#define EXPRESSION "<jmespath.visitor._Expression object at 0x7f0000000000>"

const char *py_type(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "dict";
	case JSON_ARRAY:
		return "list";
	case JSON_STRING:
		return "str";
	case JSON_INTEGER:
		return "int";
	case JSON_REAL:
		return whole_digits(value) ? "int" : "float";
	case JSON_TRUE:
	case JSON_FALSE:
		return "bool";
	case JSON_NULL:
		break;
	}
	return jmes_is_expression(value) ? "_Expression" : "NoneType";
}

/* Whether digits, the first of which stands for 10^exponent, read back as `value`. */
static bool reads_back(const char *digits, int exponent, double value)
{
	char text[64];

	snprintf(text, sizeof text, "%se%d", digits, exponent - (int)strlen(digits) + 1);
	return strtod(text, NULL) == value;
}

/* `value` rounded to digits, `count` of them; returns the power of ten of the first. */
static int round_to(double value, int count, char digits[32])
{
	char text[64];
	size_t n = 0;

	snprintf(text, sizeof text, "%.*e", count - 1, value);
	for (const char *s = text; *s != 'e'; s++)
		if (isdigit((unsigned char)*s)) /* whatever the locale's decimal point is */
			digits[n++] = *s;
	digits[n] = '\0';
	return atoi(strchr(text, 'e') + 1);
}

/*
 * The fewest digits that read back as `value` (finite, not negative); returns the power of ten of
 * the first of them. Up to 15 digits always survive, so these need no search, unless the value is
 * subnormal. Below a power of two the doubles are twice as dense as above: there the digits next
 * to the nearest ones may do where the nearest ones do not.
 */
static int shortest(double value, char digits[32])
{
	int exponent = 0, half;
	bool power_of_two = frexp(value, &half) == 0.5;

	for (int count = value < DBL_MIN ? 1 : 15; count <= 17; count++) {
		char *last = &digits[count - 1];

		exponent = round_to(value, count, digits);
		if (reads_back(digits, exponent, value))
			break;
		if (power_of_two && *last < '9') {
			++*last;
			if (reads_back(digits, exponent, value))
				break;
		}
	}
	for (size_t n = strlen(digits); n > 1 && digits[n - 1] == '0'; n--)
		digits[n - 1] = '\0';
	return exponent;
}

void py_float(struct buf *out, double value)
{
	char digits[32];
	int exponent, n;

	if (isnan(value)) {
		buf_adds(out, "nan");
		return;
	}
	if (signbit(value))
		buf_addc(out, '-');
	value = fabs(value);
	if (isinf(value)) {
		buf_adds(out, "inf");
		return;
	}
	exponent = shortest(value, digits);
	n = (int)strlen(digits);
	if (exponent < -4 || exponent >= 16) {
		buf_addc(out, digits[0]);
		if (n > 1)
			buf_addf(out, ".%.*s", n - 1, digits + 1);
		buf_addf(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
	} else if (exponent < 0) {
		buf_adds(out, "0.");
		buf_addn(out, "0", (size_t)(-exponent - 1));
		buf_add(out, digits, (size_t)n);
	} else if (n > exponent + 1) {
		buf_add(out, digits, (size_t)exponent + 1);
		buf_addf(out, ".%.*s", n - exponent - 1, digits + exponent + 1);
	} else {
		buf_add(out, digits, (size_t)n);
		buf_addn(out, "0", (size_t)(exponent + 1 - n));
		buf_adds(out, ".0");
	}
}

static void quote_char(struct buf *out, uint32_t c, char quote)
{
	static const char named[] = "\tt\nn\rr\\\\";

	for (const char *p = named; *p; p += 2) {
		if (c == (unsigned char)*p) {
			buf_addc(out, '\\');
			buf_addc(out, p[1]);
			return;
		}
	}
	if (c == (unsigned char)quote)
		buf_addf(out, "\\%c", quote);
	else if (char_is_printable(c))
		char_put(out, c);
	else if (c < 0x100)
		buf_addf(out, "\\x%02" PRIx32, c);
	else if (c < 0x10000)
		buf_addf(out, "\\u%04" PRIx32, c);
	else
		buf_addf(out, "\\U%08" PRIx32, c);
}

void py_quote(struct buf *out, const char *s, size_t n)
{
	char quote = memchr(s, '\'', n) && !memchr(s, '"', n) ? '"' : '\'';
	uint32_t c;

	buf_addc(out, quote);
	for (size_t i = 0; i < n;) {
		i += char_next(s + i, n - i, &c);
		quote_char(out, c, quote);
	}
	buf_addc(out, quote);
}

static void escape_char(struct buf *out, uint32_t c)
{
	static const char named[] = "\"\"\\\\\nn\rr\tt\ff\bb";

	for (const char *p = named; *p; p += 2) {
		if (c == (unsigned char)*p) {
			buf_addc(out, '\\');
			buf_addc(out, p[1]);
			return;
		}
	}
	if (c >= 0x20 && c < 0x7f)
		buf_addc(out, (char)c);
	else if (c < 0x10000)
		buf_addf(out, "\\u%04" PRIx32, c);
	else
		buf_addf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd7c0 + (c >> 10),
			0xdc00 + (c & 0x3ff));
}

static void escape(struct buf *out, const char *s, size_t n)
{
	uint32_t c;

	buf_addc(out, '"');
	for (size_t i = 0; i < n;) {
		i += char_next(s + i, n - i, &c);
		escape_char(out, c);
	}
	buf_addc(out, '"');
}

static void json_float(struct buf *out, double value)
{
	if (isnan(value))
		buf_adds(out, "NaN");
	else if (isinf(value))
		buf_adds(out, value < 0 ? "-Infinity" : "Infinity");
	else
		py_float(out, value);
}

/* The two notations of a value differ in these words only. */
struct notation {
	const char *null, *yes, *no, *comma, *colon, *expression;
	void (*string)(struct buf *out, const char *s, size_t n);
	void (*real)(struct buf *out, double value);
};

static const struct notation python = {
	"None", "True", "False", ", ", ": ", EXPRESSION, py_quote, py_float};
static const struct notation json = {
	"null", "true", "false", ",", ":", "\"" EXPRESSION "\"", escape, json_float};

static bool write_value(struct buf *out, const json_t *v, size_t max, const struct notation *words);

static bool write_array(struct buf *out, const json_t *v, size_t max, const struct notation *words)
{
	size_t n = json_array_size(v);

	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_adds(out, words->comma);
		if (!write_value(out, json_array_get(v, i), max, words))
			return false;
	}
	buf_addc(out, ']');
	return true;
}

static bool write_object(struct buf *out, json_t *v, size_t max, const struct notation *words)
{
	const char *separator = "";

	buf_addc(out, '{');
	for (void *i = json_object_iter(v); i; i = json_object_iter_next(v, i)) {
		buf_adds(out, separator);
		words->string(out, json_object_iter_key(i), json_object_iter_key_len(i));
		buf_adds(out, words->colon);
		if (!write_value(out, json_object_iter_value(i), max, words))
			return false;
		separator = words->comma;
	}
	buf_addc(out, '}');
	return true;
}

static bool write_value(struct buf *out, const json_t *v, size_t max, const struct notation *words)
{
	if (out->len > max)
		return false;
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return write_object(out, (json_t *)v, max, words);
	case JSON_ARRAY:
		return write_array(out, v, max, words);
	case JSON_STRING:
		words->string(out, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		break;
	case JSON_REAL:
		if (whole_digits(v))
			whole_text(out, v);
		else
			words->real(out, json_real_value(v));
		break;
	case JSON_TRUE:
		buf_adds(out, words->yes);
		break;
	case JSON_FALSE:
		buf_adds(out, words->no);
		break;
	case JSON_NULL:
		buf_adds(out, jmes_is_expression(v) ? words->expression : words->null);
		break;
	}
	return out->len <= max;
}

bool py_repr(struct buf *out, const json_t *v, size_t max)
{
	return write_value(out, v, max, &python);
}

bool py_str(struct buf *out, const json_t *v, size_t max)
{
	if (!json_is_string(v))
		return py_repr(out, v, max);
	buf_add(out, json_string_value(v), json_string_length(v));
	return out->len <= max;
}

bool py_dumps(struct buf *out, const json_t *v, size_t max)
{
	return write_value(out, v, max, &json);
}
