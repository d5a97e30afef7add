/* cmd-grade.c - the command `grade`: submissions of labs judged, and what came of them written. */
#include "app/grade.h"

#include "app/app.h"
#include "app/look.h"
#include "app/submission.h"
#include "base/intl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_spec options[] = {
	{"csv", NULL, N_("a row a submission, for a spreadsheet")},
	{"html", "FILE", N_("write a report that needs nothing else: for a browser or a printer")},
	{"seed", "S",
		N_("the seed of the class: what was worked with another one earns no credit")},
	{NULL, NULL, NULL},
};

static bool forms_fit(struct app *a, const struct args *args, struct err *e)
{
	bool csv = args_option(args, "csv") != NULL, html = args_option(args, "html") != NULL;

	if (csv && a->json)
		return err_set(e, ERR_USAGE, _("%s cannot be used with %s"), "--csv", "--json");
	if (html && (csv || a->json))
		return err_set(e, ERR_USAGE, _("%s cannot be used with %s"), "--html",
			csv ? "--csv" : "--json");
	return true;
}

static bool read_all(struct gradebook *b, const struct args *args, struct err *e)
{
	for (int i = 0; i < args->n_operands; i++)
		if (!gradebook_add(b, args->operands[i], e))
			return false;
	gradebook_sum(b);
	if (b->n)
		return true;
	return err_set(e, ERR_NOTHING,
		_("there is no submission in %s: 'amidojo lab submit FILE.json' writes one"),
		args->operands[0]);
}

static void tell_passed_over(const struct gradebook *b)
{
	for (size_t i = 0; i < b->n_over; i++)
		fprintf(stderr, _("passed over: %s (not *.json)\n"), b->passed_over[i]);
}

/* A slip of the fingers must not cost what a student has handed in. */
static bool may_write(const char *path, struct err *e)
{
	struct submission there;
	struct err ignored = {0};

	if (access(path, F_OK) != 0 || !submission_read(path, &there, &ignored))
		return true;
	submission_release(&there);
	return err_set(e, ERR_CONFLICT,
		_("%s is a submission; it is left as it is. Name another file for the report."),
		path);
}

static bool write_report(struct app *a, const struct gradebook *b, const char *path, struct err *e)
{
	struct buf place = BUF_INIT, page = BUF_INIT;
	size_t marked = gradebook_marked(b);
	bool ok;

	if (!*path)
		return err_set(e, ERR_USAGE, _("into which file? --html FILE"));
	if (!may_write(path, e))
		return false;
	buf_addf(&place, "%s%s", strchr(path, '/') ? "" : "./", path);
	grade_html(b, &a->screen.look, app_now().utc_ms, &page);
	ok = file_replace(place.s, page.s, page.len, e);
	if (ok) {
		printf(P_("%s is written: %zu submission", "%s is written: %zu submissions", b->n),
			path, b->n);
		printf(P_(", %zu of them marked.\n", ", %zu of them marked.\n", marked), marked);
	}
	buf_release(&place);
	buf_release(&page);
	return ok;
}

static bool show(struct app *a, const struct gradebook *b, const struct args *args, struct err *e)
{
	const char *html = args_option(args, "html");
	struct buf out = BUF_INIT;

	if (html)
		return write_report(a, b, html, e);
	if (a->json) {
		json_out(grade_json(b));
		return true;
	}
	if (args_option(args, "csv"))
		grade_csv(b, &out);
	else
		grade_text(b, &a->screen.look, &out);
	fwrite(out.s, 1, out.len, stdout);
	buf_release(&out);
	return true;
}

static int grade_run(struct app *a, const struct args *args)
{
	struct gradebook b;
	struct err e = {0};
	bool ok;
	int code;

	if (!forms_fit(a, args, &e) || !app_open_content(a, &e))
		return app_fail(a, &e);
	gradebook_init(&b, &a->library, args_option(args, "seed"));
	ok = read_all(&b, args, &e);
	tell_passed_over(&b);
	ok = ok && show(a, &b, args, &e);
	code = !ok ? app_fail(a, &e) : gradebook_refused(&b) ? EXIT_PROBLEM : EXIT_OK;
	gradebook_release(&b);
	return code;
}

const struct command cmd_grade = {
	.name = "grade",
	.synopsis = "DIR|FILE...",
	.summary = N_("judge what students hand in of labs, by doing it again"),
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = grade_run,
};
