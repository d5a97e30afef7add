/* random.c - see random.h: SplitMix64 (Steele, Lea, Flood 2014), which any seed suits. */
#include "study/random.h"

struct random random_from(uint64_t seed)
{
	struct random r = {seed * 0xd1342543de82ef95u + 0x2545f4914f6cdd1du};

	random_next(&r);
	return r;
}

uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t random_below(struct random *r, size_t n)
{
	uint64_t tail = UINT64_MAX - UINT64_MAX % n, x;

	/* what lies behind the last whole multiple of n would favour the small ones */
	do
		x = random_next(r);
	while (x >= tail);
	return (size_t)(x % n);
}
