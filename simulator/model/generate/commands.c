/*
 * commands.c - commands.yaml: every word the CLI knows, and where its names follow no rule.
 *
 *   services: [...]                            every word after `aws`
 *   ec2: [...]                                 a service's commands, to hold the rule against;
 * optional own_commands: {ec2: [wait]}                commands that are no operation no_commands:
 * {ec2: [ImportInstance]}       operations that are no command negatives: {ec2:
 * {create-image.no-reboot: reboot}}   the option that says no global_options:
 * {region: {type: string}}
 */
#include "model/generate/tables.h"

#include <stdlib.h>
#include <string.h>

/* --- the words after `aws` --- */

static uint16_t service_called(const struct tables *t, uint32_t command)
{
	size_t i;

	for (i = 0; i < t->services.n; i++)
		if (t->services.v[i].command == command)
			return (uint16_t)i;
	return MODEL_NONE;
}

/* The list names every service there is. */
static void check_tops(const struct tables *t, struct place list)
{
	size_t i, k;

	for (k = 0; k < t->services.n; k++) {
		for (i = 0; i < t->tops.n && t->tops.v[i].service != k; i++)
			;
		if (i == t->tops.n)
			complain(list, 0, "the service '%s' is missing here",
				tables_string(t, t->services.v[k].command));
	}
}

static void read_tops(struct tables *t, struct place list)
{
	struct map seen = {0};
	struct model_top top;
	const char *word;
	size_t i;

	for (i = 0; i < source_items(list); i++) {
		word = source_text(source_item(list, i));
		if (!word)
			continue;
		if (map_get(&seen, word))
			complain(source_item(list, i), 0, "'%s' is given twice", word);
		map_add(&seen, word, &seen);
		top.name = tables_text(t, word);
		top.service = service_called(t, top.name);
		PUSH(t->tops, top);
	}
	map_release(&seen);
	check_tops(t, list);
}

/* --- the names of one service --- */

struct naming {
	struct tables *t;
	const struct draft *d;
	size_t first;     /* of the service's rows in t->known */
	struct map names; /* API name -> row + 1, kept from meeting the CLI's by their capitals */
	struct map clis;  /* CLI name -> row + 1 */
};

static struct model_known *row_of(const struct naming *n, const struct map *m, const char *name)
{
	void *at = map_get(m, name);

	return at ? &n->t->known.v[(uintptr_t)at - 1] : NULL;
}

static void add_known(struct naming *n, struct place at, const char *name, uint16_t operation)
{
	struct tables *t = n->t;
	struct model_known row = {tables_text(t, name), tables_cli(t, name), operation};
	const char *cli = arena_strdup(&t->arena, tables_string(t, row.cli));
	void *value = (void *)(t->known.n + 1);

	PUSH(t->known, row);
	if (map_add(&n->names, arena_strdup(&t->arena, name), value) != value)
		complain(at, 0, "the operation '%s' is given twice", name);
	else if (map_add(&n->clis, cli, value) != value)
		complain(at, 0, "two operations are called '%s'", cli);
}

static void add_operations(struct naming *n)
{
	struct place root = {n->d->file, yaml_document_get_root_node(&n->d->file->doc)};
	struct place others = source_get(root, "other_operations");
	const struct model_span *span = &n->t->services.v[n->d->index].operations;
	const char *name;
	size_t i;

	for (i = 0; i < span->n; i++) {
		uint16_t op = (uint16_t)(span->first + i);

		name = arena_strdup(&n->t->arena, tables_string(n->t, n->t->operations.v[op].name));
		add_known(n, source_get(root, "operations"), name, op);
	}
	for (i = 0; i < source_items(others); i++) {
		name = source_text(source_item(others, i));
		if (name)
			add_known(n, source_item(others, i), name, MODEL_NONE);
	}
}

/* Commands of the CLI's own, as `wait`. */
static void add_own(struct naming *n, struct place list)
{
	struct model_known row = {.operation = MODEL_NONE};
	const char *cli;
	size_t i;
	void *value;

	for (i = 0; i < source_items(list); i++) {
		cli = source_text(source_item(list, i));
		if (!cli)
			continue;
		value = (void *)(n->t->known.n + 1);
		row.cli = tables_text(n->t, cli);
		PUSH(n->t->known, row);
		if (map_add(&n->clis, cli, value) != value)
			complain(source_item(list, i), 0, "'%s' is a command already", cli);
	}
}

