/*
 * test-output.c - simulator/output against golden files, and what no JSON file can say.
 *
 * tests/golden/output/TITLE-case.json is printed as each
 * TITLE-case.<format>[.colour|.pager][.<columns>].txt there tells; of "each", every element of a
 * list is printed as yaml after "---". ESC is written as U+241B, and an error stands in a last line
 * after "! ". AMIDOJO_UPDATE_GOLDEN in the environment writes these files anew, but they came
 * from the AWS CLI itself: a difference is a mistake here.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "output/python.h"
#include "output/resolve.h"
#include "output/unicode.h"
#include "output/width.h"
#include "output/writer.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden-help.h"

#define GOLDEN "tests/golden/output"

/* --- Golden files ----------------------------------------------------------------------------- */

struct golden {
	char name[64], title[32], format[16];
	bool each;
	struct output_options options;
};

/* "Flip-wide.table.colour.200.txt": the case, its title, the format and the options. */
static void parse_name(struct golden *g, const char *file)
{
	char part[5][64] = {{0}};
	int n = sscanf(file, "%63[^.].%63[^.].%63[^.].%63[^.].%63[^.]", part[0], part[1], part[2],
		part[3], part[4]);

	*g = (struct golden){.options = {.paged = true}};
	if (n < 3 || strcmp(part[n - 1], "txt") != 0)
		fail_msg("%s: what is this file?", file);
	snprintf(g->name, sizeof g->name, "%s", part[0]);
	snprintf(g->title, sizeof g->title, "%.*s", (int)strcspn(part[0], "-"), part[0]);
	snprintf(g->format, sizeof g->format, "%.15s", part[1]);
	g->each = strcmp(g->format, "each") == 0;
	for (int i = 2; i < n - 1; i++) {
		g->options.pager |= strcmp(part[i], "pager") == 0;
		g->options.colour |= g->options.pager || strcmp(part[i], "colour") == 0;
		g->options.terminal_columns = atoi(part[i]);
	}
}

static void print(struct buf *out, enum output_format format, const json_t *value,
	const struct output_options *options)
{
	struct err err = {0};

	if (!output_write(out, format, value, options, &err))
		buf_addf(out, "! %s\n", err.text);
	else
		assert_int_equal(err.code, ERR_NONE);
}

static void print_case(struct buf *out, struct golden *g, const json_t *value)
{
	enum output_format format;

	g->options.title = g->title;
	if (!g->each) {
		assert_true(output_format_parse(g->format, &format));
		print(out, format, value, &g->options);
		return;
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		buf_adds(out, "---\n");
		print(out, OUTPUT_YAML, json_array_get(value, i), &g->options);
	}
}

static void show_escapes(struct buf *out, const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (text->s[i] == '\033')
			buf_adds(out, "␛");
		else
			buf_addc(out, text->s[i]);
	}
}

/* Whether the file holds what is printed now. */
static bool compare(const char *file)
{
	struct buf path = BUF_INIT, expected = BUF_INIT, printed = BUF_INIT, shown = BUF_INIT;
	struct golden g;
	json_t *value;
	bool same;

	parse_name(&g, file);
	buf_addf(&path, GOLDEN "/%s.json", g.name);
	value = json_load_file(path.s, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (!value)
		fail_msg("%s is no JSON", path.s);
	print_case(&printed, &g, value);
	json_decref(value);
	show_escapes(&shown, &printed);
	buf_clear(&path);
	buf_addf(&path, GOLDEN "/%s", file);
	if (getenv("AMIDOJO_UPDATE_GOLDEN"))
		write_file(path.s, &shown);
	read_file(&expected, path.s);
	same = expected.len == shown.len && memcmp(expected.s, shown.s, shown.len) == 0;
	if (!same)
		print_error("%s differs; printed:\n%s", path.s, shown.s);
	buf_release(&path);
	buf_release(&expected);
	buf_release(&printed);
	buf_release(&shown);
	return same;
}

static void test_golden(void **state)
{
	DIR *dir = opendir(GOLDEN);
	struct dirent *entry;
	int compared = 0, differing = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		const char *end = strrchr(entry->d_name, '.');

		if (!end || strcmp(end, ".txt") != 0)
			continue;
		differing += !compare(entry->d_name);
		compared++;
	}
	closedir(dir);
	assert_true(compared > 200);
	assert_int_equal(differing, 0);
}

/* --- Values that a JSON file cannot hold ------------------------------------------------------ */

