/*
 * forecast.h - how many reviews each coming day brings if everything is passed on its day.
 *
 * Exact under that assumption, because due days never move on a pass: the property tests play
 * the same future through the ladder and compare.
 */
#ifndef STUDY_FORECAST_H
#define STUDY_FORECAST_H

#include "study/ladder.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds to reviews[i] the reviews of this card on day today + i, for i in [0, days). Overdue
 * reviews fall on today. `maintenance` false leaves reviews after graduation out.
 */
void forecast_card(const struct card *c, day_t today, bool maintenance, int reviews[], int days);

/*
 * Adds the reviews of `unseen` items that are introduced `per_day` a day from today on, on `l`.
 * introduced_today (already done) lessens today's share. per_day 0 adds nothing.
 */
void forecast_new(const struct ladder *l, long unseen, int per_day, int introduced_today,
	bool maintenance, int reviews[], int days);

/* The plan towards an exam (study-rules: last day to start an item is exam - last rung). */
struct plan {
	day_t exam, last_start; /* last_start: the last day an item can begin and still finish */
	int days_left;          /* study days on which new items can begin, today included; >= 0 */
	long unseen;
	int per_day;   /* new items a day that just suffices; 0 if none are unseen */
	bool feasible; /* unseen == 0, or days_left > 0 and per_day <= limit */
};

struct plan plan_make(day_t today, day_t exam, const struct ladder *l, long unseen,
	int introduced_today, int limit);

#endif
