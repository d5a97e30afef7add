/*
 * record.c - appends to the log: answers, undo and redo, each one durable transaction.
 */
#include "store/internal.h"

#include "base/intl.h"

#include <string.h>

static bool is_answer(enum event_kind k)
{
	return k == EVENT_REVIEW || k == EVENT_PRACTICE || k == EVENT_QUIZ;
}

static bool opens_episode(enum event_kind k)
{
	return k == EVENT_LEARN || k == EVENT_REVIEW || k == EVENT_QUIZ || k == EVENT_CHANGED;
}

static bool is_compensation(enum event_kind k)
{
	return k == EVENT_UNDO || k == EVENT_REDO;
}

static bool insert(struct store *s, const struct record *r, int64_t target, struct err *e)
{
	sqlite3_stmt *q = db_query(s, Q_APPEND, e);
	char ladder[LADDER_TEXT];

	if (!q)
		return false;
	db_bind(q, "iidttit", r->at.utc_ms, (int64_t)r->at.offset_min, r->day,
		event_kind_name[r->kind], r->item, (int64_t)r->hash, r->answer);
	if (is_answer(r->kind))
		sqlite3_bind_int(q, 8, r->correct);
	sqlite3_bind_int64(q, 9, r->taken_ms);
	sqlite3_bind_int(q, 10, r->expected);
	if (opens_episode(r->kind))
		sqlite3_bind_text(q, 11, ladder_format(&r->ladder, ladder), -1, SQLITE_TRANSIENT);
	if (is_compensation(r->kind))
		sqlite3_bind_int64(q, 12, target);
	return db_run(s, q, e);
}

bool event_append(struct store *s, const struct record *r, int64_t target,
	struct stored_card *after, struct err *e)
{
	struct event ev = {
		.target = target,
		.taken_ms = r->taken_ms,
		.kind = r->kind,
		.item = r->item,
		.hash = r->hash,
		.what = {r->kind, r->day, is_answer(r->kind) && r->correct, r->ladder},
	};

	if (!insert(s, r, target, e))
		return false;
	ev.id = sqlite3_last_insert_rowid(s->h);
	if (after)
		after->event = ev.id;
	return derive_event(s->live, &ev, after ? &after->change : NULL, e);
}

bool record_is_sound(const struct record *r, struct err *e)
{
	char text[LADDER_TEXT];
	struct ladder l;
	const char *wrong = NULL;

	if (r->kind < 0 || r->kind >= EVENT_KINDS || is_compensation(r->kind))
		wrong = "kind";
	else if (!r->item || !*r->item || strlen(r->item) >= sizeof((struct undone *)0)->item)
		wrong = "item";
	else if (r->day == DAY_NONE)
		wrong = "day";
	else if (opens_episode(r->kind) && !ladder_parse(ladder_format(&r->ladder, text), &l, NULL))
		wrong = "ladder";
	if (!wrong)
		return true;
	return err_set(e, ERR_USAGE,
		_("This cannot be recorded because its %s is not valid. Nothing was saved."),
		wrong);
}

static bool unchanged(const struct record *r, const struct cell *c, struct err *e)
{
	if (r->expected < 0 || r->expected == c->version)
		return true;
	return err_set(e, ERR_CONFLICT,
		_("%s was answered elsewhere since it was shown here. This answer was not saved; "
		  "look at the item again."),
		r->item);
}

bool store_record(struct store *s, const struct record *r, struct stored_card *after, struct err *e)
{
	struct stored_card now = {.item = r->item};
	struct cell *c;
	bool ok;

	if (!record_is_sound(r, e) || !db_begin(s, e))
		return false;
	c = derive_cell(s->live, r->item, e);
	ok = c && unchanged(r, c, e) && event_append(s, r, 0, &now, e);
	if (ok) {
		now.card = c->card;
		now.hash = c->hash;
		now.version = c->version;
		ok = derive_flush(s->live, e);
	}
	derive_clear(s->live);
	ok = db_end(s, ok, e);
	if (ok && after)
		*after = now;
	return ok;
}

/* Fills `u` from the event that the query names; *found false if there is none. */
static bool find_target(
	struct store *s, enum query which, struct undone *u, bool *found, struct err *e)
{
	sqlite3_stmt *q = db_query(s, which, e);

	if (!q || !db_step(s, q, found, e))
		return false;
	if (*found) {
		*u = (struct undone){.event = sqlite3_column_int64(q, 0)};
		event_kind_parse(db_text(q, 1), &u->kind);
		snprintf(u->item, sizeof u->item, "%s", db_text(q, 2));
		u->correct = sqlite3_column_int(q, 3) != 0;
		u->day = sqlite3_column_int(q, 4);
	}
	sqlite3_reset(q);
	return true;
}

static bool wanted(bool any, int64_t found, int64_t event, const char *nothing, struct err *e)
{
	if (event > 0 && (!any || found != event))
		return err_set(e, ERR_CONFLICT,
			_("Something else was recorded since. Nothing was changed; use `amidojo "
			  "undo` or `amidojo redo` to take the latest change."));
	return any || err_set(e, ERR_NOTHING, "%s", nothing);
}

/* EVENT_UNDO or EVENT_REDO of `event`; 0: of the latest one. */
static bool compensate(struct store *s, enum event_kind kind, int64_t event, struct moment at,
	day_t day, struct undone *u, struct err *e)
{
	bool redo = kind == EVENT_REDO;
	const char *nothing = redo ? _("There is nothing to redo: nothing was undone, or something "
				       "was recorded since.")
				   : _("There is nothing to undo.");
	struct record r = {.kind = kind, .expected = -1, .at = at, .day = day};
	struct undone found = {0};
	bool any = false, ok;

	if (!db_begin(s, e))
		return false;
	ok = find_target(s, redo ? Q_LAST_UNDONE : Q_LAST_IN_FORCE, &found, &any, e) &&
	     wanted(any, found.event, event, nothing, e);
	r.item = found.item;
	ok = ok && event_append(s, &r, found.event, NULL, e) && derive_flush(s->live, e);
	derive_clear(s->live);
	ok = db_end(s, ok, e);
	if (ok && u)
		*u = found;
	return ok;
}

bool store_undo(struct store *s, struct moment at, day_t day, struct undone *u, struct err *e)
{
	return compensate(s, EVENT_UNDO, 0, at, day, u, e);
}

bool store_redo(struct store *s, struct moment at, day_t day, struct undone *u, struct err *e)
{
	return compensate(s, EVENT_REDO, 0, at, day, u, e);
}

bool store_undo_event(struct store *s, int64_t event, struct moment at, day_t day, struct undone *u,
	struct err *e)
{
	return compensate(s, EVENT_UNDO, event, at, day, u, e);
}

bool store_redo_event(struct store *s, int64_t event, struct moment at, day_t day, struct undone *u,
	struct err *e)
{
	return compensate(s, EVENT_REDO, event, at, day, u, e);
}
