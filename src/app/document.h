/*
 * document.h - a YAML file that is no content, given by name on the command line: read through the
 * same tables, with every problem told in one pass.
 */
#ifndef APP_DOCUMENT_H
#define APP_DOCUMENT_H

#include "base/err.h"
#include "content/shape.h"

#include <stdbool.h>

struct document_file {
	const char *path; /* borrowed */
	struct arena arena;
	struct diags diags;
};

/* Reads the file into `out` (shape->size bytes). False if it cannot be read at all. What does not
 * fit is in `diags`, and the caller may add more. */
bool document_read(struct document_file *d, const char *path, const struct shape *shape, void *out,
	struct err *e);

/* Once everything has been looked at: false if there was a problem; all of them are printed on
 * standard error then, by their place. */
bool document_judge(struct document_file *d, struct err *e);
void document_release(struct document_file *d);

#endif
