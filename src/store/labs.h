/*
 * labs.h - what a learner did in labs: begun, hints and solutions shown, tasks passed, labs done.
 *
 * Append-only, beside the log of events; each thing is there once. The lab's own world file holds
 * the commands; this is what stays when that is worked anew.
 *
 * Handles, errors and callbacks as in store.h.
 */
#ifndef STORE_LABS_H
#define STORE_LABS_H

#include "store/store.h"

enum lab_what { LAB_BEGUN, LAB_HINT, LAB_SOLUTION, LAB_PASSED, LAB_DONE, LAB_WHATS };

struct lab_entry {
	const char *lab;
	int64_t attempt; /* when it was begun: milliseconds, UTC */
	enum lab_what what;
	const char *task; /* of hint, solution, passed; NULL otherwise */
	int number;       /* of a hint, from 1; of done: changing commands in force; else 0 */
	struct moment at;
	day_t day; /* study day of `at` */
};

/* Appends; does nothing if lab, attempt, what, task (and of a hint its number) are there already.
 */
bool store_lab_add(struct store *s, const struct lab_entry *entry, struct err *e);

/* In the order in which they happened; `lab` NULL: of all. */
typedef bool store_lab_fn(void *ctx, const struct lab_entry *entry); /* false stops, no error */
bool store_each_lab(struct store *s, const char *lab, store_lab_fn *fn, void *ctx, struct err *e);

/* What it comes to, by the rule: an attempt is done when it has an entry LAB_DONE; it is credited
 * if no solution was shown before that (afterwards it is there to compare with). */
struct lab_sum {
	int attempts, done, credited;
	int best;      /* fewest commands of a credited attempt; 0: none */
	int passed;    /* tasks of the newest attempt */
	bool finished; /* the newest attempt is done */
	day_t last;    /* study day with an entry; DAY_NONE: there is none */
};
bool store_lab_sum(struct store *s, const char *lab, struct lab_sum *sum, struct err *e);

/* Of every lab that has entries, by id. */
typedef bool store_lab_sum_fn(void *ctx, const char *lab, const struct lab_sum *sum);
bool store_each_lab_sum(struct store *s, store_lab_sum_fn *fn, void *ctx, struct err *e);

#endif
