/* host.c - see host.h. */
#include "app/host.h"

#include "app/memory.h"
#include "base/intl.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* So many worlds stay open; of more, the one that was used longest ago is closed (it is kept). */
enum { OPEN_WORLDS = 64 };

/* To do so many bytes of calls again takes half a second. */
enum { MOST_CALLS = 2 << 20 };

enum { RESTS_PUT_OFF = 10 };

enum { NAME_WITH_KEY = 31 }; /* of 64, with a dot and a key of 32 */

/* For undo over the endpoint: a step holds what it changed, and calls come by the thousand. */
enum { STEPS = 128 };

/* One who holds a world's file for long keeps all others waiting, for there is one thread. */
enum { BUSY_MS = 200 };

struct guest {
	char *name; /* of the world */
	struct app_world world;
	bool entered;
	bool whole;        /* something was done that is no call: the world itself has to be kept */
	struct buf calls;  /* of this turn */
	size_t kept_calls; /* bytes of calls in the file */
	bool called;       /* since the latest rest */
	int put_off;       /* rests that were none, because there were calls */
	uint64_t used;     /* when: rises */
};

struct host {
	struct app *app;
	char *name;
	bool world_per_key;
	const char *images;
	struct guest *guests[OPEN_WORLDS];
	size_t n;
	uint64_t uses;
	bool failed; /* something of this turn could not be kept: its answers are not to go out */
	struct err told; /* the latest error on standard error: not the same again and again */
};

/* Whoever runs the endpoint has to know; clients get a fault that says no more than that. */
static void complain(struct host *h, const struct err *e)
{
	if (strcmp(h->told.text, e->text) != 0)
		fprintf(stderr, "amidojo: %s\n", e->text);
	h->told = *e;
}

/* ---- names ---- */

static bool plain(const char *key)
{
	size_t n = strlen(key);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)key[i]))
			return false;
	return n > 0 && n <= 32;
}

/* The world of a key is called after it; a key that is no name is called by its sum. */
static char *name_of(const struct host *h, const char *key)
{
	struct buf name = BUF_INIT;

	buf_adds(&name, h->name);
	if (h->world_per_key && key && plain(key))
		buf_addf(&name, ".%s", key);
	else if (h->world_per_key && key)
		buf_addf(&name, ".%016llx", (unsigned long long)XXH3_64bits(key, strlen(key)));
	return buf_detach(&name);
}

/* ---- opening ---- */

static void forget(struct guest *g)
{
	app_world_close(&g->world);
	buf_release(&g->calls);
	free(g->name);
	free(g);
}

static struct guest *find(const struct host *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->guests[i]->name, name) == 0)
			return h->guests[i];
	return NULL;
}

/* What an endpoint keeps are calls, without the lab's record beside them: what is handed in later
 * would not lead to its state, and would be taken for edited. */
static bool is_lab(struct guest *g, struct err *e)
{
	if (!g->world.lab)
		return false;
	app_world_leave_unchanged(&g->world);
	err_set(e, ERR_CONFLICT,
		_("'%s' is a lab's world, and an endpoint puts nothing on its record. Work in it with 'amidojo shell' or 'amidojo sim', or serve another world: --world NAME"),
		g->name);
	return true;
}

static bool enter(struct guest *g, struct err *e)
{
	if (!g->entered && (!app_world_enter(&g->world, e) || is_lab(g, e)))
		return false;
	g->entered = true;
	if (g->world.replayed) /* it was opened anew: calls are in the file */
		g->kept_calls = g->world.replayed;
	g->world.replayed = 0;
	return true;
}

/* On failure the calls of the turns before are in the file still. */
static bool leave_whole(struct guest *g, struct err *e)
{
	bool ok = app_world_leave(&g->world, e);

	g->entered = g->whole = g->called = false;
	g->kept_calls = ok ? 0 : g->kept_calls;
	g->put_off = 0;
	buf_clear(&g->calls);
	return ok;
}

static bool leave(const struct host *h, struct guest *g, struct err *e)
{
	bool begun = g->world.version > 0; /* calls need a world to be made in */
	bool ok;

	if (!begun || g->whole || h->images || g->kept_calls + g->calls.len > MOST_CALLS)
		return leave_whole(g, e);
	ok = app_world_leave_calls(&g->world, &g->calls, e);
	g->entered = false;
	g->kept_calls += g->calls.len;
	g->called = g->called || g->calls.len;
	buf_clear(&g->calls);
	return ok;
}

static void abandon(struct guest *g)
{
	app_world_abandon(&g->world);
	g->entered = g->whole = false;
	buf_clear(&g->calls);
}

