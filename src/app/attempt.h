/*
 * attempt.h - one exam that was begun: its paper, what was answered, how long it has been going on.
 *
 * Loaded from the store as a whole; what is added to it there is applied here by the same code. The
 * texts are those of the paper, not of the library.
 */
#ifndef APP_ATTEMPT_H
#define APP_ATTEMPT_H

#include "app/app.h"
#include "app/question.h"
#include "store/exams.h"
#include "study/paper.h"
#include "study/score.h"

enum sure { SURE_NOT_SAID, SURE_GUESS, SURE_UNSURE, SURE_SURE, SURES };
extern const char *const sure_code[SURES];         /* "", "guess", ... as stored */
extern const char *const exam_end_code[EXAM_ENDS]; /* "open", "submitted", ... in JSON */

struct exam_domain {
	int id, weight;
	struct text title;
};

/* A place of the paper, and what the learner made of it. */
struct sat {
	int number; /* from 1 */
	const char *item, *body, *key, *order;
	uint64_t hash;
	size_t domain; /* index into the attempt's domains */
	bool scored;
	struct asked asked; /* its q is NULL if the attempt was loaded without texts */
	bool seen;          /* something was done at it, or time spent */
	bool correct, flagged;
	enum sure sure;
	int64_t taken_ms;    /* on the screen, in all */
	int64_t answered_ms; /* of the exam, when it was last answered */
	int64_t answered_at; /* UTC ms; 0: never */
};

struct attempt {
	struct arena arena;
	struct exam_attempt is; /* its strings live in the arena */
	struct text title;
	int lowest, highest, pass;
	struct exam_domain *domains;
	size_t n_domains;
	struct sat *sats;
	size_t n;
	size_t at; /* index of the question that the latest entry is about */
};

/* ERR_NOTHING: there is no such attempt; ERR_DATA: its paper or an answer is damaged. */
bool attempt_load(struct attempt *t, struct store *s, int64_t id, bool with_texts, struct err *e);
void attempt_release(struct attempt *t);
/* What an entry of it that is stored changes. False: it does not fit. */
bool attempt_apply(struct attempt *t, const struct exam_entry *entry);

bool sat_answered(const struct sat *sat);
/* Answered, but with more or fewer options than are right: that cannot be right. */
bool sat_unfinished(const struct sat *sat);
int attempt_answered(const struct attempt *t);
int attempt_flagged(const struct attempt *t);
int64_t attempt_limit(const struct attempt *t); /* ms */
/* By the scored questions; d has room for PAPER_DOMAINS. */
struct score attempt_score(const struct attempt *t, struct score_domain d[]);
/* Its number and exam as people name it: "exam 3 (saa-c03)". */
const char *attempt_name(const struct exam_attempt *a, char out[160]);

/* ---- time ---- */

/* What AMIDOJO_BOOT says has to be readable, if it is set. */
bool exam_clock_check(struct err *e);
/* A look at the clocks; elapsed_ms goes on from `last` (NULL: 0). */
struct exam_mark exam_look(const struct exam_mark *last);
/* "2:10:00", never less than 0: whole seconds that have passed, or of which some is left. */
const char *exam_time(int64_t ms, char out[24]);
const char *exam_time_left(int64_t ms, char out[24]);

/* ---- the end ---- */

/* Ends it; its mistakes whose question is still in the library join the pool in the same
 * transaction. ERR_CONFLICT as in exams.h. */
bool attempt_end(struct app *a, const struct attempt *t, enum exam_end how, struct exam_mark at,
	struct err *e);
/* The open attempt's id, 0 if there is none; its head if `head` is not NULL (strings in the arena).
 */
bool attempt_find_open(
	struct store *s, struct arena *arena, struct exam_attempt *head, struct err *e);
/* Submits the open attempt if its time has run out, as of its deadline. `*ended`: its id, or 0. */
bool attempt_settle(struct app *a, int64_t *ended, struct err *e);

/* ---- definitions ---- */

/* By id in any case of letters, or by an alias, which `*alias` then points at (else NULL). NULL:
 * there is none, and the error names the nearest. */
const struct exam *exam_named(
	const struct library *l, const char *name, const struct exam_alias **alias, struct err *e);
json_t *exam_text_json(const struct text *t);
/* struct exam_begin's terms, owned. */
char *exam_terms(const struct exam *x);
/* The question as a paper keeps it, owned. */
char *exam_body(const struct question *q);

/* What has become of a paper's question in the library. */
enum sat_now { SAT_SAME, SAT_CHANGED, SAT_KEY_CHANGED, SAT_GONE, SAT_NOWS };
extern const char *const sat_now_code[SAT_NOWS];
enum sat_now sat_now(const struct library *l, const struct sat *sat);
const struct question *sat_question(const struct library *l, const struct sat *sat); /* or NULL */

#endif
