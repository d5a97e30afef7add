/*
 * snapshot-lock.c - locks that keep a snapshot from being deleted (EBS user guide, "Snapshot
 * lock").
 *
 * A governance lock can be taken away at any time; a compliance lock within its cool-off period,
 * and never after: then it can only be made longer. Private member _Lock: mode, and the members of
 * LockedSnapshotsInfo.
 */
#include "ops/ebs.h"

#include <string.h>

static const int64_t hour_ms = 3600 * 1000, day_ms = 86400 * 1000;

static bool is_mode(const json_t *lock, const char *mode)
{
	return strcmp(in_text(lock, "mode"), mode) == 0;
}

/* The member's time; 0 if there is none. */
static int64_t when(const json_t *lock, const char *member)
{
	const char *text = in_text(lock, member);
	int64_t ms = 0;

	if (text)
		time_parse(text, &ms);
	return ms;
}

const char *snapshot_lock_state(const json_t *snapshot, int64_t now)
{
	const json_t *lock = in_get(snapshot, "_Lock");

	if (!lock)
		return NULL;
	if (now >= when(lock, "LockExpiresOn"))
		return "expired";
	if (is_mode(lock, "governance"))
		return "governance";
	return now < when(lock, "CoolOffPeriodExpiresOn") ? "compliance-cooloff" : "compliance";
}

/* ---- LockSnapshot ---- */

/* A lock of a pending snapshot counts from its completion. */
static int64_t lock_start(const struct call *c, const json_t *snapshot)
{
	if (strcmp(in_text(snapshot, "State"), "pending") != 0)
		return call_now(c);
	return in_int(snapshot, "_begun", 0) + in_int(snapshot, "_takes", 0);
}

static bool check_members(struct call *c)
{
	bool compliance = strcmp(in_text(c->in, "LockMode"), "compliance") == 0;

	if (in_has(c->in, "LockDuration") == in_has(c->in, "ExpirationDate"))
		call_fault(c, FAULT_INVALID_COMBINATION,
			"Specify either LockDuration or ExpirationDate.");
	else if (in_has(c->in, "CoolOffPeriod") && !compliance)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"CoolOffPeriod can be specified in compliance mode only.");
	return !call_failed(c);
}

/* Until when; 0 and a fault if that is not a day from now at least. */
static int64_t lock_end(struct call *c, int64_t start)
{
	const char *date = in_text(c->in, "ExpirationDate");
	int64_t end = start + in_int(c->in, "LockDuration", 0) * day_ms;

	if (date && (!time_parse(date, &end) || end < call_now(c) + day_ms)) {
		call_fault(c, FAULT_INVALID_VALUE, date, "ExpirationDate",
			"It must be at least 1 day from now.");
		return 0;
	}
	return end;
}

/* What an existing lock allows. */
static bool check_change(struct call *c, const struct resource *r, int64_t end)
{
	const char *state = snapshot_lock_state(r->doc, call_now(c));

	if (!state || strcmp(state, "compliance") != 0)
		return true;
	if (strcmp(in_text(c->in, "LockMode"), "compliance") != 0)
		call_fault(c, FAULT_SNAPSHOT_LOCK_MODE, r->id, state,
			"the lock mode cannot be changed.");
	else if (in_has(c->in, "CoolOffPeriod"))
		call_fault(c, FAULT_SNAPSHOT_LOCK_MODE, r->id, state,
			"a cool-off period cannot be specified after the first one.");
	else if (end < when(in_get(r->doc, "_Lock"), "LockExpiresOn"))
		call_fault(c, FAULT_SNAPSHOT_LOCK_MODE, r->id, state,
			"the lock can only be extended.");
	return !call_failed(c);
}

static json_t *new_lock(const struct call *c, const json_t *old, int64_t start, int64_t end)
{
	int64_t days = (end - start + day_ms - 1) / day_ms,
		hours = in_int(c->in, "CoolOffPeriod", 0);
	json_t *lock = json_pack("{s:s, s:I, s:o, s:o, s:o}", "mode", in_text(c->in, "LockMode"),
		"LockDuration", (json_int_t)days, "LockCreatedOn", time_json(call_now(c)),
		"LockDurationStartTime", time_json(start), "LockExpiresOn", time_json(end));

	if (hours) {
		json_object_set_new(lock, "CoolOffPeriod", json_integer(hours));
		json_object_set_new(
			lock, "CoolOffPeriodExpiresOn", time_json(call_now(c) + hours * hour_ms));
	}
	if (old)
		json_object_set(lock, "LockCreatedOn", json_object_get(old, "LockCreatedOn"));
	return lock;
}

static json_t *lock_view(const struct call *c, const struct resource *r)
{
	const char *state = snapshot_lock_state(r->doc, call_now(c));
	json_t *view;

	if (!state)
		return NULL;
	view = json_copy(in_get(r->doc, "_Lock"));
	json_object_del(view, "mode");
	json_object_set_new(view, "SnapshotId", json_string(r->id));
	json_object_set_new(view, "OwnerId", json_string(r->in.account));
	json_object_set_new(view, "LockState", json_string(state));
	return view;
}

json_t *snapshot_lock_run(struct call *c)
{
	struct resource r;
	const char *state;
	json_t *doc, *view, *old;
	int64_t start, end;

	if (!check_members(c) || !snapshot_for_change(c, in_text(c->in, "SnapshotId"), &r))
		return NULL;
	start = lock_start(c, r.doc);
	end = lock_end(c, start);
	if (!end || !check_change(c, &r, end))
		return NULL;
	state = snapshot_lock_state(r.doc, call_now(c));
	old = state && strcmp(state, "expired") != 0 ? in_get(r.doc, "_Lock") : NULL;
	doc = call_edit(r.doc);
	json_object_set_new(doc, "_Lock", new_lock(c, old, start, end));
	resource_put(c->w, &r, doc);
	r.doc = doc;
	view = lock_view(c, &r);
	json_object_del(view, "OwnerId");
	return view;
}

/* ---- UnlockSnapshot, DescribeLockedSnapshots ---- */

json_t *snapshot_unlock_run(struct call *c)
{
	const char *id = in_text(c->in, "SnapshotId"), *state;
	struct resource r;
	json_t *doc;

	if (!snapshot_for_change(c, id, &r))
		return NULL;
	state = snapshot_lock_state(r.doc, call_now(c));
	if (!state || strcmp(state, "expired") == 0)
		return call_fault(c, FAULT_SNAPSHOT_NOT_LOCKED, id);
	if (strcmp(state, "compliance") == 0)
		return call_fault(c, FAULT_SNAPSHOT_LOCK_MODE, id, state,
			"it cannot be unlocked before the lock expires.");
	doc = call_edit(r.doc);
	json_object_del(doc, "_Lock");
	resource_put(c->w, &r, doc);
	return json_pack("{s:s}", "SnapshotId", id);
}

json_t *snapshot_locked_run(struct call *c)
{
	static const struct describe d = {
		.kind = "snapshot",
		.result = "Snapshots",
		.ids = "SnapshotIds",
		.prefix = "snap",
		.malformed = FAULT_INVALID_SNAPSHOT_MALFORMED,
		.not_found = FAULT_INVALID_SNAPSHOT_NOT_FOUND,
		.view = lock_view,
	};

	return call_describe(c, &d);
}
