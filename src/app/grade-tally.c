/* grade-tally.c - what a class came to in one lab, and in each task of it; see grade.h. */
#include "app/grade.h"

#include <stdlib.h>

bool grade_is_tallied(const struct grade *g)
{
	return g->counts && g->lab && g->verdict == VERDICT_OK;
}

static int by_value(const void *x, const void *y)
{
	int a = *(const int *)x, b = *(const int *)y;

	return (a > b) - (a < b);
}

/* -1: of nothing. Sorts. */
static double median(int *values, size_t n)
{
	if (!n)
		return -1;
	qsort(values, n, sizeof *values, by_value);
	return (values[(n - 1) / 2] + values[n / 2]) / 2.0;
}

void gradebook_tally(const struct gradebook *b, const struct lab *lab, struct lab_tally *out)
{
	int *minutes = xcalloc(b->n + 1, sizeof *minutes);
	int *commands = xcalloc(b->n + 1, sizeof *commands);

	*out = (struct lab_tally){0};
	for (size_t i = 0; i < b->n; i++) {
		const struct grade *g = b->items[i];

		if (g->lab != lab || !grade_is_tallied(g))
			continue;
		out->students++;
		out->par = g->par;
		if (g->passed < g->n_tasks)
			continue;
		minutes[out->finished] = grade_minutes(g);
		commands[out->finished++] = g->commands;
	}
	out->minutes = median(minutes, out->finished);
	out->commands = median(commands, out->finished);
	free(minutes);
	free(commands);
}

void gradebook_tally_task(
	const struct gradebook *b, const struct lab *lab, size_t task, struct task_tally *out)
{
	*out = (struct task_tally){0};
	for (size_t i = 0; i < b->n; i++) {
		const struct grade *g = b->items[i];

		if (g->lab != lab || !grade_is_tallied(g))
			continue;
		out->students++;
		out->of[grade_standing(g, task)]++;
		out->hinted += g->tasks[task].hints > 0;
		out->hints += g->tasks[task].hints;
	}
}
