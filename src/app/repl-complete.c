/* repl-complete.c - what can stand at a place of a line typed at the prompt, and what stands there
 * means. */
#include "app/repl.h"

#include "app/line.h"
#include "app/shellwords.h"
#include "app/world-commands.h"
#include "base/intl.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *environment(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

/* Asks the simulator; `out` is empty if the world cannot be used now. */
static void ask(
	const struct repl *r, const char *const *words, size_t n, struct sim_completion *out)
{
	struct err ignored = {0};
	struct sim_command command = {.words = words,
		.n_words = n,
		.env = environment,
		.config_file = r->world->config,
		.credentials_file = r->world->credentials,
		.language = r->app->screen.look.lang == LANG_KO ? "ko" : "en"};

	*out = (struct sim_completion){0};
	if (!app_world_enter(r->world, &ignored))
		return;
	sim_complete(r->world->sim, &command, out);
	world_looked(r->world);
}

static void add(struct sim_completion *c, const char *word, const char *note, const char *prefix)
{
	if (strncmp(word, prefix, strlen(prefix)) != 0)
		return;
	c->words = xreallocarray(c->words, c->n + 1, sizeof *c->words);
	c->notes = xreallocarray(c->notes, c->n + 1, sizeof *c->notes);
	c->words[c->n] = xstrdup(word);
	c->notes[c->n++] = note ? xstrdup(note) : NULL;
}

/* ---- where the command begins ---- */

/* The command that the end of the line belongs to: behind the last $( that is not closed, and
 * behind NAME=value. *shell: it is sh that carries it out. */
static const char *command_at(const char *line, bool *shell)
{
	const char *start = line, *end, *rest;

	for (const char *s = strstr(line, "$("); s; s = strstr(s + 2, "$("))
		if (!line_close(s + 2))
			start = s + 2;
	rest = line_rest(start);
	*shell = *rest && *rest != '#';
	for (;;) {
		start += strspn(start, " \t\n");
		end = line_name(start) ? line_word_end(start) : start;
		if (end == start || !*end)
			return start;
		start = end;
	}
}

/* Words of a command, with an empty one behind a blank; `aws` in front is left out. */
struct command_words {
	struct shellwords split;
	const char **list; /* owned; borrowed strings */
	size_t n;
	bool aws;
};

static void read_words(const char *command, struct command_words *w)
{
	shellwords_split(command, &w->split);
	w->list = xcalloc(w->split.n + 2, sizeof *w->list);
	w->n = 0;
	for (size_t i = 0; i < w->split.n; i++)
		w->list[w->n++] = w->split.words[i];
	if (!w->split.last_begun)
		w->list[w->n++] = "";
	w->aws = w->n > 1 && strcmp(w->list[0], "aws") == 0;
	if (w->aws)
		memmove(w->list, w->list + 1, --w->n * sizeof *w->list);
}

static void words_release(struct command_words *w)
{
	shellwords_release(&w->split);
	free(w->list);
}

/* ---- the prompt's own words ---- */

static const struct repl_word *own_word(const struct repl *r, const char *name)
{
	for (size_t i = 0; i < r->n_words; i++)
		if (strcmp(r->words[i].name, name) == 0)
			return &r->words[i];
	return NULL;
}

struct offer {
	struct sim_completion *to;
	const char *prefix;
};

static void offer_name(void *offer, const char *name)
{
	struct offer *o = offer;

	add(o->to, name, NULL, o->prefix);
}

static void offer_labs(const struct repl *r, struct offer *o)
{
	struct err ignored = {0};
	const struct documents *labs = &r->app->library.of[DOC_LAB];

	if (!app_open_content(r->app, &ignored))
		return;
	for (size_t i = 0; i < labs->len; i++) {
		const struct lab *lab = labs->items[i];

		if (lab->id.s)
			add(o->to, lab->id.s, text_in(&lab->title, r->app->screen.look.lang),
				o->prefix);
	}
}

static void offer_ids(const struct repl *r, struct offer *o)
{
	static const char *const options[][2] = {
		{"describe-instances", "--instance-ids"},
		{"describe-volumes", "--volume-ids"},
		{"describe-snapshots", "--snapshot-ids"},
		{"describe-images", "--image-ids"},
	};

	for (size_t i = 0; i < ARRAY_LEN(options) && *o->prefix != '-'; i++) {
		const char *words[] = {"ec2", options[i][0], options[i][1], o->prefix};
		struct sim_completion ids;

		ask(r, words, ARRAY_LEN(words), &ids);
		for (size_t k = 0; k < ids.n; k++)
			add(o->to, ids.words[k], ids.notes[k], o->prefix);
		sim_completion_release(&ids);
	}
}

