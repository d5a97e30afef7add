/* live.c - calls and changes as server-sent events, for the page; see door.h. */
#include "base/json.h"
#include "base/mem.h"
#include "http/door-internal.h"
#include "ops/call.h"

#include <string.h>

enum { TELL_EVERY_MS = 200 };

void live_add(struct live *l, const struct live_call *call)
{
	struct live_call *slot = &l->calls[l->n++ % LIVE_CALLS];

	free(slot->text);
	free(slot->who);
	*slot = *call;
}

void live_world(struct live *l, const struct world *w)
{
	l->world_changed = true;
	l->steps = world_done(w);
	l->now_ms = world_now(w);
}

void live_release(struct live *l)
{
	for (size_t i = 0; i < LIVE_CALLS; i++) {
		free(l->calls[i].text);
		free(l->calls[i].who);
	}
}

/* "event: NAME\ndata: {...}\n\n"; steals. */
static void add_event(struct buf *out, const char *name, json_t *data)
{
	buf_addf(out, "event: %s\ndata: ", name);
	buf_add_json(out, data, JSON_COMPACT);
	buf_adds(out, "\n\n");
	json_decref(data);
}

static void add_call(struct buf *out, const struct live_call *c)
{
	char time[TIME_TEXT];

	add_event(out, "call",
		json_pack("{s:s, s:s, s:s*, s:s, s:s, s:s, s:s, s:s, s:i, s:f, s:b}", "time",
			time_text(c->at_ms, time), "account", c->account, "who", c->who, "region",
			c->region, "service", model_text(c->service->name), "operation",
			c->op ? model_text(c->op->name) : "", "code", c->code, "text",
			c->text ? c->text : "", "status", c->status, "ms", (double)c->micros / 1000,
			"changed", c->changed));
}

/* Of calls that came faster than anybody reads the latest are told. */
static void add_calls(struct buf *out, const struct live *l, uint64_t from)
{
	if (l->n - from > LIVE_CALLS)
		from = l->n - LIVE_CALLS;
	for (; from < l->n; from++)
		add_call(out, &l->calls[from % LIVE_CALLS]);
}

void live_hello(const struct door *d, struct buf *out)
{
	add_event(out, "hello",
		json_pack("{s:s, s:s, s:f}", "world", d->o->name, "mode", door_mode(d), "speed",
			d->o->pace == DOOR_REAL ? d->o->speed : 1.0));
	add_calls(out, &d->live, 0);
}

void live_tell(struct door *d, bool now)
{
	struct live *l = &d->live;
	int64_t real = d->o->worlds.now(d->o->worlds.ctx);
	struct buf out = BUF_INIT;
	char time[TIME_TEXT];

	if (!now && real - l->told_at_ms >= 0 && real - l->told_at_ms < TELL_EVERY_MS)
		return;
	if (http_streams(d->server) && (l->n > l->told || l->world_changed)) {
		add_calls(&out, l, l->told);
		if (l->world_changed)
			add_event(&out, "world",
				json_pack("{s:I, s:s}", "steps", (json_int_t)l->steps, "now",
					time_text(l->now_ms, time)));
		http_broadcast(d->server, out.s, out.len);
		l->told_at_ms = real;
	}
	l->told = l->n;
	l->world_changed = false;
	buf_release(&out);
}
