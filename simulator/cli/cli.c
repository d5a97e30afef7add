/*
 * cli.c - the way of one invocation, top to bottom: global options, command, operation, request;
 * then one function of the back half (internal.h) does the rest.
 */
#include "cli/cli.h"

#include "base/intl.h"
#include "cli/check.h"
#include "cli/globals.h"
#include "cli/internal.h"
#include "cli/request.h"
#include "cli/skeleton.h"
#include "cli/special.h"
#include "cli/words.h"

#include <string.h>

/* Words on their way: what an outer parser has left over. */
struct rest {
	size_t n;
	const char *const *words;
};

void cli_release(struct cli *c)
{
	buf_release(&c->out);
	buf_release(&c->err);
	free(c->pager);
	c->pager = NULL;
}

static bool has_word(const struct rest *r, const char *word)
{
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->words[i], word) == 0)
			return true;
	}
	return false;
}

/* --- what is known, but not simulated ------------------------------------------------------- */

/* The simulated command of the service that is most like another one; NULL: none is. */
static const char *nearest(struct invocation *inv, const struct model_service *s, const char *word)
{
	const char **names = arena_alloc(&inv->arena, (s->commands.n + 1) * sizeof *names), *found;
	size_t n = 0;

	for (size_t i = 0; i < s->commands.n; i++) {
		const struct model_known *k = &model_known[model_commands[s->commands.first + i]];

		if (k->operation != MODEL_NONE)
			names[n++] = model_text(k->cli);
	}
	return suggest(&(struct names){names, n}, word, 0.5, 1, &found) ? found : NULL;
}

/* `what` is the command as typed, without `aws`. */
static bool not_simulated(struct invocation *inv, const char *what, const char *near)
{
	struct buf services = BUF_INIT;

	if (near) {
		fail_general(inv,
			_("'aws %s' is not simulated here; the nearest command that is: aws %s"),
			what, near);
		return false;
	}
	for (size_t i = 0; i < model_counts.services; i++)
		buf_addf(&services, "%s%s", i ? ", " : "", model_text(model_services[i].command));
	fail_general(
		inv, _("'aws %s' is not simulated here; these services are: %s"), what, services.s);
	buf_release(&services);
	return false;
}

static bool operation_not_simulated(struct invocation *inv, const char *word)
{
	const char *like = nearest(inv, inv->service, word);
	struct buf what = BUF_INIT, near = BUF_INIT;

	buf_addf(&what, "%s %s", inv->command, word);
	buf_addf(&near, "%s %s", inv->command, like ? like : "help");
	not_simulated(inv, what.s, near.s);
	buf_release(&what);
	buf_release(&near);
	return false;
}

/* Commands of the CLI's own that have no operations of an API, and miss a sub-command in other
 * words. */
static bool is_own_command(const char *command)
{
	static const char *const own[] = {"s3", "ddb", "history"};

	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		if (strcmp(own[i], command) == 0)
			return true;
	}
	return false;
}

static bool too_few(struct invocation *inv, const char *lineage)
{
	return fail_param(inv,
		"usage: aws [options] %s <subcommand> [parameters]\naws: [ERROR]: too few arguments",
		lineage);
}

static bool run_unknown_service(struct invocation *inv, const struct rest *r)
{
	struct buf what = BUF_INIT;

	if (r->n == 0 && is_own_command(inv->command))
		return too_few(inv, inv->command);
	if (r->n == 0)
		return fail_usage(inv, "the following arguments are required: operation");
	buf_addf(&what, "%s %s", inv->command, r->words[0]);
	not_simulated(inv, what.s, NULL);
	buf_release(&what);
	return false;
}

/* --- parsers of one level ------------------------------------------------------------------- */

/* One positional argument among words that the next level reads. False: told. */
static bool take_word(struct invocation *inv, const struct words_positional *a,
	const struct rest *r, const char **word, struct rest *left)
{
	const struct words_grammar g = {.positionals = a, .n_positionals = 1};
	struct words_result result;
	struct buf problem = BUF_INIT;
	bool ok = words_parse(&inv->arena, &g, r->n, r->words, &result, &problem);

	if (ok) {
		*word = result.positionals[0];
		*left = (struct rest){result.n_rest, result.rest};
	} else {
		fail_usage(inv, "%s", problem.s);
	}
	buf_release(&problem);
	return ok;
}

