/*
 * input.h - bytes of one connection to whole requests; knows no socket.
 *
 * Bytes are added in any pieces; http_input_next then tells whether a request is whole. A head must
 * be plain: lines ended by CR LF, none folded, no control characters, one Host (in HTTP/1.1), one
 * way to tell the body's length (RFC 9112, sections 2.2, 3.2, 5.2, 6.3). What two readers could
 * understand differently is refused.
 */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include "http/server.h"

#include <http_parser.h>

struct http_mark {
	uint32_t name, name_n, value, value_n; /* offsets into the bytes, and lengths */
};

struct http_input {
	struct buf bytes;
	size_t start;        /* of the request that is being read */
	size_t seen;         /* as far as the parser has read */
	size_t body, body_n; /* the body's place, and as much of it as has come */
	size_t body_wire;    /* bytes it took with chunk heads */
	size_t target, target_n;
	struct http_mark *marks;
	size_t n_marks, cap_marks;
	http_parser parser;
	const struct http_limits *limits;
	struct http_header *headers; /* of the request last given out */
	char kept;                   /* the byte after its body, where a NUL stands meanwhile */
	bool begun, in_value, head_done, whole;
	bool keep_alive; /* the client goes on after this request */
	bool bodyless;   /* it was HEAD */
	bool old;        /* HTTP/1.0 */
	bool expects;    /* it waits for "100 Continue" before it sends the body */
	bool refused;
	enum http_refusal refusal;
};

/* `limits` are borrowed. */
void http_input_init(struct http_input *in, const struct http_limits *limits);
void http_input_release(struct http_input *in);
void http_input_add(struct http_input *in, const void *bytes, size_t n);

enum http_input_result {
	HTTP_INPUT_MORE,    /* not whole yet */
	HTTP_INPUT_REQUEST, /* `out` holds until http_input_done */
	HTTP_INPUT_REFUSED, /* see `refusal`; nothing more will come of this connection */
};
/* Fills all of `out` but the peer. */
enum http_input_result http_input_next(struct http_input *in, struct http_request *out);
void http_input_done(struct http_input *in);

/* Bytes that belong to no finished request. */
size_t http_input_left(const struct http_input *in);
/* Moves those to the front, and gives large memory back when there are none. */
void http_input_tidy(struct http_input *in);

#endif
