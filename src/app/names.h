/*
 * names.h - $NAME and ${NAME} in texts that people read, and in values that are compared.
 *
 * Unlike in a command line (expand.h) nothing is quoted, and a name without a value stays as it
 * stands.
 */
#ifndef APP_NAMES_H
#define APP_NAMES_H

#include "base/buf.h"
#include "base/map.h"

#include <jansson.h>

void names_fill(const char *text, const struct map *values, struct buf *out);
/* In every string of the value, which is stolen; members keep their names. */
json_t *names_fill_json(json_t *value, const struct map *values);

#endif
