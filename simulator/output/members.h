/*
 * members.h - the members of an object, as they stand or sorted by key.
 *
 * Keys are borrowed from the object, may hold NUL bytes, and sort by code point as in Python.
 */
#ifndef OUTPUT_MEMBERS_H
#define OUTPUT_MEMBERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct member {
	const char *key;
	size_t n;      /* bytes of the key */
	json_t *value; /* borrowed */
};

/* As they stand: zero the iterator, then call until it answers false. */
struct member_iter {
	struct member member;
	void *at;
};
bool member_next(struct member_iter *i, const json_t *object);

/* Growing list of members. */
struct members {
	struct member *list;
	size_t len, cap;
};

void members_add(struct members *m, const struct member *member);
void members_sort(struct members *m);
void members_sort_unique(struct members *m); /* of equal keys, one stays */
bool members_have(const struct members *m, const char *key, size_t n); /* m is sorted */
void members_release(struct members *m);

/* All of an object, sorted; release them. */
struct members members_sorted(const json_t *object);

#endif
