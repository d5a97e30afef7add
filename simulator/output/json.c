/* json.c - --output json: four blanks a level, characters as they are, numbers as in Python. */
#include "base/json.h"
#include "base/whole.h"
#include "output/formats.h"
#include "output/members.h"
#include "output/python.h"

#include <math.h>
#include <string.h>

struct writer {
	struct buf *out;
	struct err *err;
};

/* `start`: where that began which the CLI writes together with the value, if it is a scalar. */
static bool write_value(struct writer *w, const json_t *value, size_t level, size_t start);

static void add_real(struct buf *out, double value)
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

static bool write_key(struct writer *w, const struct member *member)
{
	size_t start = w->out->len;

	buf_add_json_string(w->out, member->key, member->n, false);
	if (!format_end_write(w->out, start, w->err))
		return false;
	buf_adds(w->out, ": ");
	return true;
}

static bool write_object(struct writer *w, const json_t *object, size_t level)
{
	struct member_iter i = {0};
	const char *before = "{";

	while (member_next(&i, object)) {
		buf_adds(w->out, before);
		new_line(w->out, level + 1);
		if (!write_key(w, &i.member) ||
			!write_value(w, i.member.value, level + 1, w->out->len))
			return false;
		before = ",";
	}
	if (*before == '{') {
		buf_adds(w->out, "{}");
		return true;
	}
	new_line(w->out, level);
	buf_addc(w->out, '}');
	return true;
}

static bool write_array(struct writer *w, const json_t *array, size_t level)
{
	size_t n = json_array_size(array);

	if (!n) {
		buf_adds(w->out, "[]");
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		size_t start = w->out->len;

		buf_addc(w->out, i ? ',' : '[');
		new_line(w->out, level + 1);
		if (!write_value(w, json_array_get(array, i), level + 1, start))
			return false;
	}
	new_line(w->out, level);
	buf_addc(w->out, ']');
	return true;
}

static bool write_value(struct writer *w, const json_t *value, size_t level, size_t start)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return write_object(w, value, level);
	case JSON_ARRAY:
		return write_array(w, value, level);
	case JSON_STRING:
		buf_add_json_string(
			w->out, json_string_value(value), json_string_length(value), false);
		return format_end_write(w->out, start, w->err);
	case JSON_INTEGER:
		buf_addf(w->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return true;
	case JSON_REAL:
		if (whole_digits(value))
			whole_text(w->out, value);
		else
			add_real(w->out, json_real_value(value));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_adds(w->out, json_is_true(value) ? "true" : "false");
		return true;
	case JSON_NULL:
		buf_adds(w->out, "null");
		return true;
	}
	return false;
}

bool format_json(struct buf *out, const json_t *value, struct err *err)
{
	struct writer w = {.out = out, .err = err};

	return write_value(&w, value, 0, out->len);
}