static void drop_commands(struct naming *n, struct place list)
{
	struct model_known *row;
	const char *name;
	size_t i;

	for (i = 0; i < source_items(list); i++) {
		name = source_text(source_item(list, i));
		row = name ? row_of(n, &n->names, name) : NULL;
		if (row && row->operation == MODEL_NONE)
			row->cli = 0;
		else if (name)
			complain(source_item(list, i), 0, "'%s' is %s", name,
				row ? "simulated, so it needs its command" : "no operation");
	}
}

/* The list of commands, where there is one, and what the rule gives are the same. */
static void compare_commands(struct naming *n, struct place list)
{
	const struct model_known *row;
	struct map seen = {0};
	const char *cli;
	size_t i;

	for (i = 0; i < source_items(list); i++) {
		cli = source_text(source_item(list, i));
		row = cli ? row_of(n, &n->clis, cli) : NULL;
		if (cli && (!row || !row->cli))
			complain(source_item(list, i), 0, "no operation is called '%s'", cli);
		if (cli && map_get(&seen, cli))
			complain(source_item(list, i), 0, "'%s' is given twice", cli);
		if (cli)
			map_add(&seen, cli, &seen);
	}
	for (i = n->first; list.node && i < n->t->known.n; i++) {
		cli = tables_string(n->t, n->t->known.v[i].cli);
		if (*cli && !map_get(&seen, cli))
			complain(list, 0, "the command '%s' is missing here", cli);
	}
	map_release(&seen);
}

static void read_names(struct tables *t, const struct draft *d, struct place root)
{
	const char *service = tables_string(t, t->services.v[d->index].command);
	char *name = xstrdup(service); /* the store of texts moves while it grows */
	struct naming n = {.t = t, .d = d, .first = t->known.n};

	add_operations(&n);
	add_own(&n, source_get(source_get(root, "own_commands"), name));
	drop_commands(&n, source_get(source_get(root, "no_commands"), name));
	compare_commands(&n, source_get(root, name));
	t->services.v[d->index].known = tables_span(root, n.first, t->known.n);
	map_release(&n.names);
	map_release(&n.clis);
	free(name);
}

/* --- the options that say no --- */

/* {Value: boolean}, which ec2's commands take as a flag too. */
static bool is_wrapped_flag(const struct tables *t, const struct model_shape *s)
{
	const struct model_member *only;

	if (s->kind != MODEL_STRUCTURE || s->members.n != 1)
		return false;
	only = &t->members.v[s->members.first];
	return only->shape != MODEL_NONE && t->shapes.v[only->shape].kind == MODEL_BOOLEAN &&
	       !strcmp(tables_string(t, only->name), "Value");
}

static bool is_flag(const struct tables *t, const struct model_service *s, uint16_t shape)
{
	if (shape == MODEL_NONE)
		return false;
	return t->shapes.v[shape].kind == MODEL_BOOLEAN ||
	       (s->protocol == MODEL_EC2 && is_wrapped_flag(t, &t->shapes.v[shape]));
}

/* What the rename `command.option` makes of the option; NULL: nothing. */
static const char *renamed(const struct tables *t, struct place renames,
	const struct model_operation *op, const char *option, bool *used)
{
	const char *command = tables_string(t, op->cli), *dot, *key;
	size_t i, n;

	for (i = 0; i < source_pairs(renames); i++) {
		key = source_text(source_key(renames, i));
		dot = key ? strchr(key, '.') : NULL;
		if (!dot || strcmp(dot + 1, option) != 0)
			continue;
		n = (size_t)(dot - key);
		if (strlen(command) != n || memcmp(key, command, n) != 0)
			continue;
		used[i] = true;
		return source_text(source_value(renames, i));
	}
	return NULL;
}

static void name_negatives(
	struct tables *t, const struct model_operation *op, struct place renames, bool *used)
{
	const struct model_service *s = &t->services.v[op->service];
	struct model_span span;
	struct buf no = BUF_INIT;
	size_t i;

