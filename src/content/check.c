/* check.c - links and rules across documents; see check.h. */
#include "content/check.h"

#include "base/buf.h"
#include "base/intl.h"
#include "base/text.h"
#include "content/check-lab.h"
#include "content/library.h"

#include <stdlib.h>
#include <string.h>

struct check {
	struct library *lib;
	struct diags *diags;
	bool sound;         /* the document was read in full: counts and sums mean something */
	size_t suggestions; /* names that may still be compared with a wrong one */
};

/* A file of nothing but wrong links is told about within a second. */
enum { SUGGESTIONS = 300000 };

/* Whether it is still worth its time to compare a wrong name with n others; counts them. */
static bool may_suggest(struct check *c, size_t n)
{
	if (diags_full(c->diags) || n > c->suggestions)
		return false;
	c->suggestions -= n;
	return true;
}

static const char *nearest_key(const char *word, const struct map *ids)
{
	const char **names = xcalloc(ids->len + 1, sizeof *names), *near;
	size_t n = 0;

	for (size_t i = 0; i < ids->cap; i++)
		if (ids->slots[i].key)
			names[n++] = ids->slots[i].key;
	near = nearest_name(word, names);
	free(names);
	return near;
}

/* Reports a link that leads nowhere, with the nearest id that exists. */
static void check_link(
	struct check *c, const struct word *w, const struct map *ids, const char *what)
{
	const char *near;

	if (!w->s || map_get(ids, w->s))
		return;
	near = may_suggest(c, ids->len) ? nearest_key(w->s, ids) : NULL;
	if (near)
		diag_error(c->diags, w->at, _("there is no %s '%.80s'; did you mean '%s'?"), what,
			w->s, near);
	else
		diag_error(c->diags, w->at, _("there is no %s '%.80s'"), what, w->s);
}

/* What a document is called in a sentence. */
static const char *document_noun(enum document kind)
{
	static const char *const nouns[DOCS] = {
		[DOC_NOTE] = N_("note"),
		[DOC_BANK] = N_("bank"),
		[DOC_LAB] = N_("lab"),
		[DOC_WORLD] = N_("world"),
		[DOC_EXAM] = N_("exam"),
	};

	return nouns[kind] ? _(nouns[kind]) : document_key[kind];
}

static void check_document(struct check *c, const struct word *w, enum document kind)
{
	if (w->s && !map_get(&c->lib->broken[kind].by_id, w->s))
		check_link(c, w, &c->lib->of[kind].by_id, document_noun(kind));
}

/* A value that could not be read was reported then. */
static void *find(const struct map *m, const struct word *w)
{
	return w->s ? map_get(m, w->s) : NULL;
}

/* Ids that must be unique within one list: each element begins with a place, then its id. */
struct element_head {
	struct place at;
	struct word id;
};

static void check_unique(struct check *c, const void *items, size_t n, size_t size)
{
	struct map seen = {0};

	for (size_t i = 0; i < n; i++) {
		struct element_head *e = (struct element_head *)((uintptr_t)items + i * size);
		struct element_head *first;

		if (!e->id.s)
			continue;
		first = map_add(&seen, e->id.s, e);
		if (first != e)
			diag_error(c->diags, e->id.at,
				_("id '%.60s' stands here twice; it is first in line %u"), e->id.s,
				first->id.at.line);
	}
	map_release(&seen);
}

static void check_exams(struct check *c, const struct exam_ref *refs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct exam *exam = find(&c->lib->of[DOC_EXAM].by_id, &refs[i].exam);

		check_document(c, &refs[i].exam, DOC_EXAM);
		for (size_t k = 0; exam && k < refs[i].n_domains; k++) {
			size_t d = 0;

			while (d < exam->n_domains &&
				exam->domains[d].id.value != refs[i].domains[k].value)
				d++;
			if (d == exam->n_domains)
				diag_error(c->diags, refs[i].domains[k].at,
					_("exam '%s' has no domain %d"), exam->id.s,
					refs[i].domains[k].value);
		}
	}
}

