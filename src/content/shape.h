/*
 * shape.h - binds a YAML tree to C structs by tables, and reports all that does not fit.
 *
 * A shape lists the keys of a mapping; each field says what its value must be and where it goes.
 * Reading, unknown keys (with the nearest known name), missing keys, wrong types: all of it comes
 * from these tables, so a new key is one line. The tables for every format are in formats.c.
 */
#ifndef CONTENT_SHAPE_H
#define CONTENT_SHAPE_H

#include "content/model.h"

#include <stdbool.h>
#include <stddef.h>

enum field_kind {
	FIELD_ID,          /* struct word: letters, digits, . _ - ; NFC; ID_MAX_BYTES */
	FIELD_WORD,        /* struct word: any scalar that is not empty */
	FIELD_URL,         /* struct word: https://..., printable ASCII */
	FIELD_TEXT,        /* struct text: {en: ..., ko: ...} */
	FIELD_NUMBER,      /* struct number: whole, min..max */
	FIELD_DATE,        /* day_t: YYYY-MM-DD, not in the future of the clock that is given */
	FIELD_ANY,         /* const struct node * */
	FIELD_CHOICE,      /* struct word: one of `choices` */
	FIELD_STRUCT,      /* list of exactly one: pointer and count, from a mapping */
	FIELD_LIST,        /* pointer and count, elements by `of` */
	FIELD_LIST_OR_ONE, /* the same; a single value stands for a list of one */
	FIELD_PAIRS,       /* pointer and count, from a mapping: key by of[0], value by of[1] */
};

enum { ID_MAX_BYTES = 100 }; /* so that the store can record "note/cue" */

enum { FIELD_REQUIRED = 1, FIELD_NOT_EMPTY = 2 };

struct shape;

struct field {
	const char *key;
	enum field_kind kind;
	unsigned flags;
	size_t offset;              /* of the member in its struct */
	const struct shape *shape;  /* FIELD_STRUCT, and elements that are mappings */
	const struct field *of;     /* elements that are not mappings */
	size_t size;                /* of an element */
	int min, max;               /* FIELD_NUMBER */
	const char *const *choices; /* FIELD_CHOICE, NULL-terminated */
};

struct shape {
	const char *name; /* in diagnostics: N_("a note") */
	size_t size;
	const struct field *fields; /* ended by key NULL */
};

struct binder {
	const struct tree *tree;
	struct arena *arena;
	struct diags *diags;
	bool lint; /* also report what does not hinder reading: missing language, Markdown traps */
};

/* Fills `out` (shape->size bytes). Every struct begins with `struct place at`. False if any error
 * was reported for it. */
bool shape_bind(struct binder *b, const struct shape *shape, const struct node *node, void *out);

/* The documents that a file can hold, by the key that names them. */
enum document {
	DOC_NOTE,
	DOC_BANK,
	DOC_LAB,
	DOC_WORLD,
	DOC_EXAM,
	DOC_TOPICS,
	DOC_FACTS,
	DOC_FAULTS,
	DOC_PRICES,
	DOCS
};

extern const struct shape document_shape[DOCS];
extern const char *const document_key[DOCS]; /* "note", "bank", ... */

/* Files of an endpoint. They are no content: `check` does not know them. */
extern const struct shape access_keys_shape, catalogue_shape;

/* Which document this is; reports and answers DOCS if none. */
enum document document_of(struct binder *b);

/* The candidate nearest to `word` and close enough to be meant, or NULL. `names` is
 * NULL-terminated. */
const char *nearest_name(const char *word, const char *const *names);

#endif
