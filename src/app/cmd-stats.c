/* cmd-stats.c - progress in numbers and pictures, and the plan towards an exam. */
#include "app/app.h"
#include "app/lab-sums.h"
#include "app/look.h"
#include "app/overview.h"
#include "base/intl.h"
#include "base/text.h"
#include "study/forecast.h"

#include <stdio.h>
#include <string.h>

enum {
	YEAR = 371, /* 53 weeks */
	FORECAST_DAYS = 30,
	CHART_ROWS = 5,
	RUNGS_MAX = 64,
};

struct stats {
	struct app *app;
	day_t today, first; /* the heatmap's first day, a Monday */
	struct overview o;
	struct lab_sums labs;
	struct day_numbers days[YEAR];
	struct rung_numbers rungs[RUNGS_MAX];
	int n_rungs;
	int forecast[FORECAST_DAYS];
};

/* ---- collecting ---- */

static bool take_day(void *ctx, const struct day_numbers *d)
{
	struct stats *s = ctx;

	if (d->day >= s->first && d->day - s->first < YEAR)
		s->days[d->day - s->first] = *d;
	return true;
}

static bool take_rung(void *ctx, const struct rung_numbers *r)
{
	struct stats *s = ctx;

	if (s->n_rungs < RUNGS_MAX)
		s->rungs[s->n_rungs++] = *r;
	return true;
}

static bool collect(struct stats *s, struct app *a, struct err *e)
{
	s->app = a;
	s->today = app_today(a);
	s->first = s->today - day_weekday(s->today) - (YEAR - 7);
	if (!overview_make(&s->o, a, e) ||
		!store_each_day(a->store, s->first, s->today, take_day, s, e) ||
		!store_each_rung(a->store, take_rung, s, e) || !lab_sums_make(&s->labs, a, e))
		return false;
	overview_forecast(&s->o, a, s->forecast, FORECAST_DAYS);
	return true;
}

static int day_total(const struct day_numbers *d)
{
	return d->learned + d->passed + d->failed + d->practised;
}

/* ---- drawing ---- */

static void render_topics(const struct stats *s, const struct look *look, struct buf *out)
{
	for (size_t i = 0; i < s->o.n_topics; i++) {
		const struct topic_state *t = &s->o.topics[i];
		struct buf title = BUF_INIT;

		title_of(&title, look, &t->topic->title);
		if (look->plain) {
			buf_addf(out, "%s: ", title.s);
		} else if (look->columns >= 60) {
			text_pad(out, title.s, look->columns - BAR_COLUMNS - 24);
			buf_adds(out, "  ");
		} else {
			text_wrap(out, title.s, look->columns, "", "");
			buf_adds(out, "  ");
		}
		if (look->columns >= BAR_COLUMNS + 18) {
			bar_add(out, look, t->permille);
			buf_addf(out, "  %d/%d\n", t->items - t->unseen, t->items);
		} else {
			buf_addf(out, "%d%% %d/%d\n", t->permille / 10, t->items - t->unseen,
				t->items);
		}
		buf_release(&title);
	}
}

/* A year of days, weeks across; the latest weeks where it does not fit. */
static void render_heatmap(const struct stats *s, const struct look *look, struct buf *out)
{
	static const char shade[] = ".-+*#";
	const char *const weekday[] = {_("Mon"), "", _("Wed"), "", _("Fri"), "", _("Sun")};
	int weeks = look->columns - 5 < YEAR / 7 ? look->columns - 5 : YEAR / 7, active = 0,
	    all = 0;

	for (int i = 0; i < YEAR; i++) {
		active += day_total(&s->days[i]) > 0;
		all += day_total(&s->days[i]);
	}
	heading_add(out, look, _("The last year"));
	for (int row = 0; row < 7 && !look->plain; row++) {
		text_pad(out, weekday[row], 4);
		for (int week = YEAR / 7 - weeks; week < YEAR / 7; week++) {
			int i = week * 7 + row, n = day_total(&s->days[i]);

			if (s->first + i > s->today)
				break;
			buf_addc(out, shade[n == 0 ? 0 : n < 10 ? 1 : n < 25 ? 2 : n < 50 ? 3 : 4]);
		}
		buf_addc(out, '\n');
	}
	if (!look->plain)
		paragraph_add(out, look, _(". 0  - 1-9  + 10-24  * 25-49  # 50 or more"));
	buf_addf(out, P_("%d answer on ", "%d answers on ", all), all);
	buf_addf(out, P_("%d day\n", "%d days\n", active), active);
}

