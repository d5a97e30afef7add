/*
 * internal.h - what the files of sim/ share.
 */
#ifndef SIM_INTERNAL_H
#define SIM_INTERNAL_H

#include "cli/cli.h"
#include "client/client.h"
#include "ops/ops.h"
#include "sim/sim.h"

struct sim {
	struct world *w;
	struct sim_options options;
	json_t *images;        /* of the options, parsed; NULL */
	struct client *client; /* of endpoints elsewhere; NULL: none was called yet */
	struct buf *record;    /* of sim_record; NULL */
};

/* One command line under way. */
struct sim_run {
	struct sim *s;
	const struct sim_command *command;
	const char *label;
	struct buf *misfits; /* is told what answers have and the model has not; NULL */
	bool elsewhere;      /* the last call went to an endpoint, not to the world */
	bool interrupted;    /* by a signal, while it let time pass */
};

/* The world, or an endpoint elsewhere, as the CLI's service: a cli_call_fn and a cli_sleep_fn, both
 * with a struct sim_run. */
void sim_call(void *run, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply);
void sim_sleep(void *run, int64_t milliseconds);

#endif
