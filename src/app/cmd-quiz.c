/* cmd-quiz.c - a quiz: questions chosen by what went wrong, what is new and what is known; answered
 * one by one with every option's reason at once. */
#include "app/app.h"
#include "app/attempt.h"
#include "app/look.h"
#include "app/overview.h"
#include "app/session.h"
#include "base/intl.h"
#include "base/text.h"
#include "content/shape.h"
#include "study/paper.h"
#include "study/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 10, SEED_MAX = 999999999 };

/* Questions of one kind, by id. */
struct pool {
	const struct question **items;
	size_t n, cap;
};

struct quiz {
	struct app *app;
	const struct exam *exam; /* NULL: any */
	const struct exam_alias *alias;
	const char *topic; /* a bank's, a topic's or a note's id; NULL: any */
	int count, seed;
	struct pool pools[MIXES];
	int wanted[MIXES], have[MIXES], mix[MIXES];
	struct session session; /* the questions, in the order in which they are asked */
};

/* ---- what is asked for ---- */

static bool is_on(const struct question *q, const char *topic)
{
	return strcmp(q->bank->id.s, topic) == 0 || (q->note.s && strcmp(q->note.s, topic) == 0) ||
	       (q->in_note && strcmp(q->in_note->in_topic->id.s, topic) == 0);
}

static bool is_for(const struct question *q, const struct exam *exam)
{
	for (size_t i = 0; i < q->n_exams; i++)
		if (strcmp(q->exams[i].exam.s, exam->id.s) == 0)
			return true;
	return false;
}

/* What can be asked about: banks, topics and notes, in this order. */
struct subject {
	const char *id;
	const struct text *title;
};

struct subjects {
	struct subject *items; /* owned */
	size_t n, n_banks;     /* the banks come first */
};

static void subjects_make(struct subjects *s, const struct library *l)
{
	const struct documents *banks = &l->of[DOC_BANK], *notes = &l->of[DOC_NOTE];

	*s = (struct subjects){.n_banks = banks->len};
	s->items = xcalloc(banks->len + l->n_topics + notes->len + 1, sizeof *s->items);
	for (size_t i = 0; i < banks->len; i++) {
		const struct bank *bank = banks->items[i];

		s->items[s->n++] = (struct subject){bank->id.s, &bank->title};
	}
	for (size_t i = 0; i < l->n_topics; i++)
		s->items[s->n++] = (struct subject){l->topics[i]->id.s, &l->topics[i]->title};
	for (size_t i = 0; i < notes->len; i++) {
		const struct note *note = notes->items[i];

		s->items[s->n++] = (struct subject){note->id.s, &note->title};
	}
}

static bool is_title(const struct subject *s, const char *folded)
{
	bool same = false;

	for (int lang = 0; lang < LANGS && !same; lang++) {
		struct buf title = BUF_INIT;

		text_fold(s->title->in[lang] ? s->title->in[lang] : "", &title);
		same = title.len && strcmp(title.s, folded) == 0;
		buf_release(&title);
	}
	return same;
}

/* The id of what has this id, or this title in either language, as home prints it. NULL: nothing
 * has. */
static const char *subject_id(const struct subjects *s, const char *name)
{
	struct buf folded = BUF_INIT;
	const char *id = NULL;

	for (size_t i = 0; i < s->n && !id; i++)
		if (strcmp(s->items[i].id, name) == 0)
			id = s->items[i].id;
	text_fold(name, &folded);
	for (size_t i = 0; i < s->n && !id; i++)
		if (is_title(&s->items[i], folded.s))
			id = s->items[i].id;
	buf_release(&folded);
	return id;
}

/* The nearest id or title; NULL: none is near. */
static const char *nearest_subject(const struct subjects *s, const char *name)
{
	const char **names = xcalloc((1 + LANGS) * s->n + 1, sizeof *names), *near;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		names[n++] = s->items[i].id;
		for (int lang = 0; lang < LANGS; lang++)
			if (s->items[i].title->in[lang])
				names[n++] = s->items[i].title->in[lang];
	}
	near = nearest_name(name, names);
	free(names);
	return near;
}

