/*
 * store.h - progress in SQLite: an append-only event log and the state derived from it.
 *
 * The log (table `event`) is the truth. Every other table is a fold of it, kept in step inside
 * the same transaction, and `store_verify` proves that by replaying the log. One call that
 * changes something is one durable transaction (WAL, synchronous=FULL): when it returns true, the
 * answer survives kill -9 and power loss. This is the only layer that includes sqlite3.h.
 *
 * Ownership: strings given to callbacks live until the callback returns. Errors: see err.h; the
 * texts name the file and the remedy. A handle belongs to one thread. Callbacks may read from the
 * store, but must not write to it. The process ignores SIGXFSZ, so that a limit on file size is an
 * ERR_FULL like a full device.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/day.h"
#include "base/err.h"
#include "study/ladder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum {
	STORE_APPLICATION_ID = 0x616d6964, /* "amid" */
	STORE_VERSION = 3,                 /* PRAGMA user_version of this program */
};

struct store_options {
	const char *path;       /* progress.db, whose folder exists; ":memory:" for tests */
	const char *backup_dir; /* created when first needed; NULL: no automatic backups */
	int busy_ms;            /* how long to wait for another process's lock */
	bool must_exist;        /* do not create an empty store */
};

/* Opens, checks and if needed migrates (after a verified backup). NULL on failure. */
struct store *store_open(const struct store_options *o, struct err *e);
void store_close(struct store *s); /* NULL is fine */

/* --- writing ------------------------------------------------------------------------------ */

/* One thing that happened. Texts may be NULL where they make no sense. */
struct record {
	enum event_kind kind; /* any but undo and redo */
	const char
		*item; /* "note/cue", a question's id; of `read` the note's, of `exam` the exam's */
	uint64_t hash; /* of the content that was shown; 0: none */
	const char *answer;   /* what the learner gave, as text */
	bool correct;         /* stamped now, never recomputed */
	int64_t taken_ms;     /* from question to answer */
	int32_t expected;     /* version of the card that was shown; -1: any */
	struct ladder ladder; /* for an episode that this event may open */
	struct moment at;
	day_t day; /* study day of `at` */
};

/* A card as stored. */
struct stored_card {
	const char *item;
	struct card card;
	uint64_t hash;   /* as of learn, same or changed; answers do not move it */
	int32_t version; /* counts every event of the item, undo included; 0: never seen */
	/* From store_record only, else 0 and EFFECT_NONE: the event it appended, and what that did.
	 */
	int64_t event;
	struct card_change change;
};

/* Appends and folds. ERR_CONFLICT if the card's version is not `expected`: nothing is written.
 * `after` (may be NULL) gets the new card, the event's id and its effect; its `item` is r->item. */
bool store_record(
	struct store *s, const struct record *r, struct stored_card *after, struct err *e);

/* What undo or redo touched. */
struct undone {
	int64_t event;
	enum event_kind kind;
	char item[256];
	bool correct;
	day_t day; /* on which the undone event happened */
};

/* Compensates the latest event still in force; without limit, across restarts. Exams stay.
 * ERR_NOTHING. */
bool store_undo(struct store *s, struct moment at, day_t day, struct undone *u, struct err *e);
/* Takes the latest undo back, unless something was recorded since. ERR_NOTHING. */
bool store_redo(struct store *s, struct moment at, day_t day, struct undone *u, struct err *e);
/* The same for one event: ERR_CONFLICT, and nothing is written, unless `event` (above 0) is the one
 * that store_undo or store_redo would touch. Asked and done in one transaction. */
bool store_undo_event(struct store *s, int64_t event, struct moment at, day_t day, struct undone *u,
	struct err *e);
bool store_redo_event(struct store *s, int64_t event, struct moment at, day_t day, struct undone *u,
	struct err *e);

/* --- reading ------------------------------------------------------------------------------ */

/* The card of one item; CARD_NEW with version 0 if it was never seen. */
bool store_card(struct store *s, const char *item, struct stored_card *out, struct err *e);

typedef bool store_card_fn(void *ctx, const struct stored_card *c); /* false stops, no error */

