/* test-number.c - spans of time as people write them. */
#include "base/mem.h"
#include "base/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_spans(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {{"0", 0}, {"90", 90000}, {"90s", 90000}, {"500ms", 500}, {"15m", 900000},
		{"2h", 7200000}, {"7d", 604800000}, {"1h30m", 5400000}, {"1m500ms", 60500},
		{"7300d", INT64_C(630720000000)}, {"2678400000ms", INT64_C(2678400000)},
		{"630720000s", INT64_C(630720000000)}, {"630720000000ms", INT64_C(630720000000)}};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(span_parse(rows[i].text, &ms));
		assert_true(ms == rows[i].ms);
	}
}

static void test_no_spans(void **state)
{
	static const char *const refused[] = {"", "m", "1x", "-1", "1 h", "1h ", "7301d",
		"9999999999", "1.5h", "1hm", "7300d1ms", "630720000001ms", "999999999999d",
		"0000000000001s"};
	int64_t ms = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		assert_false(span_parse(refused[i], &ms));
	assert_true(ms == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans), cmocka_unit_test(test_no_spans)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
