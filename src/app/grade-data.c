/* grade-data.c - the gradebook for programs: CSV and JSON; see grade.h. */
#include "app/grade.h"

#include "base/intl.h"

#include <stdio.h>
#include <string.h>

/* ---- CSV ---- */

/* Quoted where RFC 4180 wants it. A spreadsheet would take a cell that begins like a formula for
 * one, and carry it out: such a cell gets a ' first. */
static void add_cell(struct buf *out, const char *s)
{
	bool formula = *s && strchr("=+-@\t\r", *s), quoted = strpbrk(s, ",\"\n\r") != NULL;

	if (out->len && out->s[out->len - 1] != '\n')
		buf_addc(out, ',');
	if (quoted)
		buf_addc(out, '"');
	if (formula)
		buf_addc(out, '\'');
	for (; *s; s++)
		buf_addn(out, *s == '"' ? "\"\"" : (char[]){*s, '\0'}, 1);
	if (quoted)
		buf_addc(out, '"');
}

static void add_number(struct buf *out, long long n)
{
	buf_addf(out, ",%lld", n);
}

/* Hundredths: 2 of 3 is 0.67. */
static void add_score(struct buf *out, const struct grade *g)
{
	buf_addf(out, ",%.2f", g->n_tasks ? (double)g->credited / (double)g->n_tasks : 0.0);
}

static void add_results(struct buf *out, const struct grade *g)
{
	struct buf results = BUF_INIT;

	for (size_t i = 0; i < g->n_tasks; i++)
		buf_addf(&results, "%s%s=%s", i ? ";" : "", g->lab->tasks[i].id.s,
			standing_code[grade_standing(g, i)]);
	add_cell(out, results.s);
	buf_release(&results);
}

static void csv_row(const struct grade *g, struct buf *out)
{
	int minutes = grade_minutes(g);

	add_cell(out, g->student);
	add_cell(out, g->lab_id);
	add_cell(out, verdict_code[g->verdict]);
	add_number(out, g->counts);
	add_number(out, (long long)g->n_tasks);
	add_number(out, (long long)g->passed);
	add_number(out, (long long)g->credited);
	add_score(out, g);
	add_number(out, g->commands);
	add_number(out, g->par);
	add_number(out, g->hints);
	add_number(out, g->solutions);
	if (minutes >= 0)
		add_number(out, minutes);
	else
		add_cell(out, "");
	add_results(out, g);
	add_cell(out, g->seed ? g->seed : "");
	add_number(out, g->other_version);
	add_cell(out, g->same ? g->same->student : "");
	add_cell(out, g->file);
	add_cell(out, g->reason ? g->reason : "");
	buf_adds(out, "\r\n");
}

void grade_csv(const struct gradebook *b, struct buf *out)
{
	buf_adds(out,
		"student,lab,verdict,counts,tasks,passed,credited,score,commands,par,hints,solutions,minutes,results,seed,other_version,same_as,file,reason\r\n");
	for (size_t i = 0; i < b->n; i++)
		csv_row(b->items[i], out);
}

/* ---- JSON ---- */

static json_t *tasks_json(const struct grade *g)
{
	json_t *tasks = json_array();

	for (size_t i = 0; i < g->n_tasks; i++) {
		const struct grade_task *t = &g->tasks[i];

		json_array_append_new(tasks,
			json_pack("{s:s, s:s, s:b, s:i, s:b, s:I}", "id", g->lab->tasks[i].id.s,
				"result", standing_code[grade_standing(g, i)], "passed", t->passed,
				"hints", t->hints, "solution", t->solution, "passed_ms",
				(json_int_t)t->passed_ms));
	}
	return tasks;
}

static json_t *text_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *grade_one_json(const struct grade *g)
{
	int minutes = grade_minutes(g);
	json_t *o = json_pack("{s:s, s:s, s:s, s:o, s:s, s:b, s:b, s:o, s:o}", "student",
		g->student, "lab", g->lab_id, "file", g->file, "seed", text_or_null(g->seed),
		"verdict", verdict_code[g->verdict], "counts", g->counts, "other_version",
		g->other_version, "same_as", text_or_null(g->same ? g->same->file : NULL), "reason",
		text_or_null(g->reason));
	json_t *rest = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:I, s:I, s:o}", "n",
		(int)g->n_tasks, "passed", (int)g->passed, "credited", (int)g->credited, "commands",
		g->commands, "par", g->par, "hints", g->hints, "solutions", g->solutions, "minutes",
		minutes < 0 ? json_null() : json_integer(minutes), "began_ms",
		(json_int_t)g->began_ms, "written_ms", (json_int_t)g->written_ms, "tasks",
		tasks_json(g));

	json_object_update(o, rest);
	json_decref(rest);
	return o;
}

static json_t *median_json(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

static json_t *lab_json(const struct gradebook *b, const struct lab *lab)
{
	json_t *tasks = json_array();
	struct lab_tally sum;

	gradebook_tally(b, lab, &sum);
	for (size_t i = 0; i < lab->n_tasks; i++) {
		struct task_tally t;
		json_t *o = json_pack("{s:s}", "id", lab->tasks[i].id.s);

		gradebook_tally_task(b, lab, i, &t);
		for (int k = 0; k < STANDINGS; k++)
			json_object_set_new(o, standing_code[k], json_integer((int)t.of[k]));
		json_object_set_new(o, "students_hinted", json_integer((int)t.hinted));
		json_object_set_new(o, "hints_shown", json_integer(t.hints));
		json_array_append_new(tasks, o);
	}
	return json_pack("{s:s, s:i, s:i, s:o, s:o, s:i, s:o}", "lab", lab->id.s, "students",
		(int)sum.students, "finished", (int)sum.finished, "median_minutes",
		median_json(sum.minutes), "median_commands", median_json(sum.commands), "par",
		sum.par, "tasks", tasks);
}

json_t *grade_json(const struct gradebook *b)
{
	json_t *grades = json_array(), *labs = json_array(), *over = json_array();

	for (size_t i = 0; i < b->n; i++)
		json_array_append_new(grades, grade_one_json(b->items[i]));
	for (size_t i = 0; i < b->n_labs; i++)
		json_array_append_new(labs, lab_json(b, b->labs[i]));
	for (size_t i = 0; i < b->n_over; i++)
		json_array_append_new(over, json_string(b->passed_over[i]));
	return json_pack("{s:o, s:o, s:o, s:o}", "seed", text_or_null(b->class_seed), "submissions",
		grades, "labs", labs, "passed_over", over);
}
