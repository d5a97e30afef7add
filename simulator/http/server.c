/* server.c - see server.h: the loop, its turns, and what ends them. */
#include "http/server.h"

#include "base/intl.h"
#include "base/mem.h"
#include "http/connection.h"
#include "http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
	EVENTS = 256,    /* of one wait */
	ACCEPTS = 256,   /* new connections a turn */
	REQUESTS = 32,   /* of one connection a turn */
	ROOM = 64 << 10, /* bytes read of one connection a turn */
	BYTES_ONE =
		256 << 10,   /* of replies to one connection a turn, and then no further request */
	BYTES_ALL = 8 << 20, /* the same of all */
	TURNED_AWAY = 32,    /* connections beyond the limit that are told so */
	SWEEP_MS = 250,
	TICK_MS = 1000,
	SIGNAL_MS = 20,
};

const struct http_limits http_limits_default = {
	.head = 64 << 10,
	.body = 1 << 20, /* the largest request of these services has some 100 KiB */
	.connections = 1024,
	.connections_peer = 256,
	.head_ms = 10000,
	.body_ms = 30000,
	.write_ms = 30000,
	.idle_ms = 75000,
	.rate = 1000,
};

/* A reply that waits for the turn to be settled. */
struct answer {
	struct http_connection *c;
	struct http_reply reply;
	struct http_form form;
	bool refusal;
	bool last; /* nothing further is taken from its connection */
};

struct http_server {
	struct http_limits limits;
	struct http_handler handler;
	struct http_listeners listeners;
	struct http_peers peers;
	int epoll, reserve; /* `reserve` is given up to turn a connection away */
	struct http_connection *connections;
	size_t n, streams;
	struct http_connection **active, **next; /* of this turn, of the next */
	size_t n_active, cap_active, n_next, cap_next;
	struct answer *answers;
	size_t n_answers, cap_answers, answer_bytes;
	int64_t now, swept, ticked, signalled; /* ms, monotonic */
	time_t date;
	char lines[80]; /* Date and Server */
	struct buf head;
	bool accepts, deaf, draining, dirty;
	char room[ROOM];
};

/* --- Time ------------------------------------------------------------------------------------ */

