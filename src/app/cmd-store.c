/* cmd-store.c - care for the learner's progress: backup, restore, doctor. */
#include "app/app.h"
#include "base/intl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- backup ---- */

/* backups/progress-TIME.db, beside the automatic ones and named like them; the next second that no
 * other backup has taken. */
static char *backup_name(const struct app *a, struct moment now)
{
	struct buf path = BUF_INIT;
	struct civil c = day_to_civil(day_of_moment((struct moment){now.utc_ms, 0}, 0));
	int seconds = (int)((now.utc_ms / 1000) % 86400);

	buf_addf(&path, "%s/progress-%04d%02d%02d-%02d%02d%02d.db", a->places.backups, c.year,
		c.month, c.day, seconds / 3600, seconds / 60 % 60, seconds % 60);
	if (access(path.s, F_OK) != 0)
		return buf_detach(&path);
	buf_release(&path);
	now.utc_ms += 1000;
	return backup_name(a, now);
}

static void saved(const struct app *a, const char *path)
{
	if (a->json)
		json_out(json_pack("{s:s}", "backup", path));
	else
		printf(_("Saved and checked: %s\n"), path);
}

static int backup_run(struct app *a, const struct args *args)
{
	struct err e = {0};
	char *path = NULL;
	int code = EXIT_OK;

	if (!app_open_store(a, &e))
		return app_fail(a, &e);
	path = args->n_operands ? xstrdup(args->operands[0]) : backup_name(a, app_now());
	if ((!args->n_operands && !folder_make(a->places.backups, &e)) ||
		!store_backup(a->store, path, &e))
		code = app_fail(a, &e);
	else
		saved(a, path);
	free(path);
	return code;
}

const struct command cmd_backup = {
	.name = "backup",
	.synopsis = "[FILE]",
	.summary = N_("write a checked copy of your progress"),
	.max_operands = 1,
	.run = backup_run,
};

/* ---- restore ---- */

static const struct option_spec restore_options[] = {
	{"list", NULL, N_("list the automatic backups, with what each holds")},
	{"yes", NULL, N_("do not ask")},
	{NULL, NULL, NULL},
};

/* "12 events, the last on 2026-11-21, 5 entries of labs", or why the file cannot be read. */
static void describe(const struct app *a, const char *path, struct buf *out)
{
	struct glance g = {0};
	struct err e = {0};
	char day[DAY_TEXT];
	struct moment last;

	if (!store_glance(path, &g, &e)) {
		buf_adds(out, _("not readable"));
		return;
	}
	last = (struct moment){g.last_ms, app_now().offset_min};
	buf_addf(out, P_("%lld event", "%lld events", g.events), (long long)g.events);
	if (g.events)
		buf_addf(out, _(", the last on %s"),
			day_format(day_of_moment(last, a->config.rollover_min), day));
	if (g.labs)
		buf_addf(out, P_(", %lld entry of labs", ", %lld entries of labs", g.labs),
			(long long)g.labs);
}

struct backup_list {
	struct app *app;
	json_t *json;
};

static bool list_backup(void *ctx, const char *path)
{
	struct backup_list *l = ctx;
	struct buf what = BUF_INIT;
	struct glance g = {0};

	describe(l->app, path, &what);
	if (l->json) {
		store_glance(path, &g, NULL);
		json_array_append_new(
			l->json, json_pack("{s:s, s:I, s:I}", "backup", path, "events",
					 (json_int_t)g.events, "labs", (json_int_t)g.labs));
	} else {
		printf("%s: %s\n", path, what.s);
	}
	buf_release(&what);
	return true;
}

static int restore_list(struct app *a)
{
	struct backup_list l = {.app = a, .json = a->json ? json_array() : NULL};

	if (a->places.backups)
		store_each_backup(a->places.backups, list_backup, &l);
	if (l.json)
		json_out(l.json);
	return EXIT_OK;
}

