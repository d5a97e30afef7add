/* exam-draw.c - making a paper of what the library has; see exam.h. */
#include "app/exam.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what there is to draw from ---- */

/* Bit i: the question serves the exam's domain of index i. */
static uint32_t domains_of(const struct question *q, const struct exam *x)
{
	uint32_t all = 0;

	for (size_t i = 0; i < q->n_exams; i++) {
		const struct exam_ref *r = &q->exams[i];

		if (strcmp(r->exam.s, x->id.s) != 0)
			continue;
		for (size_t k = 0; k < r->n_domains; k++)
			for (size_t d = 0; d < x->n_domains && d < PAPER_DOMAINS; d++)
				if (x->domains[d].id.value == r->domains[k].value)
					all |= 1u << d;
	}
	return all;
}

/* The library lists what can be shown and judged; `check` says what is wrong with others. */
static void collect(struct draft *d, const struct library *l)
{
	size_t cap = 0;

	for (size_t i = 0; i < l->n_questions; i++) {
		if (!domains_of(l->questions[i], d->exam))
			continue;
		ARRAY_GROW(d->questions, d->n_questions, cap);
		d->questions[d->n_questions++] = l->questions[i];
	}
}

struct sat_before {
	struct map times;
	struct arena arena;
};

static bool take_sat(void *ctx, const char *item, int times)
{
	struct sat_before *b = ctx;
	int *n = arena_alloc(&b->arena, sizeof *n);

	*n = times;
	map_add(&b->times, arena_strdup(&b->arena, item), n);
	return true;
}

/* The candidates as paper_draw wants them, with what the learner has sat; NULL with an error. */
static struct paper_question *candidates(const struct draft *d, struct app *a, struct err *e)
{
	struct sat_before before = {.arena = {0}};
	struct paper_question *all = xcalloc(d->n_questions + 1, sizeof *all);
	bool ok = d->class_paper || store_each_sat(a->store, take_sat, &before, e);

	for (size_t i = 0; i < d->n_questions && ok; i++) {
		const struct question *q = d->questions[i];
		const int *seen = map_get(&before.times, q->id.s);

		all[i] = (struct paper_question){
			.id = q->id.s,
			.domains = domains_of(q, d->exam),
			.options = (int)q->n_options,
			.seen = seen ? *seen : 0,
		};
	}
	map_release(&before.times);
	arena_release(&before.arena);
	if (ok)
		return all;
	free(all);
	return NULL;
}

int exam_papers(const struct library *l, const struct exam *x)
{
	struct draft d = {.exam = x};
	struct paper_question *all;
	int papers;

	collect(&d, l);
	all = xcalloc(d.n_questions + 1, sizeof *all);
	for (size_t i = 0; i < d.n_questions; i++)
		all[i] = (struct paper_question){
			d.questions[i]->id.s, domains_of(d.questions[i], x), 2, 0};
	exam_plan(x, 0, &d.plan);
	papers = paper_count(&d.plan, all, d.n_questions);
	free(all);
	draft_release(&d);
	return papers;
}

/* ---- drawing ---- */

void exam_plan(const struct exam *x, int length, struct paper_plan *plan)
{
	int weights[PAPER_DOMAINS], n = (int)x->n_domains;

	for (int i = 0; i < n && i < PAPER_DOMAINS; i++)
		weights[i] = x->domains[i].weight.value;
	paper_plan_make(plan, weights, n < PAPER_DOMAINS ? n : PAPER_DOMAINS, x->scored.value,
		x->unscored.value, length ? length : x->scored.value + x->unscored.value);
}

static bool draw(struct draft *d, const struct paper_question *all, int length, int lacking[])
{
	exam_plan(d->exam, length, &d->plan);
	return paper_draw(&d->plan, all, d->n_questions, (uint64_t)d->seed, d->class_paper,
		d->places, lacking);
}

/* A long paper that the library has questions for, by halving; 0: none. */
static int longest(struct draft *d, const struct paper_question *all, int below)
{
	int lacking[PAPER_DOMAINS], enough = 0, over = below;

	if ((size_t)over > d->n_questions + 1)
		over = (int)d->n_questions + 1;
	while (over - enough > 1) {
		int n = (enough + over) / 2;

		if (draw(d, all, n, lacking))
			enough = n;
		else
			over = n;
	}
	return enough;
}

static bool too_few(
	struct draft *d, const struct paper_question *all, const int lacking[], struct err *e)
{
	struct buf where = BUF_INIT;
	int most;

	for (size_t i = 0; i < d->exam->n_domains && i < PAPER_DOMAINS; i++)
		if (lacking[i])
			buf_addf(&where, _("%sdomain %d: %d"), where.len ? ", " : "",
				d->exam->domains[i].id.value, lacking[i]);
	most = longest(d, all, d->length);
	if (most)
		err_set(e, ERR_DATA,
			_("there are too few questions for a paper of %d of %s (lacking: %.300s); with --length %d there are enough"),
			d->length, d->exam->id.s, where.s, most);
	else
		err_set(e, ERR_DATA,
			_("there are no questions for %s; banks of questions lie in %s, or in a folder that AMIDOJO_PATH names"),
			d->exam->id.s, "quizzes/");
	buf_release(&where);
	return false;
}

