/* map.c - see map.h. */
#include "base/map.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: short keys, no need for more. */
static size_t hash_of(const char *s)
{
	uint64_t h = 14695981039346656037u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static struct map_slot *slot_of(const struct map *m, const char *key)
{
	size_t i = hash_of(key) & (m->cap - 1);

	while (m->slots[i].key && strcmp(m->slots[i].key, key) != 0)
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void grow(struct map *m)
{
	struct map bigger = {.cap = m->cap ? m->cap * 2 : 8, .len = m->len};

	bigger.slots = xcalloc(bigger.cap, sizeof *bigger.slots);
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			*slot_of(&bigger, m->slots[i].key) = m->slots[i];
	free(m->slots);
	*m = bigger;
}

void map_release(struct map *m)
{
	free(m->slots);
	*m = (struct map){0};
}

void *map_get(const struct map *m, const char *key)
{
	return m->cap ? slot_of(m, key)->value : NULL;
}

void *map_add(struct map *m, const char *key, void *value)
{
	struct map_slot *slot;

	if (m->len * 2 >= m->cap)
		grow(m);
	slot = slot_of(m, key);
	if (!slot->key) {
		*slot = (struct map_slot){key, value};
		m->len++;
	}
	return slot->value;
}

void map_each(const struct map *m, void (*visit)(const char *key, void *value))
{
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].key)
			visit(m->slots[i].key, m->slots[i].value);
}

/* Slots from one to another, around the end. */
static size_t distance(const struct map *m, size_t from, size_t to)
{
	return (to - from) & (m->cap - 1);
}

/* No tombstones: what was pushed aside by the removed key moves back (backward shift). */
void *map_remove(struct map *m, const char *key)
{
	struct map_slot *slot;
	size_t free_at, i;
	void *value;

	if (!m->cap || !(slot = slot_of(m, key))->key)
		return NULL;
	value = slot->value;
	free_at = (size_t)(slot - m->slots);
	for (i = (free_at + 1) & (m->cap - 1); m->slots[i].key; i = (i + 1) & (m->cap - 1)) {
		size_t home = hash_of(m->slots[i].key) & (m->cap - 1);

		if (distance(m, home, i) < distance(m, free_at, i))
			continue;
		m->slots[free_at] = m->slots[i];
		free_at = i;
	}
	m->slots[free_at] = (struct map_slot){0};
	m->len--;
	return value;
}

bool map_next(const struct map *m, size_t *at, const char **key, void **value)
{
	while (*at < m->cap) {
		const struct map_slot *slot = &m->slots[(*at)++];

		if (slot->key) {
			*key = slot->key;
			*value = slot->value;
			return true;
		}
	}
	return false;
}