/* One word of a synopsis, `after` another. */
static void offer_token(const struct repl *r, const char *token, const char *after,
	const struct command_words *w, struct repl_matches *out)
{
	struct offer o = {&out->found, w->list[w->n - 1]};
	bool here = strcmp(w->list[w->n - 2], after) == 0;

	if (*token == '-' || (here && islower((unsigned char)*token)))
		add(o.to, token, NULL, o.prefix);
	else if (here && strcmp(token, "ID") == 0)
		offer_ids(r, &o);
	else if (here && strcmp(token, "NAME") == 0)
		world_each_name(r->app, offer_name, &o);
	else if (here && strcmp(token, "LAB") == 0)
		offer_labs(r, &o);
	else if (here && strcmp(token, "FILE") == 0)
		out->plain_files = true;
}

/* "clock [next | advance 15m]": what a bracket or a bar begins comes behind the command's name, a
 * word with but a blank before it behind the word that it follows. */
static void offer_by_synopsis(const struct repl *r, const struct repl_word *own,
	const struct command_words *w, struct repl_matches *out)
{
	const char *s = own->synopsis + strlen(own->name);
	char *after = xstrdup(own->name);

	while (*s) {
		size_t gap = strspn(s, " []|"), n = strcspn(s + gap, " []|");
		char *token = xstrndup(s + gap, n);

		if (gap > 1) {
			free(after);
			after = xstrdup(own->name);
		}
		if (n)
			offer_token(r, token, after, w, out);
		free(after);
		after = token;
		s += gap + n;
	}
	free(after);
}

/* The first word: ours, and the services of the AWS CLI. */
static void offer_first(
	const struct repl *r, const struct command_words *w, struct repl_matches *out)
{
	struct sim_completion aws;

	for (size_t i = 0; i < r->n_words; i++)
		add(&out->found, r->words[i].name, NULL, w->list[0]);
	ask(r, w->list, w->n, &aws);
	for (size_t i = 0; i < aws.n; i++)
		if (!own_word(r, aws.words[i]))
			add(&out->found, aws.words[i], NULL, w->list[0]);
	sim_completion_release(&aws);
}

/* ---- the AWS CLI's words ---- */

static void offer_profiles(const struct repl *r, struct offer *o)
{
	static const char *const words[] = {"configure", "list-profiles"};
	struct sim_answer answer;
	struct err ignored = {0};
	char *name, *rest;

	sim_answer_init(&answer);
	if (app_world_aws(r->app, r->world, 2, words, NULL, &answer, &ignored)) {
		rest = answer.out.s;
		while (answer.code == 0 && (name = strsep(&rest, "\r\n")))
			if (*name)
				add(o->to, name, NULL, o->prefix);
	}
	sim_answer_release(&answer);
}

/* "--option=va" is asked for as "--option" "va". */
static void split_option(struct command_words *w, struct repl_matches *out, char **option)
{
	const char *last = w->list[w->n - 1];
	const char *value = strncmp(last, "--", 2) == 0 ? strchr(last, '=') : NULL;
	struct buf before = BUF_INIT;

	if (!value)
		return;
	*option = xstrndup(last, (size_t)(value - last));
	buf_addf(&before, "%s%s=", out->before, *option);
	free(out->before);
	out->before = buf_detach(&before);
	w->list = xreallocarray(w->list, w->n + 2, sizeof *w->list);
	w->list[w->n - 1] = *option;
	w->list[w->n++] = value + 1;
}

static void offer_aws(const struct repl *r, struct command_words *w, struct repl_matches *out)
{
	char *option = NULL;
	struct offer o = {&out->found, NULL};

	split_option(w, out, &option);
	ask(r, w->list, w->n, &out->found);
	o.prefix = w->list[w->n - 1];
	if (!out->found.n && w->n > 1 && strcmp(w->list[w->n - 2], "--profile") == 0)
		offer_profiles(r, &o);
	free(option);
}

/* ---- names behind $ ---- */

extern char **environ;

/* Where the name begins that the line ends with, if a $ or ${ stands before it; NULL: none. */
static const char *name_at_end(const char *line)
{
	const char *s = line + strlen(line);

	while (s > line && (isalnum((unsigned char)s[-1]) || s[-1] == '_'))
		s--;
	if (s > line && s[-1] == '$')
		return s;
	return s > line + 1 && s[-1] == '{' && s[-2] == '$' ? s : NULL;
}