/* Takes over the value. */
static void assert_prints(enum output_format format, json_t *value, const char *expected)
{
	const struct output_options options = {.title = "T"};
	struct buf out = BUF_INIT;

	print(&out, format, value, &options);
	assert_string_equal(out.s, expected);
	buf_release(&out);
	json_decref(value);
}

/* What occurs twice by reference is an alias, numbered as it is met again; copies are not. */
static void test_shared(void **state)
{
	json_t *tags = json_pack("[{ss}]", "Key", "Name"), *empty = json_array();
	json_t *both = json_pack("{sOsO}", "b", tags, "a", empty);

	(void)state;
	assert_prints(OUTPUT_YAML, json_pack("[O,O,O]", tags, tags, tags),
		"- &id001\n  - Key: Name\n- *id001\n- *id001\n");
	assert_prints(OUTPUT_YAML,
		json_pack("{sOsOsOsO}", "x", tags, "y", empty, "z", empty, "zz", tags),
		"x: &id002\n- Key: Name\ny: &id001 []\nz: *id001\nzz: *id002\n");
	assert_prints(OUTPUT_YAML, json_pack("[O,O]", both, tags),
		"- a: []\n  b: &id001\n  - Key: Name\n- *id001\n");
	assert_prints(OUTPUT_YAML_STREAM, json_pack("[O,O]", tags, tags),
		"- - &id001\n    - Key: Name\n  - *id001\n");
	assert_prints(OUTPUT_YAML, json_pack("[[s],[s]]", "a", "a"), "- - a\n- - a\n");
	assert_prints(OUTPUT_JSON, json_pack("[O,O]", empty, empty), "[\n    [],\n    []\n]\n");
	json_decref(both);
	json_decref(tags);
	json_decref(empty);
}

/* More than a thousand of them: the table of what was met grows. */
static void test_many_shared(void **state)
{
	json_t *list = json_array();
	struct buf expected = BUF_INIT;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		json_t *item = json_array();

		json_array_append(list, item);
		json_array_append_new(list, item);
		buf_addf(&expected, "- &id%03d []\n- *id%03d\n", i + 1, i + 1);
	}
	assert_prints(OUTPUT_YAML, list, expected.s);
	buf_release(&expected);
}

/* Lists inside of lists that hold each other twice: small, but endless when printed. */
static void test_limits(void **state)
{
	json_t *list = json_array(), *deep = json_array();

	(void)state;
	for (int i = 0; i < 60; i++)
		list = json_pack("[O,o]", list, list);
	for (int i = 0; i < OUTPUT_DEPTH; i++)
		deep = json_pack("[o]", deep);
	for (int format = OUTPUT_JSON; format <= OUTPUT_OFF; format++) {
		struct output_options options = {.title = "T", .colour = true};
		struct buf out = BUF_INIT;
		struct err err = {0};

		assert_false(output_write(&out, (enum output_format)format, list, &options, &err));
		assert_int_equal(err.code, ERR_DATA);
		assert_int_equal(out.len, 0);
		assert_true(output_write(&out, (enum output_format)format, deep, &options, NULL));
		buf_release(&out);
	}
	json_decref(list);
	assert_prints(OUTPUT_JSON, json_pack("[o]", deep), "! maximum recursion depth exceeded\n");
}

/* Each element has another key, so each row has all columns. */
static void test_table_too_large(void **state)
{
	struct output_options options = {.title = "T"};
	json_t *list = json_array();
	struct buf out = BUF_INIT;
	struct err err = {0};

	(void)state;
	for (int i = 0; i < 4000; i++) {
		char key[16];

		snprintf(key, sizeof key, "k%d", i);
		json_array_append_new(list, json_pack("{s[]}", key));
		json_array_append_new(list, json_pack("{si}", key, i));
	}
	assert_false(output_write(&out, OUTPUT_TABLE, list, &options, &err));
	assert_non_null(strstr(err.text, "128 MiB"));
	assert_int_equal(out.len, 0);
	json_decref(list);
}

