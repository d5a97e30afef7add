/* help-shape.c - types in pages of help: shorthand, JSON, allowed values, the tree of an answer. */
#include "cli/help.h"

#include "base/mem.h"

#include <string.h>

enum {
	SYNTAX_DEPTH = 6, /* levels shown of a nested type: some contain themselves */
	OUTPUT_LEVELS = 8,
	VALUES_INLINE = 6, /* values of an enum within a syntax */
	VALUES_SHOWN = 60, /* in a list of them: InstanceType has 1,400 */
};

static const char *const type_names[] = {
	[MODEL_STRING] = "string",
	[MODEL_INTEGER] = "integer",
	[MODEL_LONG] = "long",
	[MODEL_BOOLEAN] = "boolean",
	[MODEL_DOUBLE] = "double",
	[MODEL_FLOAT] = "float",
	[MODEL_BLOB] = "blob",
	[MODEL_TIMESTAMP] = "timestamp",
	[MODEL_STRUCTURE] = "structure",
	[MODEL_LIST] = "list",
	[MODEL_MAP] = "map",
};

const char *help_type(const struct model_shape *shape)
{
	return type_names[shape->kind];
}

static bool is_scalar(const struct model_shape *s)
{
	return s->kind != MODEL_STRUCTURE && s->kind != MODEL_LIST && s->kind != MODEL_MAP;
}

bool help_is_nested(const struct model_shape *shape)
{
	if (shape->kind == MODEL_LIST)
		return !is_scalar(model_shape(shape->element));
	return !is_scalar(shape);
}

/* --- shorthand ------------------------------------------------------------------------------ */

static void shorthand_value(struct buf *out, const struct model_shape *s, int depth);

static void shorthand_members(struct buf *out, const struct model_shape *s, int depth)
{
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);

		buf_addf(out, "%s%s=", i ? "," : "", model_text(m->name));
		shorthand_value(out, model_member_shape(m), depth - 1);
	}
}

/* A value behind "Key=". */
static void shorthand_value(struct buf *out, const struct model_shape *s, int depth)
{
	const struct model_shape *element = model_shape(s->element);

	if (depth <= 0) {
		buf_adds(out, "...");
	} else if (s->kind == MODEL_STRUCTURE) {
		buf_addc(out, '{');
		shorthand_members(out, s, depth);
		buf_addc(out, '}');
	} else if (s->kind == MODEL_MAP) {
		buf_adds(out, "{Key=");
		shorthand_value(out, element, depth - 1);
		buf_addc(out, '}');
	} else if (s->kind == MODEL_LIST && is_scalar(element)) {
		buf_addf(out, "%s,%s", help_type(element), help_type(element));
	} else if (s->kind == MODEL_LIST) {
		buf_addc(out, '[');
		shorthand_value(out, element, depth - 1);
		buf_adds(out, ",...]");
	} else {
		buf_adds(out, help_type(s));
	}
}

bool help_shorthand(struct buf *out, const struct model_shape *shape)
{
	const struct model_shape *s =
		shape->kind == MODEL_LIST ? model_shape(shape->element) : shape;

	if (s->kind == MODEL_STRUCTURE)
		shorthand_members(out, s, SYNTAX_DEPTH);
	else if (s->kind == MODEL_MAP)
		buf_addf(out, "KeyName1=%s,KeyName2=%s", help_type(model_shape(s->element)),
			help_type(model_shape(s->element)));
	else
		return false;
	if (shape->kind == MODEL_LIST)
		buf_adds(out, " ...");
	return true;
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void json_syntax(struct buf *out, const struct model_shape *s, int depth, int indent);

static void json_scalar(struct buf *out, const struct model_shape *s)
{
	const struct model_enum *e =
		s->enumeration == MODEL_NONE ? NULL : &model_enums[s->enumeration];

	if (s->kind == MODEL_BOOLEAN) {
		buf_adds(out, "true|false");
	} else if (s->kind == MODEL_STRING && e && e->values.n) {
		for (size_t i = 0; i < e->values.n && i < VALUES_INLINE; i++)
			buf_addf(out, "%s\"%s\"", i ? "|" : "",
				model_text(model_values[e->values.first + i]));
		if (e->values.n > VALUES_INLINE)
			buf_adds(out, "|...");
	} else if (s->kind == MODEL_STRING) {
		buf_adds(out, "\"string\"");
	} else {
		buf_adds(out, help_type(s));
	}
}

static void json_structure(struct buf *out, const struct model_shape *s, int depth, int indent)
{
	buf_adds(out, "{\n");
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);

		buf_addn(out, "  ", (size_t)indent + 1);
		buf_addf(out, "\"%s\": ", model_text(m->name));
		json_syntax(out, model_member_shape(m), depth - 1, indent + 1);
		buf_adds(out, i + 1 < s->members.n ? ",\n" : "\n");
	}
	buf_addn(out, "  ", (size_t)indent);
	buf_addc(out, '}');
}

