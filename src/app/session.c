/* session.c - the card loop; see session.h. What cards look like is in card.c; how a question is
 * asked, in session-ask.c. */
#include "app/session-steps.h"

#include "app/card.h"
#include "app/look.h"
#include "app/note.h"
#include "app/overview.h"
#include "app/prove.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void session_init(struct session *s, struct app *a, enum session_kind kind)
{
	*s = (struct session){.app = a, .kind = kind, .look = a->screen.look};
	s->n_due = SIZE_MAX;
	s->salt = (uint64_t)app_today(a);
	buf_init(&s->feedback);
	buf_init(&s->line);
}

void session_add(struct session *s, struct item it)
{
	ARRAY_GROW(s->cards, s->n, s->cap);
	s->cards[s->n++] = (struct session_card){.item = it};
}

void session_release(struct session *s)
{
	free(s->cards);
	free(s->done);
	buf_release(&s->feedback);
	buf_release(&s->line);
}

const struct item *session_item(const struct session *s)
{
	return &s->cards[s->at].item;
}

const struct proof *session_proof(const struct session *s)
{
	const struct item *it = session_item(s);
	const struct note *n = item_note(it);

	if (it->question)
		return it->question->n_proof ? it->question->proof : NULL;
	for (size_t i = 0; it->cue->proof.s && i < n->n_proofs; i++)
		if (strcmp(n->proofs[i].id.s, it->cue->proof.s) == 0)
			return &n->proofs[i];
	return NULL;
}

/* ---- the queue ---- */

struct queued {
	struct item item;
	day_t due;
};

struct queue {
	struct session *session;
	day_t today;
	bool sweep; /* only what is not due anyway, nor practised today */
	struct map practised;
	struct queued *items;
	size_t n, cap;
};

static bool queue_card(void *ctx, const struct stored_card *c)
{
	struct queue *q = ctx;
	struct app *a = q->session->app;
	struct item it;

	if (!item_find(&a->library, c->item, &it) ||
		card_due_now(a, &c->card, q->today) == q->sweep || map_get(&q->practised, c->item))
		return true;
	ARRAY_GROW(q->items, q->n, q->cap);
	q->items[q->n++] = (struct queued){it, q->sweep ? 0 : card_due(&c->card)};
	return true;
}

static int by_due_and_course(const void *a, const void *b)
{
	const struct queued *x = a, *y = b;

	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return item_compare(&x->item, &y->item);
}

static bool add_queue(struct session *s, enum store_selection which, bool sweep, struct err *e)
{
	struct queue q = {.session = s, .today = app_today(s->app), .sweep = sweep};
	struct arena arena = {0};
	bool ok = (!sweep || practised_today(s->app, &q.practised, &arena, e)) &&
		  store_each_card(s->app->store, which, q.today, queue_card, &q, e);

	if (q.n)
		qsort(q.items, q.n, sizeof *q.items, by_due_and_course);
	for (size_t i = 0; i < q.n; i++)
		session_add(s, q.items[i].item);
	free(q.items);
	map_release(&q.practised);
	arena_release(&arena);
	return ok;
}

bool session_add_due(struct session *s, struct err *e)
{
	struct app *a = s->app;

	if (!add_queue(s, STORE_DUE, false, e))
		return false;
	s->n_due = s->n;
	if (!exam_eve(a, app_today(a)))
		return true;
	return add_queue(s, STORE_LONGTERM, true, e);
}

/* ---- one card ---- */

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_practice(const struct session *s)
{
	return s->kind == SESSION_PRACTICE || s->at >= s->n_due;
}

static bool record(
	struct session *s, enum event_kind kind, bool correct, const char *text, struct err *e)
{
	const struct item *it = session_item(s);
	struct moment now = app_now();
	struct record r = {
		.kind = kind,
		.item = item_id(it),
		.hash = item_hash(it),
		.answer = text,
		.correct = correct,
		.taken_ms = monotonic_ms() - s->shown_ms,
		.expected = s->card.version,
		.ladder = item_ladder(s->app, it),
		.at = now,
		.day = day_of_moment(now, s->app->config.rollover_min),
	};

	if (!store_record(s->app->store, &r, &s->card, e))
		return false;
	s->app->recorded = true;
	ARRAY_GROW(s->done, s->n_done, s->cap_done);
	s->done[s->n_done++] = (struct done){s->card.event, s->at};
	s->n_undone = 0;
	return true;
}

