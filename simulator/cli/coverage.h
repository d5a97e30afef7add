/* coverage.h - which family a command belongs to. */
#ifndef CLI_COVERAGE_H
#define CLI_COVERAGE_H

#include <stddef.h>

/* Families of EC2's commands, in the order in which they are shown; the last is "other". */
extern const char *const coverage_families[];
extern const size_t coverage_n_families;
/* Index of the family of a command ("create-image"). */
size_t coverage_family(const char *command);

#endif
