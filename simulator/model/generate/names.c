/*
 * names.c - CLI names and wire names; see names.h.
 */
#include "model/generate/names.h"

#include <string.h>

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static char to_lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

/* Step 1: acronyms in the plural at the end are one word: ListACLs -> List-acls. */
static void split_plural(struct buf *out, const char *name)
{
	size_t len = strlen(name), start = len ? len - 1 : 0, i;

	buf_clear(out);
	if (len && name[len - 1] == 's')
		while (start && is_upper(name[start - 1]))
			start--;
	if (!len || len - 1 - start < 2) {
		buf_adds(out, name);
		return;
	}
	buf_add(out, name, start);
	buf_addc(out, '-');
	for (i = start; i < len; i++)
		buf_addc(out, to_lower(name[i]));
}

/* Step 2: a capital and its small letters begin a word: (.)([A-Z][a-z]+) */
static void split_words(struct buf *out, const char *s)
{
	buf_clear(out);
	while (*s) {
		buf_addc(out, *s++);
		if (!is_upper(s[0]) || !is_lower(s[1]))
			continue;
		buf_addc(out, '-');
		do
			buf_addc(out, *s++);
		while (is_lower(*s));
	}
}

/* Step 3: so does a capital behind a small letter or digit, ([a-z0-9])([A-Z]); all becomes small.
 */
static void split_rest(struct buf *out, const char *s)
{
	buf_clear(out);
	while (*s) {
		bool splits = (is_lower(*s) || (*s >= '0' && *s <= '9')) && is_upper(s[1]);

		buf_addc(out, to_lower(*s++));
		if (!splits)
			continue;
		buf_addc(out, '-');
		buf_addc(out, to_lower(*s++));
	}
}

void name_for_cli(struct buf *out, const char *name)
{
	struct buf words = BUF_INIT;

	buf_clear(out);
	if (strchr(name, '-')) {
		buf_adds(out, name);
		return;
	}
	split_plural(out, name);
	split_words(&words, out->s);
	split_rest(out, words.s);
	buf_release(&words);
}

void name_small(struct buf *out, const char *name)
{
	buf_clear(out);
	buf_adds(out, name);
	if (out->len)
		out->s[0] = to_lower(out->s[0]);
}

void name_capital(struct buf *out, const char *name)
{
	buf_clear(out);
	buf_adds(out, name);
	if (out->len && is_lower(out->s[0]))
		out->s[0] = (char)(out->s[0] - 'a' + 'A');
}
