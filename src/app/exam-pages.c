/* exam-pages.c - the screens of an exam besides the question: all questions, submitting, keys; see
 * exam-view.h. */
#include "app/exam-view.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- the navigator ---- */

struct grid {
	struct sitting *s;
	size_t at;
	char typed[8];
};

static void render_grid(void *ctx, const struct look *screen, struct buf *out)
{
	const struct grid *g = ctx;
	struct look look = sit_look(g->s, screen);

	sit_add_say(g->s, &look, out);
	exam_grid_render(&g->s->t, g->at, g->typed, &look, out);
}

static void footer_grid(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	(void)more;
	keys_add(out, "0-9", _("number"));
	keys_add(out, "n", _("next"));
	keys_add(out, "p", _("previous"));
	keys_add(out, _("Enter"), _("go there"));
	keys_add(out, "g", _("to the question"));
	keys_add(out, "t", _("time"));
	keys_add(out, "s", _("submit"));
	keys_add(out, "?", _("keys"));
}

static void type_number(struct grid *g, int key)
{
	size_t n = strlen(g->typed);

	if (key == KEY_BACKSPACE && n)
		g->typed[n - 1] = '\0';
	else if (key != KEY_BACKSPACE && n + 1 < sizeof g->typed) {
		g->typed[n] = (char)key;
		g->typed[n + 1] = '\0';
	}
}

/* Whether what was typed, or nothing, is a question's number; then g->at is it. */
static bool take_typed(struct grid *g)
{
	long number = strtol(g->typed, NULL, 10);
	bool ok = !*g->typed || (number >= 1 && number <= (long)g->s->t.n);

	if (*g->typed && ok)
		g->at = (size_t)number - 1;
	if (!ok)
		sit_say(g->s, _("There is no question %ld; they go from 1 to %zu."), number,
			g->s->t.n);
	g->typed[0] = '\0';
	return ok;
}

static void move(struct grid *g, int by)
{
	if (by < 0 ? g->at > 0 : g->at + 1 < g->s->t.n)
		g->at = by < 0 ? g->at - 1 : g->at + 1;
	if (sit_linear(g->s))
		sit_say(g->s, _("At question %zu."), g->at + 1);
}

enum sit sit_navigate(struct sitting *s)
{
	struct grid g = {.s = s, .at = s->at};
	struct view v = {.render = render_grid, .footer = footer_grid, .ctx = &g, .own = "g"};

	s->view.printed = false;
	for (;;) {
		int key = sit_key(s, &v);

		if (sit_ended(s, key) != SIT_ON)
			return sit_ended(s, key);
		if (key == 'g' || key == 'q' || key == KEY_ESCAPE)
			return SIT_ON;
		if ((key >= '0' && key <= '9') || key == KEY_BACKSPACE)
			type_number(&g, key);
		else if (key == 'n' || key == 'p')
			move(&g, key == 'n' ? 1 : -1);
		else if (key == 't')
			sit_say_time(s);
		else if (key == 's')
			return sit_submit(s);
		else if (key == '?')
			return sit_help(s);
		else if ((key == KEY_ENTER || key == ' ') && take_typed(&g))
			return g.at == s->at ? SIT_ON : sit_go_to(s, g.at);
	}
}

/* ---- submitting ---- */

static bool is_unanswered(const struct sat *sat)
{
	return !sat_answered(sat);
}

static bool has_flag(const struct sat *sat)
{
	return sat->flagged;
}

