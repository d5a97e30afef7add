/*
 * check.h - what botocore refuses before it sends a request, and how the rest is made ready.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/internal.h"

/*
 * Texts of blobs, base64 as the CLI wants them, become bytes (or stay what they are,
 * --cli-binary-format raw-in-base64-out). False: told.
 */
bool check_blobs(struct invocation *inv);

/*
 * Required members, types, unknown members, least values and lengths: every problem in one
 * message. Enums, patterns and greatest values are the service's affair.
 */
bool check_request(struct invocation *inv);

/* After that: timestamps as 2030-01-31T10:00:00Z, bytes as base64; refuses text that has no UTF-8.
 */
bool check_finish(struct invocation *inv);

#endif
