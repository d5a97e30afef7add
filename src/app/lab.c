/* lab.c - the words of `lab`, wherever they are typed; see lab.h. */
#include "app/lab.h"

#include "app/lab-internal.h"
#include "app/look.h"
#include "app/submission.h"
#include "app/world-commands.h"
#include "base/intl.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One `lab ...` under way. */
struct lab_session {
	struct app *app;
	struct app_world *given; /* of the caller; may be NULL */
	struct app_world own;    /* opened here, if no world was given */
	struct app_world *w;
	struct lab_state *state; /* of the open lab, for words that work on it */
	int commands;            /* in force */
	bool damaged;            /* what lies there cannot be read */
	struct buf out;
};

/* ---- words after the word ---- */

/* What was typed: operands, and options with or without a value. */
struct lab_args {
	const char *operand;
	const char *seed, *student;
	bool yes, verbose;
	size_t operands;
};

static const struct lab_option {
	const char *name;
	size_t offset; /* of its value in struct lab_args */
} lab_options[] = {
	{"--seed", offsetof(struct lab_args, seed)},
	{"--student", offsetof(struct lab_args, student)},
};

/* "--seed S" or "--seed=S". */
static bool take_value(struct lab_args *to, char *const *words, size_t n, size_t *i)
{
	for (size_t k = 0; k < ARRAY_LEN(lab_options); k++) {
		size_t length = strlen(lab_options[k].name);
		const char **value = (const char **)((char *)to + lab_options[k].offset);

		if (strncmp(words[*i], lab_options[k].name, length) != 0)
			continue;
		if (words[*i][length] == '=')
			*value = words[*i] + length + 1;
		else if (!words[*i][length] && *i + 1 < n)
			*value = words[++*i];
		else
			continue;
		return **value != '\0';
	}
	return false;
}

static bool parse(
	struct lab_session *s, char *const *words, size_t n, struct lab_args *to, struct err *e)
{
	*to = (struct lab_args){0};
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], "--yes") == 0)
			to->yes = true;
		else if (strcmp(words[i], "-v") == 0)
			to->verbose = true;
		else if (strcmp(words[i], "--json") == 0)
			s->app->json = true;
		else if (*words[i] != '-' && !to->operands++)
			to->operand = words[i];
		else if (*words[i] != '-' || !take_value(to, words, n, &i))
			return err_set(e, ERR_USAGE,
				_("'lab' does not take '%s' here; 'lab help' lists its words"),
				words[i]);
	}
	return true;
}

/* ---- entering and leaving ---- */

static bool enter(struct lab_session *s, const char *name, struct err *e)
{
	s->w = name ? &s->own : s->given;
	if (!s->w) {
		s->w = &s->own;
		if (!app_world_open(s->app, NULL, false, s->w, e))
			return false;
	} else if (name && !app_world_open(s->app, name, false, s->w, e)) {
		return false;
	}
	return app_world_enter(s->w, e);
}

static bool no_lab(struct err *e)
{
	return err_set(e, ERR_NOTHING,
		_("no lab is open: 'lab list' shows the labs, 'lab start ID' begins one"));
}

/* The lab of the world that is open, entered. */
static bool enter_lab(struct lab_session *s, struct err *e)
{
	struct err why = {0};

	if (!enter(s, NULL, e))
		return false;
	s->state = lab_state_read(s->app, s->w, &why);
	if (s->state && s->state->course.lab)
		return true;
	app_world_leave_unchanged(s->w);
	if (s->state)
		return err_set(e, ERR_DATA, _("there is no lab '%s' any more"), s->state->id);
	return why.text[0] ? err_set(e, why.code, "%s", why.text) : no_lab(e);
}

/* The world that commands use has become another one: for the caller's prompt too. */
static bool reopen(struct lab_session *s, struct err *e)
{
	bool steps = s->given && s->given->steps;

	if (!s->given)
		return true;
	app_world_close(s->given);
	return app_world_open(s->app, NULL, steps, s->given, e) && app_world_enter(s->given, e) &&
	       app_world_leave(s->given, e);
}

