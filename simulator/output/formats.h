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
void format_json(struct buf *out, const json_t *value);
/* A string between quotes, as json and a scalar under yaml show it. */
void format_json_string(struct buf *out, const char *s, size_t n);

bool format_text(struct buf *out, const json_t *value, struct err *err);
bool format_table(struct buf *out, const json_t *value, const struct output_options *options,
	struct err *err);
/* As an element of a list when `element`. */
bool format_yaml(struct buf *out, const json_t *value, bool element, struct err *err);

bool format_is_scalar(const json_t *value);
/* Says that the output would pass OUTPUT_LIMIT; returns false. */
bool format_too_large(struct err *err);

#endif
