/* json.c - see json.h. */
#include "base/json.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- compact text, written here ----
 *
 * A world is kept as text after every command, and jansson's writer, which asks for its output in
 * single signs, would be a third of what that costs. The bytes are the same. */

static void add_escape(struct buf *out, unsigned char c, bool capitals)
{
	static const char letters[] = "btn\vfr"; /* of 8 to 13; there is none for 11 */

	buf_addc(out, '\\');
	if (c == '"' || c == '\\')
		buf_addc(out, (char)c);
	else if (c >= '\b' && c <= '\r' && c != '\v')
		buf_addc(out, letters[c - '\b']);
	else
		buf_addf(out, capitals ? "u%04X" : "u%04x", c);
}

void buf_add_json_string(struct buf *out, const char *s, size_t n, bool capitals)
{
	size_t from = 0;

	buf_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= ' ' && c != '"' && c != '\\')
			continue;
		buf_add(out, s + from, i - from);
		add_escape(out, c, capitals);
		from = i + 1;
	}
	buf_add(out, s + from, n - from);
	buf_addc(out, '"');
}

static bool add_value(struct buf *out, const json_t *value, bool sorted);

struct member {
	const char *key;
	const json_t *value;
};

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static bool add_sorted(struct buf *out, json_t *object)
{
	struct member few[64], *all = few;
	size_t n = json_object_size(object), i = 0;
	const char *key;
	json_t *value;
	bool ok = true;

	if (n > ARRAY_LEN(few))
		all = xreallocarray(NULL, n, sizeof *all);
	json_object_foreach(object, key, value)
	{
		all[i++] = (struct member){key, value};
	}
	qsort(all, n, sizeof *all, by_key);
	for (i = 0; ok && i < n; i++) {
		buf_addc(out, i ? ',' : '{');
		buf_add_json_string(out, all[i].key, strlen(all[i].key), true);
		buf_addc(out, ':');
		ok = add_value(out, all[i].value, true);
	}
	buf_adds(out, n ? "}" : "{}");
	if (all != few)
		free(all);
	return ok;
}

static bool add_object(struct buf *out, json_t *object)
{
	const char *key;
	json_t *value;
	char before = '{';

	json_object_foreach(object, key, value)
	{
		buf_addc(out, before);
		buf_add_json_string(out, key, strlen(key), true);
		buf_addc(out, ':');
		if (!add_value(out, value, false))
			return false;
		before = ',';
	}
	buf_adds(out, before == ',' ? "}" : "{}");
	return true;
}

static bool add_array(struct buf *out, const json_t *array, bool sorted)
{
	size_t n = json_array_size(array);

	for (size_t i = 0; i < n; i++) {
		buf_addc(out, i ? ',' : '[');
		if (!add_value(out, json_array_get(array, i), sorted))
			return false;
	}
	buf_adds(out, n ? "]" : "[]");
	return true;
}

static int append(const char *bytes, size_t n, void *out)
{
	buf_add(out, bytes, n);
	return 0;
}

static bool add_value(struct buf *out, const json_t *value, bool sorted)
{
	char number[24];

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return sorted ? add_sorted(out, (json_t *)(uintptr_t)value)
			      : add_object(out, (json_t *)(uintptr_t)value);
	case JSON_ARRAY:
		return add_array(out, value, sorted);
	case JSON_STRING:
		buf_add_json_string(out, json_string_value(value), json_string_length(value), true);
		return true;
	case JSON_INTEGER:
		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		buf_adds(out, number);
		return true;
	case JSON_TRUE:
		buf_adds(out, "true");
		return true;
	case JSON_FALSE:
		buf_adds(out, "false");
		return true;
	case JSON_NULL:
		buf_adds(out, "null");
		return true;
	case JSON_REAL: /* its shortest form is jansson's business */
		return json_dump_callback(value, append, out, JSON_ENCODE_ANY) == 0;
	}
	return false;
}

/* ---- any ---- */

static bool is_ours(const json_t *value, size_t flags)
{
	return (flags & JSON_COMPACT) &&
	       !(flags & ~(size_t)(JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY)) &&
	       ((flags & JSON_ENCODE_ANY) || json_is_object(value) || json_is_array(value));
}

bool buf_add_json(struct buf *out, const json_t *value, size_t flags)
{
	size_t before = out->len;

	if (value && is_ours(value, flags) ? add_value(out, value, (flags & JSON_SORT_KEYS) != 0)
					   : json_dump_callback(value, append, out, flags) == 0)
		return true;
	buf_truncate(out, before);
	return false;
}

char *json_text(const json_t *value, size_t flags)
{
	struct buf out = BUF_INIT;

	if (buf_add_json(&out, value, flags))
		return buf_detach(&out);
	buf_release(&out);
	return NULL;
}
