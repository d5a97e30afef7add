/*
 * paramfile.h - values that are files: file://name (text) and fileb://name (bytes).
 */
#ifndef CLI_PARAMFILE_H
#define CLI_PARAMFILE_H

#include "cli/cli.h"

enum { PARAMFILE_MAX = 64 * 1024 * 1024 }; /* bytes of a file; a limit of ours */

enum paramfile {
	PARAMFILE_NONE, /* the value is no file's name */
	PARAMFILE_TEXT,
	PARAMFILE_BYTES,
	PARAMFILE_FAILED,
};

/* Reads the file into `out`; PARAMFILE_FAILED: `out` holds the CLI's sentence. */
enum paramfile paramfile_read(const struct cli *c, const char *value, struct buf *out);

/* `~` and $NAME, ${NAME} in a file's name, appended to `out`. */
void paramfile_expand(const struct cli *c, const char *name, struct buf *out);

#endif
