/*
 * finish.c - what needs everything to be read: where shapes are used, names, sorted orders.
 */
#include "model/generate/tables.h"

#include "model/generate/names.h"

#include <stdlib.h>
#include <string.h>

/* --- uses --- */

static void mark(struct tables *t, uint16_t index, uint8_t use)
{
	struct model_shape *s = index == MODEL_NONE ? NULL : &t->shapes.v[index];
	size_t i;

	if (!s || s->uses & use)
		return;
	s->uses |= use;
	mark(t, s->element, use);
	for (i = 0; i < s->members.n; i++)
		mark(t, t->members.v[s->members.first + i].shape, use);
}

void mark_uses(struct tables *t)
{
	size_t i;

	for (i = 0; i < t->operations.n; i++) {
		mark(t, t->operations.v[i].input, MODEL_IN);
		mark(t, t->operations.v[i].output, MODEL_OUT);
	}
	for (i = 0; i < t->shapes.n; i++)
		if (!t->shapes.v[i].uses && t->shape_at.v[i].node)
			complain(t->shape_at.v[i], 0, "no operation has any use for '%s'",
				tables_string(t, t->shapes.v[i].name));
}

/* --- names --- */

/*
 * The wire names that were not given. Protocol ec2: small letter in answers; in requests the wire
 * name with a capital. Elsewhere both are the member's own name.
 */
static void name_wires(struct tables *t, struct model_member *m, uint8_t protocol, uint8_t uses)
{
	bool ec2 = protocol == MODEL_EC2;
	struct buf name = BUF_INIT;

	if (!m->wire && ec2)
		name_small(&name, tables_string(t, m->name));
	if (!m->wire)
		m->wire = ec2 ? tables_text(t, name.s) : m->name;
	if (!m->query && ec2)
		name_capital(&name, tables_string(t, m->wire));
	if (!m->query)
		m->query = ec2 ? tables_text(t, name.s) : m->wire;
	if (!(uses & MODEL_IN))
		m->query = 0;
	if (!(uses & MODEL_OUT))
		m->wire = 0;
	buf_release(&name);
}

static void check_differ(struct tables *t, const struct model_member *a,
	const struct model_member *b, struct place at)
{
	static const char text[] = "the %s name '%s' is that of '%s' too";
	const char *other = tables_string(t, b->name);

	if (a->cli == b->cli)
		complain(at, 0, text, "CLI's", tables_string(t, a->cli), other);
	if (a->location != b->location)
		return;
	if (a->wire && a->wire == b->wire)
		complain(at, 0, text, "wire", tables_string(t, a->wire), other);
	if (a->query && a->query == b->query)
		complain(at, 0, text, "request's", tables_string(t, a->query), other);
}

static void check_item(
	const struct model_member *m, uint8_t protocol, uint8_t uses, struct place at)
{
	bool xml = protocol == MODEL_EC2 || protocol == MODEL_QUERY;

	if (m->item && !(xml && uses & MODEL_OUT))
		complain(at, 0, "no answer in XML has this list");
}

static void name_structure(struct tables *t, const struct model_shape *s, uint8_t protocol)
{
	size_t i, k;

	for (i = s->members.first; i < (size_t)s->members.first + s->members.n; i++) {
		t->members.v[i].cli = tables_cli(t, tables_string(t, t->members.v[i].name));
		name_wires(t, &t->members.v[i], protocol, s->uses);
		check_item(&t->members.v[i], protocol, s->uses, t->member_at.v[i]);
		for (k = s->members.first; k < i; k++)
			check_differ(t, &t->members.v[i], &t->members.v[k], t->member_at.v[i]);
	}
}

void name_members(struct tables *t)
{
	const struct model_service *s;
	size_t i, k;

	for (i = 0; i < t->services.n; i++) {
		s = &t->services.v[i];
		for (k = 0; k < s->shapes.n; k++)
			name_structure(t, &t->shapes.v[s->shapes.first + k], s->protocol);
	}
}

/* --- sorted orders --- */

/* A run of places, sorted by the texts of what lies there. */
struct sorting {
	const struct tables *t;
	uint32_t (*text)(const struct tables *, size_t);
	size_t first; /* added to a place */
};

static int by_text(const void *a, const void *b, void *context)
{
	const struct sorting *s = context;
	uint32_t x = s->text(s->t, s->first + *(const uint16_t *)a);
	uint32_t y = s->text(s->t, s->first + *(const uint16_t *)b);

	return strcmp(tables_string(s->t, x), tables_string(s->t, y));
}

