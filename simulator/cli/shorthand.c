/*
 * shorthand.c - the parser of the CLI's shorthand syntax: see shorthand.h.
 *
 * Positions are bytes; only what is shown counts characters.
 */
#include "cli/shorthand.h"

#include "base/mem.h"
#include "base/whole.h"
#include "cli/paramfile.h"
#include "cli/pyvalue.h"
#include "cli/words.h"
#include "query/chars.h"
#include "query/pytext.h"

#include <string.h>

struct reader {
	const struct cli *c;
	const char *s;
	size_t n, i;
	int depth;
	bool files; /* behind "@=": texts may be names of files */
	struct buf *problem;
	enum shorthand_fault *fault;
};

static json_t *list(struct reader *r);
static json_t *hash(struct reader *r);

/* --- errors --------------------------------------------------------------------------------- */

static size_t find_last(const char *s, size_t n, char c)
{
	while (n > 0 && s[n - 1] != c)
		n--;
	return n; /* behind it, or 0 */
}

/* The value with a caret under byte `at` (in its line, whatever comes before the value). */
static void add_location(struct reader *r, size_t at)
{
	const char *newline = memchr(r->s + at, '\n', r->n - at);
	size_t line = find_last(r->s, at, '\n');
	size_t end = newline ? (size_t)(newline - r->s) : r->n;

	buf_add(r->problem, r->s, end);
	buf_addc(r->problem, '\n');
	buf_addn(r->problem, " ", char_count(r->s + line, at - line));
	buf_addc(r->problem, '^');
	buf_add(r->problem, r->s + end, r->n - end);
}

static bool syntax(struct reader *r, const char *expected, const char *got, size_t got_len)
{
	*r->fault = SHORTHAND_SYNTAX;
	buf_clear(r->problem);
	buf_addf(r->problem, "Expected: '%s', received: '", expected);
	buf_add(r->problem, got, got_len);
	buf_adds(r->problem, "' for input:\n ");
	add_location(r, r->i);
	return false;
}

static bool duplicate(struct reader *r, const char *key, size_t at)
{
	*r->fault = SHORTHAND_SYNTAX;
	buf_clear(r->problem);
	buf_addf(r->problem, "Second instance of key \"%s\" encountered for input:\n", key);
	add_location(r, at);
	buf_adds(r->problem,
		"\nThis is often because there is a preceding \",\" instead of a space.");
	return false;
}

static bool too_deep(struct reader *r)
{
	*r->fault = SHORTHAND_GENERAL;
	buf_clear(r->problem);
	buf_adds(r->problem, py_too_deep);
	return false;
}

/* --- characters ----------------------------------------------------------------------------- */

static int current(const struct reader *r)
{
	return r->i < r->n ? (unsigned char)r->s[r->i] : -1;
}

static void blanks(struct reader *r)
{
	while (r->i < r->n && r->s[r->i] && strchr(" \t\n\r\v\f", r->s[r->i]))
		r->i++;
}

static bool expect(struct reader *r, char c)
{
	const char expected[] = {c, '\0'};
	uint32_t got;

	if (current(r) == (unsigned char)c) {
		r->i++;
		return true;
	}
	if (r->i >= r->n)
		return syntax(r, expected, "EOF", 3);
	return syntax(r, expected, r->s + r->i, char_next(r->s + r->i, r->n - r->i, &got));
}

static bool expect_loosely(struct reader *r, char c)
{
	blanks(r);
	if (!expect(r, c))
		return false;
	blanks(r);
	return true;
}

/* "=" or "@=" after a key. */
static bool expect_equals(struct reader *r)
{
	blanks(r);
	r->files = current(r) == '@';
	if (r->files)
		r->i++;
	return expect_loosely(r, '=');
}

/* What can begin an unquoted value: not " ' , = [ { nor anything up to the blank. */
static bool begins_word(uint32_t c)
{
	return c > ' ' && c <= 0xffff && !(c < 0x80 && strchr("\"',=[{", (int)c));
}

/* What can go on with one: the first value of a list may have '=' in it, a later one ']' and '}'.
 */
static bool goes_on(uint32_t c, bool first)
{
	if (c < ' ')
		return char_is_space(c);
	return c <= 0xffff && !(c < 0x80 && strchr(first ? "\"',]}" : "\"',=", (int)c));
}

static json_t *text(const char *s, size_t n)
{
	json_t *v = json_stringn_nocheck(s, n);

	if (!v)
		mem_exhausted(n);
	return v;
}

