/* journal.c - steps of changes: commit, abort, undo, redo; see world.h. */
#include "world/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void step_release(struct step *s)
{
	for (size_t i = 0; i < s->len; i++) {
		json_decref(s->changes[i].before);
		json_decref(s->changes[i].after);
		free(s->changes[i].id);
	}
	free(s->changes);
	free(s->label);
	map_release(&s->by_key);
	arena_release(&s->keys);
	*s = (struct step){0};
}

/* The change of this key in the open step, made if it is the key's first. */
static struct change *change_of(struct world *w, struct shelf *s, const char *id)
{
	struct step *step = &w->open;
	struct buf key = BUF_INIT;
	const struct entry *e = shelf_get(s, id);
	uintptr_t number;

	buf_addf(&key, "%s\n%s", s->key, id);
	number = (uintptr_t)map_get(&step->by_key, key.s);
	if (!number) {
		ARRAY_GROW(step->changes, step->len, step->cap);
		step->changes[step->len++] = (struct change){
			.shelf = s,
			.id = xstrdup(id),
			.before = e ? json_incref(e->doc) : NULL,
			.order = e ? e->order : 0,
		};
		number = step->len;
		map_add(&step->by_key, arena_strndup(&step->keys, key.s, key.len), (void *)number);
	}
	buf_release(&key);
	return &step->changes[number - 1];
}

void world_put(struct world *w, struct place_of in, const char *id, json_t *doc)
{
	struct shelf *s = shelf_make(w, in);
	struct change *c;

	assert(w->is_open);
	c = change_of(w, s, id);
	json_decref(c->after);
	c->after = json_incref(doc);
	entry_set(w, s, id, doc, c->order);
	if (doc)
		c->order = shelf_get(s, id)->order;
}

/* ---- steps ---- */

void world_begin(struct world *w, const char *label)
{
	assert(!w->is_open);
	w->open = (struct step){.label = xstrdup(label), .before = w->counters};
	w->is_open = true;
}

/* Sets every document of the step to what it was before (or after) it. */
static void apply(struct world *w, const struct step *s, bool before)
{
	for (size_t i = 0; i < s->len; i++) {
		const struct change *c = &s->changes[i];
		json_t *doc = before ? c->before : c->after;

		entry_set(w, c->shelf, c->id, json_incref(doc), c->order);
	}
	w->counters = before ? s->before : s->after;
}

void world_abort(struct world *w)
{
	assert(w->is_open);
	apply(w, &w->open, true);
	step_release(&w->open);
	w->is_open = false;
}

static bool changed_anything(const struct step *s)
{
	return s->len || s->before.now != s->after.now || s->before.random != s->after.random ||
	       s->before.order != s->after.order;
}

void world_commit(struct world *w)
{
	struct step *s = &w->open;

	assert(w->is_open);
	w->is_open = false;
	s->after = w->counters;
	if (!changed_anything(s)) {
		step_release(s);
		return;
	}
	map_release(&s->by_key);
	arena_release(&s->keys);
	while (w->n_steps > w->n_done)
		step_release(&w->steps[--w->n_steps]); /* what was undone is overtaken */
	ARRAY_GROW(w->steps, w->n_steps, w->cap_steps);
	w->steps[w->n_steps++] = *s;
	w->n_done = w->n_steps;
	w->open = (struct step){0};
}

bool world_changed(const struct world *w, size_t i, struct world_change *out)
{
	const struct step *s = w->is_open ? &w->open : w->n_done ? &w->steps[w->n_done - 1] : NULL;

	if (!s || i >= s->len)
		return false;
	*out = (struct world_change){s->changes[i].shelf->in, s->changes[i].id,
		s->changes[i].before, s->changes[i].after};
	return true;
}

const char *world_undo(struct world *w)
{
	const struct step *s;

	if (!w->n_done)
		return NULL;
	s = &w->steps[--w->n_done];
	apply(w, s, true);
	return s->label;
}

const char *world_redo(struct world *w)
{
	const struct step *s;

	if (w->n_done == w->n_steps)
		return NULL;
	s = &w->steps[w->n_done++];
	apply(w, s, false);
	return s->label;
}
