/*
 * ebs.h - what the files of volumes and snapshots share: volume types, how much data a volume
 * holds, encryption of what is made, and looking up what belongs to the caller.
 */
#ifndef OPS_EBS_H
#define OPS_EBS_H

#include "ops/links.h"

#define EBS_MIB ((int64_t)1 << 20)
#define EBS_GIB ((int64_t)1 << 30)
/* What AWS shows as the volume of a snapshot that was copied or imported. */
#define EBS_NO_VOLUME "vol-ffffffff"

/* --- volume types (volume-type.c) ----------------------------------------------------------- */

/* Limits of the EBS user guide's pages of volume types. Zero: there is no such thing for the type.
 */
struct volume_type {
	const char *name;
	int64_t min_gib, max_gib;
	int64_t min_iops, max_iops, iops_per_gib; /* that may be asked for */
	int64_t free_iops;                        /* without asking; 0: one has to ask */
	int64_t min_throughput, max_throughput;   /* MiB/s */
	bool multi_attach;
	int snapshots_at_once;
};

const struct volume_type *volume_type_find(const char *name);
/* Size, IOPS and throughput as asked for (0: not), with AWS's faults. */
bool volume_type_check(
	struct call *c, const struct volume_type *t, int64_t gib, int64_t iops, int64_t throughput);
/* Sets VolumeType, Size, Iops and Throughput as the type has them. */
void volume_type_set(
	json_t *volume, const struct volume_type *t, int64_t gib, int64_t iops, int64_t throughput);

/* --- volumes (volume.c, volume-attach.c) ------------------------------------------------------ */

/* The caller's volume, or the fault. */
bool volume_for_change(struct call *c, const char *id, struct resource *volume);
json_t *volume_attachment(
	const json_t *volume, const char *instance_id); /* NULL id: the first; borrowed */
json_t *volume_attach_run(struct call *c);
json_t *volume_detach_run(struct call *c);
/* Adds an attachment, state attaching, to a volume's document that is not in the world yet, and to
 * the instance if it is there. The volume's timer makes it attached. */
void volume_attachment_add(struct world *w, struct place_of volumes, json_t *volume,
	const char *instance_id, const char *device, bool delete_on_termination);
/* Attaching has come to its end, and detaching to its own. */
void volume_attachments_settle(struct world *w, struct place_of volumes, json_t *volume);
enum { VOLUME_ATTACHES_MS = 4000, VOLUME_DETACHES_MS = 6000 };

/* How much a volume holds, and how much of it was written since its last snapshot (volume-data.c).
 * Private member _Data; nobody writes in this world, so an attached volume grows with its clock. */
struct volume_data {
	int64_t full, changed; /* bytes */
	const char *base;      /* the snapshot that `changed` counts from; NULL: none; borrowed */
};
void volume_data_init(json_t *volume, const struct volume_data *d, int64_t now);
struct volume_data volume_data(const json_t *volume, int64_t now);
/* Makes what was written up to now part of the document: before it is attached or detached. */
void volume_data_settle(json_t *volume, int64_t now);
/* The same when it is being attached: its new system finds it and writes a little. */
void volume_data_attached(json_t *volume, int64_t now);

/* --- encryption (ebs.c) ----------------------------------------------------------------------- */

/* The ARN of a key as it is named in a request; a key that does not exist keeps its name, and what
 * is encrypted with it fails later, as in AWS. */
void ebs_key_arn(const struct call *c, const char *key, struct buf *arn);
/* Whether an account can encrypt in a Region with the key (which has to be one of that Region), or
 * read what is encrypted with it, through EBS. */
bool ebs_key_encrypts(
	const struct world *w, const char *account, const char *region, const char *key_arn);
bool ebs_key_decrypts(const struct world *w, const char *account, const char *key_arn);
/* "unblocked", "block-all-sharing", "block-new-sharing". */
const char *ebs_public_snapshots(const struct world *w, const char *account, const char *region);

/* --- snapshots (snapshot.c, snapshot-describe.c) -----------------------------------------------
 */

struct snapshot_plan {
	const char *volume_id, *description;
	int64_t gib, full, changed; /* size of the volume; bytes */
	const char *base;           /* the caller's snapshot that it builds on; NULL: a full one */
	const char *kms_key_arn;    /* NULL: not encrypted */
	int64_t takes_ms;           /* until it is complete; 0: by its changed data */
	bool fails;                 /* the key may not be used */
	const char *copy_of;        /* whose blocks a copy holds; NULL: no copy */
	int64_t minutes;            /* a copy that is to take so long; 0: not said */
};
/* Makes the document of a new snapshot in a place, and puts it there. */
void snapshot_begin(struct world *w, struct place_of in, const struct snapshot_plan *p,
	json_t *tags, char id[WORLD_ID]);
/* The caller's own snapshot, or the fault. */
bool snapshot_for_change(struct call *c, const char *id, struct resource *snapshot);
/* Bytes of all its blocks, also while it is pending. */
int64_t snapshot_full(const json_t *snapshot);
bool snapshot_is_public(const struct world *w, const struct resource *snapshot);
bool snapshot_shared_with(const json_t *snapshot, const char *account);
/* The document as Describe answers it: progress of the moment. New reference. */
json_t *snapshot_view(const struct call *c, const struct resource *snapshot);
json_t *snapshot_describe_run(struct call *c);
json_t *snapshot_copy_run(struct call *c);
void snapshot_copied_timer(struct world *w, const struct resource *r);
/* Takes it out of its line of increments: what others need of it becomes theirs. */
void snapshot_leave_line(struct world *w, const struct resource *r);
/* The members of a snapshot that an answer has: a list ended by NULL. New reference. */
json_t *snapshot_members(const json_t *snapshot, const char *const *members);

/* "compliance", "governance", "compliance-cooloff", "expired"; NULL: never locked
 * (snapshot-lock.c). */
const char *snapshot_lock_state(const json_t *snapshot, int64_t now);
json_t *snapshot_lock_run(struct call *c);
json_t *snapshot_unlock_run(struct call *c);
json_t *snapshot_locked_run(struct call *c);
/* The Recycle Bin (snapshot-bin.c): kind "snapshot-bin". Puts what is being deleted there, if a
 * rule says so. */
void snapshot_recycle(struct call *c, const struct resource *r);
json_t *snapshot_bin_list_run(struct call *c);
json_t *snapshot_bin_restore_run(struct call *c);

/* --- fast snapshot restore (snapshot-fast.c) ----------------------------------------------------
 */

/* Volumes of the snapshot in the zone are fully there from the start (snapshot-fast.c). */
bool snapshot_fast_in(const struct call *c, const char *snapshot_id, const char *zone);
void snapshot_fast_forget(struct call *c, const char *snapshot_id);

#endif
