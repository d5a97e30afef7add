/* cmd-shell.c - the learner's own shell, in which `aws` is the simulator. */
#include "app/shell-start.h"
#include "app/world.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_spec options[] = {
	{"world", "NAME",
		N_("the world to work in, instead of the one chosen with 'world use' or 'lab start'")},
	{"command", "COMMAND", N_("run this command line in the shell instead of asking for some")},
	{NULL, NULL, NULL},
};

static const struct option_letter letters[] = {{'c', "command"}, {'\0', NULL}};

static void say(const struct app *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(const struct app *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	look_say(&a->screen.look, fmt, args);
	va_end(args);
}

/* The world's name fits, and there is a place for it; it is made by the first command. */
static bool look_at_world(struct app *a, const char *name, struct err *e)
{
	struct app_world world;

	if (!app_world_open(a, name, false, &world, e))
		return false;
	app_world_close(&world);
	if (name)
		setenv("AMIDOJO_WORLD", name, 1);
	return true;
}

/* What was said to us is meant for what is called in there. */
static void pass_on(const struct args *args)
{
	const char *lang = args_option(args, "lang");

	if (lang)
		setenv("AMIDOJO_LANG", lang, 1);
}

static void greet(const struct app *a, bool had_account)
{
	say(a, "%s",
		_("In this shell aws is a simulated AWS: nothing costs anything, and nothing reaches a real account. 'lab list' has tasks, 'world help' the rest, 'exit' leaves."));
	if (had_account)
		say(a, "%s",
			_("The AWS_... variables of your real account are not set in here; outside they are as before."));
}

/* What this program does with signals is not for the next one. */
static void become(const char *const *words)
{
	fflush(stdout);
	shell_language();
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGWINCH, SIG_DFL);
	execvp(words[0], (char *const *)(uintptr_t)words);
}

/* A script that can be executed says itself what it is written for. */
static bool runs_itself(const char *file)
{
	return strchr(file, '/') && access(file, X_OK) == 0;
}

static int start(struct app *a, const struct args *args, const char *shell)
{
	const char *command = args_option(args, "command");
	const char **words = xcalloc((size_t)args->n_operands + SHELL_WORDS + 2, sizeof *words);
	size_t n = shell_words(&a->places, shell, words);
	struct err e = {0};

	if (command) {
		words[n++] = "-c";
		words[n++] = command;
	} else if (args->n_operands && runs_itself(args->operands[0])) {
		n = 0;
	}
	for (int i = 0; i < args->n_operands; i++)
		words[n++] = args->operands[i];
	become(words);
	err_set(&e, ERR_IO,
		_("cannot start %s: %s. The shell to start is the one that SHELL names."), words[0],
		strerror(errno));
	free(words);
	return app_fail(a, &e);
}

static int shell_run(struct app *a, const struct args *args)
{
	const char *shell = getenv("SHELL");
	bool asks = a->screen.mode == SCREEN_TERMINAL && !args_option(args, "command") &&
		    !args->n_operands;
	struct err e = {0};
	bool had_account;

	if (!look_at_world(a, args_option(args, "world"), &e) || !shell_links(&a->places, &e) ||
		!shell_files(&a->places, &e))
		return app_fail(a, &e);
	pass_on(args);
	had_account = shell_environment(&a->places);
	if (asks)
		greet(a, had_account);
	return start(a, args, shell && *shell ? shell : "/bin/sh");
}

const struct command cmd_shell = {
	.name = "shell",
	.synopsis = "[FILE [ARG...]]",
	.summary = N_("your own shell, with aws being the simulator; or a script of it"),
	.options = options,
	.letters = letters,
	.max_operands = -1,
	.run = shell_run,
};
