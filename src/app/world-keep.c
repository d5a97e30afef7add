/* world-keep.c - worlds beside each other: save, load, use, and the list of them. */
#include "app/world-commands.h"

#include "app/passing.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool world_is_of_lab(const char *name)
{
	return strncmp(name, "lab-", 4) == 0;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* "WORD NAME", with --yes before or behind the name where it may stand; NULL: it is neither. */
static const char *read_name(size_t n, char *const *words, bool *yes)
{
	const char *name = NULL;

	for (size_t i = 1; i < n; i++) {
		if (yes && strcmp(words[i], "--yes") == 0)
			*yes = true;
		else if (name || words[i][0] == '-')
			return NULL;
		else
			name = words[i];
	}
	return name;
}

/* ---- save ---- */

static bool copy_file(const char *from, const char *to, struct err *e)
{
	struct buf bytes = BUF_INIT;
	bool ok = file_read(from, &bytes, true, e) && file_replace(to, bytes.s, bytes.len, e);

	buf_release(&bytes);
	return ok;
}

/* A world with profiles of its own (NAME.config) hands them on: its accounts are of no use without
 * them. */
static bool copy_profiles(
	struct app *a, const struct app_world *from, const char *name, struct err *e)
{
	struct buf config = BUF_INIT, credentials = BUF_INIT;
	size_t folder = strlen(a->places.worlds);
	bool own = strncmp(from->config, a->places.worlds, folder) == 0;
	bool ok;

	buf_addf(&config, "%s/%s.config", a->places.worlds, name);
	buf_addf(&credentials, "%s/%s.credentials", a->places.worlds, name);
	if (own) {
		ok = copy_file(from->config, config.s, e) &&
		     copy_file(from->credentials, credentials.s, e);
	} else { /* of the world that was there before */
		unlink(config.s);
		unlink(credentials.s);
		ok = true;
	}
	buf_release(&config);
	buf_release(&credentials);
	return ok;
}

static bool write_copy(
	struct world_session *s, struct app_world *to, const char *name, bool yes, struct err *e)
{
	if (exists(to->path) && !yes)
		return err_set(e, ERR_CONFLICT,
			_("there is a world '%s' already; to put this one in its place: save %s --yes"),
			name, name);
	return app_world_enter(to, e) && app_world_replace(to, sim_copy(s->world->sim), e) &&
	       app_world_leave(to, e) && copy_profiles(s->app, s->world, name, e);
}

bool word_save(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	bool yes = false, ok;
	const char *name = read_name(n, words, &yes);
	struct app_world to;

	if (!name)
		return err_set(
			e, ERR_USAGE, _("save keeps this world under another name too: save NAME"));
	if (strcmp(name, s->world->name) == 0)
		return err_set(e, ERR_USAGE,
			_("'%s' is this world itself, and every command keeps it; give another name"),
			name);
	if (world_is_of_lab(name))
		return err_set(e, ERR_USAGE,
			_("'%s' would be a lab's world; give a name that does not begin with 'lab-'"),
			name);
	if (!app_world_open(s->app, name, false, &to, e))
		return false;
	ok = write_copy(s, &to, name, yes, e);
	app_world_close(&to);
	if (ok)
		world_say(s, _("Saved as '%s'; 'use %s' works in it."), name, name);
	return ok;
}

/* ---- load ---- */

static bool no_such_world(const char *name, struct err *e)
{
	return err_set(e, ERR_NOTHING, _("there is no world '%s'; 'worlds' lists them"), name);
}

/* What is in the world of another name; NULL: the error says why not. */
static struct sim *read_copy(struct app *a, const char *name, struct err *e)
{
	struct app_world from;
	struct sim *copy = NULL;

	if (!app_world_open(a, name, false, &from, e))
		return NULL;
	if (!exists(from.path)) {
		no_such_world(name, e);
	} else if (app_world_enter(&from, e)) {
		copy = sim_copy(from.sim);
		app_world_abandon(&from);
	}
	app_world_close(&from);
	return copy;
}

static bool may_load(struct world_session *s, const char *name, bool yes, struct err *e)
{
	if (world_is_of_lab(s->world->name))
		return err_set(e, ERR_CONFLICT,
			_("this world is a lab's; 'lab reset' begins the lab anew, 'lab stop' leaves it"));
	if (strcmp(name, s->world->name) == 0)
		return err_set(e, ERR_USAGE, _("'%s' is this world itself"), name);
	if (sim_steps(s->world->sim) > 0 && !yes)
		return err_set(e, ERR_CONFLICT,
			_("this world has changes, and would forget them; to keep them first: save NAME; else: load %s --yes"),
			name);
	return true;
}

bool word_load(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	bool yes = false;
	const char *name = read_name(n, words, &yes);
	struct sim *copy;

	if (!name)
		return err_set(e, ERR_USAGE,
			_("load makes this world as another one is now: load NAME; 'worlds' lists them"));
	if (!may_load(s, name, yes, e))
		return false;
	copy = read_copy(s->app, name, e);
	if (!copy || !app_world_replace(s->world, copy, e))
		return false;
	world_say(s,
		_("This world is now as '%s' is. What was done before cannot be undone any more."),
		name);
	return true;
}

/* ---- use ---- */

static bool may_use(const struct app_world *to, struct err *e)
{
	if (!world_is_of_lab(to->name))
		return true;
	return err_set(e, ERR_USAGE, _("'%s' is a lab's world; 'lab start %s' opens it"), to->name,
		to->name + 4);
}

bool word_use(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	const char *name = read_name(n, words, NULL), *wins = getenv("AMIDOJO_WORLD");
	bool differs = wins && *wins && name && strcmp(wins, name) != 0;
	struct app_world to;

	if (!name)
		return err_set(e, ERR_USAGE,
			_("use works in another world from now on: use NAME; 'worlds' lists them"));
	if (!app_world_open(s->app, name, s->world->steps, &to, e))
		return false;
	if (!may_use(&to, e) || !app_world_choose(s->app, name, e)) {
		app_world_close(&to);
		return false;
	}
	if (exists(to.path))
		world_say(s, _("The world is now '%s'."), name);
	else
		world_say(s, _("The world is now '%s', a new one."), name);
	if (differs)
		world_say(s,
			_("But $AMIDOJO_WORLD is set, to '%s': where it is, it wins. To follow the choice: unset AMIDOJO_WORLD"),
			wins);
	app_world_close(s->world);
	*s->world = to;
	return true;
}

/* ---- worlds ---- */

struct names {
	char **list;
	size_t n, cap;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_names(const struct app *a, struct names *out)
{
	DIR *folder = a->places.worlds ? opendir(a->places.worlds) : NULL;
	const struct dirent *d;

	*out = (struct names){0};
	while (folder && (d = readdir(folder))) {
		size_t n = strlen(d->d_name);

		if (n <= 3 || d->d_name[0] == '.' || strcmp(d->d_name + n - 3, ".db") != 0)
			continue;
		ARRAY_GROW(out->list, out->n, out->cap);
		out->list[out->n++] = xstrndup(d->d_name, n - 3);
	}
	if (folder)
		closedir(folder);
	if (out->n)
		qsort(out->list, out->n, sizeof *out->list, by_name);
}

static void names_release(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
}

void world_each_name(struct app *a, void (*visit)(void *ctx, const char *name), void *ctx)
{
	struct names names;

	read_names(a, &names);
	for (size_t i = 0; i < names.n; i++)
		visit(ctx, names.list[i]);
	names_release(&names);
}

/* What the list says of one world. */
struct listed {
	bool open, known; /* known: it could be looked into */
	size_t resources;
	char clock[32], used[32];
};

static bool count_row(void *n, const struct world_file_row *row)
{
	*(size_t *)n += row->text != NULL;
	return true;
}

/* When it was last written, in local time: its log may be newer than it. */
static void note_use(const char *path, char out[32])
{
	struct buf log = BUF_INIT;
	struct stat file, wal;
	struct tm local;
	time_t when;

	buf_addf(&log, "%s-wal", path);
	out[0] = '\0';
	if (stat(path, &file) == 0) {
		when = file.st_mtime;
		if (stat(log.s, &wal) == 0 && wal.st_size && wal.st_mtime > when)
			when = wal.st_mtime;
		localtime_r(&when, &local);
		strftime(out, 32, "%Y-%m-%d %H:%M", &local);
	}
	buf_release(&log);
}

/* A world that another process is in, or that is damaged, is listed by its name. */
static void look_into(struct app_world *w, struct listed *l)
{
	enum { SHORTLY_MS = 300 };
	struct err ignored = {0};
	struct buf clock = BUF_INIT;

	w->busy_ms = SHORTLY_MS;
	if (!app_world_enter(w, &ignored))
		return;
	l->known = world_file_rows(w->file, count_row, &l->resources, &ignored);
	passing_add_time(&clock, sim_now(w->sim));
	snprintf(l->clock, sizeof l->clock, "%s", clock.s);
	app_world_abandon(w);
	buf_release(&clock);
}

static void describe(struct world_session *s, const char *name, struct listed *l)
{
	struct app_world w;
	struct err ignored = {0};

	*l = (struct listed){.open = strcmp(name, s->world->name) == 0};
	if (!app_world_open(s->app, name, false, &w, &ignored))
		return;
	note_use(w.path, l->used);
	look_into(&w, l);
	app_world_close(&w);
}

static json_t *listed_json(const char *name, const struct listed *l)
{
	return json_pack("{s:s, s:b, s:o, s:o, s:s}", "world", name, "open", l->open, "resources",
		l->known ? json_integer((json_int_t)l->resources) : json_null(), "clock",
		l->known ? json_string(l->clock) : json_null(), "used", l->used);
}

/* "* name     12  2026-01-01 09:05:00  2026-11-21 17:51" */
static void add_row(struct buf *out, const char *mark, const char *name, int widest,
	const char *resources, const char *clock, const char *used)
{
	enum { RESOURCES = 11, CLOCK = 21 };

	buf_addf(out, "%s ", mark);
	text_pad(out, name, widest);
	buf_adds(out, "  ");
	text_pad(out, resources, RESOURCES);
	text_pad(out, clock, CLOCK);
	buf_addf(out, "%s\n", used);
}

static void add_world(struct buf *out, const char *name, int widest, const struct listed *l)
{
	char resources[24] = "?";

	if (l->known)
		snprintf(resources, sizeof resources, "%zu", l->resources);
	add_row(out, l->open ? "*" : " ", name, widest, resources, l->known ? l->clock : "?",
		l->used);
}

/* The same as a sentence, where a table has no room or is not wanted. */
static void add_sentence(
	struct buf *out, const char *name, const struct listed *l, const struct look *look)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, l->open ? _("%s (open)") : "%s", name);
	if (l->known)
		buf_addf(
			&text, P_("; %zu resource", "; %zu resources", l->resources), l->resources);
	if (l->known)
		buf_addf(&text, _("; its clock: %s"), l->clock);
	buf_addf(&text, _("; last used: %s"), l->used);
	text_wrap(out, text.s, look->terminal ? look->columns : 200, "", "    ");
	buf_release(&text);
}