/* In a script nothing is drawn over: what was saved is acknowledged at once, by item. */
static void acknowledge(struct session *s)
{
	if (s->app->screen.mode != SCREEN_SCRIPT)
		return;
	printf("%s: %s", item_id(session_item(s)), s->feedback.s);
	fflush(stdout);
	buf_clear(&s->feedback);
}

/* The card changed since it was shown; the session goes on with the next one. */
static void answered_elsewhere(struct session *s)
{
	buf_clear(&s->feedback);
	buf_addf(&s->feedback, "%s\n",
		_("This card was answered in another window meanwhile; your answer here was not recorded."));
	acknowledge(s);
	s->at++;
}

/* The tallies, which follow what undo and redo do. */
static void count(struct session *s, size_t card, enum event_kind kind, bool correct, int by)
{
	if (kind == EVENT_LEARN)
		s->learned += by;
	else if (kind == EVENT_REVIEW || kind == EVENT_PRACTICE || kind == EVENT_QUIZ)
		*(correct ? &s->passed : &s->failed) += by;
	else
		return;
	s->cards[card].result = by < 0 ? RESULT_NONE : correct ? RESULT_RIGHT : RESULT_WRONG;
}

static enum event_kind kind_of_answer(const struct session *s)
{
	if (s->kind == SESSION_LEARN)
		return EVENT_LEARN;
	if (s->kind == SESSION_QUIZ)
		return EVENT_QUIZ;
	return is_practice(s) ? EVENT_PRACTICE : EVENT_REVIEW;
}

enum outcome session_answer(struct session *s, bool correct, const char *text, struct err *e)
{
	enum event_kind kind = kind_of_answer(s);

	if (!record(s, kind, correct, text, e)) {
		if (e->code != ERR_CONFLICT)
			return STEP_FAILED;
		answered_elsewhere(s);
		*e = (struct err){0};
		return STEP_NEXT;
	}
	buf_clear(&s->feedback);
	if (session_item(s)->question)
		session_verdict(s, &s->feedback);
	card_feedback(s, s->card.change.effect, correct, &s->feedback);
	count(s, s->at, kind, correct, 1);
	acknowledge(s);
	return STEP_AGAIN;
}

/* "Undone: how the question begins", on one line: the question itself follows. */
static void say_moved(struct session *s, const struct item *it, bool redo)
{
	struct buf line = BUF_INIT, cut = BUF_INIT;
	int columns = s->app->screen.look.columns;
	bool script = s->app->screen.mode == SCREEN_SCRIPT;

	/* a script wants the id, a person the question */
	buf_addf(&line, redo ? _("Done again: %s\n") : _("Undone: %s\n"),
		script ? item_id(it) : text_in(item_ask(it), s->look.lang));
	buf_truncate(&line, line.len - 1);
	for (char *c = line.s; *c; c++)
		*c = *c == '\n' || *c == '\t' ? ' ' : *c;
	if (!script && text_swidth(line.s) > columns)
		text_pad(&cut, line.s, columns);
	buf_addf(&s->feedback, "%s\n", cut.len ? cut.s : line.s);
	buf_release(&line);
	buf_release(&cut);
}

static void moved(struct session *s, const struct undone *u, bool redo)
{
	const struct item *it;
	size_t card;

	s->n_done -= !redo;
	s->n_undone += !redo;
	card = s->done[s->n_done].card;
	s->n_done += redo;
	s->n_undone -= redo;
	s->at = card + redo;
	it = &s->cards[card].item;
	count(s, card, u->kind, u->correct, redo ? 1 : -1);
	say_moved(s, it, redo);
}

/* Takes the newest answer of this session back, or the newest undo. */
static bool take_back(struct session *s, bool redo, struct err *e)
{
	struct moment now = app_now();
	day_t day = day_of_moment(now, s->app->config.rollover_min);
	int64_t event = s->done[redo ? s->n_done : s->n_done - 1].event;
	struct undone u = {0};
	struct err why = {0};

	if (redo ? store_redo_event(s->app->store, event, now, day, &u, &why)
		 : store_undo_event(s->app->store, event, now, day, &u, &why)) {
		s->app->recorded = true;
		moved(s, &u, redo);
		return true;
	}
	if (why.code != ERR_CONFLICT && why.code != ERR_NOTHING) {
		*e = why;
		return false;
	}
	buf_addf(&s->feedback, "%s\n",
		_("Another window has written since; amidojo undo goes back over both."));
	return true;
}

