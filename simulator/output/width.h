/* width.h - columns of a text by the rule of the CLI's table, which is not the terminal's. */
#ifndef OUTPUT_WIDTH_H
#define OUTPUT_WIDTH_H

#include <stddef.h>

/*
 * Characters of East Asian width Wide, Fullwidth or Ambiguous count 2, all others 1: letters such
 * as "é" and most combining accents are Ambiguous, Hangul vowels of NFD text and controls are not.
 */
size_t width_of(const char *s, size_t n);

#endif
