/* cmd-home.c - the home screen: where every topic stands, what is due, and the next sensible step.
 */
#include "app/app.h"
#include "app/exam.h"
#include "app/lab-sums.h"
#include "app/look.h"
#include "app/overview.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 60 }; /* from here on a topic takes one line */

struct home {
	struct app *app;
	struct overview o;
};

static const struct command *next_step(const struct home *h)
{
	if (h->o.due + h->o.sweep)
		return &cmd_review;
	if (overview_new_left(&h->o, h->app))
		return &cmd_learn;
	return h->o.mistakes ? &cmd_mistakes : NULL;
}

static void render_counts(const struct home *h, const struct look *look, struct buf *out)
{
	const struct overview *o = &h->o;
	struct buf line = BUF_INIT;

	buf_addf(&line, _("Due today: %d"), o->due + o->sweep);
	buf_addf(&line, "   ");
	buf_addf(&line, _("New today: %d of %d"), o->learned_today, h->app->config.new_per_day);
	buf_addf(&line, "   ");
	buf_addf(&line, _("Mistakes: %d"), o->mistakes);
	buf_addf(&line, "   ");
	buf_addf(&line, P_("Streak: %d day", "Streak: %d days", o->streak), o->streak);
	text_wrap(out, line.s, look->columns, "", "");
	buf_release(&line);
}

static void add_topic_name(const struct topic_state *t, const struct look *look, struct buf *out)
{
	title_of(out, look, &t->topic->title);
}

/* name, bar, due and unseen; in two lines where the screen is narrow (name_columns 0). */
static void render_topic(
	const struct topic_state *t, const struct look *look, int name_columns, struct buf *out)
{
	struct buf name = BUF_INIT;

	add_topic_name(t, look, &name);
	if (look->plain) {
		buf_addf(out, "%s: ", name.s);
		bar_add(out, look, t->permille);
		buf_addf(out, _(", %d due, %d new\n"), t->due, t->unseen);
	} else if (name_columns) {
		text_pad(out, name.s, name_columns);
		buf_adds(out, "  ");
		bar_add(out, look, t->permille);
		buf_addf(out, t->due ? "  %5d" : "      -", t->due);
		buf_addf(out, t->unseen ? "  %5d\n" : "      -\n", t->unseen);
	} else {
		buf_addf(&name, _("  due %d  new %d"), t->due, t->unseen);
		text_wrap(out, name.s, look->columns, "", "");
		buf_adds(out, "  ");
		if (look->columns >= BAR_COLUMNS + 8)
			bar_add(out, look, t->permille);
		else
			buf_addf(out, "%d%%", t->permille / 10);
		buf_addc(out, '\n');
	}
	buf_release(&name);
}

/* As wide as the longest name; 0 if a topic does not fit on one line. */
static int name_width(const struct home *h, const struct look *look)
{
	enum { REST = 2 + BAR_COLUMNS + 5 + 7 + 7 };
	int width = 12;

	for (size_t i = 0; i < h->o.n_topics; i++) {
		struct buf name = BUF_INIT;
		int w;

		add_topic_name(&h->o.topics[i], look, &name);
		w = text_swidth(name.s);
		width = w > width ? w : width;
		buf_release(&name);
	}
	return width + REST <= look->columns ? width : 0;
}

static void add_right(struct buf *out, const char *s, int columns)
{
	int width = text_swidth(s);

	buf_addn(out, " ", (size_t)(columns > width ? columns - width : 0));
	buf_adds(out, s);
}

static void render_topics(const struct home *h, const struct look *look, struct buf *out)
{
	int width = name_width(h, look);

	if (width && !look->plain) {
		struct buf line = BUF_INIT;

		text_pad(&line, _("Topic"), width + 2);
		/* the bar: cells, a blank and four columns of percentage */
		text_pad(&line, _("Ladder"), look->blocks ? BAR_COLUMNS + 5 : 16);
		add_right(&line, _("Due"), 7);
		add_right(&line, _("New"), 7);
		style_adds(out, look, STYLE_DIM, line.s);
		buf_addc(out, '\n');
		buf_release(&line);
	}
	for (size_t i = 0; i < h->o.n_topics; i++)
		render_topic(&h->o.topics[i], look, width, out);
}

