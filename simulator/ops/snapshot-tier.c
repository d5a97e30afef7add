/*
 * snapshot-tier.c - the archive tier of snapshots; the table of tier, lock and Recycle Bin.
 *
 * Private member _Tier: the latest operation: {"what": "archival" or "temporary-restore" or
 * "permanent-restore", "done", "begun", "takes" (milliseconds), "days", "LastTieringStartTime",
 * "ArchivalCompleteTime"}.
 */
#include "ops/ebs.h"

#include <string.h>

/* EBS user guide, "Archive snapshots": restoring takes up to 72 hours. */
enum {
	ARCHIVE_MS = 3600 * 1000,
	ARCHIVE_MS_PER_GIB = 36 * 1000,
	RESTORE_MS = 24 * 3600 * 1000,
	RESTORE_MS_PER_GIB = 60 * 1000,
	MOVE_MAX_MS = 72 * 3600 * 1000,
	DAYS_MAX = 180,
};
static const int64_t day_ms = 86400 * 1000;

static bool is_archived(const json_t *snapshot)
{
	return strcmp(in_text(snapshot, "StorageTier"), "archive") == 0;
}

static bool is_moving(const json_t *snapshot)
{
	const json_t *tier = in_get(snapshot, "_Tier");

	return tier && !in_bool(tier, "done", false);
}

/* Begins an operation on a copy of the document; steals it. */
static json_t *begin(
	struct call *c, const struct resource *r, const char *what, int64_t takes, int64_t days)
{
	json_t *doc = call_edit(r->doc), *old = json_object_get(doc, "_Tier");
	json_t *tier = json_pack("{s:s, s:b, s:I, s:I, s:I, s:o}", "what", what, "done", 0, "begun",
		(json_int_t)call_now(c), "takes", (json_int_t)takes, "days", (json_int_t)days,
		"LastTieringStartTime", time_json(call_now(c)));

	if (in_has(old, "ArchivalCompleteTime"))
		json_object_set(
			tier, "ArchivalCompleteTime", json_object_get(old, "ArchivalCompleteTime"));
	json_object_set_new(doc, "_Tier", tier);
	timer_set(c->w, doc, takes, "snapshot-tier");
	resource_put(c->w, r, doc);
	return tier;
}

static int64_t move_ms(const struct resource *r, int64_t base, int64_t per_gib)
{
	int64_t ms = base + snapshot_full(r->doc) / EBS_GIB * per_gib;

	return ms < MOVE_MAX_MS ? ms : MOVE_MAX_MS;
}

/* ---- ModifySnapshotTier ---- */

/* One of a registered image stays where it is, unless the image is disabled. */
static bool used_by_image(const struct call *c, const char *id)
{
	struct resource image;

	return image_of_snapshot(c, id, &image) &&
	       strcmp(in_text(image.doc, "State"), "disabled") != 0;
}

static bool archivable(struct call *c, const struct resource *r)
{
	const char *state = in_text(r->doc, "State");

	if (strcmp(state, "completed") != 0)
		call_fault(c, FAULT_SNAPSHOT_STATE, state);
	else if (is_moving(r->doc))
		call_fault(
			c, FAULT_SNAPSHOT_TIER_STATE, r->id, "a tiering operation is in progress.");
	else if (is_archived(r->doc) || in_has(r->doc, "RestoreExpiryTime"))
		call_fault(c, FAULT_SNAPSHOT_TIER_STATE, r->id, "it is archived already.");
	else if (used_by_image(c, r->id))
		call_fault(c, FAULT_SNAPSHOT_TIER_STATE, r->id,
			"it is associated with a registered AMI.");
	return !call_failed(c);
}

static json_t *modify_tier(struct call *c)
{
	const char *id = in_text(c->in, "SnapshotId");
	struct resource r;
	json_t *tier;

	if (!in_has(c->in, "StorageTier"))
		return call_fault(c, FAULT_MISSING_PARAMETER, "storageTier");
	if (!snapshot_for_change(c, id, &r) || !archivable(c, &r))
		return NULL;
	tier = begin(c, &r, "archival", move_ms(&r, ARCHIVE_MS, ARCHIVE_MS_PER_GIB), 0);
	return json_pack("{s:s, s:O}", "SnapshotId", id, "TieringStartTime",
		json_object_get(tier, "LastTieringStartTime"));
}

/* ---- RestoreSnapshotTier ---- */

/* A temporary restore that is there already: for longer, or for good. */
static void prolong(struct call *c, const struct resource *r, bool permanent, int64_t days)
{
	json_t *doc = call_edit(r->doc), *tier = json_object_get(doc, "_Tier");

	timer_clear(doc);
	if (permanent) {
		json_object_set_new(tier, "what", json_string("permanent-restore"));
		json_object_del(doc, "RestoreExpiryTime");
	} else {
		json_object_set_new(
			doc, "RestoreExpiryTime", time_json(call_now(c) + days * day_ms));
		timer_set(c->w, doc, days * day_ms, "snapshot-tier");
	}
	resource_put(c->w, r, doc);
}

static bool restorable(struct call *c, const struct resource *r, bool permanent, int64_t days)
{
	if (permanent == (days != 0))
		call_fault(c, FAULT_ARCHIVE_RESTORE_DAYS);
	else if (!permanent && (days < 1 || days > DAYS_MAX))
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"TemporaryRestoreDays must be between 1 and 180.");
	else if (is_moving(r->doc))
		call_fault(
			c, FAULT_SNAPSHOT_TIER_STATE, r->id, "a tiering operation is in progress.");
	else if (!is_archived(r->doc) && !in_has(r->doc, "RestoreExpiryTime"))
		call_fault(c, FAULT_SNAPSHOT_TIER_STATE, r->id, "it is not archived.");
	return !call_failed(c);
}

