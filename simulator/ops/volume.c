/* volume.c - EBS volumes: create, describe, delete, and what launches need of them; see links.h. */
#include "ops/ebs.h"
#include "ops/region.h"

#include <string.h>

/* How long things take in the world's time. */
enum {
	CREATE_MS = 4000,
	CREATE_FROM_SNAPSHOT_MS = 8000,
	DELETE_MS = 4000,
	FAIL_MS = 10000, /* until EBS finds that the key cannot be used */
	MIN_INIT_RATE = 100,
	MAX_INIT_RATE = 300, /* MiB/s */
};

/* ---- looking up ---- */

bool volume_for_change(struct call *c, const char *id, struct resource *volume)
{
	if (!id_fits(id, "vol")) {
		call_fault(c, FAULT_INVALID_VOLUME_MALFORMED, id);
		return false;
	}
	*volume = (struct resource){call_place(c, "volume"), id, call_get(c, "volume", id), 0};
	if (!volume->doc)
		call_fault(c, FAULT_INVALID_VOLUME_NOT_FOUND, id);
	return volume->doc != NULL;
}

/* ---- checking a plan ---- */

static bool check_zone(struct call *c, const char *name)
{
	struct zone zone;

	if (!name)
		call_fault(c, FAULT_MISSING_PARAMETER, "zone");
	else if (!zone_seen(c, name, &zone))
		call_fault(c, FAULT_INVALID_ZONE_NOT_FOUND, name);
	return !call_failed(c);
}

/* An archived snapshot has to be restored first, a pending one to complete. */
static bool check_snapshot(struct call *c, const char *id, struct resource *snapshot)
{
	const char *state, *tier;

	if (!snapshot_for_use(c, id, snapshot))
		return false;
	state = in_text(snapshot->doc, "State");
	tier = in_text(snapshot->doc, "StorageTier");
	if (strcmp(state, "completed") != 0)
		call_fault(c, FAULT_SNAPSHOT_STATE, state);
	else if (tier && strcmp(tier, "archive") == 0)
		call_fault(c, FAULT_SNAPSHOT_ARCHIVED, id);
	return !call_failed(c);
}

static bool check_size(struct call *c, const struct volume_plan *p, const struct resource *snapshot)
{
	int64_t least = in_int(snapshot->doc, "VolumeSize", 0);

	if (p->gib <= 0 && !snapshot->doc)
		p->device ? call_fault(c, FAULT_MAPPING_WITHOUT_SIZE, p->device)
			  : call_fault(c, FAULT_VOLUME_WITHOUT_SIZE);
	else if (p->gib > 0 && p->gib < least)
		call_fault(c,
			p->device ? FAULT_VOLUME_SMALLER_THAN_SNAPSHOT
				  : FAULT_VOLUME_BELOW_SNAPSHOT,
			(long long)p->gib, p->snapshot_id, (long long)least);
	return !call_failed(c);
}

static bool check_encryption(
	struct call *c, const struct volume_plan *p, const struct resource *snapshot)
{
	bool from_encrypted = in_bool(snapshot->doc, "Encrypted", false);

	if (p->encrypted == 0 && from_encrypted) /* encryption is never taken away */
		call_fault(c, p->device ? FAULT_INVALID_MAPPING : FAULT_INVALID_PARAMETER_VALUE,
			"The encrypted flag cannot be set to false since the snapshot is encrypted.");
	else if (p->kms_key_id && p->encrypted != 1 && !from_encrypted &&
		 !ebs_encrypts_by_default(c))
		call_fault(c, FAULT_KMS_REQUIRES_ENCRYPTED);
	return !call_failed(c);
}

static bool check_init_rate(struct call *c, int64_t rate)
{
	struct buf text = BUF_INIT;

	if (rate && (rate < MIN_INIT_RATE || rate > MAX_INIT_RATE)) {
		buf_addf(&text, "%lld", (long long)rate);
		call_fault(c, FAULT_INVALID_VALUE, text.s, "volumeInitializationRate",
			"It must be between 100 and 300 MiB/s.");
	}
	buf_release(&text);
	return !call_failed(c);
}

