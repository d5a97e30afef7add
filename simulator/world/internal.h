/*
 * internal.h - what the files of world/ share.
 */
#ifndef WORLD_INTERNAL_H
#define WORLD_INTERNAL_H

#include "base/map.h"
#include "base/mem.h"
#include "world/world.h"

struct entry {
	struct shelf *shelf;
	char *id;
	json_t *doc;
	uint64_t order;
	struct entry *previous, *next; /* on the shelf, by order */
};

/* All resources of one place. */
struct shelf {
	const char *key;
	struct place_of in; /* interned */
	struct map by_id;   /* to struct entry */
	struct entry *first, *last;
	size_t len;
};

struct change {
	struct shelf *shelf;
	char *id;
	uint64_t order;
	json_t *before, *after; /* owned; NULL: absent */
};

/* What is no document but must be undone with them. */
struct counters {
	int64_t now;
	uint64_t random, order;
};

struct step {
	char *label;
	struct counters before, after;
	struct change *changes;
	size_t len, cap;
	struct map by_key; /* "shelf\nid" to change number + 1; only while the step is open */
	struct arena keys;
};

struct timer {
	int64_t at;
	uint64_t order;
	struct shelf *shelf;
	char *id;
};

struct world {
	struct counters counters;
	world_timer_fn *timer_fn;
	void *ctx;
	struct arena names;
	struct map shelves;
	struct shelf **shelf_list;
	size_t n_shelves, cap_shelves;
	struct step *steps; /* [0, n_done) are done, [n_done, n_steps) were undone */
	size_t n_steps, n_done, cap_steps;
	struct step open;
	bool is_open;
	struct timer *timers; /* a binary heap by time; entries that no longer hold are skipped */
	size_t n_timers, cap_timers;
};

struct entry *shelf_get(const struct shelf *s, const char *id);
/* Sets the document of an id without a journal; doc is stolen, NULL removes. `order` 0: as it was,
 * or the next for a new one. */
void entry_set(struct world *w, struct shelf *s, const char *id, json_t *doc, uint64_t order);
struct shelf *shelf_make(struct world *w, struct place_of in);
struct shelf *shelf_find(const struct world *w, struct place_of in);

/* Notes the timer of a document, if it has one. */
void timer_note(struct world *w, struct shelf *s, const char *id, const json_t *doc);
void timers_release(struct world *w);

void step_release(struct step *s);

#endif
