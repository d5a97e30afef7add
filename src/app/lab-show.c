/* lab-show.c - what the words of `lab` show; see lab-internal.h. */
#include "app/lab-internal.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- one task ---- */

static const struct look *look_of(const struct app *a)
{
	return &a->screen.look;
}

static void add_title(struct app *a, const struct lab *lab, struct buf *out)
{
	struct buf title = BUF_INIT;

	title_of(&title, look_of(a), &lab->title);
	heading_add(out, look_of(a), title.s);
	buf_release(&title);
}

static void add_filled(struct app *a, struct lab_state *s, const struct text *t, struct buf *out)
{
	struct text filled = course_text(&s->course, t);

	markdown_add(out, look_of(a), &filled);
}

/* "2/4 share": where one is; the sign says it without colour too. */
static void add_step(struct app *a, const struct lab_state *s, size_t i, struct buf *out)
{
	bool passed = i < s->course.passed, open = i == s->course.passed;
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s %zu/%zu %s",
		passed ? _("[done]")
		: open ? _("[open]")
		       : _("[later]"),
		i + 1, s->n_tasks, s->course.lab->tasks[i].id.s);
	if (s->tasks[i].solution)
		buf_addf(&line, " (%s)", _("solution shown"));
	else if (s->tasks[i].hints)
		buf_addf(&line, P_(" (%d hint)", " (%d hints)", s->tasks[i].hints),
			s->tasks[i].hints);
	wrapped_add(out, look_of(a), passed ? STYLE_GOOD : open ? STYLE_STRONG : STYLE_DIM, line.s);
	buf_release(&line);
}

static void add_open(struct app *a, struct lab_state *s, struct buf *out)
{
	size_t i = s->course.passed;

	if (i >= s->n_tasks)
		return;
	buf_addc(out, '\n');
	add_step(a, s, i, out);
	add_filled(a, s, &s->course.lab->tasks[i].act, out);
}

static bool uses_solution(const struct lab_state *s)
{
	for (size_t i = 0; i < s->n_tasks; i++)
		if (s->tasks[i].solution)
			return true;
	return false;
}

static void say(struct app *a, struct buf *out, enum style style, const char *text)
{
	wrapped_add(out, look_of(a), style, text);
}

/* What the whole came to. */
static void add_done(struct app *a, struct lab_state *s, struct buf *out)
{
	struct buf line = BUF_INIT;
	int par = course_par(&a->library, s->course.lab, s->course.seed);

	buf_addf(&line,
		P_("The lab is done, with %d changing command",
			"The lab is done, with %d changing commands", s->commands),
		s->commands);
	if (par > 0)
		buf_addf(&line, _(" (the author's way takes %d)"), par);
	buf_addc(&line, '.');
	if (uses_solution(s))
		buf_addf(&line, " %s",
			_("A solution was shown, so it earns no credit; 'lab start' begins it anew."));
	buf_addc(out, '\n');
	say(a, out, STYLE_GOOD, line.s);
	say(a, out, STYLE_DIM,
		_("'lab list' shows what is next; 'lab stop' goes back to your own world."));
	buf_release(&line);
}

void lab_show_open(struct app *a, struct lab_state *s, struct buf *out)
{
	if (s->course.passed < s->n_tasks)
		add_step(a, s, s->course.passed, out);
	else
		add_done(a, s, out);
}

void lab_show_passed(struct app *a, struct lab_state *s, size_t from, size_t to, struct buf *out)
{
	for (size_t i = from; i < to; i++) {
		add_step(a, s, i, out);
		add_filled(a, s, &s->course.lab->tasks[i].why, out);
	}
	if (to < s->n_tasks)
		add_open(a, s, out);
	else
		add_done(a, s, out);
}

static void add_notes(struct app *a, const struct lab *lab, struct buf *out)
{
	for (size_t i = 0; i < lab->n_notes; i++) {
		const struct note *note = library_note(&a->library, lab->notes[i].s);
		struct buf line = BUF_INIT;

		if (!note)
			continue;
		title_of(&line, look_of(a), &note->title);
		buf_addf(&line, ": amidojo notes %s", note->id.s);
		say(a, out, STYLE_DIM, line.s);
		buf_release(&line);
	}
}

static json_t *task_json(const struct lab_state *s, size_t i)
{
	const struct lab_task_state *t = &s->tasks[i];

	return json_pack("{s:s, s:s, s:i, s:b}", "id", s->course.lab->tasks[i].id.s, "state",
		i < s->course.passed    ? "passed"
		: i == s->course.passed ? "open"
					: "later",
		"hints", t->hints, "solution", t->solution);
}

