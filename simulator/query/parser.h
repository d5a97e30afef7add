/* parser.h - tokens to nodes, as python jmespath's parser puts them together. */
#ifndef QUERY_PARSER_H
#define QUERY_PARSER_H

#include "query/node.h"
#include "query/token.h"

/* Builds j->root from tokens that outlive the call only in j's arena and literals. */
bool parse(struct jmes *j, const struct tokens *tokens, struct jmes_error *err);

#endif
