/*
 * prop-score.c - random papers: the score against a second opinion, and how often the range holds
 * the truth.
 *
 * The second opinion has no formula for the range: it looks for its ends by halving, as the shares
 * that lie 1.96 of their own standard errors away from the one observed. The coverage is counted by
 * candidates whose true share of right answers is known.
 *
 * usage: prop-score [PAPERS]   environment: SEED, AMIDOJO_TEST_SCALE (divides the default)
 */
#include "base/mem.h"
#include "study/random.h"
#include "study/score.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOWEST = 100, HIGHEST = 1000 };

static const double Z = 1.959963984540054;

static double unit(struct random *r)
{
	return (double)(random_next(r) >> 11) / 9007199254740992.0;
}

/* ---- the second opinion ---- */

static bool far(double observed, double share, double questions)
{
	return fabs(observed - share) > Z * sqrt(share * (1 - share) / questions);
}

/* The end of the range between one that is inside (near) and the border of all (outermost). */
static double end_of_range(double observed, double outermost, double questions)
{
	double in = observed, out = outermost;

	if (observed == outermost)
		return outermost;
	for (int i = 0; i < 100; i++) {
		double middle = (in + out) / 2;

		if (far(observed, middle, questions))
			out = middle;
		else
			in = middle;
	}
	return in;
}

static bool agrees(const struct score_domain *d, size_t n, const struct score *s)
{
	double sum = 0, weights = 0, variance = 0, share, low, high;

	for (size_t i = 0; i < n; i++) {
		if (!d[i].scored)
			continue;
		weights += d[i].weight;
		sum += (double)d[i].weight * d[i].right / d[i].scored;
		variance += (double)d[i].weight * d[i].weight / d[i].scored;
	}
	if (weights == 0)
		return s->estimate == LOWEST && s->low == LOWEST && s->high == HIGHEST;
	share = sum / weights;
	low = LOWEST + 900 * end_of_range(share, 0, weights * weights / variance);
	high = LOWEST + 900 * end_of_range(share, 1, weights * weights / variance);
	return fabs(s->estimate - (LOWEST + 900 * share)) <= 0.5 + 1e-6 && s->low <= low + 1e-6 &&
	       s->low > low - 1 - 1e-6 && s->high >= high - 1e-6 && s->high < high + 1 + 1e-6 &&
	       s->low <= s->estimate && s->estimate <= s->high;
}

static bool one_paper(struct random *r)
{
	struct score_domain d[6];
	size_t n = 1 + random_below(r, 6);
	struct score s;

	for (size_t i = 0; i < n; i++) {
		d[i].weight = 1 + (int)random_below(r, 60);
		d[i].scored = (int)random_below(r, 30);
		d[i].right = (int)random_below(r, (size_t)d[i].scored + 1);
	}
	s = score_make(d, n, LOWEST, HIGHEST);
	return agrees(d, n, &s);
}

/* ---- how often the range holds the truth ---- */

static const struct score_domain saa[] = {{30, 15, 0}, {26, 13, 0}, {24, 12, 0}, {20, 10, 0}};
static const struct score_domain soa[] = {
	{22, 11, 0}, {22, 11, 0}, {22, 11, 0}, {16, 8, 0}, {18, 9, 0}};

/* A candidate who knows the domains about equally well, sits one paper. */
static bool range_holds(struct random *r, const struct score_domain *of, size_t n)
{
	struct score_domain d[5];
	double level = 0.4 + 0.5 * unit(r), truth = 0;
	struct score s;

	for (size_t i = 0; i < n; i++) {
		double know = level + 0.2 * (unit(r) - 0.5);

		d[i] = of[i];
		truth += d[i].weight / 100.0 * know;
		for (int k = 0; k < d[i].scored; k++)
			d[i].right += unit(r) < know;
	}
	s = score_make(d, n, LOWEST, HIGHEST);
	return s.low <= LOWEST + 900 * truth && LOWEST + 900 * truth <= s.high;
}

static bool coverage(struct random *r, const char *name, const struct score_domain *of, size_t n)
{
	enum { CANDIDATES = 20000 };
	int held = 0;

	for (int i = 0; i < CANDIDATES; i++)
		held += range_holds(r, of, n);
	printf("%s: the range holds the truth of %.1f%% of %d candidates\n", name,
		held * 100.0 / CANDIDATES, CANDIDATES);
	return held > CANDIDATES * 93 / 100 && held < CANDIDATES * 97 / 100;
}

int main(int argc, char **argv)
{
	const char *seed = getenv("SEED"), *scale = getenv("AMIDOJO_TEST_SCALE");
	long papers = argc > 1 ? atol(argv[1]) : 10000 / (scale ? atol(scale) : 1);
	uint64_t s = seed ? strtoull(seed, NULL, 10) : 20261121;
	struct random r = random_from(s);
	long passed = 0, failed = 0;

	printf("SEED=%" PRIu64 " %ld papers\n", s, papers);
	for (long i = 0; i < papers; i++) {
		bool ok = one_paper(&r);

		if (!ok)
			printf("FAIL paper %ld\n", i);
		*(ok ? &passed : &failed) += 1;
	}
	*(coverage(&r, "saa-c03", saa, ARRAY_LEN(saa)) ? &passed : &failed) += 1;
	*(coverage(&r, "soa-c03", soa, ARRAY_LEN(soa)) ? &passed : &failed) += 1;
	printf("%ld passed, %ld failed\n", passed, failed);
	return failed ? 1 : 0;
}
