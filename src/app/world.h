/*
 * world.h - the learner's world on disk: opened by name, entered for one command at a time.
 *
 * Between app_world_enter and app_world_leave this process alone uses the world; what another shell
 * has done in the meantime is there already. A command whose changes could not be kept has changed
 * nothing.
 */
#ifndef APP_WORLD_H
#define APP_WORLD_H

#include "app/app.h"
#include "sim/sim.h"
#include "store/world-file.h"

struct app_world {
	char *name, *path;
	struct world_file *file; /* NULL until it is first entered */
	struct sim *sim;         /* valid after the first app_world_enter */
	uint64_t version;        /* of the file that `sim` is */
	bool steps;              /* undo may be asked for: the steps are loaded too */
	const char *images;      /* of struct sim_options */
	size_t remember;         /* sim_options.steps */
	int busy_ms;             /* to wait for another process; 0: five seconds */
	size_t replayed;         /* bytes of calls done again in loading; the caller's to clear */
	char *config, *credentials; /* files of the simulated AWS CLI */
	bool lab;                   /* valid after the first app_world_enter: it is a lab's */
	struct buf record;          /* of a lab: what was done since app_world_enter */
	char *doing;                /* for the record: the command line under way */
	int code;                   /* its exit code */
	uint64_t steps_before;      /* of the world, when it was entered */
	bool moved; /* the latest command changed something, or let something happen */
};

/* `name`: letters, digits, "-", "_", "."; NULL: $AMIDOJO_WORLD, else the one that was chosen, else
 * "default". A world NAME with a file NAME.config beside it has profiles of its own. */
bool app_world_open(
	struct app *a, const char *name, bool steps, struct app_world *w, struct err *e);
void app_world_close(struct app_world *w);

/* The world that commands use from now on, unless $AMIDOJO_WORLD or an option says otherwise.
 * NULL: "default". */
bool app_world_choose(struct app *a, const char *name, struct err *e);
/* Its name; owned, "" if none was chosen. */
char *app_world_chosen(const struct app *a);

bool app_world_enter(struct app_world *w, struct err *e);
/* Keeps what has changed. On failure the world is what it was before. */
bool app_world_leave(struct app_world *w, struct err *e);
/* Ends what only looked: nothing is kept, and nothing was changed. */
void app_world_leave_unchanged(struct app_world *w);
/* Takes back what was done since app_world_enter. */
void app_world_abandon(struct app_world *w);
/* Keeps the calls that were made since app_world_enter (texts for sim_replay), and nothing else:
 * for one who stays in the world, and will leave it as above before long. */
bool app_world_leave_calls(struct app_world *w, const struct buf *calls, struct err *e);
/* The command line that is being carried out (borrowed nothing), for the record of a lab. */
void app_world_doing(struct app_world *w, const char *line);
/* Takes `sim` (stolen; never kept before) in place of the world that is there. Between enter and
 * leave; on failure nothing has happened since app_world_enter, and `sim` is gone. */
bool app_world_replace(struct app_world *w, struct sim *sim, struct err *e);
/* The latest command that failed, and what it said on standard error; both owned, both NULL if none
 * has. Between enter and leave. */
bool app_world_failure(struct app_world *w, char **line, char **error, struct err *e);
/* Forgets everything and begins a new world. Between enter and leave; on failure nothing has
 * happened since app_world_enter. */
bool app_world_reset(struct app_world *w, struct err *e);

/* Runs one `aws` command line, entering and leaving. False: the world could not be used (`answer`
 * is empty). label: what was typed; NULL: the words. */
bool app_world_aws(struct app *a, struct app_world *w, size_t n, const char *const *words,
	const char *label, struct sim_answer *answer, struct err *e);
/* Prints the answer, through the pager where the AWS CLI would use one. Answers its code. */
int app_world_print(struct app *a, struct sim_answer *answer);

#endif
