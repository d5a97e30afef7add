/*
 * cache.c - texts of documents, by the document's address: see wire.h.
 *
 * An entry holds its document, so that the address stays its own. Nobody tells when a document is
 * replaced: it is seen by nobody else holding it, and such entries go whenever the table would grow
 * or the texts are too many. If that is not enough, all go.
 */
#include "base/mem.h"
#include "wire/write.h"

#include <string.h>

/* What an entry costs besides its text: the slot, and the document it holds by then. */
enum { ENTRY_COST = 256, FIRST_SLOTS = 256 };

struct slot {
	json_t *doc; /* owned; NULL: free */
	const struct model_shape *shape;
	struct buf text;
};

struct wire_cache {
	struct slot *slots;
	size_t n, cap; /* cap is a power of two */
	size_t bytes, limit;
};

struct wire_cache *wire_cache_new(size_t bytes)
{
	struct wire_cache *c = xcalloc(1, sizeof *c);

	c->limit = bytes;
	c->cap = FIRST_SLOTS;
	c->slots = xcalloc(c->cap, sizeof *c->slots);
	return c;
}

static void release(struct slot *s)
{
	json_decref(s->doc);
	buf_release(&s->text);
}

void wire_cache_clear(struct wire_cache *c)
{
	for (size_t i = 0; i < c->cap; i++)
		if (c->slots[i].doc)
			release(&c->slots[i]);
	free(c->slots);
	c->n = c->bytes = 0;
	c->cap = FIRST_SLOTS;
	c->slots = xcalloc(c->cap, sizeof *c->slots);
}

void wire_cache_free(struct wire_cache *c)
{
	if (!c)
		return;
	wire_cache_clear(c);
	free(c->slots);
	free(c);
}

/* The slot of the document, or the free one where it would be. */
static struct slot *find(struct slot *slots, size_t cap, const json_t *doc)
{
	size_t i = (size_t)((uint64_t)(uintptr_t)doc * 0x9e3779b97f4a7c15u >> 32) & (cap - 1);

	while (slots[i].doc && slots[i].doc != doc)
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

const struct buf *wire_cache_get(
	const struct wire_cache *c, const json_t *doc, const struct model_shape *s)
{
	const struct slot *slot = find(c->slots, c->cap, doc);

	return slot->doc && slot->shape == s ? &slot->text : NULL;
}

/* Drops what nobody else holds, and makes room for as many again as are left. */
static void sweep(struct wire_cache *c)
{
	size_t left = 0, cap = FIRST_SLOTS, old = c->cap;
	struct slot *from = c->slots;

	c->bytes = 0;
	for (size_t i = 0; i < old; i++)
		left += from[i].doc && from[i].doc->refcount > 1;
	while (cap < left * 4)
		cap *= 2;
	c->slots = xcalloc(cap, sizeof *c->slots);
	c->cap = cap;
	c->n = left;
	for (size_t i = 0; i < old; i++) {
		if (!from[i].doc)
			continue;
		if (from[i].doc->refcount <= 1) {
			release(&from[i]);
			continue;
		}
		*find(c->slots, cap, from[i].doc) = from[i];
		c->bytes += from[i].text.len + ENTRY_COST;
	}
	free(from);
}

void wire_cache_put(struct wire_cache *c, const json_t *doc, const struct model_shape *s,
	const char *text, size_t n)
{
	size_t cost = n + ENTRY_COST;
	struct slot *slot;

	if (doc->refcount <= 1 || cost > c->limit / 2)
		return;
	if (c->n * 2 >= c->cap)
		sweep(c);
	if (c->bytes + cost > c->limit) {
		sweep(c);
		if (c->bytes > c->limit / 2) /* or the next ones would sweep for nothing again */
			wire_cache_clear(c);
	}
	slot = find(c->slots, c->cap, doc);
	if (slot->doc) /* of another shape: the first one stays */
		return;
	*slot = (struct slot){.doc = json_incref((json_t *)doc), .shape = s, .text = BUF_INIT};
	buf_add(&slot->text, text, n);
	c->n++;
	c->bytes += cost;
}