/* Writes the n places from `first` on in sorted order to `order`. */
static void sort_run(const struct tables *t, uint32_t (*text)(const struct tables *, size_t),
	size_t first, size_t n, uint16_t *order)
{
	struct sorting s = {t, text, first};
	size_t i;

	for (i = 0; i < n; i++)
		order[i] = (uint16_t)i;
	if (n)
		qsort_r(order, n, sizeof *order, by_text, &s);
}

static void sort_small(const struct tables *t, uint32_t (*text)(const struct tables *, size_t),
	struct model_span span, uint8_t *order)
{
	uint16_t wide[UINT8_MAX + 1] = {0};
	size_t i;

	sort_run(t, text, span.first, span.n, wide);
	for (i = 0; i < span.n; i++)
		order[span.first + i] = (uint8_t)wide[i];
}

static uint32_t member_name(const struct tables *t, size_t i)
{
	return t->members.v[i].name;
}

static uint32_t member_cli(const struct tables *t, size_t i)
{
	return t->members.v[i].cli;
}

static uint32_t member_wire(const struct tables *t, size_t i)
{
	return t->members.v[i].wire;
}

static uint32_t member_query(const struct tables *t, size_t i)
{
	return t->members.v[i].query;
}

static uint32_t value_text(const struct tables *t, size_t i)
{
	return t->values.v[i];
}

static uint32_t filter_text(const struct tables *t, size_t i)
{
	return t->filters.v[i];
}

static uint32_t shape_text(const struct tables *t, size_t i)
{
	return t->shapes.v[i].name;
}

static uint32_t command_text(const struct tables *t, size_t i)
{
	return t->known.v[i].cli;
}

static int by_known_name(const void *a, const void *b, void *tables)
{
	const struct tables *t = tables;
	const struct model_known *x = a, *y = b;
	int order = strcmp(tables_string(t, x->name), tables_string(t, y->name));

	return order ? order : strcmp(tables_string(t, x->cli), tables_string(t, y->cli));
}

static int by_top_name(const void *a, const void *b, void *tables)
{
	const struct model_top *x = a, *y = b;

	return strcmp(tables_string(tables, x->name), tables_string(tables, y->name));
}

/* Known names are sorted themselves; commands are indices of those that have one. */
static void sort_known(struct tables *t, struct model_service *s)
{
	uint16_t *order = xcalloc(s->known.n + 1, sizeof *order);
	size_t i, first = t->commands.n;
	uint16_t at;

	if (s->known.n)
		qsort_r(&t->known.v[s->known.first], s->known.n, sizeof *t->known.v, by_known_name,
			t);
	sort_run(t, command_text, s->known.first, s->known.n, order);
	for (i = 0; i < s->known.n; i++) {
		at = (uint16_t)(s->known.first + order[i]);
		if (t->known.v[at].cli)
			PUSH(t->commands, at);
	}
	s->commands = (struct model_span){(uint16_t)first, (uint16_t)(t->commands.n - first)};
	free(order);
}

static void sort_service(struct tables *t, struct model_service *s)
{
	size_t i;

	sort_known(t, s);
	sort_run(t, shape_text, s->shapes.first, s->shapes.n, &t->shapes_by[s->shapes.first]);
	for (i = 0; i < s->shapes.n; i++)
		t->shapes_by[s->shapes.first + i] += s->shapes.first;
}

void sort_tables(struct tables *t)
{
	static uint32_t (*const orders[])(const struct tables *, size_t) = {
		member_name, member_cli, member_wire, member_query}; /* as enum model_by */
	size_t i, k;

	t->members_by = xcalloc(ARRAY_LEN(orders), t->members.n + 1);
	t->values_by = xcalloc(t->values.n + 1, sizeof *t->values_by);
	t->shapes_by = xcalloc(t->shapes.n + 1, sizeof *t->shapes_by);
	t->filters_by = xcalloc(t->filters.n + 1, 1);
	for (i = 0; i < t->shapes.n; i++)
		for (k = 0; k < ARRAY_LEN(orders); k++)
			sort_small(t, orders[k], t->shapes.v[i].members,
				t->members_by + k * t->members.n);
	for (i = 0; i < t->enums.n; i++)
		sort_run(t, value_text, t->enums.v[i].values.first, t->enums.v[i].values.n,
			&t->values_by[t->enums.v[i].values.first]);
	for (i = 0; i < t->operations.n; i++)
		sort_small(t, filter_text, t->operations.v[i].filters, t->filters_by);
	for (i = 0; i < t->services.n; i++)
		sort_service(t, &t->services.v[i]);
	if (t->tops.n)
		qsort_r(t->tops.v, t->tops.n, sizeof *t->tops.v, by_top_name, t);
}
