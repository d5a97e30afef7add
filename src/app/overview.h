/*
 * overview.h - content and progress side by side: what is due, where each topic stands.
 */
#ifndef APP_OVERVIEW_H
#define APP_OVERVIEW_H

#include "app/app.h"

/* Items are cues and the questions that a quiz or an exam has brought in. A question that was never
 * answered is not counted: nobody has to learn it. */
struct topic_state {
	const struct topic *topic; /* NULL: questions whose note is in no topic here */
	int items, unseen, due, longterm;
	int permille; /* mean progress of the items */
};

struct overview {
	struct arena arena;
	struct map practised;       /* items drilled today; filled on the eve of the exam only */
	struct map cards;           /* item id -> struct stored_card, begun ones */
	struct topic_state *topics; /* in learning order; topics without cues left out */
	size_t n_topics;
	struct topic_state other; /* what belongs to none of them; it is in the sums */
	int items, unseen, due, mistakes, longterm;
	int sweep;   /* long-term cards that come once more on the eve of the exam */
	int orphans; /* begun cards whose content is gone; their history stays */
	int learned_today;
	int streak;     /* study days in a row up to today, or up to yesterday */
	day_t next_due; /* the first day after today with something due; DAY_NONE */
	int next_count;
};

bool overview_make(struct overview *o, struct app *a, struct err *e);
void overview_release(struct overview *o);

/* Whether the card is due under the learner's settings (maintenance may be off). */
bool card_due_now(const struct app *a, const struct card *c, day_t today);
/* Adds the reviews of every begun card in [today, today + days), if everything is passed. */
void overview_forecast(const struct overview *o, const struct app *a, int reviews[], int days);
/* Whether today is the eve of the exam and long-term cards are due once more. */
bool exam_eve(const struct app *a, day_t today);
/* Items that were practised today, as keys; they live in the arena. */
bool practised_today(struct app *a, struct map *items, struct arena *arena, struct err *e);
/* New cards that today's share still allows. */
int overview_new_left(const struct overview *o, const struct app *a);

#endif
