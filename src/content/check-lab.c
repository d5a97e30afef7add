/* check-lab.c - see check-lab.h: names that nothing sets, lines that cannot be run, ids that do not
 * fit. */
#include "content/check-lab.h"

#include "base/intl.h"
#include "base/text.h"
#include "content/library.h"

#include <string.h>

enum { ID_MAX = 60, NAME_MAX_BYTES = 64 };

/* Names that have a value where a line stands. */
struct scope {
	struct library *lib;
	struct diags *diags;
	struct map names;
	struct arena arena;
};

static void set_name(struct scope *s, const char *name, size_t n)
{
	map_add(&s->names, arena_strndup(&s->arena, name, n), s);
}

/* ---- names in a line, and in texts ---- */

static bool is_set(const struct scope *s, const char *name, size_t n)
{
	char key[NAME_MAX_BYTES];

	if (n >= sizeof key)
		return false;
	memcpy(key, name, n);
	key[n] = '\0';
	return map_get(&s->names, key) != NULL;
}

/* `what` begins with $. `line`: it cannot be run so; else it stays as it stands. */
static void check_name(struct scope *s, const char *what, struct place at, bool line)
{
	size_t braces = what[1] == '{', n = text_shell_name(what + 1 + braces);

	if (!n || is_set(s, what + 1 + braces, n))
		return;
	if (line)
		diag_error(s->diags, at, _("nothing gives the name $%.*s a value up to here"),
			(int)n, what + 1 + braces);
	else
		diag_warning(s->diags, at,
			_("nothing gives the name $%.*s a value; it stays as it stands here"),
			(int)n, what + 1 + braces);
}

/* As a shell reads it: nothing is replaced within single quotes and behind a backslash. */
static void check_line_names(struct scope *s, const struct word *line)
{
	bool single = false, both = false;

	for (const char *at = line->s; at && *at; at++) {
		if (*at == '\'' && !both)
			single = !single;
		else if (*at == '"' && !single)
			both = !both;
		else if (*at == '\\' && !single && at[1])
			at++;
		else if (*at == '$' && !single)
			check_name(s, at, line->at, true);
	}
}

static void check_text_names(struct scope *s, const struct text *t)
{
	for (int lang = 0; lang < LANGS; lang++)
		for (const char *at = t->in[lang]; at && *at; at++)
			if (*at == '$')
				check_name(s, at, t->at, false);
}

/* In every text of a value that a step expects. */
static void check_value_names(struct scope *s, const struct tree *t, const struct node *n)
{
	if (n->kind == NODE_SCALAR) {
		for (const char *at = tree_text(t, n); *at; at++)
			if (*at == '$')
				check_name(s, at, tree_place(t, n), false);
		return;
	}
	for (const struct node *each = tree_first(t, n); each; each = tree_next(t, each))
		check_value_names(s, t, each);
}

/* ---- lines ---- */

/* Behind "NAME=$(", or the line itself. *name: how long NAME is; 0: there is none. */
static const char *command_of(const char *line, size_t *name)
{
	*name = text_shell_name(line);
	if (*name && strncmp(line + *name, "=$(", 3) == 0)
		return line + *name + 3;
	*name = 0;
	return line;
}

static bool begins_with(const char *line, const char *word)
{
	size_t n = strlen(word);

	return strncmp(line, word, n) == 0 && (line[n] == ' ' || line[n] == '\n');
}

static void check_line(struct scope *s, const struct word *line)
{
	size_t name;
	const char *command;

	if (!line->s)
		return;
	check_line_names(s, line);
	command = command_of(line->s, &name);
	if (!begins_with(command, "aws") && (name || !begins_with(command, "clock")))
		diag_error(s->diags, line->at,
			_("a line is 'aws ...', 'clock advance 15m' or NAME=$(aws ...); this is '%.40s'"),
			line->s);
	if (name)
		set_name(s, line->s, name);
}

/* What a step sets for those behind it. */
static void take_names(struct scope *s, const struct step *step)
{
	size_t name = 0;

	if (step->run.s)
		command_of(step->run.s, &name);
	if (name)
		set_name(s, step->run.s, name);
	for (size_t i = 0; i < step->n_set; i++)
		if (step->set[i].name.s)
			set_name(s, step->set[i].name.s, strlen(step->set[i].name.s));
}

static void check_step_lines(struct scope *s, const struct step *steps, size_t n, const char *file)
{
	const struct tree *tree = library_tree(s->lib, file);

	for (size_t i = 0; i < n; i++) {
		check_line(s, &steps[i].run);
		if (steps[i].expect && tree)
			check_value_names(s, tree, steps[i].expect);
		take_names(s, &steps[i]);
	}
}

