/* prove-view.c - a proof played before the learner's eyes, a step a key; see
 * prove.h. */
#include "app/prove.h"

#include "app/app.h"
#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* A step that was tried. */
struct tried {
	struct proved proved;
	bool ran;
	struct err e; /* else: why not */
};

struct proof_view {
	const struct proof *proof;
	const struct text *claim; /* may be NULL */
	struct look look;         /* the language at present */
	bool linear;              /* what was printed stays: only what is new is printed */
	struct proving *world;    /* NULL: it could not be set up */
	struct err e;             /* then */
	struct tried *tried;
	size_t n;
	size_t told;      /* linear: parts that were printed: the head, then the steps */
	size_t last_line; /* on which the latest step begins */
};

/* ---- how it stands ---- */

static bool holds(const struct tried *t)
{
	return t->ran && t->proved.holds;
}

static bool failed(const struct proof_view *v)
{
	return !v->world || (v->n && !holds(&v->tried[v->n - 1]));
}

static bool is_over(const struct proof_view *v)
{
	return failed(v) || v->n == v->proof->n_steps;
}

static const char *reason(const struct proof_view *v)
{
	const struct tried *t = v->n ? &v->tried[v->n - 1] : NULL;

	return !v->world ? v->e.text : t->ran ? t->proved.wrong.s : t->e.text;
}

static void run_next(struct proof_view *v)
{
	struct tried *t = &v->tried[v->n];

	proved_init(&t->proved);
	t->ran = proving_step(v->world, &v->proof->steps[v->n], &t->proved, &t->e);
	v->n++;
}

/* ---- what is shown ---- */

static void render_head(const struct proof_view *v, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, look->plain ? "# %s" : "%s", _("Proof"));
	wrapped_add(out, look, STYLE_TITLE, line.s);
	buf_clear(&line);
	buf_addf(&line, P_("world '%s', %zu step", "world '%s', %zu steps", v->proof->n_steps),
		v->proof->world.s, v->proof->n_steps);
	wrapped_add(out, look, STYLE_DIM, line.s);
	if (v->claim) {
		buf_addc(out, '\n');
		markdown_add(out, look, v->claim);
	}
	buf_release(&line);
}

/* The lines of an output, as they are but for what would command the terminal.
 */
static void add_output(struct buf *out, const struct look *look, bool bad, const char *text)
{
	struct buf line = BUF_INIT, shown = BUF_INIT;

	while (*text) {
		size_t n = strcspn(text, "\n");

		buf_clear(&line);
		buf_clear(&shown);
		for (size_t i = 0; i < n; i++)
			buf_adds(&line, text[i] == '\t' ? "        " : (char[]){text[i], '\0'});
		text_printable(line.s, &shown);
		if (bad)
			style_adds(out, look, STYLE_BAD, shown.s);
		else
			buf_adds(out, shown.s);
		if (n)
			buf_addc(out, '\n');
		text += n + (text[n] == '\n');
	}
	buf_release(&line);
	buf_release(&shown);
}

/* As it would be typed; in a pipe in one piece. */
static void add_command(struct buf *out, const struct look *look, const char *command)
{
	struct buf shown = BUF_INIT, lines = BUF_INIT;

	text_printable(command, &shown);
	if (look->terminal)
		text_wrap(&lines, shown.s, look->columns, "$ ", "    ");
	else
		buf_addf(&lines, "$ %s\n", shown.s);
	for (char *s = lines.s, *nl; (nl = strchr(s, '\n')); s = nl + 1) {
		*nl = '\0';
		style_adds(out, look, STYLE_STRONG, s);
		buf_addc(out, '\n');
	}
	buf_release(&shown);
	buf_release(&lines);
}

