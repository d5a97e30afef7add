/* roots.c - see roots.h. */
#include "app/roots.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static void add(struct content_roots *r, const char *path, bool checked, bool optional, int rank)
{
	ARRAY_GROW(r->items, r->n, r->cap);
	r->items[r->n++] = (struct library_root){
		.path = arena_strdup(&r->names, path),
		.rank = rank,
		.checked = checked,
		.optional = optional,
	};
}

/* Colon-separated folders, each of its own rank. */
static void add_environment(struct content_roots *r, bool checked, int *rank)
{
	const char *env = getenv("AMIDOJO_PATH");
	char *paths = arena_strdup(&r->names, env ? env : ""), *save = NULL;

	for (char *p = strtok_r(paths, ":", &save); p; p = strtok_r(NULL, ":", &save))
		add(r, p, checked, false, (*rank)++);
}

void content_roots_make(
	struct content_roots *r, const struct places *places, const char **named, size_t n_named)
{
	static const char *const shipped[] = {"content", "quizzes"};
	struct buf path = BUF_INIT;
	bool rest = n_named == 0;
	int rank = 1;

	*r = (struct content_roots){0};
	for (size_t i = 0; i < n_named; i++)
		add(r, named[i], true, false, 0);
	add_environment(r, rest, &rank);
	if (places->packs)
		add(r, places->packs, rest, true, rank++);
	for (size_t i = 0; i < ARRAY_LEN(shipped); i++) {
		buf_clear(&path);
		buf_addf(&path, "%s/%s", places->share, shipped[i]);
		add(r, path.s, rest, i > 0, rank);
	}
	buf_release(&path);
}

void content_roots_release(struct content_roots *r)
{
	free(r->items);
	arena_release(&r->names);
	*r = (struct content_roots){0};
}

char *content_roots_cache(const struct content_roots *r, const struct places *places)
{
	struct buf all = BUF_INIT, path = BUF_INIT;

	if (!places->cache || !folder_make(places->cache, NULL))
		return NULL;
	for (size_t i = 0; i < r->n; i++)
		buf_addf(&all, "%s\n", r->items[i].path);
	buf_addf(&path, "%s/content-%016llx.cache", places->cache,
		(unsigned long long)XXH3_64bits(all.s, all.len));
	buf_release(&all);
	return buf_detach(&path);
}
