/*
 * links.h - what one family of operations needs of another. Each function belongs to the family
 * named above it; a bool that is false, or a NULL, comes with a fault set on the call unless said
 * otherwise.
 */
#ifndef OPS_LINKS_H
#define OPS_LINKS_H

#include "ops/call.h"

/* --- images (image.c) ------------------------------------------------------------------------ */

/* Kind "image". Private members of the document: _LaunchPermissions (list as in LaunchPermission),
 * _State before disabling and the like. Public images of the catalogue are resources too. */

/* Whether the caller may see the image: own, public, or shared with account, organisation, unit. */
bool image_seen(const struct call *c, const struct resource *image);
/* The image for a launch: exists, permitted (launch permission, Allowed AMIs), available,
 * subscribed. */
bool image_for_launch(struct call *c, const char *id, struct resource *image);
/* The caller's image that a change is for, or the right fault (not found, not the owner's). */
bool image_for_change(struct call *c, const char *id, struct resource *image);
/* The registered image that uses the snapshot, of any account here; false (no fault) if none. */
bool image_of_snapshot(const struct call *c, const char *snapshot_id, struct resource *image);
/* Name rules and that no other image of the caller has it. */
bool image_name_check(struct call *c, const char *name);
/* A new image document of the caller: id made, common members set (State pending, CreationDate,
 * OwnerId, ...); not yet in the world. */
json_t *image_new(struct call *c, const char *name, char id[WORLD_ID]);
/* Puts it there, pending; it becomes available when the snapshots of its mappings have, or fails
 * with them. `least` milliseconds at least. */
void image_add(struct call *c, const char *id, json_t *doc, int64_t least);

/* --- snapshots (snapshot.c) ------------------------------------------------------------------ */

/* Kind "snapshot". Private: _CreateVolumePermissions, _blocks (see snapshot.c). */

/* Begins a snapshot of a volume (pending, completes by timer); tags of type "snapshot" from the
 * request. */
bool snapshot_of_volume(
	struct call *c, const char *volume_id, const char *description, char id[WORLD_ID]);
/* Begins a snapshot that holds the same data as another of any account and Region, in the caller's
 * Region; kms_key_arn NULL: not encrypted. True when it has begun. */
bool snapshot_of_snapshot(struct call *c, const struct resource *from, const char *description,
	const char *kms_key_arn, char id[WORLD_ID]);
/* A snapshot out of nowhere (import, restore of a stored image, the catalogue). */
bool snapshot_of_size(struct call *c, int64_t gib, const char *description, const char *kms_key_arn,
	char id[WORLD_ID]);
/* Whether the caller may make volumes of it: own, shared or public (not in the Recycle Bin). */
bool snapshot_seen(const struct call *c, const struct resource *snapshot);
/* The snapshot for use by the caller, or InvalidSnapshot.NotFound. */
bool snapshot_for_use(struct call *c, const char *id, struct resource *snapshot);

/* --- the Recycle Bin (rbin.c) ------------------------------------------------------------- */

/* How many milliseconds the caller's retention rules keep a resource that is being deleted, by its
 * type ("EC2_IMAGE") and its Tags; 0: none does. */
int64_t bin_keeps(const struct call *c, const char *type, const json_t *resource);
/* Puts the document (stolen) into a bin, a kind of its own, for so long; it gets
 * RecycleBinEnterTime and RecycleBinExitTime. */
void bin_put(struct call *c, const char *bin, const char *id, json_t *doc, int64_t keeps);
/* Takes it out: the document as it was, a new reference; NULL: it is not there (no fault). */
json_t *bin_take(struct call *c, const char *bin, const char *id);

/* --- volumes (volume.c) ------------------------------------------------------------------------
 */

/* Kind "volume". */
struct volume_plan {
	const char *device;       /* "/dev/xvda": for faults */
	const char *snapshot_id;  /* NULL: empty volume */
	int64_t gib;              /* 0: of the snapshot */
	const char *type;         /* NULL: gp2, as the API's default is */
	int64_t iops, throughput; /* 0: the type's default */
	int64_t init_rate;       /* MiB/s in which its blocks come from the snapshot; 0: not said */
	int encrypted;           /* -1: not said */
	const char *kms_key_id;  /* as given; NULL: default key */
	const char *zone;        /* "us-east-1a" */
	const char *instance_id; /* attached from the start; NULL: available */
	bool delete_on_termination;
};
/* Checks everything that AWS checks before it answers (sizes, types, encryption, snapshot access);
 * kms permission is not checked here: a key that may not be used makes the volume fail later. */
bool volume_plan_check(struct call *c, const struct volume_plan *p);
/* Makes the volume (checked before); tags of type "volume" from the request. */
bool volume_make(struct call *c, const struct volume_plan *p, char id[WORLD_ID]);
/* Whether the caller's use of the plan's keys would fail (disabled, deleted, no permission):
 * launches then end with Client.InternalError. No fault. */
bool volume_plan_key_fails(struct call *c, const struct volume_plan *p);
/* Whether an instance can have its root on this type of volume. NULL: gp2. */
bool volume_type_boots(const char *type);
void volume_attach(struct call *c, const char *volume_id, const char *instance_id,
	const char *device, bool delete_on_termination);
