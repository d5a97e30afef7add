/*
 * bench-load.c - a load generator for an AWS endpoint: connections that send a scenario's requests
 * (bench/load.h) and check each answer, and what came of it as one line of JSON.
 *
 *     bench-load HOST:PORT SCENARIO [OPTION=VALUE...]
 *         connections=64   seconds=5   count=0 (requests; 0: by seconds)
 *         close=0          1: a connection a request
 *         key=, region=us-east-1   sent as an Authorization header whose signature is none
 *         seed=1           of the choice of tracks, and of the numbers for {#}
 *         room=8           values that a connection remembers of a name
 *         log=FILE         what was acknowledged: "saved NAME VALUE", "done BODY", and
 *                          "taking NAME VALUE" followed by "taken ..." or "kept ..."
 *         ending=0         1: that the server goes away is how it ends, and no error
 *         patience=30      seconds after which an answer is missed
 *     bench-load           how fast it is itself, against a server of no work
 */
#include "load-answer.h"
#include "load.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 1 << 20, ERRORS_SHOWN = 5, SOURCES = 32, LOCALS = 8 };

struct conn {
	int fd; /* -1: none */
	unsigned number;
	const struct track *track; /* NULL: one is to be chosen */
	size_t step;
	struct values values[NAMES_MAX];
	struct buf out;
	size_t sent;
	uint64_t begun;
	bool again; /* the request was sent on a connection that was kept, and may be sent anew */
	/* the value that the request takes out: its name, -1 none, and where it stood */
	int taking;
	char taken[VALUE_SIZE];
	struct answer answer;
};

