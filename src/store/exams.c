/*
 * exams.c - papers and their answers; see exams.h.
 */
#include "store/exams.h"

#include "base/buf.h"
#include "base/intl.h"
#include "store/internal.h"

#include <string.h>
#include <xxhash.h>

static const char *const entry_kind_name[EXAM_ENTRY_KINDS] = {
	[EXAM_ANSWER] = "answer",
	[EXAM_FLAG] = "flag",
	[EXAM_SURE] = "sure",
	[EXAM_LOOK] = "look",
	[EXAM_RESUME] = "resume",
};

static const char *const end_name[EXAM_ENDS] = {
	[EXAM_OPEN] = "open",
	[EXAM_SUBMITTED] = "submitted",
	[EXAM_TIMED_OUT] = "timed-out",
	[EXAM_ABANDONED] = "abandoned",
};

static int name_index(const char *const names[], int n, const char *name)
{
	int i = 0;

	while (i < n && (!name || strcmp(names[i], name) != 0))
		i++;
	return i;
}

uint64_t exam_text_hash(const char *body)
{
	return XXH3_64bits(body, strlen(body));
}

/* ---- what fits ---- */

/* "1,4": numbers of options, each once; rising if asked for. Answers how many; 0: it is none. */
static int options_count(const char *text, bool rising)
{
	unsigned seen = 0;
	int n = 0, last = 0;

	for (;; text += 2) {
		int digit = text[0] - '0';

		if (digit < 1 || digit > 8 || seen >> digit & 1 || (rising && digit < last))
			return 0;
		seen |= 1u << digit;
		last = digit;
		n++;
		if (!text[1])
			return n;
		if (text[1] != ',')
			return 0;
	}
}

/* An order names the numbers from 1 on, each once; a key some of them, not all. */
static bool place_fits(const struct exam_place *p)
{
	int options = p->order ? options_count(p->order, false) : 0;
	int rights = p->key ? options_count(p->key, true) : 0;

	if (!p->item || !*p->item || !p->body || exam_text_hash(p->body) != p->hash ||
		options < 2 || rights < 1 || rights >= options)
		return false;
	for (const char *c = p->order; *c; c++)
		if (*c != ',' && *c - '0' > options)
			return false;
	return p->key[strlen(p->key) - 1] - '0' <= options;
}

static bool value_fits(enum exam_entry_kind kind, const char *value)
{
	static const char *const sure[] = {"", "guess", "unsure", "sure"};

	switch (kind) {
	case EXAM_ANSWER:
		return !*value || options_count(value, true) > 0;
	case EXAM_FLAG:
		return !*value || strcmp(value, "1") == 0;
	case EXAM_SURE:
		return name_index(sure, ARRAY_LEN(sure), value) < (int)ARRAY_LEN(sure);
	default:
		return !*value;
	}
}

static bool damaged(struct store *s, int64_t attempt, const char *what, struct err *e)
{
	char remedy[700];

	remedy_for_damage(s->backup_dir, remedy, sizeof remedy);
	return err_set(e, ERR_DATA,
		_("Exam %lld in %s is damaged (%s); other exams can be used. %s"),
		(long long)attempt, s->path, what, remedy);
}

/* ---- beginning ---- */

static bool run(struct store *s, const char *sql, struct err *e, const char *types, ...)
{
	sqlite3_stmt *q = db_prepare(s, sql, e);
	va_list ap;
	bool ok;

	if (!q)
		return false;
	va_start(ap, types);
	db_vbind(q, types, ap);
	va_end(ap);
	ok = db_run(s, q, e);
	sqlite3_finalize(q);
	return ok;
}

static bool number_of(struct store *s, const char *sql, int64_t id, int64_t *out, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, sql, e);
	bool row = false, ok;

	if (!q)
		return false;
	db_bind(q, "i", id);
	ok = db_step(s, q, &row, e);
	*out = row ? sqlite3_column_int64(q, 0) : 0;
	sqlite3_finalize(q);
	return ok;
}

/* What happened to the exam, in the log; it counts time and shows backups that there is news. */
static bool log_exam(struct store *s, const char *exam, const char *what, int64_t attempt,
	struct moment at, day_t day, int64_t taken_ms, struct err *e)
{
	char answer[64];
	struct record r = {.kind = EVENT_EXAM,
		.item = exam,
		.answer = answer,
		.expected = -1,
		.taken_ms = taken_ms,
		.at = at,
		.day = day};
	bool ok;

