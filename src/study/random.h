/*
 * random.h - the same numbers for the same seed on every machine: papers are drawn with it.
 */
#ifndef STUDY_RANDOM_H
#define STUDY_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* Seeds that are near each other give streams that have nothing in common. */
struct random random_from(uint64_t seed);
uint64_t random_next(struct random *r);
/* Evenly in [0, n); n > 0. */
size_t random_below(struct random *r, size_t n);

#endif
