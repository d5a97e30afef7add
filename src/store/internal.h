/*
 * internal.h - what the files of store/ share: the handle, statements, and the fold of the log.
 *
 * Statements of a handle are kept prepared under a number (enum query). A statement that runs a
 * callback is prepared afresh instead, so that a callback may call the store again.
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include "base/map.h"
#include "base/mem.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdarg.h>

/* What the program was about when something went wrong: chooses the sentence. */
enum doing { DOING_OPEN, DOING_SAVE, DOING_READ, DOING_BACKUP, DOING_WORLD };

enum query {
	Q_BEGIN,
	Q_COMMIT,
	Q_ROLLBACK,
	Q_APPEND,
	Q_LAST_IN_FORCE,
	Q_LAST_UNDONE,
	Q_CARD,
	QUERIES,
};

struct derive;

struct store {
	sqlite3 *h;
	char *path, *backup_dir; /* backup_dir may be NULL */
	enum doing doing;
	sqlite3_stmt *kept[QUERIES];
	struct derive *live; /* folds into the tables of the file itself */
};

/* --- db.c: statements and errors ---------------------------------------------------------- */

/* Fills `e` from the handle's last error; the text names the file and the remedy. Returns false. */
bool db_error(struct store *s, int rc, struct err *e);
sqlite3_stmt *db_prepare(struct store *s, const char *sql, struct err *e);
/* The kept statement, reset and without bindings; NULL on failure. */
sqlite3_stmt *db_query(struct store *s, enum query q, struct err *e);

/*
 * Binds by letters: i int64_t, d day_t (DAY_NONE is NULL), b bool as int, t text (NULL is NULL),
 * - NULL. Fewer letters than parameters leave the rest NULL.
 */
void db_bind(sqlite3_stmt *q, const char *types, ...);
void db_vbind(sqlite3_stmt *q, const char *types, va_list ap);
/* True with *row telling whether there is a row; on failure the statement is reset. */
bool db_step(struct store *s, sqlite3_stmt *q, bool *row, struct err *e);
/* Runs a statement that gives no rows and resets it. */
bool db_run(struct store *s, sqlite3_stmt *q, struct err *e);
bool db_exec(struct store *s, const char *sql, struct err *e);
/* The first column of the first row; 0 if there is no row or it is NULL. */
bool db_number(struct store *s, const char *sql, int64_t *out, struct err *e);
day_t db_day(sqlite3_stmt *q, int column);        /* NULL is DAY_NONE */
const char *db_text(sqlite3_stmt *q, int column); /* NULL stays NULL */

bool db_begin(struct store *s, struct err *e); /* BEGIN IMMEDIATE */
/* Commits if `ok`, else (or when the commit fails) takes everything back. Returns success. */
bool db_end(struct store *s, bool ok, struct err *e);

/* --- derive.c: the fold ------------------------------------------------------------------- */

/* One row of the log. */
struct event {
	int64_t id, target, taken_ms;
	enum event_kind kind;
	const char *item;
	uint64_t hash;
	struct card_event what; /* kind, day, correct, ladder */
};

/* A card as it is being folded. */
struct cell {
	const char *item;
	struct card card;
	uint64_t hash;
	int32_t version;
	bool dirty;
};

/* Folds into the derived tables of `schema` ("main" or "temp"). */
struct derive *derive_new(struct store *s, const char *schema);
void derive_free(struct derive *d);
/* The item's state so far; NULL on failure. It lives until derive_flush or derive_clear. */
struct cell *derive_cell(struct derive *d, const char *item, struct err *e);
/* `change` (may be NULL) gets what a recorded event did to its card. */
bool derive_event(
	struct derive *d, const struct event *ev, struct card_change *change, struct err *e);
bool derive_flush(struct derive *d, struct err *e); /* writes what is pending, then clears */
void derive_clear(struct derive *d);                /* forgets what is pending */

/* Columns of `event` in the order in which event_of_row reads them. */
#define EVENT_COLUMNS                                                                              \
	"e.id, e.kind, e.item, e.hash, e.correct, e.taken_ms, e.day, e.ladder, e.target"
/* ev->item lives until the statement moves. */
bool event_of_row(struct store *s, sqlite3_stmt *q, struct event *ev, struct err *e);
/* Columns of `card` in the order in which card_of_row reads them. */
#define CARD_COLUMNS "item, ladder, d0, credited, mistake, fails, last_day, hash, version"
bool card_of_row(struct store *s, sqlite3_stmt *q, struct stored_card *c, struct err *e);

extern const char *const derived_tables[]; /* names, NULL-terminated */

/* --- replay.c ----------------------------------------------------------------------------- */

/* Folds the whole log into empty tables. *events (may be NULL) counts. */
bool replay(struct store *s, struct derive *d, int64_t *events, struct err *e);

/* --- record.c ----------------------------------------------------------------------------- */

/* Appends one row and folds it, inside the caller's transaction. `after` (may be NULL) gets the
 * event's id and what it did. */
bool event_append(struct store *s, const struct record *r, int64_t target,
	struct stored_card *after, struct err *e);
/* A record that breaks the contract of store.h must not reach a log that is never corrected. */
bool record_is_sound(const struct record *r, struct err *e);

/* --- exams.c ------------------------------------------------------------------------------ */

/* Reads every paper and every answer, and sees that they fit. */
bool exams_verify(struct store *s, struct err *e);

/* --- labs.c ------------------------------------------------------------------------------- */

/* Reads every entry, and sees that it fits. */
bool labs_verify(struct store *s, struct err *e);

/* --- open.c ------------------------------------------------------------------------------- */

struct migration;
/* store_open with another table of migrations, for tests of the runner. */
struct store *store_open_at(const struct store_options *o, const struct migration *steps, size_t n,
	int target, struct err *e);
/* A handle without checks on an existing file, for backups and repair. NULL on failure. */
struct store *store_open_raw(
	const char *path, const char *backup_dir, int flags, int busy_ms, struct err *e);

/* What the first bytes of a file say, without SQLite, so that nothing is touched. */
enum file_state { FILE_MISSING, FILE_EMPTY, FILE_OURS, FILE_BAD };
/* FILE_BAD fills `e`. `version` is the newest user_version that is understood. */
enum file_state file_inspect(const char *path, const char *backup_dir, int version, struct err *e);
/* "`amidojo restore ...`" and so on, as sentences, for a file that cannot be used. */
void remedy_for_damage(const char *backup_dir, char *out, size_t size);

/* --- backup.c and thin.c ------------------------------------------------------------------ */

/* Opens `path` for reading and runs quick_check; on success *last is the newest event's id and
 * *at_ms its time (0, 0: none). */
bool backup_check(const char *path, int64_t *last, int64_t *at_ms, struct err *e);
/* A verified copy into backup_dir, named after `at_s` or the next free second. */
bool backup_into_dir(struct store *s, int64_t at_s, struct err *e);
/* progress-YYYYMMDD-HHMMSS.db <-> seconds since the epoch. */
enum { BACKUP_NAME = 32 };
char *backup_name(int64_t at_s, char out[BACKUP_NAME]);
bool backup_name_parse(const char *name, int64_t *at_s);
/* Which backups stay. `at_s` may be in any order; keep[i] answers for at_s[i]. */
void backup_thin(const int64_t *at_s, size_t n, int64_t now_s, bool *keep);
bool sync_folder_of(const char *path);

/* Only the first opening of a file changes its journal mode, but when several programs meet a new
 * file SQLite answers "busy" at once, without waiting: so the waiting is done here. */
bool store_use_wal(struct store *s, int busy_ms, struct err *e);

#endif
