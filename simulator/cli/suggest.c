/* suggest.c - the ratio of Ratcliff and Obershelp, as difflib computes it: see suggest.h. */
#include "cli/suggest.h"

#include "query/chars.h"

#include <string.h>

/*
 * A name of n characters can reach the cutoff only with words up to a few times its length; what is
 * longer is no typing error. difflib's rule for popular characters begins at 200, so never here.
 */
enum { MAX_CHARS = 199 };

struct pair {
	size_t la, lb;
	uint32_t a[MAX_CHARS], b[MAX_CHARS]; /* name and word */
};

bool names_have(const struct names *names, const char *word)
{
	for (size_t i = 0; i < names->n; i++) {
		if (strcmp(names->v[i], word) == 0)
			return true;
	}
	return false;
}

static bool decode(const char *s, uint32_t *out, size_t *len)
{
	size_t n = strlen(s), i = 0, k = 0;

	if (n > 4 * MAX_CHARS)
		return false;
	while (i < n) {
		if (k == MAX_CHARS)
			return false;
		i += char_next(s + i, n - i, &out[k++]);
	}
	*len = k;
	return true;
}

/*
 * The longest run that a[alo..ahi) and b[blo..bhi) have in common; of several the one that begins
 * first in a, then in b. Answers its length.
 */
static size_t longest(const struct pair *p, size_t alo, size_t ahi, size_t blo, size_t bhi,
	size_t *ai, size_t *bi)
{
	size_t rows[2][MAX_CHARS + 1] = {{0}}, best = 0;

	for (size_t i = alo; i < ahi; i++) {
		const size_t *before = rows[i & 1];
		size_t *now = rows[~i & 1];

		memset(now, 0, sizeof rows[0]);
		for (size_t j = blo; j < bhi; j++) {
			if (p->a[i] != p->b[j])
				continue;
			now[j + 1] = before[j] + 1;
			if (now[j + 1] > best) {
				best = now[j + 1];
				*ai = i + 1 - best;
				*bi = j + 1 - best;
			}
		}
	}
	return best;
}

static size_t matches(const struct pair *p, size_t alo, size_t ahi, size_t blo, size_t bhi)
{
	size_t ai = 0, bi = 0, n;

	if (alo >= ahi || blo >= bhi)
		return 0;
	n = longest(p, alo, ahi, blo, bhi, &ai, &bi);
	if (n == 0)
		return 0;
	return n + matches(p, alo, ai, blo, bi) + matches(p, ai + n, ahi, bi + n, bhi);
}

/* An upper bound that is cheap: characters in common, wherever they stand (quick_ratio). */
static size_t in_common(const struct pair *p)
{
	bool used[MAX_CHARS] = {false};
	size_t n = 0;

	for (size_t i = 0; i < p->la; i++) {
		for (size_t j = 0; j < p->lb; j++) {
			if (!used[j] && p->a[i] == p->b[j]) {
				used[j] = true;
				n++;
				break;
			}
		}
	}
	return n;
}

static double ratio_of(size_t n, const struct pair *p)
{
	size_t total = p->la + p->lb;

	return total ? 2.0 * (double)n / (double)total : 1.0;
}

static double ratio(const struct pair *p, double cutoff)
{
	size_t shorter = p->la < p->lb ? p->la : p->lb;

	if (ratio_of(shorter, p) < cutoff || ratio_of(in_common(p), p) < cutoff)
		return -1;
	return ratio_of(matches(p, 0, p->la, 0, p->lb), p);
}

size_t suggest(
	const struct names *names, const char *word, double cutoff, size_t max, const char **found)
{
	struct pair p;
	double scores[8];
	size_t n = 0;

	if (max > sizeof scores / sizeof scores[0])
		max = sizeof scores / sizeof scores[0];
	if (!decode(word, p.b, &p.lb))
		return 0;
	for (size_t i = 0; i < names->n; i++) {
		double score;
		size_t at;

		if (!decode(names->v[i], p.a, &p.la))
			continue;
		score = ratio(&p, cutoff);
		if (score < cutoff)
			continue;
		for (at = n; at > 0; at--) {
			if (scores[at - 1] > score ||
				(!(scores[at - 1] < score) &&
					strcmp(found[at - 1], names->v[i]) > 0))
				break;
		}
		if (at == max)
			continue;
		n += n < max;
		memmove(scores + at + 1, scores + at, (n - at - 1) * sizeof *scores);
		memmove(found + at + 1, found + at, (n - at - 1) * sizeof *found);
		scores[at] = score;
		found[at] = names->v[i];
	}
	return n;
}
