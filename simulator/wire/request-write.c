/* request-write.c - a request's document as HTTP carries it, in each of the protocols; see wire.h.
 *
 * Source of the forms: what botocore sends (its serializers for ec2, query, json and rest-json).
 */
#include "wire/wire.h"

#include "base/day.h"
#include "base/json.h"
#include "base/whole.h"

#include <float.h>
#include <math.h>
#include <string.h>

void wire_sending_release(struct wire_sending *s)
{
	buf_release(&s->path);
	buf_release(&s->query);
	buf_release(&s->target);
	buf_release(&s->body);
}

/* The member of a structure that a key of its document names; NULL: none, or it is not sent. */
static const struct model_member *sent_member(
	const struct model_shape *shape, const char *key, const json_t *value)
{
	if (json_is_null(value))
		return NULL;
	return model_find_member(shape, MODEL_BY_NAME, key, strlen(key));
}

/* --- scalars as text ------------------------------------------------------------------------ */

/* The shortest text that reads back as the same number. */
static void add_real(struct buf *out, const json_t *value)
{
	size_t start = out->len;
	json_t *back;
	bool same = false;

	for (int digits = 15; digits <= 17 && !same; digits++) {
		buf_truncate(out, start);
		buf_add_json(out, value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));
		back = json_loadb(out->s + start, out->len - start, JSON_DECODE_ANY, NULL);
		same = json_equal(value, back);
		json_decref(back);
	}
}

static void add_scalar(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		buf_add(out, json_string_value(value), json_string_length(value));
	else if (whole_is(value))
		whole_text(out, value);
	else if (json_is_real(value))
		add_real(out, value);
	else if (json_is_boolean(value))
		buf_adds(out, json_is_true(value) ? "true" : "false");
}

/* --- forms: ec2 and query ------------------------------------------------------------------- */

struct form {
	struct buf *out;
	struct buf name; /* of the value under way: "Filter.1.Value" */
	bool flat;       /* lists are, and an empty one is nothing (ec2) */
};

/* quote_plus: a blank is a plus sign. */
static void add_quoted(struct buf *out, const char *text, size_t n)
{
	size_t start = out->len;

	wire_encode(out, text, n, " ");
	for (size_t i = start; i < out->len; i++)
		if (out->s[i] == ' ')
			out->s[i] = '+';
}

static void add_pair(struct buf *out, const char *name, size_t n, const json_t *value)
{
	struct buf text = BUF_INIT;

	if (out->len)
		buf_addc(out, '&');
	add_quoted(out, name, n);
	buf_addc(out, '=');
	add_scalar(&text, value);
	add_quoted(out, text.s, text.len);
	buf_release(&text);
}

static void form_value(struct form *f, const struct model_shape *shape, const json_t *value);

/* A part of the value under way, under a longer name. */
__attribute__((format(printf, 4, 5))) static void form_part(
	struct form *f, const struct model_shape *shape, const json_t *value, const char *fmt, ...)
{
	size_t length = f->name.len;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&f->name, fmt, ap);
	va_end(ap);
	form_value(f, shape, value);
	buf_truncate(&f->name, length);
}

static void form_structure(struct form *f, const struct model_shape *shape, const json_t *value)
{
	const struct model_member *m;
	const char *key;
	json_t *part;

	json_object_foreach((json_t *)(uintptr_t)value, key, part)
	{
		m = sent_member(shape, key, part);
		if (m)
			form_part(f, model_member_shape(m), part, "%s%s", f->name.len ? "." : "",
				model_text(m->query));
	}
}

static void form_list(struct form *f, const struct model_shape *shape, const json_t *value)
{
	const struct model_shape *element = model_shape(shape->element);
	json_t *part;
	size_t i;

	if (json_array_size(value) == 0 && !f->flat)
		add_pair(f->out, f->name.s, f->name.len, NULL);
	json_array_foreach(value, i, part)
	{
		if (f->flat)
			form_part(f, element, part, ".%zu", i + 1);
		else
			form_part(f, element, part, ".member.%zu", i + 1);
	}
}

static void form_map(struct form *f, const struct model_shape *shape, const json_t *value)
{
	const struct model_shape *element = model_shape(shape->element);
	json_t *part, *name;
	const char *key;
	size_t i = 0;

	json_object_foreach((json_t *)(uintptr_t)value, key, part)
	{
		name = json_string_nocheck(key);
		form_part(f, NULL, name, ".entry.%zu.key", ++i);
		form_part(f, element, part, ".entry.%zu.value", i);
		json_decref(name);
	}
}

static void form_value(struct form *f, const struct model_shape *shape, const json_t *value)
{
	if (shape && shape->kind == MODEL_STRUCTURE)
		form_structure(f, shape, value);
	else if (shape && shape->kind == MODEL_LIST)
		form_list(f, shape, value);
	else if (shape && shape->kind == MODEL_MAP)
		form_map(f, shape, value);
	else
		add_pair(f->out, f->name.s, f->name.len, value);
}

static void write_form(
	const struct model_operation *op, const json_t *request, struct wire_sending *out)
{
	const struct model_service *s = &model_services[op->service];
	struct form f = {.out = &out->body, .name = BUF_INIT, .flat = s->protocol == MODEL_EC2};

	out->type = "application/x-www-form-urlencoded; charset=utf-8";
	buf_addc(&out->path, '/');
	buf_addf(&out->body, "Action=%s&Version=%s", model_text(op->name),
		model_text(s->api_version));
	form_value(&f, model_shape(op->input), request);
	buf_release(&f.name);
}

/* --- documents: json and rest-json ---------------------------------------------------------- */

static json_t *wire_value(const struct model_shape *shape, const json_t *value);

