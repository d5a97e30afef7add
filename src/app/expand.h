/*
 * expand.h - $NAME, ${NAME} and $(command) in a command line, replaced as a shell replaces them.
 *
 * Not between single quotes, nor behind a backslash. A value is put in so that it means itself
 * where it stands: within double quotes it stays one word, bare it is parted at its blanks.
 */
#ifndef APP_EXPAND_H
#define APP_EXPAND_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"

#include <stdbool.h>

/* Where values come from. */
struct expanding {
	void *ctx;
	/* NULL: the name has no value, and the error says so. expand_not: $NAME stays as it is. */
	const char *(*value)(void *ctx, const char *name, struct err *e);
	/* What the command of $(command) prints, without its last newlines. NULL: $( stays as it
	 * is. */
	bool (*output)(void *ctx, const char *command, struct buf *out, struct err *e);
	bool one_word; /* bare values are not parted, as behind NAME= */
};

extern const char expand_not[];

/* Letters, digits and '_', not beginning with a digit. */
bool expand_is_name(const char *s);

/* The line is appended, for shellwords_split or for a shell. False, and nothing is: a value could
 * not be had, or ${ is not followed by a name and }. */
bool expand_by(const struct expanding *x, const char *line, struct buf *out, struct err *e);
/* The same with `values`: name to text. */
bool expand_line(const char *line, const struct map *values, struct buf *out, struct err *e);

#endif
