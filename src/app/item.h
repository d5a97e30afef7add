/*
 * item.h - what the ladder holds: a cue of a note, or a question of a bank.
 *
 * An item is known by its id: "note/cue", or the question's own id, which has no slash. Cues come
 * in by learning, questions by quizzes and by what was missed in an exam; then both are reviewed
 * and drilled alike.
 */
#ifndef APP_ITEM_H
#define APP_ITEM_H

#include "app/app.h"

/* One of the two is not NULL. */
struct item {
	const struct cue *cue;
	const struct question *question;
};

struct item item_of_cue(const struct cue *c);
struct item item_of_question(const struct question *q);
/* False: no content has it now. */
bool item_find(const struct library *l, const char *id, struct item *out);

const char *item_id(const struct item *it);
/* Identity of what is asked; see cue_hash, question_hash. */
uint64_t item_hash(const struct item *it);
const struct text *item_ask(const struct item *it);
/* The note it belongs to, and that note's topic; NULL: a question without a note. */
const struct note *item_note(const struct item *it);
const struct topic *item_topic(const struct item *it);
/* Where it comes from, in one line: "topic | note", or the bank's title. */
void item_origin(const struct item *it, const struct look *look, struct buf *out);
/* Its topic's ladder, or the learner's. */
struct ladder item_ladder(const struct app *a, const struct item *it);
/* Order of the course: a note's cues, then the questions on it; at the end what has no note. */
int item_compare(const struct item *a, const struct item *b);
/* A number for shuffling: the same for the same item and the same `salt` (a day, a quiz's seed). */
uint64_t item_seed(const struct item *it, uint64_t salt);

#endif
