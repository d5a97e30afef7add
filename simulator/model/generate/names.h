/*
 * names.h - the rules by which one name follows from another: CLI names and wire names.
 */
#ifndef GENERATE_NAMES_H
#define GENERATE_NAMES_H

#include "base/buf.h"

/* DescribeImages -> describe-images, as botocore's xform_name does. Replaces what is in `out`. */
void name_for_cli(struct buf *out, const char *name);

/* The same name with its first letter small, or capital. */
void name_small(struct buf *out, const char *name);
void name_capital(struct buf *out, const char *name);

#endif
