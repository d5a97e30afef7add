/*
 * writer.h - prints an answer as AWS CLI v2 (2.36.7) does with --output, byte for byte.
 *
 * The value is what the CLI has after --query: jansson values whose members stand in the order of
 * the API's model (json keeps it, the others sort). The value is only read. Output is appended;
 * when printing fails, what the CLI had printed by then stays, and the error's text is the CLI's
 * own, without "aws: [ERROR]: ". Containers that occur twice by reference (not as equal copies)
 * become anchor and alias in yaml, as they do in the CLI.
 *
 * Two limits are ours: OUTPUT_DEPTH levels (Python stops somewhere near), and OUTPUT_LIMIT bytes.
 * Integers beyond 64 bits are those of base/whole.h.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define OUTPUT_DEPTH 500
#define OUTPUT_LIMIT ((size_t)128 << 20)

enum output_format {
	OUTPUT_JSON,
	OUTPUT_TEXT,
	OUTPUT_TABLE,
	OUTPUT_YAML,
	OUTPUT_YAML_STREAM, /* one call for each page */
	OUTPUT_OFF,
};

/*
 * With `colour`, a table that goes to stdout has "\033[0m" after each of the CLI's writes; one
 * that goes to a pager has not. On a terminal the CLI writes one more when it ends: that one is
 * the caller's.
 */
struct output_options {
	const char *title;    /* of a table: the operation's name; NULL: none */
	int terminal_columns; /* 0: unknown, which counts as 80 */
	bool colour;
	bool pager; /* stdout is a pager's input */
	bool paged; /* yaml-stream: the value is a page, so that {} is printed too */
};

bool output_write(struct buf *out, enum output_format format, const json_t *value,
	const struct output_options *options, struct err *err);

/* The format of that name ("yaml-stream"), as in --output. */
bool output_format_parse(const char *name, enum output_format *format);

#endif
