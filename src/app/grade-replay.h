/*
 * grade-replay.h - one submission done again; see grade.h.
 */
#ifndef APP_GRADE_REPLAY_H
#define APP_GRADE_REPLAY_H

#include "app/grade.h"

/* Fills everything of `g` that one file tells. `g->student` (owned) stays, if it names nobody. */
void grade_replay(
	struct grade *g, const struct library *l, const char *class_seed, const char *path);

#endif
