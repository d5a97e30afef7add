/*
 * functions.c - the table of functions, and the checks of their arguments, with jmespath's texts.
 */
#include "query/functions.h"

#include "query/error.h"
#include "query/pytext.h"

#include <string.h>

/* What an argument may be: the types as an error text lists them, and what that means. */
struct accepts {
	const char *types;
	int kinds;       /* 0: anything */
	int elements[2]; /* of an array: each is of one of the kinds, the same for all of them */
};

#define ANY                                                                                        \
	{                                                                                          \
		NULL, 0,                                                                           \
		{                                                                                  \
			0, 0                                                                       \
		}                                                                                  \
	}
#define ONE(type, kind)                                                                            \
	{                                                                                          \
		"['" type "']", kind,                                                              \
		{                                                                                  \
			0, 0                                                                       \
		}                                                                                  \
	}
#define NUMBER ONE("number", KIND_NUMBER)
#define STRING ONE("string", KIND_STRING)
#define ARRAY  ONE("array", KIND_ARRAY)
#define OBJECT ONE("object", KIND_OBJECT)
#define EXPREF ONE("expref", KIND_EXPREF)
#define NUMBERS                                                                                    \
	{                                                                                          \
		"['array-number']", KIND_ARRAY,                                                    \
		{                                                                                  \
			KIND_NUMBER, 0                                                             \
		}                                                                                  \
	}
#define STRINGS                                                                                    \
	{                                                                                          \
		"['array-string']", KIND_ARRAY,                                                    \
		{                                                                                  \
			KIND_STRING, 0                                                             \
		}                                                                                  \
	}
#define NUMBERS_OR_STRINGS                                                                         \
	{                                                                                          \
		"['array-number', 'array-string']", KIND_ARRAY,                                    \
		{                                                                                  \
			KIND_NUMBER, KIND_STRING                                                   \
		}                                                                                  \
	}
#define STRINGS_OR_NUMBERS                                                                         \
	{                                                                                          \
		"['array-string', 'array-number']", KIND_ARRAY,                                    \
		{                                                                                  \
			KIND_STRING, KIND_NUMBER                                                   \
		}                                                                                  \
	}
#define TEXT_OR_ARRAY(types)                                                                       \
	{                                                                                          \
		types, KIND_STRING | KIND_ARRAY,                                                   \
		{                                                                                  \
			0, 0                                                                       \
		}                                                                                  \
	}
#define SIZED                                                                                      \
	{                                                                                          \
		"['string', 'array', 'object']", KIND_STRING | KIND_ARRAY | KIND_OBJECT,           \
		{                                                                                  \
			0, 0                                                                       \
		}                                                                                  \
	}

struct function {
	const char *name;
	function_body *body;
	size_t arity;
	bool variadic; /* at least so many arguments; those beyond go unchecked, as in jmespath */
	bool makes;
	struct accepts accepts[2];
};

static const struct function functions[] = {
	{"abs", fn_abs, 1, false, false, {NUMBER}},
	{"avg", fn_avg, 1, false, false, {NUMBERS}},
	{"ceil", fn_ceil, 1, false, false, {NUMBER}},
	{"contains", fn_contains, 2, false, false, {TEXT_OR_ARRAY("['array', 'string']"), ANY}},
	{"ends_with", fn_ends_with, 2, false, false, {STRING, STRING}},
	{"floor", fn_floor, 1, false, false, {NUMBER}},
	{"join", fn_join, 2, false, false, {STRING, STRINGS}},
	{"keys", fn_keys, 1, false, false, {OBJECT}},
	{"length", fn_length, 1, false, false, {SIZED}},
	{"map", fn_map, 2, false, false, {EXPREF, ARRAY}},
	{"max", fn_max, 1, false, false, {NUMBERS_OR_STRINGS}},
	{"max_by", fn_max_by, 2, false, false, {ARRAY, EXPREF}},
	{"merge", fn_merge, 1, true, false, {OBJECT}},
	{"min", fn_min, 1, false, false, {NUMBERS_OR_STRINGS}},
	{"min_by", fn_min_by, 2, false, false, {ARRAY, EXPREF}},
	{"not_null", fn_not_null, 1, true, false, {ANY}},
	{"reverse", fn_reverse, 1, false, false, {TEXT_OR_ARRAY("['array', 'string']")}},
	{"sort", fn_sort, 1, false, false, {STRINGS_OR_NUMBERS}},
	{"sort_by", fn_sort_by, 2, false, false, {ARRAY, EXPREF}},
	{"starts_with", fn_starts_with, 2, false, false, {STRING, STRING}},
	{"sum", fn_sum, 1, false, false, {NUMBERS}},
	{"to_array", fn_to_array, 1, false, true, {ANY}},
	{"to_number", fn_to_number, 1, false, false, {ANY}},
	{"to_string", fn_to_string, 1, false, false, {ANY}},
	{"type", fn_type, 1, false, false, {ANY}},
	{"values", fn_values, 1, false, false, {OBJECT}},
};

