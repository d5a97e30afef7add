/*
 * test-forecast.c - reviews of coming days and the plan towards an exam, also by brute force.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "study/forecast.h"

enum { DAYS = 20 };

static struct card card_since(day_t d0, int credited)
{
	struct card c;

	card_init(&c);
	c.d0 = d0;
	c.credited = (uint8_t)credited;
	return c;
}

static void test_card(void **state)
{
	static const struct {
		int d0, credited;
		bool maintenance;
		const char *reviews; /* a digit a day from day 100 on */
	} rows[] = {
		{100, 0, true, "01001001000000100000"}, {99, 0, true, "10010010000001000000"},
		{98, 0, true, "10100100000010000000"}, /* a day late */
		{90, 0, true, "10001000000000000000"}, /* three rungs collapse */
		{90, 3, true, "00001000000000000000"}, {86, 3, true, "10000000000000000000"},
		{50, 4, true, "00000000001000000000"}, {50, 4, false, "00000000000000000000"},
		{40, 4, true, "10000000000000000000"}, {40, 4, false, "00000000000000000000"},
		{40, 0, false, "10000000000000000000"}, /* late rungs are no maintenance */
		{30, 6, true, "00000000000000000000"},
		{105, 0, true, "00000010010010000001"}, /* the clock was put back */
	};
	int got[DAYS + 1], day;
	struct card c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		memset(got, 0, sizeof got);
		c = card_since(rows[i].d0, rows[i].credited);
		forecast_card(&c, 100, rows[i].maintenance, got, DAYS);
		for (day = 0; day < DAYS; day++)
			if (got[day] != rows[i].reviews[day] - '0')
				fail_msg("row %zu, day %d: %d", i, day, got[day]);
		assert_int_equal(got[DAYS], 0);
	}
	memset(got, 0, sizeof got);
	card_init(&c);
	forecast_card(&c, 100, true, got, DAYS);
	for (day = 0; day < DAYS; day++)
		assert_int_equal(got[day], 0);
}

static void test_new_items(void **state)
{
	int got[40] = {0};

	(void)state;
	forecast_new(&ladder_default, 1000, 5, 0, false, got, 40);
	assert_int_equal(got[0], 0);
	assert_int_equal(got[1], 5);
	assert_int_equal(got[4], 10);
	assert_int_equal(got[7], 15);
	assert_int_equal(got[13], 15);
	assert_int_equal(got[14], 20); /* N new a day are 4N reviews a day */
	assert_int_equal(got[39], 20);

	memset(got, 0, sizeof got);
	forecast_new(&ladder_default, 7, 5, 2, false, got, 40);
	assert_int_equal(got[1], 3); /* two of today's five are done already */
	assert_int_equal(got[2], 4); /* and the rest of seven comes tomorrow */
	assert_int_equal(got[3], 0);

	memset(got, 0, sizeof got);
	forecast_new(&ladder_default, 7, 5, 9, false, got, 40);
	assert_int_equal(got[1], 0);
	assert_int_equal(got[2], 5);
	assert_int_equal(got[3], 2);

	memset(got, 0, sizeof got);
	forecast_new(&ladder_default, 7, 0, 0, true, got, 40);
	forecast_new(&ladder_default, 0, 5, 0, true, got, 40);
	assert_int_equal(got[1], 0);
}

static void test_maintenance_of_new_items(void **state)
{
	int with[200] = {0}, without[200] = {0};

	(void)state;
	forecast_new(&ladder_default, 1, 1, 0, true, with, 200);
	forecast_new(&ladder_default, 1, 1, 0, false, without, 200);
	assert_int_equal(with[14] + with[60] + with[180], 3);
	assert_int_equal(without[14], 1);
	assert_int_equal(without[60] + without[180], 0);
}

static void test_saturates(void **state)
{
	int got[3] = {0, INT32_MAX - 1, 0};

	(void)state;
	forecast_new(&ladder_default, INT32_MAX, INT32_MAX, 0, false, got, 3);
	assert_int_equal(got[1], INT32_MAX);
}

static void test_plan(void **state)
{
	static const struct {
		int today, exam, unseen, introduced, limit;
		int last_start, days_left, per_day;
		bool feasible;
	} rows[] = {
		{100, 124, 55, 0, 20, 110, 11, 5, true}, {100, 124, 56, 0, 20, 110, 11, 6, true},
		{100, 124, 56, 0, 5, 110, 11, 6, false}, {100, 124, 0, 0, 5, 110, 11, 0, true},
		{100, 114, 8, 0, 20, 100, 1, 8, true},   /* today is the last day to begin */
		{100, 114, 8, 12, 20, 100, 1, 20, true}, /* 12 are begun already, 20 in all */
		{100, 114, 8, 13, 20, 100, 1, 21, false},
		{100, 113, 8, 0, 20, 99, 0, 0, false}, /* too late */
		{100, 113, 0, 0, 20, 99, 0, 0, true},
		{100, 50, 3, 0, 20, 36, 0, 0, false},  /* the exam is over */
		{100, 115, 4, 9, 20, 101, 2, 4, true}, /* tomorrow's share suffices */
	};
	struct plan p;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		p = plan_make(rows[i].today, rows[i].exam, &ladder_default, rows[i].unseen,
			rows[i].introduced, rows[i].limit);
		if (p.exam != rows[i].exam || p.last_start != rows[i].last_start ||
			p.days_left != rows[i].days_left || p.per_day != rows[i].per_day ||
			p.feasible != rows[i].feasible || p.unseen != rows[i].unseen)
			fail_msg("row %zu: last %d days %d per day %d feasible %d", i, p.last_start,
				p.days_left, p.per_day, p.feasible);
	}
}

static long items_begun(int per_day, int introduced, int days)
{
	long n = per_day > introduced ? per_day - introduced : 0;

	return n + (long)per_day * (days - 1);
}

/* The number of items a day suffices, and one less does not. */
static void test_plan_is_least(void **state)
{
	int days, unseen, introduced;
	struct plan p;

	(void)state;
	for (days = 1; days < 12; days++) {
		for (unseen = 1; unseen < 60; unseen++) {
			for (introduced = 0; introduced < 15; introduced++) {
				p = plan_make(100, 100 + 14 + days - 1, &ladder_default, unseen,
					introduced, 1000);
				assert_int_equal(p.days_left, days);
				assert_true(items_begun(p.per_day, introduced, days) >= unseen);
				assert_true(items_begun(p.per_day - 1, introduced, days) < unseen);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_card),
		cmocka_unit_test(test_new_items),
		cmocka_unit_test(test_maintenance_of_new_items),
		cmocka_unit_test(test_saturates),
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_is_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
