/*
 * fault.h - every fault the world can answer with: code, HTTP status, text. One list, faults.def,
 * so that the command line and the endpoint say the same.
 */
#ifndef OPS_FAULT_H
#define OPS_FAULT_H

enum fault_id {
	FAULT_NONE,
#define FAULT(name, code, http, text) FAULT_##name,
#include "ops/faults.def"
#undef FAULT
	FAULT_COUNT
};

struct fault {
	const char *code;
	int http;
	const char *text; /* printf's */
};

extern const struct fault faults[FAULT_COUNT];

/* A member that a modelled fault has besides its text. */
struct fault_detail {
	enum fault_id fault;
	const char *member, *value;
};
/* NULL: it has none. */
const struct fault_detail *fault_detail(enum fault_id f);

#endif
