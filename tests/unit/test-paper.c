/*
 * test-paper.c - the shares of a paper, what a seed draws, pairs of class papers, the mix of a
 * quiz.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "study/paper.h"
#include "study/random.h"

#include <stdio.h>
#include <string.h>

static const int saa[] = {30, 26, 24, 20}, soa[] = {22, 22, 22, 16, 18};

static void test_plan(void **state)
{
	static const struct {
		const int *weights;
		int domains, length, scored[5], unscored[5];
	} rows[] = {
		{saa, 4, 65, {15, 13, 12, 10}, {4, 4, 4, 3}},
		{soa, 5, 65, {11, 11, 11, 8, 9}, {3, 3, 3, 3, 3}},
		{saa, 4, 10, {2, 2, 2, 2}, {1, 1, 0, 0}},
		{soa, 5, 1, {1, 0, 0, 0, 0}, {0}},
		{saa, 4, 130, {30, 26, 24, 20}, {9, 8, 7, 6}},
	};
	struct paper_plan p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		paper_plan_make(&p, rows[i].weights, rows[i].domains, 50, 15, rows[i].length);
		assert_int_equal(paper_length(&p), rows[i].length);
		for (int d = 0; d < rows[i].domains; d++) {
			assert_int_equal(p.scored[d], rows[i].scored[d]);
			assert_int_equal(p.unscored[d], rows[i].unscored[d]);
		}
	}
}

/* ---- drawing ---- */

enum { BANK = 180, LENGTH = 65 };

struct bank {
	char ids[BANK][24];
	struct paper_question q[BANK];
	size_t n;
};

/* Most questions serve one domain, each fifth a second one. */
static void make_bank(struct bank *b, size_t n, int domains, uint64_t seed)
{
	struct random r = random_from(seed);

	b->n = n;
	for (size_t i = 0; i < n; i++) {
		uint32_t mask = UINT32_C(1) << (i % (size_t)domains);

		if (i % 5 == 0)
			mask |= UINT32_C(1) << random_below(&r, (size_t)domains);
		snprintf(b->ids[i], sizeof b->ids[i], "q-%03zu", i * 7 % n);
		b->q[i] = (struct paper_question){b->ids[i], mask, i % 6 ? 4 : 5, 0};
	}
}

static void check_paper(const struct bank *b, const struct paper_plan *plan,
	const struct paper_place *places, int used[BANK])
{
	int scored[PAPER_DOMAINS] = {0}, unscored[PAPER_DOMAINS] = {0};

	for (int i = 0; i < paper_length(plan); i++) {
		const struct paper_place *p = &places[i];
		const struct paper_question *q = &b->q[p->question];
		uint32_t seen = 0;

		assert_true(q->domains >> p->domain & 1);
		used[p->question]++;
		(p->scored ? scored : unscored)[p->domain]++;
		for (int k = 0; k < q->options; k++)
			seen |= UINT32_C(1) << p->order[k];
		assert_int_equal(seen, (1u << q->options) - 1);
	}
	assert_memory_equal(scored, plan->scored, sizeof scored);
	assert_memory_equal(unscored, plan->unscored, sizeof unscored);
}

static void must_draw(const struct bank *b, const struct paper_plan *plan, uint64_t seed,
	bool class_paper, struct paper_place *places)
{
	int lacking[PAPER_DOMAINS];

	assert_true(paper_draw(plan, b->q, b->n, seed, class_paper, places, lacking));
}

static void test_pairs(void **state)
{
	struct paper_place first[LENGTH], second[LENGTH];
	struct paper_plan plan;
	struct bank b;
	int different = 0;

	(void)state;
	make_bank(&b, BANK, 5, 1);
	paper_plan_make(&plan, soa, 5, 50, 15, LENGTH);
	for (uint64_t seed = 1; seed < 400; seed += 2) {
		int used[BANK] = {0};

		must_draw(&b, &plan, seed, true, first);
		must_draw(&b, &plan, seed + 1, true, second);
		check_paper(&b, &plan, first, used);
		check_paper(&b, &plan, second, used);
		for (int i = 0; i < BANK; i++)
			assert_in_range(used[i], 0, 1);
		different += memcmp(first, second, sizeof first) != 0;
	}
	assert_int_equal(different, 200);
}

/* The learner's own papers: the second has nothing of the first, and a third begins with the rest.
 */
static void test_unseen_first(void **state)
{
	struct paper_place places[LENGTH];
	struct paper_plan plan;
	struct bank b;

	(void)state;
	paper_plan_make(&plan, saa, 4, 50, 15, LENGTH);
	for (uint64_t seed = 1; seed <= 100; seed++) {
		int used[BANK] = {0}, rest = 0;

		make_bank(&b, 145, 4, seed);
		for (int paper = 0; paper < 3; paper++) {
			must_draw(&b, &plan, seed * 10 + (uint64_t)paper, false, places);
			check_paper(&b, &plan, places, used);
			for (size_t i = 0; i < b.n; i++) {
				if (paper < 2)
					assert_in_range(used[i], 0, 1);
				rest += paper == 2 && !used[i];
				b.q[i].seen = used[i];
			}
		}
		assert_true(rest <= 3); /* those that no domain has room for */
	}
}

