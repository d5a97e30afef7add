/*
 * table.c - --output table, the first half: which sections, headers and rows a value makes.
 *
 * Nothing is printed before all is built, so a value that Python trips over prints nothing. What
 * it says then depends on where it trips; the checks stand in its order.
 */
#include "output/formats.h"
#include "output/grid.h"
#include "output/members.h"
#include "output/python.h"

#include <stdio.h>
#include <string.h>

struct builder {
	struct grid *grid;
	struct err *err;
};

/* The members of one object, or of all objects of a list: sorted keys, each once. */
struct shape {
	struct members scalars, nested;
	const char *number; /* type of the first number that a list gave for a key, or NULL */
};

static bool add_table(
	struct builder *b, const struct member *title, const json_t *value, int indent);

static void release(struct shape *shape)
{
	members_release(&shape->scalars);
	members_release(&shape->nested);
}

static bool is_falsy(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return json_object_size(value) == 0;
	case JSON_ARRAY:
		return json_array_size(value) == 0;
	case JSON_STRING:
		return json_string_length(value) == 0;
	case JSON_INTEGER:
		return json_integer_value(value) == 0;
	case JSON_REAL:
		return json_real_value(value) == 0;
	case JSON_TRUE:
		return false;
	default:
		return true;
	}
}

/* --- Objects ---------------------------------------------------------------------------------- */

static void add_members(struct shape *shape, const json_t *object)
{
	struct member_iter i = {0};

	while (member_next(&i, object))
		members_add(format_is_scalar(i.member.value) ? &shape->scalars : &shape->nested,
			&i.member);
}

static bool add_nested(
	struct builder *b, const struct members *nested, const json_t *object, int indent)
{
	for (size_t i = 0; i < nested->len; i++) {
		const struct member *m = &nested->list[i];
		const json_t *value = json_object_getn(object, m->key, m->n);

		if (value && !add_table(b, m, value, indent + 1))
			return false;
	}
	return true;
}

/* One scalar stands beside its key; several stand under theirs. */
static bool add_scalars(struct builder *b, const struct members *scalars, const json_t *object)
{
	if (scalars->len == 1) {
		struct cell *row = grid_new_cells(b->grid, 2);

		row[0] = grid_text(scalars->list[0].key, scalars->list[0].n);
		row[1] = grid_value(b->grid, scalars->list[0].value);
		return grid_add_row(b->grid, grid_open(b->grid), row, 2, b->err);
	}
	return !scalars->len || (grid_add_header(b->grid, scalars, b->err) &&
					grid_add_members(b->grid, scalars, object, b->err));
}

static bool add_object(struct builder *b, const json_t *object, int indent)
{
	struct shape shape = {0};
	bool fine;

	add_members(&shape, object);
	members_sort(&shape.scalars);
	members_sort(&shape.nested);
	fine = add_scalars(b, &shape.scalars, object) &&
	       add_nested(b, &shape.nested, object, indent);
	release(&shape);
	return fine;
}

/* --- Lists of objects ------------------------------------------------------------------------- */

/* It never gets as far as being drawn: the list from which it comes has no cells to give. */
static void add_number(struct builder *b, struct shape *shape, json_int_t number, const char *type)
{
	struct member m = {.value = NULL};
	char text[24];

	m.n = (size_t)snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, number);
	m.key = arena_strndup(&b->grid->arena, text, m.n);
	members_add(&shape->scalars, &m);
	shape->number = shape->number ? shape->number : type;
}

/*
 * A list where an object is expected: Python takes each of its elements for a key and looks that
 * up in the list.
 */
static bool add_list_as_object(struct builder *b, struct shape *shape, const json_t *list)
{
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n; i++) {
		const json_t *key = json_array_get(list, i);
		json_int_t at = json_is_true(key) ? 1 : json_integer_value(key);

		if (!json_is_integer(key) && !json_is_boolean(key))
			return err_set(b->err, ERR_DATA,
				"list indices must be integers or slices, not %s",
				python_type(key));
		if (at >= (json_int_t)n || at < -(json_int_t)n)
			return err_set(b->err, ERR_DATA, "list index out of range");
		add_number(b, shape, at, python_type(key));
	}
	return true;
}

static bool trip_over_index(struct builder *b)
{
	return err_set(b->err, ERR_DATA, "string indices must be integers, not 'str'");
}

static bool add_any_as_object(struct builder *b, struct shape *shape, const json_t *item)
{
	if (json_is_object(item)) {
		add_members(shape, item);
		return true;
	}
	if (json_is_array(item))
		return add_list_as_object(b, shape, item);
	if (!json_is_string(item))
		return err_set(b->err, ERR_DATA, "'%s' object is not iterable", python_type(item));
	return !json_string_length(item) || trip_over_index(b);
}

