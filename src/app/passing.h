/*
 * passing.h - a world's time as a person sees it and lets it pass: "clock
 * advance 15m".
 */
#ifndef APP_PASSING_H
#define APP_PASSING_H

#include "base/buf.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the words are "clock advance SPAN" (base/number.h), and for how long.
 */
bool passing_parse(size_t n, char *const *words, int64_t *ms);
/* "2026-11-21 10:20:30", UTC: what every time in the world is in. */
void passing_add_time(struct buf *out, int64_t ms);
/* Lets time pass, as a command that is undone by itself; what changed on the way, a line each, is
 * appended. label: what was typed. */
void passing_advance(struct sim *s, int64_t ms, const char *label, struct buf *out);
/* A sentence: what time it is, and when the next change comes. */
void passing_tell(const struct sim *s, struct buf *out);

#endif
