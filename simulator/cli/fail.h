/*
 * fail.h - how an invocation ends badly: the CLI's error texts, their shapes, and the exit code.
 *
 * Every function appends to c->err in the shape that --cli-error-format asks for, sets c->code, and
 * returns false, so that `return fail_param(...)` reads well. Messages are stripped of blanks at
 * both ends, as the CLI does. Call one of them at most once.
 */
#ifndef CLI_FAIL_H
#define CLI_FAIL_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct cli_reply;
struct invocation;
struct model_operation;

enum cli_error_format {
	CLI_ERROR_ENHANCED,
	CLI_ERROR_LEGACY,
	CLI_ERROR_JSON,
	CLI_ERROR_YAML,
	CLI_ERROR_TEXT,
	CLI_ERROR_TABLE,
};

/* "legacy" ... "enhanced"; false: no such format. */
bool fail_format_parse(const char *name, enum cli_error_format *format);

/* Exit 252, code ParamValidation. */
bool fail_param(struct invocation *inv, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same, with the six lines of usage after the message: what argparse refuses. */
bool fail_usage(struct invocation *inv, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Exit 252: "Error parsing parameter 'NAME': TEXT". The name with its dashes. */
bool fail_value(struct invocation *inv, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Exit 252, usage first, never structured: "Unknown options: --bogus, x". */
bool fail_unknown(struct invocation *inv, size_t n, const char *const *options);
/* Exit `status`: "An error occurred (CODE): TEXT", as NoRegion (253). */
bool fail_classified(struct invocation *inv, int status, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Exit 254: a fault that the service answered. */
bool fail_service(
	struct invocation *inv, const struct model_operation *op, const struct cli_reply *reply);
/* Exit 255, the bare text, whatever the error format. */
bool fail_general(struct invocation *inv, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

extern const char fail_usage_lines[]; /* the six lines, each with its newline */

#endif
