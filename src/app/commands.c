/* commands.c - all commands, in the order in which help lists them. */
#include "app/app.h"

const struct command *const commands[] = {
	&cmd_home,
	&cmd_learn,
	&cmd_review,
	&cmd_mistakes,
	&cmd_quiz,
	&cmd_exam,
	&cmd_notes,
	&cmd_search,
	&cmd_stats,
	&cmd_plan,
	&cmd_calendar,
	&cmd_undo,
	&cmd_redo,
	&cmd_config,
	&cmd_backup,
	&cmd_restore,
	&cmd_doctor,
	&cmd_check,
	&cmd_aws,
	&cmd_sim,
	&cmd_serve,
	&cmd_query,
	&cmd_help,
	NULL,
};
