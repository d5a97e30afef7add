/*
 * snapshot.c - snapshots: making them, who may use them, deleting them; see ebs.h and links.h.
 *
 * Private members of a snapshot's document:
 *   _CreateVolumePermissions  list as in CreateVolumePermission
 *   _blocks                   {"own": bytes that it alone or first holds, "base": the snapshot
 * before it, "next": those that build on it}: a snapshot stores what has changed since its base,
 *                             and what a deleted base held passes on to the next (EBS user guide,
 * "How snapshots work") _begun, _takes            milliseconds: when it was begun, how long it
 * takes _full                     FullSnapshotSizeInBytes to be _Lock, _Tier              see
 * snapshot-tier.c
 */
#include "ops/ebs.h"

#include <string.h>

/* How long a snapshot takes in the world's time. */
enum {
	BEGIN_MS = 40 * 1000,
	MS_PER_GIB = 500,
	MAX_MS = 600 * 1000,
	FAIL_MS = 20 * 1000, /* until it is seen that the key cannot be used */
};

/* ---- looking up ---- */

bool snapshot_shared_with(const json_t *snapshot, const char *account)
{
	size_t i;
	json_t *p;

	json_array_foreach(in_list(snapshot, "_CreateVolumePermissions"), i, p)
	{
		const char *user = in_text(p, "UserId");

		if (user && strcmp(user, account) == 0)
			return true;
	}
	return false;
}

/* Block public access in mode block-all-sharing hides what was shared before. */
bool snapshot_is_public(const struct world *w, const struct resource *snapshot)
{
	size_t i;
	json_t *p;

	json_array_foreach(in_list(snapshot->doc, "_CreateVolumePermissions"), i, p)
	{
		if (in_has(p, "Group"))
			return strcmp(ebs_public_snapshots(
					      w, snapshot->in.account, snapshot->in.region),
				       "block-all-sharing") != 0;
	}
	return false;
}

bool snapshot_seen(const struct call *c, const struct resource *snapshot)
{
	return strcmp(snapshot->in.account, c->who.account) == 0 ||
	       snapshot_shared_with(snapshot->doc, c->who.account) ||
	       snapshot_is_public(c->w, snapshot);
}

bool snapshot_for_use(struct call *c, const char *id, struct resource *snapshot)
{
	if (!id_fits(id, "snap")) {
		call_fault(c, FAULT_INVALID_SNAPSHOT_MALFORMED, id);
		return false;
	}
	if (call_find(c, "snapshot", id, snapshot) && snapshot_seen(c, snapshot))
		return true;
	call_fault(c, FAULT_INVALID_SNAPSHOT_NOT_FOUND, id);
	return false;
}

bool snapshot_for_change(struct call *c, const char *id, struct resource *snapshot)
{
	if (!snapshot_for_use(c, id, snapshot))
		return false;
	if (strcmp(snapshot->in.account, c->who.account) != 0)
		call_fault(c, FAULT_SNAPSHOT_NOT_OWNED, id);
	return !call_failed(c);
}

/* ---- the line of increments ---- */

static void base_edit_next(
	struct world *w, struct place_of in, const char *base, const char *add, const char *drop)
{
	json_t *doc = world_get(w, in, base), *blocks, *old, *next, *id;
	size_t i;

	if (!doc)
		return;
	doc = call_edit(doc);
	blocks = json_object_get(doc, "_blocks");
	old = json_object_get(blocks, "next");
	next = json_array();
	json_array_foreach(old, i, id)
	{
		if (!drop || strcmp(json_string_value(id), drop) != 0)
			json_array_append(next, id);
	}
	if (add)
		json_array_append_new(next, json_string(add));
	json_object_set_new(blocks, "next", next);
	world_put(w, in, base, doc);
}

/* What a snapshot that goes away alone held, and the next needs, is the next one's from now on. */
static void inherit(
	struct world *w, struct place_of in, const char *id, const json_t *gone, bool first)
{
	json_t *doc = world_get(w, in, id), *blocks;
	int64_t own, needs, all = in_int(gone, "own", 0);
	const char *base = in_text(gone, "base");

