/* world.c - shelves of documents; see world.h. The journal is in journal.c, time in clock.c. */
#include "world/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- shelves ---- */

/* No part of a place holds a newline, so the joined key is unambiguous. */
static void join_place(struct buf *out, struct place_of in)
{
	buf_addf(out, "%s\n%s\n%s", in.account, in.region, in.kind);
}

struct shelf *shelf_find(const struct world *w, struct place_of in)
{
	struct buf key = BUF_INIT;
	struct shelf *shelf;

	join_place(&key, in);
	shelf = map_get(&w->shelves, key.s);
	buf_release(&key);
	return shelf;
}

struct shelf *shelf_make(struct world *w, struct place_of in)
{
	struct shelf *shelf = shelf_find(w, in);
	struct buf key = BUF_INIT;

	if (shelf)
		return shelf;
	join_place(&key, in);
	shelf = arena_calloc(&w->names, sizeof *shelf);
	shelf->key = arena_strndup(&w->names, key.s, key.len);
	shelf->in = (struct place_of){
		arena_strdup(&w->names, in.account),
		arena_strdup(&w->names, in.region),
		arena_strdup(&w->names, in.kind),
	};
	map_add(&w->shelves, shelf->key, shelf);
	ARRAY_GROW(w->shelf_list, w->n_shelves, w->cap_shelves);
	w->shelf_list[w->n_shelves++] = shelf;
	buf_release(&key);
	return shelf;
}

struct entry *shelf_get(const struct shelf *s, const char *id)
{
	return s ? map_get(&s->by_id, id) : NULL;
}

/* New resources come last; one that undo brings back takes its old place. */
static void link_entry(struct shelf *s, struct entry *e)
{
	struct entry *before = s->last;

	while (before && before->order > e->order)
		before = before->previous;
	e->previous = before;
	e->next = before ? before->next : s->first;
	*(e->next ? &e->next->previous : &s->last) = e;
	*(before ? &before->next : &s->first) = e;
	s->len++;
}

static void unlink_entry(struct shelf *s, struct entry *e)
{
	*(e->previous ? &e->previous->next : &s->first) = e->next;
	*(e->next ? &e->next->previous : &s->last) = e->previous;
	s->len--;
}

static void entry_free(struct entry *e)
{
	json_decref(e->doc);
	free(e->id);
	free(e);
}

void entry_set(struct world *w, struct shelf *s, const char *id, json_t *doc, uint64_t order)
{
	struct entry *e = shelf_get(s, id);

	if (!doc) {
		if (e) {
			map_remove(&s->by_id, id);
			unlink_entry(s, e);
			entry_free(e);
		}
		return;
	}
	if (!e) {
		e = xcalloc(1, sizeof *e);
		*e = (struct entry){.shelf = s, .id = xstrdup(id)};
		e->order = order ? order : ++w->counters.order;
		map_add(&s->by_id, e->id, e);
		link_entry(s, e);
	}
	json_decref(e->doc);
	e->doc = doc;
	timer_note(w, s, e->id, doc);
}

static void shelf_release(struct shelf *s)
{
	for (struct entry *e = s->first, *next; e; e = next) {
		next = e->next;
		entry_free(e);
	}
	map_release(&s->by_id);
}

/* ---- the world ---- */

struct world *world_new(const struct world_options *o)
{
	struct world *w = xcalloc(1, sizeof *w);

	w->counters = (struct counters){.now = o->start_ms, .random = o->seed};
	w->timer_fn = o->timer;
	w->ctx = o->ctx;
	return w;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n_shelves; i++)
		shelf_release(w->shelf_list[i]);
	for (size_t i = 0; i < w->n_steps; i++)
		step_release(&w->steps[i]);
	step_release(&w->open);
	timers_release(w);
	free(w->steps);
	free(w->shelf_list);
	map_release(&w->shelves);
	arena_release(&w->names);
	free(w);
}

json_t *world_get(const struct world *w, struct place_of in, const char *id)
{
	struct entry *e = shelf_get(shelf_find(w, in), id);

	return e ? e->doc : NULL;
}

static void fill(struct resource *out, const struct entry *e)
{
	*out = (struct resource){e->shelf->in, e->id, e->doc, e->order};
}

