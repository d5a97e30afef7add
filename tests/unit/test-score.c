/*
 * test-score.c - the estimate and its range, and how long an exam has been going on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "study/examclock.h"
#include "study/score.h"

/* Ranges by Wilson's formula for (fraction, questions): the ends p where the share lies 1.96
 * standard errors of p away, found by bisection. */
static void test_score(void **state)
{
	static const struct {
		struct score_domain d[5];
		size_t n;
		struct score is;
	} rows[] = {
		{{{100, 50, 36}}, 1, {748, 625, 843}},   /* Wilson(0.72; 50) = 0.5833..0.8253 */
		{{{100, 50, 50}}, 1, {1000, 935, 1000}}, /* 0.9286..1 */
		{{{100, 50, 0}}, 1, {100, 100, 165}},
		{{{100, 10, 5}}, 1, {550, 312, 788}},              /* 0.2366..0.7634 */
		{{{50, 10, 10}, {50, 10, 0}}, 2, {550, 369, 731}}, /* as 10 of 20: 0.2993..0.7007 */
		{{{60, 0, 0}, {40, 10, 5}}, 2, {550, 312, 788}},
		{{{60, 0, 0}, {40, 0, 0}}, 2, {100, 100, 1000}},
		{{{30, 15, 11}, {26, 13, 9}, {24, 12, 8}, {20, 10, 7}}, 4, {730, 606, 829}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct score s = score_make(rows[i].d, rows[i].n, 100, 1000);

		assert_int_equal(s.estimate, rows[i].is.estimate);
		assert_int_equal(s.low, rows[i].is.low);
		assert_int_equal(s.high, rows[i].is.high);
	}
}

enum { MINUTE = 60000, BOOT = 7 };

static void test_clock(void **state)
{
	static const struct {
		const char *what;
		struct exam_mark last, now;
		int64_t elapsed, moved;
	} rows[] = {
		{"ten minutes later", {0, 100, BOOT, 5 * MINUTE},
			{10 * MINUTE, 100 + 10 * MINUTE, BOOT, 0}, 15 * MINUTE, 0},
		{"clock set forward", {0, 100, BOOT, 5 * MINUTE},
			{70 * MINUTE, 100 + 10 * MINUTE, BOOT, 0}, 15 * MINUTE, 60 * MINUTE},
		{"clock set back", {0, 100, BOOT, 5 * MINUTE},
			{-50 * MINUTE, 100 + 10 * MINUTE, BOOT, 0}, 15 * MINUTE, -60 * MINUTE},
		{"corrected by 4 s", {0, 0, BOOT, 0}, {MINUTE + 4000, MINUTE, BOOT, 0}, MINUTE, 0},
		{"started anew", {0, 900 * MINUTE, BOOT, MINUTE}, {30 * MINUTE, 500, 8, 0},
			31 * MINUTE, 0},
		{"started anew, clock set back", {0, 900 * MINUTE, BOOT, MINUTE},
			{-MINUTE, 500, 8, 0}, MINUTE, 0},
		{"nobody knows which boot", {0, 5, 0, MINUTE}, {MINUTE, 6, 0, 0}, 2 * MINUTE, 0},
		{"a boot clock that ran back", {0, 900, BOOT, MINUTE}, {MINUTE, 5, BOOT, 0},
			2 * MINUTE, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (exam_elapsed(&rows[i].last, &rows[i].now) != rows[i].elapsed ||
			exam_clock_moved(&rows[i].last, &rows[i].now) != rows[i].moved)
			fail_msg("%s", rows[i].what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
