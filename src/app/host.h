/*
 * host.h - the worlds behind an endpoint: one for everybody, or one for each access key; entered
 * when a request needs them and left together.
 *
 * What is kept at the end of a turn is its calls: they are short, and whoever opens the file does
 * them again. The worlds themselves follow when there is time, or when there are too many calls.
 * With `images` the calls alone would not do: who opens the file later may not have those.
 */
#ifndef APP_HOST_H
#define APP_HOST_H

#include "app/world.h"

struct host;

/* `name` as for app_world_open; `images`: as in struct sim_options. */
struct host *host_new(
	struct app *a, const char *name, bool world_per_key, const char *images, struct err *e);
void host_free(struct host *h); /* NULL is fine */
const char *host_name(const struct host *h);
const struct app *host_app(const struct host *h);

/* For struct sim_endpoint; `host` is a struct host. */
struct sim *host_enter(void *host, const char *key, struct err *e);
bool host_leave(void *host, struct err *e);
void host_did(void *host, const char *key, const char *text, size_t length);
void host_rest(void *host);
struct sim *host_reset(void *host, const char *key, struct err *e);

#endif