struct load {
	struct sockaddr_in to;
	const char *host;
	struct scenario scenario;
	struct conn *conns;
	unsigned connections, alive, room_for_values;
	double seconds, patience;
	uint64_t count, begun_requests, seed, numbers;
	bool close, ending, broken, stopping;
	const char *key, *region;
	FILE *log;
	int epoll;
	char *room;
	struct histogram latency;
	uint64_t requests, errors, refused, connects, bytes, start, end;
	size_t turn;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* --- choosing and writing a request
 * ---------------------------------------------------------------
 */

struct filling {
	struct load *l;
	struct conn *c;
	const struct track *track;
	size_t step; /* of the track */
};

/* Whether the values are there that a step needs; those that earlier steps will remember count. */
static bool has_value(void *ctx, const char *hole, size_t n)
{
	struct filling *f = ctx;
	int name;

	if (*hole == '#' || *hole == '%')
		return true;
	name = scenario_name(&f->l->scenario, hole + (*hole == '-'), n - (*hole == '-'));
	for (size_t i = 0; i < f->step; i++)
		if (f->l->scenario.steps[f->track->first + i].save == name)
			return true;
	return f->c->values[name].n > 0;
}

static bool is_possible(struct load *l, struct conn *c, const struct track *t)
{
	struct filling f = {l, c, t, 0};

	for (size_t i = 0; i < t->n; i++) {
		const struct step *s = &l->scenario.steps[t->first + i];

		f.step = i;
		if (s->save >= 0 && c->values[s->save].n >= l->room_for_values)
			return false;
		if (!each_hole(s->body, has_value, &f))
			return false;
	}
	return true;
}

static const struct track *choose_at_random(struct load *l)
{
	uint64_t dice = next_random(&l->seed) % l->scenario.weights;
	size_t i = 0;

	while (dice >= l->scenario.tracks[i].weight)
		dice -= l->scenario.tracks[i++].weight;
	return &l->scenario.tracks[i];
}

static const struct track *choose_track(struct load *l, struct conn *c)
{
	for (int tries = 0; tries < 1000; tries++) {
		const struct track *t =
			l->scenario.weights ? choose_at_random(l)
					    : &l->scenario.tracks[l->turn++ % l->scenario.n_tracks];

		if (is_possible(l, c, t))
			return t;
	}
	load_die("no track is possible", "the scenario must have one without values");
}

static void log_line(struct load *l, const char *what, int name, const char *value)
{
	if (l->log)
		fprintf(l->log, "%s %s %s\n", what, l->scenario.names[name], value);
}

/* As a form wants it; a JSON body gets ids and numbers, which need nothing. */
static void add_value(struct buf *out, const char *value, bool form)
{
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (!form || isalnum(c) || strchr("-_.~", c))
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

static void fill_hole(struct load *l, struct conn *c, const char *hole, size_t n, struct buf *out)
{
	bool takes = *hole == '-';
	struct values *v;
	unsigned at;
	int name;

	if (*hole == '#') {
		buf_addf(out, "%" PRIu64, l->numbers++);
		return;
	}
	if (*hole == '%') {
		buf_addf(out, "%u", c->number);
		return;
	}
	name = scenario_name(&l->scenario, hole + takes, n - takes);
	v = &c->values[name];
	if (!v->n)
		load_die("nothing is remembered for a hole", hole);
	/* the newest, unless it is for taking: a track's later steps are about what it has made */
	at = takes && c->step == c->track->first ? (unsigned)(next_random(&l->seed) % v->n)
						 : v->n - 1;
	add_value(out, v->value[at], !l->scenario.steps[c->step].target);
	if (takes) {
		c->taking = name;
		snprintf(c->taken, sizeof c->taken, "%s", v->value[at]);
		values_remove(v, at);
		log_line(l, "taking", name, c->taken);
	}
}

static void fill_body(struct load *l, struct conn *c, const char *body, struct buf *out)
{
	while (*body) {
		size_t plain = strcspn(body, "{"), n;

		buf_add(out, body, plain);
		body += plain;
		if (!*body)
			break;
		n = strcspn(body + 1, "{}\" ,:&=");
		if (n && body[1 + n] == '}') {
			fill_hole(l, c, body + 1, n, out);
			body += n + 2;
		} else {
			buf_addc(out, *body++);
		}
	}
}

static void add_authorization(const struct load *l, const struct step *s, struct buf *out)
{
	const char *service = "ec2";

	if (!l->key)
		return;
	if (s->target)
		service = strncmp(s->target, "AmazonSSM", 9) == 0 ? "ssm" : "kms";
	else if (strstr(s->body, "Version=2011-06-15"))
		service = "sts";
	buf_addf(out,
		"Authorization: AWS4-HMAC-SHA256 Credential=%s/20261121/%s/%s/aws4_request, "
		"SignedHeaders=host, Signature=0\r\n",
		l->key, l->region, service);
}

static void write_request(struct load *l, struct conn *c)
{
	struct buf body = BUF_INIT;
	const struct step *s;

	if (!c->track || c->step == c->track->first + c->track->n) {
		c->track = choose_track(l, c);
		c->step = c->track->first;
	}
	s = &l->scenario.steps[c->step];
	c->taking = -1;
	fill_body(l, c, s->body, &body);
	buf_clear(&c->out);
	buf_addf(&c->out, "POST / HTTP/1.1\r\nHost: %s\r\nContent-Length: %zu\r\n", l->host,
		body.len);
	add_authorization(l, s, &c->out);
	if (s->target)
		buf_addf(&c->out,
			"X-Amz-Target: %s\r\nContent-Type: application/x-amz-json-1.1\r\n",
			s->target);
	else
		buf_adds(&c->out,
			"Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n");
	buf_adds(&c->out, l->close ? "Connection: close\r\n\r\n" : "\r\n");
	buf_add(&c->out, body.s, body.len);
	buf_release(&body);
	l->begun_requests++;
}

/* --- connections
 * ----------------------------------------------------------------------------------
 */

static void drop(struct load *l, struct conn *c)
{
	if (c->fd < 0)
		return;
	close(c->fd);
	c->fd = -1;
	l->alive--;
}

/* Addresses 127.0.0.2 and so on as sources: one has too few ports for a connection a request. */
static void spread_source(struct load *l, int fd)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	int on = 1;

	if (!l->close || ntohl(l->to.sin_addr.s_addr) != INADDR_LOOPBACK)
		return;
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(l->connects % SOURCES));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	bind(fd, (struct sockaddr *)&from, sizeof from);
}

/* What comes of it shows when the connection is read. */
static void dial(struct load *l, struct conn *c)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		load_die("no socket", strerror(errno));
	l->alive++;
	l->connects++;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	spread_source(l, c->fd);
	if (connect(c->fd, (struct sockaddr *)&l->to, sizeof l->to) != 0 && errno != EINPROGRESS) {
		l->errors++;
		drop(l, c);
	} else if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0) {
		load_die("epoll", strerror(errno));
	}
}

static void send_rest(struct conn *c)
{
	while (c->fd >= 0 && c->sent < c->out.len) {
		ssize_t n = send(c->fd, c->out.s + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);

		if (n <= 0)
			return; /* not yet, or what is wrong shows when reading */
		c->sent += (size_t)n;
	}
}

