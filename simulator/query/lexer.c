/* lexer.c - an expression cut into tokens, with the error texts of python jmespath's lexer. */
#include "query/token.h"

#include "query/chars.h"
#include "query/error.h"
#include "query/pytext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct lexer {
	const char *expr, *s, *end; /* s: what comes next */
	size_t at;                  /* characters before s */
	struct tokens *out;
	struct jmes_error *err;
};

/* Like all errors of this kind it shows the bare expression, and a caret under character `at`. */
static bool bad(struct lexer *l, size_t at, const char *message)
{
	if (!l->err)
		return false;
	jmes_fail(l->err, JMES_SYNTAX, "Bad jmespath expression: %s:\n%s\n", message, l->expr);
	buf_addn(&l->err->text, " ", at);
	buf_addc(&l->err->text, '^');
	return false;
}

static void advance(struct lexer *l)
{
	uint32_t c;

	l->s += char_next(l->s, (size_t)(l->end - l->s), &c);
	l->at++;
}

static bool take(struct lexer *l, char c)
{
	if (l->s == l->end || *l->s != c)
		return false;
	advance(l);
	return true;
}

static struct token *add(struct lexer *l, enum token_type type, const char *text, size_t len)
{
	struct tokens *t = l->out;

	ARRAY_GROW(t->v, t->len, t->cap);
	t->v[t->len] = (struct token){.type = type, .text = text, .len = len};
	return &t->v[t->len++];
}

static bool is_digit(const struct lexer *l)
{
	return l->s < l->end && *l->s >= '0' && *l->s <= '9';
}

static bool is_word(const struct lexer *l)
{
	return is_digit(l) || (l->s < l->end && (*l->s == '_' || (*l->s >= 'a' && *l->s <= 'z') ||
							(*l->s >= 'A' && *l->s <= 'Z')));
}

static bool lex_word(struct lexer *l)
{
	const char *start = l->s;
	size_t at = l->at;

	while (is_word(l))
		advance(l);
	add(l, TOKEN_UNQUOTED, start, (size_t)(l->s - start))->start = at;
	return true;
}

/* The digits without needless zeros, and the sign only if it means something: as int() prints. */
static void add_number(struct lexer *l, bool minus, const char *digits, size_t n, size_t at)
{
	struct token *t;
	char *text;

	for (; n > 1 && *digits == '0'; digits++)
		n--;
	minus = minus && *digits != '0';
	text = arena_alloc(l->out->arena, n + 2);
	text[0] = '-';
	memcpy(text + minus, digits, n);
	text[minus + n] = '\0';
	t = add(l, TOKEN_NUMBER, text, minus + n);
	t->start = at;
	t->number = strtoll(text, NULL, 10); /* saturates */
}

static bool lex_number(struct lexer *l)
{
	size_t at = l->at, n;
	bool minus = take(l, '-');
	const char *digits = l->s;

	while (is_digit(l))
		advance(l);
	n = (size_t)(l->s - digits);
	if (n == 0)
		return bad(l, at, "Unknown token '-'");
	if (n > PY_MAX_DIGITS)
		return jmes_fail(l->err, JMES_SYNTAX,
			"Exceeds the limit (%d digits) for integer string conversion: value has "
			"%zu digits; use sys.set_int_max_str_digits() to increase the limit",
			PY_MAX_DIGITS, n);
	add_number(l, minus, digits, n, at);
	return true;
}

/*
 * Steps over `quote` up to the next one that no backslash precedes; `text` gets what is between,
 * with every \quote as the bare quote if `unescape`.
 */
static bool take_quoted(struct lexer *l, char quote, bool unescape, struct buf *text)
{
	size_t at = l->at;
	char message[] = "Unclosed ? delimiter";

	*strchr(message, '?') = quote;
	advance(l);
	while (l->s < l->end && *l->s != quote) {
		const char *start = l->s;

		if (*l->s == '\\') {
			advance(l);
			if (l->s == l->end)
				break;
			if (unescape && *l->s == quote)
				start = l->s;
		}
		advance(l);
		buf_add(text, start, (size_t)(l->s - start));
	}
	return take(l, quote) || bad(l, at, message);
}

static void add_literal(struct lexer *l, size_t at, json_t *value)
{
	struct token *t = add(l, TOKEN_LITERAL, NULL, 0);

	if (!value)
		mem_exhausted(sizeof *value);
	json_array_append_new(l->out->literals, value);
	t->start = at;
	t->literal = value;
}

static bool lex_raw_string(struct lexer *l)
{
	struct buf text = BUF_INIT;
	size_t at = l->at;
	bool ok = take_quoted(l, '\'', true, &text);

	if (ok)
		add_literal(l, at, json_stringn_nocheck(text.s, text.len));
	buf_release(&text);
	return ok;
}

