/* mdchars.h - the characters of a Markdown source: what may reach a terminal, and entities. */
#ifndef APP_MDCHARS_H
#define APP_MDCHARS_H

#include "base/buf.h"

#include <stddef.h>

/*
 * Appends s without control characters (C0 other than '\n' and '\t', DEL, C1), by which a text
 * could command the terminal. Bytes that are no UTF-8 become U+FFFD.
 */
void mdchars_clean(struct buf *out, const char *s, size_t n);

/* Appends what "&...;" stands for; a name not known here stays as it is. */
void mdchars_entity(struct buf *out, const char *s, size_t n);

#endif
