/*
 * internal.h - what the files of world/ share.
 */
#ifndef WORLD_INTERNAL_H
#define WORLD_INTERNAL_H

#include "base/map.h"
#include "base/mem.h"
#include "world/world.h"

/*
 * A resource. One that genesis gave stays on the shelf when it is taken away, as a tombstone:
 * without document, and not in the list. A resource from the store has its document as text until
 * somebody asks for it.
 */
struct entry {
	struct shelf *shelf;
	char *id;
	json_t *doc;
	json_t *birth; /* what genesis gave */
	char *text;    /* of the document, not parsed yet; doc is NULL then */
	size_t text_length;
	uint64_t order;
	struct entry *previous, *next; /* on the shelf, by order */
};

/* Genesis numbers what it gives from 1 on, in each place; the world's own resources come after. */
enum { FIRST_ORDER = 1 << 20 };

/* All resources of one place. */
struct shelf {
	const char *key;
	struct place_of in; /* interned */
	struct map by_id;   /* to struct entry */
	struct entry *first, *last;
	size_t len;
	uint64_t births; /* that genesis has given */
	bool born;       /* genesis has been asked */
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
	struct map by_key; /* "shelf\nid" to change number + 1; of an open step with many changes */
	struct arena keys;
};

/* A key that has changed since the world was last kept. */
struct dirty {
	struct shelf *shelf;
	char *id;
};

struct timer {
	int64_t at;
	uint64_t order;
	struct shelf *shelf;
	char *id;
};

enum { SHARED_STRINGS = 1024, RECENT_SHELVES = 8 };

struct world {
	struct counters counters;
	struct world_options options;
	struct arena names;
	struct map shelves;
	struct shelf *
		*recent; /* RECENT_SHELVES that were looked for last: calls ask for the same few */
	struct shelf **shelf_list;
	size_t n_shelves, cap_shelves;
	struct step *steps; /* [0, n_done) are done, [n_done, n_steps) were undone */
	size_t n_steps, n_done, cap_steps;
	size_t n_kept;           /* steps [0, n_kept) are kept as they are */
	size_t remember;         /* so many steps at least */
	bool torn;               /* steps were forgotten before they were kept */
	uint64_t first_step;     /* number of steps[0]: older ones are forgotten */
	uint64_t done_when_kept; /* how many steps there ever were, without what was undone */
	struct step open;
	bool is_open;
	struct timer *timers; /* a binary heap by time; entries that no longer hold are skipped */
	size_t n_timers, cap_timers;
	struct dirty *dirty; /* what has changed since the world was kept, each key once */
	size_t n_dirty, cap_dirty;
	struct map dirty_keys; /* "shelf\nid"; strings in dirty_names */
	struct arena dirty_names;
	json_t *shared[SHARED_STRINGS];
	json_t *empty; /* the document that says no more than that it is there */
};

/* Makes equal short strings of documents one, for memory's sake; of a document that nobody else has
 * yet. */
void share_strings(struct world *w, json_t *doc);
/* An empty document is always the same one; steals and answers. */
json_t *share_empty(struct world *w, json_t *doc);
void share_release(struct world *w);

/* Whether there is something: no tombstone. */
static inline bool entry_lives(const struct entry *e)
{
	return e && (e->doc || e->text);
}

/* The document, parsed if need be; NULL for a tombstone. */
json_t *entry_doc(struct entry *e);

struct entry *shelf_get(const struct shelf *s, const char *id); /* tombstones too */
/* Sets the document of an id without a journal; doc is stolen, NULL removes. `order` 0: as it was,
 * or the next for a new one. */
void entry_set(struct world *w, struct shelf *s, const char *id, json_t *doc, uint64_t order);
/* The shelf of a place, asking genesis for what is on it from the start. shelf_find answers NULL if
 * there is nothing and nobody to ask. */
struct shelf *shelf_make(struct world *w, struct place_of in);
struct shelf *shelf_find(const struct world *w, struct place_of in);
void dirty_add(struct world *w, struct shelf *s, const char *id);
void dirty_clear(struct world *w);
struct entry *entry_new(struct shelf *s, const char *id, uint64_t order);
void entry_link(struct entry *e);

/* Notes the timer of a document, if it has one. */
void timer_note(struct world *w, struct shelf *s, const char *id, const json_t *doc);
void timer_add(struct world *w, struct shelf *s, const char *id, int64_t at);
bool timer_at(const json_t *doc, int64_t *at); /* false: the document has none */
void timers_release(struct world *w);
void shelf_release(struct shelf *s);

void step_release(struct step *s);
/* The step is the latest now, and done. */
void step_add(struct world *w, struct step s);

#endif
