/*
 * memory.c - see memory.h. One range of addresses is reserved (not used) at the start; it is cut
 * into chunks, each with parts of one size. So a part's chunk follows from its address, and what
 * lies outside the range is malloc's. A chunk without parts in use is given back to the system, all
 * of it: which ones are empty is noted elsewhere.
 */
#include "app/memory.h"

#include <jansson.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
	GRAIN = 16,
	LARGEST = 512,
	CLASSES = LARGEST / GRAIN,
	CHUNK = 64 * 1024,
};

#define RANGE ((size_t)64 << 30)

struct part {
	struct part *next;
};

struct chunk {
	struct chunk *next, *previous; /* among those of its class with room */
	struct part *free;             /* parts that were in use once */
	uint32_t fresh;                /* where parts begin that never were */
	uint32_t used;                 /* parts */
	uint32_t size;                 /* of a part */
	bool listed;
};

static struct {
	char *begin, *fresh;              /* the range; what was never a chunk */
	struct chunk *with_room[CLASSES]; /* first of each list */
	struct chunk **empty;             /* a stack */
	size_t n_empty, cap_empty;
} pool;

static void list(struct chunk *c)
{
	struct chunk **first = &pool.with_room[c->size / GRAIN - 1];

	c->listed = true;
	c->previous = NULL;
	c->next = *first;
	if (c->next)
		c->next->previous = c;
	*first = c;
}

static void unlist(struct chunk *c)
{
	c->listed = false;
	*(c->previous ? &c->previous->next : &pool.with_room[c->size / GRAIN - 1]) = c->next;
	if (c->next)
		c->next->previous = c->previous;
}

static struct chunk *new_chunk(uint32_t size)
{
	struct chunk *c;

	if (pool.n_empty) {
		c = pool.empty[--pool.n_empty];
	} else {
		if (pool.fresh + CHUNK > pool.begin + RANGE)
			return NULL;
		c = (struct chunk *)(void *)pool.fresh;
		pool.fresh += CHUNK;
	}
	*c = (struct chunk){.size = size, .fresh = (sizeof *c + GRAIN - 1) / GRAIN * GRAIN};
	list(c);
	return c;
}

static bool has_room(const struct chunk *c)
{
	return c->free || c->fresh + c->size <= CHUNK;
}

static void *pool_alloc(size_t n)
{
	uint32_t size = n ? (uint32_t)((n + GRAIN - 1) / GRAIN * GRAIN) : GRAIN;
	struct chunk *c;
	void *part;

	if (n > LARGEST)
		return malloc(n);
	c = pool.with_room[size / GRAIN - 1];
	if (!c && !(c = new_chunk(size)))
		return malloc(n);
	if (c->free) {
		part = c->free;
		c->free = c->free->next;
	} else {
		part = (char *)c + c->fresh;
		c->fresh += size;
	}
	c->used++;
	if (!has_room(c))
		unlist(c);
	return part;
}

/* Room for a note of one more empty chunk. Without memory for that it stays as it is. */
static bool can_note(void)
{
	size_t cap = pool.cap_empty ? pool.cap_empty * 2 : 64;
	struct chunk **more;

	if (pool.n_empty < pool.cap_empty)
		return true;
	more = realloc(pool.empty, cap * sizeof(struct chunk *));
	if (!more)
		return false;
	pool.empty = more;
	pool.cap_empty = cap;
	return true;
}

static void give_back(struct chunk *c)
{
	if (!can_note())
		return;
	unlist(c);
	madvise(c, CHUNK, MADV_DONTNEED);
	pool.empty[pool.n_empty++] = c;
}

static void pool_free(void *p)
{
	uintptr_t offset = (uintptr_t)p - (uintptr_t)pool.begin;
	struct chunk *c;

	if (offset >= RANGE) { /* before the range too, as it wraps around */
		free(p);
		return;
	}
	c = (struct chunk *)(void *)(pool.begin + offset / CHUNK * CHUNK);
	((struct part *)p)->next = c->free;
	c->free = p;
	c->used--;
	if (!c->listed)
		list(c);
	/* one chunk of a class stays, or a part taken and freed in turn would cost a system call
	 * each */
	if (!c->used && (c->next || c->previous))
		give_back(c);
}

#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif

void memory_give_back(void)
{
#ifndef WATCHED
	malloc_trim(0);
#endif
}

void memory_for_documents(void)
{
#ifndef WATCHED
	void *range = mmap(NULL, RANGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (range == MAP_FAILED) /* a limit on addresses: malloc does as well, with more memory */
		return;
	pool.begin = pool.fresh = range;
	json_set_alloc_funcs(pool_alloc, pool_free);
#endif
	(void)pool_alloc;
	(void)pool_free;
}
