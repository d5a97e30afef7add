/* snapshot-copy.c - copies of snapshots, from any Region and account, under any key; see ebs.h and
 * links.h. */
#include "ops/account.h"
#include "ops/ebs.h"

#include <string.h>

/* EBS quotas: 20 copies at once into a Region. Copies are slower than snapshots: the more so
 * between Regions. */
enum {
	COPIES_MAX = 20,
	COPY_MS = 60 * 1000,
	COPY_MS_PER_GIB = 2000,
	COPY_MS_PER_GIB_FAR = 5000,
	MINUTE_MS = 60 * 1000,
};

/* The volume whose blocks these are: what came from nowhere stands for itself. */
static const char *line_of(const struct resource *from)
{
	const char *line = in_text(from->doc, "_CopyOf"), *volume = in_text(from->doc, "VolumeId");

	if (line)
		return line;
	return strcmp(volume, EBS_NO_VOLUME) == 0 ? from->id : volume;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *copy_note(const struct resource *from, const char *key, struct buf *id)
{
	buf_clear(id);
	buf_addf(id, "%s %s", line_of(from), key ? key : "-");
	return id->s;
}

/* What the copy builds on: data that were copied into this account, Region and key before are not
 * copied again (EBS user guide, "Incremental snapshot copies"). Kind "snapshot-line" remembers the
 * latest copy of each line. */
static const char *base_of_copy(const struct call *c, const struct resource *from, const char *key)
{
	struct buf id = BUF_INIT;
	const char *base, *state;

	if (strcmp(from->in.account, c->who.account) == 0 &&
		strcmp(from->in.region, c->who.region) == 0 &&
		same_text(key, in_text(from->doc, "KmsKeyId")))
		return from->id;
	base = in_text(call_get(c, "snapshot-line", copy_note(from, key, &id)), "Snapshot");
	state = base ? in_text(call_get(c, "snapshot", base), "State") : NULL;
	buf_release(&id);
	return state && strcmp(state, "completed") == 0 ? base : NULL;
}

/* Bytes that have to be copied. */
static int64_t bytes_to_copy(const struct resource *from, const char *base)
{
	int64_t full = snapshot_full(from->doc), own = in_int(from->doc, "_blocks.own", full);

	if (!base)
		return full;
	return strcmp(base, from->id) == 0 ? 0 : own < full ? own : full;
}

static int64_t copy_ms(const struct call *c, const struct resource *from, int64_t bytes)
{
	bool far = strcmp(from->in.region, c->who.region) != 0;
	int64_t minutes = in_int(c->in, "CompletionDurationMinutes", 0);

	if (minutes)
		return minutes * MINUTE_MS;
	return COPY_MS + bytes * (far ? COPY_MS_PER_GIB_FAR : COPY_MS_PER_GIB) / EBS_GIB;
}

/* Whether the caller can read what is copied and encrypt the copy. */
static bool keys_fail(const struct call *c, const struct resource *from, const char *key)
{
	const char *account = c->who.account;

	if (in_bool(from->doc, "Encrypted", false) &&
		!ebs_key_decrypts(c->w, account, in_text(from->doc, "KmsKeyId")))
		return true;
	return key && !ebs_key_encrypts(c->w, account, c->who.region, key);
}

/* A line whose latest copy was deleted begins anew. One in the Recycle Bin may come back. */
static enum fate line_fate(const struct world *w, const struct resource *r)
{
	const char *id = in_text(r->doc, "Snapshot");

	if (world_get(w, place(r->in.account, r->in.region, "snapshot"), id))
		return FATE_KEEP;
	return world_get(w, place(r->in.account, r->in.region, "snapshot-bin"), id) ? FATE_SPARE
										    : FATE_OVER;
}

/* Remembers the copy as the latest of its line, and that it is under way. */
static void note(
	struct call *c, const struct resource *from, const char *key, const char *id, int64_t ms)
{
	json_t *copying = json_object();
	struct buf name = BUF_INIT;

	forget_oldest(c->w, call_place(c, "snapshot-line"), FORGET_MOST, line_fate);
	call_put(c, "snapshot-line", copy_note(from, key, &name),
		json_pack("{s:s}", "Snapshot", id));
	timer_set(c->w, copying, ms, "snapshot-copied");
	call_put(c, "snapshot-copying", id, copying);
	buf_release(&name);
}

void snapshot_copied_timer(struct world *w, const struct resource *r)
{
	world_put(w, r->in, r->id, NULL);
}

static void copy(struct call *c, const struct resource *from, const char *description,
	const char *key, json_t *tags, char id[WORLD_ID])
{
	const char *base = base_of_copy(c, from, key);
	int64_t bytes = bytes_to_copy(from, base);
	struct snapshot_plan p = {
		.volume_id = EBS_NO_VOLUME,
		.description = description,
		.gib = in_int(from->doc, "VolumeSize", 0),
		.full = snapshot_full(from->doc),
		.changed = bytes,
		.base = base,
		.kms_key_arn = key,
		.takes_ms = copy_ms(c, from, bytes),
		.fails = keys_fail(c, from, key),
		.copy_of = line_of(from),
		.minutes = in_int(c->in, "CompletionDurationMinutes", 0),
	};

	snapshot_begin(c->w, call_place(c, "snapshot"), &p, tags, id);
	note(c, from, key, id, p.takes_ms);
}

bool snapshot_of_snapshot(struct call *c, const struct resource *from, const char *description,
	const char *kms_key_arn, char id[WORLD_ID])
{
	json_t *holder = json_object();

	tags_set(c, "snapshot", holder);
	copy(c, from, description, kms_key_arn, json_object_get(holder, "Tags"), id);
	json_decref(holder);
	return true;
}

/* ---- CopySnapshot ---- */

/* The snapshot in the Region it is copied from, if the caller may use it. */
static bool source_find(struct call *c, struct resource *from)
{
	const char *id = in_text(c->in, "SourceSnapshotId"),
		   *region = in_text(c->in, "SourceRegion");
	const struct region_facts *facts = region_find(region);
	const char *state;

	if (!facts) {
		call_fault(c, FAULT_INVALID_VALUE, region, "sourceRegion",
			"The Region does not exist.");
		return false;
	}
	if (!id_fits(id, "snap")) {
		call_fault(c, FAULT_INVALID_SNAPSHOT_MALFORMED, id);
		return false;
	}
	from->in = place(c->who.account, facts->name, "snapshot");
	from->id = id;
	from->doc = world_get(c->w, from->in, id);
	if ((!from->doc && !resource_find(c->w, facts->name, "snapshot", id, from)) ||
		!snapshot_seen(c, from)) {
		call_fault(c, FAULT_INVALID_SNAPSHOT_NOT_FOUND, id);
		return false;
	}
	state = in_text(from->doc, "State");
	if (strcmp(state, "completed") != 0)
		call_fault(c, FAULT_SNAPSHOT_STATE, state);
	else if (strcmp(in_text(from->doc, "StorageTier"), "archive") == 0)
		call_fault(c, FAULT_SNAPSHOT_ARCHIVED, id);
	return !call_failed(c);
}

/* EBS user guide, "Encryption and snapshot copying": encrypted stays encrypted; without a key it is
 * the default key of the account in the Region of the copy, a copy of one's own under its own key
 * in the same Region. */
static bool copy_key(struct call *c, const struct resource *from, struct buf *key)
{
	bool was = in_bool(from->doc, "Encrypted", false),
	     asked = in_bool(c->in, "Encrypted", false);
	const char *named = in_text(c->in, "KmsKeyId");
	bool own = strcmp(from->in.account, c->who.account) == 0;

	if (named && !asked && !was && !ebs_encrypts_by_default(c)) {
		call_fault(c, FAULT_KMS_REQUIRES_ENCRYPTED);
		return false;
	}
	if (!was && !asked && !ebs_encrypts_by_default(c))
		return true;
	if (named)
		ebs_key_arn(c, named, key);
	else if (was && own && strcmp(from->in.region, c->who.region) == 0)
		buf_adds(key, in_text(from->doc, "KmsKeyId"));
	else
		ebs_default_key(c, key);
	return true;
}

static bool check_request(struct call *c)
{
	const char *to = in_text(c->in, "DestinationRegion");
	int64_t minutes = in_int(c->in, "CompletionDurationMinutes", 0);

	if (to && strcmp(to, c->who.region) != 0)
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"The destination Region has to be the Region that the request is sent to.");
	else if (in_has(c->in, "DestinationOutpostArn"))
		call_fault(c, FAULT_INVALID_VALUE, in_text(c->in, "DestinationOutpostArn"),
			"destinationOutpostArn", "The account has no such Outpost.");
	else if (in_has(c->in, "DestinationAvailabilityZone"))
		call_fault(
			c, FAULT_UNSUPPORTED, "Local snapshots are supported in Local Zones only.");
	else if (minutes % 15) /* API reference: in 15-minute increments */
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"CompletionDurationMinutes must be a multiple of 15.");
	else if (world_count(c->w, call_place(c, "snapshot-copying")) >= COPIES_MAX)
		call_fault(c, FAULT_SNAPSHOT_COPIES, (long long)COPIES_MAX);
	return !call_failed(c);
}

json_t *snapshot_copy_run(struct call *c)
{
	static const char *const types[] = {"snapshot", NULL};
	const char *description = in_text(c->in, "Description");
	struct buf key = BUF_INIT, text = BUF_INIT;
	struct resource from;
	char id[WORLD_ID];
	json_t *answer, *tags;

	if (!tags_check(c, types) || !check_request(c) || !source_find(c, &from))
		return NULL;
	if (!copy_key(c, &from, &key)) {
		buf_release(&key);
		return NULL;
	}
	if (!description) {
		buf_addf(&text, "[Copied %s from %s]", from.id, from.in.region);
		description = text.s;
	}
	snapshot_of_snapshot(c, &from, description, key.len ? key.s : NULL, id);
	tags = in_list(call_get(c, "snapshot", id), "Tags");
	answer = json_pack("{s:s}", "SnapshotId", id);
	if (tags)
		json_object_set(answer, "Tags", tags);
	buf_release(&key);
	buf_release(&text);
	return answer;
}
