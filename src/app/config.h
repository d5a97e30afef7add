/*
 * config.h - the learner's settings: $XDG_CONFIG_HOME/amidojo/config.yaml.
 *
 * A missing file or key means the default. A file that cannot be understood is an error with its
 * place, never silently ignored. Setting a key rewrites its line ("key: value", from the first
 * column) and leaves the others, comments included, as they are.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "study/ladder.h"

#include <stdbool.h>

enum language { LANGUAGE_AUTO, LANGUAGE_EN, LANGUAGE_KO, LANGUAGE_BOTH };

struct config {
	enum language lang;
	int new_per_day;
	int rollover_min; /* minutes after midnight at which a study day begins */
	struct ladder ladder;
	bool maintenance; /* reviews after graduation */
	bool exam_sweep;  /* everything in long-term memory once more on the eve of the exam */
	day_t exam_date;  /* DAY_NONE: none */
};

bool config_load(struct config *c, const char *path, struct err *e);
/* value NULL: back to the default. Validates first, writes atomically; a file so written that
 * changing the key's line would not do just that is left alone, and the error names the place. */
bool config_set(const char *path, const char *key, const char *value, struct err *e);

/* Calls fn for every key with its present value as text and what it is for. */
typedef void config_fn(void *ctx, const char *key, const char *value, const char *summary);
void config_each(const struct config *c, config_fn *fn, void *ctx);

bool language_parse(const char *s, enum language *out);

#endif
