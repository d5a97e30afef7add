/*
 * shape-driver.c - the AWS CLI on a world in memory, for tests/sim/test_coverage.py: like `amidojo
 * aws`, and it tells what the program cannot: members of an answer that the model does not have.
 *
 *     shape-driver --handlers    prints the operations of the model that nobody handles
 *     shape-driver FOLDER        reads requests, a line of JSON each, and answers each with a line
 *
 * A request is {"words": [...], "env": {...}}, {"advance": milliseconds} or {"word": "next" |
 * "undo" | "redo"}; the answer to the first {"code", "out", "err", "misfits": [...]}, else {}.
 * Profiles are written to FOLDER. Seed and start of the world are those of casefile.py.
 */
#include "base/mem.h"
#include "sim/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 1 };
#define START_MS INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

struct driver {
	struct sim *s;
	char *config, *credentials;
	const json_t *env;  /* of the request under way */
	struct sim_run run; /* the same */
};

/* ---- what the CLI asks for ---- */

static const char *get_env(void *ctx, const char *name)
{
	const struct driver *d = ctx;
	const char *given = json_string_value(json_object_get(d->env, name));

	return given ? given : NULL;
}

static void call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct driver *d = ctx;

	sim_call(&d->run, who, op, request, reply);
}

static void let_sleep(void *ctx, int64_t milliseconds)
{
	struct driver *d = ctx;

	sim_sleep(&d->run, milliseconds);
}

/* ---- a request ---- */

/* Bytes that are no UTF-8 become question marks: JSON cannot carry them. */
static json_t *text_json(struct buf *b)
{
	json_t *text = json_stringn(b->s, b->len);

	for (size_t i = 0; !text && i < b->len; i++)
		if ((unsigned char)b->s[i] >= 0x80)
			b->s[i] = '?';
	return text ? text : json_stringn(b->s, b->len);
}

static json_t *run_words(struct driver *d, const json_t *request)
{
	const json_t *words = json_object_get(request, "words");
	size_t n = json_array_size(words);
	const char **argv = xcalloc(n + 1, sizeof *argv);
	struct buf label = BUF_INIT, misfits = BUF_INIT;
	struct cli c = {
		.n_words = n,
		.words = argv,
		.ctx = d,
		.call = call,
		.sleep = let_sleep,
		.env = get_env,
		.config_file = d->config,
		.credentials_file = d->credentials,
		.language = "en",
		.out = BUF_INIT,
		.err = BUF_INIT,
	};
	json_t *answer;

	buf_adds(&label, "aws");
	for (size_t i = 0; i < n; i++) {
		argv[i] = json_string_value(json_array_get(words, i));
		buf_addf(&label, " %s", argv[i]);
	}
	d->env = json_object_get(request, "env");
	d->run = (struct sim_run){.s = d->s, .label = label.s, .misfits = &misfits};
	cli_run(&c);
	answer = json_pack("{s:i, s:o, s:o, s:[]}", "code", c.code, "out", text_json(&c.out), "err",
		text_json(&c.err), "misfits");
	if (misfits.len)
		json_array_append_new(json_object_get(answer, "misfits"), text_json(&misfits));
	cli_release(&c);
	buf_release(&label);
	buf_release(&misfits);
	free(argv);
	return answer;
}

static void run_word(struct driver *d, const char *word)
{
	int64_t next;

	if (strcmp(word, "undo") == 0)
		sim_undo(d->s);
	else if (strcmp(word, "redo") == 0)
		sim_redo(d->s);
	else if (strcmp(word, "next") == 0 && sim_next_event(d->s, &next))
		world_pass(d->s->w, next);
}

static json_t *serve(struct driver *d, const json_t *request)
{
	const char *word = json_string_value(json_object_get(request, "word"));
	const json_t *advance = json_object_get(request, "advance");

	if (json_object_get(request, "words"))
		return run_words(d, request);
	if (word)
		run_word(d, word);
	if (advance)
		sim_advance(d->s, json_integer_value(advance));
	return json_object();
}

/* ---- beginning and end ---- */

static char *write_profile(const char *folder, const char *name, const struct buf *text)
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

static void write_profiles(struct driver *d, const char *folder)
{
	struct buf config = BUF_INIT, credentials = BUF_INIT;

	sim_first_config(&config, &credentials);
	d->config = write_profile(folder, "config", &config);
	d->credentials = write_profile(folder, "credentials", &credentials);
	buf_release(&config);
	buf_release(&credentials);
}

static void serve_all(struct driver *d)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		json_t *request = json_loads(line, 0, NULL), *answer = serve(d, request);

		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
		fflush(stdout);
		json_decref(request);
		json_decref(answer);
	}
	free(line);
}

static int list_unhandled(void)
{
	for (size_t i = 0; i < model_counts.operations; i++) {
		const struct model_operation *op = &model_operations[i];

		if (!ops_handles(op))
			printf("%s %s\n", model_text(model_services[op->service].command),
				model_text(op->cli));
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct driver d = {0};

	if (argc == 2 && strcmp(argv[1], "--handlers") == 0)
		return list_unhandled();
	if (argc != 2) {
		fputs("usage: shape-driver --handlers | FOLDER\n", stderr);
		return 2;
	}
	d.s = sim_new(&(struct sim_options){.seed = SEED, .start_ms = START_MS});
	write_profiles(&d, argv[1]);
	serve_all(&d);
	sim_free(d.s);
	free(d.config);
	free(d.credentials);
	return 0;
}
