/*
 * world-file.c - see world-file.h. Statements and errors are those of a store's handle
 * (internal.h).
 */
#include "store/world-file.h"

#include "base/intl.h"
#include "store/internal.h"

#include <string.h>
#include <xxhash.h>

enum kept {
	K_GET_STATE,
	K_PUT_STATE,
	K_PUT_ROW,
	K_DROP_ROW,
	K_PUT_STEP,
	K_DROP_STEPS,
	K_PUT_CALLS,
	K_DROP_CALLS,
	K_GET_MEMO,
	K_PUT_MEMO,
	K_DROP_MEMO,
	K_PUT_RECORD,
	KEPT,
};

static const char *const kept_sql[KEPT] = {
	[K_GET_STATE] = "SELECT version, text, sum, (SELECT max(number) FROM call) FROM state",
	[K_PUT_STATE] = "INSERT INTO state (one, version, text, sum) VALUES (1, 1, ?1, ?2)"
			" ON CONFLICT (one) DO UPDATE SET version = version + 1, text = ?1,"
			" sum = ?2",
	[K_PUT_ROW] =
		"INSERT OR REPLACE INTO resource (account, region, kind, id, place, timer, document,"
		" sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[K_DROP_ROW] = "DELETE FROM resource WHERE account = ?1 AND region = ?2 AND kind = ?3"
		       " AND id = ?4",
	[K_PUT_STEP] = "INSERT OR REPLACE INTO step (number, text, sum) VALUES (?1, ?2, ?3)",
	[K_DROP_STEPS] = "DELETE FROM step WHERE number >= ?2 OR number < ?1",
	[K_PUT_CALLS] = "INSERT INTO call (number, text, sum) VALUES (?1, ?2, ?3)",
	[K_DROP_CALLS] = "DELETE FROM call",
	[K_GET_MEMO] = "SELECT text, sum FROM memo WHERE name = ?1",
	[K_PUT_MEMO] = "INSERT OR REPLACE INTO memo (name, text, sum) VALUES (?1, ?2, ?3)",
	[K_DROP_MEMO] = "DELETE FROM memo WHERE name = ?1",
	[K_PUT_RECORD] = "INSERT INTO record (number, text, sum) VALUES (?1, ?2, ?3)",
};

struct world_file {
	struct store *s; /* the handle alone */
	sqlite3_stmt *kept[KEPT];
	int busy_ms;
	int log_pages; /* of the write-ahead log, as of the latest commit */
};

/* A process that opens the file reads the log's pages first; so it is kept short. One that stays in
 * the file writes many a second, and each folding costs a sync. */
enum { LOG_PAGES = 128, LOG_PAGES_MOST = 64 * LOG_PAGES };

/* `place` is the order of creation. SQLite does not see a byte that has changed inside a text:
 * `sum` does. */
static const char schema[] =
	"CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL,"
	" text TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;"
	"CREATE TABLE resource (account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL,"
	" id TEXT NOT NULL, place INTEGER NOT NULL, timer INTEGER, document TEXT,"
	" sum INTEGER NOT NULL, PRIMARY KEY (account, region, kind, id)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE step (number INTEGER PRIMARY KEY, text TEXT NOT NULL,"
	" sum INTEGER NOT NULL) STRICT;";

/* What version 2 has more. */
static const char schema_calls[] =
	"CREATE TABLE call (number INTEGER PRIMARY KEY, text TEXT NOT NULL,"
	" sum INTEGER NOT NULL) STRICT;";

/* What version 3 has more. */
static const char schema_lab[] =
	"CREATE TABLE memo (name TEXT PRIMARY KEY, text TEXT NOT NULL,"
	" sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE record (number INTEGER PRIMARY KEY, text TEXT NOT NULL,"
	" sum INTEGER NOT NULL) STRICT;";

static bool note_version(struct store *s, struct err *e)
{
	char sql[128];

	snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
		WORLD_FILE_APPLICATION_ID, WORLD_FILE_VERSION);
	return db_exec(s, sql, e);
}

static bool refuse(struct store *s, const char *why, struct err *e)
{
	return err_set(e, ERR_DATA,
		_("%s is not a world that can be used (%s). It is left as it is. Move it away, or "
		  "name another world."),
		s->path, why);
}

enum whose { OURS, WITHOUT_CALLS, WITHOUT_LABS, NOBODYS, REFUSED };

/* Looks whether the file is ours, without touching it. */
static enum whose identify(struct store *s, struct err *e)
{
	int64_t application, version, tables;

