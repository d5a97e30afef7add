/* cmd-exam.c - the command `exam`: begin, resume, list, show, abandon, info. */
#include "app/exam.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec options[] = {
	{"minutes", "N", N_("time for the paper; 160 is what non-native speakers may be given")},
	{"seed", "S",
		N_("the paper of this number, the same for everybody with the same questions")},
	{"length", "N", N_("questions, if not as many as in the real exam")},
	{"csv", NULL, N_("with show: a row a question, for a spreadsheet")},
	{"yes", NULL, N_("with abandon: do not ask")},
	{NULL, NULL, NULL},
};

/* Whether somebody sits there: then screens are shown, and what is to be told is told on them. */
static bool can_ask(struct app *a)
{
	return !a->json && screen_can_ask(&a->screen);
}

/* Nothing for 0. */
static void settled_text(int64_t id, struct buf *out)
{
	if (id)
		buf_addf(out,
			_("The time of exam %lld ran out while it was not on the screen; it was submitted as it was. Its result: amidojo exam show %lld"),
			(long long)id, (long long)id);
}

static void say_settled(struct app *a, int64_t settled)
{
	struct buf say = BUF_INIT;

	settled_text(settled, &say);
	if (say.len)
		app_say(a, "%s", say.s);
	buf_release(&say);
}

/* The result of one that ended by itself just now, with the reason above it. */
static int settled_view(struct app *a, int64_t id)
{
	return exam_result_view(a, id,
		_("The time ran out while the exam was not on the screen; it was submitted as it was."));
}

/* ---- a new one ---- */

struct start {
	const struct draft *d;
	struct look look;
	const char *say; /* above it, or NULL */
};

static void render_start(void *ctx, const struct look *screen, struct buf *out)
{
	const struct start *s = ctx;
	const struct draft *d = s->d;
	struct look look = *screen;
	struct buf line = BUF_INIT;

	look.lang = s->look.lang;
	look.both = s->look.both;
	if (s->say) {
		paragraph_add(out, &look, s->say);
		buf_addc(out, '\n');
	}
	title_of(&line, &look, &d->exam->title);
	wrapped_add(out, &look, STYLE_TITLE, line.s);
	buf_addc(out, '\n');
	buf_clear(&line);
	buf_addf(&line,
		P_("%d question in %d minutes; the pass mark is %d of %d.",
			"%d questions in %d minutes; the pass mark is %d of %d.", d->length),
		d->length, d->minutes, d->exam->pass.value, d->exam->scale[1].value);
	if (d->class_paper)
		buf_addf(&line, _(" Class paper %lld."), (long long)d->seed);
	paragraph_add(out, &look, line.s);
	paragraph_add(out, &look,
		_("Some questions are not scored; which ones is told at the end, like everything else."));
	buf_addc(out, '\n');
	paragraph_add(out, &look,
		_("The clock begins with the first question and goes on whatever happens: when you leave, when the computer sleeps or is off. Every answer is kept at once; amidojo exam resume returns to it."));
	buf_addc(out, '\n');
	paragraph_add(out, &look,
		_("Digits pick, n and p go on and back, f flags, g shows all questions, t the time left, s submits, ? explains all keys."));
	buf_release(&line);
}

static void footer_start(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	keys_add(out, _("Enter"), more ? _("more") : _("begin"));
	keys_add(out, "L", _("language"));
	keys_add(out, "q", _("not now"));
}

/* Enter or a blank begins; else the key that left it. */
static int start_key(struct app *a, const struct draft *d, const char *say)
{
	struct start s = {d, a->screen.look, say};
	struct view v = {
		.render = render_start, .footer = footer_start, .ctx = &s, .reading = true};

	screen_enter(&a->screen);
	for (;;) {
		int key = view_key(&a->screen, &v);

		if (key == 'L' || key == 'l') {
			look_toggle(&s.look);
			a->screen.look.lang = s.look.lang;
			a->screen.look.both = s.look.both;
			v.printed = false;
		}
		if (key == ' ' || key == KEY_ENTER || key == 'q' || key == KEY_ESCAPE ||
			key == KEY_EOF || key == KEY_SIGNAL)
			return key;
	}
}

static int leave_start(struct app *a, int key)
{
	screen_leave(&a->screen);
	if (key == KEY_EOF || key == KEY_SIGNAL)
		return app_ended_saying(a, key, _("Nothing was begun."));
	app_say(a, "%s", _("Nothing was begun."));
	return EXIT_OK;
}

