/* pynumber.c - numbers as int(), float() and jansson can hold them: see pytext.h. */
#include "query/pytext.h"

#include "base/mem.h"
#include "base/whole.h"
#include "query/chars.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * The layout of jansson's own reals. json_real() refuses what is not finite, because JSON has no
 * word for it; but these, being never counted nor freed, are good for every function that reads.
 */
struct real {
	json_t json;
	double value;
};

static const struct real not_a_number = {{JSON_REAL, (size_t)-1}, NAN};
static const struct real infinite = {{JSON_REAL, (size_t)-1}, INFINITY};
static const struct real minus_infinite = {{JSON_REAL, (size_t)-1}, -INFINITY};

json_t *py_real(double value)
{
	json_t *v;

	if (isnan(value))
		return (json_t *)&not_a_number.json;
	if (isinf(value))
		return (json_t *)(value < 0 ? &minus_infinite.json : &infinite.json);
	v = json_real(value);
	if (!v)
		mem_exhausted(sizeof(struct real));
	return v;
}

double py_strtod(const char *s, size_t n)
{
	const char *point = localeconv()->decimal_point, *dot = memchr(s, '.', n);
	struct buf text = BUF_INIT;
	double value;

	if (dot) {
		buf_add(&text, s, (size_t)(dot - s));
		buf_adds(&text, point);
		buf_add(&text, dot + 1, n - (size_t)(dot - s) - 1);
	} else {
		buf_add(&text, s, n);
	}
	value = strtod(text.s, NULL);
	buf_release(&text);
	return value;
}

/* Text with digits of any script as ASCII, without the blanks at both ends; false: hopeless. */
static bool to_ascii(const char *s, size_t n, struct buf *out)
{
	size_t end = 0; /* of what is no blank */
	uint32_t c;

	for (size_t i = 0; i < n;) {
		i += char_next(s + i, n - i, &c);
		if (char_is_space(c)) {
			if (out->len)
				buf_addc(out, ' ');
			continue;
		}
		if (c >= 0x80 && char_digit(c) < 0)
			return false;
		buf_addc(out, c >= 0x80 ? (char)('0' + char_digit(c)) : (char)c);
		end = out->len;
	}
	buf_truncate(out, end);
	return end > 0;
}

/*
 * Moves *i over digits, with single underscores between them allowed; copies the digits. True if
 * there was at least one.
 */
static bool take_digits(const struct buf *text, size_t *i, struct buf *out)
{
	size_t start = *i;

	for (; *i < text->len; (*i)++) {
		char c = text->s[*i];

		if (c >= '0' && c <= '9')
			buf_addc(out, c);
		else if (c != '_' || *i == start || text->s[*i - 1] == '_')
			break;
	}
	if (*i > start && text->s[*i - 1] == '_')
		(*i)--; /* not between digits: leave it, so that the caller stumbles over it */
	return *i > start;
}

static void take_sign(const struct buf *text, size_t *i, struct buf *out)
{
	if (*i < text->len && (text->s[*i] == '+' || text->s[*i] == '-'))
		buf_addc(out, text->s[(*i)++]);
}

/* int(text); NULL if it is none, or too long for Python's patience. */
static json_t *read_int(const struct buf *text)
{
	struct buf number = BUF_INIT;
	json_t *v = NULL;
	size_t i = 0, sign;

	take_sign(text, &i, &number);
	sign = number.len;
	if (take_digits(text, &i, &number) && i == text->len &&
		number.len - sign <= PY_MAX_DIGITS) {
		sign = *number.s == '+';
		v = whole_new(number.s + sign, number.len - sign);
	}
	buf_release(&number);
	return v;
}

static json_t *read_word(const struct buf *text)
{
	size_t i = 0;
	struct buf sign = BUF_INIT;
	json_t *v = NULL;
	double value;

	take_sign(text, &i, &sign);
	value = sign.len && sign.s[0] == '-' ? -INFINITY : INFINITY;
	buf_release(&sign);
	if (strlen(text->s) != text->len)
		return NULL;
	if (strcasecmp(text->s + i, "inf") == 0 || strcasecmp(text->s + i, "infinity") == 0)
		v = py_real(value);
	else if (strcasecmp(text->s + i, "nan") == 0)
		v = py_real(NAN);
	return v;
}

static bool scan_float(const struct buf *text, struct buf *number)
{
	bool whole, fraction = false;
	size_t i = 0;

	take_sign(text, &i, number);
	whole = take_digits(text, &i, number);
	if (i < text->len && text->s[i] == '.') {
		i++;
		buf_addc(number, '.');
		fraction = take_digits(text, &i, number);
	}
	if (!whole && !fraction)
		return false;
	if (i < text->len && (text->s[i] == 'e' || text->s[i] == 'E')) {
		i++;
		buf_addc(number, 'e');
		take_sign(text, &i, number);
		if (!take_digits(text, &i, number))
			return false;
	}
	return i == text->len;
}

static json_t *read_float(const struct buf *text)
{
	struct buf number = BUF_INIT;
	json_t *v = NULL;

	if (scan_float(text, &number))
		v = py_real(py_strtod(number.s, number.len));
	buf_release(&number);
	return v;
}

json_t *py_number(const char *s, size_t n)
{
	struct buf text = BUF_INIT;
	json_t *v = NULL;

	if (to_ascii(s, n, &text)) {
		v = read_int(&text);
		if (!v)
			v = read_float(&text);
		if (!v)
			v = read_word(&text);
	}
	buf_release(&text);
	return v;
}