/* Reviews of the coming days as columns, the highest CHART_ROWS tall. */
static void render_forecast(const struct stats *s, const struct look *look, struct buf *out)
{
	int days = look->columns - 6 < FORECAST_DAYS ? look->columns - 6 : FORECAST_DAYS, max = 1,
	    sum = 0;
	char from[DAY_TEXT], to[DAY_TEXT];

	for (int i = 0; i < FORECAST_DAYS; i++) {
		max = s->forecast[i] > max ? s->forecast[i] : max;
		sum += s->forecast[i];
	}
	heading_add(out, look, _("The next 30 days, if everything is passed"));
	if (look->plain) {
		for (int i = 0; i < FORECAST_DAYS; i++)
			if (s->forecast[i])
				buf_addf(out, "%s: %d\n", day_format(s->today + i, from),
					s->forecast[i]);
	} else {
		for (int row = CHART_ROWS; row > 0; row--) {
			buf_addf(out, row == CHART_ROWS ? "%4d |" : "     |", max);
			for (int i = 0; i < days; i++)
				buf_addc(out,
					s->forecast[i] * CHART_ROWS > max * (row - 1) ? '#' : ' ');
			while (out->s[out->len - 1] == ' ')
				buf_truncate(out, out->len - 1);
			buf_addc(out, '\n');
		}
		buf_adds(out, "     +");
		buf_addn(out, "-", (size_t)days);
		buf_addf(out, "\n      %s", day_format(s->today, from) + 5);
		if (days > 12) {
			buf_addn(out, " ", (size_t)(days - 10));
			buf_adds(out, day_format(s->today + days - 1, to) + 5);
		}
		buf_addc(out, '\n');
	}
	buf_addf(out, P_("%d review in all\n", "%d reviews in all\n", sum), sum);
}

static void render_retention(const struct stats *s, const struct look *look, struct buf *out)
{
	heading_add(out, look, _("Retention by rung"));
	if (!s->n_rungs)
		buf_addf(out, "%s\n", _("No reviews yet."));
	for (int i = 0; i < s->n_rungs; i++) {
		const struct rung_numbers *r = &s->rungs[i];
		int n = r->passed + r->failed;

		if (n)
			buf_addf(out, _("Day +%d: %d of %d passed (%d%%)\n"), r->offset, r->passed,
				n, r->passed * 100 / n);
	}
}

static void render(const struct stats *s, const struct look *look, struct buf *out)
{
	const struct overview *o = &s->o;
	struct buf line = BUF_INIT;

	style_adds(out, look, STYLE_TITLE, _("Statistics"));
	buf_adds(out, "\n\n");
	buf_addf(&line, P_("Streak: %d day", "Streak: %d days", o->streak), o->streak);
	buf_addf(&line, "   ");
	buf_addf(&line, _("In the ladder: %d of %d"), o->items - o->unseen, o->items);
	buf_addf(&line, "   ");
	buf_addf(&line, _("Long-term: %d"), o->longterm);
	text_wrap(out, line.s, look->columns, "", "");
	buf_addc(out, '\n');
	render_topics(s, look, out);
	render_heatmap(s, look, out);
	render_forecast(s, look, out);
	render_retention(s, look, out);
	lab_sums_render(&s->labs, look, out);
	if (o->orphans) {
		buf_clear(&line);
		buf_addf(&line,
			P_("%d card has lost its text; its history is kept.",
				"%d cards have lost their text; their history is kept.",
				o->orphans),
			o->orphans);
		buf_addc(out, '\n');
		text_wrap(out, line.s, look->columns, "", "");
	}
	buf_release(&line);
}

static json_t *days_json(const struct stats *s)
{
	json_t *all = json_array();
	char day[DAY_TEXT];

	for (int i = 0; i < YEAR; i++) {
		const struct day_numbers *d = &s->days[i];

		if (day_total(d) + d->read)
			json_array_append_new(
				all, json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:I}", "day",
					     day_format(s->first + i, day), "learned", d->learned,
					     "passed", d->passed, "failed", d->failed, "practised",
					     d->practised, "read", d->read, "ms",
					     (json_int_t)d->taken_ms));
	}
	return all;
}

