/* lab-sums.c - see lab-sums.h. */
#include "app/lab-sums.h"

#include "app/look.h"
#include "app/world.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- all labs ---- */

static int by_id(const void *a, const void *b)
{
	const struct lab_stands *x = a, *y = b;

	return strcmp(x->lab->id.s, y->lab->id.s);
}

static int id_against(const void *id, const void *b)
{
	const struct lab_stands *one = b;

	return strcmp(id, one->lab->id.s);
}

static bool take_sum(void *ctx, const char *lab, const struct lab_sum *sum)
{
	struct lab_sums *s = ctx;
	struct lab_stands *one =
		s->n ? bsearch(lab, s->all, s->n, sizeof *s->all, id_against) : NULL;

	if (one) {
		one->sum = *sum;
		s->done += sum->done > 0;
		s->credited += sum->credited > 0;
	}
	return true;
}

bool lab_sums_make(struct lab_sums *s, struct app *a, struct err *e)
{
	const struct documents *labs = &a->library.of[DOC_LAB];

	*s = (struct lab_sums){.n = labs->len};
	s->all = xcalloc(labs->len + 1, sizeof *s->all);
	for (size_t i = 0; i < labs->len; i++)
		s->all[i] = (struct lab_stands){labs->items[i], {.last = DAY_NONE}};
	qsort(s->all, s->n, sizeof *s->all, by_id);
	return store_each_lab_sum(a->store, take_sum, s, e);
}

void lab_sums_release(struct lab_sums *s)
{
	free(s->all);
	*s = (struct lab_sums){0};
}

static void add_best(const struct lab_sums *s, const struct look *look, struct buf *out)
{
	struct buf names = BUF_INIT, line = BUF_INIT;

	for (size_t i = 0; i < s->n; i++)
		if (s->all[i].sum.best)
			buf_addf(&names, "%s%s %d", names.len ? ", " : "", s->all[i].lab->id.s,
				s->all[i].sum.best);
	if (names.len) {
		buf_addf(&line, _("Fewest commands: %s"), names.s);
		text_wrap(out, line.s, look->columns, "", "");
	}
	buf_release(&names);
	buf_release(&line);
}

void lab_sums_render(const struct lab_sums *s, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (!s->n)
		return;
	heading_add(out, look, _("Labs"));
	buf_addf(&line, _("%d of %zu done"), s->done, s->n);
	if (s->done)
		buf_addf(&line, _(" (%d without a solution shown)"), s->credited);
	text_wrap(out, line.s, look->columns, "", "");
	add_best(s, look, out);
	buf_release(&line);
}

static json_t *one_json(const struct lab_stands *one)
{
	const struct lab_sum *sum = &one->sum;
	char last[DAY_TEXT];

	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:s}", "lab", one->lab->id.s, "attempts",
		sum->attempts, "done", sum->done, "credited", sum->credited, "best", sum->best,
		"last", day_format(sum->last, last));
}

json_t *lab_sums_json(const struct lab_sums *s)
{
	json_t *begun = json_array();

	for (size_t i = 0; i < s->n; i++)
		if (s->all[i].sum.attempts)
			json_array_append_new(begun, one_json(&s->all[i]));
	return json_pack("{s:i, s:i, s:i, s:o}", "labs", (int)s->n, "done", s->done, "credited",
		s->credited, "begun", begun);
}

/* ---- the open one ---- */

const struct lab *lab_open_now(const struct app *a)
{
	static const char of_lab[] = "lab-"; /* so the world of a lab is called */
	const struct lab *lab = NULL;
	char *name;

	if (!a->places.worlds)
		return NULL;
	name = app_world_chosen(a);
	if (strncmp(name, of_lab, strlen(of_lab)) == 0)
		lab = map_get(&a->library.of[DOC_LAB].by_id, name + strlen(of_lab));
	free(name);
	return lab;
}

/* Tasks may have gone from a lab since they were passed. */
static bool open_sum(struct app *a, const struct lab **lab, struct lab_sum *sum)
{
	struct err ignored = {0};

	*lab = lab_open_now(a);
	if (!*lab || !store_lab_sum(a->store, (*lab)->id.s, sum, &ignored))
		return false;
	if (sum->passed > (int)(*lab)->n_tasks)
		sum->passed = (int)(*lab)->n_tasks;
	return true;
}

void lab_notice(struct app *a, struct buf *out)
{
	const struct lab *lab;
	struct lab_sum sum;

	if (open_sum(a, &lab, &sum))
		buf_addf(out, _("Lab: %s %d/%zu\n"), lab->id.s, sum.passed, lab->n_tasks);
}

json_t *lab_notice_json(struct app *a)
{
	const struct lab *lab;
	struct lab_sum sum;

	if (!open_sum(a, &lab, &sum))
		return json_null();
	return json_pack("{s:s, s:i, s:i}", "lab", lab->id.s, "passed", sum.passed, "tasks",
		(int)lab->n_tasks);
}
