/*
 * migrate.h - brings a store's schema from one version to the next.
 *
 * All steps that are needed run in one transaction together with the new user_version: the store
 * is at its old version or at its new one, never between. Unless the store is new, a verified
 * backup comes first; if that fails, the store stays as it was.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/internal.h"

struct migration {
	int from;                                    /* leads from this user_version to the next */
	const char *sql;                             /* run first; may be NULL */
	bool (*run)(struct store *s, struct err *e); /* may be NULL */
};

extern const struct migration store_migrations[STORE_VERSION];

bool migrate(struct store *s, const struct migration *steps, size_t n, int target, struct err *e);

#endif