	snprintf(answer, sizeof answer, "%s %lld", what, (long long)attempt);
	ok = record_is_sound(&r, e) && event_append(s, &r, 0, NULL, e) && derive_flush(s->live, e);
	derive_clear(s->live);
	return ok;
}

static bool none_open(struct store *s, struct err *e)
{
	int64_t open;

	if (!db_number(s,
		    "SELECT id FROM exam_attempt a WHERE NOT EXISTS"
		    " (SELECT 1 FROM exam_ending x WHERE x.attempt = a.id)",
		    &open, e))
		return false;
	return !open ||
	       err_set(e, ERR_CONFLICT,
		       _("Exam %lld is still open: `amidojo exam resume` goes on with it, `amidojo exam abandon` gives it up."),
		       (long long)open);
}

/* A text that was stored before and is damaged now would spoil this paper, too. */
static bool text_is_there(struct store *s, const struct exam_place *p, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, "SELECT body = ?2 FROM exam_text WHERE hash = ?1", e);
	bool row = false, same, ok;
	char remedy[700];

	if (!q)
		return false;
	db_bind(q, "it", (int64_t)p->hash, p->body);
	ok = db_step(s, q, &row, e);
	same = row && sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	if (!ok || same)
		return ok;
	remedy_for_damage(s->backup_dir, remedy, sizeof remedy);
	return err_set(
		e, ERR_DATA, _("The text of %s in %s is damaged. %s"), p->item, s->path, remedy);
}

static bool put_place(struct store *s, int64_t attempt, const struct exam_place *p, struct err *e)
{
	int64_t hash = (int64_t)p->hash;

	if (!place_fits(p))
		return err_set(e, ERR_USAGE, _("Question %d of this paper cannot be stored: %s."),
			p->number, p->item);
	if (!run(s, "INSERT OR IGNORE INTO exam_text (hash, body) VALUES (?1, ?2)", e, "it", hash,
		    p->body) ||
		!text_is_there(s, p, e))
		return false;
	return run(s,
		"INSERT INTO exam_place (attempt, number, item, text, domain, scored, key, options)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		e, "iitiiitt", attempt, (int64_t)p->number, p->item, hash, (int64_t)p->domain,
		(int64_t)p->scored, p->key, p->order);
}

static bool put_attempt(struct store *s, const struct exam_begin *b, int64_t *id, struct err *e)
{
	bool ok = run(s,
		"INSERT INTO exam_attempt (exam, seed, class, minutes, questions, terms, at_ms,"
		" offset_min, day, wall_ms, boot_ms, boot, elapsed_ms)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
		e, "tiiiitiiiiiii", b->exam, b->seed, (int64_t)b->class_paper, (int64_t)b->minutes,
		(int64_t)b->n, b->terms, b->at.utc_ms, (int64_t)b->at.offset_min, (int64_t)b->day,
		b->mark.wall_ms, b->mark.boot_ms, (int64_t)b->mark.boot, b->mark.elapsed_ms);

	*id = ok ? sqlite3_last_insert_rowid(s->h) : 0;
	return ok;
}

bool store_exam_begin(struct store *s, const struct exam_begin *b, int64_t *attempt, struct err *e)
{
	bool ok;

	if (!db_begin(s, e))
		return false;
	ok = none_open(s, e) && put_attempt(s, b, attempt, e);
	for (size_t i = 0; ok && i < b->n; i++)
		ok = put_place(s, *attempt, &b->places[i], e);
	ok = ok && log_exam(s, b->exam, "begin", *attempt, b->at, b->day, 0, e);
	return db_end(s, ok, e);
}

/* ---- answers ---- */

/* The attempt is open, and its latest entry is the one that the caller knows. */
static bool up_to_date(struct store *s, int64_t attempt, int64_t expected, struct err *e)
{
	int64_t ended, last;

	if (!number_of(
		    s, "SELECT count(*) FROM exam_ending WHERE attempt = ?1", attempt, &ended, e) ||
		!number_of(
			s, "SELECT max(id) FROM exam_entry WHERE attempt = ?1", attempt, &last, e))
		return false;
	if (ended)
		return err_set(
			e, ERR_CONFLICT, _("Exam %lld has ended meanwhile."), (long long)attempt);
	return last == expected ||
	       err_set(e, ERR_CONFLICT,
		       _("Exam %lld was answered in another window meanwhile; this answer was not saved."),
		       (long long)attempt);
}

