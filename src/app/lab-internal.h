/*
 * lab-internal.h - what the files of the lab command share.
 */
#ifndef APP_LAB_INTERNAL_H
#define APP_LAB_INTERNAL_H

#include "app/lab-state.h"
#include "store/labs.h"

/* Nothing a learner did is lost: the record of the attempt is kept as one would hand it in, in the
 * folder labs/ of the data. Entered world. (lab-begin.c) */
bool lab_put_aside(struct app *a, struct app_world *w, const struct lab_state *s, struct err *e);
/* Sets the lab's world up anew in `w` ("lab-ID", entered), and its state. (lab-begin.c) */
struct lab_state *lab_begin(struct app *a, struct app_world *w, const struct lab *lab,
	const char *class_seed, const char *student, struct err *e);
/* The same world from the start, as another attempt: hints and solutions stay shown. */
bool lab_again(struct app_world *w, struct lab_state *s, struct err *e);
/* Into the progress, as far as it is not there yet. (lab-begin.c) */
bool lab_sync(struct app *a, const struct lab_state *s, struct err *e);

/* The open task passes if its goal is reached, and the next ones; what passes is noted. Entered
 * world; answers how many, and keeps nothing itself. -1: an error. (lab-begin.c) */
int lab_pass(struct app_world *w, struct lab_state *s, struct err *e);

/* --- what is shown (lab-show.c) ----------------------------------------------------------------
 */

struct look;
/* Title, situation, all tasks, and the open one in full. */
void lab_show_task(struct app *a, struct lab_state *s, bool about, struct buf *out);
void lab_print_json(const struct lab_state *s, int commands_now);
/* The open task in a line, or that all are done. */
void lab_show_open(struct app *a, struct lab_state *s, struct buf *out);
/* Tasks [from, to) have passed just now; what comes next. */
void lab_show_passed(struct app *a, struct lab_state *s, size_t from, size_t to, struct buf *out);
void lab_show_hints(struct app *a, struct lab_state *s, int from, struct buf *out);
void lab_show_solution(struct app *a, struct lab_state *s, struct buf *out);
/* Looks at the open task's goal, sentence by sentence; verbose: with the commands. There is an open
 * task. */
void lab_show_check(
	struct app *a, struct app_world *w, struct lab_state *s, bool verbose, struct buf *out);
bool lab_show_list(struct app *a, struct buf *out, struct err *e);

#endif
