/*
 * ini.h - ~/.aws/config and ~/.aws/credentials: read as the CLI reads them, edited in place.
 *
 * The rules are those of Python's RawConfigParser (which the CLI reads with) and of the CLI's own
 * writer, which knows less. Option names are in small letters; a value that begins on the next line
 * is a group of options of its own ("s3 =").
 */
#ifndef CLI_INI_H
#define CLI_INI_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>

enum cli_ini_state {
	CLI_INI_READ,
	CLI_INI_ABSENT, /* no such file: as good as an empty one */
	CLI_INI_BAD,    /* the CLI: "Unable to parse config file: PATH" (exit 255) */
};

struct cli_ini {
	enum cli_ini_state state;
	json_t *sections; /* {"profile x": {"region": "us-east-1", "s3": {"key": "value"}}}, as in
			     the file */
	json_t *profiles; /* {"default": ..., "x": ...}: the sections that a config file calls so */
};

/* Never NULL; the path may be. A leading ~ is not expanded. */
struct cli_ini *cli_ini_load(const char *path);
void cli_ini_free(struct cli_ini *ini); /* NULL is fine */

/* Options of a profile, borrowed; NULL: no such profile. */
json_t *cli_ini_config_profile(const struct cli_ini *config, const char *profile);
json_t *cli_ini_credentials_profile(const struct cli_ini *credentials, const char *profile);
/* The text of an option; NULL: not set, a group, or no profile (NULL is fine). */
const char *cli_ini_text(const json_t *profile, const char *option);
/* Whether either file knows the profile. */
bool cli_ini_has_profile(
	const struct cli_ini *config, const struct cli_ini *credentials, const char *profile);
/* All profiles with all their options; the credentials file's win. New reference. */
json_t *cli_ini_merged(const struct cli_ini *config, const struct cli_ini *credentials);

/*
 * Sets options in a section of a file: values are strings, or objects of strings. Lines that are
 * there are changed, the others stay as they are, comments too; what is missing is added, file
 * (0600) and folders too.
 */
bool cli_ini_update(const char *path, const char *section, const json_t *values, struct err *err);

/* The same on text: `text` is the file's content, and then the new one. For cli_ini_update, tests.
 */
struct buf;
void cli_ini_edit(struct buf *text, const char *section, const json_t *values);
/* Reads text instead of a file. */
struct cli_ini *cli_ini_parse(const char *text, size_t n);

#endif
