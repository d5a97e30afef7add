/* exam-review.c - the result on the screen, and going through the paper once more; see exam.h. */
#include "app/exam.h"

#include "app/look.h"
#include "app/note.h"
#include "app/prove.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>

struct review {
	struct app *app;
	const struct attempt *t;
	size_t at;
	struct look look;
	const char *say;
	bool addresses; /* of the sources in full, where links could carry them */
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
	keys_add(out, _("Enter"), more ? _("more") : _("review the questions"));
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
	asked.addresses = r->addresses;
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

	exam_more_key(more, out);
	keys_add(out, "n", _("next"));
	keys_add(out, "p", _("previous"));
	keys_add(out, "m", _("next mistake"));
	if (proof_of(r))
		keys_add(out, "v", _("proof"));
	if (note_of(r))
		keys_add(out, "o", _("note"));
	if (r->app->screen.look.links)
		keys_add(out, "a", _("addresses"));
	keys_add(out, "L", _("language"));
	keys_add(out, "q", _("quit"));
}

static void turn_to(struct review *r, size_t at)
{
	r->at = at;
	r->addresses = false;
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

/* Whether there is what was asked for; else it is told. */
static bool is_there(struct review *r, const void *what, const char *none)
{
	if (!what)
		tell(r, none);
	r->view.printed = !what;
	return what != NULL;
}

static int show_proof(struct review *r)
{
	const struct proof *proof = proof_of(r);

	if (!is_there(r, proof, _("There is no proof for this question.")))
		return KEY_NONE;
	return prove_view(r->app, proof, &r->t->sats[r->at].asked.q->ask, &r->look);
}

static int show_note(struct review *r)
{
	const struct note *note = note_of(r);
	int key;

	if (!is_there(r, note, _("There is no note for this question.")))
		return KEY_NONE;
	key = note_view(r->app, note, &r->look, NULL);
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
	case 'a':
		r->addresses = !r->addresses;
		return KEY_NONE;
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
	r->view = (struct view){
		.render = render_question, .footer = footer_question, .ctx = r, .reading = true};
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

static int interrupted(struct app *a, int64_t id)
{
	struct buf what = BUF_INIT;
	int code;

	buf_addf(&what, _("The result stays: amidojo exam show %lld"), (long long)id);
	code = app_ended_saying(a, KEY_SIGNAL, what.s);
	buf_release(&what);
	return code;
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
	return key == KEY_SIGNAL ? interrupted(a, id) : EXIT_OK;
}
