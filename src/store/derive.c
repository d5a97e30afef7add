/*
 * derive.c - folds events into the derived tables; recording, replay and rebuild all use it.
 *
 * What an event touches is kept in memory until derive_flush: after each answer when recording,
 * once at the end of a replay. Undo folds the item anew from its events still in force, so that
 * it restores exactly what was there before.
 */
#include "store/internal.h"

#include "base/buf.h"
#include "base/intl.h"

#include <string.h>

enum derive_query {
	DQ_CARD,
	DQ_PUT_CARD,
	DQ_ADD_DAY,
	DQ_ADD_RUNG,
	DQ_READ,
	DQ_READ_AGAIN,
	DQ_UNREAD,
	DQ_UNDO,
	DQ_REDO,
	DQ_EVENT,
	DQ_HISTORY,
	DERIVE_QUERIES,
};

/* `$` stands for the schema that holds the derived tables; the log is always main's. */
static const char *const derive_sql[DERIVE_QUERIES] = {
	[DQ_CARD] = "SELECT " CARD_COLUMNS " FROM $.card WHERE item = ?1",
	[DQ_PUT_CARD] = "INSERT OR REPLACE INTO $.card (item, ladder, d0, credited, mistake, fails,"
			" last_day, due, stage, hash, version)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[DQ_ADD_DAY] = "INSERT INTO $.day (day, learned, passed, failed, practised, read, taken_ms)"
		       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (day) DO UPDATE SET"
		       " learned = learned + ?2, passed = passed + ?3, failed = failed + ?4,"
		       " practised = practised + ?5, read = read + ?6, taken_ms = taken_ms + ?7",
	[DQ_ADD_RUNG] =
		"INSERT INTO $.rung (offset, passed, failed) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (offset) DO UPDATE SET passed = passed + ?2, failed = failed + ?3",
	[DQ_READ] = "INSERT INTO $.reading (note, first, last, times) VALUES (?1, ?2, ?2, 1)"
		    " ON CONFLICT (note) DO UPDATE SET"
		    " first = min(first, ?2), last = max(last, ?2), times = times + 1",
	[DQ_READ_AGAIN] = "INSERT INTO $.reading (note, first, last, times)"
			  " SELECT ?1, min(e.day), max(e.day), count(*) FROM main.event e"
			  " WHERE e.item = ?1 AND e.id < ?2 AND e.kind = 'read'"
			  " AND NOT EXISTS (SELECT 1 FROM $.undone u WHERE u.event = e.id)"
			  " HAVING count(*) > 0",
	[DQ_UNREAD] = "DELETE FROM $.reading WHERE note = ?1",
	[DQ_UNDO] = "INSERT INTO $.undone (event, undo) VALUES (?1, ?2)",
	[DQ_REDO] = "DELETE FROM $.undone WHERE event = ?1",
	[DQ_EVENT] = "SELECT " EVENT_COLUMNS " FROM main.event e WHERE e.id = ?1",
	/* In force, or the event that is just undone or redone. */
	[DQ_HISTORY] =
		"SELECT " EVENT_COLUMNS " FROM main.event e WHERE e.item = ?1 AND e.id < ?2"
		" AND e.kind NOT IN ('read', 'exam', 'undo', 'redo')"
		" AND (e.id = ?3 OR NOT EXISTS (SELECT 1 FROM $.undone u WHERE u.event = e.id))"
		" ORDER BY e.id",
};

enum { RUNGS_PENDING = 32 };

struct derive {
	struct store *s;
	const char *schema;
	sqlite3_stmt *q[DERIVE_QUERIES];
	struct arena arena;
	struct map cells;
	struct cell **list;
	size_t len, cap;
	struct day_numbers day; /* pending for day.day; DAY_NONE: nothing pending */
	struct rung_numbers rung[RUNGS_PENDING];
	int rungs;
};

struct derive *derive_new(struct store *s, const char *schema)
{
	struct derive *d = xcalloc(1, sizeof *d);

	d->s = s;
	d->schema = schema;
	d->day.day = DAY_NONE;
	return d;
}

void derive_clear(struct derive *d)
{
	map_release(&d->cells);
	arena_release(&d->arena);
	d->len = 0;
	d->rungs = 0;
	d->day = (struct day_numbers){.day = DAY_NONE};
}

