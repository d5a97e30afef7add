/*
 * yamltext.h - YAML typed as a request, read as the CLI's library does: YAML 1.2, nothing but plain
 * data. It is not for content files, which have a reader of their own.
 */
#ifndef CLI_YAMLTEXT_H
#define CLI_YAMLTEXT_H

#include <jansson.h>

enum {
	YAMLTEXT_DEPTH = 100,
	YAMLTEXT_NODES = 200000, /* after aliases have been followed */
};

/* A new value, with bytes and dates as pyvalue.h has them. NULL: invalid, or beyond the limits. */
json_t *yamltext_read(const char *s, size_t n);

#endif
