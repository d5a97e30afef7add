/*
 * events.c - what happened in a world, as Amazon EventBridge would tell it; see sim.h.
 *
 * Shapes and words are those that AWS documents: "Amazon EventBridge events for Amazon EBS" and
 * "Monitor Amazon EBS snapshot archiving" in the EBS user guide, "Monitor AMI events using Amazon
 * EventBridge" and "EC2 instance state-change events" in the EC2 user guide. What AWS documents no
 * event for (tags, security groups, what goes into the Recycle Bin, copies under way) has none
 * here. Documented, but not told: the sum that AWS sends of CreateSnapshots beside the events of
 * its snapshots, locks of retention rules, block public access.
 *
 * Ids are made of what is told, so that the same world always tells the same.
 */
#include "sim/history.h"
#include "sim/internal.h"

#include "base/json.h"
#include "base/mem.h"
#include "ops/ebs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARN = 160, UUID = 37, WHEN = 32, STATE = 48 };

struct told {
	int64_t at;
	size_t number;
	const char *type;
	char account[16], region[32], id[64], state[STATE];
	char *json;
};

struct telling {
	struct told *all;
	size_t len, cap;
	const struct world_change *c; /* the one that is looked at */
	int64_t at;
};

static const char instance_type[] = "EC2 Instance State-change Notification";
static const char image_type[] = "EC2 AMI State Change";
static const char volume_type[] = "EBS Volume Notification";
static const char snapshot_type[] = "EBS Snapshot Notification";
static const char fast_type[] = "EBS Fast Snapshot Restore State-change Notification";

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* ---- words of an event ---- */

/* "2026-11-21T10:20:30Z": events have whole seconds. */
static const char *when(int64_t ms, char out[WHEN])
{
	char text[TIME_TEXT];

	snprintf(out, WHEN, "%.19sZ", time_text(ms, text));
	return out;
}

/* The same of a document's member; that of the event itself if it has none. */
static const char *when_in(
	const struct telling *t, const json_t *doc, const char *member, char out[WHEN])
{
	const char *text = in_text(doc, member);
	int64_t ms;

	return when(text && time_parse(text, &ms) ? ms : t->at, out);
}

/* Of snapshots and images: AWS leaves the account out. */
static const char *arn_bare(const char *region, const char *type, const char *id, char out[ARN])
{
	snprintf(out, ARN, "arn:aws:ec2:%s::%s/%s", region, type, id);
	return out;
}

static const char *arn_of(const struct telling *t, const char *type, const char *id, char out[ARN])
{
	snprintf(out, ARN, "arn:aws:ec2:%s:%s:%s/%s", t->c->in.region, t->c->in.account, type, id);
	return out;
}

static uint64_t hash(uint64_t n, const char *text)
{
	for (; *text; text++)
		n = (n ^ (unsigned char)*text) * 0x100000001b3u;
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
	return n ^ n >> 31;
}

/* A UUID that follows from a text; `salt` parts the event's from the request's. */
static const char *uuid_of(const char *text, uint64_t salt, char out[UUID])
{
	uint64_t a = hash(0xcbf29ce484222325u + salt, text), b = hash(a, text);

	snprintf(out, UUID, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
		(unsigned)(0x8000 | (b >> 48 & 0x3fff)), b & 0xffffffffffff);
	return out;
}

/* What caused the change: AWS's own id of the request is not kept, so this is one for all that
 * happened to the resource at that time. */
static const char *request_id(const struct telling *t, char out[UUID])
{
	char text[128];

	snprintf(text, sizeof text, "%s %" PRId64, t->c->id, t->at);
	return uuid_of(text, 1, out);
}

