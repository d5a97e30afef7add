/* exam-result.c - what a finished paper says, honestly; see exam.h. */
#include "app/exam.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool exam_has_result(const struct attempt *t, struct err *e)
{
	if (t->is.how != EXAM_OPEN)
		return true;
	return err_set(e, ERR_NOTHING,
		_("exam %lld is still open; its result comes at its end. To go on: amidojo exam resume"),
		(long long)t->is.id);
}

/* ---- the head ---- */

static const char *how_name(enum exam_end how)
{
	switch (how) {
	case EXAM_SUBMITTED:
		return _("submitted");
	case EXAM_TIMED_OUT:
		return _("ended by the clock");
	case EXAM_ABANDONED:
		return _("abandoned");
	default:
		return _("open");
	}
}

static void render_head(const struct attempt *t, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;
	char used[24], limit[24];

	buf_addf(&line, _("Exam %lld: "), (long long)t->is.id);
	title_of(&line, look, &t->title);
	wrapped_add(out, look, STYLE_TITLE, line.s);
	buf_clear(&line);
	day_add(&line, t->is.day);
	buf_addf(&line,
		P_(", %zu question, %s after %s of %s", ", %zu questions, %s after %s of %s", t->n),
		t->n, how_name(t->is.how), exam_time(t->is.ended.elapsed_ms, used),
		exam_time(attempt_limit(t), limit));
	if (t->is.class_paper)
		buf_addf(&line, _(", class paper %lld"), (long long)t->is.seed);
	paragraph_add(out, look, line.s);
	buf_addc(out, '\n');
	buf_release(&line);
}

static void render_score(const struct attempt *t, const struct score *score,
	const struct look *look, struct buf *out)
{
	enum { FEW = 20 }; /* the range then spans two fifths of the scale and more */
	struct buf line = BUF_INIT;
	int scored = 0;

	for (size_t i = 0; i < t->n; i++)
		scored += t->sats[i].scored;

	buf_addf(&line, _("Estimate %d (range %d-%d), pass mark %d"), score->estimate, score->low,
		score->high, t->pass);
	wrapped_add(out, look, STYLE_STRONG, line.s);
	paragraph_add(out, look,
		_("AWS publishes no map from right answers to scaled scores: this is an estimate, and the range says how much chance is in one paper. One paper does not show that you are ready."));
	if (scored < FEW) {
		buf_clear(&line);
		buf_addf(&line,
			P_("%d scored question is so few that the estimate says very little.",
				"%d scored questions are so few that the estimate says very little.",
				scored),
			scored);
		paragraph_add(out, look, line.s);
	}
	buf_release(&line);
}

/* ---- domains ---- */

static void render_domain(const struct exam_domain *domain, const struct score_domain *d,
	const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%d. ", domain->id);
	title_of(&line, look, &domain->title);
	buf_addf(&line, _(" (%d%%)"), domain->weight);
	paragraph_add(out, look, line.s);
	buf_clear(&line);
	if (d->scored)
		buf_addf(&line, _("   %d of %d right  "), d->right, d->scored);
	else
		buf_adds(&line, "   -");
	if (d->scored && look->columns >= text_swidth(line.s) + BAR_COLUMNS + 6)
		bar_add(&line, look, d->right * 1000 / d->scored);
	buf_addf(out, "%s\n", line.s);
	buf_release(&line);
}

static void render_domains(const struct attempt *t, const struct score_domain d[],
	const struct look *look, struct buf *out)
{
	heading_add(out, look, _("Domains, by the scored questions"));
	for (size_t i = 0; i < t->n_domains; i++)
		render_domain(&t->domains[i], &d[i], look, out);
}

static void render_unscored(const struct attempt *t, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;
	int n = 0, right = 0;

	for (size_t i = 0; i < t->n; i++) {
		n += !t->sats[i].scored;
		right += !t->sats[i].scored && t->sats[i].correct;
	}
	if (n) {
		buf_addf(&line,
			P_("%d question was not scored, as in the real exam; right: %d.",
				"%d questions were not scored, as in the real exam; right: %d.", n),
			n, right);
		buf_addc(out, '\n');
		paragraph_add(out, look, line.s);
	}
	buf_release(&line);
}

/* ---- confidence ---- */

static bool lucky(const struct sat *sat)
{
	return sat->correct && sat->sure == SURE_GUESS;
}

static bool overconfident(const struct sat *sat)
{
	return !sat->correct && sat->sure == SURE_SURE && sat_answered(sat);
}

static bool unanswered(const struct sat *sat)
{
	return !sat_answered(sat);
}

static bool unscored(const struct sat *sat)
{
	return !sat->scored;
}

