/*
 * db.c - statements, transactions, and SQLite's errors as sentences for the learner.
 */
#include "store/internal.h"

#include "base/intl.h"

#include <errno.h>
#include <string.h>

static const char *const query_sql[QUERIES] = {
	[Q_BEGIN] = "BEGIN IMMEDIATE",
	[Q_COMMIT] = "COMMIT",
	[Q_ROLLBACK] = "ROLLBACK",
	[Q_APPEND] =
		"INSERT INTO main.event (at_ms, offset_min, day, kind, item, hash, answer, correct,"
		" taken_ms, expected, ladder, target)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	[Q_LAST_IN_FORCE] = "SELECT e.id, e.kind, e.item, e.correct, e.day FROM main.event e"
			    " WHERE e.kind NOT IN ('undo', 'redo', 'exam')"
			    " AND NOT EXISTS (SELECT 1 FROM main.undone u WHERE u.event = e.id)"
			    " ORDER BY e.id DESC LIMIT 1",
	/* Only while nothing was recorded after that undo. */
	[Q_LAST_UNDONE] = "SELECT e.id, e.kind, e.item, e.correct, e.day"
			  " FROM (SELECT event, undo FROM main.undone ORDER BY undo DESC LIMIT 1) u"
			  " JOIN main.event e ON e.id = u.event"
			  " WHERE NOT EXISTS (SELECT 1 FROM main.event l WHERE l.id > u.undo"
			  " AND l.kind NOT IN ('undo', 'redo', 'exam'))",
	[Q_CARD] = "SELECT " CARD_COLUMNS " FROM main.card WHERE item = ?1",
};

static int last_errno(sqlite3_file *f)
{
	int n = 0;

	if (f && f->pMethods)
		f->pMethods->xFileControl(f, SQLITE_FCNTL_LAST_ERRNO, &n);
	return n;
}

/*
 * The system's reason for an SQLITE_IOERR. sqlite3_system_errno knows it only for some calls, so
 * the database file and its log are asked too, and then errno itself (a copy that failed is
 * closed).
 */
