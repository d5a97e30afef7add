/* grade.c - the gradebook: which files, what they have in common, and what they come to; see
 * grade.h. */
#include "app/grade-replay.h"

#include "app/lab-course.h"
#include "base/intl.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *const verdict_code[VERDICTS] = {
	[VERDICT_OK] = "ok",
	[VERDICT_OTHER_SEED] = "other-seed",
	[VERDICT_OUTDATED] = "outdated",
	[VERDICT_EDITED] = "edited",
	[VERDICT_UNKNOWN_LAB] = "unknown-lab",
	[VERDICT_UNREADABLE] = "unreadable",
};

const char *const standing_code[STANDINGS] = {
	[STANDING_NOT] = "not-passed",
	[STANDING_PASSED] = "passed",
	[STANDING_HINTS] = "hints",
	[STANDING_SOLUTION] = "solution",
};

void gradebook_init(struct gradebook *b, const struct library *l, const char *class_seed)
{
	*b = (struct gradebook){.lib = l, .class_seed = class_seed};
}

static void free_grade(struct grade *g)
{
	free(g->file);
	free(g->student);
	free(g->lab_id);
	free(g->seed);
	free(g->reason);
	free(g->tasks);
	free(g);
}

void gradebook_release(struct gradebook *b)
{
	for (size_t i = 0; i < b->n; i++)
		free_grade(b->items[i]);
	for (size_t i = 0; i < b->n_over; i++)
		free(b->passed_over[i]);
	free(b->items);
	free(b->passed_over);
	free(b->labs);
	map_release(&b->pars);
	arena_release(&b->arena);
}

/* ---- one submission ---- */

static char *printable(const char *s)
{
	struct buf out = BUF_INIT;

	text_printable(s, &out);
	return buf_detach(&out);
}

/* "kim.json" of a folder, without what comes before and behind. */
static char *stem_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name);
	char *bare, *shown;

	if (n > 5 && strcmp(name + n - 5, ".json") == 0)
		n -= 5;
	bare = xstrndup(name, n);
	shown = printable(bare);
	free(bare);
	return shown;
}

/* The author's number of commands is the same for every seed: a lab differs in values alone. */
static int par_of(struct gradebook *b, const struct lab *lab)
{
	int *par = map_get(&b->pars, lab->id.s);

	if (!par) {
		par = arena_alloc(&b->arena, sizeof *par);
		*par = course_par(b->lib, lab, 0);
		map_add(&b->pars, lab->id.s, par);
	}
	return *par > 0 ? *par : 0;
}

static void add_grade(struct gradebook *b, const char *path)
{
	struct grade *g = xcalloc(1, sizeof *g);

	g->file = printable(path);
	g->student = stem_of(path);
	grade_replay(g, b->lib, b->class_seed, path);
	if (g->lab)
		g->par = par_of(b, g->lab);
	ARRAY_GROW(b->items, b->n, b->cap);
	b->items[b->n++] = g;
}

/* ---- folders ---- */

static void pass_over(struct gradebook *b, const char *path)
{
	ARRAY_GROW(b->passed_over, b->n_over, b->cap_over);
	b->passed_over[b->n_over++] = printable(path);
}

static bool is_json(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && *name != '.' && strcmp(name + n - 5, ".json") == 0;
}

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_folder(struct gradebook *b, const char *folder, struct err *e)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, not_dots, by_name);

	if (n < 0)
		return err_set(e, ERR_IO, _("cannot read %s: %s"), folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		bool slash = folder[strlen(folder) - 1] == '/';
		struct buf path = BUF_INIT;

		buf_addf(&path, "%s%s%s", folder, slash ? "" : "/", entries[i]->d_name);
		if (is_json(entries[i]->d_name))
			add_grade(b, path.s);
		else
			pass_over(b, path.s);
		buf_release(&path);
		free(entries[i]);
	}
	free(entries);
	return true;
}

bool gradebook_add(struct gradebook *b, const char *path, struct err *e)
{
	struct stat st;

	if (!*path || stat(path, &st) != 0)
		return err_set(
			e, ERR_IO, _("cannot read %s: %s"), path, strerror(*path ? errno : ENOENT));
	if (S_ISDIR(st.st_mode))
		return add_folder(b, path, e);
	add_grade(b, path);
	return true;
}

/* ---- compared with each other ---- */

static int by_student(const void *x, const void *y)
{
	const struct grade *a = *(struct grade *const *)x, *b = *(struct grade *const *)y;
	int order = strcmp(a->student, b->student);

	if (!order)
		order = strcmp(a->lab_id, b->lab_id);
	return order ? order : strcmp(a->file, b->file);
}

/* Whether a is the one that counts rather than b, of the same student and lab. */
static bool is_better(const struct grade *a, const struct grade *b)
{
	if ((a->verdict == VERDICT_OK) != (b->verdict == VERDICT_OK))
		return a->verdict == VERDICT_OK;
	if (a->credited != b->credited)
		return a->credited > b->credited;
	return a->written_ms > b->written_ms;
}