/* A literal of a query can hold what is no text; what was written before stays. */
static void test_surrogates(void **state)
{
#define ERROR(c) "! 'utf-8' codec can't encode character '\\u" c "' in position "
#define END      ": surrogates not allowed\n"
	static const char one[] = "가\xed\xa0\x80", two[] = "\xed\xbf\xbf\xed\xa0\x80";
	static const struct {
		enum output_format format;
		const char *text, *expected;
	} cases[] = {
		{OUTPUT_JSON, one, "{\n    \"a\": [\n        1" ERROR("d800") "12" END},
		{OUTPUT_YAML, one, ERROR("d800") "1" END},
		{OUTPUT_TEXT, one, "A\t1\n" ERROR("d800") "3" END},
		{OUTPUT_TABLE, one,
			"-----------\n|    T    |\n+---------+\n||   a   ||\n|+-------+|\n||  1    ||\n|" ERROR(
				"d800") "4" END},
		{OUTPUT_YAML, two, "! 'utf-8' codec can't encode characters in position 0-1" END},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *text = json_string_nocheck(cases[i].text);

		assert_prints(
			cases[i].format, json_pack("{s[i,o]}", "a", 1, text), cases[i].expected);
	}
	assert_prints(OUTPUT_JSON, json_string_nocheck(one), ERROR("d800") "2" END);
	assert_prints(OUTPUT_TEXT, json_string("\xed\x9f\xbf"), "\xed\x9f\xbf\n");
#undef ERROR
#undef END
}

static void test_nul(void **state)
{
	json_t *object = json_object(), *text = json_stringn("a\0b", 3);
	struct output_options options = {.title = "T"};
	struct buf out = BUF_INIT;

	(void)state;
	json_object_setn_new(object, "k\0", 2, json_incref(text));
	json_object_setn_new(object, "k", 1, text);
	assert_true(output_write(&out, OUTPUT_TEXT, object, &options, NULL));
	assert_int_equal(out.len, 8);
	assert_memory_equal(out.s, "a\0b\ta\0b\n", 8);
	assert_prints(OUTPUT_JSON, json_incref(object),
		"{\n    \"k\\u0000\": \"a\\u0000b\",\n    \"k\": \"a\\u0000b\"\n}\n");
	assert_prints(OUTPUT_YAML, object, "k: \"a\\0b\"\n\"k\\0\": \"a\\0b\"\n");
	buf_release(&out);
}

/* --- Options ---------------------------------------------------------------------------------- */

static void test_pages(void **state)
{
	struct output_options options = {0};
	struct buf out = BUF_INIT;
	json_t *empty = json_object();

	(void)state;
	print(&out, OUTPUT_YAML_STREAM, empty, &options);
	assert_string_equal(out.s, "");
	options.paged = true;
	print(&out, OUTPUT_YAML_STREAM, empty, &options);
	assert_string_equal(out.s, "- {}\n");
	print(&out, OUTPUT_YAML, empty, &options);
	print(&out, OUTPUT_JSON, empty, &options);
	assert_string_equal(out.s, "- {}\n");
	buf_release(&out);
	json_decref(empty);
}

/* What stands in the buffer stays, and an answer is appended. */
static void test_append(void **state)
{
	static const enum output_format formats[] = {OUTPUT_JSON, OUTPUT_TEXT, OUTPUT_TABLE,
		OUTPUT_YAML, OUTPUT_YAML_STREAM, OUTPUT_OFF};
	struct output_options options = {0};
	struct buf out = BUF_INIT;
	json_t *value = json_pack("[s]", "a");

	(void)state;
	buf_adds(&out, ">");
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		print(&out, formats[i], value, &options);
	assert_string_equal(
		out.s, ">[\n    \"a\"\n]\na\n-------\n+-----+\n|  a  |\n+-----+\n- a\n- - a\n");
	buf_release(&out);
	json_decref(value);
}

static void test_format_names(void **state)
{
	enum output_format format = OUTPUT_OFF;

	(void)state;
	assert_true(output_format_parse("yaml-stream", &format));
	assert_int_equal(format, OUTPUT_YAML_STREAM);
	assert_false(output_format_parse("JSON", &format));
	assert_false(output_format_parse("", &format));
	assert_int_equal(format, OUTPUT_YAML_STREAM);
}

/* --- What lies below -------------------------------------------------------------------------- */

