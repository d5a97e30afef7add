/* prove.c - see prove.h: a world in memory, and the steps of a proof in it. */
#include "app/prove-world.h"

#include "app/claim.h"
#include "app/expand.h"
#include "app/line.h"
#include "app/names.h"
#include "app/passing.h"
#include "app/shellwords.h"
#include "base/intl.h"
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Ids come from the seed: the same for ever. */
enum { SEED = 1 };

enum { SHOWN_COLUMNS = 200 }; /* of a value or an error in a message */

/* ---- the world ---- */

static void add_place(struct buf *out, struct place at)
{
	text_printable(at.file, out);
	buf_addf(out, ":%u:%u", at.line, at.column);
}

bool proving_setup(struct proving *p, const struct step *steps, size_t n, struct err *e)
{
	struct buf place = BUF_INIT;
	struct err why = {0};
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		struct proved step;

		proved_init(&step);
		ok = proving_step(p, &steps[i], &step, &why);
		if (!ok || !step.holds) {
			add_place(&place, step.at);
			err_set(e, ERR_DATA, _("world '%s' cannot be set up: %s: %s"),
				p->world->id.s, place.s, ok ? step.wrong.s : why.text);
			ok = false;
		}
		proved_release(&step);
	}
	buf_release(&place);
	return ok;
}

static const struct world *find_world(const struct library *l, const char *id, struct err *e)
{
	const struct world *w = map_get(&l->of[DOC_WORLD].by_id, id);

	if (w)
		return w;
	if (map_get(&l->broken[DOC_WORLD].by_id, id))
		err_set(e, ERR_DATA, _("there are errors in the file of world '%s'"), id);
	else
		err_set(e, ERR_DATA, _("there is no world '%s'"), id);
	return NULL;
}

struct proving *proving_begin(const struct library *l, const char *world, struct err *e)
{
	struct sim *sim =
		sim_new(&(struct sim_options){.seed = SEED, .start_ms = PROVING_START_MS});
	struct proving *p = proving_over(l, world, sim, e);

	if (!p || proving_setup(p, p->world->setup, p->world->n_setup, e))
		return p;
	proving_end(p);
	return NULL;
}

struct proving *proving_over(
	const struct library *l, const char *world, struct sim *sim, struct err *e)
{
	const struct world *w = find_world(l, world, e);
	struct proving *p;

	if (!w) {
		sim_free(sim);
		return NULL;
	}
	p = xcalloc(1, sizeof *p);
	p->library = l;
	p->world = w;
	p->sim = sim;
	p->config = p->credentials = -1;
	if (prove_world_files(p, e))
		return p;
	proving_end(p);
	return NULL;
}

static void free_value(const char *name, void *value)
{
	(void)name;
	free(value);
}

void proving_end(struct proving *p)
{
	if (!p)
		return;
	map_each(&p->values, free_value);
	map_release(&p->values);
	arena_release(&p->names);
	prove_world_close(p);
	sim_free(p->sim);
	free(p);
}

struct sim *proving_sim(struct proving *p)
{
	return p->sim;
}

struct sim *proving_take(struct proving *p)
{
	struct sim *sim = p->sim;

	p->sim = NULL;
	return sim;
}

const struct map *proving_names(const struct proving *p)
{
	return &p->values;
}

/* Steals the text. A map borrows its keys. */
static void put_value(struct proving *p, const char *name, char *text)
{
	free(map_remove(&p->values, name));
	map_add(&p->values, arena_strndup(&p->names, name, strlen(name)), text);
}

void proving_name(struct proving *p, const char *name, const char *value)
{
	put_value(p, name, xstrdup(value));
}

/* ---- running a step ---- */

void proved_init(struct proved *p)
{
	*p = (struct proved){.line = BUF_INIT, .wrong = BUF_INIT};
	sim_answer_init(&p->answer);
}

void proved_release(struct proved *p)
{
	buf_release(&p->line);
	buf_release(&p->wrong);
	sim_answer_release(&p->answer);
}

static bool names_file(const struct shellwords *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (strstr(w->words[i], "file://") || strstr(w->words[i], "fileb://"))
			return true;
	return false;
}

/* `env` and `ask` are left out: nobody answers, and no variable is set. */
static bool run_aws(
	struct proving *p, const struct shellwords *w, struct proved *out, struct err *e)
{
	struct sim_command command = {
		.words = (const char *const *)w->words + 1,
		.n_words = w->n - 1,
		.label = out->line.s,
		.config_file = p->config_path,
		.credentials_file = p->credentials_path,
		.language = "en",
	};

	if (sim_goes_elsewhere(&command))
		return err_set(e, ERR_DATA,
			_("this command asks an endpoint; a step stays in its own world"));
	if (names_file(w))
		return err_set(e, ERR_DATA,
			_("this command reads a file; a step says everything itself, for a file may not be there elsewhere"));
	sim_aws(p->sim, &command, &out->answer);
	return true;
}

