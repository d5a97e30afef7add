/* answer-write-json.c - documents as JSON 1.1 services send them, in the model's order. */
#include "wire/write.h"

#include "base/day.h"

#include <string.h>

static void write_value(const struct model_shape *s, const json_t *v, struct buf *out);

static void write_comma(struct buf *out, size_t start)
{
	if (out->len > start)
		buf_addc(out, ',');
}

static void write_members(const struct model_shape *s, const json_t *v, struct buf *out)
{
	const json_t *found[WRITE_MOST];
	size_t start = out->len;

	write_gather(s, v, found);
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);
		const char *key = model_text(m->wire);

		if (!found[i] || m->location != MODEL_BODY)
			continue;
		write_comma(out, start);
		write_json_text(out, key, strlen(key));
		buf_addc(out, ':');
		write_value(model_member_shape(m), found[i], out);
	}
}

static void write_elements(const struct model_shape *s, const json_t *v, struct buf *out)
{
	size_t start = out->len, i;
	json_t *inner;

	json_array_foreach((json_t *)v, i, inner)
	{
		write_comma(out, start);
		write_value(model_shape(s->element), inner, out);
	}
}

static void write_entries(const struct model_shape *s, const json_t *v, struct buf *out)
{
	size_t start = out->len;
	const char *key;
	json_t *inner;

	json_object_foreach((json_t *)v, key, inner)
	{
		write_comma(out, start);
		write_json_text(out, key, strlen(key));
		buf_addc(out, ':');
		write_value(model_shape(s->element), inner, out);
	}
}

/* A moment is a number of seconds with its milliseconds. */
static void write_string(const struct model_shape *s, const json_t *v, struct buf *out)
{
	const char *text = json_string_value(v);
	struct moment m;

	if (s->kind == MODEL_TIMESTAMP && moment_parse(text, &m)) {
		write_integer(out, m.utc_ms / 1000);
		buf_addf(out, ".%03d", (int)(m.utc_ms % 1000));
	} else {
		write_json_text(out, text, json_string_length(v));
	}
}

static void write_object(const struct model_shape *s, const json_t *v, struct buf *out)
{
	buf_addc(out, '{');
	if (s->kind == MODEL_MAP)
		write_entries(s, v, out);
	else if (s->kind == MODEL_STRUCTURE)
		write_members(s, v, out);
	buf_addc(out, '}');
}

static void write_value(const struct model_shape *s, const json_t *v, struct buf *out)
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		write_string(s, v, out);
		break;
	case JSON_INTEGER:
		write_integer(out, json_integer_value(v));
		break;
	case JSON_REAL:
		write_real(out, json_real_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_adds(out, json_is_true(v) ? "true" : "false");
		break;
	case JSON_ARRAY:
		buf_addc(out, '[');
		if (s->kind == MODEL_LIST)
			write_elements(s, v, out);
		buf_addc(out, ']');
		break;
	case JSON_OBJECT:
		write_object(s, v, out);
		break;
	case JSON_NULL:
		buf_adds(out, "null");
		break;
	}
}

void write_json(const struct model_shape *s, const json_t *v, struct buf *out)
{
	write_object(s, v, out);
}
