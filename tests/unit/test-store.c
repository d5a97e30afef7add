/*
 * test-store.c - recording, undo and redo, what can be read back, and the proof by replay.
 */
#include "store-help.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const struct moment noon = {1795230000000, 540};

static void test_record_and_read(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct stored_card c = must_card(s, "ami/a");

	assert_int_equal(c.version, 0);
	assert_int_equal(card_stage(&c.card), CARD_NEW);
	c = must_record(s, EVENT_LEARN, "ami/a", 100, false);
	assert_int_equal(c.version, 1);
	assert_int_equal(card_due(&c.card), 101);
	assert_true(c.hash == 0xfedcba9876543210u);
	c = must_record(s, EVENT_REVIEW, "ami/a", 101, true);
	assert_int_equal(c.version, 2);
	assert_int_equal(card_due(&c.card), 104);
	store_close(s);
	s = must_open(&p->o);
	c = must_card(s, "ami/a");
	assert_int_equal(c.version, 2);
	assert_int_equal(card_due(&c.card), 104);
	assert_int_equal(c.card.last_day, 101);
	assert_verified(s, 2);
	store_close(s);
	assert_false(is_there(p->dir, "progress.db-wal"));
}

static void test_settings_of_the_file(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);

	assert_int_equal(must_count(s, "PRAGMA application_id"), STORE_APPLICATION_ID);
	assert_int_equal(must_count(s, "PRAGMA user_version"), STORE_VERSION);
	assert_int_equal(must_count(s, "PRAGMA synchronous"), 2);
	assert_int_equal(must_count(s, "PRAGMA foreign_keys"), 1);
	assert_int_equal(must_count(s, "PRAGMA trusted_schema"), 0);
	assert_int_equal(must_count(s, "PRAGMA cell_size_check"), 1);
	assert_int_equal(must_count(s, "SELECT count(*) FROM pragma_journal_mode WHERE"
				       " journal_mode = 'wal'"),
		1);
	assert_int_equal(
		must_count(s, "SELECT count(*) FROM pragma_table_list WHERE"
			      " schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite_%'"),
		0);
	store_close(s);
}

static void test_log_is_append_only(void **state)
{
	static const char *const changes[] = {"UPDATE event SET correct = 1", "DELETE FROM event",
		"INSERT OR REPLACE INTO event SELECT * FROM event",
		"INSERT INTO event (at_ms, offset_min, day, kind, item, hash, taken_ms, expected)"
		" VALUES (0, 0, 0, 'guess', 'x', 0, 0, 0)",
		"INSERT INTO event (at_ms, offset_min, day, kind, item, hash, taken_ms, expected,"
		" target) VALUES (0, 0, 0, 'undo', 'x', 0, 0, 0, 99)",
		"PRAGMA writable_schema = ON; DELETE FROM sqlite_schema"};
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	size_t i;

	must_record(s, EVENT_LEARN, "ami/a", 100, false);
	for (i = 0; i < ARRAY_LEN(changes); i++)
		assert_false(db_exec(s, changes[i], NULL));
	assert_verified(s, 1);
	store_close(s);
}

static void test_unsound_records(void **state)
{
	static const struct ladder none = {0};
	char item[300];
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct record r = record_of(EVENT_LEARN, "", 100, false);
	struct err e = {0};

	assert_false(store_record(s, &r, NULL, &e));
	assert_int_equal(e.code, ERR_USAGE);
	r.item = NULL;
	assert_false(store_record(s, &r, NULL, NULL));
	memset(item, 'x', sizeof item);
	item[256] = '\0';
	r.item = item;
	assert_false(store_record(s, &r, NULL, NULL));
	item[255] = '\0';
	assert_true(store_record(s, &r, NULL, NULL));
	r.item = "ami/a";
	r.kind = EVENT_UNDO;
	assert_false(store_record(s, &r, NULL, NULL));
	r.kind = EVENT_REVIEW;
	r.ladder = none;
	assert_false(store_record(s, &r, NULL, NULL));
	r.kind = EVENT_PRACTICE; /* opens nothing, needs no ladder */
	assert_true(store_record(s, &r, NULL, NULL));
	r.day = DAY_NONE;
	assert_false(store_record(s, &r, NULL, NULL));
	assert_verified(s, 2);
	store_close(s);
}