static void check_facts(struct check *c, const struct word *facts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_link(c, &facts[i], &c->lib->fact_by_id, _("fact"));
}

static void check_steps(struct check *c, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].expect && steps[i].fault.s)
			diag_error(c->diags, steps[i].at,
				_("a step cannot both succeed with 'expect' and fail with 'fault'"));
}

static void check_proof(struct check *c, const struct proof *p)
{
	size_t i = 0;

	check_document(c, &p->world, DOC_WORLD);
	check_steps(c, p->steps, p->n_steps);
	if (!c->sound)
		return;
	while (i < p->n_steps && !p->steps[i].expect && !p->steps[i].fault.s)
		i++;
	if (i == p->n_steps)
		diag_error(c->diags, p->at,
			_("a proof needs at least one step with 'expect' or 'fault'"));
}

/* A topic may be new with its first note; one that is nearly another is a slip. */
static void check_topic(struct check *c, const struct word *w)
{
	const char **names, *near;
	size_t n = 0;

	if (!w->s)
		return;
	names = xcalloc(c->lib->n_topics + 1, sizeof *names);
	for (size_t i = 0; i < c->lib->n_topics; i++) {
		const struct topic *t = c->lib->topics[i];

		if (strcmp(t->id.s, w->s) == 0 && t->title.node[LANG_EN]) {
			free(names);
			return; /* a topics.yaml lists it */
		}
		if (t->title.node[LANG_EN])
			names[n++] = t->id.s;
	}
	near = may_suggest(c, n) ? nearest_name(w->s, names) : NULL;
	free(names);
	if (near)
		diag_warning(c->diags, w->at,
			_("no topics.yaml lists the topic '%.60s'; did you mean '%s'?"), w->s,
			near);
	else
		diag_warning(c->diags, w->at,
			_("no topics.yaml lists the topic '%.60s'; learners will see this id as its title"),
			w->s);
}

static void check_note(struct check *c, void *doc)
{
	const struct note *n = doc;
	struct map proofs = {0};

	check_topic(c, &n->topic);
	check_exams(c, n->exams, n->n_exams);
	check_facts(c, n->facts, n->n_facts);
	check_unique(c, n->cues, n->n_cues, sizeof *n->cues);
	check_unique(c, n->proofs, n->n_proofs, sizeof *n->proofs);
	for (size_t i = 0; i < n->n_proofs; i++) {
		check_proof(c, &n->proofs[i]);
		if (n->proofs[i].id.s)
			map_add(&proofs, n->proofs[i].id.s, (void *)&n->proofs[i]);
	}
	for (size_t i = 0; i < n->n_cues; i++)
		check_link(c, &n->cues[i].proof, &proofs, _("proof"));
	map_release(&proofs);
}

static void check_options(struct check *c, const struct question *q)
{
	size_t right = 0;

	if (!c->sound)
		return;
	for (size_t i = 0; i < q->n_options; i++) {
		const struct option *o = &q->options[i];
		bool is_right = o->right.at.line != 0, is_wrong = o->wrong.at.line != 0;

		if (is_right == is_wrong)
			diag_error(c->diags, o->at,
				_("an option is either 'right' or 'wrong': write one of them"));
		right += is_right;
	}
	if (!right)
		diag_error(c->diags, q->at, _("question '%s' has no right option"), q->id.s);
	else if (right == 1 && q->n_options != 4)
		diag_error(c->diags, q->at,
			_("question '%s' is multiple choice (one right option) and needs 4 options, not %zu"),
			q->id.s, q->n_options);
	else if (right > 1 && q->n_options < 5)
		diag_error(c->diags, q->at,
			_("question '%s' is multiple response (%zu right options) and needs 5 options or more, not %zu"),
			q->id.s, right, q->n_options);
	else if (right == q->n_options)
		diag_error(c->diags, q->at, _("question '%s' has no wrong option"), q->id.s);
}

