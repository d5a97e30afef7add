/*
 * repl.h - lines typed at the simulator's prompt: readline with history and completion on a
 * terminal, plain lines of a script otherwise.
 */
#ifndef APP_REPL_H
#define APP_REPL_H

#include "app/world.h"

struct repl {
	struct app *app;
	struct app_world *world;
	char *history; /* file; NULL: none */
	bool terminal;
};

void repl_begin(struct repl *r, struct app *a, struct app_world *w);
void repl_end(struct repl *r);

/* One line without its newline; lines that end in a backslash are joined. Owned; NULL at the end of
 * input. Ctrl-C gives up the line and asks anew. */
char *repl_line(struct repl *r, const char *prompt);

#endif
