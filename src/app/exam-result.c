/* exam-result.c - what a finished paper says, honestly, and going through it once more; see exam.h.
 */
#include "app/exam.h"

#include "app/look.h"
#include "app/note.h"
#include "app/prove.h"
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
	buf_addf(&line, _(", %zu questions, %s after %s of %s"), t->n, how_name(t->is.how),
		exam_time(t->is.ended.elapsed_ms, used), exam_time(attempt_limit(t), limit));
	if (t->is.class_paper)
		buf_addf(&line, _(", class paper %lld"), (long long)t->is.seed);
	paragraph_add(out, look, line.s);
	buf_addc(out, '\n');
	buf_release(&line);
}

static void render_score(const struct attempt *t, const struct score *score,
	const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, _("Estimate %d (range %d-%d), pass mark %d"), score->estimate, score->low,
		score->high, t->pass);
	wrapped_add(out, look, STYLE_STRONG, line.s);
	paragraph_add(out, look,
		_("AWS publishes no map from right answers to scaled scores: this is an estimate, and the range says how much chance is in one paper. One paper does not show that you are ready."));
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
	buf_addf(&line, _("   %d of %d right  "), d->right, d->scored);
	if (look->columns >= text_swidth(line.s) + BAR_COLUMNS + 6)
		bar_add(&line, look, d->scored ? d->right * 1000 / d->scored : 0);
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
			_("%d questions were not scored, as in the real exam; %d of them are right."),
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
		buf_addf(&line, i ? ", %d (%s)" : _("; slowest: %d (%s)"),
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

/* ---- what to do next ---- */

/* "4. share-copy: amidojo notes ami-copy; lab copy; proof". */
static void next_step(
	struct app *a, const struct sat *sat, const struct look *look, struct buf *out)
{
	const struct question *now = sat_question(&a->library, sat), *q = sat->asked.q;
	struct buf line = BUF_INIT;

	buf_addf(&line, "%d. %s", sat->number, sat->item);
	if (!now)
		buf_addf(&line, " (%s)", _("no longer in the bank"));
	if (q->note.s && library_note(&a->library, q->note.s))
		buf_addf(&line, ": amidojo notes %s", q->note.s);
	if (q->lab.s && map_get(&a->library.of[DOC_LAB].by_id, q->lab.s))
		buf_addf(&line, _("; lab %s"), q->lab.s);
	if (now && now->n_proof)
		buf_adds(&line, _("; proof: v in the review"));
	text_wrap(out, line.s, look->columns, "", look->plain ? "" : "   ");
	buf_release(&line);
}

static void render_next(
	struct app *a, const struct attempt *t, const struct look *look, struct buf *out)
{
	bool some = false;

	heading_add(out, look, _("Next steps"));
	for (size_t i = 0; i < t->n; i++) {
		if (t->sats[i].correct)
			continue;
		next_step(a, &t->sats[i], look, out);
		some = true;
	}
	if (some)
		paragraph_add(out, look,
			_("What the bank still has of these went into the mistakes pool: amidojo mistakes"));
	else
		paragraph_add(out, look, _("Every question is right."));
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
	render_next(a, t, look, out);
}

/* ---- the result as a view ---- */

struct review {
	struct app *app;
	const struct attempt *t;
	size_t at;
	struct look look;
	const char *say;
	struct view view;
};

static struct look look_of(const struct review *r, const struct look *screen)
{
	struct look look = *screen;

	look.lang = r->look.lang;
	look.both = r->look.both;
	return look;
}

static void render_result(void *ctx, const struct look *screen, struct buf *out)
{
	const struct review *r = ctx;
	struct look look = look_of(r, screen);

	if (r->say) {
		text_wrap(out, r->say, look.columns, "", "");
		buf_addc(out, '\n');
	}
	exam_result_render(r->app, r->t, &look, out);
}

static void footer_result(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	keys_add(out, _("Enter"), more ? _("more") : _("every question with reasons"));
	keys_add(out, "m", _("mistakes"));
	keys_add(out, "L", _("language"));
	keys_add(out, "q", _("quit"));
}

/* ---- review ---- */

static const char *verdict(const struct sat *sat)
{
	if (!sat_answered(sat))
		return _("not answered");
	return sat->correct ? _("right") : _("wrong");
}

static const char *now_text(enum sat_now now)
{
	switch (now) {
	case SAT_CHANGED:
		return _("The bank's question has changed since; this is as it was asked.");
	case SAT_KEY_CHANGED:
		return _(
			"The bank has another key for this question since; this is as it was asked and judged.");
	case SAT_GONE:
		return _("This question is no longer in the bank; this is as it was asked.");
	default:
		return NULL;
	}
}

static void review_head(const struct review *r, const struct look *look, struct buf *out)
{
	const struct sat *sat = &r->t->sats[r->at];
	const char *const sure[SURES] = {"", _("a guess"), _("unsure"), _("sure")};
	struct buf line = BUF_INIT;
	char text[24];

	buf_addf(&line, _("Question %d of %zu"), sat->number, r->t->n);
	buf_addf(&line, ": %s", verdict(sat));
	wrapped_add(out, look, STYLE_TITLE, line.s);
	buf_clear(&line);
	buf_addf(&line, _("domain %d, %s, %s"), r->t->domains[sat->domain].id,
		sat->scored ? _("scored") : _("not scored"), exam_time(sat->taken_ms, text));
	if (sat->flagged)
		buf_addf(&line, ", %s", _("flagged"));
	if (sat->sure)
		buf_addf(&line, ", %s", sure[sat->sure]);
	wrapped_add(out, look, STYLE_DIM, line.s);
	buf_release(&line);
}

static void render_question(void *ctx, const struct look *screen, struct buf *out)
{
	const struct review *r = ctx;
	const struct sat *sat = &r->t->sats[r->at];
	const char *changed = now_text(sat_now(&r->app->library, sat));
	struct look look = look_of(r, screen);
	struct asked asked = sat->asked;

	if (r->say) {
		text_wrap(out, r->say, look.columns, "", "");
		buf_addc(out, '\n');
	}
	review_head(r, &look, out);
	if (changed)
		paragraph_add(out, &look, changed);
	buf_addc(out, '\n');
	asked.told = true;
	asked_render(&asked, &look, out);
}

static const struct proof *proof_of(const struct review *r)
{
	const struct question *q = sat_question(&r->app->library, &r->t->sats[r->at]);

	return q && q->n_proof ? q->proof : NULL;
}

static const struct note *note_of(const struct review *r)
{
	const struct question *q = r->t->sats[r->at].asked.q;

	return q->note.s ? library_note(&r->app->library, q->note.s) : NULL;
}

static void footer_question(void *ctx, bool more, struct buf *out)
{
	const struct review *r = ctx;

	(void)more;
	keys_add(out, "n", _("next"));
	keys_add(out, "p", _("back"));
	keys_add(out, "m", _("next mistake"));
	if (proof_of(r))
		keys_add(out, "v", _("proof"));
	if (note_of(r))
		keys_add(out, "o", _("note"));
	keys_add(out, "L", _("language"));
	keys_add(out, "q", _("quit"));
}

static void turn_to(struct review *r, size_t at)
{
	r->at = at;
	r->view.top = 0;
	r->view.printed = false;
}

static bool next_mistake(struct review *r, size_t from)
{
	for (size_t i = from; i < r->t->n; i++) {
		if (!r->t->sats[i].correct) {
			turn_to(r, i);
			return true;
		}
	}
	return false;
}

/* A line that is there until the next key; at once where nothing is drawn over. */
static void tell(struct review *r, const char *text)
{
	if (r->look.plain || r->app->screen.mode == SCREEN_SCRIPT)
		printf("%s\n", text);
	else
		r->say = text;
}

static int show_proof(struct review *r)
{
	const struct proof *proof = proof_of(r);
	int key = KEY_NONE;

	if (!proof)
		tell(r, _("There is no proof for this question."));
	else
		key = prove_view(r->app, proof, &r->t->sats[r->at].asked.q->ask, &r->look);
	r->view.printed = !proof;
	return key;
}

static int show_note(struct review *r)
{
	const struct note *note = note_of(r);
	int key = KEY_NONE;

	if (!note)
		tell(r, _("There is no note for this question."));
	else
		key = note_view(r->app, note, &r->look, NULL);
	r->view.printed = !note;
	return key == KEY_EOF || key == KEY_SIGNAL ? key : KEY_NONE; /* its q is not ours */
}

/* KEY_NONE: go on; else the key that ended it. */
static int review_key(struct review *r, int key)
{
	switch (key) {
	case 'n':
	case ' ':
	case KEY_ENTER:
		if (r->at + 1 < r->t->n)
			turn_to(r, r->at + 1);
		else
			tell(r, _("This is the last question."));
		return KEY_NONE;
	case 'p':
		if (r->at)
			turn_to(r, r->at - 1);
		else
			tell(r, _("This is the first question."));
		return KEY_NONE;
	case 'm':
		if (!next_mistake(r, r->at + 1))
			tell(r, _("There are no more mistakes."));
		return KEY_NONE;
	case 'v':
		return show_proof(r);
	case 'o':
		return show_note(r);
	case 'L':
	case 'l':
		look_toggle(&r->look);
		r->view.printed = false;
		return KEY_NONE;
	case 'q':
	case KEY_ESCAPE:
	case KEY_EOF:
	case KEY_SIGNAL:
		return key;
	default:
		return KEY_NONE;
	}
}

static int run_review(struct review *r)
{
	int key = KEY_NONE;

	r->say = NULL;
	r->view = (struct view){.render = render_question, .footer = footer_question, .ctx = r};
	for (;;) {
		key = view_key(&r->app->screen, &r->view);
		r->say = NULL;
		key = review_key(r, key);
		if (key != KEY_NONE)
			return key;
	}
}

static int run_result(struct review *r)
{
	r->view = (struct view){
		.render = render_result, .footer = footer_result, .ctx = r, .reading = true};
	for (;;) {
		int key = view_key(&r->app->screen, &r->view);

		switch (key) {
		case 'L':
		case 'l':
			look_toggle(&r->look);
			r->view.printed = false;
			break;
		case 'm':
			if (next_mistake(r, 0))
				return run_review(r);
			break;
		case KEY_ENTER:
		case ' ':
			turn_to(r, 0);
			return run_review(r);
		case 'q':
		case KEY_ESCAPE:
		case KEY_EOF:
		case KEY_SIGNAL:
			return key;
		default:
			break;
		}
	}
}

int exam_result_view(struct app *a, int64_t id, const char *say)
{
	struct attempt t;
	struct review r = {.app = a, .t = &t, .look = a->screen.look, .say = say};
	struct err e = {0};
	int key;

	if (!attempt_load(&t, a->store, id, true, &e))
		return app_fail(a, &e);
	if (!exam_has_result(&t, &e)) {
		attempt_release(&t);
		return app_fail(a, &e);
	}
	screen_enter(&a->screen);
	key = run_result(&r);
	attempt_release(&t);
	screen_leave(&a->screen);
	return key == KEY_SIGNAL ? app_ended(a, key) : EXIT_OK;
}
