/* functions-sort.c - max max_by min min_by sort sort_by. */
#include "query/functions.h"

#include "query/compare.h"
#include "query/pytext.h"

#include <stdlib.h>
#include <string.h>

/* An element with what it is sorted by: all keys of one array are numbers, or all are strings. */
struct item {
	json_t *value;
	const json_t *key;
	const char *s; /* NULL: a number */
	size_t len;
};

static struct item new_item(json_t *value, const json_t *key)
{
	return (struct item){value, key, json_string_value(key), json_string_length(key)};
}

static bool is_less(const struct item *a, const struct item *b)
{
	int c;

	if (!a->s)
		return number_order(a->key, b->key) == -1;
	c = memcmp(a->s, b->s, a->len < b->len ? a->len : b->len);
	return c < 0 || (c == 0 && a->len < b->len);
}

/* Sorts v[0..n) with room for as many; equal ones keep their order. */
static void merge_sort(struct item *v, size_t n, struct item *room)
{
	size_t half = n / 2, left = 0, right = half, to = 0;

	if (n < 2)
		return;
	merge_sort(v, half, room);
	merge_sort(v + half, n - half, room);
	if (!is_less(&v[half], &v[half - 1]))
		return;
	memcpy(room, v, half * sizeof *v);
	while (left < half && right < n)
		v[to++] = is_less(&v[right], &room[left]) ? v[right++] : room[left++];
	memcpy(v + to, room + left, (half - left) * sizeof *v);
}

static json_t *sorted(struct eval *e, struct item *items, size_t n)
{
	json_t *array = eval_array(e);
	struct item *room;

	if (!array || !eval_work(e, n * 8))
		return NULL;
	room = xmalloc((n / 2 + 1) * sizeof *room);
	merge_sort(items, n, room);
	free(room);
	for (size_t i = 0; i < n; i++)
		json_array_append(array, items[i].value);
	return array;
}

json_t *fn_sort(struct eval *e, json_t *const *arg, size_t n)
{
	size_t count = json_array_size(arg[0]);
	struct item *items = xmalloc((count + 1) * sizeof *items);
	json_t *array;

	(void)n;
	for (size_t i = 0; i < count; i++)
		items[i] = new_item(json_array_get(arg[0], i), json_array_get(arg[0], i));
	array = sorted(e, items, count);
	free(items);
	return array;
}

/* The key of an element, which has to be of one of `kinds`. */
static json_t *key_of(struct eval *e, const char *name, const json_t *expression, json_t *element,
	int kinds, const char *types)
{
	json_t *key = eval_apply(e, expression, element);

	if (!key || kind_of(key) & kinds)
		return key;
	return function_type_error(e, name, key, types, kind_name(kind_of(key)));
}

static bool fill_items(
	struct eval *e, struct item *items, json_t *array, const json_t *expression, enum kind kind)
{
	size_t n = json_array_size(array);

	for (size_t i = 0; i < n; i++) {
		json_t *element = json_array_get(array, i);
		json_t *key = key_of(e, "sort_by", expression, element, kind,
			kind == KIND_STRING ? "['string']" : "['number']");

		if (!key)
			return false;
		items[i] = new_item(element, key);
	}
	return true;
}

/* The first element's key tells what the others have to be. */
json_t *fn_sort_by(struct eval *e, json_t *const *arg, size_t n)
{
	size_t count = json_array_size(arg[0]);
	json_t *first, *array = NULL;
	struct item *items;
	enum kind kind;

	(void)n;
	if (count == 0)
		return arg[0];
	first = eval_apply(e, arg[1], json_array_get(arg[0], 0));
	if (!first)
		return NULL;
	kind = kind_of(first);
	if (kind != KIND_STRING && kind != KIND_NUMBER)
		return function_type_error(e, "sort_by", json_array_get(arg[0], 0),
			"['string', 'number']", kind_name(kind));
	items = xmalloc(count * sizeof *items);
	if (fill_items(e, items, arg[0], arg[1], kind))
		array = sorted(e, items, count);
	free(items);
	return array;
}

static json_t *extreme(struct eval *e, const json_t *array, int wanted)
{
	size_t n = json_array_size(array);
	json_t *best = n ? json_array_get(array, 0) : e->null;

	for (size_t i = 1; i < n; i++) {
		json_t *v = json_array_get(array, i);
		int c = json_is_string(v) ? string_order(v, best) : number_order(v, best);

		if (c == wanted)
			best = v;
	}
	return best;
}

json_t *fn_max(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return extreme(e, arg[0], 1);
}

json_t *fn_min(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return extreme(e, arg[0], -1);
}

static json_t *extreme_by(
	struct eval *e, const char *name, json_t *const *arg, int wanted, const char *sign)
{
	size_t n = json_array_size(arg[0]);
	json_t *best = e->null, *best_key = NULL;

	for (size_t i = 0; i < n; i++) {
		json_t *v = json_array_get(arg[0], i);
		json_t *key = key_of(
			e, name, arg[1], v, KIND_NUMBER | KIND_STRING, "['number', 'string']");
		int c = wanted;

		if (!key)
			return NULL;
		if (best_key && json_is_string(key) != json_is_string(best_key))
			return eval_fail(e, "'%s' not supported between instances of '%s' and '%s'",
				sign, py_type(key), py_type(best_key));
		if (best_key)
			c = json_is_string(key) ? string_order(key, best_key)
						: number_order(key, best_key);
		if (c == wanted) {
			best = v;
			best_key = key;
		}
	}
	return best;
}

json_t *fn_max_by(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return extreme_by(e, "max_by", arg, 1, ">");
}

json_t *fn_min_by(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return extreme_by(e, "min_by", arg, -1, "<");
}
