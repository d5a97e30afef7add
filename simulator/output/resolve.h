/* resolve.h - what a plain YAML scalar would be read as, by the rules of the CLI's library. */
#ifndef OUTPUT_RESOLVE_H
#define OUTPUT_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the text, written plain, reads back as a string: it is no bool, number, null, date,
 * "=" or "<<" of ruamel.yaml's YAML 1.2, which is wider than the specification ("1_0", "0b1",
 * "010" are numbers) but no longer knows "yes", "off" and "12:30".
 */
bool resolve_is_text(const char *s, size_t n);

#endif
