/*
 * draw.c - draws a grid: one width for all sections, columns stretched to it, bars around.
 *
 * Divisions, rounding and the order of corrections are the CLI's; they decide single columns.
 */
#include "output/grid.h"
#include "output/unicode.h"

#include <stdlib.h>
#include <string.h>

#define PADDING 4 /* of a cell, both sides */
#define BORDER  2 /* of a section, both sides */

#define RESET "\033[0m"

struct pen {
	struct buf *out;
	struct err *err;
	bool failed;          /* nothing is drawn any more */
	struct buf line;      /* the line that is being drawn, without the bars of the indent */
	const char *bar;      /* of the indent */
	const char *text;     /* colour of a cell's text, and its end */
	const char *text_end; /* "" without colour */
	const char *reset;    /* behind each write of the CLI */
	size_t indent;        /* of the section */
	size_t width;         /* of the section, without the indent */
	size_t *widths;       /* of its columns, stretched */
};

static void fill(struct buf *out, char c, size_t n)
{
	if (!n)
		return;
	buf_reserve(out, n);
	memset(out->s + out->len, c, n);
	buf_truncate(out, out->len + n);
}

static size_t at_most(size_t n, size_t limit)
{
	return n < limit ? n : limit;
}

/* --- Widths ----------------------------------------------------------------------------------- */

static size_t sum_of(const size_t *widths, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += widths[i];
	return sum;
}

static size_t section_width(const struct section *s)
{
	size_t outer = BORDER + 2 * s->indent, title = s->title.width + outer;
	size_t rows = sum_of(s->widths, s->widths_len) + PADDING * s->widths_len + outer;

	return title > rows ? title : rows;
}

static size_t grid_width(const struct grid *g)
{
	size_t width = 0;

	for (size_t i = 0; i < g->len; i++) {
		size_t w = section_width(&g->sections[i]);

		width = w > width ? w : width;
	}
	return width;
}

/* A half goes to the even neighbour, as Python rounds. */
static size_t round_half_even(double x)
{
	size_t whole = (size_t)x;
	double rest = x - (double)whole;

	return whole + (rest > 0.5 || (rest == 0.5 && whole % 2));
}

/*
 * The columns stretched to `width` in all. What rounding has added is taken back from the left,
 * what is missing is given from the right.
 */
static void stretch(size_t *scaled, const struct section *s, size_t width)
{
	size_t n = s->widths_len, sum;
	double scale = (double)width / (double)(sum_of(s->widths, n) + PADDING * n);

	for (size_t i = 0; i < n; i++)
		scaled[i] = round_half_even(scale * (double)(s->widths[i] + PADDING));
	sum = sum_of(scaled, n);
	for (size_t i = 0; sum > width; i = (i + 1) % n, sum--)
		scaled[i]--;
	for (size_t i = 0; sum < width; i = (i + 1) % n, sum++)
		scaled[n - 1 - i]++;
}

/* --- Lines ------------------------------------------------------------------------------------ */

static void end_line(struct pen *p)
{
	if (p->failed)
		return;
	buf_addn(p->out, p->bar, p->indent);
	buf_adds(p->out, p->reset);
	p->failed = !unicode_is_writable(p->line.s, p->line.len, p->err);
	if (p->failed)
		return;
	buf_add(p->out, p->line.s, p->line.len);
	buf_adds(p->out, p->reset);
	buf_addn(p->out, p->bar, p->indent);
	buf_adds(p->out, p->reset);
	buf_addc(p->out, '\n');
	buf_adds(p->out, p->reset);
	buf_clear(&p->line);
}

/* `edge`: the left one; the right one is always drawn. */
static void add_centred(struct pen *p, const struct cell *cell, size_t width, const char *edge)
{
	size_t left = width / 2 - cell->width / 2 - 1;
	size_t used = strlen(edge) + left + cell->width + 1;

	buf_adds(&p->line, edge);
	fill(&p->line, ' ', left);
	buf_add(&p->line, cell->s, cell->n);
	fill(&p->line, ' ', width > used ? width - used : 0);
	buf_addc(&p->line, '|');
}

static void add_left(struct pen *p, const struct cell *cell, size_t width, const char *edge)
{
	size_t edges = strlen(edge) + 1, left = width >= cell->width + 2 + edges ? 2 : 0;
	size_t used = left + cell->width + edges;

	buf_adds(&p->line, edge);
	fill(&p->line, ' ', left);
	buf_adds(&p->line, p->text);
	buf_add(&p->line, cell->s, cell->n);
	buf_adds(&p->line, p->text_end);
	fill(&p->line, ' ', width > used ? width - used : 0);
	buf_addc(&p->line, '|');
}

