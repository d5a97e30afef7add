/*
 * replay.c - proves or restores the derived tables by folding the whole log anew.
 */
#include "store/internal.h"

#include "base/buf.h"
#include "base/intl.h"

#include <string.h>

bool replay(struct store *s, struct derive *d, int64_t *events, struct err *e)
{
	sqlite3_stmt *q =
		db_prepare(s, "SELECT " EVENT_COLUMNS " FROM main.event e ORDER BY e.id", e);
	bool row = false, ok = q != NULL;
	int64_t n = 0;
	struct event ev;

	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		ok = event_of_row(s, q, &ev, e) && derive_event(d, &ev, NULL, e);
		n++;
	}
	sqlite3_finalize(q);
	if (ok && events)
		*events = n;
	return ok && derive_flush(d, e);
}

/* --- verify ------------------------------------------------------------------------------- */

/* Runs a checking pragma whose only row is "ok" if all is well. */
static bool check_file(struct store *s, const char *pragma, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, pragma, e);
	char remedy[700];
	bool row = false, ok;

	ok = q && db_step(s, q, &row, e);
	if (ok && (!row || strcmp(db_text(q, 0), "ok") != 0)) {
		remedy_for_damage(s->backup_dir, remedy, sizeof remedy);
		ok = err_set(e, ERR_DATA, _("%s is damaged (%.200s). %s"), s->path,
			row ? db_text(q, 0) : pragma, remedy);
	}
	sqlite3_finalize(q);
	return ok;
}

/* An empty temporary table of the shape that the file's own table has. */
static bool create_twin(struct store *s, const char *table, struct err *e)
{
	static const char create[] = "CREATE TABLE ";
	struct buf sql = BUF_INIT;
	sqlite3_stmt *q;
	const char *text;
	bool row = false, ok;

	q = db_prepare(
		s, "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1", e);
	if (!q)
		return false;
	db_bind(q, "t", table);
	ok = db_step(s, q, &row, e);
	text = row ? db_text(q, 0) : NULL;
	if (text && strncmp(text, create, strlen(create)) == 0)
		buf_addf(&sql, "CREATE TEMP TABLE %s", text + strlen(create));
	sqlite3_finalize(q);
	ok = ok && db_exec(s, sql.s, e);
	buf_release(&sql);
	return ok;
}

static const char *key_of(const char *table)
{
	static const struct {
		const char *table, *key;
	} keys[] = {
		{"card", "item"},
		{"day", "day"},
		{"rung", "offset"},
		{"reading", "note"},
		{"undone", "event"},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++)
		if (strcmp(keys[i].table, table) == 0)
			return keys[i].key;
	return "rowid";
}

/* Adds the rows of one table that differ, in either direction, to the verdict. */
static bool compare(struct store *s, const char *table, struct verdict *v, struct err *e)
{
	const char *key = key_of(table);
	struct buf sql = BUF_INIT;
	sqlite3_stmt *q;
	bool row = false, ok;
	int64_t n = 0;

	buf_addf(&sql,
		"SELECT count(DISTINCT k), min(k) FROM ("
		"SELECT %s AS k FROM (SELECT * FROM main.%s EXCEPT SELECT * FROM temp.%s)"
		" UNION ALL "
		"SELECT %s AS k FROM (SELECT * FROM temp.%s EXCEPT SELECT * FROM main.%s))",
		key, table, table, key, table, table);
	q = db_prepare(s, sql.s, e);
	ok = q && db_step(s, q, &row, e);
	if (row)
		n = sqlite3_column_int64(q, 0);
	if (n > 0 && v->differences == 0)
		snprintf(v->first, sizeof v->first,
			_("row %.60s of table %s is not what the log gives"), db_text(q, 1), table);
	v->differences += n;
	sqlite3_finalize(q);
	buf_release(&sql);
	return ok;
}

static bool replay_and_compare(struct store *s, struct verdict *v, struct err *e)
{
	struct derive *d = derive_new(s, "temp");
	const char *const *table;
	bool ok = true;

	for (table = derived_tables; ok && *table; table++)
		ok = create_twin(s, *table, e);
	ok = ok && replay(s, d, &v->events, e);
	derive_free(d);
	for (table = derived_tables; ok && *table; table++)
		ok = compare(s, *table, v, e);
	return ok;
}

bool store_verify(struct store *s, struct verdict *v, struct err *e)
{
	bool ok;

	*v = (struct verdict){0};
	s->doing = DOING_READ;
	if (!check_file(s, "PRAGMA main.quick_check(1)", e) ||
		!check_file(s, "PRAGMA main.integrity_check(card)", e))
		return false;
	/* One snapshot for log and tables; taking it back drops the temporary tables. */
	if (!db_exec(s, "BEGIN", e))
		return false;
	ok = replay_and_compare(s, v, e) && exams_verify(s, e) && labs_verify(s, e);
	db_exec(s, "ROLLBACK", NULL);
	return ok;
}

/* --- rebuild ------------------------------------------------------------------------------ */

static bool empty_table(struct store *s, const char *table, struct err *e)
{
	struct buf sql = BUF_INIT;
	bool ok;

	buf_addf(&sql, "DELETE FROM main.%s; REINDEX main.%s", table, table);
	ok = db_exec(s, sql.s, e);
	buf_release(&sql);
	return ok;
}

bool store_rebuild(struct store *s, struct err *e)
{
	const char *const *table;
	bool ok = db_begin(s, e);

	if (!ok)
		return false;
	for (table = derived_tables; ok && *table; table++)
		ok = empty_table(s, *table, e);
	ok = ok && replay(s, s->live, NULL, e);
	derive_clear(s->live);
	return db_end(s, ok, e);
}
