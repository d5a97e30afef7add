/* door.c - an HTTP request on its way to a call on a world, and back; see door.h. */
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/door-internal.h"
#include "http/page.h"
#include "http/trouble.h"
#include "ops/call.h"
#include "ops/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

enum { REQUEST_ID = 40, CACHE_BYTES = 32 << 20, TOLD = 400 };

/* A request for AWS, as far as it has come. */
struct knock {
	struct door *d;
	const struct http_request *r;
	struct http_reply *reply;
	struct wire_reading reading;
	struct ops_answer answer;
	struct http_caller caller;
	struct world *w;
	char id[REQUEST_ID];
	bool changed;
};

/* ---- small things ---- */

static const struct model_service *ec2(void)
{
	return model_find_service("ec2");
}

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Request ids are the endpoint's own: a world knows nothing of them. */
static void make_request_id(struct door *d, char out[REQUEST_ID])
{
	uint64_t a = mix(d->request_id++), b = mix(~d->request_id);

	snprintf(out, REQUEST_ID, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
		(unsigned)(0x8000 | (b >> 48 & 0x3fff)), b & UINT64_C(0xffffffffffff));
}

static int64_t micros(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

const char *door_mode(const struct door *d)
{
	static const char *const names[] = {
		[DOOR_CALLS] = "calls", [DOOR_REAL] = "real", [DOOR_INSTANT] = "instant"};

	return names[d->o->pace];
}

/* ---- worlds and their clocks ---- */

struct world *door_enter(struct door *d, const char *key, struct http_reply *reply)
{
	const struct door_worlds *worlds = &d->o->worlds;
	struct err e = {0};
	struct world *w = worlds->enter(worlds->ctx, key, &e);

	if (w)
		/* cppcheck-suppress returnDanglingLifetime ; it is no part of `e` */
		return w;
	reply->status = 503;
	reply->type = "text/plain; charset=utf-8";
	buf_clear(&reply->body);
	buf_addf(&reply->body, "%s\n", e.text);
	return NULL;
}

int64_t door_elapsed(struct door *d, const char *key)
{
	const char *name = d->o->world_per_key && key ? key : "";
	struct door_clock *c = map_get(&d->clocks, name);
	int64_t now = d->o->worlds.now(d->o->worlds.ctx), real;

	if (!c) {
		c = xcalloc(1, sizeof *c);
		*c = (struct door_clock){xstrdup(name), now};
		map_add(&d->clocks, c->key, c);
	}
	real = now > c->at_ms ? now - c->at_ms : 0;
	c->at_ms = now;
	if (d->o->pace == DOOR_REAL)
		return (int64_t)((double)real * d->o->speed);
	return real > OPS_TICK_MS ? real : OPS_TICK_MS;
}

static void forget_clock(const char *key, void *clock)
{
	(void)key;
	free(((struct door_clock *)clock)->key);
	free(clock);
}

/* ---- who may knock ---- */

/* The name in a Host header or an origin, without its port. */
static size_t host_length(const char *host)
{
	const char *end = *host == '[' ? strchr(host, ']') : strchr(host, ':');

	if (*host == '[')
		return end ? (size_t)(end - host) + 1 : strlen(host);
	return end ? (size_t)(end - host) : strlen(host);
}

static bool ends_with(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && strncasecmp(s + n - m, end, m) == 0;
}

/* A page of somebody else's whose name was made to lead to this machine (DNS rebinding) comes with
 * that name: an address or localhost cannot be such a name. */
static bool host_is_ours(const struct door *d, const char *host)
{
	size_t n = host_length(host), own = host_length(d->o->listen);

	if (*host == '[' || (n && strspn(host, "0123456789.") == n))
		return true;
	if ((n == 9 && ends_with(host, n, "localhost")) || ends_with(host, n, ".localhost"))
		return true;
	return n == own && strncasecmp(host, d->o->listen, n) == 0;
}

/* "http://HOST/..." names the host that the request is for; NULL: nothing is named. */
static bool names_host(const char *url, const char *host)
{
	const char *name = url ? strstr(url, "://") : NULL;
	size_t n = name ? strcspn(name + 3, "/") : 0;

	return !url || (name && host && strlen(host) == n && strncasecmp(name + 3, host, n) == 0);
}

/* Another site's page may send a form here without asking, or name an address here as that of a
 * picture: a browser says so in one of these. */
static bool site_is_ours(const struct http_request *r)
{
	const char *host = http_header_of(r, "host");
	const char *site = http_header_of(r, "sec-fetch-site");

	return (!site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0) &&
	       names_host(http_header_of(r, "origin"), host) &&
	       names_host(http_header_of(r, "referer"), host);
}

/* ---- what a request asks for ---- */

static bool has_action(const char *query)
{
	return query && (strncmp(query, "Action=", 7) == 0 || strstr(query, "&Action="));
}

/* A browser, and no call. */
static bool wants_page(const struct http_request *r)
{
	return (strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0) &&
	       !has_action(r->query) && !http_header_of(r, "authorization") &&
	       !http_header_of(r, "x-amz-target");
}

static struct wire_request wire_request_of(const struct http_request *r, const char *scope)
{
	return (struct wire_request){
		.method = r->method,
		.path = r->path,
		.query = r->query,
		.type = http_header_of(r, "content-type"),
		.target = http_header_of(r, "x-amz-target"),
		.scope = scope,
		.body = r->body,
		.length = r->length,
	};
}

/* ---- the call ---- */

static bool call(struct knock *k)
{
	const struct model_operation *op = k->reading.op;
	struct buf label = BUF_INIT, record = BUF_INIT;
	uint64_t steps = world_done(k->w);
	struct ops_caller who = {
		.account = k->caller.account,
		.region = k->caller.region,
		.arn = k->caller.arn,
		.user_id = k->caller.user_id,
		.key = k->caller.key,
		.unfitted = true,
		.instant = k->d->o->pace == DOOR_INSTANT,
		.elapsed_ms = door_elapsed(k->d, k->caller.world_key),
	};
	bool ok;

	buf_addf(&label, "aws %s %s", model_text(k->reading.service->command), model_text(op->cli));
	who.label = label.s;
	ok = ops_call(k->w, &who, op, k->reading.request, &k->answer);
	k->changed = world_done(k->w) != steps;
	ops_record(&who, op, k->reading.request, k->changed, &record);
	k->d->o->worlds.did(k->d->o->worlds.ctx, k->caller.world_key, record.s, record.len);
	buf_release(&record);
	buf_release(&label);
	if (k->changed)
		live_world(&k->d->live, k->w);
	return ok;
}

static bool names_no_operation(const struct knock *k)
{
	return k->reading.trouble == WIRE_NO_ACTION || k->reading.trouble == WIRE_NO_OPERATION;
}

/* Everything from the bytes to the answer or a fault. Who calls is judged before what is wrong with
 * the call, as AWS does, and a world is entered only for what could be a call. */
static bool carry_out(struct knock *k)
{
	struct wire_request request;
	struct http_auth auth = {
		.r = k->r,
		.keys = k->d->o->keys,
		.now_ms = k->d->o->worlds.now(k->d->o->worlds.ctx),
		.world_per_key = k->d->o->world_per_key,
		.real_time = k->d->o->pace == DOOR_REAL && k->d->o->speed <= 1,
	};
	bool readable;

	http_caller_read(&k->caller, k->r);
	request = wire_request_of(k->r, k->caller.service);
	readable = wire_request_read(&request, &k->reading);
	auth.service = k->reading.service;
	if (names_no_operation(k) && k->caller.service && !model_find_service(k->caller.service))
		return ops_refuse(&k->answer, FAULT_NO_SUCH_SERVICE, k->caller.service);
	if (!http_auth_admit(&auth, &k->caller, &k->answer))
		return false;
	if (!ops_has_region(k->caller.region))
		return ops_refuse(&k->answer, FAULT_REGION_NOT_ENABLED);
	if (!readable && !auth.keys)
		return http_refuse(&k->answer, &k->reading);
	k->w = door_enter(k->d, k->caller.world_key, k->reply);
	if (!k->w)
		return ops_refuse(&k->answer, FAULT_UNAVAILABLE);
	if (!http_auth_settle(&auth, k->w, &k->caller, &k->answer))
		return false;
	return readable ? call(k) : http_refuse(&k->answer, &k->reading);
}

/* ---- the answer ---- */

static void write_headers(struct knock *k)
{
	struct buf *out = &k->reply->headers;

	buf_addf(out, "x-amzn-RequestId: %s\r\n", k->id);
	if (k->d->o->pace != DOOR_REAL)
		buf_adds(out, "x-amidojo-clock: virtual\r\n");
	if (!k->answer.value && k->reading.service->protocol == MODEL_REST_JSON)
		buf_addf(out, "x-amzn-ErrorType: %s\r\n", k->answer.code);
}

static void write_reply(struct knock *k)
{
	const struct fault_detail *detail = k->answer.detail;
	struct http_reply *reply = k->reply;
	json_t *more;

	buf_clear(&reply->body);
	reply->type = wire_type(k->reading.service);
	write_headers(k);
	if (k->answer.value) {
		reply->status = 200;
		wire_answer_write(k->reading.op, k->answer.value, k->id, k->d->cache, &reply->body);
		return;
	}
	reply->status = k->answer.http;
	more = detail ? json_pack("{s:s}", detail->member, detail->value) : NULL;
	wire_fault_write(k->reading.service, k->answer.code, k->answer.http, k->answer.text.s, more,
		k->id, &reply->body);
	json_decref(more);
}

/* ---- what is told of it ---- */

static void log_call(const struct knock *k, int64_t took)
{
	const struct door_worlds *worlds = &k->d->o->worlds;
	const struct model_operation *op = k->reading.op;
	struct buf line = BUF_INIT;
	char time[TIME_TEXT];

	if (!worlds->log)
		return;
	buf_addf(&line, "%s %s %s %s %s:%s %d %s %.3f ms",
		time_text(worlds->now(worlds->ctx), time), k->r->peer, k->caller.account,
		k->caller.region, model_text(k->reading.service->name),
		op ? model_text(op->name) : "-", k->reply->status,
		k->answer.value ? "-" : k->answer.code, (double)took / 1000);
	worlds->log(worlds->ctx, line.s);
	buf_release(&line);
}

static const char *region_name(const char *region)
{
	const struct region_facts *r = region ? region_find(region) : NULL;

	return r ? r->name : "";
}

/* "kim" of arn:aws:iam::123456789012:user/kim, "kim" of an assumed role's session. */
static char *user_name(const struct http_caller *caller)
{
	const char *slash = caller->arn ? strrchr(caller->arn, '/') : NULL;

	return slash ? xstrdup(slash + 1) : NULL;
}

/* A fault may quote what a request had megabytes of. */
static char *shortened(const struct buf *text)
{
	size_t n = text->len <= TOLD ? text->len : text_fit(text->s, TOLD, TOLD);

	return xstrndup(text->s, n);
}

static void tell(struct knock *k, int64_t took)
{
	struct live_call call = {
		.at_ms = k->w ? world_now(k->w) : k->d->live.now_ms,
		.who = user_name(&k->caller),
		.region = region_name(k->caller.region),
		.op = k->reading.op,
		.service = k->reading.service,
		.code = k->answer.value ? "" : k->answer.code,
		.text = k->answer.value ? NULL : shortened(&k->answer.text),
		.status = k->reply->status,
		.micros = took,
		.changed = k->changed,
	};

	k->d->live.now_ms = call.at_ms;
	snprintf(call.account, sizeof call.account, "%s", k->caller.account);
	live_add(&k->d->live, &call);
	log_call(k, took);
}

static void aws_answer(struct door *d, const struct http_request *r, struct http_reply *reply)
{
	struct knock k = {.d = d,
		.r = r,
		.reply = reply,
		.reading = WIRE_READING_INIT,
		.answer = OPS_ANSWER_INIT,
		.caller = HTTP_CALLER_INIT};
	int64_t began = micros();

	make_request_id(d, k.id);
	carry_out(&k);
	write_reply(&k);
	reply->mark = (int)(k.reading.service - model_services);
	tell(&k, micros() - began);
	ops_answer_release(&k.answer);
	wire_reading_release(&k.reading);
	http_caller_release(&k.caller);
}

/* ---- the server's callbacks ---- */

/* An error of no operation: as EC2 would write it, or the service whose number is in the mark. */
static void write_error(struct door *d, enum fault_id fault, const struct model_service *s,
	struct http_reply *reply)
{
	char id[REQUEST_ID];

	make_request_id(d, id);
	buf_clear(&reply->body);
	buf_clear(&reply->headers);
	reply->status = faults[fault].http;
	reply->type = wire_type(s);
	buf_addf(&reply->headers, "x-amzn-RequestId: %s\r\n", id);
	wire_fault_write(s, faults[fault].code, faults[fault].http, faults[fault].text, NULL, id,
		&reply->body);
}

static void answer(void *ctx, const struct http_request *r, struct http_reply *reply)
{
	static const char admin[] = "/_amidojo/";
	struct door *d = ctx;
	const char *host = http_header_of(r, "host");

	if (host && !d->o->keys &&
		!host_is_ours(d, host)) /* with keys it would have to be signed */
		write_error(d, FAULT_FOREIGN_HOST, ec2(), reply);
	else if (wants_page(r) && http_page_answer(r, reply))
		return;
	else if (!site_is_ours(r))
		write_error(d, FAULT_FOREIGN_ORIGIN, ec2(), reply);
	else if (strncmp(r->path, admin, sizeof admin - 1) == 0)
		admin_answer(d, r, reply);
	else
		aws_answer(d, r, reply);
}

static bool settle(void *ctx)
{
	struct door *d = ctx;
	struct err e = {0};

	if (d->o->worlds.leave(d->o->worlds.ctx, &e)) {
		live_tell(d, false);
		return true;
	}
	if (d->o->worlds.log)
		d->o->worlds.log(d->o->worlds.ctx, e.text);
	return false;
}

static void spoil(void *ctx, struct http_reply *reply)
{
	write_error(ctx, FAULT_NOT_KEPT, &model_services[reply->mark], reply);
}

static void refuse(void *ctx, enum http_refusal why, struct http_reply *reply)
{
	static const enum fault_id fault[] = {
		[HTTP_BAD_REQUEST] = FAULT_BAD_HTTP,
		[HTTP_TIMEOUT] = FAULT_REQUEST_TIMEOUT,
		[HTTP_BODY_TOO_BIG] = FAULT_BODY_TOO_BIG,
		[HTTP_HEAD_TOO_BIG] = FAULT_HEAD_TOO_BIG,
		[HTTP_NO_ROOM] = FAULT_UNAVAILABLE,
		[HTTP_TOO_FAST] = FAULT_TOO_FAST,
	};

	write_error(ctx, fault[why], ec2(), reply);
}

/* While somebody watches, transitions happen though nobody calls. */
static void pass_time(struct door *d)
{
	const struct door_worlds *worlds = &d->o->worlds;
	struct door_clock *c = map_get(&d->clocks, "");
	struct err e = {0};
	struct world *w;
	int64_t next, now, real = worlds->now(worlds->ctx);

	if (!c || real <= c->at_ms || !(w = worlds->enter(worlds->ctx, NULL, &e)))
		return;
	now = world_now(w) +
	      (int64_t)((double)(real - c->at_ms) * (d->o->pace == DOOR_REAL ? d->o->speed : 1));
	if (world_next_timer(w, &next) && next <= now) {
		c->at_ms = real;
		world_pass(w, now);
		worlds->did(worlds->ctx, NULL, NULL, 0);
		live_world(&d->live, w);
	}
	worlds->leave(worlds->ctx, &e);
}

static void tick(void *ctx)
{
	struct door *d = ctx;

	if (http_streams(d->server) && !d->o->world_per_key)
		pass_time(d);
	live_tell(d, true);
	d->o->worlds.rest(d->o->worlds.ctx);
}

/* ---- its life ---- */

static bool check_listen(const struct door_options *o, struct err *e)
{
	if (o->keys || http_address_is_loopback(o->listen))
		return true;
	return err_set(e, ERR_USAGE,
		_("%s can be reached from other machines, so callers have to sign: name their keys with --accounts FILE, or listen on 127.0.0.1"),
		o->listen);
}

bool door_run(const struct door_options *o, const volatile int *stop, struct err *e)
{
	struct door d = {.o = o};
	struct http_handler handler = {&d, answer, settle, spoil, refuse, tick};

	if (!check_listen(o, e))
		return false;
	d.server = http_server_new(o->listen, &http_limits_default, &handler, e);
	if (!d.server)
		return false;
	if (getrandom(&d.request_id, sizeof d.request_id, 0) != sizeof d.request_id)
		d.request_id = (uint64_t)micros();
	d.cache = wire_cache_new(CACHE_BYTES);
	o->ready(o->worlds.ctx, http_server_address(d.server));
	http_server_run(d.server, stop);
	http_server_free(d.server);
	wire_cache_free(d.cache);
	live_release(&d.live);
	map_each(&d.clocks, forget_clock);
	map_release(&d.clocks);
	return true;
}
