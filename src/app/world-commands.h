/*
 * world-commands.h - what one can do with a world beside calling AWS: seeing, taking back, letting
 * time pass, keeping.
 *
 * The same words at the simulator's prompt (`amidojo sim`), in the learner's shell (`amidojo
 * shell`) and as `amidojo world WORD`. A command is one row of a table and one function.
 */
#ifndef APP_WORLD_COMMANDS_H
#define APP_WORLD_COMMANDS_H

#include "app/world.h"

/* Whoever types: one world, entered and left around each command. */
struct world_session {
	struct app *app;
	struct app_world *world;
};

struct world_command {
	const char *name, *synopsis; /* "clock", "clock [next | advance 15m]" */
	const char *summary;         /* N_() */
	bool outside;  /* not entered: the command opens what it needs itself, or needs no world */
	bool in_shell; /* has a name of its own in `amidojo shell`, beside `world NAME` */
	bool alters;   /* the world, or its time: a lab puts it on record, and looks again */
	bool hidden;   /* for programs: no list names it */
	/* words[0] is the name. Prints to stdout. False with an error: ERR_USAGE if the words do
	 * not fit. */
	bool (*run)(struct world_session *s, size_t n, char *const *words, struct err *e);
};

/* Ended by an empty row. */
extern const struct world_command world_commands[];
const struct world_command *world_command_named(const char *name); /* NULL: there is none */

/* Enters the world, runs the command, leaves. Answers the exit code; errors were told. */
int world_command_run(
	struct world_session *s, const struct world_command *c, size_t n, char *const *words);

/* Instead of app_world_leave, for one who has but looked: nothing is written. */
void world_looked(struct app_world *w);

/* A sentence of the program's own, wrapped where there is a width to fit into. */
void world_say(const struct world_session *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A word and what it is for, in one line where it fits. */
void world_add_word(
	struct buf *out, const struct look *look, const char *synopsis, const char *summary);

/* Rows that lie in files of their own. */
bool world_changes(struct world_session *s, size_t n, char *const *words, struct err *e);
bool world_graph(struct world_session *s, size_t n, char *const *words, struct err *e);
bool world_cost(struct world_session *s, size_t n, char *const *words, struct err *e);
bool world_events(struct world_session *s, size_t n, char *const *words, struct err *e);
bool world_explain(struct world_session *s, size_t n, char *const *words, struct err *e);

/* world-time.c */
bool word_clock(struct world_session *s, size_t n, char *const *words, struct err *e);
bool word_undo(struct world_session *s, size_t n, char *const *words, struct err *e);
bool word_redo(struct world_session *s, size_t n, char *const *words, struct err *e);
bool word_reset(struct world_session *s, size_t n, char *const *words, struct err *e);

/* world-keep.c */
bool word_save(struct world_session *s, size_t n, char *const *words, struct err *e);
bool word_load(struct world_session *s, size_t n, char *const *words, struct err *e);
bool word_use(struct world_session *s, size_t n, char *const *words, struct err *e);
bool word_worlds(struct world_session *s, size_t n, char *const *words, struct err *e);
/* A world of a lab: what is in it is the lab's to say. */
bool world_is_of_lab(const char *name);
/* Calls back with the name of every world there is, in order. */
void world_each_name(struct app *a, void (*visit)(void *ctx, const char *name), void *ctx);

/* world-prompt.c */
bool word_prompt(struct world_session *s, size_t n, char *const *words, struct err *e);
/* "default us-east-1 09:05": profile, Region as the AWS CLI resolves it, the world's clock; before
 * them the lab that is open. What cannot be found out is left out. */
void world_prompt_add(struct app *a, struct app_world *w, struct buf *out);

#endif
