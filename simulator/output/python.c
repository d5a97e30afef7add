/* python.c - see python.h. */
#include "output/python.h"

#include "base/whole.h"
#include "output/members.h"
#include "output/unicode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A double as 0.DIGITS times ten to the power of `point`. */
struct decimal {
	char digits[20];
	int len, point;
};

/*
 * Reads "d.ddde[+-]dd", whatever the locale's decimal point is; `up` adds one to the last digit.
 * Zeros at the end go.
 */
static struct decimal read_decimal(const char *text, bool up)
{
	struct decimal d = {.len = 0};
	const char *e = strchr(text, 'e');

	for (const char *s = text; s < e; s++) {
		if (*s >= '0' && *s <= '9')
			d.digits[d.len++] = *s;
	}
	d.point = atoi(e + 1) + 1;
	for (int i = d.len; up && i > 0; i--) {
		up = d.digits[i - 1] == '9';
		d.digits[i - 1] = (char)(up ? '0' : d.digits[i - 1] + 1);
	}
	if (up) {
		d.digits[0] = '1';
		d.point++;
	}
	while (d.len > 1 && d.digits[d.len - 1] == '0')
		d.len--;
	return d;
}

static double value_of(const struct decimal *d)
{
	char text[40];

	snprintf(text, sizeof text, "%.*se%d", d->len, d->digits, d->point - d->len);
	return strtod(text, NULL);
}

/*
 * The shortest decimal that reads back equal. With few digits the nearest decimal is tried and
 * the one above it, for above a power of two there is more room than below it.
 */
static struct decimal shortest(double value)
{
	struct decimal d = {.len = 0};
	char text[40];

	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*e", digits - 1, value);
		for (int up = 0; up < 2; up++) {
			d = read_decimal(text, up);
			if (value_of(&d) == value)
				return d;
		}
	}
	return d;
}

static void add_exponent(struct buf *out, const struct decimal *d)
{
	buf_addc(out, d->digits[0]);
	if (d->len > 1)
		buf_addf(out, ".%.*s", d->len - 1, d->digits + 1);
	buf_addf(out, "e%c%02d", d->point > 0 ? '+' : '-', abs(d->point - 1));
}

static void add_plain(struct buf *out, const struct decimal *d)
{
	int whole = d->point < d->len ? d->point : d->len;

	if (whole <= 0) {
		buf_adds(out, "0.");
		buf_addn(out, "0", (size_t)-d->point);
		buf_add(out, d->digits, (size_t)d->len);
		return;
	}
	buf_add(out, d->digits, (size_t)whole);
	buf_addn(out, "0", (size_t)(d->point - whole));
	buf_addc(out, '.');
	buf_adds(out, d->len > whole ? "" : "0");
	buf_add(out, d->digits + whole, (size_t)(d->len - whole));
}

void python_float(struct buf *out, double value)
{
	struct decimal d;

	if (isnan(value)) {
		buf_adds(out, "nan");
		return;
	}
	if (signbit(value))
		buf_addc(out, '-');
	value = fabs(value);
	if (isinf(value)) {
		buf_adds(out, "inf");
	} else if (value == 0) {
		buf_adds(out, "0.0");
	} else {
		d = shortest(value);
		(d.point > 16 || d.point < -3 ? add_exponent : add_plain)(out, &d);
	}
}

static void repr_char(struct buf *out, uint32_t c, char quote)
{
	if (c == (uint32_t)quote || c == '\\')
		buf_addf(out, "\\%c", (char)c);
	else if (c == '\n' || c == '\r' || c == '\t')
		buf_addf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
	else if (unicode_is_printable(c))
		unicode_add(out, c);
	else if (c <= 0xff)
		buf_addf(out, "\\x%02x", c);
	else if (c <= 0xffff)
		buf_addf(out, "\\u%04x", c);
	else
		buf_addf(out, "\\U%08x", c);
}

/* Between apostrophes, unless there are some inside and no quotation marks. */
static void repr_string(struct buf *out, const char *s, size_t n)
{
	const char *end = s + n;
	char quote = n && memchr(s, '\'', n) && !memchr(s, '"', n) ? '"' : '\'';

	buf_addc(out, quote);
	while (s < end)
		repr_char(out, unicode_next(&s, end), quote);
	buf_addc(out, quote);
}

static void repr_object(struct buf *out, const json_t *object)
{
	struct member_iter i = {0};
	const char *between = "";

	buf_addc(out, '{');
	while (member_next(&i, object)) {
		buf_adds(out, between);
		repr_string(out, i.member.key, i.member.n);
		buf_adds(out, ": ");
		python_repr(out, i.member.value);
		between = ", ";
	}
	buf_addc(out, '}');
}

static void repr_array(struct buf *out, const json_t *array)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < json_array_size(array); i++) {
		buf_adds(out, i ? ", " : "");
		python_repr(out, json_array_get(array, i));
	}
	buf_addc(out, ']');
}

void python_repr(struct buf *out, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		repr_object(out, value);
		break;
	case JSON_ARRAY:
		repr_array(out, value);
		break;
	case JSON_STRING:
		repr_string(out, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		if (whole_digits(value))
			whole_text(out, value);
		else
			python_float(out, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_adds(out, json_is_true(value) ? "True" : "False");
		break;
	case JSON_NULL:
		buf_adds(out, "None");
		break;
	}
}

void python_str(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		buf_add(out, json_string_value(value), json_string_length(value));
	else
		python_repr(out, value);
}

const char *python_type(const json_t *value)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "dict",
		[JSON_ARRAY] = "list",
		[JSON_STRING] = "str",
		[JSON_INTEGER] = "int",
		[JSON_REAL] = "float",
		[JSON_TRUE] = "bool",
		[JSON_FALSE] = "bool",
		[JSON_NULL] = "NoneType",
	};

	return names[whole_digits(value) ? JSON_INTEGER : json_typeof(value)];
}
