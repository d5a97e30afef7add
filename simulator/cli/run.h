/* run.h - what run.c, page.c and wait.c share: one call, and its answer as the CLI has it. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/internal.h"

#include <jansson.h>

/* Sends the request (borrowed) once. Release the reply. */
void run_send(struct invocation *inv, json_t *request, struct cli_reply *reply);
void run_reply_release(struct cli_reply *reply);
/* Tells the failure of a reply without a value; returns false. */
bool run_failed(struct invocation *inv, const struct cli_reply *reply);
/* The answer as botocore and the CLI hand it on, timestamps and such made ready: new reference. */
json_t *run_ready(const struct invocation *inv, json_t *value);
/* All three: new reference; NULL: the failure is told. */
json_t *run_call(struct invocation *inv, json_t *request);

#endif