static void flush(struct lab_session *s)
{
	if (s->app->at_home) {
		app_show(s->app, &s->out);
		return;
	}
	fputs(s->out.s, stdout);
	fflush(stdout);
	buf_clear(&s->out);
}

/* ---- list, start, stop ---- */

static bool list_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	(void)args;
	return app_open(s->app, e) && lab_show_list(s->app, &s->out, e);
}

static const struct lab *find_lab(struct app *a, const char *id, struct err *e)
{
	const struct documents *labs = &a->library.of[DOC_LAB];
	const struct lab *lab = map_get(&labs->by_id, id);
	const char **names, *near;

	if (lab)
		return lab;
	names = xcalloc(labs->len + 1, sizeof *names);
	for (size_t i = 0; i < labs->len; i++)
		names[i] = ((const struct lab *)labs->items[i])->id.s;
	near = nearest_name(id, names);
	for (size_t i = 0; !near && *id && i < labs->len; i++)
		near = strstr(names[i], id) ? names[i] : NULL;
	free(names);
	if (near)
		err_set(e, ERR_USAGE, _("there is no lab '%s'; did you mean '%s'?"), id, near);
	else
		err_set(e, ERR_USAGE, _("there is no lab '%s'; 'lab list' shows them"), id);
	return NULL;
}

static bool is_under_way(const struct lab_state *state)
{
	return state && state->course.lab && state->course.passed < state->n_tasks;
}

/* Nobody in particular goes on with whatever is there. */
static bool is_same_learner(const struct lab_state *state, const struct lab_args *args)
{
	return (!args->seed && !args->student) || (text_same(args->seed, state->class_seed) &&
							  text_same(args->student, state->student));
}

static void add_learner(const struct lab_state *state, struct buf *out)
{
	if (state->class_seed)
		buf_addf(out, _(" (seed %s)"), state->class_seed);
	if (state->student)
		buf_addf(out, _(" (student %s)"), state->student);
}

static bool another_learner(const struct lab_state *state, struct err *e)
{
	struct buf who = BUF_INIT;

	add_learner(state, &who);
	err_set(e, ERR_CONFLICT,
		_("this lab is under way%s; with --yes it is put aside, and begun anew for another one"),
		who.s);
	buf_release(&who);
	return false;
}

/* What was worked is put aside, and the lab begun anew. */
static bool begin_anew(
	struct lab_session *s, const struct lab *lab, const struct lab_args *args, struct err *e)
{
	bool ok = !s->state || !s->state->course.lab || lab_put_aside(s->app, s->w, s->state, e);

	s->damaged = !ok && e->code == ERR_DATA;
	lab_state_free(s->state);
	s->state = ok ? lab_begin(s->app, s->w, lab, args->seed, args->student, e) : NULL;
	if (s->state)
		return app_world_leave(s->w, e);
	app_world_abandon(s->w);
	return false;
}

static bool start_in(
	struct lab_session *s, const struct lab *lab, const struct lab_args *args, struct err *e)
{
	struct err unreadable = {0};

	s->state = lab_state_read(s->app, s->w, &unreadable);
	s->damaged = unreadable.text[0] != '\0';
	if (s->damaged) {
		app_world_leave_unchanged(s->w);
		return err_set(e, unreadable.code, "%s", unreadable.text);
	}
	if (!is_under_way(s->state) || args->yes)
		return begin_anew(s, lab, args, e);
	app_world_leave_unchanged(s->w);
	if (!is_same_learner(s->state, args))
		return another_learner(s->state, e);
	buf_adds(&s->out, _("You go on where you left off."));
	add_learner(s->state, &s->out);
	buf_adds(&s->out, "\n\n");
	return true;
}

