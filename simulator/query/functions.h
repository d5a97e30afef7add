/* functions.h - the functions of JMESPath: their names, arguments and checks. */
#ifndef QUERY_FUNCTIONS_H
#define QUERY_FUNCTIONS_H

#include "query/eval.h"

#include <stdbool.h>
#include <stddef.h>

struct function;

const struct function *function_find(const char *name, size_t n); /* NULL: there is none */
/* Whether its value is nested deeper than its arguments. */
bool function_makes(const struct function *f);
/* Whether argument `i` is an expression that it applies; `f` may be NULL. */
bool function_applies(const struct function *f, size_t i);

/* Checks the arguments and calls; `n` is a NODE_FUNCTION. */
json_t *function_call(struct eval *e, const struct node *n, json_t *const *arg, size_t count);

/* How the functions are written; `n` matters to those that take any number of arguments. */
typedef json_t *function_body(struct eval *e, json_t *const *arg, size_t n);

/* functions-number.c */
function_body fn_abs, fn_avg, fn_ceil, fn_floor, fn_sum, fn_to_number;
/* functions-text.c */
function_body fn_ends_with, fn_join, fn_length, fn_reverse, fn_starts_with, fn_to_string, fn_type;
/* functions-list.c */
function_body fn_contains, fn_keys, fn_map, fn_merge, fn_not_null, fn_to_array, fn_values;
/* functions-sort.c */
function_body fn_max, fn_max_by, fn_min, fn_min_by, fn_sort, fn_sort_by;

enum kind {
	KIND_NULL = 1,
	KIND_BOOLEAN = 2,
	KIND_NUMBER = 4,
	KIND_STRING = 8,
	KIND_ARRAY = 16,
	KIND_OBJECT = 32,
	KIND_EXPREF = 64,
};

enum kind kind_of(const json_t *v);
const char *kind_name(enum kind k); /* "null" ... "expref" */

/* In function NAME(), invalid type for value: V, expected one of: TYPES, received: "RECEIVED" */
json_t *function_type_error(
	struct eval *e, const char *name, const json_t *v, const char *types, const char *received);

#endif
