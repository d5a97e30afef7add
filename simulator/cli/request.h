/*
 * request.h - the words after an operation become its request.
 *
 * An operation has an argument for each member of its input (two for a boolean: --x and --no-x),
 * then those of special.c, and those that every operation has. Their values are collected in the
 * order of the table, which is the order of the request's members.
 */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include "cli/internal.h"
#include "cli/words.h"

enum argument_kind {
	ARGUMENT_MEMBER,
	ARGUMENT_YES, /* --dry-run */
	ARGUMENT_NO,
	ARGUMENT_VALUE_YES, /* of a structure {Value: boolean} of ec2: perhaps with a value */
	ARGUMENT_VALUE_NO,
	ARGUMENT_SPECIAL,
	ARGUMENT_INPUT_JSON,
	ARGUMENT_INPUT_YAML,
	ARGUMENT_STARTING_TOKEN,
	ARGUMENT_PAGE_SIZE,
	ARGUMENT_MAX_ITEMS,
	ARGUMENT_SKELETON,
};

struct special;

struct argument {
	const char *name; /* without dashes */
	enum argument_kind kind;
	enum words_arity arity;
	bool required, integer;
	const struct model_member *member; /* of the first five kinds */
	const struct special *special;
};

/* What stands on the line for an argument, after file:// and fileb:// have been read. */
enum raw_kind { RAW_NONE, RAW_ALONE /* no value */, RAW_TEXT, RAW_BYTES, RAW_LIST };
struct raw {
	enum raw_kind kind;
	const char *s; /* text, bytes; NUL-terminated */
	size_t len;
	const struct words_taken *taken; /* list */
};

/* The line of an operation, taken apart. */
struct line {
	size_t n;
	const struct argument *arguments;
	struct words_taken *taken; /* as the arguments */
};

/* The arguments of inv->op (of inv->waiter, which lacks those of special.c). */
size_t request_arguments(struct invocation *inv, const struct argument **arguments);

/* What was given for an argument; NULL if nothing was (or there is no such argument). */
const struct words_taken *request_given(const struct line *line, const char *name);

enum request_end {
	REQUEST_READY, /* inv->request is there */
	REQUEST_HELP,  /* help was asked for */
	REQUEST_SKELETON_INPUT,
	REQUEST_SKELETON_YAML,
	REQUEST_SKELETON_OUTPUT, /* inv->request is there too */
	REQUEST_FAILED,          /* told */
};
enum request_end request_read(struct invocation *inv, size_t n, const char *const *words);

#endif
