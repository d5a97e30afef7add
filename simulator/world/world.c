/* world.c - shelves of documents; see world.h. The journal is in journal.c, time in clock.c,
 * keeping in keep.c. */
#include "world/internal.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- shelves ---- */

/* No part of a place holds a newline, so the joined key is unambiguous. */
static void join_place(struct buf *out, struct place_of in)
{
	buf_addf(out, "%s\n%s\n%s", in.account, in.region, in.kind);
}

static bool is_at(const struct shelf *s, struct place_of in)
{
	return strcmp(s->in.kind, in.kind) == 0 && strcmp(s->in.account, in.account) == 0 &&
	       strcmp(s->in.region, in.region) == 0;
}

/* Where in `recent` a place would be: places that are asked for in turn differ in kind or account.
 */
static size_t recent_slot(struct place_of in)
{
	size_t account = strlen(in.account), kind = strlen(in.kind);

	return (kind * 5 + (kind ? (unsigned char)in.kind[kind / 2] : 0) +
		       (account ? (unsigned char)in.account[0] : 0)) %
	       RECENT_SHELVES;
}

static struct shelf *shelf_known(const struct world *w, struct place_of in)
{
	struct shelf **recent = &w->recent[recent_slot(in)], *shelf = *recent;
	struct buf key = BUF_INIT;

	if (shelf && is_at(shelf, in))
		return shelf;
	join_place(&key, in);
	shelf = map_get(&w->shelves, key.s);
	buf_release(&key);
	if (shelf)
		*recent = shelf;
	return shelf;
}

static struct shelf *shelf_new(struct world *w, struct place_of in)
{
	struct buf key = BUF_INIT;
	struct shelf *shelf = arena_calloc(&w->names, sizeof *shelf);

	join_place(&key, in);
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

struct shelf *shelf_make(struct world *w, struct place_of in)
{
	struct shelf *shelf = shelf_known(w, in);

	if (!shelf)
		shelf = shelf_new(w, in);
	if (!shelf->born) {
		shelf->born = true;
		if (w->options.genesis)
			w->options.genesis(w->options.ctx, w, shelf->in);
	}
	return shelf;
}

struct shelf *shelf_find(const struct world *w, struct place_of in)
{
	/* asking genesis changes nothing that can be seen */
	if (w->options.genesis)
		return shelf_make((struct world *)(uintptr_t)w, in);
	return shelf_known(w, in);
}

struct entry *shelf_get(const struct shelf *s, const char *id)
{
	return s ? map_get(&s->by_id, id) : NULL;
}

/* ---- entries ---- */

json_t *entry_doc(struct entry *e)
{
	if (e && e->text) {
		e->doc = json_read(e->text, e->text_length);
		if (!e->doc) /* it was checked when it was written; an object keeps everybody safe
			      */
			e->doc = json_object();
		free(e->text);
		e->text = NULL;
	}
	return e ? e->doc : NULL;
}

/* New resources come last; one that undo brings back takes its old place. */
void entry_link(struct entry *e)
{
	struct shelf *s = e->shelf;
	struct entry *before = s->last;

	while (before && before->order > e->order)
		before = before->previous;
	e->previous = before;
	e->next = before ? before->next : s->first;
	*(e->next ? &e->next->previous : &s->last) = e;
	*(before ? &before->next : &s->first) = e;
	s->len++;
}

static void entry_unlink(struct entry *e)
{
	struct shelf *s = e->shelf;

	*(e->previous ? &e->previous->next : &s->first) = e->next;
	*(e->next ? &e->next->previous : &s->last) = e->previous;
	s->len--;
}

struct entry *entry_new(struct shelf *s, const char *id, uint64_t order)
{
	struct entry *e = xcalloc(1, sizeof *e);

