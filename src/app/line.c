/* line.c - see line.h. */
#include "app/line.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *s)
{
	while (blank(*s))
		s++;
	return s;
}

/* Behind what stands at s: an escaped letter, a quoted text, $(...), or one byte. What is not
 * closed goes to the end. */
static const char *pass_one(const char *s);

/* Behind the closing quote; s: behind the opening one. Between double quotes, $(...) has quotes of
 * its own. */
static const char *pass_quoted(const char *s, char quote)
{
	while (*s && *s != quote) {
		if (quote == '"' && (*s == '\\' || *s == '$'))
			s = pass_one(s);
		else
			s++;
	}
	return s + (*s == quote);
}

static const char *pass_one(const char *s)
{
	const char *close;

	if (*s == '\\')
		return s + 1 + (s[1] != '\0');
	if (*s == '\'' || *s == '"')
		return pass_quoted(s + 1, *s);
	if (*s == '$' && s[1] == '(') {
		close = line_close(s + 2);
		return close ? close + 1 : s + strlen(s);
	}
	return s + (*s != '\0');
}

const char *line_close(const char *s)
{
	int depth = 0;

	while (*s) {
		if (*s == ')' && depth-- == 0)
			return s;
		if (*s == '(')
			depth++;
		s = pass_one(s);
	}
	return NULL;
}

size_t line_name(const char *s)
{
	size_t n = text_shell_name(s);

	return n && s[n] == '=' ? n + 1 : 0;
}

const char *line_word_end(const char *s)
{
	while (*s && !blank(*s))
		s = pass_one(s);
	return s;
}

/* Back from a > over the number before it, if that is a word of its own. */
static const char *with_number(const char *word, const char *at)
{
	const char *s = word;

	while (s < at && isdigit((unsigned char)*s))
		s++;
	return s == at ? word : at;
}

const char *line_rest(const char *s)
{
	const char *word = s; /* where the present one begins */

	while (*s) {
		if (*s == '#' && s == word)
			return s;
		if (*s == '>')
			return with_number(word, s);
		if (strchr("|;&", *s))
			return s;
		if (blank(*s))
			word = ++s;
		else
			s = pass_one(s);
	}
	return s;
}

bool line_assignment(const char *line, struct buf *name, struct buf *command)
{
	const char *s = skip_blanks(line), *close, *end;
	size_t n = line_name(s);
	bool quoted = s[n] == '"';
	const char *from = s + n + quoted;

	if (!n || strncmp(from, "$(", 2) != 0)
		return false;
	close = line_close(from + 2);
	if (!close || (quoted && close[1] != '"'))
		return false;
	end = close + 1 + quoted;
	if (*end && !blank(*end))
		return false;
	end = skip_blanks(end);
	if (*end && *end != '#')
		return false;
	buf_add(name, s, n - 1);
	buf_add(command, from + 2, (size_t)(close - from - 2));
	return true;
}