static json_t *restore_tier(struct call *c)
{
	const char *id = in_text(c->in, "SnapshotId");
	bool permanent = in_bool(c->in, "PermanentRestore", false);
	int64_t days = in_int(c->in, "TemporaryRestoreDays", 0);
	struct resource r;
	json_t *answer;

	if (!snapshot_for_change(c, id, &r) || !restorable(c, &r, permanent, days))
		return NULL;
	if (is_archived(r.doc))
		begin(c, &r, permanent ? "permanent-restore" : "temporary-restore",
			move_ms(&r, RESTORE_MS, RESTORE_MS_PER_GIB), days);
	else
		prolong(c, &r, permanent, days);
	answer = json_pack("{s:s, s:o, s:b}", "SnapshotId", id, "RestoreStartTime",
		time_json(call_now(c)), "IsPermanentRestore", permanent);
	if (!permanent)
		json_object_set_new(answer, "RestoreDuration", json_integer(days));
	return answer;
}

/* ---- time ---- */

/* An archived snapshot is a full one: it stands in no line of increments any more. */
static void archived(struct world *w, const struct resource *r)
{
	json_t *doc, *blocks;

	snapshot_leave_line(w, r);
	doc = call_edit(world_get(w, r->in, r->id));
	blocks = json_pack("{s:I, s:[]}", "own", (json_int_t)snapshot_full(doc), "next");
	json_object_set_new(doc, "_blocks", blocks);
	json_object_set_new(doc, "StorageTier", json_string("archive"));
	json_object_set_new(
		json_object_get(doc, "_Tier"), "ArchivalCompleteTime", time_json(world_now(w)));
	json_object_set_new(json_object_get(doc, "_Tier"), "done", json_true());
	timer_clear(doc);
	resource_put(w, r, doc);
}

static void restored(struct world *w, const struct resource *r, int64_t days)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	json_object_set_new(doc, "StorageTier", json_string("standard"));
	json_object_set_new(json_object_get(doc, "_Tier"), "done", json_true());
	if (days) {
		json_object_set_new(
			doc, "RestoreExpiryTime", time_json(world_now(w) + days * day_ms));
		timer_set(w, doc, days * day_ms, "snapshot-tier");
	}
	resource_put(w, r, doc);
}

/* A temporary restore is over. */
static void archived_again(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	json_object_del(doc, "RestoreExpiryTime");
	json_object_set_new(doc, "StorageTier", json_string("archive"));
	resource_put(w, r, doc);
}

static void tier_timer(struct world *w, const struct resource *r)
{
	const json_t *tier = in_get(r->doc, "_Tier");

	if (in_bool(tier, "done", false))
		archived_again(w, r);
	else if (strcmp(in_text(tier, "what"), "archival") == 0)
		archived(w, r);
	else
		restored(w, r, in_int(tier, "days", 0));
}

/* ---- DescribeSnapshotTierStatus ---- */

static void tell_operation(const struct call *c, const json_t *tier, json_t *view)
{
	bool done = in_bool(tier, "done", false);
	int64_t gone = call_now(c) - in_int(tier, "begun", 0), takes = in_int(tier, "takes", 1);
	struct buf status = BUF_INIT;

	buf_addf(&status, "%s-%s", in_text(tier, "what"), done ? "completed" : "in-progress");
	json_object_set_new(view, "LastTieringOperationStatus", json_string(status.s));
	json_object_set_new(
		view, "LastTieringProgress", json_integer(done ? 100 : gone * 100 / takes));
	json_object_set(
		view, "LastTieringStartTime", json_object_get(tier, "LastTieringStartTime"));
	json_object_set(
		view, "ArchivalCompleteTime", json_object_get(tier, "ArchivalCompleteTime"));
	buf_release(&status);
}

static json_t *tier_view(const struct call *c, const struct resource *r)
{
	static const char *const members[] = {"SnapshotId", "VolumeId", "OwnerId", "Tags",
		"StorageTier", "RestoreExpiryTime", NULL};
	json_t *view = snapshot_members(r->doc, members), *tier = in_get(r->doc, "_Tier");

	json_object_set(view, "Status", json_object_get(r->doc, "State"));
	if (tier)
		tell_operation(c, tier, view);
	return view;
}

static json_t *describe_tier_status(struct call *c)
{
	static const struct filter_path filters[] = {
		{"last-tiering-operation", "LastTieringOperationStatus"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = "snapshot",
		.result = "SnapshotTierStatuses",
		.filters = filters,
		.view = tier_view,
	};

	return call_describe(c, &d);
}

static const struct handler handlers[] = {
	{"ModifySnapshotTier", modify_tier},
	{"RestoreSnapshotTier", restore_tier},
	{"DescribeSnapshotTierStatus", describe_tier_status},
	{"ListSnapshotsInRecycleBin", snapshot_bin_list_run},
	{"RestoreSnapshotFromRecycleBin", snapshot_bin_restore_run},
	{"LockSnapshot", snapshot_lock_run},
	{"UnlockSnapshot", snapshot_unlock_run},
	{"DescribeLockedSnapshots", snapshot_locked_run},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"snapshot-tier", tier_timer},
	{NULL, NULL},
};
const struct family ops_snapshot_tier = {"ec2", handlers, timers};
