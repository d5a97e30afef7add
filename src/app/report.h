/*
 * report.h - what a pack of questions holds, in numbers, for its authors: `amidojo check --report`.
 */
#ifndef APP_REPORT_H
#define APP_REPORT_H

#include "app/screen.h"
#include "base/buf.h"
#include "content/library.h"

#include <jansson.h>

struct tally; /* a name, and how many */

/* Counts over the multiple-choice and multiple-response questions of the checked files. */
struct report {
	struct arena arena;
	struct tally_list {
		struct tally *items;
		size_t n, cap;
	} banks, domains, levels, types, languages, ages;
	int questions, proofs, labs, notes; /* how many there are; how many have one */
	day_t oldest, newest;               /* day on which a source was read; DAY_NONE: none */
};

/* Ages of sources are counted from `today`. */
void report_make(struct report *r, const struct library *l, enum lang lang, day_t today);
void report_release(struct report *r);

void report_write(
	const struct report *r, const struct library *l, const struct look *look, struct buf *out);
json_t *report_json(const struct report *r, const struct library *l);

#endif
