/*
 * typed.h - a line typed at the prompt, carried out as a shell would: $NAME and $(...) replaced,
 * NAME=value kept, and what comes behind | or > given to sh.
 *
 * The command before the first | or > is the prompt's own affair; sh gets what it printed. In
 * that sh, `aws` is this program in the same world, and names that were exported are variables.
 */
#ifndef APP_TYPED_H
#define APP_TYPED_H

#include "app/app.h"

struct typed_value {
	char *name, *text;
};

struct typed {
	struct app *app;
	void *ctx;
	/* Carries out a command; prints to stdout and stderr; answers the exit code. `line`: what
	 * was typed, with names replaced. */
	int (*run)(void *ctx, size_t n, char **words, const char *line);
	const char *(*world)(void *ctx); /* the name of the world, for programs of the learner */
	struct typed_value *values;
	size_t n, cap;
	int code;  /* of the latest command */
	int depth; /* of $(...), as it is being carried out */
	bool held; /* what is printed now is not for the terminal */
};

void typed_release(struct typed *t);

/* Answers the exit code, which is a shell's: of the last command of a pipe, of $(...) in
 * NAME=$(...). Errors were told. */
int typed_line(struct typed *t, const char *line);

/* The value of a name, or of the environment's variable; NULL: none. */
const char *typed_value(const struct typed *t, const char *name);
/* A variable of the environment is changed there too. */
void typed_set(struct typed *t, const char *name, const char *text);
void typed_unset(struct typed *t, const char *name);

#endif
