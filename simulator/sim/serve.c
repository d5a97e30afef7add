/* serve.c - worlds behind an endpoint; see sim.h. */
#include "http/door.h"
#include "sim/internal.h"

#include "base/mem.h"

#include <stdlib.h>

static struct world *enter(void *ctx, const char *key, struct err *e)
{
	const struct sim_endpoint *o = ctx;
	struct sim *s = o->enter(o->ctx, key, e);

	return s ? s->w : NULL;
}

static bool leave(void *ctx, struct err *e)
{
	const struct sim_endpoint *o = ctx;

	return o->leave(o->ctx, e);
}

static void did(void *ctx, const char *key, const char *text, size_t length)
{
	const struct sim_endpoint *o = ctx;

	o->did(o->ctx, key, text, length);
}

static void rest(void *ctx)
{
	const struct sim_endpoint *o = ctx;

	o->rest(o->ctx);
}

static struct world *reset(void *ctx, const char *key, struct err *e)
{
	const struct sim_endpoint *o = ctx;
	struct sim *s = o->reset(o->ctx, key, e);

	return s ? s->w : NULL;
}

static int64_t now(void *ctx)
{
	const struct sim_endpoint *o = ctx;

	return o->now(o->ctx);
}

static void log_line(void *ctx, const char *line)
{
	const struct sim_endpoint *o = ctx;

	o->log(o->ctx, line);
}

static void ready(void *ctx, const char *address)
{
	const struct sim_endpoint *o = ctx;

	o->ready(o->ctx, address);
}

static bool run(const struct sim_endpoint *o, const struct http_auth_keys *keys, struct err *e)
{
	static const enum door_pace pace[] = {
		[SIM_BY_CALLS] = DOOR_CALLS, [SIM_REAL] = DOOR_REAL, [SIM_INSTANT] = DOOR_INSTANT};
	struct door_options options = {
		.listen = o->listen,
		.name = o->name,
		.pace = pace[o->pace],
		.speed = o->speed,
		.world_per_key = o->world_per_key,
		.keys = keys,
		.worlds = {(void *)(uintptr_t)o, enter, leave, did, rest, reset, now,
			o->log ? log_line : NULL},
		.ready = ready,
	};

	return door_run(&options, o->stop, e);
}

bool sim_serve(const struct sim_endpoint *o, struct err *e)
{
	struct http_auth_key *all = xcalloc(o->n_keys + 1, sizeof *all);
	struct http_auth_keys keys = {all, o->n_keys};
	bool ok;

	for (size_t i = 0; i < o->n_keys; i++)
		all[i] = (struct http_auth_key){o->keys[i].account, o->keys[i].key,
			o->keys[i].secret, o->keys[i].name, o->keys[i].instructor};
	ok = run(o, o->n_keys ? &keys : NULL, e);
	free(all);
	return ok;
}
