/* value.h - one option's value: a scalar, a list, shorthand or JSON, as its member's shape has it.
 */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include "cli/request.h"

/* A new value for the argument's member; NULL: told. `raw` is there, with a value. */
json_t *value_read(struct invocation *inv, const struct argument *a, const struct raw *raw);

#endif