/* Adds an event; steals detail. `account` gets it. */
static void add_for(struct telling *t, const char *account, const char *type, const char *id,
	const char *state, const char *arn, json_t *detail)
{
	struct told *e;
	char time[WHEN], uuid[UUID];
	struct buf text = BUF_INIT;
	json_t *event;

	ARRAY_GROW(t->all, t->len, t->cap);
	e = &t->all[t->len];
	*e = (struct told){.at = t->at, .number = t->len, .type = type};
	snprintf(e->account, sizeof e->account, "%s", account);
	snprintf(e->region, sizeof e->region, "%s", t->c->in.region);
	snprintf(e->id, sizeof e->id, "%s", id);
	snprintf(e->state, sizeof e->state, "%s", state);
	buf_addf(&text, "%s %s %s %" PRId64 " ", type, account, t->c->id, t->at);
	buf_add_json(&text, detail, JSON_COMPACT);
	event = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[s], s:o}", "version", "0", "id",
		uuid_of(text.s, 0, uuid), "detail-type", type, "source", "aws.ec2", "account",
		account, "time", when(t->at, time), "region", e->region, "resources", arn, "detail",
		detail);
	e->json = json_text(event, JSON_COMPACT);
	t->len++;
	json_decref(event);
	buf_release(&text);
}

static void add(struct telling *t, const char *type, const char *id, const char *state,
	const char *arn, json_t *detail)
{
	add_for(t, t->c->in.account, type, id, state, arn, detail);
}

/* Whether a member has come to have this text. */
static bool became(const struct world_change *c, const char *path, const char *text)
{
	return is(in_text(c->after, path), text) &&
	       !(c->before && is(in_text(c->before, path), text));
}

/* ---- instances ---- */

static void instance_events(struct telling *t, const struct world_change *c)
{
	const char *state = c->after ? in_text(c->after, "State.Name") : NULL;
	char arn[ARN];

	if (state && became(c, "State.Name", state))
		add(t, instance_type, c->id, state, arn_of(t, "instance", c->id, arn),
			json_pack("{s:s, s:s}", "instance-id", c->id, "state", state));
}

/* ---- images ---- */

static void image_event(struct telling *t, const char *state, const char *why)
{
	char arn[ARN], request[UUID];

	add(t, image_type, t->c->id, state, arn_bare(t->c->in.region, "image", t->c->id, arn),
		json_pack("{s:s, s:s, s:s, s:s}", "RequestId", request_id(t, request), "ImageId",
			t->c->id, "State", state, "ErrorMessage", why ? why : ""));
}