/* u and R: within the session, card by card. */
static bool undo_redo(struct session *s, bool redo, struct err *e)
{
	buf_clear(&s->feedback);
	if (redo ? !s->n_undone : !s->n_done)
		buf_addf(&s->feedback, "%s\n",
			redo ? _("There is nothing to do again.")
			     : _("Nothing was answered in this session yet; what came before: amidojo undo."));
	else if (!take_back(s, redo, e))
		return false;
	if (s->app->screen.mode == SCREEN_SCRIPT) {
		fputs(s->feedback.s, stdout);
		fflush(stdout);
		buf_clear(&s->feedback);
	}
	return true;
}

/* ---- the loop ---- */

/* The proof, on the screen that the session has. */
static int show_proof(struct session *s, const struct proof *proof)
{
	struct look look = s->app->screen.look;

	look.lang = s->look.lang;
	look.both = s->look.both;
	return prove_view(s->app, proof, item_ask(session_item(s)), &look);
}

enum outcome session_key(struct session *s, int key, bool proof, bool *known, struct err *e)
{
	const struct note *n = item_note(session_item(s));

	*known = true;
	switch (key) {
	case 'u':
	case 'R':
		return undo_redo(s, key == 'R', e) ? STEP_NEXT : STEP_FAILED;
	case 'L':
	case 'l':
		look_toggle(&s->look);
		return STEP_AGAIN;
	case 'n':
		if (!n)
			return STEP_AGAIN;
		key = note_view(s->app, n, &s->look, NULL);
		return key == KEY_EOF || key == KEY_SIGNAL ? STEP_ENDED : STEP_AGAIN;
	case 'v':
		if (!proof || !session_proof(s))
			return STEP_AGAIN;
		key = show_proof(s, session_proof(s));
		return key == KEY_EOF || key == KEY_SIGNAL ? STEP_ENDED : STEP_AGAIN;
	case '?':
		key = session_help(s);
		return key == KEY_EOF || key == KEY_SIGNAL ? STEP_ENDED : STEP_AGAIN;
	case 'q':
	case KEY_ESCAPE:
		return STEP_QUIT;
	case KEY_EOF:
	case KEY_SIGNAL:
		return STEP_ENDED;
	default:
		*known = false;
		return STEP_AGAIN;
	}
}

/* A cue's answer: recorded, and on to the next. */
static enum outcome judge(struct session *s, bool correct, struct err *e)
{
	const char *text = s->kind == SESSION_LEARN ? NULL : correct ? "pass" : "fail";
	enum outcome step = session_answer(s, correct, text, e);

	if (step == STEP_AGAIN) {
		s->at++;
		step = STEP_NEXT;
	}
	return step;
}

static enum outcome on_key(struct session *s, int key, struct err *e)
{
	bool known;
	enum outcome step = session_key(s, key, s->revealed, &known, e);

	if (known)
		return step;
	switch (key) {
	case ' ':
	case KEY_ENTER:
		if (s->revealed && s->kind == SESSION_LEARN)
			return judge(s, true, e);
		s->revealed = true;
		return STEP_AGAIN;
	case 'p':
	case 'o':
	case 'f':
	case 'x':
		if (!s->revealed || s->kind == SESSION_LEARN)
			return STEP_AGAIN;
		return judge(s, key == 'p' || key == 'o', e);
	default:
		return STEP_AGAIN;
	}
}

/* The text changed since the card was learnt: asked once whether its meaning did. */
static enum outcome ask_changed(struct session *s, struct err *e)
{
	int key;

	do
		key = card_changed_key(s);
	while (key != 's' && key != 'c' && key != 'q' && key != KEY_EOF && key != KEY_SIGNAL);
	if (key == 'q')
		return STEP_QUIT;
	if (key < 0)
		return STEP_ENDED;
	if (!record(s, key == 'c' ? EVENT_CHANGED : EVENT_SAME, false, NULL, e)) {
		if (e->code != ERR_CONFLICT)
			return STEP_FAILED;
		*e = (struct err){0};
		answered_elsewhere(s);
		return STEP_NEXT;
	}
	buf_clear(&s->feedback);
	if (key == 's')
		return STEP_AGAIN;
	card_feedback(s, s->card.change.effect, false, &s->feedback);
	acknowledge(s);
	if (s->kind == SESSION_QUIZ)
		return STEP_AGAIN; /* it begins anew, and is asked all the same */
	s->at++;
	return STEP_NEXT;
}

