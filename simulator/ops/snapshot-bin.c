/* snapshot-bin.c - deleted snapshots that a retention rule keeps for a while; see ebs.h. */
#include "ops/ebs.h"

#include <string.h>

enum { RECOVER_MS = 10 * 1000 };

void snapshot_recycle(struct call *c, const struct resource *r)
{
	int64_t keeps = bin_keeps(c, "EBS_SNAPSHOT", r->doc);
	json_t *doc;

	if (!keeps || strcmp(in_text(r->doc, "State"), "completed") != 0)
		return;
	doc = call_edit(r->doc);
	if (!in_bool(doc, "_Tier.done", false)) /* what had been begun ends here */
		json_object_del(doc, "_Tier");
	bin_put(c, "snapshot-bin", r->id, doc, keeps);
}

static json_t *bin_view(const struct call *c, const struct resource *r)
{
	static const char *const members[] = {"SnapshotId", "RecycleBinEnterTime",
		"RecycleBinExitTime", "Description", "VolumeId", NULL};

	(void)c;
	return snapshot_members(r->doc, members);
}

json_t *snapshot_bin_list_run(struct call *c)
{
	static const struct describe d = {
		.kind = "snapshot-bin",
		.result = "Snapshots",
		.ids = "SnapshotIds",
		.prefix = "snap",
		.malformed = FAULT_INVALID_SNAPSHOT_MALFORMED,
		.not_found = FAULT_INVALID_SNAPSHOT_NOT_FOUND,
		.view = bin_view,
	};

	return call_describe(c, &d);
}

/* It comes back with its tags and permissions, as a snapshot that builds on no other. */
json_t *snapshot_bin_restore_run(struct call *c)
{
	static const char *const members[] = {"SnapshotId", "Description", "Encrypted", "OwnerId",
		"Progress", "StartTime", "State", "VolumeId", "VolumeSize", NULL};
	const char *id = in_text(c->in, "SnapshotId");
	json_t *doc, *blocks;

	if (!id_fits(id, "snap"))
		return call_fault(c, FAULT_INVALID_SNAPSHOT_MALFORMED, id);
	doc = bin_take(c, "snapshot-bin", id);
	if (!doc)
		return call_fault(c, FAULT_INVALID_SNAPSHOT_NOT_FOUND, id);
	blocks = json_pack("{s:I, s:[]}", "own", (json_int_t)in_int(doc, "_blocks.own", 0), "next");
	json_object_set_new(doc, "_blocks", blocks);
	json_object_set_new(doc, "State", json_string("recovering"));
	timer_set(c->w, doc, RECOVER_MS, "snapshot-complete");
	call_put(c, "snapshot", id, doc);
	return snapshot_members(doc, members);
}
