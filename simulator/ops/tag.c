/* tag.c - tags given with a request, and who sees them; see call.h. */
#include "ops/call.h"

#include "base/text.h"

#include <string.h>

enum { TAGS_MAX = 50, TAG_KEY_MAX = 128, TAG_VALUE_MAX = 256 };

/* Characters, not bytes. */
static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool refuse(struct call *c, const char *text)
{
	call_fault(c, FAULT_INVALID_PARAMETER_VALUE, text);
	return false;
}

static bool check_tag(struct call *c, const char *key, const char *value)
{
	if (!key || !*key)
		return refuse(c, "Tag key must have a value");
	if (strncmp(key, "aws:", 4) == 0)
		return refuse(c, "Tag keys starting with 'aws:' are reserved for internal use");
	if (characters(key) > TAG_KEY_MAX)
		return refuse(c, "Tag key exceeds the maximum length of 128 characters");
	if (value && characters(value) > TAG_VALUE_MAX)
		return refuse(c, "Tag value exceeds the maximum length of 256 characters");
	return true;
}

bool tags_list_check(struct call *c, const json_t *tags)
{
	size_t i, k;
	json_t *tag, *other;

	if (json_array_size(tags) >
		TAGS_MAX) { /* first, so that looking for twins below stays short */
		call_fault(c, FAULT_TAG_LIMIT);
		return false;
	}
	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		const char *key = in_text(tag, "Key");

		if (!check_tag(c, key, in_text(tag, "Value")))
			return false;
		for (k = 0; k < i; k++) {
			other = json_array_get(tags, k);
			if (strcmp(key, in_text(other, "Key")) == 0) {
				call_fault(c, FAULT_DUPLICATE_TAG, key);
				return false;
			}
		}
	}
	return true;
}

static bool one_of(const char *type, const char *const *types)
{
	for (; *types; types++)
		if (strcmp(type, *types) == 0)
			return true;
	return false;
}

bool tags_check(struct call *c, const char *const *types)
{
	json_t *list = in_list(c->in, "TagSpecifications"), *spec, *other;
	size_t i, k;

	json_array_foreach(list, i, spec)
	{
		const char *type = in_text(spec, "ResourceType");

		if (!type)
			return refuse(c, "Tag specification resource type must have a value");
		if (!one_of(type, types)) {
			call_fault(c, FAULT_NOT_TAGGABLE, type);
			return false;
		}
		if (!json_array_size(in_list(spec, "Tags")))
			return refuse(c, "Tag specification must have at least one tag");
		for (k = 0; k < i; k++) {
			other = json_array_get(list, k);
			if (strcmp(type, in_text(other, "ResourceType")) == 0)
				return refuse(c,
					"The same resource type may not be specified more than once in tag specifications");
		}
		if (!tags_list_check(c, in_list(spec, "Tags")))
			return false;
	}
	return true;
}

void tags_set(const struct call *c, const char *type, json_t *doc)
{
	json_t *list = in_list(c->in, "TagSpecifications"), *spec, *tag, *tags;
	size_t i, k;

	json_array_foreach(list, i, spec)
	{
		const char *have = in_text(spec, "ResourceType");

		if (!have || strcmp(have, type) != 0)
			continue;
		tags = json_array();
		json_array_foreach(in_list(spec, "Tags"), k, tag)
		{
			const char *value = in_text(tag, "Value");

			json_array_append_new(
				tags, json_pack("{s:s, s:s}", "Key", in_text(tag, "Key"), "Value",
					      value ? value : ""));
		}
		json_object_set_new(doc, "Tags", tags);
	}
}

json_t *tags_seen(const struct call *c, const struct resource *r)
{
	json_t *tags;

	if (strcmp(r->in.account, c->who.account) == 0)
		tags = json_object_get(r->doc, "Tags");
	else
		tags = in_get(call_get(c, "foreign-tags", r->id), "Tags");
	return json_array_size(tags) ? json_incref(tags) : NULL;
}
