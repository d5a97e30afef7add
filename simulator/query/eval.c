/* eval.c - the value of an expression for a document: see eval.h. */
#include "query/eval.h"

#include "base/intl.h"
#include "query/compare.h"
#include "query/error.h"
#include "query/functions.h"

#include <stdlib.h>

/* Applications of expressions that came as values, inside of one another. */
enum { MAX_LOOSE_DEPTH = 4 };

/* --- The pool, and work ------------------------------------------------------------------------
 */

json_t *eval_fail(struct eval *e, const char *fmt, ...)
{
	va_list ap;

	if (!e->err)
		return NULL;
	jmes_fail(e->err, JMES_RUNTIME, "%s", "");
	va_start(ap, fmt);
	buf_vaddf(&e->err->text, fmt, ap);
	va_end(ap);
	return NULL;
}

static bool exhausted(struct eval *e)
{
	return jmes_fail(e->err, JMES_LIMIT, "%s",
		_("The query takes too much work for this answer; make it simpler."));
}

static bool too_deep(struct eval *e)
{
	return jmes_fail_depth(e->err);
}

bool eval_work(struct eval *e, size_t n)
{
	e->work += n;
	return e->work <= e->max_work || exhausted(e);
}

json_t *eval_made(struct eval *e, json_t *fresh, size_t cost)
{
	if (!fresh)
		mem_exhausted(sizeof *fresh);
	ARRAY_GROW(e->pool, e->pool_len, e->pool_cap);
	e->pool[e->pool_len++] = fresh;
	return eval_work(e, cost) ? fresh : NULL;
}

json_t *eval_array(struct eval *e)
{
	return eval_made(e, json_array(), 16);
}

json_t *eval_string(struct eval *e, const char *s, size_t n)
{
	return eval_made(e, json_stringn_nocheck(s, n), n / 8 + 4);
}

json_t *eval_bool(struct eval *e, bool yes)
{
	(void)e;
	return yes ? json_true() : json_false();
}

size_t eval_mark(const struct eval *e)
{
	return e->pool_len;
}

void eval_cut(struct eval *e, size_t mark)
{
	while (e->pool_len > mark)
		json_decref(e->pool[--e->pool_len]);
}

json_t *eval_cut_but(struct eval *e, size_t mark, json_t *value)
{
	/* Most often the value is what was made last: then it only changes hands. */
	if (e->pool_len > mark && e->pool[e->pool_len - 1] == value)
		e->pool_len--;
	else
		json_incref(value);
	eval_cut(e, mark);
	return value;
}

/* --- Nodes -------------------------------------------------------------------------------------
 */

static json_t *eval_field(struct eval *e, const struct node *n, json_t *value)
{
	json_t *v = json_object_getn(value, n->name, n->name_len);

	return v ? v : e->null;
}

static json_t *eval_index(struct eval *e, const struct node *n, json_t *value)
{
	json_int_t i = n->index, len = (json_int_t)json_array_size(value);

	if (i < 0)
		i += len;
	return i >= 0 && i < len ? json_array_get(value, (size_t)i) : e->null;
}

/* Where a slice begins or ends: counted from the end if negative, and kept inside. */
static json_int_t bound(
	const struct slice *s, int part, json_int_t otherwise, json_int_t low, json_int_t high)
{
	json_int_t at = s->part[part];

	if (!s->has[part])
		return otherwise;
	if (at < 0)
		at += high - low;
	if (at < low)
		return low;
	return at > high ? high : at;
}

static json_t *eval_slice(struct eval *e, const struct node *n, json_t *value)
{
	const struct slice *s = &n->slice;
	json_int_t len = (json_int_t)json_array_size(value), step = s->has[2] ? s->part[2] : 1;
	json_int_t low = step < 0 ? -1 : 0, high = step < 0 ? len - 1 : len;
	json_int_t i, stop;
	json_t *array;

	if (!json_is_array(value))
		return e->null;
	if (step == 0)
		return eval_fail(e, "slice step cannot be zero");
	i = bound(s, 0, step < 0 ? high : low, low, high);
	stop = bound(s, 1, step < 0 ? low : high, low, high);
	array = eval_array(e);
	while (array && (step < 0 ? i > stop : i < stop)) {
		json_array_append(array, json_array_get(value, (size_t)i));
		if (!eval_work(e, 1))
			return NULL;
		if (__builtin_add_overflow(i, step, &i))
			break;
	}
	return array;
}

