/*
 * complete.c - what could stand at the end of a command line: walks over the words before the last
 * with the grammar of the CLI (globals anywhere, prefixes of options, lists of values).
 */
#include "cli/help.h"

#include "base/mem.h"

#include <string.h>

/* An option on the line that may still take values. */
struct pending {
	const struct model_option *global;
	const struct cli_option *option; /* of the operation */
	bool many;
};

struct typed {
	const struct model_service *service;
	const struct model_operation *op;
	const struct model_waiter *waiter;
	bool command, configure, wait, complete; /* complete: no positional word fits any more */
	struct cli_options options;              /* of op */
	bool *used;                              /* of each option */
	bool *global_used;
	bool has_input; /* --cli-input-json or -yaml: nothing is required then */
	struct pending pending;
};

/* --- collecting words ----------------------------------------------------------------------- */

struct words {
	struct buf text; /* each with its NUL */
	size_t n;
	const char *prefix;
};

static void offer(struct words *w, const char *dashes, const char *word)
{
	size_t n = strlen(w->prefix), d = strlen(dashes);

	if (!*word || strncmp(dashes, w->prefix, n < d ? n : d) != 0 ||
		(n > d && strncmp(word, w->prefix + d, n - d) != 0))
		return;
	buf_adds(&w->text, dashes);
	buf_add(&w->text, word, strlen(word) + 1);
	w->n++;
}

/* One block of memory: the array, and the strings behind it. */
static void words_finish(struct words *w, struct cli_completion *out)
{
	char *strings;

	out->n = w->n;
	out->want = CLI_WANT_WORD;
	if (w->n) {
		out->words = xmalloc(w->n * sizeof *out->words + w->text.len);
		strings = (char *)(out->words + w->n);
		memcpy(strings, w->text.s, w->text.len);
		for (size_t i = 0; i < w->n; i++, strings += strlen(strings) + 1)
			out->words[i] = strings;
	}
	buf_release(&w->text);
}

/* --- the words before the last -------------------------------------------------------------- */

static bool begins(const char *name, const char *word, size_t n)
{
	return !strncmp(name, word, n);
}

/* An option by its name or a unique beginning of it; answers its index, or -1. */
static long find_option(const struct typed *l, const char *word, size_t n)
{
	long found = -1;

	for (size_t i = 0; i < l->options.n; i++) {
		const struct cli_option *o = &l->options.list[i];

		if ((begins(o->name, word, n) && !o->name[n]) ||
			(begins(o->no, word, n) && !o->no[n]))
			return (long)i;
		if (begins(o->name, word, n))
			found = found == -1 ? (long)i : -2;
	}
	return found < 0 ? -1 : found;
}

static long find_global(const char *word, size_t n)
{
	long found = -1;

	for (size_t i = 0; i < model_counts.options; i++) {
		const char *name = model_text(model_options[i].name);

		if (!begins(name, word, n))
			continue;
		if (!name[n])
			return (long)i;
		found = found == -1 ? (long)i : -2;
	}
	return found < 0 ? -1 : found;
}

/* "--name" or "--name=value": what it may take is pending after the former. */
static void see_option(struct typed *l, const char *word)
{
	size_t n = strcspn(word, "=");
	long i = n ? find_option(l, word, n) : -1, g = n && i < 0 ? find_global(word, n) : -1;

	l->pending = (struct pending){0};
	if (i >= 0) {
		const struct cli_option *o = &l->options.list[i];

		l->used[i] = true;
		l->has_input |= !strncmp(o->name, "cli-input-", 10);
		if (!o->flag)
			l->pending.option = o;
		l->pending.many = o->many;
	} else if (g >= 0) {
		l->global_used[g] = true;
		if (!model_options[g].flag)
			l->pending.global = &model_options[g];
	}
}

static void reach_operation(struct typed *l, uint16_t operation)
{
	l->op = &model_operations[operation];
	l->options = cli_options_of(l->op, l->waiter);
	l->used = xcalloc(l->options.n + 1, sizeof *l->used);
	l->complete = true;
}