static bool unknown_topic(const struct subjects *s, const char *name, struct err *e)
{
	const char *near = nearest_subject(s, name);
	struct buf banks = BUF_INIT;

	if (near)
		return err_set(e, ERR_USAGE,
			_("there is no bank, topic or note '%s'; did you mean '%s'?"), name, near);
	for (size_t i = 0; i < s->n_banks; i++)
		buf_addf(&banks, "%s%s", i ? ", " : "", s->items[i].id);
	err_set(e, ERR_USAGE,
		_("there is no bank, topic or note '%.100s'; the banks are %s, and 'amidojo notes' lists topics and notes"),
		name, banks.s);
	buf_release(&banks);
	return false;
}

static bool read_topic(struct quiz *q, const char *name, struct err *e)
{
	struct subjects s;

	subjects_make(&s, &q->app->library);
	q->topic = subject_id(&s, name);
	if (!q->topic)
		unknown_topic(&s, name, e);
	free(s.items);
	return q->topic != NULL;
}

/* A seed of its own for a quiz that was not given one: short enough to be typed again. */
static int any_seed(void)
{
	return 1 + (int)(app_chance() % 999999);
}

static bool read_options(struct quiz *q, const struct args *args, struct err *e)
{
	const struct library *l = &q->app->library;
	const char *exam = args_option(args, "exam"), *topic = args_option(args, "topic");

	if (!args_number(args, "count", 1, PAPER_LENGTH, COUNT, &q->count, e) ||
		!args_number(args, "seed", 1, SEED_MAX, 0, &q->seed, e))
		return false;
	if (!q->seed)
		q->seed = any_seed();
	if (exam && !(q->exam = exam_named(l, exam, &q->alias, e)))
		return false;
	return !topic || read_topic(q, topic, e);
}

/* ---- choosing ---- */

static int by_id(const void *a, const void *b)
{
	const struct question *x = *(const struct question *const *)a,
			      *y = *(const struct question *const *)b;

	return strcmp(x->id.s, y->id.s);
}

static void fill_pools(struct quiz *q, const struct overview *o)
{
	const struct library *l = &q->app->library;

	for (size_t i = 0; i < l->n_questions; i++) {
		const struct question *one = l->questions[i];
		const struct stored_card *card = map_get(&o->cards, one->id.s);
		struct pool *p = &q->pools[!card                ? MIX_UNSEEN
					   : card->card.mistake ? MIX_MISSED
								: MIX_MASTERED];

		if ((q->topic && !is_on(one, q->topic)) || (q->exam && !is_for(one, q->exam)))
			continue;
		ARRAY_GROW(p->items, p->n, p->cap);
		p->items[p->n++] = one;
	}
	for (int kind = 0; kind < MIXES; kind++) {
		struct pool *p = &q->pools[kind];

		if (p->n)
			qsort(p->items, p->n, sizeof *p->items, by_id);
		q->have[kind] = (int)p->n;
	}
}

/* The first `n` of the items become a draw of them, every draw being as likely. */
static void draw(struct random *r, const struct question **items, size_t all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i + random_below(r, all - i);
		const struct question *one = items[i];

		items[i] = items[k];
		items[k] = one;
	}
}

static void choose_questions(struct quiz *q)
{
	struct random r = random_from((uint64_t)q->seed);
	struct pool all = {0};

	for (int kind = 0; kind < MIXES; kind++) {
		struct pool *p = &q->pools[kind];
		size_t n = (size_t)q->mix[kind];

		draw(&r, p->items, p->n, n);
		for (size_t i = 0; i < n; i++) {
			ARRAY_GROW(all.items, all.n, all.cap);
			all.items[all.n++] = p->items[i];
		}
	}
	draw(&r, all.items, all.n, all.n);
	for (size_t i = 0; i < all.n; i++)
		session_add(&q->session, item_of_question(all.items[i]));
	free(all.items);
}