static bool has_names(const struct members *scalars)
{
	for (size_t i = 0; i < scalars->len; i++) {
		if (scalars->list[i].value)
			return true;
	}
	return false;
}

static bool find_shape(struct builder *b, struct shape *shape, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!add_any_as_object(b, shape, json_array_get(list, i)))
			return false;
	}
	if (shape->number && has_names(&shape->scalars))
		return err_set(b->err, ERR_DATA,
			"'<' not supported between instances of 'str' and '%s'", shape->number);
	members_sort_unique(&shape->scalars);
	members_sort_unique(&shape->nested);
	return true;
}

/* An empty list or string got by so far, and still does where it has no cell to give. */
static bool add_empty(struct builder *b, const struct shape *shape, const json_t *item)
{
	if (shape->scalars.len)
		return err_set(
			b->err, ERR_DATA, "'%s' object has no attribute 'get'", python_type(item));
	if (!grid_add_row(b->grid, grid_open(b->grid), NULL, 0, b->err))
		return false;
	if (json_is_string(item) && members_have(&shape->nested, "", 0))
		return trip_over_index(b);
	return true;
}

static bool add_element(
	struct builder *b, const struct shape *shape, const json_t *item, int indent)
{
	if (!json_is_object(item))
		return add_empty(b, shape, item);
	return grid_add_members(b->grid, &shape->scalars, item, b->err) &&
	       add_nested(b, &shape->nested, item, indent);
}

/* Objects with something nested have a titled section each. */
static bool add_objects(
	struct builder *b, const struct member *title, const json_t *list, int indent)
{
	struct shape shape = {0};
	bool fine = find_shape(b, &shape, list) && grid_add_header(b->grid, &shape.scalars, b->err);

	for (size_t i = 0; fine && i < json_array_size(list); i++) {
		if (i && shape.nested.len) {
			grid_new_section(b->grid, title, indent);
			fine = grid_add_header(b->grid, &shape.scalars, b->err);
		}
		fine = fine && add_element(b, &shape, json_array_get(list, i), indent);
	}
	release(&shape);
	return fine;
}

/* --- Other lists ------------------------------------------------------------------------------ */

static bool has_nested(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!format_is_scalar(json_array_get(list, i)))
			return true;
	}
	return false;
}

static bool add_value_row(struct builder *b, const json_t *value)
{
	struct cell *row = grid_new_cells(b->grid, 1);

	row[0] = grid_value(b->grid, value);
	return grid_add_row(b->grid, grid_open(b->grid), row, 1, b->err);
}

static bool add_list_row(struct builder *b, const json_t *list)
{
	size_t n = json_array_size(list);
	struct cell *row = grid_new_cells(b->grid, n);

	for (size_t i = 0; i < n; i++)
		row[i] = grid_value(b->grid, json_array_get(list, i));
	return grid_add_row(b->grid, grid_open(b->grid), row, n, b->err);
}

/* An object that does not open its list is taken for the list of its keys. */
static bool add_key_row(struct builder *b, const json_t *object)
{
	struct cell *row = grid_new_cells(b->grid, json_object_size(object));
	struct member_iter i = {0};
	size_t n = 0;

	while (member_next(&i, object))
		row[n++] = grid_text(i.member.key, i.member.n);
	return grid_add_row(b->grid, grid_open(b->grid), row, n, b->err);
}

static bool add_row(struct builder *b, const json_t *item)
{
	if (json_is_object(item))
		return add_key_row(b, item);
	if (!json_is_array(item))
		return add_value_row(b, item);
	return has_nested(item) ? add_table(b, NULL, item, 0) : add_list_row(b, item);
}

static bool add_list(struct builder *b, const struct member *title, const json_t *list, int indent)
{
	if (json_is_object(json_array_get(list, 0)))
		return add_objects(b, title, list, indent);
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!add_row(b, json_array_get(list, i)))
			return false;
	}
	return true;
}

/* --- The whole -------------------------------------------------------------------------------- */

/* Without a title, rows go on in the section that is open. A scalar leaves only its title. */
static bool add_table(
	struct builder *b, const struct member *title, const json_t *value, int indent)
{
	if (is_falsy(value))
		return true;
	if (title)
		grid_new_section(b->grid, title, indent);
	if (json_is_array(value))
		return add_list(b, title, value, indent);
	return !json_is_object(value) || add_object(b, value, indent);
}

bool format_table(
	struct buf *out, const json_t *value, const struct output_options *options, struct err *err)
{
	const char *name = options->title ? options->title : "";
	struct member title = {.key = name, .n = strlen(name)};
	struct grid grid = {0};
	struct builder b = {.grid = &grid, .err = err};
	bool fine = true;

	if (!is_falsy(value))
		fine = add_table(&b, &title, value, 0) && grid_render(&grid, out, options, err);
	grid_release(&grid);
	return fine;
}
