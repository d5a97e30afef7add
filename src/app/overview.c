/* overview.c - see overview.h. */
#include "app/overview.h"

#include "app/item.h"
#include "study/forecast.h"

#include <stdlib.h>
#include <string.h>

bool card_due_now(const struct app *a, const struct card *c, day_t today)
{
	if (!a->config.maintenance && card_stage(c) == CARD_LONGTERM)
		return false;
	return card_is_due(c, today);
}

bool exam_eve(const struct app *a, day_t today)
{
	return a->config.exam_sweep && a->config.exam_date == today + 1;
}

struct drilled {
	struct map *items;
	struct arena *arena;
	day_t today;
};

/* Newest first: the walk ends two days back, for a journey west may put yesterday after today. */
static bool note_drilled(void *ctx, const struct log_line *l)
{
	struct drilled *d = ctx;

	if (l->day < d->today - 1)
		return false;
	if (l->day == d->today && l->in_force &&
		(l->kind == EVENT_PRACTICE || l->kind == EVENT_QUIZ))
		map_add(d->items, arena_strdup(d->arena, l->item), d);
	return true;
}

bool practised_today(struct app *a, struct map *items, struct arena *arena, struct err *e)
{
	struct drilled d = {items, arena, app_today(a)};

	return store_each_event(a->store, NULL, 0, note_drilled, &d, e);
}

static bool keep_card(void *ctx, const struct stored_card *c)
{
	struct overview *o = ctx;
	struct stored_card *copy = arena_alloc(&o->arena, sizeof *copy);

	*copy = *c;
	copy->item = arena_strdup(&o->arena, c->item);
	map_add(&o->cards, copy->item, copy);
	return true;
}

/* The first day after today, and how many cards it brings. */
static void note_next(struct overview *o, const struct app *a, const struct card *c, day_t today)
{
	day_t due = card_due(c);

	if (due == DAY_NONE || due <= today ||
		(!a->config.maintenance && card_stage(c) == CARD_LONGTERM))
		return;
	if (o->next_due == DAY_NONE || due < o->next_due) {
		o->next_due = due;
		o->next_count = 0;
	}
	o->next_count += due == o->next_due;
}

/* An item that has begun; `t`: the topic it is in. */
static void add_begun(struct overview *o, struct topic_state *t, const struct app *a,
	const struct stored_card *stored, day_t today)
{
	struct progress p = card_progress(&stored->card);

	t->items++;
	t->permille += p.done * 1000 / p.of; /* a sum for now */
	t->longterm += card_stage(&stored->card) == CARD_LONGTERM;
	o->mistakes += stored->card.mistake;
	if (card_due_now(a, &stored->card, today))
		t->due++;
	else if (exam_eve(a, today) && card_stage(&stored->card) == CARD_LONGTERM &&
		 !map_get(&o->practised, stored->item))
		o->sweep++;
	note_next(o, a, &stored->card, today);
}

static struct topic_state *state_of(struct overview *o, const struct topic *t)
{
	for (size_t i = o->n_topics; t && i-- > 0;)
		if (o->topics[i].topic == t)
			return &o->topics[i];
	return NULL;
}

/* Cues come topic by topic. */
static void add_cues(struct overview *o, const struct app *a, day_t today)
{
	const struct library *l = &a->library;

	for (size_t i = 0; i < l->n_cues; i++) {
		const struct topic *topic = l->cues[i]->note->in_topic;
		const struct stored_card *stored = map_get(&o->cards, l->cues[i]->item);

		if (!o->n_topics || o->topics[o->n_topics - 1].topic != topic)
			o->topics[o->n_topics++] = (struct topic_state){.topic = topic};
		if (stored) {
			add_begun(o, &o->topics[o->n_topics - 1], a, stored, today);
			o->orphans--;
		} else {
			o->topics[o->n_topics - 1].items++;
			o->topics[o->n_topics - 1].unseen++;
		}
	}
}

/* Only those that have begun. */
static void add_questions(struct overview *o, const struct app *a, day_t today)
{
	const struct library *l = &a->library;

	for (size_t i = 0; i < l->n_questions; i++) {
		struct item it = item_of_question(l->questions[i]);
		const struct stored_card *stored = map_get(&o->cards, item_id(&it));
		struct topic_state *t;

		if (!stored)
			continue;
		t = state_of(o, item_topic(&it));
		add_begun(o, t ? t : &o->other, a, stored, today);
		o->orphans--;
	}
}

static void sum_up(struct overview *o, struct topic_state *t)
{
	if (t->items)
		t->permille /= t->items;
	o->items += t->items;
	o->unseen += t->unseen;
	o->due += t->due;
	o->longterm += t->longterm;
}

struct streak {
	day_t expect; /* the day that would make the streak longer */
	int length;
	int learned_today;
	day_t today;
};

/* Days come rising: a gap starts the count again. */
static bool count_day(void *ctx, const struct day_numbers *d)
{
	struct streak *s = ctx;

	if (!(d->learned + d->passed + d->failed + d->practised))
		return true; /* reading alone is no study day */
	s->length = d->day == s->expect ? s->length + 1 : 1;
	s->expect = d->day + 1;
	if (d->day == s->today) {
		s->learned_today = d->learned;
	}
	return true;
}

static bool add_days(struct overview *o, struct app *a, day_t today, struct err *e)
{
	struct streak s = {.expect = DAY_NONE, .today = today};

	if (!store_each_day(a->store, DAY_NONE + 1, today, count_day, &s, e))
		return false;
	o->streak = s.expect >= today ? s.length : 0;
	o->learned_today = s.learned_today;
	return true;
}

bool overview_make(struct overview *o, struct app *a, struct err *e)
{
	const struct library *l = &a->library;
	day_t today = app_today(a);

	*o = (struct overview){.next_due = DAY_NONE};
	if (!store_each_card(a->store, STORE_ALL, today, keep_card, o, e) ||
		!add_days(o, a, today, e))
		return false;
	if (exam_eve(a, today) && !practised_today(a, &o->practised, &o->arena, e))
		return false;
	o->topics = arena_calloc(&o->arena, (l->n_topics + 1) * sizeof *o->topics);
	o->orphans = (int)o->cards.len; /* until they are found below */
	add_cues(o, a, today);
	add_questions(o, a, today);
	for (size_t i = 0; i < o->n_topics; i++)
		sum_up(o, &o->topics[i]);
	sum_up(o, &o->other);
	return true;
}

void overview_release(struct overview *o)
{
	map_release(&o->cards);
	map_release(&o->practised);
	arena_release(&o->arena);
}

int overview_new_left(const struct overview *o, const struct app *a)
{
	int left = a->config.new_per_day - o->learned_today;

	if (left < 0)
		left = 0;
	return left < o->unseen ? left : o->unseen;
}

struct forecasting {
	const struct app *app;
	const struct overview *o;
	int *reviews, days;
};

static void forecast_item(struct forecasting *f, const char *id)
{
	const struct stored_card *c = map_get(&f->o->cards, id);

	if (c)
		forecast_card(&c->card, app_today(f->app), f->app->config.maintenance, f->reviews,
			f->days);
}

void overview_forecast(const struct overview *o, const struct app *a, int reviews[], int days)
{
	struct forecasting f = {a, o, reviews, days};
	const struct library *l = &a->library;

	for (size_t i = 0; i < l->n_cues; i++)
		forecast_item(&f, l->cues[i]->item);
	for (size_t i = 0; i < l->n_questions; i++)
		forecast_item(&f, l->questions[i]->id.s);
}