static void test_conflict(void **state)
{
	struct place *p = *state;
	struct store *a = must_open(&p->o), *b = must_open(&p->o);
	struct record r = record_of(EVENT_LEARN, "ami/a", 100, false);
	struct err e = {0};

	r.expected = 0;
	assert_true(store_record(a, &r, NULL, &e));
	r = record_of(EVENT_REVIEW, "ami/a", 101, true);
	r.expected = 0;
	assert_false(store_record(b, &r, NULL, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_non_null(strstr(e.text, "ami/a"));
	r.expected = 1;
	assert_true(store_record(b, &r, NULL, &e));
	assert_false(store_record(a, &r, NULL, &e));
	assert_int_equal(must_card(a, "ami/a").version, 2);
	assert_verified(a, 2);
	store_close(a);
	store_close(b);
}

/* What was recorded is told, and only that event can be taken back by its id. */
static void test_events_by_id(void **state)
{
	struct place *p = *state;
	struct store *a = must_open(&p->o), *b = must_open(&p->o);
	struct stored_card c;
	struct undone u;
	struct err e = {0};

	c = must_record(a, EVENT_LEARN, "ami/a", 100, false);
	assert_int_equal(c.event, 1);
	assert_int_equal(c.change.effect, EFFECT_LEARNED);
	c = must_record(a, EVENT_REVIEW, "ami/a", 105, true);
	assert_int_equal(c.event, 2);
	assert_int_equal(c.change.effect, EFFECT_PASSED);
	assert_int_equal(c.change.rung, 1);
	c = must_record(b, EVENT_READ, "ami", 105, false);
	assert_int_equal(c.event, 3);
	assert_int_equal(c.change.effect, EFFECT_NONE);
	assert_int_equal(must_card(a, "ami/a").event, 0);
	assert_false(store_undo_event(a, 2, noon, 105, &u, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(must_card(a, "ami/a").version, 2);
	assert_true(store_undo_event(b, 3, noon, 105, &u, &e));
	assert_true(store_undo_event(a, 2, noon, 105, &u, &e));
	assert_int_equal(u.event, 2);
	assert_false(store_redo_event(b, 3, noon, 105, &u, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_true(store_redo_event(a, 2, noon, 105, &u, &e));
	assert_int_equal(u.event, 2);
	assert_true(store_undo(a, noon, 105, NULL, &e));
	assert_true(store_undo(a, noon, 105, NULL, &e));
	assert_false(store_undo_event(a, 1, noon, 105, &u, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_verified(a, 8);
	store_close(a);
	store_close(b);
}

/* A bad derived row is mended from the log; only a bad row of the log itself needs a backup. */
static void test_remedies(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct stored_card c;
	struct err e = {0};

	must_record(s, EVENT_LEARN, "n/a", 100, false);
	assert_true(db_exec(s, "UPDATE card SET ladder = '9,1'", &e));
	assert_false(store_card(s, "n/a", &c, &e));
	assert_int_equal(e.code, ERR_DATA);
	assert_non_null(strstr(e.text, "amidojo doctor --rebuild"));
	assert_null(strstr(e.text, "restore"));
	assert_true(store_rebuild(s, &e));
	assert_int_equal(must_due(s, "n/a"), 101);
	assert_true(db_exec(s,
		"DROP TRIGGER event_is_never_updated;"
		" UPDATE event SET ladder = '9,1'",
		&e));
	assert_false(store_rebuild(s, &e));
	assert_non_null(strstr(e.text, "amidojo restore"));
	store_close(s);
}

static void test_hash(void **state)
{
	static const struct {
		enum event_kind kind;
		uint64_t shown, kept;
	} rows[] = {
		{EVENT_CHANGED, 1, 0}, /* has not begun: does nothing */
		{EVENT_LEARN, 2, 2},
		{EVENT_LEARN, 3, 2},
		{EVENT_REVIEW, 4, 2},
		{EVENT_PRACTICE, 5, 2},
		{EVENT_SAME, 6, 6},
		{EVENT_CHANGED, UINT64_MAX, UINT64_MAX},
		{EVENT_REVIEW, 8, UINT64_MAX},
	};
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct record r;
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		r = record_of(rows[i].kind, "ami/a", 100 + (day_t)i * 10, true);
		r.hash = rows[i].shown;
		assert_true(store_record(s, &r, NULL, NULL));
		assert_true(must_card(s, "ami/a").hash == rows[i].kept);
	}
	while (i-- > 0) {
		assert_true(store_undo(s, noon, 300, NULL, NULL));
		assert_true(must_card(s, "ami/a").hash == (i > 0 ? rows[i - 1].kept : 0));
	}
	store_close(s);
}

/* Records a, b, c; undoes all; redoes all; the store is closed between any two steps. */
static void test_undo_redo_across_restarts(void **state)
{
	static const char *const items[] = {"ami/a", "ami/b", "ami/a"};
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct undone u;
	struct err e = {0};
	int i;

	must_record(s, EVENT_LEARN, "ami/a", 100, false);
	must_record(s, EVENT_LEARN, "ami/b", 100, false);
	must_record(s, EVENT_REVIEW, "ami/a", 101, false);
	assert_false(store_redo(s, noon, 102, &u, &e));
	assert_int_equal(e.code, ERR_NOTHING);
	for (i = 2; i >= 0; i--) {
		store_close(s);
		s = must_open(&p->o);
		assert_true(store_undo(s, noon, 102, &u, &e));
		assert_int_equal(u.event, i + 1);
		assert_string_equal(u.item, items[i]);
		assert_int_equal(u.kind, i == 2 ? EVENT_REVIEW : EVENT_LEARN);
	}
	assert_false(store_undo(s, noon, 102, &u, &e));
	assert_int_equal(e.code, ERR_NOTHING);
	assert_int_equal(must_card(s, "ami/a").card.d0, DAY_NONE);
	assert_int_equal(must_card(s, "ami/a").version, 4);
	for (i = 0; i < 3; i++) {
		store_close(s);
		s = must_open(&p->o);
		assert_true(store_redo(s, noon, 102, &u, &e));
		assert_int_equal(u.event, i + 1);
	}
	assert_false(store_redo(s, noon, 102, &u, &e));
	assert_int_equal(must_card(s, "ami/a").card.fails, 1);
	assert_int_equal(must_due(s, "ami/a"), 102);
	assert_verified(s, 9);
	store_close(s);
}

static void test_redo_ends_with_a_new_event(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct undone u;
	struct err e = {0};

	must_record(s, EVENT_LEARN, "ami/a", 100, false);
	must_record(s, EVENT_REVIEW, "ami/a", 101, false);
	assert_true(store_undo(s, noon, 101, NULL, &e));
	must_record(s, EVENT_REVIEW, "ami/a", 101, true);
	assert_false(store_redo(s, noon, 101, NULL, &e));
	/* The new event can be undone and redone; the one that was replaced stays undone. */
	assert_true(store_undo(s, noon, 101, &u, &e));
	assert_int_equal(u.event, 4);
	assert_true(store_redo(s, noon, 101, &u, &e));
	assert_int_equal(u.event, 4);
	assert_false(store_redo(s, noon, 101, NULL, &e));
	assert_int_equal(must_card(s, "ami/a").card.fails, 0);
	assert_verified(s, 6);
	store_close(s);
}

struct seen {
	char text[600];
	int stop_after, n;
};

static bool see_card(void *ctx, const struct stored_card *c)
{
	struct seen *seen = ctx;

	snprintf(seen->text + strlen(seen->text), sizeof seen->text - strlen(seen->text), "%s ",
		c->item);
	return ++seen->n != seen->stop_after;
}

static void assert_cards(
	struct store *s, enum store_selection which, day_t day, int stop_after, const char *wanted)
{
	struct seen seen = {.stop_after = stop_after};
	struct err e = {0};

	if (!store_each_card(s, which, day, see_card, &seen, &e))
		fail_msg("%s", e.text);
	assert_string_equal(seen.text, wanted);
}

static void test_selections(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);

	must_record(s, EVENT_LEARN, "n/d", 99, false);
	must_record(s, EVENT_LEARN, "n/c", 100, false);
	must_record(s, EVENT_LEARN, "n/b", 100, false);
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	must_record(s, EVENT_REVIEW, "n/a", 114, true);    /* graduates */
	must_record(s, EVENT_REVIEW, "n/b", 101, false);   /* a mistake, due on 102 */
	must_record(s, EVENT_PRACTICE, "n/x", 101, false); /* never learned: no mistake */
	must_record(s, EVENT_READ, "n", 101, false);
	assert_cards(s, STORE_ALL, 0, 0, "n/a n/b n/c n/d ");
	assert_cards(s, STORE_ALL, 0, 2, "n/a n/b ");
	assert_cards(s, STORE_DUE, 99, 0, "");
	assert_cards(s, STORE_DUE, 101, 0, "n/d n/c ");
	assert_cards(s, STORE_DUE, 500, 0, "n/d n/c n/b n/a ");
	assert_cards(s, STORE_MISTAKES, 0, 0, "n/b ");
	assert_cards(s, STORE_LONGTERM, 0, 0, "n/a ");
	assert_true(store_undo(s, noon, 101, NULL, NULL)); /* the reading */
	assert_true(store_undo(s, noon, 101, NULL, NULL)); /* the practice */
	assert_true(store_undo(s, noon, 101, NULL, NULL)); /* the fail */
	assert_cards(s, STORE_MISTAKES, 0, 0, "");
	assert_cards(s, STORE_DUE, 101, 0, "n/d n/b n/c ");
	assert_verified(s, 11);
	store_close(s);
}

/* A screen must not cost more as the log grows: every query finds an index. */
static void test_selections_use_indexes(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct err e = {0};
	sqlite3_stmt *q = db_prepare(s,
		"EXPLAIN QUERY PLAN SELECT item FROM card INDEXED BY card_due WHERE due <= 5"
		" ORDER BY due, item",
		&e);
	bool row;

	assert_non_null(q);
	assert_true(db_step(s, q, &row, &e) && row);
	assert_non_null(strstr(db_text(q, 3), "card_due"));
	assert_true(db_step(s, q, &row, &e));
	assert_false(row); /* no sorting */
	sqlite3_finalize(q);
	store_close(s);
}

static bool see_day(void *ctx, const struct day_numbers *d)
{
	struct seen *seen = ctx;

	snprintf(seen->text + strlen(seen->text), sizeof seen->text - strlen(seen->text),
		"%d:%d/%d/%d/%d/%d/%d ", d->day, d->learned, d->passed, d->failed, d->practised,
		d->read, (int)d->taken_ms);
	return true;
}

static bool see_rung(void *ctx, const struct rung_numbers *r)
{
	struct seen *seen = ctx;

	snprintf(seen->text + strlen(seen->text), sizeof seen->text - strlen(seen->text),
		"+%d:%d/%d ", r->offset, r->passed, r->failed);
	return true;
}

static bool see_reading(void *ctx, const char *note, day_t first, day_t last, int times)
{
	struct seen *seen = ctx;

	snprintf(seen->text + strlen(seen->text), sizeof seen->text - strlen(seen->text),
		"%s:%d-%d/%d ", note, first, last, times);
	return true;
}

static void assert_numbers(struct store *s, const char *days, const char *rungs, const char *notes)
{
	struct seen d = {.n = 0}, r = {.n = 0}, n = {.n = 0};

	assert_true(store_each_day(s, 100, 200, see_day, &d, NULL));
	assert_true(store_each_rung(s, see_rung, &r, NULL));
	assert_true(store_each_read(s, see_reading, &n, NULL));
	assert_string_equal(d.text, days);
	assert_string_equal(r.text, rungs);
	assert_string_equal(n.text, notes);
}

static void test_numbers(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);

	must_record(s, EVENT_LEARN, "n/z", 99, false); /* outside the window */
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	must_record(s, EVENT_READ, "n", 100, false);
	must_record(s, EVENT_REVIEW, "n/a", 101, true);
	must_record(s, EVENT_REVIEW, "n/a", 101, true); /* practice */
	must_record(s, EVENT_READ, "n", 103, false);
	must_record(s, EVENT_REVIEW, "n/a", 105, false);
	assert_numbers(s,
		"100:1/0/0/0/1/3000 101:0/1/0/1/0/3000 103:0/0/0/0/1/1500 105:0/0/1/0/0/1500 ",
		"+1:1/0 +4:0/1 ", "n:100-103/2 ");
	assert_true(store_undo(s, noon, 110, NULL, NULL));
	assert_true(store_undo(s, noon, 110, NULL, NULL));
	assert_numbers(s, "100:1/0/0/0/1/3000 101:0/1/0/1/0/3000 ", "+1:1/0 ", "n:100-100/1 ");
	assert_true(store_redo(s, noon, 111, NULL, NULL));
	assert_numbers(s, "100:1/0/0/0/1/3000 101:0/1/0/1/0/3000 103:0/0/0/0/1/1500 ", "+1:1/0 ",
		"n:100-103/2 ");
	assert_verified(s, 10);
	store_close(s);
}

static bool see_event(void *ctx, const struct log_line *l)
{
	struct seen *seen = ctx;

	snprintf(seen->text + strlen(seen->text), sizeof seen->text - strlen(seen->text),
		"%d %s %s%s%s>%d ", (int)l->id, event_kind_name[l->kind],
		l->answer ? l->answer : "-", l->correct ? " ok" : "", l->in_force ? "" : " undone",
		(int)l->target);
	return ++seen->n != seen->stop_after;
}

static void test_log(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct record r = record_of(EVENT_REVIEW, "n/a", 101, true);
	struct seen seen = {.n = 0}, one = {.n = 0}, of_item = {.n = 0};

	must_record(s, EVENT_LEARN, "n/a", 100, false);
	r.answer = "가용 영역";
	assert_true(store_record(s, &r, NULL, NULL));
	must_record(s, EVENT_LEARN, "n/b", 101, false);
	assert_true(store_undo(s, noon, 101, NULL, NULL));
	assert_true(store_each_event(s, NULL, 0, see_event, &seen, NULL));
	assert_string_equal(
		seen.text, "4 undo ->3 3 learn - undone>0 2 review 가용 영역 ok>0 1 learn ->0 ");
	assert_true(store_each_event(s, NULL, 1, see_event, &one, NULL));
	assert_string_equal(one.text, "4 undo ->3 ");
	assert_true(store_each_event(s, "n/a", 0, see_event, &of_item, NULL));
	assert_string_equal(of_item.text, "2 review 가용 영역 ok>0 1 learn ->0 ");
	store_close(s);
}

static void test_verify_and_rebuild(void **state)
{
	static const struct {
		const char *damage, *named;
		int differences;
	} rows[] = {
		{"UPDATE card SET due = due + 1 WHERE item = 'n/a'", "row n/a of table card", 1},
		{"DELETE FROM card WHERE item = 'n/b'", "row n/b of table card", 1},
		{"INSERT INTO card SELECT 'n/ghost', ladder, d0, credited, mistake, fails, last_day,"
		 " due, stage, hash, version FROM card WHERE item = 'n/a'",
			"n/ghost", 1},
		{"UPDATE day SET passed = passed + 1", "table day", 2},
		{"DELETE FROM rung", "table rung", 1},
		{"UPDATE reading SET times = 7", "row n of table reading", 1},
		{"DELETE FROM undone", "row 5 of table undone", 1},
		{"UPDATE card SET version = 9, ladder = '1'; DELETE FROM day", "table card", 4},
	};
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct verdict v;
	struct err e = {0};
	size_t i;

	must_record(s, EVENT_LEARN, "n/a", 100, false);
	must_record(s, EVENT_LEARN, "n/b", 100, false);
	must_record(s, EVENT_READ, "n", 100, false);
	must_record(s, EVENT_REVIEW, "n/a", 101, true);
	must_record(s, EVENT_REVIEW, "n/b", 101, false);
	assert_true(store_undo(s, noon, 101, NULL, &e));
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(db_exec(s, rows[i].damage, &e));
		assert_true(store_verify(s, &v, &e));
		if (v.differences != rows[i].differences || !strstr(v.first, rows[i].named))
			fail_msg("row %zu: %d differences, %s", i, (int)v.differences, v.first);
		if (!store_rebuild(s, &e))
			fail_msg("%s", e.text);
		assert_verified(s, 6);
		assert_int_equal(must_due(s, "n/a"), 104);
		assert_int_equal(must_card(s, "n/b").version, 3);
	}
	store_close(s);
}

/* A full device in the middle of an answer: a clear text, and the earlier answers are there. */
static void test_no_room(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct rlimit small = {0, 0}, was;
	struct record r = record_of(EVENT_LEARN, "n/a", 100, false);
	struct err e = {0};
	char item[32];
	int n = 0;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = was;
	small.rlim_cur = 256 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (r.item = item; n < 2000; n++) {
		snprintf(item, sizeof item, "n/%d", n);
		if (!store_record(s, &r, NULL, &e))
			break;
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_in_range(n, 5, 1999);
	assert_int_equal(e.code, ERR_FULL);
	assert_non_null(strstr(e.text, "nothing of this answer was saved"));
	assert_non_null(strstr(e.text, p->db));
	assert_verified(s, n);
	/* There is room again: the same answer goes through. */
	assert_true(store_record(s, &r, NULL, &e));
	assert_verified(s, n + 1);
	store_close(s);
}

static void test_busy(void **state)
{
	struct place *p = *state;
	struct store *a = must_open(&p->o), *b = must_open(&p->o);
	struct record r = record_of(EVENT_LEARN, "n/a", 100, false);
	struct err e = {0};

	assert_true(db_exec(a, "BEGIN IMMEDIATE", NULL));
	assert_false(store_record(b, &r, NULL, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_non_null(strstr(e.text, p->db));
	assert_int_equal(must_card(b, "n/a").version, 0); /* reading goes on */
	assert_true(db_exec(a, "ROLLBACK", NULL));
	assert_true(store_record(b, &r, NULL, &e));
	store_close(a);
	store_close(b);
}

/* In the child: answers until killed, and tells each answer only after it was saved. */
static void answer_until_killed(const struct store_options *o, int tell)
{
	struct store *s = store_open(o, NULL);
	struct record r = record_of(EVENT_PRACTICE, "n/a", 100, true);
	char byte = 'x';

	while (s && store_record(s, &r, NULL, NULL))
		if (write(tell, &byte, 1) != 1)
			break;
	_exit(1);
}

static void test_killed(void **state)
{
	struct place *p = *state;
	int ends[2], told = 0, round, version;
	struct store *s;
	char bytes[64];
	ssize_t got;
	pid_t child;

	for (round = 0; round < 5; round++) {
		assert_int_equal(pipe(ends), 0);
		child = fork();
		if (child == 0)
			answer_until_killed(&p->o, ends[1]);
		close(ends[1]);
		got = read(ends[0], bytes, sizeof bytes);
		told += (int)got;
		usleep(3000);
		kill(child, SIGKILL);
		while ((got = read(ends[0], bytes, sizeof bytes)) > 0)
			told += (int)got;
		waitpid(child, NULL, 0);
		close(ends[0]);
		s = must_open(&p->o);
		version = must_card(s, "n/a").version;
		assert_in_range(version, told, told + 1); /* saved, but not told any more */
		told = version;
		assert_verified(s, version);
		store_close(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(test_record_and_read),
		IN_PLACE(test_settings_of_the_file),
		IN_PLACE(test_log_is_append_only),
		IN_PLACE(test_unsound_records),
		IN_PLACE(test_conflict),
		IN_PLACE(test_events_by_id),
		IN_PLACE(test_remedies),
		IN_PLACE(test_hash),
		IN_PLACE(test_undo_redo_across_restarts),
		IN_PLACE(test_redo_ends_with_a_new_event),
		IN_PLACE(test_selections),
		IN_PLACE(test_selections_use_indexes),
		IN_PLACE(test_numbers),
		IN_PLACE(test_log),
		IN_PLACE(test_verify_and_rebuild),
		IN_PLACE(test_no_room),
		IN_PLACE(test_busy),
		IN_PLACE(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
