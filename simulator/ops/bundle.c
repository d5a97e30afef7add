/*
 * bundle.c - instance-store-backed Windows instances as a bundle in S3, which register-image makes
 * an image of. Kind "bundle-task": a BundleTask; private: _Begun (milliseconds).
 *
 * AWS has no such instances any more; what is left is the API with its rules.
 */
#include "ops/image-task.h"
#include "ops/instance.h"

#include <stdio.h>
#include <string.h>

enum {                           /* world time, in milliseconds */
	SHUTDOWN_MS = 30 * 1000, /* pending until then */
	BUNDLE_MS = 60 * 1000,   /* waiting for the shutdown until then */
	STORE_MS = 240 * 1000,
	DONE_MS = 360 * 1000,
	CANCEL_MS = 15 * 1000,
	SHOWN_DAYS = 7,
};

static const char kind[] = "bundle-task";

/* The states in their order, and when each begins. */
static const struct {
	const char *state;
	int64_t ms;
} states[] = {
	{"pending", 0},
	{"waiting-for-shutdown", SHUTDOWN_MS},
	{"bundling", BUNDLE_MS},
	{"storing", STORE_MS},
};

static bool under_way(const json_t *task)
{
	const char *state = in_text(task, "State");

	return strcmp(state, "complete") != 0 && strcmp(state, "failed") != 0;
}

/* Its state and progress at this moment. */
static json_t *bundle_view(const struct call *c, const struct resource *r)
{
	int64_t elapsed = call_now(c) - in_int(r->doc, "_Begun", 0);
	size_t n = sizeof states / sizeof *states;
	json_t *view;
	char text[16];

	if (strcmp(in_text(r->doc, "State"), "pending") != 0)
		return json_incref(r->doc);
	view = json_copy(r->doc);
	while (n > 1 && elapsed < states[n - 1].ms)
		n--;
	json_object_set_new(view, "State", json_string(states[n - 1].state));
	if (n > 1)
		json_object_set_new(view, "UpdateTime",
			time_json(in_int(r->doc, "_Begun", 0) + states[n - 1].ms));
	if (elapsed >= BUNDLE_MS) {
		snprintf(text, sizeof text, "%d%%",
			(int)((elapsed - BUNDLE_MS) * 100 / (DONE_MS - BUNDLE_MS)));
		json_object_set_new(view, "Progress", json_string(text));
	}
	return view;
}

/* ---- BundleInstance ---- */

static bool bundleable(struct call *c, const struct resource *instance)
{
	const char *root = in_text(instance->doc, "RootDeviceType");

	if (!instance_is_windows(instance->doc) || !root || strcmp(root, "instance-store") != 0)
		call_fault(c, FAULT_NOT_BUNDLEABLE, instance->id);
	else if (instance_state(instance->doc) != INSTANCE_RUNNING)
		call_fault(c, FAULT_INSTANCE_NOT_RUNNING, instance->id);
	return !call_failed(c);
}

static bool free_of_bundling(struct call *c, const char *instance)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, kind, &at, &r)) {
		if (under_way(r.doc) && strcmp(in_text(r.doc, "InstanceId"), instance) == 0) {
			call_fault(c, FAULT_BUNDLING_IN_PROGRESS, instance);
			return false;
		}
	}
	return true;
}

static bool storage_check(struct call *c)
{
	const char *bucket = in_text(c->in, "Storage.S3.Bucket");
	const char *prefix = in_text(c->in, "Storage.S3.Prefix");

	if (!bucket)
		call_fault(c, FAULT_MISSING_PARAMETER, "Storage.S3.Bucket");
	else if (!prefix)
		call_fault(c, FAULT_MISSING_PARAMETER, "Storage.S3.Prefix");
	return !call_failed(c) && task_bucket_check(c, bucket);
}

