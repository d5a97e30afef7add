/*
 * submission.h - what a learner hands in: the record of a lab and the state that it led to, as one
 * file of JSON.
 *
 * "sum" is a checksum against accidents and hasty edits, no signature: whoever reads this can
 * reckon it anew. What counts is that the record, done again from the seed, leads to the state.
 */
#ifndef APP_SUBMISSION_H
#define APP_SUBMISSION_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	SUBMISSION_VERSION = 1,
	/* More is not read; so nothing larger is written either. */
	SUBMISSION_MIB = 16,
	SUBMISSION_ENTRIES = 20000,
	SUBMISSION_NAME = 200, /* bytes of a seed or a student's name */
};

/* Strings are borrowed from `json`. */
struct submission {
	json_t *json;
	const char *lab;
	const char *seed, *student; /* NULL: none */
	const char *program;        /* submission_program of who has written it; NULL: unknown */
	uint64_t hash, state;
	int64_t began_ms, written_ms;
	json_t *record;
	bool sum_fits;
};

/* ERR_NOTHING: it is no submission, but something else; other errors: one that cannot be read. */
bool submission_read(const char *path, struct submission *out, struct err *e);
void submission_release(struct submission *s);

/* Over everything but "sum". */
uint64_t submission_sum(const json_t *json);

/* Version and identity of this very program: another one's simulator may come to another state. */
const char *submission_program(void);

/* 16 hex digits. */
enum { SUBMISSION_HEX = 17 };
char *submission_hex(uint64_t value, char out[SUBMISSION_HEX]);

#endif
