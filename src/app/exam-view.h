/*
 * exam-view.h - an exam while it is sat: what its screens share.
 */
#ifndef APP_EXAM_VIEW_H
#define APP_EXAM_VIEW_H

#include "app/exam.h"

struct sitting {
	struct app *app;
	struct attempt t;
	size_t at; /* index of the present question */
	struct look look;
	struct exam_mark last; /* the latest look at the clocks */
	int64_t since;         /* elapsed when the question came, or at the entry before */
	int64_t told;          /* ms left up to which the time was told */
	struct buf say;        /* above the question until the next key */
	bool timed;            /* and the time that is left then, anew at every drawing */
	struct view view;
	bool over; /* it has ended, here or elsewhere */
	struct err e;
};

/* After one key. */
enum sit { SIT_ON, SIT_LEAVE, SIT_OVER, SIT_ENDED, SIT_FAILED };

/* Line by line, for a script, a screen reader, a dumb terminal: only what is new is told. */
bool sit_linear(const struct sitting *s);
/* Above the question until the next key; at once in linear mode. */
void sit_say(struct sitting *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void sit_add_say(const struct sitting *s, const struct look *look, struct buf *out);
/* The screen's look with the language chosen here. */
struct look sit_look(const struct sitting *s, const struct look *screen);
int64_t sit_left_ms(const struct sitting *s);
void sit_say_time(struct sitting *s);
/* A key, or KEY_TIMER: the time is up, or could not be kept. */
int sit_key(struct sitting *s, struct view *v);
/* What follows from a key that ends a screen: KEY_EOF, KEY_SIGNAL, KEY_TIMER; else SIT_ON. */
enum sit sit_ended(const struct sitting *s, int key);

/* Keeps one entry about the present question: durable when it returns true and *kept. */
bool sit_keep(struct sitting *s, enum exam_entry_kind kind, const char *value, bool *kept);
/* What is kept now, in place of what we knew. */
bool sit_reload(struct sitting *s);
/* The present question was seen, so long; kept before it is left. */
bool sit_looked(struct sitting *s);
enum sit sit_go_to(struct sitting *s, size_t at);

/* The screens besides the question: exam-pages.c. */
enum sit sit_navigate(struct sitting *s);
enum sit sit_submit(struct sitting *s);
enum sit sit_help(struct sitting *s);

#endif
