/*
 * check.h - rules that need more than one value: links between documents, sums, counts.
 */
#ifndef CONTENT_CHECK_H
#define CONTENT_CHECK_H

struct library;

/* Reports into l->diags what is wrong in documents of checked roots. */
void check_library(struct library *l);

#endif
