/* skeleton.c - samples of requests and answers, and requests given as a whole: see skeleton.h. */
#include "cli/skeleton.h"

#include "cli/jsontext.h"
#include "cli/paramfile.h"
#include "cli/pyvalue.h"
#include "cli/yamltext.h"
#include "output/resolve.h"

#include <string.h>

/* --- samples -------------------------------------------------------------------------------- */

/* Structures that the sample is within: one that contains itself is not repeated again. */
enum { MAX_STACK = 64 };

struct sample {
	bool names; /* texts are the members' names */
	size_t depth;
	const struct model_shape *stack[MAX_STACK];
};

static json_t *sample(struct sample *t, const struct model_shape *s, const char *name);

static bool enters(struct sample *t, const struct model_shape *s)
{
	if (t->depth == MAX_STACK)
		return false;
	for (size_t i = 0; i < t->depth; i++) {
		if (t->stack[i] == s)
			return false;
	}
	t->stack[t->depth++] = s;
	return true;
}

static json_t *sample_structure(struct sample *t, const struct model_shape *s)
{
	json_t *object = json_object();

	if (!enters(t, s))
		return object;
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);
		const char *name = model_text(m->name);

		json_object_set_new_nocheck(object, name, sample(t, model_member_shape(m), name));
	}
	t->depth--;
	return object;
}

/* What the model calls the type of a list's elements; plain strings are `String` nearly always. */
static const char *element_name(const struct model_shape *s)
{
	return s->enumeration == MODEL_NONE ? "String" : model_text(s->name);
}

static json_t *sample_text(const struct sample *t, const struct model_shape *s, const char *name)
{
	const struct model_enum *e;

	if (t->names)
		return json_string(name);
	if (s->enumeration == MODEL_NONE)
		return json_string("");
	e = &model_enums[s->enumeration];
	return json_string(e->values.n ? model_text(model_values[e->values.first]) : "");
}

static json_t *sample(struct sample *t, const struct model_shape *s, const char *name)
{
	const struct model_shape *element = model_shape(s->element);

	switch ((enum model_kind)s->kind) {
	case MODEL_STRUCTURE:
		return sample_structure(t, s);
	case MODEL_LIST:
		return json_pack("[o]", sample(t, element, element_name(element)));
	case MODEL_MAP:
		return json_pack("{s:o}", "KeyName", sample(t, element, ""));
	case MODEL_STRING:
		return sample_text(t, s, name);
	case MODEL_INTEGER:
	case MODEL_LONG:
		return json_integer(0);
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		return json_real(0);
	case MODEL_BOOLEAN:
		return json_true();
	case MODEL_TIMESTAMP:
		return json_string("1970-01-01T00:00:00");
	case MODEL_BLOB:
		break;
	}
	return json_null();
}

json_t *skeleton_answer(const struct model_operation *op)
{
	struct sample t = {.names = true};

	if (op->output == MODEL_NONE)
		return json_object();
	return sample(&t, model_shape(op->output), "");
}

void skeleton_print_json(struct invocation *inv)
{
	static const struct output_options options = {0};
	struct sample t = {.names = false};
	struct err err = {0};
	json_t *v = sample(&t, model_shape(inv->op->input), "");

	if (json_object_size(v) == 0)
		buf_adds(&inv->c->out, "{}\n");
	else if (!output_write(&inv->c->out, OUTPUT_JSON, v, &options, &err))
		fail_general(inv, "%s", err.text);
	json_decref(v);
}

/* --- the sample as YAML --------------------------------------------------------------------- */

struct yaml {
	struct buf *out;
	struct sample within;
};

static void print(struct yaml *y, const struct model_shape *s, const char *comment, int indent);

static void add_part(struct buf *out, const char *text)
{
	if (out->len && *text)
		buf_addc(out, ' ');
	buf_adds(out, text);
}

/* "[REQUIRED] A name. Valid values are: a, b." */
static void describe(const struct model_member *m, struct buf *out)
{
	const struct model_shape *s = model_member_shape(m);
	const struct model_enum *e;

	add_part(out, m->required ? "[REQUIRED]" : "");
	add_part(out, model_text(model_docs[m->doc].en));
	if (s->enumeration == MODEL_NONE)
		return;
	e = &model_enums[s->enumeration];
	add_part(out, "Valid values are: ");
	for (size_t i = 0; i < e->values.n; i++)
		buf_addf(out, "%s%s", i ? ", " : "",
			model_text(model_values[(size_t)e->values.first + i]));
	buf_addc(out, '.');
}

/* Ends a line; the comment brings its blanks and its '#' along. */
static void end_line(struct yaml *y, const char *comment)
{
	buf_adds(y->out, comment);
	buf_addc(y->out, '\n');
}

/*
 * A member behind its key. The library that the CLI writes YAML with sets the comment of a
 * mapping's first member one column further to the right.
 */
static void print_member(struct yaml *y, const struct model_member *m, bool first, int indent)
{
	struct buf text = BUF_INIT, comment = BUF_INIT;

	describe(m, &text);
	if (text.len)
		buf_addf(&comment, "%s# %s", first ? "  " : " ", text.s);
	buf_addf(y->out, "%s:", model_text(m->name));
	print(y, model_member_shape(m), comment.s, indent);
	buf_release(&text);
	buf_release(&comment);
}

