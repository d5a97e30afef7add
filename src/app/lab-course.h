/*
 * lab-course.h - the course of a lab: its world from the seed, which tasks its state passes, and
 * what a record of commands led to. No screen, no file: the live lab, `check --prove` and `grade`
 * are the same course.
 */
#ifndef APP_LAB_COURSE_H
#define APP_LAB_COURSE_H

#include "app/prove.h"
#include "base/mem.h"
#include <jansson.h>

struct course {
	const struct library *lib;
	const struct lab *lab;
	uint64_t seed;
	struct map names; /* of the world, `vary` and `setup`: to texts */
	struct arena arena;
	size_t passed; /* tasks [0, passed) are done, and the next is open */
};

void course_init(struct course *c, const struct library *l, const struct lab *lab, uint64_t seed);
void course_release(struct course *c);
void course_name(struct course *c, const char *name, const char *value);

/* The seed of one learner's lab: 0 without a class's seed. */
uint64_t course_seed(const char *class_seed, const char *student, const char *lab);
/* Identity of the lab as it is worked: its file and its world's. 0: a file cannot be read. */
uint64_t course_hash(const struct library *l, const struct lab *lab);

/* Sets the world up, and takes the names that this gives. Nothing in it can be undone. NULL: the
 * error says which step failed. */
struct sim *course_begin(struct course *c, struct err *e);

/* Called for each step of a check, to its end or the first that does not hold (`proved` NULL: the
 * step could not be run, for the reason `e`). */
typedef void course_step_fn(
	void *ctx, const struct step *step, const struct proved *proved, const struct err *e);
/* Whether the task's goal is reached in `sim`, which is not touched. `fn` may be NULL. */
bool course_holds(const struct course *c, const struct task *t, const struct sim *sim,
	course_step_fn *fn, void *ctx);
/* Passes the open task, and the next ones, as far as their goals are reached. Answers how many. */
size_t course_advance(struct course *c, const struct sim *sim);

/* The text with the lab's names replaced; `in` of the result is of the course's arena. */
struct text course_text(struct course *c, const struct text *t);
/* A line of a solution with them. */
const char *course_line(struct course *c, const char *line);

/* --- the record ------------------------------------------------------------------------------ */

/* One entry: a command ("line", "code", "did") or something of the lab's own ("lab", "task",
 * "number"). Strings are borrowed from the parsed entry. */
struct course_entry {
	int64_t at_ms;
	const char *line, *did; /* NULL: none */
	int code;
	const char *lab, *task; /* "begun", "hint", "solution", "passed", "reset"; NULL */
	int number;             /* of a hint, from 1 */
};
/* False: it is none. */
bool course_entry_read(const json_t *json, struct course_entry *out);
json_t *course_entry_write(int64_t at_ms, const char *what, const char *task, int number);

/* How many commands in force have changed something, as entries go by: undone ones are not
 * counted. Begin with 0. */
void course_count(const struct course_entry *entry, int *n);

/* Does an entry again. *sim becomes another one by a reset. False: it is no such entry, or the
 * world cannot be set up. */
bool course_replay(struct course *c, const struct course_entry *entry, struct sim **sim);

/* Identity of a world's state. */
uint64_t course_state(const struct sim *sim);

/* --- before and after ---------------------------------------------------------------------------
 */

/* Plays the author's solution: every check fails before its task's solution and holds after it. The
 * place and reason of the first that does not are told. */
bool course_prove(const struct library *l, const struct lab *lab, uint64_t seed, struct place *at,
	struct err *e);
/* Changing commands of the author's solution; -1: it could not be played. */
int course_par(const struct library *l, const struct lab *lab, uint64_t seed);

#endif