	*e = (struct entry){.shelf = s, .id = xstrdup(id), .order = order};
	map_add(&s->by_id, e->id, e);
	return e;
}

static void entry_free(struct entry *e)
{
	json_decref(e->doc);
	json_decref(e->birth);
	free(e->text);
	free(e->id);
	free(e);
}

static void entry_remove(struct entry *e)
{
	if (entry_lives(e))
		entry_unlink(e);
	if (e->birth) {
		json_decref(e->doc);
		free(e->text);
		e->doc = NULL;
		e->text = NULL;
		return;
	}
	map_remove(&e->shelf->by_id, e->id);
	entry_free(e);
}

void entry_set(struct world *w, struct shelf *s, const char *id, json_t *doc, uint64_t order)
{
	struct entry *e = shelf_get(s, id);

	dirty_add(w, s, id);
	if (!doc) {
		if (e)
			entry_remove(e);
		return;
	}
	if (!e)
		e = entry_new(s, id, order ? order : ++w->counters.order);
	if (!entry_lives(e))
		entry_link(e);
	if (e->birth && doc != e->birth &&
		json_equal(doc, e->birth)) { /* as it was: not our own any more */
		json_decref(doc);
		doc = json_incref(e->birth);
	}
	json_decref(e->doc);
	free(e->text);
	e->text = NULL;
	e->doc = doc;
	timer_note(w, s, e->id, doc);
}

static void free_entry(const char *id, void *entry)
{
	(void)id;
	entry_free(entry);
}

void shelf_release(struct shelf *s)
{
	map_each(&s->by_id, free_entry);
	map_release(&s->by_id);
	s->first = s->last = NULL;
	s->len = 0;
}

void world_give(struct world *w, struct place_of in, const char *id, json_t *doc)
{
	struct shelf *s = shelf_known(w, in);
	struct entry *e = s ? shelf_get(s, id) : NULL;
	uint64_t order = s ? ++s->births : 0;

	if (!s || (e && e->birth)) {
		json_decref(doc);
		return;
	}
	if (e) { /* a row of the store came first: it tells what has become of this */
		e->birth = doc;
		return;
	}
	e = entry_new(s, id, order);
	e->doc = json_incref(doc);
	e->birth = doc;
	entry_link(e);
}

/* ---- the world ---- */

struct world *world_new(const struct world_options *o)
{
	struct world *w = xcalloc(1, sizeof *w);

	w->counters =
		(struct counters){.now = o->start_ms, .random = o->seed, .order = FIRST_ORDER};
	w->options = *o;
	w->recent = xcalloc(RECENT_SHELVES, sizeof(struct shelf *));
	w->remember = WORLD_STEPS;
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
	dirty_clear(w);
	share_release(w);
	free(w->dirty);
	free(w->steps);
	free(w->shelf_list);
	free(w->recent);
	map_release(&w->shelves);
	arena_release(&w->names);
	free(w);
}

json_t *world_get(const struct world *w, struct place_of in, const char *id)
{
	return entry_doc(shelf_get(shelf_find(w, in), id));
}

static void fill(struct resource *out, struct entry *e)
{
	*out = (struct resource){e->shelf->in, e->id, entry_doc(e), e->order};
}

uint64_t world_seed(const struct world *w)
{
	return w->options.seed;
}

int64_t world_start(const struct world *w)
{
	return w->options.start_ms;
}

bool world_find(const struct world *w, const char *kind, const char *id, struct resource *out)
{
	for (size_t i = 0; i < w->n_shelves; i++) {
		struct shelf *s = w->shelf_list[i];
		struct entry *e = strcmp(s->in.kind, kind) == 0 ? shelf_get(s, id) : NULL;

		if (entry_lives(e)) {
			fill(out, e);
			return true;
		}
	}
	return false;
}

bool world_next(
	const struct world *w, struct place_of in, struct world_cursor *c, struct resource *out)
{
	struct entry *e = c->at;
	const struct shelf *s;

	if (c->begun) {
		e = e ? e->next : NULL;
	} else {
		s = shelf_find(w, in);
		e = s ? s->first : NULL;
		c->begun = true;
	}
	c->at = e;
	if (!e)
		return false;
	if (e->next) /* a walk of 100,000 waits for memory, not for arithmetic */
		__builtin_prefetch(e->next->doc);
	fill(out, e);
	return true;
}

size_t world_count(const struct world *w, struct place_of in)
{
	const struct shelf *s = shelf_find(w, in);

	return s ? s->len : 0;
}

bool world_each(
	const struct world *w, const char *kind, struct world_walk *walk, struct resource *out)
{
	struct entry *e = walk->at;

	e = e ? e->next : NULL;
	while (!e && walk->place < w->n_shelves) {
		const struct shelf *s = w->shelf_list[walk->place++];

		e = strcmp(s->in.kind, kind) == 0 ? s->first : NULL;
	}
	walk->at = e;
	if (!e)
		return false;
	fill(out, e);
	return true;
}

bool world_given(const struct resource *r)
{
	return r->order < FIRST_ORDER;
}
