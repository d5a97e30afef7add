/*
 * catalogue.h - `serve --catalogue FILE`: public images beyond the shipped ones, so that scripts
 * which name fixed ids run.
 */
#ifndef APP_CATALOGUE_H
#define APP_CATALOGUE_H

#include "app/document.h"

/* A zeroed one is empty. */
struct catalogue {
	char *images; /* owned; for struct sim_options */
};

/* False: the file is no such file; nothing is to be released then. */
bool catalogue_read(const char *path, struct catalogue *out, struct err *e);
void catalogue_release(struct catalogue *c);

#endif
