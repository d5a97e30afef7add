/*
 * form.h - an application/x-www-form-urlencoded text, or a query string, as pairs. Decoded texts
 * stand in one buffer, each ended by a NUL; they may hold NULs and anything else themselves.
 */
#ifndef WIRE_FORM_H
#define WIRE_FORM_H

#include "base/mem.h"
#include "wire/wire.h"

enum { FORM_MOST = 20000 }; /* pairs; the largest request EC2 takes has a few thousand */

struct form_text {
	size_t at, n; /* in the store */
};

struct form_pair {
	struct form_text key, value;
};

struct form {
	struct buf store;
	struct form_pair *pairs;
	size_t n, cap;
};
#define FORM_INIT                                                                                  \
	{                                                                                          \
		.store = BUF_INIT                                                                  \
	}

/* Adds the pairs of a text. False: more than FORM_MOST. */
bool form_read(struct form *f, const char *s, size_t n);
void form_release(struct form *f);
/* The last value of a key; NULL: none. */
const char *form_find(const struct form *f, const char *key);

static inline const char *form_key(const struct form *f, size_t i)
{
	return f->store.s + f->pairs[i].key.at;
}

static inline const char *form_value(const struct form *f, size_t i)
{
	return f->store.s + f->pairs[i].value.at;
}

#endif
