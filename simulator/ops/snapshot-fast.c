/* snapshot-fast.c - fast snapshot restore: by snapshot and zone; see ebs.h. Kind "fast-restore", id
 * "SNAPSHOT ZONE", the caller's own, also for a snapshot that is shared with the caller. */
#include "ops/ebs.h"
#include "ops/region.h"

#include <string.h>

/* EBS user guide, "Fast snapshot restore": 60 minutes for a TiB; snapshots up to 16 TiB; 5
 * snapshots a Region. */
enum {
	ENABLING_MS = 60 * 1000,
	OPTIMIZING_MS = 60 * 1000,
	OPTIMIZING_MS_PER_GIB = 3600 * 1000 / 1024,
	DISABLING_MS = 60 * 1000,
	DISABLED_MS = 3600 * 1000, /* that it is still shown */
	GIB_MAX = 16384,
	SNAPSHOTS_MAX = 5,
};
static const char kind[] = "fast-restore";

static const char *restore_id(const char *snapshot_id, const char *zone, struct buf *out)
{
	buf_clear(out);
	buf_addf(out, "%s %s", snapshot_id, zone);
	return out->s;
}

static json_t *restore_get(const struct call *c, const char *snapshot_id, const char *zone)
{
	struct buf id = BUF_INIT;
	json_t *doc = call_get(c, kind, restore_id(snapshot_id, zone, &id));

	buf_release(&id);
	return doc;
}

static bool is_on(const json_t *doc)
{
	const char *state = in_text(doc, "State");

	return state && strncmp(state, "disabl", 6) != 0;
}

bool snapshot_fast_in(const struct call *c, const char *snapshot_id, const char *zone)
{
	const char *state = in_text(restore_get(c, snapshot_id, zone), "State");

	return state && strcmp(state, "enabled") == 0;
}

void snapshot_fast_forget(struct call *c, const char *snapshot_id)
{
	const struct region_facts *region = region_find(c->who.region);
	struct buf id = BUF_INIT;

	for (size_t i = 0; region && i < region->n_zones; i++)
		if (restore_get(c, snapshot_id, region->zones[i].name))
			call_drop(c, kind, restore_id(snapshot_id, region->zones[i].name, &id));
	buf_release(&id);
}

/* ---- from state to state ---- */

static void enter(struct world *w, json_t *doc, const char *state, const char *since,
	const char *reason, int64_t next_ms)
{
	json_object_set_new(doc, "State", json_string(state));
	json_object_set_new(doc, since, time_json(world_now(w)));
	if (reason)
		json_object_set_new(doc, "StateTransitionReason", json_string(reason));
	timer_clear(doc);
	if (next_ms)
		timer_set(w, doc, next_ms, "fast-restore");
}

static void fast_timer(struct world *w, const struct resource *r)
{
	const char *state = in_text(r->doc, "State");
	json_t *doc;

	if (strcmp(state, "disabled") == 0) {
		world_put(w, r->in, r->id, NULL);
		return;
	}
	doc = call_edit(r->doc);
	if (strcmp(state, "enabling") == 0)
		enter(w, doc, "optimizing", "OptimizingTime", NULL,
			OPTIMIZING_MS + in_int(doc, "_gib", 0) * OPTIMIZING_MS_PER_GIB);
	else if (strcmp(state, "optimizing") == 0)
		enter(w, doc, "enabled", "EnabledTime",
			"Client.UserInitiated - Lifecycle state transition", 0);
	else
		enter(w, doc, "disabled", "DisabledTime",
			"Client.UserInitiated - Lifecycle state transition", DISABLED_MS);
	resource_put(w, r, doc);
}

/* ---- one snapshot in one zone ---- */

/* What goes wrong with one pair: code and text; code NULL: nothing. */
struct trouble {
	const char *code, *text;
};

static int snapshots_on(const struct call *c, const char *but)
{
	struct world_cursor at = {0};
	struct buf last = BUF_INIT;
	struct resource r;
	int n = 0;

	while (call_next(c, kind, &at, &r)) { /* at most 5 snapshots are on, in a few zones each */
		const char *id = in_text(r.doc, "SnapshotId");

		if (!is_on(r.doc) || strcmp(id, but) == 0 || strstr(last.s, id))
			continue;
		buf_adds(&last, id);
		n++;
	}
	buf_release(&last);
	return n;
}

static struct trouble enable_trouble(const struct call *c, const struct resource *r)
{
	const char *tier = in_text(r->doc, "StorageTier");

	if (strcmp(in_text(r->doc, "State"), "completed") != 0)
		return (struct trouble){
			"IncorrectState", "The snapshot is not in state completed."};
	if (tier && strcmp(tier, "archive") == 0)
		return (struct trouble){"IncorrectState", "The snapshot is archived."};
	if (in_int(r->doc, "VolumeSize", 0) > GIB_MAX)
		return (struct trouble){"InvalidSnapshot.Size",
			"Fast snapshot restore supports snapshots of 16 TiB or less."};
	if (snapshots_on(c, r->id) >= SNAPSHOTS_MAX)
		return (struct trouble){"FastSnapshotRestoreLimitExceeded",
			"The maximum number of snapshots with fast snapshot restore in this Region has been reached."};
	return (struct trouble){NULL, NULL};
}