/* Whether the answer is the key; also sees that the place exists. */
static bool judge(struct store *s, struct exam_entry *entry, struct err *e)
{
	sqlite3_stmt *q = db_prepare(
		s, "SELECT key, options FROM exam_place WHERE attempt = ?1 AND number = ?2", e);
	bool row = false, ok;

	if (!q)
		return false;
	db_bind(q, "ii", entry->attempt, (int64_t)entry->number);
	ok = db_step(s, q, &row, e);
	if (ok && (row != (entry->kind != EXAM_RESUME) || !value_fits(entry->kind, entry->value)))
		ok = err_set(e, ERR_USAGE,
			_("This cannot be recorded: exam %lld has no such question or answer. Nothing was saved."),
			(long long)entry->attempt);
	entry->correct =
		ok && entry->kind == EXAM_ANSWER && strcmp(db_text(q, 0), entry->value) == 0;
	sqlite3_finalize(q);
	return ok;
}

static bool put_entry(struct store *s, struct exam_entry *entry, struct err *e)
{
	const struct exam_mark *m = &entry->mark;
	bool ok = run(s,
		"INSERT INTO exam_entry (attempt, number, kind, value, correct, taken_ms, wall_ms,"
		" boot_ms, boot, elapsed_ms) VALUES (?1, ?2, ?3, ?4,"
		" CASE ?3 WHEN 'answer' THEN ?5 END, ?6, ?7, ?8, ?9, ?10)",
		e, "iittiiiiii", entry->attempt, (int64_t)entry->number,
		entry_kind_name[entry->kind], entry->value, (int64_t)entry->correct,
		entry->taken_ms, m->wall_ms, m->boot_ms, (int64_t)m->boot, m->elapsed_ms);

	entry->id = ok ? sqlite3_last_insert_rowid(s->h) : 0;
	return ok;
}

bool store_exam_add(struct store *s, struct exam_entry *entry, struct err *e)
{
	if (!db_begin(s, e))
		return false;
	return db_end(s,
		up_to_date(s, entry->attempt, entry->expected, e) && judge(s, entry, e) &&
			put_entry(s, entry, e),
		e);
}

/* ---- the end ---- */

static bool put_mistakes(struct store *s, const struct exam_ending *x, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < x->n; i++)
		ok = record_is_sound(&x->mistakes[i], e) &&
		     event_append(s, &x->mistakes[i], 0, NULL, e);
	ok = ok && derive_flush(s->live, e);
	derive_clear(s->live);
	return ok;
}

static bool exam_name(struct store *s, int64_t attempt, char *out, size_t size, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, "SELECT exam FROM exam_attempt WHERE id = ?1", e);
	bool row = false, ok;

	if (!q)
		return false;
	db_bind(q, "i", attempt);
	ok = db_step(s, q, &row, e);
	if (ok && row)
		snprintf(out, size, "%s", db_text(q, 0));
	sqlite3_finalize(q);
	return ok &&
	       (row || err_set(e, ERR_NOTHING, _("There is no exam %lld."), (long long)attempt));
}

bool store_exam_end(struct store *s, const struct exam_ending *x, struct err *e)
{
	const struct exam_mark *m = &x->mark;
	char exam[200];
	bool ok;

	if (!db_begin(s, e))
		return false;
	ok = exam_name(s, x->attempt, exam, sizeof exam, e) &&
	     up_to_date(s, x->attempt, x->expected, e) &&
	     run(s,
		     "INSERT INTO exam_ending (attempt, how, wall_ms, boot_ms, boot, elapsed_ms)"
		     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		     e, "itiiii", x->attempt, end_name[x->how], m->wall_ms, m->boot_ms,
		     (int64_t)m->boot, m->elapsed_ms) &&
	     put_mistakes(s, x, e) &&
	     log_exam(s, exam, end_name[x->how], x->attempt, x->at, x->day, x->taken_ms, e);
	return db_end(s, ok, e);
}

