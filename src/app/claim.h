/*
 * claim.h - what a step expects: a value written in YAML, as JSON, and whether
 * it is what came.
 *
 * A plain scalar that JSON would read as a number, true, false or null is that;
 * every other scalar is text, and what stands in quotes always is.
 */
#ifndef APP_CLAIM_H
#define APP_CLAIM_H

#include "content/tree.h"

#include <jansson.h>
#include <stdbool.h>

/* A new reference. */
json_t *claim_value(const struct tree *t, const struct node *n);
/* Equal as values: 1 and 1.0 are the same, true and 1 are not, members have no
 * order. */
bool claim_same(const json_t *a, const json_t *b);

#endif
