/*
 * expand.h - $NAME and ${NAME} in a command line, replaced as a shell replaces
 * them.
 *
 * Not between single quotes, nor behind a backslash. A value is put in so that
 * it means itself where it stands: within double quotes it stays one word, bare
 * it is parted at its blanks.
 */
#ifndef APP_EXPAND_H
#define APP_EXPAND_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"

#include <stdbool.h>

/* Letters, digits and '_', not beginning with a digit. */
bool expand_is_name(const char *s);

/* `values`: name to text. The line is appended, for shellwords_split or for a
 * shell. False, and nothing is: a name has no value, or ${ is not followed by
 * a name and }. */
bool expand_line(const char *line, const struct map *values, struct buf *out, struct err *e);

#endif
