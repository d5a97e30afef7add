/*
 * world.h - resources as documents, with a journal, a virtual clock, timers and seeded ids.
 *
 * A document is a JSON object in the shape in which the API returns it, plus private members that
 * begin with "_". Once it is in the world it is never edited; it is replaced (world_put). The
 * journal keeps (key, old, new) of every replacement, and from this one mechanism come atomic
 * calls (world_abort), undo and redo, "what changed", and saving only what changed.
 *
 * The world is a pure function of its seed, its start time and the changes made: it reads no clock
 * and no randomness of its own.
 *
 * Ownership: a document handed to the world is stolen, one handed out is borrowed and lives until
 * the next change of that key.
 */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum { WORLD_ID = 48 }; /* bytes that hold any id */

/* Where a resource is: account, Region ("" for what is global) and kind ("image", "snapshot"). */
struct place_of {
	const char *account, *region, *kind;
};

/* A resource that is there. All pointers are borrowed. */
struct resource {
	struct place_of in;
	const char *id;
	json_t *doc;
	uint64_t order; /* of creation; rises */
};

/*
 * A timer has run out. The document has a member "_timer": {"at": milliseconds, "do": word}; the
 * handler replaces the document (without that timer, or it would run out again).
 */
typedef void world_timer_fn(void *ctx, struct world *w, const struct resource *r, const char *what);

/*
 * What is there from the start. Called once for each place, when it is first looked at, it gives
 * that place's documents with world_give. They cost nothing until then, are in no journal, and are
 * not written as long as nobody changes them; so it must give the same whenever it is called.
 */
typedef void world_genesis_fn(void *ctx, struct world *w, struct place_of in);

struct world_options {
	uint64_t seed;
	int64_t start_ms; /* UTC, milliseconds since the epoch */
	world_timer_fn *timer;
	world_genesis_fn *genesis; /* NULL: nothing is there */
	void *ctx;                 /* for both */
};

struct world *world_new(const struct world_options *o);
void world_free(struct world *w);

/* --- resources ---------------------------------------------------------------------------- */

/* The document, or NULL. */
json_t *world_get(const struct world *w, struct place_of in, const char *id);
/* The same in whatever account and Region it is, for kinds that genesis does not give (it is not
 * asked here, so a place that nobody has looked at yet would be empty); ids are unique within a
 * kind. False if nowhere. */
bool world_find(const struct world *w, const char *kind, const char *id, struct resource *out);
/* Only from genesis: steals doc, which has no timer. */
void world_give(struct world *w, struct place_of in, const char *id, json_t *doc);
/* An id made of a text, for genesis: the same text gives the same id. */
void world_fixed_id(const char *prefix, const char *text, char out[WORLD_ID]);
uint64_t world_seed(const struct world *w);
int64_t world_start(const struct world *w);
/* Adds or replaces; doc NULL takes the resource away. Only between world_begin and its end. */
void world_put(struct world *w, struct place_of in, const char *id, json_t *doc);

/* Walks the resources of one place in the order of their creation. Start with a zeroed cursor. No
 * change may be made to that place on the way. */
struct world_cursor {
	void *at;
	bool begun;
};
bool world_next(
	const struct world *w, struct place_of in, struct world_cursor *c, struct resource *out);
size_t world_count(const struct world *w, struct place_of in);

/* Walks the resources of a kind in every place that holds some, place by place; what nobody has
 * looked at yet is not among them. Start with a zeroed walk. None of that kind may be changed on
 * the way. */
struct world_walk {
	size_t place;
	void *at;
};
bool world_each(
	const struct world *w, const char *kind, struct world_walk *walk, struct resource *out);
/* Whether genesis gave it; it may have been changed since. */
bool world_given(const struct resource *r);

/* --- one call ----------------------------------------------------------------------------- */

/* A step holds the changes of one command; undo takes back whole steps. The label is what the
 * learner typed; NULL: time passes, which undo takes back together with the command before it.
 * Steps do not nest. */
void world_begin(struct world *w, const char *label);
/* Keeps the changes. A step without changes is forgotten, and nothing is lost to redo; time that
 * passed in it has passed. */
void world_commit(struct world *w);
/* Takes the changes back, ids and time included. */
void world_abort(struct world *w);

