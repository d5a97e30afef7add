/*
 * exam.h - the parts of the command `exam`: drawing a paper, sitting it, its result.
 */
#ifndef APP_EXAM_H
#define APP_EXAM_H

#include "app/attempt.h"
#include "study/paper.h"

/* ---- a paper before it is begun: exam-draw.c ---- */

struct draft {
	const struct exam *exam;
	int length, minutes;
	int64_t seed;
	bool class_paper;
	struct paper_plan plan;
	const struct question **questions; /* that the exam could ask; owned */
	size_t n_questions;
	struct paper_place *places; /* into them, plan's length; owned */
};

/* length 0: the exam's own; minutes 0: in proportion; seed 0: one by chance, and what the learner
 * has sat already counts. */
bool draft_make(struct draft *d, struct app *a, const struct exam *x, int length, int minutes,
	int seed, struct err *e);
void draft_release(struct draft *d);
/* Stores it with its texts, as begun now. */
bool draft_begin(const struct draft *d, struct app *a, int64_t *attempt, struct err *e);
/* Where nobody can press a key: the paper that would come. */
void draft_print(const struct draft *d, struct app *a);

/* How many whole papers there are without asking one question twice. */
int exam_papers(const struct library *l, const struct exam *x);
/* How a paper of this exam is made up, for its own length or another (0: its own). */
void exam_plan(const struct exam *x, int length, struct paper_plan *plan);

/* ---- sitting it: exam-view.c, exam-grid.c ---- */

/* Shows the questions until it is left or ended; then its result. The exit code. */
int exam_sit(struct app *a, int64_t id, bool resumed);

/* In a view for reading, Enter turns the page first: its key, if text follows. */
void exam_more_key(bool more, struct buf *out);

/* "2, 4": options, as they are numbered on the screen. */
void exam_digits(const struct asked *a, uint32_t options, const char *comma, struct buf *out);

/* "1-3, 7": the numbers of the questions for which `has` is true; "" for none. */
typedef bool sat_has(const struct sat *sat);
void exam_numbers(const struct attempt *t, sat_has *has, struct buf *out);

/* The grid of numbers, `at` being the present one. `typed`: a number being typed, or "". */
void exam_grid_render(const struct attempt *t, size_t at, const char *typed,
	const struct look *look, struct buf *out);

/* ---- afterwards: exam-result.c, exam-next.c, exam-review.c, exam-report.c, exam-list.c ---- */

/* Result, then review. `say`: a line above it, or NULL. The exit code. */
int exam_result_view(struct app *a, int64_t id, const char *say);
void exam_result_render(
	struct app *a, const struct attempt *t, const struct look *look, struct buf *out);
/* What to read and do about the mistakes, the note with most of them first. */
void exam_next_render(
	struct app *a, const struct attempt *t, const struct look *look, struct buf *out);
/* Why it cannot be judged now, as an error; true if it can. */
bool exam_has_result(const struct attempt *t, struct err *e);

/* Everything about an attempt as data. False: it could not be read. */
bool exam_json(struct app *a, const struct attempt *t, json_t **out, struct err *e);
void exam_csv(const struct attempt *t, struct buf *out);

int exam_list(struct app *a);
/* For the home screen: a line about the open exam, if there is one. */
void exam_notice(struct app *a, struct buf *out);
int exam_info(struct app *a, const struct exam *x, const struct exam_alias *alias);

#endif
