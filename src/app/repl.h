/*
 * repl.h - lines typed at the simulator's prompt: readline with history, completion and help on a
 * terminal, plain lines of a script otherwise.
 */
#ifndef APP_REPL_H
#define APP_REPL_H

#include "app/typed.h"
#include "app/world.h"

/* A word that the prompt understands beside the AWS CLI's. What it takes follows from `synopsis`:
 * small letters and dashes stand for themselves, ID, NAME (of a world), LAB and FILE for what
 * there is. */
struct repl_word {
	const char *name, *synopsis, *summary; /* "clock", "clock [next | advance 15m]", N_() */
};

struct repl {
	struct app *app;
	struct app_world *world;
	const struct repl_word *words;
	size_t n_words;
	const struct typed *typed; /* names that were set */
	char *history;             /* file; NULL: none */
	bool terminal;
};

/* The rest is set by the caller before. */
void repl_begin(struct repl *r, struct app *a, struct app_world *w);
void repl_end(struct repl *r);

/* One line without its newline; lines that end in a backslash are joined. Owned; NULL at the end of
 * input. Ctrl-C gives up the line and asks anew. */
char *repl_line(struct repl *r, const char *prompt);

/* repl-complete.c: what can stand at a place of a line. */
struct repl_matches {
	struct sim_completion found; /* words and notes for the last word */
	char *before; /* what stands in front of each, as it was typed: "X=$(", "--profile="; owned
		       */
	bool bare;    /* they are put in as they are, without quotes */
	bool plain_files; /* a file's name, or a program of the shell's */
};

/* `word`: what readline takes for the last word of `line`, which ends at the cursor. */
void repl_complete(
	const struct repl *r, const char *line, const char *word, struct repl_matches *out);
void repl_matches_release(struct repl_matches *m);

/* A line or two on what stands at `cursor` (bytes): an operation, an option, a word of the prompt.
 * Nothing, if there is nothing to say. */
void repl_explain(const struct repl *r, const char *line, size_t cursor, struct buf *out);

#endif
