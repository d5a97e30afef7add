/* mdtable.c - see mdtable.h. */
#include "app/mdtable.h"

#include "app/ink.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SEPARATOR = 3, NARROWEST = 6 };

void mdtable_release(struct mdtable *t)
{
	for (size_t i = 0; i < t->len; i++)
		free(t->cells[i]);
	free(t->cells);
	*t = (struct mdtable){0};
}

void mdtable_row(struct mdtable *t)
{
	for (size_t i = 0; i < t->columns; i++) {
		ARRAY_GROW(t->cells, t->len, t->cap);
		t->cells[t->len++] = NULL;
	}
	t->column = 0;
}

void mdtable_cell(struct mdtable *t, const char *text, enum mdtable_align align)
{
	struct buf joined = BUF_INIT;
	size_t column = t->column++;
	char **cell;

	if (column < t->columns) {
		t->cells[t->len - t->columns + column] = xstrdup(text);
		t->align[column] = align;
		return;
	}
	if (!*text)
		return;
	cell = &t->cells[t->len - 1];
	buf_addf(&joined, "%s %s", *cell, text);
	free(*cell);
	*cell = buf_detach(&joined);
}

static const char *cell_at(const struct mdtable *t, size_t row, size_t column)
{
	const char *cell = t->cells[row * t->columns + column];

	return cell ? cell : "";
}

static size_t rows(const struct mdtable *t)
{
	return t->len / t->columns;
}

static int longest_word(const char *s)
{
	int longest = 0;

	while (*s) {
		size_t n = 0;
		int width;

		while (s[n] && s[n] != ' ')
			n += text_cluster(s + n, strlen(s + n));
		width = text_width(s, n);
		if (width > longest)
			longest = width;
		s += n + (s[n] == ' ');
	}
	return longest;
}

struct layout {
	int natural[MDTABLE_COLUMNS]; /* the widest cell */
	int word[MDTABLE_COLUMNS];    /* the longest word */
	int width[MDTABLE_COLUMNS];   /* as decided */
};

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static void measure(const struct mdtable *t, struct layout *l)
{
	for (size_t i = 0; i < t->len; i++) {
		size_t column = i % t->columns;
		const char *cell = t->cells[i] ? t->cells[i] : "";

		l->natural[column] = larger(l->natural[column], text_swidth(cell));
		l->word[column] = larger(l->word[column], longest_word(cell));
	}
}

/* Cuts every column to `level`, but not below its longest word as far as `words` columns. */
static int cut(const struct mdtable *t, struct layout *l, int level, int words)
{
	int sum = (int)(t->columns - 1) * SEPARATOR;

	for (size_t i = 0; i < t->columns; i++) {
		int least = larger(smaller(l->word[i], words), NARROWEST);

		l->width[i] = smaller(l->natural[i], larger(level, least));
		sum += larger(l->width[i], 1);
	}
	return sum;
}

/*
 * Decides the widths; false: the columns do not fit. Only what is long for a word (a URL, an option
 * of the CLI) is ever cut; sentences read better than columns of torn words.
 */
static bool decide(const struct mdtable *t, struct layout *l, int room)
{
	static const int words[] = {1000, 24, 12};
	int left;

	measure(t, l);
	for (size_t w = 0; w < ARRAY_LEN(words); w++) {
		int level = room;

		if (cut(t, l, NARROWEST, words[w]) > room)
			continue;
		while ((left = room - cut(t, l, level, words[w])) < 0)
			level--;
		for (size_t i = 0; i < t->columns; i++) {
			l->width[i] = larger(l->width[i], 1);
			if (left > 0 && l->width[i] < l->natural[i]) {
				l->width[i]++;
				left--;
			}
		}
		return true;
	}
	return false;
}

/* One cell while its row is printed: wrapped, and how far it is printed. */
struct strip {
	struct buf lines;
	size_t at;
	struct ink_carry carry;
};

/* The next line of a cell, padded; `last`: no blanks are needed after it. */
static void add_strip(
	struct buf *out, struct strip *s, int width, enum mdtable_align align, bool last)
{
	const char *line = s->lines.s + s->at;
	size_t n = strcspn(line, "\n");
	int blanks = width - text_width(line, n), before = 0;

	if (align == MDTABLE_RIGHT)
		before = blanks;
	else if (align == MDTABLE_CENTRE)
		before = blanks / 2;
	if (n)
		buf_addn(out, " ", (size_t)larger(before, 0));
	else
		before = 0;
	ink_line(out, &s->carry, line, n);
	if (!last)
		buf_addn(out, " ", (size_t)larger(blanks - before, 0));
	s->at += n + (line[n] == '\n');
}

static void trim(struct buf *out)
{
	while (out->len && out->s[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
}

static void add_row(struct buf *out, const struct mdtable *t, const struct layout *l, size_t row)
{
	struct strip strips[MDTABLE_COLUMNS];
	bool more;

	for (size_t i = 0; i < t->columns; i++) {
		strips[i] = (struct strip){.lines = BUF_INIT};
		text_wrap(&strips[i].lines, cell_at(t, row, i), l->width[i], "", "");
	}
	do {
		more = false;
		for (size_t i = 0; i < t->columns; i++) {
			buf_adds(out, i ? " | " : "");
			add_strip(out, &strips[i], l->width[i], t->align[i], i + 1 == t->columns);
			more = more || strips[i].at < strips[i].lines.len;
		}
		trim(out);
		buf_addc(out, '\n');
	} while (more);
	for (size_t i = 0; i < t->columns; i++)
		buf_release(&strips[i].lines);
}

static void add_columns(struct buf *out, const struct mdtable *t, const struct layout *l)
{
	for (size_t row = 0; row < rows(t); row++) {
		add_row(out, t, l, row);
		if (row)
			continue;
		for (size_t i = 0; i < t->columns; i++) {
			buf_adds(out, i ? "-|-" : "");
			buf_addn(out, "-", (size_t)l->width[i]);
		}
		buf_addc(out, '\n');
	}
}

static void add_sentence(struct buf *out, const char *header, const char *cell, int room)
{
	struct buf text = BUF_INIT, lines = BUF_INIT;
	struct ink_carry carry = {0};

	buf_addf(&text, "%s%s%s", header, *header ? ": " : "", cell);
	text_wrap(&lines, text.s, room, "", room < 12 ? "" : "  ");
	for (const char *s = lines.s, *end; (end = strchr(s, '\n')); s = end + 1) {
		ink_line(out, &carry, s, (size_t)(end - s));
		buf_addc(out, '\n');
	}
	buf_release(&text);
	buf_release(&lines);
}

static void add_sentences(struct buf *out, const struct mdtable *t, int room)
{
	/* A table of nothing but its header still says it. */
	for (size_t row = rows(t) > 1; row < rows(t); row++) {
		buf_adds(out, row > 1 ? "\n" : "");
		for (size_t i = 0; i < t->columns; i++) {
			const char *cell = cell_at(t, row, i);

			add_sentence(out, row ? cell_at(t, 0, i) : "", cell, room);
		}
	}
}

void mdtable_render(struct buf *out, const struct mdtable *t, int room, bool linear)
{
	struct layout l = {0};

	if (!linear && decide(t, &l, room))
		add_columns(out, t, &l);
	else
		add_sentences(out, t, room);
}