bool world_find(const struct world *w, const char *kind, const char *id, struct resource *out)
{
	for (size_t i = 0; i < w->n_shelves; i++) {
		struct shelf *s = w->shelf_list[i];
		struct entry *e = strcmp(s->in.kind, kind) == 0 ? shelf_get(s, id) : NULL;

		if (e) {
			fill(out, e);
			return true;
		}
	}
	return false;
}

bool world_next(
	const struct world *w, struct place_of in, struct world_cursor *c, struct resource *out)
{
	const struct entry *e = c->at;
	const struct shelf *s;

	if (c->begun) {
		e = e ? e->next : NULL;
	} else {
		s = shelf_find(w, in);
		e = s ? s->first : NULL;
		c->begun = true;
	}
	c->at = e;
	if (e)
		fill(out, e);
	return e != NULL;
}

size_t world_count(const struct world *w, struct place_of in)
{
	const struct shelf *s = shelf_find(w, in);

	return s ? s->len : 0;
}

/* ---- keeping ---- */

static int by_order(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	return x->order < y->order ? -1 : x->order > y->order;
}

static struct entry **all_entries(const struct world *w, size_t *n)
{
	struct entry **all;

	*n = 0;
	for (size_t i = 0; i < w->n_shelves; i++)
		*n += w->shelf_list[i]->len;
	all = xcalloc(*n, sizeof(struct entry *));
	*n = 0;
	for (size_t i = 0; i < w->n_shelves; i++)
		for (struct entry *e = w->shelf_list[i]->first; e; e = e->next)
			all[(*n)++] = e;
	if (*n)
		qsort(all, *n, sizeof(struct entry *), by_order);
	return all;
}

void world_write(const struct world *w, struct buf *out)
{
	size_t n;
	struct entry **all = all_entries(w, &n);

	buf_addf(out,
		"{\"format\":1,\"now\":%lld,\"random\":\"%llx\",\"order\":%llu,\"resources\":[",
		(long long)w->counters.now, (unsigned long long)w->counters.random,
		(unsigned long long)w->counters.order);
	for (size_t i = 0; i < n; i++) {
		const struct entry *e = all[i];
		json_t *row =
			json_pack("[s, s, s, s, I, O]", e->shelf->in.account, e->shelf->in.region,
				e->shelf->in.kind, e->id, (json_int_t)e->order, e->doc);
		char *text = json_dumps(row, JSON_COMPACT | JSON_SORT_KEYS);

		buf_addf(out, "%s\n%s", i ? "," : "", text);
		free(text);
		json_decref(row);
	}
	buf_adds(out, "\n]}\n");
	free(all);
}

static bool read_row(struct world *w, json_t *row)
{
	struct place_of in;
	const char *id;
	json_int_t order;
	json_t *doc;

	if (json_unpack(row, "[s, s, s, s, I, o!]", &in.account, &in.region, &in.kind, &id, &order,
		    &doc) != 0 ||
		!json_is_object(doc) || order <= 0 || (uint64_t)order > w->counters.order)
		return false;
	if (world_get(w, in, id))
		return false;
	entry_set(w, shelf_make(w, in), id, json_incref(doc), (uint64_t)order);
	return true;
}

bool world_read(struct world *w, const char *bytes, size_t n)
{
	json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL), *rows = NULL, *row;
	json_int_t format = 0, now = 0, order = 0;
	const char *random = "";
	struct counters fresh = w->counters;
	bool ok;
	size_t i;

	ok = root &&
	     json_unpack(root, "{s:I, s:I, s:s, s:I, s:o}", "format", &format, "now", &now,
		     "random", &random, "order", &order, "resources", &rows) == 0 &&
	     format == 1 && order >= 0 && json_is_array(rows);
	if (ok) {
		w->counters = (struct counters){now, strtoull(random, NULL, 16), (uint64_t)order};
		json_array_foreach(rows, i, row) ok = ok && read_row(w, row);
	}
	if (!ok) {
		for (i = 0; i < w->n_shelves; i++) {
			shelf_release(w->shelf_list[i]);
			*w->shelf_list[i] = (struct shelf){
				.key = w->shelf_list[i]->key, .in = w->shelf_list[i]->in};
		}
		timers_release(w);
		w->counters = fresh;
	}
	json_decref(root);
	return ok;
}
