/* clock.c - virtual time, its timers, and ids from a seed; see world.h. */
#include "world/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- timers: a binary heap, earliest first ---- */

static bool sooner(const struct timer *a, const struct timer *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct timer *a, struct timer *b)
{
	struct timer t = *a;

	*a = *b;
	*b = t;
}

static void push(struct world *w, struct timer t)
{
	size_t i = w->n_timers;

	ARRAY_GROW(w->timers, w->n_timers, w->cap_timers);
	w->timers[w->n_timers++] = t;
	while (i && sooner(&w->timers[i], &w->timers[(i - 1) / 2])) {
		swap(&w->timers[i], &w->timers[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void pop(struct world *w)
{
	size_t i = 0, child;

	free(w->timers[0].id);
	w->timers[0] = w->timers[--w->n_timers];
	while ((child = 2 * i + 1) < w->n_timers) {
		if (child + 1 < w->n_timers && sooner(&w->timers[child + 1], &w->timers[child]))
			child++;
		if (!sooner(&w->timers[child], &w->timers[i]))
			break;
		swap(&w->timers[i], &w->timers[child]);
		i = child;
	}
}

void timers_release(struct world *w)
{
	for (size_t i = 0; i < w->n_timers; i++)
		free(w->timers[i].id);
	free(w->timers);
	w->timers = NULL;
	w->n_timers = w->cap_timers = 0;
}

static bool timer_of(const json_t *doc, int64_t *at, const char **what)
{
	json_t *timer = json_object_get(doc, "_timer");

	if (!timer)
		return false;
	*at = json_integer_value(json_object_get(timer, "at"));
	*what = json_string_value(json_object_get(timer, "do"));
	return *what != NULL;
}

void timer_add(struct world *w, struct shelf *s, const char *id, int64_t at)
{
	push(w, (struct timer){at, shelf_get(s, id)->order, s, xstrdup(id)});
}

void timer_note(struct world *w, struct shelf *s, const char *id, const json_t *doc)
{
	int64_t at;
	const char *what;

	if (timer_of(doc, &at, &what))
		timer_add(w, s, id, at);
}

bool timer_at(const json_t *doc, int64_t *at)
{
	const char *what;

	return timer_of(doc, at, &what);
}

/* Drops timers whose document has gone or has another timer now. */
static struct entry *first_timer(struct world *w, const char **what)
{
	while (w->n_timers) {
		const struct timer *t = &w->timers[0];
		struct entry *e = shelf_get(t->shelf, t->id);
		int64_t at;

		if (entry_lives(e) && timer_of(entry_doc(e), &at, what) && at == t->at)
			return e;
		pop(w);
	}
	return NULL;
}

bool world_next_timer(const struct world *w, int64_t *ms)
{
	const char *what;

	/* dropping what no longer holds changes nothing that can be seen */
	if (!first_timer((struct world *)(uintptr_t)w, &what))
		return false;
	*ms = w->timers[0].at;
	return true;
}

int64_t world_now(const struct world *w)
{
	return w->counters.now;
}

void world_advance(struct world *w, int64_t ms)
{
	struct entry *e;
	const char *what;

	if (ms > WORLD_END)
		ms = WORLD_END;
	while ((e = first_timer(w, &what)) && w->timers[0].at <= ms) {
		struct resource r = {e->shelf->in, e->id, json_incref(e->doc), e->order};
		char *id = xstrdup(e->id), *word = xstrdup(what);

		if (w->counters.now < w->timers[0].at)
			w->counters.now = w->timers[0].at;
		pop(w);
		r.id = id;
		if (w->options.timer)
			w->options.timer(w->options.ctx, w, &r, word);
		json_decref(r.doc);
		free(id);
		free(word);
	}
	if (w->counters.now < ms)
		w->counters.now = ms;
}

void world_pass(struct world *w, int64_t ms)
{
	world_begin(w, NULL);
	world_advance(w, ms);
	world_commit(w);
}

/* ---- ids ---- */

/* splitmix64: every seed is good, and the state is one number. */
#define GOLDEN_RATIO UINT64_C(0x9e3779b97f4a7c15)

/* splitmix64 */
static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

uint64_t world_random(struct world *w)
{
	return mix(w->counters.random += GOLDEN_RATIO);
}

uint64_t world_peek(const struct world *w, unsigned i)
{
	return mix(~(w->counters.random + i * GOLDEN_RATIO));
}

void world_fixed_id(const char *prefix, const char *text, char out[WORLD_ID])
{
	uint64_t n = 0xcbf29ce484222325u; /* FNV-1a, and splitmix64's last turn */

	for (; *text; text++)
		n = (n ^ (unsigned char)*text) * 0x100000001b3u;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
	n = (n ^ n >> 27) * 0x94d049bb133111ebu;
	snprintf(out, WORLD_ID, "%s-0%016llx", prefix, (unsigned long long)(n ^ n >> 31));
}

void world_make_id(struct world *w, const char *prefix, char out[WORLD_ID])
{
	uint64_t n = world_random(w);

	snprintf(out, WORLD_ID, "%s-0%016llx", prefix, (unsigned long long)n);
}
