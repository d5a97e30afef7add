/* cmd-serve.c - the endpoint: the AWS CLI and SDKs of this machine, or of a class, in a world. */
#include "app/accounts.h"
#include "app/catalogue.h"
#include "app/host.h"
#include "app/look.h"

#include "base/intl.h"
#include "base/mem.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LISTEN "127.0.0.1:4566" /* the port that LocalStack has made known */
enum { MOST_SPEED = 100000 };

static const struct option_spec options[] = {
	{"listen", "ADDRESS", N_("where to listen: 127.0.0.1:4566, [::1]:4566, 0.0.0.0:4566")},
	{"world", "NAME",
		N_("the world to work in, instead of the one chosen with 'world use' or 'lab start'")},
	{"instant", NULL, N_("what a call begins has happened by the next")},
	{"realtime", NULL, N_("the world's clock goes on as the real one does")},
	{"speed", "N", N_("the world's clock goes N times as fast as the real one")},
	{"accounts", "FILE", N_("access keys that may call (YAML); signatures are checked then")},
	{"catalogue", "FILE", N_("public images beyond those that are there (YAML)")},
	{"worlds-per-key", NULL, N_("every access key has a world of its own")},
	{"log", NULL, N_("a line on standard error for each call")},
	{NULL, NULL, NULL},
};

/* ---- signals ---- */

static volatile int stopping;

static void stop(int signal)
{
	(void)signal;
	stopping = 1;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = stop};

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

/* ---- what the endpoint asks for ---- */

static int64_t really_now(void *host)
{
	(void)host;
	return app_now().utc_ms;
}

static void write_log(void *host, const char *line)
{
	(void)host;
	fprintf(stderr, "%s\n", line);
}

/* For a person: as wide as the terminal. */
static void say(const struct host *host, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void say(const struct host *host, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	look_say(&host_app(host)->screen.look, fmt, args);
	va_end(args);
}

/* The first line is what scripts wait for: the same in every language. */
static void tell_ready(void *host, const char *address)
{
	printf("amidojo: listening on http://%s (world %s)\n", address, host_name(host));
	if (isatty(STDOUT_FILENO)) {
		say(host,
			_("In another terminal: export AWS_ENDPOINT_URL=http://%s, and then aws as always."),
			address);
		say(host, _("For the projector: http://%s/ - to stop: Ctrl-C"), address);
	}
	fflush(stdout);
}

/* ---- the command ---- */

struct serving {
	const struct args *args;
	struct accounts accounts;
	struct catalogue catalogue;
	struct sim_endpoint endpoint;
	struct host *host;
};

static bool read_pace(struct serving *s, struct err *e)
{
	const char *speed = args_option(s->args, "speed");
	bool instant = args_option(s->args, "instant"), real = args_option(s->args, "realtime");
	int n = 1;

	if (instant + real + (speed != NULL) > 1)
		return err_set(e, ERR_USAGE,
			_("--instant, --realtime and --speed exclude each other; give one of them"));
	if (!args_number(s->args, "speed", 1, MOST_SPEED, 1, &n, e))
		return false;
	s->endpoint.pace = instant ? SIM_INSTANT : real || speed ? SIM_REAL : SIM_BY_CALLS;
	s->endpoint.speed = n;
	return true;
}

static bool read_files(struct serving *s, struct err *e)
{
	const char *accounts = args_option(s->args, "accounts");
	const char *catalogue = args_option(s->args, "catalogue");

	if (accounts && !accounts_read(accounts, &s->accounts, e))
		return false;
	s->endpoint.keys = s->accounts.keys;
	s->endpoint.n_keys = s->accounts.n;
	return !catalogue || catalogue_read(catalogue, &s->catalogue, e);
}

static bool serve(struct app *a, struct serving *s, struct err *e)
{
	const char *listen = args_option(s->args, "listen");

	s->host = host_new(a, args_option(s->args, "world"),
		args_option(s->args, "worlds-per-key") != NULL, s->catalogue.images, e);
	if (!s->host)
		return false;
	catch_signals();
	s->endpoint.listen = listen ? listen : LISTEN;
	s->endpoint.name = host_name(s->host);
	s->endpoint.world_per_key = args_option(s->args, "worlds-per-key") != NULL;
	s->endpoint.ctx = s->host;
	s->endpoint.enter = host_enter;
	s->endpoint.leave = host_leave;
	s->endpoint.did = host_did;
	s->endpoint.rest = host_rest;
	s->endpoint.reset = host_reset;
	s->endpoint.now = really_now;
	s->endpoint.log = args_option(s->args, "log") ? write_log : NULL;
	s->endpoint.ready = tell_ready;
	s->endpoint.stop = &stopping;
	return sim_serve(&s->endpoint, e);
}

static int serve_run(struct app *a, const struct args *args)
{
	struct serving s = {.args = args};
	struct err e = {0};
	bool ok = read_pace(&s, &e) && read_files(&s, &e) && serve(a, &s, &e);

	host_free(s.host);
	accounts_release(&s.accounts);
	catalogue_release(&s.catalogue);
	return ok ? EXIT_OK : app_fail(a, &e);
}

const struct command cmd_serve = {
	.name = "serve",
	.synopsis = "",
	.summary = N_("answer the AWS CLI, boto3 and other clients: an endpoint on this machine"),
	.options = options,
	.min_operands = 0,
	.max_operands = 0,
	.run = serve_run,
};
