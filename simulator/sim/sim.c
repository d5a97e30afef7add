/* sim.c - one world and the AWS CLI on top of it; see sim.h. */
#include "sim/internal.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct sim *sim_new(const struct sim_options *o)
{
	struct sim *s = xcalloc(1, sizeof *s);

	s->options = *o;
	s->w = ops_world(o->seed, o->start_ms);
	return s;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	world_free(s->w);
	free(s);
}

void sim_first_config(struct buf *config, struct buf *credentials)
{
	for (const struct ops_profile *p = ops_profiles; p->name; p++) {
		bool first = p == ops_profiles;

		buf_addf(config, "%s[%s%s]\nregion = %s\noutput = json\n", first ? "" : "\n",
			first ? "" : "profile ", p->name, p->region);
		buf_addf(credentials,
			"%s[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n",
			first ? "" : "\n", p->name, p->key, p->secret);
	}
}

/* ---- the CLI's service ---- */

void sim_sleep(void *run, int64_t milliseconds)
{
	struct sim *s = ((struct sim_run *)run)->s;

	world_pass(s->w, world_now(s->w) + milliseconds);
}

/* What the CLI says when nothing answers: an endpoint elsewhere, or a Region that does not exist.
 */
static bool unreachable(
	const struct cli_identity *who, const struct model_operation *op, struct cli_reply *reply)
{
	struct buf text = BUF_INIT;

	if (who->endpoint)
		buf_addf(&text, "Could not connect to the endpoint URL: \"%s/\"", who->endpoint);
	else if (!ops_has_region(who->region))
		buf_addf(&text,
			"Could not connect to the endpoint URL: \"https://%s.%s.amazonaws.com/\"",
			model_text(model_services[op->service].name), who->region);
	else
		return false;
	reply->failure = buf_detach(&text);
	return true;
}

/* Operations whose client token the CLI makes when none is given (idempotencyToken in AWS's model).
 */
static bool makes_token(const struct model_operation *op)
{
	static const char *const names[] = {"CopyImage", "CreateImageUsageReport",
		"CreateLaunchTemplate", "CreateLaunchTemplateVersion",
		"CreateReplaceRootVolumeTask", "CreateVolume", "ExportImage",
		"ModifyLaunchTemplate", "RunInstances"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(model_text(op->name), names[i]) == 0)
			return true;
	return false;
}

/* The request as the CLI would send it: a new reference. */
static json_t *with_token(
	struct sim *s, const struct model_operation *op, json_t *request, bool *fresh)
{
	char token[OPS_TOKEN];
	json_t *copy;

	*fresh = makes_token(op) && !json_object_get(request, "ClientToken");
	if (!*fresh)
		return json_incref(request);
	ops_make_token(s->w, token);
	copy = json_copy(request);
	json_object_set_new(copy, "ClientToken", json_string(token));
	return copy;
}

void sim_call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct sim_run *run = ctx;
	struct ops_answer a = OPS_ANSWER_INIT;
	json_t *sent;
	struct ops_caller caller = {
		.account = ops_account_of_key(run->s->w, who->key),
		.region = who->region,
		.key = who->key,
		.label = run->label,
		.instant = run->s->options.instant,
		.elapsed_ms = OPS_TICK_MS,
	};

	if (unreachable(who, op, reply))
		return;
	sent = with_token(run->s, op, request, &caller.fresh_token);
	if (ops_call(run->s->w, &caller, op, sent, &a)) {
		reply->value = json_incref(a.value);
	} else {
		reply->code = xstrdup(a.code);
		reply->text = xstrdup(a.text.s);
		if (a.http >= 500) /* the CLI has tried three times */
			reply->retries = 2;
	}
	if (run->misfits && a.misfit.len)
		buf_addf(run->misfits, "%s: %s", model_text(op->name), a.misfit.s);
	json_decref(sent);
	ops_answer_release(&a);
}

/* ---- one command line ---- */

enum { LONGEST_LABEL = 2000 };

static void make_label(const struct sim_command *command, struct buf *out)
{
	buf_adds(out, "aws");
	for (size_t i = 0; i < command->n_words; i++)
		buf_addf(out, " %s", command->words[i]);
}

static const char *ask_env(void *ctx, const char *name)
{
	const struct sim_command *command = ((struct sim_run *)ctx)->command;

	return command->env ? command->env(command->ctx, name) : NULL;
}

static char *ask_learner(void *ctx, const char *prompt)
{
	const struct sim_command *command = ((struct sim_run *)ctx)->command;

	return command->ask ? command->ask(command->ctx, prompt) : NULL;
}

void sim_aws(struct sim *s, const struct sim_command *command, struct sim_answer *a)
{
	struct buf label = BUF_INIT;
	struct sim_run run = {.s = s, .command = command};
	struct cli cli = {
		.n_words = command->n_words,
		.words = command->words,
		.ctx = &run,
		.call = sim_call,
		.sleep = sim_sleep,
		.env = ask_env,
		.ask = ask_learner,
		.config_file = command->config_file,
		.credentials_file = command->credentials_file,
		.language = command->language,
		.in_is_terminal = command->in_is_terminal,
		.out_is_terminal = command->out_is_terminal,
		.columns = command->columns,
		.out = BUF_INIT,
		.err = BUF_INIT,
	};

	if (command->label)
		buf_adds(&label, command->label);
	else
		make_label(command, &label);
	if (label.len > LONGEST_LABEL) /* user data may be megabytes */
		buf_truncate(&label, text_fit(label.s, LONGEST_LABEL, LONGEST_LABEL));
	run.label = label.s;
	cli_run(&cli);
	buf_add(&a->out, cli.out.s, cli.out.len);
	buf_add(&a->err, cli.err.s, cli.err.len);
	a->code = cli.code;
	a->page = cli.page;
	a->pager = cli.pager ? xstrdup(cli.pager) : NULL;
	cli_release(&cli);
	buf_release(&label);
}

/* ---- time ---- */

const char *sim_undo(struct sim *s)
{
	return world_undo(s->w);
}

const char *sim_redo(struct sim *s)
{
	return world_redo(s->w);
}

int64_t sim_now(const struct sim *s)
{
	return world_now(s->w);
}

size_t sim_advance(struct sim *s, int64_t milliseconds)
{
	struct world_change change;
	size_t n = 0;

	world_begin(s->w, NULL);
	world_advance(s->w, world_now(s->w) + milliseconds);
	while (world_changed(s->w, n, &change))
		n++;
	world_commit(s->w);
	return n;
}

bool sim_next_event(const struct sim *s, int64_t *ms)
{
	return world_next_timer(s->w, ms);
}

uint64_t sim_steps(const struct sim *s)
{
	return world_done(s->w);
}
