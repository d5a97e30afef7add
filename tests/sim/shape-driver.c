/*
 * shape-driver.c - the AWS CLI on a world in memory, for tests/sim/test_coverage.py: like `amidojo
 * aws`, and it tells what the program cannot: members of an answer that the model does not have.
 *
 *     shape-driver --handlers    prints the operations of the model that nobody handles
 *     shape-driver FOLDER        answers lines of requests: see line-driver.h; it tells "misfits"
 */
#include "line-driver.h"

static void call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct driver *d = ctx;

	sim_call(&d->run, who, op, request, reply);
	if (d->misfits.len)
		json_array_append_new(d->told, driver_text(&d->misfits));
	buf_clear(&d->misfits);
}

static void let_sleep(void *ctx, int64_t milliseconds)
{
	struct driver *d = ctx;

	sim_sleep(&d->run, milliseconds);
}

static void list_unhandled(void)
{
	for (size_t i = 0; i < model_counts.operations; i++) {
		const struct model_operation *op = &model_operations[i];

		if (!ops_handles(op))
			printf("%s %s\n", model_text(model_services[op->service].command),
				model_text(op->cli));
	}
}

int main(int argc, char **argv)
{
	struct driver d = {.call = call, .sleep = let_sleep, .telling = "misfits"};

	if (argc != 2) {
		fputs("usage: shape-driver --handlers | FOLDER\n", stderr);
		return 2;
	}
	if (strcmp(argv[1], "--handlers") == 0)
		list_unhandled();
	else
		driver_serve(&d, argv[1]);
	return 0;
}