/* One change of the last step (or of the open one). before NULL: new; after NULL: gone. */
struct world_change {
	struct place_of in;
	const char *id;
	json_t *before, *after;
};
/* Change number i of the latest step, each key once, in order; false past the end. */
bool world_changed(const struct world *w, size_t i, struct world_change *out);
/* The same of the step `back` steps before it, whose label goes to *label (NULL: time). */
bool world_changed_before(
	const struct world *w, size_t back, size_t i, struct world_change *out, const char **label);
/* When that step began and ended; its timers ran out in between. False: there is no such step. */
bool world_step_time(const struct world *w, size_t back, int64_t *from, int64_t *to);

/* The label of the command that was undone or redone; NULL if there is none. The world remembers
 * at least the latest WORLD_STEPS steps. */
enum { WORLD_STEPS = 4096 };
void world_remember(struct world *w, size_t steps); /* fewer, at least 8: for memory's sake */
/* Forgets all of them: what was done cannot be undone any more. */
void world_settle(struct world *w);
const char *world_undo(struct world *w);
const char *world_redo(struct world *w);

/* --- time and ids ------------------------------------------------------------------------- */

#define WORLD_END                                                                                  \
	INT64_C(253402300799999) /* the last millisecond that has a date: of the year 9999 */

int64_t world_now(const struct world *w);
/* Runs every timer up to `ms` in order, each at its own time, then stands at `ms`, or at WORLD_END.
 * Time never goes back. Between world_begin and its end, like any change. */
void world_advance(struct world *w, int64_t ms);
/* The same as a step of its own. Not in a step. */
void world_pass(struct world *w, int64_t ms);
/* When the next timer runs out; false if none is set. */
bool world_next_timer(const struct world *w, int64_t *ms);

/* "ami-0123456789abcdef0": 17 hexadecimal digits, as AWS makes them. */
void world_make_id(struct world *w, const char *prefix, char out[WORLD_ID]);
/* The next number of the world's own sequence. */
uint64_t world_random(struct world *w);
/* A number that follows from where that sequence stands, is none of it, and takes none. */
uint64_t world_peek(const struct world *w, unsigned i);

/* --- keeping ------------------------------------------------------------------------------ */

/* Everything that makes the world what it is, but not the steps: canonical JSON, so that equal
 * worlds give equal bytes. What genesis gives is in it only as far as it has changed. */
void world_write(const struct world *w, struct buf *out);
/* Fills a new world; false (and the world is as new) if the bytes are not such a writing. */
bool world_read(struct world *w, const char *bytes, size_t n);

/*
 * The same in pieces, for a store that writes only what has changed: rows (resources), steps, and
 * one short text for the rest. Texts are JSON. Fill a new world with world_state_read first.
 */
struct world_row {
	struct place_of in;
	const char *id;
	uint64_t order;
	int64_t timer;    /* when the document's timer runs out; INT64_MIN: it has none */
	const char *text; /* the document; NULL: what genesis gave has been taken away */
	size_t length;
};

/* Text is parsed when somebody asks for the document. False: such a row cannot be. */
bool world_row_read(struct world *w, const struct world_row *row);
/* Puts what has changed in the order of its places and ids: a store that is a tree of these goes
 * through it once, instead of up and down. */
void world_dirty_sort(struct world *w);
/* Row number i of what has changed since world_kept, false past the end. `text` is written to
 * `doc`, whose bytes the row borrows. `gone`: the row has to be deleted. */
bool world_row_dirty(
	const struct world *w, size_t i, struct buf *doc, struct world_row *row, bool *gone);

void world_state_write(const struct world *w, struct buf *out);
bool world_state_read(struct world *w, const char *text, size_t n);

/* Steps have numbers, rising by one. Steps [first, last) are there; those below first are
 * forgotten; those from `changed` on are not yet kept as they are now. */
void world_steps(const struct world *w, uint64_t *first, uint64_t *last, uint64_t *changed);
/* Whether steps were forgotten that had not been kept: what is kept of those before hangs in the
 * air. */
bool world_steps_torn(const struct world *w);
/* The number that the next step will have: what is undone does not count. */
uint64_t world_done(const struct world *w);
void world_step_write(const struct world *w, uint64_t number, struct buf *out);
/* In order. False: it is not one. */
bool world_step_read(struct world *w, uint64_t number, const char *text, size_t n);

/* All of it is kept now. */
void world_kept(struct world *w);

#endif