/* ---- reading ---- */

static struct exam_mark mark_of_row(sqlite3_stmt *q, int column)
{
	return (struct exam_mark){
		.wall_ms = sqlite3_column_int64(q, column),
		.boot_ms = sqlite3_column_int64(q, column + 1),
		.boot = (uint64_t)sqlite3_column_int64(q, column + 2),
		.elapsed_ms = sqlite3_column_int64(q, column + 3),
	};
}

static bool attempt_of_row(struct store *s, sqlite3_stmt *q, struct exam_attempt *a, struct err *e)
{
	*a = (struct exam_attempt){
		.id = sqlite3_column_int64(q, 0),
		.exam = db_text(q, 1),
		.terms = db_text(q, 2),
		.seed = sqlite3_column_int64(q, 3),
		.class_paper = sqlite3_column_int(q, 4),
		.minutes = sqlite3_column_int(q, 5),
		.questions = sqlite3_column_int(q, 6),
		.at = {sqlite3_column_int64(q, 7), sqlite3_column_int(q, 8)},
		.day = sqlite3_column_int(q, 9),
		.mark = mark_of_row(q, 10),
		.last_entry = sqlite3_column_int64(q, 14),
	};
	a->last = a->last_entry ? mark_of_row(q, 15) : a->mark;
	if (sqlite3_column_type(q, 19) != SQLITE_NULL) {
		a->how = (enum exam_end)name_index(end_name, EXAM_ENDS, db_text(q, 19));
		a->ended = mark_of_row(q, 20);
	}
	return (a->exam && a->terms && a->how != EXAM_ENDS && a->questions > 0) ||
	       damaged(s, a->id, "exam_attempt", e);
}

bool store_each_attempt(struct store *s, int64_t id, store_attempt_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s,
		"SELECT a.id, a.exam, a.terms, a.seed, a.class, a.minutes, a.questions, a.at_ms,"
		" a.offset_min, a.day, a.wall_ms, a.boot_ms, a.boot, a.elapsed_ms,"
		" l.id, l.wall_ms, l.boot_ms, l.boot, l.elapsed_ms,"
		" x.how, x.wall_ms, x.boot_ms, x.boot, x.elapsed_ms"
		" FROM exam_attempt a LEFT JOIN exam_ending x ON x.attempt = a.id"
		" LEFT JOIN exam_entry l ON l.id ="
		"  (SELECT max(id) FROM exam_entry WHERE attempt = a.id)"
		" WHERE ?1 = 0 OR a.id = ?1 ORDER BY a.id DESC",
		e);
	struct exam_attempt a;
	bool row = false, ok = q != NULL;

	if (q)
		db_bind(q, "i", id);
	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		ok = attempt_of_row(s, q, &a, e);
		if (ok && !fn(ctx, &a))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

/* Places in order, without a gap. */
struct places {
	struct store *s;
	int64_t attempt;
	int number;
	store_place_fn *fn;
	void *ctx;
};

static bool one_place(struct places *w, sqlite3_stmt *q, bool *more, struct err *e)
{
	struct exam_place p = {
		.number = sqlite3_column_int(q, 0),
		.item = db_text(q, 1),
		.body = db_text(q, 2),
		.hash = (uint64_t)sqlite3_column_int64(q, 3),
		.domain = sqlite3_column_int(q, 4),
		.scored = sqlite3_column_int(q, 5),
		.key = db_text(q, 6),
		.order = db_text(q, 7),
	};
	char what[40];

	snprintf(what, sizeof what, "exam_place %d", p.number);
	if (p.number != ++w->number || !place_fits(&p))
		return damaged(w->s, w->attempt, what, e);
	*more = w->fn(w->ctx, &p);
	return true;
}

bool store_each_place(
	struct store *s, int64_t attempt, store_place_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s,
		"SELECT p.number, p.item, t.body, p.text, p.domain, p.scored, p.key, p.options"
		" FROM exam_place p LEFT JOIN exam_text t ON t.hash = p.text"
		" WHERE p.attempt = ?1 ORDER BY p.number",
		e);
	struct places w = {s, attempt, 0, fn, ctx};
	bool row = false, more = true, ok = q != NULL;
	int64_t wanted = 0;

	if (q)
		db_bind(q, "i", attempt);
	while (ok && more && (ok = db_step(s, q, &row, e)) && row)
		ok = one_place(&w, q, &more, e);
	sqlite3_finalize(q);
	ok = ok &&
	     number_of(s, "SELECT questions FROM exam_attempt WHERE id = ?1", attempt, &wanted, e);
	return ok && (!more || w.number == wanted || damaged(s, attempt, "exam_place", e));
}

