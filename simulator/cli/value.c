/*
 * value.c - from the text of an option to a value of Python's: see value.h.
 *
 * What looks like JSON is JSON; for structures and lists of them the rest is shorthand; for scalars
 * and lists of them it is the text itself.
 */
#include "cli/value.h"

#include "base/whole.h"
#include "cli/jsontext.h"
#include "cli/pyvalue.h"
#include "cli/shorthand.h"
#include "query/chars.h"
#include "query/pytext.h"

#include <string.h>

struct value {
	struct invocation *inv;
	const char *name; /* with its dashes */
	const struct model_member *member;
	const struct model_shape *shape;
	const struct raw *raw;
};

/* A piece of text (or of bytes: fileb://). */
struct piece {
	const char *s;
	size_t len;
	bool bytes;
};

/* The first character that is no blank, '\0' if there is none. */
static char first_char(const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t step = char_next(s + i, n - i, &c);

		if (!char_is_space(c))
			return s[i];
		i += step;
	}
	return '\0';
}

static bool is_nested(const struct model_shape *s)
{
	return s->kind == MODEL_STRUCTURE || s->kind == MODEL_LIST || s->kind == MODEL_MAP;
}

static json_t *text(const char *s, size_t n)
{
	return json_stringn_nocheck(s, n);
}

static json_t *told(bool ignored)
{
	(void)ignored;
	return NULL;
}

static struct piece element(const struct raw *raw, size_t i)
{
	if (raw->kind == RAW_LIST)
		return (struct piece){raw->taken->values[i], strlen(raw->taken->values[i]), false};
	return (struct piece){raw->s, raw->len, raw->kind == RAW_BYTES};
}

/* --- scalars -------------------------------------------------------------------------------- */

static void add_literal(struct buf *out, const struct piece *p)
{
	if (p->bytes)
		pyvalue_add_bytes(out, p->s, p->len);
	else
		py_quote(out, p->s, p->len);
}

static json_t *scalar(const struct model_shape *s, const struct piece *p, struct buf *problem)
{
	json_t *number, *v;

	switch ((enum model_kind)s->kind) {
	case MODEL_INTEGER:
	case MODEL_LONG:
		number = py_number(p->s, p->len);
		if (whole_is(number))
			return number;
		json_decref(number);
		buf_adds(problem, "invalid literal for int() with base 10: ");
		add_literal(problem, p);
		return NULL;
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		number = py_number(p->s, p->len);
		if (number) {
			v = py_real(whole_number(number));
			json_decref(number);
			return v;
		}
		buf_adds(problem, "could not convert string to float: ");
		add_literal(problem, p);
		return NULL;
	case MODEL_BOOLEAN:
		return json_boolean(p->len && strcasecmp(p->s, "false") != 0);
	default:
		return p->bytes ? pyvalue_bytes(p->s, p->len) : text(p->s, p->len);
	}
}

static json_t *read_scalar(const struct value *v)
{
	struct buf problem = BUF_INIT;
	struct piece p = element(v->raw, 0);
	json_t *made = scalar(v->shape, &p, &problem);

	if (!made)
		fail_general(v->inv, "%s", problem.s);
	buf_release(&problem);
	return made;
}

/* --- JSON ----------------------------------------------------------------------------------- */

static json_t *read_json(const struct value *v, const struct piece *p)
{
	struct buf problem = BUF_INIT;
	bool too_deep;
	json_t *made = jsontext_read(p->s, p->len, &problem, &too_deep);

	if (!made && too_deep)
		fail_general(v->inv, "%s", problem.s);
	else if (!made)
		fail_value(v->inv, v->name, "Invalid JSON: %s\nJSON received: %s", problem.s, p->s);
	else
		json_object_set_new_nocheck(
			v->inv->ordered, model_text(v->member->name), json_true());
	buf_release(&problem);
	return made;
}

/* A structure or map that has to be JSON because another element is, or because it begins so. */
static json_t *read_object(const struct value *v, const struct piece *p)
{
	char first = first_char(p->s, p->len);

	if (first == '{')
		return read_json(v, p);
	if (!first)
		return told(fail_general(v->inv, "string index out of range"));
	return told(fail_value(v->inv, v->name, "Invalid JSON:\n%s", p->s));
}

/* --- lists ---------------------------------------------------------------------------------- */

static json_t *read_element(
	const struct value *v, const struct model_shape *s, const struct piece *p)
{
	struct buf problem = BUF_INIT;
	json_t *made;

	if (s->kind == MODEL_STRUCTURE || s->kind == MODEL_MAP)
		return read_object(v, p);
	if (s->kind == MODEL_LIST) {
		if (first_char(p->s, p->len) == '[')
			return read_json(v, p);
		return told(fail_value(v->inv, v->name, "Invalid JSON:\n%s", p->s));
	}
	made = scalar(s, p, &problem);
	if (!made) { /* the CLI hides what is wrong, and blames the first value */
		struct piece first = element(v->raw, 0);

		fail_value(v->inv, v->name, "%s", v->raw->kind == RAW_LIST ? first.s : p->s);
	}
	buf_release(&problem);
	return made;
}