/* Sorted: those of one student and lab stand together. */
static void choose(struct gradebook *b)
{
	struct grade *best = NULL;

	for (size_t i = 0; i < b->n; i++) {
		struct grade *g = b->items[i];

		if (!best || strcmp(best->student, g->student) != 0 ||
			strcmp(best->lab_id, g->lab_id) != 0) {
			best = g;
			best->counts = true;
		} else if (is_better(g, best)) {
			best->counts = false;
			best = g;
			best->counts = true;
		}
	}
}

static int by_record(const void *x, const void *y)
{
	const struct grade *a = *(struct grade *const *)x, *b = *(struct grade *const *)y;

	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	return by_student(x, y);
}

/* Nobody does the same at the same milliseconds as somebody else. */
static void find_same(struct gradebook *b)
{
	struct grade **all = xreallocarray(NULL, b->n + 1, sizeof *all);
	size_t first = 0;

	for (size_t i = 0; i < b->n; i++)
		all[i] = b->items[i];
	qsort(all, b->n, sizeof *all, by_record);
	for (size_t i = 1; i < b->n; i++) {
		if (!all[i]->record || all[i]->record != all[first]->record) {
			first = i;
		} else if (strcmp(all[i]->student, all[first]->student) != 0) {
			all[i]->same = all[first];
			if (!all[first]->same)
				all[first]->same = all[i];
		}
	}
	free(all);
}

static bool has_lab(const struct gradebook *b, const struct lab *lab)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->items[i]->lab == lab)
			return true;
	return false;
}

void gradebook_sum(struct gradebook *b)
{
	const struct documents *labs = &b->lib->of[DOC_LAB];

	if (b->n)
		qsort(b->items, b->n, sizeof *b->items, by_student);
	choose(b);
	find_same(b);
	b->labs = xcalloc(labs->len + 1, sizeof *b->labs);
	for (size_t i = 0; i < labs->len; i++)
		if (has_lab(b, labs->items[i]))
			b->labs[b->n_labs++] = labs->items[i];
}

size_t gradebook_marked(const struct gradebook *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += grade_is_marked(b->items[i]);
	return n;
}

size_t gradebook_refused(const struct gradebook *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->items[i]->verdict != VERDICT_OK;
	return n;
}

/* ---- of one ---- */

enum standing grade_standing(const struct grade *g, size_t task)
{
	const struct grade_task *t = &g->tasks[task];

	if (t->passed && !t->solution)
		return t->hints ? STANDING_HINTS : STANDING_PASSED;
	return t->solution ? STANDING_SOLUTION : STANDING_NOT;
}

int grade_minutes(const struct grade *g)
{
	enum { MINUTE_MS = 60000, MOST = 999999 };
	int64_t ms = g->last_ms - g->began_ms;

	if (!g->last_ms)
		return -1;
	if (ms < 0)
		return 0;
	return ms / MINUTE_MS > MOST ? MOST : (int)((ms + MINUTE_MS / 2) / MINUTE_MS);
}

bool grade_is_marked(const struct grade *g)
{
	return g->verdict != VERDICT_OK || g->other_version || g->same || !g->counts;
}

static void add_part(struct buf *out, const char *text)
{
	if (out->len)
		buf_adds(out, ", ");
	buf_adds(out, text);
}

void grade_mark(const struct grade *g, struct buf *out)
{
	static const char *const words[VERDICTS] = {
		[VERDICT_OTHER_SEED] = N_("other seed"),
		[VERDICT_OUTDATED] = N_("outdated"),
		[VERDICT_EDITED] = N_("edited"),
		[VERDICT_UNKNOWN_LAB] = N_("unknown lab"),
		[VERDICT_UNREADABLE] = N_("unreadable"),
	};
	struct buf mark = BUF_INIT;

	if (words[g->verdict])
		add_part(&mark, _(words[g->verdict]));
	else if (g->other_version)
		add_part(&mark, _("other version"));
	if (g->same) {
		struct buf same = BUF_INIT;

		buf_addf(&same, _("same as %s"), g->same->student);
		add_part(&mark, same.s);
		buf_release(&same);
	}
	if (!g->counts)
		add_part(&mark, _("another counts"));
	buf_adds(out, mark.s);
	buf_release(&mark);
}

void grade_explain(const struct grade *g, struct buf *out)
{
	const char *blank = "";

	if (g->reason) {
		buf_adds(out, g->reason);
		blank = " ";
	} else if (g->other_version) {
		buf_adds(out,
			_("The lab's file is another version than the one it was worked with; the record leads to its state all the same."));
		blank = " ";
	}
	if (g->same) {
		buf_addf(out, "%s", blank);
		buf_addf(out, _("Its record is that of %s (%s)."), g->same->student, g->same->file);
		blank = " ";
	}
	if (!g->counts)
		buf_addf(out, "%s%s", blank,
			_("Of several submissions of this student for this lab another one counts."));
}