static void render_next(const struct home *h, const struct look *look, struct buf *out)
{
	const struct overview *o = &h->o;
	const struct command *next = next_step(h);
	struct buf line = BUF_INIT;
	int count;

	if (next == &cmd_review) {
		count = o->due + o->sweep;
		buf_addf(
			&line, P_("Next: review %d card.", "Next: review %d cards.", count), count);
	} else if (next == &cmd_learn) {
		count = overview_new_left(o, h->app);
		buf_addf(&line,
			P_("Next: read a note and learn %d new card.",
				"Next: read a note and learn %d new cards.", count),
			count);
	} else if (next == &cmd_mistakes) {
		buf_addf(&line,
			P_("Next: drill %d mistake.", "Next: drill %d mistakes.", o->mistakes),
			o->mistakes);
	} else if (o->next_due != DAY_NONE) {
		struct buf day = BUF_INIT;

		day_add(&day, o->next_due);
		buf_addf(&line,
			P_("Done for today. Next: %s, %d card.",
				"Done for today. Next: %s, %d cards.", o->next_count),
			day.s, o->next_count);
		buf_release(&day);
	} else {
		buf_adds(&line, _("Done for today."));
	}
	wrapped_add(out, look, STYLE_STRONG, line.s);
	buf_release(&line);
}

/* What a new learner has to know; shorter where there is more to say, gone where there is a
 * message: all of it fits into 24 lines. */
static void add_welcome(const struct home *h, bool more, struct buf *out)
{
	if (h->o.cards.len || h->app->message.len)
		return;
	if (more)
		buf_adds(out,
			_("Read a note, answer its questions; each comes back after 1, 4, 7 and 14 days.\n"));
	else
		buf_adds(out,
			_("You read a note, then answer its questions to yourself. Each comes back after 1, 4, 7 and 14 days. You can stop at any time: everything is kept.\n"));
}

static void render_notices(const struct home *h, const struct look *look, struct buf *out)
{
	const struct app *a = h->app;
	int errors = (int)a->library.diags.errors;
	struct buf line = BUF_INIT, all = BUF_INIT;

	if (h->o.orphans)
		buf_addf(&line,
			P_("%d card belongs to content that is not there now; its history is kept.\n",
				"%d cards belong to content that is not there now; their history is kept.\n",
				h->o.orphans),
			h->o.orphans);
	if (!a->message.len) {
		exam_notice(h->app, &line);
		lab_notice(h->app, &line);
	}
	if (errors)
		buf_addf(&line,
			P_("%d problem in the content; amidojo check shows it.\n",
				"%d problems in the content; amidojo check shows them.\n", errors),
			errors);
	if (a->config.exam_date != DAY_NONE && a->config.exam_date > app_today(a)) {
		int days = a->config.exam_date - app_today(a);

		buf_addf(&line, P_("Exam in %d day.\n", "Exam in %d days.\n", days), days);
	}
	buf_adds(&line, a->message.s);
	add_welcome(h, line.len > 0, &all);
	buf_adds(&all, line.s);
	if (all.len) {
		buf_truncate(&all, all.len - 1);
		text_wrap(out, all.s, look->columns, "", "");
	}
	buf_release(&line);
	buf_release(&all);
}

static void render(void *ctx, const struct look *look, struct buf *out)
{
	const struct home *h = ctx;
	struct buf day = BUF_INIT;

	style_adds(out, look, STYLE_TITLE, "amidojo");
	day_add(&day, app_today(h->app));
	if (look->columns >= WIDE && !look->plain) {
		buf_adds(out, _("  AMI/EC2 for SAA-C03 and SOA-C03"));
		add_right(out, day.s,
			look->columns - 7 - text_swidth(_("  AMI/EC2 for SAA-C03 and SOA-C03")));
	} else {
		buf_addf(out, "  %s", day.s);
	}
	buf_adds(out, "\n\n");
	render_counts(h, look, out);
	render_next(h, look, out);
	render_notices(h, look, out);
	buf_addc(out, '\n');
	render_topics(h, look, out);
	buf_release(&day);
}

static void footer(void *ctx, bool more, struct buf *out)
{
	const struct home *h = ctx;

	(void)more;
	if (next_step(h))
		keys_add(out, _("Enter"), _("next step"));
	keys_add(out, "r", _("review"));
	keys_add(out, "l", _("learn"));
	keys_add(out, "m", _("mistakes"));
	keys_add(out, "z", _("quiz"));
	keys_add(out, "x", _("exam"));
	keys_add(out, "a", _("labs"));
	keys_add(out, "n", _("notes"));
	keys_add(out, "/", _("search"));
	keys_add(out, "s", _("stats"));
	keys_add(out, "L", _("language"));
	keys_add(out, "?", _("guide"));
	keys_add(out, "q", _("quit"));
}

/* ---- keys ---- */

/* A command that fails has told why, and home goes on; only the end of the keys ends it, too. */
static int run_from_home(struct app *a, const struct command *c, const char *operand)
{
	const char *operands[] = {operand, NULL};
	struct args args = {.command = c, .operands = operands, .n_operands = operand ? 1 : 0};
	bool failed = a->failed;
	int code;

	a->at_home = true;
	code = c->run(a, &args);
	a->at_home = false;
	if (!a->screen.ended && !screen_signal()) {
		a->failed = failed;
		code = EXIT_OK;
		screen_enter(&a->screen);
	}
	return code;
}

