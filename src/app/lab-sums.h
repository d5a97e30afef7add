/*
 * lab-sums.h - labs in numbers: what the home screen and the statistics tell of them.
 *
 * No world is opened for this: home has to be there at once.
 */
#ifndef APP_LAB_SUMS_H
#define APP_LAB_SUMS_H

#include "app/app.h"
#include "store/labs.h"

/* A lab that is there. One that has gone keeps its entries, but is not counted. */
struct lab_stands {
	const struct lab *lab;
	struct lab_sum sum;
};

struct lab_sums {
	struct lab_stands *all; /* by id */
	size_t n;
	int done, credited; /* labs done once or more; those of them without a solution shown */
};

/* Content and store are open. */
bool lab_sums_make(struct lab_sums *s, struct app *a, struct err *e);
void lab_sums_release(struct lab_sums *s);
/* "3 of 22 done (2 without a solution shown)", the fewest commands; nothing if there are no labs.
 */
void lab_sums_render(const struct lab_sums *s, const struct look *look, struct buf *out);
json_t *lab_sums_json(const struct lab_sums *s);

/* The lab whose world is chosen; NULL: none is. */
const struct lab *lab_open_now(const struct app *a);
/* "Lab: share-an-ami 1/3" of that lab, and a newline; nothing if there is none. What cannot be read
 * is left out. */
void lab_notice(struct app *a, struct buf *out);
/* The same as {lab, passed, tasks}, or null. */
json_t *lab_notice_json(struct app *a);

#endif
