/* base64.h - base64 as Python's base64 module writes and reads it. */
#ifndef CLI_BASE64_H
#define CLI_BASE64_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

void base64_encode(struct buf *out, const char *s, size_t n);
/*
 * b64decode(): bytes that are no base64 are passed over, and a finished padding ends the text.
 * False: wrong padding; `out` may then hold a part.
 */
bool base64_decode(struct buf *out, const char *s, size_t n);
/* Nothing but base64 in whole groups, and perhaps line breaks. */
bool base64_is_strict(const char *s, size_t n);

#endif