static void write_lines(struct http_server *s, time_t t)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
			  months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
				  "Sep", "Oct", "Nov", "Dec"};
	struct tm tm;

	gmtime_r(&t, &tm);
	s->date = t;
	snprintf(s->lines, sizeof s->lines,
		"Date: %s, %02u %s %04u %02u:%02u:%02u GMT\r\nServer: amidojo\r\n",
		days[tm.tm_wday], (unsigned)tm.tm_mday % 100, months[tm.tm_mon],
		(unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
		(unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}

static void look_at_clocks(struct http_server *s)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	s->now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	if (t.tv_sec != s->date)
		write_lines(s, t.tv_sec);
}

/* --- Connections come and go ----------------------------------------------------------------- */

static void activate(struct http_server *s, struct http_connection *c)
{
	if (c->active)
		return;
	c->active = true;
	ARRAY_GROW(s->active, s->n_active, s->cap_active);
	s->active[s->n_active++] = c;
}

static void drop(struct http_server *s, struct http_connection *c)
{
	if (c->stream)
		s->streams--;
	if (c->prev)
		c->prev->next = c->next;
	else
		s->connections = c->next;
	if (c->next)
		c->next->prev = c->prev;
	s->n--;
	http_connection_free(c);
}

static void send_reply(struct http_server *s, struct answer *a)
{
	struct http_connection *c = a->c;
	bool was = c->stream;

	http_connection_reply(c, &a->reply, &a->form, s->lines, &s->head);
	s->streams += c->stream && !was;
}

/* A refusal at once, of a connection that has nothing before it to be settled. */
static void refuse_now(struct http_server *s, struct http_connection *c, enum http_refusal why)
{
	struct answer a = {.c = c, .reply = HTTP_REPLY_INIT};

	s->handler.refuse(s->handler.ctx, why, &a.reply);
	a.reply.stream = false;
	c->stops = c->linger = true;
	send_reply(s, &a);
}

static void join(struct http_server *s, int fd, const struct sockaddr *from)
{
	struct http_connection *c;
	bool full = s->n >= (size_t)s->limits.connections;

	if (s->n >= (size_t)s->limits.connections + TURNED_AWAY) {
		close(fd);
		return;
	}
	c = http_connection_new(fd, from);
	http_input_init(&c->in, &s->limits);
	if (!c->from_here) {
		c->peer = http_peers_join(&s->peers, from, s->limits.rate, s->now);
		full = full || c->peer->connections > s->limits.connections_peer;
	}
	c->since = c->phase_began = s->now;
	c->readable = true;
	c->next = s->connections;
	if (c->next)
		c->next->prev = c;
	s->connections = c;
	s->n++;
	activate(s, c);
	if (full)
		refuse_now(s, c, HTTP_NO_ROOM);
}

static void watch_listeners(struct http_server *s, bool on)
{
	struct epoll_event event = {.events = EPOLLIN};

	for (size_t i = 0; i < s->listeners.n; i++)
		epoll_ctl(
			s->epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, s->listeners.fds[i], &event);
	s->deaf = !on;
}

/* There is no descriptor left: the reserve is spent on taking the connection and closing it, so
 * that it does not wait for ever and wakes us no more. False: not even that. */
static bool turn_away(struct http_server *s, int listener)
{
	int fd;

	if (s->reserve < 0)
		return false;
	close(s->reserve);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fd >= 0;
}

/* Whether there may be another one. */
static bool accept_one(struct http_server *s, int listener)
{
	struct sockaddr_storage from = {0};
	socklen_t size = sizeof from;
	int fd = accept4(listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		join(s, fd, (struct sockaddr *)&from);
		return true;
	}
	switch (errno) {
	case EAGAIN:
		return false;
	case EMFILE:
	case ENFILE:
		if (turn_away(s, listener))
			return true;
		break;
	case ENOBUFS:
	case ENOMEM:
		break;
	default: /* an error of that connection: accept(2) */
		return true;
	}
	watch_listeners(s, false); /* until the next sweep */
	return false;
}

static void accept_all(struct http_server *s)
{
	s->accepts = false;
	for (size_t i = 0; i < s->listeners.n; i++)
		for (int k = 0; k < ACCEPTS && !s->deaf && accept_one(s, s->listeners.fds[i]); k++)
			continue;
}

/* --- A turn ---------------------------------------------------------------------------------- */

static struct answer *new_answer(struct http_server *s, struct http_connection *c)
{
	ARRAY_GROW(s->answers, s->n_answers, s->cap_answers);
	s->answers[s->n_answers] = (struct answer){
		.c = c,
		.reply = HTTP_REPLY_INIT,
		.form = {.bodyless = c->in.bodyless, .old = c->in.old},
	};
	return &s->answers[s->n_answers++];
}

static void refuse(struct http_server *s, struct http_connection *c, enum http_refusal why)
{
	struct answer *a = new_answer(s, c);

	a->refusal = true;
	a->form = (struct http_form){0};
	c->stops = c->linger = true;
	s->handler.refuse(s->handler.ctx, why, &a->reply);
	a->reply.stream = false;
}

/* Answers a request. Bytes of the reply. */
static size_t answer(struct http_server *s, struct http_connection *c, struct http_request *r)
{
	struct answer *a = new_answer(s, c);

	r->peer = c->from;
	r->from_here = c->from_here;
	a->form.keep_alive = c->in.keep_alive;
	if (http_peer_may_ask(c->peer, s->limits.rate, s->now)) {
		s->handler.answer(s->handler.ctx, r, &a->reply);
	} else {
		a->refusal = true;
		s->handler.refuse(s->handler.ctx, HTTP_TOO_FAST, &a->reply);
		a->reply.stream = false;
	}
	if (s->draining && http_input_left(&c->in) == c->in.seen - c->in.start)
		a->form.keep_alive = false;
	a->last = !a->form.keep_alive || a->reply.close || a->reply.stream;
	c->stops = a->last;
	c->served++;
	c->asked = false;
	return a->reply.body.len;
}

/* The client sends no more: what it has begun will not end. */
static void take_end(struct http_server *s, struct http_connection *c)
{
	if (c->in.begun)
		refuse(s, c, HTTP_BAD_REQUEST);
	c->stops = true;
}

/* Answers the whole requests of a connection, at most so many. */
static void take(struct http_server *s, struct http_connection *c)
{
	struct http_request r;
	size_t bytes = 0;

	c->more = false;
	for (int i = 0; !c->stops; i++) {
		enum http_input_result got;

		if (i == REQUESTS || bytes > BYTES_ONE || s->answer_bytes > BYTES_ALL) {
			c->more = true;
			return;
		}
		got = http_input_next(&c->in, &r);
		if (got == HTTP_INPUT_REFUSED) {
			refuse(s, c, c->in.refusal);
		} else if (got == HTTP_INPUT_MORE) {
			if (c->ended)
				take_end(s, c);
			return;
		} else {
			size_t n = answer(s, c, &r);

			bytes += n;
			s->answer_bytes += n;
			http_input_done(&c->in);
		}
	}
}

static void spoil(struct http_server *s, struct answer *a)
{
	struct http_reply *r = &a->reply;

	if (a->refusal)
		return;
	buf_clear(&r->headers);
	buf_clear(&r->body);
	r->status = 500;
	r->type = NULL;
	r->close = r->stream = false;
	s->handler.spoil(s->handler.ctx, r);
	r->stream = false;
}

/* All that has been answered is kept, or else is made anew; only then does it go out. */
static void settle(struct http_server *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n_answers; i++)
		any = any || !s->answers[i].refusal;
	if (any && !s->handler.settle(s->handler.ctx))
		for (size_t i = 0; i < s->n_answers; i++)
			spoil(s, &s->answers[i]);
	for (size_t i = 0; i < s->n_answers; i++) {
		struct answer *a = &s->answers[i];

		/* What was to be a stream and is none. */
		if (a->last && (!a->reply.stream || a->form.bodyless))
			a->form.keep_alive = false;
		send_reply(s, a);
	}
	s->n_answers = s->answer_bytes = 0;
}