static int search_from_home(struct app *a)
{
	char *line = screen_line(&a->screen, _("Search (Esc: back): "));
	int code = EXIT_OK;

	if (screen_signal())
		code = app_ended(a, KEY_SIGNAL);
	else if (line && line[strspn(line, " \t")])
		code = run_from_home(a, &cmd_search, line);
	free(line);
	return code;
}

static bool has_open_exam(struct app *a)
{
	struct arena arena = {0};
	struct exam_attempt head = {.id = 0};
	bool open = attempt_find_open(a->store, &arena, &head, NULL) && head.id;

	arena_release(&arena);
	return open;
}

/* The exam that is open; else those that were, and how to begin one. */
static int exam_from_home(struct app *a)
{
	int code;

	if (has_open_exam(a))
		return run_from_home(a, &cmd_exam, "resume");
	code = run_from_home(a, &cmd_exam, "list");
	if (code == EXIT_OK && !a->message.len)
		app_say(a, "%s", _("To begin a mock exam: amidojo exam saa-c03"));
	return code;
}

/* The command of a key; NULL if it has none. */
static const struct command *command_of(const struct home *h, int key)
{
	switch (key) {
	case KEY_ENTER:
		return next_step(h);
	case 'r':
		return &cmd_review;
	case 'l':
		return &cmd_learn;
	case 'm':
		return &cmd_mistakes;
	case 'z':
		return &cmd_quiz;
	case 'a':
		return &cmd_lab;
	case 'n':
		return &cmd_notes;
	case 's':
		return &cmd_stats;
	default:
		return NULL;
	}
}

/* Acts on keys until one of them ends the program; false if so, with its code. */
static bool act(struct home *h, int key, int *code)
{
	struct app *a = h->app;
	const struct command *c;

	if (key == 'q' || key == KEY_ESCAPE)
		return false;
	if (key == KEY_EOF || key == KEY_SIGNAL) {
		*code = key == KEY_EOF && a->screen.mode == SCREEN_TERMINAL ? EXIT_OK
									    : app_ended(a, key);
		return false;
	}
	buf_clear(&a->message);
	c = command_of(h, key);
	if (key == 'L')
		app_toggle_language(a);
	else if (key == '/')
		*code = search_from_home(a);
	else if (key == 'x')
		*code = exam_from_home(a);
	else if (key == '?')
		*code = run_from_home(a, &cmd_notes, "study-method");
	else if (c)
		*code = run_from_home(a, c, NULL);
	return *code == EXIT_OK;
}

static json_t *topics_json(const struct home *h)
{
	json_t *all = json_array();

	for (size_t i = 0; i < h->o.n_topics; i++) {
		const struct topic_state *t = &h->o.topics[i];

		json_array_append_new(
			all, json_pack("{s:s, s:i, s:i, s:i, s:i, s:f}", "topic", t->topic->id.s,
				     "items", t->items, "due", t->due, "new", t->unseen,
				     "long_term", t->longterm, "progress", t->permille / 1000.0));
	}
	return all;
}

static void print_json(const struct home *h)
{
	const struct overview *o = &h->o;
	const struct command *next = next_step(h);
	char today[DAY_TEXT], due[DAY_TEXT];

	json_out(json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:s?, s:s?, s:o, s:o}", "today",
		day_format(app_today(h->app), today), "due", o->due, "new_left",
		overview_new_left(o, h->app), "learned_today", o->learned_today, "mistakes",
		o->mistakes, "streak", o->streak, "next_step", next ? next->name : NULL, "next_due",
		o->next_due == DAY_NONE ? NULL : day_format(o->next_due, due), "topics",
		topics_json(h), "lab", lab_notice_json(h->app)));
}

static int home_run(struct app *a, const struct args *args)
{
	struct home h = {.app = a};
	struct view v = {.render = render, .footer = footer, .ctx = &h};
	struct buf out = BUF_INIT;
	struct err e = {0};
	int code = EXIT_OK;
	bool more = true;

	(void)args;
	if (!app_open(a, &e) || !overview_make(&h.o, a, &e)) {
		overview_release(&h.o);
		return app_fail(a, &e);
	}
	if (a->json) {
		print_json(&h);
	} else if (!screen_can_ask(&a->screen)) {
		render(&h, &a->screen.look, &out);
		code = app_show(a, &out);
	} else {
		screen_enter(&a->screen);
		while (more) {
			more = act(&h, view_key(&a->screen, &v), &code);
			v.printed = false;
			overview_release(&h.o);
			if (more && !overview_make(&h.o, a, &e)) {
				code = app_fail(a, &e);
				more = false;
			}
		}
		if (code == EXIT_OK)
			buf_clear(&a->message);
	}
	overview_release(&h.o);
	buf_release(&out);
	screen_leave(&a->screen);
	return code;
}

const struct command cmd_home = {
	.name = "home",
	.synopsis = "",
	.summary = N_("today: what is due, where each topic stands, the next step"),
	.run = home_run,
};
