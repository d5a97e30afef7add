/* cmd-review.c - the commands that go through cards: learn, review, mistakes; and undo, redo. */
#include "app/app.h"
#include "app/look.h"
#include "app/note.h"
#include "app/overview.h"
#include "app/session.h"
#include "base/intl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A topic or note named on the command line; both NULL without one. */
struct choice {
	const struct topic *topic;
	const struct note *note;
};

static bool choose(struct app *a, const struct args *args, struct choice *out, struct err *e)
{
	const char *name = args->n_operands ? args->operands[0] : NULL;

	*out = (struct choice){0};
	if (!name)
		return true;
	out->topic = map_get(&a->library.topic_by_id, name);
	out->note = out->topic ? NULL : library_note(&a->library, name);
	if (out->topic || out->note)
		return true;
	return err_set(e, ERR_USAGE,
		_("there is no topic or note '%s'; 'amidojo notes' lists them"), name);
}

/* `n` NULL: a question without a note, which is in no topic. */
static bool chosen(const struct choice *c, const struct note *n)
{
	if (!n)
		return !c->topic && !c->note;
	return (!c->topic || c->topic == n->in_topic) && (!c->note || c->note == n);
}

/* ---- lists, for pipes and --json ---- */

/* A question's options as strings, the right ones by number. */
static void add_options(json_t *card, const struct question *q, enum lang lang)
{
	json_t *options = json_array(), *right = json_array();
	struct buf answer = BUF_INIT;

	for (size_t i = 0; i < q->n_options; i++) {
		bool is_right = question_key(q) >> i & 1;
		const char *text =
			text_in(is_right ? &q->options[i].right : &q->options[i].wrong, lang);

		json_array_append_new(options, json_string(text));
		if (!is_right)
			continue;
		json_array_append_new(right, json_integer((json_int_t)i + 1));
		buf_addf(&answer, "%s%s", answer.len ? "\n" : "", text);
	}
	json_object_set_new(card, "answer", json_string(answer.s));
	json_object_set_new(card, "options", options);
	json_object_set_new(card, "right", right);
	buf_release(&answer);
}

static json_t *card_json(const struct item *it, enum lang lang)
{
	const struct note *n = item_note(it);
	json_t *card = json_pack("{s:s, s:s?, s:s?, s:s}", "item", item_id(it), "topic",
		n ? n->topic.s : NULL, "note", n ? n->id.s : NULL, "ask",
		text_in(item_ask(it), lang));

	if (it->cue)
		json_object_set_new(card, "answer", json_string(text_in(&it->cue->answer, lang)));
	else
		add_options(card, it->question, lang);
	return card;
}

static void list_cards(struct session *s)
{
	enum lang lang = s->app->screen.look.lang;

	if (s->app->json) {
		json_t *all = json_array();

		for (size_t i = 0; i < s->n; i++)
			json_array_append_new(all, card_json(&s->cards[i].item, lang));
		json_out(all);
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		const struct item *it = &s->cards[i].item;

		printf("%s\t", item_id(it));
		for (const char *c = text_in(item_ask(it), lang); *c; c++)
			putchar(*c == '\n' || *c == '\t' ? ' ' : *c); /* one line an item */
		putchar('\n');
	}
}

/* A list where nobody can press keys: --json, output into a pipe, or input that is empty. */
static bool wants_list(struct app *a)
{
	return a->json || !screen_can_ask(&a->screen);
}

static int finish(struct session *s, int code)
{
	if (code == EXIT_OK)
		session_report(s);
	screen_leave(&s->app->screen);
	return code;
}

static int run_or_list(struct session *s, const char *nothing)
{
	if (wants_list(s->app)) {
		list_cards(s);
		return EXIT_OK;
	}
	if (!s->n) {
		app_say(s->app, "%s", nothing);
		return EXIT_OK;
	}
	return finish(s, session_run(s));
}

/* ---- review ---- */

static const struct option_spec review_options[] = {
	{"early", NULL, N_("practise cards that are not due yet; the ladder stays as it is")},
	{NULL, NULL, NULL},
};

static bool is_early(struct app *a, const struct item *it, struct err *e)
{
	struct stored_card card;

	return store_card(a->store, item_id(it), &card, e) && card_stage(&card.card) != CARD_NEW &&
	       !card_due_now(a, &card.card, app_today(a));
}

static bool collect_early(struct session *s, const struct choice *c, struct err *e)
{
	const struct library *l = &s->app->library;

	for (size_t i = 0; i < l->n_cues + l->n_questions; i++) {
		struct item it = i < l->n_cues ? item_of_cue(l->cues[i])
					       : item_of_question(l->questions[i - l->n_cues]);

		if (chosen(c, item_note(&it)) && is_early(s->app, &it, e))
			session_add(s, it);
	}
	return e->code == ERR_NONE;
}

