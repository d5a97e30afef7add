/*
 * map.h - a hash map from strings to pointers (open addressing; keys and values are borrowed).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map_slot {
	const char *key;
	void *value;
};

struct map {
	struct map_slot *slots;
	size_t len, cap; /* cap is a power of two, or 0 */
};

void map_release(struct map *m);
/* The value of `key`, or NULL. */
void *map_get(const struct map *m, const char *key);
/* Adds unless `key` is there; answers the value now under it (the old one if it was there). */
void *map_add(struct map *m, const char *key, void *value);
/* Takes the key out and answers its value; NULL if it is not there. */
void *map_remove(struct map *m, const char *key);
/* Goes through the entries, in no order: begin with *at 0. False past the last. */
bool map_next(const struct map *m, size_t *at, const char **key, void **value);
/* Calls back with every key, in no order; the map may not be changed, but its values may be freed.
 */
void map_each(const struct map *m, void (*visit)(const char *key, void *value));

#endif
