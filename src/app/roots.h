/*
 * roots.h - where content comes from, in order of rank: paths that were named, $AMIDOJO_PATH, the
 * learner's own folder, what was shipped.
 */
#ifndef APP_ROOTS_H
#define APP_ROOTS_H

#include "app/files.h"
#include "content/library.h"

struct content_roots {
	struct arena names;
	struct library_root *items;
	size_t n, cap;
};

/* With paths named, only they are checked; the rest then serves their links. */
void content_roots_make(
	struct content_roots *r, const struct places *places, const char **named, size_t n_named);
void content_roots_release(struct content_roots *r);

/* The compiled cache for this set of roots: owned path, NULL without a cache folder. */
char *content_roots_cache(const struct content_roots *r, const struct places *places);

#endif
