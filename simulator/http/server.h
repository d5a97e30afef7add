/*
 * server.h - HTTP/1.1 on a socket, one thread: connections in, whole requests to a callback,
 * replies out. It knows nothing of AWS.
 *
 * All requests that have come in by one turn of the loop are answered together: each goes to
 * `answer`, then `settle` is called once, and only then is anything sent. So what a reply
 * acknowledges has been kept, and a hundred clients cost one commit.
 *
 * A connection that says nothing, says it too slowly, or does not read is closed by time limits and
 * keeps nobody waiting. What is no HTTP gets a reply too, from `refuse`.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_header {
	const char *name, *value; /* name in small letters; value without blanks at its ends */
};

/* A request, whole. All of it is borrowed until `answer` returns. */
struct http_request {
	const char *method, *path; /* HEAD comes as GET; path as sent, without the query */
	const char *query;         /* NULL: none */
	const struct http_header *headers;
	size_t n_headers;
	const char *body; /* never NULL; a NUL follows it */
	size_t length;
	const char *peer; /* address of the client: "127.0.0.1" */
	bool from_here;   /* that address is a loopback one */
};

/* NULL: no such header. Of several the first. */
const char *http_header_of(const struct http_request *r, const char *name);

/* Begin with HTTP_REPLY_INIT; the server releases it. */
struct http_reply {
	int status;
	const char *type;   /* Content-Type: constant */
	struct buf headers; /* further ones, each ended by \r\n */
	struct buf body;
	bool close;  /* the connection ends with this reply */
	bool stream; /* the body is the beginning; http_broadcast sends more */
	int mark;    /* the caller's own, for `spoil` */
};
#define HTTP_REPLY_INIT                                                                            \
	{                                                                                          \
		.status = 200, .headers = BUF_INIT, .body = BUF_INIT                               \
	}

enum http_refusal {
	HTTP_BAD_REQUEST,  /* 400: no HTTP, or not so that one could be sure of it */
	HTTP_TIMEOUT,      /* 408: it did not end in time */
	HTTP_BODY_TOO_BIG, /* 413 */
	HTTP_HEAD_TOO_BIG, /* 431 */
	HTTP_NO_ROOM,      /* 503: too many connections */
	HTTP_TOO_FAST,     /* 503: too many requests of one address; the connection stays */
};

struct http_limits {
	/* Bytes: of request line and headers (at most 80 KiB, as http_parser has it), of a body. */
	size_t head, body;
	int connections,
		connections_peer; /* at once: in all, of one address that is not loopback */
	int head_ms, body_ms;     /* from its first byte to its end */
	int write_ms; /* a client that reads nothing; ten times that for a whole reply */
	int idle_ms;  /* between requests */
	int rate;     /* requests a second of one address that is not loopback */
};
extern const struct http_limits http_limits_default;

struct http_handler {
	void *ctx;
	void (*answer)(void *ctx, const struct http_request *request, struct http_reply *reply);
	/* After all of a turn's requests. False: what they did could not be kept, and every
	 * reply is made anew by `spoil`: it is empty then but for its mark, and becomes no stream.
	 */
	bool (*settle)(void *ctx);
	void (*spoil)(void *ctx, struct http_reply *reply);
	/* All but HTTP_TOO_FAST end the connection. */
	void (*refuse)(void *ctx, enum http_refusal why, struct http_reply *reply);
	/* Between turns, about once a second; four times a second while there are streams. May
	 * broadcast. May be NULL. */
	void (*tick)(void *ctx);
};

struct http_server;

/* `address`: "127.0.0.1:4566", "[::1]:4566", "0.0.0.0:4566", "localhost:4566" (both families),
 * "4566" (127.0.0.1); port 0: any that is free. `limits` and `handler` are copied. NULL and an
 * error (with a remedy) if it cannot listen. */
struct http_server *http_server_new(const char *address, const struct http_limits *limits,
	const struct http_handler *handler, struct err *e);
void http_server_free(struct http_server *s);
/* "127.0.0.1:4566", with the port it got. */
const char *http_server_address(const struct http_server *s);
int http_server_port(const struct http_server *s);
/* Whether all that `address` stands for are loopback addresses. */
bool http_address_is_loopback(const char *address);

/* Serves until `*stop` is not 0, which the caller's handler of SIGTERM, SIGINT, SIGHUP or SIGQUIT
 * sets: these are let in while it waits, and every 20 ms when it has no time to. Then it listens no
 * more, answers what has come in whole, ends streams, sends what is still to be sent (at
 * most `write_ms`), and returns. */
void http_server_run(struct http_server *s, const volatile int *stop);

/* Sends bytes to every stream at the end of the turn, from `tick` or `settle`: what `answer` has
 * done may yet be spoiled. A stream that does not read them in time, or is 1 MiB behind, is closed.
 */
void http_broadcast(struct http_server *s, const char *bytes, size_t n);
size_t http_streams(const struct http_server *s);

#endif
