/*
 * words.h - the grammar of a command line, as Python's argparse (3.11) reads it.
 *
 * Options stand anywhere and may be shortened to a prefix that no other option has; an option that
 * comes twice counts the last time. A word that begins with '-' is an option, known or not, unless
 * it is a negative number, has a blank in it, or comes after "--". What nobody takes is left over:
 * the next parser gets it, or it is unknown.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "base/buf.h"
#include "base/mem.h"
#include "cli/suggest.h"

#include <stdint.h>

enum words_arity {
	WORDS_FLAG,
	WORDS_ONE,
	WORDS_MAYBE,   /* a value or none */
	WORDS_MANY,    /* any number of values */
	WORDS_VERSION, /* a flag that ends all parsing */
};

struct words_option {
	const char *name; /* without its dashes */
	enum words_arity arity;
	bool required;
	bool integer;
	struct names choices; /* n 0: anything */
};

struct words_positional {
	const char *name;
	bool optional;
	struct names choices;
};

struct words_grammar {
	const struct words_option *options;
	size_t n_options;
	const struct words_positional *positionals;
	size_t n_positionals;
};

/* An option's last appearance. */
struct words_taken {
	size_t order; /* 0: not there; of two options the later has the greater */
	size_t n;
	const char *const *values;
};

struct words_result {
	struct words_taken *options; /* as in the grammar */
	const char **positionals;    /* NULL: not there */
	const char **rest;           /* left over, in argparse's order */
	size_t n_rest;
	bool version;
};

/*
 * All memory is the arena's; words are borrowed. False: the line is wrong, and `problem` says how,
 * in argparse's words without the usage.
 */
bool words_parse(struct arena *arena, const struct words_grammar *g, size_t n,
	const char *const *words, struct words_result *out, struct buf *problem);

/* int(s) of Python; what does not fit becomes the nearest that does. False: no integer. */
bool words_int(const char *s, size_t n, int64_t *value);

#endif
