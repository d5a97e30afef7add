/*
 * line.h - the parts of a typed line, as a shell sees them: NAME=, $(...), and where a pipe begins.
 *
 * Quotes and backslashes are looked at, nothing is replaced or removed.
 */
#ifndef APP_LINE_H
#define APP_LINE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/* The whole line is NAME=$(command), perhaps with double quotes around $(...), and a remark behind
 * it: both are appended. */
bool line_assignment(const char *line, struct buf *name, struct buf *command);

/* Bytes of the "NAME=" that s begins with; 0: none. */
size_t line_name(const char *s);

/* Where the word that begins at s ends: at a blank outside of quotes and of $(...). */
const char *line_word_end(const char *s);

/* s: behind a "$(". Its ")"; NULL: it is not closed. */
const char *line_close(const char *s);

/* Where the part begins that is a shell's: | ; & or > outside of quotes and of $(...), with the
 * digit that belongs to a >. The line's end, or a remark, if there is none. */
const char *line_rest(const char *line);

#endif