const struct function *function_find(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(functions); i++)
		if (strlen(functions[i].name) == n && memcmp(functions[i].name, name, n) == 0)
			return &functions[i];
	return NULL;
}

bool function_makes(const struct function *f)
{
	return f->makes;
}

bool function_applies(const struct function *f, size_t i)
{
	return f && i < f->arity && f->accepts[i].kinds == KIND_EXPREF;
}

enum kind kind_of(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return KIND_OBJECT;
	case JSON_ARRAY:
		return KIND_ARRAY;
	case JSON_STRING:
		return KIND_STRING;
	case JSON_INTEGER:
	case JSON_REAL:
		return KIND_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return KIND_BOOLEAN;
	case JSON_NULL:
		break;
	}
	return jmes_is_expression(v) ? KIND_EXPREF : KIND_NULL;
}

const char *kind_name(enum kind k)
{
	switch (k) {
	case KIND_NULL:
		return "null";
	case KIND_BOOLEAN:
		return "boolean";
	case KIND_NUMBER:
		return "number";
	case KIND_STRING:
		return "string";
	case KIND_ARRAY:
		return "array";
	case KIND_OBJECT:
		return "object";
	case KIND_EXPREF:
		return "expref";
	}
	return NULL;
}

json_t *function_type_error(
	struct eval *e, const char *name, const json_t *v, const char *types, const char *received)
{
	struct buf *text = e->err ? &e->err->text : NULL;

	if (!text)
		return NULL;
	eval_fail(e, "In function %s(), invalid type for value: ", name);
	py_str(text, v, EVAL_MAX_STRING);
	buf_addf(text, ", expected one of: %s, received: \"%s\"", types, received);
	return NULL;
}

/* jmespath names the elements' types in Python's words, everything else in its own. */
static bool check_elements(
	struct eval *e, const struct function *f, const struct accepts *a, const json_t *array)
{
	size_t n = json_array_size(array);
	int allowed = a->elements[0];

	if (n && (int)kind_of(json_array_get(array, 0)) == a->elements[1])
		allowed = a->elements[1];
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(array, i);

		if ((int)kind_of(v) != allowed) {
			function_type_error(e, f->name, v, a->types, py_type(v));
			return false;
		}
	}
	return eval_work(e, n);
}

static bool check_argument(
	struct eval *e, const struct function *f, const struct accepts *a, const json_t *v)
{
	enum kind kind = kind_of(v);

	if (a->kinds && !(a->kinds & (int)kind)) {
		function_type_error(e, f->name, v, a->types, kind_name(kind));
		return false;
	}
	return !a->elements[0] || check_elements(e, f, a, v);
}

json_t *function_call(struct eval *e, const struct node *n, json_t *const *arg, size_t count)
{
	const struct function *f = n->function;

	if (!f) {
		eval_fail(e, "Unknown function: ");
		if (e->err) {
			buf_add(&e->err->text, n->name, n->name_len);
			buf_adds(&e->err->text, "()");
		}
		return NULL;
	}
	if (count < f->arity || (count > f->arity && !f->variadic))
		return eval_fail(e, "Expected %s%zu argument%s for function %s(), received %zu",
			f->variadic ? "at least " : "", f->arity, f->arity == 1 ? "" : "s", f->name,
			count);
	for (size_t i = 0; i < f->arity; i++)
		if (!check_argument(e, f, &f->accepts[i], arg[i]))
			return NULL;
	return f->body(e, arg, count);
}
