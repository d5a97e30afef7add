/*
 * fuzz-argv.c - any words after `aws`, each ended by a newline, in a small world: an exit code that
 * the AWS CLI has, nothing on stderr when all is well, and answers that fit the model.
 *
 * Leading words NAME=VALUE with NAME one of those below are the environment. What has been typed so
 * far is completed too.
 */
#include "base/mem.h"
#include "cli/cli.h"
#include "ops/ops.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_WORDS = 64 };

static const char *const variables[] = {"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_OUTPUT",
	"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PAGER"};

struct typed {
	char *text;
	const char *word[MOST_WORDS];
	size_t n, first; /* words before `first` are settings */
	struct world *w;
};

static bool is_setting(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
		size_t n = strlen(variables[i]);

		if (strncmp(word, variables[i], n) == 0 && word[n] == '=')
			return true;
	}
	return false;
}

static const char *get_env(void *ctx, const char *name)
{
	const struct typed *t = ctx;
	size_t n = strlen(name);

	for (size_t i = 0; i < t->first; i++)
		if (strncmp(t->word[i], name, n) == 0 && t->word[i][n] == '=')
			return t->word[i] + n + 1;
	return NULL;
}

static void pass_time(void *ctx, int64_t milliseconds)
{
	struct typed *t = ctx;

	world_begin(t->w, NULL);
	world_advance(t->w, world_now(t->w) + milliseconds);
	world_commit(t->w);
}

static void call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct typed *t = ctx;
	struct ops_answer a = OPS_ANSWER_INIT;
	struct ops_caller caller = {.account = ops_account_of_key(t->w, who->key),
		.region = who->region,
		.elapsed_ms = OPS_TICK_MS};

	if (!ops_has_region(who->region)) {
		reply->failure = xstrdup("no such Region");
		return;
	}
	if (ops_call(t->w, &caller, op, request, &a)) {
		reply->value = json_incref(a.value);
	} else {
		reply->code = xstrdup(a.code);
		reply->text = xstrdup(a.text.s);
	}
	if (a.misfit.len)
		abort();
	ops_answer_release(&a);
}

static void split(struct typed *t, const uint8_t *data, size_t size)
{
	t->text = xstrndup((const char *)data, size);
	for (char *at = t->text; *at && t->n < MOST_WORDS;) {
		char *end = strchr(at, '\n');

		t->word[t->n++] = at;
		if (!end)
			break;
		*end = '\0';
		at = end + 1;
	}
	while (t->first < t->n && is_setting(t->word[t->first]))
		t->first++;
}

/* `aws configure` writes; so in a folder of our own. */
static const char *folder(void)
{
	static char path[] = "/tmp/fuzz-argv-XXXXXX";
	static bool made;

	if (!made && !mkdtemp(path))
		abort();
	made = true;
	return path;
}

static void run(struct typed *t)
{
	struct buf config = BUF_INIT, credentials = BUF_INIT;
	struct cli c = {
		.n_words = t->n - t->first,
		.words = t->word + t->first,
		.ctx = t,
		.call = call,
		.sleep = pass_time,
		.env = get_env,
		.folder = folder(),
		.language = t->n % 2 ? "ko" : "en",
		.columns = (int)(t->n % 3) * 40,
		.out = BUF_INIT,
		.err = BUF_INIT,
	};

	buf_addf(&config, "%s/config", folder());
	buf_addf(&credentials, "%s/credentials", folder());
	c.config_file = config.s;
	c.credentials_file = credentials.s;
	cli_run(&c);
	if (c.code != CLI_OK && c.code != CLI_UNSET && (c.code < CLI_USAGE || c.code > CLI_GENERAL))
		abort();
	if (c.code >= CLI_USAGE && !c.err.len)
		abort();
	cli_release(&c);
	unlink(config.s);
	unlink(credentials.s);
	buf_release(&config);
	buf_release(&credentials);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct typed t = {0};
	struct cli_completion completion;

	split(&t, data, size);
	t.w = ops_world(1, INT64_C(1767225600000));
	run(&t);
	if (t.n > t.first) {
		cli_complete(t.n - t.first, t.word + t.first, &completion);
		cli_completion_release(&completion);
	}
	world_free(t.w);
	free(t.text);
	return 0;
}