static void offer_values(
	const struct repl *r, const char *name, bool braces, struct repl_matches *out)
{
	struct buf word = BUF_INIT;

	out->bare = true;
	for (size_t i = 0; r->typed && i < r->typed->n; i++) {
		const struct typed_value *v = &r->typed->values[i];

		if (strncmp(v->name, name, strlen(name)) != 0)
			continue;
		buf_clear(&word);
		buf_addf(&word, "%s%s", v->name, braces ? "}" : "");
		add(&out->found, word.s, v->text, "");
	}
	for (char **e = environ; *e; e++) {
		size_t n = strcspn(*e, "=");

		if (strncmp(*e, "AWS_", 4) != 0 || strncmp(*e, name, strlen(name)) != 0)
			continue;
		buf_clear(&word);
		buf_addf(&word, "%.*s%s", (int)n, *e, braces ? "}" : "");
		add(&out->found, word.s, NULL, "");
	}
	buf_release(&word);
}

/* ---- together ---- */

void repl_matches_release(struct repl_matches *m)
{
	sim_completion_release(&m->found);
	free(m->before);
	*m = (struct repl_matches){0};
}

static char *between(const char *from, const char *to)
{
	return to > from ? xstrndup(from, (size_t)(to - from)) : xstrdup("");
}

void repl_complete(
	const struct repl *r, const char *line, const char *word, struct repl_matches *out)
{
	const char *at = line + strlen(line) - strlen(word), *name = name_at_end(line);
	const char *command;
	const struct repl_word *own;
	struct command_words w;
	bool shell;

	*out = (struct repl_matches){0};
	command = command_at(line, &shell);
	if (name) {
		out->before = between(at, name);
		offer_values(r, name, name[-1] == '{', out);
		return;
	}
	out->before = between(at, command);
	if (shell) {
		out->plain_files = true;
		return;
	}
	read_words(command, &w);
	own = w.n > 1 && !w.aws ? own_word(r, w.list[0]) : NULL;
	if (w.n == 1 && !w.aws)
		offer_first(r, &w, out);
	else if (own)
		offer_by_synopsis(r, own, &w, out);
	else
		offer_aws(r, &w, out);
	words_release(&w);
}

/* ---- what it means ---- */

static bool is_option(const char *word)
{
	return strncmp(word, "--", 2) == 0;
}

/* The note on the last of the words, if the simulator knows it. */
static bool explain_last(const struct repl *r, const char *const *words, size_t n, struct buf *out)
{
	struct sim_completion c;
	bool known = false;

	ask(r, words, n, &c);
	for (size_t i = 0; i < c.n && !known; i++) {
		known = c.notes[i] && strcmp(c.words[i], words[n - 1]) == 0;
		if (known)
			buf_addf(out, "%s: %s\n", words[n - 1], c.notes[i]);
	}
	sim_completion_release(&c);
	return known;
}

static void add_missing(const struct repl *r, struct command_words *w, struct buf *out)
{
	struct sim_completion c;

	w->list = xreallocarray(w->list, w->n + 2, sizeof *w->list);
	w->list[w->n] = "";
	ask(r, w->list, w->n + 1, &c);
	if (c.hint) {
		buf_addf(out, _("Still needed: %s"), c.hint);
		buf_addc(out, '\n');
	}
	sim_completion_release(&c);
}

/* The word at the end; else what stands before it, up to the operation. */
static void explain_aws(const struct repl *r, struct command_words *w, struct buf *out)
{
	size_t n = w->n;
	bool known = false;

	for (; n > 0 && !known; n--) {
		const char *word = w->list[n - 1];
		char *option = is_option(word) ? xstrndup(word, strcspn(word, "=")) : NULL;
		bool value = n > 1 && !option && is_option(w->list[n - 2]);

		if (option)
			w->list[n - 1] = option;
		if (*word && !value)
			known = explain_last(r, w->list, n, out);
		w->list[n - 1] = word;
		free(option);
	}
	if (known)
		add_missing(r, w, out);
}

void repl_explain(const struct repl *r, const char *line, size_t cursor, struct buf *out)
{
	const char *end = line + cursor, *command;
	const struct repl_word *own;
	struct command_words w;
	char *before;
	bool shell;

	while (*end && !strchr(" \t\n|>;)", *end))
		end++;
	before = xstrndup(line, (size_t)(end - line));
	command = command_at(before, &shell);
	read_words(command, &w);
	own = w.aws ? NULL : own_word(r, w.list[0]);
	if (shell)
		buf_addf(out, "%s\n",
			_("From the first | or > on, the line is a shell's: programs and files of yours."));
	else if (own)
		buf_addf(out, "%s: %s\n", own->synopsis, _(own->summary));
	else
		explain_aws(r, &w, out);
	words_release(&w);
	free(before);
}
