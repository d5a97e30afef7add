/*
 * test-ladder.c - every rule of the ladder as a row: events of one item, and the card they make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "study/ladder.h"

static void test_parse_and_format(void **state)
{
	static const struct {
		const char *text;
		int rungs, all;
	} rows[] = {
		{"1,4,7,14/60,180", 4, 6},
		{"1,4,7,14", 4, 4},
		{"1", 1, 1},
		{"3650", 1, 1},
		{"1/2", 1, 2},
		{"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", 16, 16},
		{"3501,3502,3503,3504,3505,3506,3507,3508/3509,3510,3511,3512,3513,3514,3515,3516",
			8, 16},
	};
	char text[LADDER_TEXT];
	struct ladder l;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(ladder_parse(rows[i].text, &l, NULL));
		assert_int_equal(l.n_rungs, rows[i].rungs);
		assert_int_equal(l.n_all, rows[i].all);
		assert_string_equal(ladder_format(&l, text), rows[i].text);
	}
	assert_string_equal(ladder_format(&ladder_default, text), rows[0].text);
}

static void test_refused_ladders(void **state)
{
	static const char *const rows[] = {"", "/", "0", "0,1", "1,", ",1", "1,1", "4,1", "1/1",
		"1/", "/60", "1/60/180", "1, 4", " 1", "1 ", "01", "-1", "+1", "3651",
		"99999999999999999999", "1.5", "a", "1,4,7,14/60,180x",
		"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"};
	struct ladder l = {.n_all = 99};
	struct err e = {0};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		e.code = ERR_NONE;
		assert_false(ladder_parse(rows[i], &l, &e));
		assert_int_equal(e.code, ERR_USAGE);
		assert_int_equal(l.n_all, 99);
	}
}

static void test_kind_names(void **state)
{
	enum event_kind kind;
	int k;

	(void)state;
	for (k = 0; k < EVENT_KINDS; k++) {
		assert_true(event_kind_parse(event_kind_name[k], &kind));
		assert_int_equal(kind, k);
	}
	assert_false(event_kind_parse("learned", &kind));
	assert_false(event_kind_parse("", &kind));
}

/*
 * An event is a letter and the day: l learn, p review passed, f review failed, g practice passed
 * (good), b practice failed (bad), s same, c changed. The ladder is 1,4,7,14/60,180.
 */
struct row {
	const char *events;
	enum card_effect effect; /* of the last event */
	int rung;
	int d0, due; /* -1: none */
	enum card_stage stage;
	int steps, fails;
	bool mistake;
};

static struct card_event event_at(const char **p)
{
	static const struct {
		char letter;
		enum event_kind kind;
		bool correct;
	} letters[] = {{'l', EVENT_LEARN, false}, {'p', EVENT_REVIEW, true},
		{'f', EVENT_REVIEW, false}, {'g', EVENT_PRACTICE, true},
		{'b', EVENT_PRACTICE, false}, {'s', EVENT_SAME, false},
		{'c', EVENT_CHANGED, false}};
	struct card_event e = {.ladder = ladder_default};
	size_t i;
	char *end;

	for (i = 0; i < ARRAY_LEN(letters); i++) {
		if (letters[i].letter == **p) {
			e.kind = letters[i].kind;
			e.correct = letters[i].correct;
		}
	}
	e.day = (day_t)strtol(*p + 1, &end, 10);
	*p = *end == ' ' ? end + 1 : end;
	return e;
}

static day_t day_or_none(int d)
{
	return d < 0 ? DAY_NONE : d;
}

static void check_row(const struct row *r)
{
	const char *p = r->events;
	struct card_change change = {EFFECT_NONE, 0};
	struct card_event e;
	struct card c;

	card_init(&c);
	while (*p) {
		e = event_at(&p);
		change = card_apply(&c, &e);
	}
	if (change.effect != r->effect || change.rung != r->rung || c.d0 != day_or_none(r->d0) ||
		card_due(&c) != day_or_none(r->due) || card_stage(&c) != r->stage ||
		card_progress(&c).done != r->steps || card_progress(&c).of != 5 ||
		c.fails != r->fails || c.mistake != r->mistake)
		fail_msg("%s: effect %d rung %d d0 %d due %d stage %d steps %d fails %d mistake %d",
			r->events, (int)change.effect, change.rung, c.d0, card_due(&c),
			(int)card_stage(&c), card_progress(&c).done, c.fails, c.mistake);
}

