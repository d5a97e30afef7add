/* test-line.c - the parts of a typed line: NAME=$(...), words, and where a shell's part begins. */
#include "app/line.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_assignment(const char *line, const char *name, const char *command)
{
	struct buf n = BUF_INIT, c = BUF_INIT;
	bool is = line_assignment(line, &n, &c);

	if (is != (name != NULL) || strcmp(n.s, name ? name : "") != 0 ||
		strcmp(c.s, command ? command : "") != 0)
		fail_msg("%s: %d [%s] [%s]", line, is, n.s, c.s);
	buf_release(&n);
	buf_release(&c);
}

static void test_assignment(void **state)
{
	(void)state;
	check_assignment("A=$(aws ec2 x)", "A", "aws ec2 x");
	check_assignment("  IMAGE_2=$( aws ec2 x ) # why", "IMAGE_2", " aws ec2 x ");
	check_assignment("A=\"$(aws ec2 x)\"", "A", "aws ec2 x");
	check_assignment("A=$(aws --query 'a(b)' --x \")\")", "A", "aws --query 'a(b)' --x \")\"");
	check_assignment("A=$(aws --x $(aws y) z)", "A", "aws --x $(aws y) z");
	check_assignment("A=$(aws --query \"length(X)\")", "A", "aws --query \"length(X)\"");
	check_assignment("A=$()", "A", "");
	check_assignment("A=b", NULL, NULL);
	check_assignment("2A=$(x)", NULL, NULL);
	check_assignment("=$(x)", NULL, NULL);
	check_assignment("A-B=$(x)", NULL, NULL);
	check_assignment("A=$(x", NULL, NULL);
	check_assignment("A=$(x) y", NULL, NULL);
	check_assignment("A=$(x)y", NULL, NULL);
	check_assignment("A=\"$(x)", NULL, NULL);
	check_assignment("A=\"$(x)y\"", NULL, NULL);
	check_assignment("A='$(x)'", NULL, NULL);
	check_assignment("aws A=$(x)", NULL, NULL);
	check_assignment("", NULL, NULL);
}

static void test_rest(void **state)
{
	static const char *const lines[][2] = {
		{"aws x", ""},
		{"aws x | jq .", "| jq ."},
		{"aws x>f", ">f"},
		{"aws x >> f", ">> f"},
		{"aws x 2>f", "2>f"},
		{"aws x2>f", ">f"},
		{"aws x 2 >f", ">f"},
		{"aws 12> f", "12> f"},
		{"aws x 2>&1 | less", "2>&1 | less"},
		{"aws --query 'a | b'", ""},
		{"aws --query \"a | b\" | c", "| c"},
		{"aws --query \"a $(b | c) | d\" ; e", "; e"},
		{"aws $(b | c > d) && e", "&& e"},
		{"aws a\\|b|c", "|c"},
		{"aws 'a'\\''|' || b", "|| b"},
		{"aws x # | y", "# | y"},
		{"aws x#y | z", "| z"},
		{"aws $(a", ""},
		{"aws 'a | b", ""},
		{"aws x\\", ""},
		{"|", "|"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (strcmp(line_rest(lines[i][0]), lines[i][1]) != 0)
			fail_msg("%s: [%s]", lines[i][0], line_rest(lines[i][0]));
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(line_word_end("A='b c' d"), " d");
	assert_string_equal(line_word_end("A=$(b c)d e"), " e");
	assert_string_equal(line_word_end("A=\"$(b \"c d\")\" e"), " e");
	assert_string_equal(line_word_end("A=b\\ c d"), " d");
	assert_string_equal(line_word_end(""), "");
	assert_int_equal(line_name("AB_1=x"), 5);
	assert_int_equal(line_name("1A=x"), 0);
	assert_int_equal(line_name("A"), 0);
	assert_int_equal(line_name("=x"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assignment),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
