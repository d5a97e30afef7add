/* cmd-config.c - the learner's settings: list, show, set; and help. */
#include "app/app.h"
#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct option_spec config_options[] = {
	{"unset", NULL, N_("put the setting back to its default")},
	{NULL, NULL, NULL},
};

struct listing {
	struct app *app;
	const char *key; /* NULL: all */
	json_t *json;
	struct buf out;
	int found;
};

static void list_setting(void *ctx, const char *key, const char *value, const char *summary)
{
	struct listing *l = ctx;

	if (l->key && strcmp(l->key, key) != 0)
		return;
	l->found++;
	if (l->json) {
		json_object_set_new(l->json, key, json_string(value));
	} else if (l->key) {
		buf_addf(&l->out, "%s\n", value);
	} else {
		buf_addf(&l->out, "%s: %s\n", key, value);
		text_wrap(&l->out, summary, l->app->screen.look.columns, "    ", "    ");
	}
}

static int config_list(struct app *a, const char *key)
{
	struct listing l = {.app = a, .key = key, .out = BUF_INIT};
	struct err e = {0};
	int code = EXIT_OK;

	l.json = a->json ? json_object() : NULL;
	config_each(&a->config, list_setting, &l);
	if (key && !l.found) {
		config_set(a->places.config ? a->places.config : "", key, NULL,
			&e); /* words the error */
		code = app_fail(a, &e);
		json_decref(l.json);
	} else if (a->json) {
		json_out(l.json);
	} else {
		code = app_show(a, &l.out);
	}
	buf_release(&l.out);
	return code;
}

/* What a new setting means for the days to come (study-rules: before the learner lives with N). */
static int tell_effect(struct app *a, const char *key)
{
	struct err e = {0};
	int n, days;

	if (a->json || !config_load(&a->config, a->places.config, &e))
		return EXIT_OK;
	n = a->config.new_per_day;
	days = a->config.exam_date == DAY_NONE ? 0 : a->config.exam_date - app_today(a);
	if (strcmp(key, "new_per_day") == 0)
		app_say(a,
			_("%d new cards a day bring about %d reviews a day once all rungs are busy."),
			n, n * a->config.ladder.n_rungs);
	else if (strcmp(key, "exam_date") == 0 && days > 0)
		app_say(a,
			P_("%d day until then; amidojo plan shows what it takes.",
				"%d days until then; amidojo plan shows what it takes.", days),
			days);
	return EXIT_OK;
}

static int config_run(struct app *a, const struct args *args)
{
	bool unset = args_option(args, "unset") != NULL;
	struct err e = {0};

	if (args->n_operands < 2 && !unset)
		return config_list(a, args->n_operands ? args->operands[0] : NULL);
	if (unset && args->n_operands != 1)
		err_set(&e, ERR_USAGE, _("--unset takes the name of one setting"));
	else if (!a->places.config)
		err_set(&e, ERR_IO,
			_("there is no home folder for settings; set HOME or XDG_CONFIG_HOME"));
	else if (config_set(
			 a->places.config, args->operands[0], unset ? NULL : args->operands[1], &e))
		return tell_effect(a, args->operands[0]);
	return app_fail(a, &e);
}

const struct command cmd_config = {
	.name = "config",
	.synopsis = "[NAME [VALUE]]",
	.summary = N_("show or change settings"),
	.options = config_options,
	.max_operands = 2,
	.run = config_run,
};

/* ---- help ---- */

/* The short name of an option, "-n"; "" if it has none. */
static const char *letter_of(const struct command *c, const struct option_spec *o, char out[3])
{
	const struct option_letter *l = c->letters;

	while (l && l->letter && strcmp(l->name, o->name) != 0)
		l++;
	snprintf(out, 3, "%s%c", l && l->letter ? "-" : "", l ? l->letter : '\0');
	return out;
}

static json_t *options_json(const struct command *c)
{
	json_t *all = json_array();
	char letter[3];

	for (const struct option_spec *o = c->options; o && o->name; o++) {
		json_t *one = json_pack("{s:s, s:s?, s:s}", "name", o->name, "argument",
			o->argument, "summary", _(o->summary));

		if (*letter_of(c, o, letter))
			json_object_set_new(one, "letter", json_string(letter));
		json_array_append_new(all, one);
	}
	return all;
}

static void help_json(void)
{
	json_t *all = json_array();

	for (const struct command *const *c = commands; *c; c++)
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o}", "name", (*c)->name,
						   "synopsis", (*c)->synopsis, "summary",
						   _((*c)->summary), "options", options_json(*c)));
	json_out(all);
}

static int help_run(struct app *a, const struct args *args)
{
	const struct command *c = args->n_operands ? command_named(args->operands[0]) : NULL;
	struct buf out = BUF_INIT;
	struct err e = {0};
	int code = EXIT_OK;

	if (args->n_operands && !c) {
		command_unknown(args->operands[0], &e);
		return app_fail(a, &e);
	}
	if (a->json) {
		help_json();
	} else {
		command_help(c, a->screen.look.columns, &out);
		code = app_show(a, &out);
	}
	buf_release(&out);
	return code;
}

const struct command cmd_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = N_("list the commands, or explain one"),
	.max_operands = 1,
	.run = help_run,
};