static bool run_words(
	struct proving *p, const struct shellwords *w, struct proved *out, struct err *e)
{
	int64_t ms;

	if (w->open)
		return err_set(e, ERR_DATA, "%s", _("a quote is not closed"));
	if (w->n && strcmp(w->words[0], "aws") == 0)
		return run_aws(p, w, out, e);
	if (!passing_parse(w->n, w->words, &ms))
		return err_set(e, ERR_DATA,
			_("a step is a command that begins with 'aws', or 'clock advance 15m' (s, m, h, d)"));
	passing_advance(p->sim, ms, out->line.s, &out->answer.out);
	passing_tell(p->sim, &out->answer.out);
	buf_addc(&out->answer.out, '\n');
	return true;
}

/* ---- what came of it ---- */

/* The text as one line of at most SHOWN_COLUMNS. */
static void add_short(struct buf *out, const char *text)
{
	struct buf line = BUF_INIT;
	size_t fits;

	for (; *text; text++)
		if (!strchr(" \t\r\n", *text))
			buf_addc(&line, *text);
		else if (line.len && line.s[line.len - 1] != ' ')
			buf_addc(&line, ' ');
	while (line.len && line.s[line.len - 1] == ' ')
		buf_truncate(&line, line.len - 1);
	fits = text_fit(line.s, line.len, SHOWN_COLUMNS);
	if (fits < line.len) {
		buf_truncate(&line, fits);
		buf_adds(&line, "..");
	}
	text_printable(line.s, out);
	buf_release(&line);
}

static void add_short_json(struct buf *out, const json_t *value)
{
	char *text = json_text(value, JSON_ENCODE_ANY | JSON_COMPACT);

	add_short(out, text ? text : "");
	free(text);
}

static const char *without_lead(const char *text)
{
	static const char lead[] = "aws: [ERROR]: ";
	const char *at = strstr(text, lead);

	return at ? at + strlen(lead) : text;
}

/* What the command said on standard error, without what stands before every
 * error. */
static void add_error(struct buf *out, const struct sim_answer *a)
{
	add_short(out, without_lead(a->err.s));
}

