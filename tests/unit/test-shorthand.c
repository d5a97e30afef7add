/* test-shorthand.c - shorthand, JSON's errors and timestamps: values of options, one by one. */
#include "cli/jsontext.h"
#include "cli/moment.h"
#include "cli/paramfile.h"
#include "cli/shorthand.h"
#include "cli/yamltext.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *no_env(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "HOME") == 0 ? "/home/learner" : NULL;
}

static const struct cli cli = {.env = no_env};

/* The value as JSON, or the message. */
static char *parse(const char *text)
{
	struct buf problem = BUF_INIT;
	enum shorthand_fault fault;
	json_t *v = shorthand_parse(&cli, text, strlen(text), &problem, &fault);
	char *shown;

	if (!v)
		return buf_detach(&problem);
	shown = json_dumps(v, JSON_COMPACT);
	json_decref(v);
	buf_release(&problem);
	return shown;
}

static const char *const values[][2] = {
	{"a=b", "{\"a\":\"b\"}"},
	{"a=", "{\"a\":\"\"}"},
	{"=x", "{\"\":\"x\"}"},
	{"a=b,c", "{\"a\":[\"b\",\"c\"]}"},
	{"a=b,c=d", "{\"a\":\"b\",\"c\":\"d\"}"},
	{"a=1,2,b=3,4", "{\"a\":[\"1\",\"2\"],\"b\":[\"3\",\"4\"]}"},
	{"a=1\\,2", "{\"a\":\"1,2\"}"},
	{"a = b , c = d ", "{\"a\":\"b\",\"c\":\"d\"}"},
	{"a=b;c=d", "{\"a\":\"b;c=d\"}"},
	{"a='b,c',d=\"e\\\"f\"", "{\"a\":\"b,c\",\"d\":\"e\\\"f\"}"},
	{"a='x\\'", "{\"a\":\"x\\\\\"}"},
	{"a=[b,c]", "{\"a\":[\"b\",\"c\"]}"},
	{"a=[b,],c={d=e,}", "{\"a\":[\"b\"],\"c\":{\"d\":\"e\"}}"},
	{"a=[{b=c d=e}]", "{\"a\":[{\"b\":\"c d=e\"}]}"},
	{"a={b={c=[d]}}", "{\"a\":{\"b\":{\"c\":[\"d\"]}}}"},
	{"a=\"\360\237\230\200\"", "{\"a\":\"\360\237\230\200\"}"},
	{"a", "Expected: '=', received: 'EOF' for input:\n a\n ^"},
	{"", "Expected: '=', received: 'EOF' for input:\n \n^"},
	{"a==b", "Expected: ',', received: '=' for input:\n a==b\n  ^"},
	{"a=b,", "Expected: '<second>', received: '<none>' for input:\n a=b,\n    ^"},
	{"a=[b", "Expected: ',', received: 'EOF' for input:\n a=[b\n    ^"},
	{"a=\"b", "Expected: '<double quoted>', received: '<none>' for input:\n a=\"b\n  ^"},
	{"a=\360\237\230\200",
		"Expected: ',', received: '\360\237\230\200' for input:\n a=\360\237\230\200\n  ^"},
	{"a=b,\nc==d", "Expected: ',', received: '=' for input:\n a=b,\nc==d\n  ^"},
	{"a=b,a=c", "Second instance of key \"a\" encountered for input:\na=b,a=c\n    ^\nThis is "
		    "often because there is a preceding \",\" instead of a space."},
};

static void test_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		char *got = parse(values[i][0]);

		assert_string_equal(got, values[i][1]);
		free(got);
	}
}

/* Nesting without end, and texts that a regular expression would take ages for. */
static void test_hostile(void **state)
{
	struct buf text = BUF_INIT;
	char *got;

	(void)state;
	buf_adds(&text, "a=");
	buf_addn(&text, "[", 100000);
	got = parse(text.s);
	assert_string_equal(got, "maximum recursion depth exceeded");
	free(got);
	buf_clear(&text);
	buf_adds(&text, "a='");
	buf_addn(&text, "\\\\", 100000);
	got = parse(text.s);
	assert_non_null(strstr(got, "<singled quoted>"));
	free(got);
	buf_clear(&text);
	buf_adds(&text, "a=x");
	buf_addn(&text, ",x", 100000);
	got = parse(text.s);
	assert_int_equal(strlen(got), 7 + 4 * 100001);
	free(got);
	buf_release(&text);
}

