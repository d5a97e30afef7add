/*
 * model.c - look-ups: binary searches over the constant tables; see model.h.
 */
#include "model/model.h"

#include <string.h>

/* How n bytes at `name` stand to the text, as strcmp would say. */
static int compare(const char *name, size_t n, uint32_t text)
{
	const char *have = model_text(text);
	size_t m = strlen(have);
	int order = memcmp(name, have, n < m ? n : m);

	return order ? order : (n > m) - (n < m);
}

/*
 * The search itself: text_at tells the text of the i-th of n in sorted order. Answers the place in
 * that order, or -1.
 */
typedef uint32_t text_at(const void *where, size_t i);

static long search(const char *name, size_t len, text_at *at, const void *where, size_t n)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(name, len, at(where, middle));

		if (!order)
			return (long)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

static uint32_t top_at(const void *where, size_t i)
{
	return ((const struct model_top *)where)[i].name;
}

const struct model_top *model_find_top(const char *word)
{
	long i = search(word, strlen(word), top_at, model_tops, model_counts.tops);

	return i < 0 ? NULL : &model_tops[i];
}

/* There are a handful: the shortest way is the quickest. */
const struct model_service *model_find_service(const char *name)
{
	size_t i;

	for (i = 0; i < model_counts.services; i++)
		if (!strcmp(name, model_text(model_services[i].name)))
			return &model_services[i];
	return NULL;
}

static uint32_t known_at(const void *where, size_t i)
{
	return ((const struct model_known *)where)[i].name;
}

const struct model_known *model_find_known(const struct model_service *s, const char *api_name)
{
	const struct model_known *first = &model_known[s->known.first];
	long i = *api_name ? search(api_name, strlen(api_name), known_at, first, s->known.n) : -1;

	return i < 0 ? NULL : &first[i];
}

static uint32_t command_at(const void *where, size_t i)
{
	return model_known[((const uint16_t *)where)[i]].cli;
}

const struct model_known *model_find_command(const struct model_service *s, const char *cli)
{
	const uint16_t *first = &model_commands[s->commands.first];
	long i = search(cli, strlen(cli), command_at, first, s->commands.n);

	return i < 0 ? NULL : &model_known[first[i]];
}

const struct model_operation *model_find_operation(const char *service, const char *api_name)
{
	const struct model_service *s = model_find_service(service);
	const struct model_known *k = s ? model_find_known(s, api_name) : NULL;

	return k && k->operation != MODEL_NONE ? &model_operations[k->operation] : NULL;
}

static uint32_t shape_at(const void *where, size_t i)
{
	return model_shapes[((const uint16_t *)where)[i]].name;
}

const struct model_shape *model_find_shape(const struct model_service *s, const char *name)
{
	const uint16_t *first = &model_shapes_by[s->shapes.first];
	long i = search(name, strlen(name), shape_at, first, s->shapes.n);
	const struct model_shape *shape = i < 0 ? NULL : &model_shapes[first[i]];

	if (!shape || (shape->kind != MODEL_STRUCTURE && shape->enumeration == MODEL_NONE))
		return NULL;
	return shape;
}

const struct model_waiter *model_find_waiter(const struct model_service *s, const char *name)
{
	const struct model_waiter *w = &model_waiters[s->waiters.first];
	size_t i;

	for (i = 0; i < s->waiters.n; i++, w++)
		if (!strcmp(name, model_text(w->name)) || !strcmp(name, model_text(w->cli)))
			return w;
	return NULL;
}

const struct model_option *model_find_option(const char *name)
{
	size_t i;

	for (i = 0; i < model_counts.options; i++)
		if (!strcmp(name, model_text(model_options[i].name)))
			return &model_options[i];
	return NULL;
}

static uint32_t member_text(const struct model_member *m, enum model_by by)
{
	switch (by) {
	case MODEL_BY_CLI:
		return m->cli;
	case MODEL_BY_WIRE:
		return m->wire;
	case MODEL_BY_QUERY:
		return m->query;
	case MODEL_BY_NAME:
		break;
	}
	return m->name;
}

/* The hot one (every key of every request and answer), so it is written out. */
const struct model_member *model_find_member(
	const struct model_shape *s, enum model_by by, const char *name, size_t n)
{
	const struct model_member *members = &model_members[s->members.first];
	const uint8_t *order = &model_members_by[by * model_counts.members + s->members.first];
	size_t low = 0, high = n ? s->members.n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct model_member *m = &members[order[middle]];
		int found = compare(name, n, member_text(m, by));

		if (!found)
			return m;
		if (found < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

struct value_order {
	const uint32_t *values;
	const uint16_t *order;
};

static uint32_t value_at(const void *where, size_t i)
{
	const struct value_order *o = where;

	return o->values[o->order[i]];
}

bool model_has_value(const struct model_enum *e, const char *value)
{
	struct value_order o = {&model_values[e->values.first], &model_values_by[e->values.first]};

	return search(value, strlen(value), value_at, &o, e->values.n) >= 0;
}

struct filter_order {
	const uint32_t *filters;
	const uint8_t *order;
};

static uint32_t filter_at(const void *where, size_t i)
{
	const struct filter_order *o = where;

	return o->filters[o->order[i]];
}

int model_find_filter(const struct model_operation *op, const char *name)
{
	static const char any_tag[] = "tag:<key>";
	struct filter_order o = {
		&model_filters[op->filters.first], &model_filters_by[op->filters.first]};
	long i = search(name, strlen(name), filter_at, &o, op->filters.n);

	if (i < 0 && !strncmp(name, "tag:", 4) && name[4])
		i = search(any_tag, sizeof any_tag - 1, filter_at, &o, op->filters.n);
	return i < 0 ? -1 : o.order[i];
}