void derive_free(struct derive *d)
{
	int i;

	if (!d)
		return;
	derive_clear(d);
	for (i = 0; i < DERIVE_QUERIES; i++)
		sqlite3_finalize(d->q[i]);
	free(d->list);
	free(d);
}

static sqlite3_stmt *prepare_for_schema(struct derive *d, const char *sql, struct err *e)
{
	struct buf text = BUF_INIT;
	sqlite3_stmt *q;

	for (; *sql; sql++) {
		if (*sql == '$')
			buf_adds(&text, d->schema);
		else
			buf_addc(&text, *sql);
	}
	q = db_prepare(d->s, text.s, e);
	buf_release(&text);
	return q;
}

static sqlite3_stmt *query(struct derive *d, enum derive_query id, struct err *e)
{
	if (!d->q[id])
		d->q[id] = prepare_for_schema(d, derive_sql[id], e);
	if (d->q[id])
		sqlite3_reset(d->q[id]);
	return d->q[id];
}

/* Prepares, binds and runs a statement that gives no rows. */
static bool run(struct derive *d, enum derive_query id, struct err *e, const char *types, ...)
{
	sqlite3_stmt *q = query(d, id, e);
	va_list ap;

	if (!q)
		return false;
	va_start(ap, types);
	db_vbind(q, types, ap);
	va_end(ap);
	return db_run(d->s, q, e);
}

/* --- rows --------------------------------------------------------------------------------- */

static bool bad_row(struct store *s, const char *what, struct err *e)
{
	char remedy[700];

	remedy_for_damage(s->backup_dir, remedy, sizeof remedy);
	return err_set(e, ERR_DATA, _("%s is damaged (%s). %s"), s->path, what, remedy);
}

/* The log still has what a derived row should say, so nothing needs to be given up for it. */
static bool bad_derived_row(struct store *s, const char *what, struct err *e)
{
	return err_set(e, ERR_DATA,
		_("%s has a damaged entry (%s), but its log is there. Run `amidojo doctor "
		  "--rebuild` to make the entry anew; nothing is lost."),
		s->path, what);
}

bool event_of_row(struct store *s, sqlite3_stmt *q, struct event *ev, struct err *e)
{
	const char *kind = db_text(q, 1), *ladder;

	*ev = (struct event){.id = sqlite3_column_int64(q, 0)};
	if (!kind || !event_kind_parse(kind, &ev->kind))
		return bad_row(s, kind ? kind : "event.kind", e);
	ev->item = db_text(q, 2);
	if (!ev->item)
		return bad_row(s, "event.item", e);
	ev->hash = (uint64_t)sqlite3_column_int64(q, 3);
	ev->taken_ms = sqlite3_column_int64(q, 5);
	ev->target = sqlite3_column_int64(q, 8);
	ev->what.kind = ev->kind;
	ev->what.correct = sqlite3_column_int(q, 4) != 0;
	ev->what.day = sqlite3_column_int(q, 6);
	ev->what.ladder = ladder_default;
	ladder = db_text(q, 7);
	return !ladder || ladder_parse(ladder, &ev->what.ladder, NULL) || bad_row(s, ladder, e);
}

bool card_of_row(struct store *s, sqlite3_stmt *q, struct stored_card *c, struct err *e)
{
	const char *ladder = db_text(q, 1);

	*c = (struct stored_card){.item = db_text(q, 0)};
	card_init(&c->card);
	if (ladder && !ladder_parse(ladder, &c->card.ladder, NULL))
		return bad_derived_row(s, ladder, e);
	c->card.d0 = db_day(q, 2);
	c->card.credited = (uint8_t)sqlite3_column_int(q, 3);
	c->card.mistake = sqlite3_column_int(q, 4) != 0;
	c->card.fails = sqlite3_column_int(q, 5);
	c->card.last_day = db_day(q, 6);
	c->hash = (uint64_t)sqlite3_column_int64(q, 7);
	c->version = sqlite3_column_int(q, 8);
	return true;
}

/* --- cards -------------------------------------------------------------------------------- */

static struct cell *new_cell(struct derive *d, const char *item)
{
	struct cell *c = arena_calloc(&d->arena, sizeof *c);

