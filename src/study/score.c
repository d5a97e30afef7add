/* score.c - see score.h. */
#include "study/score.h"

#include <math.h>

static const double Z = 1.959963984540054; /* 97.5% of the normal distribution lie below */

struct score score_make(const struct score_domain d[], size_t n, int lowest, int highest)
{
	double weights = 0, p = 0, spread = 0, questions, centre, half, scale = highest - lowest;

	for (size_t i = 0; i < n; i++)
		weights += d[i].scored > 0 ? d[i].weight : 0;
	if (weights <= 0)
		return (struct score){lowest, lowest, highest};
	for (size_t i = 0; i < n; i++) {
		double w = d[i].weight / weights;

		if (d[i].scored <= 0)
			continue;
		p += w * d[i].right / d[i].scored;
		spread += w * w / d[i].scored;
	}
	questions = 1 / spread;
	centre = (p + Z * Z / (2 * questions)) / (1 + Z * Z / questions);
	half = Z / (1 + Z * Z / questions) *
	       sqrt(p * (1 - p) / questions + Z * Z / (4 * questions * questions));
	return (struct score){
		.estimate = lowest + (int)lround(scale * p),
		.low = lowest + (int)floor(scale * fmax(centre - half, 0) + 1e-9),
		.high = lowest + (int)ceil(scale * fmin(centre + half, 1) - 1e-9),
	};
}
