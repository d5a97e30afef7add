/*
 * diag.h - what is wrong with content: every problem with its place, all in one pass.
 *
 * A list only grows. Texts are in the UI language, without a trailing full stop or newline. The
 * printed form is the compilers' own, `file:line:column: error: text`, so editors can jump.
 */
#ifndef CONTENT_DIAG_H
#define CONTENT_DIAG_H

#include "base/buf.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum severity { DIAG_ERROR, DIAG_WARNING };

/* Lines and columns count from 1; a column is a character. line 0: the file as a whole. */
struct place {
	const char *file;
	uint32_t line, column;
};

struct diag {
	struct place at;
	enum severity severity;
	const char *text;
};

struct diags {
	struct arena arena;
	struct diag *items;
	size_t len, cap;
	size_t errors, warnings;
	size_t dropped; /* beyond DIAG_MAX, counted but not kept */
};

enum { DIAG_MAX = 1000 };

void diags_init(struct diags *d);
void diags_release(struct diags *d);

/* Whether a further problem would only be counted: no need to say more about it. */
static inline bool diags_full(const struct diags *d)
{
	return d->len >= DIAG_MAX;
}

/*
 * Adds a problem. The file name is borrowed: it lives as long as the library. What a precision
 * ("%.60s") cuts off ends at a whole character.
 */
void diag_error(struct diags *d, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void diag_warning(struct diags *d, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The name of its file as it can be printed or put into JSON, appended; `at.file` is raw. */
void diag_file(const struct diag *g, struct buf *out);
/* By file, line and column. */
void diags_sort(struct diags *d);
/* One per line, and a closing line when some were dropped. */
void diags_print(const struct diags *d, struct buf *out);

#endif
