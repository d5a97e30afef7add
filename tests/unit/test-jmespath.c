/*
 * test-jmespath.c - query/jmespath.h against the cases in tests/golden/jmespath, and its limits.
 *
 * A case is an expression, a document in JSON (or ^, the one of the case before) and the answer in
 * JSON or "error: " and the text, which may have several lines; an empty line ends it. A line that
 * begins with "# " before a case is a comment. AMIDOJO_UPDATE_GOLDEN=1, or `--update`, writes the
 * answers anew.
 */
#include "base/mem.h"
#include "query/jmespath.h"
#include "query/pytext.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOLDEN "tests/golden/jmespath"

/* --- One search, as text -----------------------------------------------------------------------
 */

static json_t *load(const char *text)
{
	const char *problem = NULL;
	json_t *v = py_loads(text, strlen(text), 1000, &problem);

	if (!v)
		fail_msg("%s: %s", problem, text);
	return v;
}

/* The answer as the case files write it; frees the expression before it reads the answer. */
static enum jmes_fault ask(const char *expr, json_t *doc, struct buf *out)
{
	struct jmes_error err = JMES_ERROR_INIT;
	enum jmes_fault fault;
	struct jmes *j = NULL;
	json_t *v = NULL;

	if (jmes_compile(expr, &j, &err))
		v = jmes_search(j, doc, &err);
	jmes_free(j);
	fault = err.fault;
	assert_int_equal(v == NULL, fault != JMES_NONE);
	if (v)
		py_dumps(out, v, SIZE_MAX);
	else
		buf_addf(out, "error: %s", err.text.s);
	json_decref(v);
	jmes_error_release(&err);
	return fault;
}

static void check(const char *expr, const char *doc, const char *wanted)
{
	struct buf got = BUF_INIT;
	json_t *root = load(doc);

	ask(expr, root, &got);
	assert_string_equal(got.s, wanted);
	assert_int_equal(root->refcount == 1 || root->refcount == (size_t)-1, true);
	json_decref(root);
	buf_release(&got);
}

/* --- The case files ----------------------------------------------------------------------------
 */

struct golden {
	bool update;
	int cases, differing;
};

static char *read_file(const char *path)
{
	struct buf text = BUF_INIT;
	FILE *f = fopen(path, "rb");
	char bytes[4096];
	size_t n;

	if (!f)
		fail_msg("cannot read %s", path);
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_add(&text, bytes, n);
	fclose(f);
	return buf_detach(&text);
}

static void write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text->s, 1, text->len, f), text->len);
	assert_int_equal(fclose(f), 0);
}

/* Cuts the line off at *s; NULL at the end. */
static char *next_line(char **s)
{
	char *line = *s, *end;

	if (!*line)
		return NULL;
	end = strchrnul(line, '\n');
	*s = *end ? end + 1 : end;
	*end = '\0';
	return line;
}

static void take_answer(char **s, struct buf *wanted)
{
	char *line;

	while ((line = next_line(s)) && *line) {
		if (wanted->len)
			buf_addc(wanted, '\n');
		buf_adds(wanted, line);
	}
}

static void run_case(struct golden *g, const char *file, const char *expr, json_t *doc,
	const struct buf *wanted, struct buf *rewritten)
{
	struct buf before = BUF_INIT, after = BUF_INIT, got = BUF_INIT;

	py_dumps(&before, doc, SIZE_MAX);
	ask(expr, doc, &got);
	py_dumps(&after, doc, SIZE_MAX);
	assert_string_equal(before.s, after.s);
	g->cases++;
	if (!g->update && strcmp(got.s, wanted->s) != 0) {
		g->differing++;
		print_error("%s: %s\n  got:    %s\n  wanted: %s\n", file, expr, got.s, wanted->s);
	}
	buf_addf(rewritten, "%s\n\n", got.s);
	buf_release(&before);
	buf_release(&after);
	buf_release(&got);
}

