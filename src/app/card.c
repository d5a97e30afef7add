/* card.c - see card.h. */
#include "app/card.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <string.h>

/* ---- before and after the answer ---- */

static const char *kind_title(const struct session *s)
{
	switch (s->kind) {
	case SESSION_LEARN:
		return _("Learn");
	case SESSION_PRACTICE:
		return _("Practice");
	case SESSION_QUIZ:
		return _("Quiz");
	default:
		return s->at >= s->n_due ? _("Exam eve") : _("Review");
	}
}

void card_head(const struct session *s, const struct look *look, bool origin, struct buf *out)
{
	struct buf line = BUF_INIT;
	size_t full = s->at * 10 / s->n;

	style_adds(out, look, STYLE_TITLE, kind_title(s));
	buf_addf(out, " %zu/%zu", s->at + 1, s->n);
	if (!look->plain) {
		buf_adds(out, " [");
		buf_addn(out, "#", full);
		buf_addn(out, "-", 10 - full);
		buf_addc(out, ']');
	}
	buf_addc(out, '\n');
	if (origin) {
		item_origin(session_item(s), look, &line);
		wrapped_add(out, look, STYLE_DIM, line.s);
	}
	buf_addc(out, '\n');
	buf_release(&line);
}

static void render(void *ctx, const struct look *screen, struct buf *out)
{
	struct session *s = ctx;
	const struct cue *cue = session_item(s)->cue;
	struct look look = *screen;
	bool linear = look.plain || s->app->screen.mode == SCREEN_SCRIPT;

	look.lang = s->look.lang;
	look.both = s->look.both;
	if (!(linear && s->revealed)) {
		if (s->feedback.len) {
			text_wrap(out, s->feedback.s, look.columns, "", "");
			buf_addc(out, '\n');
		}
		card_head(s, &look, true, out);
		markdown_add(out, &look, &cue->ask);
	}
	if (!s->revealed)
		return;
	s->answer_line = 0;
	for (size_t i = 0; i < out->len; i++)
		s->answer_line += out->s[i] == '\n';
	s->answer_line++; /* the heading's blank line */
	heading_add(out, &look, _("Answer"));
	markdown_add(out, &look, &cue->answer);
}

int card_answer_line(struct session *s)
{
	struct buf scratch = BUF_INIT;

	render(s, &s->app->screen.look, &scratch);
	buf_release(&scratch);
	return (int)s->answer_line;
}

static void footer(void *ctx, bool more, struct buf *out)
{
	const struct session *s = ctx;

	(void)more;
	if (!s->revealed) {
		keys_add(out, _("Enter"), _("answer"));
	} else if (s->kind == SESSION_LEARN) {
		keys_add(out, _("Enter"), _("take it in"));
	} else {
		keys_add(out, "p", _("pass"));
		keys_add(out, "f", _("fail"));
	}
	keys_add(out, "u", _("undo"));
	keys_add(out, "L", _("language"));
	keys_add(out, "n", _("note"));
	if (s->revealed && session_proof(s))
		keys_add(out, "v", _("proof"));
	keys_add(out, "q", _("quit"));
}

void card_view(struct view *v, struct session *s)
{
	*v = (struct view){.render = render, .footer = footer, .ctx = s};
}

/* ---- a changed text ---- */

static void render_changed(void *ctx, const struct look *screen, struct buf *out)
{
	struct session *s = ctx;
	const struct cue *cue = session_item(s)->cue;
	struct look look = *screen;

	look.lang = s->look.lang;
	look.both = s->look.both;
	card_head(s, &look, true, out);
	paragraph_add(out, &look,
		_("The text of this card changed since you learnt it. Did its meaning change?"));
	heading_add(out, &look, _("Question"));
	if (!cue) {
		struct asked now;

		asked_init(&now, session_item(s)->question);
		now.told = true;
		asked_render(&now, &look, out);
		return;
	}
	markdown_add(out, &look, &cue->ask);
	heading_add(out, &look, _("Answer"));
	markdown_add(out, &look, &cue->answer);
}

static void footer_changed(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	(void)more;
	keys_add(out, "s", _("same meaning: go on"));
	keys_add(out, "c", _("changed: begin anew"));
	keys_add(out, "q", _("quit"));
}

int card_changed_key(struct session *s)
{
	struct view v = {.render = render_changed, .footer = footer_changed, .ctx = s};

	return view_key(&s->app->screen, &v);
}

/* ---- what an answer led to ---- */

/* The due days that are left in this episode, up to the last rung. */
static void add_due_days(const struct card *c, struct buf *out)
{
	char day[DAY_TEXT];

	for (int i = c->credited; i < c->ladder.n_rungs; i++)
		buf_addf(out, "%s%s", i == c->credited ? "" : ", ",
			day_format(c->d0 + c->ladder.offset[i], day) + 5);
}

static void feedback_leech(const struct session *s, struct buf *out)
{
	const struct note *n = item_note(session_item(s));

	if (n)
		buf_addf(out,
			_("This card keeps failing: read its note again (amidojo notes %s).\n"),
			n->id.s);
}

static void feedback_fail(const struct session *s, const struct card *c, struct buf *out)
{
	struct buf days = BUF_INIT;

	add_due_days(c, &days);
	buf_addf(out, _("Failed. A new ladder begins: %s. It waits in the mistakes pool."), days.s);
	buf_addc(out, '\n');
	if (card_is_leech(c))
		feedback_leech(s, out);
	buf_release(&days);
}

static void feedback_pass(const struct app *a, const struct card *c, struct buf *out)
{
	bool longterm = card_stage(c) == CARD_LONGTERM;
	struct buf day = BUF_INIT;

	day_add(&day, card_due(c));
	if (longterm && (card_due(c) == DAY_NONE || !a->config.maintenance))
		buf_adds(
			out, _("Passed. It is in long-term memory, and all its reviews are done."));
	else if (longterm)
		buf_addf(out, _("Passed. It is in long-term memory; it comes back on %s."), day.s);
	else
		buf_addf(out, _("Passed. Next: %s."), day.s);
	buf_addc(out, '\n');
	buf_release(&day);
}

void card_feedback(const struct session *s, enum card_effect effect, bool correct, struct buf *out)
{
	const struct card *c = &s->card.card;
	struct buf days = BUF_INIT;

	switch (effect) {
	case EFFECT_LEARNED:
	case EFFECT_RESTARTED:
		add_due_days(c, &days);
		buf_addf(out, _("In the ladder: %s."), days.s);
		buf_addc(out, '\n');
		break;
	case EFFECT_ENTERED:
		add_due_days(c, &days);
		buf_addf(out,
			correct ? _("It enters the ladder: %s.")
				: _("It enters the ladder: %s. It waits in the mistakes pool."),
			days.s);
		buf_addc(out, '\n');
		break;
	case EFFECT_PRACTISED:
		buf_adds(out,
			correct ? _("Practised: passed. The ladder stays as it was.")
				: _("Practised: failed. It waits in the mistakes pool; the ladder stays as it was."));
		buf_addc(out, '\n');
		break;
	case EFFECT_PASSED:
		feedback_pass(s->app, c, out);
		break;
	case EFFECT_FAILED:
		feedback_fail(s, c, out);
		break;
	case EFFECT_NONE:
		buf_addf(out, "%s\n", _("Nothing changed: this card is not where it was."));
		break;
	}
	buf_release(&days);
}