static void wrong(struct proved *out, struct place at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void wrong(struct proved *out, struct place at, const char *fmt, ...)
{
	va_list ap;

	out->holds = false;
	out->at = at;
	va_start(ap, fmt);
	buf_vaddf(&out->wrong, fmt, ap);
	va_end(ap);
}

/* Whether the error is "An error occurred (CODE) ...". */
static bool is_fault(const struct sim_answer *a, const char *code)
{
	static const char lead[] = "An error occurred (";
	const char *at = strstr(a->err.s, lead);
	size_t n = strlen(code);

	if (!a->code || !at)
		return false;
	at += strlen(lead);
	return strncmp(at, code, n) == 0 && at[n] == ')';
}

static void judge_fault(const struct step *s, struct proved *out)
{
	struct buf text = BUF_INIT;

	out->holds = is_fault(&out->answer, s->fault.s);
	add_error(&text, &out->answer);
	if (!out->holds && out->answer.code)
		wrong(out, s->fault.at, _("the fault %s was expected; it failed otherwise: %s"),
			s->fault.s, text.s);
	else if (!out->holds)
		wrong(out, s->fault.at, _("the fault %s was expected, but the command succeeded"),
			s->fault.s);
	buf_release(&text);
}

/* Nothing printed counts as null. */
static json_t *parse(const struct buf *text)
{
	bool empty = text->s[strspn(text->s, " \t\r\n")] == '\0';

	return empty ? json_null()
		     : json_loadb(text->s, text->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
}

static void judge_value(
	struct proving *p, const struct step *s, const json_t *value, struct proved *out)
{
	const struct tree *t = library_tree(p->library, s->at.file);
	json_t *expected = names_fill_json(claim_value(t, s->expect), &p->values);
	struct buf want = BUF_INIT, came = BUF_INIT;

	if (!claim_same(expected, value)) {
		add_short_json(&want, expected);
		add_short_json(&came, value);
		if (out->answer.out.len)
			wrong(out, tree_place(t, s->expect),
				_("expected %s, but the command printed %s"), want.s, came.s);
		else
			wrong(out, tree_place(t, s->expect),
				_("expected %s, but the command printed nothing"), want.s);
	}
	buf_release(&want);
	buf_release(&came);
	json_decref(expected);
}

/* Text as it is; what else there is, as JSON. NULL for null. */
static char *text_of(const struct buf *found)
{
	json_t *value = parse(found);
	char *text = NULL;

	if (json_is_string(value))
		text = xstrndup(json_string_value(value), json_string_length(value));
	else if (json_is_array(value) || json_is_object(value))
		text = json_text(value, 0);
	else if (value && !json_is_null(value)) /* as it was written: 1.10 stays that */
		text = xstrndup(found->s, strcspn(found->s, "\n"));
	json_decref(value);
	return text;
}

static void finds_nothing(const struct assignment *set, struct proved *out)
{
	const struct buf *printed = &out->answer.out;
	struct buf text = BUF_INIT;

	add_short(&text, printed->s);
	if (printed->len)
		wrong(out, set->path.at, _("'%s' finds nothing in what the command printed: %s"),
			set->path.s, text.s);
	else
		wrong(out, set->path.at, _("'%s' finds nothing: the command printed nothing"),
			set->path.s);
	buf_release(&text);
}

/* Takes one value out of what was printed. */
static void take(struct proving *p, const struct assignment *set, struct proved *out)
{
	const struct buf *printed = &out->answer.out;
	struct sim_query query = {
		.expression = set->path.s,
		.json = printed->len ? printed->s : "null",
		.length = printed->len ? printed->len : strlen("null"),
		.name = "",
	};
	struct sim_answer found;
	struct buf text = BUF_INIT;
	char *value = NULL;

	sim_answer_init(&found);
	sim_query(&query, &found);
	if (!found.code)
		value = text_of(&found.out);
	if (!expand_is_name(set->name.s)) {
		wrong(out, set->name.at,
			_("'%s' cannot be a name for a value: letters, digits and '_', not beginning with a digit"),
			set->name.s);
	} else if (found.code) {
		add_error(&text, &found);
		wrong(out, set->path.at, "%s", text.s);
	} else if (!value) {
		finds_nothing(set, out);
	} else {
		put_value(p, set->name.s, value);
		value = NULL;
	}
	free(value);
	buf_release(&text);
	sim_answer_release(&found);
}

static void judge_output(struct proving *p, const struct step *s, struct proved *out)
{
	json_t *value = parse(&out->answer.out);
	struct buf text = BUF_INIT;

	if (!value) {
		add_short(&text, out->answer.out.s);
		wrong(out, s->run.at,
			_("what the command printed is not JSON, so that nothing can be compared with it or taken from it: %s"),
			text.s);
	}
	for (size_t i = 0; out->holds && i < s->n_set; i++)
		take(p, &s->set[i], out);
	if (out->holds && s->expect)
		judge_value(p, s, value, out);
	buf_release(&text);
	json_decref(value);
}

static void judge(struct proving *p, const struct step *s, struct proved *out)
{
	struct buf text = BUF_INIT;

	out->holds = true;
	if (s->fault.s) {
		judge_fault(s, out);
	} else if (out->answer.code) {
		add_error(&text, &out->answer);
		wrong(out, s->run.at, _("the command failed: %s"), text.s);
	} else if (s->expect || s->n_set) {
		judge_output(p, s, out);
	}
	buf_release(&text);
}

/* NAME=$(command): what it prints, as a shell keeps it. Nothing, or the CLI's word for it, is no
 * value to go on with. */
static void keep_output(struct proving *p, const char *name, struct place at, struct proved *out)
{
	const struct buf *printed = &out->answer.out;
	size_t n = printed->len;

	while (n && printed->s[n - 1] == '\n')
		n--;
	if (!n || (n == strlen("None") && memcmp(printed->s, "None", n) == 0))
		wrong(out, at, _("$%s gets no value: the command found nothing"), name);
	else
		put_value(p, name, xstrndup(printed->s, n));
}

static bool run_line(struct proving *p, const char *command, struct proved *out, struct err *e)
{
	struct shellwords w;
	bool ran;

	if (!expand_line(command, &p->values, &out->line, e))
		return false;
	shellwords_split(out->line.s, &w);
	ran = run_words(p, &w, out, e);
	shellwords_release(&w);
	return ran;
}

bool proving_step(struct proving *p, const struct step *s, struct proved *out, struct err *e)
{
	struct buf name = BUF_INIT, command = BUF_INIT;
	bool keeps = line_assignment(s->run.s, &name, &command), ran;

	out->at = s->run.at;
	ran = run_line(p, keeps ? command.s : s->run.s, out, e);
	if (ran)
		judge(p, s, out);
	if (ran && keeps && out->holds)
		keep_output(p, name.s, s->run.at, out);
	buf_release(&name);
	buf_release(&command);
	return ran;
}

/* ---- a whole proof ---- */

static bool prove_step(struct proving *p, const struct step *s, struct place *at, struct err *e)
{
	struct proved step;
	bool ok;

	proved_init(&step);
	ok = proving_step(p, s, &step, e);
	if (ok && !step.holds)
		ok = err_set(e, ERR_DATA, "%s", step.wrong.s);
	*at = step.at;
	proved_release(&step);
	return ok;
}

bool prove(const struct library *l, const struct proof *proof, struct place *at, struct err *e)
{
	struct proving *p = proving_begin(l, proof->world.s, e);
	bool ok = p != NULL;

	*at = proof->world.at;
	for (size_t i = 0; ok && i < proof->n_steps; i++)
		ok = prove_step(p, &proof->steps[i], at, e);
	proving_end(p);
	return ok;
}