static json_t *eval_chain(struct eval *e, const struct node *n, json_t *value)
{
	for (size_t i = 0; i < n->len && value; i++)
		value = eval(e, n->child[i], value);
	return value;
}

/* Appends what the right side makes of an element, unless that is null. */
static bool project(struct eval *e, json_t *array, const struct node *right, json_t *element)
{
	size_t mark = eval_mark(e);
	json_t *v = eval(e, right, element);

	if (!v)
		return false;
	if (v == e->null)
		eval_cut(e, mark);
	else
		json_array_append_new(array, eval_cut_but(e, mark, v));
	return true;
}

static json_t *eval_projection(struct eval *e, const struct node *n, json_t *value)
{
	json_t *base = eval(e, n->child[0], value), *array;
	size_t len;

	if (!base)
		return NULL;
	if (!json_is_array(base))
		return e->null;
	array = eval_array(e);
	len = json_array_size(base);
	for (size_t i = 0; i < len && array; i++)
		if (!project(e, array, n->child[1], json_array_get(base, i)))
			return NULL;
	return array;
}

static json_t *eval_values(struct eval *e, const struct node *n, json_t *value)
{
	json_t *base = eval(e, n->child[0], value), *array;

	if (!base)
		return NULL;
	if (!json_is_object(base))
		return e->null;
	array = eval_array(e);
	if (!array)
		return NULL;
	for (void *i = json_object_iter(base); i; i = json_object_iter_next(base, i))
		if (!project(e, array, n->child[1], json_object_iter_value(i)))
			return NULL;
	return array;
}

static json_t *eval_filter(struct eval *e, const struct node *n, json_t *value)
{
	json_t *base = eval(e, n->child[0], value), *array;
	size_t len;

	if (!base)
		return NULL;
	if (!json_is_array(base))
		return e->null;
	array = eval_array(e);
	len = json_array_size(base);
	for (size_t i = 0; i < len && array; i++) {
		json_t *element = json_array_get(base, i);
		size_t mark = eval_mark(e);
		json_t *condition = eval(e, n->child[2], element);
		bool passes;

		if (!condition)
			return NULL;
		passes = value_is_true(condition);
		eval_cut(e, mark);
		if (passes && !project(e, array, n->child[1], element))
			return NULL;
	}
	return array;
}

static json_t *eval_flatten(struct eval *e, const struct node *n, json_t *value)
{
	json_t *base = eval(e, n->child[0], value), *array;
	size_t len;

	if (!base)
		return NULL;
	if (!json_is_array(base))
		return e->null;
	array = eval_array(e);
	len = json_array_size(base);
	for (size_t i = 0; i < len && array; i++) {
		json_t *element = json_array_get(base, i);

		if (!eval_work(e, 1 + json_array_size(element)))
			return NULL;
		if (json_is_array(element))
			json_array_extend(array, element);
		else
			json_array_append(array, element);
	}
	return array;
}

static json_t *eval_list(struct eval *e, const struct node *n, json_t *value)
{
	json_t *array;

	if (value == e->null)
		return value;
	array = eval_array(e);
	for (size_t i = 0; i < n->len && array; i++) {
		size_t mark = eval_mark(e);
		json_t *v = eval(e, n->child[i], value);

		if (!v)
			return NULL;
		json_array_append_new(array, eval_cut_but(e, mark, v));
	}
	return array;
}

static json_t *eval_hash(struct eval *e, const struct node *n, json_t *value)
{
	json_t *object;

	if (value == e->null)
		return value;
	object = eval_made(e, json_object(), 32);
	for (size_t i = 0; i < n->len && object; i++) {
		const struct node *pair = n->child[i];
		size_t mark = eval_mark(e);
		json_t *v = eval(e, pair->child[0], value);

		if (!v || !eval_work(e, 12))
			return NULL;
		json_object_setn_new_nocheck(
			object, pair->name, pair->name_len, eval_cut_but(e, mark, v));
	}
	return object;
}

/* `a || b` goes on if a is false, `a && b` if it is true. */
static json_t *eval_either(struct eval *e, const struct node *n, json_t *value)
{
	json_t *v = eval(e, n->child[0], value);

	if (!v || value_is_true(v) == (n->type == NODE_OR))
		return v;
	return eval(e, n->child[1], value);
}