/* After a failure the rest is taken back too: their answers will not go out. */
static bool leave_all(struct host *h, struct err *e)
{
	for (size_t i = 0; i < h->n; i++) {
		struct guest *g = h->guests[i];

		if (g->entered && h->failed) {
			abandon(g);
		} else if (g->entered && !leave(h, g, e)) {
			complain(h, e);
			h->failed = true;
		}
	}
	return !h->failed;
}

static void keep_whole(struct host *h, struct guest *g)
{
	struct err e = {0};

	if (g->kept_calls && (!enter(g, &e) || !leave_whole(g, &e)))
		complain(h, &e); /* another time: the calls are kept */
	else if (g->world.file)
		world_file_rest(g->world.file);
}

/* A place for one more. A turn may enter more worlds than stay open: then what was entered has to
 * be left before. */
static bool make_room(struct host *h, struct err *e)
{
	size_t oldest = 0;

	if (h->n < OPEN_WORLDS)
		return true;
	if (!leave_all(h, e))
		return false;
	for (size_t i = 1; i < h->n; i++)
		if (h->guests[i]->used < h->guests[oldest]->used)
			oldest = i;
	keep_whole(h, h->guests[oldest]);
	forget(h->guests[oldest]);
	h->guests[oldest] = h->guests[--h->n];
	return true;
}

static struct guest *open_world(struct host *h, const char *name, struct err *e)
{
	struct guest *g;

	if (!make_room(h, e))
		return NULL;
	g = xcalloc(1, sizeof *g);
	if (!app_world_open(h->app, name, true, &g->world, e)) {
		free(g);
		return NULL;
	}
	g->world.images = h->images;
	g->world.remember = STEPS;
	g->world.busy_ms = BUSY_MS;
	buf_init(&g->calls);
	g->name = xstrdup(name);
	h->guests[h->n++] = g;
	return g;
}

static struct guest *guest_of(struct host *h, const char *key, struct err *e)
{
	char *name = name_of(h, key);
	struct guest *g = find(h, name);

	if (!g)
		g = open_world(h, name, e);
	free(name);
	if (g)
		g->used = ++h->uses;
	return g;
}

struct host *host_new(
	struct app *a, const char *name, bool world_per_key, const char *images, struct err *e)
{
	const char *chosen = getenv("AMIDOJO_WORLD");
	struct host *h;

	if (!name)
		name = chosen && *chosen ? chosen : "default";
	if (world_per_key && strlen(name) > NAME_WITH_KEY) {
		err_set(e, ERR_USAGE,
			_("'%s' is too long where keys are added to it: %d characters at most"),
			name, NAME_WITH_KEY);
		return NULL;
	}
	h = xcalloc(1, sizeof *h);
	*h = (struct host){
		.app = a, .name = xstrdup(name), .world_per_key = world_per_key, .images = images};
	/* what is wrong with the world is to be told now, not to the first who calls */
	if (host_enter(h, NULL, e) && host_leave(h, e))
		return h;
	host_free(h);
	return NULL;
}

void host_free(struct host *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++)
		h->guests[i]->called = false; /* now there is time */
	host_rest(h);
	for (size_t i = 0; i < h->n; i++)
		forget(h->guests[i]);
	free(h->name);
	free(h);
}

const struct app *host_app(const struct host *h)
{
	return h->app;
}

const char *host_name(const struct host *h)
{
	return h->name;
}

/* ---- a turn ---- */

struct sim *host_enter(void *host, const char *key, struct err *e)
{
	struct guest *g = guest_of(host, key, e);

	if (g && enter(g, e))
		return g->world.sim;
	complain(host, e);
	return NULL;
}

bool host_leave(void *host, struct err *e)
{
	struct host *h = host;
	bool ok = leave_all(h, e);

	h->failed = false;
	return ok;
}

void host_did(void *host, const char *key, const char *text, size_t length)
{
	struct guest *g = guest_of(host, key, NULL);

	if (!g)
		return;
	if (text)
		buf_add(&g->calls, text, length);
	else
		g->whole = true;
}

void host_rest(void *host)
{
	struct host *h = host;

	for (size_t i = 0; i < h->n; i++) {
		struct guest *g = h->guests[i];

		if (g->called && ++g->put_off < RESTS_PUT_OFF)
			g->called = false;
		else
			keep_whole(h, g);
	}
}

struct sim *host_reset(void *host, const char *key, struct err *e)
{
	struct guest *g = guest_of(host, key, e);

	if (!g || !host_enter(host, key, e))
		return NULL;
	g->whole = true;
	if (app_world_reset(&g->world, e)) {
		memory_give_back();
		return g->world.sim;
	}
	g->entered = false; /* and with it has gone what was done before in this turn */
	buf_clear(&g->calls);
	((struct host *)host)->failed = true;
	complain(host, e);
	return NULL;
}
