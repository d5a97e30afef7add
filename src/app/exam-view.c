/* exam-view.c - sitting an exam: one question on the screen, every key kept before anything else is
 * drawn, and an eye on the time; see exam.h and exam-view.h. */
#include "app/exam-view.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Line by line, for a script, a screen reader, a dumb terminal: only what is new is told. */
bool sit_linear(const struct sitting *s)
{
	return s->look.plain || s->app->screen.mode == SCREEN_SCRIPT;
}

/* ---- what is said ---- */

void sit_say(struct sitting *s, const char *fmt, ...)
{
	struct buf line = BUF_INIT, out = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	if (sit_linear(s)) {
		if (s->look.terminal)
			text_wrap(&out, line.s, s->app->screen.look.columns, "", "");
		else
			buf_addf(&out, "%s\n", line.s);
		fputs(out.s, stdout);
		fflush(stdout);
	} else {
		buf_addf(&s->say, "%s\n", line.s);
	}
	buf_release(&line);
	buf_release(&out);
}

int64_t sit_left_ms(const struct sitting *s)
{
	return attempt_limit(&s->t) - s->last.elapsed_ms;
}

/* A drawn screen may be drawn again much later, after a stop or in another size: it asks anew. */
void sit_say_time(struct sitting *s)
{
	char left[24];

	if (sit_linear(s))
		sit_say(s, _("Time left: %s."), exam_time_left(sit_left_ms(s), left));
	s->timed = true;
}

/* ---- time ---- */

/* Minutes left at which the time is told by itself; the last is the end. */
static const int thresholds[] = {60, 30, 10, 5, 1, 0};

static int64_t next_threshold(int64_t left)
{
	for (size_t i = 0; i < ARRAY_LEN(thresholds); i++)
		if (thresholds[i] * INT64_C(60000) < left)
			return thresholds[i] * INT64_C(60000);
	return 0;
}

static void tell_threshold(struct sitting *s)
{
	int64_t left = sit_left_ms(s);

	if (left > s->told)
		return;
	s->told = next_threshold(left);
	sit_say_time(s);
}

static void tell_moved_clock(struct sitting *s, const struct exam_mark *before)
{
	if (exam_clock_moved(before, &s->last))
		sit_say(s, "%s",
			_("The computer's clock was moved; the exam goes by the time that has really passed."));
}

/* At the deadline the exam is submitted as it is. */
static bool time_is_up(struct sitting *s)
{
	int64_t over = -sit_left_ms(s);
	struct exam_mark end = s->last;

	end.elapsed_ms -= over;
	end.wall_ms -= over;
	end.boot_ms -= over;
	for (int tries = 0; tries < 4; tries++) {
		if (attempt_end(s->app, &s->t, EXAM_TIMED_OUT, end, &s->e)) {
			buf_clear(&s->say);
			sit_say(s, "%s", _("The time is up; the exam was submitted as it was."));
			return s->over = true;
		}
		if (s->e.code != ERR_CONFLICT || !sit_reload(s))
			return false;
		if (s->over)
			return true;
	}
	return false;
}

/* Looks at the clocks. False: it could not be ended. */
static bool look_at_clock(struct sitting *s)
{
	struct exam_mark before = s->last;

	s->last = exam_look(&before);
	tell_moved_clock(s, &before);
	if (sit_left_ms(s) <= 0)
		return s->over || time_is_up(s);
	tell_threshold(s);
	return true;
}

int sit_key(struct sitting *s, struct view *v)
{
	for (;;) {
		int64_t wait = sit_left_ms(s) - next_threshold(sit_left_ms(s));
		int key;

		screen_wake(&s->app->screen, wait < 20 ? 20 : wait);
		key = view_key(&s->app->screen, v);
		screen_wake(&s->app->screen, 0);
		if (key == KEY_EOF || key == KEY_SIGNAL)
			return key;
		if (key != KEY_TIMER) {
			buf_clear(&s->say);
			s->timed = false;
		}
		if (!look_at_clock(s) || s->over)
			return KEY_TIMER;
		if (key != KEY_TIMER)
			return key;
	}
}

enum sit sit_ended(const struct sitting *s, int key)
{
	if (key == KEY_EOF || key == KEY_SIGNAL)
		return SIT_ENDED;
	if (key != KEY_TIMER)
		return SIT_ON;
	return s->e.code ? SIT_FAILED : SIT_OVER;
}

/* ---- keeping ---- */

