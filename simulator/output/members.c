/* members.c - see members.h. */
#include "output/members.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* jansson's iterators want an object that may be changed; nothing here changes one. */
bool member_next(struct member_iter *i, const json_t *object)
{
	json_t *o = (json_t *)object;

	i->at = i->at ? json_object_iter_next(o, i->at) : json_object_iter(o);
	if (!i->at)
		return false;
	i->member.key = json_object_iter_key(i->at);
	i->member.n = json_object_iter_key_len(i->at);
	i->member.value = json_object_iter_value(i->at);
	return true;
}

void members_add(struct members *m, const struct member *member)
{
	ARRAY_GROW(m->list, m->len, m->cap);
	m->list[m->len++] = *member;
}

/* UTF-8 bytes sort as the code points do. */
static int compare(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = memcmp(a->key, b->key, a->n < b->n ? a->n : b->n);

	return order ? order : (a->n > b->n) - (a->n < b->n);
}

void members_sort(struct members *m)
{
	if (m->len)
		qsort(m->list, m->len, sizeof *m->list, compare);
}

void members_sort_unique(struct members *m)
{
	size_t kept = 0;

	members_sort(m);
	for (size_t i = 0; i < m->len; i++) {
		if (!kept || compare(&m->list[kept - 1], &m->list[i]) != 0)
			m->list[kept++] = m->list[i];
	}
	m->len = kept;
}

bool members_have(const struct members *m, const char *key, size_t n)
{
	struct member wanted = {.key = key, .n = n};

	return m->len && bsearch(&wanted, m->list, m->len, sizeof *m->list, compare);
}

void members_release(struct members *m)
{
	free(m->list);
	*m = (struct members){0};
}

struct members members_sorted(const json_t *object)
{
	struct members m = {0};
	struct member_iter i = {0};

	while (member_next(&i, object))
		members_add(&m, &i.member);
	members_sort(&m);
	return m;
}
