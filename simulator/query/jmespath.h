/*
 * jmespath.h - JMESPath as AWS CLI v2 speaks it: python jmespath 1.0.1 under Python 3.14.
 *
 * An expression is compiled once and may then search any number of documents. It is constant after
 * that: searches may run at the same time in several threads, as far as jansson's counting of
 * references allows (each thread its own documents).
 *
 * Ownership: jmes_search answers with a new reference. The document is never changed, but its parts
 * are shared with the answer, so change neither before the other is released.
 *
 * What jansson cannot hold:
 *   - NaN and the infinities are reals that json_real() would refuse: every reader takes them,
 *     json_deep_copy() fails on them, and py_real() makes them.
 *   - An integer beyond 64 bits is one of base/whole.h.
 *   - A lone surrogate ("\ud800" in a literal) stays in a string as its three bytes; what writes
 *     the answer has to refuse it, as the CLI does.
 *   - `&expr` as a value, or inside of one, is JMES_EXPRESSION in the answer; what writes it has to
 *     fail, as the CLI does. Its json_typeof() is JSON_NULL, so ask jmes_is_expression() first.
 */
#ifndef QUERY_JMESPATH_H
#define QUERY_JMESPATH_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Limits, so that no expression costs more than it is worth. Python stops at a similar depth, with
 * the same words; the others are ours.
 */
enum {
	JMES_MAX_DEPTH = 500,             /* nesting of the expression, and of each literal */
	JMES_MAX_NESTING = 4000,          /* levels that an expression can add to a document */
	JMES_MAX_WORK = 32 * 1024 * 1024, /* nodes visited, values compared, parts created */
	JMES_MAX_TEXT = 1024 * 1024,      /* bytes of an expression; a command line has fewer */
};

enum jmes_fault {
	JMES_NONE,
	JMES_SYNTAX, /* it does not compile: the CLI says so before it sends anything, status 252 */
	JMES_RUNTIME, /* it cannot be evaluated for this document: status 255 */
	JMES_LIMIT,   /* one of the limits above, at either time */
};

/*
 * Begin with JMES_ERROR_INIT, end with jmes_error_release. The text is what Python's str() of the
 * exception gives: for a syntax error what the CLI prints after "Bad value for --query X: ". It may
 * have several lines, and quote values of any size. Untouched on success.
 */
struct jmes_error {
	enum jmes_fault fault;
	struct buf text;
};

#define JMES_ERROR_INIT                                                                            \
	{                                                                                          \
		.fault = JMES_NONE, .text = BUF_INIT                                               \
	}

void jmes_error_release(struct jmes_error *err);

struct jmes;

/* `err` may be NULL here and below. On failure *out is not touched. */
bool jmes_compile(const char *expr, struct jmes **out, struct jmes_error *err);
void jmes_free(struct jmes *j); /* NULL is fine */

/* The answer, or NULL and an error; no match is json_null(). */
json_t *jmes_search(const struct jmes *j, json_t *root, struct jmes_error *err);

/* The same with another limit than JMES_MAX_WORK: for answers while somebody types. */
json_t *jmes_search_within(const struct jmes *j, json_t *root, size_t work, struct jmes_error *err);

extern const json_t jmes_expression;
#define JMES_EXPRESSION ((json_t *)&jmes_expression)
bool jmes_is_expression(const json_t *value);

#endif