	/* the tables first: when another process makes them meanwhile, it marks them as ours in the
	 * same transaction */
	if (!db_number(s, "SELECT count(*) FROM sqlite_schema", &tables, e) ||
		!db_number(s, "PRAGMA application_id", &application, e) ||
		!db_number(s, "PRAGMA user_version", &version, e))
		return REFUSED;
	if (application == WORLD_FILE_APPLICATION_ID && version > WORLD_FILE_VERSION)
		return refuse(s, _("a newer amidojo wrote it"), e), REFUSED;
	if (application == WORLD_FILE_APPLICATION_ID && version == WORLD_FILE_VERSION)
		return OURS;
	if (application == WORLD_FILE_APPLICATION_ID && version == 2)
		return WITHOUT_LABS;
	if (application == WORLD_FILE_APPLICATION_ID && version == 1)
		return WITHOUT_CALLS;
	if (application || tables)
		return refuse(s, _("another program wrote it"), e), REFUSED;
	return NOBODYS;
}

/* Makes the tables that are missing, unless another process was faster. */
static bool prepare(struct store *s, struct err *e)
{
	enum whose whose;
	bool ok;

	if (!db_begin(s, e))
		return false;
	whose = identify(s, e);
	ok = whose != REFUSED;
	if (ok && whose == NOBODYS)
		ok = db_exec(s, schema, e);
	if (ok && (whose == NOBODYS || whose == WITHOUT_CALLS))
		ok = db_exec(s, schema_calls, e);
	if (ok && whose != OURS)
		ok = db_exec(s, schema_lab, e) && note_version(s, e);
	return db_end(s, ok, e);
}

static int note_log(void *file, sqlite3 *h, const char *schema_name, int pages)
{
	(void)h;
	(void)schema_name;
	((struct world_file *)file)->log_pages = pages;
	return SQLITE_OK;
}

/* A commit must survive kill -9; only a power cut may cost the last commands, as they are practice.
 * Folding the log into the file costs a sync, which is too much for each command: it is done now
 * and then. */