void lab_print_json(const struct lab_state *s, int commands_now)
{
	json_t *all = json_pack("{s:s, s:s*, s:s*, s:i}", "lab", s->id, "seed", s->class_seed,
		"student", s->student, "commands", commands_now);
	json_t *tasks = json_array();

	for (size_t i = 0; i < s->n_tasks; i++)
		json_array_append_new(tasks, task_json(s, i));
	json_object_set_new(all, "names", lab_names_json(s));
	json_object_set_new(all, "tasks", tasks);
	json_out(all);
}

void lab_show_task(struct app *a, struct lab_state *s, bool about, struct buf *out)
{
	const struct lab *lab = s->course.lab;

	add_title(a, lab, out);
	if (about) {
		add_filled(a, s, &lab->about, out);
		add_notes(a, lab, out);
		if (s->course.passed) /* the open task has a line above it */
			buf_addc(out, '\n');
	}
	for (size_t i = 0; i < s->n_tasks; i++) {
		if (i != s->course.passed) {
			add_step(a, s, i, out);
			if (i < s->course.passed)
				add_filled(a, s, &lab->tasks[i].why, out);
			continue;
		}
		add_open(a, s, out);
		if (i + 1 < s->n_tasks)
			buf_addc(out, '\n');
	}
	if (s->course.passed == s->n_tasks)
		add_done(a, s, out);
	else
		say(a, out, STYLE_DIM,
			_("lab check, lab hint, lab solution, lab stop; 'lab help' explains."));
}

/* ---- hints and solution ---- */

void lab_show_hints(struct app *a, struct lab_state *s, int from, struct buf *out)
{
	const struct task *t = &s->course.lab->tasks[s->course.passed];
	int shown = s->tasks[s->course.passed].hints;

	for (int i = from; i < shown && i < (int)t->n_hints; i++) {
		struct buf line = BUF_INIT;

		buf_addf(&line, _("Hint %d of %zu"), i + 1, t->n_hints);
		say(a, out, STYLE_STRONG, line.s);
		add_filled(a, s, &t->hints[i], out);
		buf_release(&line);
	}
	if (shown >= (int)t->n_hints) {
		say(a, out, STYLE_DIM,
			t->n_hints ? _("There are no more hints.")
				   : _("There is no hint for this task."));
		say(a, out, STYLE_DIM,
			_("'lab solution --yes' shows the author's way, and then the lab earns no credit."));
	}
}

void lab_show_solution(struct app *a, struct lab_state *s, struct buf *out)
{
	const struct task *t = &s->course.lab->tasks[s->course.passed];

	say(a, out, STYLE_STRONG, _("The author's way"));
	for (size_t i = 0; i < t->n_solution; i++) /* to be copied: never wrapped */
		buf_addf(out, "%s\n", course_line(&s->course, t->solution[i].s));
	say(a, out, STYLE_DIM, _("It is one way; any that leads to the goal passes."));
}

/* ---- check ---- */

struct checking {
	struct app *app;
	struct lab_state *state;
	const struct task *task;
	bool verbose;
	struct buf *out;
};

static bool has_text(const struct text *t)
{
	return t->in[LANG_EN] || t->in[LANG_KO];
}

/* What is so when the step holds; of a step that only looks something up: when the next one does.
 */
static const struct text *meaning(const struct task *t, const struct step *step, bool holds)
{
	const struct step *end = t->check + t->n_check;

	if (holds)
		return has_text(&step->means) ? &step->means : NULL;
	while (step < end && !has_text(&step->means))
		step++;
	return step < end ? &step->means : NULL;
}

static void add_sentence(struct checking *c, bool holds, const struct text *means)
{
	const struct look *look = look_of(c->app);
	struct text filled = course_text(&c->state->course, means);
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s ", holds ? _("[yes]") : _("[not yet]"));
	for (const char *s = text_in(&filled, look->lang); *s; s++)
		if (*s != '`') /* a line in one style shows no code */
			buf_addc(&line, *s);
	wrapped_add(c->out, look, holds ? STYLE_GOOD : STYLE_STRONG, line.s);
	buf_release(&line);
}

/* The command itself, and what came instead. */
static void add_command(struct checking *c, const struct step *step, const struct proved *proved,
	const struct err *e)
{
	const struct look *look = look_of(c->app);
	struct buf line = BUF_INIT;

	buf_addf(&line, "  %s",
		proved ? proved->line.s : course_line(&c->state->course, step->run.s));
	wrapped_add(c->out, look, STYLE_DIM, line.s);
	buf_clear(&line);
	if (!proved || !proved->holds) {
		buf_addf(&line, "  %s", proved ? proved->wrong.s : e->text);
		wrapped_add(c->out, look, STYLE_DIM, line.s);
	}
	buf_release(&line);
}

