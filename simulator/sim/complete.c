/* complete.c - completion with what is in the world; see sim.h. */
#include "sim/internal.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct list {
	struct sim_completion *out;
	size_t cap;
	const char *prefix;
};

static void add(struct list *l, const char *word, const char *note)
{
	struct sim_completion *c = l->out;
	size_t cap = l->cap;

	if (strncmp(word, l->prefix, strlen(l->prefix)) != 0)
		return;
	if (c->n >= cap) {
		l->cap = cap ? cap * 2 : 32;
		c->words = xreallocarray(c->words, l->cap, sizeof *c->words);
		c->notes = xreallocarray(c->notes, l->cap, sizeof *c->notes);
	}
	c->words[c->n] = xstrdup(word);
	c->notes[c->n] = note ? xstrdup(note) : NULL;
	c->n++;
}

static void add_id(void *list, const char *id, const char *name)
{
	add(list, id, name);
}

/* The caller as far as completion needs it: profile and Region from the words alone. */
static const char *option_value(const struct sim_command *c, const char *option)
{
	for (size_t i = 0; i + 1 < c->n_words; i++)
		if (strcmp(c->words[i], option) == 0)
			return c->words[i + 1];
	return NULL;
}

static struct ops_caller caller_of(const struct sim_command *c)
{
	const char *profile = option_value(c, "--profile"), *region = option_value(c, "--region");
	const struct ops_profile *p = ops_profiles;

	if (!profile && c->env)
		profile = c->env(c->ctx, "AWS_PROFILE");
	while (profile && p->name && strcmp(p->name, profile) != 0)
		p++;
	if (!p->name)
		p = ops_profiles;
	if (!region && c->env)
		region = c->env(c->ctx, "AWS_REGION");
	if (!region && c->env)
		region = c->env(c->ctx, "AWS_DEFAULT_REGION");
	return (struct ops_caller){.account = p->account, .region = region ? region : p->region};
}

static void add_hint(struct sim_completion *out, const struct cli_completion *c)
{
	struct buf hint = BUF_INIT;

	for (size_t i = 0; i < c->n_missing; i++)
		buf_addf(&hint, "%s--%s", i ? " " : "", model_text(c->missing[i]->cli));
	out->hint = c->n_missing ? buf_detach(&hint) : NULL;
	buf_release(&hint);
}

/* The line that describes a word: an operation's, an option's; NULL: none. */
static const char *note_of(const struct cli_completion *c, const struct model_service *service,
	const char *word, bool ko)
{
	const struct model_known *known;
	const struct model_member *m = NULL;
	uint16_t doc = 0;
	const char *text;

	if (c->op && strncmp(word, "--", 2) == 0)
		m = model_find_member(
			&model_shapes[c->op->input], MODEL_BY_CLI, word + 2, strlen(word + 2));
	known = !c->op && service ? model_find_command(service, word) : NULL;
	if (m)
		doc = m->doc;
	else if (known && known->operation != MODEL_NONE)
		doc = model_operations[known->operation].doc;
	text = model_text(ko ? model_docs[doc].ko : model_docs[doc].en);
	return *text ? text : NULL;
}

static const struct model_service *service_in(const struct sim_command *c)
{
	for (size_t i = 0; i + 1 < c->n_words; i++) {
		const struct model_top *top = model_find_top(c->words[i]);

		if (top && top->service != MODEL_NONE)
			return &model_services[top->service];
	}
	return NULL;
}

void sim_complete(struct sim *s, const struct sim_command *command, struct sim_completion *out)
{
	struct cli_completion c;
	struct list list = {
		.out = out, .prefix = command->n_words ? command->words[command->n_words - 1] : ""};
	struct ops_caller who = caller_of(command);
	const struct model_service *service = service_in(command);
	bool ko = command->language && strcmp(command->language, "ko") == 0;

	*out = (struct sim_completion){0};
	cli_complete(command->n_words, command->words, &c);
	if (c.want == CLI_WANT_WORD)
		for (size_t i = 0; i < c.n; i++)
			add(&list, c.words[i], note_of(&c, service, c.words[i], ko));
	else if (c.option && c.want != CLI_WANT_FILE)
		ops_ids(s->w, &who, c.option, add_id, &list);
	out->file = c.want == CLI_WANT_FILE;
	add_hint(out, &c);
	cli_completion_release(&c);
}

void sim_completion_release(struct sim_completion *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->words[i]);
		free(c->notes[i]);
	}
	free(c->words);
	free(c->notes);
	free(c->hint);
	*c = (struct sim_completion){0};
}
