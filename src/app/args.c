/* args.c - the command line, parsed by the command table; and the help made of it. */
#include "app/command.h"

#include "app/world-commands.h"

#include "base/intl.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"
#include "content/shape.h"

#include <stdlib.h>
#include <string.h>

const struct option_spec global_options[] = {
	{"lang", "ko|en|both", N_("language of texts and messages")},
	{"plain", NULL, N_("linear output without colour or drawing, for screen readers")},
	{"json", NULL, N_("print data as JSON")},
	{"help", NULL, N_("explain the command")},
	{"version", NULL, N_("print the version")},
	{NULL, NULL, NULL},
};

const struct command *command_named(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

static const struct option_spec *find_in(const struct option_spec *o, const char *name, size_t len)
{
	for (; o && o->name; o++)
		if (strlen(o->name) == len && strncmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

bool command_unknown(const char *word, struct err *e)
{
	const char *names[64], *near;
	int n = 0;

	for (const struct command *const *c = commands; *c && n < 63; c++)
		names[n++] = (*c)->name;
	names[n] = NULL;
	if (world_command_named(word))
		return err_set(e, ERR_USAGE,
			_("there is no command '%s'; did you mean 'amidojo world %s'?"), word,
			word);
	near = nearest_name(word, names);
	if (near)
		return err_set(e, ERR_USAGE, _("there is no command '%s'; did you mean '%s'?"),
			word, near);
	return err_set(
		e, ERR_USAGE, _("there is no command '%s'; 'amidojo help' lists them"), word);
}

static bool unknown_option(const struct command *c, const char *word, struct err *e)
{
	const char *names[64], *near;
	int n = 0;

	for (const struct option_spec *o = c->options; o && o->name && n < 32; o++)
		names[n++] = o->name;
	for (const struct option_spec *o = global_options; o->name; o++)
		names[n++] = o->name;
	names[n] = NULL;
	near = nearest_name(word + strspn(word, "-"), names);
	if (near)
		return err_set(e, ERR_USAGE, _("'%s' has no option '%s'; did you mean '--%s'?"),
			c->name, word, near);
	return err_set(e, ERR_USAGE, _("'%s' has no option '%s'; 'amidojo %s --help' lists them"),
		c->name, word, c->name);
}

/* The option of a short name, and the value attached to it: "-n5", "-n=5" or, in the next word,
 * "-n 5" (NULL). */
static const struct option_spec *find_letter(
	const struct command *c, const char *word, const char **value)
{
	const struct option_letter *l = c->letters;

	while (l && l->letter && l->letter != word[1])
		l++;
	if (!l || !l->letter)
		return NULL;
	*value = !word[2] ? NULL : word[2] == '=' ? word + 3 : word + 2;
	return find_in(c->options, l->name, strlen(l->name));
}

/* "--option", "--option=VALUE" or a short name; NULL: the command has none such. */
static const struct option_spec *find_option(
	const struct command *c, const char *word, const char **value)
{
	const char *name = word + 2, *eq;
	const struct option_spec *o;
	size_t len;

	if (word[1] != '-')
		return find_letter(c, word, value);
	eq = strchr(name, '=');
	len = eq ? (size_t)(eq - name) : strlen(name);
	*value = eq ? eq + 1 : NULL;
	o = find_in(c->options, name, len);
	return o ? o : find_in(global_options, name, len);
}

/* Takes one option, with its value attached or in the next word. */
static bool take_option(struct args *a, int argc, const char **argv, int *i, struct err *e)
{
	const char *value = NULL;
	const struct option_spec *o = find_option(a->command, argv[*i], &value);

	if (!o)
		return unknown_option(a->command, argv[*i], e);
	if (!o->argument && value)
		return err_set(e, ERR_USAGE, _("option '--%s' takes no value"), o->name);
	if (o->argument && !value && *i + 1 >= argc)
		return err_set(
			e, ERR_USAGE, _("option '--%s' needs a value: %s"), o->name, o->argument);
	if (a->n_options == ARGS_MAX_OPTIONS)
		return err_set(e, ERR_USAGE, _("too many options"));
	a->options[a->n_options].name = o->name;
	a->options[a->n_options].value = !o->argument ? "" : value ? value : argv[++*i];
	a->n_options++;
	return true;
}

const char *args_language(int argc, const char **argv)
{
	const char *language = NULL;

	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			language = argv[i] + 7;
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			language = argv[i + 1];
	}
	return language;
}

/* The command is the first word that is not an option or the value of a global one. */
static const char *command_word(int argc, const char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (argv[i][0] != '-')
			return argv[i];
		if (strcmp(argv[i], "--") == 0)
			return NULL;
		if (strcmp(argv[i], "--lang") == 0)
			i++;
	}
	return NULL;
}

static bool check_operands(const struct args *a, struct err *e)
{
	const struct command *c = a->command;

	if (a->n_operands < c->min_operands)
		return err_set(e, ERR_USAGE, _("'%s' needs more: amidojo %s %s"), c->name, c->name,
			c->synopsis);
	if (c->max_operands >= 0 && a->n_operands > c->max_operands)
		return err_set(e, ERR_USAGE,
			_("'%s' does not take '%s'; 'amidojo %s --help' explains it"), c->name,
			a->operands[c->max_operands], c->name);
	return true;
}

/* Whether the synopsis calls the operand number `i` a file; its last word stands for the rest. */
static bool names_file(const struct command *c, int i)
{
	const char *word = c->synopsis;
	size_t len = strcspn(word, " ");

	while (i-- > 0 && word[len]) {
		word += len + 1;
		len = strcspn(word, " ");
	}
	word += strspn(word, "[");
	return strncmp(word, "FILE", 4) == 0 || strncmp(word, "PATH", 4) == 0;
}

/* Some keyboards type Korean decomposed, but content is composed. A file has the name it has. */
static void add_operand(struct args *a, const char *word)
{
	struct buf composed = BUF_INIT;

	if (names_file(a->command, a->n_operands))
		buf_adds(&composed, word);
	else
		text_nfc(word, strlen(word), &composed);
	a->operands[a->n_operands++] = buf_detach(&composed);
}

/* Before the first word of a command that has words of its own, options are ours; --help is
 * everywhere. */
static bool is_option(const struct args *a, const char *word)
{
	return a->command->words &&
	       (strcmp(word, "--help") == 0 || (a->n_operands == 0 && word[0] == '-' && word[1]));
}

bool args_parse(struct args *a, int argc, const char **argv, struct err *e)
{
	const char *word = command_word(argc, argv);
	bool named = false;

	*a = (struct args){.operands = xcalloc((size_t)argc + 1, sizeof *a->operands)};
	for (int i = 0; i < argc; i++) {
		if (text_valid(argv[i], strlen(argv[i])) != strlen(argv[i]))
			return err_set(e, ERR_USAGE,
				_("argument %d is not valid UTF-8; type it in a UTF-8 terminal"),
				i + 1);
	}
	a->command = command_named(word ? word : "home");
	if (!a->command)
		return command_unknown(word, e);
	for (int i = 0; i < argc; i++) {
		if (named && a->command->raw && !is_option(a, argv[i])) {
			a->operands[a->n_operands++] = xstrdup(argv[i]);
		} else if (!named && argv[i] == word) {
			named = true;
		} else if (strcmp(argv[i], "--") == 0) {
			while (++i < argc)
				add_operand(a, argv[i]);
		} else if (argv[i][0] == '-' && argv[i][1]) {
			if (!take_option(a, argc, argv, &i, e))
				return false;
		} else {
			add_operand(a, argv[i]);
		}
	}
	return args_option(a, "help") || args_option(a, "version") || check_operands(a, e);
}

void args_release(struct args *a)
{
	for (int i = 0; i < a->n_operands; i++)
		free((char *)a->operands[i]);
	free(a->operands);
	*a = (struct args){0};
}

const char *args_option(const struct args *a, const char *name)
{
	for (int i = a->n_options - 1; i >= 0; i--)
		if (strcmp(a->options[i].name, name) == 0)
			return a->options[i].value;
	return NULL;
}

bool args_number(const struct args *a, const char *name, int min, int max, int fallback, int *out,
	struct err *e)
{
	const char *value = args_option(a, name);

	*out = fallback;
	if (value && !number_parse(value, min, max, out))
		return err_set(e, ERR_USAGE,
			_("option '--%s' needs a whole number from %d to %d, not '%s'"), name, min,
			max, value);
	return true;
}

/* "  --name VALUE   summary", the summary wrapped beside it, or below it when there is no room. */
static void help_line(struct buf *out, const char *left, const char *summary, int columns)
{
	enum { LEFT = 24 };
	struct buf first = BUF_INIT;

	buf_addf(&first, "  %s", left);
	if (columns < 60 || text_swidth(first.s) > LEFT - 2) {
		buf_addf(out, "%s\n", first.s);
		text_wrap(out, summary, columns, "      ", "      ");
	} else {
		buf_addn(&first, " ", (size_t)(LEFT - text_swidth(first.s)));
		text_wrap(out, summary, columns, first.s, "                        ");
	}
	buf_release(&first);
}

static void help_options(struct buf *out, const struct option_spec *o,
	const struct option_letter *letters, int columns)
{
	for (; o && o->name; o++) {
		struct buf left = BUF_INIT;

		for (const struct option_letter *l = letters; l && l->letter; l++)
			if (strcmp(l->name, o->name) == 0)
				buf_addf(&left, "-%c, ", l->letter);
		buf_addf(&left, o->argument ? "--%s %s" : "--%s", o->name, o->argument);
		help_line(out, left.s, _(o->summary), columns);
		buf_release(&left);
	}
}

void command_help(const struct command *c, int columns, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (c) {
		buf_addf(&line, "amidojo %s%s%s%s", c->name, c->options ? _(" [OPTION...]") : "",
			*c->synopsis ? " " : "", c->synopsis);
		text_wrap(out, line.s, columns, "", "    ");
		buf_addc(out, '\n');
		text_wrap(out, _(c->summary), columns, "", "");
		if (c->options) {
			buf_addf(out, "\n%s\n", _("Options:"));
			help_options(out, c->options, c->letters, columns);
		}
		if (c->words) {
			buf_addc(out, '\n');
			c->words(columns, out);
		}
	} else {
		text_wrap(out,
			_("amidojo - study AWS AMI/EC2 in the terminal, in Korean and English"),
			columns, "", "");
		buf_addf(out, "\n%s\n", _("Commands:"));
		for (const struct command *const *i = commands; *i; i++)
			help_line(out, (*i)->name, _((*i)->summary), columns);
	}
	buf_addf(out, "\n%s\n", _("Everywhere:"));
	help_options(out, global_options, NULL, columns);
	buf_release(&line);
}
