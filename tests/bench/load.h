/*
 * load.h - what bench-load.c keeps apart: scenarios (what is to be sent, and what must come back),
 * values remembered of answers, and a histogram of latencies.
 *
 * A scenario is a file of lines. `track WEIGHT NAME` begins a track, the lines that follow are its
 * steps, sent one after another on one connection; four columns with tabs between:
 *
 *     STATUS[,STATUS...]   of the answer; any but the first ends the track and is no error
 *     TEXT                 that must be in an answer with the first status ("-": any)
 *     NAME=MARK            remember what follows MARK in the answer, up to < or " ("-": nothing)
 *     BODY                 a form; "@Target {...}": a JSON 1.1 request of that X-Amz-Target
 *
 * Holes in a body: {#} a number never used before, {%} the number of the connection, {NAME} a value
 * remembered by this connection, {-NAME} the same, and it is forgotten if the answer is as wanted.
 * A track is possible if its values are there and what it will remember has room. If all weights
 * are 0, the tracks are taken in turn, else at random by weight.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 32, VALUES_MAX = 8, VALUE_SIZE = 200, STATUSES_MAX = 4 };

/* --- latencies: 128 buckets to each power of two of nanoseconds, so within 1 %
 * --------------------
 */

enum { SUB_BITS = 7, SUB = 1 << SUB_BITS, BUCKETS = (42 - SUB_BITS) * SUB };

struct histogram {
	uint64_t count[BUCKETS], n, max;
};

static inline unsigned histogram_bucket(uint64_t ns)
{
	unsigned shift = 0, at;

	while (ns >> shift >= 2 * SUB)
		shift++;
	at = shift * SUB + (unsigned)(ns >> shift);
	return at < BUCKETS ? at : BUCKETS - 1;
}

static inline void histogram_add(struct histogram *h, uint64_t ns)
{
	h->count[histogram_bucket(ns)]++;
	h->n++;
	if (ns > h->max)
		h->max = ns;
}

/* The upper end of the bucket that the part `p` of all is not above, in microseconds. */
static inline double histogram_at(const struct histogram *h, double p)
{
	uint64_t wanted = (uint64_t)((double)h->n * p), sum = 0;

	for (unsigned i = 0; i < BUCKETS; i++) {
		unsigned shift = i < 2 * SUB ? 0 : i / SUB - 1;

		sum += h->count[i];
		if (sum && sum >= wanted) {
			uint64_t end = ((uint64_t)(i - shift * SUB) + 1) << shift;

			return (double)(end < h->max ? end : h->max) / 1e3;
		}
	}
	return 0;
}

/* --- scenarios -----------------------------------------------------------------------------------
 */

struct step {
	int status[STATUSES_MAX]; /* ended by 0 */
	const char *expect, *mark, *body, *target;
	int save; /* index of the name; -1: nothing is remembered */
};

struct track {
	const char *name;
	unsigned weight;
	size_t first, n; /* steps */
	uint64_t done;
};

struct scenario {
	struct arena memory;
	struct step *steps;
	struct track *tracks;
	const char *names[NAMES_MAX];
	size_t n_steps, cap_steps, n_tracks, cap_tracks, n_names;
	unsigned weights;
};

static inline _Noreturn void load_die(const char *what, const char *which)
{
	fprintf(stderr, "bench-load: %s: %s\n", what, which);
	exit(2);
}

static inline int scenario_name(struct scenario *s, const char *name, size_t n)
{
	for (size_t i = 0; i < s->n_names; i++)
		if (strlen(s->names[i]) == n && memcmp(s->names[i], name, n) == 0)
			return (int)i;
	if (s->n_names == NAMES_MAX)
		load_die("too many names", name);
	s->names[s->n_names++] = arena_strndup(&s->memory, name, n);
	return (int)s->n_names - 1;
}

static inline void scenario_statuses(struct step *step, char *text)
{
	size_t n = 0;

	for (char *rest = text; *rest && n < STATUSES_MAX - 1; rest += *rest == ',')
		step->status[n++] = (int)strtol(rest, &rest, 10);
}

/* The columns of a line, which is cut in place. */
static inline void scenario_step(struct scenario *s, char *line)
{
	struct step step = {.save = -1, .mark = ""};
	char *expect = strchr(line, '\t'), *save = expect ? strchr(expect + 1, '\t') : NULL,
	     *body = save ? strchr(save + 1, '\t') : NULL, *mark;

	if (!body || !s->n_tracks)
		load_die("not a step of a track", line);
	*expect++ = *save++ = *body++ = '\0';
	scenario_statuses(&step, line);
	step.expect = arena_strdup(&s->memory, strcmp(expect, "-") == 0 ? "" : expect);
	mark = strchr(save, '=');
	if (mark) {
		step.save = scenario_name(s, save, (size_t)(mark - save));
		step.mark = arena_strdup(&s->memory, mark + 1);
	}
	if (*body == '@') {
		char *blank = strchr(body, ' ');

		if (!blank)
			load_die("a target without a body", body);
		*blank = '\0';
		step.target = arena_strdup(&s->memory, body + 1);
		body = blank + 1;
	}
	step.body = arena_strdup(&s->memory, body);
	ARRAY_GROW(s->steps, s->n_steps, s->cap_steps);
	s->steps[s->n_steps++] = step;
	s->tracks[s->n_tracks - 1].n++;
}

static inline void scenario_line(struct scenario *s, char *line)
{
	char name[64];
	unsigned weight;

	line[strcspn(line, "\n")] = '\0';
	if (!*line || *line == '#')
		return;
	if (sscanf(line, "track %u %63s", &weight, name) == 2) {
		ARRAY_GROW(s->tracks, s->n_tracks, s->cap_tracks);
		s->tracks[s->n_tracks++] = (struct track){.name = arena_strdup(&s->memory, name),
			.weight = weight,
			.first = s->n_steps};
		s->weights += weight;
		return;
	}
	scenario_step(s, line);
}

static inline void scenario_read(struct scenario *s, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		load_die(path, strerror(errno));
	while (getline(&line, &room, file) > 0)
		scenario_line(s, line);
	free(line);
	fclose(file);
	if (!s->n_steps)
		load_die(path, "there is no step in it");
}

static inline void scenario_release(struct scenario *s)
{
	free(s->steps);
	free(s->tracks);
	arena_release(&s->memory);
}

/* --- what a connection remembers -----------------------------------------------------------------
 */

struct values {
	char value[VALUES_MAX][VALUE_SIZE];
	unsigned n;
};

static inline void values_add(struct values *v, const char *text, size_t n)
{
	if (v->n < VALUES_MAX && n < VALUE_SIZE)
		snprintf(v->value[v->n++], VALUE_SIZE, "%.*s", (int)n, text);
}

static inline void values_remove(struct values *v, unsigned at)
{
	v->n--;
	if (at != v->n)
		memcpy(v->value[at], v->value[v->n], VALUE_SIZE);
}

/* Calls back with every {hole} of a body. */
static inline bool each_hole(
	const char *body, bool (*visit)(void *ctx, const char *hole, size_t n), void *ctx)
{
	for (const char *at = strchr(body, '{'); at; at = strchr(at + 1, '{')) {
		size_t n = strcspn(at + 1, "{}\" ,:&=");

		if (n && at[1 + n] == '}' && !visit(ctx, at + 1, n))
			return false;
	}
	return true;
}

#endif
