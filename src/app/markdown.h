/*
 * markdown.h - Markdown (CommonMark and tables) as a terminal shows it.
 *
 * No line is wider than `columns`, unless a single cluster is; every line is complete by itself
 * (see ink.h). Control characters in the source, also as entities, never reach the output.
 */
#ifndef APP_MARKDOWN_H
#define APP_MARKDOWN_H

#include "base/buf.h"

#include <stdbool.h>

struct md_style {
	int columns; /* the whole width; less than 1 counts as 1 */
	bool colour;
	bool plain; /* for a screen reader: no sequences, tables as "header: cell" lines */
	bool links; /* the terminal knows OSC 8; else "text (url)" */
};

/* Appends the lines of `source`; nothing for nothing. */
void markdown_render(struct buf *out, const char *source, const struct md_style *style);

#endif
