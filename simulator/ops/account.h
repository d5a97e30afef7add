/*
 * account.h - the accounts of a world, and looking for resources whose owner is not known.
 */
#ifndef OPS_ACCOUNT_H
#define OPS_ACCOUNT_H

#include "world/world.h"

#include <stdbool.h>

/* Walks the world's own accounts, then those that own public images,
 * shipped and added. Start with a zeroed cursor. */
struct account_cursor {
	struct world_cursor own, added;
	const char *const *catalogue;
};
bool account_next(const struct world *w, struct account_cursor *c, const char **account);

/* The resource of any account in a Region. The strings given are borrowed by `out`. */
bool resource_find(const struct world *w, const char *region, const char *kind, const char *id,
	struct resource *out);

/* Makes sure that the account is one of the world's, so that others find what it shares: in a step,
 * and as a step of its own. */
void account_join(struct world *w, const char *account);
void account_note(struct world *w, const char *account);

#endif