/* A structure whose first key stands where the cursor is. */
static void print_members(struct yaml *y, const struct model_shape *s, int indent)
{
	for (size_t i = 0; i < s->members.n; i++) {
		if (i)
			buf_addn(y->out, " ", (size_t)indent);
		print_member(y, model_member_at(s, i), i == 0, indent);
	}
}

/* "- " and the element. */
static void print_element(struct yaml *y, const struct model_shape *s, int indent)
{
	buf_addn(y->out, " ", (size_t)indent);
	if (s->kind == MODEL_STRUCTURE && s->members.n && enters(&y->within, s)) {
		buf_adds(y->out, "- ");
		print_members(y, s, indent + 2);
		y->within.depth--;
		return;
	}
	buf_addc(y->out, '-');
	print(y, s, "", indent);
}

static const char *plain_or_quoted(const char *s, struct buf *out)
{
	bool plain = *s && resolve_is_text(s, strlen(s)) && !strchr("-?:,[]{}#&*!|>'\"%@`", *s) &&
		     !strstr(s, ": ") && !strstr(s, " #") && s[strlen(s) - 1] != ':';

	buf_clear(out);
	buf_addf(out, plain ? "%s" : "'%s'", s);
	return out->s;
}

static void print_scalar(struct yaml *y, const struct model_shape *s, const char *comment)
{
	json_t *v = sample(&y->within, s, "");
	struct buf text = BUF_INIT;

	switch ((enum model_kind)s->kind) {
	case MODEL_STRING:
		plain_or_quoted(json_string_value(v), &text);
		break;
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		buf_adds(&text, "0.0");
		break;
	case MODEL_BOOLEAN:
		buf_adds(&text, "true");
		break;
	case MODEL_TIMESTAMP:
		buf_adds(&text, "1970-01-01 00:00:00");
		break;
	case MODEL_BLOB:
		buf_adds(&text, "!!binary ''");
		break;
	default:
		buf_adds(&text, "0");
	}
	buf_addf(y->out, " %s", text.s);
	end_line(y, comment);
	buf_release(&text);
	json_decref(v);
}

/* A value behind its key, or behind a dash. */
static void print(struct yaml *y, const struct model_shape *s, const char *comment, int indent)
{
	const struct model_shape *element = model_shape(s->element);

	if (s->kind == MODEL_LIST) {
		end_line(y, comment);
		print_element(y, element, indent);
	} else if (s->kind == MODEL_MAP) {
		end_line(y, comment);
		buf_addn(y->out, " ", (size_t)indent + 2);
		buf_adds(y->out, "KeyName:");
		print(y, element, "", indent + 2);
	} else if (s->kind != MODEL_STRUCTURE) {
		print_scalar(y, s, comment);
	} else if (s->members.n && enters(&y->within, s)) {
		end_line(y, comment);
		buf_addn(y->out, " ", (size_t)indent + 2);
		print_members(y, s, indent + 2);
		y->within.depth--;
	} else {
		buf_adds(y->out, " {}");
		end_line(y, comment);
	}
}

void skeleton_print_yaml(struct invocation *inv)
{
	const struct model_shape *s = model_shape(inv->op->input);
	struct yaml y = {.out = &inv->c->out};

	enters(&y.within, s);
	if (s->members.n)
		print_members(&y, s, 0);
	else
		buf_adds(y.out, "{}\n");
}

/* --- requests as a whole -------------------------------------------------------------------- */

/* The document's text: of the option, or of the file that it names. False: told. */
static bool read_text(struct invocation *inv, const char *name, const char *value, struct buf *text)
{
	switch (paramfile_read(inv->c, value, text)) {
	case PARAMFILE_NONE:
		buf_adds(text, value);
		return true;
	case PARAMFILE_FAILED:
		return fail_value(inv, name, "%s", text->s);
	default:
		return true;
	}
}

static json_t *read_json(struct invocation *inv, const struct buf *text)
{
	struct buf problem = BUF_INIT;
	bool too_deep;
	json_t *v = jsontext_read(text->s, text->len, &problem, &too_deep);

	if (!v && too_deep)
		fail_general(inv, "%s", problem.s);
	else if (!v)
		fail_value(inv, "cli-input-json", "Invalid JSON received.");
	buf_release(&problem);
	return v;
}

static json_t *read_yaml(struct invocation *inv, const struct buf *text)
{
	json_t *v = yamltext_read(text->s, text->len);

	if (!v)
		fail_value(inv, "cli-input-yaml", "Invalid YAML received.");
	return v;
}

bool skeleton_merge_input(
	struct invocation *inv, const struct words_taken *json, const struct words_taken *yaml)
{
	const char *name = json ? "--cli-input-json" : "--cli-input-yaml", *key;
	struct buf text = BUF_INIT;
	json_t *document = NULL, *v;
	bool ok = false;

	if (!json && !yaml)
		return true;
	if (json && yaml)
		return fail_param(inv, "Only one --cli-input- parameter may be specified.");
	if (read_text(inv, name, (json ? json : yaml)->values[0], &text))
		document = json ? read_json(inv, &text) : read_yaml(inv, &text);
	buf_release(&text);
	if (pyvalue_is_dict(document)) {
		json_object_foreach(document, key, v)
		{
			if (!json_object_get(inv->request, key))
				json_object_set_nocheck(inv->request, key, v);
		}
		ok = true;
	} else if (document) {
		fail_value(inv, name, "Invalid type: expecting map, received <class '%s'>",
			pyvalue_type(document, false));
	}
	json_decref(document);
	return ok;
}
