/*
 * shellwords.h - a typed line as words, the way a shell splits it: quotes and backslashes, nothing
 * else.
 *
 * Nothing is expanded: no variables, no patterns, no commands. Decomposed Korean is composed, and a
 * full-width space (U+3000) or a no-break space outside quotes parts words like any other blank,
 * because Korean and Japanese keyboards type it unseen.
 */
#ifndef APP_SHELLWORDS_H
#define APP_SHELLWORDS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct shellwords {
	char **words; /* owned */
	size_t n, cap;
	char open; /* the quote that is not closed: ' or "; '\\' after a last backslash; 0: none */
	bool last_begun; /* the line ends inside its last word */
};

void shellwords_split(const char *line, struct shellwords *out);
void shellwords_release(struct shellwords *w);

/* `word` as one has to type it: in quotes if need be. */
void shellwords_quote(const char *word, struct buf *out);

#endif
