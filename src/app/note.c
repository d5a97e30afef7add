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

/* The last part of an address, without its ending: what a reader can tell pages apart by. */
static void add_page_name(struct buf *out, const char *url)
{
	size_t len = strlen(url);
	const char *name;

	while (len && url[len - 1] == '/')
		len--;
	name = url + len;
	while (name > url && name[-1] != '/')
		name--;
	len -= (size_t)(name - url);
	if (len > 5 && strncmp(name + len - 5, ".html", 5) == 0)
		len -= 5;
	buf_add(out, name, len);
}

void sources_render(const struct source *sources, size_t n, const struct look *look, bool addresses,
	struct buf *out)
{
	struct buf line = BUF_INIT;
	char day[DAY_TEXT];

	heading_add(out, look, _("Sources"));
	for (size_t i = 0; i < n; i++) {
		const char *url = sources[i].url.s;

		if (addresses || !look->links) {
			buf_clear(&line);
			buf_addf(&line, _("%s (read %s)"), url, day_format(sources[i].read, day));
			if (look->terminal)
				text_wrap(out, line.s, look->columns, "- ", "  ");
			else
				buf_addf(out, "- %s\n", line.s); /* an address stays whole */
			continue;
		}
		buf_adds(&line, line.len ? ",  " : "");
		buf_addf(&line, "\033]8;;%s\033\\", url);
		add_page_name(&line, url);
		buf_adds(&line, "\033]8;;\033\\");
	}
	if (!addresses && look->links)
		text_wrap(out, line.s, look->columns, "", "");
	buf_release(&line);
}

void note_render(const struct note *n, const struct look *look, bool addresses, struct buf *out)
{
	render_head(n, look, out);
	markdown_add(out, look, &n->body);
	heading_add(out, look, _("Summary"));
	markdown_add(out, look, &n->summary);
	render_errata(n, look, out);
	sources_render(n->sources, n->n_sources, look, addresses, out);
}

struct note_view {
	const struct note *note;
	const struct look *look; /* the language at present */
	const char *go_on;
	bool addresses;
};

static void render(void *ctx, const struct look *screen, struct buf *out)
{
	const struct note_view *v = ctx;
	struct look look = *screen;

	look.lang = v->look->lang;
	look.both = v->look->both;
	note_render(v->note, &look, v->addresses, out);
}

static void footer(void *ctx, bool more, struct buf *out)
{
	const struct note_view *v = ctx;

	keys_add(out, _("Enter"), more ? _("more") : v->go_on ? v->go_on : _("back"));
	keys_add(out, "L", _("language"));
	keys_add(out, "o", _("addresses"));
	keys_add(out, "q", v->go_on ? _("quit") : _("back"));
}

int note_view(struct app *a, const struct note *n, struct look *look, const char *go_on)
{
	struct note_view nv = {.note = n, .look = look, .go_on = go_on};
	struct view v = {.render = render, .footer = footer, .ctx = &nv, .reading = true};

	screen_enter(&a->screen);
	for (;;) {
		int key = view_key(&a->screen, &v);

		if (key == 'L' || key == 'l') {
			look_toggle(look);
			v.printed = false;
		} else if (key == 'o') {
			nv.addresses = !nv.addresses;
			v.printed = false;
		} else if (key < 0 && key != KEY_NONE) {
			return key;
		} else if (key == 'q' || key == KEY_ENTER || key == ' ' || key == KEY_ESCAPE) {
			return key == KEY_ESCAPE ? 'q' : key;
		}
	}
}
