/*
 * test-markdown.c - app/markdown.h against golden files, and what must hold for any source.
 *
 * tests/golden/markdown/NAME.md is rendered as each NAME.<columns>[.plain|.colour].txt there tells
 * ("colour" with links; ESC is written as U+241B). `--update`, or AMIDOJO_UPDATE_GOLDEN in the
 * environment, writes these files anew; an empty file begins a new case.
 */
#include "app/markdown.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden-help.h"

#define GOLDEN "tests/golden/markdown"

struct golden {
	bool update;
	int compared, differing;
};

static const struct md_style plainest = {.columns = 80};

static void show_escapes(struct buf *out, const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (text->s[i] == '\033')
			buf_adds(out, "␛");
		else
			buf_addc(out, text->s[i]);
	}
}

/* "blocks.40.plain.txt": "blocks", and the style. */
static bool parse_name(const char *file, char name[64], struct md_style *style)
{
	char kind[16] = "";
	int end = 0;

	*style = (struct md_style){0};
	if (sscanf(file, "%63[^.].%d%n", name, &style->columns, &end) != 2)
		return false;
	if (strcmp(file + end, ".txt") == 0)
		return true;
	if (sscanf(file + end, ".%15[^.].txt", kind) != 1)
		return false;
	style->plain = strcmp(kind, "plain") == 0;
	style->colour = style->links = strcmp(kind, "colour") == 0;
	return style->plain || style->colour;
}

static void compare(struct golden *g, const char *file)
{
	struct buf path = BUF_INIT, source = BUF_INIT, expected = BUF_INIT;
	struct buf rendered = BUF_INIT, shown = BUF_INIT;
	struct md_style style;
	char name[64];

	if (!parse_name(file, name, &style))
		fail_msg("%s: what is this file?", file);
	buf_addf(&path, GOLDEN "/%s.md", name);
	read_file(&source, path.s);
	markdown_render(&rendered, source.s, &style);
	show_escapes(&shown, &rendered);
	buf_clear(&path);
	buf_addf(&path, GOLDEN "/%s", file);
	if (g->update)
		write_file(path.s, &shown);
	read_file(&expected, path.s);
	g->compared++;
	if (strcmp(expected.s, shown.s) != 0) {
		g->differing++;
		print_error("%s differs; rendered:\n%s", path.s, shown.s);
	}
	buf_release(&path);
	buf_release(&source);
	buf_release(&expected);
	buf_release(&rendered);
	buf_release(&shown);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static void test_golden(void **state)
{
	struct golden *g = *state;
	DIR *dir = opendir(GOLDEN);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (ends_with(entry->d_name, ".txt"))
			compare(g, entry->d_name);
	}
	closedir(dir);
	assert_true(g->compared > 20);
	assert_int_equal(g->differing, 0);
}

/* --- What holds for every source -------------------------------------------------------------- */

/* The line leaves neither a style nor a link open. */
static bool is_closed(const char *s, size_t n)
{
	bool styled = false, linked = false;

	while (n) {
		size_t bytes = text_cluster(s, n);

		if (bytes > 1 && s[0] == '\033' && s[1] == '[')
			styled = strncmp(s, "\033[0m", bytes) != 0;
		else if (bytes > 1 && s[0] == '\033')
			linked = strncmp(s, "\033]8;;\033\\", bytes) != 0;
		s += bytes;
		n -= bytes;
	}
	return !styled && !linked;
}

static void check_line(const char *s, size_t n, const struct md_style *style)
{
	int width = text_width(s, n), columns = style->columns < 1 ? 1 : style->columns;

	/* Nothing here has a wider cluster than two columns. */
	if (width > (columns < 2 ? 2 : columns))
		fail_msg("%d of %d columns: %.*s", width, columns, (int)n, s);
	if (!is_closed(s, n))
		fail_msg("left open: %.*s", (int)n, s);
	if (n && s[n - 1] == ' ')
		fail_msg("a blank at the end: %.*s", (int)n, s);
	if (style->plain && memchr(s, '\033', n))
		fail_msg("a sequence in plain text: %.*s", (int)n, s);
}

static void check_render(const char *source, const struct md_style *style)
{
	struct buf out = BUF_INIT;
	const char *s;

	markdown_render(&out, source, style);
	assert_int_equal(text_valid(out.s, out.len), out.len);
	s = out.s;
	for (const char *end; (end = strchr(s, '\n')); s = end + 1)
		check_line(s, (size_t)(end - s), style);
	assert_true(*s == '\0');
	assert_false(ends_with(out.s, "\n\n"));
	buf_release(&out);
}

