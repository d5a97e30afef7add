/*
 * test-exams.c - papers in the store: begun whole, answered one by one, ended once; quizzes and the
 * step from version 1.
 */
#include "store-help.h"

#include "base/buf.h"
#include "store/exams.h"

static const char body_a[] = "{\"ask\":\"a\"}", body_b[] = "{\"ask\":\"b\"}";

static struct exam_place place_of(int number, const char *item, const char *body)
{
	return (struct exam_place){
		.number = number,
		.item = item,
		.body = body,
		.hash = exam_text_hash(body),
		.domain = 1,
		.scored = number % 2,
		.key = number == 2 ? "1,4" : "2",
		.order = "3,1,4,2,5",
	};
}

static bool begin(struct store *s, int64_t *id, struct err *e)
{
	const struct exam_place places[] = {place_of(1, "one", body_a), place_of(2, "two", body_b),
		place_of(3, "three", body_a)};
	const struct exam_begin b = {
		.exam = "saa-c03",
		.seed = 42,
		.class_paper = true,
		.minutes = 130,
		.terms = "{}",
		.at = {86400000 * INT64_C(100), 540},
		.day = 100,
		.mark = {1000, 50, 0xffffffff00000001u, 0},
		.places = places,
		.n = ARRAY_LEN(places),
	};

	return store_exam_begin(s, &b, id, e);
}

static int64_t must_begin(struct store *s)
{
	struct err e = {0};
	int64_t id = 0;

	if (!begin(s, &id, &e))
		fail_msg("%s", e.text);
	return id;
}

static bool enter(struct store *s, struct exam_entry *n, enum exam_entry_kind kind, int number,
	const char *value, struct err *e)
{
	int64_t expected = n->id;

	*n = (struct exam_entry){.attempt = 1,
		.number = number,
		.kind = kind,
		.value = value,
		.taken_ms = 900,
		.mark = {2000, 60, 7, 1000},
		.expected = expected};
	if (store_exam_add(s, n, e))
		return true;
	n->id = expected;
	return false;
}

static void must_enter(struct store *s, struct exam_entry *n, enum exam_entry_kind kind, int number,
	const char *value, bool correct)
{
	struct err e = {0};

	if (!enter(s, n, kind, number, value, &e))
		fail_msg("%s", e.text);
	assert_int_equal(n->correct, correct);
}

static bool end_exam(
	struct store *s, int64_t id, enum exam_end how, int64_t expected, struct err *e)
{
	struct record missed = record_of(EVENT_QUIZ, "two", 100, false);
	const struct exam_ending x = {.attempt = id,
		.how = how,
		.mark = {9000, 90, 7, 8000},
		.at = {86400000 * INT64_C(100), 540},
		.day = 100,
		.expected = expected,
		.mistakes = &missed,
		.n = 1};

	return store_exam_end(s, &x, e);
}

/* ---- what is read back, as one text ---- */

static bool tell_place(void *ctx, const struct exam_place *p)
{
	buf_addf(ctx, "%d %s %s %d%d %s %s\n", p->number, p->item, p->body, p->domain, p->scored,
		p->key, p->order);
	return true;
}

static bool tell_entry(void *ctx, const struct exam_entry *n)
{
	buf_addf(ctx, "%d:%d '%s' %d %lld/%lld\n", n->number, n->kind, n->value, n->correct,
		(long long)n->taken_ms, (long long)n->mark.elapsed_ms);
	return true;
}

static bool tell_attempt(void *ctx, const struct exam_attempt *a)
{
	buf_addf(ctx, "%lld %s %lld%d %d/%d %d %llx last %lld@%lld how %d %lld\n", (long long)a->id,
		a->exam, (long long)a->seed, a->class_paper, a->minutes, a->questions, a->day,
		(unsigned long long)a->mark.boot, (long long)a->last_entry,
		(long long)a->last.elapsed_ms, a->how, (long long)a->ended.elapsed_ms);
	return true;
}

