/* world-explain.c - `explain`: why a command failed, by the code of its error; the texts are
 * content/faults.yaml. */
#include "app/look.h"
#include "app/world-commands.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What failed, as it was typed and told. */
struct failure {
	char *line, *error; /* owned */
	struct buf code;    /* "" if the error names none */
	struct buf message;
	bool service; /* the code is an answer of AWS, not the AWS CLI's own */
};

/* Entries of the library, in the order in which they count. */
struct entries {
	const struct fault_entry **items;
	size_t n;
};

/* What the AWS CLI itself refuses has no code that tells one cause from another (ParamValidation
 * is nearly all of it), so its entries have codes of ours, and are known by `when` alone. */
static const char cli[] = "Cli.";

/* Of what the AWS CLI says, unless it was asked for JSON, YAML, text or a table. */
static const char prefix[] = "aws: [ERROR]: ";

/* ---- the entries ---- */

static bool is_of(const struct fault_entry *x, const char *code)
{
	return code ? strcasecmp(x->code.s, code) == 0
		    : strncmp(x->code.s, cli, sizeof cli - 1) == 0;
}

static size_t count_entries(const struct library *l)
{
	const struct documents *d = &l->of[DOC_FAULTS];
	size_t n = 0;

	for (size_t i = 0; i < d->len; i++)
		n += ((const struct faults *)d->items[i])->n_items;
	return n;
}

/* Of the code; NULL: of whatever the AWS CLI refuses. Documents come by rank, so a pack's own go
 * before the shipped ones. */
static struct entries entries_of(const struct library *l, const char *code)
{
	const struct documents *d = &l->of[DOC_FAULTS];
	struct entries found = {.items = xcalloc(count_entries(l) + 1, sizeof *found.items)};

	for (size_t i = 0; i < d->len; i++) {
		const struct faults *f = d->items[i];

		for (size_t k = 0; k < f->n_items; k++) {
			if (is_of(&f->items[k], code))
				found.items[found.n++] = &f->items[k];
		}
	}
	return found;
}

static void entries_release(struct entries *found)
{
	free((void *)found->items);
	*found = (struct entries){0};
}

/* Keeps the first that fits the error, if any does. */
static void keep_fitting(struct entries *found, const char *error)
{
	size_t i = 0;

	while (i < found->n && found->items[i]->when.s && !strstr(error, found->items[i]->when.s))
		i++;
	if (i < found->n)
		found->items[0] = found->items[i];
	found->n = i < found->n;
}

/* ---- the error ---- */

/* Where a code stands in the shapes of `--cli-error-format`, and what ends it. */
static const struct {
	const char *lead;
	char end;
} code_places[] = {
	{"An error occurred (", ')'},
	{"\"Code\": \"", '"'},
	{"Code: ", '\n'},
};

static void find_code(struct failure *f)
{
	for (size_t i = 0; i < sizeof code_places / sizeof *code_places; i++) {
		const char *lead = code_places[i].lead, *at = strstr(f->error, lead), *end;

		if (!at)
			continue;
		at += strlen(lead);
		end = strchr(at, code_places[i].end);
		if (!end)
			continue;
		buf_add(&f->code, at, (size_t)(end - at));
		f->service = strncmp(end, ") when calling", 14) == 0;
		return;
	}
}

/* With `--cli-error-format` text or table the code has no name beside it: the longest that we know
 * and that stands there as a word. */
static void find_known_code(struct failure *f, const struct library *l)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.";
	const struct documents *d = &l->of[DOC_FAULTS];

	for (size_t i = 0; i < d->len; i++) {
		const struct faults *all = d->items[i];

		for (size_t k = 0; k < all->n_items; k++) {
			const char *code = all->items[k].code.s, *at = strstr(f->error, code);
			size_t n = strlen(code);

			if (!at || n <= f->code.len || (at > f->error && strchr(letters, at[-1])) ||
				(at[n] && strchr(letters, at[n])))
				continue;
			buf_clear(&f->code);
			buf_add(&f->code, code, n);
		}
	}
}

