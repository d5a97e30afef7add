/* graph-world.h - a world in memory, driven by AWS CLI commands, for test-graph and test-changes.
 */
#ifndef TESTS_GRAPH_WORLD_H
#define TESTS_GRAPH_WORLD_H

#include "base/buf.h"
#include "base/mem.h"
#include "sim/internal.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRAPH_START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

struct shell {
	struct sim *s;
	const char *profile, *region;
};

static const char *graph_env(void *ctx, const char *name)
{
	const struct shell *p = ctx;

	for (const struct ops_profile *o = ops_profiles; o->name; o++) {
		if (strcmp(o->name, p->profile) != 0)
			continue;
		if (strcmp(name, "AWS_ACCESS_KEY_ID") == 0)
			return o->key;
		if (strcmp(name, "AWS_SECRET_ACCESS_KEY") == 0)
			return o->secret;
	}
	return strcmp(name, "AWS_REGION") == 0 ? p->region : NULL;
}

/* Runs a command, words parted by blanks ('+' stands for a blank in a word); its output without the
 * newline, to be freed. The command must succeed. */
static char *aws_in(const struct shell *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static char *aws_in(const struct shell *p, const char *fmt, ...)
{
	const char *words[64];
	struct buf line = BUF_INIT;
	struct sim_answer a;
	size_t n = 0;
	va_list args;

	va_start(args, fmt);
	buf_vaddf(&line, fmt, args);
	va_end(args);
	for (char *rest = line.s, *word; (word = strsep(&rest, " "));) {
		for (char *c = word; *c; c++)
			if (*c == '+')
				*c = ' ';
		words[n++] = word;
	}
	sim_answer_init(&a);
	sim_aws(p->s,
		&(struct sim_command){.words = words,
			.n_words = n,
			.ctx = (void *)(uintptr_t)p,
			.env = graph_env,
			.language = "en"},
		&a);
	if (a.code != 0)
		fail_msg("%s: %d %s", words[1], a.code, a.err.s);
	if (a.out.len && a.out.s[a.out.len - 1] == '\n')
		buf_truncate(&a.out, a.out.len - 1);
	buf_release(&line);
	line = a.out;
	a.out = (struct buf)BUF_INIT;
	sim_answer_release(&a);
	return buf_detach(&line);
}

static void aws_do(const struct shell *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void aws_do(const struct shell *p, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list args;

	va_start(args, fmt);
	buf_vaddf(&line, fmt, args);
	va_end(args);
	free(aws_in(p, "%s", line.s));
	buf_release(&line);
}

static struct sim *graph_sim(void)
{
	return sim_new(&(struct sim_options){.seed = 1, .start_ms = GRAPH_START, .instant = false});
}

#endif
