/*
 * catalogue.h - what the other files of images need to know of the public images.
 */
#ifndef OPS_CATALOGUE_H
#define OPS_CATALOGUE_H

#include "ops/links.h"

/* The product code of the Marketplace image. */
#define CATALOGUE_PRODUCT "4t1qk8x0dz6w9v5n2m7c3b1a8"

/* Codes that AWS bills licences by: Windows, Red Hat Enterprise Linux. */
#define CATALOGUE_BILLS_WINDOWS "bp-6ba54002"
#define CATALOGUE_BILLS_RHEL    "bp-6fa54006"

/* Whether the id is one of the shipped images' in the Region. */
bool catalogue_ships(const char *region, const char *id);

/* The same as catalogue_genesis for images that somebody added: [{"Regions": [...], "Image":
 * {...}}]. Their owners beyond catalogue_accounts are resources of this kind, of no account and
 * Region. */
#define CATALOGUE_OWNER "catalogue-owner"
void catalogue_more(struct world *w, struct place_of in, const json_t *images);

#endif
