/* session.c - the card loop; see session.h. What cards look like is in card.c. */
#include "app/session.h"

#include "app/card.h"
#include "app/look.h"
#include "app/note.h"
#include "app/overview.h"
#include "base/intl.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void session_init(struct session *s, struct app *a, enum session_kind kind)
{
	*s = (struct session){.app = a, .kind = kind, .look = a->screen.look};
	s->n_due = SIZE_MAX;
	buf_init(&s->feedback);
}

void session_add(struct session *s, const struct cue *c)
{
	ARRAY_GROW(s->cues, s->n, s->cap);
	s->cues[s->n++] = c;
}

void session_release(struct session *s)
{
	free(s->cues);
	free(s->done);
	buf_release(&s->feedback);
}

/* ---- the queue ---- */

struct queued {
	const struct cue *cue;
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
	const struct cue *cue = library_cue(&a->library, c->item);

	if (!cue || card_due_now(a, &c->card, q->today) == q->sweep ||
		map_get(&q->practised, c->item))
		return true;
	ARRAY_GROW(q->items, q->n, q->cap);
	q->items[q->n++] = (struct queued){cue, q->sweep ? 0 : card_due(&c->card)};
	return true;
}

static int by_due_and_course(const void *a, const void *b)
{
	const struct queued *x = a, *y = b;

	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return x->cue->order < y->cue->order ? -1 : x->cue->order > y->cue->order;
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
		session_add(s, q.items[i].cue);
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

static bool record(struct session *s, enum event_kind kind, bool correct, struct err *e)
{
	const struct cue *cue = s->cues[s->at];
	struct moment now = app_now();
	struct record r = {
		.kind = kind,
		.item = cue->item,
		.hash = cue_hash(cue),
		.answer = kind == EVENT_REVIEW || kind == EVENT_PRACTICE
				  ? (correct ? "pass" : "fail")
				  : NULL,
		.correct = correct,
		.taken_ms = monotonic_ms() - s->shown_ms,
		.expected = s->card.version,
		.ladder = app_ladder(s->app, cue->note),
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
	printf("%s: %s", s->cues[s->at]->item, s->feedback.s);
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

static bool answer(struct session *s, bool correct, struct err *e)
{
	enum event_kind kind = s->kind == SESSION_LEARN ? EVENT_LEARN
			       : is_practice(s)         ? EVENT_PRACTICE
							: EVENT_REVIEW;

	if (!record(s, kind, correct, e)) {
		if (e->code != ERR_CONFLICT)
			return false;
		answered_elsewhere(s);
		*e = (struct err){0};
		return true;
	}
	buf_clear(&s->feedback);
	card_feedback(s, s->card.change.effect, correct, &s->feedback);
	if (kind == EVENT_LEARN)
		s->learned++;
	else if (correct)
		s->passed++;
	else
		s->failed++;
	acknowledge(s);
	s->at++;
	return true;
}

/* The tallies follow what undo and redo did. */
static void recount(struct session *s, const struct undone *u, int by)
{
	if (u->kind == EVENT_LEARN)
		s->learned += by;
	else if (u->kind == EVENT_REVIEW || u->kind == EVENT_PRACTICE)
		*(u->correct ? &s->passed : &s->failed) += by;
}

static void moved(struct session *s, const struct undone *u, bool redo)
{
	const struct cue *cue;

	s->n_done -= !redo;
	s->n_undone += !redo;
	s->at = s->done[s->n_done].card + redo;
	cue = s->cues[s->done[s->n_done].card];
	s->n_done += redo;
	s->n_undone -= redo;
	recount(s, u, redo ? 1 : -1);
	/* a script wants the id, a person the question */
	buf_addf(&s->feedback, redo ? _("Done again: %s\n") : _("Undone: %s\n"),
		s->app->screen.mode == SCREEN_SCRIPT ? cue->item
						     : text_in(&cue->ask, s->look.lang));
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

enum outcome { STEP_NEXT, STEP_AGAIN, STEP_QUIT, STEP_ENDED, STEP_FAILED };

static enum outcome on_key(struct session *s, int key, struct err *e)
{
	bool ok = true;

	switch (key) {
	case ' ':
	case KEY_ENTER:
		if (s->revealed && s->kind == SESSION_LEARN) {
			ok = answer(s, true, e);
			return ok ? STEP_NEXT : STEP_FAILED;
		}
		s->revealed = true;
		return STEP_AGAIN;
	case 'p':
	case 'o':
	case 'f':
	case 'x':
		if (!s->revealed || s->kind == SESSION_LEARN)
			return STEP_AGAIN;
		ok = answer(s, key == 'p' || key == 'o', e);
		return ok ? STEP_NEXT : STEP_FAILED;
	case 'u':
	case 'R':
		ok = undo_redo(s, key == 'R', e);
		return ok ? STEP_NEXT : STEP_FAILED;
	case 'L':
	case 'l':
		look_toggle(&s->look);
		return STEP_AGAIN;
	case 'n':
		key = note_view(s->app, s->cues[s->at]->note, &s->look, NULL);
		return key == KEY_EOF || key == KEY_SIGNAL ? STEP_ENDED : STEP_AGAIN;
	case 'q':
	case KEY_ESCAPE:
		return STEP_QUIT;
	case KEY_EOF:
	case KEY_SIGNAL:
		return STEP_ENDED;
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
	if (!record(s, key == 'c' ? EVENT_CHANGED : EVENT_SAME, false, e)) {
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

/* Shows one card until it is answered or left. */
static enum outcome run_card(struct session *s, int *key, struct err *e)
{
	const struct cue *cue = s->cues[s->at];
	enum outcome step = STEP_AGAIN;
	struct view view;

	s->revealed = false;
	if (!store_card(s->app->store, cue->item, &s->card, e))
		return STEP_FAILED;
	s->card.item = cue->item;
	s->shown_ms = monotonic_ms();
	if (is_overtaken(s)) {
		answered_elsewhere(s);
		return STEP_NEXT;
	}
	if (s->kind != SESSION_LEARN && s->card.hash && s->card.hash != cue_hash(cue)) {
		step = ask_changed(s, e);
		if (step != STEP_AGAIN)
			return step;
	}
	card_view(&view, s);
	while (step == STEP_AGAIN) {
		bool revealed = s->revealed;
		struct look look = s->look;

		*key = view_key(&s->app->screen, &view);
		step = on_key(s, *key, e);
		/* a script or a screen reader hears only what is new */
		if (revealed != s->revealed || memcmp(&look, &s->look, sizeof look) != 0 ||
			*key == 'n') {
			view.printed = false;
			view.top = s->revealed ? card_answer_line(s) : 0;
		}
	}
	return step;
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
		return app_ended(s->app, screen_signal() ? KEY_SIGNAL : KEY_EOF);
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