/* Lines of others, so that they command no terminal and can stand in JSON. A tab is a blank. */
static void add_printable(struct buf *out, const char *s, size_t n)
{
	struct buf line = BUF_INIT;

	while (n && s[n - 1] == '\n')
		n--;
	for (size_t i = 0; i < n; i++) {
		const char *end = memchr(s + i, '\n', n - i);
		size_t length = end ? (size_t)(end - s) - i : n - i;

		buf_clear(&line);
		buf_add(&line, s + i, length);
		for (char *tab = line.s; (tab = strchr(tab, '\t'));)
			*tab = ' ';
		if (i)
			buf_addc(out, '\n');
		text_printable(line.s, out);
		i += length;
	}
	buf_release(&line);
}

/* The sentence alone: without the program's name, the code, and the lines on usage. */
static void find_message(struct failure *f)
{
	static const char lead[] = "An error occurred (";
	const char *s = strstr(f->error, prefix), *end, *text;

	s = s ? s + sizeof prefix - 1 : f->error;
	if (strncmp(s, lead, sizeof lead - 1) == 0 && (text = strstr(s, "): ")))
		s = text + 3;
	else if (f->service && (text = strstr(s, " operation")) && (text = strstr(text, ": ")))
		s = text + 2;
	s += strspn(s, "\n ");
	end = strstr(s, "\n\nusage:");
	add_printable(&f->message, s, end ? (size_t)(end - s) : strlen(s));
}

static bool failure_load(
	struct failure *f, const struct library *l, struct app_world *w, struct err *e)
{
	if (!app_world_failure(w, &f->line, &f->error, e))
		return false;
	if (f->error) {
		find_code(f);
		if (!f->code.len && !strstr(f->error, prefix))
			find_known_code(f, l);
		find_message(f);
	}
	return true;
}

static void failure_release(struct failure *f)
{
	free(f->line);
	free(f->error);
	buf_release(&f->code);
	buf_release(&f->message);
}

/* A code that we know is AWS's own also within "Waiter ... failed: An error occurred (CODE)". */
static struct entries explanations(const struct library *l, struct failure *f)
{
	struct entries found = entries_of(l, f->code.s);

	f->service = f->service || found.n > 0;
	if (!f->service) {
		entries_release(&found);
		found = entries_of(l, NULL);
	}
	keep_fitting(&found, f->error);
	return found;
}

/* ---- on the screen ---- */

/* A list of forty names is not told to its end. */
static void message_add(struct buf *out, const struct look *look, const struct buf *message)
{
	enum { ENOUGH = 480 }; /* columns */
	struct buf text = BUF_INIT;
	size_t n = text_fit(message->s, message->len, ENOUGH);

	buf_add(&text, message->s, n);
	if (n < message->len)
		buf_adds(&text, " ...");
	paragraph_add(out, look, text.s);
	buf_release(&text);
}

/* The command in one line: "$ aws ec2 run-instances ...". */
static void command_add(struct buf *out, const struct look *look, const char *command)
{
	struct buf text = BUF_INIT;
	int room = look->columns < 8 ? 8 : look->columns;

	buf_adds(&text, "$ ");
	text_printable(command, &text);
	if (text_swidth(text.s) > room) {
		buf_truncate(&text, text_fit(text.s, text.len, room - 4));
		buf_adds(&text, " ...");
	}
	wrapped_add(out, look, STYLE_DIM, text.s);
	buf_release(&text);
}

static void note_add(struct buf *out, const struct app *a, const struct fault_entry *x)
{
	const struct look *look = &a->screen.look;
	const struct note *n = x->note.s ? library_note(&a->library, x->note.s) : NULL;
	struct buf line = BUF_INIT;

	if (!n)
		return;
	heading_add(out, look, _("Note"));
	title_of(&line, look, &n->title);
	paragraph_add(out, look, line.s);
	buf_clear(&line);
	buf_addf(&line, "amidojo notes %s", n->id.s);
	wrapped_add(out, look, STYLE_KEY, line.s);
	buf_release(&line);
}