	if (!doc)
		return;
	doc = call_edit(doc);
	blocks = json_object_get(doc, "_blocks");
	own = in_int(blocks, "own", 0);
	needs = snapshot_full(doc) - own;
	if (first)
		own += all < needs ? all : needs;
	json_object_set_new(blocks, "own", json_integer(own));
	json_object_del(blocks, "base");
	if (base)
		json_object_set_new(blocks, "base", json_string(base));
	world_put(w, in, id, doc);
	if (base)
		base_edit_next(w, in, base, id, NULL);
}

void snapshot_leave_line(struct world *w, const struct resource *r)
{
	json_t *blocks = call_edit(in_get(r->doc, "_blocks")), *next;
	const char *base = in_text(blocks, "base");
	size_t i;

	if (base)
		base_edit_next(w, r->in, base, NULL, r->id);
	json_array_foreach(in_list(blocks, "next"), i, next)
		inherit(w, r->in, json_string_value(next), blocks, i == 0);
	json_decref(blocks);
}

/* The volume's next snapshot counts from the one before; what the deleted one held is to be taken
 * again. */
static void volume_forget(struct world *w, const struct resource *r)
{
	struct place_of in = place(r->in.account, r->in.region, "volume");
	const char *id = in_text(r->doc, "VolumeId"), *base;
	json_t *volume = world_get(w, in, id);
	struct volume_data d;

	base = in_text(volume, "_Data.base");
	if (!base || strcmp(base, r->id) != 0)
		return;
	d = volume_data(volume, world_now(w));
	d.changed += in_int(r->doc, "_blocks.own", 0);
	if (d.changed > d.full)
		d.changed = d.full;
	d.base = in_text(r->doc, "_blocks.base");
	volume = call_edit(volume);
	volume_data_init(volume, &d, world_now(w));
	world_put(w, in, id, volume);
}

/* ---- making ---- */

int64_t snapshot_full(const json_t *snapshot)
{
	int64_t unsaid = in_int(snapshot, "VolumeSize", 0) * EBS_GIB / 4;

	return in_int(snapshot, "FullSnapshotSizeInBytes", in_int(snapshot, "_full", unsaid));
}

static int64_t takes(const struct snapshot_plan *p)
{
	int64_t ms = BEGIN_MS + p->changed * MS_PER_GIB / EBS_GIB;

	if (p->takes_ms)
		return p->takes_ms;
	return ms < MAX_MS ? ms : MAX_MS;
}

void snapshot_begin(struct world *w, struct place_of in, const struct snapshot_plan *p,
	json_t *tags, char id[WORLD_ID])
{
	json_t *doc, *blocks = json_pack("{s:I, s:[]}", "own", (json_int_t)p->changed, "next");

	world_make_id(w, "snap", id);
	doc = json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:I, s:b, s:s, s:o, s:I, s:I, s:I}",
		"SnapshotId", id, "VolumeId", p->volume_id, "State", "pending", "StartTime",
		time_json(world_now(w)), "Progress", "0%", "OwnerId", in.account, "Description",
		p->description ? p->description : "", "VolumeSize", (json_int_t)p->gib, "Encrypted",
		p->kms_key_arn != NULL, "StorageTier", "standard", "_blocks", blocks, "_begun",
		(json_int_t)world_now(w), "_takes", (json_int_t)takes(p), "_full",
		(json_int_t)p->full);
	if (p->kms_key_arn)
		json_object_set_new(doc, "KmsKeyId", json_string(p->kms_key_arn));
	if (tags)
		json_object_set(doc, "Tags", tags);
	if (p->base)
		json_object_set_new(blocks, "base", json_string(p->base));
	if (p->copy_of) {
		json_object_set_new(doc, "_CopyOf", json_string(p->copy_of));
		json_object_set_new(
			doc, "TransferType", json_string(p->minutes ? "time-based" : "standard"));
	}
	if (p->minutes)
		json_object_set_new(doc, "CompletionDurationMinutes", json_integer(p->minutes));
	if (p->fails)
		timer_set(w, doc, FAIL_MS, "snapshot-fail");
	else
		timer_set(w, doc, takes(p), "snapshot-complete");
	world_put(w, in, id, doc);
	if (p->base)
		base_edit_next(w, in, p->base, id, NULL);
}

