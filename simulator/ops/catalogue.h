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

#endif
