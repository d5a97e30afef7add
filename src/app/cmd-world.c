/* cmd-world.c - the commands of a world, one at a time: `amidojo world WORD ...`. */
#include "app/world-commands.h"

#include "app/look.h"
#include "app/passing.h"
#include "base/intl.h"
#include "base/mem.h"
#include "content/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_words(struct buf *out, const struct look *look)
{
	for (const struct world_command *c = world_commands; c->name; c++)
		if (!c->hidden)
			world_add_word(out, look, c->synopsis, _(c->summary));
}

/* Which world it is, and when it is there; the words. */
static int overview(struct world_session *s)
{
	struct buf out = BUF_INIT;
	struct err e = {0};

	if (!app_world_enter(s->world, &e))
		return app_fail(s->app, &e);
	world_say(s, _("The world is '%s'."), s->world->name);
	passing_tell(s->world->sim, &out);
	world_say(s, "%s", out.s);
	buf_clear(&out);
	app_world_abandon(s->world);
	buf_addc(&out, '\n');
	add_words(&out, &s->app->screen.look);
	fputs(out.s, stdout);
	buf_release(&out);
	return EXIT_OK;
}

static bool unknown(const char *word, struct err *e)
{
	const char *names[64], *near;
	int n = 0;

	for (const struct world_command *c = world_commands; c->name && n < 63; c++)
		if (!c->hidden)
			names[n++] = c->name;
	names[n] = NULL;
	near = nearest_name(word, names);
	if (near)
		return err_set(e, ERR_USAGE,
			_("'%s' is nothing to do with a world; did you mean '%s'?"), word, near);
	return err_set(e, ERR_USAGE,
		_("'%s' is nothing to do with a world; 'amidojo world' lists what there is"), word);
}

static bool asks_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "help") == 0;
}

/* A shell's prompt waits for nobody, and needs no steps. */
static int run_prompt(struct world_session *s, const struct world_command *c)
{
	enum { SHORTLY_MS = 20 };
	char word[] = "prompt", *words[] = {word, NULL};
	struct err ignored = {0};

	app_world_open(s->app, NULL, false, s->world, &ignored);
	s->world->busy_ms = SHORTLY_MS;
	return world_command_run(s, c, 1, words);
}

static char **own_words(const struct args *args)
{
	char **words = xcalloc((size_t)args->n_operands + 1, sizeof *words);

	for (int i = 0; i < args->n_operands; i++)
		words[i] = xstrdup(args->operands[i]);
	return words;
}

static int run_word(struct world_session *s, const struct args *args)
{
	const char *word = args->n_operands ? args->operands[0] : "help";
	const struct world_command *c = world_command_named(word);
	struct err e = {0};
	char **words;
	int code;

	if (!c && !asks_help(word)) {
		unknown(word, &e);
		return app_fail(s->app, &e);
	}
	if (c && c->hidden)
		return run_prompt(s, c);
	if (!app_world_open(s->app, NULL, true, s->world, &e))
		return app_fail(s->app, &e);
	if (!c)
		return overview(s);
	words = own_words(args);
	code = world_command_run(s, c, (size_t)args->n_operands, words);
	for (int i = 0; i < args->n_operands; i++)
		free(words[i]);
	free(words);
	return code;
}

static int world_run(struct app *a, const struct args *args)
{
	struct app_world world = {0};
	struct world_session s = {.app = a, .world = &world};
	int code = run_word(&s, args);

	app_world_close(&world);
	return code;
}

static void list_words(int columns, struct buf *out)
{
	const struct look look = {.columns = columns, .terminal = true};

	add_words(out, &look);
}

const struct command cmd_world = {
	.name = "world",
	.synopsis = "[WORD ...]",
	.summary = N_(
		"see and keep the simulated world: changes, graph, cost, events, undo, clock, save"),
	.min_operands = 0,
	.max_operands = -1,
	.raw = true,
	.words = list_words,
	.run = world_run,
};