static void show_step(
	void *ctx, const struct step *step, const struct proved *proved, const struct err *e)
{
	struct checking *c = ctx;
	bool holds = proved && proved->holds;
	const struct text *means = meaning(c->task, step, holds);

	if (means)
		add_sentence(c, holds, means);
	if (c->verbose || (!means && !holds))
		add_command(c, step, proved, e);
}

void lab_show_check(
	struct app *a, struct app_world *w, struct lab_state *s, bool verbose, struct buf *out)
{
	struct checking c = {a, s, &s->course.lab->tasks[s->course.passed], verbose, out};

	course_holds(&s->course, c.task, w->sim, show_step, &c);
	if (verbose)
		say(a, out, STYLE_DIM,
			_("All of this was tried on a copy of the world; yours is as it was."));
}

/* ---- list ---- */

static const char *standing(const struct lab_sum *sum, struct buf *text)
{
	buf_clear(text);
	if (sum->credited && sum->best)
		buf_addf(text, P_("done, %d command", "done, %d commands", sum->best), sum->best);
	else if (sum->credited)
		buf_adds(text, _("done"));
	else if (sum->done)
		buf_adds(text, _("done with a solution"));
	else if (sum->attempts)
		buf_adds(text, _("begun"));
	return text->s;
}

static json_t *list_json(const struct lab *lab, const struct lab_sum *sum)
{
	return json_pack("{s:s, s:{s:s*, s:s*}, s:i, s:i, s:i, s:i, s:i, s:i}", "lab", lab->id.s,
		"title", "en", lab->title.in[LANG_EN], "ko", lab->title.in[LANG_KO], "minutes",
		lab->minutes.value, "tasks", (int)lab->n_tasks, "attempts", sum->attempts, "done",
		sum->done, "credited", sum->credited, "best", sum->best);
}

/* "share-an-ami  10 min  Share an image ..." and below it how it stands. */
static void add_lab(
	struct app *a, const struct lab *lab, const struct lab_sum *sum, struct buf *out)
{
	struct buf line = BUF_INIT, title = BUF_INIT, stands = BUF_INIT;

	title_of(&title, look_of(a), &lab->title);
	buf_addf(&line, "%s", lab->id.s);
	style_adds(out, look_of(a), STYLE_STRONG, line.s);
	buf_addf(out, "  ");
	buf_clear(&line);
	buf_addf(&line, P_("%d minute", "%d minutes", lab->minutes.value), lab->minutes.value);
	if (*standing(sum, &stands))
		buf_addf(&line, ", %s", stands.s);
	style_adds(out, look_of(a), sum->credited ? STYLE_GOOD : STYLE_DIM, line.s);
	buf_addc(out, '\n');
	text_wrap(out, title.s, look_of(a)->columns, "  ", "  ");
	buf_release(&line);
	buf_release(&title);
	buf_release(&stands);
}

static int by_minutes(const void *a, const void *b)
{
	const struct lab *x = *(struct lab *const *)a, *y = *(struct lab *const *)b;

	return x->minutes.value != y->minutes.value ? (x->minutes.value > y->minutes.value) -
							      (x->minutes.value < y->minutes.value)
						    : strcmp(x->id.s, y->id.s);
}

bool lab_show_list(struct app *a, struct buf *out, struct err *e)
{
	const struct documents *of = &a->library.of[DOC_LAB];
	struct lab **labs = xcalloc(of->len + 1, sizeof *labs);
	json_t *all = json_array();
	bool ok = true;

	for (size_t i = 0; i < of->len; i++)
		labs[i] = of->items[i];
	qsort(labs, of->len, sizeof *labs, by_minutes);
	for (size_t i = 0; ok && i < of->len; i++) {
		struct lab_sum sum;

		ok = store_lab_sum(a->store, labs[i]->id.s, &sum, e);
		if (ok && a->json)
			json_array_append_new(all, list_json(labs[i], &sum));
		else if (ok)
			add_lab(a, labs[i], &sum, out);
	}
	free(labs);
	if (ok && a->json)
		json_out(all);
	else
		json_decref(all);
	if (ok && !a->json)
		say(a, out, STYLE_DIM,
			_("'lab start ID' begins one; a lab has a world of its own, and yours stays as it is."));
	return ok;
}