/* The file and what SQLite has beside it. */
static bool rename_world(const char *path, const char *kept, struct err *e)
{
	static const char *const parts[] = {"-wal", "-shm", ""};
	struct buf from = BUF_INIT, to = BUF_INIT;
	bool ok = true;

	for (size_t i = 0; ok && i < ARRAY_LEN(parts); i++) {
		buf_clear(&from);
		buf_clear(&to);
		buf_addf(&from, "%s%s", path, parts[i]);
		buf_addf(&to, "%s%s", kept, parts[i]);
		ok = rename(from.s, to.s) == 0 || (errno == ENOENT && *parts[i]) ||
		     err_set(e, ERR_IO, _("%s cannot be moved away: %s"), from.s, strerror(errno));
	}
	buf_release(&from);
	buf_release(&to);
	return ok;
}

/* A world that cannot be read is kept beside, and made anew. */
static bool move_damaged(struct lab_session *s, const char *name, struct err *e)
{
	struct buf kept = BUF_INIT, path = BUF_INIT;
	bool ok;

	buf_adds(&path, s->own.path);
	buf_addf(&kept, "%s.damaged-%lld", s->own.path, (long long)app_now().utc_ms);
	lab_state_free(s->state);
	s->state = NULL;
	app_world_close(&s->own);
	ok = rename_world(path.s, kept.s, e);
	if (ok)
		buf_addf(&s->out, _("The lab's world was damaged; it is kept as %s."), kept.s);
	buf_addc(&s->out, '\n');
	buf_release(&path);
	buf_release(&kept);
	return ok && enter(s, name, e);
}

/* Enters the lab's world, and begins there or goes on. */
static bool start_there(struct lab_session *s, const char *name, const struct lab *lab,
	const struct lab_args *args, struct err *e)
{
	struct err why = {0};
	bool ok = enter(s, name, &why);

	s->damaged = !ok && why.code == ERR_DATA && s->own.path;
	ok = ok && start_in(s, lab, args, &why);
	if (ok)
		return true;
	if (!s->damaged)
		return err_set(e, why.code, "%s", why.text);
	return move_damaged(s, name, e) && start_in(s, lab, args, e);
}

/* $AMIDOJO_WORLD would win over what `start` chooses. */
static bool world_is_free(const char *name, struct err *e)
{
	const char *variable = getenv("AMIDOJO_WORLD");

	if (!variable || !*variable || strcmp(variable, name) == 0)
		return true;
	return err_set(e, ERR_USAGE,
		_("AMIDOJO_WORLD names the world '%s', and a lab has one of its own: unset AMIDOJO_WORLD first"),
		variable);
}

static bool start_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	struct buf name = BUF_INIT;
	const struct lab *lab;
	bool ok;

	if (!args->operand)
		return err_set(e, ERR_USAGE, _("which lab? 'lab list' shows them"));
	if ((args->seed && strlen(args->seed) > SUBMISSION_NAME) ||
		(args->student && strlen(args->student) > SUBMISSION_NAME))
		return err_set(e, ERR_USAGE, _("a seed and a name have at most %d bytes"),
			(int)SUBMISSION_NAME);
	if (args->student && !args->seed)
		return err_set(e, ERR_USAGE,
			_("--student goes with the seed of the class: --seed S --student NAME"));
	lab = app_open_content(s->app, e) ? find_lab(s->app, args->operand, e) : NULL;
	if (!lab)
		return false;
	buf_addf(&name, "lab-%s", lab->id.s);
	ok = world_is_free(name.s, e) && start_there(s, name.s, lab, args, e) &&
	     app_world_choose(s->app, name.s, e) && reopen(s, e);
	buf_release(&name);
	if (!ok)
		return false;
	lab_show_task(s->app, s->state, true, &s->out);
	flush(s);
	return lab_sync(s->app, s->state, e);
}

static bool stop_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	(void)args;
	if (!enter_lab(s, e))
		return false;
	app_world_leave_unchanged(s->w);
	if (!app_world_choose(s->app, NULL, e) || !reopen(s, e))
		return false;
	buf_addf(&s->out,
		s->state->course.passed < s->state->n_tasks
			? _("The lab '%s' is put aside as it is; 'lab start %s' goes on.")
			: _("The lab '%s' is done; 'lab start %s' begins it anew."),
		s->state->id, s->state->id);
	buf_addc(&s->out, '\n');
	return true;
}

