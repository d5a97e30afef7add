/* test-question.c - app/question.h: picking, keys as text, the order of options, and JSON there and
 * back. */
#include "app/question.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(e, k)                                                                                 \
	{                                                                                          \
		.in = { e, k }                                                                     \
	}

static struct number domains[] = {{.value = 1}, {.value = 4}};
static struct exam_ref exams[] = {{.exam = {.s = "saa-c03"}, .domains = domains, .n_domains = 2}};
static struct source sources[] = {
	{.url = {.s = "https://docs.aws.amazon.com/x.html"}, .read = 20000}};

static struct option options[] = {
	{.right = TEXT("first", "첫째"), .why = TEXT("Because.", "그래서다.")},
	{.wrong = TEXT("second", "둘째"), .why = TEXT("Not so.", "아니다.")},
	{.wrong = TEXT("third", NULL), .why = TEXT(NULL, "셋째는 아니다.")},
	{.right = TEXT("fourth", "넷째"), .why = TEXT("It is.", "맞다.")},
	{.wrong = TEXT("fifth", "다섯째"), .why = TEXT("No \"way\".\nNever.", "아니다.")},
};

/* The first `n` options; with 3 of them one is right. */
static struct question question(size_t n)
{
	return (struct question){
		.id = {.s = "some-question"},
		.level = {.s = "apply"},
		.note = {.s = "some-note"},
		.ask = TEXT("What is so?", "무엇이 맞는가?"),
		.exams = exams,
		.n_exams = 1,
		.options = options,
		.n_options = n,
		.sources = sources,
		.n_sources = 1,
	};
}

static void test_pick_one(void **state)
{
	struct question q = question(3);
	struct asked a;

	(void)state;
	asked_init(&a, &q);
	assert_int_equal(question_rights(&q), 1);
	assert_false(asked_is_right(&a));
	for (int digit = -1; digit <= 10; digit++)
		assert_int_equal(asked_pick(&a, digit), digit >= 1 && digit <= 3);
	assert_int_equal(a.picked, 1u << 2); /* the last pick replaces the others */
	assert_false(asked_is_right(&a));
	assert_true(asked_pick(&a, 1));
	assert_true(asked_is_right(&a));
}

static void test_pick_two(void **state)
{
	struct question q = question(5);
	struct asked a;

	(void)state;
	asked_init(&a, &q);
	assert_int_equal(question_rights(&q), 2);
	assert_true(asked_pick(&a, 1) && asked_pick(&a, 2) && asked_pick(&a, 4));
	assert_int_equal(asked_picks(&a), 3);
	assert_false(asked_is_right(&a));
	assert_true(asked_pick(&a, 2)); /* off again */
	assert_true(asked_is_right(&a));
}

/* Each option stands in each place about as often as in any other, and picks follow the order. */
static void test_shuffle(void **state)
{
	struct question q = question(5);
	int places[5][5] = {{0}};
	struct asked a, again;

	(void)state;
	for (uint64_t seed = 1; seed <= 5000; seed++) {
		uint32_t all = 0;

		asked_init(&a, &q);
		asked_shuffle(&a, seed);
		asked_init(&again, &q);
		asked_shuffle(&again, seed);
		assert_memory_equal(a.order, again.order, sizeof a.order);
		for (int i = 0; i < 5; i++) {
			all |= 1u << a.order[i];
			places[i][a.order[i]]++;
			a.picked = 0;
			assert_true(asked_pick(&a, i + 1));
			assert_int_equal(a.picked, 1u << a.order[i]);
		}
		assert_int_equal(all, 31);
	}
	for (int i = 0; i < 25; i++) /* 1000 each; 6 standard deviations are 170 */
		assert_in_range(places[i / 5][i % 5], 830, 1170);
}