static void test_rules(void **state)
{
	static const struct row rows[] = {
		{"", EFFECT_NONE, 0, -1, -1, CARD_NEW, 0, 0, false},
		{"l100", EFFECT_LEARNED, 0, 100, 101, CARD_LEARNING, 1, 0, false},
		/* learning again changes nothing */
		{"l100 l105", EFFECT_NONE, 0, 100, 101, CARD_LEARNING, 1, 0, false},
		/* on time, rung by rung: due days 101 104 107 114, then 160 280, then never */
		{"l100 p101", EFFECT_PASSED, 1, 100, 104, CARD_LEARNING, 2, 0, false},
		{"l100 p101 p104", EFFECT_PASSED, 4, 100, 107, CARD_LEARNING, 3, 0, false},
		{"l100 p101 p104 p107", EFFECT_PASSED, 7, 100, 114, CARD_LEARNING, 4, 0, false},
		{"l100 p101 p104 p107 p114", EFFECT_PASSED, 14, 100, 160, CARD_LONGTERM, 5, 0,
			false},
		{"l100 p101 p104 p107 p114 p160", EFFECT_PASSED, 60, 100, 280, CARD_LONGTERM, 5, 0,
			false},
		{"l100 p101 p104 p107 p114 p160 p280", EFFECT_PASSED, 180, 100, -1, CARD_LONGTERM,
			5, 0, false},
		{"l100 p101 p104 p107 p114 p160 p280 p900", EFFECT_PRACTISED, 0, 100, -1,
			CARD_LONGTERM, 5, 0, false},
		/* late: overdue rungs collapse, the due days stay where they are */
		{"l100 p103", EFFECT_PASSED, 1, 100, 104, CARD_LEARNING, 2, 0, false},
		{"l100 p104", EFFECT_PASSED, 1, 100, 107, CARD_LEARNING, 3, 0, false},
		{"l100 p113", EFFECT_PASSED, 1, 100, 114, CARD_LEARNING, 4, 0, false},
		{"l100 p114", EFFECT_PASSED, 1, 100, 160, CARD_LONGTERM, 5, 0, false},
		{"l100 p160", EFFECT_PASSED, 1, 100, 280, CARD_LONGTERM, 5, 0, false},
		{"l100 p999", EFFECT_PASSED, 1, 100, -1, CARD_LONGTERM, 5, 0, false},
		/* never twice on one day; early is practice */
		{"l100 p101 p101", EFFECT_PRACTISED, 0, 100, 104, CARD_LEARNING, 2, 0, false},
		{"l100 p100", EFFECT_PRACTISED, 0, 100, 101, CARD_LEARNING, 1, 0, false},
		{"l100 f100", EFFECT_PRACTISED, 0, 100, 101, CARD_LEARNING, 1, 0, true},
		{"l100 f100 p101", EFFECT_PASSED, 1, 100, 104, CARD_LEARNING, 2, 0, false},
		/* a fail opens a new episode on its day, at any rung */
		{"l100 f101", EFFECT_FAILED, 1, 101, 102, CARD_LEARNING, 1, 1, true},
		{"l100 f105", EFFECT_FAILED, 1, 105, 106, CARD_LEARNING, 1, 1, true},
		{"l100 p101 f104", EFFECT_FAILED, 4, 104, 105, CARD_LEARNING, 1, 1, true},
		{"l100 p114 f160", EFFECT_FAILED, 60, 160, 161, CARD_LEARNING, 1, 1, true},
		{"l100 f101 p101", EFFECT_PRACTISED, 0, 101, 102, CARD_LEARNING, 1, 1, false},
		{"l100 f101 f101", EFFECT_PRACTISED, 0, 101, 102, CARD_LEARNING, 1, 1, true},
		{"l100 f101 p102", EFFECT_PASSED, 1, 101, 105, CARD_LEARNING, 2, 1, false},
		{"l100 f101 f102 f103", EFFECT_FAILED, 1, 103, 104, CARD_LEARNING, 1, 3, true},
		/* drills never move the ladder, however late they come */
		{"l100 g101", EFFECT_PRACTISED, 0, 100, 101, CARD_LEARNING, 1, 0, false},
		{"l100 b101", EFFECT_PRACTISED, 0, 100, 101, CARD_LEARNING, 1, 0, true},
		{"l100 b101 g300", EFFECT_PRACTISED, 0, 100, 101, CARD_LEARNING, 1, 0, false},
		{"l100 f101 g101", EFFECT_PRACTISED, 0, 101, 102, CARD_LEARNING, 1, 1, false},
		/* of an item that was never learned, an answer does nothing */
		{"b100", EFFECT_NONE, 0, -1, -1, CARD_NEW, 0, 0, false},
		{"f100", EFFECT_NONE, 0, -1, -1, CARD_NEW, 0, 0, false},
		{"p100", EFFECT_NONE, 0, -1, -1, CARD_NEW, 0, 0, false},
		{"b100 l101", EFFECT_LEARNED, 0, 101, 102, CARD_LEARNING, 1, 0, false},
		/* changed texts */
		{"l100 p101 s102", EFFECT_NONE, 0, 100, 104, CARD_LEARNING, 2, 0, false},
		{"l100 p101 c102", EFFECT_RESTARTED, 0, 102, 103, CARD_LEARNING, 1, 0, false},
		{"l100 f101 c102", EFFECT_RESTARTED, 0, 102, 103, CARD_LEARNING, 1, 1, true},
		{"l100 p114 c200", EFFECT_RESTARTED, 0, 200, 201, CARD_LEARNING, 1, 0, false},
		{"c100", EFFECT_NONE, 0, -1, -1, CARD_NEW, 0, 0, false},
		/* the day goes back: nothing becomes due twice */
		{"l100 p101 p99", EFFECT_PRACTISED, 0, 100, 104, CARD_LEARNING, 2, 0, false},
		{"l100 p104 c103", EFFECT_RESTARTED, 0, 104, 105, CARD_LEARNING, 1, 0, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i]);
}

