/* exam-list.c - the exams that were begun, and what an exam is; see exam.h. */
#include "app/exam.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- list ---- */

struct listed {
	struct exam_attempt *heads;
	size_t n, cap;
	struct arena arena;
};

static bool take_head(void *ctx, const struct exam_attempt *a)
{
	struct listed *l = ctx;

	ARRAY_GROW(l->heads, l->n, l->cap);
	l->heads[l->n] = *a;
	l->heads[l->n++].exam = arena_strdup(&l->arena, a->exam);
	return true;
}

static int64_t left_ms(const struct exam_attempt *a)
{
	int64_t left = (int64_t)a->minutes * 60000 - exam_look(&a->last).elapsed_ms;

	return left > 0 ? left : 0;
}

static json_t *listed_json(struct app *a, const struct exam_attempt *head)
{
	struct attempt t;
	struct score_domain d[PAPER_DOMAINS];
	char day[DAY_TEXT];
	json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:I, s:b, s:i, s:i}", "attempt",
		(json_int_t)head->id, "exam", head->exam, "day", day_format(head->day, day),
		"state", exam_end_code[head->how], "seed", (json_int_t)head->seed, "class",
		head->class_paper, "minutes", head->minutes, "questions", head->questions);

	if (head->how == EXAM_OPEN)
		json_object_set_new(o, "left_ms", json_integer(left_ms(head)));
	if (!attempt_load(&t, a->store, head->id, false, NULL)) {
		json_object_set_new(o, "damaged", json_true());
		return o;
	}
	json_object_set_new(o, "answered", json_integer(attempt_answered(&t)));
	if (head->how == EXAM_SUBMITTED || head->how == EXAM_TIMED_OUT) {
		struct score score = attempt_score(&t, d);

		json_object_update_new(
			o, json_pack("{s:i, s:i, s:i, s:i}", "estimate", score.estimate, "low",
				   score.low, "high", score.high, "pass", t.pass));
	}
	attempt_release(&t);
	return o;
}

/* What became of it, or where it stands. */
static void add_state(struct app *a, const struct exam_attempt *head, struct buf *out)
{
	struct attempt t;
	struct score_domain d[PAPER_DOMAINS];
	struct score score;
	char left[24];

	if (!attempt_load(&t, a->store, head->id, false, NULL)) {
		buf_adds(out, _("damaged; amidojo doctor"));
		return;
	}
	score = attempt_score(&t, d);
	if (head->how == EXAM_OPEN)
		buf_addf(out, _("open, %d of %d answered, %s left"), attempt_answered(&t),
			head->questions, exam_time_left(left_ms(head), left));
	else if (head->how == EXAM_ABANDONED)
		buf_addf(out, _("abandoned, %d of %d answered"), attempt_answered(&t),
			head->questions);
	else
		buf_addf(out, _("estimate %d (%d-%d) of %d questions"), score.estimate, score.low,
			score.high, head->questions);
	attempt_release(&t);
}

static void print_table(struct app *a, const struct listed *l)
{
	const struct look *look = &a->screen.look;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < l->n; i++) {
		const struct exam_attempt *head = &l->heads[i];
		struct buf line = BUF_INIT, id = BUF_INIT;
		char day[DAY_TEXT];

		buf_addf(&id, "%lld", (long long)head->id);
		text_pad(&line, id.s, 4);
		buf_addf(&line, " %s  %s  ", day_format(head->day, day), head->exam);
		add_state(a, head, &line);
		text_wrap(&out, line.s, look->columns, "", "     ");
		buf_release(&line);
		buf_release(&id);
	}
	app_show(a, &out);
	buf_release(&out);
}

int exam_list(struct app *a)
{
	struct listed l = {.n = 0};
	struct err e = {0};
	int code = EXIT_OK;

	if (!store_each_attempt(a->store, 0, take_head, &l, &e)) {
		code = app_fail(a, &e);
	} else if (a->json) {
		json_t *all = json_array();

		for (size_t i = 0; i < l.n; i++)
			json_array_append_new(all, listed_json(a, &l.heads[i]));
		json_out(all);
	} else if (!l.n) {
		app_say(a, "%s", _("No exam was begun yet. To begin one: amidojo exam saa-c03"));
	} else {
		print_table(a, &l);
	}
	free(l.heads);
	arena_release(&l.arena);
	return code;
}

void exam_notice(struct app *a, struct buf *out)
{
	struct exam_attempt head;
	struct arena arena = {0};
	char name[160], left[24];

	if (attempt_find_open(a->store, &arena, &head, NULL) && head.id) {
		attempt_name(&head, name);
		if (left_ms(&head))
			buf_addf(out, _("Open: %s, %s left; amidojo exam resume\n"), name,
				exam_time_left(left_ms(&head), left));
		else
			buf_addf(out,
				_("The time is up for %s; its result: amidojo exam show %lld\n"),
				name, (long long)head.id);
	}
	arena_release(&arena);
}

