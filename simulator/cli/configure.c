/*
 * configure.c - aws configure: asks for credentials, Region and format; set, get, list,
 * list-profiles.
 *
 * Two of the CLI's peculiarities are kept, for learners will meet them: a profile whose name is a
 * part of "plugins" is written to a section of that bare name, and `get` of what is not set says
 * nothing but the exit code.
 */
#include "cli/configure.h"

#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/internal.h"

#include <stdlib.h>
#include <string.h>

static const char not_set[] = "<not set>";

/* The CLI tests with Python's `in` on a string, so any part of the word counts. */
static bool is_predefined(const char *section)
{
	return strstr("plugins", section) != NULL;
}

void configure_section(struct buf *out, const char *profile)
{
	if (!strcmp(profile, "default")) {
		buf_adds(out, profile);
		return;
	}
	buf_adds(out, "profile ");
	if (!strpbrk(profile, " \t")) {
		buf_adds(out, profile);
		return;
	}
	buf_addc(out, '\'');
	for (const char *s = profile; *s; s++) {
		if (*s == '\'')
			buf_adds(out, "'\"'\"'");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '\'');
}

/* Where the last four characters begin. */
static const char *last_four(const char *s)
{
	const char *at = s + strlen(s);

	for (int left = 4; at > s && left > 0; left--)
		do
			at--;
		while (at > s && ((unsigned char)*at & 0xc0) == 0x80);
	return at;
}

void configure_mask(struct buf *out, const char *value)
{
	if (!value) {
		buf_adds(out, "None");
		return;
	}
	buf_addn(out, "*", 16);
	buf_adds(out, last_four(value));
}

/* --- the profile and the files -------------------------------------------------------------- */

/* Options of the profile in both files; NULL: it was asked for and is not there, which is told. */
static json_t *scoped_config(struct invocation *inv, const json_t *profiles)
{
	const char *name = inv->g.profile ? inv->g.profile : "default";
	json_t *options = json_object_get(profiles, name);

	if (!options && inv->g.profile) {
		fail_general(inv, "The config profile (%s) could not be found", name);
		return NULL;
	}
	return options ? json_incref(options) : json_object();
}

static bool update(
	struct invocation *inv, const char *path, const char *section, const json_t *values)
{
	struct err e = {0};

	if (!path)
		return fail_general(inv, "%s",
			_("There is no place for a configuration file: set HOME, "
			  "or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE."));
	return cli_ini_update(path, section, values, &e) || fail_general(inv, "%s", e.text);
}

static bool is_secret(const char *option)
{
	return !strcmp(option, "aws_access_key_id") || !strcmp(option, "aws_secret_access_key") ||
	       !strcmp(option, "aws_session_token");
}

/* --- interactive ---------------------------------------------------------------------------- */

static const struct {
	const char *option, *prompt;
} questions[] = {
	{"aws_access_key_id", "AWS Access Key ID"},
	{"aws_secret_access_key", "AWS Secret Access Key"},
	{"region", "Default region name"},
	{"output", "Default output format"},
};

/* The CLI prints it before the first question. It is part of the prompt, for the order's sake. */
static const char tip[] =
	"\nTip: You can deliver temporary credentials to the AWS CLI using your AWS "
	"Console session by running the command 'aws login'.\n\n";

/* False: the input has ended, which is told. */
static bool ask(
	struct invocation *inv, size_t i, const json_t *options, json_t *secrets, json_t *others)
{
	const char *option = questions[i].option, *now = cli_ini_text(options, option);
	struct buf prompt = BUF_INIT;
	char *answer;

	buf_addf(&prompt, "%s%s [", i == 0 ? tip : "", questions[i].prompt);
	if (is_secret(option))
		configure_mask(&prompt, now);
	else
		buf_adds(&prompt, now ? now : "None");
	buf_adds(&prompt, "]: ");
	answer = inv->c->ask ? inv->c->ask(inv->c->ctx, prompt.s) : NULL;
	buf_release(&prompt);
	if (!answer)
		return fail_general(inv, "EOF when reading a line");
	if (*answer && (!now || strcmp(answer, now) != 0))
		json_object_set_new(
			is_secret(option) ? secrets : others, option, json_string(answer));
	free(answer);
	return true;
}

static bool write_answers(struct invocation *inv, const json_t *secrets, const json_t *others)
{
	const char *profile = inv->g.profile ? inv->g.profile : "default";
	struct buf section = BUF_INIT;
	bool fine = true;

	if (json_object_size(secrets))
		fine = update(inv, inv->g.credentials_file, profile, secrets);
	configure_section(&section, profile);
	if (fine && json_object_size(secrets) + json_object_size(others))
		fine = update(inv, inv->g.config_file, section.s, others);
	buf_release(&section);
	return fine;
}