static int64_t size_of(const struct volume_plan *p, const json_t *snapshot)
{
	return p->gib > 0 ? p->gib : in_int(snapshot, "VolumeSize", 0);
}

static const struct volume_type *type_of(struct call *c, const struct volume_plan *p)
{
	const char *name = p->type ? p->type : "gp2";
	const struct volume_type *t = volume_type_find(name);

	if (!t)
		call_fault(c, FAULT_INVALID_VALUE, name, "volumeType", "Unknown volume type.");
	return t;
}

bool volume_plan_check(struct call *c, const struct volume_plan *p)
{
	struct resource snapshot = {.doc = NULL};
	const struct volume_type *t = type_of(c, p);

	return t && check_zone(c, p->zone) &&
	       (!p->snapshot_id || check_snapshot(c, p->snapshot_id, &snapshot)) &&
	       check_size(c, p, &snapshot) &&
	       volume_type_check(c, t, size_of(p, snapshot.doc), p->iops, p->throughput) &&
	       check_encryption(c, p, &snapshot) && check_init_rate(c, p->init_rate);
}

/* ---- encryption of what is planned ---- */

/* The key's ARN; empty: not encrypted. EBS user guide, "encryption outcomes": one's own encrypted
 * snapshot keeps its key, another's comes under the default key of the account. */
static void plan_key(const struct call *c, const struct volume_plan *p,
	const struct resource *snapshot, struct buf *arn)
{
	bool from_encrypted = in_bool(snapshot->doc, "Encrypted", false);

	if (p->encrypted != 1 && !from_encrypted && !ebs_encrypts_by_default(c))
		return;
	if (p->kms_key_id)
		ebs_key_arn(c, p->kms_key_id, arn);
	else if (from_encrypted && strcmp(snapshot->in.account, c->who.account) == 0)
		buf_adds(arn, in_text(snapshot->doc, "KmsKeyId"));
	else
		ebs_default_key(c, arn);
}

static void plan_snapshot(
	const struct call *c, const struct volume_plan *p, struct resource *snapshot)
{
	*snapshot = (struct resource){.doc = NULL};
	if (p->snapshot_id && !call_find(c, "snapshot", p->snapshot_id, snapshot))
		snapshot->doc = NULL;
}

bool volume_plan_key_fails(struct call *c, const struct volume_plan *p)
{
	struct resource snapshot;
	struct buf arn = BUF_INIT;
	bool fails;

	plan_snapshot(c, p, &snapshot);
	plan_key(c, p, &snapshot, &arn);
	fails = arn.len && !ebs_key_encrypts(c->w, c->who.account, c->who.region, arn.s);
	if (in_bool(snapshot.doc, "Encrypted", false))
		fails = fails ||
			!ebs_key_decrypts(c->w, c->who.account, in_text(snapshot.doc, "KmsKeyId"));
	buf_release(&arn);
	return fails;
}

/* ---- making ---- */

/* A volume of one's own snapshot under the same key goes on with its line of increments. */
static void set_data(const struct call *c, json_t *doc, const struct resource *snapshot)
{
	struct volume_data d = {0, 0, NULL};
	const char *key = in_text(doc, "KmsKeyId"), *was = in_text(snapshot->doc, "KmsKeyId");
	bool own = snapshot->doc && strcmp(snapshot->in.account, c->who.account) == 0;
	bool same = key && was ? strcmp(key, was) == 0 : key == was;

	if (snapshot->doc) {
		d.full = snapshot_full(snapshot->doc);
		d.changed = own && same ? 0 : d.full;
		d.base = own && same ? snapshot->id : NULL;
	}
	volume_data_init(doc, &d, call_now(c));
}

