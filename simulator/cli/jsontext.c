/* jsontext.c - where JSON goes wrong, in Python's words and columns: see jsontext.h. */
#include "cli/jsontext.h"

#include "query/chars.h"
#include "query/pytext.h"

#include <string.h>

/* Reads without keeping anything; it stops at what json.loads() stops at. */
struct scan {
	const char *s;
	size_t n, i;
	const char *problem;
	size_t at; /* byte that the problem is about */
};

static bool value(struct scan *t);

static bool fail(struct scan *t, const char *problem, size_t at)
{
	t->problem = problem;
	t->at = at;
	return false;
}

static void blanks(struct scan *t)
{
	while (t->i < t->n && strchr(" \t\n\r", t->s[t->i]) && t->s[t->i])
		t->i++;
}

static bool is_next(struct scan *t, char c)
{
	if (t->i >= t->n || t->s[t->i] != c)
		return false;
	t->i++;
	return true;
}

static bool hex4(struct scan *t)
{
	size_t k = 0;

	while (k < 4 && t->i + k < t->n && t->s[t->i + k] &&
		strchr("0123456789abcdefABCDEF", t->s[t->i + k]))
		k++;
	/* Python wants the string to go on behind them */
	if (k < 4 || t->i + 4 >= t->n)
		return false;
	t->i += 4;
	return true;
}

static bool escape(struct scan *t, size_t quote)
{
	size_t backslash = t->i - 1;

	if (t->i >= t->n)
		return fail(t, "Unterminated string starting at", quote);
	if (is_next(t, 'u'))
		return hex4(t) || fail(t, "Invalid \\uXXXX escape", backslash + 1);
	if (!strchr("\"\\/bfnrt", t->s[t->i]) || !t->s[t->i])
		return fail(t, "Invalid \\escape", backslash);
	t->i++;
	return true;
}

/* Behind the opening quote. */
static bool string(struct scan *t)
{
	size_t quote = t->i - 1;

	while (t->i < t->n) {
		unsigned char c = (unsigned char)t->s[t->i++];

		if (c == '"')
			return true;
		if (c < 0x20)
			return fail(t, "Invalid control character at", t->i - 1);
		if (c == '\\' && !escape(t, quote))
			return false;
	}
	return fail(t, "Unterminated string starting at", quote);
}

static bool member(struct scan *t)
{
	blanks(t);
	if (!is_next(t, '"'))
		return fail(t, "Expecting property name enclosed in double quotes", t->i);
	if (!string(t))
		return false;
	blanks(t);
	if (!is_next(t, ':'))
		return fail(t, "Expecting ':' delimiter", t->i);
	return value(t);
}

static bool list(struct scan *t, char end, bool item(struct scan *t))
{
	blanks(t);
	if (is_next(t, end))
		return true;
	do {
		if (!item(t))
			return false;
		blanks(t);
		if (is_next(t, end))
			return true;
	} while (is_next(t, ','));
	return fail(t, "Expecting ',' delimiter", t->i);
}

static size_t digits(struct scan *t)
{
	size_t start = t->i;

	while (t->i < t->n && t->s[t->i] >= '0' && t->s[t->i] <= '9')
		t->i++;
	return t->i - start;
}

static bool number(struct scan *t)
{
	size_t start = t->i, end;

	is_next(t, '-');
	if (!is_next(t, '0') && !digits(t))
		return fail(t, "Expecting value", start);
	end = t->i;
	if (is_next(t, '.') && digits(t))
		end = t->i;
	t->i = end;
	if (is_next(t, 'e') || is_next(t, 'E')) {
		if (!is_next(t, '+'))
			is_next(t, '-');
		if (digits(t))
			end = t->i;
	}
	t->i = end;
	return true;
}

static bool value(struct scan *t)
{
	static const char *const words[] = {
		"null", "true", "false", "NaN", "Infinity", "-Infinity"};

	blanks(t);
	if (is_next(t, '"'))
		return string(t);
	if (is_next(t, '{'))
		return list(t, '}', member);
	if (is_next(t, '['))
		return list(t, ']', value);
	for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
		size_t n = strlen(words[k]);

		if (t->n - t->i >= n && memcmp(t->s + t->i, words[k], n) == 0) {
			t->i += n;
			return true;
		}
	}
	return number(t);
}

static void document(struct scan *t)
{
	if (t->n >= 3 && memcmp(t->s, "\xef\xbb\xbf", 3) == 0) {
		fail(t, "Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
		return;
	}
	if (!value(t))
		return;
	blanks(t);
	if (t->i < t->n)
		fail(t, "Extra data", t->i);
}

/* ": line 1 column 11 (char 10)", in characters. */
static void add_place(struct buf *out, const char *s, size_t at)
{
	size_t line = 1, start = 0;

	for (size_t i = 0; i < at; i++) {
		if (s[i] == '\n') {
			line++;
			start = i + 1;
		}
	}
	buf_addf(out, ": line %zu column %zu (char %zu)", line,
		char_count(s + start, at - start) + 1, char_count(s, at));
}

json_t *jsontext_read(const char *s, size_t n, struct buf *problem, bool *too_deep)
{
	const char *why = NULL;
	struct scan t = {.s = s, .n = n};
	json_t *v = py_loads(s, n, JSONTEXT_DEPTH, &why);

	*too_deep = !v && why == py_too_deep;
	if (v)
		return v;
	if (*too_deep) {
		buf_adds(problem, why);
		return NULL;
	}
	document(&t);
	buf_adds(problem, t.problem ? t.problem : why); /* else a number too long for int() */
	if (t.problem)
		add_place(problem, s, t.at);
	return NULL;
}