static bool tune(struct world_file *f, struct err *e)
{
	sqlite3_db_config(f->s->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_wal_hook(f->s->h, note_log, f);
	return store_use_wal(f->s, f->busy_ms, e) &&
	       db_exec(f->s, "PRAGMA synchronous = NORMAL;", e);
}

/* Not now, if another shell is in the file. */
static void shorten_log(struct world_file *f)
{
	sqlite3_busy_timeout(f->s->h, 0);
	if (f->log_pages >= LOG_PAGES &&
		sqlite3_wal_checkpoint_v2(f->s->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
			SQLITE_OK)
		f->log_pages = 0;
	sqlite3_busy_timeout(f->s->h, f->busy_ms);
}

struct world_file *world_file_open(const char *path, int busy_ms, struct err *e)
{
	struct world_file *f = xcalloc(1, sizeof *f);
	enum whose whose;

	f->s = store_open_raw(path, NULL, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, busy_ms, e);
	if (!f->s) {
		free(f);
		return NULL;
	}
	f->busy_ms = busy_ms;
	f->s->doing = DOING_WORLD;
	whose = identify(f->s, e);
	if (whose == REFUSED || !tune(f, e) || (whose != OURS && !prepare(f->s, e))) {
		world_file_close(f);
		return NULL;
	}
	return f;
}

void world_file_rest(struct world_file *f)
{
	if (f->log_pages >= 8 * LOG_PAGES)
		shorten_log(f);
}

void world_file_close(struct world_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < KEPT; i++)
		sqlite3_finalize(f->kept[i]);
	if (sqlite3_get_autocommit(f->s->h))
		shorten_log(f);
	store_close(f->s);
	free(f);
}

static sqlite3_stmt *statement(struct world_file *f, enum kept k, struct err *e)
{
	if (!f->kept[k])
		f->kept[k] = db_prepare(f->s, kept_sql[k], e);
	if (f->kept[k]) {
		sqlite3_reset(f->kept[k]);
		sqlite3_clear_bindings(f->kept[k]);
	}
	return f->kept[k];
}

/* ---- transactions ---- */

bool world_file_begin(struct world_file *f, struct err *e)
{
	return db_begin(f->s, e);
}

bool world_file_commit(struct world_file *f, struct err *e)
{
	bool ok = db_end(f->s, true, e);

	if (f->log_pages >= LOG_PAGES_MOST) /* a prompt or an endpoint that stays open */
		shorten_log(f);
	return ok;
}

void world_file_rollback(struct world_file *f)
{
	struct err ignored = {0};

	db_end(f->s, false, &ignored);
}

/* ---- reading ---- */

/* Of a text, its place in the file beside it, so that rows cannot change places. */
static int64_t sum_of(const char *text, size_t n, uint64_t place)
{
	return (int64_t)XXH3_64bits_withSeed(text ? text : "", n, place);
}

/* Of a whole row: a changed letter of an id would be another resource. */
static int64_t sum_of_row(const struct world_file_row *r)
{
	const char *const words[] = {r->account, r->region, r->kind, r->id};
	uint64_t sum = XXH3_64bits_withSeed(&r->timer, sizeof r->timer, r->order);

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		sum = XXH3_64bits_withSeed(words[i], strlen(words[i]), sum);
	return sum_of(r->text, r->text ? r->length : 0, sum);
}

static bool sum_fits(sqlite3_stmt *q, int text, int sum, uint64_t place)
{
	const char *s = db_text(q, text);

	return sqlite3_column_int64(q, sum) ==
	       sum_of(s, (size_t)sqlite3_column_bytes(q, text), place);
}

bool world_file_state(struct world_file *f, uint64_t *version, char **state, struct err *e)
{
	sqlite3_stmt *q = statement(f, K_GET_STATE, e);
	bool row = false, ok = q && db_step(f->s, q, &row, e);

	*version = 0;
	*state = NULL;
	if (row && !sum_fits(q, 1, 2, 0)) {
		ok = refuse(f->s, _("its state is damaged"), e);
	} else if (row) {
		*version = (uint64_t)sqlite3_column_int64(q, 0) << 32 |
			   (uint32_t)sqlite3_column_int64(q, 3);
		*state = sqlite3_column_bytes(q, 1) ? xstrdup(db_text(q, 1)) : NULL;
	}
	sqlite3_reset(q); /* or it would hold on to what it has read */
	return ok;
}

static struct world_file_row row_of(sqlite3_stmt *q)
{
	struct world_file_row row = {
		.account = db_text(q, 0),
		.region = db_text(q, 1),
		.kind = db_text(q, 2),
		.id = db_text(q, 3),
		.order = (uint64_t)sqlite3_column_int64(q, 4),
		.timer = INT64_MIN,
	};

	if (sqlite3_column_type(q, 5) != SQLITE_NULL)
		row.timer = sqlite3_column_int64(q, 5);
	row.text = db_text(q, 6);
	row.length = (size_t)sqlite3_column_bytes(q, 6);
	return row;
}

/* A damaged file may lack what the table does not allow to be missing. */
static bool whole(const struct world_file_row *r)
{
	return r->account && r->region && r->kind && r->id;
}

bool world_file_rows(struct world_file *f, world_file_row_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(f->s,
		"SELECT account, region, kind, id, place, timer, document, sum FROM resource"
		" ORDER BY place",
		e);
	bool row = false, ok = q != NULL;

	while (ok && (ok = db_step(f->s, q, &row, e)) && row) {
		struct world_file_row r = row_of(q);

		if (!whole(&r) || sqlite3_column_int64(q, 7) != sum_of_row(&r) || !fn(ctx, &r))
			ok = refuse(f->s, _("its resources do not fit together"), e);
	}
	sqlite3_finalize(q);
	return ok;
}

/* Of a text under a number, its place. */
static bool walk_numbered(struct world_file *f, const char *sql, const char *misfit,
	world_file_step_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(f->s, sql, e);
	bool row = false, ok = q != NULL;

	while (ok && (ok = db_step(f->s, q, &row, e)) && row) {
		uint64_t number = (uint64_t)sqlite3_column_int64(q, 0);

		if (!sum_fits(q, 1, 2, number) ||
			!fn(ctx, number, db_text(q, 1), (size_t)sqlite3_column_bytes(q, 1)))
			ok = refuse(f->s, misfit, e);
	}
	sqlite3_finalize(q);
	return ok;
}

bool world_file_steps(struct world_file *f, world_file_step_fn *fn, void *ctx, struct err *e)
{
	return walk_numbered(f, "SELECT number, text, sum FROM step ORDER BY number",
		_("its steps do not fit together"), fn, ctx, e);
}

bool world_file_calls(struct world_file *f, world_file_step_fn *fn, void *ctx, struct err *e)
{
	return walk_numbered(f, "SELECT number, text, sum FROM call ORDER BY number",
		_("its latest calls do not fit"), fn, ctx, e);
}

/* ---- writing ---- */

bool world_file_put_state(struct world_file *f, const char *text, struct err *e)
{
	sqlite3_stmt *q = statement(f, K_PUT_STATE, e), *drop = statement(f, K_DROP_CALLS, e);

	if (q)
		db_bind(q, "ti", text, sum_of(text, strlen(text), 0));
	return q && drop && db_run(f->s, q, e) && db_run(f->s, drop, e);
}

static bool put_numbered(struct world_file *f, enum kept k, uint64_t number, const char *text,
	size_t length, struct err *e)
{
	sqlite3_stmt *q = statement(f, k, e);

	if (!q)
		return false;
	sqlite3_bind_int64(q, 1, (int64_t)number);
	sqlite3_bind_text(q, 2, text, (int)length, SQLITE_TRANSIENT);
	sqlite3_bind_int64(q, 3, sum_of(text, length, number));
	return db_run(f->s, q, e);
}

bool world_file_put_step(
	struct world_file *f, uint64_t number, const char *text, size_t length, struct err *e)
{
	return put_numbered(f, K_PUT_STEP, number, text, length, e);
}

bool world_file_put_calls(
	struct world_file *f, uint64_t version, const char *text, size_t length, struct err *e)
{
	return put_numbered(f, K_PUT_CALLS, (uint32_t)version, text, length, e);
}

bool world_file_put_row(struct world_file *f, const struct world_file_row *r, struct err *e)
{
	sqlite3_stmt *q = statement(f, K_PUT_ROW, e);

	if (!q)
		return false;
	db_bind(q, "tttti", r->account, r->region, r->kind, r->id, (int64_t)r->order);
	if (r->timer != INT64_MIN)
		sqlite3_bind_int64(q, 6, r->timer);
	if (r->text)
		sqlite3_bind_text(q, 7, r->text, (int)r->length, SQLITE_TRANSIENT);
	sqlite3_bind_int64(q, 8, sum_of_row(r));
	return db_run(f->s, q, e);
}

bool world_file_drop_row(struct world_file *f, const struct world_file_row *r, struct err *e)
{
	sqlite3_stmt *q = statement(f, K_DROP_ROW, e);

	if (q)
		db_bind(q, "tttt", r->account, r->region, r->kind, r->id);
	return q && db_run(f->s, q, e);
}

bool world_file_drop_steps(struct world_file *f, uint64_t first, uint64_t last, struct err *e)
{
	sqlite3_stmt *q = statement(f, K_DROP_STEPS, e);

	if (q)
		db_bind(q, "ii", (int64_t)first, (int64_t)last);
	return q && db_run(f->s, q, e);
}

/* ---- beside the world ---- */

bool world_file_memo(struct world_file *f, const char *name, char **text, struct err *e)
{
	sqlite3_stmt *q = statement(f, K_GET_MEMO, e);
	bool row = false, ok;

	*text = NULL;
	if (q)
		db_bind(q, "t", name);
	ok = q && db_step(f->s, q, &row, e);
	if (row && !sum_fits(q, 0, 1, 0))
		ok = refuse(f->s, _("what it says of itself is damaged"), e);
	else if (row)
		*text = xstrdup(db_text(q, 0));
	sqlite3_reset(q);
	return ok;
}

bool world_file_put_memo(struct world_file *f, const char *name, const char *text, struct err *e)
{
	sqlite3_stmt *q = statement(f, text ? K_PUT_MEMO : K_DROP_MEMO, e);

	if (q && text)
		db_bind(q, "tti", name, text, sum_of(text, strlen(text), 0));
	else if (q)
		db_bind(q, "t", name);
	return q && db_run(f->s, q, e);
}

bool world_file_record(struct world_file *f, world_file_step_fn *fn, void *ctx, struct err *e)
{
	return walk_numbered(f, "SELECT number, text, sum FROM record ORDER BY number",
		_("its record does not fit together"), fn, ctx, e);
}

bool world_file_add_record(struct world_file *f, const char *text, struct err *e)
{
	int64_t last;

	return db_number(f->s, "SELECT coalesce(max(number), 0) FROM record", &last, e) &&
	       put_numbered(f, K_PUT_RECORD, (uint64_t)last + 1, text, strlen(text), e);
}

bool world_file_clear_record(struct world_file *f, struct err *e)
{
	return db_exec(f->s, "DELETE FROM record", e);
}

bool world_file_clear(struct world_file *f, struct err *e)
{
	/* the version goes on rising: another process must see that its world has gone */
	return db_exec(f->s, "DELETE FROM resource; DELETE FROM step;", e) &&
	       world_file_put_state(f, "", e);
}