	if (op->input == MODEL_NONE)
		return;
	span = t->shapes.v[op->input].members;
	for (i = span.first; i < (size_t)span.first + span.n; i++) {
		const char *name, *cli;

		if (!is_flag(t, s, t->members.v[i].shape))
			continue;
		cli = tables_string(t, tables_cli(t, tables_string(t, t->members.v[i].name)));
		name = renamed(t, renames, op, cli, used);
		buf_clear(&no);
		buf_addf(&no, "%s%s", name ? "" : "no-", name ? name : cli);
		t->members.v[i].cli_no = tables_text(t, no.s);
	}
	buf_release(&no);
}

static void read_negatives(struct tables *t, const struct draft *d, struct place root)
{
	const struct model_service *s = &t->services.v[d->index];
	struct place renames = source_get(source_get(root, "negatives"),
		arena_strdup(&t->arena, tables_string(t, s->command)));
	bool *used = xcalloc(source_pairs(renames) + 1, sizeof *used);
	size_t i;

	source_keys_differ(renames);
	for (i = 0; i < s->operations.n; i++)
		name_negatives(t, &t->operations.v[s->operations.first + i], renames, used);
	for (i = 0; i < source_pairs(renames); i++)
		if (!used[i])
			complain(source_key(renames, i), 0, "there is no such flag");
	free(used);
}

/* --- global options --- */

static void read_option(struct tables *t, struct place key, struct place value)
{
	static const char *const keys[] = {"type", "flag", "choices", NULL};
	static const char *const types[] = {"string", "int", "boolean"};
	struct place choices = source_get(value, "choices");
	const char *name = source_text(key), *type, *flag, *choice;
	struct model_option option = {0};
	size_t i, first = t->choices.n;

	source_keys(value, keys);
	type = source_need_text(value, "type");
	flag = source_get_text(value, "flag");
	if (!name || !type)
		return;
	option.name = tables_text(t, name);
	while (option.type < ARRAY_LEN(types) && strcmp(type, types[option.type]) != 0)
		option.type++; /* in the order of enum model_option_type */
	if (option.type == ARRAY_LEN(types))
		complain(source_get(value, "type"), 0, "there is no type '%s' of options", type);
	option.flag = flag && !strcmp(flag, "true");
	for (i = 0; i < source_items(choices); i++) {
		choice = source_text(source_item(choices, i));
		if (choice)
			PUSH(t->choices, tables_text(t, choice));
	}
	option.choices = tables_span(key, first, t->choices.n);
	PUSH(t->options, option);
}

/* --- the file --- */

/* Keys are the fixed ones and the commands of services that have been read. */
static void check_keys(const struct tables *t, struct place root)
{
	static const char *const fixed[] = {
		"services", "own_commands", "no_commands", "negatives", "global_options"};
	const char **allowed = xcalloc(ARRAY_LEN(fixed) + t->services.n + 1, sizeof *allowed);
	static const char *const by_service[] = {"own_commands", "no_commands", "negatives"};
	size_t i;

	for (i = 0; i < t->services.n; i++)
		allowed[i] = tables_string(t, t->services.v[i].command);
	for (i = 0; i < ARRAY_LEN(by_service); i++)
		source_keys(source_get(root, by_service[i]), allowed);
	for (i = 0; i < ARRAY_LEN(fixed); i++)
		allowed[t->services.n + i] = fixed[i];
	source_keys(root, allowed);
	free(allowed);
}

void read_commands(struct tables *t, struct file *f)
{
	struct place root = {f, yaml_document_get_root_node(&f->doc)};
	struct place options = source_get(root, "global_options");
	size_t i;

	check_keys(t, root);
	read_tops(t, source_get(root, "services"));
	for (i = 0; i < t->drafts.n; i++) {
		read_names(t, &t->drafts.v[i], root);
		read_negatives(t, &t->drafts.v[i], root);
	}
	source_keys_differ(options);
	for (i = 0; i < source_pairs(options); i++)
		read_option(t, source_key(options, i), source_value(options, i));
}
