/* main.c - from the command line to a command, and its code back to the shell. */
#include "app/app.h"
#include "app/memory.h"
#include "base/intl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int run(struct app *a, const struct args *args)
{
	struct buf out = BUF_INIT;

	if (args_option(args, "version")) {
		printf("amidojo %s\n", AMIDOJO_VERSION);
		return EXIT_OK;
	}
	if (args_option(args, "help")) {
		command_help(args->command == &cmd_home ? NULL : args->command,
			a->screen.look.columns, &out);
		fputs(out.s, stdout);
		buf_release(&out);
		return EXIT_OK;
	}
	return args->command->run(a, args);
}

/* Output that could not be written is a failure too: a full disk, say. A reader that has seen
 * enough and closed the pipe is not told. */
static int flush_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (code == EXIT_OK && errno != EPIPE)
		fprintf(stderr, _("amidojo: error: the output could not be written: %s\n"),
			strerror(errno));
	return code == EXIT_OK ? EXIT_PROBLEM : code;
}

static bool only_asks(const struct args *a)
{
	return args_option(a, "help") || args_option(a, "version");
}

int main(int argc, char **argv)
{
	int n = argc > 0 ? argc - 1 : 0;
	const char **words = (const char **)argv + 1;
	struct args args;
	struct app app;
	struct err bad_args = {0}, bad_setup = {0};
	bool parsed, ready;
	int code;

	memory_for_documents();
	parsed = args_parse(&args, n, words, &bad_args);
	ready = app_init(&app, args_language(n, words), args_option(&args, "plain") != NULL,
		args_option(&args, "json") != NULL, &bad_setup);
	if (!parsed) {
		/* parsed before the language was known: once more, for the message */
		args_release(&args);
		args_parse(&args, n, words, &bad_args);
		code = app_fail(&app, &bad_args);
	} else if (!ready && !only_asks(&args)) {
		code = app_fail(&app, &bad_setup);
	} else {
		code = run(&app, &args);
	}
	code = flush_output(code);
	app_release(&app);
	args_release(&args);
	return flush_output(code);
}
