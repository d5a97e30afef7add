/* mdtable.h - a table of styled texts, in columns or, where these do not fit, in sentences. */
#ifndef APP_MDTABLE_H
#define APP_MDTABLE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { MDTABLE_COLUMNS = 32 };
enum mdtable_align { MDTABLE_LEFT, MDTABLE_CENTRE, MDTABLE_RIGHT };

struct mdtable {
	size_t columns; /* 1..MDTABLE_COLUMNS */
	enum mdtable_align align[MDTABLE_COLUMNS];
	char **cells; /* row by row, the header first; owned */
	size_t len, cap;
	size_t column; /* where the next cell of the present row goes */
};

void mdtable_release(struct mdtable *t);
/* Begins a row: all of its cells are there, empty. */
void mdtable_row(struct mdtable *t);
/* Adds a cell to the row; what is beyond the last column joins the cell there. */
void mdtable_cell(struct mdtable *t, const char *text, enum mdtable_align align);

/*
 * Appends the lines of the table. Columns wider than `room` altogether are made narrower, the
 * widest first. `linear`, and where even narrow columns do not fit without cutting ordinary words:
 * "header: cell" lines.
 */
void mdtable_render(struct buf *out, const struct mdtable *t, int room, bool linear);

#endif