static void test_keys(void **state)
{
	static const char *const bad[] = {"0", "9", "1,", ",1", "2,1", "1,1", "12", "1 2", "x",
		"1,x", "-1", "1,,2", "1,2,3,4,5,6,7,8,9"};

	(void)state;
	for (uint32_t picked = 0; picked < 256; picked++) {
		struct buf text = BUF_INIT;
		uint32_t back = 999;

		options_write(picked, &text);
		assert_true(text.len < QUESTION_KEY);
		assert_true(options_read(text.s, &back));
		assert_int_equal(back, picked);
		buf_release(&text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		uint32_t untouched = 999;

		if (options_read(bad[i], &untouched) || untouched != 999)
			fail_msg("'%s' was taken", bad[i]);
	}
}

static char *rendered(const struct question *q, enum lang lang, bool told, bool plain)
{
	struct look look = {.columns = 60, .rows = 24, .lang = lang, .plain = plain};
	struct buf out = BUF_INIT;
	struct asked a;

	asked_init(&a, q);
	asked_shuffle(&a, 7);
	a.picked = 2;
	a.told = told;
	asked_render(&a, &look, &out);
	return buf_detach(&out);
}

static void test_json(void **state)
{
	struct question q = question(5), *back;
	json_t *json = question_json(&q);
	char *body = json_text(json, JSON_COMPACT);
	struct arena arena = {0};
	struct err e = {0};

	(void)state;
	back = question_from_json(&arena, body, &e);
	assert_non_null(back);
	assert_int_equal(question_key(back), question_key(&q));
	assert_string_equal(back->note.s, "some-note");
	assert_null(back->lab.s);
	assert_int_equal(back->exams[0].domains[1].value, 4);
	for (int way = 0; way < 8; way++) {
		char *one = rendered(&q, way & 1, way & 2, way & 4);
		char *two = rendered(back, way & 1, way & 2, way & 4);

		assert_string_equal(one, two);
		free(one);
		free(two);
	}
	json_decref(json);
	json = question_json(back);
	free(body);
	body = json_text(json, JSON_COMPACT);
	assert_non_null(strstr(body, "\"read\":\"2024-10-04\""));
	json_decref(json);
	free(body);
	arena_release(&arena);
}

/* One byte of the JSON changed, or the rest cut away: refused with a sentence, or still a question.
 */
static void test_damaged(void **state)
{
	struct question q = question(5);
	json_t *json = question_json(&q);
	char *body = json_text(json, JSON_COMPACT);
	size_t len = strlen(body), refused = 0;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		static const char put[] = {'x', '\0', '0', '"'};

		for (size_t k = 0; k < sizeof put; k++) {
			struct arena arena = {0};
			struct err e = {0};
			char kept = body[i];
			struct question *back;

			body[i] = put[k];
			back = question_from_json(&arena, body, &e);
			assert_int_equal(back == NULL, e.code == ERR_DATA);
			if (back)
				free(rendered(back, LANG_EN, true, false));
			refused += back == NULL;
			body[i] = kept;
			arena_release(&arena);
		}
	}
	assert_true(refused > len);
	json_decref(json);
	free(body);
}

/* "(Choose two.)" stands there once, whoever says it. */
static void test_how_many(void **state)
{
	static const struct {
		struct text ask;
		bool told;
	} cases[] = {
		{TEXT("Which are so?", "무엇이 맞는가?"), true},
		{TEXT("Which two are so? Choose two.", "맞는 것을 두 개 고르시오."), false},
		{TEXT("Which are so? (Choose TWO.)", "무엇이 맞는가? (2개를 고르시오.)"), false},
		{TEXT("Select 2 that are so.", "맞는 것 두 가지를 선택하시오."), false},
		{TEXT("Users choose a type. Which are so?",
			 "사용자가 유형을 고른다. 무엇이 맞는가?"),
			true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		for (int lang = 0; lang < LANGS; lang++) {
			struct question q = question(5);
			char *text;

			q.ask = cases[i].ask;
			text = rendered(&q, (enum lang)lang, false, false);
			assert_int_equal(strstr(text, "\n(Choose two.)\n") != NULL, cases[i].told);
			free(text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pick_one),
		cmocka_unit_test(test_pick_two),
		cmocka_unit_test(test_shuffle),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_how_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