static void complete_timer(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	json_object_set_new(doc, "State", json_string("completed"));
	json_object_set_new(doc, "Progress", json_string("100%"));
	if (!in_has(doc, "CompletionTime")) /* it has, when it comes back from the Recycle Bin */
		json_object_set_new(doc, "CompletionTime", time_json(world_now(w)));
	json_object_set(doc, "FullSnapshotSizeInBytes", json_object_get(doc, "_full"));
	resource_put(w, r, doc);
}

/* What a copy says whose key cannot be used (EBS user guide, "Copy a snapshot"). */
static void fail_timer(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	json_object_set_new(doc, "State", json_string("error"));
	json_object_set_new(doc, "StateMessage", json_string("Given key ID is not accessible"));
	resource_put(w, r, doc);
}

static json_t *request_tags(const struct call *c)
{
	json_t *holder = json_object(), *tags;

	tags_set(c, "snapshot", holder);
	tags = json_incref(json_object_get(holder, "Tags"));
	json_decref(holder);
	return tags;
}

/* A volume's data are what they are at this moment; what is written later counts for the next. */
static void snapshot_take(struct call *c, const struct resource *volume, const char *description,
	json_t *tags, char id[WORLD_ID])
{
	struct volume_data d = volume_data(volume->doc, call_now(c));
	json_t *doc = call_edit(volume->doc);
	const char *base = d.base && call_get(c, "snapshot", d.base) ? d.base : NULL;
	struct snapshot_plan p = {
		.volume_id = volume->id,
		.description = description,
		.gib = in_int(volume->doc, "Size", 0),
		.full = d.full,
		.changed = base ? d.changed : d.full,
		.base = base,
		.kms_key_arn = in_text(volume->doc, "KmsKeyId"),
	};

	snapshot_begin(c->w, call_place(c, "snapshot"), &p, tags, id);
	volume_data_init(doc, &(struct volume_data){d.full, 0, id}, call_now(c));
	resource_put(c->w, volume, doc);
}

bool snapshot_of_volume(
	struct call *c, const char *volume_id, const char *description, char id[WORLD_ID])
{
	struct resource volume;
	json_t *tags;

	if (!volume_for_change(c, volume_id, &volume))
		return false;
	tags = request_tags(c);
	snapshot_take(c, &volume, description, tags, id);
	json_decref(tags);
	return true;
}

bool snapshot_of_size(struct call *c, int64_t gib, const char *description, const char *kms_key_arn,
	char id[WORLD_ID])
{
	json_t *tags = request_tags(c);
	struct snapshot_plan p = {
		.volume_id = EBS_NO_VOLUME,
		.description = description,
		.gib = gib,
		.full = gib * EBS_GIB / 4, /* of a disk that came as a file a quarter is used */
		.changed = gib * EBS_GIB / 4,
		.kms_key_arn = kms_key_arn,
		.fails = kms_key_arn &&
			 !ebs_key_encrypts(c->w, c->who.account, c->who.region, kms_key_arn),
	};

	snapshot_begin(c->w, call_place(c, "snapshot"), &p, tags, id);
	json_decref(tags);
	return true;
}

/* ---- CreateSnapshot, CreateSnapshots ---- */

static const char *const tag_types[] = {"snapshot", NULL};

/* Snapshots of the volume that are under way; they are the end of its line. */
static int under_way(const struct call *c, const json_t *volume)
{
	const char *id = in_text(volume, "_Data.base");
	int n = 0;

	while (id) {
		json_t *doc = call_get(c, "snapshot", id);
		const char *state = in_text(doc, "State");

		if (!state || strcmp(state, "pending") != 0)
			break;
		n++;
		id = in_text(doc, "_blocks.base");
	}
	return n;
}

