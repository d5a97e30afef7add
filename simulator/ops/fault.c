/* fault.c - the list of faults as a table, and how a call gets one; see fault.h and call.h. */
#include "ops/call.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>

const struct fault faults[FAULT_COUNT] = {
	[FAULT_NONE] = {"", 200, ""},
#define FAULT(name, code, http, text) [FAULT_##name] = {code, http, text},
#include "ops/faults.def"
#undef FAULT
};

/* Source: the Recycle Bin API reference, "Errors". */
static const struct fault_detail details[] = {
	{FAULT_BIN_VALIDATION, "Reason", "INVALID_PARAMETER_VALUE"},
	{FAULT_BIN_RULE_NOT_FOUND, "Reason", "RULE_NOT_FOUND"},
	{FAULT_BIN_RULE_STATE, "Reason", "INVALID_RULE_STATE"},
	{FAULT_BIN_RULE_LIMIT, "Reason", "SERVICE_QUOTA_EXCEEDED"},
	{FAULT_BIN_TAG_LIMIT, "Reason", "SERVICE_QUOTA_EXCEEDED"},
};

const struct fault_detail *fault_detail(enum fault_id f)
{
	for (size_t i = 0; i < sizeof details / sizeof details[0]; i++)
		if (details[i].fault == f)
			return &details[i];
	return NULL;
}

enum { LONGEST_TEXT = 16000 };

static void set_fault(struct ops_answer *a, enum fault_id f, va_list args)
{
	if (a->code) /* the first one counts */
		return;
	a->code = faults[f].code;
	a->http = faults[f].http;
	a->detail = fault_detail(f);
	buf_clear(&a->text);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* templates of faults.def, read by us alone  \
						      */
	buf_vaddf(&a->text, faults[f].text, args);
#pragma GCC diagnostic pop
	if (a->text.len > LONGEST_TEXT) /* it quotes what is of no use to a reader */
		buf_truncate(&a->text, text_fit(a->text.s, LONGEST_TEXT, LONGEST_TEXT));
}

json_t *call_fault(struct call *c, enum fault_id f, ...)
{
	va_list args;

	va_start(args, f);
	set_fault(c->answer, f, args);
	va_end(args);
	return NULL;
}

bool ops_refuse(struct ops_answer *a, enum fault_id f, ...)
{
	va_list args;

	va_start(args, f);
	set_fault(a, f, args);
	va_end(args);
	return false;
}

bool call_failed(const struct call *c)
{
	return c->answer->code != NULL;
}

void ops_answer_release(struct ops_answer *a)
{
	json_decref(a->value);
	buf_release(&a->text);
	buf_release(&a->misfit);
	*a = (struct ops_answer)OPS_ANSWER_INIT;
}
