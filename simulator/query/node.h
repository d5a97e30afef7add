/*
 * node.h - a compiled expression: a tree of nodes in one arena, constant once it is built.
 */
#ifndef QUERY_NODE_H
#define QUERY_NODE_H

#include "base/mem.h"
#include "query/jmespath.h"

struct function;

enum node_type {
	NODE_CURRENT, /* also what python jmespath calls identity */
	NODE_FIELD,
	NODE_LITERAL,
	NODE_INDEX,
	NODE_SLICE,
	NODE_SUBEXPRESSION,    /* children one after another, like the next two */
	NODE_INDEX_EXPRESSION, /* kept apart, because the parser treats them differently */
	NODE_PIPE,
	NODE_PROJECTION, /* of an array: base, right side */
	NODE_VALUES,     /* of an object's values: base, right side */
	NODE_FILTER,     /* base, right side, condition */
	NODE_FLATTEN,
	NODE_LIST,
	NODE_HASH, /* children are NODE_PAIR */
	NODE_PAIR,
	NODE_OR,
	NODE_AND,
	NODE_NOT,
	NODE_COMPARE,
	NODE_EXPREF,
	NODE_FUNCTION,
};

enum compare { COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LTE, COMPARE_GT, COMPARE_GTE };

struct slice {
	bool has[3]; /* start, stop, step */
	json_int_t part[3];
};

struct node {
	enum node_type type;
	int depth; /* levels of nodes, this one included; the links of a chain are one level */
	size_t len, cap;
	struct node **child;
	union {
		struct {
			const char *name; /* of a field, a pair, a function */
			size_t name_len;
			const struct function *function; /* NULL: unknown */
		};
		json_t *literal; /* borrowed */
		json_int_t index;
		struct slice slice;
		enum compare compare;
		/*
		 * `&expr` as a value: an immortal null at another address than json_null(),
		 * from which its node is found again (node_of_expression).
		 */
		json_t expression;
	};
};

struct jmes {
	const char *text;
	struct arena arena;
	json_t *literals;
	struct node *root;
	size_t makers;  /* nodes that make a value deeper than its parts */
	size_t exprefs; /* those that may become values: not given to a function to apply */
};

/* The node of an expression reference, if `value` is one. */
const struct node *node_of_expression(const json_t *value);

#endif
