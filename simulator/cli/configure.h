/* configure.h - what configure.c shares with its tests. */
#ifndef CLI_CONFIGURE_H
#define CLI_CONFIGURE_H

#include "base/buf.h"

/* "default", "profile x", "profile 'a b'": the section of a profile in the config file. */
void configure_section(struct buf *out, const char *profile);
/* "****************MPLE"; "None" for NULL. */
void configure_mask(struct buf *out, const char *value);

#endif
