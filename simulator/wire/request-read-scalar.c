/* request-read-scalar.c - a text of a form, a path or a query as a value of the model. */
#include "base/codec.h"
#include "base/day.h"
#include "wire/read.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static json_t *read_integer(const char *text)
{
	const char *digits = text + (*text == '-' || *text == '+');
	long long value;

	if (!*digits || digits[strspn(digits, "0123456789")])
		return NULL;
	errno = 0;
	value = strtoll(text, NULL, 10);
	return errno ? NULL : json_integer(value);
}

static json_t *read_boolean(const char *text)
{
	if (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0)
		return json_true();
	if (strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0)
		return json_false();
	return NULL;
}

/* By JSON's grammar, whatever the locale says of decimal points. */
static json_t *read_double(const char *text)
{
	json_t *number = json_loads(text, JSON_DECODE_ANY, NULL), *real = NULL;

	if (json_is_number(number))
		real = json_real(json_number_value(number));
	json_decref(number);
	return real;
}

static json_t *read_blob(const char *text, size_t n)
{
	struct buf bytes = BUF_INIT;
	bool fine = codec_unbase64(&bytes, text);

	buf_release(&bytes);
	return fine ? json_stringn_nocheck(text, n) : NULL;
}

/* A date, or a moment with or without its zone. */
static bool is_moment(const char *text)
{
	struct moment m;
	char whole[64];
	day_t day;

	if (day_parse(text, &day) || moment_parse(text, &m))
		return true;
	return snprintf(whole, sizeof whole, "%sZ", text) < (int)sizeof whole &&
	       moment_parse(whole, &m);
}

/* Kept as it was written. */
static json_t *read_timestamp(const char *text, size_t n)
{
	return is_moment(text) ? json_stringn_nocheck(text, n) : NULL;
}

json_t *read_scalar(const struct model_shape *s, const char *text, size_t n)
{
	switch ((enum model_kind)s->kind) {
	case MODEL_STRING:
		return json_stringn_nocheck(text, n);
	case MODEL_INTEGER:
	case MODEL_LONG:
		return read_integer(text);
	case MODEL_BOOLEAN:
		return read_boolean(text);
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		return read_double(text);
	case MODEL_BLOB:
		return read_blob(text, n);
	case MODEL_TIMESTAMP:
		return read_timestamp(text, n);
	case MODEL_STRUCTURE:
	case MODEL_LIST:
	case MODEL_MAP:
		break;
	}
	return NULL;
}
