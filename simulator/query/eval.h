/*
 * eval.h - what the evaluator and its functions share.
 *
 * Ownership: every value met during a search is borrowed. It lives in the document, among the
 * literals of the expression, or in the pool of the search, which keeps what was made on the way;
 * the elements of a projection are evaluated one by one with the pool cut back in between. So there
 * is nothing to release on any path, and most values are never counted at all.
 *
 * Every function that answers a value answers NULL after an error, with the error set.
 */
#ifndef QUERY_EVAL_H
#define QUERY_EVAL_H

#include "query/node.h"

struct eval {
	const struct jmes *j;
	json_t *null; /* json_null() */
	json_t **pool;
	size_t pool_len, pool_cap;
	size_t work, max_work;
	size_t loose_calls; /* that applied an expression which came as a value */
	int loose_depth;
	struct jmes_error *err;
};

json_t *eval(struct eval *e, const struct node *n, json_t *value);
/* The expression that `expression` refers to, applied to `value`. */
json_t *eval_apply(struct eval *e, const json_t *expression, json_t *value);

/* Puts a new reference into the pool and counts `cost` of work for it: bytes / 8, about. */
json_t *eval_made(struct eval *e, json_t *fresh, size_t cost);
json_t *eval_array(struct eval *e);
json_t *eval_string(struct eval *e, const char *s, size_t n);
json_t *eval_bool(struct eval *e, bool yes);

/* Where the pool is, to be cut back to; `value` is handed over as a reference of the caller's. */
size_t eval_mark(const struct eval *e);
void eval_cut(struct eval *e, size_t mark);
json_t *eval_cut_but(struct eval *e, size_t mark, json_t *value);

/* Bytes of a string, made or quoted, that are enough for anybody. */
#define EVAL_MAX_STRING ((size_t)64 * 1024 * 1024)

/* Counts `n` units; false, with an error, when that was too much. */
bool eval_work(struct eval *e, size_t n);
/* NULL, with an error in Python's words. */
json_t *eval_fail(struct eval *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
