/*
 * number.h - whole numbers and times of day as people write them: no sign but '-', no blanks.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>

/* Decimal digits, perhaps after one '-', in [min, max]. `out` is untouched on failure. */
bool number_parse(const char *s, int min, int max, int *out);

/* "HH:MM", 00:00 to 23:59, as minutes after midnight. */
bool clock_parse(const char *s, int *minutes);

#endif