static json_t *new_document(struct call *c, const struct volume_plan *p,
	const struct resource *snapshot, const char *id)
{
	struct zone zone = {p->zone, ""};
	struct buf key = BUF_INIT;
	json_t *doc;

	zone_seen(c, p->zone, &zone);
	plan_key(c, p, snapshot, &key);
	doc = json_pack("{s:s, s:s, s:s, s:o, s:b, s:s, s:s, s:b, s:[], s:{s:b}, s:b}", "VolumeId",
		id, "AvailabilityZone", zone.name, "AvailabilityZoneId", zone.id, "CreateTime",
		time_json(call_now(c)), "Encrypted", key.len > 0, "SnapshotId",
		p->snapshot_id ? p->snapshot_id : "", "State", "creating", "MultiAttachEnabled", 0,
		"Attachments", "Operator", "Managed", 0, "_FastRestored", 0);
	volume_type_set(doc, type_of(c, p), size_of(p, snapshot->doc), p->iops, p->throughput);
	if (key.len)
		json_object_set_new(doc, "KmsKeyId", json_string(key.s));
	set_data(c, doc, snapshot);
	if (p->snapshot_id && snapshot_fast_in(c, p->snapshot_id, zone.name)) {
		json_object_set_new(doc, "_FastRestored", json_true());
		json_object_set_new(doc, "FastRestored", json_true());
	}
	buf_release(&key);
	tags_set(c, "volume", doc);
	return doc;
}

static void make(struct call *c, const struct volume_plan *p, bool multi_attach, char id[WORLD_ID])
{
	struct resource snapshot;
	json_t *doc;

	plan_snapshot(c, p, &snapshot);
	call_id(c, "vol", id);
	doc = new_document(c, p, &snapshot, id);
	json_object_set_new(doc, "MultiAttachEnabled", json_boolean(multi_attach));
	if (p->init_rate)
		json_object_set_new(doc, "VolumeInitializationRate", json_integer(p->init_rate));
	if (volume_plan_key_fails(c, p))
		timer_set(c->w, doc, FAIL_MS, "volume-fail");
	else
		timer_set(c->w, doc, p->snapshot_id ? CREATE_FROM_SNAPSHOT_MS : CREATE_MS,
			"volume-settle");
	if (p->instance_id)
		volume_attachment_add(c->w, call_place(c, "volume"), doc, p->instance_id, p->device,
			p->delete_on_termination);
	call_put(c, "volume", id, doc);
}

bool volume_make(struct call *c, const struct volume_plan *p, char id[WORLD_ID])
{
	make(c, p, false, id);
	return true;
}

/* ---- time ---- */

static void settle_timer(struct world *w, const struct resource *r)
{
	const char *state = in_text(r->doc, "State");
	json_t *doc;

	if (strcmp(state, "deleting") == 0) {
		volume_delete(w, r->in, r->id);
		return;
	}
	doc = call_edit(r->doc);
	timer_clear(doc);
	if (strcmp(state, "creating") == 0)
		json_object_set_new(doc, "State", json_string("available"));
	volume_attachments_settle(w, r->in, doc);
	resource_put(w, r, doc);
}

/* Without its key a volume is never made: after a while it is simply not there. */
static void fail_timer(struct world *w, const struct resource *r)
{
	volume_delete(w, r->in, r->id);
}

void volume_delete(struct world *w, struct place_of volumes, const char *volume_id)
{
	if (volume_attachment(world_get(w, volumes, volume_id), NULL))
		volume_detach(w, volumes, volume_id);
	world_put(w, volumes, volume_id, NULL);
}

/* ---- operations ---- */

/* What CreateVolume alone can say, or get wrong. */
static bool create_check(struct call *c, const struct volume_plan *p, bool multi_attach)
{
	const char *type = p->type ? p->type : "gp2";
	struct buf text = BUF_INIT;

	if (multi_attach && !volume_type_find(type)->multi_attach) {
		buf_addf(&text, "Multi-Attach is not supported for %s volumes.", type);
		call_fault(c, FAULT_INVALID_COMBINATION, text.s);
	} else if (p->init_rate && !p->snapshot_id) {
		call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter VolumeInitializationRate can only be specified with a snapshot.");
	} else if (in_has(c->in, "OutpostArn")) {
		call_fault(c, FAULT_INVALID_VALUE, in_text(c->in, "OutpostArn"), "outpostArn",
			"The account has no such Outpost.");
	}
	buf_release(&text);
	return !call_failed(c);
}

