/*
 * history.h - what became of resources and when, out of the steps that the world remembers.
 *
 * A step knows what was before and after it. Time that passed in one step may hold several changes
 * of one resource; they are told one by one, each at its own time, as far as documents say when:
 * their timers and the members in which they note it.
 */
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include "world/world.h"

/* Both documents are borrowed until the function returns; strings live as long as the world's
 * steps. */
typedef void history_fn(void *ctx, const struct world_change *c, int64_t at);

/* Oldest first; within a step in the order of its changes, not of their times. */
void history_walk(const struct world *w, history_fn *fn, void *ctx);
/* Whether everything since the world's start is remembered; false: from *from on. */
bool history_is_whole(const struct world *w, int64_t *from);
/* When a resource was made, by what its document says; false: it says nothing. */
bool history_birth(const json_t *doc, int64_t *at);

#endif
