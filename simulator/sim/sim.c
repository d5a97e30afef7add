/* sim.c - one world and the AWS CLI on top of it; see sim.h. */
#include "sim/internal.h"

#include "base/mem.h"
#include "base/text.h"
#include "http/trouble.h"
#include "ops/record.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

struct sim *sim_new(const struct sim_options *o)
{
	struct sim *s = xcalloc(1, sizeof *s);

	s->options = *o;
	if (o->images)
		s->images = json_loads(o->images, 0, NULL);
	s->w = ops_world_with(o->seed, o->start_ms, s->images);
	if (o->steps)
		world_remember(s->w, o->steps);
	return s;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	world_free(s->w);
	json_decref(s->images);
	client_free(s->client);
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

struct sim *sim_copy(const struct sim *s)
{
	struct sim *copy = sim_new(&s->options);
	struct buf text = BUF_INIT;

	world_write(s->w, &text);
	world_read(copy->w, text.s, text.len);
	buf_release(&text);
	return copy;
}

void sim_settle(struct sim *s)
{
	world_settle(s->w);
}

void sim_record(struct sim *s, struct buf *record)
{
	s->record = record;
}

/* ---- time ---- */

static void pass(struct sim *s, int64_t milliseconds, const char *label)
{
	world_begin(s->w, label);
	world_advance(s->w, world_now(s->w) + milliseconds);
	world_commit(s->w);
	if (s->record)
		ops_record_pass(milliseconds, label, s->record);
}

/* ---- the CLI's service ---- */

void sim_sleep(void *ctx, int64_t milliseconds)
{
	struct sim_run *run = ctx;
	struct sim *s = run->s;

	if (!run->elsewhere)
		pass(s, milliseconds, NULL);
	else if (!client_sleep(s->client, milliseconds))
		run->interrupted = true;
}

/* What the CLI says of a Region that does not exist: nothing answers there. */
static bool unreachable(
	const struct cli_identity *who, const struct model_operation *op, struct cli_reply *reply)
{
	struct buf text = BUF_INIT;

	if (ops_has_region(who->region))
		return false;
	buf_addf(&text, "Could not connect to the endpoint URL: \"https://%s.%s.amazonaws.com/\"",
		model_text(model_services[op->service].name), who->region);
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

static bool lacks_token(const struct model_operation *op, const json_t *request)
{
	return makes_token(op) && !json_object_get(request, "ClientToken");
}

/* The request as the CLI would send it: a new reference. */
static json_t *with_token(json_t *request, const char *token)
{
	json_t *copy = json_copy(request);

	json_object_set_new(copy, "ClientToken", json_string(token));
	return copy;
}

/* ---- an endpoint elsewhere ---- */

static void call_elsewhere(struct sim_run *run, const struct cli_identity *who,
	const struct model_operation *op, json_t *request, struct cli_reply *reply)
{
	const struct client_identity identity = {
		.endpoint = who->endpoint,
		.region = who->region,
		.key = who->anonymous ? NULL : who->key,
		.secret = who->secret,
		.token = who->token,
		.ca_bundle = who->ca_bundle,
		.insecure = who->insecure,
		.connect_timeout = who->connect_timeout,
		.read_timeout = who->read_timeout,
	};
	char token[CLIENT_TOKEN];
	struct client_reply got;
	json_t *sent;

	if (!run->s->client)
		run->s->client = client_new();
	client_make_token(token);
	sent = lacks_token(op, request) ? with_token(request, token) : json_incref(request);
	client_call(run->s->client, &identity, op, sent, who->attempts, &got);
	json_decref(sent);
	*reply = (struct cli_reply){
		.value = got.value,
		.code = got.code,
		.text = got.text,
		.more = got.more,
		.status = got.status,
		.retries = got.retries,
		.gave_up = got.gave_up,
		.failure = got.failure,
	}; /* what it owns is the reply's now */
}

/* ---- the world here ---- */

/* A fault, after as many attempts as the CLI would have made. */
static void take_fault(
	const struct cli_identity *who, const struct ops_answer *a, struct cli_reply *reply)
{
	int attempts = client_is_transient(a->http, a->code) ? who->attempts : 1;

	reply->code = xstrdup(a->code);
	reply->text = xstrdup(a->text.s);
	if (a->detail)
		reply->more = json_pack("{s:s}", a->detail->member, a->detail->value);
	reply->status = a->http;
	reply->retries = attempts > 1 ? attempts - 1 : 0;
	reply->gave_up = attempts >= who->attempts;
}

/* What a service reads of the request once it has travelled: a form carries no empty list, no empty
 * structure and no character that XML has not, a path no empty name. Every request goes that way,
 * so that the world is told the same through both doors; it takes a few microseconds. */
static bool carry(const struct model_operation *op, const json_t *request, struct wire_reading *in)
{
	struct wire_sending out = WIRE_SENDING_INIT;
	bool readable;

	wire_request_write(op, request, &out);
	readable = wire_request_read(
		&(struct wire_request){
			.method = out.method,
			.path = out.path.s,
			.query = out.query.len ? out.query.s : NULL,
			.type = out.type,
			.target = out.target.len ? out.target.s : NULL,
			.scope = model_text(model_services[op->service].name),
			.body = out.body.s,
			.length = out.body.len,
		},
		in);
	wire_sending_release(&out);
	return readable;
}

static bool do_call(struct sim *s, const struct ops_caller *caller, const struct wire_reading *in,
	struct ops_answer *a)
{
	uint64_t steps = world_done(s->w);
	bool done = ops_call(s->w, caller, in->op, in->request, a);

	if (s->record)
		ops_record(caller, in->op, in->request, world_done(s->w) != steps, s->record);
	return done;
}

/* The request, as the CLI sends it: what cannot be read is refused before it is a call, and takes
 * no time. */
static bool call_world(struct sim_run *run, struct ops_caller *caller,
	const struct model_operation *op, json_t *request, struct ops_answer *a)
{
	struct wire_reading in = WIRE_READING_INIT;
	char token[OPS_TOKEN];
	json_t *sent;
	bool done;

	ops_make_token(run->s->w, token);
	caller->fresh_token = lacks_token(op, request);
	sent = caller->fresh_token ? with_token(request, token) : json_incref(request);
	done = carry(op, sent, &in) ? do_call(run->s, caller, &in, a) : http_refuse(a, &in);
	wire_reading_release(&in);
	json_decref(sent);
	return done;
}

static void call_here(struct sim_run *run, const struct cli_identity *who,
	const struct model_operation *op, json_t *request, struct cli_reply *reply)
{
	enum { HTTP_OK = 200 };
	struct ops_answer a = OPS_ANSWER_INIT;
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
	if (call_world(run, &caller, op, request, &a)) {
		reply->value = json_incref(a.value);
		reply->status = HTTP_OK;
	} else {
		take_fault(who, &a, reply);
	}
	if (run->misfits && a.misfit.len)
		buf_addf(run->misfits, "%s: %s", model_text(op->name), a.misfit.s);
	ops_answer_release(&a);
}

void sim_call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct sim_run *run = ctx;

	run->elsewhere = who->endpoint != NULL;
	if (run->interrupted)
		reply->failure = xstrdup("");
	else if (run->elsewhere)
		call_elsewhere(run, who, op, request, reply);
	else
		call_here(run, who, op, request, reply);
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

static struct cli cli_of(struct sim_run *run)
{
	const struct sim_command *command = run->command;

	return (struct cli){
		.n_words = command->n_words,
		.words = command->words,
		.ctx = run,
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
}

bool sim_goes_elsewhere(const struct sim_command *command)
{
	struct sim_run run = {.command = command};
	const struct cli cli = cli_of(&run);

	return cli_goes_elsewhere(&cli);
}

void sim_aws(struct sim *s, const struct sim_command *command, struct sim_answer *a)
{
	struct buf label = BUF_INIT;
	struct sim_run run = {.s = s, .command = command};
	struct cli cli = cli_of(&run);

	if (command->label)
		buf_adds(&label, command->label);
	else
		make_label(command, &label);
	if (label.len > LONGEST_LABEL) /* user data may be megabytes */
		buf_truncate(&label, text_fit(label.s, LONGEST_LABEL, LONGEST_LABEL));
	run.label = label.s;
	cli_run(&cli);
	if (run.interrupted) { /* as the CLI ends then */
		buf_clear(&cli.out);
		buf_addc(&cli.out, '\n');
		buf_clear(&cli.err);
		cli.code = CLI_INTERRUPTED;
	}
	buf_add(&a->out, cli.out.s, cli.out.len);
	buf_add(&a->err, cli.err.s, cli.err.len);
	a->code = cli.code;
	a->page = cli.page;
	a->pager = cli.pager ? xstrdup(cli.pager) : NULL;
	cli_release(&cli);
	buf_release(&label);
}

/* ---- taking back, and time ---- */

const char *sim_undo(struct sim *s)
{
	const char *label = world_undo(s->w);

	if (s->record && label)
		ops_record_undo(false, label, s->record);
	return label;
}

const char *sim_redo(struct sim *s)
{
	const char *label = world_redo(s->w);

	if (s->record && label)
		ops_record_undo(true, label, s->record);
	return label;
}

int64_t sim_now(const struct sim *s)
{
	return world_now(s->w);
}

size_t sim_advance(struct sim *s, int64_t milliseconds, const char *label)
{
	struct world_change change;
	uint64_t steps = world_done(s->w);
	size_t n = 0;

	pass(s, milliseconds, label);
	while (world_done(s->w) != steps && world_changed(s->w, n, &change))
		n++;
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
