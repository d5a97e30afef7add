/*
 * shorthand.h - Key=a,Values=b,c : the CLI's own syntax for structures.
 *
 *     parameter = keyval *("," keyval)         keyval = key ["@"] "=" [csv | "[" list "]" | "{"
 * hash "}"]
 *
 * The parser does not know the model; what is said of Values=b above only the comma behind it
 * decides. Then the value is fitted to its shape: numbers become numbers, one value where a list
 * belongs becomes a list. After "@=" a text may be file:// or fileb://.
 */
#ifndef CLI_SHORTHAND_H
#define CLI_SHORTHAND_H

#include "cli/cli.h"

#include <jansson.h>

enum { SHORTHAND_DEPTH = 250 };

enum shorthand_fault {
	SHORTHAND_SYNTAX,  /* "Error parsing parameter ...", exit 252 */
	SHORTHAND_GENERAL, /* the bare text, exit 255 */
};

/* A new object; NULL: `problem` is the message. */
json_t *shorthand_parse(const struct cli *c, const char *value, size_t n, struct buf *problem,
	enum shorthand_fault *fault);

/*
 * The value (taken over, changed) as its shape wants it; NULL: it does not fit, and `problem` is
 * what Python says (exit 255).
 */
json_t *shorthand_fit(json_t *value, const struct model_shape *shape, struct buf *problem);

#endif
