/*
 * stamp.h - timestamps in answers, as the CLI shows them.
 *
 * An answer holds a timestamp as the wire does: text ("2024-05-01T10:00:01.123Z", ec2 and query),
 * or seconds since the epoch (json); a world answers with text in either case. What is shown is
 * Python's isoformat(): in the zone of the text for ec2 and query, in the local time zone for
 * json; or, with cli_timestamp_format = wire, what the wire would carry.
 */
#ifndef CLI_STAMP_H
#define CLI_STAMP_H

#include "base/buf.h"
#include "model/model.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The value with its timestamps made ready: a new reference. What the answer shares with a world is
 * not touched: changed parts are copies. `shape` NULL: the value as it is.
 */
json_t *stamp_value(
	json_t *value, const struct model_shape *shape, enum model_protocol protocol, bool wire);

/* An instant and the zone it was given in. */
struct stamp {
	int64_t seconds;    /* since the epoch */
	int micros, offset; /* minutes east of UTC */
};

/* ISO 8601: a date, or a date and a time with an optional fraction and zone (none: UTC). */
bool stamp_parse(const char *text, struct stamp *out);
/* "2024-05-01T10:00:01.123000+00:00" */
void stamp_iso(struct buf *out, const struct stamp *t);

#endif