static bool interactive(struct invocation *inv)
{
	json_t *profiles = cli_ini_merged(inv->g.config, inv->g.credentials);
	const json_t *options =
		json_object_get(profiles, inv->g.profile ? inv->g.profile : "default");
	json_t *secrets = json_object(), *others = json_object();
	bool fine = true;

	for (size_t i = 0; fine && i < ARRAY_LEN(questions); i++)
		fine = ask(inv, i, options, secrets, others);
	if (fine)
		fine = write_answers(inv, secrets, others);
	json_decref(secrets);
	json_decref(others);
	json_decref(profiles);
	return fine;
}

/* --- names with dots ------------------------------------------------------------------------ */

struct parts {
	char **list;
	size_t n, cap;
};

static struct parts split(const char *name)
{
	struct parts p = {0};
	size_t n;

	for (;; name += n + 1) {
		n = strcspn(name, ".");
		ARRAY_GROW(p.list, p.n, p.cap);
		p.list[p.n++] = xstrndup(name, n);
		if (!name[n])
			return p;
	}
}

static void parts_release(struct parts *p)
{
	while (p->n)
		free(p->list[--p->n]);
	free(p->list);
}

/* --- set ------------------------------------------------------------------------------------ */

/* Where a value goes: an option, perhaps one of a group, in a profile. */
struct target {
	const char *profile, *option, *inner;
};

/* False: Python would have stumbled over the name. */
static bool find_target(
	const struct invocation *inv, const struct parts *p, const char *name, struct target *t)
{
	size_t skip = 0;

	*t = (struct target){inv->g.profile ? inv->g.profile : "default", name, NULL};
	if (p->n == 1)
		return true;
	if (!strcmp(p->list[0], "default")) {
		t->profile = "default";
		skip = 1;
	} else if (!strcmp(p->list[0], "profile")) {
		t->profile = p->list[1];
		skip = 2;
	} else if (is_predefined(p->list[0])) {
		if (p->n == 2)
			*t = (struct target){p->list[0], p->list[1], NULL};
		return true;
	}
	if (p->n == skip)
		return false;
	t->option = p->list[skip];
	if (p->n == skip + 2)
		t->inner = p->list[skip + 1];
	return true;
}

static bool set_value(struct invocation *inv, const struct target *t, const char *value)
{
	struct buf section = BUF_INIT;
	json_t *text = json_string(value), *values;
	bool secret = is_secret(t->option), fine;

	if (!text)
		return fail_general(inv, "%s", _("The value is no UTF-8 text."));
	if (t->inner)
		text = json_pack("{so}", t->inner, text);
	values = json_object();
	json_object_set_new(values, t->option, text);
	if (secret || is_predefined(t->profile))
		buf_adds(&section, t->profile);
	else
		configure_section(&section, t->profile);
	fine = update(
		inv, secret ? inv->g.credentials_file : inv->g.config_file, section.s, values);
	json_decref(values);
	buf_release(&section);
	return fine;
}

static bool set(struct invocation *inv)
{
	struct parts p = split(inv->args[0]);
	struct target t;
	bool fine;

	if (text_valid(inv->args[0], strlen(inv->args[0])) != strlen(inv->args[0]))
		fine = fail_general(inv, "%s", _("The name is no UTF-8 text."));
	else if (find_target(inv, &p, inv->args[0], &t))
		fine = set_value(inv, &t, inv->args[1]);
	else
		fine = fail_general(inv, "list index out of range");
	parts_release(&p);
	return fine;
}

/* --- get ------------------------------------------------------------------------------------ */

/* A value of a profile by a name with dots, borrowed. False: it has too few parts. */
static bool dotted(
	struct invocation *inv, const json_t *profiles, const struct parts *p, json_t **value)
{
	const char *profile = inv->g.profile ? inv->g.profile : "default";
	size_t skip = 0;

	*value = NULL;
	if (p->n == 2 && is_predefined(p->list[0])) {
		*value = json_object_get(
			json_object_get(inv->g.config->sections, p->list[0]), p->list[1]);
		if (!*value)
			*value = json_object_get(json_object_get(profiles, p->list[0]), p->list[1]);
		return true;
	}
	if (!strcmp(p->list[0], "profile")) {
		profile = p->list[1];
		skip = 2;
	} else if (!strcmp(p->list[0], "default") || json_object_get(profiles, p->list[0])) {
		profile = p->list[0];
		skip = 1;
	}
	if (p->n == skip)
		return false;
	*value = json_object_get(json_object_get(profiles, profile), p->list[skip]);
	if (p->n == skip + 2)
		*value = json_object_get(*value, p->list[skip + 1]);
	return true;
}

static bool print_value(struct invocation *inv, const char *name, const json_t *value)
{
	struct cli *c = inv->c;

	if (json_is_string(value)) {
		buf_addf(&c->out, "%s\n", json_string_value(value));
		return true;
	}
	if (value)
		buf_addf(&c->err,
			"varname (%s) must reference a value, not a section or sub-section.", name);
	c->code = CLI_UNSET;
	return false;
}