/* One exam at a time: says which one is open. */
static bool none_open(struct app *a, struct err *e)
{
	struct exam_attempt head;
	struct arena arena = {0};
	char name[160], left[24];
	bool ok = attempt_find_open(a->store, &arena, &head, e);

	if (ok && head.id) {
		int64_t ms = (int64_t)head.minutes * 60000 - exam_look(&head.last).elapsed_ms;

		ok = err_set(e, ERR_CONFLICT,
			_("%s is still open, with %s left; go on with 'amidojo exam resume', or end it with 'amidojo exam abandon'"),
			attempt_name(&head, name), exam_time_left(ms, left));
	}
	arena_release(&arena);
	return ok;
}

static int begin(struct app *a, const struct draft *d, const char *say)
{
	struct err e = {0};
	int64_t id;
	int key;

	if (!none_open(a, &e))
		return app_fail(a, &e);
	key = start_key(a, d, say);
	if (key != ' ' && key != KEY_ENTER)
		return leave_start(a, key);
	if (!draft_begin(d, a, &id, &e))
		return app_fail(a, &e);
	return exam_sit(a, id, false);
}

static int start_run(struct app *a, const struct args *args, int64_t settled)
{
	struct buf say = BUF_INIT;
	const struct exam_alias *alias;
	const struct exam *x;
	struct draft d = {.exam = NULL};
	struct err e = {0};
	int length, minutes, seed, code;

	x = exam_named(&a->library, args->operands[0], &alias, &e);
	if (x && alias)
		err_set(&e, ERR_USAGE, _("%s To sit it: amidojo exam %s"),
			text_in(&alias->text, a->screen.look.lang), x->id.s);
	if (!x || alias || !args_number(args, "length", 1, PAPER_LENGTH, 0, &length, &e) ||
		!args_number(args, "minutes", 1, 1440, 0, &minutes, &e) ||
		!args_number(args, "seed", 1, INT32_MAX, 0, &seed, &e) ||
		!draft_make(&d, a, x, length, minutes, seed, &e)) {
		code = app_fail(a, &e);
		if (can_ask(a))
			say_settled(a, settled);
	} else if (!can_ask(a)) {
		draft_print(&d, a);
		code = EXIT_OK;
	} else {
		settled_text(settled, &say);
		code = begin(a, &d, say.len ? say.s : NULL);
	}
	draft_release(&d);
	buf_release(&say);
	return code;
}

/* ---- the open one ---- */

static bool find_open(struct app *a, int64_t *id, struct err *e)
{
	struct exam_attempt head;
	struct arena arena = {0};
	bool ok = attempt_find_open(a->store, &arena, &head, e);

	arena_release(&arena);
	*id = head.id;
	if (!ok || head.id)
		return ok;
	return err_set(e, ERR_NOTHING,
		_("no exam is open; 'amidojo exam saa-c03' begins one, 'amidojo exam list' shows those that ended"));
}

static json_t *open_json(const struct attempt *t)
{
	json_t *numbers = json_array();
	struct exam_mark now = exam_look(&t->is.last);

	for (size_t i = 0; i < t->n; i++)
		if (!sat_answered(&t->sats[i]))
			json_array_append_new(numbers, json_integer(t->sats[i].number));
	return json_pack("{s:I, s:s, s:i, s:i, s:o, s:I, s:I}", "attempt", (json_int_t)t->is.id,
		"exam", t->is.exam, "questions", t->is.questions, "answered", attempt_answered(t),
		"unanswered", numbers, "elapsed_ms", (json_int_t)now.elapsed_ms, "left_ms",
		(json_int_t)(attempt_limit(t) - now.elapsed_ms));
}

/* Where nobody can press a key: where it stands. */
static int resume_print(struct app *a, int64_t id)
{
	struct attempt t;
	struct err e = {0};
	char left[24], name[160];

	if (!attempt_load(&t, a->store, id, false, &e))
		return app_fail(a, &e);
	if (a->json)
		json_out(open_json(&t));
	else
		app_say(a, _("%s: %d of %zu answered, %s left."), attempt_name(&t.is, name),
			attempt_answered(&t), t.n,
			exam_time_left(attempt_limit(&t) - exam_look(&t.is.last).elapsed_ms, left));
	attempt_release(&t);
	return EXIT_OK;
}

