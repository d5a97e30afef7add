/* names.c - see names.h. */
#include "app/names.h"

#include "base/text.h"

#include <string.h>

/* Of a text that begins with $: how many bytes were replaced; 0: it is not a name with a value. */
static size_t fill_one(const char *s, const struct map *values, struct buf *out)
{
	bool braces = s[1] == '{';
	size_t n = text_shell_name(s + 1 + braces), start = out->len;
	const char *value = NULL;

	if (n && (!braces || s[2 + n] == '}')) {
		buf_add(out, s + 1 + braces, n); /* for the look-up: with its end */
		value = map_get(values, out->s + start);
		buf_truncate(out, start);
	}
	if (!value)
		return 0;
	buf_adds(out, value);
	return 1 + n + (braces ? 2 : 0);
}

void names_fill(const char *text, const struct map *values, struct buf *out)
{
	while (*text) {
		size_t done = *text == '$' ? fill_one(text, values, out) : 0;

		if (!done) {
			buf_addc(out, *text);
			done = 1;
		}
		text += done;
	}
}

static json_t *fill_string(json_t *value, const struct map *values)
{
	struct buf out = BUF_INIT;
	json_t *filled;

	names_fill(json_string_value(value), values, &out);
	filled = json_stringn_nocheck(out.s, out.len);
	buf_release(&out);
	json_decref(value);
	return filled;
}

json_t *names_fill_json(json_t *value, const struct map *values)
{
	const char *key;
	json_t *each;
	size_t i;

	if (json_is_string(value))
		return fill_string(value, values);
	json_array_foreach(value, i, each)
		json_array_set_new(value, i, names_fill_json(json_incref(each), values));
	json_object_foreach(value, key, each)
		json_object_set_new_nocheck(value, key, names_fill_json(json_incref(each), values));
	return value;
}
