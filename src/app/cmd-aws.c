/* cmd-aws.c - one AWS CLI command in the learner's world. */
#include "app/world.h"

#include "base/intl.h"

static int aws_run(struct app *a, const struct args *args)
{
	struct app_world world;
	struct sim_answer answer;
	struct err e = {0};
	int code;

	sim_answer_init(&answer);
	if (app_world_open(a, NULL, false, &world, &e) &&
		app_world_aws(
			a, &world, (size_t)args->n_operands, args->operands, NULL, &answer, &e))
		code = app_world_print(a, &answer);
	else
		code = app_fail(a, &e);
	app_world_close(&world);
	sim_answer_release(&answer);
	return code;
}

const struct command cmd_aws = {
	.name = "aws",
	.synopsis = "[OPTIONS] SERVICE OPERATION [PARAMETERS]",
	.summary =
		N_("run one AWS CLI command in the simulated world; exit codes as the AWS CLI's"),
	.min_operands = 0,
	.max_operands = -1,
	.raw = true,
	.run = aws_run,
};
