/*
 * command.h - what a command is: its entry in the table, its options, its arguments.
 *
 * One record says everything about a command; parsing, `--help`, `help --json`, the manual's and
 * the completions' tests all read it. Adding a command is one record in commands.c and one
 * function in a cmd-*.c.
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct app;
struct args;

enum exit_code {
	EXIT_OK = 0,
	EXIT_PROBLEM = 1, /* it was understood and could not be done, or problems were found */
	EXIT_USAGE = 2,   /* it was not understood */
};

struct option_spec {
	const char *name;     /* without the dashes */
	const char *argument; /* "N", "DATE"; NULL: a switch */
	const char *summary;  /* N_() */
};

/* A short name of an option: -n 5 and -n5 are --count 5. */
struct option_letter {
	char letter;
	const char *name;
};

struct command {
	const char *name;
	const char *synopsis;              /* operands only: "[TOPIC|NOTE]" */
	const char *summary;               /* N_(), one line */
	const struct option_spec *options; /* ended by name NULL; NULL: none but the global ones */
	const struct option_letter *letters; /* ended by letter '\0'; NULL: no option has one */
	int min_operands, max_operands;      /* max -1: any number */
	bool raw; /* every word after the name is an operand as it is, dashes included */
	/* Lists its own words, for its help; --help among them is ours then, raw or not. NULL: it
	 * has none. */
	void (*words)(int columns, struct buf *out);
	int (*run)(struct app *app, const struct args *args);
};

extern const struct option_spec global_options[];
extern const struct command *const commands[]; /* NULL-terminated */

enum { ARGS_MAX_OPTIONS = 16 };

/* A parsed command line. Owns the operands, borrows the rest from argv. */
struct args {
	const struct command *command;
	const char **operands;
	int n_operands;
	struct {
		const char *name, *value; /* value "" for a switch */
	} options[ARGS_MAX_OPTIONS];
	int n_options;
};

/* Splits argv (without the program's name). No command: `home`. ERR_USAGE names the nearest
 * command or option. */
bool args_parse(struct args *a, int argc, const char **argv, struct err *e);
void args_release(struct args *a);
/* The value of --lang in a command line that may be wrong otherwise; NULL: not given. */
const char *args_language(int argc, const char **argv);

/* The value of an option: NULL if it was not given, "" for a switch. The last one wins. */
const char *args_option(const struct args *a, const char *name);
/* A whole number in [min, max]; `fallback` if not given. */
bool args_number(const struct args *a, const char *name, int min, int max, int fallback, int *out,
	struct err *e);

/* `amidojo NAME --help`, and the list of all commands for NULL. */
void command_help(const struct command *c, int columns, struct buf *out);
const struct command *command_named(const char *name);
/* There is no such command; names the nearest. Answers false. */
bool command_unknown(const char *word, struct err *e);

#endif
