/* snapshot-describe.c - DescribeSnapshots: whose snapshots, and how far they are; see ebs.h. */
#include "ops/ebs.h"

#include <string.h>

json_t *snapshot_view(const struct call *c, const struct resource *snapshot)
{
	json_t *view = json_copy(snapshot->doc), *tags = tags_seen(c, snapshot);
	int64_t takes = in_int(view, "_takes", 1), gone = call_now(c) - in_int(view, "_begun", 0);
	const char *state = in_text(view, "State");
	struct buf progress = BUF_INIT;

	json_object_del(view, "Tags");
	if (tags)
		json_object_set_new(view, "Tags", tags);
	if (strcmp(state, "pending") == 0) {
		buf_addf(&progress, "%d%%", (int)(gone * 100 / (takes > 0 ? takes : 1)));
		json_object_set_new(view, "Progress", json_string(progress.s));
	}
	buf_release(&progress);
	return view;
}

/* OwnerIds: ids, "self", "amazon" and other aliases. */
static bool owner_wanted(const struct call *c, const struct resource *r, const json_t *owners)
{
	const char *alias = in_text(r->doc, "OwnerAlias");

	if (!json_array_size(owners) || list_has(owners, r->in.account))
		return true;
	if (alias && list_has(owners, alias))
		return true;
	return list_has(owners, "self") && strcmp(r->in.account, c->who.account) == 0;
}

static bool restorable_by(const struct call *c, const struct resource *r, const char *who)
{
	if (strcmp(who, "all") == 0)
		return snapshot_is_public(c->w, r);
	if (strcmp(who, "self") == 0)
		who = c->who.account;
	return strcmp(r->in.account, who) == 0 || snapshot_shared_with(r->doc, who);
}

static bool listed(const struct call *c, const struct resource *r)
{
	json_t *by = in_list(c->in, "RestorableByUserIds"), *who;
	size_t i;

	if (!owner_wanted(c, r, in_list(c->in, "OwnerIds")))
		return false;
	json_array_foreach(by, i, who)
	{
		if (restorable_by(c, r, json_string_value(who)))
			return true;
	}
	return !json_array_size(by);
}

json_t *snapshot_describe_run(struct call *c)
{
	static const struct filter_path filters[] = {
		{"status", "State"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = "snapshot",
		.result = "Snapshots",
		.ids = "SnapshotIds",
		.prefix = "snap",
		.malformed = FAULT_INVALID_SNAPSHOT_MALFORMED,
		.not_found = FAULT_INVALID_SNAPSHOT_NOT_FOUND,
		.filters = filters,
		.all = true,
		.seen = snapshot_seen,
		.listed = listed,
		.view = snapshot_view,
	};

	return call_describe(c, &d);
}
