/* functions-list.c - contains keys map merge not_null to_array values. */
#include "query/functions.h"

#include "query/chars.h"
#include "query/compare.h"
#include "query/pytext.h"

#include <string.h>

json_t *fn_contains(struct eval *e, json_t *const *arg, size_t n)
{
	size_t count = json_array_size(arg[0]);
	bool found = false;

	(void)n;
	if (json_is_string(arg[0]) && !json_is_string(arg[1]))
		return eval_fail(e, "'in <string>' requires string as left operand, not %s",
			py_type(arg[1]));
	if (json_is_string(arg[0]))
		return eval_bool(e, memmem(json_string_value(arg[0]), json_string_length(arg[0]),
					    json_string_value(arg[1]), json_string_length(arg[1])));
	for (size_t i = 0; i < count && !found; i++)
		found = value_same(e, json_array_get(arg[0], i), arg[1]);
	return eval_work(e, 0) ? eval_bool(e, found) : NULL;
}

json_t *fn_keys(struct eval *e, json_t *const *arg, size_t n)
{
	json_t *array = eval_array(e);

	(void)n;
	if (!array)
		return NULL;
	for (void *i = json_object_iter(arg[0]); i; i = json_object_iter_next(arg[0], i)) {
		size_t mark = eval_mark(e);
		json_t *key = eval_string(e, json_object_iter_key(i), json_object_iter_key_len(i));

		if (!key)
			return NULL;
		json_array_append_new(array, eval_cut_but(e, mark, key));
	}
	return array;
}

json_t *fn_values(struct eval *e, json_t *const *arg, size_t n)
{
	json_t *array = eval_array(e);

	(void)n;
	if (!array || !eval_work(e, json_object_size(arg[0])))
		return NULL;
	for (void *i = json_object_iter(arg[0]); i; i = json_object_iter_next(arg[0], i))
		json_array_append(array, json_object_iter_value(i));
	return array;
}

json_t *fn_map(struct eval *e, json_t *const *arg, size_t n)
{
	size_t count = json_array_size(arg[1]);
	json_t *array = eval_array(e);

	(void)n;
	for (size_t i = 0; i < count && array; i++) {
		size_t mark = eval_mark(e);
		json_t *v = eval_apply(e, arg[0], json_array_get(arg[1], i));

		if (!v)
			return NULL;
		json_array_append_new(array, eval_cut_but(e, mark, v));
	}
	return array;
}

json_t *fn_not_null(struct eval *e, json_t *const *arg, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (arg[i] != e->null)
			return arg[i];
	return e->null;
}

json_t *fn_to_array(struct eval *e, json_t *const *arg, size_t n)
{
	json_t *array;

	(void)n;
	if (json_is_array(arg[0]))
		return arg[0];
	array = eval_array(e);
	if (array)
		json_array_append(array, arg[0]);
	return array;
}

/*
 * merge() checks its first argument only; with the others Python's dict.update() does what it can:
 * anything made of pairs is as good as an object, and a pair is anything made of two.
 */

static size_t parts_of(const json_t *v)
{
	if (json_is_string(v))
		return char_count(json_string_value(v), json_string_length(v));
	return json_array_size(v) + json_object_size(v);
}

static bool is_iterable(const json_t *v)
{
	return json_is_string(v) || json_is_array(v) || json_is_object(v);
}

/* The first or the second part of a pair: an element, a character, or a key. */
static json_t *part_of(struct eval *e, json_t *pair, int which)
{
	if (json_is_array(pair))
		return json_array_get(pair, (size_t)which);
	if (json_is_string(pair)) {
		const char *s = json_string_value(pair);
		size_t len = json_string_length(pair), first;
		uint32_t c;

		first = char_next(s, len, &c);
		return which ? eval_string(e, s + first, len - first) : eval_string(e, s, first);
	}
	for (void *i = json_object_iter(pair); i; i = json_object_iter_next(pair, i))
		if (which-- == 0)
			return eval_string(e, json_object_iter_key(i), json_object_iter_key_len(i));
	return NULL;
}

/* A key that is no string becomes what json.dumps would print for it. */
static json_t *merge_pair(struct eval *e, json_t *object, json_t *key, json_t *value)
{
	struct buf text = BUF_INIT;

	if (!key || !value)
		return NULL;
	if (json_is_array(key) || json_is_object(key))
		return eval_fail(e, "cannot use '%s' as a dict key (unhashable type: '%s')",
			py_type(key), py_type(key));
	if (json_is_string(key))
		buf_add(&text, json_string_value(key), json_string_length(key));
	else
		py_dumps(&text, key, EVAL_MAX_STRING);
	json_object_setn_new_nocheck(object, text.s, text.len, json_incref(value));
	buf_release(&text);
	return eval_work(e, 16) ? object : NULL;
}

static json_t *merge_pairs(struct eval *e, json_t *object, json_t *pairs)
{
	size_t n = json_array_size(pairs);

	/* The characters of a string are never pairs. */
	if (json_is_string(pairs) && json_string_length(pairs))
		return eval_fail(e, "dictionary update sequence element #0 has length 1; 2 is "
				    "required");
	if (!is_iterable(pairs))
		return eval_fail(e, "'%s' object is not iterable", py_type(pairs));
	for (size_t i = 0; i < n; i++) {
		json_t *pair = json_array_get(pairs, i);
		json_t *key;

		if (!is_iterable(pair))
			return eval_fail(e, "object is not iterable");
		if (parts_of(pair) != 2)
			return eval_fail(e,
				"dictionary update sequence element #%zu has length %zu; 2 is "
				"required",
				i, parts_of(pair));
		key = part_of(e, pair, 0);
		if (!merge_pair(e, object, key, part_of(e, pair, 1)))
			return NULL;
	}
	return object;
}

json_t *fn_merge(struct eval *e, json_t *const *arg, size_t n)
{
	json_t *object = eval_made(e, json_object(), 32);

	if (!object)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!json_is_object(arg[i])) {
			if (!merge_pairs(e, object, arg[i]))
				return NULL;
		} else {
			json_object_update(object, arg[i]);
			if (!eval_work(e, json_object_size(arg[i]) * 16))
				return NULL;
		}
	}
	return object;
}