/* ---- the open lab ---- */

/* What has passed is told once, when there is somebody to tell it to. */
static bool tell_and_leave(struct lab_session *s, bool shown, struct err *e)
{
	struct lab_state *state = s->state;
	size_t from = state->told, to = state->course.passed;

	if (from >= to) {
		app_world_leave_unchanged(s->w);
		return true;
	}
	state->told = to;
	if (!lab_state_write(state, s->w, e)) {
		app_world_abandon(s->w);
		return false;
	}
	if (!app_world_leave(s->w, e))
		return false;
	if (!shown)
		lab_show_passed(s->app, state, from, to, &s->out);
	return true;
}

static bool pass(struct lab_session *s, struct err *e)
{
	if (lab_pass(s->w, s->state, e) >= 0)
		return true;
	app_world_abandon(s->w);
	return false;
}

static bool task_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	(void)args;
	if (!enter_lab(s, e))
		return false;
	if (!lab_commands(s->w, &s->commands, e)) {
		app_world_leave_unchanged(s->w);
		return false;
	}
	if (!tell_and_leave(s, true, e))
		return false;
	if (s->app->json)
		lab_print_json(s->state, s->commands);
	else
		lab_show_task(s->app, s->state, true, &s->out);
	return true;
}

static bool check_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	struct buf checked = BUF_INIT;
	bool ok;

	if (!enter_lab(s, e) || !pass(s, e))
		return false;
	if (s->state->course.passed < s->state->n_tasks)
		lab_show_check(s->app, s->w, s->state, args->verbose, &checked);
	if (s->state->told == s->state->course.passed)
		lab_show_open(s->app, s->state, &s->out);
	ok = tell_and_leave(s, false, e);
	buf_add(&s->out, checked.s, checked.len);
	buf_release(&checked);
	flush(s);
	return ok && lab_sync(s->app, s->state, e);
}

static bool is_over(struct lab_session *s)
{
	if (s->state->course.passed < s->state->n_tasks)
		return false;
	app_world_leave_unchanged(s->w);
	buf_addf(&s->out, "%s\n", _("All tasks of this lab are done."));
	return true;
}

/* Keeps what was shown, before it is shown. */
static bool keep_shown(struct lab_session *s, const char *what, int number, struct err *e)
{
	const struct course *c = &s->state->course;

	if (lab_state_note(s->w, what, c->lab->tasks[c->passed].id.s, number, e) &&
		lab_state_write(s->state, s->w, e))
		return app_world_leave(s->w, e);
	app_world_abandon(s->w);
	return false;
}

static bool hint_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	struct lab_task_state *t;
	int n;

	(void)args;
	if (!enter_lab(s, e))
		return false;
	if (is_over(s))
		return true;
	t = &s->state->tasks[s->state->course.passed];
	n = (int)s->state->course.lab->tasks[s->state->course.passed].n_hints;
	if (t->hints >= n) { /* all of them once more */
		app_world_leave_unchanged(s->w);
		lab_show_hints(s->app, s->state, 0, &s->out);
		return true;
	}
	t->hints++;
	if (!keep_shown(s, "hint", t->hints, e))
		return false;
	lab_show_hints(s->app, s->state, t->hints - 1, &s->out);
	flush(s);
	return lab_sync(s->app, s->state, e);
}

static bool unseen_hints(size_t n, struct err *e)
{
	if (!n)
		return err_set(e, ERR_USAGE,
			_("a shown solution earns no credit; if you mean it: lab solution --yes"));
	return err_set(e, ERR_USAGE,
		P_("a shown solution earns no credit, and %zu hint is not shown yet ('lab hint'); if you mean it: lab solution --yes",
			"a shown solution earns no credit, and %zu hints are not shown yet ('lab hint'); if you mean it: lab solution --yes",
			n),
		n);
}

