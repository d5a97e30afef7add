/* error.h - filling a struct jmes_error, as every part of the library does. */
#ifndef QUERY_ERROR_H
#define QUERY_ERROR_H

#include "query/jmespath.h"

/* Both return false. `err` may be NULL; what it held is replaced. */
bool jmes_fail(struct jmes_error *err, enum jmes_fault fault, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Python's words for too much nesting. */
bool jmes_fail_depth(struct jmes_error *err);

#endif