/* CreateVolume's answer has all tags, if none too, and no attachments. */
static json_t *created(const json_t *doc)
{
	json_t *answer = json_copy((json_t *)(uintptr_t)doc);

	json_object_del(answer, "Attachments");
	json_object_del(answer, "Operator");
	json_object_del(answer, "FastRestored");
	if (!json_object_get(answer, "Tags"))
		json_object_set_new(answer, "Tags", json_array());
	return answer;
}

static json_t *create_volume(struct call *c)
{
	static const char *const types[] = {"volume", NULL};
	const char *zone_id = in_text(c->in, "AvailabilityZoneId");
	struct volume_plan p = {
		.snapshot_id = in_text(c->in, "SnapshotId"),
		.gib = in_int(c->in, "Size", 0),
		.type = in_text(c->in, "VolumeType"),
		.iops = in_int(c->in, "Iops", 0),
		.throughput = in_int(c->in, "Throughput", 0),
		.encrypted = in_has(c->in, "Encrypted") ? in_bool(c->in, "Encrypted", false) : -1,
		.kms_key_id = in_text(c->in, "KmsKeyId"),
		.zone = zone_id ? zone_id : in_text(c->in, "AvailabilityZone"),
		.init_rate = in_int(c->in, "VolumeInitializationRate", 0),
	};
	bool multi_attach = in_bool(c->in, "MultiAttachEnabled", false);
	char id[WORLD_ID];

	if (zone_id && in_has(c->in, "AvailabilityZone"))
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"Specify either AvailabilityZone or AvailabilityZoneId, not both.");
	if (p.snapshot_id && !*p.snapshot_id)
		p.snapshot_id = NULL;
	if (!tags_check(c, types) || !volume_plan_check(c, &p) ||
		!create_check(c, &p, multi_attach))
		return NULL;
	make(c, &p, multi_attach, id);
	return created(call_get(c, "volume", id));
}

static json_t *describe_volumes(struct call *c)
{
	static const struct filter_path filters[] = {
		{"attachment.attach-time", "Attachments.AttachTime"},
		{"attachment.delete-on-termination", "Attachments.DeleteOnTermination"},
		{"attachment.device", "Attachments.Device"},
		{"attachment.instance-id", "Attachments.InstanceId"},
		{"attachment.status", "Attachments.State"},
		{"fast-restored", "_FastRestored"},
		{"status", "State"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = "volume",
		.result = "Volumes",
		.ids = "VolumeIds",
		.prefix = "vol",
		.malformed = FAULT_INVALID_VOLUME_MALFORMED,
		.not_found = FAULT_INVALID_VOLUME_NOT_FOUND,
		.filters = filters,
	};

	return call_describe(c, &d);
}

static json_t *delete_volume(struct call *c)
{
	const char *id = in_text(c->in, "VolumeId"), *state;
	struct resource volume;
	json_t *attachment, *doc;

	if (!volume_for_change(c, id, &volume))
		return NULL;
	attachment = volume_attachment(volume.doc, NULL);
	if (attachment)
		return call_fault(c, FAULT_VOLUME_IN_USE, id, in_text(attachment, "InstanceId"));
	state = in_text(volume.doc, "State");
	if (strcmp(state, "deleting") == 0)
		return call_fault(c, FAULT_INVALID_VOLUME_NOT_FOUND, id);
	if (strcmp(state, "creating") == 0)
		return call_fault(c, FAULT_VOLUME_STATE, id, state);
	doc = call_edit(volume.doc);
	json_object_set_new(doc, "State", json_string("deleting"));
	timer_set(c->w, doc, DELETE_MS, "volume-settle");
	resource_put(c->w, &volume, doc);
	return json_object();
}

static const struct handler handlers[] = {
	{"CreateVolume", create_volume},
	{"DescribeVolumes", describe_volumes},
	{"AttachVolume", volume_attach_run},
	{"DetachVolume", volume_detach_run},
	{"DeleteVolume", delete_volume},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"volume-settle", settle_timer},
	{"volume-fail", fail_timer},
	{NULL, NULL},
};
const struct family ops_volume = {"ec2", handlers, timers};