static json_t *eval_not(struct eval *e, const struct node *n, json_t *value)
{
	json_t *v = eval(e, n->child[0], value);

	return v ? eval_bool(e, !value_is_true(v)) : NULL;
}

static json_t *eval_compare(struct eval *e, const struct node *n, json_t *value)
{
	json_t *a = eval(e, n->child[0], value);
	json_t *b = a ? eval(e, n->child[1], value) : NULL;

	return b ? compare_values(e, n->compare, a, b) : NULL;
}

/* --- Functions, and expressions as values ------------------------------------------------------
 */

const json_t jmes_expression = {JSON_NULL, (size_t)-1};

bool jmes_is_expression(const json_t *value)
{
	return json_is_null(value) && value != json_null();
}

const struct node *node_of_expression(const json_t *value)
{
	const char *at = (const char *)value - offsetof(struct node, expression);

	return value == &jmes_expression ? NULL : (const struct node *)at;
}

json_t *eval_apply(struct eval *e, const json_t *expression, json_t *value)
{
	const struct node *n = node_of_expression(expression);

	return n ? eval(e, n->child[0], value) : e->null; /* of another search: not ours to know */
}

/*
 * Whether a function applies an expression that is not written in its place, but came as a value:
 * only so can one be applied again to its own results, so these are counted and limited.
 */
static bool is_loose(const struct node *n, json_t *const *arg)
{
	for (size_t i = 0; i < n->len; i++)
		if (function_applies(n->function, i) && n->child[i]->type != NODE_EXPREF &&
			jmes_is_expression(arg[i]))
			return true;
	return false;
}

static json_t *call(struct eval *e, const struct node *n, json_t *const *arg)
{
	json_t *v;

	if (e->j->exprefs == 0 || !is_loose(n, arg))
		return function_call(e, n, arg, n->len);
	if (e->loose_depth == MAX_LOOSE_DEPTH ||
		(++e->loose_calls + 1) * (e->j->makers + 1) > JMES_MAX_NESTING)
		return too_deep(e), NULL;
	e->loose_depth++;
	v = function_call(e, n, arg, n->len);
	e->loose_depth--;
	return v;
}

static json_t *eval_function(struct eval *e, const struct node *n, json_t *value)
{
	json_t *few[4], **arg = few, *v = e->null;

	if (n->len > ARRAY_LEN(few))
		arg = xreallocarray(NULL, n->len, sizeof *arg);
	for (size_t i = 0; i < n->len && v; i++)
		v = arg[i] = eval(e, n->child[i], value);
	if (v)
		v = call(e, n, arg);
	if (arg != few)
		free(arg);
	return v;
}

json_t *eval(struct eval *e, const struct node *n, json_t *value)
{
	if (++e->work > e->max_work)
		return exhausted(e), NULL;
	switch (n->type) {
	case NODE_CURRENT:
		return value;
	case NODE_FIELD:
		return eval_field(e, n, value);
	case NODE_LITERAL:
		return n->literal;
	case NODE_INDEX:
		return eval_index(e, n, value);
	case NODE_SLICE:
		return eval_slice(e, n, value);
	case NODE_SUBEXPRESSION:
	case NODE_INDEX_EXPRESSION:
	case NODE_PIPE:
		return eval_chain(e, n, value);
	case NODE_PROJECTION:
		return eval_projection(e, n, value);
	case NODE_VALUES:
		return eval_values(e, n, value);
	case NODE_FILTER:
		return eval_filter(e, n, value);
	case NODE_FLATTEN:
		return eval_flatten(e, n, value);
	case NODE_LIST:
		return eval_list(e, n, value);
	case NODE_HASH:
		return eval_hash(e, n, value);
	case NODE_PAIR:
		return eval(e, n->child[0], value);
	case NODE_OR:
	case NODE_AND:
		return eval_either(e, n, value);
	case NODE_NOT:
		return eval_not(e, n, value);
	case NODE_COMPARE:
		return eval_compare(e, n, value);
	case NODE_EXPREF:
		return (json_t *)&n->expression;
	case NODE_FUNCTION:
		return eval_function(e, n, value);
	}
	return NULL;
}