static bool no_questions(const struct quiz *q, struct err *e)
{
	if (q->topic && q->exam)
		return err_set(e, ERR_NOTHING,
			_("there are no questions on '%s' for %s; leave out --topic or --exam"),
			q->topic, q->exam->id.s);
	if (q->topic)
		return err_set(e, ERR_NOTHING,
			_("there are no questions on '%s'; without --topic all are asked"),
			q->topic);
	if (q->exam)
		return err_set(e, ERR_NOTHING,
			_("there are no questions for %s; without --exam all are asked"),
			q->exam->id.s);
	return err_set(e, ERR_DATA,
		_("no questions found in %s/quizzes; reinstall amidojo, or name a folder of banks in AMIDOJO_PATH"),
		q->app->places.share);
}

static bool quiz_make(struct quiz *q, const struct args *args, struct err *e)
{
	const int plenty[MIXES] = {PAPER_LENGTH, PAPER_LENGTH, PAPER_LENGTH};
	struct overview o = {0};
	bool ok = read_options(q, args, e) && overview_make(&o, q->app, e);

	if (ok) {
		fill_pools(q, &o);
		mix_make(q->count, plenty, q->wanted);
		ok = mix_make(q->count, q->have, q->mix) > 0 || no_questions(q, e);
	}
	if (ok)
		choose_questions(q);
	q->session.salt = (uint64_t)q->seed;
	overview_release(&o);
	return ok;
}

/* ---- the mix, shown first ---- */

static const char *mix_name(enum mix kind)
{
	switch (kind) {
	case MIX_MISSED:
		return _("missed");
	case MIX_UNSEEN:
		return _("unseen");
	default:
		return _("mastered");
	}
}

/* What the quiz is about: an exam, a bank, a topic or a note. */
static void render_scope(const struct quiz *q, const struct look *look, struct buf *out)
{
	const struct library *l = &q->app->library;
	const struct bank *bank = q->topic ? map_get(&l->of[DOC_BANK].by_id, q->topic) : NULL;
	const struct topic *topic = q->topic ? map_get(&l->topic_by_id, q->topic) : NULL;
	const struct note *note = q->topic ? library_note(l, q->topic) : NULL;
	const struct text *title = topic  ? &topic->title
				   : bank ? &bank->title
				   : note ? &note->title
					  : NULL;
	struct buf line = BUF_INIT;

	if (q->exam)
		title_of(&line, look, &q->exam->title);
	if (q->exam && title)
		buf_adds(&line, " | ");
	if (title)
		title_of(&line, look, title);
	if (line.len)
		wrapped_add(out, look, STYLE_DIM, line.s);
	if (q->alias)
		text_add(out, look, &q->alias->text);
	buf_addc(out, '\n');
	buf_release(&line);
}

/* A number in a column that is as wide as its heading, and at least six. */
static void add_number(struct buf *out, int number, const char *heading)
{
	int width = text_swidth(heading);

	buf_addf(out, "  %*d", width > 6 ? width : 6, number);
}

static void add_heading(struct buf *out, const char *heading)
{
	int width = text_swidth(heading);

	buf_addn(out, " ", (size_t)(2 + (width < 6 ? 6 - width : 0)));
	buf_adds(out, heading);
}

static void render_mix_table(const struct quiz *q, const struct look *look, struct buf *out)
{
	const char *in_quiz = _("quiz"), *wanted = _("planned"), *have = _("there");
	struct buf line = BUF_INIT;

	text_pad(&line, "", 10);
	add_heading(&line, in_quiz);
	add_heading(&line, wanted);
	add_heading(&line, have);
	style_adds(out, look, STYLE_DIM, line.s);
	buf_addc(out, '\n');
	for (int kind = 0; kind < MIXES; kind++) {
		text_pad(out, mix_name((enum mix)kind), 10);
		add_number(out, q->mix[kind], in_quiz);
		add_number(out, q->wanted[kind], wanted);
		add_number(out, q->have[kind], have);
		buf_addc(out, '\n');
	}
	buf_release(&line);
}