/* "SH-05 Sharing" and where it is written; its name is the link where there are links. */
static void fact_add(struct buf *out, const struct look *look, const struct fact *f)
{
	const char *url = f->n_sources ? f->sources[0].s : NULL;
	struct buf line = BUF_INIT;

	if (url && look->links)
		buf_addf(&line, "\033]8;;%s\033\\%s\033]8;;\033\\ %s", url, f->id.s, f->about.s);
	else
		buf_addf(&line, "%s %s", f->id.s, f->about.s);
	text_wrap(out, line.s, look->columns, "- ", "  ");
	if (url && !look->links && look->terminal)
		text_wrap(out, url, look->columns, "  ", "  ");
	else if (url && !look->links)
		buf_addf(out, "  %s\n", url); /* an address stays whole */
	buf_release(&line);
}

static void facts_add(struct buf *out, const struct app *a, const struct fault_entry *x)
{
	if (x->n_facts)
		heading_add(out, &a->screen.look, _("Facts"));
	for (size_t i = 0; i < x->n_facts; i++) {
		const struct fact *f = map_get(&a->library.fact_by_id, x->facts[i].s);

		if (f)
			fact_add(out, &a->screen.look, f);
	}
}

static void entry_add(struct buf *out, const struct app *a, const struct fault_entry *x)
{
	const struct look *look = &a->screen.look;

	heading_add(out, look, _("Why"));
	markdown_add(out, look, &x->why);
	heading_add(out, look, _("What to do"));
	markdown_add(out, look, &x->fix);
	note_add(out, a, x);
	facts_add(out, a, x);
}

/* One cause of several that share a code. */
static void cause_add(struct buf *out, const struct app *a, const struct fault_entry *x)
{
	const struct look *look = &a->screen.look;
	struct buf line = BUF_INIT;

	if (x->when.s)
		buf_addf(&line, _("When the error says: %s"), x->when.s);
	heading_add(out, look, line.len ? line.s : _("In other cases"));
	markdown_add(out, look, &x->why);
	buf_addc(out, '\n');
	markdown_add(out, look, &x->fix);
	buf_clear(&line);
	if (x->note.s)
		buf_addf(&line, "amidojo notes %s", x->note.s);
	for (size_t i = 0; i < x->n_facts; i++)
		buf_addf(&line, "%s%s", line.len ? i ? ", " : "; " : "", x->facts[i].s);
	if (line.len)
		wrapped_add(out, look, STYLE_DIM, line.s);
	buf_release(&line);
}

static void failure_add(
	struct buf *out, const struct app *a, const struct failure *f, const struct entries *found)
{
	const struct look *look = &a->screen.look;

	if (f->line)
		command_add(out, look, f->line);
	if (f->service)
		wrapped_add(out, look, STYLE_TITLE, f->code.s);
	else if (found->n)
		wrapped_add(out, look, STYLE_TITLE, found->items[0]->code.s);
	if (f->message.len)
		message_add(out, look, &f->message);
	if (found->n) {
		entry_add(out, a, found->items[0]);
		return;
	}
	buf_addc(out, '\n');
	paragraph_add(out, look,
		_("No explanation is known for this error. The list of error codes in the EC2 "
		  "developer guide may have it."));
}

/* What was accepted and ended badly: no command has failed, and yet nothing runs. */
static bool ending_add(struct buf *out, const struct app *a, struct sim *sim)
{
	const struct look *look = &a->screen.look;
	struct sim_failure ended;
	struct entries found;
	struct buf line = BUF_INIT;

	if (!sim_failed(sim, &ended))
		return false;
	if (out->len)
		buf_addc(out, '\n');
	buf_addf(&line, "%s: %s", ended.id, ended.code ? ended.code : ended.state);
	wrapped_add(out, look, STYLE_TITLE, line.s);
	if (ended.text)
		paragraph_add(out, look, ended.text);
	found = entries_of(&a->library, ended.code ? ended.code : ended.state);
	if (found.n)
		entry_add(out, a, found.items[0]);
	entries_release(&found);
	buf_release(&line);
	return true;
}

static void code_add(struct buf *out, const struct app *a, const struct entries *found)
{
	wrapped_add(out, &a->screen.look, STYLE_TITLE, found->items[0]->code.s);
	if (found->n == 1)
		entry_add(out, a, found->items[0]);
	for (size_t i = 0; found->n > 1 && i < found->n; i++)
		cause_add(out, a, found->items[i]);
}

