/* request-read-rest.c - a method and a path as an operation, and what members they hold. */
#include "wire/read.h"

#include <string.h>

/* A label's text in a path, as sent. */
struct label {
	const char *name, *text;
	size_t name_n, n;
};

enum { MOST_LABELS = 4 };

struct labels {
	struct label list[MOST_LABELS];
	size_t n;
};

/*
 * Whether a path is one of a template's, /tags/{resourceArn}: a label is one segment, or if
 * `greedy` all that is left when the template ends with it.
 */
static bool matches(const char *template, const char *path, bool greedy, struct labels *out)
{
	out->n = 0;
	while (*template && *template != '{') {
		if (*template ++ != *path++)
			return false;
	}
	while (*template == '{' && out->n < MOST_LABELS) {
		struct label *l = &out->list[out->n++];

		l->name = template + 1;
		l->name_n = strcspn(l->name, "}");
		template = l->name + l->name_n + 1;
		l->text = path;
		l->n = greedy && !*template ? strlen(path) : strcspn(path, "/");
		path += l->n;
		if (!l->n)
			return false;
		while (*template && *template != '{') {
			if (*template ++ != *path++)
				return false;
		}
	}
	return !*template && !*path;
}

/* The operation of that path; method NULL: any. Whole segments before greedy ones. */
static const struct model_operation *find(
	const struct model_service *s, const char *method, const char *path, struct labels *labels)
{
	for (int greedy = 0; greedy < 2; greedy++) {
		for (size_t i = 0; i < s->operations.n; i++) {
			const struct model_operation *op =
				&model_operations[s->operations.first + i];

			if ((!method || strcmp(model_text(op->method), method) == 0) &&
				matches(model_text(op->path), path, greedy, labels))
				return op;
		}
	}
	return NULL;
}

bool read_rest_knows(const struct model_service *s, const char *path)
{
	struct labels labels;

	return find(s, NULL, path, &labels) != NULL;
}

/* ---- members ---- */

static const struct model_member *member_at(
	const struct wire_reading *r, enum model_location where, const char *name, size_t n)
{
	const struct model_member *m =
		model_find_member(model_shape(r->op->input), MODEL_BY_QUERY, name, n);

	return m && m->location == where ? m : NULL;
}

static bool take_text(
	struct wire_reading *r, const struct model_member *m, const char *text, size_t n)
{
	const struct model_shape *s = model_member_shape(m);
	bool list = s->kind == MODEL_LIST;
	const char *name = model_text(m->name);
	json_t *v, *all;

	if (!read_is_text(text, n))
		return read_fail(r, WIRE_NOT_TEXT, model_text(m->query), NULL);
	v = read_scalar(list ? model_shape(s->element) : s, text, n);
	if (!v)
		return read_fail(r, WIRE_BAD_VALUE, model_text(m->query), text);
	if (!list) {
		json_object_set_new_nocheck(r->request, name, v);
		return true;
	}
	all = json_object_get(r->request, name);
	if (!all) {
		all = json_array();
		json_object_set_new_nocheck(r->request, name, all);
	}
	json_array_append_new(all, v);
	return true;
}

static bool take_labels(struct wire_reading *r, const struct labels *labels)
{
	struct buf text = BUF_INIT;
	bool fine = true;

	for (size_t i = 0; fine && i < labels->n; i++) {
		const struct label *l = &labels->list[i];
		const struct model_member *m = member_at(r, MODEL_URI, l->name, l->name_n);

		buf_clear(&text);
		wire_decode(&text, l->text, l->n, false);
		fine = !m || take_text(r, m, text.s, text.len);
	}
	buf_release(&text);
	return fine;
}

static bool take_query(struct wire_reading *r, const char *query)
{
	struct form f = FORM_INIT;
	bool fine = form_read(&f, query, strlen(query));

	if (!fine)
		read_fail(r, WIRE_TOO_MANY, form_key(&f, f.n - 1), NULL);
	for (size_t i = 0; fine && i < f.n; i++) {
		const struct form_text *key = &f.pairs[i].key;
		const struct model_member *m =
			member_at(r, MODEL_QUERYSTRING, form_key(&f, i), key->n);

		fine = !m || take_text(r, m, form_value(&f, i), f.pairs[i].value.n);
	}
	form_release(&f);
	return fine;
}

bool read_rest(const struct wire_request *in, struct wire_reading *r)
{
	const char *method = in->method ? in->method : "", *path = in->path ? in->path : "/";
	struct labels labels;
	struct buf name = BUF_INIT;

	r->op = find(r->service, method, path, &labels);
	if (!r->op) {
		buf_addf(&name, "%s %s", method, path);
		read_fail(r, WIRE_NO_OPERATION, name.s, NULL);
		buf_release(&name);
		return false;
	}
	return take_labels(r, &labels) && (!in->query || take_query(r, in->query));
}
