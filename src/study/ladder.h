/*
 * ladder.h - the 1/4/7/14 ladder as a pure function of what happened to one item.
 *
 * A card is the study state of one item (a cue, later a question). It is nothing but the fold of
 * the item's events in order: card_apply(card, event). No clock, no I/O, no allocation: the day
 * comes with the event. Rules: study-rules "The ladder", restated here where they are decided.
 *
 *   - An episode is anchored on D0, the study day on which it began. Its due days are D0 plus
 *     the offsets of its ladder and never move on a pass.
 *   - A review counts when the card is due (day >= card_due). A pass on day t credits every rung
 *     with offset <= t - D0, so rungs that were missed collapse into one review, and the next due
 *     day is always later than t.
 *   - A fail opens a new episode with D0 = t and puts the item into the mistakes pool.
 *   - A review before the due day, and any drill, is practice: it moves nothing on the ladder. A
 *     failed practice joins the mistakes pool, a passed one (like a passed review) leaves it.
 *   - An answer to an item that was never learnt does nothing (EFFECT_NONE): only what is on a
 *     ladder can be a mistake. Except in a quiz or a mock exam: that brings a question into the
 *     ladder, anchored on that day whatever the answer was; a wrong one is a mistake at once. For
 *     what is in the ladder already, it is a review.
 *   - An item is in long-term memory once its last rung is credited. Maintenance offsets (+60,
 *     +180) are counted from D0 like the rungs, by the same rule.
 *   - The third episode opened by a fail makes the item a leech.
 *   - A changed meaning opens a new episode today (never before the last answer that counted); it
 *     is no fail, and the mistakes pool stays as it is.
 */
#ifndef STUDY_LADDER_H
#define STUDY_LADDER_H

#include "base/day.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	LADDER_MAX = 16,  /* rungs and maintenance offsets together */
	LADDER_TEXT = 96, /* room for a formatted ladder, NUL included */
	LEECH_FAILS = 3,
};

struct ladder {
	uint8_t n_rungs, n_all; /* offset[n_rungs..n_all) are maintenance */
	int16_t offset[LADDER_MAX];
};

extern const struct ladder ladder_default; /* 1,4,7,14/60,180 */

/* "1,4,7,14/60,180" or "1,4,7,14": strictly rising, 1..3650. */
bool ladder_parse(const char *text, struct ladder *out, struct err *e);
char *ladder_format(const struct ladder *l, char out[LADDER_TEXT]);

enum event_kind {
	EVENT_LEARN,    /* first study: the card enters the ladder */
	EVENT_REVIEW,   /* answered from the queue or early; the card decides whether it counts */
	EVENT_PRACTICE, /* a drill: mistakes, exam eve; never moves the ladder */
	EVENT_QUIZ,     /* a question answered in a quiz, or missed in a mock exam */
	EVENT_SAME,     /* the text changed, its meaning did not */
	EVENT_CHANGED,  /* the meaning changed: the item starts anew today */
	EVENT_READ,     /* a note was read; no card */
	EVENT_EXAM,     /* a mock exam was begun or ended; no card, never undone */
	EVENT_UNDO,     /* compensates event `target`; no card of its own */
	EVENT_REDO,     /* takes the compensation of `target` back */
	EVENT_KINDS,
};

extern const char *const event_kind_name[EVENT_KINDS]; /* "learn", "review", ... as stored */
bool event_kind_parse(const char *name, enum event_kind *out);

/* What the ladder needs to know of an event. */
struct card_event {
	enum event_kind kind;
	day_t day;            /* study day */
	bool correct;         /* review, practice and quiz */
	struct ladder ladder; /* of the episode that this event opens, if it opens one */
};

enum card_stage { CARD_NEW, CARD_LEARNING, CARD_LONGTERM };

struct card {
	struct ladder ladder; /* of the present episode; undefined while CARD_NEW */
	day_t d0;             /* DAY_NONE while CARD_NEW */
	uint8_t credited;     /* rungs and maintenance offsets credited in this episode */
	bool mistake;         /* in the mistakes pool */
	int32_t fails;        /* episodes opened by a fail */
	day_t last_day;       /* study day of the last answer that counted (learn, review) */
};

/* What an event did, for statistics. */
enum card_effect {
	EFFECT_NONE,
	EFFECT_LEARNED,
	EFFECT_PASSED,    /* a due review, passed */
	EFFECT_FAILED,    /* a due review, failed */
	EFFECT_PRACTISED, /* moved nothing on the ladder */
	EFFECT_ENTERED,   /* a quiz brought it into the ladder */
	EFFECT_RESTARTED, /* EVENT_CHANGED on a card that had begun */
};

struct card_change {
	enum card_effect effect;
	int16_t rung; /* offset of the rung that was due when a due review was answered, else 0 */
};

void card_init(struct card *c); /* CARD_NEW */
struct card_change card_apply(struct card *c, const struct card_event *e);

enum card_stage card_stage(const struct card *c);
day_t card_due(const struct card *c); /* DAY_NONE: new, or nothing left to review */
bool card_is_due(const struct card *c, day_t today);
bool card_is_leech(const struct card *c);
bool card_equal(const struct card *a, const struct card *b);

/* Steps done and steps in all: first study and one per rung (5 of 5 on the default ladder).
 * Maintenance does not count. */
struct progress {
	int done, of;
};
struct progress card_progress(const struct card *c);

#endif
