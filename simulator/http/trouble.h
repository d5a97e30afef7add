/*
 * trouble.h - the fault of a request that cannot be read: what both doors say of it.
 */
#ifndef HTTP_TROUBLE_H
#define HTTP_TROUBLE_H

#include "ops/ops.h"
#include "wire/wire.h"

/* Fills the fault of a reading's trouble; answers false. */
bool http_refuse(struct ops_answer *a, const struct wire_reading *reading);

#endif