/* Of a structure's members only those that travel in the body. */
static json_t *wire_structure(const struct model_shape *shape, const json_t *value)
{
	json_t *object = json_object(), *part;
	const struct model_member *m;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)value, key, part)
	{
		m = sent_member(shape, key, part);
		if (m && m->location == MODEL_BODY)
			json_object_set_new_nocheck(object, model_text(m->query),
				wire_value(model_member_shape(m), part));
	}
	return object;
}

static json_t *wire_list(const struct model_shape *element, const json_t *value)
{
	json_t *list = json_array(), *part;
	size_t i;

	json_array_foreach(value, i, part)
	{
		json_array_append_new(list, wire_value(element, part));
	}
	return list;
}

static json_t *wire_map(const struct model_shape *element, const json_t *value)
{
	json_t *object = json_object(), *part;
	const char *key;

	json_object_foreach((json_t *)(uintptr_t)value, key, part)
	{
		json_object_set_new_nocheck(object, key, wire_value(element, part));
	}
	return object;
}

/* Seconds since the epoch; botocore cuts what is beyond the second. */
static json_t *wire_instant(const json_t *value)
{
	struct moment m;

	if (!json_is_string(value) || !moment_parse(json_string_value(value), &m))
		return json_incref((json_t *)(uintptr_t)value);
	return json_integer(m.utc_ms / 1000 - (m.utc_ms % 1000 < 0));
}

static json_t *wire_value(const struct model_shape *shape, const json_t *value)
{
	if (shape && shape->kind == MODEL_STRUCTURE && json_is_object(value))
		return wire_structure(shape, value);
	if (shape && shape->kind == MODEL_LIST && json_is_array(value))
		return wire_list(model_shape(shape->element), value);
	if (shape && shape->kind == MODEL_MAP && json_is_object(value))
		return wire_map(model_shape(shape->element), value);
	if (shape && shape->kind == MODEL_TIMESTAMP)
		return wire_instant(value);
	if (whole_digits(value)) /* jansson cannot write it, nor what is beyond all reals */
		return json_real(fmax(-DBL_MAX, fmin(whole_number(value), DBL_MAX)));
	return json_incref((json_t *)(uintptr_t)value);
}

static void add_document(struct buf *out, const struct model_shape *shape, const json_t *request)
{
	json_t *document = wire_value(shape, request);

	buf_add_json(out, document, JSON_ENSURE_ASCII | JSON_REAL_PRECISION(17));
	json_decref(document);
}

static void write_json(
	const struct model_operation *op, const json_t *request, struct wire_sending *out)
{
	const struct model_service *s = &model_services[op->service];

	out->type = strcmp(model_text(s->json_version), "1.0") == 0 ? "application/x-amz-json-1.0"
								    : "application/x-amz-json-1.1";
	buf_addc(&out->path, '/');
	buf_addf(&out->target, "%s.%s", model_text(s->target_prefix), model_text(op->name));
	add_document(&out->body, model_shape(op->input), request);
}

/* The member whose value stands for {name} in a path. */
static const json_t *uri_value(
	const struct model_shape *shape, const json_t *request, const char *name, size_t n)
{
	const struct model_member *m = model_find_member(shape, MODEL_BY_QUERY, name, n);

	return m && m->location == MODEL_URI ? json_object_get(request, model_text(m->name)) : NULL;
}

static void write_path(const struct model_operation *op, const json_t *request, struct buf *out)
{
	const char *path = model_text(op->path), *end;
	struct buf text = BUF_INIT;

	for (; *path; path++) {
		end = *path == '{' ? strchr(path, '}') : NULL;
		if (!end) {
			buf_addc(out, *path);
			continue;
		}
		buf_clear(&text);
		add_scalar(&text, uri_value(model_shape(op->input), request, path + 1,
					  (size_t)(end - path) - 1));
		wire_encode(out, text.s, text.len, "");
		path = end;
	}
	buf_release(&text);
}

/* name=value, once for each element of a list. */
static void add_query(struct buf *out, const char *name, const json_t *value)
{
	struct buf text = BUF_INIT;
	json_t *part;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, part)
		{
			add_query(out, name, part);
		}
		return;
	}
	add_scalar(&text, value);
	if (out->len)
		buf_addc(out, '&');
	wire_encode(out, name, strlen(name), "");
	buf_addc(out, '=');
	wire_encode(out, text.s, text.len, "");
	buf_release(&text);
}

/* Whether any member of the structure travels in the body: then there is one, even "{}". */
static bool has_body(const struct model_shape *shape)
{
	for (size_t i = 0; i < shape->members.n; i++)
		if (model_member_at(shape, i)->location == MODEL_BODY)
			return true;
	return false;
}

static void write_rest(
	const struct model_operation *op, const json_t *request, struct wire_sending *out)
{
	const struct model_shape *shape = model_shape(op->input);
	const struct model_member *m;
	const char *key;
	json_t *value;

	out->method = model_text(op->method);
	write_path(op, request, &out->path);
	json_object_foreach((json_t *)(uintptr_t)request, key, value)
	{
		m = sent_member(shape, key, value);
		if (m && m->location == MODEL_QUERYSTRING)
			add_query(&out->query, model_text(m->query), value);
	}
	if (!has_body(shape))
		return;
	out->type = "application/json";
	add_document(&out->body, shape, request);
}

void wire_request_write(
	const struct model_operation *op, const json_t *request, struct wire_sending *out)
{
	out->method = "POST";
	switch ((enum model_protocol)model_services[op->service].protocol) {
	case MODEL_EC2:
	case MODEL_QUERY:
		write_form(op, request, out);
		return;
	case MODEL_JSON:
		write_json(op, request, out);
		return;
	case MODEL_REST_JSON:
		write_rest(op, request, out);
		return;
	}
}
