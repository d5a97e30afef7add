/* pyvalue.c - bytes and dates in requests: see pyvalue.h. */
#include "cli/pyvalue.h"

#include "base/mem.h"
#include "query/pytext.h"

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

const char *pyvalue_type(const json_t *v)
{
	bool with_time;
	size_t n;

	if (pyvalue_bytes_of(v, &n))
		return "bytes";
	if (pyvalue_date_of(v, &with_time))
		return with_time ? "datetime.datetime" : "datetime.date";
	return py_type(v);
}

void pyvalue_str(struct buf *out, const json_t *v)
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
	else
		py_str(out, v, out->len + PYVALUE_MAX);
}
