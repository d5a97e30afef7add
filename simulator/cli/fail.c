/* fail.c - error texts, their shapes and exit codes: see fail.h. */
#include "cli/fail.h"

#include "cli/internal.h"
#include "cli/pyvalue.h"
#include "query/chars.h"
#include "query/pytext.h"

#include <string.h>

const char fail_usage_lines[] =
	"usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n"
	"To see help text, you can run:\n"
	"\n"
	"  aws help\n"
	"  aws <command> help\n"
	"  aws <command> <subcommand> help\n";

static const char prefix[] = "aws: [ERROR]: ";

static const struct {
	const char *name;
	enum cli_error_format format;
	enum output_format output; /* of the structured ones */
} formats[] = {
	{"enhanced", CLI_ERROR_ENHANCED, OUTPUT_OFF},
	{"legacy", CLI_ERROR_LEGACY, OUTPUT_OFF},
	{"json", CLI_ERROR_JSON, OUTPUT_JSON},
	{"yaml", CLI_ERROR_YAML, OUTPUT_YAML},
	{"text", CLI_ERROR_TEXT, OUTPUT_TEXT},
	{"table", CLI_ERROR_TABLE, OUTPUT_TABLE},
};

bool fail_format_parse(const char *name, enum cli_error_format *format)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			*format = formats[i].format;
			return true;
		}
	}
	return false;
}

static enum output_format structured(enum cli_error_format format)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (formats[i].format == format)
			return formats[i].output;
	}
	return OUTPUT_OFF;
}

/* Appends text without the blanks at both ends, as Python's strip() takes them. */
static void add_stripped(struct buf *out, const char *s, size_t n)
{
	size_t start = out->len, end = start;

	for (size_t i = 0, step; i < n; i += step) {
		uint32_t c;

		step = char_next(s + i, n - i, &c);
		if (char_is_space(c) && out->len == start)
			continue;
		buf_add(out, s + i, step);
		if (!char_is_space(c))
			end = out->len;
	}
	buf_truncate(out, end);
}

static bool say(struct invocation *inv, int status, const char *text, size_t n)
{
	struct buf *err = &inv->c->err;

	buf_addc(err, '\n');
	buf_adds(err, prefix);
	add_stripped(err, text, n);
	buf_addc(err, '\n');
	inv->c->code = status;
	return false;
}

/* `more`: further members; NULL. */
static bool say_structured(struct invocation *inv, int status, const char *code, const char *text,
	size_t n, json_t *more, enum output_format format)
{
	const struct output_options options = {.title = "error"};
	struct err err = {0};
	json_t *message = json_stringn_nocheck(text, n), *body = json_object();

	json_object_set_new_nocheck(body, "Code", json_string_nocheck(code));
	json_object_set_new_nocheck(body, "Message", message);
	if (more)
		json_object_update(body, more);
	if (!output_write(&inv->c->err, format, body, &options, &err))
		say(inv, status, err.text, strlen(err.text));
	json_decref(body);
	inv->c->code = status;
	return false;
}

/* In the shape that was asked for: `lead` is what the unstructured ones have before the text. */
static bool report(struct invocation *inv, int status, const char *code, const char *lead,
	const struct buf *text)
{
	enum output_format format = structured(inv->error_format);
	struct buf line = BUF_INIT;

	if (format != OUTPUT_OFF)
		return say_structured(inv, status, code, text->s, text->len, NULL, format);
	buf_adds(&line, lead);
	buf_add(&line, text->s, text->len);
	say(inv, status, line.s, line.len);
	buf_release(&line);
	return false;
}

static bool report_param(struct invocation *inv, const struct buf *text)
{
	const char *lead = inv->error_format == CLI_ERROR_LEGACY
				   ? ""
				   : "An error occurred (ParamValidation): ";

	return report(inv, CLI_USAGE, "ParamValidation", lead, text);
}

bool fail_param(struct invocation *inv, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	report_param(inv, &text);
	buf_release(&text);
	return false;
}