static void list_as_text(struct world_session *s, const struct names *names)
{
	enum { LEAST = 6, BESIDE = 2 + 2 + 11 + 21 + 16 };
	const struct look *look = &s->app->screen.look;
	struct buf out = BUF_INIT;
	struct listed l;
	int widest = LEAST;
	bool table;

	for (size_t i = 0; i < names->n; i++)
		if (text_swidth(names->list[i]) > widest)
			widest = text_swidth(names->list[i]);
	table = !look->plain && (!look->terminal || widest + BESIDE <= look->columns);
	if (table)
		add_row(&out, " ", _("WORLD"), widest, _("RESOURCES"), _("CLOCK (UTC)"),
			_("LAST USED"));
	for (size_t i = 0; i < names->n; i++) {
		describe(s, names->list[i], &l);
		if (table)
			add_world(&out, names->list[i], widest, &l);
		else
			add_sentence(&out, names->list[i], &l, look);
	}
	fputs(out.s, stdout);
	buf_release(&out);
}

static void list_as_json(struct world_session *s, const struct names *names)
{
	json_t *all = json_array();
	struct listed l;

	for (size_t i = 0; i < names->n; i++) {
		describe(s, names->list[i], &l);
		json_array_append_new(all, listed_json(names->list[i], &l));
	}
	json_out(all);
}

bool word_worlds(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	struct names names;

	if (n > 1)
		return err_set(e, ERR_USAGE, _("'%s' does not take '%s'"), words[0], words[1]);
	read_names(s->app, &names);
	if (s->app->json)
		list_as_json(s, &names);
	else if (!names.n)
		world_say(s, "%s", _("There is no world yet; the first command begins one."));
	else
		list_as_text(s, &names);
	names_release(&names);
	return true;
}
