/* answer-read.c - an answer or a fault as it has come, as a document; see wire.h.
 *
 * Source of the rules: botocore's parsers for ec2, query, json and rest-json, odd inputs included.
 */
#include "wire/answer-xml.h"
#include "wire/wire.h"

#include "base/day.h"
#include "base/mem.h"
#include "base/whole.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { HTTP_FAULT = 301, HTTP_BROKEN = 500, BODY_MOST = 256 * 1024 * 1024 };

void wire_answer_release(struct wire_answer *a)
{
	json_decref(a->value);
	json_decref(a->more);
	buf_release(&a->code);
	buf_release(&a->text);
	buf_release(&a->none);
}

/* --- what botocore says of what it cannot read ----------------------------------------------- */

/* repr() of ASCII text; of bytes, without its letter. */
static void add_repr(struct buf *out, const char *s, size_t n)
{
	char quote = memchr(s, '\'', n) && !memchr(s, '"', n) ? '"' : '\'';

	buf_addc(out, quote);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\\' || c == (unsigned char)quote)
			buf_addf(out, "\\%c", c);
		else if (c == '\n' || c == '\r' || c == '\t')
			buf_addf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
		else if (c < ' ' || c > '~')
			buf_addf(out, "\\x%02x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, quote);
}

static void no_xml(struct wire_answer *out, const char *problem, const char *body, size_t length)
{
	buf_addf(&out->none,
		"Unable to parse response (%s), invalid XML received. Further retries may "
		"succeed:\nb",
		problem);
	add_repr(&out->none, body, length);
}

static struct xml_node *read_root(
	struct arena *a, const char *body, size_t length, struct wire_answer *out)
{
	struct buf problem = BUF_INIT;
	struct xml_node *root = NULL;

	if (length > BODY_MOST)
		buf_adds(&problem, "document too long");
	else
		root = xml_read(a, body, length, &problem);
	if (!root)
		no_xml(out, problem.s, body, length > BODY_MOST ? 0 : length);
	buf_release(&problem);
	return root;
}

/* --- scalars -------------------------------------------------------------------------------- */

static void no_number(struct wire_answer *out, const char *what, const struct xml_node *n)
{
	if (out->none.len)
		return;
	buf_addf(&out->none, "%s: ", what);
	add_repr(&out->none, n->text, n->length);
}

/* int(): blanks around it, a sign, digits with single underscores between them. */
static bool integer_text(const struct xml_node *n, struct buf *out)
{
	const char *s = n->text, *end = s + n->length;

	while (s < end && isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (s < end && (*s == '+' || *s == '-'))
		buf_addc(out, *s++);
	for (bool digit = false; s < end; s++) {
		bool is_digit = isdigit((unsigned char)*s);

		if (!is_digit && !(*s == '_' && digit))
			return false;
		if (is_digit)
			buf_addc(out, *s);
		digit = is_digit;
		if (!digit && s + 1 == end)
			return false;
	}
	return out->len && isdigit((unsigned char)out->s[out->len - 1]);
}

static json_t *xml_integer(const struct xml_node *n, struct wire_answer *out)
{
	struct buf text = BUF_INIT;
	json_t *value = NULL;

	if (!integer_text(n, &text)) {
		no_number(out, "invalid literal for int() with base 10", n);
	} else {
		value = whole_new(text.s + (*text.s == '+'), text.len - (*text.s == '+'));
	}
	buf_release(&text);
	return value;
}

/* By JSON's grammar, whatever the locale says of decimal points. */
static json_t *xml_real(const struct xml_node *n, struct wire_answer *out)
{
	json_t *number =
		json_loadb(n->text, n->length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);

	if (json_is_real(number))
		return number;
	json_decref(number);
	no_number(out, "could not convert string to float", n);
	return NULL;
}

/* --- XML by the model ------------------------------------------------------------------------- */

static json_t *xml_value(
	const struct model_shape *shape, const struct xml_node *n, struct wire_answer *out);

static json_t *xml_structure(
	const struct model_shape *shape, const struct xml_node *n, struct wire_answer *out)
{
	json_t *object = json_object(), *part;

	for (size_t i = 0; i < shape->members.n; i++) {
		const struct model_member *m = model_member_at(shape, i);
		const struct xml_node *child =
			m->location == MODEL_BODY ? xml_child(n, model_text(m->wire)) : NULL;

		part = child ? xml_value(model_member_shape(m), child, out) : NULL;
		if (part)
			json_object_set_new_nocheck(object, model_text(m->name), part);
	}
	return object;
}

/* Every child is an element of the list, whatever its name. */
static json_t *xml_list(
	const struct model_shape *shape, const struct xml_node *n, struct wire_answer *out)
{
	json_t *list = json_array(), *part;

	for (const struct xml_node *child = n->first; child; child = child->next) {
		part = xml_value(model_shape(shape->element), child, out);
		if (part)
			json_array_append_new(list, part);
	}
	return list;
}

/* <entry><key/><value/></entry>... */
static json_t *xml_map(
	const struct model_shape *shape, const struct xml_node *n, struct wire_answer *out)
{
	json_t *object = json_object(), *part;

	for (const struct xml_node *entry = n->first; entry; entry = entry->next) {
		const struct xml_node *key = xml_child(entry, "key"),
				      *value = xml_child(entry, "value");

		part = key && value ? xml_value(model_shape(shape->element), value, out) : NULL;
		if (part)
			json_object_set_new_nocheck(object, key->text, part);
	}
	return object;
}

static json_t *xml_value(
	const struct model_shape *shape, const struct xml_node *n, struct wire_answer *out)
{
	switch ((enum model_kind)shape->kind) {
	case MODEL_STRUCTURE:
		return xml_structure(shape, n, out);
	case MODEL_LIST:
		return xml_list(shape, n, out);
	case MODEL_MAP:
		return xml_map(shape, n, out);
	case MODEL_BOOLEAN:
		return json_boolean(strcmp(n->text, "true") == 0);
	case MODEL_INTEGER:
	case MODEL_LONG:
		return xml_integer(n, out);
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		return xml_real(n, out);
	case MODEL_STRING:
	case MODEL_BLOB:
	case MODEL_TIMESTAMP:
		break;
	}
	return json_stringn_nocheck(n->text, n->length);
}

static void read_xml(
	const struct model_operation *op, const char *body, size_t length, struct wire_answer *out)
{
	struct arena arena = {0};
	const struct xml_node *root = read_root(&arena, body, length, out);
	const char *wrapper = model_text(op->wrapper);

	if (root && *wrapper && op->output != MODEL_NONE) {
		root = xml_child(root, wrapper);
		if (!root) /* a KeyError of Python's */
			add_repr(&out->none, wrapper, strlen(wrapper));
	}
	if (root && op->output != MODEL_NONE)
		out->value = xml_structure(model_shape(op->output), root, out);
	else if (root)
		out->value = json_object();
	arena_release(&arena);
}

/* --- faults in XML -------------------------------------------------------------------------- */

/* <Response><Errors><Error>, or <ErrorResponse><Error>: the first error. */
static const struct xml_node *error_node(const struct xml_node *root)
{
	const struct xml_node *errors = xml_child(root, "Errors");

	return xml_child(errors ? errors : root, "Error");
}

static void take_text(struct buf *out, const struct xml_node *error, const char *name)
{
	const struct xml_node *n = error ? xml_child(error, name) : NULL;

	if (n)
		buf_add(out, n->text, n->length);
	else
		buf_adds(out, "Unknown");
}

static void read_xml_fault(const char *body, size_t length, struct wire_answer *out)
{
	struct arena arena = {0};
	const struct xml_node *root = read_root(&arena, body, length, out);

	if (root) {
		take_text(&out->code, error_node(root), "Code");
		take_text(&out->text, error_node(root), "Message");
	}
	arena_release(&arena);
}

/* --- JSON ----------------------------------------------------------------------------------- */

/* Seconds since the epoch as text; anything else is what it is. */
static json_t *json_instant(json_t *value)
{
	double seconds = json_number_value(value), whole = floor(seconds);
	int micros = (int)nearbyint((seconds - whole) * 1e6);
	struct civil date;
	struct buf text = BUF_INIT;
	int64_t instant, days;
	json_t *made;
	int rest;

	/* years 1 to 9999, as Python's datetime */
	if (!json_is_number(value) || seconds < -62135596800.0 || seconds >= 253402300800.0)
		return json_incref(value);
	instant = (int64_t)whole + (micros == 1000000);
	micros %= 1000000;
	days = instant / 86400 - (instant % 86400 < 0);
	rest = (int)(instant - days * 86400);
	date = day_to_civil((day_t)days);
	buf_addf(&text, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month, date.day,
		rest / 3600, rest / 60 % 60, rest % 60);
	if (micros % 1000)
		buf_addf(&text, ".%06dZ", micros);
	else
		buf_addf(&text, ".%03dZ", micros / 1000);
	made = json_stringn_nocheck(text.s, text.len);
	buf_release(&text);
	return made;
}

static json_t *json_by_shape(const struct model_shape *shape, json_t *value);

/* Members in the model's order; null is none. */
static json_t *json_structure(const struct model_shape *shape, const json_t *value)
{
	json_t *object = json_object(), *part;

	for (size_t i = 0; i < shape->members.n; i++) {
		const struct model_member *m = model_member_at(shape, i);

		part = json_object_get(value, model_text(m->wire));
		if (m->location == MODEL_BODY && part && !json_is_null(part))
			json_object_set_new_nocheck(object, model_text(m->name),
				json_by_shape(model_member_shape(m), part));
	}
	return object;
}

static json_t *json_list(const struct model_shape *element, const json_t *value)
{
	json_t *list = json_array(), *part;
	size_t i;

	json_array_foreach(value, i, part)
	{
		json_array_append_new(list, json_by_shape(element, part));
	}
	return list;
}

static json_t *json_map(const struct model_shape *element, json_t *value)
{
	json_t *object = json_object(), *part;
	const char *key;

	json_object_foreach(value, key, part)
	{
		json_object_set_new_nocheck(object, key, json_by_shape(element, part));
	}
	return object;
}

static json_t *json_by_shape(const struct model_shape *shape, json_t *value)
{
	if (shape->kind == MODEL_STRUCTURE && json_is_object(value))
		return json_structure(shape, value);
	if (shape->kind == MODEL_LIST && json_is_array(value))
		return json_list(model_shape(shape->element), value);
	if (shape->kind == MODEL_MAP && json_is_object(value))
		return json_map(model_shape(shape->element), value);
	if (shape->kind == MODEL_TIMESTAMP)
		return json_instant(value);
	return json_incref(value);
}

/* An object in any case: what is no JSON is its own message. NULL: told. */
static json_t *load(const char *body, size_t length, struct wire_answer *out)
{
	const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_error_t problem;
	json_t *value = NULL;

	if (length <= BODY_MOST)
		value = json_loadb(body, length, flags, &problem);
	if (!value && length <= BODY_MOST &&
		json_error_code(&problem) == json_error_numeric_overflow)
		value = json_loadb(body, length, flags | JSON_DECODE_INT_AS_REAL, &problem);
	if (!value) {
		value = json_object();
		json_object_set_new(
			value, "message", json_stringn(body, length > BODY_MOST ? 0 : length));
	}
	if (json_is_object(value))
		return value;
	buf_addf(&out->none, "'%s' object has no attribute 'get'",
		json_is_array(value)     ? "list"
		: json_is_string(value)  ? "str"
		: json_is_integer(value) ? "int"
		: json_is_real(value)    ? "float"
		: json_is_boolean(value) ? "bool"
					 : "NoneType");
	json_decref(value);
	return NULL;
}

static void read_json(
	const struct model_operation *op, const char *body, size_t length, struct wire_answer *out)
{
	json_t *value;

	if (op->output == MODEL_NONE || length == 0) {
		out->value = json_object();
		return;
	}
	value = load(body, length, out);
	if (value)
		out->value = json_structure(model_shape(op->output), value);
	json_decref(value);
}

/* --- faults in JSON ------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *small, const char *big)
{
	const json_t *value = json_object_get(object, small);

	if (!value)
		value = json_object_get(object, big);
	return json_is_string(value) ? json_string_value(value) : "";
}

/* "com.amazon#NotFoundException:http://..." is NotFoundException. */
static void add_code(struct buf *out, const char *code)
{
	size_t n = strcspn(code, ":");
	const char *mark = memrchr(code, '#', n);

	if (mark)
		buf_add(out, mark + 1, n - (size_t)(mark + 1 - code));
	else
		buf_add(out, code, n);
}

/* Members that the fault has beyond its code and text; NULL: none. */
static json_t *further_members(json_t *fault)
{
	static const char *const usual[] = {"__type", "code", "Code", "message", "Message"};
	json_t *more = json_copy(fault);

	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		json_object_del(more, usual[i]);
	if (json_object_size(more))
		return more;
	json_decref(more);
	return NULL;
}

static void read_json_fault(const struct model_service *s, int status, const char *type,
	const char *body, size_t length, struct wire_answer *out)
{
	json_t *fault = length ? load(body, length, out) : json_object();
	const char *code;

	if (!fault)
		return;
	code = text_of(fault, "__type", "__type");
	if (s->protocol == MODEL_REST_JSON && type && *type)
		code = type;
	else if (s->protocol == MODEL_REST_JSON && *text_of(fault, "code", "Code"))
		code = text_of(fault, "code", "Code");
	if (*code)
		add_code(&out->code, code);
	else
		buf_addf(&out->code, "%d", status);
	buf_adds(&out->text, text_of(fault, "message", "Message"));
	out->more = further_members(fault);
	json_decref(fault);
}

/* --- either --------------------------------------------------------------------------------- */

/* http.client.responses */
static const char *status_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
		{505, "HTTP Version Not Supported"},
		{506, "Variant Also Negotiates"},
		{507, "Insufficient Storage"},
		{508, "Loop Detected"},
		{510, "Not Extended"},
		{511, "Network Authentication Required"},
	};

	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "";
}

/* What proxies and load balancers answer when the service does not: a page, or nothing. */
static bool is_generic(int status, const char *body, size_t length)
{
	static const char page[] = "<html>";
	size_t start = 0;

	while (start < length && isspace((unsigned char)body[start]))
		start++;
	if (status < HTTP_BROKEN)
		return false;
	return start == length ||
	       (length - start >= strlen(page) && memcmp(body + start, page, strlen(page)) == 0);
}

void wire_answer_read(const struct model_operation *op, int status, const char *error_type,
	const char *body, size_t length, struct wire_answer *out)
{
	const struct model_service *s = &model_services[op->service];
	bool xml = s->protocol == MODEL_EC2 || s->protocol == MODEL_QUERY;

	if (status < HTTP_FAULT && xml)
		read_xml(op, body, length, out);
	else if (status < HTTP_FAULT)
		read_json(op, body, length, out);
	else if (is_generic(status, body, length)) {
		buf_addf(&out->code, "%d", status);
		buf_adds(&out->text, status_phrase(status));
	} else if (xml)
		read_xml_fault(body, length, out);
	else
		read_json_fault(s, status, error_type, body, length, out);
	if (out->none.len) {
		json_decref(out->value);
		out->value = NULL;
	}
}
