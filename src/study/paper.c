/*
 * paper.c - see paper.h.
 *
 * Questions may serve several domains, so filling the domains is a matching: each question that is
 * taken finds its place, if need be by moving others to another domain that they serve too. Taken
 * in order of preference, that gives as many of the preferred ones as any choice can.
 */
#include "study/paper.h"

#include "base/mem.h"
#include "study/random.h"

#include <stdlib.h>
#include <string.h>

/* ---- shares ---- */

struct share {
	long rest; /* of the division, the larger the sooner it is rounded up */
	int index;
};

static int by_rest(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	if (x->rest != y->rest)
		return x->rest > y->rest ? -1 : 1;
	return x->index - y->index;
}

/* Largest remainder: out[i] of `total` in proportion to weights[i]; the earlier wins a tie. */
static void divide(int total, const int weights[], int n, int out[])
{
	struct share share[PAPER_DOMAINS] = {{0, 0}};
	long sum = 0;
	int left = total;

	for (int i = 0; i < n; i++)
		sum += weights[i];
	for (int i = 0; i < n; i++) {
		long product = (long)total * weights[i];

		out[i] = sum ? (int)(product / sum) : 0;
		share[i] = (struct share){sum ? product % sum : 0, i};
		left -= out[i];
	}
	qsort(share, (size_t)n, sizeof *share, by_rest);
	for (int i = 0; sum && i < n && left > 0; i++, left--)
		out[share[i].index]++;
}

void paper_plan_make(struct paper_plan *p, const int weights[], int n_domains, int scored,
	int unscored, int length)
{
	const int kinds[2] = {scored, unscored};
	int of[2];

	*p = (struct paper_plan){.n_domains = n_domains};
	divide(length, kinds, 2, of);
	divide(of[0], weights, n_domains, p->scored);
	divide(of[1], weights, n_domains, p->unscored);
}

int paper_length(const struct paper_plan *p)
{
	int n = 0;

	for (int i = 0; i < p->n_domains; i++)
		n += p->scored[i] + p->unscored[i];
	return n;
}

/* ---- filling the domains ---- */

enum { NOWHERE = -1 };

struct candidate {
	const struct paper_question *q;
	size_t index; /* among the caller's questions */
	int seen;     /* as it counts in this draw */
	int domain;   /* or NOWHERE */
	int first;    /* the domain that is tried first, so that none is favoured */
};

struct draw {
	const struct paper_plan *plan;
	struct candidate *items; /* in order of preference */
	size_t n;
	struct random random;
	int room[PAPER_DOMAINS], used[PAPER_DOMAINS];
};

static bool serves(const struct candidate *c, int domain)
{
	return c->q->domains >> domain & 1;
}

/* Finds a place for a candidate; `tried` are the domains that were looked into on the way. */
static bool settle(struct draw *d, struct candidate *c, uint32_t *tried)
{
	int n = d->plan->n_domains;

	for (int k = 0; k < n; k++) {
		int domain = (c->first + k) % n;

		if (!serves(c, domain) || *tried >> domain & 1)
			continue;
		*tried |= UINT32_C(1) << domain;
		if (d->used[domain] < d->room[domain]) {
			d->used[domain]++;
			c->domain = domain;
			return true;
		}
		for (size_t i = 0; d->room[domain] && i < d->n; i++) {
			struct candidate *other = &d->items[i];

			if (other != c && other->domain == domain && settle(d, other, tried)) {
				c->domain = domain;
				return true;
			}
		}
	}
	return false;
}

/* Takes candidates in their order, those with at most `seen`, until there is no room. `times` the
 * plan's places are to be filled; answers whether they are. */
static bool fill(struct draw *d, int times, int seen)
{
	int left = 0;

	for (int i = 0; i < d->plan->n_domains; i++) {
		d->room[i] = times * (d->plan->scored[i] + d->plan->unscored[i]);
		d->used[i] = 0;
		left += d->room[i];
	}
	for (size_t i = 0; i < d->n; i++)
		d->items[i].domain = NOWHERE;
	for (size_t i = 0; i < d->n && left; i++) {
		uint32_t tried = 0;

		if (d->items[i].seen <= seen && settle(d, &d->items[i], &tried))
			left--;
	}
	return left == 0;
}

/* ---- order ---- */

static int by_id(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return strcmp(x->q->id, y->q->id);
}

static void shuffle(struct random *r, struct candidate *items, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = random_below(r, i);
		struct candidate swap = items[i - 1];

		items[i - 1] = items[k];
		items[k] = swap;
	}
}

/* Those seen less often first, the shuffled order among equals. */
static void prefer_unseen(struct candidate *items, size_t n)
{
	struct candidate *sorted = xcalloc(n + 1, sizeof *sorted);
	size_t k = 0;
	int most = 0;

	for (size_t i = 0; i < n; i++)
		most = items[i].seen > most ? items[i].seen : most;
	for (int seen = 0; seen <= most && k < n; seen++)
		for (size_t i = 0; i < n; i++)
			if (items[i].seen == seen)
				sorted[k++] = items[i];
	memcpy(items, sorted, n * sizeof *items);
	free(sorted);
}