static void render_mix_lines(const struct quiz *q, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	for (int kind = 0; kind < MIXES; kind++) {
		buf_clear(&line);
		buf_addf(&line, _("%s: %d (planned %d, there are %d)"), mix_name((enum mix)kind),
			q->mix[kind], q->wanted[kind], q->have[kind]);
		text_wrap(out, line.s, look->columns, "- ", "  ");
	}
	buf_release(&line);
}

static void render_intro(void *ctx, const struct look *look, struct buf *out)
{
	const struct quiz *q = ctx;
	int n = (int)q->session.n;
	struct buf line = BUF_INIT;

	style_adds(out, look, STYLE_TITLE, _("Quiz"));
	buf_addc(out, '\n');
	render_scope(q, look, out);
	buf_addf(&line, P_("%d question.", "%d questions.", n), n);
	if (n < q->count)
		buf_addf(&line, _(" There are no more of the %d asked for."), q->count);
	paragraph_add(out, look, line.s);
	if (look->plain || look->columns < 40)
		render_mix_lines(q, look, out);
	else
		render_mix_table(q, look, out);
	buf_clear(&line);
	buf_addf(&line, _("Seed: %d"), q->seed);
	buf_addc(out, '\n');
	paragraph_add(out, look, line.s);
	buf_release(&line);
}

static void footer_intro(void *ctx, bool more, struct buf *out)
{
	(void)ctx;
	(void)more;
	keys_add(out, _("Enter"), _("begin"));
	keys_add(out, "L", _("language"));
	keys_add(out, "q", _("quit"));
}

/* On a screen until Enter; elsewhere it is printed and the first question follows. The key that
 * ended it: KEY_ENTER to go on. */
static int show_intro(struct quiz *q)
{
	struct screen *screen = &q->app->screen;
	struct view v = {.render = render_intro, .footer = footer_intro, .ctx = q};
	struct buf out = BUF_INIT;
	int key = KEY_ENTER;

	if (screen->mode == SCREEN_SCRIPT || screen->look.plain) {
		render_intro(q, &screen->look, &out);
		printf("%s\n", out.s);
		fflush(stdout);
		buf_release(&out);
		return key;
	}
	screen_enter(screen);
	do {
		key = view_key(screen, &v);
		if (key == 'L' || key == 'l')
			look_toggle(&screen->look);
	} while (key != KEY_ENTER && key != ' ' && key != 'q' && key != KEY_ESCAPE &&
		 key != KEY_EOF && key != KEY_SIGNAL);
	q->session.look.lang = screen->look.lang;
	q->session.look.both = screen->look.both;
	return key == ' ' ? KEY_ENTER : key;
}

/* ---- the summary ---- */

/* The part of a summary that a question counts for: a domain of the exam, or a topic. */
static const struct text *part_of(const struct quiz *q, const struct item *it)
{
	const struct question *one = it->question;

	for (size_t i = 0; q->exam && i < one->n_exams; i++) {
		const struct exam_ref *r = &one->exams[i];

		if (strcmp(r->exam.s, q->exam->id.s) != 0 || !r->n_domains)
			continue;
		for (size_t k = 0; k < q->exam->n_domains; k++)
			if (q->exam->domains[k].id.value == r->domains[0].value)
				return &q->exam->domains[k].title;
	}
	return item_topic(it) ? &item_topic(it)->title : &one->bank->title;
}

struct part {
	const struct text *title;
	int right, all;
};

static void render_parts(const struct quiz *q, const struct look *look, struct buf *out)
{
	struct part *parts = xcalloc(q->session.n, sizeof *parts);
	size_t n = 0;

	for (size_t i = 0; i < q->session.n; i++) {
		const struct session_card *c = &q->session.cards[i];
		const struct text *title = part_of(q, &c->item);
		size_t k = 0;

		if (c->result == RESULT_NONE)
			continue;
		while (k < n && parts[k].title != title)
			k++;
		n += k == n;
		parts[k].title = title;
		parts[k].right += c->result == RESULT_RIGHT;
		parts[k].all++;
	}
	heading_add(out, look, q->exam ? _("By domain") : _("By topic"));
	for (size_t i = 0; i < n; i++) {
		struct buf line = BUF_INIT;

		title_of(&line, look, parts[i].title);
		buf_addf(&line, _(": %d of %d right"), parts[i].right, parts[i].all);
		text_wrap(out, line.s, look->columns, "- ", "  ");
		buf_release(&line);
	}
	free(parts);
}

