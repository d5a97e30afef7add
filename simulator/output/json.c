/* json.c - --output json: four blanks a level, characters as they are, numbers as in Python. */
#include "output/formats.h"
#include "output/members.h"
#include "output/python.h"

#include <math.h>
#include <string.h>

static void write_value(struct buf *out, const json_t *value, size_t level);

static void add_escape(struct buf *out, unsigned char c)
{
	static const char letters[] = "btn?fr"; /* from \b on */

	if (c == '"' || c == '\\')
		buf_addf(out, "\\%c", c);
	else if (c >= '\b' && c <= '\r' && c != '\v')
		buf_addf(out, "\\%c", letters[c - '\b']);
	else
		buf_addf(out, "\\u%04x", c);
}

void format_json_string(struct buf *out, const char *s, size_t n)
{
	size_t from = 0;

	buf_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		buf_add(out, s + from, i - from);
		add_escape(out, c);
		from = i + 1;
	}
	buf_add(out, s + from, n - from);
	buf_addc(out, '"');
}

static void write_real(struct buf *out, double value)
{
	if (isnan(value))
		buf_adds(out, "NaN");
	else if (isinf(value))
		buf_adds(out, value < 0 ? "-Infinity" : "Infinity");
	else
		python_float(out, value);
}

static void new_line(struct buf *out, size_t level)
{
	buf_addc(out, '\n');
	buf_addn(out, "    ", level);
}

static void write_object(struct buf *out, const json_t *object, size_t level)
{
	struct member_iter i = {0};
	const char *before = "{";

	while (member_next(&i, object)) {
		buf_adds(out, before);
		new_line(out, level + 1);
		format_json_string(out, i.member.key, i.member.n);
		buf_adds(out, ": ");
		write_value(out, i.member.value, level + 1);
		before = ",";
	}
	if (*before == '{') {
		buf_adds(out, "{}");
		return;
	}
	new_line(out, level);
	buf_addc(out, '}');
}

static void write_array(struct buf *out, const json_t *array, size_t level)
{
	size_t n = json_array_size(array);

	if (!n) {
		buf_adds(out, "[]");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		buf_addc(out, i ? ',' : '[');
		new_line(out, level + 1);
		write_value(out, json_array_get(array, i), level + 1);
	}
	new_line(out, level);
	buf_addc(out, ']');
}

static void write_value(struct buf *out, const json_t *value, size_t level)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		write_object(out, value, level);
		break;
	case JSON_ARRAY:
		write_array(out, value, level);
		break;
	case JSON_STRING:
		format_json_string(out, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		write_real(out, json_real_value(value));
		break;
	case JSON_TRUE:
		buf_adds(out, "true");
		break;
	case JSON_FALSE:
		buf_adds(out, "false");
		break;
	case JSON_NULL:
		buf_adds(out, "null");
		break;
	}
}

void format_json(struct buf *out, const json_t *value)
{
	write_value(out, value, 0);
}