	c->item = arena_strdup(&d->arena, item);
	card_init(&c->card);
	map_add(&d->cells, c->item, c);
	ARRAY_GROW(d->list, d->len, d->cap);
	d->list[d->len++] = c;
	return c;
}

struct cell *derive_cell(struct derive *d, const char *item, struct err *e)
{
	struct cell *c = map_get(&d->cells, item);
	struct stored_card stored;
	sqlite3_stmt *q;
	bool row, ok;

	if (c)
		return c;
	q = query(d, DQ_CARD, e);
	if (!q)
		return NULL;
	db_bind(q, "t", item);
	if (!db_step(d->s, q, &row, e))
		return NULL;
	ok = !row || card_of_row(d->s, q, &stored, e);
	if (ok) {
		c = new_cell(d, item);
		if (row) {
			c->card = stored.card;
			c->hash = stored.hash;
			c->version = stored.version;
		}
	}
	sqlite3_reset(q);
	return c;
}

/* The one place where an event meets a card. */
static struct card_change cell_apply(struct cell *c, const struct event *ev)
{
	struct card_change change = card_apply(&c->card, &ev->what);

	if (ev->kind == EVENT_SAME || change.effect == EFFECT_LEARNED ||
		change.effect == EFFECT_ENTERED || change.effect == EFFECT_RESTARTED)
		c->hash = ev->hash;
	return change;
}

static bool put_cell(struct derive *d, const struct cell *c, struct err *e)
{
	bool begun = c->card.d0 != DAY_NONE;
	char ladder[LADDER_TEXT];

	return run(d, DQ_PUT_CARD, e, "ttdiiiddiii", c->item,
		begun ? ladder_format(&c->card.ladder, ladder) : NULL, c->card.d0,
		(int64_t)c->card.credited, (int64_t)c->card.mistake, (int64_t)c->card.fails,
		c->card.last_day, card_due(&c->card), (int64_t)card_stage(&c->card),
		(int64_t)c->hash, (int64_t)c->version);
}

/* --- numbers ------------------------------------------------------------------------------ */

static bool flush_day(struct derive *d, struct err *e)
{
	struct day_numbers n = d->day;

	d->day = (struct day_numbers){.day = DAY_NONE};
	if (n.day == DAY_NONE)
		return true;
	return run(d, DQ_ADD_DAY, e, "iiiiiii", (int64_t)n.day, (int64_t)n.learned,
		(int64_t)n.passed, (int64_t)n.failed, (int64_t)n.practised, (int64_t)n.read,
		n.taken_ms);
}

static bool flush_rungs(struct derive *d, struct err *e)
{
	int i;

	for (i = 0; i < d->rungs; i++) {
		if (!run(d, DQ_ADD_RUNG, e, "iii", (int64_t)d->rung[i].offset,
			    (int64_t)d->rung[i].passed, (int64_t)d->rung[i].failed))
			return false;
	}
	d->rungs = 0;
	return true;
}

/* The pending numbers of a rung; NULL on failure. */
static struct rung_numbers *rung_of(struct derive *d, int offset, struct err *e)
{
	int i;

	for (i = 0; i < d->rungs; i++)
		if (d->rung[i].offset == offset)
			return &d->rung[i];
	if (d->rungs == RUNGS_PENDING && !flush_rungs(d, e))
		return NULL;
	d->rung[d->rungs] = (struct rung_numbers){.offset = offset};
	return &d->rung[d->rungs++];
}

static bool count_rung(struct derive *d, struct card_change change, int sign, struct err *e)
{
	struct rung_numbers *r;

	if (change.effect != EFFECT_PASSED && change.effect != EFFECT_FAILED)
		return true;
	r = rung_of(d, change.rung, e);
	if (!r)
		return false;
	if (change.effect == EFFECT_PASSED)
		r->passed += sign;
	else
		r->failed += sign;
	return true;
}

/* Puts an event into the numbers of its day and rung (sign 1), or takes it out (-1). */
static bool count(struct derive *d, const struct event *ev, struct card_change change, int sign,
	struct err *e)
{
	struct day_numbers *n = &d->day;

