/*
 * test-day.c - civil days, weekdays, study days with their rollover, and the texts of both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/day.h"
#include "base/mem.h"

static void test_known_days(void **state)
{
	static const struct {
		const char *text;
		day_t day;
		int weekday; /* 0 = Monday */
	} rows[] = {
		{"1970-01-01", 0, 3},
		{"1970-01-02", 1, 4},
		{"2000-02-28", 11015, 0},
		{"2000-02-29", 11016, 1},
		{"2000-03-01", 11017, 2},
		{"2024-02-29", 19782, 3},
		{"2026-11-21", 20778, 5},
		{"2100-02-28", 47540, 6},
		{"2100-03-01", 47541, 0},
		{"9999-12-31", 2932896, 4},
	};
	char text[DAY_TEXT];
	day_t d;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(day_parse(rows[i].text, &d));
		assert_int_equal(d, rows[i].day);
		assert_int_equal(day_weekday(d), rows[i].weekday);
		assert_string_equal(day_format(d, text), rows[i].text);
	}
	assert_string_equal(day_format(DAY_NONE, text), "-");
}

/* Two eras of 400 years, counted on by hand, before and after the epoch. */
static void test_every_day_follows(void **state)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct civil c = {1600, 1, 1}, back;
	day_t d = day_from_civil(c);
	int weekday = day_weekday(d), length;

	(void)state;
	assert_int_equal(weekday, 5);
	for (; c.year < 2401; d++) {
		assert_int_equal(day_from_civil(c), d);
		assert_int_equal(day_weekday(d), weekday);
		back = day_to_civil(d);
		assert_true(back.year == c.year && back.month == c.month && back.day == c.day);
		weekday = (weekday + 1) % 7;
		length = lengths[c.month - 1];
		if (c.month == 2 && c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0))
			length++;
		if (++c.day > length) {
			c.day = 1;
			c.year += c.month == 12;
			c.month = c.month % 12 + 1;
		}
	}
}

static void test_refused_days(void **state)
{
	static const char *const rows[] = {"", "2026-1-01", "2026-01-1", "2026-13-01", "2026-00-10",
		"2026-01-00", "2026-02-29", "2100-02-29", "2026-04-31", "1969-12-31", "2026-01-01 ",
		" 2026-01-01", "2026/01/01", "20260101", "+026-01-01", "2026-01-01T00:00", "-"};
	day_t d = 7;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_false(day_parse(rows[i], &d));
		assert_int_equal(d, 7);
	}
}

static void test_study_day(void **state)
{
	static const struct {
		const char *moment;
		int rollover;
		const char *day;
	} rows[] = {
		{"2026-11-21T12:00:00Z", 240, "2026-11-21"},
		{"2026-11-21T03:59:59.999Z", 240, "2026-11-20"},
		{"2026-11-21T04:00:00Z", 240, "2026-11-21"},
		{"2026-11-21T00:00:00Z", 0, "2026-11-21"},
		{"2026-11-20T23:59:59.999Z", 0, "2026-11-20"},
		{"2026-11-21T23:58:00Z", 1439, "2026-11-20"},
		{"2026-11-21T23:59:00Z", 1439, "2026-11-21"},
		/* Seoul: 19:00 UTC of the day before is four in the morning. */
		{"2026-11-21T03:59:00+09:00", 240, "2026-11-20"},
		{"2026-11-21T04:00:00+09:00", 240, "2026-11-21"},
		{"2026-03-01T03:00:00+09:00", 240, "2026-02-28"},
		{"2024-03-01T03:00:00+09:00", 240, "2024-02-29"},
		/* Around a DST change in New York the local date decides, not elapsed hours. */
		{"2026-03-08T01:59:00-05:00", 240, "2026-03-07"},
		{"2026-03-08T04:00:00-04:00", 240, "2026-03-08"},
		/* One instant on both sides of the date line. */
		{"2026-01-02T12:00:00+14:00", 240, "2026-01-02"},
		{"2026-01-01T10:00:00-12:00", 240, "2026-01-01"},
		{"1970-01-01T00:00:00Z", 240, "-"},
	};
	struct moment m;
	char text[DAY_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows) - 1; i++) {
		assert_true(moment_parse(rows[i].moment, &m));
		assert_string_equal(
			day_format(day_of_moment(m, rows[i].rollover), text), rows[i].day);
	}
	/* Before the epoch days are negative, not rounded towards zero. */
	assert_true(moment_parse(rows[i].moment, &m));
	assert_int_equal(day_of_moment(m, rows[i].rollover), -1);
}

static void test_moments(void **state)
{
	static const struct {
		const char *text;
		int64_t utc_ms;
		int offset;
	} rows[] = {
		{"1970-01-01T00:00Z", 0, 0},
		{"1970-01-01T00:00:01Z", 1000, 0},
		{"1970-01-01T00:00:01.250Z", 1250, 0},
		{"1970-01-01T00:00:01.5Z", 1500, 0},
		{"1970-01-01T00:00:01.250999Z", 1250, 0},
		{"1970-01-01T09:00+09:00", 0, 540},
		{"1970-01-01T00:00-05:30", 19800000, -330},
		{"2026-11-21T09:30:00.007+09:00", 1795221000007, 540},
	};
	static const char *const refused[] = {"", "2026-11-21", "2026-11-21T09:30",
		"2026-11-21 09:30Z", "2026-11-21T24:00Z", "2026-11-21T09:60Z",
		"2026-11-21T09:30:60Z", "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00.0123456789Z",
		"2026-11-21T09:30Zx", "2026-11-21T09:30+9:00", "2026-11-21T09:30+0900",
		"2026-02-30T09:30Z"};
	struct moment m = {5, 6};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(refused); i++)
		assert_false(moment_parse(refused[i], &m));
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(moment_parse(rows[i].text, &m));
		assert_true(m.utc_ms == rows[i].utc_ms);
		assert_int_equal(m.offset_min, rows[i].offset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_days),
		cmocka_unit_test(test_every_day_follows),
		cmocka_unit_test(test_refused_days),
		cmocka_unit_test(test_study_day),
		cmocka_unit_test(test_moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
