/* shellwords.c - see shellwords.h. */
#include "app/shellwords.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the blank at s; 0: none. */
static size_t blank_at(const char *s)
{
	if (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')
		return 1;
	if (strncmp(s, "\xe3\x80\x80", 3) == 0) /* ideographic space */
		return 3;
	if (strncmp(s, "\xc2\xa0", 2) == 0)
		return 2;
	return 0;
}

/* Takes what is between quotes, s behind the opening one. Answers where it goes on. */
static const char *quoted(const char *s, char quote, struct buf *word, struct shellwords *out)
{
	for (; *s && *s != quote; s++) {
		if (quote == '"' && *s == '\\' && s[1] && strchr("\"\\$`", s[1]))
			s++;
		buf_addc(word, *s);
	}
	if (!*s)
		out->open = quote;
	return s + (*s == quote);
}

static const char *one_word(const char *s, struct buf *word, struct shellwords *out)
{
	while (*s && !blank_at(s)) {
		if (*s == '\'' || *s == '"') {
			s = quoted(s + 1, *s, word, out);
		} else if (*s == '\\') {
			if (!s[1])
				out->open = '\\';
			else
				buf_addc(word, s[1]);
			s += s[1] ? 2 : 1;
		} else {
			buf_addc(word, *s++);
		}
	}
	return s;
}

void shellwords_split(const char *line, struct shellwords *out)
{
	struct buf composed = BUF_INIT, word = BUF_INIT;
	const char *s;

	*out = (struct shellwords){0};
	text_nfc(line, strlen(line), &composed);
	for (s = composed.s; *s;) {
		size_t n = blank_at(s);

		out->last_begun = n == 0;
		if (n) {
			s += n;
			continue;
		}
		if (*s == '#') {
			s += strcspn(s, "\n");
			continue;
		}
		buf_clear(&word);
		s = one_word(s, &word, out);
		ARRAY_GROW(out->words, out->n, out->cap);
		out->words[out->n++] = xstrndup(word.s, word.len);
	}
	buf_release(&word);
	buf_release(&composed);
}

/* Bytes of the character at s, which may be escaped, between the quotes that are open; notes what
 * it opens or closes. */
static size_t scan_one(struct shellwords_scan *at, const char *s)
{
	if (*s == '\\' && at->open != '\'' && s[1])
		return !at->open || strchr("\"\\$`", s[1]) ? 2 : 1;
	if (at->open)
		at->open = *s == at->open ? 0 : at->open;
	else if (*s == '\'' || *s == '"')
		at->open = *s;
	return 1;
}

void shellwords_scan(struct shellwords_scan *at, const char *s)
{
	if (at->open == '\\')
		at->open = 0;
	while (*s) {
		size_t blank = at->open ? 0 : blank_at(s);

		if (blank) {
			at->word = false;
			s += blank;
			continue;
		}
		if (!at->open && !at->word && *s == '#')
			return;
		if (!at->open && *s == '\\' && !s[1]) {
			at->open = '\\';
			return;
		}
		at->word = true;
		s += scan_one(at, s);
	}
}

void shellwords_release(struct shellwords *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->words[i]);
	free(w->words);
	*w = (struct shellwords){0};
}

static bool needs_quotes(const char *word)
{
	if (!*word)
		return true;
	for (; *word; word++)
		if (blank_at(word) || strchr("'\"\\$`|&;<>()*?#~!{}[]", *word))
			return true;
	return false;
}

void shellwords_quote(const char *word, struct buf *out)
{
	if (!needs_quotes(word)) {
		buf_adds(out, word);
		return;
	}
	buf_addc(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *word);
	}
	buf_addc(out, '\'');
}