/* The text, or what is in the file that it names after "@=". NULL: the file cannot be read. */
static json_t *finish(struct reader *r, const struct buf *s)
{
	struct buf data = BUF_INIT;
	json_t *v = NULL;

	switch (r->files ? paramfile_read(r->c, s->s, &data) : PARAMFILE_NONE) {
	case PARAMFILE_NONE:
		v = text(s->s, s->len);
		break;
	case PARAMFILE_TEXT:
		v = text(data.s, data.len);
		break;
	case PARAMFILE_BYTES:
		v = pyvalue_bytes(data.s, data.len);
		break;
	case PARAMFILE_FAILED:
		*r->fault = SHORTHAND_GENERAL;
		buf_clear(r->problem);
		buf_add(r->problem, data.s, data.len);
		break;
	}
	buf_release(&data);
	return v;
}

/* --- values --------------------------------------------------------------------------------- */

/* An unquoted value: "\," is a comma, blanks at the end go. */
static json_t *word(struct reader *r, bool first)
{
	struct buf s = BUF_INIT;
	size_t end = 0, start = r->i;
	json_t *v;

	while (r->i < r->n) {
		uint32_t c;
		size_t step = char_next(r->s + r->i, r->n - r->i, &c);

		if (c == '\\' && r->i + 1 < r->n && r->s[r->i + 1] == ',') {
			buf_addc(&s, ',');
			r->i += 2;
			end = s.len;
			continue;
		}
		if (r->i == start ? !begins_word(c) : !goes_on(c, first))
			break;
		buf_add(&s, r->s + r->i, step);
		r->i += step;
		if (!char_is_space(c))
			end = s.len;
	}
	buf_truncate(&s, end);
	v = finish(r, &s);
	buf_release(&s);
	return v;
}

/*
 * Where a quoted text that begins at r->i ends (behind its quote), or 0. Backslashes guard quotes
 * and themselves, unless no quote is left to end the text: then the regular expression of the CLI
 * tries every other reading, the last backslashes first, which is what the table finds at once.
 */
static size_t quoted_end(const struct reader *r, char quote)
{
	const char *s = r->s;
	size_t n = r->n, first = r->i + 1, *ends, end;

	for (size_t p = first; p < n; p++) {
		if (s[p] == quote)
			return p + 1;
		if (s[p] == '\\' && p + 1 < n && (s[p + 1] == '\\' || s[p + 1] == quote))
			p++;
	}
	ends = xcalloc(n - first + 3, sizeof *ends);
	for (size_t p = n; p-- > first;) {
		size_t *here = ends + (p - first);

		if (s[p] == '\\' && p + 1 < n && (s[p + 1] == '\\' || s[p + 1] == quote))
			*here = here[2];
		if (!*here)
			*here = s[p] == quote ? p + 1 : here[1];
	}
	end = ends[0];
	free(ends);
	return end;
}

/* Takes the backslash from every "\c". */
static void unguard(struct buf *b, char c)
{
	size_t k = 0;

	for (size_t i = 0; i < b->len; i++) {
		if (b->s[i] == '\\' && i + 1 < b->len && b->s[i + 1] == c)
			i++;
		b->s[k++] = b->s[i];
	}
	buf_truncate(b, k);
}

static json_t *quoted(struct reader *r, char quote)
{
	size_t end = quoted_end(r, quote);
	struct buf s = BUF_INIT;
	json_t *v;

	if (!end) {
		syntax(r, quote == '"' ? "<double quoted>" : "<singled quoted>", "<none>", 6);
		return NULL;
	}
	buf_add(&s, r->s + r->i + 1, end - r->i - 2);
	r->i = end;
	unguard(&s, quote);
	unguard(&s, '\\');
	v = finish(r, &s);
	buf_release(&s);
	return v;
}

static json_t *first_value(struct reader *r)
{
	if (current(r) == '\'' || current(r) == '"')
		return quoted(r, (char)current(r));
	return word(r, true);
}

static json_t *second_value(struct reader *r)
{
	uint32_t c = 0;

	if (current(r) == '\'' || current(r) == '"')
		return quoted(r, (char)current(r));
	if (r->i < r->n)
		char_next(r->s + r->i, r->n - r->i, &c);
	if (!begins_word(c)) {
		syntax(r, "<second>", "<none>", 6);
		return NULL;
	}
	return word(r, false);
}

