/* pager.c - a text that may be longer than the screen. */
#include "app/app.h"
#include "app/look.h"
#include "base/intl.h"

#include <stdio.h>

struct text_view {
	const struct buf *text;
};

static void render_text(void *ctx, const struct look *look, struct buf *out)
{
	const struct text_view *v = ctx;

	(void)look;
	buf_add(out, v->text->s, v->text->len);
}

static void footer_text(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	if (more)
		keys_add(out, _("Enter"), _("more"));
	keys_add(out, "q", _("back"));
}

int app_show(struct app *a, struct buf *text)
{
	struct text_view tv = {text};
	struct view v = {.render = render_text, .footer = footer_text, .ctx = &tv, .reading = true};
	int lines = 0, key;

	if (a->screen.look.terminal)
		lines_fit(text, a->screen.look.columns);
	for (size_t i = 0; i < text->len; i++)
		lines += text->s[i] == '\n';
	if (a->screen.mode != SCREEN_TERMINAL || a->screen.look.plain ||
		(!a->at_home && lines < a->screen.look.rows)) {
		fputs(text->s, stdout);
		return EXIT_OK;
	}
	screen_enter(&a->screen);
	do
		key = view_key(&a->screen, &v);
	while (key != 'q' && key != KEY_ENTER && key != ' ' && key != KEY_ESCAPE &&
		key != KEY_EOF && key != KEY_SIGNAL);
	screen_leave(&a->screen);
	return key == KEY_SIGNAL ? app_ended(a, key) : EXIT_OK;
}
