/*
 * mem.h - allocation that cannot fail, and an arena for things that live and die together.
 *
 * Running out of memory is reported and ends the program in one place (mem_exhausted), so no
 * caller checks for NULL. What must be bounded (a hostile file, say) is bounded before it is
 * allocated, never by hoping that malloc refuses.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

_Noreturn void mem_exhausted(size_t wanted);

void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size); /* zeroed; the product is checked */
void *xrealloc(void *p, size_t n);
void *xreallocarray(void *p, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n); /* copies at most n bytes and a NUL */

/* Makes room for one more element in a growing array; `cap` is in elements. */
#define ARRAY_GROW(ptr, len, cap)                                                                  \
	do {                                                                                       \
		if ((len) >= (cap)) {                                                              \
			(cap) = (cap) ? (cap)*2 : 8;                                               \
			(ptr) = xreallocarray((ptr), (cap), sizeof *(ptr));                        \
		}                                                                                  \
	} while (0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof(a)[0])

/*
 * An arena hands out memory that is freed all at once. Pointers stay valid until arena_release.
 * A zeroed struct is an empty arena.
 */
struct arena_block;
struct arena {
	struct arena_block *head;
	size_t total; /* bytes handed out, for limits and for reports */
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);
void *arena_alloc(struct arena *a, size_t n); /* aligned for any type, not zeroed */
void *arena_calloc(struct arena *a, size_t n);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);

#endif
