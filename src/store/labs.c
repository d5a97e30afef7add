/*
 * labs.c - what a learner did in labs; see labs.h.
 */
#include "store/labs.h"

#include "base/intl.h"
#include "store/internal.h"

#include <string.h>

static const char *const what_name[LAB_WHATS] = {
	[LAB_BEGUN] = "begun",
	[LAB_HINT] = "hint",
	[LAB_SOLUTION] = "solution",
	[LAB_PASSED] = "passed",
	[LAB_DONE] = "done",
};

static enum lab_what what_of(const char *name)
{
	int i = 0;

	while (i < LAB_WHATS && (!name || strcmp(what_name[i], name) != 0))
		i++;
	return (enum lab_what)i;
}

static bool is_of_task(enum lab_what what)
{
	return what == LAB_HINT || what == LAB_SOLUTION || what == LAB_PASSED;
}

static bool number_fits(enum lab_what what, int number)
{
	switch (what) {
	case LAB_HINT:
		return number > 0;
	case LAB_DONE:
		return number >= 0;
	default:
		return number == 0;
	}
}

/* What does not fit; NULL: all does. */
static const char *misfit(const struct lab_entry *n)
{
	if (n->what < 0 || n->what >= LAB_WHATS)
		return "what";
	if (!n->lab || !*n->lab)
		return "lab";
	if (n->attempt <= 0)
		return "attempt";
	if (is_of_task(n->what) != (n->task && *n->task))
		return "task";
	if (!number_fits(n->what, n->number))
		return "number";
	return n->day == DAY_NONE ? "day" : NULL;
}

bool store_lab_add(struct store *s, const struct lab_entry *n, struct err *e)
{
	const char *wrong = misfit(n);
	sqlite3_stmt *q;
	bool ok;

	if (wrong)
		return err_set(e, ERR_USAGE,
			_("This cannot be recorded because its %s is not valid. Nothing was saved."),
			wrong);
	if (!db_begin(s, e))
		return false;
	q = db_prepare(s,
		"INSERT INTO lab_entry (lab, attempt, what, task, number, at_ms, offset_min, day)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
		e);
	if (q)
		db_bind(q, "tittiiid", n->lab, n->attempt, what_name[n->what], n->task,
			(int64_t)n->number, n->at.utc_ms, (int64_t)n->at.offset_min, n->day);
	ok = db_run(s, q, e);
	sqlite3_finalize(q);
	return db_end(s, ok, e);
}

/* ---- reading ---- */

static bool damaged(struct store *s, int64_t id, const char *wrong, struct err *e)
{
	char remedy[700];

	remedy_for_damage(s->backup_dir, remedy, sizeof remedy);
	return err_set(e, ERR_DATA, _("Entry %lld of the labs in %s is damaged (%s). %s"),
		(long long)id, s->path, wrong, remedy);
}

static bool entry_of_row(struct store *s, sqlite3_stmt *q, struct lab_entry *n, struct err *e)
{
	const char *wrong;

	*n = (struct lab_entry){
		.lab = db_text(q, 1),
		.attempt = sqlite3_column_int64(q, 2),
		.what = what_of(db_text(q, 3)),
		.task = db_text(q, 4),
		.number = sqlite3_column_int(q, 5),
		.at = {sqlite3_column_int64(q, 6), sqlite3_column_int(q, 7)},
		.day = db_day(q, 8),
	};
	wrong = misfit(n);
	return !wrong || damaged(s, sqlite3_column_int64(q, 0), wrong, e);
}

bool store_each_lab(struct store *s, const char *lab, store_lab_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s,
		"SELECT id, lab, attempt, what, task, number, at_ms, offset_min, day FROM lab_entry"
		" WHERE ?1 IS NULL OR lab = ?1 ORDER BY id",
		e);
	struct lab_entry n;
	bool row = false, ok = q != NULL;

	if (q)
		db_bind(q, "t", lab);
	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		ok = entry_of_row(s, q, &n, e);
		if (ok && !fn(ctx, &n))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

/* ---- sums ---- */

/* One row an attempt, then one a lab. */
static const char sums[] =
	"WITH try AS ("
	" SELECT lab, attempt,"
	"  min(CASE what WHEN 'done' THEN id END) AS done,"
	"  min(CASE what WHEN 'solution' THEN id END) AS solution,"
	"  min(CASE what WHEN 'done' THEN number END) AS commands,"
	"  sum(what = 'passed') AS passed,"
	"  max(day) AS day"
	" FROM lab_entry WHERE ?1 IS NULL OR lab = ?1 GROUP BY lab, attempt),"
	"judged AS ("
	" SELECT *, done IS NOT NULL AND coalesce(solution > done, 1) AS credited,"
	"  attempt = max(attempt) OVER (PARTITION BY lab) AS newest FROM try)"
	"SELECT lab, count(*), count(done), sum(credited),"
	" min(CASE WHEN credited AND commands > 0 THEN commands END),"
	" max(day), max(CASE WHEN newest THEN passed END), max(newest AND done IS NOT NULL)"
	" FROM judged GROUP BY lab ORDER BY lab";

static struct lab_sum sum_of_row(sqlite3_stmt *q)
{
	return (struct lab_sum){
		.attempts = sqlite3_column_int(q, 1),
		.done = sqlite3_column_int(q, 2),
		.credited = sqlite3_column_int(q, 3),
		.best = sqlite3_column_int(q, 4),
		.last = db_day(q, 5),
		.passed = sqlite3_column_int(q, 6),
		.finished = sqlite3_column_int(q, 7),
	};
}

static bool each_sum(
	struct store *s, const char *lab, store_lab_sum_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, sums, e);
	bool row = false, ok = q != NULL;
	struct lab_sum sum;

	if (q)
		db_bind(q, "t", lab);
	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		sum = sum_of_row(q);
		if (!fn(ctx, db_text(q, 0), &sum))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

bool store_each_lab_sum(struct store *s, store_lab_sum_fn *fn, void *ctx, struct err *e)
{
	return each_sum(s, NULL, fn, ctx, e);
}

static bool take_sum(void *ctx, const char *lab, const struct lab_sum *sum)
{
	(void)lab;
	*(struct lab_sum *)ctx = *sum;
	return true;
}

bool store_lab_sum(struct store *s, const char *lab, struct lab_sum *sum, struct err *e)
{
	*sum = (struct lab_sum){.last = DAY_NONE};
	return each_sum(s, lab, take_sum, sum, e);
}

/* ---- doctor ---- */

static bool any_entry(void *ctx, const struct lab_entry *n)
{
	(void)ctx;
	(void)n;
	return true;
}

bool labs_verify(struct store *s, struct err *e)
{
	return store_each_lab(s, NULL, any_entry, NULL, e);
}