static bool one_entry(
	struct store *s, int64_t attempt, sqlite3_stmt *q, struct exam_entry *entry, struct err *e)
{
	const char *key = db_text(q, 10);
	char what[40];

	*entry = (struct exam_entry){
		.id = sqlite3_column_int64(q, 0),
		.attempt = attempt,
		.number = sqlite3_column_int(q, 1),
		.kind = (enum exam_entry_kind)name_index(
			entry_kind_name, EXAM_ENTRY_KINDS, db_text(q, 2)),
		.value = db_text(q, 3),
		.correct = sqlite3_column_int(q, 4),
		.taken_ms = sqlite3_column_int64(q, 5),
		.mark = mark_of_row(q, 6),
	};
	snprintf(what, sizeof what, "exam_entry %lld", (long long)entry->id);
	if (entry->kind == EXAM_ENTRY_KINDS || !entry->value ||
		!value_fits(entry->kind, entry->value) || !key != (entry->kind == EXAM_RESUME) ||
		(entry->kind == EXAM_ANSWER && entry->correct != !strcmp(key, entry->value)))
		return damaged(s, attempt, what, e);
	return true;
}

bool store_each_entry(
	struct store *s, int64_t attempt, store_entry_fn *fn, void *ctx, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s,
		"SELECT e.id, e.number, e.kind, e.value, e.correct, e.taken_ms, e.wall_ms,"
		" e.boot_ms, e.boot, e.elapsed_ms, p.key FROM exam_entry e"
		" LEFT JOIN exam_place p ON p.attempt = e.attempt AND p.number = e.number"
		" WHERE e.attempt = ?1 ORDER BY e.id",
		e);
	struct exam_entry entry;
	bool row = false, ok = q != NULL;

	if (q)
		db_bind(q, "i", attempt);
	while (ok && (ok = db_step(s, q, &row, e)) && row) {
		ok = one_entry(s, attempt, q, &entry, e);
		if (ok && !fn(ctx, &entry))
			break;
	}
	sqlite3_finalize(q);
	return ok;
}

bool store_each_sat(struct store *s, store_sat_fn *fn, void *ctx, struct err *e)
{
	/* what stood in a paper that was given up was seen only if something was done with it */
	sqlite3_stmt *q = db_prepare(s,
		"SELECT p.item, count(*) FROM exam_place p WHERE NOT EXISTS"
		" (SELECT 1 FROM exam_ending x WHERE x.attempt = p.attempt AND x.how = 'abandoned')"
		" OR EXISTS (SELECT 1 FROM exam_entry e WHERE e.attempt = p.attempt"
		"  AND e.number = p.number) GROUP BY p.item ORDER BY p.item",
		e);
	bool row = false, ok = q != NULL;

	while (ok && (ok = db_step(s, q, &row, e)) && row)
		if (!fn(ctx, db_text(q, 0), sqlite3_column_int(q, 1)))
			break;
	sqlite3_finalize(q);
	return ok;
}

/* ---- doctor ---- */

struct verifying {
	struct store *s;
	struct err *e;
	bool ok;
};

static bool any_place(void *ctx, const struct exam_place *p)
{
	(void)ctx;
	(void)p;
	return true;
}

static bool any_entry(void *ctx, const struct exam_entry *entry)
{
	(void)ctx;
	(void)entry;
	return true;
}

static bool verify_attempt(void *ctx, const struct exam_attempt *a)
{
	struct verifying *v = ctx;

	v->ok = store_each_place(v->s, a->id, any_place, NULL, v->e) &&
		store_each_entry(v->s, a->id, any_entry, NULL, v->e);
	return v->ok;
}

bool exams_verify(struct store *s, struct err *e)
{
	struct verifying v = {s, e, true};

	return store_each_attempt(s, 0, verify_attempt, &v, e) && v.ok;
}
