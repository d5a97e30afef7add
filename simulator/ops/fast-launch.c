/*
 * fast-launch.c - Windows fast launch: snapshots of prepared Windows instances are kept ready.
 *
 * Rules: EC2 user guide, "Use EC2 Fast Launch for your Windows instances", and the API reference.
 *
 * Kind "fast-launch", under the image's id in the account that has enabled it: what
 * DescribeFastLaunchImages answers; private: _Snapshots (ids), in that account.
 */
#include "ops/image-task.h"
#include "ops/image.h"
#include "ops/launch-template.h"

#include <string.h>

enum {                         /* world time, in milliseconds */
	BATCH_MS = 300 * 1000, /* as many instances as may be launched at once are prepared */
	ENABLE_MAX_MS = 3000 * 1000,
	DISABLE_MS = 60 * 1000,
};
enum { PARALLEL_MIN = 6, TARGET_USUAL = 5 };

static const char kind[] = "fast-launch";

/* ---- which images ---- */

static bool source_find(struct call *c, const char *id, struct resource *image)
{
	if (!image_find(c, id, image))
		return false;
	if (!image_seen(c, image))
		call_fault(c, FAULT_INVALID_AMI_ID_NOT_FOUND, id);
	else if (!image_own(c, image) && !image_shared_with(c->w, image->doc, c->who.account))
		call_fault(c, FAULT_AMI_NOT_AUTHORIZED, id);
	return !call_failed(c);
}

static bool image_fits(struct call *c, const struct resource *image)
{
	const char *platform = in_text(image->doc, "Platform");

	if (!platform || strcmp(platform, "windows") != 0)
		call_fault(c, FAULT_UNSUPPORTED, "Fast launch is supported for Windows AMIs only.");
	else if (strcmp(in_text(image->doc, "RootDeviceType"), "ebs") != 0)
		call_fault(
			c, FAULT_UNSUPPORTED, "Fast launch is supported for EBS-backed AMIs only.");
	else if (image_is_state(image->doc, "pending"))
		call_fault(c, FAULT_AMI_PENDING_USE, image->id);
	else if (!image_is_state(image->doc, "available"))
		call_fault(c, FAULT_AMI_STATE_USE, image->id, in_text(image->doc, "State"));
	return !call_failed(c);
}

/* ---- EnableFastLaunch ---- */

static bool request_check(struct call *c)
{
	const char *type = in_text(c->in, "ResourceType");
	int64_t parallel = in_int(c->in, "MaxParallelLaunches", PARALLEL_MIN);

	if (type && strcmp(type, "snapshot") != 0)
		call_fault(c, FAULT_INVALID_VALUE, type, "resourceType",
			"Valid values are: snapshot.");
	else if (parallel < PARALLEL_MIN)
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"MaxParallelLaunches must be 6 or greater.");
	else if (in_int(c->in, "SnapshotConfiguration.TargetResourceCount", 1) < 1)
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"TargetResourceCount must be 1 or greater.");
	return !call_failed(c);
}

/* {LaunchTemplateId, LaunchTemplateName, Version}; {} if the request names none; NULL and a fault.
 */
static json_t *template_of(struct call *c)
{
	json_t *given = in_get(c->in, "LaunchTemplate"), *template;
	const char *version = in_text(given, "Version");
	int64_t number;

	if (!given)
		return json_object();
	template = template_meant(c, given);
	if (!template)
		return NULL;
	number = template_version_number(c, template, version);
	if (!number)
		return NULL;
	if (!template_version(c, template, number)) {
		template_version_fault(c, template, version);
		return NULL;
	}
	return json_pack("{s:O, s:O, s:s}", "LaunchTemplateId",
		in_get(template, "LaunchTemplateId"), "LaunchTemplateName",
		in_get(template, "LaunchTemplateName"), "Version", version);
}

static const json_t *root_volume(const json_t *image)
{
	const char *root = in_text(image, "RootDeviceName");
	size_t i;
	json_t *m;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, m)
	{
		if (root && strcmp(in_text(m, "DeviceName"), root) == 0)
			return in_get(m, "Ebs");
	}
	return NULL;
}

/* A prepared snapshot of the root volume, in the account that asks. */
static bool snapshot_add(struct call *c, const struct resource *image, json_t *list)
{
	const json_t *root = root_volume(image->doc);
	const char *source = in_text(root, "SnapshotId"), *key = NULL;
	struct buf text = BUF_INIT;
	struct resource from;
	char id[WORLD_ID];
	json_t *doc;

	if (source && call_find(c, "snapshot", source, &from))
		key = in_text(from.doc, "KmsKeyId");
	buf_addf(&text, "Created by EC2 Fast Launch for %s", image->id);
	if (snapshot_of_size(c, in_int(root, "VolumeSize", 30), text.s, key, id)) {
		doc = call_edit(call_get(c, "snapshot", id));
		json_object_set_new(doc, "Tags",
			json_pack("[{s:s, s:s}]", "Key", "CreatedBy", "Value", "EC2 Fast Launch"));
		call_put(c, "snapshot", id, doc);
		json_array_append_new(list, json_string(id));
	}
	buf_release(&text);
	return !call_failed(c);
}