static bool tell_sat(void *ctx, const char *item, int times)
{
	buf_addf(ctx, "%s=%d ", item, times);
	return true;
}

static void test_course(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct exam_entry n = {0};
	struct buf text = BUF_INIT;
	struct err e = {0};
	int64_t id = must_begin(s), other;

	assert_false(begin(s, &other, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	must_enter(s, &n, EXAM_ANSWER, 1, "2", true);
	must_enter(s, &n, EXAM_ANSWER, 2, "1", false);
	must_enter(s, &n, EXAM_ANSWER, 2, "1,4", true);
	must_enter(s, &n, EXAM_FLAG, 3, "1", false);
	must_enter(s, &n, EXAM_SURE, 3, "guess", false);
	must_enter(s, &n, EXAM_RESUME, 0, "", false);
	must_enter(s, &n, EXAM_ANSWER, 1, "", false);
	store_close(s);

	s = must_open(&p->o);
	assert_true(store_each_place(s, id, tell_place, &text, &e));
	assert_string_equal(text.s, "1 one {\"ask\":\"a\"} 11 2 3,1,4,2,5\n"
				    "2 two {\"ask\":\"b\"} 10 1,4 3,1,4,2,5\n"
				    "3 three {\"ask\":\"a\"} 11 2 3,1,4,2,5\n");
	buf_clear(&text);
	assert_true(store_each_entry(s, id, tell_entry, &text, &e));
	assert_string_equal(text.s, "1:0 '2' 1 900/1000\n2:0 '1' 0 900/1000\n"
				    "2:0 '1,4' 1 900/1000\n3:1 '1' 0 900/1000\n"
				    "3:2 'guess' 0 900/1000\n0:4 '' 0 900/1000\n"
				    "1:0 '' 0 900/1000\n");
	assert_true(end_exam(s, id, EXAM_SUBMITTED, n.id, &e));
	assert_false(end_exam(s, id, EXAM_TIMED_OUT, n.id, &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_false(enter(s, &n, EXAM_ANSWER, 1, "2", &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(must_begin(s), 2);
	buf_clear(&text);
	assert_true(store_each_attempt(s, 0, tell_attempt, &text, &e));
	assert_string_equal(text.s,
		"2 saa-c03 421 130/3 100 ffffffff00000001 last 0@0 how 0 0\n"
		"1 saa-c03 421 130/3 100 ffffffff00000001 last 7@1000 how 1 8000\n");
	assert_int_equal(must_count(s, "SELECT count(*) FROM exam_text"), 2);
	assert_true(must_card(s, "two").card.mistake);
	assert_int_equal(must_due(s, "two"), 101);
	assert_verified(s, 4);
	buf_release(&text);
	store_close(s);
}

static void test_refused(void **state)
{
	static const struct {
		enum exam_entry_kind kind;
		int number;
		const char *value;
	} rows[] = {
		{EXAM_ANSWER, 4, "1"},
		{EXAM_ANSWER, 0, "1"},
		{EXAM_ANSWER, 1, "1,1"},
		{EXAM_ANSWER, 1, "4,1"},
		{EXAM_ANSWER, 1, "9"},
		{EXAM_ANSWER, 1, "1,"},
		{EXAM_ANSWER, 1, "a"},
		{EXAM_FLAG, 1, "2"},
		{EXAM_SURE, 1, "maybe"},
		{EXAM_LOOK, 1, "x"},
		{EXAM_RESUME, 1, ""},
	};
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct exam_entry n = {0};

	must_begin(s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = {0};

		if (enter(s, &n, rows[i].kind, rows[i].number, rows[i].value, &e))
			fail_msg("%d %d '%s'", rows[i].kind, rows[i].number, rows[i].value);
		assert_int_equal(e.code, ERR_USAGE);
	}
	assert_int_equal(must_count(s, "SELECT count(*) FROM exam_entry"), 0);
	store_close(s);
}

/* A paper is there whole, or not at all. */
static void test_bad_papers(void **state)
{
	static const struct {
		const char *key, *order;
	} rows[] = {
		{"", "1,2"},
		{"3", "1,2"},
		{"1,2", "1,2"},
		{"1", "1,1"},
		{"1", "1"},
		{"1", "1,3"},
		{"1", "1 2"},
		{"2,1", "1,2,3"},
		{"1", ""},
	};
	struct place *p = *state;
	struct store *s = must_open(&p->o);

	for (size_t i = 0; i <= ARRAY_LEN(rows); i++) {
		struct exam_place places[] = {
			place_of(1, "one", body_a), place_of(2, "two", body_b)};
		const struct exam_begin b = {.exam = "x",
			.minutes = 1,
			.terms = "{}",
			.day = 100,
			.places = places,
			.n = 2};
		struct err e = {0};
		int64_t id;

		if (i < ARRAY_LEN(rows)) {
			places[1].key = rows[i].key;
			places[1].order = rows[i].order;
		} else {
			places[1].hash++;
		}
		assert_false(store_exam_begin(s, &b, &id, &e));
		assert_int_equal(e.code, ERR_USAGE);
	}
	assert_int_equal(must_count(s, "SELECT count(*) FROM exam_attempt"), 0);
	assert_int_equal(must_count(s, "SELECT count(*) FROM exam_place"), 0);
	assert_int_equal(must_count(s, "SELECT count(*) FROM event"), 0);
	store_close(s);
}

static void test_two_windows(void **state)
{
	struct place *p = *state;
	struct store *a = must_open(&p->o), *b = must_open(&p->o);
	struct exam_entry in_a = {0}, in_b = {0};
	struct err e = {0};

	must_begin(a);
	must_enter(a, &in_a, EXAM_ANSWER, 1, "2", true);
	assert_false(enter(b, &in_b, EXAM_ANSWER, 1, "3", &e));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_false(end_exam(b, 1, EXAM_SUBMITTED, 0, &e));
	in_b.id = in_a.id;
	must_enter(b, &in_b, EXAM_ANSWER, 1, "3", false);
	assert_int_equal(must_count(a, "SELECT count(*) FROM exam_entry"), 2);
	store_close(a);
	store_close(b);
}

static void test_append_only(void **state)
{
	static const char *const tables[] = {
		"exam_text", "exam_attempt", "exam_place", "exam_entry", "exam_ending"};
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct exam_entry n = {0};
	struct err e = {0};
	char sql[100];

	must_begin(s);
	must_enter(s, &n, EXAM_ANSWER, 1, "2", true);
	assert_true(end_exam(s, 1, EXAM_ABANDONED, n.id, &e));
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		snprintf(sql, sizeof sql, "DELETE FROM %s", tables[i]);
		assert_false(db_exec(s, sql, NULL));
		snprintf(sql, sizeof sql, "UPDATE %s SET rowid = rowid", tables[i]);
		if (strcmp(tables[i], "exam_place") == 0)
			snprintf(sql, sizeof sql, "UPDATE exam_place SET scored = 1 - scored");
		assert_false(db_exec(s, sql, NULL));
	}
	store_close(s);
}

static void test_damage(void **state)
{
	static const struct {
		const char *table, *sql, *where;
	} rows[] = {
		{"exam_text", "UPDATE exam_text SET body = '{}' WHERE body LIKE '%b%'",
			"exam_place 2"},
		{"exam_place", "UPDATE exam_place SET key = '3' WHERE number = 1", "exam_entry 1"},
		{"exam_place", "UPDATE exam_place SET key = '7' WHERE number = 3", "exam_place 3"},
		{"exam_place", "DELETE FROM exam_place WHERE number = 3", "exam_place"},
		{"exam_place", "DELETE FROM exam_place WHERE number = 2", "exam_place 3"},
		{"exam_entry", "UPDATE exam_entry SET correct = 0", "exam_entry 1"},
		{"exam_entry", "UPDATE exam_entry SET value = '8,8'", "exam_entry 1"},
		{"exam_entry", "UPDATE exam_entry SET number = 0", "exam_entry 1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct place *p = *state;
		struct exam_entry n = {0};
		struct err e = {0};
		struct verdict v;
		struct store *s;
		char sql[100];

		remove_files(p->dir);
		s = must_open(&p->o);
		must_begin(s);
		must_enter(s, &n, EXAM_ANSWER, 1, "2", true);
		snprintf(sql, sizeof sql, "DROP TRIGGER %s_is_never_%s", rows[i].table,
			*rows[i].sql == 'U' ? "updated" : "deleted");
		assert_true(db_exec(s, sql, &e));
		assert_true(db_exec(s, rows[i].sql, &e));
		assert_false(store_verify(s, &v, &e));
		assert_int_equal(e.code, ERR_DATA);
		if (!strstr(e.text, rows[i].where))
			fail_msg("%s: %s", rows[i].sql, e.text);
		store_close(s);
	}
}

/* A text that is damaged is not used for a further paper. */
static void test_damaged_text(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct err e = {0};
	int64_t id = must_begin(s);

	assert_true(end_exam(s, id, EXAM_ABANDONED, 0, &e));
	assert_true(db_exec(s,
		"DROP TRIGGER exam_text_is_never_updated;"
		"UPDATE exam_text SET body = '{}' WHERE body LIKE '%b%'",
		&e));
	assert_false(begin(s, &id, &e));
	assert_int_equal(e.code, ERR_DATA);
	assert_non_null(strstr(e.text, "two"));
	assert_int_equal(must_count(s, "SELECT count(*) FROM exam_attempt"), 1);
	store_close(s);
}

/* Answers alone are worth a backup. */
static void test_backup(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct moment now = {86400000 * INT64_C(200), 0};
	struct exam_entry n = {0};
	struct glance g;
	struct err e = {0};
	char *newest;

	must_begin(s);
	assert_true(store_backup_auto(s, now, &e));
	now.utc_ms += 7200000;
	assert_true(store_backup_auto(s, now, &e)); /* nothing new */
	must_enter(s, &n, EXAM_ANSWER, 1, "2", true);
	now.utc_ms += 7200000;
	assert_true(store_backup_auto(s, now, &e));
	newest = store_newest_backup(p->backups);
	assert_non_null(strstr(newest, "040000"));
	assert_true(store_glance(newest, &g, &e));
	assert_int_equal(g.events, 1);
	free(newest);
	store_close(s);
}

/* ---- what was seen ---- */

static void test_sat(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct buf text = BUF_INIT;
	struct exam_entry n = {0};
	struct err e = {0};

	must_begin(s);
	assert_true(store_each_sat(s, tell_sat, &text, &e));
	assert_string_equal(text.s, "one=1 three=1 two=1 ");
	must_enter(s, &n, EXAM_ANSWER, 2, "1", false);
	assert_true(end_exam(s, 1, EXAM_ABANDONED, n.id, &e));
	buf_clear(&text);
	assert_true(store_each_sat(s, tell_sat, &text, &e));
	assert_string_equal(text.s, "two=1 ");
	must_begin(s);
	buf_clear(&text);
	assert_true(store_each_sat(s, tell_sat, &text, &e));
	assert_string_equal(text.s, "one=1 three=1 two=2 ");
	buf_release(&text);
	store_close(s);
}

/* ---- quizzes ---- */

static void test_quiz(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct stored_card c = must_record(s, EVENT_QUIZ, "one", 100, false);
	struct moment at = {0, 0};
	struct err e = {0};
	struct undone u;

	assert_int_equal(c.change.effect, EFFECT_ENTERED);
	assert_true(c.card.mistake);
	assert_int_equal(card_due(&c.card), 101);
	assert_int_equal(c.card.fails, 0);
	assert_true(c.hash == 0xfedcba9876543210u);
	c = must_record(s, EVENT_QUIZ, "one", 100, true); /* again on that day: practice */
	assert_int_equal(c.change.effect, EFFECT_PRACTISED);
	assert_false(c.card.mistake);
	c = must_record(s, EVENT_QUIZ, "one", 101, true);
	assert_int_equal(c.change.effect, EFFECT_PASSED);
	assert_int_equal(card_due(&c.card), 104);
	c = must_record(s, EVENT_QUIZ, "one", 104, false);
	assert_int_equal(c.change.effect, EFFECT_FAILED);
	for (int i = 0; i < 4; i++)
		assert_true(store_undo(s, at, 105, &u, &e));
	assert_int_equal(u.kind, EVENT_QUIZ);
	c = must_card(s, "one");
	assert_int_equal(card_stage(&c.card), CARD_NEW);
	assert_int_equal(must_count(s, "SELECT learned + practised FROM day WHERE day = 100"), 0);
	assert_verified(s, 8);
	store_close(s);
}

/* Undo goes past an exam, which stays. */
static void test_undo_past_exam(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct moment at = {0, 0};
	struct err e = {0};
	struct undone u;

	must_record(s, EVENT_LEARN, "ami/a", 100, false);
	must_begin(s);
	assert_true(store_undo(s, at, 100, &u, &e));
	assert_string_equal(u.item, "ami/a");
	assert_false(store_undo(s, at, 100, &u, &e));
	assert_true(store_redo(s, at, 100, &u, &e));
	assert_verified(s, 4);
	store_close(s);
}

/* ---- from version 1 ---- */

static void test_migration(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct undone u;
	struct store *s = store_open_at(&p->o, store_migrations, 1, 1, &e);

	assert_non_null(s);
	must_record(s, EVENT_LEARN, "ami/a", 100, false);
	/* a log of years: no step may look through all of it for each of its rows */
	assert_true(db_exec(s,
		"WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)"
		" INSERT INTO event SELECT i, 0, 0, 100, 'read', 'note', 0, NULL, NULL, 0, -1, NULL, NULL"
		" FROM n",
		&e));
	assert_true(store_rebuild(s, &e));
	must_record(s, EVENT_REVIEW, "ami/a", 101, true);
	assert_true(store_undo(s, (struct moment){0, 0}, 101, &u, &e));
	store_close(s);
	s = must_open(&p->o);
	assert_int_equal(must_count(s, "PRAGMA user_version"), STORE_VERSION);
	assert_int_equal(must_due(s, "ami/a"), 101);
	assert_verified(s, 60002);
	assert_true(store_redo(s, (struct moment){0, 0}, 101, &u, &e));
	assert_int_equal(must_due(s, "ami/a"), 104);
	assert_false(db_exec(s, "DELETE FROM event", NULL));
	assert_false(db_exec(s, "UPDATE event SET day = 1", NULL));
	assert_int_equal(must_count(s, "SELECT count(*) FROM pragma_foreign_key_list('event')"
				       " WHERE \"table\" = 'event'"),
		1);
	assert_int_equal(must_count(s, "SELECT count(*) FROM sqlite_schema WHERE name LIKE"
				       " 'event_2%'"),
		0);
	must_begin(s);
	must_record(s, EVENT_QUIZ, "one", 102, true);
	assert_verified(s, 60005);
	store_close(s);
	assert_true(is_there(p->dir, "backups"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(test_course),
		IN_PLACE(test_refused),
		IN_PLACE(test_bad_papers),
		IN_PLACE(test_two_windows),
		IN_PLACE(test_append_only),
		IN_PLACE(test_damage),
		IN_PLACE(test_damaged_text),
		IN_PLACE(test_backup),
		IN_PLACE(test_sat),
		IN_PLACE(test_quiz),
		IN_PLACE(test_undo_past_exam),
		IN_PLACE(test_migration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
