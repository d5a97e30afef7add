/* admin.c - /_amidojo/...: how the endpoint is, what is in the world, its clock, its undo; see
 * door.h. */
#include "base/json.h"
#include "base/number.h"
#include "http/door-internal.h"
#include "http/overview.h"
#include "ops/call.h"
#include "wire/form.h"

#include <inttypes.h>
#include <string.h>

struct asked {
	struct door *d;
	const struct http_request *r;
	struct form query;
	struct http_reply *reply;
	struct buf issuer;
};

static bool is_read(const struct http_request *r)
{
	return strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
}

/* Steals. */
static void answer(struct asked *a, int status, json_t *value)
{
	a->reply->status = status;
	a->reply->type = "application/json";
	buf_clear(&a->reply->body);
	buf_add_json(&a->reply->body, value, JSON_COMPACT);
	buf_addc(&a->reply->body, '\n');
	json_decref(value);
}

static void refuse(struct asked *a, int status, const char *why)
{
	answer(a, status, json_pack("{s:s}", "error", why));
}

/* The world of a session is that of the key it began with. */
static const char *key_of(struct asked *a)
{
	const char *token = form_find(&a->query, "token");

	buf_clear(&a->issuer);
	if (token && ops_issuer_of_token(token, &a->issuer))
		return a->issuer.s;
	return form_find(&a->query, "key");
}

static struct world *enter(struct asked *a)
{
	return door_enter(a->d, key_of(a), a->reply);
}

/* The world has changed, and not by a call. */
static void note_change(struct asked *a, const struct world *w)
{
	a->d->o->worlds.did(a->d->o->worlds.ctx, key_of(a), NULL, 0);
	live_world(&a->d->live, w);
}

/* ---- what there is to ask ---- */

static void health(struct asked *a)
{
	answer(a, 200,
		json_pack("{s:s, s:s, s:s, s:b, s:b}", "status", "running", "world", a->d->o->name,
			"mode", door_mode(a->d), "world_per_key", a->d->o->world_per_key,
			"signatures_checked", a->d->o->keys != NULL));
}

static void state(struct asked *a)
{
	struct world *w = enter(a);

	if (!w)
		return;
	a->reply->type = "application/json";
	world_write(w, &a->reply->body);
}

static void overview(struct asked *a)
{
	struct world *w = enter(a);

	if (!w)
		return;
	a->reply->type = "application/json";
	http_overview(w, &a->reply->body);
}

static void events(struct asked *a)
{
	a->reply->type = "text/event-stream";
	buf_adds(&a->reply->headers, "Cache-Control: no-store\r\n");
	live_hello(a->d, &a->reply->body);
	a->reply->stream = true;
}

/* ---- what there is to do ---- */

static void reset(struct asked *a)
{
	const struct door_worlds *worlds = &a->d->o->worlds;
	struct err e = {0};
	struct world *w;

	wire_cache_clear(a->d->cache);
	w = worlds->reset(worlds->ctx, key_of(a), &e);
	if (!w) {
		refuse(a, 503, e.text);
		return;
	}
	note_change(a, w);
	answer(a, 200, json_pack("{s:s}", "status", "reset"));
}

static void tell_clock(struct asked *a, const struct world *w)
{
	char now[TIME_TEXT], then[TIME_TEXT];
	int64_t next;

	answer(a, 200,
		json_pack("{s:s, s:s?, s:s}", "now", time_text(world_now(w), now), "next",
			world_next_timer(w, &next) ? time_text(next, then) : NULL, "mode",
			door_mode(a->d)));
}

/* GET tells the time; POST with advance=15m lets it pass, with advance=next up to the next event.
 */
static void tell_or_pass(struct asked *a)
{
	const char *span = form_find(&a->query, "advance");
	struct world *w;
	int64_t ms = 0, next;
	bool to_next = span && strcmp(span, "next") == 0;

	if (is_read(a->r) && span) {
		refuse(a, 405, "POST lets time pass; GET only tells it");
		return;
	}
	if (!is_read(a->r) && (!span || (!to_next && !span_parse(span, &ms)))) {
		refuse(a, 400, "advance takes a span such as 15m, 1h30m or 7d, or next");
		return;
	}
	w = enter(a);
	if (!w)
		return;
	if (to_next)
		ms = world_next_timer(w, &next) && next > world_now(w) ? next - world_now(w) : 0;
	if (ms) {
		world_pass(w, world_now(w) + ms);
		note_change(a, w);
	}
	tell_clock(a, w);
}

static void take_back(struct asked *a, const char *(*turn)(struct world *w), const char *nothing)
{
	struct world *w = enter(a);
	const char *label = w ? turn(w) : NULL;

	if (!w)
		return;
	if (!label) {
		refuse(a, 409, nothing);
		return;
	}
	note_change(a, w);
	answer(a, 200, json_pack("{s:s}", "command", label));
}

static void undo(struct asked *a)
{
	take_back(a, world_undo, "there is nothing to undo");
}

static void redo(struct asked *a)
{
	take_back(a, world_redo, "there is nothing to redo");
}

/* ---- which it is ---- */

enum method { READS = 1, WRITES = 2 };

static const struct {
	const char *name;
	int methods;
	bool open; /* to anybody; the others to this machine alone once accounts are given */
	void (*run)(struct asked *a);
} things[] = {
	{"health", READS, true, health},
	{"state", READS, false, state},
	{"overview", READS, false, overview},
	{"events", READS, false, events},
	{"clock", READS | WRITES, false, tell_or_pass},
	{"reset", WRITES, false, reset},
	{"undo", WRITES, false, undo},
	{"redo", WRITES, false, redo},
};

/* A class may share the machine too: once there is an instructor, only they. */
static bool may_manage(const struct asked *a)
{
	const struct http_auth_keys *keys = a->d->o->keys;
	bool instructed = false;

	for (size_t i = 0; keys && i < keys->n; i++)
		instructed = instructed || keys->all[i].instructor;
	return !keys || (a->r->from_here && !instructed) || http_auth_instructor(keys, a->r);
}

static void run(struct asked *a, size_t i)
{
	int method = is_read(a->r) ? READS : strcmp(a->r->method, "POST") == 0 ? WRITES : 0;

	if (!(things[i].methods & method)) {
		buf_addf(&a->reply->headers, "Allow: %s\r\n",
			things[i].methods == READS    ? "GET"
			: things[i].methods == WRITES ? "POST"
						      : "GET, POST");
		refuse(a, 405, "not with this method");
	} else if (!things[i].open && !may_manage(a)) {
		buf_adds(&a->reply->headers, "WWW-Authenticate: Basic realm=\"amidojo\"\r\n");
		refuse(a, 401,
			"only from the machine that the endpoint runs on, or with an instructor's key");
	} else {
		things[i].run(a);
	}
}

void admin_answer(struct door *d, const struct http_request *r, struct http_reply *reply)
{
	static const char begin[] = "/_amidojo/";
	struct asked a = {.d = d, .r = r, .query = FORM_INIT, .reply = reply, .issuer = BUF_INIT};
	const char *name = r->path + sizeof begin - 1;
	size_t i;

	if (r->query && !form_read(&a.query, r->query, strlen(r->query))) {
		refuse(&a, 400, "too many parameters");
	} else {
		for (i = 0; i < ARRAY_LEN(things) && strcmp(things[i].name, name) != 0; i++)
			;
		if (i < ARRAY_LEN(things))
			run(&a, i);
		else
			refuse(&a, 404,
				"there is health, state, overview, events, clock, reset, undo, redo");
	}
	form_release(&a.query);
	buf_release(&a.issuer);
}