/* What is no JSON is the string that it looks like: `foo`. */
static json_t *load_unquoted(const struct buf *text, const char **problem)
{
	struct buf quoted = BUF_INIT;
	const char *s = text->s, *end = s + text->len;
	uint32_t c = 0;
	json_t *v;

	while (s < end) {
		size_t n = char_next(s, (size_t)(end - s), &c);

		if (!char_is_space(c))
			break;
		s += n;
	}
	buf_addc(&quoted, '"');
	buf_add(&quoted, s, (size_t)(end - s));
	buf_addc(&quoted, '"');
	v = py_loads(quoted.s, quoted.len, 0, problem);
	buf_release(&quoted);
	return v;
}

static bool lex_literal(struct lexer *l)
{
	struct buf text = BUF_INIT, message = BUF_INIT;
	const char *problem = NULL;
	size_t at = l->at;
	bool ok = take_quoted(l, '`', true, &text);
	json_t *v = NULL;

	if (ok) {
		v = py_loads(text.s, text.len, JMES_MAX_DEPTH, &problem);
		if (!v && problem != py_too_deep)
			v = load_unquoted(&text, &problem);
		buf_addf(&message, "Bad token %s", text.s);
		ok = v ||
		     (problem == py_too_deep ? jmes_fail_depth(l->err) : bad(l, at, message.s));
	}
	if (ok)
		add_literal(l, at, v);
	buf_release(&text);
	buf_release(&message);
	return ok;
}

static bool lex_quoted_identifier(struct lexer *l)
{
	struct buf text = BUF_INIT;
	const char *problem = NULL;
	size_t at = l->at, len;
	json_t *v = NULL;
	bool ok;

	buf_addc(&text, '"');
	ok = take_quoted(l, '"', false, &text);
	buf_addc(&text, '"');
	if (ok) {
		v = py_loads(text.s, text.len, 0, &problem);
		ok = v || bad(l, at, problem);
	}
	if (ok) {
		len = json_string_length(v);
		add(l, TOKEN_QUOTED, arena_strndup(l->out->arena, json_string_value(v), len), len)
			->start = at;
	}
	json_decref(v);
	buf_release(&text);
	return ok;
}

/* Tokens of one or two characters. Where two begin alike, the longer one is first. */
static const struct sign {
	char text[3];
	enum token_type type;
} signs[] = {
	{".", TOKEN_DOT},
	{"*", TOKEN_STAR},
	{"]", TOKEN_RBRACKET},
	{",", TOKEN_COMMA},
	{":", TOKEN_COLON},
	{"@", TOKEN_CURRENT},
	{"(", TOKEN_LPAREN},
	{")", TOKEN_RPAREN},
	{"{", TOKEN_LBRACE},
	{"}", TOKEN_RBRACE},
	{"[]", TOKEN_FLATTEN},
	{"[?", TOKEN_FILTER},
	{"[", TOKEN_LBRACKET},
	{"||", TOKEN_OR},
	{"|", TOKEN_PIPE},
	{"&&", TOKEN_AND},
	{"&", TOKEN_EXPREF},
	{"<=", TOKEN_LTE},
	{"<", TOKEN_LT},
	{">=", TOKEN_GTE},
	{">", TOKEN_GT},
	{"!=", TOKEN_NE},
	{"!", TOKEN_NOT},
	{"==", TOKEN_EQ},
};

static bool lex_sign(struct lexer *l)
{
	char message[32];
	uint32_t c;
	int n;

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		size_t len = strlen(signs[i].text);

		if (strncmp(l->s, signs[i].text, len) != 0)
			continue;
		add(l, signs[i].type, signs[i].text, len)->start = l->at;
		l->s += len;
		l->at += len;
		return true;
	}
	if (*l->s == '=')
		return bad(l, l->at, "Unknown token '='");
	n = (int)char_next(l->s, (size_t)(l->end - l->s), &c);
	snprintf(message, sizeof message, "Unknown token %.*s", n, l->s);
	return bad(l, l->at, message);
}

static bool lex_token(struct lexer *l)
{
	if (*l->s == '-' || is_digit(l))
		return lex_number(l);
	if (is_word(l))
		return lex_word(l);
	switch (*l->s) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
		advance(l);
		return true;
	case '\'':
		return lex_raw_string(l);
	case '`':
		return lex_literal(l);
	case '"':
		return lex_quoted_identifier(l);
	default:
		return lex_sign(l);
	}
}

bool tokens_read(struct tokens *out, const char *expr, struct jmes_error *err)
{
	struct lexer l = {.expr = expr, .s = expr, .out = out, .err = err};

	l.end = expr + strlen(expr);
	if (l.s == l.end)
		return jmes_fail(err, JMES_SYNTAX, "Invalid JMESPath expression: cannot be empty.");
	while (l.s < l.end)
		if (!lex_token(&l))
			return false;
	add(&l, TOKEN_EOF, "", 0)->start = l.at;
	return true;
}
