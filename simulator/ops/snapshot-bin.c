/* snapshot-bin.c - deleted snapshots that a retention rule keeps for a while; see ebs.h. The rule
 * is the setting
 * "_snapshot_bin_rule" of the world: {Days, ResourceTags: [{Key, Value}]}. */
#include "ops/ebs.h"

#include <string.h>

enum {
	RECYCLE_DAYS = 7, /* of a rule that does not say */
	RECOVER_MS = 10 * 1000,
};
static const int64_t day_ms = 86400 * 1000;

/* A rule is for every snapshot, or for those that have one of its tags (of any value if it names
 * none). */
static bool applies(const json_t *rule, const json_t *snapshot)
{
	json_t *wanted = in_list(rule, "ResourceTags"), *tag, *have;
	size_t i, k;

	json_array_foreach(wanted, i, tag)
	{
		json_array_foreach(in_list(snapshot, "Tags"), k, have)
		{
			const char *value = in_text(tag, "Value");

			if (strcmp(in_text(tag, "Key"), in_text(have, "Key")) == 0 &&
				(!value || strcmp(value, in_text(have, "Value")) == 0))
				return true;
		}
	}
	return !json_array_size(wanted);
}

void snapshot_recycle(struct call *c, const struct resource *r)
{
	json_t *rule = setting_get(c, "_snapshot_bin_rule"), *doc;
	int64_t keeps = in_int(rule, "Days", RECYCLE_DAYS) * day_ms;

	if (!rule || !applies(rule, r->doc) || strcmp(in_text(r->doc, "State"), "completed") != 0)
		return;
	doc = call_edit(r->doc);

	if (!in_bool(doc, "_Tier.done", false)) /* what had been begun ends here */
		json_object_del(doc, "_Tier");
	json_object_set_new(doc, "RecycleBinEnterTime", time_json(call_now(c)));
	json_object_set_new(doc, "RecycleBinExitTime", time_json(call_now(c) + keeps));
	timer_set(c->w, doc, keeps, "snapshot-recycled");
	call_put(c, "snapshot-bin", r->id, doc);
}

/* The rule's time is over: now it is gone for good. */
void snapshot_recycled_timer(struct world *w, const struct resource *r)
{
	world_put(w, r->in, r->id, NULL);
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
	doc = call_get(c, "snapshot-bin", id);
	if (!doc)
		return call_fault(c, FAULT_INVALID_SNAPSHOT_NOT_FOUND, id);
	doc = call_edit(doc);
	json_object_del(doc, "RecycleBinEnterTime");
	json_object_del(doc, "RecycleBinExitTime");
	blocks = json_pack("{s:I, s:[]}", "own", (json_int_t)in_int(doc, "_blocks.own", 0), "next");
	json_object_set_new(doc, "_blocks", blocks);
	json_object_set_new(doc, "State", json_string("recovering"));
	timer_set(c->w, doc, RECOVER_MS, "snapshot-complete");
	call_drop(c, "snapshot-bin", id);
	call_put(c, "snapshot", id, doc);
	return snapshot_members(doc, members);
}
