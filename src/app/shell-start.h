/*
 * shell-start.h - what makes a shell one of `amidojo shell`: names that are links to this program,
 * a file that the shell reads first, and an environment in which no real account is left.
 */
#ifndef APP_SHELL_START_H
#define APP_SHELL_START_H

#include "app/files.h"

/* The program was called by a name of its own, as busybox is: the words that stand for it ("world",
 * "clock"). How many: 0 if the name says nothing. */
enum { CALLED_MOST = 2 };
size_t called_as(const char *argv0, const char *words[CALLED_MOST]);
/* "aws_completer": asked by a shell what could stand at the cursor. */
bool called_to_complete(const char *argv0);

/* Before anything has changed the environment: remembers what a shell is to get back of it, and
 * takes away the names of files that `amidojo shell` has set for other programs than this one, or,
 * outside of it, that belong to a real account. */
void shell_environment_begin(void);

/* Makes the links in places->data/bin, or puts right what is wrong with them. Shells that are open
 * never see one missing. */
bool shell_links(const struct places *places, struct err *e);
/* Writes the files that shells read first into places->data/shell, where they differ. */
bool shell_files(const struct places *places, struct err *e);
/* For programs that are started from here: any that speaks to AWS finds the simulator's keys, which
 * open nothing, unless the learner has named other files. */
void shell_account(const struct places *places);
/* Sets the variables of the shell, and takes those of a real account away. Answers whether there
 * were any. */
bool shell_environment(const struct places *places);

/* Gives $LANGUAGE back: from here on messages are in the language of the environment. */
void shell_language(void);

/* The first words of the command line that starts `shell` (a path), and the variables that its
 * family wants. They live as long as the program, which is going to be another one. How many. */
enum { SHELL_WORDS = 4 };
size_t shell_words(const struct places *places, const char *shell, const char *words[SHELL_WORDS]);

#endif