static int resume_run(struct app *a, const struct args *args, int64_t settled)
{
	bool ask = can_ask(a);
	struct err e = {0};
	int64_t id;

	(void)args;
	if (settled && ask)
		return settled_view(a, settled);
	if (settled && !a->json)
		return EXIT_OK; /* it has been said */
	if (!find_open(a, &id, &e))
		return app_fail(a, &e);
	return ask ? exam_sit(a, id, true) : resume_print(a, id);
}

/* Ended without looking at its paper: a damaged one can be put away as well. */
static bool abandon(struct app *a, int64_t id, struct err *e)
{
	struct attempt t = {.is = {.id = id}};
	struct exam_attempt head;
	struct arena arena = {0};
	bool ok = attempt_find_open(a->store, &arena, &head, e);

	if (ok && head.id == id) {
		t.is.last_entry = head.last_entry;
		ok = attempt_end(a, &t, EXAM_ABANDONED, exam_look(&head.last), e);
	} else if (ok) {
		ok = err_set(e, ERR_CONFLICT, _("Exam %lld has ended meanwhile."), (long long)id);
	}
	arena_release(&arena);
	return ok;
}

/* A line of a person, so that it takes Enter as well; a key of a script. */
static bool agreed(struct app *a, const char *name)
{
	struct buf prompt = BUF_INIT;
	char *line = NULL;
	int key;

	buf_addf(&prompt, _("Abandon %s? There will be no result. [y/n] "), name);
	if (a->screen.mode == SCREEN_TERMINAL) {
		line = screen_line(&a->screen, prompt.s);
		screen_leave(&a->screen);
		key = line ? line[0] : KEY_NONE;
	} else {
		printf("%s\n", prompt.s);
		key = screen_key(&a->screen);
	}
	free(line);
	buf_release(&prompt);
	return key == 'y' || key == 'Y';
}

static int abandon_run(struct app *a, const struct args *args, int64_t settled)
{
	struct exam_attempt head;
	struct arena arena = {0};
	struct err e = {0};
	char name[160];
	int64_t id;
	bool yes = args_option(args, "yes") != NULL;

	if (settled && !a->json)
		return EXIT_OK; /* it has ended by itself, which was said */
	if (!find_open(a, &id, &e) || !attempt_find_open(a->store, &arena, &head, &e))
		return app_fail(a, &e);
	attempt_name(&head, name);
	arena_release(&arena);
	if (!yes && (a->json || !screen_can_ask(&a->screen))) {
		err_set(&e, ERR_USAGE, _("%s would be abandoned; --yes says that you mean it"),
			name);
		return app_fail(a, &e);
	}
	if (!yes && !agreed(a, name)) {
		app_say(a, "%s", _("Nothing was changed."));
		return EXIT_OK;
	}
	if (!abandon(a, id, &e))
		return app_fail(a, &e);
	if (a->json)
		json_out(json_pack("{s:I, s:s}", "attempt", (json_int_t)id, "state",
			exam_end_code[EXAM_ABANDONED]));
	else
		app_say(a, _("Abandoned: %s."), name);
	return EXIT_OK;
}

/* ---- those that ended ---- */

static bool id_operand(const struct args *args, int64_t *id, struct err *e)
{
	const char *text = args->n_operands > 1 ? args->operands[1] : "";
	char *end;

	*id = strtoll(text, &end, 10);
	if (*text >= '1' && *text <= '9' && !*end && strlen(text) < 18)
		return true;
	if (!*text)
		return err_set(e, ERR_USAGE,
			_("'exam show' needs the number of an exam; 'amidojo exam list' shows them"));
	return err_set(e, ERR_USAGE,
		_("'%.100s' is not the number of an exam; 'amidojo exam list' shows them"), text);
}

static int show_printed(struct app *a, const struct attempt *t, bool csv)
{
	struct buf out = BUF_INIT;
	struct err e = {0};
	json_t *all;

	if (a->json) {
		if (!exam_json(a, t, &all, &e))
			return app_fail(a, &e);
		json_out(all);
		return EXIT_OK;
	}
	if (csv)
		exam_csv(t, &out);
	else
		exam_result_render(a, t, &a->screen.look, &out);
	if (!csv && a->screen.look.terminal)
		lines_fit(&out, a->screen.look.columns);
	fputs(out.s, stdout);
	buf_release(&out);
	return EXIT_OK;
}

