/*
 * parser.c - a parser by binding powers, rule by rule the one of python jmespath 1.0.1.
 *
 * Its departures from the specification are kept, because the CLI has them: commas between the
 * members of a hash are optional, one may follow the last argument of a call, a slice right after
 * an index makes no projection, and (name)(...) calls a function.
 */
#include "query/parser.h"

#include "query/error.h"
#include "query/functions.h"
#include "query/pytext.h"

#include <stdint.h>
#include <string.h>

struct parser {
	struct jmes *j;
	const struct token *t; /* the current one; the last one is TOKEN_EOF and is never passed */
	int depth;
	struct jmes_error *err;
};

enum {
	POWER_PIPE = 1,
	POWER_OR = 2,
	POWER_AND = 3,
	POWER_COMPARE = 5,
	POWER_FLATTEN = 9,
	POWER_STOP = 10, /* what binds less ends a projection */
	POWER_STAR = 20,
	POWER_FILTER = 21,
	POWER_DOT = 40,
	POWER_NOT = 45,
	POWER_LBRACE = 50,
	POWER_LBRACKET = 55,
	POWER_LPAREN = 60,
};

static const struct token_kind {
	const char *name, *upper;
	int power;
} kinds[] = {
	[TOKEN_EOF] = {"eof", "EOF", 0},
	[TOKEN_UNQUOTED] = {"unquoted_identifier", "UNQUOTED_IDENTIFIER", 0},
	[TOKEN_QUOTED] = {"quoted_identifier", "QUOTED_IDENTIFIER", 0},
	[TOKEN_LITERAL] = {"literal", "LITERAL", 0},
	[TOKEN_RBRACKET] = {"rbracket", "RBRACKET", 0},
	[TOKEN_RPAREN] = {"rparen", "RPAREN", 0},
	[TOKEN_COMMA] = {"comma", "COMMA", 0},
	[TOKEN_RBRACE] = {"rbrace", "RBRACE", 0},
	[TOKEN_NUMBER] = {"number", "NUMBER", 0},
	[TOKEN_CURRENT] = {"current", "CURRENT", 0},
	[TOKEN_EXPREF] = {"expref", "EXPREF", 0},
	[TOKEN_COLON] = {"colon", "COLON", 0},
	[TOKEN_PIPE] = {"pipe", "PIPE", POWER_PIPE},
	[TOKEN_OR] = {"or", "OR", POWER_OR},
	[TOKEN_AND] = {"and", "AND", POWER_AND},
	[TOKEN_EQ] = {"eq", "EQ", POWER_COMPARE},
	[TOKEN_GT] = {"gt", "GT", POWER_COMPARE},
	[TOKEN_LT] = {"lt", "LT", POWER_COMPARE},
	[TOKEN_GTE] = {"gte", "GTE", POWER_COMPARE},
	[TOKEN_LTE] = {"lte", "LTE", POWER_COMPARE},
	[TOKEN_NE] = {"ne", "NE", POWER_COMPARE},
	[TOKEN_FLATTEN] = {"flatten", "FLATTEN", POWER_FLATTEN},
	[TOKEN_STAR] = {"star", "STAR", POWER_STAR},
	[TOKEN_FILTER] = {"filter", "FILTER", POWER_FILTER},
	[TOKEN_DOT] = {"dot", "DOT", POWER_DOT},
	[TOKEN_NOT] = {"not", "NOT", POWER_NOT},
	[TOKEN_LBRACE] = {"lbrace", "LBRACE", POWER_LBRACE},
	[TOKEN_LBRACKET] = {"lbracket", "LBRACKET", POWER_LBRACKET},
	[TOKEN_LPAREN] = {"lparen", "LPAREN", POWER_LPAREN},
};

/* --- Errors: each answers NULL --------------------------------------------------------------- */

static void add_value(struct buf *out, const struct token *t)
{
	if (t->literal)
		py_str(out, t->literal, SIZE_MAX);
	else
		buf_add(out, t->text, t->len);
}