/* ---- as JSON ---- */

static json_t *entry_json(const struct app *a, const struct fault_entry *x)
{
	enum lang lang = a->screen.look.lang;
	json_t *facts = json_array();

	for (size_t i = 0; i < x->n_facts; i++)
		json_array_append_new(facts, json_string(x->facts[i].s));
	return json_pack("{s:s, s:s?, s:s, s:s, s:s?, s:o}", "code", x->code.s, "when", x->when.s,
		"why", text_in(&x->why, lang), "fix", text_in(&x->fix, lang), "note", x->note.s,
		"facts", facts);
}

static void print_json(
	const struct app *a, const struct failure *f, const char *code, const struct entries *found)
{
	json_t *all = json_array();

	for (size_t i = 0; i < found->n; i++)
		json_array_append_new(all, entry_json(a, found->items[i]));
	json_out(json_pack("{s:s?, s:s?, s:s?, s:o}", "command", f->line, "code", code, "message",
		f->error ? f->message.s : NULL, "explanations", all));
}

static void print(struct buf *out)
{
	fwrite(out->s, 1, out->len, stdout);
	buf_release(out);
}

/* ---- the command ---- */

static bool unknown_code(const struct library *l, const char *code, struct err *e)
{
	const struct documents *d = &l->of[DOC_FAULTS];
	const char **names = xcalloc(count_entries(l) + 1, sizeof *names), *near;
	size_t n = 0;

	for (size_t i = 0; i < d->len; i++) {
		const struct faults *f = d->items[i];

		for (size_t k = 0; k < f->n_items; k++)
			names[n++] = f->items[k].code.s;
	}
	near = nearest_name(code, names);
	free((void *)names);
	if (near)
		return err_set(e, ERR_USAGE,
			_("no explanation is known for the error code '%s'; did you mean '%s'?"),
			code, near);
	return err_set(e, ERR_USAGE,
		_("no explanation is known for the error code '%s'; it is what stands in brackets "
		  "after 'An error occurred'"),
		code);
}

static bool explain_code(struct app *a, const char *code, struct err *e)
{
	struct entries found = entries_of(&a->library, code);
	struct buf out = BUF_INIT;
	bool ok = found.n > 0;

	if (!ok) {
		unknown_code(&a->library, code, e);
	} else if (a->json) {
		print_json(a, &(struct failure){0}, found.items[0]->code.s, &found);
	} else {
		code_add(&out, a, &found);
		print(&out);
	}
	entries_release(&found);
	return ok;
}

static void explain_failure(struct app *a, struct sim *sim, struct failure *f)
{
	struct entries found = explanations(&a->library, f);
	struct buf out = BUF_INIT;

	if (a->json) {
		print_json(a, f,
			f->service ? f->code.s
			: found.n  ? found.items[0]->code.s
				   : NULL,
			&found);
	} else {
		failure_add(&out, a, f, &found);
		ending_add(&out, a, sim);
		print(&out);
	}
	entries_release(&found);
}

static bool explain_last(struct app *a, struct app_world *w, struct err *e)
{
	struct failure f = {.code = BUF_INIT, .message = BUF_INIT};
	struct buf out = BUF_INIT;
	bool ok = failure_load(&f, &a->library, w, e);

	if (ok && f.error) {
		explain_failure(a, w->sim, &f);
	} else if (ok && a->json) {
		print_json(a, &f, NULL, &(struct entries){0});
	} else if (ok && ending_add(&out, a, w->sim)) {
		print(&out);
	} else if (ok) {
		paragraph_add(&out, &a->screen.look,
			_("No command has failed in this world yet. 'explain CODE' tells what an "
			  "error code means."));
		print(&out);
	}
	failure_release(&f);
	return ok;
}

bool world_explain(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	if (n > 2)
		return err_set(e, ERR_USAGE, _("'explain' takes one error code, or nothing"));
	if (!app_open_content(s->app, e))
		return false;
	if (n == 2)
		return explain_code(s->app, words[1], e);
	return explain_last(s->app, s->world, e);
}
