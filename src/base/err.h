/*
 * err.h - what went wrong, as a code for the program and a sentence for the learner.
 *
 * Every function that can fail takes a struct err as its last parameter, leaves it untouched on
 * success, and fills it once on failure. The text is complete (place and remedy), already in the
 * UI language, without a trailing newline. No allocation: a text that does not fit is cut.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

enum err_code {
	ERR_NONE,
	ERR_USAGE,    /* the command line or a setting is wrong */
	ERR_IO,       /* the system refused: errno is in the text */
	ERR_FULL,     /* no room left on the device */
	ERR_BUSY,     /* another process holds the lock */
	ERR_DATA,     /* content or a file is damaged or foreign */
	ERR_NEWER,    /* written by a newer amidojo */
	ERR_CONFLICT, /* the item changed since it was shown */
	ERR_NOTHING,  /* nothing to do: nothing to undo, no such item */
};

struct err {
	enum err_code code;
	char text[1024];
};

/* Fills `e` (which may be NULL) and returns false, so that `return err_set(...)` reads well. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
