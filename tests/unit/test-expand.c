/* test-expand.c - names in a command line, as a shell replaces them; and values
 * that are expected.
 */
#include "app/claim.h"
#include "app/expand.h"
#include "app/shellwords.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const values[][2] = {
	{"AMI", "ami-1"},
	{"_x9", "low"},
	{"EMPTY", ""},
	{"WORDS", "one two"},
	{"JSON", "{\"a\": [1, \"b\\\\c\"]}"},
	{"MONEY", "$AMI `id` $(id)"},
	{"QUOTE", "it's; # \"so\""},
};

static struct map all_values(void)
{
	struct map m = {0};

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		map_add(&m, values[i][0], (void *)(uintptr_t)values[i][1]);
	return m;
}

/* The words of a line, each in [brackets]; "!TEXT" if it is refused. */
static char *words_of(const char *line)
{
	struct map m = all_values();
	struct buf expanded = BUF_INIT, out = BUF_INIT;
	struct err e = {0};
	struct shellwords w;

	if (expand_line(line, &m, &expanded, &e)) {
		shellwords_split(expanded.s, &w);
		assert_int_equal(w.open, 0);
		for (size_t i = 0; i < w.n; i++)
			buf_addf(&out, "[%s]", w.words[i]);
		shellwords_release(&w);
	} else {
		buf_addf(&out, "!%s", e.text);
	}
	buf_release(&expanded);
	map_release(&m);
	return buf_detach(&out);
}

/* What bash makes of the same lines, with the same variables. */
static void test_words(void **state)
{
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"a b", "[a][b]"},
		{"$AMI", "[ami-1]"},
		{"${AMI}", "[ami-1]"},
		{"x$AMI,y", "[xami-1,y]"},
		{"${AMI}x$_x9", "[ami-1xlow]"},
		{"$AMI-$AMI", "[ami-1-ami-1]"},
		{"\"$AMI\"", "[ami-1]"},
		{"'$AMI'", "[$AMI]"},
		{"'a'$AMI'b'", "[aami-1b]"},
		{"\"it's $AMI\"", "[it's ami-1]"},
		{"'\"'$AMI'\"'", "[\"ami-1\"]"},
		{"\\$AMI", "[$AMI]"},
		{"\"\\$AMI\"", "[$AMI]"},
		{"\\\\$AMI", "[\\ami-1]"},
		{"\"\\\\$AMI\"", "[\\ami-1]"},
		{"\"a\\b$AMI\"", "[a\\bami-1]"},
		{"$ x$", "[$][x$]"},
		{"$1.50 $-", "[$1.50][$-]"},
		{"a $EMPTY b", "[a][b]"},
		{"a \"$EMPTY\" b", "[a][][b]"},
		{"$WORDS", "[one][two]"},
		{"\"$WORDS\"", "[one two]"},
		{"\"$JSON\"", "[{\"a\": [1, \"b\\\\c\"]}]"},
		{"\"$MONEY\"", "[$AMI `id` $(id)]"},
		{"\"$QUOTE\"", "[it's; # \"so\"]"},
		{"$QUOTE", "[it's;][#][\"so\"]"},
		{"a \\\n b", "[a][b]"},
		{"a\\\nb", "[ab]"},
		{"'a\\\nb'", "[a\\\nb]"},
		{"--query 'Images[?ImageId==`\"$AMI\"`]'",
			"[--query][Images[?ImageId==`\"$AMI\"`]]"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *words = words_of(cases[i].line);

		if (strcmp(words, cases[i].words) != 0)
			fail_msg("%s: %s, not %s", cases[i].line, words, cases[i].words);
		free(words);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *line, *part;
	} cases[] = {
		{"$NOWHERE", "!$NOWHERE has no value"},
		{"a ${NOWHERE}b", "!$NOWHERE has no value"},
		{"$AMIS", "!$AMIS has no value"},
		{"${AMI", "!'${' is followed by a name"},
		{"${}", "!'${' is followed by a name"},
		{"${AMI:-x}", "!'${' is followed by a name"},
		{"${1}", "!'${' is followed by a name"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *words = words_of(cases[i].line);

		if (strncmp(words, cases[i].part, strlen(cases[i].part)) != 0)
			fail_msg("%s: %s", cases[i].line, words);
		free(words);
	}
}

static void test_names(void **state)
{
	static const char *const good[] = {"A", "_", "a1", "SUBNET_A"};
	static const char *const bad[] = {"", "1A", "A-B", "A.B", "\xea\xb0\x80", "A "};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(expand_is_name(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(expand_is_name(bad[i]));
}

/* Whether the YAML value is the JSON value. */
static bool same(const char *yaml, const char *json)
{
	struct arena arena = {0};
	struct diags d;
	struct tree t;
	json_t *a, *b = json_loads(json, JSON_DECODE_ANY, NULL);
	struct buf text = BUF_INIT;
	bool yes;

	diags_init(&d);
	buf_addf(&text, "v: %s\n", yaml);
	assert_true(tree_parse(&t, "x.yaml", text.s, text.len, &arena, &d));
	assert_non_null(b);
	a = claim_value(&t, tree_get(&t, tree_root(&t), "v"));
	yes = claim_same(a, b) && claim_same(b, a);
	json_decref(a);
	json_decref(b);
	buf_release(&text);
	diags_release(&d);
	arena_release(&arena);
	return yes;
}

static void test_values(void **state)
{
	static const struct {
		const char *yaml, *json;
		bool same;
	} cases[] = {
		{"1", "1", true},
		{"1", "1.0", true},
		{"1.5e1", "15", true},
		{"-3", "-3", true},
		{"1", "2", false},
		{"9007199254740993", "9007199254740992", false},
		{"\"1\"", "1", false},
		{"'1'", "\"1\"", true},
		{"1", "\"1\"", false},
		{"012345678901", "\"012345678901\"", true},
		{"true", "true", true},
		{"True", "true", true},
		{"true", "1", false},
		{"\"true\"", "\"true\"", true},
		{"\"true\"", "true", false},
		{"false", "false", true},
		{"false", "null", false},
		{"no", "\"no\"", true},
		{"null", "null", true},
		{"~", "null", true},
		{"", "null", true},
		{"\"\"", "\"\"", true},
		{"\"\"", "null", false},
		{"available", "\"available\"", true},
		{"Available", "\"available\"", false},
		{"2026-11-21", "\"2026-11-21\"", true},
		{"\xea\xb0\x80", "\"\xea\xb0\x80\"", true},
		{"[]", "[]", true},
		{"[]", "{}", false},
		{"[1, a, null]", "[1.0, \"a\", null]", true},
		{"[1, 2]", "[2, 1]", false},
		{"[1]", "[1, 1]", false},
		{"{a: 1, b: [x]}", "{\"b\": [\"x\"], \"a\": 1}", true},
		{"{a: 1}", "{\"a\": 1, \"b\": 2}", false},
		{"{a: 1, b: 2}", "{\"a\": 1, \"c\": 2}", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (same(cases[i].yaml, cases[i].json) != cases[i].same)
			fail_msg("%s and %s", cases[i].yaml, cases[i].json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