static bool solution_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	struct lab_task_state *t;
	size_t hints;

	if (!enter_lab(s, e))
		return false;
	if (is_over(s))
		return true;
	t = &s->state->tasks[s->state->course.passed];
	hints = s->state->course.lab->tasks[s->state->course.passed].n_hints;
	if (!t->solution && !args->yes) {
		app_world_leave_unchanged(s->w);
		return unseen_hints(hints - (size_t)t->hints, e);
	}
	t->solution = true;
	if (!keep_shown(s, "solution", 0, e))
		return false;
	lab_show_solution(s->app, s->state, &s->out);
	flush(s);
	return lab_sync(s->app, s->state, e);
}

static bool reset_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	if (!args->yes)
		return err_set(e, ERR_USAGE,
			_("reset sets the lab's world up anew; what you have done in it is gone from it. If you mean it: lab reset --yes"));
	if (!enter_lab(s, e))
		return false;
	if (!lab_again(s->w, s->state, e)) {
		app_world_abandon(s->w);
		return false;
	}
	if (!app_world_leave(s->w, e))
		return false;
	lab_show_task(s->app, s->state, false, &s->out);
	return true;
}

static bool submit_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	bool ok;

	if (!args->operand)
		return err_set(e, ERR_USAGE, _("into which file? lab submit FILE"));
	if (!enter_lab(s, e))
		return false;
	ok = lab_submit(s->w, s->state, args->operand, false, e);
	app_world_leave_unchanged(s->w);
	if (!ok)
		return false;
	buf_addf(&s->out, _("%s is written: %zu of %zu tasks done. Hand it in as it is."),
		args->operand, s->state->course.passed, s->state->n_tasks);
	buf_addc(&s->out, '\n');
	return true;
}

static bool new_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	if (!args->operand)
		return err_set(e, ERR_USAGE, _("what is it to be called? lab new ID"));
	if (!lab_new(s->app, args->operand, e))
		return false;
	buf_addf(&s->out, _("%s.yaml is written; 'amidojo check --prove %s.yaml' judges it."),
		args->operand, args->operand);
	buf_addc(&s->out, '\n');
	return true;
}

/* ---- the table ---- */

static bool help_word(struct lab_session *s, const struct lab_args *args, struct err *e);

static const struct lab_word {
	const char *name, *synopsis, *summary;
	size_t operands; /* at most */
	bool (*run)(struct lab_session *s, const struct lab_args *args, struct err *e);
} lab_table[] = {
	{"list", "lab list", N_("the labs, and what you have done in them"), 0, list_word},
	{"start", "lab start ID [--seed S [--student NAME]] [--yes]",
		N_("begin a lab, or go on with it (--yes: anew); a class has a seed, and each student values of their own"),
		1, start_word},
	{"task", "lab task", N_("the situation, the tasks, and the open one"), 0, task_word},
	{"check", "lab check [-v]",
		N_("look whether the open task is done, step by step; -v with the commands"), 0,
		check_word},
	{"hint", "lab hint", N_("the next hint"), 0, hint_word},
	{"solution", "lab solution [--yes]",
		N_("how the author would do the open task; the lab earns no credit then"), 0,
		solution_word},
	{"reset", "lab reset --yes", N_("the lab's world from the start"), 0, reset_word},
	{"stop", "lab stop", N_("back to your own world; the lab stays as it is"), 0, stop_word},
	{"submit", "lab submit FILE",
		N_("write what you did and where it led, for 'amidojo grade'"), 1, submit_word},
	{"new", "lab new ID", N_("a commented skeleton of a lab of your own: ID.yaml"), 1,
		new_word},
	{"help", "lab help", N_("this list"), 0, help_word},
};

void lab_list_words(int columns, struct buf *out)
{
	const struct look look = {.columns = columns, .terminal = true};

	for (size_t i = 0; i < ARRAY_LEN(lab_table); i++)
		world_add_word(out, &look, lab_table[i].synopsis, _(lab_table[i].summary));
}

static bool help_word(struct lab_session *s, const struct lab_args *args, struct err *e)
{
	enum { USUAL = 80 };
	const struct look *look = &s->app->screen.look;

	(void)args;
	(void)e;
	lab_list_words(look->terminal ? look->columns : USUAL, &s->out);
	return true;
}