static void check_question(struct check *c, const struct question *q)
{
	check_exams(c, q->exams, q->n_exams);
	check_facts(c, q->facts, q->n_facts);
	check_options(c, q);
	check_document(c, &q->note, DOC_NOTE);
	check_document(c, &q->lab, DOC_LAB);
	for (size_t i = 0; i < q->n_proof; i++)
		check_proof(c, &q->proof[i]);
}

static void check_bank(struct check *c, void *doc)
{
	const struct bank *b = doc;

	for (size_t i = 0; i < b->n_questions; i++)
		check_question(c, &b->questions[i]);
}

static void check_lab(struct check *c, void *doc)
{
	const struct lab *l = doc;

	check_document(c, &l->world, DOC_WORLD);
	check_exams(c, l->exams, l->n_exams);
	check_steps(c, l->setup, l->n_setup);
	for (size_t i = 0; i < l->n_notes; i++)
		check_document(c, &l->notes[i], DOC_NOTE);
	check_unique(c, l->tasks, l->n_tasks, sizeof *l->tasks);
	for (size_t i = 0; i < l->n_tasks; i++)
		check_steps(c, l->tasks[i].check, l->tasks[i].n_check);
	check_lab_lines(c->lib, l, c->sound);
}

static void check_faults(struct check *c, void *doc)
{
	const struct faults *f = doc;

	for (size_t i = 0; i < f->n_items; i++) {
		check_facts(c, f->items[i].facts, f->items[i].n_facts);
		check_document(c, &f->items[i].note, DOC_NOTE);
	}
}

/* "0.05": an amount that is no number would be billed as nothing. */
static bool is_amount(const char *s)
{
	size_t whole = strspn(s, "0123456789");

	return whole && (!s[whole] || (s[whole] == '.' && s[whole + 1] &&
					      !s[whole + 1 + strspn(s + whole + 1, "0123456789")]));
}

static void check_prices(struct check *c, void *doc)
{
	const struct prices *p = doc;

	check_unique(c, p->items, p->n_items, sizeof *p->items);
	for (size_t i = 0; i < p->n_items; i++) {
		const struct word *usd = &p->items[i].usd;

		if (usd->s && !is_amount(usd->s))
			diag_error(c->diags, usd->at, _("'%.60s' is not an amount such as 0.05"),
				usd->s);
	}
}

static void check_world(struct check *c, void *doc)
{
	const struct world *w = doc;

	for (size_t i = 0; i < w->n_profiles; i++) {
		const struct word *account = &w->profiles[i].account;

		if (account->s &&
			(strlen(account->s) != 12 || strspn(account->s, "0123456789") != 12))
			diag_error(c->diags, account->at,
				_("'%.60s' is not an account: 12 digits in quotes"), account->s);
	}
	check_steps(c, w->setup, w->n_setup);
}

static void check_exam(struct check *c, void *doc)
{
	const struct exam *e = doc;
	int sum = 0;

	if (!c->sound)
		return;
	for (size_t i = 0; i < e->n_domains; i++) {
		sum += e->domains[i].weight.value;
		for (size_t k = 0; k < i; k++)
			if (e->domains[k].id.value == e->domains[i].id.value)
				diag_error(c->diags, e->domains[i].id.at,
					_("domain %d stands here twice"), e->domains[i].id.value);
	}
	if (sum != 100)
		diag_error(c->diags, e->domains[0].weight.at,
			_("the weights of the domains sum to %d, not to 100"), sum);
	if (e->n_scale != 2 || e->scale[0].value >= e->scale[1].value)
		diag_error(c->diags, e->scale[0].at,
			_("'scale' is two numbers, lowest and highest score"));
	else if (e->pass.value < e->scale[0].value || e->pass.value > e->scale[1].value)
		diag_error(c->diags, e->pass.at, _("the pass mark %d lies outside the scale"),
			e->pass.value);
}