/* Both sides on the screen, and a key; without a person at it the command itself is the answer. */
static bool may_replace(struct app *a, const char *from, bool yes)
{
	struct buf backup = BUF_INIT, present = BUF_INIT;
	char *line = NULL;
	bool ok = true;

	describe(a, from, &backup);
	if (access(a->places.store, F_OK) == 0)
		describe(a, a->places.store, &present);
	else
		buf_adds(&present, _("none"));
	printf(_("Backup:  %s (%s)\nPresent: %s (%s)\n"), from, backup.s, a->places.store,
		present.s);
	if (a->screen.mode == SCREEN_TERMINAL && !yes) {
		line = screen_line(&a->screen, _("Put the backup in its place? [y/n] "));
		screen_leave(&a->screen);
		ok = line && (line[0] == 'y' || line[0] == 'Y');
	}
	free(line);
	buf_release(&backup);
	buf_release(&present);
	return ok;
}

static int restore_from(struct app *a, const char *from, bool yes)
{
	struct store_options o = {
		.path = a->places.store, .backup_dir = a->places.backups, .busy_ms = 800};
	char *kept = NULL;
	struct err e = {0};

	if (!store_glance(from, &(struct glance){0}, &e))
		return app_fail(a, &e);
	if (!may_replace(a, from, yes)) {
		printf("%s\n", _("Nothing was changed."));
		return screen_signal() ? app_ended(a, KEY_SIGNAL) : EXIT_PROBLEM;
	}
	if (!folder_make(a->places.data, &e) || !store_restore(&o, from, &kept, &e))
		return app_fail(a, &e);
	printf(_("Restored from %s\n"), from);
	if (kept)
		printf(_("The file that was there is kept as %s\nTo go back to it: amidojo restore with that name.\n"),
			kept);
	free(kept);
	return EXIT_OK;
}

static int restore_run(struct app *a, const struct args *args)
{
	char *from = NULL;
	struct err e = {0};
	int code;

	if (args_option(args, "list"))
		return restore_list(a);
	if (!a->places.store) {
		err_set(&e, ERR_IO,
			_("there is no home folder for your progress; set HOME or XDG_DATA_HOME"));
		return app_fail(a, &e);
	}
	from = args->n_operands ? xstrdup(args->operands[0])
				: store_newest_backup(a->places.backups);
	if (!from)
		err_set(&e, ERR_NOTHING, _("there is no backup in %s yet"), a->places.backups);
	code = from ? restore_from(a, from, args_option(args, "yes") != NULL) : app_fail(a, &e);
	free(from);
	return code;
}

const struct command cmd_restore = {
	.name = "restore",
	.synopsis = "[FILE]",
	.summary = N_("put a backup (by default the newest) in place of your progress"),
	.options = restore_options,
	.max_operands = 1,
	.run = restore_run,
};

/* ---- doctor ---- */

static const struct option_spec doctor_options[] = {
	{"rebuild", NULL, N_("make the derived state anew from the log of your answers")},
	{NULL, NULL, NULL},
};

static int doctor_run(struct app *a, const struct args *args)
{
	bool rebuild = args_option(args, "rebuild") != NULL;
	struct verdict v = {0};
	struct err e = {0};

	if (!app_open_store(a, &e) || (rebuild && !store_rebuild(a->store, &e)) ||
		!store_verify(a->store, &v, &e))
		return app_fail(a, &e);
	a->recorded = rebuild;
	if (a->json)
		json_out(json_pack("{s:s, s:I, s:I, s:s}", "file", a->places.store, "events",
			(json_int_t)v.events, "differences", (json_int_t)v.differences, "first",
			v.first));
	else if (!v.differences)
		printf(_("%s: sound. %lld events; the derived state is what they give.\n"),
			a->places.store, (long long)v.events);
	else
		printf(_("%s: the file is sound, but %lld rows of derived state are not what the log gives (%s). Run: amidojo doctor --rebuild\n"),
			a->places.store, (long long)v.differences, v.first);
	return v.differences ? EXIT_PROBLEM : EXIT_OK;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.synopsis = "",
	.summary = N_("check your progress: the file, and that its state is what the log gives"),
	.options = doctor_options,
	.run = doctor_run,
};
