/*
 * check-lab.h - what can be said of a lab's lines and names without playing it.
 */
#ifndef CONTENT_CHECK_LAB_H
#define CONTENT_CHECK_LAB_H

#include "content/model.h"

struct library;

/* Reports into l->diags. `sound`: the document was read in full. */
void check_lab_lines(struct library *l, const struct lab *lab, bool sound);

#endif