static void print_json(const struct stats *s)
{
	json_t *topics = json_array(), *forecast = json_array(), *rungs = json_array();
	const struct overview *o = &s->o;
	char day[DAY_TEXT];

	for (size_t i = 0; i < o->n_topics; i++) {
		const struct topic_state *t = &o->topics[i];

		json_array_append_new(topics,
			json_pack("{s:s, s:i, s:i, s:i, s:f}", "topic", t->topic->id.s, "items",
				t->items, "begun", t->items - t->unseen, "long_term", t->longterm,
				"progress", t->permille / 1000.0));
	}
	for (int i = 0; i < FORECAST_DAYS; i++)
		json_array_append_new(
			forecast, json_pack("{s:s, s:i}", "day", day_format(s->today + i, day),
					  "reviews", s->forecast[i]));
	for (int i = 0; i < s->n_rungs; i++)
		json_array_append_new(
			rungs, json_pack("{s:i, s:i, s:i}", "offset", s->rungs[i].offset, "passed",
				       s->rungs[i].passed, "failed", s->rungs[i].failed));
	json_out(json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "today",
		day_format(s->today, day), "streak", o->streak, "items", o->items, "begun",
		o->items - o->unseen, "long_term", o->longterm, "orphans", o->orphans, "topics",
		topics, "days", days_json(s), "forecast", forecast, "retention", rungs, "labs",
		lab_sums_json(&s->labs)));
}

static int stats_run(struct app *a, const struct args *args)
{
	struct stats s = {0};
	struct buf out = BUF_INIT;
	struct err e = {0};
	int code = EXIT_OK;

	(void)args;
	if (!app_open(a, &e) || !collect(&s, a, &e)) {
		code = app_fail(a, &e);
	} else if (a->json) {
		print_json(&s);
	} else {
		render(&s, &a->screen.look, &out);
		code = app_show(a, &out);
	}
	overview_release(&s.o);
	lab_sums_release(&s.labs);
	buf_release(&out);
	return code;
}

const struct command cmd_stats = {
	.name = "stats",
	.synopsis = "",
	.summary = N_("progress: ladder bars, the last year, the next 30 days, retention, labs"),
	.run = stats_run,
};

/* ---- plan ---- */

static const struct option_spec plan_options[] = {
	{"exam-date", "DATE", N_("the day of the exam; otherwise the setting exam_date")},
	{"new", "N", N_("new cards a day; otherwise what just suffices")},
	{NULL, NULL, NULL},
};

enum { PLAN_LIMIT = 100 /* new cards a day beyond which no plan is called feasible */ };

struct plan_view {
	struct plan plan;
	int per_day; /* the pace shown */
	int days;    /* of the forecast */
	int n_rungs; /* of the ladder */
	int *reviews;
};

static bool plan_date(struct app *a, const struct args *args, day_t *out, struct err *e)
{
	const char *text = args_option(args, "exam-date");
	day_t today = app_today(a);
	char date[DAY_TEXT];

	*out = a->config.exam_date;
	if (text && !day_parse(text, out))
		return err_set(
			e, ERR_USAGE, _("'%s' is not a date; write it like 2026-12-20"), text);
	if (*out == DAY_NONE)
		return err_set(e, ERR_USAGE,
			_("when is the exam? Give --exam-date 2026-12-20, or set it once: amidojo config exam_date 2026-12-20"));
	day_format(*out, date);
	if (*out <= today)
		return err_set(e, ERR_USAGE,
			_("the exam date %s does not lie after today; give another --exam-date"),
			date);
	if (*out - today > 3650)
		return err_set(e, ERR_USAGE,
			_("the exam date %s lies more than ten years ahead; give another --exam-date"),
			date);
	return true;
}

static void plan_forecast(struct app *a, const struct overview *o, struct plan_view *v)
{
	overview_forecast(o, a, v->reviews, v->days);
	forecast_new(&a->config.ladder, v->plan.unseen, v->per_day, o->learned_today,
		a->config.maintenance, v->reviews, v->days);
}

/* Whether the pace that was asked for gets through. */
static bool pace_suffices(const struct plan_view *v)
{
	return v->plan.feasible && v->per_day >= v->plan.per_day;
}

static void plan_verdict(const struct app *a, const struct plan_view *v, struct buf *out)
{
	const struct plan *p = &v->plan;
	long done = (long)v->per_day * p->days_left;

	if (!p->unseen)
		buf_adds(out, _("Feasible: every card is in the ladder already."));
	else if (p->days_left <= 0)
		buf_addf(out,
			_("Not feasible: %ld cards are new, and no day is left on which a card could begin and still finish."),
			p->unseen);
	else if (!p->feasible)
		buf_addf(out, _("Not feasible: %ld new cards in %d days would be %d a day."),
			p->unseen, p->days_left, p->per_day);
	else if (!pace_suffices(v))
		buf_addf(out,
			_("Not feasible at %d a day: that makes %ld of %ld cards in %d days. %d a day suffice."),
			v->per_day, done, p->unseen, p->days_left, p->per_day);
	else
		buf_addf(out, _("Feasible: %ld new cards in %d days, %d a day."), p->unseen,
			p->days_left, v->per_day);
	if (p->unseen && p->feasible && a->config.new_per_day < p->per_day)
		buf_addf(out,
			_("\nYour setting is %d a day; to change it: amidojo config new_per_day %d"),
			a->config.new_per_day, p->per_day);
}

