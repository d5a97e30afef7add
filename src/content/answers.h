/*
 * answers.h - whether questions can be answered without knowing anything.
 *
 * Some candidates pick the longest option, the shortest, the one that repeats most of the
 * question's words, or always the same place. Each of these guessers is let loose on the
 * multiple-choice questions of the checked files, in each language; with four options they should
 * be right about once in four. Position counts as it stands in the file, though the program
 * shuffles: a paper may be printed from it.
 */
#ifndef CONTENT_ANSWERS_H
#define CONTENT_ANSWERS_H

#include "content/library.h"

enum guesser { GUESS_LONGEST, GUESS_SHORTEST, GUESS_ECHO, GUESSERS };

extern const char *const guesser_name[GUESSERS]; /* "longest", "shortest", "echo" */
const char *guesser_label(enum guesser g);       /* what it picks, in the UI language */

enum {
	ANSWERS_POSITIONS = 4,
	ANSWERS_ENOUGH = 40,      /* questions before shares mean something */
	ANSWERS_LONGEST_MAX = 30, /* percent */
	ANSWERS_GUESS_MAX = 40,
	ANSWERS_POSITION_MIN = 15,
	ANSWERS_POSITION_MAX = 35,
};

struct answers {
	int questions;                /* multiple choice with four options */
	double hits[GUESSERS][LANGS]; /* a tie of k options counts 1/k */
	int position[ANSWERS_POSITIONS];
};

void answers_measure(const struct library *l, struct answers *out);

/* Warns of what gives answers away: in single questions, and in all of them together. */
void answers_check(struct library *l);

#endif
