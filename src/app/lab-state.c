/* lab-state.c - see lab-state.h: the memo of a lab's world, and its record. */
#include "app/lab-state.h"

#include "base/intl.h"
#include "base/json.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static json_t *pack_tasks(const struct lab_state *s)
{
	json_t *tasks = json_array();

	for (size_t i = 0; i < s->n_tasks; i++) {
		const struct lab_task_state *t = &s->tasks[i];

		json_array_append_new(
			tasks, json_pack("{s:s, s:i, s:b, s:I}", "id", s->course.lab->tasks[i].id.s,
				       "hints", t->hints, "solution", t->solution, "passed",
				       (json_int_t)t->passed_ms));
	}
	return tasks;
}

json_t *lab_names_json(const struct lab_state *s)
{
	json_t *packed = json_object();
	const char *name;
	void *value;
	size_t at = 0;

	while (map_next(&s->course.names, &at, &name, &value))
		json_object_set_new(packed, name, json_string(value));
	return packed;
}

bool lab_state_write(const struct lab_state *s, struct app_world *w, struct err *e)
{
	char hash[20];
	json_t *memo;
	char *text;
	bool ok;

	snprintf(hash, sizeof hash, "%016" PRIx64, s->hash);
	memo = json_pack("{s:s, s:s, s:s*, s:s*, s:I, s:i, s:i, s:o, s:o}", "lab", s->id, "hash",
		hash, "seed", s->class_seed, "student", s->student, "began",
		(json_int_t)s->began_ms, "commands", s->commands, "told", (int)s->told, "tasks",
		pack_tasks(s), "names", lab_names_json(s));
	text = json_text(memo, JSON_COMPACT | JSON_SORT_KEYS);
	ok = world_file_put_memo(w->file, "lab", text, e);
	free(text);
	json_decref(memo);
	return ok;
}

/* ---- reading ---- */

static void read_task(struct lab_state *s, const json_t *in)
{
	struct lab_task_state read = {0};
	const char *id;
	int solution = 0;
	json_int_t passed = 0;

	if (json_unpack((json_t *)(uintptr_t)in, "{s:s, s:i, s:b, s:I}", "id", &id, "hints",
		    &read.hints, "solution", &solution, "passed", &passed) != 0)
		return;
	read.solution = solution;
	read.passed_ms = passed;
	for (size_t i = 0; i < s->n_tasks; i++)
		if (strcmp(s->course.lab->tasks[i].id.s, id) == 0)
			s->tasks[i] = read;
}

static void read_parts(struct lab_state *s, const json_t *tasks, json_t *names)
{
	const char *name;
	json_t *each;
	size_t i;

	json_array_foreach(tasks, i, each) read_task(s, each);
	json_object_foreach(names, name, each)
	{
		if (json_is_string(each))
			course_name(&s->course, name, json_string_value(each));
	}
	while (s->course.passed < s->n_tasks && s->tasks[s->course.passed].passed_ms)
		s->course.passed++;
}

static bool unpack(const struct library *l, json_t *memo, struct lab_state *s)
{
	const char *id, *hash, *seed = NULL, *student = NULL;
	json_t *tasks, *names;
	json_int_t began;
	const struct lab *lab;
	int told;

	if (json_unpack(memo, "{s:s, s:s, s?s, s?s, s:I, s:i, s:i, s:o, s:o}", "lab", &id, "hash",
		    &hash, "seed", &seed, "student", &student, "began", &began, "commands",
		    &s->commands, "told", &told, "tasks", &tasks, "names", &names) != 0)
		return false;
	s->told = told > 0 ? (size_t)told : 0;
	s->id = xstrdup(id);
	s->class_seed = seed ? xstrdup(seed) : NULL;
	s->student = student ? xstrdup(student) : NULL;
	s->hash = strtoull(hash, NULL, 16);
	s->began_ms = began;
	lab = map_get(&l->of[DOC_LAB].by_id, id);
	course_init(&s->course, l, lab, course_seed(seed, student, id));
	s->n_tasks = lab ? lab->n_tasks : 0;
	s->tasks = xcalloc(s->n_tasks + 1, sizeof *s->tasks);
	read_parts(s, tasks, names);
	return true;
}

struct lab_state *lab_state_read(struct app *a, struct app_world *w, struct err *e)
{
	struct lab_state *s = NULL;
	json_t *memo;
	char *text;

	if (!w->lab || !app_open_content(a, e) || !world_file_memo(w->file, "lab", &text, e) ||
		!text)
		return NULL;
	memo = json_loads(text, 0, NULL);
	free(text);
	s = xcalloc(1, sizeof *s);
	if (!memo || !unpack(&a->library, memo, s)) {
		lab_state_free(s);
		s = NULL;
		err_set(e, ERR_DATA,
			_("what %s says of its lab cannot be read; `amidojo lab start` begins it anew"),
			w->path);
	}
	json_decref(memo);
	return s;
}

void lab_state_free(struct lab_state *s)
{
	if (!s)
		return;
	free(s->id);
	free(s->class_seed);
	free(s->student);
	free(s->tasks);
	course_release(&s->course);
	free(s);
}

/* ---- the record ---- */

bool lab_state_note(
	struct app_world *w, const char *what, const char *task, int number, struct err *e)
{
	json_t *entry = course_entry_write(app_now().utc_ms, what, task, number);
	char *text = json_text(entry, JSON_COMPACT);
	bool ok = world_file_add_record(w->file, text, e);

	free(text);
	json_decref(entry);
	return ok;
}

struct walk {
	lab_entry_fn *fn;
	void *ctx;
};

static bool walk_entry(void *ctx, uint64_t number, const char *text, size_t length)
{
	struct walk *walk = ctx;
	json_t *json = json_loadb(text, length, 0, NULL);
	struct course_entry entry;
	bool ok = json && course_entry_read(json, &entry) && walk->fn(walk->ctx, &entry, json);

	(void)number;
	json_decref(json);
	return ok;
}

bool lab_record(struct app_world *w, lab_entry_fn *fn, void *ctx, struct err *e)
{
	return world_file_record(w->file, walk_entry, &(struct walk){fn, ctx}, e);
}

static bool count(void *ctx, const struct course_entry *entry, const json_t *json)
{
	(void)json;
	course_count(entry, ctx);
	return true;
}

bool lab_commands(struct app_world *w, int *n, struct err *e)
{
	*n = 0;
	return lab_record(w, count, n, e);
}