/* The words without the first that is this one: options before a sub-command are the sub-command's.
 */
static struct rest without(struct invocation *inv, const struct rest *r, const char *word)
{
	const char **words = arena_alloc(&inv->arena, (r->n + 1) * sizeof *words);
	size_t n = 0;
	bool found = false;

	for (size_t i = 0; i < r->n; i++) {
		if (!found && strcmp(r->words[i], word) == 0)
			found = true;
		else
			words[n++] = r->words[i];
	}
	return (struct rest){n, words};
}

static bool is_help(const struct rest *r)
{
	return r->n == 1 && strcmp(r->words[0], "help") == 0;
}

static bool unknown_options(struct invocation *inv, const struct rest *r)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < r->n; i++)
		buf_addf(&list, "%s%s", i ? "," : "", r->words[i]);
	fail_param(inv, "Unknown options: %s", list.s);
	buf_release(&list);
	return false;
}

/* --- operations ----------------------------------------------------------------------------- */

/* What botocore does between the request and the wire. */
static bool make_ready(struct invocation *inv)
{
	return globals_client(inv) && check_blobs(inv) && special_fix(inv) && check_request(inv) &&
	       check_finish(inv);
}

static bool show_answer(struct invocation *inv)
{
	json_t *answer;
	bool ok;

	if (!make_ready(inv))
		return false;
	answer = skeleton_answer(inv->op);
	ok = cli_show(inv, answer);
	json_decref(answer);
	return ok;
}

static bool run_operation(struct invocation *inv, const struct rest *r)
{
	switch (request_read(inv, r->n, r->words)) {
	case REQUEST_HELP:
		return cli_help(inv);
	case REQUEST_SKELETON_INPUT:
		skeleton_print_json(inv);
		return true;
	case REQUEST_SKELETON_YAML:
		skeleton_print_yaml(inv);
		return true;
	case REQUEST_SKELETON_OUTPUT:
		return show_answer(inv);
	case REQUEST_READY:
		if (!make_ready(inv) || !globals_credentials(inv))
			return false;
		return inv->waiter ? cli_wait(inv) : cli_perform(inv);
	case REQUEST_FAILED:
		break;
	}
	return false;
}

static struct names waiter_names(struct invocation *inv)
{
	const struct model_span span = inv->service->waiters;
	const char **names = arena_alloc(&inv->arena, (span.n + 1u) * sizeof *names);

	for (size_t i = 0; i < span.n; i++)
		names[i] = model_text(model_waiters[span.first + i].cli);
	return (struct names){names, span.n};
}

static bool run_wait(struct invocation *inv, const struct rest *r)
{
	const struct words_positional a = {
		.name = "subcommand", .optional = true, .choices = waiter_names(inv)};
	struct rest left;
	const char *word;
	struct buf lineage = BUF_INIT;

	inv->subcommand = "wait";
	if (is_help(r))
		return cli_help(inv);
	if (!take_word(inv, &a, r, &word, &left))
		return false;
	if (word) {
		inv->waiter = model_find_waiter(inv->service, word);
		inv->op = &model_operations[inv->waiter->operation];
		left = without(inv, r, word);
		return run_operation(inv, &left);
	}
	if (left.n)
		return unknown_options(inv, &left);
	buf_addf(&lineage, "%s wait", inv->command);
	too_few(inv, lineage.s);
	buf_release(&lineage);
	return false;
}

static struct names command_names(struct invocation *inv)
{
	const struct model_span span = inv->service->commands;
	const char **names = arena_alloc(&inv->arena, (span.n + 1u) * sizeof *names);

	for (size_t i = 0; i < span.n; i++)
		names[i] = model_text(model_known[model_commands[span.first + i]].cli);
	names[span.n] = "help";
	return (struct names){names, span.n + 1u};
}