static int minutes_for(const struct exam *x, int length)
{
	int whole = x->scored.value + x->unscored.value;

	return length == whole ? x->minutes.value : (x->minutes.value * length + whole - 1) / whole;
}

bool draft_make(struct draft *d, struct app *a, const struct exam *x, int length, int minutes,
	int seed, struct err *e)
{
	struct paper_question *all;
	int lacking[PAPER_DOMAINS] = {0};
	bool ok;

	*d = (struct draft){.exam = x, .class_paper = seed != 0};
	d->length = length ? length : x->scored.value + x->unscored.value;
	if (d->length > PAPER_LENGTH)
		d->length = PAPER_LENGTH;
	d->minutes = minutes ? minutes : minutes_for(x, d->length);
	d->seed = seed ? seed : (int64_t)(app_chance() % INT32_MAX) + 1;
	collect(d, &a->library);
	d->places = xcalloc((size_t)d->length + 1, sizeof *d->places);
	all = candidates(d, a, e);
	ok = all && (draw(d, all, d->length, lacking) || too_few(d, all, lacking, e));
	free(all);
	return ok;
}

void draft_release(struct draft *d)
{
	free(d->questions);
	free(d->places);
	*d = (struct draft){.exam = NULL};
}

/* ---- storing ---- */

static const char *order_text(struct arena *arena, const struct paper_place *p, size_t n)
{
	struct buf out = BUF_INIT;
	char *copy;

	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%s%d", i ? "," : "", p->order[i] + 1);
	copy = arena_strdup(arena, out.s);
	buf_release(&out);
	return copy;
}

static struct exam_place place_of(const struct draft *d, size_t i, struct arena *arena)
{
	const struct paper_place *p = &d->places[i];
	const struct question *q = d->questions[p->question];
	struct buf key = BUF_INIT;
	char *body = exam_body(q);
	struct exam_place place = {
		.number = (int)i + 1,
		.item = q->id.s,
		.body = arena_strdup(arena, body),
		.hash = exam_text_hash(body),
		.domain = d->exam->domains[p->domain].id.value,
		.scored = p->scored,
		.order = order_text(arena, p, q->n_options),
	};

	options_write(question_key(q), &key);
	place.key = arena_strdup(arena, key.s);
	buf_release(&key);
	free(body);
	return place;
}

static struct exam_place *places_of(const struct draft *d, struct arena *arena)
{
	struct exam_place *all = arena_calloc(arena, (size_t)d->length * sizeof *all);

	for (int i = 0; i < d->length; i++)
		all[i] = place_of(d, (size_t)i, arena);
	return all;
}

bool draft_begin(const struct draft *d, struct app *a, int64_t *attempt, struct err *e)
{
	struct arena arena = {0};
	char *terms = exam_terms(d->exam);
	struct exam_begin b = {
		.exam = d->exam->id.s,
		.seed = d->seed,
		.class_paper = d->class_paper,
		.minutes = d->minutes,
		.terms = terms,
		.at = app_now(),
		.day = app_today(a),
		.mark = exam_look(NULL),
		.places = places_of(d, &arena),
		.n = (size_t)d->length,
	};
	bool ok = store_exam_begin(a->store, &b, attempt, e);

	a->recorded |= ok;
	free(terms);
	arena_release(&arena);
	return ok;
}

/* ---- printing ---- */

static json_t *draft_json(const struct draft *d)
{
	json_t *places = json_array();
	struct arena arena = {0};
	struct exam_place *all = places_of(d, &arena);

	for (int i = 0; i < d->length; i++)
		json_array_append_new(
			places, json_pack("{s:i, s:s, s:i, s:b, s:s, s:o}", "number", all[i].number,
					"item", all[i].item, "domain", all[i].domain, "scored",
					all[i].scored, "order", all[i].order, "question",
					json_loads(all[i].body, 0, NULL)));
	arena_release(&arena);
	return json_pack("{s:s, s:I, s:b, s:i, s:o}", "exam", d->exam->id.s, "seed",
		(json_int_t)d->seed, "class", d->class_paper, "minutes", d->minutes, "questions",
		places);
}

static void print_question(const struct draft *d, int i, const struct look *look, struct buf *out)
{
	const struct paper_place *p = &d->places[i];
	struct asked asked;
	struct buf head = BUF_INIT;

	asked_init(&asked, d->questions[p->question]);
	memcpy(asked.order, p->order, sizeof asked.order);
	buf_addf(&head,
		p->scored ? _("%d. %s (domain %d, scored)") : _("%d. %s (domain %d, not scored)"),
		i + 1, asked.q->id.s, d->exam->domains[p->domain].id.value);
	heading_add(out, look, head.s);
	asked_render(&asked, look, out);
	buf_release(&head);
}

void draft_print(const struct draft *d, struct app *a)
{
	struct buf out = BUF_INIT;

	if (a->json) {
		json_out(draft_json(d));
		return;
	}
	buf_addf(&out,
		P_("%s, %d question, %d minutes, seed %lld; nothing is begun.\n",
			"%s, %d questions, %d minutes, seed %lld; nothing is begun.\n", d->length),
		d->exam->id.s, d->length, d->minutes, (long long)d->seed);
	for (int i = 0; i < d->length; i++)
		print_question(d, i, &a->screen.look, &out);
	if (a->screen.look.terminal)
		lines_fit(&out, a->screen.look.columns);
	fputs(out.s, stdout);
	buf_release(&out);
}
