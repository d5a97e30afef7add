/*
 * files.h - where things live (XDG base directories) and small whole-file reading and writing.
 */
#ifndef APP_FILES_H
#define APP_FILES_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* All paths are absolute and owned; NULL where there is no place (no HOME), which is an error
 * only for the command that needs it. */
struct places {
	char *share;   /* holds content/ and quizzes/: the tree's, or the installed ones */
	char *locale;  /* holds ko/LC_MESSAGES/amidojo.mo */
	char *data;    /* $XDG_DATA_HOME/amidojo */
	char *config;  /* $XDG_CONFIG_HOME/amidojo/config.yaml */
	char *cache;   /* $XDG_CACHE_HOME/amidojo */
	char *store;   /* data/progress.db */
	char *backups; /* data/backups */
	char *packs;   /* data/content: the learner's own content */
	char *worlds;  /* data/worlds: a file each */
	char *aws;     /* data/aws: config and credentials of the simulated AWS CLI */
};

void places_init(struct places *p);
void places_release(struct places *p);

/* Makes a folder and those above it (mode 0700). */
bool folder_make(const char *path, struct err *e);
/* Appends a file of at most 1 MiB; a missing one is empty if `may_miss`. */
bool file_read(const char *path, struct buf *out, bool may_miss, struct err *e);
/* Writes beside, syncs, renames over; makes the folder first. A file that is there keeps its mode,
 * a link to it stays one; what is no file (a device, a pipe) is refused. `path` has a slash. */
bool file_replace(const char *path, const char *bytes, size_t n, struct err *e);

#endif