static bool collect_review(struct session *s, const struct choice *c, bool early, struct err *e)
{
	size_t kept = 0, due = 0;

	if (early)
		return collect_early(s, c, e);
	if (!session_add_due(s, e))
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (!chosen(c, item_note(&s->cards[i].item)))
			continue;
		due += i < s->n_due;
		s->cards[kept++] = s->cards[i];
	}
	s->n = kept;
	s->n_due = due;
	return true;
}

static int review_run(struct app *a, const struct args *args)
{
	bool early = args_option(args, "early") != NULL;
	struct err e = {0};
	struct session s;
	struct choice c;
	int code;

	session_init(&s, a, early ? SESSION_PRACTICE : SESSION_REVIEW);
	if (app_open(a, &e) && choose(a, args, &c, &e) && collect_review(&s, &c, early, &e)) {
		s.look = a->screen.look;
		code = run_or_list(&s, _("Nothing is due today."));
	} else {
		code = app_fail(a, &e);
	}
	session_release(&s);
	return code;
}

const struct command cmd_review = {
	.name = "review",
	.synopsis = "[TOPIC|NOTE]",
	.summary = N_("answer the cards that are due today"),
	.options = review_options,
	.max_operands = 1,
	.run = review_run,
};

/* ---- mistakes ---- */

struct mistakes {
	struct session *session;
	const struct choice *choice;
};

static bool add_mistake(void *ctx, const struct stored_card *card)
{
	struct mistakes *m = ctx;
	struct item it;

	if (item_find(&m->session->app->library, card->item, &it) &&
		chosen(m->choice, item_note(&it)))
		session_add(m->session, it);
	return true;
}

static int mistakes_run(struct app *a, const struct args *args)
{
	struct err e = {0};
	struct session s;
	struct choice c;
	struct mistakes m = {&s, &c};
	int code;

	session_init(&s, a, SESSION_PRACTICE);
	if (app_open(a, &e) && choose(a, args, &c, &e) &&
		store_each_card(a->store, STORE_MISTAKES, app_today(a), add_mistake, &m, &e)) {
		s.look = a->screen.look;
		code = run_or_list(&s, _("The mistakes pool is empty."));
	} else {
		code = app_fail(a, &e);
	}
	session_release(&s);
	return code;
}

const struct command cmd_mistakes = {
	.name = "mistakes",
	.synopsis = "[TOPIC|NOTE]",
	.summary = N_("drill what went wrong; the ladder stays as it is"),
	.max_operands = 1,
	.run = mistakes_run,
};

/* ---- learn ---- */

static const struct option_spec learn_options[] = {
	{"new", "N", N_("take in up to N new cards, whatever was learnt today")},
	{NULL, NULL, NULL},
};

static bool record_reading(struct app *a, const struct note *n, struct err *e)
{
	struct moment now = app_now();
	struct record r = {
		.kind = EVENT_READ,
		.item = n->id.s,
		.expected = -1,
		.ladder = app_ladder(a, n),
		.at = now,
		.day = day_of_moment(now, a->config.rollover_min),
	};

	a->recorded = true;
	return store_record(a->store, &r, NULL, e);
}

/* The cards of one note that were never seen, at most `left` of them. */
static size_t add_unseen(
	struct session *s, const struct overview *o, const struct note *n, size_t left)
{
	size_t added = 0;

	for (size_t i = 0; i < n->n_cues && added < left; i++) {
		if (map_get(&o->cards, n->cues[i].item))
			continue;
		session_add(s, item_of_cue(&n->cues[i]));
		added++;
	}
	return added;
}

/* One note: read it, then take in its new cards. False to stop; *code says how. */
static bool learn_note(struct app *a, const struct overview *o, const struct note *n, size_t *left,
	int *learned, struct look *look, int *code)
{
	struct err e = {0};
	struct session s;
	bool all;
	int key;

	session_init(&s, a, SESSION_LEARN);
	if (!add_unseen(&s, o, n, *left)) {
		session_release(&s);
		return true;
	}
	key = note_view(a, n, look, _("to its cards"));
	if (key == KEY_EOF || key == KEY_SIGNAL) {
		*code = app_ended(a, key);
	} else if (key != 'q' && !record_reading(a, n, &e)) {
		*code = app_fail(a, &e);
	} else if (key != 'q') {
		s.look.lang = look->lang;
		s.look.both = look->both;
		*code = session_run(&s);
	}
	all = key != 'q' && *code == EXIT_OK && s.at == s.n;
	*left -= (size_t)s.learned <= *left ? (size_t)s.learned : *left;
	*learned += s.learned;
	session_release(&s);
	return all && *left > 0;
}

