/*
 * lint.h - what is valid YAML and yet not what the author meant.
 */
#ifndef CONTENT_LINT_H
#define CONTENT_LINT_H

#include "content/tree.h"

/*
 * Looks through one learner's text: `**` that CommonMark would leave standing (typically bold
 * beside Hangul after punctuation), code too wide for a terminal, and tabs.
 */
void lint_text(const struct tree *t, const struct node *n, struct diags *d);

#endif
