/*
 * filter.h - the Filters of a request, read once and then held against many values.
 */
#ifndef OPS_FILTER_H
#define OPS_FILTER_H

#include "ops/call.h"

/* One filter: a tag's key, or a path; the values are the request's. */
struct filter {
	const char *tag; /* NULL: `path` counts */
	char path[96];
	const json_t *values;
};
struct filters {
	struct filter *all;
	size_t n;
};

/* The names have been checked (filters_check). */
void filters_read(const struct call *c, const struct filter_path *paths, struct filters *out);
bool filters_pass(const struct filters *f, const json_t *value);
void filters_free(struct filters *f);

#endif