/* One more value and the comma behind it, if it is not the *last. NULL: it was none. */
static json_t *further_value(struct reader *r, bool *last)
{
	json_t *v = second_value(r);

	if (!v)
		return NULL;
	blanks(r);
	*last = r->i >= r->n;
	if (*last || expect_loosely(r, ','))
		return v;
	json_decref(v);
	return NULL;
}

/*
 * Appends to the values what follows a comma, up to the end or to the comma before the next key: it
 * is one because '=' comes behind it.
 */
static bool further_values(struct reader *r, json_t *values)
{
	bool last = false;

	while (!last) {
		json_t *v = further_value(r, &last);

		if (!v && (r->i >= r->n || *r->fault == SHORTHAND_GENERAL))
			return false;
		if (!v) {
			while (r->s[r->i] != ',')
				r->i--;
			return true;
		}
		json_array_append_new(values, v);
	}
	return true;
}

/* a, or a,b,c */
static json_t *csv(struct reader *r)
{
	json_t *first = first_value(r), *values;

	if (!first)
		return NULL;
	blanks(r);
	if (current(r) != ',')
		return first;
	expect_loosely(r, ',');
	values = json_array();
	json_array_append_new(values, first);
	if (!further_values(r, values)) {
		json_decref(values);
		return NULL;
	}
	if (json_array_size(values) > 1)
		return values;
	json_incref(first);
	json_decref(values);
	return first;
}

static json_t *explicit_value(struct reader *r)
{
	json_t *v = NULL;

	if (current(r) != '[' && current(r) != '{')
		return first_value(r);
	if (r->depth == SHORTHAND_DEPTH) {
		too_deep(r);
		return NULL;
	}
	r->depth++;
	v = current(r) == '[' ? list(r) : hash(r);
	r->depth--;
	return v;
}

/* Behind an element: the end, or a comma and blanks. */
static bool separator(struct reader *r, char end)
{
	blanks(r);
	if (current(r) == end)
		return true;
	if (!expect(r, ','))
		return false;
	blanks(r);
	return true;
}

static json_t *list(struct reader *r)
{
	json_t *values = json_array(), *v;

	expect_loosely(r, '[');
	while (current(r) != ']') {
		v = explicit_value(r);
		if (v)
			json_array_append_new(values, v);
		if (!v || !separator(r, ']')) {
			json_decref(values);
			return NULL;
		}
	}
	r->i++;
	return values;
}

static char *take_key(struct reader *r)
{
	size_t start = r->i;

	while (r->i < r->n && r->s[r->i] &&
		strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.#/:",
			r->s[r->i]))
		r->i++;
	return xstrndup(r->s + start, r->i - start);
}

static json_t *hash(struct reader *r)
{
	json_t *object = json_object();

	expect_loosely(r, '{');
	while (current(r) != '}') {
		char *key = take_key(r);
		json_t *v = expect_equals(r) ? explicit_value(r) : NULL;
		bool ok = v && separator(r, '}');

		if (v)
			json_object_set_new_nocheck(object, key, v);
		free(key);
		if (!ok) {
			json_decref(object);
			return NULL;
		}
	}
	r->i++;
	return object;
}

static json_t *values(struct reader *r)
{
	if (r->i >= r->n)
		return text("", 0);
	if (current(r) == '[' || current(r) == '{')
		return explicit_value(r);
	return csv(r);
}

/* Adds a pair to the object; `last` is where the pair before it ended. */
static bool keyval(struct reader *r, json_t *object, size_t last)
{
	char *key = take_key(r);
	json_t *v = expect_equals(r) ? values(r) : NULL;
	bool ok = v != NULL;

	if (v && json_object_get(object, key)) {
		json_decref(v);
		ok = duplicate(r, key, last + 1);
	} else if (v) {
		json_object_set_new_nocheck(object, key, v);
	}
	free(key);
	return ok;
}

json_t *shorthand_parse(const struct cli *c, const char *value, size_t n, struct buf *problem,
	enum shorthand_fault *fault)
{
	struct reader r = {.c = c, .s = value, .n = n, .problem = problem, .fault = fault};
	json_t *object = json_object();
	bool ok;

	*fault = SHORTHAND_SYNTAX;
	ok = keyval(&r, object, 0);
	while (ok && r.i < r.n) {
		size_t last = r.i;

		ok = expect_loosely(&r, ',') && keyval(&r, object, last);
	}
	if (ok)
		return object;
	json_decref(object);
	return NULL;
}

/* --- by the model --------------------------------------------------------------------------- */

