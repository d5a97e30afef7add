/* look.c - see look.h. */
#include "app/look.h"

#include "app/markdown.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const sgr[] = {
	[STYLE_TITLE] = "1;36",
	[STYLE_STRONG] = "1",
	[STYLE_DIM] = "2",
	[STYLE_GOOD] = "32",
	[STYLE_BAD] = "31",
	[STYLE_KEY] = "36",
};

void look_say(const struct look *look, const char *fmt, va_list args)
{
	struct buf text = BUF_INIT, out = BUF_INIT;

	buf_vaddf(&text, fmt, args);
	if (look->terminal)
		text_wrap(&out, text.s, look->columns, "", "");
	else
		buf_addf(&out, "%s\n", text.s);
	fputs(out.s, stdout);
	buf_release(&text);
	buf_release(&out);
}

void style_adds(struct buf *out, const struct look *look, enum style style, const char *s)
{
	if (look->colour && *s)
		buf_addf(out, "\033[%sm%s\033[0m", sgr[style], s);
	else
		buf_adds(out, s);
}

void style_addf(struct buf *out, const struct look *look, enum style style, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	style_adds(out, look, style, text.s);
	buf_release(&text);
}

void keys_add(struct buf *out, const char *key, const char *label)
{
	if (out->len)
		buf_adds(out, "  ");
	buf_addf(out, "[%s]", key);
	if (*label)
		buf_adds(out, "\xc2\xa0");
	for (const char *s = label; *s; s++) {
		if (*s == ' ')
			buf_adds(out, "\xc2\xa0");
		else
			buf_addc(out, *s);
	}
}

void bar_add(struct buf *out, const struct look *look, int permille)
{
	size_t full = (size_t)(permille / 100);

	if (look->blocks) {
		buf_addn(out, "🟩", full);
		buf_addn(out, "⬜", 10 - full);
		buf_addf(out, " %3d%%", permille / 10);
	} else {
		buf_adds(out, "[");
		buf_addn(out, "#", full);
		buf_addn(out, "-", 10 - full);
		buf_addf(out, look->plain ? "] %d%%" : "] %3d%%", permille / 10);
	}
}

void heading_add(struct buf *out, const struct look *look, const char *text)
{
	if (out->len)
		buf_addc(out, '\n');
	if (look->plain)
		text_wrap(out, text, look->columns, "## ", "");
	else
		wrapped_add(out, look, STYLE_STRONG, text);
}

void wrapped_add(struct buf *out, const struct look *look, enum style style, const char *text)
{
	struct buf lines = BUF_INIT;

	text_wrap(&lines, text, look->columns, "", "");
	for (char *s = lines.s, *nl; (nl = strchr(s, '\n')); s = nl + 1) {
		*nl = '\0';
		style_adds(out, look, style, s);
		buf_addc(out, '\n');
	}
	buf_release(&lines);
}

void lines_fit(struct buf *text, int columns)
{
	struct buf fitted = BUF_INIT, line = BUF_INIT;
	const char *s = text->s;

	while (*s) {
		size_t n = strcspn(s, "\n");

		if (text_width(s, n) > columns) {
			buf_clear(&line);
			buf_add(&line, s, n);
			text_wrap(&fitted, line.s, columns, "", "");
		} else {
			buf_add(&fitted, s, n);
			buf_add(&fitted, "\n", s[n] == '\n');
		}
		s += n + (s[n] == '\n');
	}
	buf_release(&line);
	buf_release(text);
	*text = fitted;
}

void paragraph_add(struct buf *out, const struct look *look, const char *text)
{
	text_wrap(out, text, look->columns, "", "");
}

/* Calls fn for the text in each language that is to be shown, once if they are the same. */
static void each_language(struct buf *out, const struct look *look, const struct text *t,
	void (*fn)(struct buf *, const struct look *, const char *))
{
	enum lang other = look->lang == LANG_KO ? LANG_EN : LANG_KO;

	fn(out, look, text_in(t, look->lang));
	if (look->both && t->in[other] && strcmp(t->in[other], text_in(t, look->lang)) != 0) {
		buf_addc(out, '\n');
		fn(out, look, t->in[other]);
	}
}

static void one_markdown(struct buf *out, const struct look *look, const char *text)
{
	struct md_style style = {
		.columns = look->columns,
		.colour = look->colour,
		.plain = look->plain,
		.links = look->links,
	};

	markdown_render(out, text, &style);
}

void text_add(struct buf *out, const struct look *look, const struct text *t)
{
	each_language(out, look, t, paragraph_add);
}

void markdown_add(struct buf *out, const struct look *look, const struct text *t)
{
	each_language(out, look, t, one_markdown);
}

void title_of(struct buf *out, const struct look *look, const struct text *t)
{
	enum lang other = look->lang == LANG_KO ? LANG_EN : LANG_KO;

	buf_adds(out, text_in(t, look->lang));
	if (look->both && t->in[other] && strcmp(t->in[other], text_in(t, look->lang)) != 0)
		buf_addf(out, " / %s", t->in[other]);
}

void day_add(struct buf *out, day_t d)
{
	const char *const names[] = {
		_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")};
	char text[DAY_TEXT];

	buf_adds(out, day_format(d, text));
	if (d != DAY_NONE)
		buf_addf(out, " (%s)", names[day_weekday(d)]);
}
