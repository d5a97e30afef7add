/*
 * answer-write-xml.c - documents as elements, in the model's order.
 *
 * Elements of lists that somebody else holds too (documents of the world) go through the cache.
 * Maps are not written: no answer of an XML protocol in the model has one.
 */
#include "wire/write.h"

#include <string.h>

/* What is written, and how: a walk over one answer. */
struct walk {
	const char *item; /* the tag of lists' elements, unless their member says otherwise */
	struct wire_cache *cache; /* NULL: none, or this is on its way into it */
	struct buf *out;
};

static void write_value(
	struct walk *w, const struct model_shape *s, const json_t *v, const char *item);

/* The tag of lists' elements follows from the service: <item> in ec2, <member> in query. */
static const char *item_of(const struct model_shape *s)
{
	size_t shape = (size_t)(s - model_shapes);

	for (size_t i = 0; i < model_counts.services; i++) {
		const struct model_service *service = &model_services[i];

		if (shape - service->shapes.first < service->shapes.n)
			return service->protocol == MODEL_QUERY ? "member" : "item";
	}
	return "item";
}

/* Appends <tag> or </tag>, in one go: half of an answer is tags. */
static void put_tag(struct buf *out, bool closes, const char *tag, size_t n)
{
	char *to;

	buf_reserve(out, n + 3);
	to = out->s + out->len;
	*to++ = '<';
	if (closes)
		*to++ = '/';
	memcpy(to, tag, n);
	to[n] = '>';
	to[n + 1] = '\0';
	out->len += n + 2 + closes;
}

/* `item`: the tag of the value's elements, if it is a list. */
static void write_element(struct walk *w, const char *tag, const struct model_shape *s,
	const json_t *v, const char *item)
{
	struct buf *out = w->out;
	size_t n = strlen(tag), start;

	put_tag(out, false, tag, n);
	start = out->len;
	write_value(w, s, v, item);
	if (out->len > start) {
		put_tag(out, true, tag, n);
	} else {
		buf_truncate(out, start - 1);
		buf_add(out, "/>", 2);
	}
}

static void write_members(struct walk *w, const struct model_shape *s, const json_t *v)
{
	const json_t *found[WRITE_MOST];

	write_gather(s, v, found);
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);

		if (found[i])
			write_element(w, model_text(m->wire), model_member_shape(m), found[i],
				m->item ? model_text(m->item) : w->item);
	}
}

/* An element of a list. In the cache its tag is the usual one. */
static void write_item(
	struct walk *w, const char *tag, const struct model_shape *s, const json_t *v)
{
	struct wire_cache *cache = w->cache;
	bool kept = cache && json_is_object(v) && v->refcount > 1 && tag == w->item;
	const struct buf *known = kept ? wire_cache_get(cache, v, s) : NULL;
	size_t start = w->out->len;

	if (known) {
		buf_add(w->out, known->s, known->len);
		return;
	}
	w->cache = kept ? NULL : cache;
	write_element(w, tag, s, v, w->item);
	w->cache = cache;
	if (kept)
		wire_cache_put(cache, v, s, w->out->s + start, w->out->len - start);
}

static void write_value(
	struct walk *w, const struct model_shape *s, const json_t *v, const char *item)
{
	struct buf *out = w->out;
	json_t *inner;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_STRING:
		write_xml_text(out, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		write_integer(out, json_integer_value(v));
		break;
	case JSON_REAL:
		write_real(out, json_real_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_adds(out, json_is_true(v) ? "true" : "false");
		break;
	case JSON_ARRAY:
		if (s->kind == MODEL_LIST)
			json_array_foreach((json_t *)v, i, inner)
				write_item(w, item, model_shape(s->element), inner);
		break;
	case JSON_OBJECT:
		if (s->kind == MODEL_STRUCTURE)
			write_members(w, s, v);
		break;
	case JSON_NULL:
		break;
	}
}

void write_xml_members(
	const struct model_shape *s, const json_t *v, struct wire_cache *cache, struct buf *out)
{
	struct walk w = {.item = item_of(s), .cache = cache, .out = out};

	write_members(&w, s, v);
}
