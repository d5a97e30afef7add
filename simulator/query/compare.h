/* compare.h - truth, equality and order of values, with Python's opinions on them. */
#ifndef QUERY_COMPARE_H
#define QUERY_COMPARE_H

#include "query/eval.h"

/* False: null, false, "", [] and {}. */
bool value_is_true(const json_t *v);

/* Python's ==, for which 1 == 1.0 == True. Counts as work: ask eval_work(e, 0) afterwards. */
bool value_equal(struct eval *e, const json_t *a, const json_t *b);
/* Equal, or the very same value, be it NaN: Python's `in`, and its == inside of containers. */
bool value_same(struct eval *e, const json_t *a, const json_t *b);

/* Of two numbers, exactly: -1, 0, 1, or 2 if one is not a number (NaN). */
int number_order(const json_t *a, const json_t *b);
/* Of two strings, by code points: -1, 0, 1. */
int string_order(const json_t *a, const json_t *b);

json_t *compare_values(struct eval *e, enum compare how, json_t *a, json_t *b);

#endif