static bool volume_fits(struct call *c, const struct resource *volume)
{
	const char *state = in_text(volume->doc, "State");
	const struct volume_type *t = volume_type_find(in_text(volume->doc, "VolumeType"));

	if (strcmp(state, "available") != 0 && strcmp(state, "in-use") != 0)
		call_fault(c, FAULT_VOLUME_STATE, volume->id, state);
	else if (t && under_way(c, volume->doc) >= t->snapshots_at_once)
		call_fault(c, FAULT_SNAPSHOT_CONCURRENT);
	return !call_failed(c);
}

static bool location_fits(struct call *c)
{
	const char *location = in_text(c->in, "Location");

	if (in_has(c->in, "OutpostArn") || (location && strcmp(location, "local") == 0))
		call_fault(c, FAULT_UNSUPPORTED,
			"Local snapshots are supported for volumes in Local Zones and on Outposts only.");
	return !call_failed(c);
}

/* The answer at the moment of creation: no progress yet, and tags even if there are none. */
static json_t *created(const struct call *c, const char *id)
{
	json_t *answer = json_copy(call_get(c, "snapshot", id));

	json_object_set_new(answer, "Progress", json_string(""));
	json_object_del(answer, "StorageTier");
	if (!json_object_get(answer, "Tags"))
		json_object_set_new(answer, "Tags", json_array());
	return answer;
}

static json_t *create_snapshot(struct call *c)
{
	const char *volume_id = in_text(c->in, "VolumeId");
	struct resource volume;
	char id[WORLD_ID];

	if (!tags_check(c, tag_types) || !location_fits(c) ||
		!volume_for_change(c, volume_id, &volume) || !volume_fits(c, &volume) ||
		!snapshot_of_volume(c, volume_id, in_text(c->in, "Description"), id))
		return NULL;
	return created(c, id);
}

/* Tags of the request, and the volume's own where they are to be copied; the request's win. */
static json_t *tags_for(const struct call *c, const json_t *volume)
{
	json_t *tags = request_tags(c), *all = json_array(), *tag, *other;
	size_t i, k;

	json_array_extend(all, tags);
	if (in_has(c->in, "CopyTagsFromSource")) {
		json_array_foreach(in_list(volume, "Tags"), i, tag)
		{
			const char *key = in_text(tag, "Key");
			bool had = strncmp(key, "aws:", 4) == 0;

			json_array_foreach(tags, k, other) had |=
				strcmp(key, in_text(other, "Key")) == 0;
			if (!had)
				json_array_append(all, tag);
		}
	}
	json_decref(tags);
	if (json_array_size(all))
		return all;
	json_decref(all);
	return NULL;
}

static bool wanted(const struct call *c, const json_t *instance, const json_t *mapping)
{
	const json_t *spec = in_get(c->in, "InstanceSpecification");
	const char *root = in_text(instance, "RootDeviceName"),
		   *device = in_text(mapping, "DeviceName");
	bool boot = root && device && strcmp(root, device) == 0;

	if (boot)
		return !in_bool(spec, "ExcludeBootVolume", false);
	return !list_has(in_list(spec, "ExcludeDataVolumeIds"), in_text(mapping, "Ebs.VolumeId"));
}

/* Every volume to leave out has to be a data volume of the instance. */
static bool check_excluded(struct call *c, const json_t *instance)
{
	const char *root = in_text(instance, "RootDeviceName");
	json_t *list = in_list(c->in, "InstanceSpecification.ExcludeDataVolumeIds"), *id, *m;
	size_t i, k;

	json_array_foreach(list, i, id)
	{
		bool found = false;

		json_array_foreach(in_list(instance, "BlockDeviceMappings"), k, m)
		{
			const char *have = in_text(m, "Ebs.VolumeId");

			if (have && strcmp(have, json_string_value(id)) == 0)
				found = !root || strcmp(root, in_text(m, "DeviceName")) != 0;
		}
		if (!found) {
			call_fault(c, FAULT_INVALID_VALUE, json_string_value(id),
				"ExcludeDataVolumeId",
				"It is not a data volume attached to the instance.");
			return false;
		}
	}
	return true;
}