/* The lab that practises what the question is about; NULL: there is none. */
static const struct lab *lab_of(const struct app *a, const struct item *it)
{
	const char *id = it->question ? it->question->lab.s : NULL;

	return id ? map_get(&a->library.of[DOC_LAB].by_id, id) : NULL;
}

/* A mistake: what was asked, cut to a line on a screen, the note to read and the lab to work. */
static void render_mistake(
	const struct app *a, const struct item *it, const struct look *look, struct buf *out)
{
	const struct note *n = item_note(it);
	const struct lab *lab = lab_of(a, it);
	const char *ask = text_in(item_ask(it), look->lang);
	struct buf line = BUF_INIT;

	if (look->terminal && !look->plain && text_swidth(ask) > look->columns - 2) {
		text_pad(&line, ask, look->columns - 2);
		buf_addf(out, "- %s\n", line.s);
	} else {
		text_wrap(out, ask, look->columns, "- ", "  ");
	}
	if (n) {
		buf_clear(&line);
		title_of(&line, look, &n->title);
		buf_addf(&line, ": amidojo notes %s", n->id.s);
		text_wrap(out, line.s, look->columns, "  -> ", "     ");
	}
	if (lab) {
		buf_clear(&line);
		title_of(&line, look, &lab->title);
		buf_addf(&line, ": amidojo lab start %s", lab->id.s);
		text_wrap(out, line.s, look->columns, "  -> ", "     ");
	}
	buf_release(&line);
}

static void render_summary(const struct quiz *q, const struct look *look, struct buf *out)
{
	const struct session *s = &q->session;
	int answered = s->passed + s->failed;
	struct buf line = BUF_INIT;

	if (!answered) {
		paragraph_add(out, look, _("Nothing was answered; nothing was recorded."));
		return;
	}
	buf_addf(&line,
		P_("%d of %d question answered: %d right, %d wrong.",
			"%d of %d questions answered: %d right, %d wrong.", (int)s->n),
		answered, (int)s->n, s->passed, s->failed);
	wrapped_add(out, look, STYLE_STRONG, line.s);
	buf_release(&line);
	render_parts(q, look, out);
	if (!s->failed)
		return;
	heading_add(out, look, _("Mistakes"));
	for (size_t i = 0; i < s->n; i++)
		if (s->cards[i].result == RESULT_WRONG)
			render_mistake(q->app, &s->cards[i].item, look, out);
	buf_addc(out, '\n');
	paragraph_add(out, look, _("They wait in the mistakes pool: amidojo mistakes"));
}

static int show_summary(struct quiz *q)
{
	struct look look = q->app->screen.look;
	struct buf out = BUF_INIT;
	int code;

	look.lang = q->session.look.lang;
	look.both = q->session.look.both;
	if (!q->app->at_home)
		screen_leave(&q->app->screen);
	render_summary(q, &look, &out);
	code = app_show(q->app, &out);
	buf_release(&out);
	return code;
}

static int run(struct quiz *q)
{
	int key = show_intro(q), code = EXIT_OK;

	if (key == KEY_EOF || key == KEY_SIGNAL)
		return app_ended_saying(q->app, key, _("The next quiz is drawn anew."));
	if (key == KEY_ENTER) {
		code = session_run(&q->session);
		if (code == EXIT_OK)
			code = show_summary(q);
	}
	screen_leave(&q->app->screen);
	return code;
}

/* ---- where no keys can be pressed ---- */

static const char *const mix_key[MIXES] = {"missed", "unseen", "mastered"};

static json_t *mix_json(const int mix[MIXES])
{
	json_t *o = json_object();

	for (int kind = 0; kind < MIXES; kind++)
		json_object_set_new(o, mix_key[kind], json_integer(mix[kind]));
	return o;
}