	if (n->day != ev->what.day && !flush_day(d, e))
		return false;
	n->day = ev->what.day;
	n->learned += change.effect == EFFECT_LEARNED ? sign : 0;
	n->passed += change.effect == EFFECT_PASSED ? sign : 0;
	n->failed += change.effect == EFFECT_FAILED ? sign : 0;
	if (change.effect == EFFECT_PRACTISED || change.effect == EFFECT_ENTERED)
		n->practised +=
			sign; /* `learned` is what a day's allowance of new cards is counted by */
	n->read += ev->kind == EVENT_READ ? sign : 0;
	n->taken_ms += sign * ev->taken_ms;
	return count_rung(d, change, sign, e);
}

/* --- undo and redo ------------------------------------------------------------------------ */

/* Folds the item of `target` from its events in force before event `before`. */
static bool refold(struct derive *d, const struct event *target, bool in_force, int64_t before,
	struct cell *c, struct card_change *change, struct err *e)
{
	sqlite3_stmt *q = query(d, DQ_HISTORY, e);
	struct cell without;
	struct event ev;
	bool row = false, ok;

	if (!q)
		return false;
	card_init(&c->card);
	c->hash = 0;
	db_bind(q, "tii", c->item, before, target->id);
	while ((ok = db_step(d->s, q, &row, e)) && row) {
		ok = event_of_row(d->s, q, &ev, e);
		if (!ok)
			break;
		without = *c;
		if (ev.id != target->id) {
			cell_apply(c, &ev);
			continue;
		}
		*change = cell_apply(c, &ev);
		if (!in_force)
			*c = without;
	}
	sqlite3_reset(q);
	return ok;
}

static bool load_target(
	struct derive *d, const struct event *ev, struct event *target, struct err *e)
{
	sqlite3_stmt *q = query(d, DQ_EVENT, e);
	bool row, ok;

	if (!q)
		return false;
	db_bind(q, "i", ev->target);
	if (!db_step(d->s, q, &row, e))
		return false;
	ok = row ? event_of_row(d->s, q, target, e) : bad_row(d->s, "event.target", e);
	target->item = ev->item;
	sqlite3_reset(q);
	return ok;
}

static bool compensate(struct derive *d, const struct event *ev, struct err *e)
{
	bool redo = ev->kind == EVENT_REDO;
	struct card_change change = {EFFECT_NONE, 0};
	struct event target;
	struct cell *c;

	if (!load_target(d, ev, &target, e))
		return false;
	if (!(redo ? run(d, DQ_REDO, e, "i", target.id)
		   : run(d, DQ_UNDO, e, "ii", target.id, ev->id)))
		return false;
	if (target.kind == EVENT_READ) {
		if (!run(d, DQ_UNREAD, e, "t", target.item) ||
			!run(d, DQ_READ_AGAIN, e, "ti", target.item, ev->id))
			return false;
	} else {
		c = derive_cell(d, ev->item, e);
		if (!c || !refold(d, &target, redo, ev->id, c, &change, e))
			return false;
		c->version++;
		c->dirty = true;
	}
	return count(d, &target, change, redo ? 1 : -1, e);
}

/* --- the fold ----------------------------------------------------------------------------- */

bool derive_event(
	struct derive *d, const struct event *ev, struct card_change *change, struct err *e)
{
	struct card_change done = {EFFECT_NONE, 0};
	struct cell *c;

	switch (ev->kind) {
	case EVENT_UNDO:
	case EVENT_REDO:
		return compensate(d, ev, e);
	case EVENT_READ:
		return run(d, DQ_READ, e, "ti", ev->item, (int64_t)ev->what.day) &&
		       count(d, ev, done, 1, e);
	case EVENT_EXAM:
		return count(d, ev, done, 1, e);
	default:
		c = derive_cell(d, ev->item, e);
		if (!c)
			return false;
		done = cell_apply(c, ev);
		c->version++;
		c->dirty = true;
		if (change)
			*change = done;
		return count(d, ev, done, 1, e);
	}
}

bool derive_flush(struct derive *d, struct err *e)
{
	bool ok = flush_day(d, e) && flush_rungs(d, e);
	size_t i;

	for (i = 0; ok && i < d->len; i++)
		ok = !d->list[i]->dirty || put_cell(d, d->list[i], e);
	derive_clear(d);
	return ok;
}
