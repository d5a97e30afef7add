/* cmd-check.c - the authors' command: every problem in content, in one pass, with its place. */
#include "app/app.h"
#include "base/intl.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Named paths are one rank above everything else, which then only serves their links. */
static size_t check_roots(struct app *a, const struct args *args, struct library_root *roots,
	char **owned, size_t *n_owned)
{
	const char *env = getenv("AMIDOJO_PATH");
	struct buf b = BUF_INIT;
	size_t n = 0;
	int rank = 1;
	bool named = args->n_operands > 0;
	char *save = NULL;

	for (int i = 0; i < args->n_operands; i++)
		roots[n++] = (struct library_root){args->operands[i], 0, true, false};
	owned[(*n_owned)++] = xstrdup(env ? env : "");
	for (char *p = strtok_r(owned[0], ":", &save); p && rank < 32;
		p = strtok_r(NULL, ":", &save))
		roots[n++] = (struct library_root){p, rank++, !named, false};
	if (a->places.packs)
		roots[n++] = (struct library_root){a->places.packs, rank++, !named, true};
	for (int i = 0; i < 2; i++) {
		buf_addf(&b, "%s/%s", a->places.share, i ? "quizzes" : "content");
		owned[*n_owned] = buf_detach(&b);
		roots[n++] = (struct library_root){owned[(*n_owned)++], rank, !named, i == 1};
	}
	return n;
}

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

static void print_json(const struct library *l)
{
	json_t *all = json_array();

	for (size_t i = 0; i < l->diags.len; i++) {
		const struct diag *d = &l->diags.items[i];

		json_array_append_new(
			all, json_pack("{s:s, s:i, s:i, s:s, s:s}", "file", d->at.file, "line",
				     (int)d->at.line, "column", (int)d->at.column, "severity",
				     d->severity == DIAG_ERROR ? "error" : "warning", "message",
				     d->text));
	}
	json_out(json_pack("{s:i, s:i, s:i, s:o}", "files", (int)l->checked_files.len, "errors",
		(int)l->diags.errors, "warnings", (int)l->diags.warnings, "problems", all));
}

static void print_text(const struct library *l)
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
	buf_release(&out);
}

static int check_run(struct app *a, const struct args *args)
{
	struct library_root *roots = xcalloc((size_t)args->n_operands + 40, sizeof *roots);
	char *owned[4], *cache;
	size_t n_owned = 0, n = check_roots(a, args, roots, owned, &n_owned);
	struct library_options o = {.roots = roots, .n_roots = n, .lint = true};
	struct library l;
	int code;

	o.cache = cache = app_cache_file(a, roots, n);
	library_load(&l, &o);
	check_ladders(&l);
	if (a->json)
		print_json(&l);
	else
		print_text(&l);
	code = l.diags.errors ? EXIT_PROBLEM : EXIT_OK;
	library_release(&l);
	free(cache);
	free(roots);
	for (size_t i = 0; i < n_owned; i++)
		free(owned[i]);
	return code;
}

const struct command cmd_check = {
	.name = "check",
	.synopsis = "[PATH...]",
	.summary = N_("find every problem in notes and question banks, with file, line and column"),
	.max_operands = -1,
	.run = check_run,
};
