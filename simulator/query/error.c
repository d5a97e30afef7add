/* error.c - see error.h. */
#include "query/error.h"

#include "query/pytext.h"

bool jmes_fail(struct jmes_error *err, enum jmes_fault fault, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return false;
	err->fault = fault;
	buf_clear(&err->text);
	va_start(ap, fmt);
	buf_vaddf(&err->text, fmt, ap);
	va_end(ap);
	return false;
}

bool jmes_fail_depth(struct jmes_error *err)
{
	return jmes_fail(err, JMES_LIMIT, "%s", py_too_deep);
}

void jmes_error_release(struct jmes_error *err)
{
	buf_release(&err->text);
	err->fault = JMES_NONE;
}
