/* cmd-aws.c - one AWS CLI command in the learner's world, and what could stand at its end. */
#include "app/lab.h"
#include "app/look.h"
#include "app/shellwords.h"
#include "app/world.h"

#include "base/intl.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what came of it ---- */

/* For a person, a line for each change; scripts and pipes get what AWS prints and nothing else. */
static void tell_changes(const struct app *a, const struct app_world *w)
{
	struct look look = screen_errors_look(&a->screen); /* the answer may go into a pipe */
	struct buf out = BUF_INIT, dim = BUF_INIT;

	sim_changed_since(w->sim, w->steps_before, &out);
	style_adds(&dim, &look, STYLE_DIM, out.s);
	fputs(dim.s, stderr);
	buf_release(&out);
	buf_release(&dim);
}

static int run_command(
	struct app *a, struct app_world *w, const struct args *args, struct sim_answer *answer)
{
	struct err e = {0};
	int code;

	if (!app_world_aws(a, w, (size_t)args->n_operands, args->operands, NULL, answer, &e))
		return app_fail(a, &e);
	code = app_world_print(a, answer);
	if (w->sim && w->moved && isatty(STDERR_FILENO))
		tell_changes(a, w);
	lab_tick(a, w);
	return code;
}

/* The process ends, and its memory with it: to free a thousand documents one by one would be a
 * fifth of what the command takes. */
static void leave_to_the_end(struct app_world *w)
{
	static struct sim *left;

	sim_free(left); /* there is none before the end */
	left = w->sim;
	w->sim = NULL;
}

static int aws_run(struct app *a, const struct args *args)
{
	struct app_world world;
	struct sim_answer answer;
	struct err e = {0};
	int code;

	sim_answer_init(&answer);
	code = app_world_open(a, NULL, false, &world, &e) ? run_command(a, &world, args, &answer)
							  : app_fail(a, &e);
	leave_to_the_end(&world);
	app_world_close(&world);
	sim_answer_release(&answer);
	return code;
}

const struct command cmd_aws = {
	.name = "aws",
	.synopsis = "[OPTIONS] SERVICE OPERATION [PARAMETERS]",
	.summary =
		N_("run one AWS CLI command in the simulated world; exit codes as the AWS CLI's"),
	.min_operands = 0,
	.max_operands = -1,
	.raw = true,
	.run = aws_run,
};

/* ---- completion for a shell ---- */

static const char *environment(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

/* A shell parts words at other places too, such as '=' and ':', and puts what we say in place of
 * the last part alone: what stands before that is not said again. */
static size_t already_there(const char *last, const char *part)
{
	size_t n = strlen(last), m = part ? strlen(part) : n;

	return m <= n && strcmp(last + n - m, part ? part : last) == 0 ? n - m : 0;
}

static void print_words(const struct sim_completion *found, size_t skip)
{
	for (size_t i = 0; i < found->n; i++)
		if (strlen(found->words[i]) >= skip)
			puts(found->words[i] + skip);
}

static int complete_words(struct app *a, const struct shellwords *w, const char *part)
{
	const char **words = xcalloc(w->n + 1, sizeof *words);
	struct sim_command command = {.words = words,
		.n_words = w->n - 1 + !w->last_begun,
		.env = environment,
		.language = a->screen.look.lang == LANG_KO ? "ko" : "en"};
	struct sim_completion found = {0};
	struct app_world world;
	struct err ignored = {0};

	for (size_t i = 1; i < w->n; i++)
		words[i - 1] = w->words[i];
	if (!w->last_begun)
		words[w->n - 1] = "";
	if (app_world_open(a, NULL, false, &world, &ignored) && app_world_enter(&world, &ignored)) {
		command.config_file = world.config;
		command.credentials_file = world.credentials;
		sim_complete(world.sim, &command, &found);
		app_world_abandon(&world);
	}
	print_words(&found, already_there(words[command.n_words - 1], part));
	sim_completion_release(&found);
	app_world_close(&world);
	free(words);
	return EXIT_OK;
}

int aws_complete(struct app *a, const char *part)
{
	const char *line = getenv("COMP_LINE"), *point = getenv("COMP_POINT");
	size_t n = line ? strlen(line) : 0, at = point ? strtoul(point, NULL, 10) : n;
	char *before = xstrndup(line ? line : "", at < n ? at : n);
	struct shellwords w;
	int code = EXIT_OK;

	shellwords_split(before, &w);
	if (w.n > 1 || (w.n == 1 && !w.last_begun))
		code = complete_words(a, &w, part);
	shellwords_release(&w);
	free(before);
	return code;
}