static void start_request(struct load *l, struct conn *c)
{
	if (l->stopping || (l->count && l->begun_requests >= l->count)) {
		drop(l, c);
		return;
	}
	write_request(l, c);
	answer_begin(&c->answer);
	c->sent = 0;
	c->again = c->fd >= 0;
	c->begun = now_ns();
	if (c->fd < 0)
		dial(l, c);
	send_rest(c);
}

/* What the request would have forgotten is there still, unless it was sent to a server that died:
 * then nobody knows. */
static void keep_taken(struct load *l, struct conn *c)
{
	if (c->taking >= 0 && !l->broken) {
		values_add(&c->values[c->taking], c->taken, strlen(c->taken));
		log_line(l, "kept", c->taking, c->taken);
	}
	c->taking = -1;
}

static void fail(struct load *l, struct conn *c, const char *why)
{
	if (l->ending && (l->broken || c->answer.status == 0)) {
		l->broken = l->stopping = true;
		drop(l, c);
		return;
	}
	if (l->errors++ < ERRORS_SHOWN)
		fprintf(stderr, "bench-load: %s: %s\n  sent: %.600s\n  got: %.600s\n",
			c->track ? c->track->name : "-", why,
			c->out.len ? strstr(c->out.s, "\r\n\r\n") + 4 : "-", c->answer.in.s);
	keep_taken(l, c);
	c->track = NULL;
	drop(l, c);
	if (l->errors > 1000) {
		fprintf(stderr, "bench-load: too many errors\n");
		l->stopping = true;
	}
	start_request(l, c);
}

/* A kept connection that the server has closed before it saw the request is no error: once. */
static void lost(struct load *l, struct conn *c, const char *why)
{
	c->answer.status = 0;
	if (!c->again || c->answer.in.len || l->ending) {
		fail(l, c, why);
		return;
	}
	drop(l, c);
	answer_begin(&c->answer);
	c->sent = 0;
	c->again = false;
	dial(l, c);
	send_rest(c);
}

/* --- answers
 * --------------------------------------------------------------------------------------
 */

static bool is_status(const struct step *s, int status)
{
	for (size_t i = 0; s->status[i]; i++)
		if (s->status[i] == status)
			return true;
	return false;
}

static void remember(struct load *l, struct conn *c, const struct step *s, const char *body)
{
	const char *at = s->save >= 0 ? strstr(body, s->mark) : NULL;
	size_t n;

	if (l->log)
		fprintf(l->log, "done %s\n", strstr(c->out.s, "\r\n\r\n") + 4);
	if (c->taking >= 0) {
		log_line(l, "taken", c->taking, c->taken);
		c->taking = -1;
	}
	if (!at)
		return;
	at += strlen(s->mark);
	n = strcspn(at, "<\"");
	values_add(&c->values[s->save], at, n);
	if (l->log)
		fprintf(l->log, "saved %s %.*s\n", l->scenario.names[s->save], (int)n, at);
}

static void complete(struct load *l, struct conn *c)
{
	const struct step *s = &l->scenario.steps[c->step];
	const char *body = c->answer.in.s + c->answer.body_at;

	if (!is_status(s, c->answer.status)) {
		fail(l, c, "a status that was not expected");
		return;
	}
	if (c->answer.status == s->status[0] && !strstr(body, s->expect)) {
		fail(l, c, s->expect);
		return;
	}
	if (c->answer.status == s->status[0] && s->save >= 0 && !strstr(body, s->mark)) {
		fail(l, c, s->mark);
		return;
	}
	histogram_add(&l->latency, now_ns() - c->begun);
	l->requests++;
	if (c->answer.status == s->status[0]) {
		remember(l, c, s, body);
		c->step++;
		if (c->step == c->track->first + c->track->n)
			((struct track *)c->track)->done++;
	} else {
		l->refused++;
		keep_taken(l, c);
		c->track = NULL;
	}
	if (l->close || c->answer.ends)
		drop(l, c);
	start_request(l, c);
}

