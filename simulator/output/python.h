/* python.h - values as Python shows them, where the CLI lets that through to its users. */
#ifndef OUTPUT_PYTHON_H
#define OUTPUT_PYTHON_H

#include "base/buf.h"

#include <jansson.h>

void python_float(struct buf *out, double value);       /* repr: 8.0, 1e+16, 1e-07, nan, inf */
void python_str(struct buf *out, const json_t *value);  /* a string as it is, the rest as repr */
void python_repr(struct buf *out, const json_t *value); /* {'Key': 'Name', 'Value': None} */
const char *python_type(const json_t *value);           /* "NoneType" */

#endif
