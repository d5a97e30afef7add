/*
 * note.h - a note as it is read: title, body, summary, what is said elsewhere, sources.
 */
#ifndef APP_NOTE_H
#define APP_NOTE_H

#include "app/app.h"

/* `addresses`: print the sources' addresses in full also where links can carry them. */
void note_render(const struct note *n, const struct look *look, bool addresses, struct buf *out);

/* "Sources": on a screen the names of the pages, as links; their addresses when asked for, or in a
 * pipe. */
void sources_render(const struct source *sources, size_t n, const struct look *look, bool addresses,
	struct buf *out);

/*
 * Shows the note until a key that is not its own: 'q', Enter, a blank at the end, KEY_EOF or
 * KEY_SIGNAL. `go_on` labels Enter (NULL: just "back"). The language toggled stays in `look`.
 */
int note_view(struct app *a, const struct note *n, struct look *look, const char *go_on);

#endif