/* As it would be asked: without what is right. */
static json_t *question_as_asked(const struct quiz *q, const struct item *it)
{
	enum lang lang = q->app->screen.look.lang;
	const struct question *one = it->question;
	json_t *options = json_array();
	struct asked a;

	asked_init(&a, one);
	asked_shuffle(&a, item_seed(it, q->session.salt));
	for (size_t i = 0; i < one->n_options; i++) {
		const struct option *o = &one->options[a.order[i]];
		bool right = question_key(one) >> a.order[i] & 1;

		json_array_append_new(
			options, json_string(text_in(right ? &o->right : &o->wrong, lang)));
	}
	return json_pack("{s:s, s:s, s:s?, s:s, s:i, s:s, s:o}", "item", item_id(it), "bank",
		one->bank->id.s, "note", one->note.s, "level", one->level.s, "choose",
		question_rights(one), "ask", text_in(&one->ask, lang), "options", options);
}

static void print_json(const struct quiz *q)
{
	json_t *all = json_array();

	for (size_t i = 0; i < q->session.n; i++)
		json_array_append_new(all, question_as_asked(q, &q->session.cards[i].item));
	json_out(json_pack("{s:i, s:s?, s:s?, s:s?, s:o, s:o, s:o, s:b, s:o}", "seed", q->seed,
		"exam", q->exam ? q->exam->id.s : NULL, "notice",
		q->alias ? text_in(&q->alias->text, q->app->screen.look.lang) : NULL, "topic",
		q->topic, "mix", mix_json(q->mix), "planned", mix_json(q->wanted), "there",
		mix_json(q->have), "recorded", 0, "questions", all));
}

static int print_list(const struct quiz *q)
{
	const struct look *look = &q->app->screen.look;
	struct buf out = BUF_INIT;
	int code;

	render_intro((void *)q, look, &out);
	for (size_t i = 0; i < q->session.n; i++) {
		const struct item *it = &q->session.cards[i].item;
		struct buf title = BUF_INIT;
		struct asked a;

		asked_init(&a, it->question);
		asked_shuffle(&a, item_seed(it, q->session.salt));
		buf_addf(&title, "%zu/%zu %s", i + 1, q->session.n, item_id(it));
		heading_add(&out, look, title.s);
		asked_render(&a, look, &out);
		buf_release(&title);
	}
	buf_addc(&out, '\n');
	paragraph_add(&out, look,
		_("No keys can be pressed here, so this is only the list: nothing was recorded."));
	code = app_show(q->app, &out);
	buf_release(&out);
	return code;
}

/* ---- the command ---- */

static int quiz_run(struct app *a, const struct args *args)
{
	struct quiz q = {.app = a};
	struct err e = {0};
	int code = EXIT_OK;

	session_init(&q.session, a, SESSION_QUIZ);
	if (!app_open(a, &e) || !quiz_make(&q, args, &e))
		code = app_fail(a, &e);
	else if (a->json)
		print_json(&q);
	else if (!screen_can_ask(&a->screen))
		code = print_list(&q);
	else
		code = run(&q);
	session_release(&q.session);
	for (int kind = 0; kind < MIXES; kind++)
		free(q.pools[kind].items);
	return code;
}

static const struct option_spec quiz_options[] = {
	{"exam", "EXAM", N_("only questions for this exam: saa-c03, soa-c03")},
	{"topic", "NAME", N_("only questions of this bank, topic or note, by id or title")},
	{"count", "N", N_("how many questions; 10 unless told")},
	{"seed", "N", N_("choose and shuffle by this number, so that a quiz can be repeated")},
	{NULL, NULL, NULL},
};

static const struct option_letter quiz_letters[] = {
	{'n', "count"},
	{'\0', NULL},
};

const struct command cmd_quiz = {
	.name = "quiz",
	.synopsis = "",
	.summary = N_(
		"answer exam questions, with every option's reason at once: a digit picks, Enter (in a pipe a blank) goes on"),
	.options = quiz_options,
	.letters = quiz_letters,
	.run = quiz_run,
};
