/* world-commands.c - see world-commands.h: the table, and how a row of it is run. */
#include "app/world-commands.h"

#include "app/lab.h"
#include "app/look.h"
#include "app/shellwords.h"
#include "base/intl.h"
#include "base/text.h"

#include <string.h>

const struct world_command world_commands[] = {
	{.name = "changes",
		.synopsis = "changes [-v]",
		.summary = N_("what the last changing command changed; -v with values"),
		.in_shell = true,
		.run = world_changes},
	{.name = "graph",
		.synopsis = "graph [ID] [--dot | --svg]",
		.summary = N_("what came from what: instances, volumes, snapshots, images, copies"),
		.in_shell = true,
		.run = world_graph},
	{.name = "cost",
		.synopsis = "cost [--json]",
		.summary = N_("what the world would be billed for, since its start and per month"),
		.in_shell = true,
		.run = world_cost},
	{.name = "events",
		.synopsis = "events [--json] [-n NUMBER]",
		.summary = N_("changes of state, as EventBridge would tell them"),
		.in_shell = true,
		.run = world_events},
	{.name = "explain",
		.synopsis = "explain [CODE]",
		.summary = N_("why the last command failed"),
		.in_shell = true,
		.run = world_explain},
	{.name = "undo",
		.synopsis = "undo",
		.summary = N_("take back the last changing command and what followed from it"),
		.in_shell = true,
		.alters = true,
		.run = word_undo},
	{.name = "redo",
		.synopsis = "redo",
		.summary = N_("do again what was taken back"),
		.in_shell = true,
		.alters = true,
		.run = word_redo},
	{.name = "clock",
		.synopsis = "clock [next | advance 15m]",
		.summary = N_("the time of the world, and letting it pass"),
		.in_shell = true,
		.alters = true,
		.run = word_clock},
	{.name = "reset",
		.synopsis = "reset --yes",
		.summary = N_("begin a new world"),
		.alters = true,
		.run = word_reset},
	{.name = "save",
		.synopsis = "save NAME [--yes]",
		.summary = N_("keep the world as it is now under another name too"),
		.run = word_save},
	{.name = "load",
		.synopsis = "load NAME [--yes]",
		.summary = N_("make this world as another one is now"),
		.alters = true,
		.run = word_load},
	{.name = "worlds",
		.synopsis = "worlds",
		.summary = N_("list the worlds there are"),
		.outside = true,
		.run = word_worlds},
	{.name = "use",
		.synopsis = "use NAME",
		.summary = N_("work in another world from now on; 'use default' comes back"),
		.outside = true,
		.run = word_use},
	{.name = "prompt",
		.synopsis = "prompt",
		.summary = N_("a line for a shell's prompt"),
		.outside = true,
		.hidden = true,
		.run = word_prompt},
	{0},
};

const struct world_command *world_command_named(const char *name)
{
	for (const struct world_command *c = world_commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

void world_say(const struct world_session *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	look_say(&s->app->screen.look, fmt, args);
	va_end(args);
}

void world_add_word(
	struct buf *out, const struct look *look, const char *synopsis, const char *summary)
{
	enum { LEFT = 30, NARROW = 70, USUAL = 80 };
	static const char blanks[LEFT + 1] = "                              ";
	int columns = look->terminal ? look->columns : USUAL;
	struct buf left = BUF_INIT;

	buf_addf(&left, "  %s", synopsis);
	if (columns < NARROW || text_swidth(left.s) > LEFT - 2) {
		text_wrap(out, synopsis, columns, "  ", "    ");
		text_wrap(out, summary, columns, columns < NARROW ? "      " : blanks,
			columns < NARROW ? "      " : blanks);
	} else {
		buf_addn(&left, " ", (size_t)(LEFT - text_swidth(left.s)));
		text_wrap(out, summary, columns, left.s, blanks);
	}
	buf_release(&left);
}

/* What is typed, for the record of a lab. */
static void note_line(struct app_world *w, size_t n, char *const *words)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(&line, ' ');
		shellwords_quote(words[i], &line);
	}
	app_world_doing(w, line.s);
	buf_release(&line);
}

void world_looked(struct app_world *w)
{
	world_file_rollback(w->file); /* what is in memory is still what is in the file */
}

static bool run_inside(struct world_session *s, const struct world_command *c, size_t n,
	char *const *words, struct err *e)
{
	if (!app_world_enter(s->world, e))
		return false;
	if (c->alters)
		note_line(s->world, n, words);
	if (c->run(s, n, words, e)) {
		if (c->alters)
			return app_world_leave(s->world, e);
		world_looked(s->world);
		return true;
	}
	app_world_doing(s->world, NULL);
	if (s->world->sim) /* else what failed has taken everything back itself */
		app_world_abandon(s->world);
	return false;
}

int world_command_run(
	struct world_session *s, const struct world_command *c, size_t n, char *const *words)
{
	struct err e = {0};
	bool ok = c->outside ? c->run(s, n, words, &e) : run_inside(s, c, n, words, &e);

	if (!ok)
		return app_fail(s->app, &e);
	if (c->alters)
		lab_tick(s->app, s->world);
	return EXIT_OK;
}
