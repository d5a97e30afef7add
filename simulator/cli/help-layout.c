/* help-layout.c - lines of a page of help: sections, paragraphs, syntax, commands, wrapped to the
 * terminal. */
#include "cli/help.h"

#include "base/text.h"

#include <string.h>

enum { MARGIN = 4, NARROW_MARGIN = 2, NARROW = 60 };

const char *help_in(const struct help *h, struct help_line line)
{
	return h->korean && line.ko ? line.ko : line.en;
}

const char *help_doc(const struct help *h, uint16_t doc)
{
	const char *ko = model_text(model_docs[doc].ko), *en = model_text(model_docs[doc].en);

	return h->korean && *ko ? ko : en;
}

static int indent_of(const struct help *h, int depth)
{
	int margin = h->columns < NARROW ? NARROW_MARGIN : MARGIN;
	int indent = margin + depth * (h->columns < NARROW ? 1 : NARROW_MARGIN);

	return indent > h->columns / 2 ? h->columns / 2 : indent;
}

static void wrap(const struct help *h, const char *text, int first, int rest)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	buf_addn(&a, " ", (size_t)first);
	buf_addn(&b, " ", (size_t)rest);
	text_wrap(h->out, text, h->columns, a.s, b.s);
	buf_release(&a);
	buf_release(&b);
}

void help_section(const struct help *h, const char *title)
{
	help_gap(h);
	text_wrap(h->out, title, h->columns, "", "");
}

void help_text(const struct help *h, int depth, const char *text)
{
	wrap(h, text, indent_of(h, depth), indent_of(h, depth));
}

void help_item(const struct help *h, int depth, const char *text)
{
	wrap(h, text, indent_of(h, depth), indent_of(h, depth + 2));
}

/*
 * Fills lines with pieces of the text, each of which ends behind one of the separators. What is
 * written at the end of a line that goes on is `mark`.
 */
struct filler {
	const struct help *h;
	struct buf line;
	int first, rest;
	const char *mark;
};

static void filler_flush(struct filler *f)
{
	wrap(f->h, f->line.s, f->first, f->rest);
	buf_clear(&f->line);
	f->first = f->rest;
}

static void filler_add(struct filler *f, const char *piece, size_t n)
{
	int room = f->h->columns - f->first - text_swidth(f->mark);
	size_t visible = n;

	while (visible && piece[visible - 1] == ' ')
		visible--;
	if (f->line.len && text_swidth(f->line.s) + text_width(piece, visible) > room) {
		while (f->line.len && f->line.s[f->line.len - 1] == ' ')
			buf_truncate(&f->line, f->line.len - 1);
		buf_adds(&f->line, f->mark);
		filler_flush(f);
	}
	buf_add(&f->line, piece, n);
}

void help_pieces(const struct help *h, int depth, const char *text)
{
	struct filler f = {h, BUF_INIT, indent_of(h, depth), indent_of(h, depth + 1), ""};

	while (*text) {
		size_t n = strcspn(text, " ,|.-");

		n += text[n] != 0;
		filler_add(&f, text, n);
		text += n;
	}
	filler_flush(&f);
	buf_release(&f.line);
}

/*
 * Bytes up to the next blank outside of quotes, with it: to one before an option, so that an option
 * and its values stay together, unless that is more than `most` bytes.
 */
static size_t shell_piece(const char *s, size_t most)
{
	char quote = 0;
	size_t n = 0, blank = 0;

	for (; s[n]; n++) {
		if (s[n] == quote)
			quote = 0;
		else if (!quote && (s[n] == '\'' || s[n] == '"'))
			quote = s[n];
		if (quote || s[n] != ' ')
			continue;
		if (!blank)
			blank = n + 1;
		if (!strncmp(s + n, " --", 3))
			return n <= most ? n + 1 : blank;
	}
	return n <= most || !blank ? n : blank;
}

void help_command(const struct help *h, int depth, const char *command)
{
	struct filler f = {h, BUF_INIT, indent_of(h, depth), indent_of(h, depth + 2), " \\"};

	while (*command) {
		size_t n = shell_piece(command, (size_t)(h->columns - f.rest - NARROW_MARGIN));

		filler_add(&f, command, n);
		command += n;
	}
	filler_flush(&f);
	buf_release(&f.line);
}

/* A line of a syntax: long lists of values break between them. */
static void code_line(const struct help *h, const char *text, int indent)
{
	struct filler f = {h, BUF_INIT, indent, indent + NARROW_MARGIN, ""};

	while (*text) {
		size_t n = strcspn(text, "| ");

		n += text[n] != 0;
		filler_add(&f, text, n);
		text += n;
	}
	filler_flush(&f);
	buf_release(&f.line);
}

void help_code(const struct help *h, int depth, const char *lines)
{
	struct buf line = BUF_INIT;

	while (*lines) {
		size_t n = strcspn(lines, "\n"), blanks = strspn(lines, " ");
		int indent = indent_of(h, depth) + (int)(blanks < n ? blanks : n);

		if (indent > h->columns / 2)
			indent = h->columns / 2;
		buf_clear(&line);
		buf_add(&line, lines + blanks, n - blanks);
		code_line(h, line.s, indent);
		lines += n + (lines[n] == '\n');
	}
	buf_release(&line);
}

/* One empty line, unless there is one, or nothing yet. */
void help_gap(const struct help *h)
{
	if (h->out->len >= 2 && strcmp(h->out->s + h->out->len - 2, "\n\n") != 0)
		buf_addc(h->out, '\n');
}

void help_name(const struct help *h, const char *name, const char *text)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s%s%s", name, *text ? " - " : "", text);
	help_section(h, "NAME");
	help_text(h, 0, line.s);
	buf_release(&line);
}
