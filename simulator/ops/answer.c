/* answer.c - fits an answer to its shape; see answer.h. */
#include "ops/answer.h"

#include <string.h>

bool kind_fits(const struct model_shape *s, const json_t *v)
{
	switch ((enum model_kind)s->kind) {
	case MODEL_STRING:
	case MODEL_BLOB:
	case MODEL_TIMESTAMP:
		return json_is_string(v);
	case MODEL_INTEGER:
	case MODEL_LONG:
		return json_is_integer(v);
	case MODEL_BOOLEAN:
		return json_is_boolean(v);
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		return json_is_number(v);
	case MODEL_LIST:
		return json_is_array(v);
	case MODEL_STRUCTURE:
	case MODEL_MAP:
		return json_is_object(v);
	}
	return false;
}

static json_t *fit(const struct model_shape *s, json_t *v, struct buf *misfit);

/* Members that the shape does not know. */
static void tell_strangers(const struct model_shape *s, json_t *v, struct buf *misfit)
{
	const char *key;
	json_t *member;

	json_object_foreach(v, key, member)
	{
		if (*key != '_' && !model_find_member(s, MODEL_BY_NAME, key, strlen(key)))
			buf_addf(misfit, "%s.%s: no such member\n", model_text(s->name), key);
	}
}

static json_t *fit_structure(const struct model_shape *s, json_t *v, struct buf *misfit)
{
	json_t *out = json_object(), *member;
	size_t found = 0, private = 0;
	const char *key;

	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);

		member = json_object_get(v, model_text(m->name));
		if (!member)
			continue;
		found++;
		member = fit(model_member_shape(m), member, misfit);
		if (member)
			json_object_set_new_nocheck(out, model_text(m->name), member);
	}
	json_object_foreach(v, key, member) private += *key == '_';
	if (found + private < json_object_size(v))
		tell_strangers(s, v, misfit);
	return out;
}

static json_t *fit_list(const struct model_shape *s, json_t *v, struct buf *misfit)
{
	json_t *out = json_array(), *element;
	size_t i;

	json_array_foreach(v, i, element)
	{
		element = fit(model_shape(s->element), element, misfit);
		if (element)
			json_array_append_new(out, element);
	}
	return out;
}

static json_t *fit_map(const struct model_shape *s, json_t *v, struct buf *misfit)
{
	json_t *out = json_object(), *member;
	const char *key;

	json_object_foreach(v, key, member)
	{
		member = fit(model_shape(s->element), member, misfit);
		if (member)
			json_object_set_new_nocheck(out, key, member);
	}
	return out;
}

static json_t *fit(const struct model_shape *s, json_t *v, struct buf *misfit)
{
	if (!kind_fits(s, v)) {
		buf_addf(misfit, "%s: another type\n", model_text(s->name));
		return NULL;
	}
	switch ((enum model_kind)s->kind) {
	case MODEL_STRUCTURE:
		return fit_structure(s, v, misfit);
	case MODEL_LIST:
		return fit_list(s, v, misfit);
	case MODEL_MAP:
		return fit_map(s, v, misfit);
	default:
		return json_incref(v);
	}
}

json_t *answer_fit(const struct model_shape *s, json_t *value, struct buf *misfit)
{
	if (!s)
		return json_object();
	return fit(s, value, misfit);
}
