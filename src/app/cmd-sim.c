/* cmd-sim.c - the simulator's prompt: AWS CLI commands one after the other, and time in the
 * learner's hand. */
#include "app/passing.h"
#include "app/repl.h"
#include "app/shellwords.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session_of_sim {
	struct app *app;
	struct app_world world;
	struct repl repl;
	int code; /* of the last command */
	bool over;
};

static const struct option_spec sim_options[] = {
	{"world", "NAME",
		N_("the world to work in; 'default' unless $AMIDOJO_WORLD names another")},
	{NULL, NULL, NULL},
};

static void fail(struct session_of_sim *s, const struct err *e)
{
	s->code = app_fail(s->app, e);
}

static void usage(struct session_of_sim *s, const char *text)
{
	struct err e = {0};

	err_set(&e, ERR_USAGE, "%s", text);
	fail(s, &e);
}

/* A sentence of the program's own, wrapped where there is a width to fit into. */
static void say(struct session_of_sim *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void say(struct session_of_sim *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	look_say(&s->app->screen.look, fmt, args);
	va_end(args);
}

/* ---- time ---- */

static void say_time(struct session_of_sim *s)
{
	struct buf out = BUF_INIT;

	passing_tell(s->world.sim, &out);
	say(s, "%s", out.s);
	buf_release(&out);
}

static void advance(struct session_of_sim *s, int64_t ms)
{
	struct buf out = BUF_INIT;

	passing_advance(s->world.sim, ms, &out);
	fputs(out.s, stdout);
	buf_release(&out);
	say_time(s);
}

static void clock_command(struct session_of_sim *s, size_t n, char **words)
{
	int64_t ms, now;
	bool next = n == 2 && strcmp(words[1], "next") == 0;
	bool span = passing_parse(n, words, &ms);

	if (n > 1 && !next && !span) {
		usage(s,
			_("clock shows the time of the world; 'clock advance 15m' (s, m, h, d) and 'clock next' let it pass"));
		return;
	}
	now = sim_now(s->world.sim);
	if (next && !sim_next_event(s->world.sim, &ms))
		say(s, "%s", _("Nothing is under way."));
	else if (next)
		advance(s, ms - now);
	else if (span)
		advance(s, ms);
	else
		say_time(s);
}

/* ---- what changed ---- */

static void changes_command(struct session_of_sim *s, size_t n, char **words)
{
	struct buf out = BUF_INIT;
	bool verbose = n > 1 && strcmp(words[1], "-v") == 0;
	const char *label = sim_changes(s->world.sim, verbose, &out);

	if (!label)
		say(s, "%s", _("Nothing has been changed yet."));
	else
		printf("%s\n%s", label, out.s);
	buf_release(&out);
}

static void undo_command(struct session_of_sim *s, size_t n, char **words)
{
	const char *label = sim_undo(s->world.sim);

	(void)n;
	(void)words;
	if (label)
		say(s, _("Undone: %s"), label);
	else
		say(s, "%s", _("There is nothing to undo."));
}

static void redo_command(struct session_of_sim *s, size_t n, char **words)
{
	const char *label = sim_redo(s->world.sim);

	(void)n;
	(void)words;
	if (label)
		say(s, _("Done again: %s"), label);
	else
		say(s, "%s", _("There is nothing to do again."));
}

/* ---- the rest of the REPL's own words ---- */

static void reset_command(struct session_of_sim *s, size_t n, char **words)
{
	struct err e = {0};

	if (n != 2 || strcmp(words[1], "--yes") != 0) {
		usage(s,
			_("reset begins a new world and forgets this one with all it has to undo; if you mean it: reset --yes"));
		return;
	}
	if (!app_world_reset(&s->world, &e))
		fail(s, &e);
	else
		say(s, "%s", _("A new world has begun."));
}

static void export_command(struct session_of_sim *s, size_t n, char **words)
{
	char *value = n == 2 ? strchr(words[1], '=') : NULL;

	if (!value || strncmp(words[1], "AWS_", 4) != 0) {
		usage(s,
			_("export sets a variable of the AWS CLI, such as AWS_PROFILE=dev or AWS_REGION=ap-northeast-2"));
		return;
	}
	*value = '\0';
	setenv(words[1], value + 1, 1);
}

static void unset_command(struct session_of_sim *s, size_t n, char **words)
{
	if (n != 2 || strncmp(words[1], "AWS_", 4) != 0)
		usage(s, _("unset takes back an export: unset AWS_PROFILE"));
	else
		unsetenv(words[1]);
}

static void exit_command(struct session_of_sim *s, size_t n, char **words)
{
	(void)n;
	(void)words;
	s->over = true;
	s->code = EXIT_OK;
}

static void help_command(struct session_of_sim *s, size_t n, char **words);

static const struct own_command {
	const char *name;
	void (*run)(struct session_of_sim *s, size_t n, char **words);
	bool in_world; /* works on the world: entered before, kept after */
	const char *synopsis, *summary;
} own_commands[] = {
	{"aws", NULL, false, "aws ec2 ...", N_("an AWS CLI command; the word aws may be left out")},
	{"undo", undo_command, true, "undo",
		N_("take back the last changing command and what followed from it")},
	{"redo", redo_command, true, "redo", N_("do again what was taken back")},
	{"changes", changes_command, true, "changes [-v]",
		N_("what the last changing command changed; -v with values")},
	{"clock", clock_command, true, "clock [next | advance 15m]",
		N_("the time of the world, and letting it pass")},
	{"reset", reset_command, true, "reset --yes", N_("begin a new world")},
	{"export", export_command, false, "export AWS_PROFILE=dev",
		N_("set a variable that the AWS CLI reads")},
	{"unset", unset_command, false, "unset AWS_PROFILE", N_("take it back")},
	{"help", help_command, false, "help",
		N_("this list; 'aws help' and 'ec2 run-instances help' for the AWS CLI")},
	{"exit", exit_command, false, "exit", N_("leave; the world stays (so does Ctrl-D)")},
};

static void help_command(struct session_of_sim *s, size_t n, char **words)
{
	const struct look *look = &s->app->screen.look;
	struct buf out = BUF_INIT;

	(void)n;
	(void)words;
	for (size_t i = 0; i < ARRAY_LEN(own_commands); i++) {
		buf_addf(&out, "  %s\n", own_commands[i].synopsis);
		text_wrap(&out, _(own_commands[i].summary), look->terminal ? look->columns : 80,
			"      ", "      ");
	}
	fputs(out.s, stdout);
	buf_release(&out);
	say(s, "%s",
		_("Tab completes services, operations, options, values and ids. Profiles: default, dev, prod."));
}

static const struct own_command *own_command(const char *word)
{
	for (size_t i = 1; i < ARRAY_LEN(own_commands); i++)
		if (strcmp(own_commands[i].name, word) == 0)
			return &own_commands[i];
	return NULL;
}

/* ---- a line ---- */

static void run_own(struct session_of_sim *s, const struct own_command *own, size_t n, char **words)
{
	struct err e = {0};

	s->code = EXIT_OK;
	if (!own->in_world) {
		own->run(s, n, words);
		return;
	}
	if (!app_world_enter(&s->world, &e)) {
		fail(s, &e);
		return;
	}
	own->run(s, n, words);
	if (!app_world_leave(&s->world, &e))
		fail(s, &e);
}

/* What the command has changed, in one line each, so that its consequences are seen. */
static void tell_changes(struct session_of_sim *s)
{
	struct buf out = BUF_INIT, dim = BUF_INIT;

	sim_changes(s->world.sim, false, &out);
	style_adds(&dim, &s->app->screen.look, STYLE_DIM, out.s);
	fputs(dim.s, stdout);
	buf_release(&out);
	buf_release(&dim);
}

static void run_aws(struct session_of_sim *s, size_t n, char **words, const char *line)
{
	struct sim_answer answer;
	struct err e = {0};
	uint64_t before = s->world.sim ? sim_steps(s->world.sim) : 0;

	sim_answer_init(&answer);
	if (app_world_aws(s->app, &s->world, n, (const char *const *)words, line, &answer, &e)) {
		s->code = app_world_print(s->app, &answer);
		if (s->repl.terminal && s->code == EXIT_OK && sim_steps(s->world.sim) != before)
			tell_changes(s);
	} else {
		fail(s, &e);
	}
	sim_answer_release(&answer);
}

static void run_line(struct session_of_sim *s, const char *line)
{
	struct shellwords w;
	const struct own_command *own;
	bool aws;

	shellwords_split(line, &w);
	own = w.n ? own_command(w.words[0]) : NULL;
	if (w.open) {
		usage(s, _("a quote is not closed"));
	} else if (own && !(w.n > 1 && strcmp(w.words[1], "help") == 0)) {
		run_own(s, own, w.n, w.words);
	} else if (w.n) {
		aws = strcmp(w.words[0], "aws") == 0;
		run_aws(s, w.n - aws, w.words + aws, line);
	}
	fflush(stdout);
	shellwords_release(&w);
}

/* ---- the prompt ---- */

static void make_prompt(const struct session_of_sim *s, struct buf *out)
{
	const char *profile = getenv("AWS_PROFILE"), *region = getenv("AWS_REGION");
	struct buf time = BUF_INIT;

	buf_clear(out);
	if (!s->repl.terminal)
		return;
	if (s->world.sim)
		passing_add_time(&time, sim_now(s->world.sim));
	buf_adds(out, profile && *profile ? profile : "default");
	if (region && *region)
		buf_addf(out, " %s", region);
	if (time.len > 11)
		buf_addf(out, " %.5s", time.s + 11);
	buf_adds(out, "> ");
	buf_release(&time);
}

static void loop(struct session_of_sim *s)
{
	struct buf prompt = BUF_INIT;
	struct err e = {0};
	char *line;

	/* so that the clock is in the first prompt, and a world that cannot be used is told of now
	 */
	if (!app_world_enter(&s->world, &e) || !app_world_leave(&s->world, &e)) {
		fail(s, &e);
		return;
	}
	if (s->repl.terminal)
		say(s, "%s",
			_("A simulated AWS: ec2, kms, rbin, ssm, sts. Tab completes, 'help' explains, 'exit' leaves."));
	while (!s->over) {
		make_prompt(s, &prompt);
		line = repl_line(&s->repl, prompt.s);
		if (!line)
			break;
		run_line(s, line);
		free(line);
	}
	if (s->repl.terminal && !s->over)
		putchar('\n');
	buf_release(&prompt);
}

static int sim_run_command(struct app *a, const struct args *args)
{
	struct session_of_sim s = {.app = a};
	struct err e = {0};

	if (!app_world_open(a, args_option(args, "world"), true, &s.world, &e))
		return app_fail(a, &e);
	repl_begin(&s.repl, a, &s.world);
	loop(&s);
	repl_end(&s.repl);
	app_world_close(&s.world);
	return s.code;
}

const struct command cmd_sim = {
	.name = "sim",
	.synopsis = "",
	.summary = N_("the simulator's prompt: AWS CLI commands with completion, undo and a clock"),
	.options = sim_options,
	.run = sim_run_command,
};