static struct trouble enable_one(struct call *c, const struct resource *r, const struct zone *zone)
{
	struct trouble trouble = enable_trouble(c, r);
	struct buf id = BUF_INIT;
	json_t *doc;

	if (trouble.code || is_on(restore_get(c, r->id, zone->name)))
		return trouble;
	doc = json_pack("{s:s, s:s, s:s, s:s, s:I}", "SnapshotId", r->id, "AvailabilityZone",
		zone->name, "AvailabilityZoneId", zone->id, "OwnerId", r->in.account, "_gib",
		(json_int_t)in_int(r->doc, "VolumeSize", 0));
	if (in_has(r->doc, "OwnerAlias"))
		json_object_set(doc, "OwnerAlias", json_object_get(r->doc, "OwnerAlias"));
	enter(c->w, doc, "enabling", "EnablingTime", "Client.UserInitiated", ENABLING_MS);
	call_put(c, kind, restore_id(r->id, zone->name, &id), doc);
	buf_release(&id);
	return trouble;
}

static struct trouble disable_one(struct call *c, const struct resource *r, const struct zone *zone)
{
	json_t *doc = restore_get(c, r->id, zone->name);
	struct buf id = BUF_INIT;

	if (!is_on(doc))
		return (struct trouble){"InvalidSnapshot.State",
			"Fast snapshot restore is not enabled for the snapshot in this Availability Zone."};
	doc = call_edit(doc);
	enter(c->w, doc, "disabling", "DisablingTime", "Client.UserInitiated", DISABLING_MS);
	call_put(c, kind, restore_id(r->id, zone->name, &id), doc);
	buf_release(&id);
	return (struct trouble){NULL, NULL};
}

/* ---- the two operations ---- */

typedef struct trouble one_fn(struct call *c, const struct resource *r, const struct zone *zone);

/* The zones of the request, by whichever of their names. */
static json_t *zones_named(struct call *c)
{
	json_t *names = in_list(c->in, "AvailabilityZones"),
	       *ids = in_list(c->in, "AvailabilityZoneIds");

	if (names && ids)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"Specify either AvailabilityZones or AvailabilityZoneIds, not both.");
	if (!json_array_size(names) && !json_array_size(ids))
		return call_fault(c, FAULT_MISSING_PARAMETER, "AvailabilityZone");
	return names ? names : ids;
}

static void do_snapshot(struct call *c, const struct resource *r, json_t *zones, one_fn *one,
	json_t *good, json_t *bad)
{
	json_t *errors = json_array(), *name;
	size_t i;

	json_array_foreach(zones, i, name)
	{
		struct zone zone;
		struct trouble trouble;

		if (!zone_seen(c, json_string_value(name), &zone)) {
			call_fault(c, FAULT_INVALID_ZONE_NOT_FOUND, json_string_value(name));
			break;
		}
		trouble = one(c, r, &zone);
		if (trouble.code)
			json_array_append_new(
				errors, json_pack("{s:s, s:s, s:{s:s, s:s}}", "AvailabilityZone",
						zone.name, "AvailabilityZoneId", zone.id, "Error",
						"Code", trouble.code, "Message", trouble.text));
		else
			json_array_append(good, restore_get(c, r->id, zone.name));
	}
	if (json_array_size(errors))
		json_array_append_new(bad, json_pack("{s:s, s:O}", "SnapshotId", r->id,
						   "FastSnapshotRestoreStateErrors", errors));
	json_decref(errors);
}

static json_t *do_all(struct call *c, one_fn *one)
{
	json_t *zones = zones_named(c), *ids = in_list(c->in, "SourceSnapshotIds"), *id;
	json_t *good, *bad;
	struct resource r;
	size_t i;

	if (!zones)
		return NULL;
	good = json_array();
	bad = json_array();
	json_array_foreach(ids, i, id)
	{
		if (snapshot_for_use(c, json_string_value(id), &r))
			do_snapshot(c, &r, zones, one, good, bad);
		if (call_failed(c))
			break;
	}
	return json_pack("{s:o, s:o}", "Successful", good, "Unsuccessful", bad);
}

static json_t *enable(struct call *c)
{
	return do_all(c, enable_one);
}

static json_t *disable(struct call *c)
{
	return do_all(c, disable_one);
}

static json_t *describe_fast(struct call *c)
{
	static const struct describe d = {.kind = kind, .result = "FastSnapshotRestores"};

	return call_describe(c, &d);
}

static const struct handler handlers[] = {
	{"EnableFastSnapshotRestores", enable},
	{"DisableFastSnapshotRestores", disable},
	{"DescribeFastSnapshotRestores", describe_fast},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"fast-restore", fast_timer},
	{NULL, NULL},
};
const struct family ops_snapshot_fast = {"ec2", handlers, timers};