static void draw_cells(struct pen *p, const struct cell *cells, size_t n,
	void (*add)(struct pen *p, const struct cell *cell, size_t width, const char *edge))
{
	for (size_t i = 0; i < n; i++)
		add(p, &cells[i], p->widths[i], i ? "" : "|");
	end_line(p);
}

static void draw_break(struct pen *p, size_t columns)
{
	for (size_t i = 0; i < columns; i++) {
		buf_adds(&p->line, i ? "" : "+");
		fill(&p->line, '-', p->widths[i] - (i ? 1 : 2));
		buf_addc(&p->line, '+');
	}
	end_line(p);
}

/* --- Sections --------------------------------------------------------------------------------- */

static void draw_title(struct pen *p, const struct section *s)
{
	if (!s->title.n)
		return;
	add_centred(p, &s->title, p->width, "|");
	end_line(p);
	if (s->headers || s->len)
		return;
	buf_addc(&p->line, '+');
	fill(&p->line, '-', p->width - 2);
	buf_addc(&p->line, '+');
	end_line(p);
}

static void draw_section(struct pen *p, const struct section *s)
{
	size_t columns = s->widths_len;

	draw_title(p, s);
	if (s->headers) {
		draw_break(p, columns);
		draw_cells(p, s->header, at_most(s->headers, columns), add_centred);
	}
	if (!s->len || !columns)
		return;
	draw_break(p, columns);
	for (size_t i = 0; i < s->len; i++)
		draw_cells(p, s->rows[i], at_most(s->columns, columns), add_left);
	draw_break(p, columns);
}

static void draw(struct pen *p, struct grid *g, size_t width)
{
	fill(p->out, '-', width);
	buf_addc(p->out, '\n');
	buf_adds(p->out, p->reset);
	for (size_t i = 0; i < g->len; i++) {
		const struct section *s = &g->sections[i];

		p->indent = s->indent;
		p->width = width - 2 * s->indent;
		p->widths = arena_calloc(&g->arena, s->widths_len * sizeof *p->widths);
		if (s->widths_len)
			stretch(p->widths, s, p->width);
		draw_section(p, s);
	}
}

/* --- The one row of a section, turned on its side --------------------------------------------- */

static bool turn_section(struct grid *g, struct section *s, struct err *err)
{
	struct section old = *s;
	size_t n = at_most(old.headers, old.columns);
	bool fine = true;

	*s = (struct section){.title = old.title, .indent = old.indent};
	for (size_t i = 0; fine && i < n; i++) {
		struct cell *row = grid_new_cells(g, 2);

		row[0] = old.header[i];
		row[1] = old.rows[0][i];
		fine = grid_add_row(g, s, row, 2, err);
	}
	free(old.rows);
	return fine;
}

static bool turn(struct grid *g, struct err *err)
{
	for (size_t i = 0; i < g->len; i++) {
		struct section *s = &g->sections[i];

		if (s->len == 1 && s->headers && !turn_section(g, s, err))
			return false;
	}
	return true;
}

/* Bytes that drawing will take, about. */
static size_t weight(const struct grid *g, size_t width, size_t bar)
{
	size_t sum = width;

	for (size_t i = 0; i < g->len; i++) {
		const struct section *s = &g->sections[i];

		sum += (s->len + 5) * (width + 2 * s->indent * (bar - 1));
		if (sum > OUTPUT_LIMIT)
			break;
	}
	return sum;
}

bool grid_render(
	struct grid *g, struct buf *out, const struct output_options *options, struct err *err)
{
	struct pen p = {.out = out,
		.err = err,
		.line = BUF_INIT,
		.bar = "|",
		.text = "",
		.text_end = "",
		.reset = options->colour && !options->pager ? RESET : ""};
	size_t columns = options->terminal_columns > 0 ? (size_t)options->terminal_columns : 80;
	size_t width = grid_width(g);

	if (options->colour) {
		p.bar = "\033[2m\033[33m|" RESET;
		p.text = "\033[1m\033[34m";
		p.text_end = RESET;
	}
	if (width > columns) {
		if (!turn(g, err))
			return false;
		width = grid_width(g);
	}
	if (weight(g, width, strlen(p.bar)) > OUTPUT_LIMIT)
		return format_too_large(err);
	draw(&p, g, width);
	buf_release(&p.line);
	return !p.failed;
}