/* ---- info ---- */

static json_t *info_json(const struct exam *x, const struct exam_alias *alias)
{
	struct paper_plan plan;
	json_t *domains = json_array(), *types = json_array(), *aliases = json_array(), *o;
	char day[DAY_TEXT];

	exam_plan(x, 0, &plan);
	for (size_t i = 0; i < x->n_domains && i < PAPER_DOMAINS; i++)
		json_array_append_new(domains,
			json_pack("{s:i, s:o, s:i, s:i, s:i}", "domain", x->domains[i].id.value,
				"title", exam_text_json(&x->domains[i].title), "weight",
				x->domains[i].weight.value, "scored", plan.scored[i], "unscored",
				plan.unscored[i]));
	for (size_t i = 0; i < x->n_types; i++)
		json_array_append_new(types, json_string(x->types[i].s));
	for (size_t i = 0; i < x->n_aliases; i++)
		json_array_append_new(
			aliases, json_pack("{s:s, s:s, s:o}", "id", x->aliases[i].id.s, "ended",
					 day_format(x->aliases[i].ended, day), "text",
					 exam_text_json(&x->aliases[i].text)));
	o = json_pack("{s:s, s:o, s:i, s:i, s:i, s:i, s:[i, i], s:o, s:o, s:o, s:{s:s, s:s}}",
		"exam", x->id.s, "title", exam_text_json(&x->title), "minutes", x->minutes.value,
		"scored", x->scored.value, "unscored", x->unscored.value, "pass", x->pass.value,
		"scale", x->scale[0].value, x->scale[1].value, "types", types, "domains", domains,
		"aliases", aliases, "guide", "url", x->guide->url.s, "read",
		day_format(x->guide->read, day));
	if (x->accommodation_minutes.value)
		json_object_set_new(
			o, "accommodation_minutes", json_integer(x->accommodation_minutes.value));
	if (alias)
		json_object_set_new(o, "asked_for", json_string(alias->id.s));
	return o;
}

static void info_domains(const struct exam *x, const struct look *look, struct buf *out)
{
	struct paper_plan plan;

	exam_plan(x, 0, &plan);
	heading_add(out, look, _("Domains"));
	for (size_t i = 0; i < x->n_domains && i < PAPER_DOMAINS; i++) {
		struct buf line = BUF_INIT;

		buf_addf(&line, "%d. ", x->domains[i].id.value);
		title_of(&line, look, &x->domains[i].title);
		buf_addf(&line, _(": %d%%, %d scored questions"), x->domains[i].weight.value,
			plan.scored[i]);
		text_wrap(out, line.s, look->columns, "", look->plain ? "" : "   ");
		buf_release(&line);
	}
}

static void info_numbers(const struct exam *x, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_addf(&line,
		_("%d questions: %d scored and %d not scored, which nobody can tell apart."),
		x->scored.value + x->unscored.value, x->scored.value, x->unscored.value);
	paragraph_add(out, look, line.s);
	buf_clear(&line);
	buf_addf(&line, _("%d minutes."), x->minutes.value);
	if (x->accommodation_minutes.value)
		buf_addf(&line,
			_(" With the accommodation for those whose first language is not English %d: --minutes %d."),
			x->accommodation_minutes.value, x->accommodation_minutes.value);
	paragraph_add(out, look, line.s);
	buf_clear(&line);
	buf_addf(&line,
		_("Pass mark %d on a scale of %d to %d. What is not answered is wrong; nothing is taken off for a wrong answer."),
		x->pass.value, x->scale[0].value, x->scale[1].value);
	paragraph_add(out, look, line.s);
	buf_clear(&line);
	buf_adds(&line, _("Types: "));
	for (size_t i = 0; i < x->n_types; i++)
		buf_addf(&line, "%s%s", i ? ", " : "", x->types[i].s);
	paragraph_add(out, look, line.s);
	buf_release(&line);
}

int exam_info(struct app *a, const struct exam *x, const struct exam_alias *alias)
{
	const struct look *look = &a->screen.look;
	struct buf out = BUF_INIT, line = BUF_INIT;
	char day[DAY_TEXT];

	if (a->json) {
		json_out(info_json(x, alias));
		return EXIT_OK;
	}
	if (alias) {
		text_add(&out, look, &alias->text);
		buf_addc(&out, '\n');
	}
	title_of(&line, look, &x->title);
	wrapped_add(&out, look, STYLE_TITLE, line.s);
	buf_addc(&out, '\n');
	info_numbers(x, look, &out);
	info_domains(x, look, &out);
	for (size_t i = 0; i < x->n_aliases && !alias; i++) {
		buf_addc(&out, '\n');
		text_add(&out, look, &x->aliases[i].text);
	}
	buf_addf(&out, _("\nGuide, read %s:\n%s\n"), day_format(x->guide->read, day),
		x->guide->url.s);
	app_show(a, &out);
	buf_release(&line);
	buf_release(&out);
	return EXIT_OK;
}