static void watch(struct http_server *s, struct http_connection *c)
{
	struct epoll_event event = {.events = http_connection_wants(c), .data.ptr = c};

	if (event.events == c->waits)
		return;
	if (epoll_ctl(s->epoll, c->waits ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &event))
		c->broken = true;
	c->waits = event.events;
}

/* Sends, and sees what is to be done with the connection next. */
static void finish(struct http_server *s, struct http_connection *c)
{
	c->active = false;
	http_connection_continue(c);
	http_connection_send(c, s->now);
	http_input_tidy(&c->in);
	http_connection_note(c, s->now);
	if (s->draining && !c->out.bytes && !c->more && !c->shut)
		c->broken = true;
	if (!http_connection_over(c) && !(c->more && !c->out.bytes))
		watch(s, c);
	if (http_connection_over(c)) {
		drop(s, c);
		return;
	}
	if (c->more && !c->out.bytes) {
		c->active = true;
		ARRAY_GROW(s->next, s->n_next, s->cap_next);
		s->next[s->n_next++] = c;
	}
}

static void each_active(struct http_server *s)
{
	for (size_t i = 0; i < s->n_active; i++) {
		struct http_connection *c = s->active[i];

		if (c->out.bytes)
			http_connection_send(c, s->now);
		if (c->readable && !c->more)
			http_connection_read(c, s->room, sizeof s->room, s->draining);
		if (http_connection_may_ask(c))
			take(s, c);
	}
	settle(s);
	for (size_t i = 0; i < s->n_active; i++)
		finish(s, s->active[i]);
}

static void next_turn(struct http_server *s)
{
	struct http_connection **spent = s->active;
	size_t cap = s->cap_active;

	s->active = s->next;
	s->n_active = s->n_next;
	s->cap_active = s->cap_next;
	s->next = spent;
	s->n_next = 0;
	s->cap_next = cap;
}

/* What a broadcast has left in the streams goes out. */
static void flush_streams(struct http_server *s)
{
	struct http_connection *next;

	if (!s->dirty)
		return;
	s->dirty = false;
	for (struct http_connection *c = s->connections; c; c = next) {
		next = c->next;
		if (c->stream && !c->active)
			finish(s, c);
	}
}

/* Too slow is told so where that can still be understood. */
static void expire(struct http_server *s, struct http_connection *c)
{
	if (c->phase == HTTP_HEAD_COMES || c->phase == HTTP_BODY_COMES)
		refuse_now(s, c, HTTP_TIMEOUT);
	else
		c->broken = true;
	finish(s, c);
}

static void sweep(struct http_server *s)
{
	struct http_connection *next;

	if (s->now - s->swept < SWEEP_MS)
		return;
	s->swept = s->now;
	if (s->deaf && !s->draining)
		watch_listeners(s, true);
	if (s->reserve < 0)
		s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (struct http_connection *c = s->connections; c; c = next) {
		next = c->next;
		if (!c->active && !http_connection_in_time(c, &s->limits, s->now))
			expire(s, c);
	}
}

