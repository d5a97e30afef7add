/* cmd-calendar.c - the coming reviews as a calendar file for a telephone. */
#include "app/app.h"
#include "app/calendar.h"
#include "app/overview.h"
#include "base/intl.h"
#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec calendar_options[] = {
	{"time", "HH:MM", N_("when the reminder comes, in local time; 09:00 unless told")},
	{"days", "N", N_("how many days ahead; 60 unless told")},
	{NULL, NULL, NULL},
};

static bool parse_time(const char *text, int *minutes, struct err *e)
{
	*minutes = 9 * 60;
	if (text && !clock_parse(text, minutes))
		return err_set(
			e, ERR_USAGE, _("'%s' is not a time of day; write it like 09:00"), text);
	return true;
}

/* "-" writes to standard output; file_replace wants a path with a slash. */
static bool deliver(struct app *a, struct calendar *c, const char *file, struct err *e)
{
	struct buf path = BUF_INIT, old = BUF_INIT, out = BUF_INIT;
	bool to_stdout = strcmp(file, "-") == 0, ok;

	buf_addf(&path, "%s%s", strchr(file, '/') ? "" : "./", file);
	ok = to_stdout || file_read(path.s, &old, true, e);
	if (ok && old.len && !calendar_is_ours(old.s))
		ok = err_set(e, ERR_USAGE,
			_("%s is there already and is not a calendar of amidojo; name another file"),
			file);
	if (ok) {
		calendar_write(c, old.s, &out);
		ok = to_stdout || file_replace(path.s, out.s, out.len, e);
	}
	if (ok && to_stdout)
		fwrite(out.s, 1, out.len, stdout);
	else if (ok)
		app_say(a,
			_("Written: %s\nGoogle and Outlook ignore the alarms of imported calendars: set a default notification there."),
			file);
	buf_release(&path);
	buf_release(&old);
	buf_release(&out);
	return ok;
}

static int calendar_run(struct app *a, const struct args *args)
{
	struct calendar c = {.now = app_now(), .today = app_today(a)};
	struct overview o = {0};
	struct err e = {0};
	int *reviews = NULL, code = EXIT_OK;
	bool ok = parse_time(args_option(args, "time"), &c.at_min, &e) &&
		  args_number(args, "days", 1, 365, 60, &c.days, &e) && app_open(a, &e) &&
		  overview_make(&o, a, &e);

	if (ok) {
		reviews = xcalloc((size_t)c.days, sizeof *reviews);
		overview_forecast(&o, a, reviews, c.days);
		c.reviews = reviews;
		c.rollover_min = a->config.rollover_min;
		ok = deliver(a, &c, args->n_operands ? args->operands[0] : "-", &e);
	}
	if (!ok)
		code = app_fail(a, &e);
	free(reviews);
	overview_release(&o);
	return code;
}

const struct command cmd_calendar = {
	.name = "calendar",
	.synopsis = "[FILE]",
	.summary = N_("the coming reviews as an iCalendar file, one reminder a day"),
	.options = calendar_options,
	.max_operands = 1,
	.run = calendar_run,
};