/* Text out of a file for a list: Python makes an element of every character. */
static json_t *read_characters(const struct value *v)
{
	json_t *list = json_array();
	const struct model_shape *s = model_shape(v->shape->element);

	for (size_t i = 0; i < v->raw->len;) {
		uint32_t c;
		size_t step = char_next(v->raw->s + i, v->raw->len - i, &c);
		char *one = xstrndup(v->raw->s + i, step);
		struct piece p = {one, step, false};
		json_t *made = read_element(v, s, &p);

		free(one);
		i += step;
		if (!made) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, made);
	}
	return list;
}

static json_t *read_list(const struct value *v)
{
	struct piece p;
	json_t *list;

	if (v->raw->kind != RAW_LIST) {
		p = element(v->raw, 0);
		if (!first_char(p.s, p.len))
			return told(fail_general(v->inv, "string index out of range"));
		return first_char(p.s, p.len) == '[' ? read_json(v, &p) : read_characters(v);
	}
	if (v->raw->taken->n == 1) {
		p = element(v->raw, 0);
		if (first_char(p.s, p.len) == '[')
			return read_json(v, &p);
	}
	list = json_array();
	for (size_t i = 0; i < v->raw->taken->n; i++) {
		json_t *made;

		p = element(v->raw, i);
		made = read_element(v, model_shape(v->shape->element), &p);
		if (!made) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, made);
	}
	return list;
}

/* --- shorthand ------------------------------------------------------------------------------ */

/* What begins like JSON never is shorthand; of several values the first one tells. */
static bool is_shorthand(const struct value *v)
{
	char first = '\0';

	if (!is_nested(v->shape) ||
		(v->shape->kind == MODEL_LIST && !is_nested(model_shape(v->shape->element))))
		return false;
	if (v->raw->kind != RAW_LIST || v->raw->taken->n) {
		struct piece p = element(v->raw, 0);

		first = first_char(p.s, p.len);
	}
	return first != '[' && first != '{';
}

/* {Value: string}, given without its key */
static bool is_bare_value(const struct value *v)
{
	const struct model_member *m;

	if (v->shape->kind != MODEL_STRUCTURE || v->shape->members.n != 1)
		return false;
	m = model_member_at(v->shape, 0);
	return strcmp(model_text(m->name), "Value") == 0 &&
	       model_member_shape(m)->kind == MODEL_STRING && !memchr(v->raw->s, '=', v->raw->len);
}

static json_t *parse_shorthand(const struct value *v, const struct piece *p)
{
	struct buf problem = BUF_INIT;
	enum shorthand_fault fault;
	json_t *made = shorthand_parse(v->inv->c, p->s, p->len, &problem, &fault);

	if (!made && fault == SHORTHAND_SYNTAX)
		fail_value(v->inv, v->name, "%s", problem.s);
	else if (!made)
		fail_general(v->inv, "%s", problem.s);
	buf_release(&problem);
	return made;
}

static json_t *parse_all(const struct value *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->raw->taken->n; i++) {
		struct piece p = element(v->raw, i);
		json_t *made = parse_shorthand(v, &p);

		if (!made) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, made);
	}
	return list;
}

static json_t *read_shorthand(const struct value *v)
{
	struct buf problem = BUF_INIT;
	struct piece p;
	json_t *made;

	if (v->raw->kind != RAW_LIST && is_bare_value(v))
		return json_pack("{s:o}", "Value",
			v->raw->kind == RAW_BYTES ? pyvalue_bytes(v->raw->s, v->raw->len)
						  : text(v->raw->s, v->raw->len));
	if (v->raw->kind == RAW_LIST) {
		made = parse_all(v);
	} else {
		p = element(v->raw, 0);
		made = parse_shorthand(v, &p);
	}
	if (!made)
		return NULL;
	made = shorthand_fit(made, v->shape, &problem);
	if (!made)
		fail_general(v->inv, "%s", problem.s);
	buf_release(&problem);
	return made;
}

json_t *value_read(struct invocation *inv, const struct argument *a, const struct raw *raw)
{
	char name[128];
	struct value v = {.inv = inv, .name = name, .member = a->member, .raw = raw};

	snprintf(name, sizeof name, "--%s", a->name);
	v.shape = model_member_shape(a->member);
	if (is_shorthand(&v))
		return read_shorthand(&v);
	if (v.shape->kind == MODEL_LIST)
		return read_list(&v);
	if (v.shape->kind == MODEL_STRUCTURE || v.shape->kind == MODEL_MAP) {
		struct piece p = element(raw, 0);

		return read_object(&v, &p);
	}
	return read_scalar(&v);
}