static const char *const broken[][2] = {
	{"{\"Key\":\"a\"", "Expecting ',' delimiter: line 1 column 11 (char 10)"},
	{"{'a':1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
	{"[1,]", "Expecting value: line 1 column 4 (char 3)"},
	{"[1]\n x", "Extra data: line 2 column 2 (char 5)"},
	{"[\"\xea\xb0\x80", "Unterminated string starting at: line 1 column 2 (char 1)"},
	{"\"\\q\"", "Invalid \\escape: line 1 column 2 (char 1)"},
	{"\"\\u12\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
	{"\"\xea\xb0\x80\n\"", "Invalid control character at: line 1 column 3 (char 2)"},
	{"{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"},
	{"", "Expecting value: line 1 column 1 (char 0)"},
};

static void test_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct buf problem = BUF_INIT;
		bool too_deep;

		assert_null(jsontext_read(broken[i][0], strlen(broken[i][0]), &problem, &too_deep));
		assert_string_equal(problem.s, broken[i][1]);
		buf_release(&problem);
	}
}

static const char *const moments[][2] = {
	{"2030-01-31", "2030-01-31T00:00:00Z"},
	{"2030-01-31T10:20:30.5Z", "2030-01-31T10:20:30.500000Z"},
	{"2030-01-31 10:20+09:00", "2030-01-31T01:20:00Z"},
	{"20300131T102030Z", "2030-01-31T10:20:30Z"},
	{"1893456000", "2030-01-01T00:00:00Z"},
	{"Thu, 31 Jan 2030 10:20:30 GMT", "2030-01-31T10:20:30Z"},
	{"01/31/2030", "2030-01-31T00:00:00Z"},
	{"2030-02-30", NULL},
	{"tomorrow", NULL},
	{"", NULL},
};

static void test_moments(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
		struct buf out = BUF_INIT;
		bool ok = moment_send(moments[i][0], &out);

		assert_int_equal(ok, moments[i][1] != NULL);
		if (ok)
			assert_string_equal(out.s, moments[i][1]);
		buf_release(&out);
	}
}

static const char *const yaml[][2] = {
	{"a: 1\nb: [x, 'y', 010, 0x10]\n", "{\"a\":1,\"b\":[\"x\",\"y\",10,16]}"},
	{"a: &x {b: yes}\nc: *x\n", "{\"a\":{\"b\":\"yes\"},\"c\":{\"b\":\"yes\"}}"},
	{"a: ~\nb: True\nc: 1.5\nd: !!str 5\n", "{\"a\":null,\"b\":true,\"c\":1.5,\"d\":\"5\"}"},
	{"", "null"},
	{"a: [1", NULL},
	{"a: 1\na: 2\n", NULL},
	{"a: !foo x\n", NULL},
	{"--- a\n--- b\n", NULL},
	{"a: &a [x, x]\nb: &b [*a, *a]\nc: *d\n", NULL},
};

static void test_yaml(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yaml); i++) {
		json_t *v = yamltext_read(yaml[i][0], strlen(yaml[i][0]));
		char *shown = v ? json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

		if (yaml[i][1])
			assert_string_equal(shown, yaml[i][1]);
		else
			assert_null(v);
		free(shown);
		json_decref(v);
	}
}

/* Every alias doubles what is behind it: the limit ends that. */
static void test_yaml_bomb(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "a0: &a0 [x, x]\n");
	for (int i = 1; i < 60; i++)
		buf_addf(&text, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
	assert_null(yamltext_read(text.s, text.len));
	buf_release(&text);
}

static void test_names(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	paramfile_expand(&cli, "~/a$HOME/${HOME}b$NONE$", &out);
	assert_string_equal(out.s, "/home/learner/a/home/learner//home/learnerb$NONE$");
	buf_clear(&out);
	assert_int_equal(paramfile_read(&cli, "plain", &out), PARAMFILE_NONE);
	assert_int_equal(paramfile_read(&cli, "file:///no/such", &out), PARAMFILE_FAILED);
	assert_string_equal(out.s, "Unable to load paramfile file:///no/such: [Errno 2] No such "
				   "file or directory: '/no/such'");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_yaml),
		cmocka_unit_test(test_yaml_bomb),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