static bool get(struct invocation *inv)
{
	json_t *profiles = cli_ini_merged(inv->g.config, inv->g.credentials), *options = NULL;
	struct parts p = split(inv->args[0]);
	json_t *value = NULL;
	bool fine;

	if (p.n > 1) {
		fine = dotted(inv, profiles, &p, &value);
		if (!fine)
			fail_general(inv, "list index out of range");
	} else {
		options = scoped_config(inv, profiles);
		fine = options != NULL;
		value = json_object_get(options, inv->args[0]);
	}
	if (fine)
		fine = print_value(inv, inv->args[0], value);
	json_decref(options);
	json_decref(profiles);
	parts_release(&p);
	return fine;
}

/* --- list ----------------------------------------------------------------------------------- */

static void row(
	struct cli *c, const char *name, const char *value, const char *type, const char *location)
{
	buf_addf(&c->out, "%-10s : %-24s : %-16s : %s\n", name, value ? value : not_set,
		value ? type : "None", value ? location : "None");
}

/* The first of the variables that is set, and not empty; NULL: none. */
static const char *from_env(const struct cli *c, const char *first, const char *second)
{
	const char *value = c->env(c->ctx, first);

	if (!value || !*value)
		value = c->env(c->ctx, second);
	return value && *value ? value : NULL;
}

/* --profile may be cut short; no other option begins so. */
static bool has_profile_option(const struct cli *c)
{
	for (size_t i = 0; i < c->n_words; i++)
		if (!strncmp(c->words[i], "--pr", 4))
			return true;
	return false;
}

static void list_profile(const struct invocation *inv)
{
	struct cli *c = inv->c;

	if (has_profile_option(c))
		row(c, "profile", inv->g.profile, "manual", "--profile");
	else
		row(c, "profile", inv->g.profile, "env", "['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']");
}

static void list_key(const struct invocation *inv, const char *name, const char *key)
{
	struct buf masked = BUF_INIT;

	configure_mask(&masked, key);
	row(inv->c, name, key && inv->g.key_source ? masked.s : NULL, inv->g.key_source, "");
	buf_release(&masked);
}

static void list_region(const struct invocation *inv, const json_t *options)
{
	struct cli *c = inv->c;
	const char *region = from_env(c, "AWS_REGION", "AWS_DEFAULT_REGION");
	const char *file = c->env(c->ctx, "AWS_CONFIG_FILE");

	if (region)
		row(c, "region", region, "env", "['AWS_REGION', 'AWS_DEFAULT_REGION']");
	else
		row(c, "region", cli_ini_text(options, "region"), "config-file",
			file && *file ? file : "~/.aws/config");
}

static bool list(struct invocation *inv)
{
	json_t *profiles = cli_ini_merged(inv->g.config, inv->g.credentials), *options;

	row(inv->c, "NAME", "VALUE", "TYPE", "LOCATION");
	list_profile(inv);
	options = scoped_config(inv, profiles);
	if (options) {
		list_key(inv, "access_key", inv->who.key);
		list_key(inv, "secret_key", inv->who.secret);
		list_region(inv, options);
	}
	json_decref(options);
	json_decref(profiles);
	return options != NULL;
}

static bool list_profiles(struct invocation *inv)
{
	json_t *profiles = cli_ini_merged(inv->g.config, inv->g.credentials), *options;
	const char *name;

	json_object_foreach(profiles, name, options) buf_addf(&inv->c->out, "%s\n", name);
	json_decref(profiles);
	return true;
}

/* --- dispatch ------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	size_t n_args;
	bool (*run)(struct invocation *inv);
} commands[] = {
	{"set", 2, set},
	{"get", 1, get},
	{"list", 0, list},
	{"list-profiles", 0, list_profiles},
};

/* The command line gives a file that Python cannot read no second chance. */
static bool files_are_fine(struct invocation *inv)
{
	if (inv->g.config->state == CLI_INI_BAD)
		return fail_general(inv, "Unable to parse config file: %s", inv->g.config_file);
	if (inv->g.credentials->state == CLI_INI_BAD)
		return fail_general(
			inv, "Unable to parse config file: %s", inv->g.credentials_file);
	return true;
}

bool cli_configure(struct invocation *inv)
{
	if (!files_are_fine(inv))
		return false;
	if (!inv->subcommand)
		return interactive(inv);
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!strcmp(inv->subcommand, commands[i].word) && inv->n_args >= commands[i].n_args)
			return commands[i].run(inv);
	return fail_general(inv,
		_("'aws configure %s' is not simulated here; 'aws configure' with set, get, list and "
		  "list-profiles is."),
		inv->subcommand);
}
