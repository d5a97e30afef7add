/* report.c - see report.h. */
#include "app/report.h"

#include "app/exam.h"
#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"
#include "content/answers.h"

#include <stdlib.h>
#include <string.h>

struct tally {
	const char *key, *label; /* key: in JSON; label: for people */
	int n, proofs;
};

static struct tally *tally_of(struct tally_list *list, const char *key, const char *label)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i].key, key) == 0)
			return &list->items[i];
	ARRAY_GROW(list->items, list->n, list->cap);
	list->items[list->n] = (struct tally){.key = key, .label = label};
	return &list->items[list->n++];
}

/* ---- counting ---- */

static void count(struct tally_list *list, const char *key, const char *label, bool proved)
{
	struct tally *t = tally_of(list, key, label);

	t->n++;
	t->proofs += proved;
}

/* "saa-c03 2" and the domain's title: every domain of every exam is listed, also without questions.
 */
static void list_domains(struct report *r, const struct library *l, enum lang lang)
{
	for (size_t i = 0; i < l->of[DOC_EXAM].len; i++) {
		const struct exam *e = l->of[DOC_EXAM].items[i];

		for (size_t d = 0; d < e->n_domains; d++) {
			struct buf key = BUF_INIT, label = BUF_INIT;

			buf_addf(&key, "%s/%d", e->id.s, e->domains[d].id.value);
			buf_addf(&label, "%s %d %s", e->id.s, e->domains[d].id.value,
				text_in(&e->domains[d].title, lang));
			tally_of(&r->domains, arena_strdup(&r->arena, key.s),
				arena_strdup(&r->arena, label.s));
			buf_release(&key);
			buf_release(&label);
		}
	}
}

static void count_domains(struct report *r, const struct question *q)
{
	for (size_t i = 0; i < q->n_exams; i++) {
		for (size_t k = 0; k < q->exams[i].n_domains; k++) {
			struct buf key = BUF_INIT;
			const char *kept;

			buf_addf(&key, "%s/%d", q->exams[i].exam.s, q->exams[i].domains[k].value);
			kept = arena_strdup(&r->arena, key.s);
			count(&r->domains, kept, kept, q->n_proof > 0);
			buf_release(&key);
		}
	}
}

static bool has_language(const struct question *q, enum lang lang)
{
	if (!q->ask.in[lang])
		return false;
	for (size_t i = 0; i < q->n_options; i++) {
		const struct option *o = &q->options[i];

		if (!(o->right.in[lang] || o->wrong.in[lang]) || !o->why.in[lang])
			return false;
	}
	return true;
}

static void count_language(struct report *r, const struct question *q)
{
	bool en = has_language(q, LANG_EN), ko = has_language(q, LANG_KO);

	if (en && ko)
		count(&r->languages, "both", _("English and Korean"), q->n_proof > 0);
	else if (en || ko)
		count(&r->languages, en ? "en" : "ko", en ? _("English only") : _("Korean only"),
			q->n_proof > 0);
	else
		count(&r->languages, "mixed", _("neither in full"), q->n_proof > 0);
}

/* By its oldest source. */
static void count_age(struct report *r, const struct question *q, day_t today)
{
	static const struct {
		int days;
		const char *key, *label;
	} ages[] = {
		{90, "90-days", N_("sources read within 90 days")},
		{365, "1-year", N_("within a year")},
		{INT32_MAX, "older", N_("longer ago")},
	};
	day_t oldest = DAY_NONE;
	size_t k = 0;

	for (size_t i = 0; i < q->n_sources; i++) {
		day_t read = q->sources[i].read;

		oldest = oldest == DAY_NONE || read < oldest ? read : oldest;
		r->oldest = r->oldest == DAY_NONE || read < r->oldest ? read : r->oldest;
		r->newest = r->newest == DAY_NONE || read > r->newest ? read : r->newest;
	}
	if (oldest == DAY_NONE)
		return;
	while (today - oldest > ages[k].days)
		k++;
	count(&r->ages, ages[k].key, _(ages[k].label), q->n_proof > 0);
}

static void count_question(struct report *r, const struct question *q, enum lang lang, day_t today)
{
	int rights = 0;
	bool proved = q->n_proof > 0;

	for (size_t i = 0; i < q->n_options; i++)
		rights += q->options[i].right.at.line != 0;
	r->questions++;
	r->proofs += proved;
	r->labs += q->lab.s != NULL;
	r->notes += q->note.s != NULL;
	count(&r->banks, q->bank->id.s, text_in(&q->bank->title, lang), proved);
	count(&r->levels, q->level.s, q->level.s, proved);
	if (rights > 1)
		count(&r->types, "multiple-response", _("multiple response"), proved);
	else
		count(&r->types, "multiple-choice", _("multiple choice"), proved);
	count_domains(r, q);
	count_language(r, q);
	count_age(r, q, today);
}

void report_make(struct report *r, const struct library *l, enum lang lang, day_t today)
{
	static const char *const levels[] = {
		"remember", "understand", "apply", "analyze", "evaluate"};

	*r = (struct report){.oldest = DAY_NONE, .newest = DAY_NONE};
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		tally_of(&r->levels, levels[i], levels[i]);
	list_domains(r, l, lang);
	for (size_t i = 0; i < l->n_questions; i++)
		if (map_get(&l->checked_files, l->questions[i]->at.file))
			count_question(r, l->questions[i], lang, today);
}

