/*
 * special.h - the options that the CLI gives to some operations of EC2 beside those of the model.
 */
#ifndef CLI_SPECIAL_H
#define CLI_SPECIAL_H

#include "cli/request.h"

/* The special arguments of an operation, appended; returns how many (at most SPECIAL_MAX). */
enum { SPECIAL_MAX = 5 };
size_t special_arguments(const struct model_operation *op, struct argument *arguments);
/* Whether a special argument stands in the place of a member's own (--count of --min-count). */
bool special_hides(const struct model_operation *op, const struct model_member *m);
/* Whether a required member need not be given, because special arguments can make it. */
bool special_waives(const struct model_operation *op, const struct model_member *m);

/* Arguments that exclude each other. False: told. */
bool special_check(struct invocation *inv, const struct line *line);
/* Adds a value to the request. False: told. */
bool special_add(struct invocation *inv, const struct argument *a, const struct raw *raw);
/* What is put right just before a request is sent. False: told. */
bool special_fix(struct invocation *inv);

#endif
