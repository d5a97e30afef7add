/*
 * pyvalue.h - values of Python in a request that JSON does not have: bytes, dates.
 *
 * Until a request is checked they stand in it as objects with one strange member; what is sent
 * holds none.
 */
#ifndef CLI_PYVALUE_H
#define CLI_PYVALUE_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>

/* bytes, as fileb:// gives them */
json_t *pyvalue_bytes(const char *s, size_t n);
const char *pyvalue_bytes_of(const json_t *v, size_t *n);         /* NULL: the value is none */
void pyvalue_add_bytes(struct buf *out, const char *s, size_t n); /* repr: b'a\x00' */

/* datetime.date or, `with_time`, datetime.datetime, as YAML gives them; the text is Python's str()
 */
json_t *pyvalue_date(const char *text, bool with_time);
const char *pyvalue_date_of(const json_t *v, bool *with_time); /* NULL: the value is none */

/* "str", "bytes", "datetime.date"; str(v). `ordered`: objects are collections.OrderedDict. */
const char *pyvalue_type(const json_t *v, bool ordered);
void pyvalue_str(struct buf *out, const json_t *v, bool ordered);
/* Of what Python calls dict: an object, and none of the above. */
bool pyvalue_is_dict(const json_t *v);

enum { PYVALUE_MAX = 1024 * 1024 }; /* bytes of a value shown in a message; a limit of ours */

#endif