static void check_topics(struct check *c, void *doc)
{
	const struct topics *t = doc;

	for (size_t i = 0; i < t->n_items; i++) {
		for (size_t k = 0; k < t->items[i].n_notes; k++) {
			const struct word *w = &t->items[i].notes[k];
			const struct note *n = find(&c->lib->of[DOC_NOTE].by_id, w);

			check_document(c, w, DOC_NOTE);
			if (n && t->items[i].id.s && strcmp(n->topic.s, t->items[i].id.s) != 0)
				diag_error(c->diags, w->at,
					_("note '%s' belongs to the topic '%s'"), w->s, n->topic.s);
		}
	}
}

static void (*const check_of[DOCS])(struct check *, void *) = {
	[DOC_NOTE] = check_note,
	[DOC_BANK] = check_bank,
	[DOC_LAB] = check_lab,
	[DOC_WORLD] = check_world,
	[DOC_EXAM] = check_exam,
	[DOC_TOPICS] = check_topics,
	[DOC_FAULTS] = check_faults,
	[DOC_PRICES] = check_prices,
};

void report_duplicate(struct diags *d, const char *noun, const struct word *id, struct place first)
{
	struct buf file = BUF_INIT;

	text_printable(first.file, &file);
	diag_error(d, id->at, _("%s '%s' is already defined at %s:%u"), noun, id->s, file.s,
		first.line);
	buf_release(&file);
}

/* The elements of a document whose ids are known to all documents; NULL: it has none. */
static const char *elements_of(enum document kind, void *doc, size_t *n, size_t *size)
{
	*n = 0;
	if (kind == DOC_TOPICS) {
		*n = ((struct topics *)doc)->n_items;
		*size = sizeof(struct topic);
		return (const char *)((struct topics *)doc)->items;
	}
	if (kind == DOC_FACTS) {
		*n = ((struct facts *)doc)->n_items;
		*size = sizeof(struct fact);
		return (const char *)((struct facts *)doc)->items;
	}
	if (kind == DOC_BANK) {
		*n = ((struct bank *)doc)->n_questions;
		*size = sizeof(struct question);
		return (const char *)((struct bank *)doc)->questions;
	}
	return NULL;
}

static const char *element_noun(enum document kind)
{
	return kind == DOC_TOPICS ? _("topic") : kind == DOC_FACTS ? _("fact") : _("question");
}

/* Within one rank an id stands once; one of a higher rank takes the place of it. */
static void check_elements(
	struct check *c, enum document kind, const struct documents *of, struct map *seen)
{
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < of->len; i++) {
		const char *file = ((struct place *)of->items[i])->file, *e;
		bool checked = map_get(&c->lib->checked_files, file) != NULL;
		size_t n, size;

		e = elements_of(kind, of->items[i], &n, &size);
		for (size_t k = 0; k < n; k++, e += size) {
			const struct element_head *head = (const void *)e, *first;

			if (!head->id.s)
				continue;
			buf_clear(&key);
			buf_addf(&key, "%d %s", library_rank(c->lib, file), head->id.s);
			first = map_add(seen, arena_strndup(&c->lib->arena, key.s, key.len),
				(void *)(uintptr_t)head);
			if (first != head && checked)
				report_duplicate(
					c->diags, element_noun(kind), &head->id, first->id.at);
		}
	}
	buf_release(&key);
}

static void check_documents(struct check *c, enum document kind, const struct documents *of)
{
	for (size_t i = 0; i < of->len; i++) {
		const struct place *at = of->items[i];

		if (check_of[kind] && map_get(&c->lib->checked_files, at->file))
			check_of[kind](c, of->items[i]);
	}
}

void check_library(struct library *l)
{
	struct check c = {.lib = l, .diags = &l->diags, .suggestions = SUGGESTIONS};

	for (int kind = 0; kind < DOCS; kind++) {
		struct map seen = {0};

		check_elements(&c, (enum document)kind, &l->of[kind], &seen);
		check_elements(&c, (enum document)kind, &l->broken[kind], &seen);
		map_release(&seen);
		c.sound = true;
		check_documents(&c, (enum document)kind, &l->of[kind]);
		c.sound = false;
		check_documents(&c, (enum document)kind, &l->broken[kind]);
	}
}