static bool run_service(struct invocation *inv, const struct rest *r)
{
	const struct words_positional a = {.name = "operation", .choices = command_names(inv)};
	const struct model_known *known;
	struct rest left;
	const char *word;

	if (!take_word(inv, &a, r, &word, &left))
		return false;
	if (strcmp(word, "help") == 0)
		return cli_help(inv);
	if (strcmp(word, "wait") == 0 && inv->service->waiters.n)
		return run_wait(inv, &left);
	known = model_find_command(inv->service, word);
	if (!known || known->operation == MODEL_NONE)
		return operation_not_simulated(inv, word);
	inv->subcommand = word;
	inv->op = &model_operations[known->operation];
	return run_operation(inv, &left);
}

/* --- configure ------------------------------------------------------------------------------ */

const char *const cli_configure_words[] = {"list", "get", "set", "add-model", "import",
	"list-profiles", "sso", "sso-session", "export-credentials", "mfa-login", NULL};

static const struct words_positional set_arguments[] = {{.name = "varname"}, {.name = "value"}};

static const struct {
	const char *name;
	size_t n_arguments; /* of set_arguments */
} configure_commands[] = {{"list", 0}, {"get", 1}, {"set", 2}, {"list-profiles", 0}};

static bool run_configure_command(struct invocation *inv, const struct rest *r, size_t n_arguments)
{
	const struct words_grammar g = {.positionals = set_arguments, .n_positionals = n_arguments};
	struct words_result result;
	struct buf problem = BUF_INIT;
	bool ok = words_parse(&inv->arena, &g, r->n, r->words, &result, &problem);

	if (!ok)
		fail_usage(inv, "%s", problem.s);
	buf_release(&problem);
	if (!ok)
		return false;
	if (result.n_rest)
		return unknown_options(inv, &(struct rest){result.n_rest, result.rest});
	inv->n_args = n_arguments;
	inv->args = result.positionals;
	return cli_configure(inv);
}

static bool run_configure(struct invocation *inv, const struct rest *r)
{
	const struct words_positional a = {.name = "subcommand",
		.optional = true,
		.choices = {cli_configure_words, ARRAY_LEN(cli_configure_words) - 1}};
	struct buf what = BUF_INIT;
	struct rest left;

	if (is_help(r))
		return cli_help(inv);
	if (!take_word(inv, &a, r, &inv->subcommand, &left))
		return false;
	if (!inv->subcommand)
		return left.n ? unknown_options(inv, &left) : cli_configure(inv);
	left = without(inv, r, inv->subcommand);
	for (size_t i = 0; i < ARRAY_LEN(configure_commands); i++) {
		if (strcmp(configure_commands[i].name, inv->subcommand) != 0)
			continue;
		if (is_help(&left))
			return cli_help(inv);
		return run_configure_command(inv, &left, configure_commands[i].n_arguments);
	}
	buf_addf(&what, "configure %s", inv->subcommand);
	not_simulated(inv, what.s, "configure help");
	buf_release(&what);
	return false;
}

/* --- the first word ------------------------------------------------------------------------- */

/* `aws help`, and `aws help TOPIC`, which are texts of AWS's. */
static bool run_help(struct invocation *inv, const struct rest *r)
{
	static const char *const topics[] = {"topics", "config-vars", "ddb-expressions",
		"return-codes", "s3-case-insensitivity", "s3-config", "s3-faq"};
	const struct words_positional a = {
		.name = "subcommand", .optional = true, .choices = {topics, ARRAY_LEN(topics)}};
	struct buf what = BUF_INIT;
	struct rest left;
	const char *topic = NULL;

	inv->command = NULL;
	if (!is_help(r) && !take_word(inv, &a, r, &topic, &left))
		return false;
	if (!topic)
		return cli_help(inv);
	buf_addf(&what, "help %s", topic);
	not_simulated(inv, what.s, "help");
	buf_release(&what);
	return false;
}

static bool run_coverage(struct invocation *inv, const struct rest *r)
{
	if (is_help(r))
		return cli_help(inv);
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->words[i], "--json") != 0)
			return fail_unknown(inv, 1, r->words + i);
	}
	inv->n_args = r->n;
	inv->args = r->words;
	return cli_coverage(inv);
}

