/*
 * grade.h - submissions of labs, done again from their seeds and judged by the state they lead to.
 *
 * A submission may come from anybody: whatever is in it ends as a verdict, never as a crash or an
 * endless run.
 */
#ifndef APP_GRADE_H
#define APP_GRADE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "content/library.h"

#include <jansson.h>

enum grade_verdict {
	VERDICT_OK,
	VERDICT_OTHER_SEED, /* not the class's */
	VERDICT_OUTDATED,   /* the lab or the program is another version, and it does not replay */
	VERDICT_EDITED,     /* does not lead to its state, or its sum differs */
	VERDICT_UNKNOWN_LAB,
	VERDICT_UNREADABLE,
	VERDICTS,
};
/* Only VERDICT_OK earns credit. */

enum standing { STANDING_NOT, STANDING_PASSED, STANDING_HINTS, STANDING_SOLUTION, STANDINGS };

struct grade_task {
	bool passed, solution;
	int hints; /* shown */
	int64_t passed_ms;
};

struct grade {
	char *file, *student, *lab_id; /* to be shown; a student without a name has the file's */
	char *seed;                    /* NULL: none */
	const struct lab *lab;         /* NULL: unknown */
	enum grade_verdict verdict;
	char *reason;             /* of another verdict than OK, in the UI language; else NULL */
	bool other_version;       /* the lab's file differs from the one it was worked with */
	const struct grade *same; /* another's with the same record; NULL */
	bool counts;              /* of several of one student, the one that is summed up */
	struct grade_task *tasks; /* of the lab */
	size_t n_tasks, passed, credited;
	int commands, par; /* changing ones in force at the last pass, or so far; par 0: unknown */
	int hints, solutions;
	int64_t began_ms, written_ms, last_ms; /* last pass; 0: none */
	uint64_t record;                       /* identity of it; 0: nothing was done */
};

enum standing grade_standing(const struct grade *g, size_t task);
/* Minutes between begun and the last pass; -1: none. */
int grade_minutes(const struct grade *g);
/* Whether it is to be looked at: an instructor should know something of it. */
bool grade_is_marked(const struct grade *g);
/* In one short word or two: "edited", "same as Kim". Nothing if it is not marked. */
void grade_mark(const struct grade *g, struct buf *out);
/* What the mark means, in sentences. */
void grade_explain(const struct grade *g, struct buf *out);

struct gradebook {
	const struct library *lib;
	const char *class_seed; /* NULL: any */
	struct grade **items;   /* after gradebook_sum: by student, lab, file */
	size_t n, cap;
	char **passed_over; /* files that are no *.json */
	size_t n_over, cap_over;
	struct map pars; /* of labs, by their ids */
	struct arena arena;
	/* After gradebook_sum: the labs that were handed in, in the library's order. */
	const struct lab **labs;
	size_t n_labs;
};

void gradebook_init(struct gradebook *b, const struct library *l, const char *class_seed);
void gradebook_release(struct gradebook *b);
/* A submission, or a folder: of it each *.json. */
bool gradebook_add(struct gradebook *b, const char *path, struct err *e);
/* Sorts, compares with each other, and says which of a student's submissions counts. */
void gradebook_sum(struct gradebook *b);
size_t gradebook_marked(const struct gradebook *b);
/* Submissions that could not be graded, or earn no credit for a reason. */
size_t gradebook_refused(const struct gradebook *b);

/* One lab, of those that count and were replayed. */
struct lab_tally {
	size_t students, finished;
	double minutes, commands; /* medians of who has finished; -1: nobody has */
	int par;
};
struct task_tally {
	size_t of[STANDINGS];
	size_t students;
	size_t hinted; /* students who were shown one */
	int hints;     /* shown, of all */
};
/* Of them, or all that have the lab. */
bool grade_is_tallied(const struct grade *g);
void gradebook_tally(const struct gradebook *b, const struct lab *lab, struct lab_tally *out);
void gradebook_tally_task(
	const struct gradebook *b, const struct lab *lab, size_t task, struct task_tally *out);

/* ---- what is written ---- */

extern const char *const verdict_code[VERDICTS];   /* "ok", "other-seed"; for JSON and CSV */
extern const char *const standing_code[STANDINGS]; /* "not-passed", "passed", ... */

struct look;
void grade_text(const struct gradebook *b, const struct look *look, struct buf *out);
void grade_csv(const struct gradebook *b, struct buf *out);
json_t *grade_json(const struct gradebook *b);
/* A page that needs nothing else. `made_ms`: now, UTC. */
void grade_html(
	const struct gradebook *b, const struct look *look, int64_t made_ms, struct buf *out);

#endif
