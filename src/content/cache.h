/*
 * cache.h - parsed trees kept between runs, so that only changed files are parsed again.
 *
 * One file, read whole and checked by its own hash before anything in it is used; a file that is
 * damaged, of another version or from another machine counts as absent. An entry stands for its
 * source while path, device, inode, size and both times (modification, change) are the same; where
 * they prove nothing (as young as the cache, or moved) the hash of the source's bytes decides.
 */
#ifndef CONTENT_CACHE_H
#define CONTENT_CACHE_H

#include "content/tree.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct cache;

/* Never fails: without a usable file at `path` (NULL: none) the cache is empty. */
struct cache *cache_open(const char *path);
/* Trees that came from the cache end with it. */
void cache_close(struct cache *c);

/* The tree of `file` if inode, size and times vouch for it. */
bool cache_fresh(struct cache *c, const char *file, const struct stat *st, struct tree *out);
/* The tree of `file` if these bytes are the ones that were parsed. */
bool cache_same_bytes(struct cache *c, const char *file, const struct stat *st, const char *bytes,
	size_t n, struct tree *out);
/* Remembers a tree just parsed from these bytes. */
void cache_add(struct cache *c, const char *file, const struct stat *st, const char *bytes,
	size_t n, const struct tree *tree);

/* Writes what was used or added in this run, if that differs from the file; atomically, and
 * silently not at all where it cannot: a cache is never worth an error. Of files beside it named
 * content-*.cache, as this one, only the newest few stay. */
void cache_save(struct cache *c);

#endif
