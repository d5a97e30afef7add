/*
 * region.h - zones as an account sees them. Which zone an account calls "a" is the account's own
 * affair; the zone ids are the same for everybody.
 */
#ifndef OPS_REGION_H
#define OPS_REGION_H

#include "ops/call.h"

/* Zone number i of a Region (i < r->n_zones): the default account sees the table's mapping, every
 * other one turned by some places. */
struct zone zone_of_account(const char *account, const struct region_facts *r, size_t i);
/* By name or id, as the caller sees it. False: no such zone here. */
bool zone_seen(const struct call *c, const char *name_or_id, struct zone *out);

/* A Local Zone or Wavelength Zone. */
struct far_zone {
	const char *region, *group, *group_long_name;
	struct zone zone;
	const char *type;   /* "local-zone" */
	const char *parent; /* zone id in the Region */
};
extern const struct far_zone far_zones[];
extern const size_t n_far_zones;

#endif
