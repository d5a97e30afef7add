/*
 * session-steps.h - what asking a cue and asking a question have in common; for session*.c alone.
 */
#ifndef APP_SESSION_STEPS_H
#define APP_SESSION_STEPS_H

#include "app/session.h"

enum outcome { STEP_NEXT, STEP_AGAIN, STEP_QUIT, STEP_ENDED, STEP_FAILED };

/* Records the answer to the card on screen; the feedback says what it did. `text`: what is kept of
 * the answer. STEP_AGAIN: recorded; STEP_NEXT: another window was faster, and the session goes on
 * with the next card; STEP_FAILED. */
enum outcome session_answer(struct session *s, bool correct, const char *text, struct err *e);

/* What every card's keys do: undo, redo, language, note, proof, the ends. *known is false for a key
 * of the card's own. `proof`: it may be shown now. */
enum outcome session_key(struct session *s, int key, bool proof, bool *known, struct err *e);

/* "Right. " or "Wrong. Right: 1, 4. ", by the digits on the screen. */
void session_verdict(const struct session *s, struct buf *out);

/* The keys of the card on screen, explained: on a screen until a key, which is the answer; line by
 * line once, and KEY_NONE. */
int session_help(struct session *s);

/* Asks the question on screen until it is answered and read, or left. *key: the last one. */
enum outcome session_ask(struct session *s, int *key, struct err *e);

#endif