enum store_selection {
	STORE_ALL,      /* every card that has begun, by item id */
	STORE_DUE,      /* due on or before the day, oldest due day first, then item id */
	STORE_MISTAKES, /* in the mistakes pool, by item id */
	STORE_LONGTERM, /* graduated, by item id */
};
/* `day` matters to STORE_DUE only. Uses an index: never scans the log. */
bool store_each_card(struct store *s, enum store_selection which, day_t day, store_card_fn *fn,
	void *ctx, struct err *e);

/* One study day in numbers; undone events are not in them. */
struct day_numbers {
	day_t day;
	int learned, passed, failed, practised, read;
	int64_t taken_ms;
};
typedef bool store_day_fn(void *ctx, const struct day_numbers *d);
/* Days with activity in [from, to], rising. */
bool store_each_day(
	struct store *s, day_t from, day_t to, store_day_fn *fn, void *ctx, struct err *e);

struct rung_numbers {
	int offset; /* the rung's offset in days */
	int passed, failed;
};
typedef bool store_rung_fn(void *ctx, const struct rung_numbers *r);
bool store_each_rung(struct store *s, store_rung_fn *fn, void *ctx, struct err *e);

typedef bool store_read_fn(void *ctx, const char *note, day_t first, day_t last, int times);
bool store_each_read(struct store *s, store_read_fn *fn, void *ctx, struct err *e);

/* The log itself, newest first, at most `limit` events (0: all), undo and redo included. */
struct log_line {
	int64_t id;
	enum event_kind kind;
	const char *item, *answer; /* answer may be NULL */
	bool correct, in_force;    /* in_force: not undone; always true of undo and redo */
	int64_t target;            /* of undo and redo, else 0 */
	struct moment at;
	day_t day;
	int64_t taken_ms;
	uint64_t hash;
};
typedef bool store_log_fn(void *ctx, const struct log_line *l);
bool store_each_event(
	struct store *s, const char *item, int limit, store_log_fn *fn, void *ctx, struct err *e);

/* --- care --------------------------------------------------------------------------------- */

struct verdict {
	int64_t events;
	int64_t differences; /* rows of derived state that the log does not give */
	char first[160];     /* one of them, in words */
};
/* quick_check, then replay the log and compare. False: the file itself is damaged. */
bool store_verify(struct store *s, struct verdict *v, struct err *e);
/* Replaces the derived state by the replay. The log is not touched. */
bool store_rebuild(struct store *s, struct err *e);

/* Writes a verified copy to `path` (VACUUM INTO a file of its own beside it, then opened, checked
 * and renamed). Never overwrites: ERR_USAGE. */
bool store_backup(struct store *s, const char *path, struct err *e);
/* Automatic copy into backup_dir when events, answers to an exam or entries of labs came since the
 * newest one there and that is an hour old or older (the log itself is durable at every answer);
 * then thins: all of the last 2 days, then 12 daily, 10 weekly, 9 monthly (periods without backups
 * do not count). Names: progress-YYYYMMDD-HHMMSS.db (UTC). */
bool store_backup_auto(struct store *s, struct moment now, struct err *e);
/* Puts `backup` in place of the store at `o->path` (closed by the caller) after checking it; the
 * present file, good or bad, is kept beside it as `*kept` (caller frees; NULL if there was none).
 * ERR_BUSY while another program has the store open. */
bool store_restore(const struct store_options *o, const char *backup, char **kept, struct err *e);
/* How many events a store or backup has, and when the last one was (0 events: 0); how many entries
 * of labs. Reads only. */
struct glance {
	int64_t events, last_ms;
	int64_t labs;
};
bool store_glance(const char *path, struct glance *g, struct err *e);
/* Calls fn with the path of every automatic backup in `dir`, latest name first. */
typedef bool store_path_fn(void *ctx, const char *path);
void store_each_backup(const char *dir, store_path_fn *fn, void *ctx);
/* The newest sound backup in `dir`, judged by its log and not only by its name (see newest_sound in
 * backup.c); if none is sound, the latest name; NULL: there is no backup. Caller frees. */
char *store_newest_backup(const char *dir);

#endif