bool sit_reload(struct sitting *s)
{
	struct attempt fresh;

	s->e = (struct err){0};
	if (!attempt_load(&fresh, s->app->store, s->t.is.id, true, &s->e))
		return false;
	attempt_release(&s->t);
	s->t = fresh;
	s->over = s->t.is.how != EXAM_OPEN;
	s->view.printed = false;
	return true;
}

static bool same_answer(const struct sat *a, const struct sat *b)
{
	return a->asked.picked == b->asked.picked && a->flagged == b->flagged && a->sure == b->sure;
}

/* Another window has written. Whether our entry still makes sense after that: it does if the other
 * left this question as it was. */
static bool overtaken(struct sitting *s, enum exam_entry_kind kind, bool *again)
{
	struct sat before = s->t.sats[s->at];

	*again = false;
	if (!sit_reload(s))
		return false;
	if (s->over) {
		sit_say(s, "%s", _("The exam was ended in another window."));
		return true;
	}
	*again =
		kind == EXAM_LOOK || kind == EXAM_RESUME || same_answer(&before, &s->t.sats[s->at]);
	if (*again)
		sit_say(s, "%s",
			_("Some of it was answered in another window; that is here now, too."));
	else
		sit_say(s, "%s",
			_("This question was answered in another window; that is shown now, and your key was not taken."));
	return true;
}

/* Keeps one entry about the present question: durable when it returns true and *kept. */
bool sit_keep(struct sitting *s, enum exam_entry_kind kind, const char *value, bool *kept)
{
	bool again = true;

	*kept = false;
	while (again && !s->over) {
		struct exam_entry entry = {
			.attempt = s->t.is.id,
			.number = kind == EXAM_RESUME ? 0 : s->t.sats[s->at].number,
			.kind = kind,
			.value = value,
			.taken_ms = s->last.elapsed_ms - s->since,
			.mark = s->last,
			.expected = s->t.is.last_entry,
		};

		if (store_exam_add(s->app->store, &entry, &s->e)) {
			s->since = s->last.elapsed_ms;
			s->app->recorded = *kept = true;
			attempt_apply(&s->t, &entry);
			return true;
		}
		if (s->e.code != ERR_CONFLICT || !overtaken(s, kind, &again))
			return false;
	}
	return true;
}

/* ---- the screen of a question ---- */

static void add_time(const struct sitting *s, const struct look *look, struct buf *out)
{
	int64_t ms = attempt_limit(&s->t) - exam_look(&s->last).elapsed_ms;
	struct buf line = BUF_INIT;
	char left[24];

	buf_addf(&line, _("Time left: %s."), exam_time_left(ms, left));
	text_wrap(out, line.s, look->columns, "", "");
	buf_release(&line);
}

void sit_add_say(const struct sitting *s, const struct look *look, struct buf *out)
{
	if (sit_linear(s) || (!s->say.len && !s->timed))
		return;
	if (s->say.len)
		text_wrap(out, s->say.s, look->columns, "", "");
	if (s->timed)
		add_time(s, look, out);
	buf_addc(out, '\n');
}

void exam_more_key(bool more, struct buf *out)
{
	if (more)
		keys_add(out, _("Enter"), _("more"));
}

struct look sit_look(const struct sitting *s, const struct look *screen)
{
	struct look look = *screen;

	look.lang = s->look.lang;
	look.both = s->look.both;
	return look;
}

static const char *sure_name(enum sure sure)
{
	const char *const names[SURES] = {"", _("a guess"), _("unsure"), _("sure")};

	return names[sure];
}

static void render_head(const struct sitting *s, const struct look *look, struct buf *out)
{
	const struct sat *sat = &s->t.sats[s->at];
	struct buf line = BUF_INIT;

	buf_addf(&line, _("Question %d of %zu"), sat->number, s->t.n);
	style_adds(out, look, STYLE_TITLE, line.s);
	buf_clear(&line);
	if (sat->flagged)
		buf_addf(&line, "  %s", _("! flagged"));
	if (sat->sure)
		buf_addf(&line, "  (%s)", sure_name(sat->sure));
	buf_adds(out, line.s);
	buf_adds(out, "\n\n");
	buf_release(&line);
}

/* "Picked 1 of 2." below a multiple response question. */
static void add_picks(const struct sat *sat, struct buf *out)
{
	int rights = question_rights(sat->asked.q);

	if (rights > 1)
		buf_addf(out, _("Pick %d; picked: %d."), rights, asked_picks(&sat->asked));
}