void report_release(struct report *r)
{
	struct tally_list *lists[] = {
		&r->banks, &r->domains, &r->levels, &r->types, &r->languages, &r->ages};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		free(lists[i]->items);
	arena_release(&r->arena);
}

/* ---- for people ---- */

static void write_list(const struct report *r, const struct tally_list *list, const char *title,
	const struct look *look, struct buf *out)
{
	heading_add(out, look, title);
	for (size_t i = 0; i < list->n; i++) {
		const struct tally *t = &list->items[i];
		struct buf line = BUF_INIT;

		buf_addf(&line, "%4d %3d%%  %3d  ", t->n,
			r->questions ? t->n * 100 / r->questions : 0, t->proofs);
		text_wrap(out, t->label, look->terminal ? look->columns : 100, line.s,
			"                ");
		buf_release(&line);
	}
}

/* An exam's questions may lie in files that were not checked. */
static void write_papers(const struct library *l, const struct look *look, struct buf *out)
{
	heading_add(out, look, _("Whole papers without repeating a question"));
	for (size_t i = 0; i < l->of[DOC_EXAM].len; i++) {
		const struct exam *x = l->of[DOC_EXAM].items[i];

		buf_addf(out, "%4d  %s\n", exam_papers(l, x), x->id.s);
	}
}

static void write_guessers(const struct library *l, const struct look *look, struct buf *out)
{
	struct answers a;

	answers_measure(l, &a);
	if (!a.questions)
		return;
	heading_add(out, look, _("Right by guessing (of four: 25%)"));
	for (int g = 0; g < GUESSERS; g++)
		buf_addf(out, "%3.0f%% en %3.0f%% ko  %s\n", a.hits[g][LANG_EN] * 100 / a.questions,
			a.hits[g][LANG_KO] * 100 / a.questions, guesser_label((enum guesser)g));
	for (int i = 0; i < ANSWERS_POSITIONS; i++) {
		buf_addf(out, "%3d%%           ", a.position[i] * 100 / a.questions);
		buf_addf(out, _("option %d"), i + 1);
		buf_addc(out, '\n');
	}
}

void report_write(
	const struct report *r, const struct library *l, const struct look *look, struct buf *out)
{
	char oldest[DAY_TEXT], newest[DAY_TEXT];

	buf_addf(out, _("%d questions, %d with a proof, %d with a note, %d with a lab"),
		r->questions, r->proofs, r->notes, r->labs);
	buf_addc(out, '\n');
	buf_addf(out, "%s\n", _("Columns: questions, share, with a proof"));
	write_list(r, &r->banks, _("Banks"), look, out);
	write_list(r, &r->domains, _("Domains"), look, out);
	write_list(r, &r->levels, _("Levels"), look, out);
	write_list(r, &r->types, _("Types"), look, out);
	write_list(r, &r->languages, _("Languages"), look, out);
	write_list(r, &r->ages, _("Sources"), look, out);
	if (r->oldest != DAY_NONE) {
		buf_addf(out, _("oldest %s, newest %s"), day_format(r->oldest, oldest),
			day_format(r->newest, newest));
		buf_addc(out, '\n');
	}
	write_papers(l, look, out);
	write_guessers(l, look, out);
}

/* ---- for programs ---- */

static json_t *list_json(const struct tally_list *list)
{
	json_t *all = json_object();

	for (size_t i = 0; i < list->n; i++)
		json_object_set_new(all, list->items[i].key,
			json_pack("{s:i, s:i}", "questions", list->items[i].n, "proofs",
				list->items[i].proofs));
	return all;
}

static json_t *guessers_json(const struct library *l)
{
	json_t *all = json_object(), *position = json_array();
	struct answers a;

	answers_measure(l, &a);
	for (int g = 0; g < GUESSERS; g++)
		json_object_set_new(all, guesser_name[g],
			json_pack(
				"{s:f, s:f}", "en", a.hits[g][LANG_EN], "ko", a.hits[g][LANG_KO]));
	for (int i = 0; i < ANSWERS_POSITIONS; i++)
		json_array_append_new(position, json_integer(a.position[i]));
	json_object_set_new(all, "position", position);
	json_object_set_new(all, "of", json_integer(a.questions));
	return all;
}

static json_t *papers_json(const struct library *l)
{
	json_t *all = json_object();

	for (size_t i = 0; i < l->of[DOC_EXAM].len; i++) {
		const struct exam *x = l->of[DOC_EXAM].items[i];

		json_object_set_new(all, x->id.s, json_integer(exam_papers(l, x)));
	}
	return all;
}

static json_t *day_json(day_t day)
{
	char text[DAY_TEXT];

	return day == DAY_NONE ? json_null() : json_string(day_format(day, text));
}

json_t *report_json(const struct report *r, const struct library *l)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"questions", r->questions, "proofs", r->proofs, "notes", r->notes, "labs", r->labs,
		"banks", list_json(&r->banks), "domains", list_json(&r->domains), "levels",
		list_json(&r->levels), "types", list_json(&r->types), "languages",
		list_json(&r->languages), "source_age", list_json(&r->ages), "oldest_source",
		day_json(r->oldest), "newest_source", day_json(r->newest), "guessing",
		guessers_json(l), "papers", papers_json(l));
}
