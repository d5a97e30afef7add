/*
 * number.h - whole numbers, spans and times of day as people write them: no sign but '-', no
 * blanks.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits, perhaps after one '-', in [min, max]. `out` is untouched on failure. */
bool number_parse(const char *s, int min, int max, int *out);

/* A span of time, as milliseconds: "90", "90s", "15m", "2h", "7d", "500ms", and sums: "1h30m"; at
 * most twenty years. `out` is untouched on failure. */
bool span_parse(const char *s, int64_t *out);

/* "HH:MM", 00:00 to 23:59, as minutes after midnight. */
bool clock_parse(const char *s, int *minutes);

#endif
