/* grid.c - see grid.h: collecting the cells of a table. */
#include "output/grid.h"

#include "output/python.h"
#include "output/width.h"

#include <stdlib.h>
#include <string.h>

struct cell grid_text(const char *s, size_t n)
{
	return (struct cell){s, n, width_of(s, n)};
}

void grid_new_section(struct grid *g, const struct member *title, int indent)
{
	struct section *s;

	ARRAY_GROW(g->sections, g->len, g->cap);
	s = &g->sections[g->len++];
	*s = (struct section){.indent = (size_t)indent};
	s->title = title ? grid_text(title->key, title->n) : (struct cell){"", 0, strlen("None")};
}

struct cell grid_value(struct grid *g, const json_t *value)
{
	struct buf text = BUF_INIT;
	struct cell cell;

	if (json_is_string(value))
		return grid_text(json_string_value(value), json_string_length(value));
	python_str(&text, value);
	cell = grid_text(arena_strndup(&g->arena, text.s, text.len), text.len);
	buf_release(&text);
	return cell;
}

struct cell *grid_new_cells(struct grid *g, size_t n)
{
	return arena_alloc(&g->arena, n * sizeof(struct cell));
}

/* --- The open section ------------------------------------------------------------------------- */

/* The first row or header with a cell decides how many columns are measured. */
static bool widen(
	struct grid *g, struct section *s, const struct cell *cells, size_t n, struct err *err)
{
	if (!s->widths_len) {
		s->widths = arena_calloc(&g->arena, n * sizeof *s->widths);
		s->widths_len = n;
	}
	for (size_t i = 0; i < n; i++) {
		if (i >= s->widths_len)
			return err_set(err, ERR_DATA, "list index out of range");
		if (s->widths[i] < cells[i].width)
			s->widths[i] = cells[i].width;
	}
	return true;
}

struct section *grid_open(struct grid *g)
{
	return &g->sections[g->len - 1];
}

bool grid_add_row(struct grid *g, struct section *s, struct cell *row, size_t n, struct err *err)
{
	if (!s->fixed) {
		s->columns = n;
		s->fixed = true;
	}
	if (n != s->columns)
		return err_set(err, ERR_DATA, "Row should have %zu elements, instead it has %zu",
			s->columns, n);
	if (g->arena.total > OUTPUT_LIMIT)
		return format_too_large(err);
	ARRAY_GROW(s->rows, s->len, s->cap);
	s->rows[s->len++] = row;
	return widen(g, s, row, n, err);
}

bool grid_add_header(struct grid *g, const struct members *keys, struct err *err)
{
	struct section *s = grid_open(g);
	struct cell *header = grid_new_cells(g, keys->len);

	for (size_t i = 0; i < keys->len; i++)
		header[i] = grid_text(keys->list[i].key, keys->list[i].n);
	if (!widen(g, s, header, keys->len, err))
		return false;
	if (!s->fixed) {
		s->columns = keys->len;
		s->fixed = true;
	}
	s->header = header;
	s->headers = keys->len;
	return true;
}

bool grid_add_members(
	struct grid *g, const struct members *keys, const json_t *object, struct err *err)
{
	struct cell *row = grid_new_cells(g, keys->len);

	for (size_t i = 0; i < keys->len; i++) {
		const struct member *m = &keys->list[i];
		const json_t *value = json_object_getn(object, m->key, m->n);

		row[i] = value ? grid_value(g, value) : grid_text("", 0);
	}
	return grid_add_row(g, grid_open(g), row, keys->len, err);
}

void grid_release(struct grid *g)
{
	for (size_t i = 0; i < g->len; i++)
		free(g->sections[i].rows);
	free(g->sections);
	arena_release(&g->arena);
	*g = (struct grid){0};
}