static void json_syntax(struct buf *out, const struct model_shape *s, int depth, int indent)
{
	const struct model_shape *element = model_shape(s->element);

	if (depth <= 0 && !is_scalar(s)) {
		buf_adds(out, s->kind == MODEL_LIST ? "[...]" : "{...}");
	} else if (s->kind == MODEL_STRUCTURE) {
		json_structure(out, s, depth, indent);
	} else if (s->kind == MODEL_LIST && is_scalar(element)) {
		buf_addc(out, '[');
		json_scalar(out, element);
		buf_adds(out, ", ...]");
	} else if (s->kind == MODEL_LIST) {
		buf_adds(out, "[\n");
		buf_addn(out, "  ", (size_t)indent + 1);
		json_syntax(out, element, depth - 1, indent + 1);
		buf_adds(out, ",\n");
		buf_addn(out, "  ", (size_t)indent + 1);
		buf_adds(out, "...\n");
		buf_addn(out, "  ", (size_t)indent);
		buf_addc(out, ']');
	} else if (s->kind == MODEL_MAP) {
		buf_adds(out, "{\"string\": ");
		json_syntax(out, element, depth - 1, indent);
		buf_adds(out, ", ...}");
	} else {
		json_scalar(out, s);
	}
}

void help_json(struct buf *out, const struct model_shape *shape)
{
	json_syntax(out, shape, SYNTAX_DEPTH, 0);
	buf_addc(out, '\n');
}

/* --- values --------------------------------------------------------------------------------- */

void help_values(const struct help *h, int depth, const struct model_enum *e)
{
	static const struct help_line label = {"Possible values: ", "쓸 수 있는 값: "};
	struct buf text = BUF_INIT;

	buf_adds(&text, help_in(h, label));
	for (size_t i = 0; i < e->values.n && i < VALUES_SHOWN; i++)
		buf_addf(&text, "%s%s", i ? ", " : "",
			model_text(model_values[e->values.first + i]));
	if (e->values.n > VALUES_SHOWN)
		buf_addf(&text, ", ... (%u)", (unsigned)e->values.n);
	help_text(h, depth, text.s);
	buf_release(&text);
}

/* --- the tree of an answer ------------------------------------------------------------------ */

static void output_value(const struct help *h, const struct model_shape *s, int depth, int levels);

static void output_members(const struct help *h, const struct model_shape *s, int depth, int levels)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);
		const char *doc = help_doc(h, m->doc);

		buf_clear(&line);
		buf_addf(&line, "%s -> (%s)%s%s", model_text(m->name),
			help_type(model_member_shape(m)), *doc ? "  " : "", doc);
		help_item(h, depth, line.s);
		output_value(h, model_member_shape(m), depth + 1, levels - 1);
	}
	buf_release(&line);
}

static void output_value(const struct help *h, const struct model_shape *s, int depth, int levels)
{
	const struct model_shape *element = model_shape(s->element);

	if (levels <= 0) {
		if (!is_scalar(s))
			help_text(h, depth, "...");
	} else if (s->kind == MODEL_STRUCTURE) {
		output_members(h, s, depth, levels);
	} else if (element && (!is_scalar(element) || s->kind == MODEL_MAP)) {
		output_value(h, element, depth, levels - 1);
	}
}

void help_output(const struct help *h, const struct model_shape *shape)
{
	static const struct help_line nothing = {
		"Nothing: no output means success.", "출력이 없으면 성공한 것이다."};

	help_section(h, "OUTPUT");
	if (!shape || !shape->members.n)
		help_text(h, 0, help_in(h, nothing));
	else
		output_members(h, shape, 0, OUTPUT_LEVELS);
}