static void render_step(
	const struct proof_view *v, size_t i, const struct look *look, struct buf *out)
{
	const struct tried *t = &v->tried[i];
	const struct step *step = &v->proof->steps[i];
	struct buf line = BUF_INIT;

	buf_addc(out, '\n');
	buf_addf(&line, _("Step %zu of %zu"), i + 1, v->proof->n_steps);
	wrapped_add(out, look, STYLE_DIM, line.s);
	buf_release(&line);
	add_command(out, look, t->proved.line.len ? t->proved.line.s : step->run.s);
	add_output(out, look, false, t->proved.answer.out.s);
	add_output(out, look, true, t->proved.answer.err.s);
	if (!holds(t))
		return; /* said at the end */
	if (step->fault.s)
		wrapped_add(out, look, STYLE_GOOD, _("-> this fault was expected"));
	else if (step->expect)
		wrapped_add(out, look, STYLE_GOOD, _("-> as expected"));
}

static void render_end(const struct proof_view *v, const struct look *look, struct buf *out)
{
	struct buf text = BUF_INIT;

	if (!is_over(v))
		return;
	buf_addc(out, '\n');
	if (failed(v))
		buf_addf(&text, _("It does not hold: %s"), reason(v));
	else
		buf_adds(&text, _("It holds: all that was expected has come."));
	wrapped_add(out, look, failed(v) ? STYLE_BAD : STYLE_GOOD, text.s);
	buf_release(&text);
}

/* Part 0 is the head, part i the step i - 1. */
static void render_part(
	const struct proof_view *v, size_t i, const struct look *look, struct buf *out)
{
	if (i == 0)
		render_head(v, look, out);
	else
		render_step(v, i - 1, look, out);
	if (i == v->n)
		render_end(v, look, out);
}

static size_t count_lines(const struct buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->s[i] == '\n';
	return n;
}

static void render(void *ctx, const struct look *screen, struct buf *out)
{
	struct proof_view *v = ctx;
	struct look look = *screen;

	look.lang = v->look.lang;
	look.both = v->look.both;
	for (size_t i = v->linear ? v->told : 0; i <= v->n; i++) {
		if (look.terminal)
			lines_fit(out, look.columns);
		v->last_line = count_lines(out);
		render_part(v, i, &look, out);
	}
	v->told = v->n + 1;
}

static void footer(void *ctx, bool more, struct buf *out)
{
	const struct proof_view *v = ctx;

	keys_add(out, _("Enter"), more ? _("more") : is_over(v) ? _("back") : _("run it"));
	keys_add(out, "L", _("language"));
	keys_add(out, "q", _("back"));
}

/* ---- keys ---- */

/* So that the step just taken stands at the top, with all that fits of its
 * output. */
static void go_to_step(struct proof_view *v, struct view *view, const struct look *screen)
{
	struct buf scratch = BUF_INIT;

	if (!v->linear) {
		render(v, screen, &scratch);
		view->top = (int)v->last_line + 1; /* not the empty line before it */
	}
	view->printed = false;
	buf_release(&scratch);
}

static int play(struct proof_view *v, struct screen *s)
{
	struct view view = {.render = render, .footer = footer, .ctx = v, .reading = true};

	for (;;) {
		int key = view_key(s, &view);

		if (key == KEY_EOF || key == KEY_SIGNAL)
			return key;
		if (key == 'q' || key == KEY_ESCAPE)
			return KEY_NONE;
		if (key == 'L' || key == 'l') {
			look_toggle(&v->look);
			v->told = 0;
			view.printed = false;
		} else if (key == KEY_ENTER || key == ' ') {
			if (is_over(v))
				return KEY_NONE;
			run_next(v);
			go_to_step(v, &view, &s->look);
		}
	}
}

int prove_view(
	struct app *a, const struct proof *proof, const struct text *claim, const struct look *look)
{
	struct proof_view v = {
		.proof = proof,
		.claim = claim,
		.look = *look,
		.linear = look->plain || a->screen.mode != SCREEN_TERMINAL,
		.tried = xcalloc(proof->n_steps, sizeof *v.tried),
	};
	int key;

	if (app_open_content(a, &v.e))
		v.world = proving_begin(&a->library, proof->world.s, &v.e);
	screen_enter(&a->screen);
	key = play(&v, &a->screen);
	for (size_t i = 0; i < v.n; i++)
		proved_release(&v.tried[i].proved);
	free(v.tried);
	proving_end(v.world);
	return key;
}