static void test_floats(void **state)
{
	static const struct {
		double value;
		const char *expected;
	} cases[] = {
		{8.0, "8.0"},
		{0.0, "0.0"},
		{-0.0, "-0.0"},
		{0.1, "0.1"},
		{0.1 + 0.2, "0.30000000000000004"},
		{1e15, "1000000000000000.0"},
		{9999999999999998.0, "9999999999999998.0"},
		{1e16, "1e+16"},
		{1.5e16, "1.5e+16"},
		{1e-4, "0.0001"},
		{1.25e-5, "1.25e-05"},
		{1e-7, "1e-07"},
		{1e22, "1e+22"},
		{1e23, "1e+23"},
		{1e100, "1e+100"},
		{123456789012345680.0, "1.2345678901234568e+17"},
		{5e-324, "5e-324"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{0x1p-44, "5.684341886080802e-14"}, /* not the nearest of 16 digits */
		{0x1p-1074, "5e-324"},
		{9007199254740993.0, "9007199254740992.0"},
		{NAN, "nan"},
		{INFINITY, "inf"},
		{-INFINITY, "-inf"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		python_float(&out, cases[i].value);
		assert_string_equal(out.s, cases[i].expected);
		if (!isnan(cases[i].value))
			assert_true(strtod(out.s, NULL) == cases[i].value);
		buf_release(&out);
	}
}

/* As the module for queries makes them, for jansson would not; nobody frees them. */
static void test_not_finite(void **state)
{
	static const struct {
		double value;
		const char *json, *text, *yaml;
	} cases[] = {
		{NAN, "NaN\n", "nan\n", "- .nan\n"},
		{INFINITY, "Infinity\n", "inf\n", "- .inf\n"},
		{-INFINITY, "-Infinity\n", "-inf\n", "- -.inf\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct {
			json_t json;
			double value;
		} real = {{JSON_REAL, (size_t)-1}, cases[i].value};

		assert_prints(OUTPUT_JSON, &real.json, cases[i].json);
		assert_prints(OUTPUT_YAML, &real.json, cases[i].json);
		assert_prints(OUTPUT_TEXT, &real.json, cases[i].text);
		assert_prints(OUTPUT_YAML, json_pack("[O]", &real.json), cases[i].yaml);
	}
}

static void test_resolve(void **state)
{
	static const char *const texts[] = {"a", "yes", "off", "y", "12:30", "10.0.0.5",
		"0.0.0.0/0", "2024-1-1", "2024-01-01T1:02", "1 2", "1,000", "-", "--", "+", "_1",
		"0o8", "0xG", "0b2", "1e", "e3", ".", ".5e3", "+.nan", "..inf", "tRUE", "nULL",
		"~~", "==", "<", "2024-01-01 ", "2024-01-01T01:02:03+123", "12345-01-01",
		"vol-ffff", "1-1"};
	static const char *const others[] = {"", "~", "null", "True", "FALSE", "1", "-1", "+1",
		"010", "08", "1_0", "+_", "0b1", "0o17", "0x1F", "-0x_f", "1.", "1.5", ".5", "._",
		".5e+3", "1e3", "1_0.5_e-3", "-.inf", "+.INF", ".NaN", "=", "<<", "2024-01-01",
		"2024-1-1T1:02:03", "2024-01-01 \t 01:02:03.5 Z", "2024-01-01t01:02:03-09:30",
		"2024-01-01T01:02:03+9"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!resolve_is_text(texts[i], strlen(texts[i])))
			fail_msg("\"%s\" is a text", texts[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (resolve_is_text(others[i], strlen(others[i])))
			fail_msg("\"%s\" is no text", others[i]);
	}
}

static void test_width(void **state)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{"", 0}, {"ami-1", 5}, {"한글", 4}, {"日本語 éü 😀", 14},
		{"e\u0301", 3},               /* the accent is of ambiguous width */
		{"\u1112\u1161\u11ab", 4},    /* NFD: only the first consonant is wide */
		{"…─½°", 8},                  /* ambiguous */
		{"\x1b[0m\t\u200b", 6},       /* what takes no room counts too */
		{"\ufeff\U000e0100\ue000", 5} /* narrow, ambiguous, ambiguous */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(width_of(cases[i].text, strlen(cases[i].text)), cases[i].width);
}

static void test_upper(void **state)
{
	static const char *const cases[][2] = {
		{"blockDeviceMappings_1", "BLOCKDEVICEMAPPINGS_1"}, {"straße", "STRASSE"},
		{"éàÿ", "ÉÀŸ"}, {"ŉﬃ", "ʼNFFI"}, {"\u0390", "\u0399\u0308\u0301"}, {"ǆǅ", "ǄǄ"},
		{"ıi", "II"}, {"한글", "한글"}, {"\U00010428", "\U00010400"},
		{"ƛ", "\ua7dc"}, /* new in Unicode 16 */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf out = BUF_INIT;

		unicode_upper(&out, cases[i][0], strlen(cases[i][0]));
		assert_string_equal(out.s, cases[i][1]);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_many_shared),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_table_too_large),
		cmocka_unit_test(test_surrogates),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_format_names),
		cmocka_unit_test(test_floats),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_upper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
