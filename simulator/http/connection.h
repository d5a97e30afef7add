/*
 * connection.h - one client's connection: its socket, what came, what goes, and since when.
 *
 * While anything waits to be sent nothing is read: who does not read is not heard.
 */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include "http/input.h"
#include "http/output.h"
#include "http/peers.h"

enum http_phase {
	HTTP_FRESH, /* nothing has come yet */
	HTTP_IDLE,  /* between requests */
	HTTP_HEAD_COMES,
	HTTP_BODY_COMES,
	HTTP_SENDS,
	HTTP_STREAMS,
	HTTP_LINGERS, /* all is said; what still comes is thrown away, lest it reset the reply */
};

struct http_connection {
	struct http_connection *next, *prev;
	int fd;
	uint32_t waits; /* the events epoll watches; 0: it does not know the socket */
	struct http_input in;
	struct http_output out;
	struct http_peer *peer; /* NULL: not counted */
	char from[PEER_TEXT];
	bool from_here;
	enum http_phase phase;
	int64_t since; /* of the phase; when sending, of the last byte that went */
	int64_t phase_began;
	unsigned served, phase_served;
	bool active;   /* has its turn now or next */
	bool readable; /* bytes may have come */
	bool more;     /* there may be another whole request */
	bool asked;    /* "100 Continue" has been said for this request */
	bool ended;    /* the client sends no more */
	bool stops;    /* no further request is taken */
	bool linger;   /* at the end, because it may still be sending */
	bool shut;     /* it lingers */
	bool broken;   /* nothing can be sent or read any more */
	bool stream, chunked;
};

struct http_connection *http_connection_new(int fd, const struct sockaddr *from);
void http_connection_free(struct http_connection *c);

/* Reads once, or all that is there. */
void http_connection_read(struct http_connection *c, char *room, size_t n, bool all);
bool http_connection_may_ask(const struct http_connection *c);

/* How a reply ends its connection, which the request knows. */
struct http_form {
	bool keep_alive, bodyless, old;
};
/* Puts a reply into the output, and takes its memory. `server` are the header lines of all replies;
 * `room` is a buffer to use. */
void http_connection_reply(struct http_connection *c, struct http_reply *reply,
	const struct http_form *form, const char *server, struct buf *room);
void http_connection_continue(struct http_connection *c);

void http_connection_stream(struct http_connection *c, const char *bytes, size_t n);
void http_connection_end_stream(struct http_connection *c);

/* Sends what it can, and lingers when all is said. */
void http_connection_send(struct http_connection *c, int64_t now);
/* Whether it is to be closed now. */
bool http_connection_over(const struct http_connection *c);
/* The events to wait for. */
uint32_t http_connection_wants(const struct http_connection *c);

/* Notes the phase; false: it has lasted too long. */
void http_connection_note(struct http_connection *c, int64_t now);
bool http_connection_in_time(
	const struct http_connection *c, const struct http_limits *limits, int64_t now);

#endif
