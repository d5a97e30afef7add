/* attempt.c - see attempt.h. */
#include "app/attempt.h"

#include "base/intl.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

const char *const sure_code[SURES] = {
	[SURE_NOT_SAID] = "",
	[SURE_GUESS] = "guess",
	[SURE_UNSURE] = "unsure",
	[SURE_SURE] = "sure",
};

const char *const exam_end_code[EXAM_ENDS] = {
	[EXAM_OPEN] = "open",
	[EXAM_SUBMITTED] = "submitted",
	[EXAM_TIMED_OUT] = "timed-out",
	[EXAM_ABANDONED] = "abandoned",
};

const char *attempt_name(const struct exam_attempt *a, char out[160])
{
	snprintf(out, 160, _("exam %lld (%.100s)"), (long long)a->id, a->exam);
	return out;
}

static bool damaged(const struct attempt *t, struct err *e)
{
	return err_set(e, ERR_DATA,
		_("exam %lld in your progress file is damaged; 'amidojo doctor' checks the file, 'amidojo restore' puts a backup back. Your other exams can be used."),
		(long long)t->is.id);
}

/* ---- terms ---- */

static bool read_title(struct arena *arena, const json_t *o, struct text *out)
{
	bool some = false;

	for (int lang = 0; lang < LANGS; lang++) {
		const char *s = json_string_value(json_object_get(o, lang_code[lang]));

		out->in[lang] = s ? arena_strdup(arena, s) : NULL;
		some |= s != NULL;
	}
	return some;
}

static bool read_int(const json_t *v, int min, int max, int *out)
{
	json_int_t n = json_integer_value(v);

	*out = (int)n;
	return json_is_integer(v) && n >= min && n <= max;
}

static bool read_domains(struct attempt *t, const json_t *all)
{
	t->n_domains = json_array_size(all);
	if (t->n_domains < 1 || t->n_domains > PAPER_DOMAINS)
		return false;
	t->domains = arena_calloc(&t->arena, t->n_domains * sizeof *t->domains);
	for (size_t i = 0; i < t->n_domains; i++) {
		const json_t *o = json_array_get(all, i);
		struct exam_domain *d = &t->domains[i];

		if (!read_int(json_object_get(o, "id"), 1, 1000, &d->id) ||
			!read_int(json_object_get(o, "weight"), 1, 100, &d->weight) ||
			!read_title(&t->arena, json_object_get(o, "title"), &d->title))
			return false;
	}
	return true;
}

static bool read_terms(struct attempt *t)
{
	enum { MOST = 100000 };
	json_t *o = json_loads(t->is.terms, JSON_REJECT_DUPLICATES, NULL);
	const json_t *scale = json_object_get(o, "scale");
	bool ok = read_title(&t->arena, json_object_get(o, "title"), &t->title) &&
		  read_int(json_array_get(scale, 0), 0, MOST, &t->lowest) &&
		  read_int(json_array_get(scale, 1), t->lowest + 1, MOST, &t->highest) &&
		  read_int(json_object_get(o, "pass"), 0, MOST, &t->pass) &&
		  read_domains(t, json_object_get(o, "domains"));

	json_decref(o);
	return ok;
}

json_t *exam_text_json(const struct text *t)
{
	json_t *o = json_object();

	for (int lang = 0; lang < LANGS; lang++)
		if (t->in[lang])
			json_object_set_new(o, lang_code[lang], json_string(t->in[lang]));
	return o;
}