static void run_file(struct golden *g, const char *file)
{
	struct buf path = BUF_INIT, rewritten = BUF_INIT, wanted = BUF_INIT;
	json_t *doc = NULL;
	char *text, *s, *line;

	buf_addf(&path, GOLDEN "/%s", file);
	s = text = read_file(path.s);
	while ((line = next_line(&s))) {
		char *input;

		buf_addf(&rewritten, "%s\n", line);
		if (!*line || strncmp(line, "# ", 2) == 0)
			continue;
		input = next_line(&s);
		assert_non_null(input); /* a case without a document */
		buf_adds(&rewritten, input);
		buf_addc(&rewritten, '\n');
		if (strcmp(input, "^") != 0) {
			json_decref(doc);
			doc = load(input);
		}
		buf_clear(&wanted);
		take_answer(&s, &wanted);
		run_case(g, file, line, doc, &wanted, &rewritten);
	}
	buf_truncate(&rewritten, rewritten.len - 1);
	if (g->update)
		write_file(path.s, &rewritten);
	json_decref(doc);
	free(text);
	buf_release(&path);
	buf_release(&rewritten);
	buf_release(&wanted);
}

static int is_case_file(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".txt") == 0;
}

static void test_cases(void **state)
{
	struct golden *g = *state;
	struct dirent **names;
	int n = scandir(GOLDEN, &names, is_case_file, alphasort);

	if (n <= 0)
		fail_msg("no cases below %s (run this in the top folder)", GOLDEN);
	for (int i = 0; i < n; i++) {
		run_file(g, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	print_message("%d cases\n", g->cases);
	assert_true(g->cases > 900);
	assert_int_equal(g->differing, 0);
}

/* --- What a line of a case file cannot hold ----------------------------------------------------
 */

static void test_texts(void **state)
{
	(void)state;
	check("", "null", "error: Invalid JMESPath expression: cannot be empty.");
	check("a\n.\tb\r\n", "{\"a\":{\"b\":1}}", "1");
	check("a\n.", "{}",
		"error: Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', "
		"'lbrace'], got: eof: Parse error at column 3, token \"\" (EOF), for expression:\n"
		"\"a\n.\"\n    ^");
	check("'a\nb'", "null", "\"a\\nb\"");
	check("`\"a\nb\"`", "null",
		"error: Bad jmespath expression: Bad token \"a\nb\":\n`\"a\nb\"`\n^");
	check("\"a\nb\"", "null",
		"error: Bad jmespath expression: Invalid control character at:\n\"a\nb\"\n^");
	/* U+0000 counts as a character like any other, in keys too. */
	check("\"\\u0000a\"", "{\"\\u0000a\":1,\"\":2}", "1");
	check("{\"\\u0000\":`\"\\u0000\"`}", "1", "{\"\\u0000\":\"\\u0000\"}");
	check("length(`\"\\u0000\\u0000\"`)", "1", "2");
	check("to_number(`\"1\\u0000\"`)", "1", "null");
	check("reverse(`\"a\\u0000b\"`)", "1", "\"b\\u0000a\"");
}

static void test_odd_characters(void **state)
{
	(void)state;
	/* Half of a pair is a character; so is a byte that is no UTF-8. */
	check("`\"\\ud800\"`", "1", "\"\\ud800\"");
	check("length(`\"\\udc00\\ud800\"`)", "1", "2");
	check("join('',[`\"\\ud83d\"`,`\"\\ude00\"`])", "1", "\"\\ud83d\\ude00\"");
	check("'a\xff'", "1", "\"a\\udcff\"");
	check("length('\xff\xfe\xe3\x81')", "1", "4");
	check("reverse('a\xe3\x81')", "1", "\"\\udc81\\udce3a\"");
	check("a\xff", "1", "error: Bad jmespath expression: Unknown token \xff:\na\xff\n ^");
	check("abs([`\"\\ud800\"`])", "1",
		"error: In function abs(), invalid type for value: ['\\ud800'], expected one of: "
		"['number'], received: \"array\"");
}

static void test_numbers_beyond_jansson(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	/* Python has integers of any size. */
	check("`12345678901234567890123`", "1", "12345678901234567890123");
	check("sum(`[9223372036854775807,1]`)", "1", "9223372036854775808");
	check("sum(`[9223372036854775807,1,-1]`)", "1", "9223372036854775807");
	check("abs(`-9223372036854775808`)", "1", "9223372036854775808");
	check("floor(`1e22`)", "1", "10000000000000000000000");
	check("`18446744073709551616` > `18446744073709551615`", "1", "true");
	check("`99999999999999999999` == `1e20`", "1", "false");
	check("type(`99999999999999999999`)", "1", "\"number\"");
	check("to_number('-9223372036854775809')", "1", "-9223372036854775809");
	/* Beyond 4300 digits Python refuses as well. */
	buf_addn(&text, "1", 4301);
	check(text.s, "1",
		"error: Exceeds the limit (4300 digits) for integer string conversion: value has 4301 "
		"digits; use sys.set_int_max_str_digits() to increase the limit");
	buf_release(&text);
	/* ... and so such a literal is no number to it, but a string. */
	buf_adds(&text, "length(`");
	buf_addn(&text, "1", 4301);
	buf_adds(&text, "`)");
	check(text.s, "1", "4301");
	buf_release(&text);
}

static void test_not_finite(void **state)
{
	json_t *nan = py_real(NAN), *inf = py_real(INFINITY), *minus = py_real(-INFINITY);

	(void)state;
	/* The accessors of this jansson agree with the layout that pynumber.c takes for granted. */
	assert_true(json_is_real(nan) && json_is_number(inf) && json_is_real(minus));
	assert_true(isnan(json_real_value(nan)));
	assert_true(json_real_value(inf) == INFINITY && json_number_value(inf) == INFINITY);
	assert_true(json_real_value(minus) == -INFINITY);
	json_decref(json_incref(nan));
	json_decref(inf);
	assert_true(json_real_value(inf) == INFINITY);
}

/* --- Limits ------------------------------------------------------------------------------------
 */

/* `head`, then `middle` n times, then `tail`, then `end` n times. */
static enum jmes_fault ask_nested(
	const char *head, const char *middle, size_t n, const char *tail, const char *end)
{
	struct buf expr = BUF_INIT, got = BUF_INIT;
	json_t *doc = load("{\"a\":[1,2]}");
	enum jmes_fault fault;

	buf_adds(&expr, head);
	buf_addn(&expr, middle, n);
	buf_adds(&expr, tail);
	buf_addn(&expr, end, n);
	fault = ask(expr.s, doc, &got);
	if (fault == JMES_LIMIT && !strstr(got.s, "recursion") && !strstr(got.s, "work"))
		fail_msg("%s", got.s);
	json_decref(doc);
	buf_release(&expr);
	buf_release(&got);
	return fault;
}

static void test_depth(void **state)
{
	static const struct {
		const char *head, *middle, *tail, *end;
	} cases[] = {
		{"", "(", "a", ")"},
		{"", "[", "a", "]"},
		{"", "{a:", "a", "}"},
		{"", "!", "a", ""},
		{"a", "|a", "", ""},
		{"a", "||a", "", ""},
		{"a", "&&a", "", ""},
		{"a", "==a", "", ""},
		{"a", "[]", "", ""},
		{"a", "[*]", "", ""},
		{"a", ".*", "", ""},
		{"a", "[?a]", "", ""},
		{"", "[?", "a", "]"},
		{"", "to_array(", "a", ")"},
		{"", "map(&", "a", ",a)"},
		{"", "& ", "a", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (size_t n = 200; n <= 100000; n *= 500) {
			enum jmes_fault fault = ask_nested(
				cases[i].head, cases[i].middle, n, cases[i].tail, cases[i].end);

			if ((fault == JMES_LIMIT) != (n > JMES_MAX_DEPTH) || fault == JMES_SYNTAX)
				fail_msg("%zu times %s: %d", n, cases[i].middle, (int)fault);
		}
	}
}

static void test_literal_depth(void **state)
{
	struct buf expr = BUF_INIT, got = BUF_INIT;
	json_t *doc = json_null();

	(void)state;
	for (size_t depth = 499; depth <= 501; depth++) {
		buf_clear(&expr);
		buf_clear(&got);
		buf_addc(&expr, '`');
		buf_addn(&expr, "[", depth);
		buf_addn(&expr, "]", depth);
		buf_addc(&expr, '`');
		assert_int_equal(
			ask(expr.s, doc, &got), depth > JMES_MAX_DEPTH ? JMES_LIMIT : JMES_NONE);
	}
	assert_string_equal(got.s, "error: maximum recursion depth exceeded");
	buf_release(&expr);
	buf_release(&got);
}

/* Chains may be long, as long as they do not nest the answer ever deeper. */
static void test_chains(void **state)
{
	(void)state;
	assert_int_equal(ask_nested("a", ".a", 100000, "", ""), JMES_NONE);
	assert_int_equal(ask_nested("a", "[0]", 100000, "", ""), JMES_NONE);
	assert_int_equal(ask_nested("a", ".[@]", 3000, "", ""), JMES_NONE);
	assert_int_equal(ask_nested("a", ".[@]", 100000, "", ""), JMES_LIMIT);
	assert_int_equal(ask_nested("a", ".{a:@}", 100000, "", ""), JMES_LIMIT);
	assert_int_equal(ask_nested("a", ".to_array([@])", 3000, "", ""), JMES_LIMIT);
	assert_int_equal(ask_nested("a", "", 0, ".b", ""), JMES_NONE);
}

static void test_work(void **state)
{
	static const char *const hungry[] = {
		"[@,@][]",
		"{a:[a,a][]}",
		"{a:join(to_string(a),[to_string(a),to_string(a)])}",
		"{a:[a,a]}",
	};
	struct buf expr = BUF_INIT, got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hungry); i++) {
		json_t *doc = load("{\"a\":[1,2]}");

		buf_clear(&expr);
		buf_clear(&got);
		buf_adds(&expr, hungry[i]);
		for (int k = 0; k < 60; k++)
			buf_addf(&expr, "|%s", hungry[i]);
		buf_adds(&expr, "|[@ == @, to_string(@), length(to_string(@))]");
		assert_int_equal(ask(expr.s, doc, &got), JMES_LIMIT);
		json_decref(doc);
	}
	assert_non_null(strstr(got.s, "too much work"));
	buf_release(&expr);
	buf_release(&got);
}

static void test_small_limit(void **state)
{
	struct jmes_error err = JMES_ERROR_INIT;
	json_t *doc = load("{\"a\":[1,2,3,4,5,6,7,8,9,10]}"), *v;
	struct jmes *j;

	(void)state;
	assert_true(jmes_compile("a[?@>`3`]", &j, &err));
	assert_null(jmes_search_within(j, doc, 20, &err));
	assert_int_equal(err.fault, JMES_LIMIT);
	assert_null(jmes_search_within(j, doc, 20, NULL));
	v = jmes_search_within(j, doc, 200, NULL); /* the same expression goes on being good */
	assert_int_equal(json_array_size(v), 7);
	json_decref(v);
	json_decref(doc);
	jmes_free(j);
	jmes_error_release(&err);
}

static void test_long_text(void **state)
{
	struct jmes_error err = JMES_ERROR_INIT;
	struct buf expr = BUF_INIT;
	struct jmes *j = NULL;

	(void)state;
	buf_addn(&expr, " ", JMES_MAX_TEXT);
	buf_addc(&expr, 'a');
	assert_false(jmes_compile(expr.s, &j, &err));
	assert_null(j);
	assert_int_equal(err.fault, JMES_LIMIT);
	jmes_error_release(&err);
	buf_release(&expr);
}

/* --- Expressions as values, and who owns what --------------------------------------------------
 */

static void test_expressions(void **state)
{
	struct jmes *j;
	json_t *doc = load("{\"a\":[1,2]}"), *v;

	(void)state;
	assert_false(jmes_is_expression(json_null()));
	assert_true(jmes_compile("{x:[&a, a],y:&b}", &j, NULL));
	v = jmes_search(j, doc, NULL);
	jmes_free(j);
	assert_ptr_equal(json_array_get(json_object_get(v, "x"), 0), JMES_EXPRESSION);
	assert_true(jmes_is_expression(json_object_get(v, "y")));
	/* An answer may be searched again; what it refers to is gone, so applying it gives nothing.
	 */
	assert_true(jmes_compile("[type(y), to_string(y), map(y, x), !y]", &j, NULL));
	json_decref(doc);
	doc = jmes_search(j, v, NULL);
	assert_int_equal(json_array_size(doc), 4);
	assert_true(json_is_null(json_array_get(json_array_get(doc, 2), 0)));
	jmes_free(j);
	json_decref(doc);
	json_decref(v);
}

/* An expression that is applied to itself has no end in Python but that of the stack. */
static void test_self_application(void **state)
{
	(void)state;
	check("(&map(@,[@])) | map(@,[@])", "1", "error: maximum recursion depth exceeded");
	check("(&sort_by([@],@)) | sort_by([@],@)", "1", "error: maximum recursion depth exceeded");
	check("(&[@]) | map(@,`[1,2]`)", "1", "[[1],[2]]");
	check("[&a,[{\"a\":`1`}]] | sort_by([1],[0])", "1", "[{\"a\":1}]");
	assert_int_equal(
		ask_nested("(&[@]) | [@,`[1]`]", " | [[0],map([0],[1])]", 400, "", ""), JMES_LIMIT);
}

static void test_ownership(void **state)
{
	json_t *doc = load("{\"a\":{\"b\":[1]}}"), *a = json_object_get(doc, "a"), *v, *w;
	struct jmes *j;

	(void)state;
	assert_true(jmes_compile("a || `[\"kept\"]`", &j, NULL));
	v = jmes_search(j, doc, NULL);
	assert_ptr_equal(v, a); /* shared with the document, not copied */
	assert_int_equal(a->refcount, 2);
	json_object_del(doc, "a");
	w = jmes_search(j, doc, NULL);
	jmes_free(j);
	json_decref(doc);
	assert_string_equal(json_string_value(json_array_get(w, 0)), "kept");
	assert_int_equal(json_array_size(json_object_get(v, "b")), 1);
	json_decref(v);
	json_decref(w);
	jmes_free(NULL);
}

static void test_errors_are_optional(void **state)
{
	struct jmes_error err = JMES_ERROR_INIT;
	struct jmes *j = NULL;
	json_t *v;

	(void)state;
	assert_false(jmes_compile("a[", &j, NULL));
	assert_false(jmes_compile("'a", &j, NULL));
	assert_false(jmes_compile("", &j, NULL));
	assert_null(j);
	assert_true(jmes_compile("abs(@)", &j, &err));
	assert_null(jmes_search(j, json_null(), NULL));
	v = jmes_search(j, json_true(), &err);
	assert_null(v);
	assert_int_equal(err.fault, JMES_RUNTIME);
	jmes_free(j);
	/* Another error replaces the first; a success changes nothing. */
	assert_false(jmes_compile("(", &j, &err));
	assert_int_equal(err.fault, JMES_SYNTAX);
	assert_null(strstr(err.text.s, "abs"));
	assert_true(jmes_compile("a", &j, &err));
	assert_int_equal(err.fault, JMES_SYNTAX);
	jmes_free(j);
	jmes_error_release(&err);
	assert_int_equal(err.fault, JMES_NONE);
}

static void test_sort_is_stable(void **state)
{
	struct buf doc = BUF_INIT;
	struct jmes *j;
	json_t *root, *v;

	(void)state;
	buf_addc(&doc, '[');
	for (int i = 0; i < 1000; i++)
		buf_addf(&doc, "%s{\"k\":%d,\"i\":%d}", i ? "," : "", i * 7919 % 13, i);
	buf_addc(&doc, ']');
	root = load(doc.s);
	assert_true(jmes_compile("sort_by(@,&k)", &j, NULL));
	v = jmes_search(j, root, NULL);
	assert_int_equal(json_array_size(v), 1000);
	for (size_t i = 1; i < 1000; i++) {
		json_t *a = json_array_get(v, i - 1), *b = json_array_get(v, i);
		json_int_t ka = json_integer_value(json_object_get(a, "k"));
		json_int_t kb = json_integer_value(json_object_get(b, "k"));

		assert_true(ka < kb ||
			    (ka == kb && json_integer_value(json_object_get(a, "i")) <
						 json_integer_value(json_object_get(b, "i"))));
	}
	json_decref(v);
	json_decref(root);
	jmes_free(j);
	buf_release(&doc);
}

int main(int argc, char **argv)
{
	struct golden golden = {0};
	const char *update = getenv("AMIDOJO_UPDATE_GOLDEN");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_cases, &golden),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_odd_characters),
		cmocka_unit_test(test_numbers_beyond_jansson),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_literal_depth),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_small_limit),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_self_application),
		cmocka_unit_test(test_ownership),
		cmocka_unit_test(test_errors_are_optional),
		cmocka_unit_test(test_sort_is_stable),
	};

	golden.update = (update && *update) || (argc > 1 && strcmp(argv[1], "--update") == 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
