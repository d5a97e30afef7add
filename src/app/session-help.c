/* session-help.c - the keys of a card, explained; see session-steps.h. */
#include "app/session-steps.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>

enum { OF_QUESTION = 1, OF_CUE = 2, OF_LEARN = 4, ALL = 7, KEY_COLUMNS = 9 };

static const struct {
	int of;
	const char *key, *does;
} keys[] = {
	{OF_QUESTION, "1-8",
		N_("your answer; where several are right, pick an option or take it off")},
	{OF_QUESTION, "Enter",
		N_("hand in what is picked; after the answer, on to the next question")},
	{OF_CUE, "Enter", N_("show the answer")},
	{OF_LEARN, "Enter", N_("show the answer, then take the card in")},
	{OF_CUE, "p o", N_("you knew it")},
	{OF_CUE, "f x", N_("you did not know it")},
	{ALL, "u", N_("take back the latest answer of this session; R gives it again")},
	{ALL, "L", N_("the other language")},
	{ALL, "n", N_("the note that it comes from, if there is one")},
	{ALL, "v", N_("after the answer: the proof, step by step, if there is one")},
	{OF_QUESTION, "o", N_("after the answer: the addresses of the sources")},
	{ALL, "q", N_("end; what was answered is kept")},
};

static int kind_of(const struct session *s)
{
	if (session_item(s)->question)
		return OF_QUESTION;
	return s->kind == SESSION_LEARN ? OF_LEARN : OF_CUE;
}

static void render(void *ctx, const struct look *look, struct buf *out)
{
	const struct session *s = ctx;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct buf first = BUF_INIT, rest = BUF_INIT;

		if (!(keys[i].of & kind_of(s)))
			continue;
		if (look->plain) {
			buf_addf(&first, "%s: ", keys[i].key);
		} else {
			text_pad(&first, keys[i].key, KEY_COLUMNS);
			buf_addn(&rest, " ", KEY_COLUMNS);
		}
		text_wrap(out, _(keys[i].does), look->columns, first.s, rest.s);
		buf_release(&first);
		buf_release(&rest);
	}
}

static void footer(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	(void)more;
	keys_add(out, "q", _("back"));
}

int session_help(struct session *s)
{
	struct view v = {.render = render, .footer = footer, .ctx = s};
	const struct screen *screen = &s->app->screen;
	struct buf out = BUF_INIT;

	if (screen->mode == SCREEN_TERMINAL && !screen->look.plain)
		return view_key(&s->app->screen, &v);
	render(s, &screen->look, &out);
	fputs(out.s, stdout);
	fflush(stdout);
	buf_release(&out);
	return KEY_NONE;
}
