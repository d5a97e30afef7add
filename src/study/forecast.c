/*
 * forecast.c - plays the ladder forward on the assumption that everything is passed on its day.
 */
#include "study/forecast.h"

#include <limits.h>

/* Adds `n` reviews on day `at` of the window; saturates, so that absurd settings stay defined. */
static void add(int reviews[], int days, int64_t at, int64_t n)
{
	int64_t sum;

	if (at < 0 || at >= days)
		return;
	sum = reviews[at] + n;
	reviews[at] = sum > INT_MAX ? INT_MAX : (int)sum;
}

void forecast_card(const struct card *c, day_t today, bool maintenance, int reviews[], int days)
{
	const struct ladder *l = &c->ladder;
	int last = maintenance ? l->n_all : l->n_rungs;
	int64_t since;
	int i = c->credited;

	if (c->d0 == DAY_NONE)
		return;
	since = (int64_t)today - c->d0;
	if (i < last && l->offset[i] <= since) {
		add(reviews, days, 0, 1); /* one review collapses all that is overdue */
		while (i < last && l->offset[i] <= since)
			i++;
	}
	for (; i < last; i++)
		add(reviews, days, l->offset[i] - since, 1);
}

void forecast_new(const struct ladder *l, long unseen, int per_day, int introduced_today,
	bool maintenance, int reviews[], int days)
{
	int last = maintenance ? l->n_all : l->n_rungs;
	long n;
	int day, i;

	for (day = 0; day < days && unseen > 0 && per_day > 0; day++) {
		n = day == 0 ? (long)per_day - introduced_today : per_day;
		n = n < 0 ? 0 : n > unseen ? unseen : n;
		unseen -= n;
		for (i = 0; i < last; i++)
			add(reviews, days, (int64_t)day + l->offset[i], n);
	}
}

static int64_t divide_up(int64_t a, int64_t b)
{
	return (a + b - 1) / b;
}

/* The least p with max(0, p - introduced) + p * (days - 1) >= unseen; days >= 1. */
static int64_t least_per_day(int64_t unseen, int64_t introduced, int64_t days)
{
	int64_t without_today = days > 1 ? divide_up(unseen, days - 1) : INT_MAX;

	if (without_today <= introduced)
		return without_today;
	return divide_up(unseen + introduced, days);
}

struct plan plan_make(day_t today, day_t exam, const struct ladder *l, long unseen,
	int introduced_today, int limit)
{
	struct plan p = {.exam = exam, .unseen = unseen};
	int64_t left, per_day;

	p.last_start = exam - l->offset[l->n_rungs - 1];
	left = (int64_t)p.last_start - today + 1;
	p.days_left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
	if (unseen <= 0) {
		p.feasible = true;
	} else if (p.days_left > 0) {
		per_day = least_per_day(unseen, introduced_today, p.days_left);
		p.per_day = per_day > INT_MAX ? INT_MAX : (int)per_day;
		p.feasible = p.per_day <= limit;
	}
	return p;
}
