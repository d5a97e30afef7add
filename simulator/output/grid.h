/*
 * grid.h - --output table, the second half: sections of rows, drawn with one width for all.
 *
 * A section has a title, an indent, perhaps a header, and rows of equally many cells. A zeroed
 * struct is an empty grid. Texts are borrowed from the value, or live in the grid's arena.
 */
#ifndef OUTPUT_GRID_H
#define OUTPUT_GRID_H

#include "base/mem.h"
#include "output/formats.h"
#include "output/members.h"

struct cell {
	const char *s;
	size_t n;
	size_t width;
};

/* Header, rows and widths may be of different lengths: what is drawn is the shortest. */
struct section {
	struct cell title;
	size_t indent;
	struct cell *header;
	size_t headers;
	struct cell **rows;
	size_t len, cap;
	size_t columns; /* cells a row must have, once `fixed` */
	bool fixed;
	size_t *widths; /* of the widest text in each column */
	size_t widths_len;
};

struct grid {
	struct arena arena;
	struct section *sections;
	size_t len, cap;
};

/* `title` NULL: there is none, but it takes the room of Python's "None". */
void grid_new_section(struct grid *g, const struct member *title, int indent);

struct cell grid_text(const char *s, size_t n);
struct cell grid_value(struct grid *g, const json_t *value); /* str() of it */
struct cell *grid_new_cells(struct grid *g, size_t n);

/* False: Python's words, or the limit. */
bool grid_add_row(struct grid *g, struct section *s, struct cell *row, size_t n, struct err *err);

/* The section that is open. */
struct section *grid_open(struct grid *g);
bool grid_add_header(struct grid *g, const struct members *keys, struct err *err);
bool grid_add_members(
	struct grid *g, const struct members *keys, const json_t *object, struct err *err);

bool grid_render(
	struct grid *g, struct buf *out, const struct output_options *options, struct err *err);
void grid_release(struct grid *g);

#endif
