/*
 * ink.h - styled text in which every line is complete by itself.
 *
 * Text is collected in tones (bold, code, ...) and links, wrapped like any text, and written line
 * by line with ink_line: what is open at the end of a line is closed there and opened again on
 * the next one, so that a pager can show any lines without the others.
 */
#ifndef APP_INK_H
#define APP_INK_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum tone {
	TONE_TITLE = 1,
	TONE_STRONG = 2,
	TONE_ITALIC = 4,
	TONE_CODE = 8,
	TONE_LINK = 16,
	TONE_DIM = 32,
};

struct ink {
	struct buf text;
	unsigned tones; /* in force at the end of the text */
	bool colour;    /* without it, tones leave no trace */
};

void ink_release(struct ink *k);
/* Appends in these tones; a sequence is written only where the tones change. */
void ink_add(struct ink *k, unsigned tones, const char *s, size_t n);
/* Closes what is open: before the text is taken away. */
void ink_end(struct ink *k);
/* Begins a link, or ends it (NULL). What an address cannot hold is written as %XX. */
void ink_link(struct ink *k, const char *url);

/* What is open between two lines; zeroed before the first. It points into the text of the lines. */
struct ink_carry {
	const char *tones, *link;
	size_t tones_len, link_len;
};

/* One line, without a newline, made complete by itself. Blanks before it are never styled. */
void ink_line(struct buf *out, struct ink_carry *carry, const char *line, size_t n);

#endif
