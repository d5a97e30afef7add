/*
 * output.h - bytes that wait to be sent: small ones gathered, big ones taken over as they are.
 */
#ifndef HTTP_OUTPUT_H
#define HTTP_OUTPUT_H

#include "base/buf.h"

struct http_output {
	struct buf *parts;
	size_t n, cap;
	size_t sent;  /* bytes of the first part that are gone */
	size_t bytes; /* still to be sent, in all */
};

void http_output_release(struct http_output *o);
void http_output_add(struct http_output *o, const void *bytes, size_t n);
void http_output_adds(struct http_output *o, const char *s);
/* The same; a big one is not copied but taken out of `b`, which is empty then. */
void http_output_take(struct http_output *o, struct buf *b);

/* Sends as much as the socket takes. False: the connection is broken. */
bool http_output_send(struct http_output *o, int fd);

#endif