/* The event that opens an episode brings its ladder; other events never change it. */
static void test_ladder_of_episode(void **state)
{
	struct card_event e = {EVENT_LEARN, 100, true, ladder_default};
	struct ladder daily;
	struct card c;

	(void)state;
	assert_true(ladder_parse("2,3", &daily, NULL));
	card_init(&c);
	card_apply(&c, &e);
	e = (struct card_event){EVENT_REVIEW, 101, true, daily};
	card_apply(&c, &e);
	assert_int_equal(card_due(&c), 104);
	e = (struct card_event){EVENT_REVIEW, 104, false, daily};
	card_apply(&c, &e);
	assert_int_equal(card_due(&c), 106);
	e = (struct card_event){EVENT_REVIEW, 107, true, ladder_default};
	card_apply(&c, &e);
	assert_int_equal(card_due(&c), DAY_NONE);
	assert_int_equal(card_stage(&c), CARD_LONGTERM);
	assert_int_equal(card_progress(&c).of, 3);
	assert_int_equal(card_progress(&c).done, 3);
}

static void test_due_and_leech(void **state)
{
	struct card c, d;

	(void)state;
	card_init(&c);
	assert_false(card_is_due(&c, 0));
	c.d0 = 100;
	assert_false(card_is_due(&c, 100));
	assert_true(card_is_due(&c, 101));
	assert_true(card_is_due(&c, 5000));
	c.fails = LEECH_FAILS - 1;
	assert_false(card_is_leech(&c));
	c.fails++;
	assert_true(card_is_leech(&c));
	d = c;
	assert_true(card_equal(&c, &d));
	d.ladder.offset[5]++;
	assert_false(card_equal(&c, &d));
	c.d0 = d.d0 = DAY_NONE; /* the ladder of a new card means nothing */
	assert_true(card_equal(&c, &d));
	d.mistake = true;
	assert_false(card_equal(&c, &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_format),
		cmocka_unit_test(test_refused_ladders),
		cmocka_unit_test(test_kind_names),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_ladder_of_episode),
		cmocka_unit_test(test_due_and_leech),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
