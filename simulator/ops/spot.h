/*
 * spot.h - what the files of Spot Instances share.
 */
#ifndef OPS_SPOT_H
#define OPS_SPOT_H

#include "ops/instance.h"

enum { SPOT_PRICE_TEXT = 32 };
char *spot_price_text(int64_t price, char out[SPOT_PRICE_TEXT]); /* "0.031300" */

handler_fn spot_describe_history;

#endif