static bool take_one(struct call *c, const json_t *mapping, json_t *list)
{
	struct resource volume;
	char id[WORLD_ID];
	json_t *tags;

	if (!volume_for_change(c, in_text(mapping, "Ebs.VolumeId"), &volume) ||
		!volume_fits(c, &volume))
		return false;
	tags = tags_for(c, volume.doc);
	snapshot_take(c, &volume, in_text(c->in, "Description"), tags, id);
	json_decref(tags);
	json_array_append_new(list, created(c, id));
	return true;
}

json_t *snapshot_members(const json_t *snapshot, const char *const *members)
{
	json_t *out = json_object();

	for (; *members; members++)
		json_object_set(out, *members, json_object_get(snapshot, *members));
	return out;
}

/* SnapshotInfo knows fewer members than Snapshot. */
static json_t *infos(json_t *list)
{
	static const char *const members[] = {"Description", "Tags", "Encrypted", "VolumeId",
		"State", "VolumeSize", "StartTime", "Progress", "OwnerId", "SnapshotId", NULL};
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach(list, i, one) json_array_append_new(out, snapshot_members(one, members));
	json_decref(list);
	return out;
}

static json_t *create_snapshots(struct call *c)
{
	struct resource instance;
	json_t *mappings, *m, *list;
	size_t i;

	if (!tags_check(c, tag_types) || !location_fits(c) ||
		!instance_for_change(
			c, in_text(c->in, "InstanceSpecification.InstanceId"), &instance) ||
		!check_excluded(c, instance.doc))
		return NULL;
	mappings = in_list(instance.doc, "BlockDeviceMappings");
	list = json_array();
	json_array_foreach(mappings, i, m)
	{
		if (!in_has(m, "Ebs.VolumeId") || !wanted(c, instance.doc, m))
			continue;
		if (!take_one(c, m, list)) {
			json_decref(list);
			return NULL;
		}
	}
	if (!json_array_size(list)) {
		json_decref(list);
		return call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"The instance has no attached volumes that are not excluded.");
	}
	return json_pack("{s:o}", "Snapshots", infos(list));
}

/* ---- DeleteSnapshot ---- */

static bool deletable(struct call *c, const struct resource *r)
{
	const char *lock = snapshot_lock_state(r->doc, call_now(c));
	struct resource image;

	if (image_of_snapshot(c, r->id, &image))
		call_fault(c, FAULT_SNAPSHOT_IN_USE, r->id, image.id);
	else if (lock && strcmp(lock, "expired") != 0)
		call_fault(c, FAULT_SNAPSHOT_LOCKED, r->id, lock);
	else if (in_has(r->doc, "_ManagedByBackup"))
		call_fault(c, FAULT_SNAPSHOT_MANAGED_BY_BACKUP);
	return !call_failed(c);
}

static json_t *delete_snapshot(struct call *c)
{
	const char *id = in_text(c->in, "SnapshotId");
	struct resource r;

	if (!snapshot_for_change(c, id, &r) || !deletable(c, &r))
		return NULL;
	snapshot_leave_line(c->w, &r);
	volume_forget(c->w, &r);
	r.doc = call_get(c, "snapshot", id);
	snapshot_fast_forget(c, id);
	snapshot_recycle(c, &r);
	call_drop(c, "snapshot", id);
	return json_object();
}

static const struct handler handlers[] = {
	{"CreateSnapshot", create_snapshot},
	{"CreateSnapshots", create_snapshots},
	{"CopySnapshot", snapshot_copy_run},
	{"DescribeSnapshots", snapshot_describe_run},
	{"DeleteSnapshot", delete_snapshot},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"snapshot-complete", complete_timer},
	{"snapshot-fail", fail_timer},
	{"snapshot-copied", snapshot_copied_timer},
	{NULL, NULL},
};
const struct family ops_snapshot = {"ec2", handlers, timers};