static int tick_ms(const struct http_server *s)
{
	return s->streams ? SWEEP_MS : TICK_MS;
}

static void tick(struct http_server *s)
{
	if (!s->handler.tick || s->now - s->ticked < tick_ms(s))
		return;
	s->ticked = s->now;
	s->handler.tick(s->handler.ctx);
}

/* How long nothing needs to be done unless something comes. */
static int may_wait(const struct http_server *s)
{
	int64_t sweep_in = s->swept + SWEEP_MS - s->now, tick_in = s->ticked + tick_ms(s) - s->now,
		wait = s->n || s->deaf ? sweep_in : TICK_MS;

	if (s->n_active)
		return 0;
	if (s->handler.tick && tick_in < wait)
		wait = tick_in;
	return wait < 0 ? 0 : (int)wait;
}

static void take_events(struct http_server *s, const struct epoll_event *events, int n)
{
	for (int i = 0; i < n; i++) {
		struct http_connection *c = events[i].data.ptr;

		if (!c) {
			s->accepts = true;
			continue;
		}
		c->readable = c->readable || events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR);
		activate(s, c);
	}
}

static void turn(struct http_server *s, const sigset_t *signals)
{
	struct epoll_event events[EVENTS];
	int n = epoll_pwait(s->epoll, events, EVENTS, may_wait(s), signals);

	look_at_clocks(s);
	if (n > 0)
		take_events(s, events, n);
	if (s->accepts)
		accept_all(s);
	if (s->n_active)
		each_active(s);
	next_turn(s);
	sweep(s);
	tick(s);
	flush_streams(s);
}

/* --- From start to stop ---------------------------------------------------------------------- */

/* What has come in whole is answered, what is answered is sent, and nobody is waited for longer
 * than write_ms. */
static void drain(struct http_server *s, const sigset_t *signals)
{
	int64_t end = s->now + s->limits.write_ms;

	accept_all(s);
	http_listen_end(&s->listeners);
	s->draining = true;
	for (struct http_connection *c = s->connections; c; c = c->next) {
		if (c->stream) {
			http_connection_end_stream(c);
			s->streams--;
		}
		c->readable = true;
		activate(s, c);
	}
	while (s->n && s->now < end)
		turn(s, signals);
	while (s->connections)
		drop(s, s->connections);
	s->n_active = 0;
}

void http_server_run(struct http_server *s, const volatile int *stop)
{
	sigset_t ours, before;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGQUIT);
	sigprocmask(SIG_BLOCK, &ours, &before);
	while (!*stop) {
		turn(s, &before);
		/* A wait that finds something at once lets no signal in. */
		if (s->now - s->signalled >= SIGNAL_MS) {
			s->signalled = s->now;
			sigprocmask(SIG_SETMASK, &before, NULL);
			sigprocmask(SIG_BLOCK, &ours, NULL);
		}
	}
	drain(s, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

struct http_server *http_server_new(const char *address, const struct http_limits *limits,
	const struct http_handler *handler, struct err *e)
{
	struct http_server *s = xcalloc(1, sizeof *s);

	s->limits = *limits;
	s->handler = *handler;
	buf_init(&s->head);
	http_peers_init(&s->peers, limits->connections + TURNED_AWAY);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (s->epoll < 0 || s->reserve < 0)
		err_set(e, ERR_IO,
			_("Cannot start to listen: %s. Close some programs, or raise "
			  "`ulimit -n`."),
			strerror(errno));
	else if (http_listen(&s->listeners, address, e)) {
		look_at_clocks(s);
		s->swept = s->ticked = s->now;
		watch_listeners(s, true);
		return s;
	}
	http_server_free(s);
	return NULL;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	while (s->connections)
		drop(s, s->connections);
	http_listen_end(&s->listeners);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->reserve >= 0)
		close(s->reserve);
	http_peers_release(&s->peers);
	buf_release(&s->head);
	free(s->active);
	free(s->next);
	free(s->answers);
	free(s);
}

const char *http_server_address(const struct http_server *s)
{
	return s->listeners.text;
}

int http_server_port(const struct http_server *s)
{
	return s->listeners.port;
}

void http_broadcast(struct http_server *s, const char *bytes, size_t n)
{
	for (struct http_connection *c = s->connections; c; c = c->next)
		if (c->stream)
			http_connection_stream(c, bytes, n);
	s->dirty = true;
}

size_t http_streams(const struct http_server *s)
{
	return s->streams;
}
