/*
 * input.h - what the service checks of a request before the handler sees it, all from the model.
 */
#ifndef OPS_INPUT_H
#define OPS_INPUT_H

#include "ops/call.h"

/* False and a fault if a required member is missing, or a value is not in its enum or range. */
bool input_check(struct call *c);

#endif
