/*
 * door-internal.h - what the files of the door share.
 */
#ifndef HTTP_DOOR_INTERNAL_H
#define HTTP_DOOR_INTERNAL_H

#include "base/map.h"
#include "http/door.h"
#include "ops/ops.h"
#include "wire/wire.h"

/* A call, as the page is told of it. */
struct live_call {
	int64_t at_ms; /* in the world */
	char account[16];
	char *who;                        /* the user's name; owned; NULL: nobody in particular */
	const char *region;               /* constant, or "" */
	const struct model_operation *op; /* NULL: none was found */
	const struct model_service *service;
	const char *code; /* of the fault: constant; "" */
	char *text;       /* of the fault; owned; NULL */
	int status;
	int64_t micros;
	bool changed;
};

enum { LIVE_CALLS = 200 };

/* What is told to the page. `told` of the `n` calls that ever were have been. */
struct live {
	struct live_call calls[LIVE_CALLS];
	uint64_t n, told;
	bool world_changed;
	uint64_t steps;
	int64_t now_ms;     /* in the world */
	int64_t told_at_ms; /* really */
};

/* When a world was last called; by its key. */
struct door_clock {
	char *key;
	int64_t at_ms;
};

struct door {
	const struct door_options *o;
	struct http_server *server;
	struct wire_cache *cache;
	struct live live;
	struct map clocks;
	uint64_t request_id; /* state of their sequence */
};

/* The world of a key for this turn; NULL: told in `reply` as a 503. */
struct world *door_enter(struct door *d, const char *key, struct http_reply *reply);
/* How far the world's clock goes on now. */
int64_t door_elapsed(struct door *d, const char *key);
const char *door_mode(const struct door *d);

/* /_amidojo/... */
void admin_answer(struct door *d, const struct http_request *r, struct http_reply *reply);

void live_add(struct live *l, const struct live_call *call); /* takes its texts */
void live_world(struct live *l, const struct world *w);
void live_release(struct live *l);
/* Tells the streams what is new, not more often than five times a second unless `now`. */
void live_tell(struct door *d, bool now);
/* What a new stream is told first. */
void live_hello(const struct door *d, struct buf *out);

#endif
