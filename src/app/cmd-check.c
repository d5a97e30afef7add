/* cmd-check.c - the authors' command: every problem in content, in one pass, with its place. */
#include "app/app.h"
#include "app/prove.h"
#include "app/report.h"
#include "app/roots.h"
#include "base/intl.h"
#include "content/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ladders are the study layer's to judge. */
static void check_ladders(struct library *l)
{
	for (size_t i = 0; i < l->n_topics; i++) {
		struct topic *t = l->topics[i];
		struct ladder ladder;
		struct err e = {0};

		if (t->ladder.s && map_get(&l->checked_files, t->at.file) &&
			!ladder_parse(t->ladder.s, &ladder, &e))
			diag_error(&l->diags, t->ladder.at, "%s", e.text);
	}
	diags_sort(&l->diags);
}

/* `proofs`: NULL if none were asked for. */
static void print_json(
	const struct library *l, const struct proofs *proofs, const struct report *report)
{
	json_t *all = json_array(), *sum;

	for (size_t i = 0; i < l->diags.len; i++) {
		const struct diag *d = &l->diags.items[i];

		struct buf file = BUF_INIT;

		diag_file(d, &file);
		json_array_append_new(
			all, json_pack("{s:s, s:i, s:i, s:s, s:s}", "file", file.s, "line",
				     (int)d->at.line, "column", (int)d->at.column, "severity",
				     d->severity == DIAG_ERROR ? "error" : "warning", "message",
				     d->text));
		buf_release(&file);
	}
	sum = json_pack("{s:i, s:i, s:i, s:o}", "files", (int)l->checked_files.len, "errors",
		(int)l->diags.errors, "warnings", (int)l->diags.warnings, "problems", all);
	if (proofs)
		json_object_set_new(sum, "proofs",
			json_pack("{s:i, s:i, s:i}", "held", (int)proofs->held, "failed",
				(int)proofs->failed, "not_run", (int)proofs->skipped));
	if (report)
		json_object_set_new(sum, "report", report_json(report, l));
	json_out(sum);
}

static void print_text(const struct library *l, const struct proofs *proofs)
{
	struct buf out = BUF_INIT;
	size_t notes = 0, cues = 0, questions = 0;

	diags_print(&l->diags, &out);
	fputs(out.s, l->diags.errors ? stderr : stdout);
	for (size_t i = 0; i < l->of[DOC_NOTE].len; i++) {
		const struct note *n = l->of[DOC_NOTE].items[i];
		bool ours = map_get(&l->checked_files, n->at.file) != NULL;

		notes += ours;
		cues += ours ? n->n_cues : 0;
	}
	for (size_t i = 0; i < l->of[DOC_BANK].len; i++) {
		const struct bank *b = l->of[DOC_BANK].items[i];

		questions += map_get(&l->checked_files, b->at.file) ? b->n_questions : 0;
	}
	printf(_("%zu files: %zu notes, %zu cards, %zu questions; %zu errors, %zu warnings\n"),
		l->checked_files.len, notes, cues, questions, l->diags.errors, l->diags.warnings);
	if (proofs)
		printf(_("%zu proofs: %zu hold, %zu fail, %zu not run\n"),
			proofs->held + proofs->failed + proofs->skipped, proofs->held,
			proofs->failed, proofs->skipped);
	buf_release(&out);
}

static void print_report(
	const struct library *l, const struct report *report, const struct look *look)
{
	struct buf out = BUF_INIT;

	report_write(report, l, look, &out);
	printf("\n%s", out.s);
	buf_release(&out);
}

static int check_run(struct app *a, const struct args *args)
{
	struct content_roots roots;
	struct library_options o = {.lint = true};
	struct library l;
	struct proofs proofs = {0}, *proved = args_option(args, "prove") ? &proofs : NULL;
	struct report report = {.oldest = DAY_NONE},
		      *reported = args_option(args, "report") ? &report : NULL;
	char *cache;
	int code;

	content_roots_make(&roots, &a->places, args->operands, (size_t)args->n_operands);
	cache = content_roots_cache(&roots, &a->places);
	o.roots = roots.items;
	o.n_roots = roots.n;
	o.cache = cache;
	library_load(&l, &o);
	answers_check(&l);
	check_ladders(&l);
	if (proved)
		prove_library(&l, proved);
	if (reported)
		report_make(reported, &l, a->screen.look.lang, app_today(a));
	if (a->json)
		print_json(&l, proved, reported);
	else
		print_text(&l, proved);
	if (reported && !a->json)
		print_report(&l, reported, &a->screen.look);
	code = l.diags.errors ? EXIT_PROBLEM : EXIT_OK;
	if (reported)
		report_release(reported);
	library_release(&l);
	free(cache);
	content_roots_release(&roots);
	return code;
}

static const struct option_spec check_options[] = {
	{"report", NULL,
		N_("also count the questions: by bank, domain, level, type, proof, language and age of their sources, and what a guesser would get right")},
	{"prove", NULL,
		N_("also run the proofs of notes and questions in the simulator, and play the labs: checks before and after the solution")},
	{NULL, NULL, NULL},
};

const struct command cmd_check = {
	.name = "check",
	.synopsis = "[PATH...]",
	.summary = N_(
		"find every problem in notes, question banks and labs, with file, line and column"),
	.options = check_options,
	.max_operands = -1,
	.run = check_run,
};
