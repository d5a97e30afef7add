/*
 * prove-world.h - what prove.c and prove-world.c share: a world that is proved in.
 */
#ifndef APP_PROVE_WORLD_H
#define APP_PROVE_WORLD_H

#include "app/prove.h"
#include "base/mem.h"

struct proving {
	const struct library *library;
	const struct world *world; /* whose profiles it has */
	struct sim *sim;
	int config, credentials; /* in memory; the AWS CLI reads them by these paths */
	char config_path[32], credentials_path[32];
	struct map values; /* of names; texts owned */
	struct arena names;
};

bool prove_world_files(struct proving *p, struct err *e);
void prove_world_close(struct proving *p);

#endif
