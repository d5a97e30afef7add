/*
 * moment.h - timestamps as people type them, as far as botocore and dateutil understand them.
 *
 * Seconds since the epoch (any number, so "2030" is half an hour after midnight in 1970); ISO 8601
 * with or without its signs; 2030/01/31; "Thu, 31 Jan 2030 10:00:00 GMT", "Jan 31 2030". Without
 * a zone it is UTC.
 */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include "base/buf.h"

#include <stdbool.h>

/* Appends the instant as requests carry it, 2030-01-31T10:00:00Z (.123000Z); false: it is none. */
bool moment_send(const char *text, struct buf *out);
bool moment_send_seconds(double seconds, struct buf *out);

#endif