static void render(void *ctx, const struct look *screen, struct buf *out)
{
	const struct sitting *s = ctx;
	const struct sat *sat = &s->t.sats[s->at];
	struct look look = sit_look(s, screen);
	struct buf line = BUF_INIT;

	sit_add_say(s, &look, out);
	if (sit_linear(s))
		buf_addc(out, '\n');
	render_head(s, &look, out);
	asked_render(&sat->asked, &look, out);
	add_picks(sat, &line);
	if (line.len) {
		buf_addc(out, '\n');
		paragraph_add(out, &look, line.s);
	}
	buf_release(&line);
}

static void footer(void *ctx, bool more, struct buf *out)
{
	const struct sitting *s = ctx;
	char digits[8];

	exam_more_key(more, out);
	snprintf(digits, sizeof digits, "1-%d", (int)s->t.sats[s->at].asked.q->n_options % 10);
	keys_add(out, digits, _("pick"));
	keys_add(out, "n", _("next"));
	keys_add(out, "p", _("previous"));
	keys_add(out, "f", _("flag"));
	keys_add(out, "c", _("confidence"));
	keys_add(out, "g", _("all questions"));
	keys_add(out, "t", _("time"));
	keys_add(out, "s", _("submit"));
	keys_add(out, "?", _("keys"));
	keys_add(out, "q", _("leave"));
}

/* ---- keys of a question ---- */

static void tell_picked(struct sitting *s)
{
	const struct sat *sat = &s->t.sats[s->at];
	struct buf line = BUF_INIT;

	if (!sit_linear(s))
		return; /* it is marked on the screen */
	exam_digits(&sat->asked, sat->asked.picked, ", ", &line);
	if (!line.len)
		buf_adds(&line, _("nothing"));
	buf_adds(&line, ".");
	if (question_rights(sat->asked.q) > 1)
		buf_addc(&line, ' ');
	add_picks(sat, &line);
	sit_say(s, _("Question %d, picked: %s"), sat->number, line.s);
	buf_release(&line);
}

static enum sit pick(struct sitting *s, int digit)
{
	struct asked asked = s->t.sats[s->at].asked;
	struct buf value = BUF_INIT;
	bool kept = false, ok = true;

	if (asked_pick(&asked, digit)) {
		options_write(asked.picked, &value);
		ok = sit_keep(s, EXAM_ANSWER, value.s, &kept);
	} else {
		sit_say(s, _("There is no option %d; this question has 1 to %zu."), digit,
			asked.q->n_options);
	}
	buf_release(&value);
	if (kept)
		tell_picked(s);
	return ok ? SIT_ON : SIT_FAILED;
}

static enum sit flag(struct sitting *s)
{
	bool kept, ok = sit_keep(s, EXAM_FLAG, s->t.sats[s->at].flagged ? "" : "1", &kept);

	if (ok && kept && sit_linear(s))
		sit_say(s,
			s->t.sats[s->at].flagged ? _("Question %d, flagged.")
						 : _("Question %d, flag taken off."),
			s->t.sats[s->at].number);
	return ok ? SIT_ON : SIT_FAILED;
}

/* Not said, a guess, unsure, sure, and around again. */
static enum sit confidence(struct sitting *s)
{
	enum sure next = (enum sure)((s->t.sats[s->at].sure + 1) % SURES);
	bool kept, ok = sit_keep(s, EXAM_SURE, sure_code[next], &kept);

	if (ok && kept && sit_linear(s))
		sit_say(s, _("Question %d, confidence: %s."), s->t.sats[s->at].number,
			next ? sure_name(next) : _("not said"));
	return ok ? SIT_ON : SIT_FAILED;
}

/* That the question was seen, and the time at it, are kept when it is left. */
bool sit_looked(struct sitting *s)
{
	bool kept;

	if (s->last.elapsed_ms <= s->since && s->t.sats[s->at].seen)
		return true;
	return sit_keep(s, EXAM_LOOK, "", &kept);
}

enum sit sit_go_to(struct sitting *s, size_t at)
{
	if (!sit_looked(s))
		return SIT_FAILED;
	s->at = at;
	s->since = s->last.elapsed_ms;
	s->view.top = 0;
	s->view.printed = false;
	return SIT_ON;
}

