/*
 * kind.h - what kinds of resources there are, for whoever shows them: completion, "what changed".
 */
#ifndef OPS_KIND_H
#define OPS_KIND_H

#include <jansson.h>

struct kind {
	const char *name;    /* "image" */
	const char *options; /* options of the command line that take its ids, in words: "image-ids
				image-id"; NULL */
	const char *label;   /* path to its own name, beside the tag Name; NULL */
	const char *state;   /* path to its state; NULL */
};

/* Ended by an empty entry. */
extern const struct kind kinds[];
/* NULL: a kind that is not to be shown (settings, tokens, ...). */
const struct kind *kind_find(const char *name);
/* What a document is called: its tag Name, else its own name; NULL. Borrowed. */
const char *kind_label(const struct kind *k, const json_t *doc);
const char *kind_state(const struct kind *k, const json_t *doc);

#endif