static void add_numbers(const struct attempt *t, const struct look *look, const char *label,
	sat_has *has, struct buf *out)
{
	struct buf line = BUF_INIT, numbers = BUF_INIT;

	exam_numbers(t, has, &numbers);
	if (numbers.len) {
		buf_addf(&line, "%s: %s", label, numbers.s);
		paragraph_add(out, look, line.s);
	}
	buf_release(&numbers);
	buf_release(&line);
}

static void render_numbers(const struct attempt *t, const struct look *look, struct buf *out)
{
	struct buf lines = BUF_INIT;

	add_numbers(t, look, _("Not answered"), unanswered, &lines);
	add_numbers(t, look, _("Right by a guess"), lucky, &lines);
	add_numbers(t, look, _("Wrong and sure of it"), overconfident, &lines);
	add_numbers(t, look, _("Not scored"), unscored, &lines);
	if (lines.len) {
		heading_add(out, look, _("Questions"));
		buf_adds(out, lines.s);
	}
	buf_release(&lines);
}

/* ---- time ---- */

static int by_time(const void *a, const void *b)
{
	const struct sat *const *x = a, *const *y = b;

	if ((*x)->taken_ms != (*y)->taken_ms)
		return (*x)->taken_ms < (*y)->taken_ms ? -1 : 1;
	return (*x)->number < (*y)->number ? 1 : -1;
}

static void render_time(const struct attempt *t, const struct look *look, struct buf *out)
{
	const struct sat **all = xcalloc(t->n, sizeof *all);
	struct buf line = BUF_INIT;
	char text[24];

	for (size_t i = 0; i < t->n; i++)
		all[i] = &t->sats[i];
	qsort(all, t->n, sizeof *all, by_time);
	heading_add(out, look, _("Time"));
	buf_addf(&line, _("Median for a question: %s"),
		exam_time((all[(t->n - 1) / 2]->taken_ms + all[t->n / 2]->taken_ms) / 2, text));
	for (size_t i = 0; i < 3 && i < t->n && all[t->n - 1 - i]->taken_ms; i++)
		buf_addf(&line, i ? _(", %d (%s)") : _("; slowest: %d (%s)"),
			all[t->n - 1 - i]->number, exam_time(all[t->n - 1 - i]->taken_ms, text));
	paragraph_add(out, look, line.s);
	buf_release(&line);
	free(all);
}

/* ---- trend ---- */

enum { TREND_MOST = 10 };

struct trend {
	const struct attempt *t;
	int64_t ids[TREND_MOST]; /* newest first */
	int n;
};

static bool take_finished(void *ctx, const struct exam_attempt *a)
{
	struct trend *trend = ctx;

	if ((a->how == EXAM_SUBMITTED || a->how == EXAM_TIMED_OUT) &&
		strcmp(a->exam, trend->t->is.exam) == 0)
		trend->ids[trend->n++] = a->id;
	return trend->n < TREND_MOST;
}

/* "2026-11-21: 742 (630-823)"; a damaged one is left out. */
static void trend_line(struct app *a, int64_t id, bool this_one, struct buf *out)
{
	struct score_domain d[PAPER_DOMAINS];
	struct attempt t;
	struct score score;
	char day[DAY_TEXT];

	if (!attempt_load(&t, a->store, id, false, NULL))
		return;
	score = attempt_score(&t, d);
	buf_addf(out, "%s: %d (%d-%d)", day_format(t.is.day, day), score.estimate, score.low,
		score.high);
	buf_addf(out, P_(", %zu question", ", %zu questions", t.n), t.n);
	buf_addf(out, "%s\n", this_one ? _(", this one") : "");
	attempt_release(&t);
}

static void render_trend(
	struct app *a, const struct attempt *t, const struct look *look, struct buf *out)
{
	struct trend trend = {.t = t};

	if (!store_each_attempt(a->store, 0, take_finished, &trend, NULL) || trend.n < 2)
		return;
	heading_add(out, look, _("Estimates of this exam so far"));
	for (int i = trend.n - 1; i >= 0; i--)
		trend_line(a, trend.ids[i], trend.ids[i] == t->is.id, out);
}

void exam_result_render(
	struct app *a, const struct attempt *t, const struct look *look, struct buf *out)
{
	struct score_domain d[PAPER_DOMAINS];
	struct score score = attempt_score(t, d);

	render_head(t, look, out);
	if (t->is.how == EXAM_ABANDONED) {
		paragraph_add(out, look,
			_("It was abandoned: there is no estimate, and it counts in no trend."));
		return;
	}
	render_score(t, &score, look, out);
	render_domains(t, d, look, out);
	render_unscored(t, look, out);
	render_numbers(t, look, out);
	render_time(t, look, out);
	render_trend(a, t, look, out);
	exam_next_render(a, t, look, out);
}
