/* expand.c - see expand.h. */
#include "app/expand.h"

#include "app/line.h"
#include "app/shellwords.h"
#include "base/intl.h"
#include "base/text.h"

#include <string.h>

const char expand_not[] = "";

bool expand_is_name(const char *s)
{
	size_t n = text_shell_name(s);

	return n && !s[n];
}

/* What a shell would read as more than a letter: between double quotes, and bare. A bare line
 * break parts words; for a shell it would end the command. */
static void add_value(const struct expanding *x, const char *value, char quote, struct buf *out)
{
	const char *special = quote ? "\"\\$`" : "'\"\\$`|&;<>()#";

	if (x->one_word && !quote) {
		shellwords_quote(value, out);
		return;
	}
	for (; *value; value++) {
		if (strchr(special, *value))
			buf_addc(out, '\\');
		buf_addc(out, *value == '\n' && !quote ? ' ' : *value);
	}
}

/* $(command) at *s. */
static bool one_command(
	const struct expanding *x, const char **s, char quote, struct buf *out, struct err *e)
{
	const char *close = line_close(*s + 2);
	struct buf command = BUF_INIT, printed = BUF_INIT;
	bool ok;

	if (!close)
		return err_set(e, ERR_USAGE, _("a '$(' is not closed"));
	buf_add(&command, *s + 2, (size_t)(close - *s - 2));
	ok = x->output(x->ctx, command.s, &printed, e);
	if (ok)
		add_value(x, printed.s, quote, out);
	*s = close + 1;
	buf_release(&command);
	buf_release(&printed);
	return ok;
}

/* The name behind the $ at *s, replaced. A $ that begins no name stays what it is. */
static bool one_name(
	const struct expanding *x, const char **s, char quote, struct buf *out, struct err *e)
{
	bool braces = (*s)[1] == '{';
	const char *at = *s, *from = at + 1 + braces, *value;
	size_t n = text_shell_name(from), start = out->len;

	if (braces && (!n || from[n] != '}'))
		return err_set(e, ERR_DATA,
			_("'${' is followed by a name and '}' here, and by nothing else"));
	*s = n ? from + n + braces : *s + 1;
	if (!n) {
		buf_addc(out, '$');
		return true;
	}
	buf_add(out, from, n); /* for the look-up: with its end */
	value = x->value(x->ctx, out->s + start, e);
	if (!value)
		return false;
	buf_truncate(out, start);
	if (value == expand_not)
		buf_add(out, at, (size_t)(*s - at));
	else
		add_value(x, value, quote, out);
	return true;
}

bool expand_by(const struct expanding *x, const char *s, struct buf *out, struct err *e)
{
	size_t start = out->len;
	char quote = 0;
	bool ok = true;

	while (*s && ok) {
		if (*s == '$' && quote != '\'') {
			ok = s[1] == '(' && x->output ? one_command(x, &s, quote, out, e)
						      : one_name(x, &s, quote, out, e);
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
	if (!ok)
		buf_truncate(out, start);
	return ok;
}

static const char *value_in_map(void *values, const char *name, struct err *e)
{
	const char *value = map_get(values, name);

	if (!value)
		err_set(e, ERR_DATA, _("$%s has no value: no step before this one sets it"), name);
	return value;
}

bool expand_line(const char *line, const struct map *values, struct buf *out, struct err *e)
{
	struct map borrowed = *values;
	struct expanding x = {.ctx = &borrowed, .value = value_in_map};

	return expand_by(&x, line, out, e);
}
