/* jmespath.c - compiling and searching: see jmespath.h. */
#include "query/jmespath.h"

#include "base/intl.h"
#include "query/error.h"
#include "query/eval.h"
#include "query/parser.h"
#include "query/pytext.h"
#include "query/token.h"

#include <stdlib.h>
#include <string.h>

bool jmes_compile(const char *expr, struct jmes **out, struct jmes_error *err)
{
	struct jmes *j;
	struct tokens tokens = {0};
	bool ok;

	if (strlen(expr) > JMES_MAX_TEXT)
		return jmes_fail(err, JMES_LIMIT,
			_("The query is longer than %d bytes; make it shorter."), JMES_MAX_TEXT);
	j = xcalloc(1, sizeof *j);
	j->text = arena_strdup(&j->arena, expr);
	j->literals = json_array();
	if (!j->literals)
		mem_exhausted(sizeof *j->literals);
	tokens.arena = &j->arena;
	tokens.literals = j->literals;
	ok = tokens_read(&tokens, j->text, err) && parse(j, &tokens, err);
	free(tokens.v);
	if (ok)
		*out = j;
	else
		jmes_free(j);
	return ok;
}

void jmes_free(struct jmes *j)
{
	if (!j)
		return;
	json_decref(j->literals);
	arena_release(&j->arena);
	free(j);
}

static bool settle(struct eval *e, json_t *v);

static bool settle_array(struct eval *e, json_t *array)
{
	size_t n = json_array_size(array);

	for (size_t i = 0; i < n; i++) {
		json_t *v = json_array_get(array, i);

		if (jmes_is_expression(v))
			json_array_set_new(array, i, JMES_EXPRESSION);
		else if (!settle(e, v))
			return false;
	}
	return true;
}

static bool settle_object(struct eval *e, json_t *object)
{
	for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
		json_t *v = json_object_iter_value(i);

		if (jmes_is_expression(v))
			json_object_iter_set_new(object, i, JMES_EXPRESSION);
		else if (!settle(e, v))
			return false;
	}
	return true;
}

/*
 * Replaces the references to nodes of the expression, which may be freed before the answer is. Only
 * what this search has made can contain one, so the document is read here, but not changed.
 */
static bool settle(struct eval *e, json_t *v)
{
	if (!eval_work(e, 1))
		return false;
	if (json_is_array(v))
		return settle_array(e, v);
	return !json_is_object(v) || settle_object(e, v);
}

json_t *jmes_search_within(const struct jmes *j, json_t *root, size_t work, struct jmes_error *err)
{
	struct eval e = {.j = j, .null = json_null(), .max_work = work, .err = err};
	json_t *v = eval(&e, j->root, root);

	if (v && j->exprefs && jmes_is_expression(v))
		v = JMES_EXPRESSION;
	else if (v && j->exprefs && !settle(&e, v))
		v = NULL;
	if (v)
		eval_cut_but(&e, 0, v);
	else
		eval_cut(&e, 0);
	free(e.pool);
	return v;
}

json_t *jmes_search(const struct jmes *j, json_t *root, struct jmes_error *err)
{
	return jmes_search_within(j, root, JMES_MAX_WORK, err);
}