static json_t *setting_new(
	const struct call *c, const struct resource *image, json_t *template, json_t *snapshots)
{
	return json_pack("{s:s, s:s, s:{s:I}, s:o, s:I, s:s, s:s, s:s, s:o, s:o}", "ImageId",
		image->id, "ResourceType", "snapshot", "SnapshotConfiguration",
		"TargetResourceCount",
		(json_int_t)in_int(
			c->in, "SnapshotConfiguration.TargetResourceCount", TARGET_USUAL),
		"LaunchTemplate", template, "MaxParallelLaunches",
		(json_int_t)in_int(c->in, "MaxParallelLaunches", PARALLEL_MIN), "OwnerId",
		image->in.account, "State", "enabling", "StateTransitionReason",
		"Client.UserInitiated", "StateTransitionTime", time_json(call_now(c)), "_Snapshots",
		snapshots);
}

static int64_t takes(const json_t *setting, int64_t more)
{
	int64_t at_once = in_int(setting, "MaxParallelLaunches", PARALLEL_MIN);
	int64_t ms = (1 + (more > 0 ? more - 1 : 0) / at_once) * BATCH_MS;

	return ms < ENABLE_MAX_MS ? ms : ENABLE_MAX_MS;
}

/* Snapshots to be there already count: enabling again changes the settings. */
static json_t *enable(struct call *c, const struct resource *image, json_t *template)
{
	json_t *was = in_list(call_get(c, kind, image->id), "_Snapshots"), *setting, *snapshots;
	int64_t target, have = (int64_t)json_array_size(was), i;

	snapshots = was ? json_copy(was) : json_array();
	setting = setting_new(c, image, template, snapshots);
	target = in_int(setting, "SnapshotConfiguration.TargetResourceCount", TARGET_USUAL);
	for (i = have; i < target; i++)
		if (!snapshot_add(c, image, snapshots)) {
			json_decref(setting);
			return NULL;
		}
	timer_set(c->w, setting, takes(setting, target - have), "fast-launch-enabled");
	call_put(c, kind, image->id, setting);
	return json_incref(setting);
}

static json_t *enable_fast_launch(struct call *c)
{
	const char *id = in_text(c->in, "ImageId"), *state;
	struct resource image;
	json_t *template;

	if (!request_check(c) || !source_find(c, id, &image) || !image_fits(c, &image))
		return NULL;
	state = in_text(call_get(c, kind, id), "State");
	if (state && strcmp(state, "disabling") == 0)
		return call_fault(c, FAULT_FAST_LAUNCH_STATE, id, state);
	template = template_of(c);
	return template ? enable(c, &image, template) : NULL;
}

/* ---- DisableFastLaunch, DescribeFastLaunchImages ---- */

static json_t *disable_fast_launch(struct call *c)
{
	const char *id = in_text(c->in, "ImageId"), *state;
	json_t *setting = call_get(c, kind, id);
	struct resource image;

	if (!setting) {
		if (!source_find(c, id, &image))
			return NULL;
		return call_fault(c, FAULT_FAST_LAUNCH_NOT_ENABLED, id);
	}
	state = in_text(setting, "State");
	if (strcmp(state, "disabling") == 0)
		return call_fault(c, FAULT_FAST_LAUNCH_STATE, id, state);
	setting = call_edit(setting);
	json_object_set_new(setting, "State", json_string("disabling"));
	json_object_set_new(setting, "StateTransitionTime", time_json(call_now(c)));
	timer_set(c->w, setting, DISABLE_MS, "fast-launch-disabled");
	call_put(c, kind, id, setting);
	return json_incref(setting);
}

static json_t *describe_fast_launch(struct call *c)
{
	static const char result[] = "FastLaunchImages";
	static const struct describe d = {.kind = kind, .result = result};
	json_t *answer = call_describe(c, &d);

	if (answer)
		task_keep_images(c, answer, result, "ImageId");
	return answer;
}

/* ---- time ---- */

/* An image that somebody has registered of it keeps a snapshot. */
static void snapshot_drop(struct world *w, const struct resource *setting, const char *id)
{
	struct place_of in = place(setting->in.account, setting->in.region, "snapshot");
	json_t *users = world_get(w, place("", setting->in.region, "image-snapshot"), id);

	if (!users && world_get(w, in, id))
		world_put(w, in, id, NULL);
}

static void enabled_timer(struct world *w, const struct resource *r)
{
	json_t *setting = call_edit(r->doc), *list = json_object_get(setting, "_Snapshots");
	int64_t target = in_int(setting, "SnapshotConfiguration.TargetResourceCount", TARGET_USUAL);

	while ((int64_t)json_array_size(list) > target) {
		size_t last = json_array_size(list) - 1;

		snapshot_drop(w, r, json_string_value(json_array_get(list, last)));
		json_array_remove(list, last);
	}
	timer_clear(setting);
	json_object_set_new(setting, "State", json_string("enabled"));
	json_object_set_new(setting, "StateTransitionTime", time_json(world_now(w)));
	resource_put(w, r, setting);
}

static void disabled_timer(struct world *w, const struct resource *r)
{
	size_t i;
	json_t *id;

	json_array_foreach(in_list(r->doc, "_Snapshots"), i, id)
		snapshot_drop(w, r, json_string_value(id));
	resource_put(w, r, NULL);
}

static const struct handler handlers[] = {
	{"EnableFastLaunch", enable_fast_launch},
	{"DisableFastLaunch", disable_fast_launch},
	{"DescribeFastLaunchImages", describe_fast_launch},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"fast-launch-enabled", enabled_timer},
	{"fast-launch-disabled", disabled_timer},
	{NULL, NULL},
};
const struct family ops_fast_launch = {"ec2", handlers, timers};