/* The CLI's words, and `coverage`, which is ours. */
static struct names top_names(struct invocation *inv)
{
	const char **names = arena_alloc(&inv->arena, (model_counts.tops + 2) * sizeof *names);
	size_t n = 0;

	for (size_t i = 0; i < model_counts.tops; i++)
		names[n++] = model_text(model_tops[i].name);
	if (!model_find_top("help"))
		names[n++] = "help";
	names[n++] = "coverage";
	return (struct names){names, n};
}

static bool dispatch(struct invocation *inv, const struct rest *r)
{
	const struct model_top *top = model_find_top(inv->command);

	if (strcmp(inv->command, "help") == 0)
		return run_help(inv, r);
	if (strcmp(inv->command, "configure") == 0)
		return run_configure(inv, r);
	if (strcmp(inv->command, "coverage") == 0)
		return run_coverage(inv, r);
	if (!top || top->service == MODEL_NONE)
		return run_unknown_service(inv, r);
	inv->service = &model_services[top->service];
	return run_service(inv, r);
}

/* Both before anything else is looked at; the prompt itself is what the REPL is for. */
static bool check_prompt(struct invocation *inv, const struct rest *r)
{
	if (!has_word(r, "--cli-auto-prompt"))
		return true;
	if (has_word(r, "--no-cli-auto-prompt"))
		return fail_param(inv, "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be "
				       "specified at the same time.");
	if (has_word(r, "help") || has_word(r, "--version"))
		return true;
	return fail_general(inv,
		_("--cli-auto-prompt is not simulated here; 'amidojo sim' completes what you type"));
}

/* The global options and the first word. False: told. */
static bool parse(struct invocation *inv, struct words_result *result)
{
	const struct words_positional a = {.name = "command", .choices = top_names(inv)};
	struct words_grammar g = {.positionals = &a, .n_positionals = 1};
	struct buf problem = BUF_INIT;
	bool ok;

	globals_grammar(inv, &g);
	ok = words_parse(&inv->arena, &g, inv->c->n_words, inv->c->words, result, &problem);
	if (!ok)
		fail_usage(inv, "%s", problem.s);
	buf_release(&problem);
	inv->command = ok && !result->version ? result->positionals[0] : NULL;
	return ok;
}

static void run(struct invocation *inv)
{
	const struct rest all = {inv->c->n_words, inv->c->words};
	struct words_result result;

	if (!check_prompt(inv, &all) || !parse(inv, &result))
		return;
	if (result.version)
		cli_version(inv->c);
	else if (globals_resolve(inv, result.options))
		dispatch(inv, &(struct rest){result.n_rest, result.rest});
}

/* The service that the line is about, if its options are in order; NULL. */
static const struct model_service *service_of(struct invocation *inv)
{
	struct words_result result;
	const struct model_top *top;

	if (!parse(inv, &result) || !inv->command || !globals_resolve(inv, result.options))
		return NULL;
	top = model_find_top(inv->command);
	return top && top->service != MODEL_NONE ? &model_services[top->service] : NULL;
}

bool cli_goes_elsewhere(const struct cli *c)
{
	struct cli scratch = *c;
	struct invocation inv = {.c = &scratch};
	bool elsewhere;

	buf_init(&scratch.out);
	buf_init(&scratch.err);
	scratch.pager = NULL;
	arena_init(&inv.arena);
	globals_begin(&inv);
	inv.service = service_of(&inv);
	elsewhere = inv.service && globals_endpoint(&inv);
	globals_release(&inv);
	arena_release(&inv.arena);
	cli_release(&scratch);
	return elsewhere;
}

void cli_run(struct cli *c)
{
	struct invocation inv = {.c = c};

	arena_init(&inv.arena);
	c->code = CLI_OK;
	globals_begin(&inv);
	run(&inv);
	json_decref(inv.request);
	json_decref(inv.ordered);
	globals_release(&inv);
	arena_release(&inv.arena);
}
