/*
 * exams.h - papers, the answers to them and how they ended: append-only, like the log.
 *
 * A paper is stored before its first question is shown, with the very texts that it asks: an edit
 * or a deletion of content changes nothing in an exam that has begun, and an old exam can be looked
 * at as it was. Texts are kept once, by the hash of their bytes. Whether an answer is right is
 * stamped when it is given (it equals the place's key). One call that changes something is one
 * durable transaction.
 *
 * Handles, errors and callbacks as in store.h.
 */
#ifndef STORE_EXAMS_H
#define STORE_EXAMS_H

#include "store/store.h"
#include "study/examclock.h"

enum { EXAM_KEY = 24 }; /* room for "1,2,3,4,5,6,7,8" and a NUL */

/* One question of a paper. */
struct exam_place {
	int number;       /* from 1 */
	const char *item; /* the question's id */
	const char *body; /* all that is shown of it, as JSON (app/question.h) */
	uint64_t hash;    /* of `body`, by exam_text_hash */
	int domain;       /* its id in the exam's guide */
	bool scored;
	const char *key; /* the right options, by position in `body` from 1, rising: "2" or "1,4" */
	const char *order; /* the options as they are shown, by the same numbers: "3,1,4,2" */
};

uint64_t exam_text_hash(const char *body);

struct exam_begin {
	const char *exam; /* "saa-c03" */
	int64_t seed;
	bool class_paper; /* the seed was given */
	int minutes;
	const char *terms; /* JSON: scale, pass, domains with weights and titles, as they were */
	struct moment at;
	day_t day;
	struct exam_mark mark; /* elapsed_ms 0 */
	const struct exam_place *places;
	size_t n;
};

/* ERR_CONFLICT if an exam is open already: it has to be ended first. */
bool store_exam_begin(struct store *s, const struct exam_begin *b, int64_t *attempt, struct err *e);

enum exam_entry_kind {
	EXAM_ANSWER, /* value: the picked options as in the key; "": none any more */
	EXAM_FLAG,   /* "1"; "": taken off */
	EXAM_SURE,   /* "guess", "unsure", "sure"; "": taken back */
	EXAM_LOOK,   /* a question was left after taken_ms; value "" */
	EXAM_RESUME, /* the exam was opened again; number 0, value "" */
	EXAM_ENTRY_KINDS,
};

struct exam_entry {
	int64_t id; /* given by the store */
	int64_t attempt;
	int number;
	enum exam_entry_kind kind;
	const char *value;
	bool correct;     /* EXAM_ANSWER: given by the store */
	int64_t taken_ms; /* at this question since it was shown or since the entry before */
	struct exam_mark mark;
	int64_t expected; /* id of the latest entry of this attempt that the caller knows; 0: none
			   */
};

/* ERR_CONFLICT, nothing written: the attempt has entries that the caller does not know, or has
 * ended. On success the entry's id and correct are filled in. */
bool store_exam_add(struct store *s, struct exam_entry *entry, struct err *e);

enum exam_end { EXAM_OPEN, EXAM_SUBMITTED, EXAM_TIMED_OUT, EXAM_ABANDONED, EXAM_ENDS };

struct exam_ending {
	int64_t attempt;
	enum exam_end how;
	struct exam_mark mark;
	struct moment at;
	day_t day;
	int64_t taken_ms; /* at its questions in all, for the numbers of the day */
	int64_t expected; /* as above */
	const struct record
		*mistakes; /* EVENT_QUIZ, for the mistakes pool: in the same transaction */
	size_t n;
};
/* ERR_CONFLICT as above. */
bool store_exam_end(struct store *s, const struct exam_ending *ending, struct err *e);

/* --- reading ------------------------------------------------------------------------------ */

struct exam_attempt {
	int64_t id;
	const char *exam, *terms;
	int64_t seed;
	bool class_paper;
	int minutes, questions;
	struct moment at;
	day_t day;
	struct exam_mark mark, last; /* of the beginning; of the latest entry (or the beginning) */
	int64_t last_entry;          /* id; 0: none */
	enum exam_end how;
	struct exam_mark ended; /* unless EXAM_OPEN */
};
typedef bool store_attempt_fn(void *ctx, const struct exam_attempt *a);
/* id 0: every attempt, newest first. */
bool store_each_attempt(
	struct store *s, int64_t id, store_attempt_fn *fn, void *ctx, struct err *e);

typedef bool store_place_fn(void *ctx, const struct exam_place *p);
/* By number. ERR_DATA if the paper is damaged: numbers, keys, orders or the hash of a text do not
 * fit. */
bool store_each_place(
	struct store *s, int64_t attempt, store_place_fn *fn, void *ctx, struct err *e);

typedef bool store_entry_fn(void *ctx, const struct exam_entry *entry);
/* In the order in which they were made. ERR_DATA if one does not fit its paper. */
bool store_each_entry(
	struct store *s, int64_t attempt, store_entry_fn *fn, void *ctx, struct err *e);

typedef bool store_sat_fn(void *ctx, const char *item, int times);
/* Every question that was in a paper, and in how many. */
bool store_each_sat(struct store *s, store_sat_fn *fn, void *ctx, struct err *e);

#endif
