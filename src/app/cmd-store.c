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
		printf(_("Saved and checked: %s\n"), path);
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

static int restore_run(struct app *a, const struct args *args)
{
	struct store_options o = {
		.path = a->places.store, .backup_dir = a->places.backups, .busy_ms = 800};
	char *from = NULL, *kept = NULL;
	struct err e = {0};
	int code = EXIT_OK;

	if (!o.path) {
		err_set(&e, ERR_IO,
			_("there is no home folder for your progress; set HOME or XDG_DATA_HOME"));
		return app_fail(a, &e);
	}
	from = args->n_operands ? xstrdup(args->operands[0])
				: store_newest_backup(a->places.backups);
	if (!from)
		err_set(&e, ERR_NOTHING, _("there is no backup in %s yet"), a->places.backups);
	if (!from || !folder_make(a->places.data, &e) || !store_restore(&o, from, &kept, &e)) {
		code = app_fail(a, &e);
	} else {
		printf(_("Restored from %s\n"), from);
		if (kept)
			printf(_("The file that was there is kept as %s\n"), kept);
	}
	free(from);
	free(kept);
	return code;
}

const struct command cmd_restore = {
	.name = "restore",
	.synopsis = "[FILE]",
	.summary = N_("put a backup (by default the newest) in place of your progress"),
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
