/*
 * lab-state.h - how far a lab has come, as it is kept beside its world (the memo "lab").
 *
 * The memo is written in the transaction of what it tells; the record beside it (see lab-course.h)
 * is what happened in order.
 */
#ifndef APP_LAB_STATE_H
#define APP_LAB_STATE_H

#include "app/lab-course.h"
#include "app/world.h"

struct lab_task_state {
	int hints;         /* shown */
	bool solution;     /* shown: no credit */
	int64_t passed_ms; /* 0: not yet */
};

struct lab_state {
	char *id;
	char *class_seed, *student; /* of --seed and --student; NULL: none */
	uint64_t hash;              /* course_hash of when it was begun */
	int64_t began_ms;           /* identity of the attempt, with the lab's id */
	int commands;               /* changing ones in force when the last task passed; else 0 */
	size_t told;                /* tasks [0, told) were told to have passed */
	struct lab_task_state *tasks;
	size_t n_tasks;       /* of the lab; 0: it is not there any more */
	struct course course; /* of the lab; course.lab NULL: it is not there any more */
};

/* The lab of the world, between enter and leave; NULL: it is no lab's (no error), or an error. */
struct lab_state *lab_state_read(struct app *a, struct app_world *w, struct err *e);
void lab_state_free(struct lab_state *s); /* NULL is fine */
/* Into the memo; the world's leave keeps it. */
bool lab_state_write(const struct lab_state *s, struct app_world *w, struct err *e);
/* The lab's names and their values: a new reference. */
json_t *lab_names_json(const struct lab_state *s);
/* Appends to the record: see course_entry_write. */
bool lab_state_note(
	struct app_world *w, const char *what, const char *task, int number, struct err *e);

/* Walks the record of an entered world. False from the callback ends it, as an error. */
typedef bool lab_entry_fn(void *ctx, const struct course_entry *entry, const json_t *json);
bool lab_record(struct app_world *w, lab_entry_fn *fn, void *ctx, struct err *e);
/* Changing commands in force, as the record tells. */
bool lab_commands(struct app_world *w, int *n, struct err *e);

/* `lab submit FILE`: the record and the state it led to. Entered world. to_keep: not to be graded,
 * so it may have any length. (lab-submit.c) */
bool lab_submit(struct app_world *w, const struct lab_state *s, const char *path, bool to_keep,
	struct err *e);
/* `lab new ID`: a commented skeleton, ID.yaml in the present folder. (lab-new.c) */
bool lab_new(struct app *a, const char *id, struct err *e);

#endif
