/* words.c - argparse's way through a command line: see words.h. */
#include "cli/words.h"

#include "base/whole.h"
#include "query/pytext.h"

#include <string.h>

enum { UNKNOWN_OPTION = -1 };

/* What a word is: 'A' an argument, 'O' an option, '-' the "--" that ends options. */
struct parser {
	const struct words_grammar *g;
	struct arena *arena;
	size_t n;
	const char *const *words;
	char *kinds;           /* of each word, NUL at the end */
	int *option;           /* of each word that is an option: its index, or UNKNOWN_OPTION */
	const char **attached; /* the value after '=', or NULL */
	size_t next_positional;
	size_t order;
	struct words_result *out;
	struct buf *problem;
};

bool words_int(const char *s, size_t n, int64_t *value)
{
	json_t *v = py_number(s, n);
	bool ok = whole_is(v);

	if (v && json_is_integer(v)) {
		*value = json_integer_value(v);
	} else if (ok) {
		*value = whole_number(v) > 0 ? INT64_MAX : INT64_MIN;
	}
	json_decref(v);
	return ok;
}

/* --- what each word is ---------------------------------------------------------------------- */

/* ^-\d+$|^-\d*\.\d+$ */
static bool is_negative_number(const char *s)
{
	size_t whole = strspn(s + 1, "0123456789"), fraction;
	const char *end = s + 1 + whole;

	if (*end == '\0' || strcmp(end, "\n") == 0)
		return whole > 0;
	if (*end != '.')
		return false;
	fraction = strspn(end + 1, "0123456789");
	end += 1 + fraction;
	return fraction > 0 && (*end == '\0' || strcmp(end, "\n") == 0);
}

static int find_exact(const struct words_grammar *g, const char *name, size_t n)
{
	for (size_t i = 0; i < g->n_options; i++) {
		if (strlen(g->options[i].name) == n && memcmp(g->options[i].name, name, n) == 0)
			return (int)i;
	}
	return UNKNOWN_OPTION;
}

static bool begins(const char *name, const char *prefix, size_t n)
{
	return strncmp(name, prefix, n) == 0;
}

static bool say_ambiguous(struct parser *p, const char *word, size_t n)
{
	const char *separator = "";

	buf_addf(p->problem, "ambiguous option: %s could match ", word);
	for (size_t i = 0; i < p->g->n_options; i++) {
		if (begins(p->g->options[i].name, word + 2, n)) {
			buf_addf(p->problem, "%s--%s", separator, p->g->options[i].name);
			separator = ", ";
		}
	}
	return false;
}

/* An option by its name or by a prefix that is nobody else's. False: it is somebody else's. */
static bool find_option(struct parser *p, const char *word, int *found, const char **attached)
{
	const char *equals = strchr(word, '=');
	size_t n = strlen(word) - 2, count = 0;

	*attached = NULL;
	*found = find_exact(p->g, word + 2, n);
	if (*found >= 0)
		return true;
	if (equals) {
		n = (size_t)(equals - word) - 2;
		*attached = equals + 1;
		*found = find_exact(p->g, word + 2, n);
		if (*found >= 0)
			return true;
	}
	for (size_t i = 0; i < p->g->n_options; i++) {
		if (begins(p->g->options[i].name, word + 2, n)) {
			*found = (int)i;
			count++;
		}
	}
	return count <= 1 || say_ambiguous(p, word, n);
}

static bool classify(struct parser *p, size_t i)
{
	const char *word = p->words[i];

	p->kinds[i] = 'A';
	p->option[i] = UNKNOWN_OPTION;
	p->attached[i] = NULL;
	if (word[0] != '-' || word[1] == '\0')
		return true;
	if (word[1] == '-' && !find_option(p, word, &p->option[i], &p->attached[i]))
		return false;
	if (p->option[i] == UNKNOWN_OPTION && (is_negative_number(word) || strchr(word, ' ')))
		return true;
	p->kinds[i] = 'O';
	return true;
}

static bool classify_all(struct parser *p)
{
	bool options = true;

	for (size_t i = 0; i < p->n; i++) {
		if (!options) {
			p->kinds[i] = 'A';
		} else if (strcmp(p->words[i], "--") == 0) {
			p->kinds[i] = '-';
			options = false;
		} else if (!classify(p, i)) {
			return false;
		}
	}
	p->kinds[p->n] = '\0';
	return true;
}

/* --- values --------------------------------------------------------------------------------- */

static void say_choice(struct buf *problem, const struct names *choices, const char *word)
{
	const char *like[3];
	size_t n = suggest(choices, word, 0.8, ARRAY_LEN(like), like);

	buf_adds(problem, "Found invalid choice ");
	py_quote(problem, word, strlen(word));
	buf_adds(problem, "\n");
	if (n)
		buf_adds(problem, "\nMaybe you meant:\n");
	for (size_t i = 0; i < n; i++)
		buf_addf(problem, "\n  * %s", like[i]);
}

static bool take_option(struct parser *p, int index, size_t n, const char *const *values)
{
	const struct words_option *o = &p->g->options[index];
	int64_t number;

	for (size_t i = 0; i < n; i++) {
		if (o->integer && !words_int(values[i], strlen(values[i]), &number)) {
			buf_addf(p->problem, "argument --%s: invalid int value: ", o->name);
			py_quote(p->problem, values[i], strlen(values[i]));
			return false;
		}
		if (o->choices.n && !names_have(&o->choices, values[i])) {
			buf_addf(p->problem, "argument --%s: ", o->name);
			say_choice(p->problem, &o->choices, values[i]);
			return false;
		}
	}
	p->out->options[index] =
		(struct words_taken){.order = ++p->order, .n = n, .values = values};
	p->out->version |= o->arity == WORDS_VERSION;
	return true;
}

