/* view.c - draws a text with its keys below, scrolls it, and hands other keys on. */
#include "app/screen.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The offsets at which the lines of a text begin, and one for its end. */
struct lines {
	size_t *at;
	size_t len, cap;
};

static void split_lines(const struct buf *text, struct lines *l)
{
	size_t i = 0;

	do {
		const char *nl = memchr(text->s + i, '\n', text->len - i);

		ARRAY_GROW(l->at, l->len, l->cap);
		l->at[l->len++] = i;
		i = nl ? (size_t)(nl - text->s) + 1 : text->len;
	} while (i < text->len);
	ARRAY_GROW(l->at, l->len, l->cap);
	l->at[l->len] = text->len;
}

static void print_text(const struct buf *text)
{
	fwrite(text->s, 1, text->len, stdout);
	if (text->len && text->s[text->len - 1] != '\n')
		putchar('\n');
}

/* The keys, wrapped so that no key is parted from its label. */
static void render_footer(const struct screen *s, struct view *v, bool more, struct buf *out)
{
	struct buf keys = BUF_INIT;

	if (v->footer)
		v->footer(v->ctx, more, &keys);
	if (more && !v->reading)
		keys_add(&keys, _("Space"), _("more"));
	if (keys.len)
		text_wrap(out, keys.s, s->look.columns, "", "");
	buf_release(&keys);
}

static size_t count_lines(const struct buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->s[i] == '\n';
	return n;
}

/* What is on the screen: lines [top, last) of the body, the keys below. */
struct page {
	struct buf body, foot;
	struct lines lines;
	int room;        /* lines of the body that fit */
	int last, below; /* `below`: the row after them, from 1 */
};

static void page_release(struct page *p)
{
	free(p->lines.at);
	buf_release(&p->body);
	buf_release(&p->foot);
}

/* Renders the keys and sees what room they leave. */
static void fit_footer(const struct screen *s, struct view *v, struct page *p, bool more)
{
	buf_clear(&p->foot);
	render_footer(s, v, more, &p->foot);
	p->below = s->look.rows - (int)count_lines(&p->foot);
	p->room = p->below > 2 ? p->below - 1 : 1;
}

static void lay_out(const struct screen *s, struct view *v, struct page *p)
{
	int all;

	*p = (struct page){.body = BUF_INIT, .foot = BUF_INIT};
	v->render(v->ctx, &s->look, &p->body);
	lines_fit(&p->body, s->look.columns);
	split_lines(&p->body, &p->lines);
	all = (int)p->lines.len;
	fit_footer(s, v, p, false);
	if (all > p->room)
		fit_footer(s, v, p, true);
	if (v->top > all - p->room)
		v->top = all - p->room;
	if (v->top < 0)
		v->top = 0;
	p->last = v->top + p->room < all ? v->top + p->room : all;
	if (p->last == all) {
		buf_clear(&p->foot); /* at the end there is no more to offer; the place stays */
		render_footer(s, v, false, &p->foot);
	}
}

static void paint(const struct view *v, const struct page *p)
{
	struct buf out = BUF_INIT;
	const size_t *at = p->lines.at;

	buf_adds(&out, "\033[H\033[2J");
	buf_add(&out, p->body.s + at[v->top], at[p->last] - at[v->top]);
	buf_addf(&out, "\033[%d;1H", p->below);
	if ((int)p->lines.len > p->room)
		buf_addf(&out, "-- %d-%d / %zu --", v->top + 1, p->last, p->lines.len);
	buf_addf(&out, "\033[%d;1H", p->below + 1);
	if (p->foot.len)
		buf_add(&out, p->foot.s, p->foot.len - 1); /* no newline: it would scroll */
	fwrite(out.s, 1, out.len, stdout);
	fflush(stdout);
	buf_release(&out);
}

/* Draws one page; answers how many lines of the text fit, and how many there are. */
static void draw_page(struct screen *s, struct view *v, int *room, int *all)
{
	struct page p;

	lay_out(s, v, &p);
	paint(v, &p);
	*room = p.room;
	*all = (int)p.lines.len;
	page_release(&p);
}

/* Script and plain mode: the text once, then, for a person, the keys. */
static void print_once(struct screen *s, struct view *v)
{
	struct buf out = BUF_INIT;

	if (!v->printed) {
		v->render(v->ctx, &s->look, &out);
		if (s->look.terminal)
			lines_fit(&out, s->look.columns);
		print_text(&out);
		v->printed = true;
	}
	buf_clear(&out);
	if (s->mode == SCREEN_TERMINAL) {
		render_footer(s, v, false, &out);
		print_text(&out);
	}
	fflush(stdout);
	buf_release(&out);
}

/* Moves the view; false if the key is not about that. */
static bool scroll(struct view *v, int key, int page, int all)
{
	int step = page > 2 ? page - 1 : 1;

	if (v->own && key > 0 && key < 0x80 && strchr(v->own, key))
		return false;
	switch (key == KEY_ENTER && v->reading ? ' ' : key) {
	case ' ':
		if (v->top + page >= all)
			return false; /* at the end a blank means "go on" */
		v->top += step;
		return true;
	case KEY_PAGE_DOWN:
		v->top += step;
		return true;
	case 'b':
	case KEY_PAGE_UP:
		v->top -= step;
		return true;
	case 'j':
	case KEY_DOWN:
		v->top++;
		return true;
	case 'k':
	case KEY_UP:
		v->top--;
		return true;
	case 'g':
	case KEY_HOME:
		v->top = 0;
		return true;
	case 'G':
	case KEY_END:
		v->top = all;
		return true;
	default:
		return false;
	}
}

int view_key(struct screen *s, struct view *v)
{
	int page = 0, all = 0;

	for (;;) {
		int key;

		if (s->active && !s->look.plain)
			draw_page(s, v, &page, &all);
		else
			print_once(s, v);
		key = screen_key(s);
		if (key == KEY_RESIZE) {
			screen_measure(s);
			continue;
		}
		if (s->active && !s->look.plain && scroll(v, key, page, all))
			continue;
		return key;
	}
}
