/*
 * answer-write-xml.c - documents as elements, in the model's order.
 *
 * Elements of lists that somebody else holds too (documents of the world) go through the cache.
 * Maps are not written: no answer of an XML protocol in the model has one.
 */
#include "wire/write.h"

#include <string.h>

static void write_value(const struct model_shape *s, const json_t *v, const char *item,
	struct wire_cache *cache, struct buf *out);

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

static void write_element(const char *tag, const struct model_shape *s, const json_t *v,
	const char *item, struct wire_cache *cache, struct buf *out)
{
	size_t n = strlen(tag), start;

	put_tag(out, false, tag, n);
	start = out->len;
	write_value(s, v, item, cache, out);
	if (out->len > start) {
		put_tag(out, true, tag, n);
	} else {
		buf_truncate(out, start - 1);
		buf_add(out, "/>", 2);
	}
}

static void write_members(const struct model_shape *s, const json_t *v, const char *item,
	struct wire_cache *cache, struct buf *out)
{
	const json_t *found[WRITE_MOST];

	write_gather(s, v, found);
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);

		if (found[i])
			write_element(model_text(m->wire), model_member_shape(m), found[i], item,
				cache, out);
	}
}

static void write_item(const struct model_shape *s, const json_t *v, const char *item,
	struct wire_cache *cache, struct buf *out)
{
	bool kept = cache && json_is_object(v) && v->refcount > 1;
	const struct buf *known = kept ? wire_cache_get(cache, v, s) : NULL;
	size_t start = out->len;

	if (known) {
		buf_add(out, known->s, known->len);
		return;
	}
	write_element(item, s, v, item, kept ? NULL : cache, out);
	if (kept)
		wire_cache_put(cache, v, s, out->s + start, out->len - start);
}

static void write_value(const struct model_shape *s, const json_t *v, const char *item,
	struct wire_cache *cache, struct buf *out)
{
	const struct model_shape *element = model_shape(s->element);
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
				write_item(element, inner, item, cache, out);
		break;
	case JSON_OBJECT:
		if (s->kind == MODEL_STRUCTURE)
			write_members(s, v, item, cache, out);
		break;
	case JSON_NULL:
		break;
	}
}

void write_xml_members(
	const struct model_shape *s, const json_t *v, struct wire_cache *cache, struct buf *out)
{
	write_members(s, v, item_of(s), cache, out);
}