static enum sit go_on(struct sitting *s)
{
	if (s->at + 1 < s->t.n)
		return sit_go_to(s, s->at + 1);
	sit_say(s, "%s", _("This is the last question; s submits, g shows all."));
	return SIT_ON;
}

static enum sit go_back(struct sitting *s)
{
	if (s->at > 0)
		return sit_go_to(s, s->at - 1);
	sit_say(s, "%s", _("This is the first question."));
	return SIT_ON;
}

/* ---- the loop ---- */

static enum sit on_key(struct sitting *s, int key)
{
	if (key >= '0' && key <= '9')
		return pick(s, key - '0');
	switch (key) {
	case 'n':
	case ' ':
	case KEY_ENTER:
		return go_on(s);
	case 'p':
		return go_back(s);
	case 'f':
		return flag(s);
	case 'c':
		return confidence(s);
	case 'g':
		return sit_navigate(s);
	case 't':
		sit_say_time(s);
		return SIT_ON;
	case 's':
		return sit_submit(s);
	case '?':
		return sit_help(s);
	case 'L':
	case 'l':
		look_toggle(&s->look);
		s->view.printed = false;
		return SIT_ON;
	case 'q':
	case KEY_ESCAPE:
		return SIT_LEAVE;
	case KEY_NONE:
		if (s->app->screen.pasted)
			sit_say(s, "%s", _("Pasted text is not taken; press a key."));
		return SIT_ON;
	default:
		return sit_ended(s, key);
	}
}

static bool begin(struct sitting *s, int64_t id, bool resumed)
{
	bool kept;

	if (!attempt_load(&s->t, s->app->store, id, true, &s->e))
		return false;
	s->at = s->t.at; /* where one was */
	s->last = exam_look(&s->t.is.last);
	s->told = next_threshold(sit_left_ms(s));
	s->since = s->last.elapsed_ms;
	s->over = s->t.is.how != EXAM_OPEN;
	if (s->over)
		return true;
	if (sit_left_ms(s) <= 0)
		return time_is_up(s);
	tell_moved_clock(s, &s->t.is.last);
	sit_say_time(s);
	return !resumed || sit_keep(s, EXAM_RESUME, "", &kept);
}

/* The time at the last question, and which it is; an error here has nobody left to tell. */
static void note_leaving(struct sitting *s)
{
	struct exam_mark before = s->last;
	bool kept;

	s->last = exam_look(&before);
	if (sit_left_ms(s) <= 0 || (s->last.elapsed_ms <= s->since && s->at == s->t.at))
		return;
	sit_keep(s, EXAM_LOOK, "", &kept);
	s->e = (struct err){0};
}

/* However it is left, the same is true of it. `key`: what ended the keys, or KEY_NONE. */
static int leave(struct sitting *s, int key)
{
	struct buf what = BUF_INIT;
	char left[24];
	int code = EXIT_OK;

	note_leaving(s);
	screen_leave(&s->app->screen);
	buf_addf(&what,
		_("The exam is still open, and its clock goes on: %s left. To return: amidojo exam resume"),
		exam_time_left(sit_left_ms(s), left));
	if (key == KEY_NONE)
		app_say(s->app, "%s", what.s);
	else
		code = app_ended_saying(s->app, key, what.s);
	buf_release(&what);
	return code;
}

static int finish(struct sitting *s, enum sit sit)
{
	int64_t id = s->t.is.id;

	switch (sit) {
	case SIT_LEAVE:
		return leave(s, KEY_NONE);
	case SIT_ENDED:
		return leave(s, screen_signal() ? KEY_SIGNAL : KEY_EOF);
	case SIT_FAILED:
		return app_fail(s->app, &s->e);
	default:
		return exam_result_view(s->app, id, s->say.len ? s->say.s : NULL);
	}
}

int exam_sit(struct app *a, int64_t id, bool resumed)
{
	struct sitting s = {.app = a, .look = a->screen.look, .say = BUF_INIT};
	enum sit sit = SIT_ON;
	int code;

	screen_enter(&a->screen);
	s.view = (struct view){
		.render = render, .footer = footer, .ctx = &s, .reading = true, .own = "g"};
	if (!begin(&s, id, resumed))
		sit = SIT_FAILED;
	while (sit == SIT_ON && !s.over)
		sit = on_key(&s, sit_key(&s, &s.view));
	code = finish(&s, sit == SIT_ON ? SIT_OVER : sit);
	attempt_release(&s.t);
	buf_release(&s.say);
	return code;
}
