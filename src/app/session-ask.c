/* session-ask.c - asking a question in a session: its options by digits, then every option's reason
 * until Enter; see session.h. */
#include "app/session-steps.h"

#include "app/card.h"
#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool is_linear(const struct session *s, const struct look *look)
{
	return look->plain || s->app->screen.mode == SCREEN_SCRIPT;
}

/* ---- what it looks like ---- */

void session_verdict(const struct session *s, struct buf *out)
{
	const struct asked *a = &s->asked;
	uint32_t key = question_key(a->q);
	struct buf digits = BUF_INIT;

	for (int i = 0; i < (int)a->q->n_options; i++)
		if (key >> a->order[i] & 1)
			buf_addf(&digits, "%s%d", digits.len ? ", " : "", i + 1);
	if (asked_is_right(a))
		buf_adds(out, _("Right."));
	else
		buf_addf(out, _("Wrong. Right: %s."), digits.s);
	buf_addc(out, ' ');
	buf_release(&digits);
}

/* Whether it was right, and what follows from it; a script was told already. */
static void render_verdict(const struct session *s, const struct look *look, struct buf *out)
{
	enum style style = asked_is_right(&s->asked) ? STYLE_GOOD : STYLE_BAD;

	if (!s->feedback.len)
		return;
	wrapped_add(out, look, style, s->feedback.s);
	buf_addc(out, '\n');
}

static void render(void *ctx, const struct look *screen, struct buf *out)
{
	struct session *s = ctx;
	struct look look = *screen;

	look.lang = s->look.lang;
	look.both = s->look.both;
	if (s->asked.told && is_linear(s, &look) && !s->whole) {
		render_verdict(s, &look, out);
		asked_render_options(&s->asked, &look, out);
		return;
	}
	if (!s->asked.told && s->feedback.len) {
		text_wrap(out, s->feedback.s, look.columns, "", "");
		buf_addc(out, '\n');
	}
	card_head(s, &look, s->asked.told, out);
	if (s->asked.told)
		render_verdict(s, &look, out);
	asked_render(&s->asked, &look, out);
}

static void add_keys(const struct session *s, bool more, struct buf *out)
{
	const struct asked *a = &s->asked;
	struct buf digits = BUF_INIT;

	buf_addf(&digits, "1-%zu", a->q->n_options);
	if (a->told) {
		keys_add(out, _("Enter"), more ? _("more") : _("go on"));
	} else if (question_rights(a->q) > 1) {
		keys_add(out, digits.s, _("pick"));
		keys_add(out, _("Enter"), _("hand in"));
	} else {
		keys_add(out, digits.s, _("your answer"));
	}
	keys_add(out, "u", _("undo"));
	keys_add(out, "L", _("language"));
	if (item_note(session_item(s)))
		keys_add(out, "n", _("note"));
	if (a->told && session_proof(s))
		keys_add(out, "v", _("proof"));
	if (a->told && s->app->screen.look.links)
		keys_add(out, "o", _("addresses"));
	keys_add(out, "?", _("keys"));
	keys_add(out, "q", _("quit"));
	buf_release(&digits);
}

/* What the last key did stands above the keys, where it is seen however far the text is scrolled.
 */
static void footer(void *ctx, bool more, struct buf *out)
{
	const struct session *s = ctx;
	struct buf keys = BUF_INIT;

	if (s->line.len)
		buf_addf(out, "%s\n", s->line.s);
	add_keys(s, more, &keys);
	buf_adds(out, keys.s);
	buf_release(&keys);
}

/* ---- keys ---- */

/* In a script it is printed; else the footer has it. */
static void say(struct session *s)
{
	if (s->app->screen.mode != SCREEN_SCRIPT)
		return;
	printf("%s\n", s->line.s);
	fflush(stdout);
	buf_clear(&s->line);
}

/* Saved before anything is shown of it. */
static enum outcome answer(struct session *s, struct err *e)
{
	struct buf text = BUF_INIT;
	enum outcome step;

	options_write(s->asked.picked, &text);
	step = session_answer(s, asked_is_right(&s->asked), text.s, e);
	buf_release(&text);
	s->asked.told = step == STEP_AGAIN;
	return step;
}

static enum outcome on_digit(struct session *s, int digit, struct err *e)
{
	struct asked *a = &s->asked;