static const struct lab_word *find_word(const char *name, struct err *e)
{
	const char *names[ARRAY_LEN(lab_table) + 1] = {NULL}, *near;

	for (size_t i = 0; i < ARRAY_LEN(lab_table); i++) {
		names[i] = lab_table[i].name;
		if (strcmp(name, names[i]) == 0)
			return &lab_table[i];
	}
	near = nearest_name(name, names);
	if (near)
		err_set(e, ERR_USAGE, _("'lab' has no word '%s'; did you mean '%s'?"), name, near);
	else
		err_set(e, ERR_USAGE, _("'lab' has no word '%s'; 'lab help' lists them"), name);
	return NULL;
}

/* `lab` alone: the task, if a lab is open, else the list. */
static bool bare_word(struct lab_session *s, struct err *e)
{
	struct err none = {0};
	const struct lab_args nothing = {0};

	if (task_word(s, &nothing, &none))
		return true;
	if (none.code != ERR_NOTHING)
		return err_set(e, none.code, "%s", none.text);
	return list_word(s, &nothing, e);
}

static bool run_words(struct lab_session *s, size_t n, char *const *words, struct err *e)
{
	const struct lab_word *word;
	struct lab_args args;

	if (n < 2)
		return bare_word(s, e);
	word = find_word(words[1], e);
	if (!word || !parse(s, words + 2, n - 2, &args, e))
		return false;
	if (args.operands > word->operands)
		return err_set(e, ERR_USAGE, _("'lab %s' does not take that much: %s"), word->name,
			word->synopsis);
	return word->run(s, &args, e);
}

int lab_words(struct app *a, struct app_world *w, size_t n, char *const *words)
{
	struct lab_session s = {.app = a, .given = w, .out = BUF_INIT};
	struct err e = {0};
	bool ok = run_words(&s, n, words, &e);

	if (ok)
		flush(&s);
	buf_release(&s.out);
	lab_state_free(s.state);
	app_world_close(&s.own);
	return ok ? EXIT_OK : app_fail(a, &e);
}

/* ---- after a command ---- */

/* Tells what has passed if somebody reads standard error; else the next `lab check` does. */
static bool keep_passed(struct lab_session *s, struct err *e)
{
	struct look *look = &s->app->screen.look, saved = *look;
	bool ok;

	if (!isatty(STDERR_FILENO))
		return app_world_leave(s->w, e);
	*look = screen_errors_look(&s->app->screen);
	ok = tell_and_leave(s, false, e);
	*look = saved;
	fputs(s->out.s, stderr);
	return ok;
}

void lab_tick(struct app *a, struct app_world *w)
{
	struct lab_session s = {.app = a, .given = w, .out = BUF_INIT};
	struct err ignored = {0};
	bool entered = w->lab && w->moved && enter_lab(&s, &ignored);
	size_t from = entered ? s.state->course.passed : 0;

	if (entered && pass(&s, &ignored)) {
		if (s.state->course.passed == from)
			app_world_leave_unchanged(w);
		else if (keep_passed(&s, &ignored))
			lab_sync(a, s.state, &ignored);
	}
	buf_release(&s.out);
	lab_state_free(s.state);
}

bool lab_prompt(struct app_world *w, struct buf *out)
{
	struct err e = {0};
	json_t *memo;
	json_int_t passed;
	size_t i, n = 0;
	char *text;
	json_t *task;

	if (!w->lab || !world_file_memo(w->file, "lab", &text, &e) || !text)
		return false;
	memo = json_loads(text, 0, NULL);
	free(text);
	json_array_foreach(json_object_get(memo, "tasks"), i, task)
	{
		passed = json_integer_value(json_object_get(task, "passed"));
		n += passed != 0;
	}
	buf_addf(out, "%s %zu/%zu", json_string_value(json_object_get(memo, "lab")), n,
		json_array_size(json_object_get(memo, "tasks")));
	json_decref(memo);
	return true;
}