void volume_detach(struct world *w, struct place_of volumes, const char *volume_id);
void volume_delete(struct world *w, struct place_of volumes, const char *volume_id);

/* --- keys (kms.c) ------------------------------------------------------------------------------
 */

/* Kind "key" (id: the key's UUID), of its account and Region; AWS managed key aws/ebs is there from
 * the start. */

/* Key id, alias, ARN of either -> ARN of the key, in the caller's Region, of any account. False, no
 * fault: none such. */
bool kms_resolve(const struct call *c, const char *key, struct buf *arn);
/* Whether an account may use the key for an operation ("Decrypt", "CreateGrant", "ReEncryptFrom",
 * "GenerateDataKeyWithoutPlaintext"): enabled, own account or allowed by key policy or grant. */
bool kms_allows(
	const struct world *w, const char *account, const char *key_arn, const char *operation);
bool kms_is_aws_managed(const struct world *w, const char *key_arn);
/* The key that EBS encrypts with when none is named: the account's default key here. */
void ebs_default_key(const struct call *c, struct buf *arn);
bool ebs_encrypts_by_default(const struct call *c);

/* --- network (network.c, security-group.c) -----------------------------------------------------
 */

struct interface_plan {
	const char *subnet_id;     /* NULL: the default subnet of `zone` (or of the first zone) */
	const char *zone;          /* NULL: any */
	const json_t *group_ids;   /* NULL or empty: the VPC's default group */
	const json_t *group_names; /* of the default VPC */
	const char *private_ip;    /* NULL: the next free */
	const char *description;   /* NULL: "" */
	int public_ip;             /* -1: as the subnet says */
	int64_t device_index;
	bool delete_on_termination;
};
/* Checks the plan and says where it would be: ids of VPC, subnet and zone are borrowed until the
 * next change. */
bool interface_plan_check(struct call *c, const struct interface_plan *p, const char **vpc,
	const char **subnet, const char **zone);
/* Makes a network interface, attached to the instance (kind "network-interface"), and answers with
 * its id; its document has PrivateIpAddress, Association.PublicIp, Groups, ... */
bool interface_make(
	struct call *c, const struct interface_plan *p, const char *instance_id, char id[WORLD_ID]);
/* The instance has stopped, started or gone: public addresses given up or taken anew, interfaces
 * deleted. */
void interface_stopped(struct world *w, struct place_of interfaces, const char *id);
void interface_started(struct world *w, struct place_of interfaces, const char *id);
void interface_gone(struct world *w, struct place_of interfaces, const char *id);

/* --- instances (instance.c) --------------------------------------------------------------------
 */

/* Kind "instance": the document is an Instance; private: _ReservationId, _Reservation, _UserData,
 * _attributes ... */
bool instance_for_change(
	struct call *c, const char *id, struct resource *instance); /* or not found / malformed */
/* A reboot begins; its end is a timer's. */
void instance_reboot(struct call *c, const struct resource *instance);

/* --- instance types (types.c) ------------------------------------------------------------------
 */

struct type_facts {
	const char *name;         /* "t3.micro" */
	const char *architecture; /* "x86_64", "arm64", "i386 x86_64" (words), "x86_64_mac",
				     "arm64_mac" */
	const char *boot_modes;   /* "legacy-bios uefi" */
	const char *hypervisor;   /* "nitro", "xen", "" (metal) */
	const char *ena;          /* "required", "supported", "unsupported" */
	bool paravirtual;         /* PV images run too */
	bool ebs_root_only;       /* no instance-store-backed images */
	int instance_store_disks, instance_store_gb; /* each */
};
const struct type_facts *type_find(const char *name); /* NULL: unknown; no fault */
bool type_offered(const char *type, const char *region, const char *zone);

/* --- key pairs (key-pair.c), launch templates (launch-template.c) -------------------------------
 */

bool key_pair_check(struct call *c, const char *name);
/* The data (RequestLaunchTemplateData) of the version that a LaunchTemplateSpecification names; new
 * reference. */
json_t *launch_template_data(struct call *c, const json_t *specification);

/* --- public SSM parameters (catalogue.c) ---------------------------------------------------------
 */

/* "/aws/service/ami-amazon-linux-latest/..." -> image id in the Region, borrowed of the image;
 * NULL: none. */
const char *catalogue_parameter(const struct world *w, const char *region, const char *name);
/* The i-th of them, for walks by path: false past the end. All borrowed. */
struct public_parameter {
	const char *name, *image_id, *modified; /* "2025-12-08T18:21:05.000Z" */
};
bool catalogue_parameter_at(
	const struct world *w, const char *region, size_t i, struct public_parameter *out);

/* --- what is there from the start (called by genesis.c when a place is first looked at) --------
 */

/* Each adds (world_give) the documents of that place, if it knows the kind. */
void catalogue_genesis(struct world *w, struct place_of in); /* image, snapshot of Amazon & co. */
void network_genesis(struct world *w,
	struct place_of in); /* vpc, subnet, security-group, internet-gateway, route-table */
void kms_genesis(struct world *w, struct place_of in);     /* key, alias: aws/ebs */
void account_genesis(struct world *w, struct place_of in); /* account, access-key, organization */
/* Accounts that own public images: what a Region-wide walk looks at besides the learner's accounts.
 */
extern const char *const catalogue_accounts[]; /* ends with NULL */

#endif
