/*
 * image-state.c - what becomes of an image: disabled and enabled, deprecated, protected,
 * deregistered, in the Recycle Bin; see image.h.
 */
#include "ops/image.h"
#include "ops/table.h"

#include <string.h>

enum {
	MINUTE_MS = 60 * 1000,
	COOLDOWN_HOURS = 24,
	DEPRECATION_YEARS = 10,
	PUBLIC_YEARS = 2,
};

static json_t *done(void)
{
	return json_pack("{s:b}", "Return", 1);
}

/* ---- disabled and enabled ---- */

static json_t *disable_image(struct call *c)
{
	struct resource r;
	json_t *doc;

	if (!image_for_change(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (image_is_state(r.doc, "disabled"))
		return done();
	if (!image_for_use(c, r.id, &r))
		return NULL;
	if (in_has(r.doc, "_ManagedByBackup"))
		return call_fault(c, FAULT_AMI_MANAGED_BY_BACKUP);
	doc = call_edit(r.doc);
	json_object_set_new(doc, "State", json_string("disabled"));
	image_permissions_set(c, r.id, doc, json_array()); /* and they do not come back */
	call_put(c, "image", r.id, doc);
	return done();
}

static json_t *enable_image(struct call *c)
{
	struct resource r;
	json_t *doc;

	if (!image_for_change(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (!image_is_state(r.doc, "disabled")) /* or it is not one to be enabled */
		return image_for_use(c, r.id, &r) ? done() : NULL;
	doc = call_edit(r.doc);
	json_object_set_new(doc, "State", json_string("available"));
	call_put(c, "image", r.id, doc);
	return done();
}

/* ---- deprecation ---- */

/* The same moment so many years later, as text. */
static json_t *years_later(const char *text, int years)
{
	int year = 0;

	for (size_t i = 0; i < 4; i++)
		year = year * 10 + (text[i] - '0');
	return json_sprintf("%04d%s", year + years, text + 4);
}

static bool deprecation_fits(
	struct call *c, const json_t *image, const char *given, const char *when)
{
	bool open = in_bool(image, "Public", false);
	char now[TIME_TEXT];
	json_t *limit;

	time_text(call_now(c), now);
	limit = open ? years_later(in_text(image, "CreationDate"), PUBLIC_YEARS)
		     : years_later(now, DEPRECATION_YEARS);
	if (strcmp(when, now) <= 0)
		call_fault(c, FAULT_AMI_DEPRECATE_AT, given, "The date must be in the future.");
	else if (strcmp(when, json_string_value(limit)) > 0)
		call_fault(c, FAULT_AMI_DEPRECATE_AT, given,
			open ? "The date of a public image must be at most 2 years after its creation date."
			     : "The date must be at most 10 years from now.");
	json_decref(limit);
	return !call_failed(c);
}

/* API reference: seconds are rounded to the nearest minute. */
static json_t *enable_image_deprecation(struct call *c)
{
	const char *given = in_text(c->in, "DeprecateAt");
	char when[TIME_TEXT];
	struct resource r;
	int64_t at;
	json_t *doc;

	if (!image_for_change(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (!time_parse(given, &at))
		return call_fault(c, FAULT_AMI_DEPRECATE_AT, given,
			"The date must be in the format YYYY-MM-DDTHH:MM:SSZ.");
	time_text((at + MINUTE_MS / 2) / MINUTE_MS * MINUTE_MS, when);
	if (!deprecation_fits(c, r.doc, given, when))
		return NULL;
	doc = call_edit(r.doc);
	json_object_set_new(doc, "DeprecationTime", json_string(when));
	call_put(c, "image", r.id, doc);
	return done();
}

static json_t *disable_image_deprecation(struct call *c)
{
	struct resource r;
	json_t *doc;

	if (!image_for_change(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (in_bool(r.doc, "Public", false)) /* EC2 user guide: make it private first */
		return call_fault(c, FAULT_AMI_PUBLIC_DEPRECATION);
	doc = call_edit(r.doc);
	json_object_del(doc, "DeprecationTime");
	call_put(c, "image", r.id, doc);
	return done();
}

/* ---- deregistration protection ---- */

static json_t *set_protection(
	struct call *c, const struct resource *r, json_t *doc, const char *state)
{
	json_object_set_new(doc, "DeregistrationProtection", json_string(state));
	call_put(c, "image", r->id, doc);
	return json_pack("{s:s}", "Return", state);
}

static json_t *enable_protection(struct call *c)
{
	bool cooldown = in_bool(c->in, "WithCooldown", false);
	struct resource r;

	if (!image_for_change(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (!image_is_state(r.doc, "disabled") && !image_for_use(c, r.id, &r))
		return NULL;
	return set_protection(c, &r, call_edit(r.doc),
		cooldown ? "enabled-with-cooldown" : "enabled-without-cooldown");
}

static bool protected_now(const json_t *image)
{
	const char *state = in_text(image, "DeregistrationProtection");

	return state && strncmp(state, "enabled", 7) == 0;
}

/* With a cooldown protection lasts another 24 hours (EC2 user guide, "Protect an AMI from
 * deregistration"). Turning it on and off meanwhile does not shorten them. */
static json_t *disable_protection(struct call *c)
{
	int64_t until;
	struct resource r;
	json_t *doc, *answer, *state;
	char text[TIME_TEXT];

	if (!image_for_change(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (!protected_now(r.doc))
		return json_pack("{s:s}", "Return", in_text(r.doc, "DeregistrationProtection"));
	doc = call_edit(r.doc);
	until = in_int(doc, "_CooldownEnds", 0);
	if (strcmp(in_text(doc, "DeregistrationProtection"), "enabled-with-cooldown") == 0)
		until = call_now(c) + (int64_t)COOLDOWN_HOURS * 60 * MINUTE_MS;
	if (!until)
		return set_protection(c, &r, doc, "disabled");
	state = json_sprintf("disabled after %s", time_text(until, text));
	json_object_set_new(doc, "_CooldownEnds", json_integer(until));
	timer_set(c->w, doc, until - call_now(c), "image-unprotected");
	answer = set_protection(c, &r, doc, json_string_value(state));
	json_decref(state);
	return answer;
}

/* Protection may have been turned on again meanwhile. */
static void unprotected_timer(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	if (!protected_now(doc))
		json_object_set_new(doc, "DeregistrationProtection", json_string("disabled"));
	json_object_del(doc, "_CooldownEnds");
	resource_put(w, r, doc);
}

static bool unprotected(struct call *c, const struct resource *r)
{
	char until[TIME_TEXT];

	if (in_has(r->doc, "_ManagedByBackup"))
		call_fault(c, FAULT_AMI_MANAGED_BY_BACKUP);
	else if (protected_now(r->doc))
		call_fault(c, FAULT_AMI_PROTECTED, r->id);
	else if (in_has(r->doc, "_CooldownEnds"))
		call_fault(c, FAULT_AMI_COOLDOWN, r->id,
			time_text(in_int(r->doc, "_CooldownEnds", 0), until));
	return !call_failed(c);
}

/* ---- deregistering ---- */

/* Retention rules keep EBS-backed images only. */
static void recycle(struct call *c, const struct resource *r)
{
	int64_t keeps = bin_keeps(c, "EC2_IMAGE", r->doc);

	if (!keeps || image_is_state(r->doc, "pending") || image_is_state(r->doc, "failed") ||
		strcmp(in_text(r->doc, "RootDeviceType"), "ebs") != 0)
		return;
	bin_put(c, "image-bin", r->id, call_edit(r->doc), keeps);
}

/* Ancestors are told of for as long as they are known, so it is the number alone that counts. */
static void remember(struct call *c, const struct resource *r)
{
	json_t *doc = json_copy(r->doc); /* no more than its own members is changed */

	timer_clear(doc);
	json_object_set_new(doc, "State", json_string("deregistered"));
	json_object_set_new(doc, "_Gone", json_integer(call_now(c)));
	forget_oldest(c->w, call_place(c, "image-gone"), FORGET_MOST, NULL);
	call_put(c, "image-gone", r->id, doc);
}

static const char *return_code(const struct ops_answer *a)
{
	if (strcmp(a->code, faults[FAULT_SNAPSHOT_IN_USE].code) == 0)
		return "skipped";
	if (strcmp(a->code, faults[FAULT_INVALID_SNAPSHOT_NOT_FOUND].code) == 0 || a->http == 403)
		return "missing-permissions";
	return "client-error";
}

/* Deletes as DeleteSnapshot would, with what it says as the result. */
static json_t *delete_snapshot(struct call *c, const char *id)
{
	struct ops_answer answer = OPS_ANSWER_INIT;
	struct call one = *c;
	json_t *value, *result;

	one.in = json_pack("{s:s}", "SnapshotId", id);
	one.op = model_find_operation("ec2", "DeleteSnapshot");
	one.answer = &answer;
	value = table_handler("ec2", "DeleteSnapshot")(&one);
	result = json_pack("{s:s, s:s}", "SnapshotId", id, "ReturnCode",
		value ? "success" : return_code(&answer));
	json_decref(value);
	json_decref(one.in);
	ops_answer_release(&answer);
	return result;
}

static json_t *delete_snapshots(struct call *c, json_t *ids)
{
	json_t *results = json_array(), *id;
	size_t i;

	json_array_foreach(ids, i, id)
		json_array_append_new(results, delete_snapshot(c, json_string_value(id)));
	return results;
}

static json_t *deregister_image(struct call *c)
{
	bool snapshots_too = in_bool(c->in, "DeleteAssociatedSnapshots", false);
	struct resource r;
	json_t *ids, *answer = done();

	if (!image_for_change(c, in_text(c->in, "ImageId"), &r) || !unprotected(c, &r)) {
		json_decref(answer);
		return NULL;
	}
	ids = image_snapshots(r.doc);
	recycle(c, &r);
	remember(c, &r);
	image_drop(c, &r);
	if (snapshots_too)
		json_object_set_new(answer, "DeleteSnapshotResults", delete_snapshots(c, ids));
	json_decref(ids);
	return answer;
}

/* ---- the Recycle Bin ---- */

static json_t *bin_view(const struct call *c, const struct resource *r)
{
	static const char *const members[] = {
		"Name", "Description", "RecycleBinEnterTime", "RecycleBinExitTime"};
	json_t *view = json_pack("{s:s}", "ImageId", r->id);

	(void)c;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		json_object_set(view, members[i], json_object_get(r->doc, members[i]));
	return view;
}

static json_t *list_images_in_bin(struct call *c)
{
	static const struct describe d = {
		.kind = "image-bin",
		.result = "Images",
		.ids = "ImageIds",
		.prefix = "ami",
		.malformed = FAULT_INVALID_AMI_ID_MALFORMED,
		.not_found = FAULT_INVALID_AMI_ID_NOT_FOUND,
		.view = bin_view,
	};

	return call_describe(c, &d);
}

static json_t *restore_image(struct call *c)
{
	const char *id = in_text(c->in, "ImageId");
	json_t *doc;

	if (!id_fits(id, "ami"))
		return call_fault(c, FAULT_INVALID_AMI_ID_MALFORMED, id);
	doc = bin_take(c, "image-bin", id);
	if (!doc)
		return call_fault(c, FAULT_INVALID_AMI_ID_NOT_FOUND, id);
	if (!image_name_check(c, in_text(doc, "Name"))) {
		json_decref(doc);
		return NULL;
	}
	call_drop(c, "image-gone", id);
	image_put_back(c, id, doc);
	return done();
}

static const struct handler handlers[] = {
	{"DisableImage", disable_image},
	{"EnableImage", enable_image},
	{"EnableImageDeprecation", enable_image_deprecation},
	{"DisableImageDeprecation", disable_image_deprecation},
	{"EnableImageDeregistrationProtection", enable_protection},
	{"DisableImageDeregistrationProtection", disable_protection},
	{"DeregisterImage", deregister_image},
	{"ListImagesInRecycleBin", list_images_in_bin},
	{"RestoreImageFromRecycleBin", restore_image},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"image-unprotected", unprotected_timer},
	{NULL, NULL},
};
const struct family ops_image_state = {"ec2", handlers, timers};
