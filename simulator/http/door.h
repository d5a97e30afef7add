/*
 * door.h - the second door to a world: AWS requests over HTTP become the calls that the command
 * line makes.
 *
 *   door.c    a request: who may knock, whose world it is, the call, the answer in its protocol
 *   auth.c    signatures and the accounts they belong to
 *   admin.c   /_amidojo/...: health, state, clock, reset, undo, what the page shows
 *   live.c    what is told to the page as it happens
 *   page.c    the page itself
 *
 * A door owns no world: it enters one when a request needs it, and leaves all of them before
 * anything is answered, so what is acknowledged is kept.
 */
#ifndef HTTP_DOOR_H
#define HTTP_DOOR_H

#include "base/err.h"
#include "http/auth.h"
#include "http/server.h"
#include "world/world.h"

#include <stdbool.h>
#include <stdint.h>

/* How a world's clock goes on between calls. */
enum door_pace {
	DOOR_CALLS, /* by OPS_TICK_MS a call as on the command line, or as much as has really passed
		     */
	DOOR_REAL,  /* as the real clock does, times `speed` */
	DOOR_INSTANT, /* as DOOR_CALLS; and what a call begins has happened when it is answered */
};

struct door_worlds {
	void *ctx;
	/* The world of an access key (NULL: of a request without one). It stays entered until
	 * `leave`; NULL and an error if it cannot be used. */
	struct world *(*enter)(void *ctx, const char *key, struct err *e);
	/* Keeps what has changed in all that were entered. False: in none of them it is. */
	bool (*leave)(void *ctx, struct err *e);
	/* What was done in the world of a key that is entered: a text for ops_replay; NULL:
	 * something that has none. */
	void (*did)(void *ctx, const char *key, const char *text, size_t n);
	/* Nobody is in a world now: what is only written down as calls may be kept. */
	void (*rest)(void *ctx);
	/* Begins it anew; it is not entered then, or it is and comes back as another pointer. */
	struct world *(*reset)(void *ctx, const char *key, struct err *e);
	int64_t (*now)(void *ctx); /* the real clock: UTC, milliseconds */
	/* A line of the request log, without secrets; a NULL function: no log. */
	void (*log)(void *ctx, const char *line);
};

struct door_options {
	const char *listen, *name; /* of the world, for the page */
	enum door_pace pace;
	double speed; /* of DOOR_REAL */
	bool world_per_key;
	const struct http_auth_keys *keys; /* NULL: signatures are not checked */
	struct door_worlds worlds;
	/* Called once when requests can come. */
	void (*ready)(void *ctx, const char *address);
};

/* Serves until *stop is not 0. False: it could not begin. */
bool door_run(const struct door_options *o, const volatile int *stop, struct err *e);

#endif