static void render_submit(void *ctx, const struct look *screen, struct buf *out)
{
	const struct sitting *s = ctx;
	struct look look = sit_look(s, screen);
	struct buf line = BUF_INIT, numbers = BUF_INIT;
	int open = (int)s->t.n - attempt_answered(&s->t), flagged = attempt_flagged(&s->t);
	char left[24];

	sit_add_say(s, &look, out);
	style_adds(out, &look, STYLE_TITLE, _("Submit the exam?"));
	buf_adds(out, "\n\n");
	exam_numbers(&s->t, is_unanswered, &numbers);
	if (open)
		buf_addf(&line,
			P_("%d question is not answered: %s", "%d questions are not answered: %s",
				open),
			open, numbers.s);
	else
		buf_adds(&line, _("Every question is answered."));
	paragraph_add(out, &look, line.s);
	buf_clear(&line);
	buf_clear(&numbers);
	exam_numbers(&s->t, sat_unfinished, &numbers);
	if (numbers.len) {
		buf_addf(&line, _("Not as many options picked as are asked for: %s"), numbers.s);
		paragraph_add(out, &look, line.s);
	}
	buf_clear(&line);
	buf_clear(&numbers);
	exam_numbers(&s->t, has_flag, &numbers);
	if (flagged)
		buf_addf(&line,
			P_("%d question is flagged: %s", "%d questions are flagged: %s", flagged),
			flagged, numbers.s);
	else
		buf_adds(&line, _("No question is flagged."));
	paragraph_add(out, &look, line.s);
	buf_clear(&line);
	buf_addf(&line, _("Time left: %s."), exam_time_left(sit_left_ms(s), left));
	paragraph_add(out, &look, line.s);
	buf_addc(out, '\n');
	paragraph_add(out, &look,
		_("What is not answered counts as wrong; a wrong answer costs nothing more. After submitting, nothing can be changed."));
	buf_release(&line);
	buf_release(&numbers);
}

static void footer_submit(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	exam_more_key(more, out);
	keys_add(out, "y", _("submit"));
	keys_add(out, "q", _("back to the questions"));
}

static enum sit submit_now(struct sitting *s)
{
	if (!sit_looked(s))
		return SIT_FAILED;
	if (s->over || attempt_end(s->app, &s->t, EXAM_SUBMITTED, s->last, &s->e))
		return SIT_OVER;
	if (s->e.code != ERR_CONFLICT || !sit_reload(s))
		return SIT_FAILED;
	if (s->over)
		return SIT_OVER;
	sit_say(s, "%s", _("Some of it was answered in another window; that is here now, too."));
	return SIT_ON;
}

/* Pasted text can hold any two letters, but nobody has waited for the second one. */
enum sit sit_submit(struct sitting *s)
{
	enum { HASTE_MS = 150 };
	struct view v = {
		.render = render_submit, .footer = footer_submit, .ctx = s, .reading = true};

	s->view.printed = false;
	for (;;) {
		int key = sit_key(s, &v);

		if (sit_ended(s, key) != SIT_ON)
			return sit_ended(s, key);
		if (s->app->screen.mode == SCREEN_TERMINAL && s->app->screen.waited < HASTE_MS)
			continue;
		return key == 'y' || key == 'Y' ? submit_now(s) : SIT_ON;
	}
}

/* ---- help ---- */

static void render_help(void *ctx, const struct look *screen, struct buf *out)
{
	static const struct {
		const char *key, *does;
	} keys[] = {
		{"1-8", N_("pick an option, or another; where several are right, pick or take off")},
		{"n Enter Space", N_("the next question")},
		{"p", N_("the question before")},
		{"f", N_("flag the question, to come back to it")},
		{"c", N_("how sure you are: a guess, unsure, sure, not said; never scored")},
		{"g", N_("all questions: type a number and Enter to go there")},
		{"t", N_("the time left")},
		{"L", N_("the other language")},
		{"s y", N_("submit")},
		{"q", N_("leave; the clock goes on, and amidojo exam resume returns")},
	};
	const struct sitting *s = ctx;
	struct look look = sit_look(s, screen);

	sit_add_say(s, &look, out);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct buf first = BUF_INIT;

		if (look.plain)
			buf_addf(&first, "%s: ", keys[i].key);
		else
			text_pad(&first, keys[i].key, 15);
		text_wrap(out, _(keys[i].does), look.columns, first.s,
			look.plain ? "" : "               ");
		buf_release(&first);
	}
	buf_addc(out, '\n');
	paragraph_add(
		out, &look, _("Every key is kept at once. Right and wrong are told at the end."));
}

static void footer_back(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	exam_more_key(more, out);
	keys_add(out, "q", _("back to the questions"));
}

enum sit sit_help(struct sitting *s)
{
	struct view v = {.render = render_help, .footer = footer_back, .ctx = s, .reading = true};
	int key = sit_key(s, &v);

	s->view.printed = false;
	return sit_ended(s, key);
}
