/*
 * read.c - hands out cards, numbers and the log, each from an index or from a small table.
 */
#include "store/internal.h"

bool store_card(struct store *s, const char *item, struct stored_card *out, struct err *e)
{
	struct stored_card c = {0};
	sqlite3_stmt *q = db_query(s, Q_CARD, e);
	bool row, ok;

	if (!q)
		return false;
	db_bind(q, "t", item);
	if (!db_step(s, q, &row, e))
		return false;
	card_init(&c.card);
	ok = !row || card_of_row(s, q, &c, e);
	c.item = item;
	sqlite3_reset(q);
	if (ok)
		*out = c;
	return ok;
}

static const char *const selection_sql[] = {
	[STORE_ALL] = "SELECT " CARD_COLUMNS " FROM main.card WHERE d0 IS NOT NULL ORDER BY item",
	[STORE_DUE] = "SELECT " CARD_COLUMNS " FROM main.card INDEXED BY card_due"
		      " WHERE due <= ?1 ORDER BY due, item",
	[STORE_MISTAKES] = "SELECT " CARD_COLUMNS " FROM main.card INDEXED BY card_mistake"
			   " WHERE mistake = 1 ORDER BY item",
	[STORE_LONGTERM] = "SELECT " CARD_COLUMNS " FROM main.card INDEXED BY card_longterm"
			   " WHERE stage = 2 ORDER BY item",
};

bool store_each_card(struct store *s, enum store_selection which, day_t day, store_card_fn *fn,
	void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, selection_sql[which], e);
	struct stored_card c;
	bool row = false, ok = q != NULL;

	if (q && which == STORE_DUE)
		db_bind(q, "i", (int64_t)day);
	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		ok = card_of_row(s, q, &c, e);
		if (ok && !fn(ctx, &c))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

bool store_each_day(
	struct store *s, day_t from, day_t to, store_day_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s,
		"SELECT day, learned, passed, failed, practised, read, taken_ms FROM main.day"
		" WHERE day BETWEEN ?1 AND ?2"
		" AND (learned <> 0 OR passed <> 0 OR failed <> 0 OR practised <> 0 OR read <> 0)"
		" ORDER BY day",
		e);
	struct day_numbers n;
	bool row = false, ok = q != NULL;

	if (q)
		db_bind(q, "ii", (int64_t)from, (int64_t)to);
	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		n.day = sqlite3_column_int(q, 0);
		n.learned = sqlite3_column_int(q, 1);
		n.passed = sqlite3_column_int(q, 2);
		n.failed = sqlite3_column_int(q, 3);
		n.practised = sqlite3_column_int(q, 4);
		n.read = sqlite3_column_int(q, 5);
		n.taken_ms = sqlite3_column_int64(q, 6);
		if (!fn(ctx, &n))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

bool store_each_rung(struct store *s, store_rung_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s,
		"SELECT offset, passed, failed FROM main.rung"
		" WHERE passed <> 0 OR failed <> 0 ORDER BY offset",
		e);
	struct rung_numbers n;
	bool row = false, ok = q != NULL;

	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		n.offset = sqlite3_column_int(q, 0);
		n.passed = sqlite3_column_int(q, 1);
		n.failed = sqlite3_column_int(q, 2);
		if (!fn(ctx, &n))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

bool store_each_read(struct store *s, store_read_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q =
		db_prepare(s, "SELECT note, first, last, times FROM main.reading ORDER BY note", e);
	bool row = false, ok = q != NULL;

	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		if (!fn(ctx, db_text(q, 0), sqlite3_column_int(q, 1), sqlite3_column_int(q, 2),
			    sqlite3_column_int(q, 3)))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

#define LOG_COLUMNS                                                                                \
	EVENT_COLUMNS ", e.answer, e.at_ms, e.offset_min,"                                         \
		      " NOT EXISTS (SELECT 1 FROM main.undone u WHERE u.event = e.id)"

static bool log_of_row(struct store *s, sqlite3_stmt *q, struct log_line *l, struct err *e)
{
	struct event ev;

	if (!event_of_row(s, q, &ev, e))
		return false;
	*l = (struct log_line){
		.id = ev.id,
		.kind = ev.kind,
		.item = ev.item,
		.answer = db_text(q, 9),
		.correct = ev.what.correct,
		.in_force = sqlite3_column_int(q, 12) != 0,
		.target = ev.target,
		.at = {sqlite3_column_int64(q, 10), sqlite3_column_int(q, 11)},
		.day = ev.what.day,
		.taken_ms = ev.taken_ms,
		.hash = ev.hash,
	};
	return true;
}

bool store_each_event(
	struct store *s, const char *item, int limit, store_log_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s,
		item ? "SELECT " LOG_COLUMNS " FROM main.event e WHERE e.item = ?2"
		       " ORDER BY e.id DESC LIMIT ?1"
		     : "SELECT " LOG_COLUMNS " FROM main.event e ORDER BY e.id DESC LIMIT ?1",
		e);
	struct log_line l;
	bool row = false, ok = q != NULL;

	if (q)
		db_bind(q, item ? "it" : "i", limit > 0 ? (int64_t)limit : (int64_t)-1, item);
	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		ok = log_of_row(s, q, &l, e);
		if (ok && !fn(ctx, &l))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}
