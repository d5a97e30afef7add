/* cmd-sim.c - the simulator's prompt: AWS CLI commands one after the other, and the words of its
 * world. */
#include "app/repl.h"
#include "app/typed.h"
#include "app/world-commands.h"

#include "app/expand.h"
#include "app/lab.h"
#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"

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
	struct typed typed;
	int code;       /* of the last command */
	bool over;      /* `exit` */
	bool ran_aws;   /* in the present line */
	uint64_t steps; /* before it */
};

static const struct option_spec sim_options[] = {
	{"world", "NAME",
		N_("the world to work in, instead of the one chosen with 'world use' or 'lab start'")},
	{NULL, NULL, NULL},
};

static int usage(struct session_of_sim *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static int usage(struct session_of_sim *s, const char *fmt, ...)
{
	struct err e = {0};
	struct buf text = BUF_INIT;
	va_list args;
	int code;

	va_start(args, fmt);
	buf_vaddf(&text, fmt, args);
	va_end(args);
	err_set(&e, ERR_USAGE, "%s", text.s);
	code = app_fail(s->app, &e);
	buf_release(&text);
	return code;
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

/* ---- the prompt's own words ---- */

static int export_word(struct session_of_sim *s, size_t n, char **words)
{
	char *value = n == 2 ? strchr(words[1], '=') : NULL;
	const char *text;

	if (value)
		*value = '\0';
	if (n != 2 || !expand_is_name(words[1]))
		return usage(s, "%s",
			_("export sets a variable that the AWS CLI and other programs read: export AWS_PROFILE=dev"));
	text = value ? value + 1 : typed_value(&s->typed, words[1]);
	if (!text)
		return usage(s, _("$%s has no value yet; %s=value or %s=$(aws ...) gives it one"),
			words[1], words[1], words[1]);
	setenv(words[1], text, 1);
	return EXIT_OK;
}

static int unset_word(struct session_of_sim *s, size_t n, char **words)
{
	if (n != 2 || !expand_is_name(words[1]))
		return usage(s, "%s", _("unset takes a variable back: unset AWS_PROFILE"));
	typed_unset(&s->typed, words[1]);
	return EXIT_OK;
}

static int echo_word(struct session_of_sim *s, size_t n, char **words)
{
	(void)s;
	for (size_t i = 1; i < n; i++)
		printf("%s%s", i > 1 ? " " : "", words[i]);
	putchar('\n');
	return EXIT_OK;
}

static int exit_word(struct session_of_sim *s, size_t n, char **words)
{
	(void)n;
	(void)words;
	s->over = true;
	return EXIT_OK;
}

static int lab_word(struct session_of_sim *s, size_t n, char **words)
{
	return lab_words(s->app, &s->world, n, words);
}

static int help_word(struct session_of_sim *s, size_t n, char **words);

static const struct own_word {
	const char *name;
	int (*run)(struct session_of_sim *s, size_t n, char **words);
	const char *synopsis, *summary;
} own_words[] = {
	{"aws", NULL, "aws ec2 ...", N_("an AWS CLI command; the word aws may be left out")},
	{"lab", lab_word,
		"lab [list | start LAB | task | check | hint | solution | reset | stop | submit FILE]",
		N_("exercises in worlds of their own")},
	{"export", export_word, "export AWS_PROFILE=dev",
		N_("set a variable that the AWS CLI and other programs read")},
	{"unset", unset_word, "unset AWS_PROFILE", N_("take it back")},
	{"echo", echo_word, "echo $NAME",
		N_("what a name stands for; NAME=value and NAME=$(aws ...) set it")},
	{"help", help_word, "help",
		N_("this list; 'aws help' and 'ec2 run-instances help' for the AWS CLI")},
	{"exit", exit_word, "exit", N_("leave; the world stays (so does Ctrl-D)")},
};

static const struct own_word *own_word(const char *word)
{
	for (size_t i = 1; i < ARRAY_LEN(own_words); i++)
		if (strcmp(own_words[i].name, word) == 0)
			return &own_words[i];
	return NULL;
}

/* All words beside the AWS CLI's, for completion and help: owned by the caller. */
static struct repl_word *all_words(size_t *n)
{
	size_t most = ARRAY_LEN(own_words);
	struct repl_word *all;

	for (const struct world_command *c = world_commands; c->name; c++)
		most++;
	all = xcalloc(most, sizeof *all);
	*n = 0;
	for (const struct world_command *c = world_commands; c->name; c++)
		if (!c->hidden)
			all[(*n)++] = (struct repl_word){c->name, c->synopsis, c->summary};
	for (size_t i = 0; i < ARRAY_LEN(own_words); i++)
		all[(*n)++] = (struct repl_word){
			own_words[i].name, own_words[i].synopsis, own_words[i].summary};
	return all;
}

static int help_word(struct session_of_sim *s, size_t n, char **words)
{
	const struct look *look = &s->app->screen.look;
	struct buf out = BUF_INIT;

	(void)n;
	(void)words;
	for (size_t i = 0; i < s->repl.n_words; i++)
		world_add_word(&out, look, s->repl.words[i].synopsis, _(s->repl.words[i].summary));
	fputs(out.s, stdout);
	buf_release(&out);
	say(s, "%s",
		_("NAME=$(aws ...) keeps an output, $NAME puts it in; | and > give it to a program or a file. Tab completes, F1 or ? explains what stands at the cursor."));
	return EXIT_OK;
}

/* ---- a line ---- */

static int run_aws(struct session_of_sim *s, size_t n, char **words, const char *line)
{
	struct sim_answer answer;
	struct err e = {0};
	int code;

	s->ran_aws = true;
	sim_answer_init(&answer);
	if (app_world_aws(s->app, &s->world, n, (const char *const *)words, line, &answer, &e))
		code = app_world_print(s->app, &answer);
	else
		code = app_fail(s->app, &e);
	sim_answer_release(&answer);
	return code;
}

/* "check" alone: a word of `lab`, and of nothing else here. */
static bool is_of_lab(const char *word)
{
	const char *s = own_word("lab")->synopsis + strlen("lab");
	size_t n;

	for (; *s; s += n) {
		s += strspn(s, " []|");
		n = strcspn(s, " []|");
		if (n == strlen(word) && strncmp(s, word, n) == 0 && islower((unsigned char)*s))
			return true;
	}
	return false;
}

static int run_words(void *session, size_t n, char **words, const char *line)
{
	struct session_of_sim *s = session;
	struct world_session world = {s->app, &s->world};
	bool prefix = strcmp(words[0], "world") == 0; /* as one types it in a shell */
	const struct world_command *c;
	const struct own_word *own;
	bool help, aws;

	if (prefix && (n == 1 || strcmp(words[1], "help") == 0))
		return help_word(s, n, words);
	if (prefix && world_command_named(words[1])) {
		n--;
		words++;
	}
	c = world_command_named(words[0]);
	own = own_word(words[0]);
	help = n > 1 && strcmp(words[1], "help") == 0;
	aws = strcmp(words[0], "aws") == 0;
	if (c && !help)
		return world_command_run(&world, c, n, words);
	if (own && !help)
		return own->run(s, n, words);
	if (!aws && !help && is_of_lab(words[0]))
		return usage(s, _("'%s' is a word of lab: lab %s"), words[0], words[0]);
	return run_aws(s, n - aws, words + aws, line);
}

static const char *world_name(void *session)
{
	return ((struct session_of_sim *)session)->world.name;
}

/* What the command has changed, in one line each, so that its consequences are seen. */
static void tell_changes(struct session_of_sim *s)
{
	struct buf out = BUF_INIT, dim = BUF_INIT;

	sim_changed_since(s->world.sim, s->steps, &out);
	style_adds(&dim, &s->app->screen.look, STYLE_DIM, out.s);
	fputs(dim.s, stdout);
	fflush(stdout);
	buf_release(&out);
	buf_release(&dim);
}

static void run_line(struct session_of_sim *s, const char *line)
{
	const struct sim *before = s->world.sim;

	s->ran_aws = false;
	s->steps = before ? sim_steps(before) : 0;
	s->code = typed_line(&s->typed, line);
	if (!s->ran_aws)
		return;
	if (s->repl.terminal && s->world.sim && sim_steps(s->world.sim) != s->steps)
		tell_changes(s);
	lab_tick(s->app, &s->world);
}

/* ---- the prompt ---- */

static void make_prompt(struct session_of_sim *s, struct buf *out)
{
	buf_clear(out);
	if (!s->repl.terminal)
		return;
	world_prompt_add(s->app, &s->world, out);
	buf_adds(out, "> ");
}

static void loop(struct session_of_sim *s)
{
	struct buf prompt = BUF_INIT;
	struct err e = {0};
	char *line;

	/* so that a world that cannot be used is told of now */
	if (!app_world_enter(&s->world, &e) || !app_world_leave(&s->world, &e)) {
		s->code = app_fail(s->app, &e);
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
	const char *asked = args_option(args, "world");
	struct repl_word *words;
	struct err e = {0};

	if (!app_world_open(a, asked, true, &s.world, &e))
		return app_fail(a, &e);
	if (asked) /* for what is started from here, too */
		setenv("AMIDOJO_WORLD", asked, 1);
	s.typed = (struct typed){.app = a, .ctx = &s, .run = run_words, .world = world_name};
	repl_begin(&s.repl, a, &s.world);
	s.repl.words = words = all_words(&s.repl.n_words);
	s.repl.typed = &s.typed;
	loop(&s);
	repl_end(&s.repl);
	free(words);
	typed_release(&s.typed);
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
