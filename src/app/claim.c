/* claim.c - see claim.h. */
#include "app/claim.h"

#include "base/mem.h"

#include <string.h>

/* YAML 1.2, core schema: true, True and TRUE are one. NULL: it is none of
 * these. */
static json_t *word_value(const char *s)
{
	static const char *const words[][4] = {
		{"null", "Null", "NULL", "~"},
		{"true", "True", "TRUE", "true"},
		{"false", "False", "FALSE", "false"},
	};

	if (!*s)
		return json_null();
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		for (size_t k = 0; k < ARRAY_LEN(words[i]); k++)
			if (strcmp(s, words[i][k]) == 0)
				return i == 0 ? json_null() : json_boolean(i == 1);
	return NULL;
}

static json_t *scalar_value(const struct tree *t, const struct node *n)
{
	const char *s = tree_text(t, n);
	json_t *value = NULL;

	if (n->style == STYLE_PLAIN) {
		value = word_value(s);
		if (!value)
			value = json_loadb(s, n->length, JSON_DECODE_ANY, NULL);
		if (value && json_is_string(value)) { /* nothing plain is in quotes */
			json_decref(value);
			value = NULL;
		}
	}
	return value ? value : json_stringn_nocheck(s, n->length);
}

json_t *claim_value(const struct tree *t, const struct node *n)
{
	const struct node *at, *value;
	json_t *all;

	if (n->kind == NODE_SCALAR)
		return scalar_value(t, n);
	all = n->kind == NODE_LIST ? json_array() : json_object();
	for (at = tree_first(t, n); at; at = tree_next(t, value)) {
		value = n->kind == NODE_LIST ? at : tree_next(t, at);
		if (n->kind == NODE_LIST)
			json_array_append_new(all, claim_value(t, value));
		else
			json_object_set_new_nocheck(all, tree_text(t, at), claim_value(t, value));
	}
	return all;
}

static bool same_items(const json_t *a, const json_t *b)
{
	size_t n = json_array_size(a);

	if (n != json_array_size(b))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!claim_same(json_array_get(a, i), json_array_get(b, i)))
			return false;
	return true;
}

static bool same_members(json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	if (json_object_size(a) != json_object_size(b))
		return false;
	json_object_foreach(
		a, key, value) if (!claim_same(value, json_object_get(b, key))) return false;
	return true;
}

bool claim_same(const json_t *a, const json_t *b)
{
	if (!a || !b)
		return false;
	if (json_is_number(a) && json_is_number(b) && json_typeof(a) != json_typeof(b))
		return json_number_value(a) == json_number_value(b);
	if (json_is_array(a) && json_is_array(b))
		return same_items(a, b);
	if (json_is_object(a) && json_is_object(b))
		return same_members((json_t *)(uintptr_t)a, b);
	return json_equal(a, b);
}