static void begin(struct draw *d, const struct paper_plan *plan,
	const struct paper_question *questions, size_t n, uint64_t seed)
{
	*d = (struct draw){.plan = plan, .n = n, .random = random_from(seed)};
	d->items = xcalloc(n + 1, sizeof *d->items);
	for (size_t i = 0; i < n; i++)
		d->items[i] = (struct candidate){.q = &questions[i], .index = i};
	if (n)
		qsort(d->items, n, sizeof *d->items, by_id);
	shuffle(&d->random, d->items, n);
	for (size_t i = 0; i < n; i++)
		d->items[i].first = (int)random_below(&d->random, (size_t)plan->n_domains);
}

/* ---- the paper ---- */

/* Of places filled twice over, gives back half of each domain: the first or the second. */
static void take_half(struct draw *d, bool second)
{
	int had[PAPER_DOMAINS] = {0};

	for (size_t i = 0; i < d->n; i++) {
		struct candidate *c = &d->items[i];

		if (c->domain != NOWHERE && (had[c->domain]++ < d->room[c->domain] / 2) == second)
			c->domain = NOWHERE;
	}
}

static bool seen_in(const struct draw *d, const struct paper_question *q)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->items[i].q == q)
			return d->items[i].domain != NOWHERE;
	return false;
}

/* The second of a pair where the bank is too small for two: what the first has comes last. */
static void after_first(struct draw *d, const struct paper_question *questions, uint64_t pair)
{
	struct draw first;

	begin(&first, d->plan, questions, d->n, pair);
	fill(&first, 1, 0);
	for (size_t i = 0; i < d->n; i++)
		d->items[i].seen = seen_in(&first, d->items[i].q);
	free(first.items);
}

static bool draw_class(
	struct draw *d, const struct paper_question *questions, uint64_t pair, bool second)
{
	if (fill(d, 2, 0)) {
		take_half(d, second);
		return true;
	}
	if (second)
		after_first(d, questions, pair);
	prefer_unseen(d->items, d->n);
	return fill(d, 1, 1);
}

static bool draw_own(struct draw *d)
{
	for (size_t i = 0; i < d->n; i++)
		d->items[i].seen = d->items[i].q->seen;
	prefer_unseen(d->items, d->n);
	if (fill(d, 2, 0)) {
		take_half(d, false);
		return true;
	}
	return fill(d, 1, INT32_MAX);
}

static void shuffle_options(struct random *r, struct paper_place *p, int n)
{
	for (int i = 0; i < PAPER_OPTIONS; i++)
		p->order[i] = (uint8_t)i;
	for (size_t i = (size_t)n; i > 1; i--) {
		size_t k = random_below(r, i);
		uint8_t swap = p->order[i - 1];

		p->order[i - 1] = p->order[k];
		p->order[k] = swap;
	}
}

/* The order of the questions, which of them are scored, and the order of their options. */
static void lay_out(struct draw *d, struct paper_place places[])
{
	int scored[PAPER_DOMAINS] = {0};
	size_t k = 0;

	shuffle(&d->random, d->items, d->n);
	for (size_t i = 0; i < d->n; i++) {
		const struct candidate *c = &d->items[i];

		if (c->domain == NOWHERE)
			continue;
		places[k] = (struct paper_place){.question = c->index, .domain = c->domain};
		places[k].scored = scored[c->domain]++ < d->plan->scored[c->domain];
		shuffle_options(&d->random, &places[k++], c->q->options);
	}
	/* the scored ones came first in each domain */
	for (size_t i = k; i > 1; i--) {
		size_t other = random_below(&d->random, i);
		struct paper_place swap = places[i - 1];

		places[i - 1] = places[other];
		places[other] = swap;
	}
}

bool paper_draw(const struct paper_plan *plan, const struct paper_question *questions, size_t n,
	uint64_t seed, bool class_paper, struct paper_place places[], int lacking[])
{
	uint64_t pair = (seed + 1) / 2;
	struct draw d;
	bool whole;

	begin(&d, plan, questions, n, class_paper ? pair : seed);
	whole = class_paper ? draw_class(&d, questions, pair, seed % 2 == 0) : draw_own(&d);
	for (int i = 0; i < plan->n_domains; i++)
		lacking[i] = whole ? 0 : d.room[i] - d.used[i];
	if (whole)
		lay_out(&d, places);
	free(d.items);
	return whole;
}

int paper_count(const struct paper_plan *plan, const struct paper_question *questions, size_t n)
{
	struct draw d;
	int papers = 0;

	begin(&d, plan, questions, n, 1);
	while (paper_length(plan) && fill(&d, papers + 1, 0))
		papers++;
	free(d.items);
	return papers;
}

/* ---- quizzes ---- */

int mix_make(int n, const int have[MIXES], int out[MIXES])
{
	static const int weights[MIXES] = {[MIX_MISSED] = 9, [MIX_UNSEEN] = 4, [MIX_MASTERED] = 2};
	static const enum mix others[MIXES] = {MIX_UNSEEN, MIX_MISSED, MIX_MASTERED};
	int total = 0;

	divide(n, weights, MIXES, out);
	for (int i = 0; i < MIXES; i++) {
		out[i] = out[i] < have[i] ? out[i] : have[i];
		total += out[i];
	}
	for (int i = 0; i < MIXES; i++) {
		int spare = have[others[i]] - out[others[i]];
		int more = spare < n - total ? spare : n - total;

		out[others[i]] += more;
		total += more;
	}
	return total;
}