/* "when an AMI enters any of the following states" (EC2 user guide). */
static void image_events(struct telling *t, const struct world_change *c)
{
	static const char *const states[] = {"available", "failed", "disabled"};

	if (!c->after) {
		image_event(t, "deregistered", NULL);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (became(c, "State", states[i]))
			image_event(t, states[i], in_text(c->after, "StateReason.Message"));
}

/* ---- volumes ---- */

static void volume_event(
	struct telling *t, const char *event, const char *result, const char *cause)
{
	char arn[ARN], request[UUID], state[STATE];

	snprintf(state, sizeof state, "%s %s", event, result);
	add(t, volume_type, t->c->id, state, arn_of(t, "volume", t->c->id, arn),
		json_pack("{s:s, s:s, s:s, s:s}", "result", result, "cause", cause, "event", event,
			"request-id", request_id(t, request)));
}

/* A volume of a launch is in use from the beginning. */
static bool is_made(const struct world_change *c)
{
	return c->after && !is(in_text(c->after, "State"), "creating") &&
	       (!c->before || is(in_text(c->before, "State"), "creating"));
}

static void volume_events(struct telling *t, const struct world_change *c)
{
	const char *key = c->before ? in_text(c->before, "KmsKeyId") : NULL;
	struct buf cause = BUF_INIT;

	if (is_made(c)) {
		volume_event(t, "createVolume", "available", "");
	} else if (c->before && !c->after && is(in_text(c->before, "_timer.do"), "volume-fail")) {
		if (key) /* the state that the guide tells of; which one it was is not kept */
			buf_addf(&cause, "%s is disabled.", key);
		volume_event(t, "createVolume", "failed", cause.s);
	} else if (c->before && !c->after) {
		volume_event(t, "deleteVolume", "deleted", "");
	}
	buf_release(&cause);
}

static void modification_events(struct telling *t, const struct world_change *c)
{
	if (c->after && became(c, "ModificationState", "optimizing"))
		volume_event(t, "modifyVolume", "optimizing", "");
}

/* ---- snapshots ---- */

static json_t *snapshot_detail(const struct telling *t, const char *event, const char *result,
	const char *cause, const char *source)
{
	char arn[ARN];
	json_t *detail = json_pack("{s:s, s:s, s:s, s:s, s:s}", "event", event, "result", result,
		"cause", cause, "request-id", "", "snapshot_id",
		arn_bare(t->c->in.region, "snapshot", t->c->id, arn));

	if (source)
		json_object_set_new(detail, "source", json_string(source));
	return detail;
}

/* Steals detail, and closes it with the two times, and `last` if it is not NULL. */
static void snapshot_event(struct telling *t, const char *account, const char *begun,
	json_t *detail, const char *last, const char *text)
{
	char arn[ARN], end[WHEN], state[STATE];

	snprintf(state, sizeof state, "%s %s", in_text(detail, "event"), in_text(detail, "result"));
	json_object_set_new(detail, "startTime", json_string(begun));
	json_object_set_new(detail, "endTime", json_string(when(t->at, end)));
	if (last)
		json_object_set_new(detail, last, json_string(text));
	add_for(t, account, snapshot_type, t->c->id, state,
		arn_bare(t->c->in.region, "snapshot", t->c->id, arn), detail);
}

/* The snapshot that this is a copy of, as the descriptions say that AWS gives to copies; NULL: the
 * learner gave another. Of a copy from another Region that Region's name is in it too. */
static const char *copy_source(const struct telling *t, char out[ARN])
{
	const char *text = in_text(t->c->after, "Description"), *id, *from;
	char snapshot[WORLD_ID], region[32];

	id = text ? strstr(text, "SourceSnapshot ") : NULL;
	if (id && sscanf(id, "SourceSnapshot %40[a-z0-9-]", snapshot) == 1)
		return arn_bare(t->c->in.region, "snapshot", snapshot, out);
	from = text ? strstr(text, "[Copied snap-") : NULL;
	if (from && sscanf(from, "[Copied %40[a-z0-9-] from %30[a-z0-9-]", snapshot, region) == 2)
		return arn_bare(region, "snapshot", snapshot, out);
	return NULL;
}

/* What was made of a file or in a store is neither created nor copied. */
static void made_event(struct telling *t, const struct world_change *c, bool fine)
{
	const char *why = in_text(c->after, "StateMessage"),
		   *volume = in_text(c->after, "VolumeId");
	const char *cause = fine || !why ? "" : why, *result = fine ? "succeeded" : "failed";
	bool copy = in_has(c->after, "_CopyOf");
	const char *event = copy ? "copySnapshot" : "createSnapshot", *source;
	char arn[ARN], begun[WHEN];

	if (!copy && (!volume || is(volume, EBS_NO_VOLUME)))
		return;
	source = copy ? copy_source(t, arn) : arn_bare(c->in.region, "volume", volume, arn);
	snapshot_event(t, c->in.account, when_in(t, c->after, "StartTime", begun),
		snapshot_detail(t, event, result, cause, source),
		copy && fine ? "Incremental" : NULL,
		in_has(c->after, "_blocks.base") ? "true" : "false");
}

/* The tier has changed: one operation has come to its end. */
static void tier_events(struct telling *t, const struct world_change *c)
{
	const char *was = in_text(c->before, "StorageTier"),
		   *now = in_text(c->after, "StorageTier");
	bool restored = is(now, "standard"), ended = !in_bool(c->before, "_Tier.done", false);
	const char *event = restored ? "restoreSnapshot"
			    : ended  ? "archiveSnapshot"
				     : "restoreExpiry";
	bool for_days = restored && in_has(c->after, "RestoreExpiryTime");
	char begun[WHEN], until[WHEN];

	if (!was || !now || strcmp(was, now) == 0)
		return;
	snapshot_event(t, c->in.account, when_in(t, c->after, "_Tier.LastTieringStartTime", begun),
		snapshot_detail(t, event, "succeeded", "", NULL),
		for_days ? "restoreExpiryTime" : NULL,
		when_in(t, c->after, "RestoreExpiryTime", until));
}

static bool shared_with(const json_t *doc, const char *account)
{
	return doc && snapshot_shared_with(doc, account);
}

/* The account with which a private snapshot is shared gets an event; sharing a public one gives
 * none. */
static void share_events(struct telling *t, const struct world_change *c)
{
	json_t *permissions = json_object_get(c->after, "_CreateVolumePermissions"), *p;
	char now[WHEN];
	size_t i;

	json_array_foreach(permissions, i, p)
	{
		if (in_has(p, "Group"))
			return;
	}
	json_array_foreach(permissions, i, p)
	{
		const char *user = in_text(p, "UserId");

		if (user && !shared_with(c->before, user))
			snapshot_event(t, user, when(t->at, now),
				snapshot_detail(t, "shareSnapshot", "succeeded", "", c->in.account),
				NULL, NULL);
	}
}

static void snapshot_events(struct telling *t, const struct world_change *c)
{
	const char *was = c->before ? in_text(c->before, "State") : NULL;

	if (!c->after)
		return;
	if (is(was, "pending") && became(c, "State", "completed"))
		made_event(t, c, true);
	if (is(was, "pending") && became(c, "State", "error"))
		made_event(t, c, false);
	if (c->before) {
		tier_events(t, c);
		share_events(t, c);
	}
}

/* ---- fast snapshot restore ---- */

static void fast_events(struct telling *t, const struct world_change *c)
{
	const char *state = c->after ? in_text(c->after, "State") : NULL;
	const char *id = c->after ? in_text(c->after, "SnapshotId") : NULL, *why, *zone;
	char arn[ARN], where[STATE];

	if (!state || !id || !became(c, "State", state))
		return;
	why = in_text(c->after, "StateTransitionReason");
	if (is(state, "enabling") || is(state, "disabling"))
		why = "Client.UserInitiated";
	else if (!why || is(why, "Client.UserInitiated"))
		why = "Client.UserInitiated - Lifecycle state transition";
	zone = in_text(c->after, "AvailabilityZone");
	snprintf(where, sizeof where, "%s %s", zone ? zone : "", state);
	add(t, fast_type, id, where, arn_bare(c->in.region, "snapshot", id, arn),
		json_pack("{s:s, s:s, s:s, s:s}", "snapshot-id", id, "state", state, "zone",
			zone ? zone : "", "message", why));
}

/* ---- all of them ---- */

static const struct {
	const char *kind;
	void (*events)(struct telling *t, const struct world_change *c);
} sources[] = {
	{"instance", instance_events},
	{"image", image_events},
	{"volume", volume_events},
	{"volume-modification", modification_events},
	{"snapshot", snapshot_events},
	{"fast-restore", fast_events},
};

static void take_change(void *ctx, const struct world_change *c, int64_t at)
{
	struct telling *t = ctx;

	t->c = c;
	t->at = at;
	for (size_t i = 0; (c->before || c->after) && i < ARRAY_LEN(sources); i++)
		if (strcmp(sources[i].kind, c->in.kind) == 0)
			sources[i].events(t, c);
}

static int by_time(const void *a, const void *b)
{
	const struct told *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void sim_events(struct sim *s, sim_event_fn *fn, void *ctx)
{
	struct telling t = {.len = 0};

	history_walk(s->w, take_change, &t);
	if (t.len)
		qsort(t.all, t.len, sizeof t.all[0], by_time);
	for (size_t i = 0; i < t.len; i++) {
		const struct told *e = &t.all[i];

		fn(ctx, &(struct sim_event){e->at, "aws.ec2", e->type, e->account, e->region, e->id,
				e->state, e->json});
		free(t.all[i].json);
	}
	free(t.all);
}
