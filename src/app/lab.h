/*
 * lab.h - a lab under way: the world it is worked in, the open task, what was shown, what came of
 * it.
 *
 * A lab has a world of its own ("lab-ID"), set up from the lab's seed alone. What the learner does
 * there is put on record beside it, in the same transaction. Tasks are done in order; once passed,
 * a task stays passed. A check looks at a copy of the world, so that it may try things.
 */
#ifndef APP_LAB_H
#define APP_LAB_H

#include "app/world.h"

/* `lab WORD ...` from wherever it is typed; words[0] is "lab". `w`: the world that is open there
 * (not entered), which becomes another one by start and stop; NULL: none. Tells its errors; answers
 * the exit code. */
int lab_words(struct app *a, struct app_world *w, size_t n, char *const *words);

/* The words and what they do, a line or two each. */
void lab_list_words(int columns, struct buf *out);

/* After a command in the world: if it is a lab's, and the command has moved it, looks whether the
 * open task is done, and tells (on standard error, if that is a terminal, or to the prompt of
 * `amidojo sim`). Does nothing in other worlds. Never fails: what goes wrong is told by the next
 * `lab` command. */
void lab_tick(struct app *a, struct app_world *w);

/* "share-an-ami 1/3" of the world's lab: for a shell's prompt. Between enter and leave. False: no
 * lab, and nothing is appended. */
bool lab_prompt(struct app_world *w, struct buf *out);

#endif
