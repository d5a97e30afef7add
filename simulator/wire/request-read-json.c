/*
 * request-read-json.c - a JSON body as a request: members that the operation does not have are
 * dropped, as AWS's JSON services do, and null is as good as absent.
 */
#include "base/codec.h"
#include "base/day.h"
#include "base/json.h"
#include "base/text.h"
#include "wire/read.h"

#include <math.h>
#include <string.h>

struct json_walk {
	struct wire_reading *r;
	struct buf path; /* of what is being looked at: Tags.1.TagKey */
	int depth;
};

static json_t *misfit(struct json_walk *w, const json_t *v)
{
	struct buf text = BUF_INIT;

	buf_add_json(&text, v, JSON_COMPACT | JSON_ENCODE_ANY);
	read_fail(w->r, WIRE_BAD_VALUE, w->path.s, text.s);
	buf_release(&text);
	return NULL;
}

/* ---- scalars ---- */

/* 3.0 is a whole number too: JavaScript makes no difference. */
static json_t *whole(const json_t *v)
{
	double d = json_real_value(v);

	if (json_is_integer(v))
		return json_integer(json_integer_value(v));
	if (!json_is_real(v) || d != trunc(d) || fabs(d) > 9007199254740992.0)
		return NULL;
	return json_integer((json_int_t)d);
}

/* Seconds since the epoch as the text that requests hold. The years 1970 to 9999. */
static json_t *moment(const json_t *v)
{
	double seconds = json_number_value(v);
	struct buf out = BUF_INIT;
	struct civil date;
	json_t *text;
	int64_t ms;

	if (!json_is_number(v) || !(seconds >= 0 && seconds < 253402300799.0))
		return NULL;
	ms = (int64_t)(seconds * 1000 + 0.5);
	date = day_to_civil((day_t)(ms / 86400000));
	buf_addf(&out, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month, date.day,
		(int)(ms / 3600000 % 24), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60));
	if (ms % 1000)
		buf_addf(&out, ".%03d", (int)(ms % 1000));
	buf_addc(&out, 'Z');
	text = json_stringn_nocheck(out.s, out.len);
	buf_release(&out);
	return text;
}

static json_t *scalar(const struct model_shape *s, json_t *v)
{
	switch ((enum model_kind)s->kind) {
	case MODEL_STRING:
		return json_is_string(v) ? json_incref(v) : NULL;
	case MODEL_BLOB:
		return json_is_string(v)
			       ? read_scalar(s, json_string_value(v), json_string_length(v))
			       : NULL;
	case MODEL_INTEGER:
	case MODEL_LONG:
		return whole(v);
	case MODEL_BOOLEAN:
		return json_is_boolean(v) ? json_incref(v) : NULL;
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		return json_is_number(v) ? json_real(json_number_value(v)) : NULL;
	case MODEL_TIMESTAMP:
		return moment(v);
	case MODEL_STRUCTURE:
	case MODEL_LIST:
	case MODEL_MAP:
		break;
	}
	return NULL;
}

/* ---- containers ---- */

static json_t *take(struct json_walk *w, const struct model_shape *s, json_t *v);

/* An inner value, under its name in the path; NULL and a trouble. */
static json_t *take_under(
	struct json_walk *w, const char *name, const struct model_shape *s, json_t *v)
{
	size_t before = w->path.len;
	json_t *out;

	buf_addf(&w->path, "%s%s", before ? "." : "", name);
	out = take(w, s, v);
	buf_truncate(&w->path, before);
	return out;
}

/* Adds to `out` what `v` has of the structure's members that travel in the body. */
static bool take_members(struct json_walk *w, const struct model_shape *s, json_t *v, json_t *out)
{
	const char *key;
	json_t *value;

	json_object_foreach(v, key, value)
	{
		const struct model_member *m =
			model_find_member(s, MODEL_BY_QUERY, key, strlen(key));

		if (!m || m->location != MODEL_BODY || json_is_null(value))
			continue;
		value = take_under(w, key, model_member_shape(m), value);
		if (!value)
			return false;
		json_object_set_new_nocheck(out, model_text(m->name), value);
	}
	return true;
}

static bool take_elements(struct json_walk *w, const struct model_shape *s, json_t *v, json_t *out)
{
	char name[24];
	json_t *value;
	size_t i;

	json_array_foreach(v, i, value)
	{
		if (json_is_null(value))
			continue;
		snprintf(name, sizeof name, "%zu", i + 1);
		value = take_under(w, name, model_shape(s->element), value);
		if (!value)
			return false;
		json_array_append_new(out, value);
	}
	return true;
}

static bool take_entries(struct json_walk *w, const struct model_shape *s, json_t *v, json_t *out)
{
	const char *key;
	json_t *value;

	json_object_foreach(v, key, value)
	{
		if (json_is_null(value))
			continue;
		value = take_under(w, key, model_shape(s->element), value);
		if (!value)
			return false;
		json_object_set_new_nocheck(out, key, value);
	}
	return true;
}

static bool take_inner(struct json_walk *w, const struct model_shape *s, json_t *v, json_t *out)
{
	if (s->kind == MODEL_LIST)
		return take_elements(w, s, v, out);
	return s->kind == MODEL_MAP ? take_entries(w, s, v, out) : take_members(w, s, v, out);
}

static json_t *container(struct json_walk *w, const struct model_shape *s, json_t *v)
{
	json_t *out;
	bool fine;

	if (s->kind == MODEL_LIST ? !json_is_array(v) : !json_is_object(v))
		return misfit(w, v);
	if (w->depth == READ_DEPTH) {
		read_fail(w->r, WIRE_TOO_MANY, w->path.s, NULL);
		return NULL;
	}
	out = s->kind == MODEL_LIST ? json_array() : json_object();
	w->depth++;
	fine = take_inner(w, s, v, out);
	w->depth--;
	if (fine)
		return out;
	json_decref(out);
	return NULL;
}

/* The value as the shape has it; new reference. NULL and a trouble if it does not fit. */
static json_t *take(struct json_walk *w, const struct model_shape *s, json_t *v)
{
	json_t *out;

	if (s->kind == MODEL_STRUCTURE || s->kind == MODEL_LIST || s->kind == MODEL_MAP)
		return container(w, s, v);
	out = scalar(s, v);
	return out ? out : misfit(w, v);
}

/* The body's document; NULL: it is none. "\u0000" is for the service to refuse. A number beyond 64
 * bits is JSON too: then all come as reals, which whole() takes for the integers they are. */
static json_t *load(const char *body, size_t length)
{
	json_error_t problem;
	json_t *v = json_loadb(body, length, JSON_ALLOW_NUL, &problem);

	if (!v && json_error_code(&problem) == json_error_numeric_overflow)
		v = json_loadb(body, length, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	return v;
}

bool read_json(const char *body, size_t length, struct wire_reading *r)
{
	struct json_walk w = {.r = r, .path = BUF_INIT};
	json_t *v;
	bool fine;

	if (!length)
		return true;
	if (text_valid(body, length) != length)
		return read_fail(r, WIRE_NOT_TEXT, "", NULL);
	v = load(body, length);
	if (json_is_object(v))
		fine = take_members(&w, model_shape(r->op->input), v, r->request);
	else
		fine = read_fail(r, WIRE_NOT_JSON, "", NULL);
	json_decref(v);
	buf_release(&w.path);
	return fine;
}
