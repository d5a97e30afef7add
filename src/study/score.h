/*
 * score.h - what a paper says about a candidate: an estimate of the scaled score, and how sure it
 * is.
 *
 * estimate = lowest + (highest - lowest) * sum(weight * fraction right) over the domains, by scored
 * questions. AWS publishes no map from raw to scaled scores, so it is never more than an estimate.
 * The range is Wilson's 95% interval for that weighted fraction, with the number of questions that
 * equal weights would need for the same variance (1 / sum(weight^2 / questions)): unlike the plain
 * +-1.96 standard errors it covers what it says near 0 and 1 too, and is never outside the scale.
 * One paper of 50 carries about +-112 points at the pass mark.
 */
#ifndef STUDY_SCORE_H
#define STUDY_SCORE_H

#include <stdbool.h>
#include <stddef.h>

struct score_domain {
	int weight;        /* percent */
	int scored, right; /* questions; a domain without any leaves its weight to the others */
};

struct score {
	int estimate, low,
		high; /* on the exam's scale, rounded: estimate to nearest, low down, high up */
};

/* lowest and highest of the scale. Nothing scored: the whole scale, estimate lowest. */
struct score score_make(const struct score_domain d[], size_t n, int lowest, int highest);

#endif