static int show_run(struct app *a, const struct args *args, int64_t settled)
{
	bool csv = args_option(args, "csv") != NULL;
	struct attempt t;
	struct err e = {0};
	int64_t id;
	int code;

	if (csv && a->json)
		err_set(&e, ERR_USAGE, _("%s cannot be used with %s"), "--csv", "--json");
	if (e.code || !id_operand(args, &id, &e))
		return app_fail(a, &e);
	if (!csv && can_ask(a)) {
		if (id == settled)
			return settled_view(a, id);
		say_settled(a, settled);
		return exam_result_view(a, id, NULL);
	}
	if (!attempt_load(&t, a->store, id, true, &e))
		return app_fail(a, &e);
	code = exam_has_result(&t, &e) ? show_printed(a, &t, csv) : app_fail(a, &e);
	attempt_release(&t);
	return code;
}

static int list_run(struct app *a, const struct args *args, int64_t settled)
{
	(void)args;
	(void)settled;
	return exam_list(a);
}

static int info_run(struct app *a, const struct args *args, int64_t settled)
{
	const struct exam_alias *alias;
	const struct exam *x;
	struct err e = {0};

	(void)settled;
	if (args->n_operands < 2) {
		err_set(&e, ERR_USAGE, _("'exam info' needs an exam, such as saa-c03"));
		return app_fail(a, &e);
	}
	x = exam_named(&a->library, args->operands[1], &alias, &e);
	return x ? exam_info(a, x, alias) : app_fail(a, &e);
}

/* ---- the command ---- */

static const struct part {
	const char *name;       /* NULL: the name of an exam */
	int operands;           /* with the name */
	const char *options[4]; /* that make sense with it */
	bool tells;             /* by itself, where somebody sits, that an exam has just ended */
	int (*run)(struct app *a, const struct args *args, int64_t settled);
} parts[] = {
	{"resume", 1, {NULL}, true, resume_run},
	{"list", 1, {NULL}, false, list_run},
	{"show", 2, {"csv", NULL}, true, show_run},
	{"abandon", 1, {"yes", NULL}, false, abandon_run},
	{"info", 2, {NULL}, false, info_run},
	{NULL, 1, {"minutes", "seed", "length", NULL}, true, start_run},
};

static const struct part *part_named(const char *name)
{
	size_t i = 0;

	while (parts[i].name && strcmp(parts[i].name, name) != 0)
		i++;
	return &parts[i];
}

static bool takes(const struct part *part, const char *option)
{
	for (size_t i = 0; part->options[i]; i++)
		if (strcmp(part->options[i], option) == 0)
			return true;
	return false;
}

/* An operand or an option too many; what would be ignored is refused. */
static bool fits(const struct part *part, const struct args *args, struct err *e)
{
	const char *name = args->operands[0];
	char option[32], what[160];

	if (args->n_operands > part->operands)
		return err_set(e, ERR_USAGE,
			_("'exam %s' does not take '%s'; 'amidojo exam --help' explains it"), name,
			args->operands[part->operands]);
	for (size_t i = 0; options[i].name; i++) {
		if (!args_option(args, options[i].name) || takes(part, options[i].name))
			continue;
		snprintf(option, sizeof option, "--%s", options[i].name);
		snprintf(what, sizeof what, "'exam %.120s'", name);
		return err_set(e, ERR_USAGE, _("%s cannot be used with %s"), option, what);
	}
	return true;
}

/* An exam whose time ran out while nobody looked is submitted before anything else. */
static bool settle(struct app *a, int64_t *settled, struct err *e)
{
	struct err why = {0};

	if (!attempt_settle(a, settled, &why)) {
		if (why.code == ERR_DATA) /* a damaged paper: told by what needs it */
			return true;
		*e = why;
		return false;
	}
	return true;
}

/* Without notes and questions, what was begun can still be looked at. */
static bool open_all(struct app *a, struct err *e)
{
	struct err missing = {0};

	app_open_content(a, &missing);
	return exam_clock_check(e) && app_open_store(a, e);
}

static int exam_run(struct app *a, const struct args *args)
{
	const struct part *part = part_named(args->operands[0]);
	struct err e = {0};
	int64_t settled = 0;

	if (!fits(part, args, &e) || !open_all(a, &e) || !settle(a, &settled, &e))
		return app_fail(a, &e);
	if (!a->json && !(part->tells && can_ask(a)))
		say_settled(a, settled);
	return part->run(a, args, settled);
}

const struct command cmd_exam = {
	.name = "exam",
	.synopsis = "EXAM|resume|list|show ID|abandon|info EXAM",
	.summary = N_("sit a mock exam by the clock, and see an honest estimate"),
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
	.run = exam_run,
};
