/*
 * day.h - civil days and the study day.
 *
 * A day is a count of civil days since 1970-01-01 in the proleptic Gregorian calendar; it has no
 * time zone. A moment is an instant with the UTC offset in force where the learner was. The study
 * day of a moment is its local date, except that the hours before the rollover still belong to
 * the day before (study-rules: default 04:00). It is computed once, when something happens, and
 * stored: later travel or DST changes never move a past day.
 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

typedef int32_t day_t;
#define DAY_NONE INT32_MIN

struct moment {
	int64_t utc_ms;     /* milliseconds since the epoch */
	int32_t offset_min; /* minutes east of UTC, DST included */
};

struct civil {
	int year, month, day; /* month and day count from 1 */
};

#define DAY_TEXT 16 /* room for a formatted day, NUL included */

day_t day_from_civil(struct civil c);
struct civil day_to_civil(day_t d);
int day_weekday(day_t d); /* 0 = Monday ... 6 = Sunday */

/* rollover_min: minutes after local midnight at which the study day begins, 0..1439. */
day_t day_of_moment(struct moment m, int rollover_min);

/* "2026-11-21"; DAY_NONE prints "-". Returns `out`. */
char *day_format(day_t d, char out[DAY_TEXT]);
/* Accepts exactly YYYY-MM-DD with a real date between 1970 and 9999. */
bool day_parse(const char *text, day_t *out);
/* Accepts YYYY-MM-DDTHH:MM[:SS[.fraction]] followed by Z or +HH:MM / -HH:MM. */
bool moment_parse(const char *text, struct moment *out);

#endif
