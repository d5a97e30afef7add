/*
 * endpoint-driver.c - the AWS CLI on a world in memory, telling each call of the API that it makes:
 * what the clients of an endpoint must be answered on an equal world.
 *
 *     endpoint-driver FOLDER    reads requests, a line of JSON each, and answers each with a line
 *
 * A request is {"words": [...], "env": {...}}; the answer {"code", "out", "err", "calls": [...]}.
 * Of calls there are {"service", "operation", "key", "secret", "region", "request", "answer"}, the
 * same with "fault": {"code", "text", "status"} instead of an answer, and {"sleep": milliseconds}
 * between polls.
 * {"advance": milliseconds} and {"word": "next" | "undo" | "redo"} let time pass or go back; they
 * are answered with {"passed": milliseconds}. In requests and answers the model's timestamps are
 * {"$time": text} and its blobs {"$blob": base64}, so that a client's types can be held against
 * them, and numbers beyond 64 bits are {"$whole": digits}. Profiles are written to FOLDER. Seed and
 * start are those of tests/sim/casefile.py.
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/whole.h"
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
	json_t *calls;      /* the same */
};

/* ---- documents with their types ---- */

static json_t *typed(const struct model_shape *shape, json_t *value);

static json_t *typed_structure(const struct model_shape *shape, json_t *value)
{
	json_t *out = json_object(), *member;
	const char *name;

	json_object_foreach(value, name, member)
	{
		const struct model_member *m =
			model_find_member(shape, MODEL_BY_NAME, name, strlen(name));

		json_object_set_new(
			out, name, m ? typed(model_member_shape(m), member) : json_incref(member));
	}
	return out;
}

static json_t *typed_elements(const struct model_shape *shape, json_t *value)
{
	const struct model_shape *element = model_shape(shape->element);
	json_t *out = json_is_array(value) ? json_array() : json_object(), *member;
	const char *name;
	size_t i;

	json_array_foreach(value, i, member) json_array_append_new(out, typed(element, member));
	if (json_is_object(value))
		json_object_foreach(value, name, member)
			json_object_set_new(out, name, typed(element, member));
	return out;
}

/* A new reference: the value, with timestamps and blobs told from other text, and numbers beyond 64
 * bits from those that jansson can write. */
static json_t *typed(const struct model_shape *shape, json_t *value)
{
	if (!shape)
		return json_incref(value);
	if (shape->kind == MODEL_STRUCTURE && json_is_object(value))
		return typed_structure(shape, value);
	if (shape->kind == MODEL_LIST || shape->kind == MODEL_MAP)
		return typed_elements(shape, value);
	if (shape->kind == MODEL_TIMESTAMP)
		return json_pack("{s:O}", "$time", value);
	if (shape->kind == MODEL_BLOB)
		return json_pack("{s:O}", "$blob", value);
	if (whole_digits(value))
		return json_pack("{s:s}", "$whole", whole_digits(value));
	return json_incref(value);
}

/* ---- what the CLI asks for ---- */

static const char *get_env(void *ctx, const char *name)
{
	const struct driver *d = ctx;

	return json_string_value(json_object_get(d->env, name));
}

static void call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct driver *d = ctx;
	json_t *told = json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:o}", "service",
		model_text(model_services[op->service].name), "operation", model_text(op->name),
		"key", who->key, "secret", who->secret, "region", who->region, "request",
		typed(model_shape(op->input), request));

	sim_call(&d->run, who, op, request, reply);
	if (reply->value)
		json_object_set_new(told, "answer", typed(model_shape(op->output), reply->value));
	else if (reply->code)
		json_object_set_new(told, "fault",
			json_pack("{s:s, s:s, s:i}", "code", reply->code, "text", reply->text,
				"status", reply->status));
	json_array_append_new(d->calls, told);
}

static void let_sleep(void *ctx, int64_t milliseconds)
{
	struct driver *d = ctx;

	sim_sleep(&d->run, milliseconds);
	json_array_append_new(d->calls, json_pack("{s:I}", "sleep", (json_int_t)milliseconds));
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

	for (size_t i = 0; i < n; i++)
		argv[i] = json_string_value(json_array_get(words, i));
	d->env = json_object_get(request, "env");
	d->run = (struct sim_run){.s = d->s, .label = "aws"};
	d->calls = json_array();
	cli_run(&c);
	answer = json_pack("{s:i, s:o, s:o, s:o}", "code", c.code, "out", text_json(&c.out), "err",
		text_json(&c.err), "calls", d->calls);
	cli_release(&c);
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
	int64_t before = sim_now(d->s);

	if (json_object_get(request, "words"))
		return run_words(d, request);
	if (word)
		run_word(d, word);
	if (advance)
		sim_advance(d->s, json_integer_value(advance));
	return json_pack("{s:I}", "passed", (json_int_t)(sim_now(d->s) - before));
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
	struct buf text = BUF_INIT;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		json_t *request = json_loads(line, 0, NULL), *answer = serve(d, request);

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

int main(int argc, char **argv)
{
	struct driver d = {0};

	if (argc != 2) {
		fputs("usage: endpoint-driver FOLDER\n", stderr);
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
