/*
 * line-driver.h - the AWS CLI on a world in memory behind lines of JSON on standard input and
 * output: what shape-driver and endpoint-driver share.
 *
 * A request is {"words": [...], "env": {...}}; its answer {"code", "out", "err"} and, under a name
 * of the driver's, a list of what it has to tell of the calls. {"advance": milliseconds} and
 * {"word": "next" | "undo" | "redo"} let time pass or go back; they are answered with {"passed":
 * milliseconds}. Profiles are written to a folder. Seed and start of the world are those of
 * casefile.py.
 */
#ifndef SIM_LINE_DRIVER_H
#define SIM_LINE_DRIVER_H

#include "base/json.h"
#include "base/mem.h"
#include "sim/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRIVER_SEED = 1 };
#define DRIVER_START_MS INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

/* Begin with what is given; the rest is NULL. */
struct driver {
	/* given */
	cli_call_fn *call; /* with a struct driver, as sleep; so they call sim_call and sim_sleep */
	cli_sleep_fn *sleep;
	const char *telling; /* the name of what is told: "calls" */

	struct sim *s;
	char *config, *credentials;
	const json_t *env;  /* of the request under way */
	struct sim_run run; /* the same */
	struct buf misfits; /* the same */
	json_t *told;       /* the same */
};

/* Bytes that are no UTF-8 become question marks: JSON cannot carry them. */
static json_t *driver_text(struct buf *b)
{
	json_t *text = json_stringn(b->s, b->len);

	for (size_t i = 0; !text && i < b->len; i++)
		if ((unsigned char)b->s[i] >= 0x80)
			b->s[i] = '?';
	return text ? text : json_stringn(b->s, b->len);
}

static const char *driver_env(void *ctx, const char *name)
{
	const struct driver *d = ctx;

	return json_string_value(json_object_get(d->env, name));
}

static json_t *driver_words(struct driver *d, const json_t *request)
{
	const json_t *words = json_object_get(request, "words");
	size_t n = json_array_size(words);
	const char **argv = xcalloc(n + 1, sizeof *argv);
	struct cli c = {
		.n_words = n,
		.words = argv,
		.ctx = d,
		.call = d->call,
		.sleep = d->sleep,
		.env = driver_env,
		.config_file = d->config,
		.credentials_file = d->credentials,
		.language = "en",
		.out = BUF_INIT,
		.err = BUF_INIT,
	};
	json_t *answer;

	for (size_t i = 0; i < n; i++)
		argv[i] = json_string_value(json_array_get(words, i));
	d->env = json_object_get(request, "env");
	d->run = (struct sim_run){.s = d->s, .label = "aws", .misfits = &d->misfits};
	d->told = json_array();
	cli_run(&c);
	answer = json_pack("{s:i, s:o, s:o, s:o}", "code", c.code, "out", driver_text(&c.out),
		"err", driver_text(&c.err), d->telling, d->told);
	cli_release(&c);
	free(argv);
	return answer;
}

static void driver_word(struct driver *d, const char *word)
{
	int64_t next;

	if (strcmp(word, "undo") == 0)
		sim_undo(d->s);
	else if (strcmp(word, "redo") == 0)
		sim_redo(d->s);
	else if (strcmp(word, "next") == 0 && sim_next_event(d->s, &next))
		world_pass(d->s->w, next);
}

static json_t *driver_answer(struct driver *d, const json_t *request)
{
	const char *word = json_string_value(json_object_get(request, "word"));
	const json_t *advance = json_object_get(request, "advance");
	int64_t before = sim_now(d->s);

	if (json_object_get(request, "words"))
		return driver_words(d, request);
	if (word)
		driver_word(d, word);
	if (advance)
		sim_advance(d->s, json_integer_value(advance), NULL);
	return json_pack("{s:I}", "passed", (json_int_t)(sim_now(d->s) - before));
}

static char *driver_profile(const char *folder, const char *name, const struct buf *text)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_addf(&path, "%s/%s", folder, name);
	f = fopen(path.s, "w");
	if (!f || fwrite(text->s, 1, text->len, f) != text->len || fclose(f) != 0) {
		perror(path.s);
		exit(1);
	}
	return buf_detach(&path);
}

static void driver_profiles(struct driver *d, const char *folder)
{
	struct buf config = BUF_INIT, credentials = BUF_INIT;

	sim_first_config(&config, &credentials);
	d->config = driver_profile(folder, "config", &config);
	d->credentials = driver_profile(folder, "credentials", &credentials);
	buf_release(&config);
	buf_release(&credentials);
}

static void driver_lines(struct driver *d)
{
	struct buf text = BUF_INIT;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		json_t *request = json_loads(line, 0, NULL), *answer = driver_answer(d, request);

		buf_clear(&text);
		buf_add_json(&text, answer, JSON_COMPACT);
		puts(text.s);
		fflush(stdout);
		json_decref(request);
		json_decref(answer);
	}
	buf_release(&text);
	free(line);
}

/* Answers standard input, line by line, until it ends. */
static void driver_serve(struct driver *d, const char *folder)
{
	d->s = sim_new(&(struct sim_options){.seed = DRIVER_SEED, .start_ms = DRIVER_START_MS});
	d->misfits = (struct buf)BUF_INIT;
	driver_profiles(d, folder);
	driver_lines(d);
	sim_free(d->s);
	free(d->config);
	free(d->credentials);
	buf_release(&d->misfits);
}

#endif
