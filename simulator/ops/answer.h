/*
 * answer.h - a value as the model declares it: members in the model's order, nothing private.
 */
#ifndef OPS_ANSWER_H
#define OPS_ANSWER_H

#include "base/buf.h"
#include "model/model.h"

#include <jansson.h>
#include <stdbool.h>

/* Whether the value is of the shape's kind (string, list, ...), its parts not looked at. */
bool kind_fits(const struct model_shape *s, const json_t *value);

/* A new reference. Members that begin with "_" are left out in silence; other members that the
 * shape does not have, and values of another type, are left out and named in `misfit` (a line
 * each). */
json_t *answer_fit(const struct model_shape *s, json_t *value, struct buf *misfit);

#endif
