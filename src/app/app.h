/*
 * app.h - one run of the program: settings, content, progress, screen; opened when first needed.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/command.h"
#include "app/config.h"
#include "app/files.h"
#include "app/screen.h"
#include "base/day.h"
#include "content/library.h"
#include "store/store.h"

#include <jansson.h>
#include <stdbool.h>

struct app {
	struct places places;
	struct config config;
	struct screen screen;
	struct library library;
	bool has_library;
	struct store *store; /* NULL until app_open_store */
	bool json;
	bool at_home;       /* a command was started by a key on the home screen */
	bool failed;        /* an error was told */
	bool recorded;      /* something was written in this run: worth a backup */
	struct buf message; /* what the learner should still read: home shows it, else the end */
};

/* `lang`: from --lang, or NULL. */
bool app_init(struct app *a, const char *lang, bool plain, bool json, struct err *e);
void app_release(struct app *a);

/* The time now, or AMIDOJO_NOW. Checked by app_init, so it cannot fail later. */
struct moment app_now(void);
day_t app_today(const struct app *a);
/* A number that nobody foresees, for what was given no seed. */
uint64_t app_chance(void);

/* There is no HOME to keep anything in: fills the error, answers false. */
bool app_no_home(struct err *e);

bool app_open_content(struct app *a, struct err *e);
bool app_open_store(struct app *a, struct err *e);
/* Fills an error for a name that is neither a topic nor a note, with the nearest. */
bool app_unknown_note(const struct app *a, const char *name, struct err *e);
/* Both. */
bool app_open(struct app *a, struct err *e);

/* Prints "amidojo: error: ..." and answers the exit code that fits. */
int app_fail(struct app *a, const struct err *e);
/* The exit code (and message) when keys ended before the work did: KEY_EOF or KEY_SIGNAL. */
int app_ended(struct app *a, int key);
/* The same with a sentence of its own on how to go on, in place of "Start again". */
int app_ended_saying(struct app *a, int key, const char *then);

/* A line for the learner: at home it is shown there, otherwise printed when the command ends. */
void app_say(struct app *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Prints a text; shows it as a view when it is too long for the terminal, or when a key on the home
 * screen asked for it. Answers the exit code. */
int app_show(struct app *a, struct buf *text);

/* The ladder of an item: its topic's, or the learner's. */
struct ladder app_ladder(const struct app *a, const struct note *note);

/* `L` on the home screen: messages follow the content. */
void app_toggle_language(struct app *a);
/* The content language after `L`: the other one; with --lang both: both, the one, the other. */
void look_toggle(struct look *look);

/* Prints and releases. */
void json_out(json_t *value);

/* The commands, each in a cmd-*.c. */
extern const struct command cmd_home, cmd_learn, cmd_review, cmd_notes, cmd_search, cmd_mistakes,
	cmd_quiz, cmd_exam, cmd_stats, cmd_plan, cmd_calendar, cmd_config, cmd_check, cmd_undo,
	cmd_redo, cmd_backup, cmd_restore, cmd_doctor, cmd_query, cmd_aws, cmd_sim, cmd_shell,
	cmd_lab, cmd_grade, cmd_world, cmd_serve, cmd_help;

/* Prints what could stand at the end of COMP_LINE, a word a line, for shells. `part`: of its last
 * word, what the shell will replace; NULL: all of it. Answers the exit code. */
int aws_complete(struct app *a, const char *part);

#endif