static bool take_attached(struct parser *p, size_t i)
{
	const struct words_option *o = &p->g->options[p->option[i]];
	const char **value;

	if (o->arity == WORDS_FLAG || o->arity == WORDS_VERSION) {
		buf_addf(p->problem, "argument --%s: ignored explicit argument ", o->name);
		py_quote(p->problem, p->attached[i], strlen(p->attached[i]));
		return false;
	}
	value = arena_alloc(p->arena, sizeof *value);
	*value = p->attached[i];
	return take_option(p, p->option[i], 1, value);
}

/* The option at *i and its values; *i moves behind them. */
static bool consume_option(struct parser *p, size_t *i)
{
	size_t at = (*i)++, n = 0;
	const struct words_option *o;

	if (p->option[at] == UNKNOWN_OPTION) {
		p->out->rest[p->out->n_rest++] = p->words[at];
		return true;
	}
	if (p->attached[at])
		return take_attached(p, at);
	o = &p->g->options[p->option[at]];
	if (o->arity == WORDS_MANY)
		n = strspn(p->kinds + *i, "A");
	else if (o->arity == WORDS_ONE || o->arity == WORDS_MAYBE)
		n = p->kinds[*i] == 'A';
	if (o->arity == WORDS_ONE && n == 0) {
		buf_addf(p->problem, "argument --%s: expected one argument", o->name);
		return false;
	}
	*i += n;
	return take_option(p, p->option[at], n, p->words + *i - n);
}

/* --- positional arguments ------------------------------------------------------------------- */

static size_t skip_dashes(const struct parser *p, size_t i)
{
	return i + strspn(p->kinds + i, "-");
}

/* Where the words of `count` positional arguments from word `i` on end; false: they do not fit. */
static bool match_positionals(
	const struct parser *p, size_t count, size_t i, size_t *ends, const char **values)
{
	for (size_t k = 0; k < count; k++) {
		i = skip_dashes(p, i);
		values[k] = NULL;
		if (p->kinds[i] == 'A')
			values[k] = p->words[i++];
		else if (!p->g->positionals[p->next_positional + k].optional)
			return false;
		i = skip_dashes(p, i);
		ends[k] = i;
	}
	return true;
}

enum { MAX_POSITIONALS = 4 };

/* As many positional arguments as can be had at once from word *i on; *i moves behind them. */
static bool consume_positionals(struct parser *p, size_t *i)
{
	size_t left = p->g->n_positionals - p->next_positional, ends[MAX_POSITIONALS];
	const char *values[MAX_POSITIONALS];

	while (left > 0 && !match_positionals(p, left, *i, ends, values))
		left--;
	for (size_t k = 0; k < left; k++) {
		const struct words_positional *a = &p->g->positionals[p->next_positional];

		if (values[k] && a->choices.n && !names_have(&a->choices, values[k])) {
			buf_addf(p->problem, "argument %s: ", a->name);
			say_choice(p->problem, &a->choices, values[k]);
			return false;
		}
		p->out->positionals[p->next_positional++] = values[k];
		*i = ends[k];
	}
	return true;
}

static void leave(struct parser *p, size_t from, size_t to)
{
	while (from < to)
		p->out->rest[p->out->n_rest++] = p->words[from++];
}

static bool consume(struct parser *p)
{
	size_t i = 0, last = 0;

	for (size_t k = 0; k < p->n; k++) {
		if (p->kinds[k] == 'O')
			last = k + 1;
	}
	while (i < last) {
		size_t option = i + strcspn(p->kinds + i, "O"), start = i;

		if (i != option) {
			if (!consume_positionals(p, &i))
				return false;
			if (i > start)
				continue;
			leave(p, i, option);
			i = option;
		}
		if (!consume_option(p, &i))
			return false;
		if (p->out->version)
			return true;
	}
	if (!consume_positionals(p, &i))
		return false;
	leave(p, i, p->n);
	return true;
}

static bool complain_missing(struct parser *p)
{
	const char *separator = "the following arguments are required: ";

	for (size_t i = 0; i < p->g->n_options; i++) {
		if (p->g->options[i].required && !p->out->options[i].order) {
			buf_addf(p->problem, "%s--%s", separator, p->g->options[i].name);
			separator = ", ";
		}
	}
	for (size_t i = p->next_positional; i < p->g->n_positionals; i++) {
		if (!p->g->positionals[i].optional) {
			buf_addf(p->problem, "%s%s", separator, p->g->positionals[i].name);
			separator = ", ";
		}
	}
	return p->problem->len == 0;
}

bool words_parse(struct arena *arena, const struct words_grammar *g, size_t n,
	const char *const *words, struct words_result *out, struct buf *problem)
{
	struct parser p = {.g = g, .arena = arena, .n = n, .words = words, .out = out};

	p.problem = problem;
	p.kinds = arena_alloc(arena, n + 1);
	p.option = arena_alloc(arena, (n + 1) * sizeof *p.option);
	p.attached = arena_alloc(arena, (n + 1) * sizeof *p.attached);
	*out = (struct words_result){0};
	out->options = arena_calloc(arena, (g->n_options + 1) * sizeof *out->options);
	out->positionals = arena_calloc(arena, (g->n_positionals + 1) * sizeof *out->positionals);
	/* one more: the caller may put back a word that `help` has swallowed */
	out->rest = arena_calloc(arena, (n + 1) * sizeof *out->rest);
	if (!classify_all(&p) || !consume(&p))
		return false;
	return out->version || complain_missing(&p);
}