static int reason_of(struct store *s, int errno_now)
{
	sqlite3_file *file = NULL, *log = NULL;
	int n = sqlite3_system_errno(s->h);

	sqlite3_file_control(s->h, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	sqlite3_file_control(s->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	n = n ? n : last_errno(log);
	n = n ? n : last_errno(file);
	return n ? n : errno_now;
}

/* EFBIG comes from a limit on file size, which is a full device for all that matters here. */
static bool no_room(int rc, int reason)
{
	return (rc & 0xff) == SQLITE_FULL ||
	       ((rc & 0xff) == SQLITE_IOERR &&
		       (reason == ENOSPC || reason == EFBIG || reason == EDQUOT));
}

static bool full_error(struct store *s, struct err *e)
{
	switch (s->doing) {
	case DOING_SAVE:
		return err_set(e, ERR_FULL,
			_("There is no room left to write %s: nothing of this answer was saved; "
			  "earlier answers are safe. Free some space and answer again."),
			s->path);
	case DOING_BACKUP:
		return err_set(e, ERR_FULL,
			_("There is no room left for a backup of %s. Your progress itself is safe. "
			  "Free some space and try again."),
			s->path);
	case DOING_WORLD:
		return err_set(e, ERR_FULL,
			_("There is no room left to write the world %s: this command changed "
			  "nothing. Free some space and try again."),
			s->path);
	default:
		return err_set(e, ERR_FULL,
			_("There is no room left beside %s, which must be written before it can be "
			  "used. Free some space and try again."),
			s->path);
	}
}

static bool damage_error(struct store *s, struct err *e)
{
	char remedy[700], why[200];

	snprintf(why, sizeof why, "%s", sqlite3_errmsg(s->h));
	if (s->doing == DOING_WORLD)
		return err_set(e, ERR_DATA,
			_("The world %s is damaged (%s). It is left as it is. Move it away to begin "
			  "a new one, or name another world."),
			s->path, why);
	remedy_for_damage(s->backup_dir, remedy, sizeof remedy);
	return err_set(e, ERR_DATA, _("%s is damaged (%s). %s"), s->path, why, remedy);
}

bool db_error(struct store *s, int rc, struct err *e)
{
	int reason = reason_of(s, errno);

	if (no_room(rc, reason))
		return full_error(s, e);
	switch (rc & 0xff) {
	case SQLITE_NOMEM:
		mem_exhausted(0);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_BUSY,
			_("Another program is using %s. Wait for it or close it, then try again; "
			  "nothing was changed."),
			s->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return damage_error(s, e);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return err_set(e, ERR_IO,
			_("%s cannot be opened for writing. Check the permissions of the file and "
			  "of its folder, and that the disk is not mounted read-only."),
			s->path);
	case SQLITE_IOERR:
		return err_set(e, ERR_IO,
			_("The system could not read or write %s (%s). Check the disk, then run "
			  "`amidojo doctor`."),
			s->path, reason ? strerror(reason) : sqlite3_errmsg(s->h));
	default:
		return err_set(e, ERR_DATA,
			_("%s refused a change (%s). Nothing was changed; run `amidojo doctor`."),
			s->path, sqlite3_errmsg(s->h));
	}
}

sqlite3_stmt *db_prepare(struct store *s, const char *sql, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v3(s->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &q, NULL);

	if (rc != SQLITE_OK)
		db_error(s, rc, e);
	return q;
}

sqlite3_stmt *db_query(struct store *s, enum query q, struct err *e)
{
	if (!s->kept[q])
		s->kept[q] = db_prepare(s, query_sql[q], e);
	if (s->kept[q]) {
		sqlite3_reset(s->kept[q]);
		sqlite3_clear_bindings(s->kept[q]);
	}
	return s->kept[q];
}

static void bind_day(sqlite3_stmt *q, int i, day_t d)
{
	if (d == DAY_NONE)
		sqlite3_bind_null(q, i);
	else
		sqlite3_bind_int(q, i, d);
}

void db_vbind(sqlite3_stmt *q, const char *types, va_list ap)
{
	int i;

	for (i = 1; *types; types++, i++) {
		switch (*types) {
		case 'i':
			sqlite3_bind_int64(q, i, va_arg(ap, int64_t));
			break;
		case 'd':
			bind_day(q, i, va_arg(ap, day_t));
			break;
		case 'b':
			sqlite3_bind_int(q, i, va_arg(ap, int));
			break;
		case 't':
			sqlite3_bind_text(q, i, va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
			break;
		default:
			sqlite3_bind_null(q, i);
			break;
		}
	}
}

void db_bind(sqlite3_stmt *q, const char *types, ...)
{
	va_list ap;

	va_start(ap, types);
	db_vbind(q, types, ap);
	va_end(ap);
}

bool db_step(struct store *s, sqlite3_stmt *q, bool *row, struct err *e)
{
	int rc = sqlite3_step(q);

	*row = rc == SQLITE_ROW;
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return true;
	db_error(s, rc, e);
	sqlite3_reset(q);
	return false;
}

bool db_run(struct store *s, sqlite3_stmt *q, struct err *e)
{
	bool row, ok;

	if (!q)
		return false;
	ok = db_step(s, q, &row, e);
	sqlite3_reset(q);
	return ok;
}

bool db_exec(struct store *s, const char *sql, struct err *e)
{
	int rc = sqlite3_exec(s->h, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK || db_error(s, rc, e);
}

bool db_number(struct store *s, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, sql, e);
	bool row = false, ok;

	*out = 0;
	ok = q && db_step(s, q, &row, e);
	if (row)
		*out = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return ok;
}

day_t db_day(sqlite3_stmt *q, int column)
{
	if (sqlite3_column_type(q, column) == SQLITE_NULL)
		return DAY_NONE;
	return sqlite3_column_int(q, column);
}

const char *db_text(sqlite3_stmt *q, int column)
{
	return (const char *)sqlite3_column_text(q, column);
}

bool db_begin(struct store *s, struct err *e)
{
	if (s->doing != DOING_WORLD)
		s->doing = DOING_SAVE;
	return db_run(s, db_query(s, Q_BEGIN, e), e);
}

bool db_end(struct store *s, bool ok, struct err *e)
{
	ok = ok && db_run(s, db_query(s, Q_COMMIT, e), e);
	/* SQLite takes some failed transactions back by itself. */
	if (!ok && !sqlite3_get_autocommit(s->h))
		db_run(s, db_query(s, Q_ROLLBACK, NULL), NULL);
	if (s->doing != DOING_WORLD)
		s->doing = DOING_READ;
	return ok;
}