char *exam_terms(const struct exam *x)
{
	json_t *domains = json_array(), *o;
	char *text;

	for (size_t i = 0; i < x->n_domains; i++)
		json_array_append_new(
			domains, json_pack("{s:i, s:i, s:o}", "id", x->domains[i].id.value,
					 "weight", x->domains[i].weight.value, "title",
					 exam_text_json(&x->domains[i].title)));
	o = json_pack("{s:o, s:[i, i], s:i, s:o}", "title", exam_text_json(&x->title), "scale",
		x->scale[0].value, x->scale[1].value, "pass", x->pass.value, "domains", domains);
	text = json_text(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

/* ---- loading ---- */

struct loading {
	struct attempt *t;
	size_t cap;
	bool with_texts, found;
	bool failed;
};

static bool take_head(void *ctx, const struct exam_attempt *a)
{
	struct loading *in = ctx;
	struct attempt *t = in->t;

	t->is = *a;
	t->is.exam = arena_strdup(&t->arena, a->exam);
	t->is.terms = arena_strdup(&t->arena, a->terms);
	in->found = true;
	return false;
}

/* "3,1,4,2": every option once. */
static bool read_order(const char *text, struct asked *asked)
{
	uint32_t seen = 0;
	size_t n = 0;

	for (const char *s = text; *s; s++) {
		int index = *s - '1';

		if (index < 0 || index >= QUESTION_OPTIONS || seen >> index & 1)
			return false;
		seen |= 1u << index;
		asked->order[n++] = (uint8_t)index;
		if (s[1] == ',' && s[2])
			s++;
		else if (s[1])
			return false;
	}
	return n >= 2 && seen == (1u << n) - 1 && (!asked->q || asked->q->n_options == n);
}

static bool find_domain(const struct attempt *t, int id, size_t *out)
{
	for (size_t i = 0; i < t->n_domains; i++)
		if (t->domains[i].id == id)
			return *out = i, true;
	return false;
}

static bool take_place(void *ctx, const struct exam_place *p)
{
	struct loading *in = ctx;
	struct attempt *t = in->t;
	struct sat *sat;
	uint32_t key;

	if (t->n >= (size_t)t->is.questions)
		return in->failed = true, false;
	sat = &t->sats[t->n++];
	*sat = (struct sat){
		.number = p->number,
		.item = arena_strdup(&t->arena, p->item),
		.key = arena_strdup(&t->arena, p->key),
		.order = arena_strdup(&t->arena, p->order),
		.hash = p->hash,
		.scored = p->scored,
	};
	if (in->with_texts) {
		sat->body = arena_strdup(&t->arena, p->body);
		sat->asked.q = question_from_json(&t->arena, p->body, NULL);
	}
	in->failed = (in->with_texts && !sat->asked.q) || p->number != (int)t->n ||
		     !find_domain(t, p->domain, &sat->domain) ||
		     !read_order(p->order, &sat->asked) || !options_read(p->key, &key) || !key ||
		     (sat->asked.q && question_key(sat->asked.q) != key);
	return !in->failed;
}

static bool parse_sure(const char *code, enum sure *out)
{
	for (int i = 0; i < SURES; i++)
		if (strcmp(code, sure_code[i]) == 0)
			return *out = (enum sure)i, true;
	return false;
}

static bool apply_answer(struct sat *sat, const struct exam_entry *entry)
{
	sat->correct = entry->correct;
	sat->answered_ms = entry->mark.elapsed_ms;
	sat->answered_at = entry->mark.wall_ms;
	return options_read(entry->value, &sat->asked.picked);
}

bool attempt_apply(struct attempt *t, const struct exam_entry *entry)
{
	struct sat *sat;

	t->is.last_entry = entry->id;
	t->is.last = entry->mark;
	if (entry->kind == EXAM_RESUME)
		return true;
	if (entry->number < 1 || entry->number > (int)t->n)
		return false;
	t->at = (size_t)entry->number - 1;
	sat = &t->sats[t->at];
	sat->seen = true;
	sat->taken_ms += entry->taken_ms;
	if (entry->kind == EXAM_ANSWER)
		return apply_answer(sat, entry);
	if (entry->kind == EXAM_FLAG)
		sat->flagged = *entry->value != '\0';
	return entry->kind != EXAM_SURE || parse_sure(entry->value, &sat->sure);
}

static bool take_entry(void *ctx, const struct exam_entry *entry)
{
	struct loading *in = ctx;

	in->failed = !attempt_apply(in->t, entry);
	return !in->failed;
}

static bool load(struct attempt *t, struct store *s, int64_t id, struct loading *in, struct err *e)
{
	if (!store_each_attempt(s, id, take_head, in, e))
		return false;
	if (!in->found)
		return err_set(e, ERR_NOTHING,
			_("there is no exam %lld; 'amidojo exam list' lists yours"), (long long)id);
	if (t->is.questions < 1 || t->is.questions > PAPER_LENGTH || t->is.minutes < 1 ||
		!read_terms(t))
		return damaged(t, e);
	t->sats = arena_calloc(&t->arena, (size_t)t->is.questions * sizeof *t->sats);
	if (!store_each_place(s, id, take_place, in, e))
		return false;
	if (in->failed || t->n != (size_t)t->is.questions)
		return damaged(t, e);
	if (!store_each_entry(s, id, take_entry, in, e))
		return false;
	return !in->failed || damaged(t, e);
}

bool attempt_load(struct attempt *t, struct store *s, int64_t id, bool with_texts, struct err *e)
{
	struct loading in = {.t = t, .with_texts = with_texts};

	*t = (struct attempt){.is = {.id = id}};
	if (load(t, s, id, &in, e))
		return true;
	attempt_release(t);
	return false;
}

void attempt_release(struct attempt *t)
{
	arena_release(&t->arena);
	*t = (struct attempt){.n = 0};
}

/* ---- sums ---- */

bool sat_answered(const struct sat *sat)
{
	return sat->asked.picked != 0;
}

bool sat_unfinished(const struct sat *sat)
{
	return sat_answered(sat) && asked_picks(&sat->asked) != question_rights(sat->asked.q);
}

int attempt_answered(const struct attempt *t)
{
	int n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += sat_answered(&t->sats[i]);
	return n;
}

int attempt_flagged(const struct attempt *t)
{
	int n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->sats[i].flagged;
	return n;
}

int64_t attempt_limit(const struct attempt *t)
{
	return (int64_t)t->is.minutes * 60000;
}

struct score attempt_score(const struct attempt *t, struct score_domain d[])
{
	for (size_t i = 0; i < t->n_domains; i++)
		d[i] = (struct score_domain){.weight = t->domains[i].weight};
	for (size_t i = 0; i < t->n; i++) {
		const struct sat *sat = &t->sats[i];

		d[sat->domain].scored += sat->scored;
		d[sat->domain].right += sat->scored && sat->correct;
	}
	return score_make(d, t->n_domains, t->lowest, t->highest);
}

/* ---- the open one, and the end ---- */

struct finding {
	struct arena *arena;
	struct exam_attempt *head;
};

static bool take_open(void *ctx, const struct exam_attempt *a)
{
	struct finding *f = ctx;

	if (a->how != EXAM_OPEN)
		return true;
	*f->head = *a;
	f->head->exam = arena_strdup(f->arena, a->exam);
	f->head->terms = arena_strdup(f->arena, a->terms);
	return false;
}

bool attempt_find_open(
	struct store *s, struct arena *arena, struct exam_attempt *head, struct err *e)
{
	struct finding f = {arena, head};

	*head = (struct exam_attempt){.id = 0};
	return store_each_attempt(s, 0, take_open, &f, e);
}

/* What was seen and is wrong or left out, as events of the questions that the library still has. */
static struct record *mistakes_of(
	struct app *a, const struct attempt *t, struct arena *arena, size_t *n)
{
	struct record *records = arena_calloc(arena, (t->n + 1) * sizeof *records);
	struct moment now = app_now();

	*n = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct sat *sat = &t->sats[i];
		const struct question *q = sat_question(&a->library, sat);
		struct buf picked = BUF_INIT;

		if (sat->correct || !sat->seen || !q)
			continue;
		options_write(sat->asked.picked, &picked);
		records[(*n)++] = (struct record){
			.kind = EVENT_QUIZ,
			.item = q->id.s,
			.hash = question_hash(sat->asked.q ? sat->asked.q : q),
			.answer = arena_strdup(arena, picked.s),
			.expected = -1,
			.ladder = app_ladder(
				a, q->note.s ? library_note(&a->library, q->note.s) : NULL),
			.at = now,
			.day = app_today(a),
		};
		buf_release(&picked);
	}
	return records;
}

bool attempt_end(struct app *a, const struct attempt *t, enum exam_end how, struct exam_mark at,
	struct err *e)
{
	struct exam_ending ending = {
		.attempt = t->is.id,
		.how = how,
		.mark = at,
		.at = app_now(),
		.day = app_today(a),
		.expected = t->is.last_entry,
	};
	struct arena arena = {0};
	bool ok;

	for (size_t i = 0; i < t->n; i++)
		ending.taken_ms += t->sats[i].taken_ms;
	if (how != EXAM_ABANDONED)
		ending.mistakes = mistakes_of(a, t, &arena, &ending.n);
	ok = store_exam_end(a->store, &ending, e);
	a->recorded |= ok;
	arena_release(&arena);
	return ok;
}

/* Ends it as of its deadline. Another window may do the same at this moment: then it is done. */
static bool settle(struct app *a, int64_t id, struct exam_mark now, struct err *e)
{
	struct attempt t;
	struct err why = {0};
	int64_t over;
	bool ok;

	if (!attempt_load(&t, a->store, id, true, e))
		return false;
	over = now.elapsed_ms - attempt_limit(&t);
	now.elapsed_ms -= over;
	now.wall_ms -= over;
	now.boot_ms -= over;
	ok = t.is.how != EXAM_OPEN || attempt_end(a, &t, EXAM_TIMED_OUT, now, &why) ||
	     why.code == ERR_CONFLICT;
	attempt_release(&t);
	if (!ok)
		*e = why;
	return ok;
}

bool attempt_settle(struct app *a, int64_t *ended, struct err *e)
{
	struct exam_attempt head;
	struct arena arena = {0};
	struct exam_mark now;
	bool ok;

	*ended = 0;
	ok = attempt_find_open(a->store, &arena, &head, e);
	arena_release(&arena);
	if (!ok || !head.id)
		return ok;
	now = exam_look(&head.last);
	if (now.elapsed_ms < (int64_t)head.minutes * 60000)
		return true;
	if (!settle(a, head.id, now, e))
		return false;
	*ended = head.id;
	return true;
}
