/*
 * share.c - equal strings of documents as one: "available", "x86_64" and account numbers are in
 * every image.
 *
 * A small table remembers the latest string of each hash. A value that is in it is replaced by the
 * one there; strings that occur once push each other out. No bookkeeping, and no more than the
 * table is ever held.
 */
#include "world/internal.h"

#include <string.h>

enum { LONGEST = 48 };

static size_t slot_of(const char *s, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 29) % SHARED_STRINGS;
}

/* The string to use instead of v: a new reference. */
static json_t *shared(struct world *w, json_t *v)
{
	size_t n = json_string_length(v);
	json_t **slot;

	if (n > LONGEST)
		return json_incref(v);
	slot = &w->shared[slot_of(json_string_value(v), n)];
	if (!*slot || !json_equal(*slot, v)) {
		json_decref(*slot);
		*slot = json_incref(v);
	}
	return json_incref(*slot);
}

void share_strings(struct world *w, json_t *v)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_is_object(v)) {
		json_object_foreach(v, key, member)
		{
			if (json_is_string(member))
				json_object_set_new_nocheck(v, key, shared(w, member));
			else
				share_strings(w, member);
		}
	} else if (json_is_array(v)) {
		json_array_foreach(v, i, member)
		{
			if (json_is_string(member))
				json_array_set_new(v, i, shared(w, member));
			else
				share_strings(w, member);
		}
	}
}

json_t *share_empty(struct world *w, json_t *doc)
{
	if (!doc || json_object_size(doc))
		return doc;
	if (!w->empty)
		w->empty = json_incref(doc);
	json_incref(w->empty);
	json_decref(doc);
	return w->empty;
}

void share_release(struct world *w)
{
	for (size_t i = 0; i < SHARED_STRINGS; i++)
		json_decref(w->shared[i]);
	json_decref(w->empty);
}
