/* pyvalue.c - bytes and dates in requests: see pyvalue.h. */
#include "cli/pyvalue.h"

#include "base/mem.h"
#include "query/pytext.h"

#include <stdint.h>
#include <string.h>

static const char bytes_key[] = "\1bytes", date_key[] = "\1date", datetime_key[] = "\1datetime";

static json_t *strange(const char *key, const char *s, size_t n)
{
	json_t *v = json_object(), *text = json_stringn_nocheck(s, n);

	if (!v || !text)
		mem_exhausted(n);
	json_object_set_new_nocheck(v, key, text);
	return v;
}

static const json_t *within(const json_t *v, const char *key)
{
	return json_object_size(v) == 1 ? json_object_get(v, key) : NULL;
}

json_t *pyvalue_bytes(const char *s, size_t n)
{
	return strange(bytes_key, s, n);
}

const char *pyvalue_bytes_of(const json_t *v, size_t *n)
{
	const json_t *text = within(v, bytes_key);

	*n = json_string_length(text);
	return json_string_value(text);
}

json_t *pyvalue_date(const char *text, bool with_time)
{
	return strange(with_time ? datetime_key : date_key, text, strlen(text));
}

const char *pyvalue_date_of(const json_t *v, bool *with_time)
{
	const json_t *text = within(v, datetime_key);

	*with_time = text != NULL;
	if (!text)
		text = within(v, date_key);
	return json_string_value(text);
}

void pyvalue_add_bytes(struct buf *out, const char *s, size_t n)
{
	char quote = memchr(s, '\'', n) && !memchr(s, '"', n) ? '"' : '\'';

	buf_addf(out, "b%c", quote);
	for (size_t i = 0; i < n && out->len < PYVALUE_MAX; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *named = strchr("\tt\nn\rr\\\\", c);

		if (c && named && (c == '\\' || c < ' '))
			buf_addf(out, "\\%c", named[1]);
		else if (c == (unsigned char)quote)
			buf_addf(out, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			buf_addf(out, "\\x%02x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, quote);
}

bool pyvalue_is_dict(const json_t *v)
{
	bool with_time;
	size_t n;

	return json_is_object(v) && !pyvalue_bytes_of(v, &n) && !pyvalue_date_of(v, &with_time);
}

const char *pyvalue_type(const json_t *v, bool ordered)
{
	bool with_time;
	size_t n;

	if (pyvalue_bytes_of(v, &n))
		return "bytes";
	if (pyvalue_date_of(v, &with_time))
		return with_time ? "datetime.datetime" : "datetime.date";
	return ordered && json_is_object(v) ? "collections.OrderedDict" : py_type(v);
}

static void add_ordered(struct buf *out, const json_t *v);

static void add_pairs(struct buf *out, const json_t *object)
{
	const char *key, *separator = "[";
	json_t *value;

	buf_adds(out, "OrderedDict(");
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (out->len > PYVALUE_MAX)
			break;
		buf_addf(out, "%s(", separator);
		py_quote(out, key, strlen(key));
		buf_adds(out, ", ");
		add_ordered(out, value);
		buf_addc(out, ')');
		separator = ", ";
	}
	buf_adds(out, json_object_size(object) ? "])" : ")");
}

/* repr() of what json.loads(..., object_pairs_hook=OrderedDict) gives, in Python 3.11. */
static void add_ordered(struct buf *out, const json_t *v)
{
	if (json_is_object(v)) {
		add_pairs(out, v);
		return;
	}
	if (!json_is_array(v)) {
		py_repr(out, v, out->len + PYVALUE_MAX);
		return;
	}
	buf_addc(out, '[');
	for (size_t i = 0; i < json_array_size(v) && out->len <= PYVALUE_MAX; i++) {
		buf_adds(out, i ? ", " : "");
		add_ordered(out, json_array_get(v, i));
	}
	buf_addc(out, ']');
}

void pyvalue_str(struct buf *out, const json_t *v, bool ordered)
{
	bool with_time;
	size_t n;
	const char *s = pyvalue_bytes_of(v, &n);

	if (s) {
		pyvalue_add_bytes(out, s, n);
		return;
	}
	s = pyvalue_date_of(v, &with_time);
	if (s)
		buf_adds(out, s);
	else if (ordered && (json_is_object(v) || json_is_array(v)))
		add_ordered(out, v);
	else
		py_str(out, v, out->len + PYVALUE_MAX);
}
