/* question-json.c - a question as JSON and back, as a paper keeps it; see question.h. */
#include "app/question.h"

#include "base/intl.h"

#include <string.h>

/* ---- writing ---- */

static json_t *text_json(const struct text *t)
{
	json_t *o = json_object();

	for (int lang = 0; lang < LANGS; lang++)
		if (t->in[lang])
			json_object_set_new(o, lang_code[lang], json_string(t->in[lang]));
	return o;
}

static void set_word(json_t *o, const char *key, const struct word *w)
{
	if (w->s)
		json_object_set_new(o, key, json_string(w->s));
}

static json_t *exams_json(const struct question *q)
{
	json_t *all = json_object();

	for (size_t i = 0; i < q->n_exams; i++) {
		json_t *domains = json_array();

		for (size_t k = 0; k < q->exams[i].n_domains; k++)
			json_array_append_new(domains, json_integer(q->exams[i].domains[k].value));
		json_object_set_new(all, q->exams[i].exam.s, domains);
	}
	return all;
}

static json_t *options_json(const struct question *q)
{
	json_t *all = json_array();

	for (size_t i = 0; i < q->n_options; i++) {
		const struct option *o = &q->options[i];
		bool right = question_key(q) >> i & 1;

		json_array_append_new(all, json_pack("{s:o, s:o}", right ? "right" : "wrong",
						   text_json(right ? &o->right : &o->wrong), "why",
						   text_json(&o->why)));
	}
	return all;
}

static json_t *sources_json(const struct question *q)
{
	json_t *all = json_array();
	char day[DAY_TEXT];

	for (size_t i = 0; i < q->n_sources; i++)
		json_array_append_new(all, json_pack("{s:s, s:s}", "url", q->sources[i].url.s,
						   "read", day_format(q->sources[i].read, day)));
	return all;
}

json_t *question_json(const struct question *q)
{
	json_t *o = json_object();

	set_word(o, "id", &q->id);
	set_word(o, "level", &q->level);
	json_object_set_new(o, "exams", exams_json(q));
	json_object_set_new(o, "ask", text_json(&q->ask));
	json_object_set_new(o, "options", options_json(q));
	json_object_set_new(o, "sources", sources_json(q));
	set_word(o, "note", &q->note);
	set_word(o, "lab", &q->lab);
	return o;
}

/* ---- reading ---- */

/* One member of an object as a string of the arena; NULL if it is none. */
static const char *string_of(struct arena *arena, const json_t *o, const char *key)
{
	const json_t *s = json_object_get(o, key);

	/* a NUL inside would cut the text short */
	if (!json_is_string(s) || strlen(json_string_value(s)) != json_string_length(s))
		return NULL;
	return arena_strndup(arena, json_string_value(s), json_string_length(s));
}

static bool read_text(struct arena *arena, const json_t *o, const char *key, struct text *out)
{
	const json_t *t = json_object_get(o, key);
	bool some = false;

	for (int lang = 0; lang < LANGS; lang++) {
		out->in[lang] = string_of(arena, t, lang_code[lang]);
		some |= out->in[lang] != NULL;
	}
	return some;
}

static bool read_exams(struct arena *arena, json_t *all, struct question *q)
{
	const char *name;
	json_t *domains;

	q->exams = arena_calloc(arena, (json_object_size(all) + 1) * sizeof *q->exams);
	json_object_foreach(all, name, domains)
	{
		struct exam_ref *r = &q->exams[q->n_exams++];

		r->exam.s = arena_strdup(arena, name);
		r->n_domains = json_array_size(domains);
		r->domains = arena_calloc(arena, (r->n_domains + 1) * sizeof *r->domains);
		for (size_t k = 0; k < r->n_domains; k++) {
			json_int_t id = json_integer_value(json_array_get(domains, k));

			if (id < 1 || id > INT32_MAX)
				return false;
			r->domains[k].value = (int32_t)id;
		}
	}
	return true;
}

static bool read_options(struct arena *arena, const json_t *all, struct question *q)
{
	q->n_options = json_array_size(all);
	if (q->n_options < 2 || q->n_options > QUESTION_OPTIONS)
		return false;
	q->options = arena_calloc(arena, q->n_options * sizeof *q->options);
	for (size_t i = 0; i < q->n_options; i++) {
		const json_t *o = json_array_get(all, i);
		struct option *to = &q->options[i];
		bool right = read_text(arena, o, "right", &to->right);

		if (right == read_text(arena, o, "wrong", &to->wrong) ||
			!read_text(arena, o, "why", &to->why))
			return false;
	}
	return question_key(q) != 0;
}

static bool read_sources(struct arena *arena, const json_t *all, struct question *q)
{
	q->n_sources = json_array_size(all);
	q->sources = arena_calloc(arena, (q->n_sources + 1) * sizeof *q->sources);
	for (size_t i = 0; i < q->n_sources; i++) {
		const json_t *o = json_array_get(all, i);
		const char *read = string_of(arena, o, "read");

		q->sources[i].url.s = string_of(arena, o, "url");
		if (!q->sources[i].url.s || !read || !day_parse(read, &q->sources[i].read))
			return false;
	}
	return true;
}

struct question *question_from_json(struct arena *arena, const char *body, struct err *e)
{
	struct question *q = arena_calloc(arena, sizeof *q);
	json_t *o = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
	bool ok;

	q->id.s = string_of(arena, o, "id");
	q->level.s = string_of(arena, o, "level");
	q->note.s = string_of(arena, o, "note");
	q->lab.s = string_of(arena, o, "lab");
	ok = q->id.s && read_text(arena, o, "ask", &q->ask) &&
	     read_options(arena, json_object_get(o, "options"), q) &&
	     read_exams(arena, json_object_get(o, "exams"), q) &&
	     read_sources(arena, json_object_get(o, "sources"), q);
	json_decref(o);
	if (ok)
		return q;
	err_set(e, ERR_DATA,
		_("a question kept in your progress file is damaged; 'amidojo doctor' checks the file, 'amidojo restore' puts a backup back"));
	return NULL;
}