bool fail_usage(struct invocation *inv, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	buf_adds(&text, "\n\n");
	buf_adds(&text, fail_usage_lines);
	report_param(inv, &text);
	buf_release(&text);
	return false;
}

bool fail_value(struct invocation *inv, const char *name, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	buf_addf(&text, "Error parsing parameter '%s': ", name);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	report_param(inv, &text);
	buf_release(&text);
	return false;
}

bool fail_unknown(struct invocation *inv, size_t n, const char *const *options)
{
	struct buf *err = &inv->c->err;

	buf_addf(err, "\n%s\n\n%sUnknown options: ", fail_usage_lines, prefix);
	for (size_t i = 0; i < n; i++)
		buf_addf(err, "%s%s", i ? ", " : "", options[i]);
	buf_addc(err, '\n');
	inv->c->code = CLI_USAGE;
	return false;
}

bool fail_classified(struct invocation *inv, int status, const char *code, const char *fmt, ...)
{
	struct buf text = BUF_INIT, lead = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (inv->error_format != CLI_ERROR_LEGACY)
		buf_addf(&lead, "An error occurred (%s): ", code);
	report(inv, status, code, lead.s, &text);
	buf_release(&lead);
	buf_release(&text);
	return false;
}

/* --- faults --------------------------------------------------------------------------------- */

static bool is_scalar(const json_t *v)
{
	return !json_is_object(v) && !json_is_array(v);
}

/* [a, b], {k: v}: what is short enough to be told in a line; false: it is not. */
static bool add_inline(struct buf *out, json_t *value)
{
	enum { FEW = 5 };
	bool list = json_is_array(value);
	size_t n = list ? json_array_size(value) : json_object_size(value), i = 0;
	const char *key;
	json_t *part;

	if (is_scalar(value))
		return py_str(out, value, PYVALUE_MAX);
	if (n >= FEW)
		return false;
	buf_addc(out, list ? '[' : '{');
	for (; list && i < n; i++) {
		buf_adds(out, i ? ", " : "");
		if (!is_scalar(json_array_get(value, i)) ||
			!py_str(out, json_array_get(value, i), PYVALUE_MAX))
			return false;
	}
	json_object_foreach(value, key, part)
	{
		buf_addf(out, "%s%s: ", i++ ? ", " : "", key);
		if (!is_scalar(part) || !py_str(out, part, PYVALUE_MAX))
			return false;
	}
	buf_addc(out, list ? ']' : '}');
	return true;
}

/* What the fault's shape has beyond code and text, a line each. */
static void say_details(struct buf *err, json_t *more)
{
	struct buf text = BUF_INIT;
	const char *key;
	json_t *value;

	buf_adds(err, "\nAdditional error details:\n");
	json_object_foreach(more, key, value)
	{
		buf_clear(&text);
		buf_addf(err, "%s: %s\n", key,
			add_inline(&text, value) ? text.s : "<complex value>");
	}
	buf_release(&text);
}

bool fail_service(
	struct invocation *inv, const struct model_operation *op, const struct cli_reply *reply)
{
	const char *code = reply->code ? reply->code : "Unknown",
		   *text = reply->text ? reply->text : "Unknown";
	enum output_format format = structured(inv->error_format);
	struct buf line = BUF_INIT;

	if (format != OUTPUT_OFF)
		return say_structured(
			inv, CLI_SERVICE, code, text, strlen(text), reply->more, format);
	buf_addf(&line, "An error occurred (%s) when calling the %s operation", code,
		model_text(op->name));
	if (reply->gave_up)
		buf_addf(&line, " (reached max retries: %d)", reply->retries);
	buf_addf(&line, ": %s", text);
	say(inv, CLI_SERVICE, line.s, line.len);
	if (reply->more && inv->error_format == CLI_ERROR_ENHANCED)
		say_details(&inv->c->err, reply->more);
	buf_release(&line);
	return false;
}

bool fail_general(struct invocation *inv, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	say(inv, CLI_GENERAL, text.s, text.len);
	buf_release(&text);
	return false;
}