/* A check knows the world's names and its own, never what a solution has kept. */
static void check_task(
	struct library *l, const struct lab *lab, const struct task *t, const struct scope *begun)
{
	struct scope s = {.lib = l, .diags = &l->diags};
	const char *name;
	void *value;
	size_t at = 0;

	while (map_next(&begun->names, &at, &name, &value))
		map_add(&s.names, name, &s);
	check_text_names(&s, &t->act);
	check_text_names(&s, &t->why);
	for (size_t i = 0; i < t->n_hints; i++)
		check_text_names(&s, &t->hints[i]);
	check_step_lines(&s, t->check, t->n_check, lab->at.file);
	map_release(&s.names);
	arena_release(&s.arena);
}

/* ---- what the lab begins with ---- */

static void check_values(struct scope *s, const struct variation *v)
{
	if (v->name.s && text_shell_name(v->name.s) != strlen(v->name.s))
		diag_error(s->diags, v->name.at,
			_("'%.60s' cannot be used as $NAME: use letters, digits and '_'"),
			v->name.s);
	for (size_t i = 0; i < v->n_values; i++)
		for (size_t k = 0; v->values[i].s && k < i; k++)
			if (v->values[k].s && strcmp(v->values[i].s, v->values[k].s) == 0) {
				diag_warning(s->diags, v->values[i].at,
					_("the value '%.60s' stands here twice"), v->values[i].s);
				break;
			}
	if (v->name.s)
		set_name(s, v->name.s, strlen(v->name.s));
}

/* False: its world is not there, so nobody knows the names. */
static bool begin(struct scope *s, const struct lab *lab)
{
	const struct world *w =
		lab->world.s ? map_get(&s->lib->of[DOC_WORLD].by_id, lab->world.s) : NULL;

	for (size_t i = 0; i < lab->n_vary; i++)
		check_values(s, &lab->vary[i]);
	for (size_t i = 0; w && i < w->n_setup; i++)
		take_names(s, &w->setup[i]);
	return w != NULL;
}

static void check_names(struct scope *s, struct library *l, const struct lab *lab)
{
	if (!begin(s, lab))
		return;
	check_step_lines(s, lab->setup, lab->n_setup, lab->at.file);
	check_text_names(s, &lab->about);
	for (size_t i = 0; i < lab->n_tasks; i++)
		check_task(l, lab, &lab->tasks[i], s);
	for (size_t i = 0; i < lab->n_tasks; i++)
		for (size_t k = 0; k < lab->tasks[i].n_solution; k++)
			check_line(s, &lab->tasks[i].solution[k]);
}

/* ---- the id ---- */

/* It names the world "lab-ID" too, which is a file. */
static bool can_name_world(const char *id)
{
	size_t n = strlen(id);

	return n <= ID_MAX && strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-_.") == n;
}

static void check_id(struct diags *d, const struct lab *lab)
{
	const char *slash = strrchr(lab->at.file, '/'), *name = slash ? slash + 1 : lab->at.file;
	size_t id = strlen(lab->id.s);

	if (!can_name_world(lab->id.s))
		diag_error(d, lab->id.at,
			_("'%.60s' cannot be the id of a lab: it names a world too, so use A to Z, digits, '-', '_' and '.', at most %d"),
			lab->id.s, (int)ID_MAX);
	else if (strncmp(name, lab->id.s, id) != 0 || name[id] != '.')
		diag_warning(d, lab->id.at,
			_("the lab '%.60s' stands in a file of another name; call it %.60s.yaml"),
			lab->id.s, lab->id.s);
}

/* What a learner is helped by. The last step decides, so what it means stands for all before it. */
static void check_help(struct diags *d, const struct task *t)
{
	const struct step *last = &t->check[t->n_check - 1];

	if (!t->n_hints)
		diag_warning(d, t->at, _("task '%.60s' has no hints"), t->id.s);
	if (!last->means.in[LANG_EN] && !last->means.in[LANG_KO])
		diag_warning(d, last->at,
			_("the check of task '%.60s' ends without 'means': a learner would see the bare command"),
			t->id.s);
}

void check_lab_lines(struct library *l, const struct lab *lab, bool sound)
{
	struct scope s = {.lib = l, .diags = &l->diags};

	if (lab->id.s)
		check_id(&l->diags, lab);
	for (size_t i = 0; sound && i < lab->n_tasks; i++)
		check_help(&l->diags, &lab->tasks[i]);
	if (sound)
		check_names(&s, l, lab);
	map_release(&s.names);
	arena_release(&s.arena);
}