static void see_positional(struct typed *l, const char *word)
{
	const struct model_top *top;
	const struct model_known *known;

	if (!l->command) {
		l->command = true;
		l->configure = !strcmp(word, "configure");
		top = model_find_top(word);
		if (top && top->service != MODEL_NONE)
			l->service = &model_services[top->service];
		l->complete = !l->service && !l->configure;
	} else if (l->wait && !l->complete) {
		l->waiter = model_find_waiter(l->service, word);
		if (l->waiter)
			reach_operation(l, l->waiter->operation);
		l->complete = true;
	} else if (l->service && !l->complete) {
		known = model_find_command(l->service, word);
		l->wait = !strcmp(word, "wait");
		l->complete = !l->wait;
		if (known && known->operation != MODEL_NONE)
			reach_operation(l, known->operation);
	} else {
		l->complete = true;
	}
}

static void see(struct typed *l, const char *word)
{
	if (!strncmp(word, "--", 2))
		see_option(l, word + 2);
	else if (!l->pending.option && !l->pending.global)
		see_positional(l, word);
	else if (!l->pending.many)
		l->pending = (struct pending){0};
}

/* --- the last word -------------------------------------------------------------------------- */

static void offer_commands(struct words *w)
{
	for (int simulated = 1; simulated >= 0 && !w->n; simulated--)
		for (size_t i = 0; i < model_counts.tops; i++) {
			const struct model_top *t = &model_tops[i];
			const char *name = model_text(t->name);
			bool ours = t->service != MODEL_NONE || !strcmp(name, "configure") ||
				    !strcmp(name, "help");

			if (ours == (simulated == 1))
				offer(w, "", name);
			/* ours alone, in its place by name */
			if (simulated && !strcmp(name, "configure"))
				offer(w, "", "coverage");
		}
}

/* What is simulated; if none of that fits, what is known. */
static void offer_operations(struct words *w, const struct model_service *s)
{
	for (int simulated = 1; simulated >= 0 && !w->n; simulated--) {
		for (size_t i = 0; i < s->commands.n; i++) {
			const struct model_known *k =
				&model_known[model_commands[s->commands.first + i]];
			bool ours = k->operation != MODEL_NONE ||
				    (!*model_text(k->name) && s->waiters.n);

			if (ours == (simulated == 1))
				offer(w, "", model_text(k->cli));
		}
		if (simulated)
			offer(w, "", "help");
	}
}

static void offer_waiters(struct words *w, const struct model_service *s)
{
	for (size_t i = 0; i < s->waiters.n; i++)
		offer(w, "", model_text(model_waiters[s->waiters.first + i].cli));
	offer(w, "", "help");
}

