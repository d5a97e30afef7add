/*
 * question.h - one exam question on the screen: its text, its options, what was picked, and after
 * the answer the reason of every option. Quiz, review, drill and exam show questions in this one
 * way.
 *
 * Options are shown and picked by the digits 1 to 8. An option is known by its index in the bank
 * (0-based); `order` says which stands where on the screen.
 */
#ifndef APP_QUESTION_H
#define APP_QUESTION_H

#include "app/look.h"
#include "base/err.h"
#include "base/mem.h"
#include "content/model.h"

#include <jansson.h>

enum {
	QUESTION_OPTIONS = OPTIONS_MAX,
	QUESTION_KEY = 24, /* room for "1,2,3,4,5,6,7,8" and a NUL */
};

struct asked {
	const struct question *q;
	uint8_t order[QUESTION_OPTIONS]; /* order[0]: index of the option that is shown first */
	uint32_t picked;                 /* bit i: the option of index i */
	bool told;                       /* show what is right, and why */
	bool addresses;                  /* of the sources in full, where links could carry them */
};

/* In the order of the bank. */
void asked_init(struct asked *a, const struct question *q);
/* In an order that the seed gives (study/random.h). */
void asked_shuffle(struct asked *a, uint64_t seed);
/* How many options are right; 1 is multiple choice. */
int question_rights(const struct question *q);
int asked_picks(const struct asked *a); /* how many are picked */
bool asked_is_right(const struct asked *a);
/* What a digit key does: multiple choice picks that option, multiple response picks it or takes it
 * off. False: there is no such option. */
bool asked_pick(struct asked *a, int digit);

/* "2" or "1,4": indices from 1 in the order of the bank, rising; "" for none. As stored with an
 * answer. */
void options_write(uint32_t picked, struct buf *out);
bool options_read(const char *text, uint32_t *picked);
uint32_t question_key(const struct question *q);

/* The text, "(Choose two.)" for multiple response unless the text says so, the options with marks;
 * when told: right, wrong and the learner's own marked by more than colour, each with its reason;
 * then the sources. */
void asked_render(const struct asked *a, const struct look *look, struct buf *out);
/* The same without the text: where that was printed before the answer (plain mode, script). */
void asked_render_options(const struct asked *a, const struct look *look, struct buf *out);
/* What is picked, by the digits on the screen: "Picked: 1, 4 (2 to choose)". */
void asked_picked_line(const struct asked *a, struct buf *out);

/* All that is shown of it as JSON, both languages, and back; what is shown from JSON is what is
 * shown from the bank. The proof is not in it: it is content, and needs its world. `body` is what
 * store/exams.h keeps. The struct lives in the arena; places are zero. */
json_t *question_json(const struct question *q);
struct question *question_from_json(struct arena *arena, const char *body, struct err *e);

#endif