static void readable(struct load *l, struct conn *c)
{
	while (c->fd >= 0) {
		ssize_t n = recv(c->fd, l->room, READ_SIZE, 0);
		int done;

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n == 0 && c->answer.head_done && c->answer.kind == TO_END) {
			complete(l, c);
			return;
		}
		if (n <= 0) {
			lost(l, c, n ? strerror(errno) : "the connection was closed");
			return;
		}
		l->bytes += (uint64_t)n;
		done = answer_feed(&c->answer, l->room, (size_t)n);
		if (done < 0)
			fail(l, c, "that is no HTTP");
		else if (done)
			complete(l, c);
		if (done)
			return; /* what follows is an answer to what has just been sent */
	}
}

/* --- the run
 * --------------------------------------------------------------------------------------
 */

static void check_patience(struct load *l)
{
	uint64_t limit = now_ns() - (uint64_t)(l->patience * 1e9);

	for (unsigned i = 0; i < l->connections; i++)
		if (l->conns[i].fd >= 0 && l->conns[i].begun < limit)
			fail(l, &l->conns[i], "no answer in time");
}

static void run(struct load *l)
{
	struct epoll_event events[64];
	uint64_t checked;

	l->start = checked = now_ns();
	for (unsigned i = 0; i < l->connections; i++)
		start_request(l, &l->conns[i]);
	while (l->alive) {
		int n = epoll_wait(l->epoll, events, (int)ARRAY_LEN(events), 250);
		uint64_t now = now_ns();

		if (!l->count && (double)(now - l->start) > l->seconds * 1e9)
			l->stopping = true;
		for (int i = 0; i < n; i++) {
			struct conn *c = events[i].data.ptr;

			if (events[i].events & EPOLLOUT)
				send_rest(c);
			if (c->fd >= 0 && events[i].events & ~(uint32_t)EPOLLOUT)
				readable(l, c);
		}
		if (now - checked > 250000000) {
			check_patience(l);
			checked = now;
		}
	}
	l->end = now_ns();
}

static void print_report(const struct load *l)
{
	double seconds = (double)(l->end - l->start) / 1e9;

	printf("{\"requests\": %" PRIu64 ", \"seconds\": %.3f, \"per_second\": %.1f, "
	       "\"mb_per_second\": %.1f, \"errors\": %" PRIu64 ", \"refused\": %" PRIu64
	       ", \"connects\": %" PRIu64 ", \"broken\": %s, ",
		l->requests, seconds, (double)l->requests / seconds,
		(double)l->bytes / seconds / 1e6, l->errors, l->refused, l->connects,
		l->broken ? "true" : "false");
	printf("\"p50_us\": %.0f, \"p90_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f, "
	       "\"tracks\": {",
		histogram_at(&l->latency, 0.5), histogram_at(&l->latency, 0.9),
		histogram_at(&l->latency, 0.99), (double)l->latency.max / 1e3);
	for (size_t i = 0; i < l->scenario.n_tracks && l->scenario.n_tracks <= 200; i++)
		printf("%s\"%s\": %" PRIu64, i ? ", " : "", l->scenario.tracks[i].name,
			l->scenario.tracks[i].done);
	printf("}}\n");
	fflush(stdout);
}

static void release(struct load *l)
{
	for (unsigned i = 0; i < l->connections; i++) {
		buf_release(&l->conns[i].out);
		answer_release(&l->conns[i].answer);
	}
	if (l->log && fclose(l->log) != 0)
		load_die("the log", strerror(errno));
	free(l->conns);
	free(l->room);
	close(l->epoll);
	scenario_release(&l->scenario);
}

struct options {
	const char *connections, *seconds, *count, *close, *key, *region, *seed, *log, *ending,
		*patience, *room;
};

static void set_option(struct options *o, char *word)
{
	struct {
		const char *name;
		const char **value;
	} table[] = {{"connections", &o->connections}, {"seconds", &o->seconds},
		{"count", &o->count}, {"close", &o->close}, {"key", &o->key},
		{"region", &o->region}, {"seed", &o->seed}, {"log", &o->log},
		{"ending", &o->ending}, {"patience", &o->patience}, {"room", &o->room}};
	size_t n = strcspn(word, "=");

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (word[n] && strlen(table[i].name) == n && memcmp(table[i].name, word, n) == 0) {
			*table[i].value = word + n + 1;
			return;
		}
	load_die("no such option", word);
}

static void set_address(struct load *l, char *address)
{
	char *colon = strrchr(address, ':');

	l->host = xstrdup(address);
	l->to.sin_family = AF_INET;
	if (colon)
		*colon = '\0';
	if (!colon || inet_pton(AF_INET, address, &l->to.sin_addr) != 1)
		load_die("not an address like 127.0.0.1:4566", l->host);
	l->to.sin_port = htons((uint16_t)atoi(colon + 1));
}

