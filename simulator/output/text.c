/*
 * text.c - --output text: a line of scalars between tabs for each object, members sorted by key.
 *
 * A line begins with the key under which its object or list stands, in capitals; objects of one
 * list share their columns. Nothing is escaped.
 */
#include "output/formats.h"
#include "output/members.h"
#include "output/python.h"
#include "output/unicode.h"

struct writer {
	struct buf *out;
	size_t start; /* bytes that stood in `out` before */
	struct err *err;
};

/* The key over a value; NULL: there is none. */
typedef const struct member *heading;

static bool write_item(
	struct writer *w, const json_t *item, heading above, const struct members *columns);

/* Ends a line that began at `start`. */
static bool end_line(struct writer *w, size_t start)
{
	buf_addc(w->out, '\n');
	if (w->out->len - w->start > OUTPUT_LIMIT)
		return format_too_large(w->err);
	return format_end_write(w->out, start, w->err);
}

static void write_heading(struct writer *w, heading above)
{
	unicode_upper(w->out, above->key, above->n);
}

/* --- Lists ------------------------------------------------------------------------------------ */

/* Under a key, a line for each scalar. */
static bool write_scalars_below(struct writer *w, const json_t *list, heading above)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		size_t start = w->out->len;

		if (!format_is_scalar(item))
			continue;
		write_heading(w, above);
		buf_addc(w->out, '\t');
		python_str(w->out, item);
		if (!end_line(w, start))
			return false;
	}
	return true;
}

/* Without one, all on one line. */
static bool write_scalars(struct writer *w, const json_t *list)
{
	size_t start = w->out->len, written = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		if (!format_is_scalar(item))
			continue;
		if (written++)
			buf_addc(w->out, '\t');
		python_str(w->out, item);
	}
	return !written || end_line(w, start);
}

/* The keys that have a scalar in any object of the list; Python trips over what is no object. */
static bool find_columns(struct writer *w, const json_t *list, struct members *columns)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		struct member_iter m = {0};

		if (!json_is_object(item))
			return err_set(w->err, ERR_DATA, "'%s' object has no attribute 'items'",
				python_type(item));
		while (member_next(&m, item)) {
			if (format_is_scalar(m.member.value))
				members_add(columns, &m.member);
		}
	}
	members_sort_unique(columns);
	return true;
}

static bool write_object_list(struct writer *w, const json_t *list, heading above)
{
	struct members columns = {0};
	bool fine = find_columns(w, list, &columns);

	for (size_t i = 0; fine && i < json_array_size(list); i++)
		fine = write_item(w, json_array_get(list, i), above, &columns);
	members_release(&columns);
	return fine;
}

static bool write_list(struct writer *w, const json_t *list, heading above)
{
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n; i++) {
		if (json_is_object(json_array_get(list, i)))
			return write_object_list(w, list, above);
	}
	if (!(above ? write_scalars_below(w, list, above) : write_scalars(w, list)))
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *item = json_array_get(list, i);

		if (json_is_array(item) && !write_list(w, item, above))
			return false;
	}
	return true;
}

/* --- Objects ---------------------------------------------------------------------------------- */

/* A column's cell; in the object of another shape it may be a list or an object after all. */
static void write_cell(struct writer *w, const json_t *object, const struct member *column)
{
	const json_t *value = json_object_getn(object, column->key, column->n);

	if (value)
		python_str(w->out, value);
}

static bool write_line(
	struct writer *w, const json_t *object, heading above, const struct members *columns)
{
	size_t start = w->out->len;

	if (!columns->len)
		return true;
	if (above) {
		write_heading(w, above);
		buf_addc(w->out, '\t');
	}
	for (size_t i = 0; i < columns->len; i++) {
		if (i)
			buf_addc(w->out, '\t');
		write_cell(w, object, &columns->list[i]);
	}
	return end_line(w, start);
}

static struct members scalars_of(const struct members *members)
{
	struct members scalars = {0};

	for (size_t i = 0; i < members->len; i++) {
		if (format_is_scalar(members->list[i].value))
			members_add(&scalars, &members->list[i]);
	}
	return scalars;
}

/* `columns` of the list in which the object stands; NULL: its own. */
static bool write_object(
	struct writer *w, const json_t *object, heading above, const struct members *columns)
{
	struct members members = members_sorted(object);
	struct members own = {0};
	const struct members *line = columns ? columns : &own;
	bool fine;

	if (!columns)
		own = scalars_of(&members);
	fine = write_line(w, object, above, line);

	for (size_t i = 0; fine && i < members.len; i++) {
		const struct member *m = &members.list[i];

		if (!members_have(line, m->key, m->n))
			fine = write_item(w, m->value, m, NULL);
	}
	members_release(&own);
	members_release(&members);
	return fine;
}

static bool write_item(
	struct writer *w, const json_t *item, heading above, const struct members *columns)
{
	size_t start = w->out->len;

	if (json_is_object(item))
		return write_object(w, item, above, columns);
	if (json_is_array(item))
		return write_list(w, item, above);
	python_str(w->out, item);
	return end_line(w, start);
}

bool format_text(struct buf *out, const json_t *value, struct err *err)
{
	struct writer w = {.out = out, .start = out->len, .err = err};

	return write_item(&w, value, NULL, NULL);
}
