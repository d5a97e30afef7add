/*
 * check.h - rules that need more than one value: links between documents, sums, counts.
 */
#ifndef CONTENT_CHECK_H
#define CONTENT_CHECK_H

#include "content/model.h"

struct library;

/* Reports into l->diags what is wrong in documents of checked roots. */
void check_library(struct library *l);
/* Reports that what `noun` names has the id of one that stands at `first`. */
void report_duplicate(struct diags *d, const char *noun, const struct word *id, struct place first);

#endif