static void check_all_styles(const char *source)
{
	for (int columns = 0; columns <= 100; columns++) {
		for (int bits = 0; bits < 8; bits++) {
			struct md_style style = {.columns = columns,
				.colour = bits & 1,
				.plain = bits & 2,
				.links = bits & 4};

			check_render(source, &style);
		}
	}
}

static void test_every_width(void **state)
{
	DIR *dir = opendir(GOLDEN);
	struct dirent *entry;
	struct buf path = BUF_INIT, source = BUF_INIT;
	int sources = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (!ends_with(entry->d_name, ".md"))
			continue;
		buf_clear(&path);
		buf_clear(&source);
		buf_addf(&path, GOLDEN "/%s", entry->d_name);
		read_file(&source, path.s);
		check_all_styles(source.s);
		sources++;
	}
	closedir(dir);
	assert_true(sources > 5);
	buf_release(&path);
	buf_release(&source);
}

static void assert_rendered(const char *source, const struct md_style *style, const char *expected)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, ">");
	markdown_render(&out, source, style);
	assert_string_equal(out.s + 1, expected);
	buf_release(&out);
}

static void test_small(void **state)
{
	static const struct {
		const char *source, *expected;
	} cases[] = {
		{"", ""},
		{"\n\n", ""},
		{">\n", ""},
		{"a\n\n>\n", "a\n"},
		{"-\n", "-\n"},
		{"- >\n", "-\n"},
		{"> - >\n> - a\n", "| -\n| - a\n"},
		{"a\n\n> -\n\nb\n", "a\n\n| -\n\nb\n"},
		{"a", "a\n"},
		{"a  \nb", "a\nb\n"},
		{"a\r\nb\r\n", "a b\n"},
		{"*a* **b** ~c~ ~~d~~", "a b ~c~ ~~d~~\n"},
		{"`a` ``b`c``", "`a` `b`c`\n"},
		{"[a](b)", "a (b)\n"},
		{"[a](a)", "a\n"},
		{"[a]()", "a\n"},
		{"[](b)", "b\n"},
		{"<a@b.c>", "a@b.c\n"},
		{"![a](b)", "a\n"},
		{"![](b)", ""},
		{"# a\nb\n- c\n1) d\n---", "# a\n\nb\n\n- c\n\n1. d\n\n"
					   "----------------------------------------"
					   "----------------------------------------\n"},
		{"|a|\n|---|\n|b|", "a\n-\nb\n"},
		{"```\na\n\n\nb", "  a\n\n\n  b\n"},
		{"a\n\n```\n```\n\nb", "a\n\nb\n"},
		{"```\na\tb\n```", "  a       b\n"},
		{"a\tb  c \t d", "a b c d\n"},
		{"`a  b`", "`a  b`\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_rendered(cases[i].source, &plainest, cases[i].expected);
}

/* Nothing in a source may speak to the terminal. */
static void test_controls(void **state)
{
	static const struct {
		const char *source, *expected;
	} cases[] = {
		{"a\033[31mb", "a[31mb\n"},
		{"a\033]0;title\ab", "a]0;titleb\n"},
		{"a\x01\x08\x0b\x0c\x7f"
		 "b",
			"ab\n"},
		{"a\xc2\x9b"
		 "31mb\xc2\x85",
			"a31mb\n"},
		{"a\xc2\xa0"
		 "b",
			"a\xc2\xa0"
			"b\n"},
		{"`\033[2J`", "`[2J`\n"},
		{"```\n\033[2J\n```", "  [2J\n"},
		{"&#27;[31m &#x9b;1m &#7; &#127;", "[31m 1m\n"},
		{"[a](http://b/\033]8;;x\033)", "a (http://b/]8;;x)\n"},
		{"[a](b&#27;c)", "a (bc)\n"},
		{"a\xff"
		 "b\xed\xa0\x80",
			"a\xef\xbf\xbd"
			"b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n"},
	};
	static const struct md_style styles[] = {
		{.columns = 40, .colour = true, .links = true},
		{.columns = 40, .plain = true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_rendered(cases[i].source, &plainest, cases[i].expected);
		for (size_t j = 0; j < ARRAY_LEN(styles); j++)
			check_render(cases[i].source, &styles[j]);
	}
}

static void test_styles(void **state)
{
	static const struct {
		struct md_style style;
		const char *source, *expected;
	} cases[] = {
		{{.columns = 6, .colour = true}, "**one two** x",
			"\033[0;1mone\033[0m\n\033[0;1mtwo\033[0m x\n"},
		{{.columns = 20, .colour = true}, "**a** b *c*",
			"\033[0;1ma\033[0m b \033[0;3mc\033[0m\n"},
		{{.columns = 20, .colour = true}, "*a *b* c*", "\033[0;3ma b c\033[0m\n"},
		{{.columns = 20, .colour = true}, "**a *b* c**",
			"\033[0;1ma \033[0;1;3mb\033[0;1m c\033[0m\n"},
		{{.columns = 9, .links = true}, "[a bc](http://x/가)",
			"\033]8;;http://x/%EA%B0%80\033\\a bc\033]8;;\033\\\n"},
		{{.columns = 3, .links = true}, "> [a b](http://x)",
			"\033]8;;http://x\033\\a b\033]8;;\033\\\n"},
		{{.columns = 2, .links = true}, "[a b](http://x)",
			"\033]8;;http://x\033\\a\033]8;;\033\\\n"
			"\033]8;;http://x\033\\b\033]8;;\033\\\n"},
		{{.columns = 40, .links = true}, "[a](javascript:b)", "a (javascript:b)\n"},
		{{.columns = 40, .links = true, .plain = true}, "[a](http://b)", "a (http://b)\n"},
		{{.columns = 40, .colour = true, .plain = true}, "# a\n`b`\n\n---",
			"# a\n\n`b`\n\n---\n"},
		{{.columns = 40, .colour = true}, "# a", "\033[0;1;36ma\033[0m\n"},
		{{.columns = 40, .plain = true}, "|a|b|\n|---|---|\n|c|d|\n|e||",
			"a: c\nb: d\n\na: e\nb:\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_rendered(cases[i].source, &cases[i].style, cases[i].expected);
}

/* Nesting and tables beyond all reason end in time, within the width, and keep their text. */
static void test_extremes(void **state)
{
	static const struct {
		const char *piece;
		size_t times;
		const char *end;
	} cases[] = {
		{"> ", 3000, " end"},
		{"- ", 3000, " end"},
		{"1. ", 2000, " end"},
		{"*a **b ", 3000, " end"},
		{"[", 3000, " end"},
		{"![", 3000, " end"},
		{"x`", 3001, " end"},
		{"<", 3000, " end"},
		{"|a", 3000, "|end"},
		{"a ", 50000, " end"},
		{"가", 30000, " end"},
		{"\xcc\x81", 30000, " end"},
	};
	static const struct md_style styles[] = {
		{.columns = 40},
		{.columns = 20, .colour = true, .links = true},
		{.columns = 80, .plain = true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases) * ARRAY_LEN(styles); i++) {
		const struct md_style *style = &styles[i % ARRAY_LEN(styles)];
		size_t which = i / ARRAY_LEN(styles);
		struct buf source = BUF_INIT, out = BUF_INIT;

		buf_addn(&source, cases[which].piece, cases[which].times);
		buf_adds(&source, cases[which].end);
		check_render(source.s, style);
		markdown_render(&out, source.s, style);
		if (!strstr(out.s, "end"))
			fail_msg("%s: the end is missing", cases[which].piece);
		buf_release(&source);
		buf_release(&out);
	}
}

/* A table of more columns than are kept apart still shows every cell. */
static void test_many_columns(void **state)
{
	struct buf source = BUF_INIT, out = BUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_addf(&source, "|h%d", i);
	buf_adds(&source, "|\n");
	buf_addn(&source, "|---", 100);
	buf_adds(&source, "|\n");
	for (int i = 0; i < 100; i++)
		buf_addf(&source, "|c%d", i);
	markdown_render(&out, source.s, &plainest);
	for (int i = 0; i < 100; i++) {
		char cell[16];

		snprintf(cell, sizeof cell, "c%d", i);
		assert_non_null(strstr(out.s, cell));
	}
	check_render(source.s, &plainest);
	buf_release(&source);
	buf_release(&out);
}

int main(int argc, char **argv)
{
	static struct golden golden;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_golden, &golden),
		cmocka_unit_test(test_every_width),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_many_columns),
	};

	golden.update = (argc > 1 && strcmp(argv[1], "--update") == 0) ||
			getenv("AMIDOJO_UPDATE_GOLDEN") != NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
