/*
 * json-read.c - reading what was written by json.c: a world's documents, a thousand at a time.
 *
 * jansson's reader takes its input in single signs too. Whatever is not quite plain here (escapes,
 * fractions, deep nesting, anything wrong) is left to it, so that there is one judge of what JSON
 * is.
 */
#include "base/json.h"

#include <string.h>

enum { DEEPEST = 64, KEY_MOST = 127, DIGITS_MOST = 18 };

struct reader {
	const char *at, *end;
	int depth;
};

static json_t *read_value(struct reader *r);

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end &&
		(*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

/* Whether this sign comes next, blanks aside; it is taken then. */
static bool take(struct reader *r, char c)
{
	skip_blanks(r);
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* Behind an opening quote: the bytes up to the closing one, which is taken. False: not plain. */
static bool take_text(struct reader *r, const char **text, size_t *n, bool *ascii)
{
	const char *s = r->at;
	unsigned char all = 0;

	for (; s < r->end && *s != '"'; s++) {
		if (*s == '\\' || (unsigned char)*s < ' ')
			return false;
		all |= (unsigned char)*s;
	}
	if (s == r->end)
		return false;
	*text = r->at;
	*n = (size_t)(s - r->at);
	*ascii = all < 0x80;
	r->at = s + 1;
	return true;
}

static json_t *read_string(struct reader *r)
{
	const char *text;
	size_t n;
	bool ascii;

	if (!take_text(r, &text, &n, &ascii))
		return NULL;
	return ascii ? json_stringn_nocheck(text, n) : json_stringn(text, n);
}

/* NAME: VALUE */
static bool read_member(struct reader *r, json_t *object)
{
	char key[KEY_MOST + 1];
	const char *text;
	json_t *value;
	size_t n;
	bool ascii;

	if (!take(r, '"') || !take_text(r, &text, &n, &ascii) || n > KEY_MOST || !take(r, ':'))
		return false;
	value = read_value(r);
	if (!value)
		return false;
	memcpy(key, text, n);
	key[n] = '\0';
	return (ascii ? json_object_set_new_nocheck(object, key, value)
		      : json_object_set_new(object, key, value)) == 0;
}

static bool read_item(struct reader *r, json_t *array)
{
	json_t *value = read_value(r);

	return value && json_array_append_new(array, value) == 0;
}

/* Behind the opening bracket. */
static json_t *read_many(
	struct reader *r, json_t *all, char last, bool (*read_one)(struct reader *r, json_t *all))
{
	bool ok = take(r, last);

	while (!ok) {
		if (!read_one(r, all))
			break;
		ok = take(r, last);
		if (!ok && !take(r, ','))
			break;
	}
	if (ok)
		return all;
	json_decref(all);
	return NULL;
}

static bool is_digit(const struct reader *r)
{
	return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static json_t *read_integer(struct reader *r)
{
	bool minus = *r->at == '-';
	const char *first = r->at += minus;
	json_int_t value = 0;

	for (; is_digit(r) && r->at - first < DIGITS_MOST; r->at++)
		value = value * 10 + (*r->at - '0');
	if (r->at == first || is_digit(r) || (*first == '0' && r->at - first > 1))
		return NULL;
	if (r->at < r->end && (*r->at == '.' || *r->at == 'e' || *r->at == 'E'))
		return NULL;
	return json_integer(minus ? -value : value);
}

static json_t *read_word(struct reader *r)
{
	static const struct {
		const char *word;
		size_t n;
	} words[] = {{"true", 4}, {"false", 5}, {"null", 4}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if ((size_t)(r->end - r->at) < words[i].n ||
			memcmp(r->at, words[i].word, words[i].n) != 0)
			continue;
		r->at += words[i].n;
		return i == 2 ? json_null() : json_boolean(i == 0);
	}
	return NULL;
}

static json_t *read_value(struct reader *r)
{
	json_t *value;

	skip_blanks(r);
	if (r->at == r->end || r->depth == DEEPEST)
		return NULL;
	if (*r->at == '-' || is_digit(r))
		return read_integer(r);
	if (*r->at != '"' && *r->at != '{' && *r->at != '[')
		return read_word(r);
	r->depth++;
	r->at++;
	value = r->at[-1] == '"'   ? read_string(r)
		: r->at[-1] == '{' ? read_many(r, json_object(), '}', read_member)
				   : read_many(r, json_array(), ']', read_item);
	r->depth--;
	return value;
}

json_t *json_read(const char *bytes, size_t n)
{
	struct reader r = {bytes, bytes + n, 0};
	json_t *value = NULL;

	skip_blanks(&r);
	if (r.at < r.end && (*r.at == '{' || *r.at == '['))
		value = read_value(&r);
	skip_blanks(&r);
	if (value && r.at == r.end)
		return value;
	json_decref(value);
	return json_loadb(bytes, n, JSON_ALLOW_NUL, NULL);
}
