/*
 * waiters.c - waiters, whose paths are followed through the shape of the answer.
 *
 * The paths of the API's waiters are a small part of JMESPath: names, flattening, and length()
 * compared with a number. Anything else is refused here, and so is a path that leads nowhere.
 */
#include "model/generate/tables.h"

#include <string.h>

/* --- paths --- */

struct walk {
	const struct tables *t;
	struct place at; /* of the text */
	const char *text, *next;
	uint16_t shape;  /* what has been reached */
	bool projecting; /* over more than one value */
};

static bool walk_failed(const struct walk *w, const char *why)
{
	return complain(w->at, (size_t)(w->next - w->text), "%s in the path '%s'", why, w->text);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Name or Name[]. */
static bool walk_step(struct walk *w)
{
	char name[128];
	size_t n = 0;
	uint16_t member;

	while (n < sizeof name - 1 && is_letter(w->next[n])) {
		name[n] = w->next[n];
		n++;
	}
	name[n] = '\0';
	if (!n || w->t->shapes.v[w->shape].kind != MODEL_STRUCTURE)
		return walk_failed(w, n ? "a name behind a value without members" : "no name");
	member = member_of(w->t, w->shape, name);
	if (member == MODEL_NONE || w->t->members.v[member].shape == MODEL_NONE)
		return walk_failed(w, "an unknown member");
	w->shape = w->t->members.v[member].shape;
	w->next += n;
	if (strncmp(w->next, "[]", 2) != 0)
		return true;
	if (w->t->shapes.v[w->shape].kind != MODEL_LIST)
		return walk_failed(w, "[] behind what is no list");
	w->shape = w->t->shapes.v[w->shape].element;
	w->projecting = true;
	w->next += 2;
	return true;
}

static bool walk_names(struct walk *w)
{
	while (walk_step(w)) {
		if (*w->next != '.')
			return true;
		w->next++;
	}
	return false;
}

/* What stands behind the argument of length(). */
static bool walk_comparison(struct walk *w)
{
	static const char open[] = ") > `";
	uint8_t kind = w->t->shapes.v[w->shape].kind;
	size_t n;

	if (!w->projecting && kind != MODEL_LIST && kind != MODEL_STRING)
		return walk_failed(w, "length() of what has none");
	if (strncmp(w->next, open, sizeof open - 1) != 0)
		return walk_failed(w, "length() without a comparison");
	w->next += sizeof open - 1;
	n = strspn(w->next, "0123456789");
	if (!n || w->next[n] != '`')
		return walk_failed(w, "length() without a number to compare with");
	w->next += n + 1;
	return true;
}

static bool is_scalar(uint8_t kind)
{
	return kind != MODEL_STRUCTURE && kind != MODEL_LIST && kind != MODEL_MAP;
}

/* Whether the value expected at the end of the path can ever be found there. */
static bool check_expected(const struct walk *w, bool compares, const struct model_acceptor *a)
{
	const struct model_shape *end = &w->t->shapes.v[w->shape];
	const struct model_enum *e;
	size_t i;

	if (compares || a->expected != MODEL_EXPECT_TEXT)
		return (compares || end->kind == MODEL_BOOLEAN) &&
		       (a->expected == MODEL_EXPECT_TRUE || a->expected == MODEL_EXPECT_FALSE);
	if (end->kind != MODEL_STRING || end->enumeration == MODEL_NONE)
		return end->kind == MODEL_STRING;
	e = &w->t->enums.v[end->enumeration];
	for (i = 0; i < e->values.n; i++)
		if (w->t->values.v[e->values.first + i] == a->text)
			return true;
	return false;
}

static void check_path(const struct tables *t, struct place at, const char *path, uint16_t output,
	const struct model_acceptor *a)
{
	static const char length[] = "length(";
	struct walk w = {t, at, path, path, output, false};
	bool compares = !strncmp(path, length, sizeof length - 1);

	if (compares)
		w.next += sizeof length - 1;
	if (!walk_names(&w) || (compares && !walk_comparison(&w)))
		return;
	if (*w.next)
		walk_failed(&w, "something more");
	else if (!compares && !is_scalar(t->shapes.v[w.shape].kind))
		walk_failed(&w, "no value at the end");
	else if ((a->matcher != MODEL_PATH) != (w.projecting && !compares))
		walk_failed(
			&w, a->matcher == MODEL_PATH ? "more than one value" : "only one value");
	else if (!check_expected(&w, compares, a))
		walk_failed(&w, "a value never equal to what is expected");
}

/* --- acceptors --- */

enum { NO_WORD = UINT8_MAX };

/* The place of a word in a list, as the enums of model.h have it; NO_WORD after a complaint. */
static uint8_t one_of(struct place at, const char *key, const char *const *words)
{
	const char *word = source_need_text(at, key);
	uint8_t i;

	if (!word)
		return NO_WORD;
	for (i = 0; words[i]; i++)
		if (!strcmp(word, words[i]))
			return i;
	complain(source_get(at, key), 0, "'%s' is no %s", word, key);
	return NO_WORD;
}

static void read_expected(struct tables *t, struct place acceptor, struct model_acceptor *a)
{
	const char *text = source_need_text(acceptor, "expected");
	struct place at = source_get(acceptor, "expected");
	long number;

	if (!text)
		return;
	if (a->matcher == MODEL_HTTP_STATUS) {
		a->expected = MODEL_EXPECT_NUMBER;
		if (source_number(at, 599, &number))
			a->number = (uint16_t)number;
	} else if (source_is_plain(at) && (!strcmp(text, "true") || !strcmp(text, "false"))) {
		a->expected = *text == 't' ? MODEL_EXPECT_TRUE : MODEL_EXPECT_FALSE;
	} else {
		a->expected = MODEL_EXPECT_TEXT;
		a->text = tables_text(t, text);
	}
}

static void read_acceptor(struct tables *t, struct place at, const struct model_operation *op)
{
	static const char *const keys[] = {"matcher", "argument", "expected", "state", NULL};
	static const char *const matchers[] = {
		"path", "pathAll", "pathAny", "error", "status", NULL};
	static const char *const states[] = {"success", "failure", "retry", NULL};
	struct model_acceptor a = {0};
	struct place argument;
	const char *path;

	source_keys(at, keys);
	a.matcher = one_of(at, "matcher", matchers);
	a.outcome = one_of(at, "state", states);
	if (a.matcher == NO_WORD || a.outcome == NO_WORD)
		return;
	read_expected(t, at, &a);
	argument = source_get(at, "argument");
	if (a.matcher <= MODEL_PATH_ANY) {
		path = source_need_text(at, "argument");
		a.path = path ? tables_text(t, path) : 0;
		if (path && op->output != MODEL_NONE)
			check_path(t, argument, path, op->output, &a);
		else if (path)
			complain(argument, 0, "a path into an answer that is empty");
	} else if (argument.node) {
		complain(argument, 0, "this matcher takes no argument");
	}
	PUSH(t->acceptors, a);
}

/* --- waiters --- */

static uint16_t seconds_or_times(struct place waiter, const char *key)
{
	struct place at = source_get(waiter, key);
	long number = 0;

	if (!at.node)
		complain(waiter, 0, "'%s' is missing", key);
	else if (source_number(at, 3600, &number) && !number)
		complain(at, 0, "'%s' is at least 1", key);
	return (uint16_t)number;
}

static void read_waiter(struct tables *t, struct draft *d, struct place key, struct place value)
{
	static const char *const keys[] = {"operation", "delay", "attempts", "accept", NULL};
	const char *name = source_text(key), *operation;
	struct place accept = source_get(value, "accept");
	struct model_waiter w = {0};
	size_t i, first = t->acceptors.n;
	void *at;

	source_keys(value, keys);
	operation = source_need_text(value, "operation");
	if (!name || !operation)
		return;
	at = map_get(&d->operations, operation);
	if (!at) {
		complain(
			source_get(value, "operation"), 0, "there is no operation '%s'", operation);
		return;
	}
	w.name = tables_text(t, name);
	w.cli = tables_cli(t, name);
	w.operation = (uint16_t)((uintptr_t)at - 1);
	w.delay = seconds_or_times(value, "delay");
	w.attempts = seconds_or_times(value, "attempts");
	if (!source_items(accept))
		complain(key, 0, "a waiter that accepts nothing");
	for (i = 0; i < source_items(accept); i++)
		read_acceptor(t, source_item(accept, i), &t->operations.v[w.operation]);
	w.acceptors = tables_span(key, first, t->acceptors.n);
	PUSH(t->waiters, w);
}

void read_waiters(struct tables *t, struct draft *d)
{
	struct place root = {d->file, yaml_document_get_root_node(&d->file->doc)};
	struct place waiters = source_get(root, "waiters");
	size_t i, first = t->waiters.n;

	source_keys_differ(waiters);
	for (i = 0; i < source_pairs(waiters); i++)
		read_waiter(t, d, source_key(waiters, i), source_value(waiters, i));
	t->services.v[d->index].waiters = tables_span(root, first, t->waiters.n);
}
