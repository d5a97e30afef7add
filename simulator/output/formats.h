/*
 * formats.h - the formatters behind writer.h, one a file, and what they share.
 *
 * They trust that writer.c has measured the value: it is not deeper than OUTPUT_DEPTH and weighs
 * no more than OUTPUT_LIMIT. Whoever repeats parts of it must look after the limit again.
 */
#ifndef OUTPUT_FORMATS_H
#define OUTPUT_FORMATS_H

#include "output/writer.h"

/* The value on several lines, or a scalar alone; without the newline at the end. */
bool format_json(struct buf *out, const json_t *value, struct err *err);
bool format_text(struct buf *out, const json_t *value, struct err *err);
bool format_table(struct buf *out, const json_t *value, const struct output_options *options,
	struct err *err);
/* As an element of a list when `element`. */
bool format_yaml(struct buf *out, const json_t *value, bool element, struct err *err);

bool format_is_scalar(const json_t *value);
/*
 * Ends what the CLI writes at once, which began at `start`: it cannot be written if a text in it
 * has no UTF-8, and then it goes.
 */
bool format_end_write(struct buf *out, size_t start, struct err *err);
/* Says that the output would pass OUTPUT_LIMIT; returns false. */
bool format_too_large(struct err *err);

#endif