/* Whether another window has dealt with the card since the session began. */
static bool is_overtaken(const struct session *s)
{
	if (s->kind == SESSION_LEARN)
		return card_stage(&s->card.card) != CARD_NEW;
	return s->kind == SESSION_REVIEW && s->at < s->n_due &&
	       !card_due_now(s->app, &s->card.card, app_today(s->app));
}

/* Shows a cue until it is answered or left. */
static enum outcome run_cue(struct session *s, int *key, struct err *e)
{
	enum outcome step = STEP_AGAIN;
	struct view view;

	s->revealed = false;
	card_view(&view, s);
	while (step == STEP_AGAIN) {
		bool revealed = s->revealed;
		struct look look = s->look;

		*key = view_key(&s->app->screen, &view);
		step = on_key(s, *key, e);
		/* a script or a screen reader hears only what is new */
		if (revealed != s->revealed || memcmp(&look, &s->look, sizeof look) != 0 ||
			*key == 'n' || *key == 'v') {
			view.printed = false;
			view.top = s->revealed ? card_answer_line(s) : 0;
		}
	}
	return step;
}

/* Shows one card until it is answered or left. */
static enum outcome run_card(struct session *s, int *key, struct err *e)
{
	const struct item *it = session_item(s);
	enum outcome step = STEP_AGAIN;

	if (!store_card(s->app->store, item_id(it), &s->card, e))
		return STEP_FAILED;
	s->card.item = item_id(it);
	s->shown_ms = monotonic_ms();
	if (is_overtaken(s)) {
		answered_elsewhere(s);
		return STEP_NEXT;
	}
	if (s->kind != SESSION_LEARN && s->card.hash && s->card.hash != item_hash(it))
		step = ask_changed(s, e);
	if (step != STEP_AGAIN)
		return step;
	return it->cue ? run_cue(s, key, e) : session_ask(s, key, e);
}

static const char *how_to_go_on(const struct session *s)
{
	switch (s->kind) {
	case SESSION_LEARN:
		return _("To go on: amidojo learn");
	case SESSION_REVIEW:
		return _("To go on: amidojo review");
	case SESSION_QUIZ:
		return _("The next quiz is drawn anew.");
	default:
		return _("The next practice begins anew.");
	}
}

int session_run(struct session *s)
{
	struct err e = {0};
	enum outcome step = STEP_NEXT;
	int key = KEY_NONE;

	screen_enter(&s->app->screen);
	s->look.columns = s->app->screen.look.columns;
	while (step == STEP_NEXT && s->at < s->n)
		step = run_card(s, &key, &e);
	if (step == STEP_FAILED)
		return app_fail(s->app, &e);
	if (step == STEP_ENDED)
		return app_ended_saying(
			s->app, screen_signal() ? KEY_SIGNAL : KEY_EOF, how_to_go_on(s));
	if (s->feedback.len && s->app->screen.mode != SCREEN_SCRIPT && !s->app->at_home)
		buf_adds(&s->app->message, s->feedback.s);
	return EXIT_OK;
}

/* ---- the end ---- */

static void report_next(struct app *a, const struct overview *o)
{
	struct buf day = BUF_INIT;

	if (o->due) {
		app_say(a,
			P_("%d card is still due today.", "%d cards are still due today.", o->due),
			o->due);
	} else if (o->next_due != DAY_NONE) {
		day_add(&day, o->next_due);
		app_say(a, P_("Next: %s, %d card.", "Next: %s, %d cards.", o->next_count), day.s,
			o->next_count);
	}
	if (o->mistakes)
		app_say(a,
			P_("%d card in the mistakes pool: amidojo mistakes",
				"%d cards in the mistakes pool: amidojo mistakes", o->mistakes),
			o->mistakes);
	buf_release(&day);
}

void session_report(struct session *s)
{
	struct app *a = s->app;
	struct overview o;
	struct err e = {0};

	if (s->kind == SESSION_LEARN && !s->learned)
		app_say(a, "%s", _("Nothing was taken in; the note waits for you."));
	else if (s->kind == SESSION_LEARN)
		app_say(a, P_("Learnt: %d card.", "Learnt: %d cards.", s->learned), s->learned);
	else
		app_say(a, _("Answered: %d (passed %d, failed %d)."), s->passed + s->failed,
			s->passed, s->failed);
	if (overview_make(&o, a, &e))
		report_next(a, &o);
	overview_release(&o);
}
