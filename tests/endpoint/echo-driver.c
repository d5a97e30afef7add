/* echo-driver.c - a server whose answers tell what was asked: echo-driver [NAME=NUMBER...]
 * [ADDRESS]
 *
 * NAME is a member of struct http_limits, or `files` (descriptors it may have). It prints its
 * address when it is ready, and when it is stopped how often each function of its was called.
 *
 *   /echo     method, path, query, headers, and body's length and text
 *   /big?N    N bytes
 *   /slow?N   after N ms
 *   /spoil    an answer that cannot be kept
 *   /stream   a stream; /say?TEXT sends TEXT to all streams; /flood?N sends N bytes to them
 *   /close    closes the connection; /none has no body
 */
#include "base/mem.h"
#include "http/server.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static volatile int stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

struct echo {
	struct http_server *server;
	struct buf said;
	int answers, settles, spoils, refusals, ticks;
	bool lost;
};

/* So many bytes at once: a test measures the server, not this. */
static void fill(struct buf *b, char c, const char *n)
{
	size_t bytes = strtoul(n, NULL, 10);
	char *s = xmalloc(bytes + 1);

	memset(s, c, bytes);
	s[bytes] = '\0';
	buf_release(b);
	*b = (struct buf){.s = s, .len = bytes, .cap = bytes + 1};
}

static void echo(const struct http_request *r, struct buf *b)
{
	buf_addf(b, "%s %s %s\nfrom %s %d\n", r->method, r->path, r->query ? r->query : "-",
		r->peer, r->from_here);
	for (size_t i = 0; i < r->n_headers; i++)
		buf_addf(b, "%s=%s.\n", r->headers[i].name, r->headers[i].value);
	buf_addf(b, "%zu %zu\n", r->length, strlen(r->body));
	buf_add(b, r->body, r->length);
}

static void answer(void *ctx, const struct http_request *r, struct http_reply *reply)
{
	struct echo *e = ctx;
	const char *query = r->query ? r->query : "";

	e->answers++;
	reply->type = "text/plain";
	reply->mark = e->answers;
	if (!strcmp(r->path, "/big"))
		fill(&reply->body, 'x', query);
	else if (!strcmp(r->path, "/echo"))
		echo(r, &reply->body);
	else if (!strcmp(r->path, "/none"))
		reply->status = 204;
	else
		buf_adds(&reply->body, "ok\n");
	if (!strcmp(r->path, "/slow"))
		usleep((useconds_t)strtoul(query, NULL, 10) * 1000);
	e->lost = e->lost || !strcmp(r->path, "/spoil");
	reply->close = !strcmp(r->path, "/close");
	reply->stream = !strcmp(r->path, "/stream");
	if (!strcmp(r->path, "/say"))
		buf_adds(&e->said, query);
	if (!strcmp(r->path, "/flood"))
		fill(&e->said, 'y', query);
	buf_adds(&reply->headers, "X-Echo: yes\r\n");
}

static bool settle(void *ctx)
{
	struct echo *e = ctx;
	bool kept = !e->lost;

	e->settles++;
	e->lost = false;
	if (e->said.len)
		http_broadcast(e->server, e->said.s, e->said.len);
	buf_release(&e->said);
	return kept;
}

static void spoil(void *ctx, struct http_reply *reply)
{
	struct echo *e = ctx;

	e->spoils++;
	reply->status = 507;
	reply->type = "text/plain";
	buf_addf(&reply->body, "lost%s\n", reply->mark ? "" : " mark");
}

static void refuse(void *ctx, enum http_refusal why, struct http_reply *reply)
{
	static const struct {
		int status;
		const char *name;
	} kinds[] = {
		[HTTP_BAD_REQUEST] = {400, "bad"},
		[HTTP_TIMEOUT] = {408, "timeout"},
		[HTTP_BODY_TOO_BIG] = {413, "body"},
		[HTTP_HEAD_TOO_BIG] = {431, "head"},
		[HTTP_NO_ROOM] = {503, "room"},
		[HTTP_TOO_FAST] = {503, "fast"},
	};
	struct echo *e = ctx;

	e->refusals++;
	reply->status = kinds[why].status;
	reply->type = "text/plain";
	buf_addf(&reply->body, "refused %s\n", kinds[why].name);
}

static void tick(void *ctx)
{
	struct echo *e = ctx;

	e->ticks++;
	if (http_streams(e->server))
		http_broadcast(e->server, "tick\n", 5);
}

static void limit_files(rlim_t n)
{
	struct rlimit l = {.rlim_cur = n, .rlim_max = n};

	if (setrlimit(RLIMIT_NOFILE, &l))
		exit(3);
}

/* One "name=number"; false: it is none. */
static bool set(struct http_limits *l, const char *word)
{
	const struct {
		const char *name;
		int *number;
		size_t *size;
	} names[] = {
		{"head", NULL, &l->head},
		{"body", NULL, &l->body},
		{"connections", &l->connections, NULL},
		{"connections_peer", &l->connections_peer, NULL},
		{"head_ms", &l->head_ms, NULL},
		{"body_ms", &l->body_ms, NULL},
		{"write_ms", &l->write_ms, NULL},
		{"idle_ms", &l->idle_ms, NULL},
		{"rate", &l->rate, NULL},
	};
	const char *equal = strchr(word, '=');
	unsigned long value;

	if (!equal)
		return false;
	value = strtoul(equal + 1, NULL, 10);
	if (!strncmp(word, "files=", 6))
		limit_files(value);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strlen(names[i].name) != (size_t)(equal - word) ||
			strncmp(names[i].name, word, (size_t)(equal - word)))
			continue;
		if (names[i].size)
			*names[i].size = value;
		else
			*names[i].number = (int)value;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct echo e = {.said = BUF_INIT};
	struct http_handler handler = {&e, answer, settle, spoil, refuse, tick};
	struct http_limits limits = http_limits_default;
	struct sigaction action = {.sa_handler = on_signal};
	const char *address = "127.0.0.1:0";
	struct err err = {0};

	for (int i = 1; i < argc; i++)
		if (!set(&limits, argv[i]))
			address = argv[i];
	sigaction(SIGTERM, &action, NULL);
	e.server = http_server_new(address, &limits, &handler, &err);
	if (!e.server) {
		printf("error %d %s\n", err.code, err.text);
		return 2;
	}
	printf("ready %s %d %d\n", http_server_address(e.server), http_server_port(e.server),
		http_address_is_loopback(address));
	fflush(stdout);
	http_server_run(e.server, &stop);
	http_server_free(e.server);
	buf_release(&e.said);
	printf("answers=%d settles=%d spoils=%d refusals=%d ticks=%d\n", e.answers, e.settles,
		e.spoils, e.refusals, e.ticks);
	return 0;
}
