/*
 * image.h - what the files of images share.
 *
 * Kind "image": the document is an Image. Private members:
 *   _LaunchPermissions  list as in LaunchPermission; the owner's own right is implicit
 *   _BillingProducts    codes of licences billed with it: it is not copied across accounts
 *   _NoReboot           it was made of a running instance without a reboot
 *   _Consistency        "file-system" or "crash": what its snapshots hold of a file system in use
 *   _UefiData           the UEFI variable store, base64
 *   _Launched           milliseconds of launches that LastLaunchedTime is made of
 *   _CooldownEnds       milliseconds: until when protection outlasts its being turned off
 *   _ManagedByBackup    it belongs to AWS Backup
 *
 * Kinds beside it, so that no change has to walk all images:
 *   "image-name"      id: the name; {Count}: how many images of the account have it, {}: one
 *   "image-pending"   id: the image; {Operation, SourceInstanceId, NoReboot}: it is being made
 *   "image-public"    id: the image: the account has made it public
 *   "image-snapshot"  in account "", id: a snapshot; {ImageId, Count}: the oldest image that uses
 * it, and how many do "image-gone"      id: the image; its last document: it was deregistered
 *   "image-bin"       id: the image; its document: it is in the Recycle Bin
 *
 * Settings: "image-public-access" {State, Next}, "allowed-images" {State, ImageCriteria}; given
 * from the start by a world, if at all: "_marketplace" {ProductCodes: [code]}, what the account has
 * subscribed to.
 */
#ifndef OPS_IMAGE_H
#define OPS_IMAGE_H

#include "ops/links.h"

enum {                                     /* world time, in milliseconds */
	IMAGE_SETTLES_MS = 10 * 1000,      /* from complete snapshots to available */
	IMAGE_FETCHES_MS = 60 * 1000,      /* a bundle is read from S3 */
	IMAGE_REMEMBERED_MS = 3600 * 1000, /* after deregistration, if no instance is of it */
	IMAGE_BLOCKS_MS = 300 * 1000,      /* until block public access is in force */
};
#define IMAGE_DAY_MS ((int64_t)86400 * 1000)

enum { /* quotas of the EC2 user guide: "AMI quotas", "Copy an AMI" */
	IMAGE_PUBLIC_MAX = 5,
	IMAGE_SHARES_MAX = 1000,
	IMAGE_COPIES_MAX = 300,
	IMAGE_NO_REBOOT_MAX = 5, /* snapshots that a volume may have under way */
};

/* --- image.c --------------------------------------------------------------------------------- */

/* What names of images and of watermarks are made of. */
bool image_name_fits(const char *name);

bool image_own(const struct call *c, const struct resource *image);
/* The image of any account here, or the fault of an id that is none. */
bool image_find(struct call *c, const char *id, struct resource *image);
/* The image, also if it has been deregistered; NULL: never heard of. No fault. */
json_t *image_record(
	const struct call *c, const char *region, const char *id, struct resource *out);
/* Whether a deregistered image's id is still known to the caller. */
bool image_gone(const struct call *c, const char *id);
/* image_for_change, and the image is available (or the fault of its state). */
bool image_for_use(struct call *c, const char *id, struct resource *image);
bool image_is_state(const json_t *image, const char *state);
bool image_encrypted(const json_t *image);
/* The product code of the Marketplace; NULL: none. */
const char *image_marketplace(const json_t *image);
bool image_deprecated(const json_t *image, int64_t now);
/* A description, if the request has one: 255 ASCII characters. */
bool image_description_check(struct call *c, const char *text);
/* Takes it away, with all that is kept beside it. */
void image_drop(struct call *c, const struct resource *image);
/* The opposite: an image that was there before is there again. */
void image_put_back(struct call *c, const char *id, json_t *doc);
/* Snapshots of the mappings, each once: an array of ids; new reference. */
json_t *image_snapshots(const json_t *image);

/* --- mappings of a request (image-mapping.c) ---------------------------------------------------
 */

/* Every mapping names a device, and no device is named twice. */
bool image_mappings_named(struct call *c);
/* A volume that is to be made of a snapshot, or empty: `ebs` may be NULL. */
bool image_mapping_fits(struct call *c, const char *device, const json_t *ebs);
/* The same as the image has it, with all defaults; new reference. */
json_t *image_mapping_ebs(const struct call *c, const json_t *ebs, bool deleted);

/* --- launch permissions (image-attribute.c) --------------------------------------------------- */

/* Whether the launch permissions name the account, its organisation or unit; `public` is not asked.
 */
bool image_shared_with(const struct world *w, const json_t *image, const char *account);
/* Sets _LaunchPermissions and Public of a document that is put then; steals the list. */
void image_permissions_set(struct call *c, const char *id, json_t *doc, json_t *list);

/* --- settings (image-settings.c) ---------------------------------------------------------------
 */

bool image_public_blocked(const struct call *c);
/* "disabled", "audit-mode", "enabled" */
const char *image_allowed_state(const struct call *c);
/* Whether the criteria of Allowed AMIs let the account have the image; its own ones always. */
bool image_allowed(const struct call *c, const struct resource *image);
/* The same as far as the setting is enabled. */
bool image_usable(const struct call *c, const struct resource *image);

/* Whether one of its mappings is of this snapshot. (image.c) */
bool image_uses_snapshot(const json_t *image, const char *snapshot);

/* --- watermarks (image-lineage.c) --------------------------------------------------------------
 */

/* What is made of an image carries its watermarks. */
void image_watermarks_copy(const json_t *from, json_t *to);

/* --- describing (image-describe.c) -------------------------------------------------------------
 */

/* LastLaunchedTime: a new text, or NULL. */
json_t *image_last_launched(const struct call *c, const json_t *image);

/* --- handlers that stand in files of their own -------------------------------------------------
 */

json_t *image_register_run(struct call *c);
json_t *image_copy_run(struct call *c);

#endif