static void offer_configure(struct words *w)
{
	static const char *const words[] = {"list", "get", "set", "list-profiles", "help"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		offer(w, "", words[i]);
}

/* Required ones first; what is on the line already is not offered again. */
static void offer_options(struct words *w, const struct typed *l)
{
	for (int required = 1; required >= 0; required--)
		for (size_t i = 0; i < l->options.n; i++) {
			const struct cli_option *o = &l->options.list[i];

			if (l->used[i] || o->required != (required == 1))
				continue;
			offer(w, "--", o->name);
			offer(w, "--", o->no);
		}
	for (size_t i = 0; i < model_counts.options; i++)
		if (!l->global_used[i])
			offer(w, "--", model_text(model_options[i].name));
}

static void offer_enum(struct words *w, const struct model_enum *e)
{
	for (size_t i = 0; i < e->values.n; i++)
		offer(w, "", model_text(model_values[e->values.first + i]));
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* Options whose values are resources of the learner's world. */
static bool names_resource(const char *option)
{
	static const char *const others[] = {"resources", "key-name", "key-names", "group-names",
		"launch-template-name", "launch-template-names", "region", "source-region",
		"destination-region", "availability-zone", "instance-type"};

	if (ends_with(option, "-id") || ends_with(option, "-ids"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (!strcmp(option, others[i]))
			return true;
	return false;
}

static void complete_global(
	const struct model_option *o, struct words *w, struct cli_completion *out)
{
	out->option = model_text(o->name);
	for (size_t i = 0; i < o->choices.n; i++)
		offer(w, "", model_text(model_choices[o->choices.first + i]));
	if (o->choices.n)
		words_finish(w, out);
	else
		out->want = names_resource(out->option) ? CLI_WANT_ID : CLI_WANT_VALUE;
}

static void complete_option(const struct cli_option *o, struct words *w, struct cli_completion *out)
{
	const struct model_shape *shape = o->member ? model_member_shape(o->member) : NULL;
	const struct model_shape *s =
		shape && shape->kind == MODEL_LIST ? model_shape(shape->element) : shape;

	out->option = o->name;
	out->member = o->member;
	if (!strcmp(o->name, "generate-cli-skeleton")) {
		offer(w, "", "input");
		offer(w, "", "output");
		offer(w, "", "yaml-input");
		words_finish(w, out);
	} else if (s && s->kind == MODEL_STRING && s->enumeration != MODEL_NONE) {
		offer_enum(w, &model_enums[s->enumeration]);
		words_finish(w, out);
	} else {
		out->want = s && s->kind == MODEL_STRING && names_resource(o->name)
				    ? CLI_WANT_ID
				    : CLI_WANT_VALUE;
	}
}

static void complete_value(const struct typed *l, struct words *w, struct cli_completion *out)
{
	if (!strncmp(w->prefix, "file://", 7) || !strncmp(w->prefix, "fileb://", 8))
		out->want = CLI_WANT_FILE;
	if (out->want == CLI_WANT_FILE && l->pending.option) {
		out->option = l->pending.option->name;
		out->member = l->pending.option->member;
	} else if (l->pending.global) {
		complete_global(l->pending.global, w, out);
	} else if (out->want != CLI_WANT_FILE) {
		complete_option(l->pending.option, w, out);
	}
}

static void complete_word(const struct typed *l, struct words *w, struct cli_completion *out)
{
	if (*w->prefix == '-' || l->op)
		offer_options(w, l);
	if (*w->prefix != '-' && l->op)
		offer(w, "", "help");
	if (*w->prefix == '-' || l->op) {
		words_finish(w, out);
		return;
	}
	if (l->complete)
		return;
	if (!l->command)
		offer_commands(w);
	else if (l->wait)
		offer_waiters(w, l->service);
	else if (l->service)
		offer_operations(w, l->service);
	else if (l->configure)
		offer_configure(w);
	words_finish(w, out);
}

static void note_missing(const struct typed *l, struct cli_completion *out)
{
	if (l->has_input || !l->op)
		return;
	out->missing = xcalloc(l->options.n + 1, sizeof *out->missing);
	for (size_t i = 0; i < l->options.n; i++)
		if (l->options.list[i].required && !l->used[i])
			out->missing[out->n_missing++] = l->options.list[i].member;
}

void cli_complete(size_t n, const char *const *words, struct cli_completion *out)
{
	struct typed l = {0};
	struct words w = {.text = BUF_INIT, .prefix = n ? words[n - 1] : ""};
	const char *value = strchr(w.prefix, '=');

	*out = (struct cli_completion){0};
	l.global_used = xcalloc(model_counts.options + 1, sizeof *l.global_used);
	for (size_t i = 0; i + 1 < n; i++)
		see(&l, words[i]);
	if (!strncmp(w.prefix, "--", 2) && value) {
		see_option(&l, w.prefix + 2);
		w.prefix = value + 1;
	} else if (*w.prefix == '-') {
		l.pending = (struct pending){0};
	}
	out->op = l.op;
	note_missing(&l, out);
	if (l.pending.option || l.pending.global)
		complete_value(&l, &w, out);
	else
		complete_word(&l, &w, out);
	buf_release(&w.text);
	cli_options_release(&l.options);
	free(l.used);
	free(l.global_used);
}

void cli_completion_release(struct cli_completion *c)
{
	free(c->words);
	free(c->missing);
	*c = (struct cli_completion){0};
}