static void plan_days(const struct app *a, const struct plan_view *v, int max, struct buf *out)
{
	const struct look *look = &a->screen.look;
	char day[DAY_TEXT];

	for (int i = 0; i < v->days; i++) {
		int room = look->columns - 20, cells = v->reviews[i] * room / max;

		buf_addf(out, "%s %5d", day_format(app_today(a) + i, day), v->reviews[i]);
		if (!look->plain && room > 0 && cells) {
			buf_adds(out, "  ");
			buf_addn(out, "#", (size_t)cells);
		}
		buf_addc(out, '\n');
	}
}

static void plan_text(const struct app *a, const struct plan_view *v, struct buf *out)
{
	const struct look *look = &a->screen.look;
	char exam[DAY_TEXT], last[DAY_TEXT];
	int max = 1;
	struct buf line = BUF_INIT;

	buf_addf(&line,
		_("Exam on %s. The last day on which a new card can still climb the whole ladder: %s.\n"),
		day_format(v->plan.exam, exam), day_format(v->plan.last_start, last));
	plan_verdict(a, v, &line);
	for (int i = 0; i < v->days; i++)
		max = v->reviews[i] > max ? v->reviews[i] : max;
	if (v->per_day)
		buf_addf(&line,
			_("\n%d new cards a day bring %d x %d = %d reviews a day once all rungs are busy; the fullest day below has %d."),
			v->per_day, v->n_rungs, v->per_day, v->per_day * v->n_rungs, max);
	text_wrap(out, line.s, look->columns, "", "");
	heading_add(out, look, _("Reviews a day, if everything is passed"));
	plan_days(a, v, max, out);
	buf_release(&line);
}

static void plan_json(const struct app *a, const struct plan_view *v)
{
	json_t *reviews = json_array();
	char exam[DAY_TEXT], last[DAY_TEXT], day[DAY_TEXT];

	for (int i = 0; i < v->days; i++)
		json_array_append_new(
			reviews, json_pack("{s:s, s:i}", "day", day_format(app_today(a) + i, day),
					 "reviews", v->reviews[i]));
	json_out(json_pack("{s:s, s:s, s:b, s:I, s:i, s:i, s:i, s:o}", "exam",
		day_format(v->plan.exam, exam), "last_start", day_format(v->plan.last_start, last),
		"feasible", pace_suffices(v), "new", (json_int_t)v->plan.unseen, "days_left",
		v->plan.days_left, "needed_per_day", v->plan.per_day, "per_day", v->per_day,
		"reviews", reviews));
}

static int plan_run(struct app *a, const struct args *args)
{
	struct plan_view v = {0};
	struct overview o = {0};
	struct buf out = BUF_INIT;
	struct err e = {0};
	day_t exam;
	int code = EXIT_OK;

	if (!plan_date(a, args, &exam, &e) || !app_open(a, &e) || !overview_make(&o, a, &e)) {
		overview_release(&o);
		return app_fail(a, &e);
	}
	v.plan = plan_make(
		app_today(a), exam, &a->config.ladder, o.unseen, o.learned_today, PLAN_LIMIT);
	v.n_rungs = a->config.ladder.n_rungs;
	v.days = exam - app_today(a) + 1;
	v.reviews = xcalloc((size_t)v.days, sizeof *v.reviews);
	if (!args_number(args, "new", 0, 1000, v.plan.per_day, &v.per_day, &e)) {
		code = app_fail(a, &e);
	} else {
		plan_forecast(a, &o, &v);
		if (a->json)
			plan_json(a, &v);
		else
			plan_text(a, &v, &out);
		code = a->json ? EXIT_OK : app_show(a, &out);
	}
	free(v.reviews);
	overview_release(&o);
	buf_release(&out);
	return code;
}

const struct command cmd_plan = {
	.name = "plan",
	.synopsis = "",
	.summary = N_("whether an exam date can be met, at what pace, and what each day brings"),
	.options = plan_options,
	.run = plan_run,
};
