/*
 * calendar.h - the coming reviews as iCalendar (RFC 5545): one event per study day.
 *
 * Writing the same plan again gives the same bytes: an event keeps its DTSTAMP and SEQUENCE from
 * the file it replaces as long as nothing else in it changed; a changed one gets the present time
 * and a higher SEQUENCE. A day that has lost its reviews is cancelled, so that a calendar that
 * imported it before drops it; so is one that lies
 * beyond the days asked for. Times are floating: the learner's local time, wherever that is.
 */
#ifndef APP_CALENDAR_H
#define APP_CALENDAR_H

#include "base/buf.h"
#include "base/day.h"

#include <stdbool.h>

struct calendar {
	day_t today;
	const int *reviews; /* of today + i */
	int days;
	int at_min; /* minutes after midnight at which the event begins */
	/* when a study day begins: an earlier at_min belongs to the civil day after it */
	int rollover_min;
	struct moment now;
};

/* `old`: the file that will be replaced, "" if there is none. */
void calendar_write(const struct calendar *c, const char *old, struct buf *out);

/* Whether these are the bytes of a calendar written by calendar_write. */
bool calendar_is_ours(const char *bytes);

/* One content line: TEXT escaped by the caller; folded at 75 octets, ended by CRLF. */
void calendar_line(struct buf *out, const char *line);
/* A TEXT value: backslash, semicolon, comma and newline escaped. */
void calendar_escape(struct buf *out, const char *text);

#endif