static void test_order_does_not_matter(void **state)
{
	struct paper_place a[LENGTH], b[LENGTH];
	struct bank one, other;
	struct paper_plan plan;

	(void)state;
	make_bank(&one, BANK, 4, 3);
	other = one;
	for (size_t i = 0; i < BANK; i++)
		other.q[i] = one.q[BANK - 1 - i];
	for (size_t i = 0; i < BANK; i++)
		one.q[i].seen = (int)i; /* what was seen is nothing to a class */
	paper_plan_make(&plan, saa, 4, 50, 15, LENGTH);
	must_draw(&one, &plan, 7, true, a);
	must_draw(&other, &plan, 7, true, b);
	for (int i = 0; i < LENGTH; i++) {
		assert_string_equal(one.q[a[i].question].id, other.q[b[i].question].id);
		assert_memory_equal(a[i].order, b[i].order, sizeof a[i].order);
		assert_int_equal(a[i].domain, b[i].domain);
		assert_int_equal(a[i].scored, b[i].scored);
	}
}

/* The same on every machine: these are what this seed draws for ever. */
static void test_fixed(void **state)
{
	struct paper_place places[LENGTH];
	struct paper_plan plan;
	struct buf ids = BUF_INIT;
	struct bank b;

	(void)state;
	make_bank(&b, BANK, 4, 3);
	paper_plan_make(&plan, saa, 4, 50, 15, 10);
	must_draw(&b, &plan, 42, true, places);
	for (int i = 0; i < 10; i++)
		buf_addf(&ids, "%s/%d%d%d ", b.q[places[i].question].id, places[i].domain,
			places[i].scored, places[i].order[0]);
	assert_string_equal(ids.s,
		"q-065/310 q-036/012 q-047/113 q-172/012 q-107/112 q-070/210 q-029/312 "
		"q-147/103 q-126/211 q-108/003 ");
	buf_release(&ids);
}

static void test_too_few(void **state)
{
	struct paper_place places[LENGTH];
	int lacking[PAPER_DOMAINS];
	struct paper_plan plan;
	struct bank b;

	(void)state;
	make_bank(&b, 20, 4, 1);
	for (size_t i = 0; i < b.n; i++)
		b.q[i].domains = i < 3 ? 4 : 2 + (i % 2 ? 0 : 8); /* none for 0; 3 for 2 */
	paper_plan_make(&plan, saa, 4, 50, 15, 20);
	assert_false(paper_draw(&plan, b.q, b.n, 1, true, places, lacking));
	assert_int_equal(lacking[0], plan.scored[0] + plan.unscored[0]);
	assert_int_equal(lacking[2], plan.scored[2] + plan.unscored[2] - 3);
	assert_int_equal(lacking[1] + lacking[3], 0);
	assert_false(paper_draw(&plan, NULL, 0, 1, false, places, lacking));
	assert_int_equal(paper_count(&plan, b.q, b.n), 0);
	paper_plan_make(&plan, saa + 1, 1, 50, 15, 6); /* ten serve the second domain */
	for (size_t i = 0; i < b.n; i++)
		b.q[i].domains = i % 2;
	assert_int_equal(paper_count(&plan, b.q, b.n), 1);
	paper_plan_make(&plan, saa + 1, 1, 50, 15, 5);
	assert_int_equal(paper_count(&plan, b.q, b.n), 2);
	assert_int_equal(paper_count(&plan, NULL, 0), 0);
}

/* Enough for one paper, not for two: the second repeats as little as can be. */
static void test_small_bank(void **state)
{
	struct paper_place first[LENGTH], second[LENGTH];
	struct paper_plan plan;
	struct bank b;

	(void)state;
	make_bank(&b, 100, 4, 1);
	paper_plan_make(&plan, saa, 4, 50, 15, LENGTH);
	for (uint64_t seed = 1; seed < 40; seed += 2) {
		int used[BANK] = {0}, twice = 0;

		must_draw(&b, &plan, seed, true, first);
		must_draw(&b, &plan, seed + 1, true, second);
		check_paper(&b, &plan, first, used);
		check_paper(&b, &plan, second, used);
		for (size_t i = 0; i < b.n; i++)
			twice += used[i] == 2;
		assert_in_range(twice, 30, 36); /* 130 places, 100 questions, four domains */
	}
}

/* ---- quizzes ---- */

static void test_mix(void **state)
{
	static const struct {
		int n, have[MIXES], out[MIXES], total;
	} rows[] = {
		{15, {99, 99, 99}, {9, 4, 2}, 15},
		{10, {99, 99, 99}, {6, 3, 1}, 10},
		{1, {99, 99, 99}, {1, 0, 0}, 1},
		{10, {0, 99, 0}, {0, 10, 0}, 10},
		{10, {2, 99, 99}, {2, 7, 1}, 10},
		{10, {99, 0, 0}, {10, 0, 0}, 10},
		{10, {3, 2, 1}, {3, 2, 1}, 6},
		{10, {1, 1, 99}, {1, 1, 8}, 10},
		{5, {0, 0, 0}, {0, 0, 0}, 0},
	};
	int out[MIXES];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(mix_make(rows[i].n, rows[i].have, out), rows[i].total);
		assert_memory_equal(out, rows[i].out, sizeof out);
	}
}

/* ---- random numbers ---- */

static void test_random(void **state)
{
	struct random r = random_from(1);
	int count[7] = {0};

	(void)state;
	for (int i = 0; i < 70000; i++)
		count[random_below(&r, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(count[i], 9600, 10400);
	assert_int_equal(random_below(&r, 1), 0);
	r = random_from(12345);
	assert_true(random_next(&r) != random_next(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_unseen_first),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_small_bank),
		cmocka_unit_test(test_mix),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
