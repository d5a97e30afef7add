/* complete.c - completion with what is in the world; see sim.h. */
#include "sim/internal.h"

#include "base/mem.h"

#include <stdio.h>
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

/* ---- whose ids, and where ---- */

enum { ACCOUNT = 16, REGION = 64 };

/* A question of who calls: the CLI resolves it as for any call, and nothing is called. */
struct asking {
	const struct sim *s;
	const struct sim_command *command;
	char account[ACCOUNT], region[REGION]; /* "": not known */
};

static const char *environment(void *asking, const char *name)
{
	const struct sim_command *c = ((struct asking *)asking)->command;

	return c->env ? c->env(c->ctx, name) : NULL;
}

static void note_caller(void *asking, const struct cli_identity *who,
	const struct model_operation *op, json_t *request, struct cli_reply *reply)
{
	struct asking *a = asking;

	(void)op;
	(void)request;
	if (!who->endpoint) { /* else ids are elsewhere */
		snprintf(
			a->account, sizeof a->account, "%s", ops_account_of_key(a->s->w, who->key));
		snprintf(a->region, sizeof a->region, "%s", who->region);
	}
	reply->failure = xstrdup("");
}

/* Adds --profile and --region as they stand in the line; the last word is not finished. */
static size_t take_options(const struct sim_command *c, const char **words)
{
	static const char *const options[] = {"--profile", "--region"};
	size_t taken = 0;

	for (size_t i = 0; i + 1 < c->n_words; i++) {
		for (size_t k = 0; k < ARRAY_LEN(options); k++) {
			size_t n = strlen(options[k]);
			const char *word = c->words[i];

			if (strncmp(word, options[k], n) != 0 || (word[n] && word[n] != '='))
				continue;
			if (word[n] || i + 2 < c->n_words)
				words[taken++] = word;
			if (!word[n] && i + 2 < c->n_words)
				words[taken++] = c->words[i + 1];
		}
	}
	return taken;
}

static struct ops_caller caller_of(struct asking *a)
{
	const char **words = xcalloc(a->command->n_words * 2 + 2, sizeof *words);
	struct cli cli = {.words = words,
		.ctx = a,
		.call = note_caller,
		.env = environment,
		.config_file = a->command->config_file,
		.credentials_file = a->command->credentials_file,
		.out = BUF_INIT,
		.err = BUF_INIT};

	words[0] = "ec2";
	words[1] = "describe-regions";
	cli.n_words = 2 + take_options(a->command, words + 2);
	cli_run(&cli);
	cli_release(&cli);
	free(words);
	return (struct ops_caller){.account = a->account, .region = a->region};
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
	struct asking asking = {.s = s, .command = command};
	struct ops_caller who;
	const struct model_service *service = service_in(command);
	bool ko = command->language && strcmp(command->language, "ko") == 0;

	*out = (struct sim_completion){0};
	cli_complete(command->n_words, command->words, &c);
	if (c.want == CLI_WANT_WORD)
		for (size_t i = 0; i < c.n; i++)
			add(&list, c.words[i], note_of(&c, service, c.words[i], ko));
	else if (c.option && c.want != CLI_WANT_FILE && (who = caller_of(&asking), *who.account))
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
