/*
 * world-file.h - a simulator's world in an SQLite file of its own: rows, steps, and a line of
 * state.
 *
 * The file knows nothing of what it keeps: documents and steps are texts. One command is one
 * transaction: world_file_begin takes the lock, so two shells on one world take turns, and what
 * another one has changed is told by the version. A command that has answered survives kill -9.
 *
 * A long-running writer (the endpoint) may keep calls instead of what they did: texts that whoever
 * reads the file next has to carry out again after loading rows and state. The next state that is
 * put holds them, and they go.
 *
 * Errors: see err.h. A file that is damaged or not ours is named and left as it is.
 */
#ifndef STORE_WORLD_FILE_H
#define STORE_WORLD_FILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world_file;

enum {
	WORLD_FILE_APPLICATION_ID = 0x616d6977, /* "amiw" */
	WORLD_FILE_VERSION = 3,                 /* 1 had no calls; 2 no memos and no record */
};

/* A resource. Strings are borrowed until the callback returns. `text` NULL: one that was there from
 * the start has been taken away. */
struct world_file_row {
	const char *account, *region, *kind, *id;
	uint64_t order;
	int64_t timer; /* INT64_MIN: none */
	const char *text;
	size_t length;
};

/* Makes the file if it is not there; its folder is. NULL on failure. */
struct world_file *world_file_open(const char *path, int busy_ms, struct err *e);
void world_file_close(struct world_file *f); /* NULL is fine; takes back what is not committed */

bool world_file_begin(struct world_file *f, struct err *e);
bool world_file_commit(struct world_file *f, struct err *e);
void world_file_rollback(struct world_file *f);
/* Outside a transaction: time to fold a long log into the file. */
void world_file_rest(struct world_file *f);

/* Inside a transaction. *version rises with every commit that changed something: by one for calls,
 * to world_file_next for a state; 0: nothing was kept ever. *state is owned by the caller; NULL: a
 * new file, or one that was cleared. */
bool world_file_state(struct world_file *f, uint64_t *version, char **state, struct err *e);
/* False from the callback ends the walk, and makes the file a damaged one. */
typedef bool world_file_row_fn(void *ctx, const struct world_file_row *row);
bool world_file_rows(struct world_file *f, world_file_row_fn *fn, void *ctx, struct err *e);
typedef bool world_file_step_fn(void *ctx, uint64_t number, const char *text, size_t length);
bool world_file_steps(struct world_file *f, world_file_step_fn *fn, void *ctx, struct err *e);

/* The calls since the state was put, in order. */
bool world_file_calls(struct world_file *f, world_file_step_fn *fn, void *ctx, struct err *e);

static inline uint64_t world_file_next(uint64_t version)
{
	return ((version >> 32) + 1) << 32;
}

/* The calls that make `version` of it; there is a state. */
bool world_file_put_calls(
	struct world_file *f, uint64_t version, const char *text, size_t length, struct err *e);
bool world_file_put_state(struct world_file *f, const char *text, struct err *e);
bool world_file_put_row(struct world_file *f, const struct world_file_row *row, struct err *e);
bool world_file_drop_row(struct world_file *f, const struct world_file_row *row, struct err *e);
bool world_file_put_step(
	struct world_file *f, uint64_t number, const char *text, size_t length, struct err *e);
/* Drops the steps with numbers from `last` on, and those below `first`. */
bool world_file_drop_steps(struct world_file *f, uint64_t first, uint64_t last, struct err *e);
/* Short texts beside the world: "failure", "lab". *text is owned; NULL: there is none. */
bool world_file_memo(struct world_file *f, const char *name, char **text, struct err *e);
bool world_file_put_memo(struct world_file *f, const char *name, const char *text,
	struct err *e); /* NULL: drops it */
/* What was done in a lab, in order: texts that are only ever added, until the next lab. */
bool world_file_record(struct world_file *f, world_file_step_fn *fn, void *ctx, struct err *e);
bool world_file_add_record(struct world_file *f, const char *text, struct err *e);
bool world_file_clear_record(struct world_file *f, struct err *e);

/* The world goes (memos and record stay); the next command begins a new one. */
bool world_file_clear(struct world_file *f, struct err *e);

#endif
