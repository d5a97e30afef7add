/* note.c - see note.h. */
#include "app/note.h"

#include "app/look.h"
#include "app/markdown.h"
#include "base/intl.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

static void render_exams(const struct note *n, struct buf *out)
{
	for (size_t i = 0; i < n->n_exams; i++) {
		const struct exam_ref *r = &n->exams[i];

		buf_adds(out, out->len ? "  " : "");
		for (const char *s = r->exam.s; *s; s++)
			buf_addc(out, (char)toupper((unsigned char)*s));
		for (size_t k = 0; k < r->n_domains; k++)
			buf_addf(out, "%s%d", k ? "," : " D", r->domains[k].value);
	}
}

static void render_head(const struct note *n, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT, exams = BUF_INIT;

	buf_adds(&line, look->plain ? "# " : "");
	title_of(&line, look, &n->title);
	wrapped_add(out, look, STYLE_TITLE, line.s);
	buf_clear(&line);
	title_of(&line, look, &n->in_topic->title);
	render_exams(n, &exams);
	if (exams.len)
		buf_addf(&line, " | %s", exams.s);
	wrapped_add(out, look, STYLE_DIM, line.s);
	buf_addc(out, '\n');
	buf_release(&line);
	buf_release(&exams);
}

/* "A guide says: ..." and below it, indented, what is so. */
static void render_errata(const struct note *n, const struct look *look, struct buf *out)
{
	if (!n->n_errata)
		return;
	heading_add(out, look, _("Heard elsewhere, and what is so"));
	for (size_t i = 0; i < n->n_errata; i++) {
		const struct erratum *x = &n->errata[i];
		struct buf says = BUF_INIT, is = BUF_INIT;

		title_of(&says, look, &x->says);
		title_of(&is, look, &x->is);
		text_wrap(out, says.s, look->columns, "- ", "  ");
		text_wrap(out, is.s, look->columns, "  -> ", "     ");
		buf_release(&says);
		buf_release(&is);
	}
}

static void render_sources(const struct note *n, const struct look *look, struct buf *out)
{
	char day[DAY_TEXT];

	heading_add(out, look, _("Sources"));
	for (size_t i = 0; i < n->n_sources; i++) {
		struct buf line = BUF_INIT;

		buf_addf(&line, _("%s (read %s)"), n->sources[i].url.s,
			day_format(n->sources[i].read, day));
		text_wrap(out, line.s, look->columns, "- ", "  ");
		buf_release(&line);
	}
}

void note_render(const struct note *n, const struct look *look, struct buf *out)
{
	render_head(n, look, out);
	markdown_add(out, look, &n->body);
	heading_add(out, look, _("Summary"));
	markdown_add(out, look, &n->summary);
	render_errata(n, look, out);
	render_sources(n, look, out);
}

struct note_view {
	const struct note *note;
	const struct look *look; /* the language at present */
	const char *go_on;
};

static void render(void *ctx, const struct look *screen, struct buf *out)
{
	const struct note_view *v = ctx;
	struct look look = *screen;

	look.lang = v->look->lang;
	look.both = v->look->both;
	note_render(v->note, &look, out);
}

static void footer(void *ctx, struct buf *out)
{
	const struct note_view *v = ctx;

	keys_add(out, _("Enter"), v->go_on ? v->go_on : _("back"));
	keys_add(out, "L", _("language"));
	keys_add(out, "q", v->go_on ? _("quit") : _("back"));
}

int note_view(struct app *a, const struct note *n, struct look *look, const char *go_on)
{
	struct note_view nv = {n, look, go_on};
	struct view v = {.render = render, .footer = footer, .ctx = &nv};

	screen_enter(&a->screen);
	for (;;) {
		int key = view_key(&a->screen, &v);

		if (key == 'L' || key == 'l') {
			look_toggle(look);
			v.printed = false;
		} else if (key < 0 && key != KEY_NONE) {
			return key;
		} else if (key == 'q' || key == KEY_ENTER || key == ' ' || key == KEY_ESCAPE) {
			return key == KEY_ESCAPE ? 'q' : key;
		}
	}
}