/* The instance is shut down for it and comes back. */
static json_t *bundle_instance(struct call *c)
{
	struct resource instance, r;
	char id[WORLD_ID];
	json_t *task;

	if (!instance_for_change(c, in_text(c->in, "InstanceId"), &instance) ||
		!bundleable(c, &instance) || !free_of_bundling(c, instance.id) || !storage_check(c))
		return NULL;
	call_id(c, "bun", id);
	task = json_pack("{s:s, s:s, s:s, s:o, s:o, s:{s:{s:O, s:O}}, s:I}", "BundleId", id,
		"InstanceId", instance.id, "State", "pending", "StartTime", time_json(call_now(c)),
		"UpdateTime", time_json(call_now(c)), "Storage", "S3", "Bucket",
		in_get(c->in, "Storage.S3.Bucket"), "Prefix", in_get(c->in, "Storage.S3.Prefix"),
		"_Begun", (json_int_t)call_now(c));
	timer_set(c->w, task, DONE_MS, "bundle-done");
	forget_oldest(c->w, call_place(c, kind), FORGET_MOST, fate_by_timer);
	call_put(c, kind, id, task);
	instance_reboot(c, &instance);
	r = (struct resource){call_place(c, kind), id, call_get(c, kind, id), 0};
	return json_pack("{s:o}", "BundleTask", bundle_view(c, &r));
}

/* ---- DescribeBundleTasks ---- */

static json_t *describe_bundles(struct call *c)
{
	static const struct filter_path paths[] = {
		{"error-code", "BundleTaskError.Code"},
		{"error-message", "BundleTaskError.Message"},
		{"s3-bucket", "Storage.S3.Bucket"},
		{"s3-prefix", "Storage.S3.Prefix"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = kind,
		.result = "BundleTasks",
		.ids = "BundleIds",
		.malformed = FAULT_INVALID_BUNDLE_NOT_FOUND,
		.not_found = FAULT_INVALID_BUNDLE_NOT_FOUND,
		.filters = paths,
		.view = bundle_view,
	};

	return call_describe(c, &d);
}

/* ---- time ---- */

static void task_end(struct world *w, const struct resource *r, json_t *task, const char *state)
{
	json_object_set_new(task, "State", json_string(state));
	json_object_set_new(task, "UpdateTime", time_json(world_now(w)));
	task_forget_later(w, task, SHOWN_DAYS);
	resource_put(w, r, task);
}

static void error_set(json_t *task, const char *code, const char *message)
{
	json_object_set_new(
		task, "BundleTaskError", json_pack("{s:s, s:s}", "Code", code, "Message", message));
}

static void done_timer(struct world *w, const struct resource *r)
{
	struct place_of instances = place(r->in.account, r->in.region, "instance");
	json_t *task = call_edit(r->doc);
	json_t *instance = world_get(w, instances, in_text(task, "InstanceId"));
	struct buf id = BUF_INIT;

	if (!instance || instance_state(instance) != INSTANCE_RUNNING) {
		error_set(task, "Client.InstanceTerminated",
			"The instance was terminated before it was bundled.");
		task_end(w, r, task, "failed");
		return;
	}
	buf_addf(&id, "%s/%s.manifest.xml", in_text(task, "Storage.S3.Bucket"),
		in_text(task, "Storage.S3.Prefix"));
	task_object_put(w, r->in, id.s,
		json_pack("{s:O}", "InstanceId", json_object_get(task, "InstanceId")));
	buf_release(&id);
	task_end(w, r, task, "complete");
}

/* ---- CancelBundleTask ---- */

static json_t *cancel_bundle(struct call *c)
{
	const char *id = in_text(c->in, "BundleId"), *state;
	json_t *doc = call_get(c, kind, id), *task;

	if (!doc)
		return call_fault(c, FAULT_INVALID_BUNDLE_NOT_FOUND, id);
	state = in_text(doc, "State");
	if (strcmp(state, "pending") != 0)
		return call_fault(c, FAULT_TASK_NOT_CANCELLABLE, id, state);
	task = call_edit(doc);
	json_object_set_new(task, "State", json_string("cancelling"));
	json_object_set_new(task, "UpdateTime", time_json(call_now(c)));
	timer_set(c->w, task, CANCEL_MS, "bundle-cancelled");
	call_put(c, kind, id, task);
	return json_pack("{s:O}", "BundleTask", call_get(c, kind, id));
}

static void cancelled_timer(struct world *w, const struct resource *r)
{
	json_t *task = call_edit(r->doc);

	error_set(task, "Client.Cancelled", "The bundle task was cancelled.");
	task_end(w, r, task, "failed");
}

static const struct handler handlers[] = {
	{"BundleInstance", bundle_instance},
	{"DescribeBundleTasks", describe_bundles},
	{"CancelBundleTask", cancel_bundle},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"bundle-done", done_timer},
	{"bundle-cancelled", cancelled_timer},
	{NULL, NULL},
};
const struct family ops_bundle = {"ec2", handlers, timers};