	if (!asked_pick(a, digit)) {
		buf_addf(&s->line, _("There is no option %d: the options are 1 to %zu."), digit,
			a->q->n_options);
		say(s);
		return STEP_AGAIN;
	}
	if (question_rights(a->q) == 1)
		return answer(s, e);
	asked_picked_line(a, &s->line);
	say(s);
	return STEP_AGAIN;
}

/* Enter on multiple response. */
static enum outcome on_enter(struct session *s, struct err *e)
{
	struct asked *a = &s->asked;
	int rights = question_rights(a->q), picks = asked_picks(a);

	if (rights > 1 && picks == rights)
		return answer(s, e);
	if (rights == 1)
		buf_addf(&s->line, _("Press the digit of an option, 1 to %zu."), a->q->n_options);
	else
		buf_addf(&s->line,
			_("%d to choose, %d picked: a digit picks an option or takes it off again."),
			rights, picks);
	say(s);
	return STEP_AGAIN;
}

/* u and R. Where nothing was taken back, the question stays as it is, picks and all, and the line
 * says why. */
static enum outcome take_back(struct session *s, int key, struct err *e)
{
	struct buf before = s->feedback;
	size_t done = s->n_done;
	enum outcome step;
	bool known;

	buf_init(&s->feedback);
	step = session_key(s, key, false, &known, e);
	if (step != STEP_NEXT || s->n_done != done) {
		buf_release(&before);
		return step;
	}
	buf_adds(&s->line, s->feedback.s);
	buf_truncate(&s->line, s->line.len - (s->line.len > 0));
	buf_release(&s->feedback);
	s->feedback = before;
	return STEP_AGAIN;
}

static enum outcome on_key(struct session *s, int key, struct err *e)
{
	bool known, told = s->asked.told, script = s->app->screen.mode == SCREEN_SCRIPT;
	enum outcome step;

	buf_clear(&s->line);
	if (key == 'u' || key == 'R')
		return take_back(s, key, e);
	step = session_key(s, key, told, &known, e);
	if (known)
		return step;
	if (told && (key == KEY_ENTER || key == ' ')) {
		buf_clear(&s->feedback); /* it was read */
		s->at++;
		return STEP_NEXT;
	}
	if (told && key == 'o')
		s->asked.addresses = !s->asked.addresses;
	if (told)
		return STEP_AGAIN;
	if (key >= '0' && key <= '9')
		return on_digit(s, key - '0', e);
	if (key == KEY_NONE && s->app->screen.pasted)
		buf_adds(&s->line, _("Pasted text is not taken; press a key."));
	/* a blank turns pages; only a script, which has no Enter, answers with it */
	if (key == KEY_ENTER || (key == ' ' && script))
		return on_enter(s, e);
	return STEP_AGAIN;
}

/* What was picked before it was left by u is picked still. */
static void begin(struct session *s)
{
	asked_init(&s->asked, session_item(s)->question);
	asked_shuffle(&s->asked, item_seed(session_item(s), s->salt));
	s->asked.picked = s->cards[s->at].picked;
	buf_clear(&s->line);
	if (s->asked.picked)
		asked_picked_line(&s->asked, &s->line);
}

enum outcome session_ask(struct session *s, int *key, struct err *e)
{
	struct view view = {.render = render, .footer = footer, .ctx = s};
	enum outcome step = STEP_AGAIN;
	size_t at = s->at;

	begin(s);
	while (step == STEP_AGAIN) {
		bool told = s->asked.told, addresses = s->asked.addresses;
		struct look look = s->look;

		view.reading = told; /* Enter turns the pages of the reasons */
		*key = view_key(&s->app->screen, &view);
		s->whole = false;
		step = on_key(s, *key, e);
		if (told != s->asked.told) {
			view.printed = false;
			view.top = 0;
		} else if (memcmp(&look, &s->look, sizeof look) != 0 || *key == 'n' ||
			   *key == 'v' || addresses != s->asked.addresses) {
			view.printed = false;
			s->whole = true;
		}
	}
	s->cards[at].picked = s->asked.told ? 0 : s->asked.picked;
	if (step == STEP_QUIT && s->asked.told)
		buf_clear(&s->feedback);
	return step;
}
