/*
 * accounts.h - `serve --accounts FILE`: who may call, and with which secrets.
 */
#ifndef APP_ACCOUNTS_H
#define APP_ACCOUNTS_H

#include "app/document.h"
#include "sim/sim.h"

/* A zeroed one is empty. */
struct accounts {
	struct sim_key *keys; /* owned; their texts are the file's */
	size_t n;
	struct document_file file;
};

/* False: the file is no such file, or others could read it; nothing is to be released then. An
 * error names places, never a secret. */
bool accounts_read(const char *path, struct accounts *out, struct err *e);
void accounts_release(struct accounts *a);

#endif