/* The message about a token, with the expression and a caret at character `at` of it. */
static struct node *bad_at(struct parser *p, const struct token *t, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static struct node *bad_at(struct parser *p, const struct token *t, size_t at, const char *fmt, ...)
{
	struct buf *text = p->err ? &p->err->text : NULL;
	va_list ap;

	if (!text)
		return NULL;
	jmes_fail(p->err, JMES_SYNTAX, "%s", "");
	va_start(ap, fmt);
	buf_vaddf(text, fmt, ap);
	va_end(ap);
	buf_addf(text, ": Parse error at column %zu, token \"", at);
	add_value(text, t);
	buf_addf(text, "\" (%s), for expression:\n\"%s\"\n", kinds[t->type].upper, p->j->text);
	buf_addn(text, " ", at + 1);
	buf_addc(text, '^');
	return NULL;
}

static struct node *bad(struct parser *p, const struct token *t, const char *message)
{
	return bad_at(p, t, t->start, "%s", message);
}

/* "MESSAGE<value of the token>TAIL" */
static struct node *bad_value(struct parser *p, const struct token *about,
	const struct token *value, const char *message, const char *tail)
{
	struct buf text = BUF_INIT;

	add_value(&text, value);
	bad_at(p, about, about->start, "%s%s%s", message, text.s, tail);
	buf_release(&text);
	return NULL;
}

/* eof is always the last token, so its start is the length of the expression. */
static struct node *incomplete(struct parser *p, const struct token *eof)
{
	if (!p->err)
		return NULL;
	jmes_fail(p->err, JMES_SYNTAX,
		"Invalid jmespath expression: Incomplete expression:\n\"%s\"\n", p->j->text);
	buf_addn(&p->err->text, " ", eof->start + 1);
	buf_addc(&p->err->text, '^');
	return NULL;
}

static struct node *unexpected(struct parser *p, const char *expected)
{
	if (p->t->type == TOKEN_EOF)
		return incomplete(p, p->t);
	return bad_at(
		p, p->t, p->t->start, "Expecting: %s, got: %s", expected, kinds[p->t->type].name);
}

static struct node *too_deep(struct parser *p)
{
	jmes_fail_depth(p->err);
	return NULL;
}

/* --- Nodes ----------------------------------------------------------------------------------- */

static struct node *new_node(struct parser *p, enum node_type type)
{
	struct node *n = arena_calloc(&p->j->arena, sizeof *n);

	n->type = type;
	n->depth = 1;
	return n;
}

/* NULL as a child is the failure to build it, which this hands on. */
static struct node *add(struct parser *p, struct node *n, struct node *child)
{
	if (!child)
		return NULL;
	if (n->len == n->cap) {
		size_t cap = n->cap ? n->cap * 4 : 2;
		struct node **more = arena_alloc(&p->j->arena, cap * sizeof *more);

		if (n->len)
			memcpy(more, n->child, n->len * sizeof *more);
		n->child = more;
		n->cap = cap;
	}
	n->child[n->len++] = child;
	if (child->depth + 1 > n->depth)
		n->depth = child->depth + 1;
	return n->depth > JMES_MAX_DEPTH ? too_deep(p) : n;
}

static struct node *new_pair(struct parser *p, enum node_type type, struct node *a, struct node *b)
{
	struct node *n = new_node(p, type);

	return add(p, n, a) ? add(p, n, b) : NULL;
}

static struct node *new_maker(struct parser *p, enum node_type type)
{
	p->j->makers++;
	return new_node(p, type);
}

static struct node *new_field(struct parser *p, const struct token *t)
{
	struct node *n = new_node(p, NODE_FIELD);

	n->name = arena_strndup(&p->j->arena, t->text, t->len);
	n->name_len = t->len;
	return n;
}

/* --- Rules ----------------------------------------------------------------------------------- */

static struct node *expression(struct parser *p, int power);

static bool match(struct parser *p, enum token_type type)
{
	if (p->t->type != type) {
		unexpected(p, kinds[type].name);
		return false;
	}
	p->t++;
	return true;
}

static struct node *multiselect_list(struct parser *p)
{
	struct node *n = new_maker(p, NODE_LIST);

	for (;;) {
		if (!add(p, n, expression(p, 0)))
			return NULL;
		if (p->t->type == TOKEN_RBRACKET)
			break;
		if (!match(p, TOKEN_COMMA))
			return NULL;
	}
	p->t++;
	return n;
}

static struct node *hash_member(struct parser *p)
{
	const struct token *key = p->t;
	struct node *pair;

	if (key->type != TOKEN_QUOTED && key->type != TOKEN_UNQUOTED)
		return unexpected(p, "['quoted_identifier', 'unquoted_identifier']");
	p->t++;
	if (!match(p, TOKEN_COLON))
		return NULL;
	pair = new_field(p, key);
	pair->type = NODE_PAIR;
	return add(p, pair, expression(p, 0));
}

static struct node *multiselect_hash(struct parser *p)
{
	struct node *n = new_maker(p, NODE_HASH);

	for (;;) {
		if (!add(p, n, hash_member(p)))
			return NULL;
		if (p->t->type == TOKEN_COMMA)
			p->t++;
		else if (p->t->type == TOKEN_RBRACE)
			break;
	}
	p->t++;
	return n;
}

static struct node *dot_rhs(struct parser *p, int power)
{
	switch (p->t->type) {
	case TOKEN_QUOTED:
	case TOKEN_UNQUOTED:
	case TOKEN_STAR:
		return expression(p, power);
	case TOKEN_LBRACKET:
		p->t++;
		return multiselect_list(p);
	case TOKEN_LBRACE:
		p->t++;
		return multiselect_hash(p);
	default:
		return bad_at(p, p->t, p->t->start,
			"Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', "
			"'lbrace'], got: %s",
			kinds[p->t->type].name);
	}
}

/* What is done with every element of a projection. */
static struct node *projection_rhs(struct parser *p, int power)
{
	if (kinds[p->t->type].power < POWER_STOP)
		return new_node(p, NODE_CURRENT);
	switch (p->t->type) {
	case TOKEN_LBRACKET:
	case TOKEN_FILTER:
		return expression(p, power);
	case TOKEN_DOT:
		p->t++;
		return dot_rhs(p, power);
	default:
		return bad(p, p->t, "syntax error");
	}
}

static struct node *slice(struct parser *p)
{
	struct node *n = new_node(p, NODE_SLICE);
	int part = 0;

	for (; p->t->type != TOKEN_RBRACKET && part < 3; p->t++) {
		if (p->t->type == TOKEN_COLON && ++part < 3)
			continue;
		if (p->t->type != TOKEN_NUMBER)
			return bad(p, p->t, "syntax error");
		n->slice.has[part] = true;
		n->slice.part[part] = p->t->number;
	}
	return match(p, TOKEN_RBRACKET) ? n : NULL;
}

static struct node *index_or_slice(struct parser *p)
{
	struct node *n;

	if (p->t->type == TOKEN_COLON || p->t[1].type == TOKEN_COLON)
		return slice(p);
	n = new_node(p, NODE_INDEX);
	n->index = p->t->number;
	p->t++;
	return match(p, TOKEN_RBRACKET) ? n : NULL;
}

static struct node *indexed(struct parser *p, struct node *left)
{
	struct node *right = index_or_slice(p), *n;

	if (!right)
		return NULL;
	if (left->type == NODE_INDEX_EXPRESSION)
		return add(p, left, right);
	n = new_pair(p, NODE_INDEX_EXPRESSION, left, right);
	if (!n || right->type != NODE_SLICE)
		return n;
	return new_pair(p, NODE_PROJECTION, n, projection_rhs(p, POWER_STAR));
}

static struct node *filter(struct parser *p, struct node *left)
{
	struct node *condition = expression(p, 0), *right, *n;

	if (!condition || !match(p, TOKEN_RBRACKET))
		return NULL;
	if (p->t->type == TOKEN_FLATTEN)
		right = new_node(p, NODE_CURRENT);
	else
		right = projection_rhs(p, POWER_FILTER);
	n = new_pair(p, NODE_FILTER, left, right);
	return n ? add(p, n, condition) : NULL;
}

static struct node *flatten(struct parser *p, struct node *base)
{
	struct node *n = add(p, new_node(p, NODE_FLATTEN), base);

	return n ? new_pair(p, NODE_PROJECTION, n, projection_rhs(p, POWER_FLATTEN)) : NULL;
}

static struct node *call(struct parser *p, struct node *name)
{
	struct node *n = new_node(p, NODE_FUNCTION), *argument;

	if (name->type != NODE_FIELD)
		return bad_value(p, p->t - 2, p->t - 2, "Invalid function name '", "'");
	n->name = name->name;
	n->name_len = name->name_len;
	n->function = function_find(n->name, n->name_len);
	if (n->function && function_makes(n->function))
		p->j->makers++;
	while (p->t->type != TOKEN_RPAREN) {
		argument = expression(p, 0);
		if (!add(p, n, argument))
			return NULL;
		if (argument->type == NODE_EXPREF && function_applies(n->function, n->len - 1))
			p->j->exprefs--;
		if (p->t->type == TOKEN_COMMA)
			p->t++;
	}
	p->t++;
	return n;
}

static struct node *expref(struct parser *p)
{
	struct node *n = add(p, new_node(p, NODE_EXPREF), expression(p, 0));

	if (!n)
		return NULL;
	n->expression = (json_t){JSON_NULL, (size_t)-1};
	p->j->exprefs++;
	return n;
}

static struct node *literal(struct parser *p, json_t *value)
{
	struct node *n = new_node(p, NODE_LITERAL);

	n->literal = value;
	return n;
}

static struct node *quoted(struct parser *p, const struct token *t)
{
	if (p->t->type == TOKEN_LPAREN)
		return bad_at(p, p->t, 0, "Quoted identifier not allowed for function names.");
	return new_field(p, t);
}

static struct node *parenthesized(struct parser *p)
{
	struct node *n = expression(p, 0);

	return n && match(p, TOKEN_RPAREN) ? n : NULL;
}

static struct node *bracketed(struct parser *p)
{
	struct node *current;

	if (p->t->type == TOKEN_NUMBER || p->t->type == TOKEN_COLON)
		return indexed(p, new_node(p, NODE_CURRENT));
	if (p->t->type != TOKEN_STAR || p->t[1].type != TOKEN_RBRACKET)
		return multiselect_list(p);
	p->t += 2;
	current = new_node(p, NODE_CURRENT);
	return new_pair(p, NODE_PROJECTION, current, projection_rhs(p, POWER_STAR));
}

static struct node *star(struct parser *p, struct node *base, int power)
{
	return new_pair(p, NODE_VALUES, base, projection_rhs(p, power));
}

/* What begins an expression with token `t`, which has been passed. */
static struct node *prefix(struct parser *p, const struct token *t)
{
	switch (t->type) {
	case TOKEN_LITERAL:
		return literal(p, t->literal);
	case TOKEN_UNQUOTED:
		return new_field(p, t);
	case TOKEN_QUOTED:
		return quoted(p, t);
	case TOKEN_STAR:
		if (p->t->type == TOKEN_RBRACKET)
			return new_pair(p, NODE_VALUES, new_node(p, NODE_CURRENT),
				new_node(p, NODE_CURRENT));
		return star(p, new_node(p, NODE_CURRENT), POWER_STAR);
	case TOKEN_FILTER:
		return filter(p, new_node(p, NODE_CURRENT));
	case TOKEN_LBRACE:
		return multiselect_hash(p);
	case TOKEN_LPAREN:
		return parenthesized(p);
	case TOKEN_FLATTEN:
		return flatten(p, new_node(p, NODE_CURRENT));
	case TOKEN_NOT:
		return add(p, new_node(p, NODE_NOT), expression(p, POWER_NOT));
	case TOKEN_LBRACKET:
		return bracketed(p);
	case TOKEN_CURRENT:
		return new_node(p, NODE_CURRENT);
	case TOKEN_EXPREF:
		return expref(p);
	default:
		return bad(p, t, "invalid token");
	}
}

static struct node *dotted(struct parser *p, struct node *left)
{
	struct node *right;

	if (p->t->type == TOKEN_STAR) {
		p->t++;
		return star(p, left, POWER_DOT);
	}
	right = dot_rhs(p, POWER_DOT);
	if (left->type == NODE_SUBEXPRESSION)
		return add(p, left, right);
	return new_pair(p, NODE_SUBEXPRESSION, left, right);
}

static struct node *compared(struct parser *p, struct node *left, enum compare how)
{
	struct node *n = new_pair(p, NODE_COMPARE, left, expression(p, POWER_COMPARE));

	if (n)
		n->compare = how;
	return n;
}

static struct node *bracket_after(struct parser *p, struct node *left)
{
	if (p->t->type == TOKEN_NUMBER || p->t->type == TOKEN_COLON)
		return indexed(p, left);
	if (!match(p, TOKEN_STAR) || !match(p, TOKEN_RBRACKET))
		return NULL;
	return new_pair(p, NODE_PROJECTION, left, projection_rhs(p, POWER_STAR));
}

/* What goes on after `left` with token `t`, which has been passed. */
static struct node *infix(struct parser *p, const struct token *t, struct node *left)
{
	switch (t->type) {
	case TOKEN_DOT:
		return dotted(p, left);
	case TOKEN_PIPE:
		return new_pair(p, NODE_PIPE, left, expression(p, POWER_PIPE));
	case TOKEN_OR:
		return new_pair(p, NODE_OR, left, expression(p, POWER_OR));
	case TOKEN_AND:
		return new_pair(p, NODE_AND, left, expression(p, POWER_AND));
	case TOKEN_LPAREN:
		return call(p, left);
	case TOKEN_FILTER:
		return filter(p, left);
	case TOKEN_EQ:
		return compared(p, left, COMPARE_EQ);
	case TOKEN_NE:
		return compared(p, left, COMPARE_NE);
	case TOKEN_GT:
		return compared(p, left, COMPARE_GT);
	case TOKEN_GTE:
		return compared(p, left, COMPARE_GTE);
	case TOKEN_LT:
		return compared(p, left, COMPARE_LT);
	case TOKEN_LTE:
		return compared(p, left, COMPARE_LTE);
	case TOKEN_FLATTEN:
		return flatten(p, left);
	case TOKEN_LBRACKET:
		return bracket_after(p, left);
	default:
		return bad(p, t, "invalid token");
	}
}

static struct node *expression(struct parser *p, int power)
{
	const struct token *t = p->t;
	struct node *left;

	if (t->type == TOKEN_EOF)
		return incomplete(p, t);
	if (p->depth == JMES_MAX_DEPTH)
		return too_deep(p);
	p->depth++;
	p->t++;
	left = prefix(p, t);
	while (left && power < kinds[p->t->type].power) {
		t = p->t++;
		left = infix(p, t, left);
	}
	p->depth--;
	return left;
}

bool parse(struct jmes *j, const struct tokens *tokens, struct jmes_error *err)
{
	struct parser p = {.j = j, .t = tokens->v, .err = err};
	struct node *root = expression(&p, 0);

	if (root && p.t->type != TOKEN_EOF)
		root = bad_value(&p, p.t, p.t, "Unexpected token: ", "");
	if (root && j->makers > JMES_MAX_NESTING)
		root = too_deep(&p);
	j->root = root;
	return root;
}
