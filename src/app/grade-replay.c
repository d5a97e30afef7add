/* grade-replay.c - see grade-replay.h. */
#include "app/grade-replay.h"

#include "app/lab-course.h"
#include "app/submission.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

/* What an honest record stays far below, and a hostile one is stopped by. */
enum {
	MAX_CALLS = 5000,    /* that changed something */
	CALLS_OF_RESET = 10, /* as much work */
	MAX_SECONDS = 10,    /* of the processor, for one submission */
	MAX_HINTS = 99,
};
static const int64_t max_pass_ms = INT64_C(20) * 366 * 86400 * 1000; /* as span_parse */
static const int64_t max_at_ms = INT64_C(253402300799000);

struct replay {
	struct grade *g;
	const struct submission *from;
	struct course course;
	struct sim *sim;
	bool other_version; /* the lab's, or the program's: it may come out otherwise */
	int64_t until;      /* clock() */
	size_t calls;
	int64_t at_ms; /* of the entry under way */
	int commands;
	XXH3_state_t *identity; /* of what was done */
	bool did_something;
};

/* ---- verdicts ---- */

static bool judge(struct grade *g, enum grade_verdict verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool judge(struct grade *g, enum grade_verdict verdict, const char *fmt, ...)
{
	struct buf reason = BUF_INIT;
	va_list args;

	va_start(args, fmt);
	buf_vaddf(&reason, fmt, args);
	va_end(args);
	free(g->reason);
	g->reason = buf_detach(&reason);
	g->verdict = verdict;
	return false;
}

/* The record does not hold. With the lab and the program that it was made with, it was edited. */
static bool broken(struct replay *r, const char *what)
{
	const char *program = r->from->program;

	if (!r->other_version)
		return judge(r->g, VERDICT_EDITED, "%s", what);
	if (r->g->other_version)
		return judge(r->g, VERDICT_OUTDATED,
			_("%s The lab's file is another version than the one it was worked with."),
			what);
	return judge(r->g, VERDICT_OUTDATED, _("%s It was written by amidojo %s, and this is %s."),
		what, program, submission_program());
}

/* ---- one line of what was done ---- */

static bool is_account(const char *s)
{
	return s && strlen(s) == 12 && strspn(s, "0123456789") == 12;
}

/* Whether the simulator may be given it. */
static bool line_fits(struct replay *r, const char *line, size_t n)
{
	json_t *json = json_loadb(line, n, JSON_ALLOW_NUL, NULL);
	json_t *pass = json_object_get(json, "pass");
	bool call = json_object_get(json, "operation") != NULL;
	int64_t ms = json_integer_value(pass);
	bool ok = json_is_object(json);

	if (pass)
		ok = ok && json_is_integer(pass) && ms >= 0 && ms <= max_pass_ms;
	if (call) {
		ok = ok && is_account(json_string_value(json_object_get(json, "account")));
		r->calls++;
	}
	json_decref(json);
	return ok;
}

/* A lab takes tens of commands; what takes the program minutes is no honest record. */
static bool in_time(struct replay *r)
{
	if (clock() < r->until && r->calls <= MAX_CALLS)
		return true;
	return judge(r->g, VERDICT_UNREADABLE, "%s", _("Its record is too long to do it again."));
}

static bool replay_line(struct replay *r, const char *line, size_t n)
{
	char *copy = xstrndup(line, n);
	const struct course_entry one = {.line = "", .did = copy};
	bool ok = (line_fits(r, line, n) && course_replay(&r->course, &one, &r->sim)) ||
		  broken(r, _("Its record holds what amidojo does not write."));

	free(copy);
	return ok && in_time(r);
}

static bool replay_lines(struct replay *r, const char *did)
{
	while (*did) {
		size_t n = strcspn(did, "\n");

		if (!replay_line(r, did, n))
			return false;
		did += n + (did[n] != '\0');
	}
	return true;
}

/* ---- tasks ---- */

static struct grade_task *task_named(struct replay *r, const char *id, size_t *index)
{
	for (size_t i = 0; id && i < r->g->n_tasks; i++) {
		if (strcmp(r->g->lab->tasks[i].id.s, id) != 0)
			continue;
		*index = i;
		return &r->g->tasks[i];
	}
	return NULL;
}

/* The learner's own program looks behind every command, and puts on record where a task passed: so
 * it is enough to look there, and once at the end. */
static void advance(struct replay *r, int64_t at_ms)
{
	size_t from = r->course.passed;

	if (!course_advance(&r->course, r->sim))
		return;
	for (size_t i = from; i < r->course.passed; i++) {
		r->g->tasks[i].passed = true;
		r->g->tasks[i].passed_ms = at_ms;
	}
	r->g->last_ms = at_ms;
	r->g->commands = r->commands;
}

static bool replay_reset(struct replay *r, const struct course_entry *entry)
{
	struct grade *g = r->g;

	r->calls += CALLS_OF_RESET;
	if (!course_replay(&r->course, entry, &r->sim))
		return judge(g, VERDICT_UNREADABLE, _("The lab's world cannot be set up."));
	for (size_t i = 0; i < g->n_tasks; i++) {
		g->tasks[i].passed = false;
		g->tasks[i].passed_ms = 0;
	}
	g->last_ms = 0;
	return in_time(r);
}

static bool note(struct replay *r, const struct course_entry *entry)
{
	size_t index;
	struct grade_task *t = task_named(r, entry->task, &index);

	if (strcmp(entry->lab, "begun") == 0)
		return true;
	if (!t)
		return broken(r, _("Its record names a task that the lab does not have."));
	if (strcmp(entry->lab, "solution") == 0) {
		t->solution = true;
	} else if (strcmp(entry->lab, "hint") == 0) {
		if (entry->number > t->hints)
			t->hints = entry->number < MAX_HINTS ? entry->number : MAX_HINTS;
	} else if (strcmp(entry->lab, "passed") == 0) {
		advance(r, entry->at_ms);
		if (!t->passed)
			return broken(r, _("A task that its record calls passed is not reached."));
	} else {
		return broken(r, _("Its record holds what amidojo does not write."));
	}
	return in_time(r);
}

/* ---- the record ---- */

static bool replay_command(struct replay *r, const struct course_entry *entry)
{
	if (!replay_lines(r, entry->did))
		return false;
	course_count(entry, &r->commands);
	return true;
}

static void identify(struct replay *r, const struct course_entry *entry)
{
	const char *texts[] = {entry->line, entry->did};

	XXH3_64bits_update(r->identity, &entry->at_ms, sizeof entry->at_ms);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (texts[i])
			XXH3_64bits_update(r->identity, texts[i], strlen(texts[i]) + 1);
	r->did_something = r->did_something || (entry->did && *entry->did);
}

static bool replay_entry(struct replay *r, const struct course_entry *entry)
{
	if (entry->lab && strcmp(entry->lab, "reset") == 0) {
		course_count(entry, &r->commands);
		return replay_reset(r, entry);
	}
	if (entry->lab)
		return note(r, entry);
	return !entry->did || replay_command(r, entry);
}

static bool replay_record(struct replay *r)
{
	json_t *each;
	size_t i;

	json_array_foreach(r->from->record, i, each)
	{
		struct course_entry entry;

		if (!course_entry_read(each, &entry) || entry.at_ms < 0 || entry.at_ms > max_at_ms)
			return broken(r, _("Its record holds what amidojo does not write."));
		r->at_ms = entry.at_ms;
		if (!replay_entry(r, &entry))
			return false;
	}
	if (course_state(r->sim) != r->from->state)
		return broken(r, _("Its record does not lead to its state."));
	advance(r, r->at_ms);
	return in_time(r);
}

/* Also of what does not replay: two may have handed in the same. */
static void identify_record(struct replay *r)
{
	json_t *each;
	size_t i;

	r->identity = XXH3_createState();
	XXH3_64bits_reset(r->identity);
	json_array_foreach(r->from->record, i, each)
	{
		struct course_entry entry;

		if (course_entry_read(each, &entry) && !entry.lab)
			identify(r, &entry);
	}
	if (r->did_something)
		r->g->record = XXH3_64bits_digest(r->identity);
	XXH3_freeState(r->identity);
}

/* ---- the whole ---- */

static bool replay(struct replay *r)
{
	struct grade *g = r->g;
	struct err e = {0};

	if (!r->from->sum_fits)
		return judge(g, VERDICT_EDITED, _("Its sum is not that of what is in it."));
	r->sim = course_begin(&r->course, &e);
	if (!r->sim)
		return judge(
			g, VERDICT_UNREADABLE, _("The lab's world cannot be set up: %s"), e.text);
	return replay_record(r);
}

static void sum_up(struct replay *r, const char *class_seed)
{
	struct grade *g = r->g;

	for (size_t i = 0; i < g->n_tasks; i++) {
		g->passed += g->tasks[i].passed;
		g->hints += g->tasks[i].hints;
		g->solutions += g->tasks[i].solution;
		g->credited += g->tasks[i].passed && !g->tasks[i].solution;
	}
	if (g->passed < g->n_tasks)
		g->commands = r->commands;
	if (class_seed && !text_same(class_seed, g->seed)) {
		g->credited = 0;
		if (g->seed)
			judge(g, VERDICT_OTHER_SEED,
				_("It was worked with the seed '%s', not with that of the class."),
				g->seed);
		else
			judge(g, VERDICT_OTHER_SEED,
				_("It was worked without the seed of the class."));
	}
}

/* What does not hold as a whole holds in no part. */
static void forget(struct grade *g)
{
	memset(g->tasks, 0, g->n_tasks * sizeof *g->tasks);
	g->last_ms = 0;
	g->commands = 0;
}

static void replay_submission(struct grade *g, const struct library *l, const char *class_seed,
	const struct submission *from)
{
	struct replay r = {.g = g, .from = from};

	g->n_tasks = g->lab->n_tasks;
	g->tasks = xcalloc(g->n_tasks + 1, sizeof *g->tasks);
	g->other_version = from->hash != course_hash(l, g->lab);
	r.other_version = g->other_version ||
			  (from->program && strcmp(from->program, submission_program()) != 0);
	r.until = clock() + (int64_t)MAX_SECONDS * CLOCKS_PER_SEC;
	course_init(&r.course, l, g->lab, course_seed(from->seed, from->student, from->lab));
	identify_record(&r);
	if (replay(&r))
		sum_up(&r, class_seed);
	else
		forget(g);
	sim_free(r.sim);
	course_release(&r.course);
}

static char *printable(const char *s)
{
	struct buf out = BUF_INIT;

	text_printable(s, &out);
	return buf_detach(&out);
}

static void take_names(struct grade *g, const struct submission *s)
{
	if (s->student) {
		free(g->student);
		g->student = printable(s->student);
	}
	g->lab_id = printable(s->lab);
	g->seed = s->seed ? printable(s->seed) : NULL;
	g->began_ms = s->began_ms;
	g->written_ms = s->written_ms;
}

void grade_replay(
	struct grade *g, const struct library *l, const char *class_seed, const char *path)
{
	struct submission s;
	struct err e = {0};

	if (!submission_read(path, &s, &e)) {
		g->lab_id = xstrdup("");
		judge(g, VERDICT_UNREADABLE, "%s.", e.text);
		return;
	}
	take_names(g, &s);
	g->lab = map_get(&l->of[DOC_LAB].by_id, s.lab);
	if (g->lab)
		replay_submission(g, l, class_seed, &s);
	else
		judge(g, VERDICT_UNKNOWN_LAB,
			_("There is no lab '%s' here, in the course or in your own content."),
			g->lab_id);
	submission_release(&s);
}
