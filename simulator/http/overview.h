/*
 * overview.h - what a world holds, in short: for the page, which draws it anew after every change.
 *
 * One JSON object, each list in the order of its places and, in a place, of creation:
 *
 *   now        "2026-11-21T10:20:30.000Z", of the world's clock
 *   accounts   [{id, name}]
 *   regions    {"us-east-1": "US East (N. Virginia)"} of the resources in the lists
 *   images     [{id, account, region, name, state, created, public, shared_with, source_image,
 *              source_region, source_instance, snapshots: [id], root_device, deprecated (when),
 *              protected}]
 *   snapshots  [{id, account, region, name, state, created, size, volume, encrypted, tier, public,
 *              shared_with}]
 *   volumes    [{id, account, region, name, state, created, size, type, snapshot, encrypted,
 *              instances: [id]}]
 *   instances  [{id, account, region, name, state, created, type, image, volumes: [id]}]
 *   others     [{id, account, region, name, gone}]: images that these come from and that are not in
 *              the list, because the world had them from the start or they are deregistered
 *   counts     {images, snapshots, volumes, instances}
 *
 * Only what was made in this world is in the lists. Members without a value are left out, false
 * ones too. What is in the Recycle Bin has the state "recycle-bin".
 */
#ifndef HTTP_OVERVIEW_H
#define HTTP_OVERVIEW_H

#include "base/buf.h"
#include "world/world.h"

void http_overview(struct world *w, struct buf *out);

#endif
