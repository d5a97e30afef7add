/* test-text.c - base/text.h: validity, normal form, widths, wrapping, search, distance. */
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define NFD_HANGUL "\u1112\u1161\u11ab\u1100\u1173\u11af" /* 한글 in letters */
#define FAMILY     "👨\u200d👩\u200d👧"
#define LINK_ON    "\033]8;;https://x.y\033\\"
#define LINK_OFF   "\033]8;;\033\\"

static void test_valid(void **state)
{
	static const struct {
		const char *s;
		size_t n, bad; /* bad == n: valid */
	} cases[] = {
		{"", 0, 0},
		{"plain", 5, 5},
		{"한글", 6, 6},
		{"a\0b", 3, 3},
		{"\x80", 1, 0}, /* begins nothing */
		{"ab\xbf", 3, 2},
		{"\xc0\xaf", 2, 0}, /* overlong '/' */
		{"\xc1\xbf", 2, 0},
		{"\xe0\x80\xaf", 3, 0},
		{"\xe0\x9f\xbf", 3, 0},
		{"\xe0\xa0\x80", 3, 3}, /* U+0800 */
		{"\xf0\x8f\xbf\xbf", 4, 0},
		{"\xf0\x90\x80\x80", 4, 4}, /* U+10000 */
		{"\xed\x9f\xbf", 3, 3},     /* U+D7FF */
		{"\xed\xa0\x80", 3, 0},     /* surrogates */
		{"\xed\xbf\xbf", 3, 0},
		{"\xee\x80\x80", 3, 3},     /* U+E000 */
		{"\xf4\x8f\xbf\xbf", 4, 4}, /* U+10FFFF */
		{"\xf4\x90\x80\x80", 4, 0}, /* beyond */
		{"\xf5\x80\x80\x80", 4, 0},
		{"\xff", 1, 0},
		{"x\xc3", 2, 1}, /* cut short */
		{"x\xed\x95", 3, 1},
		{"x\xf0\x9f\x91", 4, 1},
		{"\xed\x95\x41", 3, 0}, /* followed by something else */
		{"\xf0\x9f\x91\x41", 4, 0},
		{"\xc3(", 2, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(text_valid(cases[i].s, cases[i].n), cases[i].bad);
}

static void test_nfc(void **state)
{
	static const struct {
		const char *s, *nfc;
	} cases[] = {
		{"", ""},
		{"ASCII", "ASCII"},
		{"한글 é", "한글 é"},
		{NFD_HANGUL, "한글"},
		{"e\u0301", "é"},
		{"\u212b", "Å"},    /* the sign for Angstrom */
		{"하\u11ab", "한"}, /* a syllable and a final letter */
		{"q\u0307\u0323", "q\u0323\u0307"},
		{"“…” 한", "“…” 한"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;
		size_t n = strlen(cases[i].s);

		buf_adds(&out, ">");
		text_nfc(cases[i].s, n, &out);
		assert_string_equal(out.s + 1, cases[i].nfc);
		assert_int_equal(text_is_nfc(cases[i].s, n), strcmp(cases[i].s, cases[i].nfc) == 0);
		assert_true(text_is_nfc(cases[i].nfc, strlen(cases[i].nfc)));
		buf_release(&out);
	}
}

static void test_width(void **state)
{
	static const struct {
		const char *s;
		int width;
	} cases[] = {
		{"", 0},
		{"ami-0abc", 8},
		{"한글", 4},
		{NFD_HANGUL, 4},
		{"ㄱ", 2},
		{"e\u0301", 1},
		{"é", 1},
		{"a\u0301\u0323\u0307", 1},
		{"α→…·×", 5}, /* ambiguous: narrow */
		{"(가)", 4},
		{"\u3000。", 4},
		{"🟩⬜", 4},
		{"👍🏽", 2},
		{FAMILY, 2},
		{"🇰🇷", 2},
		{"🇰🇷🇺🇸", 4},
		{"❤", 1},
		{"❤\ufe0f", 2},
		{"1\ufe0f\u20e3", 2},
		{"a\u200bb", 2},
		{"\t\r\n\x7f\x01", 0},
		{"\xc2\x85\xc2\x9b", 0},
		{"\033[1;36mab\033[0m", 2},
		{"\033[38;5;208m한\033[m", 2},
		{LINK_ON "가나" LINK_OFF, 4},
		{"\033]8;;u\aab\033]8;;\a", 2},
		{"\033[", 1}, /* unfinished: shown as it is */
		{"\033]8;;u", 5},
		{"\033[1\nm", 3},
		{"\033x", 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int width = text_swidth(cases[i].s);

		if (width != cases[i].width)
			fail_msg("case %zu: %d, not %d", i, width, cases[i].width);
	}
	assert_int_equal(text_width("한글", 3), 2);
}

static void test_cluster(void **state)
{
	static const struct {
		const char *s;
		size_t bytes;
	} cases[] = {
		{"ab", 1},
		{"한글", 3},
		{NFD_HANGUL, 9},
		{"e\u0301x", 3},
		{FAMILY "x", 18},
		{"🇰🇷🇺🇸", 8},
		{"\033[0;1mx", 6},
		{LINK_ON "x", sizeof LINK_ON - 1},
		{"\033]8;;u\ax", 7},
		{"\033[1", 1},
		{"\033]8;;u\033[m", 1},
		{"\r\n", 1},
		{"\xff\xfe", 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t bytes = text_cluster(cases[i].s, strlen(cases[i].s));

		if (bytes != cases[i].bytes)
			fail_msg("case %zu: %zu, not %zu", i, bytes, cases[i].bytes);
	}
	assert_int_equal(text_cluster("", 0), 1);
}

static void test_fit(void **state)
{
	static const struct {
		const char *s;
		int columns;
		size_t bytes;
	} cases[] = {
		{"abc", 2, 2},
		{"abc", 3, 3},
		{"abc", 9, 3},
		{"abc", 0, 0},
		{"abc", -1, 0},
		{"한글", 3, 3},
		{"한글", 1, 0},
		{NFD_HANGUL, 3, 9},
		{FAMILY, 1, 0},
		{"e\u0301e\u0301", 1, 3},
		{"\033[1mab\033[0mc", 2, 10},
		{"\033[1m한", 1, 4},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t bytes = text_fit(cases[i].s, strlen(cases[i].s), cases[i].columns);

		if (bytes != cases[i].bytes)
			fail_msg("case %zu: %zu, not %zu", i, bytes, cases[i].bytes);
	}
}

static void test_pad(void **state)
{
	static const struct {
		const char *s;
		int columns;
		const char *padded;
	} cases[] = {
		{"ab", 4, "ab  "},
		{"ab", 2, "ab"},
		{"", 2, "  "},
		{"abcdef", 5, "abc.."},
		{"한글", 6, "한글  "},
		{"한글입니다", 6, "한글.."},
		{"한글입니다", 5, "한.. "},
		{"한글", 2, ".."},
		{"한글", 1, "."},
		{"한글", 0, ""},
		{"ab", -3, ""},
		{"\033[1mabcdef\033[0m", 4, "\033[1mab..\033[0m"},
		{"\033[1mab\033[0m", 4, "\033[1mab\033[0m  "},
		{LINK_ON "abcdef" LINK_OFF, 4, LINK_ON "ab.." LINK_OFF},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		text_pad(&out, cases[i].s, cases[i].columns);
		assert_string_equal(out.s, cases[i].padded);
		buf_release(&out);
	}
}

#define KOREAN "AMI는 한 리전에만 있으며, 다른 리전에서 쓰려면 복사해야 한다."

static void test_wrap(void **state)
{
	static const struct {
		const char *s;
		int columns;
		const char *first, *rest, *lines;
	} cases[] = {
		{"", 10, "", "", "\n"},
		{"", 10, "- ", "  ", "- \n"},
		{"one two three", 40, "", "", "one two three\n"},
		{"one two three", 7, "", "", "one two\nthree\n"},
		{"one two three", 6, "", "", "one\ntwo\nthree\n"},
		{"one two three", 9, "- ", "  ", "- one two\n  three\n"},
		{"a  b   c", 4, "", "", "a  b\nc\n"},
		{"  a  b  ", 9, "", "", "  a  b\n"},
		{"a\tb", 9, "", "", "a b\n"},
		{"   abcdefgh", 5, "", "", "abcde\nfgh\n"},
		{"a\nb", 9, "> ", ". ", "> a\n. b\n"},
		{"a\n\nb\n", 9, "", "", "a\n\nb\n"},
		{"\n", 9, "", "", "\n"},
		{"ab", 0, "", "", "a\nb\n"},
		{"ab", -5, "", "", "a\nb\n"},
		{"한글", 1, "", "", "한\n글\n"},
		{"한a", 2, "-----", "--", "-----한\n--a\n"},
		{KOREAN, 20, "", "",
			"AMI는 한 리전에만\n있으며, 다른\n리전에서 쓰려면\n복사해야 한다.\n"},
		{KOREAN, 40, "", "",
			"AMI는 한 리전에만 있으며, 다른 리전에서\n쓰려면 복사해야 한다.\n"},
		{NFD_HANGUL " " NFD_HANGUL, 5, "", "", NFD_HANGUL "\n" NFD_HANGUL "\n"},
		{"가나다라마바사", 5, "", "", "가나\n다라\n마바\n사\n"},
		{"see abcdefghij", 6, "", "", "see\nabcdef\nghij\n"},
		{"a"
		 "\u00a0"
		 "b c",
			3, "", "", "a\u00a0b\nc\n"}, /* no break there */
		{"\033[1mab cd\033[0m ef", 5, "", "", "\033[1mab cd\033[0m\nef\n"},
		{"ab \033[1m cd", 3, "", "", "ab\033[1m\ncd\n"},
		{" \u200b a", 1, "", "", " \u200b\na\n"},
		{"ab \033[0m", 9, "", "", "ab\033[0m\n"},
		{LINK_ON "a b" LINK_OFF, 1, "", "", LINK_ON "a\nb" LINK_OFF "\n"},
		{"modify-volume is it", 18, "Wrong: ", "  ",
			"Wrong:\n  modify-volume is\n  it\n"}, /* whole, below its label */
		{"게이트웨이 연결", 14, "  정답: ", "  ", "  정답:\n  게이트웨이\n  연결\n"},
		{"abcdefghij", 8, "no: ", "  ", "no: abcd\n  efghij\n"}, /* longer than a line */
		{"abcd ef", 8, "no: ", "  ", "no: abcd\n  ef\n"},
		{"\033]8;;a b\033\\x", 9, "", "", "\033]8;;a b\033\\x\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		text_wrap(&out, cases[i].s, cases[i].columns, cases[i].first, cases[i].rest);
		if (strcmp(out.s, cases[i].lines) != 0)
			fail_msg("case %zu:\n%s--- not\n%s", i, out.s, cases[i].lines);
		buf_release(&out);
	}
}

static void test_fold(void **state)
{
	static const struct {
		const char *s, *folded;
	} cases[] = {
		{"", ""},
		{"AMI Copy", "ami copy"},
		{"a \t\n b", "a b"},
		{"ÀÉ", "àé"},
		{"STRASSE", "strasse"},
		{"straße", "strasse"},
		{NFD_HANGUL, "한글"},
		{"한\u3000 \u00a0글", "한 글"},
		{" x ", " x "},
		{"ΣΑΣ", "σασ"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		buf_adds(&out, " ");
		text_fold(cases[i].s, &out);
		assert_string_equal(out.s + 1, cases[i].folded);
		buf_release(&out);
	}
}

static void test_find(void **state)
{
	static const struct {
		const char *hay, *needle;
		long at;
	} cases[] = {
		{"AMI를 복사한다", "복사", 7},
		{"AMI를 복사한다", "사", 10}, /* one syllable, within a word */
		{"한글 " NFD_HANGUL, NFD_HANGUL, 0},
		{"우리 한글", NFD_HANGUL, 7},
		{NFD_HANGUL, "글", 3},
		{"각도", "가", -1}, /* not a part of a syllable */
		{"DeregisterImage", "registeri", 2},
		{"deregister-image", "IMAGE", 11},
		{"two  words", "two words", 0},
		{"abc", "", 0},
		{"abc", "abcd", -1},
		{"", "a", -1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf hay = BUF_INIT, needle = BUF_INIT;

		text_fold(cases[i].hay, &hay);
		text_fold(cases[i].needle, &needle);
		assert_int_equal(text_find(hay.s, needle.s), cases[i].at);
		buf_release(&hay);
		buf_release(&needle);
	}
}

static void test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		int limit, distance;
	} cases[] = {
		{"", "", 2, 0},
		{"review", "review", 0, 0},
		{"review", "revlew", 0, 1},
		{"reveiw", "review", 2, 1}, /* transposed */
		{"review", "rview", 2, 1},
		{"review", "reviews", 2, 1},
		{"review", "xeview", 2, 1},
		{"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 3},
		{"ca", "abc", 9, 3}, /* no edit within a transposition */
		{"abc", "", 5, 3},
		{"abc", "", 2, 3},
		{"", "abcdef", 2, 3},
		{"복사", "복시", 2, 1}, /* code points, not bytes */
		{"사복", "복사", 2, 1},
		{"abcdefgh", "bcdefghi", 2, 2},
		{"abcdefgh", "hgfedcba", 3, 4},
		{"abc", "xyz", INT32_MAX, 3},
		{"abc", "abc", -1, 0},
		{"abc", "abd", -1, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int there = text_distance(cases[i].a, cases[i].b, cases[i].limit);
		int back = text_distance(cases[i].b, cases[i].a, cases[i].limit);

		if (there != cases[i].distance || back != there)
			fail_msg("case %zu: %d and %d, not %d", i, there, back, cases[i].distance);
	}
}

/* --- Properties of random texts --------------------------------------------------------------- */

static const char *const pieces[] = {
	"a",
	"Z",
	"-",
	" ",
	" ",
	" ",
	"  ",
	"\t",
	"\n",
	"한",
	"글자",
	"리전에서",
	NFD_HANGUL,
	"e\u0301",
	FAMILY,
	"🇰🇷",
	"⬜",
	"→",
	"supercalifragilistic",
	"\033[1m",
	"\033[0m",
	LINK_ON,
	LINK_OFF,
	"\u200b",
	"\u3000",
};

static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % below;
}

static uint32_t first_seed(void)
{
	const char *given = getenv("SEED");
	uint32_t seed = given && *given ? (uint32_t)strtoul(given, NULL, 0) : (uint32_t)time(NULL);

	printf("SEED=%u\n", (unsigned)seed);
	return seed ? seed : 1;
}

static void random_text(struct buf *out, uint32_t *seed)
{
	buf_clear(out);
	for (uint32_t n = draw(seed, 40); n; n--)
		buf_adds(out, pieces[draw(seed, ARRAY_LEN(pieces))]);
}

/* What wrapping must not change: everything but blanks and newlines. */
static void strip(struct buf *out, const char *s)
{
	size_t n = strlen(s), bytes;

	for (; n; s += bytes, n -= bytes) {
		bytes = text_cluster(s, n);
		if (bytes > 1 || !strchr(" \t\n", *s))
			buf_add(out, s, bytes);
	}
}

/* Columns of the widest cluster of a line. */
static int widest(const char *s, size_t n)
{
	int most = 0;

	while (n) {
		size_t bytes = text_cluster(s, n);
		int width = text_width(s, bytes);

		most = width > most ? width : most;
		s += bytes;
		n -= bytes;
	}
	return most;
}

static void check_wrapped(const char *s, const char *lines, int columns, uint32_t seed)
{
	struct buf before = BUF_INIT, after = BUF_INIT;

	strip(&before, s);
	strip(&after, lines);
	if (strcmp(before.s, after.s) != 0)
		fail_msg("SEED=%u: a text was changed at %d columns", (unsigned)seed, columns);
	for (const char *end; (end = strchr(lines, '\n')); lines = end + 1) {
		size_t n = (size_t)(end - lines);
		int width = text_width(lines, n);

		if (width > columns && width != widest(lines, n))
			fail_msg("SEED=%u: %d of %d columns", (unsigned)seed, width, columns);
		if (n && lines[n - 1] == ' ')
			fail_msg("SEED=%u: a blank at the end of a line", (unsigned)seed);
	}
	assert_true(*lines == '\0');
	buf_release(&before);
	buf_release(&after);
}

/* Words are torn only if they are longer than a line: the words are those of the text. */
static void check_keep_all(const char *s, int columns, uint32_t seed)
{
	struct buf lines = BUF_INIT, joined = BUF_INIT, words = BUF_INIT;

	text_wrap(&lines, s, columns, "", "");
	for (const char *p = s; *p; p++)
		buf_addc(&words, *p == '\n' || *p == '\t' ? ' ' : *p);
	for (char *p = lines.s; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	text_fold(words.s, &joined);
	buf_clear(&words);
	text_fold(lines.s, &words);
	while (joined.len && joined.s[joined.len - 1] == ' ')
		buf_truncate(&joined, joined.len - 1);
	while (words.len && words.s[words.len - 1] == ' ')
		buf_truncate(&words, words.len - 1);
	if (strcmp(words.s + strspn(words.s, " "), joined.s + strspn(joined.s, " ")) != 0)
		fail_msg("SEED=%u: a word was torn", (unsigned)seed);
	buf_release(&lines);
	buf_release(&joined);
	buf_release(&words);
}

static long rounds(void)
{
	const char *scale = getenv("AMIDOJO_TEST_SCALE");
	long percent = scale ? strtol(scale, NULL, 10) : 100;

	return 20000 * (percent > 0 ? percent : 1) / 100;
}

static void test_wrap_properties(void **state)
{
	static const char *const korean[] = {"한", "글자를", "리전에서", "AMI", " ", "  ", "\n"};
	uint32_t seed = first_seed();
	struct buf s = BUF_INIT, lines = BUF_INIT;

	(void)state;
	for (long i = rounds(); i; i--) {
		uint32_t at = seed;
		int columns = 1 + (int)draw(&seed, 50);

		random_text(&s, &seed);
		buf_clear(&lines);
		text_wrap(&lines, s.s, columns, "", "");
		check_wrapped(s.s, lines.s, columns, at);
		buf_clear(&s);
		for (uint32_t n = draw(&seed, 30); n; n--) {
			buf_adds(&s, korean[draw(&seed, ARRAY_LEN(korean))]);
			buf_adds(&s, n % 3 ? "" : " ");
		}
		/* Three pieces of at most eight columns make the longest word. */
		check_keep_all(s.s, 24 + columns, at);
	}
	buf_release(&s);
	buf_release(&lines);
}

static void test_fit_properties(void **state)
{
	uint32_t seed = first_seed();
	struct buf s = BUF_INIT, padded = BUF_INIT;

	(void)state;
	for (long i = rounds(); i; i--) {
		int columns = (int)draw(&seed, 40), width;
		size_t fits, next;

		random_text(&s, &seed);
		fits = text_fit(s.s, s.len, columns);
		width = text_width(s.s, fits);
		assert_true(width <= columns);
		if (fits < s.len) {
			next = text_cluster(s.s + fits, s.len - fits);
			assert_true(width + text_width(s.s + fits, next) > columns);
		}
		buf_clear(&padded);
		text_pad(&padded, s.s, columns);
		assert_int_equal(text_swidth(padded.s), columns);
	}
	buf_release(&s);
	buf_release(&padded);
}

/* The plain way to compute the same distance. */
static int slow_distance(const char *a, int n, const char *b, int m)
{
	int d[12][12];

	for (int i = 0; i <= n; i++) {
		for (int j = 0; j <= m; j++) {
			int best = i && j ? d[i - 1][j - 1] + (a[i - 1] != b[j - 1]) : i + j;

			if (i && d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (j && d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

static void test_distance_properties(void **state)
{
	uint32_t seed = first_seed();

	(void)state;
	for (long i = rounds(); i; i--) {
		char a[12] = "", b[12] = "";
		int n = (int)draw(&seed, 11), m = (int)draw(&seed, 11), limit = (int)draw(&seed, 8);
		int exact, found;

		for (int j = 0; j < n; j++)
			a[j] = (char)('a' + draw(&seed, 3));
		for (int j = 0; j < m; j++)
			b[j] = (char)('a' + draw(&seed, 3));
		exact = slow_distance(a, n, b, m);
		found = text_distance(a, b, limit);
		if (found != (exact > limit ? limit + 1 : exact))
			fail_msg("%s %s limit %d: %d, not %d", a, b, limit, found, exact);
	}
}

static void test_printable(void **state)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{"plain 한글", "plain 한글"},
		{"a\033[31mb\n", "a?[31mb?"},
		{"bell\a del\177", "bell? del?"},
		{"c1\xc2\x9b"
		 "x",
			"c1?x"},
		{"bad\xff", "bad\xef\xbf\xbd"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf out = BUF_INIT;

		text_printable(cases[i].text, &out);
		assert_string_equal(out.s, cases[i].wanted);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_nfc),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_cluster),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_pad),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_wrap_properties),
		cmocka_unit_test(test_fit_properties),
		cmocka_unit_test(test_distance_properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