static int learn_from(struct app *a, const struct overview *o, const struct choice *c, size_t left)
{
	struct session summary;
	size_t n;
	struct note **notes = library_notes(&a->library, &n);
	struct look look = a->screen.look;
	int code = EXIT_OK, learned = 0;

	for (size_t i = 0; i < n && left; i++)
		if (chosen(c, notes[i]) &&
			!learn_note(a, o, notes[i], &left, &learned, &look, &code))
			break;
	session_init(&summary, a, SESSION_LEARN);
	summary.learned = learned;
	code = finish(&summary, code);
	session_release(&summary);
	return code;
}

/* Where keys cannot be pressed: the cards that would come. */
static int learn_list(struct app *a, const struct overview *o, const struct choice *c, size_t left)
{
	struct session s;
	size_t n;
	struct note **notes = library_notes(&a->library, &n);

	session_init(&s, a, SESSION_LEARN);
	for (size_t i = 0; i < n && left; i++)
		if (chosen(c, notes[i]))
			left -= add_unseen(&s, o, notes[i], left);
	list_cards(&s);
	session_release(&s);
	return EXIT_OK;
}

static int learn_run(struct app *a, const struct args *args)
{
	struct overview o = {0};
	struct err e = {0};
	struct choice c;
	int left = 0, code;

	if (!app_open(a, &e) || !choose(a, args, &c, &e) || !overview_make(&o, a, &e) ||
		!args_number(args, "new", 1, 1000, overview_new_left(&o, a), &left, &e))
		code = app_fail(a, &e);
	else if (wants_list(a))
		code = learn_list(a, &o, &c, (size_t)left);
	else if (!o.unseen)
		code = (app_say(a, _("Every card is in the ladder.")), EXIT_OK);
	else if (!left)
		code = (app_say(a, _("Today's new cards are done; --new N takes in more.")),
			EXIT_OK);
	else
		code = learn_from(a, &o, &c, (size_t)left);
	overview_release(&o);
	return code;
}

const struct command cmd_learn = {
	.name = "learn",
	.synopsis = "[TOPIC|NOTE]",
	.summary = N_(
		"read the next note and take its cards into the ladder: reviews follow 1, 4, 7 and 14 days later, that is on day 2, 5, 8 and 15"),
	.options = learn_options,
	.max_operands = 1,
	.run = learn_run,
};

/* ---- undo and redo ---- */

static const char *kind_name(enum event_kind kind)
{
	switch (kind) {
	case EVENT_LEARN:
		return _("first study");
	case EVENT_REVIEW:
		return _("review");
	case EVENT_PRACTICE:
		return _("practice");
	case EVENT_QUIZ:
		return _("quiz or exam"); /* which of them, the log does not say */
	case EVENT_READ:
		return _("reading");
	default:
		return _("change of text");
	}
}

static int undo_or_redo(struct app *a, bool redo)
{
	struct err e = {0};
	struct undone u;
	struct moment now = app_now();
	day_t today = app_today(a);
	char day[DAY_TEXT];

	if (!app_open_store(a, &e) || !(redo ? store_redo(a->store, now, today, &u, &e)
					     : store_undo(a->store, now, today, &u, &e)))
		return app_fail(a, &e);
	a->recorded = true;
	if (a->json) {
		json_out(json_pack("{s:s, s:s, s:s, s:I}", redo ? "redone" : "undone",
			event_kind_name[u.kind], "item", u.item, "day", day_format(u.day, day),
			"event", (json_int_t)u.event));
		return EXIT_OK;
	}
	printf(redo ? _("Done again: %s of %s, %s\n") : _("Undone: %s of %s, %s\n"),
		kind_name(u.kind), day_format(u.day, day), u.item);
	return EXIT_OK;
}

static int undo_run(struct app *a, const struct args *args)
{
	(void)args;
	return undo_or_redo(a, false);
}

static int redo_run(struct app *a, const struct args *args)
{
	(void)args;
	return undo_or_redo(a, true);
}

const struct command cmd_undo = {
	.name = "undo",
	.synopsis = "",
	.summary = N_("take back the last answer, again and again if need be"),
	.run = undo_run,
};

const struct command cmd_redo = {
	.name = "redo",
	.synopsis = "",
	.summary = N_("take back an undo"),
	.run = redo_run,
};