static void add_repr(struct buf *out, const json_t *v)
{
	size_t n;
	const char *bytes = pyvalue_bytes_of(v, &n);

	if (bytes)
		pyvalue_add_bytes(out, bytes, n);
	else
		py_quote(out, json_string_value(v), json_string_length(v));
}

/* The text of a string or of bytes; NULL: it is a list or so. */
static const char *text_of(const json_t *v, size_t *n)
{
	if (json_is_string(v)) {
		*n = json_string_length(v);
		return json_string_value(v);
	}
	return pyvalue_bytes_of(v, n);
}

static json_t *fit_integer(const json_t *v, struct buf *problem)
{
	size_t n;
	const char *s = text_of(v, &n);
	json_t *number = s ? py_number(s, n) : NULL;

	if (whole_is(number))
		return number;
	json_decref(number);
	if (s) {
		buf_adds(problem, "invalid literal for int() with base 10: ");
		add_repr(problem, v);
	} else {
		buf_addf(problem,
			"int() argument must be a string, a bytes-like object or a real number, not '%s'",
			py_type(v));
	}
	return NULL;
}

static json_t *fit_real(const json_t *v, struct buf *problem)
{
	size_t n;
	const char *s = text_of(v, &n);
	json_t *number = s ? py_number(s, n) : NULL, *real;

	if (number) {
		real = py_real(whole_number(number));
		json_decref(number);
		return real;
	}
	if (s) {
		buf_adds(problem, "could not convert string to float: ");
		add_repr(problem, v);
	} else {
		buf_addf(problem, "float() argument must be a string or a real number, not '%s'",
			py_type(v));
	}
	return NULL;
}

static json_t *fit_boolean(json_t *v, struct buf *problem)
{
	const char *s = json_string_value(v);

	if (!s && !pyvalue_bytes_of(v, &(size_t){0})) {
		buf_addf(problem, "'%s' object has no attribute 'lower'", py_type(v));
		return NULL;
	}
	if (s && strcasecmp(s, "true") == 0)
		return json_true();
	if (s && strcasecmp(s, "false") == 0)
		return json_false();
	return json_incref(v); /* the validation will say that it is none */
}

static json_t *fit(json_t *v, const struct model_shape *s, struct buf *problem);

static bool fit_members(json_t *object, const struct model_shape *s, struct buf *problem)
{
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);
		json_t *v = json_object_get(object, model_text(m->name));

		if (!v)
			continue;
		v = fit(v, model_member_shape(m), problem);
		if (!v)
			return false;
		json_object_set_new_nocheck(object, model_text(m->name), v);
	}
	return true;
}

static bool fit_elements(json_t *array, const struct model_shape *element, struct buf *problem)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		json_t *v = fit(json_array_get(array, i), element, problem);

		if (!v)
			return false;
		json_array_set_new(array, i, v);
	}
	return true;
}

static bool fit_values(json_t *map, const struct model_shape *element, struct buf *problem)
{
	void *tmp;
	const char *key;
	json_t *v;

	json_object_foreach_safe(map, tmp, key, v)
	{
		v = fit(v, element, problem);
		if (!v)
			return false;
		json_object_set_new_nocheck(map, key, v);
	}
	return true;
}

/* A new reference to the value or to what it has to be; NULL: problem. */
static json_t *fit(json_t *v, const struct model_shape *s, struct buf *problem)
{
	bool ok = true;

	switch ((enum model_kind)s->kind) {
	case MODEL_STRUCTURE:
		ok = !json_is_object(v) || fit_members(v, s, problem);
		break;
	case MODEL_MAP:
		ok = !json_is_object(v) || fit_values(v, model_shape(s->element), problem);
		break;
	case MODEL_LIST:
		if (!json_is_array(v))
			return json_pack("[O]", v);
		ok = fit_elements(v, model_shape(s->element), problem);
		break;
	case MODEL_INTEGER:
	case MODEL_LONG:
		return fit_integer(v, problem);
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		return fit_real(v, problem);
	case MODEL_BOOLEAN:
		return fit_boolean(v, problem);
	case MODEL_STRING:
	case MODEL_BLOB:
	case MODEL_TIMESTAMP:
		break;
	}
	return ok ? json_incref(v) : NULL;
}

json_t *shorthand_fit(json_t *value, const struct model_shape *shape, struct buf *problem)
{
	json_t *fitted;

	/* at the top nothing holds the value, so a list is not made of it */
	if (shape->kind == MODEL_LIST && !json_is_array(value))
		return value;
	fitted = fit(value, shape, problem);
	json_decref(value);
	return fitted;
}
