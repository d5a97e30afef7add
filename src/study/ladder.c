/*
 * ladder.c - parses ladders and folds the events of one item into its card.
 */
#include "study/ladder.h"

#include "base/intl.h"

#include <stdlib.h>
#include <string.h>

enum { OFFSET_LAST = 3650 }; /* ten years: anything longer is a typing mistake */

const struct ladder ladder_default = {4, 6, {1, 4, 7, 14, 60, 180}};

const char *const event_kind_name[EVENT_KINDS] = {
	[EVENT_LEARN] = "learn",
	[EVENT_REVIEW] = "review",
	[EVENT_PRACTICE] = "practice",
	[EVENT_QUIZ] = "quiz",
	[EVENT_SAME] = "same",
	[EVENT_CHANGED] = "changed",
	[EVENT_READ] = "read",
	[EVENT_EXAM] = "exam",
	[EVENT_UNDO] = "undo",
	[EVENT_REDO] = "redo",
};

bool event_kind_parse(const char *name, enum event_kind *out)
{
	int k;

	for (k = 0; k < EVENT_KINDS; k++) {
		if (strcmp(name, event_kind_name[k]) == 0) {
			*out = (enum event_kind)k;
			return true;
		}
	}
	return false;
}

/* Reads 1..OFFSET_LAST without sign or leading zero; NULL if there is no such number at `p`. */
static const char *parse_offset(const char *p, int *out)
{
	int n = 0;

	if (*p < '1' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
		if (n > OFFSET_LAST)
			return NULL;
	}
	*out = n;
	return p;
}

static bool bad_ladder(const char *text, struct err *e)
{
	return err_set(e, ERR_USAGE,
		_("\"%s\" is not a ladder. Write the days after the first study, rising, from 1 to "
		  "%d and at most %d of them, such as 1,4,7,14 or 1,4,7,14/60,180."),
		text, (int)OFFSET_LAST, (int)LADDER_MAX);
}

bool ladder_parse(const char *text, struct ladder *out, struct err *e)
{
	struct ladder l = {0};
	const char *p = text;
	bool maintenance = false;
	int n, before = 0;

	for (;;) {
		p = parse_offset(p, &n);
		if (!p || n <= before || l.n_all == LADDER_MAX)
			return bad_ladder(text, e);
		l.offset[l.n_all++] = (int16_t)n;
		l.n_rungs = maintenance ? l.n_rungs : l.n_all;
		before = n;
		if (*p == '\0')
			break;
		if (*p == '/' && !maintenance)
			maintenance = true;
		else if (*p != ',')
			return bad_ladder(text, e);
		p++;
	}
	*out = l;
	return true;
}

char *ladder_format(const struct ladder *l, char out[LADDER_TEXT])
{
	size_t at = 0;
	const char *mark;
	int i;

	out[0] = '\0';
	for (i = 0; i < l->n_all && at < LADDER_TEXT; i++) {
		mark = i == 0 ? "" : i == l->n_rungs ? "/" : ",";
		at += (size_t)snprintf(out + at, LADDER_TEXT - at, "%s%d", mark, l->offset[i]);
	}
	return out;
}

void card_init(struct card *c)
{
	*c = (struct card){.ladder = ladder_default, .d0 = DAY_NONE, .last_day = DAY_NONE};
}

static void open_episode(struct card *c, const struct ladder *l, day_t d0)
{
	c->ladder = *l;
	c->d0 = d0;
	c->credited = 0;
}

static struct card_change learn(struct card *c, const struct card_event *e)
{
	if (c->d0 != DAY_NONE)
		return (struct card_change){EFFECT_NONE, 0};
	open_episode(c, &e->ladder, e->day);
	c->last_day = e->day;
	return (struct card_change){EFFECT_LEARNED, 0};
}

static struct card_change practise(struct card *c, const struct card_event *e)
{
	if (c->d0 == DAY_NONE)
		return (struct card_change){EFFECT_NONE, 0};
	c->mistake = !e->correct;
	return (struct card_change){EFFECT_PRACTISED, 0};
}

static struct card_change review(struct card *c, const struct card_event *e)
{
	struct card_change change;

	if (!card_is_due(c, e->day))
		return practise(c, e);
	change.rung = c->ladder.offset[c->credited];
	c->mistake = !e->correct;
	c->last_day = e->day;
	if (!e->correct) {
		open_episode(c, &e->ladder, e->day);
		c->fails++;
		change.effect = EFFECT_FAILED;
		return change;
	}
	while (c->credited < c->ladder.n_all &&
		c->ladder.offset[c->credited] <= (int64_t)e->day - c->d0)
		c->credited++;
	change.effect = EFFECT_PASSED;
	return change;
}

static struct card_change quiz(struct card *c, const struct card_event *e)
{
	if (c->d0 != DAY_NONE)
		return review(c, e);
	learn(c, e);
	c->mistake = !e->correct;
	return (struct card_change){EFFECT_ENTERED, 0};
}

/*
 * The new episode begins no earlier than the last answer that counted: after a journey west over
 * the date line the same day could otherwise see two counted reviews.
 */
static struct card_change restart(struct card *c, const struct card_event *e)
{
	if (c->d0 == DAY_NONE)
		return (struct card_change){EFFECT_NONE, 0};
	open_episode(c, &e->ladder, e->day > c->last_day ? e->day : c->last_day);
	return (struct card_change){EFFECT_RESTARTED, 0};
}

struct card_change card_apply(struct card *c, const struct card_event *e)
{
	switch (e->kind) {
	case EVENT_LEARN:
		return learn(c, e);
	case EVENT_REVIEW:
		return review(c, e);
	case EVENT_PRACTICE:
		return practise(c, e);
	case EVENT_QUIZ:
		return quiz(c, e);
	case EVENT_CHANGED:
		return restart(c, e);
	default:
		return (struct card_change){EFFECT_NONE, 0};
	}
}

enum card_stage card_stage(const struct card *c)
{
	if (c->d0 == DAY_NONE)
		return CARD_NEW;
	return c->credited < c->ladder.n_rungs ? CARD_LEARNING : CARD_LONGTERM;
}

day_t card_due(const struct card *c)
{
	if (c->d0 == DAY_NONE || c->credited >= c->ladder.n_all)
		return DAY_NONE;
	return c->d0 + c->ladder.offset[c->credited];
}

bool card_is_due(const struct card *c, day_t today)
{
	day_t due = card_due(c);

	return due != DAY_NONE && due <= today;
}

bool card_is_leech(const struct card *c)
{
	return c->fails >= LEECH_FAILS;
}

static bool ladder_equal(const struct ladder *a, const struct ladder *b)
{
	return a->n_rungs == b->n_rungs && a->n_all == b->n_all &&
	       memcmp(a->offset, b->offset, a->n_all * sizeof a->offset[0]) == 0;
}

bool card_equal(const struct card *a, const struct card *b)
{
	return a->d0 == b->d0 && a->credited == b->credited && a->mistake == b->mistake &&
	       a->fails == b->fails && a->last_day == b->last_day &&
	       (a->d0 == DAY_NONE || ladder_equal(&a->ladder, &b->ladder));
}

struct progress card_progress(const struct card *c)
{
	struct progress p = {0, c->ladder.n_rungs + 1};

	if (c->d0 != DAY_NONE)
		p.done = 1 + (c->credited < c->ladder.n_rungs ? c->credited : c->ladder.n_rungs);
	return p;
}
