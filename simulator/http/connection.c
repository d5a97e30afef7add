/* connection.c - see connection.h. */
#include "http/connection.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	LINGER_MS = 1000,
	BACKLOG = 1 << 20, /* bytes that a stream's reader may be behind */
	PATIENCE = 10,     /* a reply may take so many times write_ms if some of it goes always */
};

struct http_connection *http_connection_new(int fd, const struct sockaddr *from)
{
	struct http_connection *c = xcalloc(1, sizeof *c);

	c->fd = fd;
	c->from_here = http_peer_is_loopback(from);
	http_peer_text(from, c->from);
	return c;
}

void http_connection_free(struct http_connection *c)
{
	close(c->fd);
	http_peer_leave(c->peer);
	http_input_release(&c->in);
	http_output_release(&c->out);
	free(c);
}

/* Whether there may be more to read. */
static bool read_once(struct http_connection *c, char *room, size_t room_n)
{
	ssize_t n;

	do
		n = recv(c->fd, room, room_n, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		c->broken = errno != EAGAIN && errno != EWOULDBLOCK;
		return false;
	}
	if (!n) {
		c->ended = true;
		return false;
	}
	if (!c->stream && !c->stops)
		http_input_add(&c->in, room, (size_t)n);
	return (size_t)n == room_n;
}

void http_connection_read(struct http_connection *c, char *room, size_t n, bool all)
{
	c->readable = false;
	if (c->ended || c->broken || (c->out.bytes && !c->stream))
		return;
	while (read_once(c, room, n) && all)
		continue;
	if (c->ended && (c->stream || c->shut))
		c->broken = true;
}

bool http_connection_may_ask(const struct http_connection *c)
{
	return !c->stops && !c->broken && !c->out.bytes;
}

/* --- Replies --------------------------------------------------------------------------------- */

static bool has_body(int status)
{
	return status != 204 && status != 304;
}

static void add_length(struct buf *b, size_t n)
{
	char digits[24];
	char *s = digits + sizeof digits;

	*--s = '\0';
	do
		*--s = (char)('0' + n % 10);
	while (n /= 10);
	buf_adds(b, "Content-Length: ");
	buf_adds(b, s);
	buf_adds(b, "\r\n");
}

static void add_status(struct buf *b, int status)
{
	if (status == 200)
		buf_adds(b, "HTTP/1.1 200 OK\r\n");
	else
		buf_addf(
			b, "HTTP/1.1 %d %s\r\n", status, http_status_str((enum http_status)status));
}

static void add_head(struct buf *b, const struct http_reply *reply, const struct http_form *form,
	const char *server)
{
	add_status(b, reply->status);
	buf_adds(b, server);
	if (reply->type) {
		buf_adds(b, "Content-Type: ");
		buf_adds(b, reply->type);
		buf_adds(b, "\r\n");
	}
	if (reply->stream && !form->bodyless)
		buf_adds(b, form->old ? "" : "Transfer-Encoding: chunked\r\n");
	else if (has_body(reply->status))
		add_length(b, reply->body.len);
	if (!form->keep_alive)
		buf_adds(b, "Connection: close\r\n");
	else if (form->old || reply->stream)
		buf_adds(b, "Connection: keep-alive\r\n");
	buf_add(b, reply->headers.s, reply->headers.len);
	buf_adds(b, "\r\n");
}

void http_connection_reply(struct http_connection *c, struct http_reply *reply,
	const struct http_form *form, const char *server, struct buf *room)
{
	struct http_form f = *form;
	bool stream = reply->stream && !f.bodyless;

	/* Without chunks only the connection's end tells that of a stream. */
	f.keep_alive = f.keep_alive && !reply->close && !(stream && f.old);
	buf_clear(room);
	add_head(room, reply, &f, server);
	http_output_add(&c->out, room->s, room->len);
	if (stream) {
		c->stream = c->stops = true;
		c->chunked = !f.old;
		http_connection_stream(c, reply->body.s, reply->body.len);
	} else {
		if (!f.bodyless && has_body(reply->status))
			http_output_take(&c->out, &reply->body);
		c->stops |= !f.keep_alive;
	}
	buf_release(&reply->headers);
	buf_release(&reply->body);
}

void http_connection_continue(struct http_connection *c)
{
	const struct http_input *in = &c->in;

	if (!in->begun || !in->head_done || !in->expects || in->whole || c->asked || c->stops)
		return;
	c->asked = true;
	if (!in->body_n)
		http_output_adds(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
}

/* --- Streams --------------------------------------------------------------------------------- */

void http_connection_stream(struct http_connection *c, const char *bytes, size_t n)
{
	char head[24];

	if (!n || c->broken)
		return;
	if (c->chunked) {
		snprintf(head, sizeof head, "%zx\r\n", n);
		http_output_adds(&c->out, head);
	}
	http_output_add(&c->out, bytes, n);
	if (c->chunked)
		http_output_adds(&c->out, "\r\n");
	c->broken = c->out.bytes > BACKLOG;
}

void http_connection_end_stream(struct http_connection *c)
{
	if (!c->stream)
		return;
	if (c->chunked)
		http_output_adds(&c->out, "0\r\n\r\n");
	c->stream = false;
}

/* --- The end of it --------------------------------------------------------------------------- */

void http_connection_send(struct http_connection *c, int64_t now)
{
	size_t before = c->out.bytes;

	if (before && !c->broken && !http_output_send(&c->out, c->fd))
		c->broken = true;
	if (c->out.bytes < before)
		c->since = now;
	if (c->out.bytes || !c->stops || c->stream || c->shut || c->broken)
		return;
	if (!c->linger && !http_input_left(&c->in)) {
		c->broken = true;
		return;
	}
	c->shut = true;
	c->broken = c->ended || shutdown(c->fd, SHUT_WR);
}

bool http_connection_over(const struct http_connection *c)
{
	return c->broken;
}

uint32_t http_connection_wants(const struct http_connection *c)
{
	if (c->out.bytes)
		return EPOLLOUT | (c->stream ? EPOLLIN : 0);
	return EPOLLIN;
}

static enum http_phase phase_of(const struct http_connection *c)
{
	if (c->shut)
		return HTTP_LINGERS;
	if (c->out.bytes)
		return HTTP_SENDS;
	if (c->stream)
		return HTTP_STREAMS;
	if (c->in.begun)
		return c->in.head_done ? HTTP_BODY_COMES : HTTP_HEAD_COMES;
	return c->served ? HTTP_IDLE : HTTP_FRESH;
}

void http_connection_note(struct http_connection *c, int64_t now)
{
	enum http_phase phase = phase_of(c);

	if (phase == c->phase && c->served == c->phase_served)
		return;
	c->phase = phase;
	c->phase_served = c->served;
	c->since = c->phase_began = now;
}

bool http_connection_in_time(
	const struct http_connection *c, const struct http_limits *limits, int64_t now)
{
	switch (c->phase) {
	case HTTP_FRESH:
	case HTTP_HEAD_COMES:
		return now - c->since < limits->head_ms;
	case HTTP_IDLE:
		return now - c->since < limits->idle_ms;
	case HTTP_BODY_COMES:
		return now - c->since < limits->body_ms;
	case HTTP_SENDS:
		return now - c->since < limits->write_ms &&
		       now - c->phase_began < (int64_t)PATIENCE * limits->write_ms;
	case HTTP_LINGERS:
		return now - c->since < LINGER_MS;
	case HTTP_STREAMS:
		break;
	}
	return true;
}
