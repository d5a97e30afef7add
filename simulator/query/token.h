/*
 * token.h - the words of an expression.
 *
 * Places are counted in characters, as the error texts show them. All texts are in the expression
 * or in the arena; literal values are owned by the array that the caller gives.
 */
#ifndef QUERY_TOKEN_H
#define QUERY_TOKEN_H

#include "base/mem.h"
#include "query/jmespath.h"

enum token_type {
	TOKEN_EOF,
	TOKEN_UNQUOTED,
	TOKEN_QUOTED,
	TOKEN_LITERAL,
	TOKEN_RBRACKET,
	TOKEN_RPAREN,
	TOKEN_COMMA,
	TOKEN_RBRACE,
	TOKEN_NUMBER,
	TOKEN_CURRENT,
	TOKEN_EXPREF,
	TOKEN_COLON,
	TOKEN_PIPE,
	TOKEN_OR,
	TOKEN_AND,
	TOKEN_EQ,
	TOKEN_GT,
	TOKEN_LT,
	TOKEN_GTE,
	TOKEN_LTE,
	TOKEN_NE,
	TOKEN_FLATTEN,
	TOKEN_STAR,
	TOKEN_FILTER,
	TOKEN_DOT,
	TOKEN_NOT,
	TOKEN_LBRACE,
	TOKEN_LBRACKET,
	TOKEN_LPAREN,
};

struct token {
	enum token_type type;
	size_t start;     /* characters before it */
	const char *text; /* what an error text calls its value; of a literal: NULL */
	size_t len;
	json_int_t number; /* of a number; the nearest there is, if it is beyond 64 bits */
	json_t *literal;   /* borrowed */
};

struct tokens {
	struct token *v;
	size_t len, cap;
	struct arena *arena;
	json_t *literals; /* an array that keeps the literals */
};

/* Fills `out` up to a TOKEN_EOF; the caller frees out->v, after failure too. */
bool tokens_read(struct tokens *out, const char *expr, struct jmes_error *err);

#endif
