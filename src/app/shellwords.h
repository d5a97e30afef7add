/*
 * shellwords.h - a typed line as words, the way a shell splits it: quotes and backslashes, nothing
 * else.
 *
 * Nothing is expanded: no variables, no patterns, no commands. A word that begins with # begins a
 * remark, to the end of its line. Decomposed Korean is composed, and a full-width space (U+3000) or
 * a no-break space outside quotes parts words like any other blank, because Korean and Japanese
 * keyboards type it unseen.
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

/* What is open behind the lines read so far; begin with a zeroed one. */
struct shellwords_scan {
	char open; /* as above */
	bool word; /* inside a word */
};
/* Goes on with the next line, so that a text of many lines need not be split again for each. */
void shellwords_scan(struct shellwords_scan *at, const char *line);

/* `word` as one has to type it: in quotes if need be. */
void shellwords_quote(const char *word, struct buf *out);

#endif
