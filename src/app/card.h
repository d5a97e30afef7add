/*
 * card.h - what a card looks like: question, answer, its keys, and what an answer led to.
 */
#ifndef APP_CARD_H
#define APP_CARD_H

#include "app/session.h"

/* "Review 3/12 [##--------]", and the note it comes from (`origin`: not where that would help with
 * the answer). */
void card_head(const struct session *s, const struct look *look, bool origin, struct buf *out);
/* A view of the session's present card, a cue. */
void card_view(struct view *v, struct session *s);
/* The line of the view on which the answer begins. */
int card_answer_line(struct session *s);
/* Asks whether a changed text changed its meaning; the key pressed. */
int card_changed_key(struct session *s);
/* One or two lines about what the answer did; s->card is the card after it. */
void card_feedback(const struct session *s, enum card_effect effect, bool correct, struct buf *out);

#endif
