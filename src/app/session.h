/*
 * session.h - going through cards one by one: question, answer, one key, saved, the next.
 *
 * The same loop serves first study, due reviews, drills and quizzes; they differ in what is
 * recorded. An answer is durable before anything more is drawn. A cue is answered to oneself and
 * judged by oneself; a question is answered by its options, and the reasons stay until Enter.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/item.h"
#include "app/question.h"

enum session_kind {
	SESSION_LEARN,    /* a key takes the card into the ladder */
	SESSION_REVIEW,   /* due cards: pass or fail moves the ladder */
	SESSION_PRACTICE, /* mistakes, early or exam-eve: moves nothing */
	SESSION_QUIZ,     /* questions, begun or not: what is new enters the ladder */
};

/* An event of this session: u takes back just this one, whatever other windows write. */
struct done {
	int64_t event;
	size_t card; /* index of its card */
};

enum result { RESULT_NONE, RESULT_RIGHT, RESULT_WRONG };

struct session_card {
	struct item item;
	enum result result; /* in this session, undo taken into account */
	uint32_t picked;    /* a question's, not handed in when it was left by undo or redo */
};

struct session {
	struct app *app;
	enum session_kind kind;
	struct session_card *cards; /* owned */
	size_t n, cap, at;
	uint64_t salt; /* for the order of options: the day, or a quiz's seed */
	size_t n_due;  /* SESSION_REVIEW: cards from here on are practice (exam-eve sweep) */
	int passed, failed, learned;
	struct done
		*done; /* what was recorded in this session, in order: what u can reach; owned */
	size_t n_done, n_undone, cap_done; /* done[n_done .. n_done + n_undone) can be redone */
	/* of the card on screen */
	struct stored_card card;
	struct look look;
	bool revealed;
	size_t answer_line;  /* on which the answer begins */
	int64_t shown_ms;    /* monotonic */
	struct buf feedback; /* about the answer before */
	/* of a question on screen */
	struct asked asked;
	bool whole;      /* linear output: the text is printed again, not only what is new */
	struct buf line; /* what the last key did, or why it did nothing */
};

void session_init(struct session *s, struct app *a, enum session_kind kind);
void session_add(struct session *s, struct item it);
/* The item on screen, and its proof (NULL: it has none). */
const struct item *session_item(const struct session *s);
const struct proof *session_proof(const struct session *s);
void session_release(struct session *s);

/* Runs to the end or until q. EXIT_OK, or the code of what stopped it. */
int session_run(struct session *s);

/* The due cards of today, oldest first and in course order, with the exam-eve sweep after them. */
bool session_add_due(struct session *s, struct err *e);

/* What was done and what comes next, said to the learner. */
void session_report(struct session *s);

#endif
