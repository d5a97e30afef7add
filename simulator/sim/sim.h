/*
 * sim.h - what the application sees of the simulator; it includes nothing else of it.
 *
 * So far that is the AWS CLI's --query and --output on any JSON. The world and its command line
 * will join here.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "base/buf.h"

#include <stddef.h>

/* What a command line printed and how it ended, byte for byte as AWS CLI v2 would. */
struct sim_answer {
	struct buf out, err;
	int code; /* 0; 252: the command line is wrong; 255: it failed on the way */
};

void sim_answer_init(struct sim_answer *a);
void sim_answer_release(struct sim_answer *a);

struct sim_query {
	const char *expression; /* JMESPath */
	const char *json;       /* the document */
	size_t length;          /* of it, in bytes */
	const char *name;       /* of it, for errors */
	const char *format;     /* "json", "text", "table", "yaml", "yaml-stream"; NULL: json */
	int columns;            /* of the terminal, for tables; 0: unknown */
};

/* Evaluates the expression over the document. A document that is no JSON is our own error, code 1,
 * in the UI language, with line and column. */
void sim_query(const struct sim_query *q, struct sim_answer *a);

#endif
