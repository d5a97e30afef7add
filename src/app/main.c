/* main.c - from the command line to a command, and its code back to the shell. */
#include "app/app.h"
#include "app/memory.h"
#include "app/shell-start.h"
#include "base/intl.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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
	bool flushed = fflush(stdout) == 0;

	if (flushed && !ferror(stdout))
		return code;
	if (code == EXIT_OK && flushed) /* it failed before, and why is not known any more */
		fputs(_("amidojo: error: the output could not be written\n"), stderr);
	else if (code == EXIT_OK && errno != EPIPE)
		fprintf(stderr, _("amidojo: error: the output could not be written: %s\n"),
			strerror(errno));
	return code == EXIT_OK ? EXIT_PROBLEM : code;
}

static bool only_asks(const struct args *a)
{
	return args_option(a, "help") || args_option(a, "version");
}

/* The words behind the program's name, and those that another name stands for before them. */
static const char **words_of(int argc, char **argv, int *n)
{
	const char **words = xcalloc((size_t)argc + CALLED_MOST + 1, sizeof *words);

	*n = (int)called_as(argc > 0 ? argv[0] : "", words);
	for (int i = 1; i < argc; i++)
		words[(*n)++] = argv[i];
	return words;
}

/* A shell asks what could stand at its cursor. */
static int complete(const char *part)
{
	struct app app;
	struct err e = {0};
	int code = app_init(&app, NULL, false, false, &e) ? aws_complete(&app, part) : EXIT_PROBLEM;

	app_release(&app);
	return flush_output(code);
}

static int run_words(int n, const char **words)
{
	struct args args;
	struct app app;
	struct err bad_args = {0}, bad_setup = {0};
	bool parsed, ready;
	int code;

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

int main(int argc, char **argv)
{
	const char **words;
	int n, code;

	memory_for_documents();
	shell_environment_begin();
	if (argc > 0 && called_to_complete(argv[0]))
		return complete(argc > 2 ? argv[2] : NULL);
	words = words_of(argc, argv, &n);
	code = run_words(n, words);
	free(words);
	return code;
}
