/* fail.c - error texts, their shapes and exit codes: see fail.h. */
#include "cli/fail.h"

#include "cli/internal.h"
#include "query/chars.h"

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

static bool say_structured(struct invocation *inv, int status, const char *code, const char *text,
	size_t n, enum output_format format)
{
	const struct output_options options = {.title = "error"};
	struct err err = {0};
	json_t *message = json_stringn_nocheck(text, n), *body = json_object();

	json_object_set_new_nocheck(body, "Code", json_string_nocheck(code));
	json_object_set_new_nocheck(body, "Message", message);
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
		return say_structured(inv, status, code, text->s, text->len, format);
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

bool fail_service(struct invocation *inv, const struct model_operation *op, const char *code,
	const char *text, int retries)
{
	struct buf lead = BUF_INIT;
	const struct buf message = {.s = (char *)(uintptr_t)text, .len = strlen(text)};

	buf_addf(&lead, "An error occurred (%s) when calling the %s operation", code,
		model_text(op->name));
	if (retries > 0)
		buf_addf(&lead, " (reached max retries: %d)", retries);
	buf_adds(&lead, ": ");
	report(inv, CLI_SERVICE, code, lead.s, &message);
	buf_release(&lead);
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
