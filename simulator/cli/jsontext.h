/*
 * jsontext.h - JSON typed as a value, with the error texts of Python's json module (3.11).
 */
#ifndef CLI_JSONTEXT_H
#define CLI_JSONTEXT_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>

enum { JSONTEXT_DEPTH = 300 };

/*
 * A new value; NULL: `problem` tells what json.loads() says, with line, column and position, or,
 * if *too_deep, what Python says of its stack.
 */
json_t *jsontext_read(const char *s, size_t n, struct buf *problem, bool *too_deep);

#endif