static void prepare(struct load *l, const struct options *o)
{
	l->connections = (unsigned)atoi(o->connections);
	l->seconds = atof(o->seconds);
	l->count = strtoull(o->count, NULL, 10);
	l->close = *o->close == '1';
	l->ending = *o->ending == '1';
	l->room_for_values = (unsigned)atoi(o->room);
	l->patience = atof(o->patience);
	l->seed = strtoull(o->seed, NULL, 10);
	l->numbers = l->seed * 1000000000u;
	l->key = o->key;
	l->region = o->region;
	if (o->log && !(l->log = fopen(o->log, "w")))
		load_die(o->log, strerror(errno));
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->room = xmalloc(READ_SIZE);
	l->conns = xcalloc(l->connections, sizeof *l->conns);
	for (unsigned i = 0; i < l->connections; i++) {
		struct conn *c = &l->conns[i];

		c->fd = -1;
		c->number = i;
		buf_init(&c->out);
		answer_init(&c->answer);
	}
}

static int load(int n_words, char **words)
{
	struct options o = {.connections = "64",
		.seconds = "5",
		.count = "0",
		.close = "0",
		.region = "us-east-1",
		.seed = "1",
		.ending = "0",
		.patience = "30",
		.room = "8"};
	struct load *l = xcalloc(1, sizeof *l);
	int code;

	set_address(l, words[0]);
	scenario_read(&l->scenario, words[1]);
	for (int i = 2; i < n_words; i++)
		set_option(&o, words[i]);
	prepare(l, &o);
	run(l);
	print_report(l);
	code = l->errors ? 1 : 0;
	release(l);
	free((char *)l->host);
	free(l);
	return code;
}

/* --- how fast it is itself
 * -------------------------------------------------------------------------
 */

static void *answer_all(void *argument)
{
	int fd = (int)(intptr_t)argument;
	char room[4096];
	ssize_t got;

	while ((got = recv(fd, room, sizeof room - 1, 0)) > 0) {
		static const char big[1400000] = "<big>", small[500] = "<small>";
		bool is_big;
		size_t n;
		char head[100];

		room[got] = '\0';
		is_big = strstr(room, "big=1") != NULL;
		n = is_big ? sizeof big : sizeof small;
		snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
		send(fd, head, strlen(head), MSG_NOSIGNAL | MSG_MORE);
		for (size_t sent = 0; sent < n;) {
			ssize_t now =
				send(fd, (is_big ? big : small) + sent, n - sent, MSG_NOSIGNAL);

			if (now <= 0)
				break;
			sent += (size_t)now;
		}
	}
	close(fd);
	return NULL;
}

static _Noreturn void serve(int listener)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		pthread_t thread;

		if (fd >= 0 && pthread_create(&thread, NULL, answer_all, (void *)(intptr_t)fd) == 0)
			pthread_detach(thread);
	}
}

/* Writes a scenario of one request into a file without a name; its path. */
static void write_scenario(const char *text, char path[64])
{
	int fd = memfd_create("scenario", 0);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		load_die("no file for the scenario", strerror(errno));
	snprintf(path, 64, "/proc/self/fd/%d", fd);
}

static int measure_itself(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), code = 0;
	pid_t child;
	static const char *const scenarios[] = {
		"track 1 small-answers\n200\t<small>\t-\tAction=Small\n",
		"track 1 big-answers\n200\t<big>\t-\tAction=Big&big=1\n"};

	if (bind(listener, (struct sockaddr *)&at, size) != 0 || listen(listener, 1000) != 0)
		load_die("cannot listen", strerror(errno));
	getsockname(listener, (struct sockaddr *)&at, &size);
	child = fork();
	if (child == 0)
		serve(listener);
	for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
		char address[64], path[64];
		char *words[] = {address, path, (char[]){"seconds=2"}, (char[]){"connections=8"}};

		snprintf(address, sizeof address, "127.0.0.1:%d", ntohs(at.sin_port));
		write_scenario(scenarios[i], path);
		code |= load((int)ARRAY_LEN(words), words);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(listener);
	return code;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return measure_itself();
	if (argc < 3)
		load_die("usage", "bench-load HOST:PORT SCENARIO [OPTION=VALUE...]");
	return load(argc - 1, argv + 1);
}
