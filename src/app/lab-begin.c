/* lab-begin.c - a lab's world set up, begun anew, and what came of it put into the progress. */
#include "app/lab-internal.h"

#include "base/intl.h"

#include <stdlib.h>
#include <string.h>

/* ---- profiles ---- */

static bool write_beside(struct app *a, const struct app_world *w, const char *suffix,
	const struct buf *text, struct err *e)
{
	struct buf path = BUF_INIT;
	bool ok;

	buf_addf(&path, "%s/%s%s", a->places.worlds, w->name, suffix);
	ok = file_replace(path.s, text->s, text->len, e);
	buf_release(&path);
	return ok;
}

/* The profiles of the start world, and no others: a lab is the same for everybody. */
static bool write_profiles(
	struct app *a, const struct app_world *w, const struct lab *lab, struct err *e)
{
	const struct world *world = map_get(&a->library.of[DOC_WORLD].by_id, lab->world.s);
	struct buf config = BUF_INIT, credentials = BUF_INIT;
	bool ok;

	prove_world_profiles(world, &config, &credentials);
	ok = write_beside(a, w, ".config", &config, e) &&
	     write_beside(a, w, ".credentials", &credentials, e);
	buf_release(&config);
	buf_release(&credentials);
	return ok;
}

/* ---- putting aside ---- */

bool lab_put_aside(struct app *a, struct app_world *w, const struct lab_state *s, struct err *e)
{
	struct buf path = BUF_INIT;
	bool ok;

	buf_addf(&path, "%s/labs", a->places.data);
	ok = folder_make(path.s, e);
	buf_addf(&path, "/%s-%lld.json", s->id, (long long)s->began_ms);
	ok = ok && lab_submit(w, s, path.s, true, e);
	buf_release(&path);
	return ok;
}

/* ---- beginning ---- */

static struct lab_state *new_state(
	struct app *a, const struct lab *lab, const char *class_seed, const char *student)
{
	struct lab_state *s = xcalloc(1, sizeof *s);

	s->id = xstrdup(lab->id.s);
	s->class_seed = class_seed ? xstrdup(class_seed) : NULL;
	s->student = student ? xstrdup(student) : NULL;
	s->hash = course_hash(&a->library, lab);
	s->began_ms = app_now().utc_ms;
	s->n_tasks = lab->n_tasks;
	s->tasks = xcalloc(s->n_tasks, sizeof *s->tasks);
	course_init(&s->course, &a->library, lab, course_seed(class_seed, student, lab->id.s));
	return s;
}

struct lab_state *lab_begin(struct app *a, struct app_world *w, const struct lab *lab,
	const char *class_seed, const char *student, struct err *e)
{
	struct lab_state *s = new_state(a, lab, class_seed, student);
	struct sim *sim = write_profiles(a, w, lab, e) ? course_begin(&s->course, e) : NULL;

	if (sim && app_world_replace(w, sim, e) && world_file_clear_record(w->file, e) &&
		world_file_put_memo(w->file, "failure", NULL, e) &&
		lab_state_note(w, "begun", NULL, 0, e) && lab_state_write(s, w, e))
		return s;
	lab_state_free(s);
	return NULL;
}

bool lab_again(struct app_world *w, struct lab_state *s, struct err *e)
{
	struct sim *sim = course_begin(&s->course, e);

	s->hash = course_hash(s->course.lib, s->course.lab);
	s->began_ms = app_now().utc_ms; /* another attempt, in which what was shown is shown */
	s->course.passed = s->told = 0;
	s->commands = 0;
	for (size_t i = 0; i < s->n_tasks; i++)
		s->tasks[i].passed_ms = 0;
	return sim && app_world_replace(w, sim, e) &&
	       world_file_put_memo(w->file, "failure", NULL, e) &&
	       lab_state_note(w, "reset", NULL, 0, e) && lab_state_write(s, w, e);
}

/* ---- passing ---- */

int lab_pass(struct app_world *w, struct lab_state *s, struct err *e)
{
	size_t from = s->course.passed;
	int n = (int)course_advance(&s->course, w->sim);
	bool ok = true;

	for (size_t i = from; ok && i < s->course.passed; i++) {
		s->tasks[i].passed_ms = app_now().utc_ms;
		ok = lab_state_note(w, "passed", s->course.lab->tasks[i].id.s, 0, e);
	}
	if (ok && n && s->course.passed == s->n_tasks)
		ok = lab_commands(w, &s->commands, e);
	if (ok && n)
		ok = lab_state_write(s, w, e);
	return ok ? n : -1;
}

/* ---- progress ---- */

static bool sync_task(
	struct app *a, const struct lab_state *s, size_t i, struct lab_entry entry, struct err *e)
{
	bool ok = true;

	entry.task = s->course.lab->tasks[i].id.s;
	entry.what = LAB_HINT;
	for (entry.number = 1; ok && entry.number <= s->tasks[i].hints; entry.number++)
		ok = store_lab_add(a->store, &entry, e);
	entry.number = 0;
	entry.what = LAB_SOLUTION;
	if (ok && s->tasks[i].solution)
		ok = store_lab_add(a->store, &entry, e);
	entry.what = LAB_PASSED;
	if (ok && s->tasks[i].passed_ms)
		ok = store_lab_add(a->store, &entry, e);
	return ok;
}

bool lab_sync(struct app *a, const struct lab_state *s, struct err *e)
{
	struct lab_entry entry = {.lab = s->id,
		.attempt = s->began_ms,
		.what = LAB_BEGUN,
		.at = app_now(),
		.day = app_today(a)};
	bool ok = app_open_store(a, e) && store_lab_add(a->store, &entry, e);

	for (size_t i = 0; ok && i < s->n_tasks; i++)
		ok = sync_task(a, s, i, entry, e);
	if (ok && s->n_tasks && s->course.passed == s->n_tasks) {
		entry.what = LAB_DONE;
		entry.number = s->commands;
		ok = store_lab_add(a->store, &entry, e);
	}
	a->recorded = true;
	return ok;
}
