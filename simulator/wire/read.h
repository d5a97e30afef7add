/*
 * read.h - what the parts of the request reader share: see wire.h for the whole.
 */
#ifndef WIRE_READ_H
#define WIRE_READ_H

#include "wire/form.h"
#include "wire/wire.h"

enum {
	READ_DEPTH = 20,    /* of names in a key, of values in JSON */
	READ_INDEX = 10000, /* the highest number of a list's element in a key */
	READ_QUOTE = 200,   /* bytes of what is told of a trouble */
};

/* Sets the trouble, with what it is with (value may be NULL), and answers false. */
bool read_fail(struct wire_reading *r, enum wire_trouble why, const char *name, const char *value);

/* Whether the bytes are UTF-8 of characters that XML 1.0 has. */
bool read_is_text(const char *s, size_t n);

/* A text as a value of a scalar shape; NULL if it is none. New reference. */
json_t *read_scalar(const struct model_shape *s, const char *text, size_t n);

/* A form's parameters as the request of r->op. */
bool read_form(const struct form *f, struct wire_reading *r);

/* Members of r->op that stand in the body, into r->request. */
bool read_json(const char *body, size_t length, struct wire_reading *r);

/* The operation that a method and a path name, and the members that the path and the query hold,
 * into r->request. */
bool read_rest(const struct wire_request *in, struct wire_reading *r);
/* Whether the service has such a path, with whatever method. */
bool read_rest_knows(const struct model_service *s, const char *path);

#endif
