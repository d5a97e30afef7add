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

/* A command changes a handful of keys, which are looked through; a long time that passes changes
 * thousands, and those have an index. */
enum { LOOKED_THROUGH = 16 };

static void index_change(struct step *step, size_t i)
{
	const struct change *c = &step->changes[i];
	struct buf key = BUF_INIT;

	buf_addf(&key, "%s\n%s", c->shelf->key, c->id);
	map_add(&step->by_key, arena_strndup(&step->keys, key.s, key.len), (void *)(i + 1));
	buf_release(&key);
}

/* Number + 1 of the key's change; 0: it has none yet. */
static size_t find_change(const struct step *step, const struct shelf *s, const char *id)
{
	struct buf key = BUF_INIT;
	size_t number;

	if (step->len <= LOOKED_THROUGH) {
		for (size_t i = step->len; i; i--)
			if (step->changes[i - 1].shelf == s &&
				strcmp(step->changes[i - 1].id, id) == 0)
				return i;
		return 0;
	}
	buf_addf(&key, "%s\n%s", s->key, id);
	number = (uintptr_t)map_get(&step->by_key, key.s);
	buf_release(&key);
	return number;
}

/* The change of this key in the open step, made if it is the key's first. */
static struct change *change_of(struct world *w, struct shelf *s, const char *id)
{
	struct step *step = &w->open;
	struct entry *e = shelf_get(s, id);
	size_t number = find_change(step, s, id);

	if (number)
		return &step->changes[number - 1];
	ARRAY_GROW(step->changes, step->len, step->cap);
	step->changes[step->len++] = (struct change){
		.shelf = s,
		.id = xstrdup(id),
		.before = json_incref(entry_doc(e)),
		.order = e ? e->order : 0,
	};
	if (step->len == LOOKED_THROUGH + 1)
		for (size_t i = 0; i < step->len; i++)
			index_change(step, i);
	else if (step->len > LOOKED_THROUGH)
		index_change(step, step->len - 1);
	return &step->changes[step->len - 1];
}

void world_put(struct world *w, struct place_of in, const char *id, json_t *doc)
{
	struct shelf *s = shelf_make(w, in);
	struct change *c;

	assert(w->is_open);
	doc = share_empty(w, doc);
	c = change_of(w, s, id);
	share_strings(w, doc); /* frees strings of the document, and `id` may be one: from here on
				  it is c->id */
	json_decref(c->after);
	c->after = json_incref(doc);
	entry_set(w, s, c->id, doc, c->order);
	if (doc)
		c->order = shelf_get(s, c->id)->order;
}

/* ---- steps ---- */

/* Labels are kept as JSON, which takes UTF-8 alone. */
static char *clean_label(const char *label)
{
	char *copy = xstrdup(label);
	json_t *try = json_string(copy);

	if (!try)
		for (char *p = copy; *p; p++)
			if ((unsigned char)*p >= 0x80)
				*p = '?';
	json_decref(try);
	return copy;
}

void world_begin(struct world *w, const char *label)
{
	assert(!w->is_open);
	w->open = (struct step){.label = label ? clean_label(label) : NULL, .before = w->counters};
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

/* Time alone is no change: it cannot be taken back without what happened in it. */
static bool changed_anything(const struct step *s)
{
	return s->len || s->before.random != s->after.random || s->before.order != s->after.order ||
	       (s->label && s->before.now != s->after.now);
}

static void forget_steps_from(struct world *w, size_t i)
{
	while (w->n_steps > i)
		step_release(&w->steps[--w->n_steps]);
	if (w->n_kept > i)
		w->n_kept = i;
}

/* Many at once, so that what stays is seldom moved. */
static void forget_oldest_steps(struct world *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		step_release(&w->steps[i]);
	w->torn = w->torn || w->n_kept < n;
	w->n_steps -= n;
	w->n_done -= n;
	w->n_kept -= w->n_kept < n ? w->n_kept : n;
	w->first_step += n;
	memmove(&w->steps[0], &w->steps[n], w->n_steps * sizeof w->steps[0]);
}

void world_remember(struct world *w, size_t steps)
{
	w->remember = steps;
}

void world_settle(struct world *w)
{
	assert(!w->is_open);
	forget_steps_from(w, w->n_done);
	if (w->n_steps)
		forget_oldest_steps(w, w->n_steps);
}

void step_add(struct world *w, struct step s)
{
	map_release(&s.by_key);
	arena_release(&s.keys);
	if (w->n_steps >= w->remember + w->remember / 8) /* some at a time */
		forget_oldest_steps(w, w->n_steps - w->remember);
	ARRAY_GROW(w->steps, w->n_steps, w->cap_steps);
	w->steps[w->n_steps++] = s;
	w->n_done = w->n_steps;
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
	forget_steps_from(w, w->n_done); /* what was undone is overtaken */
	step_add(w, *s);
	w->open = (struct step){0};
}

bool world_changed_before(
	const struct world *w, size_t back, size_t i, struct world_change *out, const char **label)
{
	const struct step *s;

	if (w->is_open && back == 0) {
		s = &w->open;
	} else {
		back -= w->is_open;
		if (back >= w->n_done)
			return false;
		s = &w->steps[w->n_done - 1 - back];
	}
	*label = s->label;
	if (i >= s->len)
		return false;
	*out = (struct world_change){s->changes[i].shelf->in, s->changes[i].id,
		s->changes[i].before, s->changes[i].after};
	return true;
}

bool world_step_time(const struct world *w, size_t back, int64_t *from, int64_t *to)
{
	const struct step *s;

	if (w->is_open && back == 0) {
		*from = w->open.before.now;
		*to = w->counters.now;
		return true;
	}
	back -= w->is_open;
	if (back >= w->n_done)
		return false;
	s = &w->steps[w->n_done - 1 - back];
	*from = s->before.now;
	*to = s->after.now;
	return true;
}

bool world_changed(const struct world *w, size_t i, struct world_change *out)
{
	const char *label;

	return world_changed_before(w, 0, i, out, &label);
}

/* Where the latest command is among the steps that are done; false if there is none. */
static bool latest_command(const struct world *w, size_t *at)
{
	for (size_t i = w->n_done; i-- > 0;) {
		if (w->steps[i].label) {
			*at = i;
			return true;
		}
	}
	return false;
}

const char *world_undo(struct world *w)
{
	size_t command;

	assert(!w->is_open);
	if (!latest_command(w, &command))
		return NULL;
	while (w->n_done > command)
		apply(w, &w->steps[--w->n_done], true);
	return w->steps[command].label;
}

const char *world_redo(struct world *w)
{
	const char *label;

	assert(!w->is_open);
	if (w->n_done == w->n_steps)
		return NULL;
	label = w->steps[w->n_done].label;
	do
		apply(w, &w->steps[w->n_done++], false);
	while (w->n_done < w->n_steps && !w->steps[w->n_done].label);
	return label;
}
