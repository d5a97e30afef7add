/* expand.c - see expand.h. */
#include "app/expand.h"

#include "base/intl.h"

#include <ctype.h>
#include <string.h>

/* Bytes of the name at s; 0: none. */
static size_t name_at(const char *s)
{
	size_t n = 0;

	if (isdigit((unsigned char)*s))
		return 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

bool expand_is_name(const char *s)
{
	size_t n = name_at(s);

	return n && !s[n];
}

/* What a shell would read as more than a letter: between double quotes, and
 * bare. */
static void add_value(const char *value, char quote, struct buf *out)
{
	const char *special = quote ? "\"\\$`" : "'\"\\$`|&;<>()#";

	for (; *value; value++) {
		if (strchr(special, *value))
			buf_addc(out, '\\');
		buf_addc(out, *value);
	}
}

/* The name behind the $ at *s, replaced. A $ that begins no name stays what it
 * is. */
static bool one_name(
	const char **s, char quote, const struct map *values, struct buf *out, struct err *e)
{
	bool braces = (*s)[1] == '{';
	const char *from = *s + 1 + braces, *value;
	size_t n = name_at(from), start = out->len;

	if (braces && (!n || from[n] != '}'))
		return err_set(e, ERR_DATA,
			_("'${' is followed by a name and '}' here, and by nothing else"));
	*s = n ? from + n + braces : *s + 1;
	if (!n) {
		buf_addc(out, '$');
		return true;
	}
	buf_add(out, from, n); /* for the look-up: with its end */
	value = map_get(values, out->s + start);
	if (!value)
		return err_set(e, ERR_DATA, _("$%s has no value: no step before this one sets it"),
			out->s + start);
	buf_truncate(out, start);
	add_value(value, quote, out);
	return true;
}

bool expand_line(const char *s, const struct map *values, struct buf *out, struct err *e)
{
	size_t start = out->len;
	char quote = 0;

	while (*s) {
		if (*s == '$' && quote != '\'') {
			if (!one_name(&s, quote, values, out, e)) {
				buf_truncate(out, start);
				return false;
			}
		} else if (*s == '\\' && s[1] && quote != '\'') {
			if (s[1] != '\n') /* else the line goes on */
				buf_add(out, s, 2);
			s += 2;
		} else {
			if ((*s == '\'' || *s == '"') && (!quote || quote == *s))
				quote = quote ? 0 : *s;
			buf_addc(out, *s++);
		}
	}
	return true;
}
