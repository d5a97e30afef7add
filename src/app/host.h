/*
 * host.h - the worlds behind an endpoint: one for everybody, or one for each access key; entered
 * when a request needs them and left together.
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
struct sim *host_reset(void *host, const char *key, struct err *e);

#endif
