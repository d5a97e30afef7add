/* image.c - images as all operations need them: look-up, who may do what, being made and going; see
 * image.h and links.h. */
#include "ops/account.h"
#include "ops/image.h"

#include <ctype.h>
#include <string.h>

enum {
	LAUNCH_GRAIN_MS = 3600 * 1000, /* launches within an hour count as one */
	DESCRIPTION_MAX = 255,
};

/* ---- what an image is ---- */

bool image_own(const struct call *c, const struct resource *image)
{
	return strcmp(image->in.account, c->who.account) == 0;
}

bool image_is_state(const json_t *image, const char *state)
{
	const char *have = in_text(image, "State");

	return have && strcmp(have, state) == 0;
}

bool image_encrypted(const json_t *image)
{
	size_t i;
	json_t *mapping;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, mapping)
	{
		if (in_bool(mapping, "Ebs.Encrypted", false))
			return true;
	}
	return false;
}

const char *image_marketplace(const json_t *image)
{
	size_t i;
	json_t *code;

	json_array_foreach(in_list(image, "ProductCodes"), i, code)
	{
		const char *type = in_text(code, "ProductCodeType");

		if (type && strcmp(type, "marketplace") == 0)
			return in_text(code, "ProductCodeId");
	}
	return NULL;
}

bool image_deprecated(const json_t *image, int64_t now)
{
	const char *when = in_text(image, "DeprecationTime");
	char text[TIME_TEXT];

	return when && strcmp(when, time_text(now, text)) <= 0;
}

json_t *image_snapshots(const json_t *image)
{
	json_t *ids = json_array(), *mapping;
	size_t i;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, mapping)
	{
		const char *id = in_text(mapping, "Ebs.SnapshotId");

		if (id && !list_has(ids, id))
			json_array_append_new(ids, json_string(id));
	}
	return ids;
}

/* ---- look-up ---- */

bool image_seen(const struct call *c, const struct resource *image)
{
	return image_own(c, image) || in_bool(image->doc, "Public", false) ||
	       image_shared_with(c->w, image->doc, c->who.account);
}

static bool instance_refers(const struct call *c, const char *id)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "instance", &at, &r)) {
		const char *of = in_text(r.doc, "ImageId");

		if (of && strcmp(of, id) == 0)
			return true;
	}
	return false;
}

/* An id that was deregistered is known for a while, and as long as an instance of it is there; then
 * EC2 has never heard of it. */
bool image_gone(const struct call *c, const char *id)
{
	struct resource r;

	if (!call_find(c, "image-gone", id, &r) || !image_seen(c, &r))
		return false;
	return call_now(c) - in_int(r.doc, "_Gone", 0) < IMAGE_REMEMBERED_MS ||
	       instance_refers(c, id);
}

bool image_find(struct call *c, const char *id, struct resource *image)
{
	if (!id_fits(id, "ami"))
		call_fault(c, FAULT_INVALID_AMI_ID_MALFORMED, id);
	else if (!call_find(c, "image", id, image))
		call_fault(
			c, image_gone(c, id) ? FAULT_AMI_GONE : FAULT_INVALID_AMI_ID_NOT_FOUND, id);
	return !call_failed(c);
}

json_t *image_record(const struct call *c, const char *region, const char *id, struct resource *out)
{
	struct call there = *c;

	there.who.region = region;
	if (call_find(&there, "image", id, out) || call_find(&there, "image-gone", id, out))
		return out->doc;
	return NULL;
}

bool image_for_change(struct call *c, const char *id, struct resource *image)
{
	if (!image_find(c, id, image))
		return false;
	if (!image_own(c, image))
		call_fault(c, FAULT_AMI_NOT_AUTHORIZED, id);
	return !call_failed(c);
}

bool image_for_use(struct call *c, const char *id, struct resource *image)
{
	if (!image_for_change(c, id, image))
		return false;
	if (image_is_state(image->doc, "pending"))
		call_fault(c, FAULT_AMI_PENDING_USE, id);
	else if (!image_is_state(image->doc, "available"))
		call_fault(c, FAULT_AMI_STATE_USE, id, in_text(image->doc, "State"));
	return !call_failed(c);
}

/* ---- for a launch ---- */

static bool subscribed(const struct call *c, const char *code)
{
	return list_has(in_list(setting_get(c, "_marketplace"), "ProductCodes"), code);
}

static bool launch_permitted(struct call *c, const struct resource *r)
{
	const char *code = image_marketplace(r->doc);

	if (!image_seen(c, r))
		call_fault(c, FAULT_AMI_NOT_AUTHORIZED_LAUNCH, r->id);
	else if (!image_usable(c, r))
		call_fault(c, FAULT_INVALID_AMI_ID_NOT_FOUND, r->id);
	else if (image_is_state(r->doc, "pending"))
		call_fault(c, FAULT_AMI_PENDING_RUN, r->id);
	else if (!image_is_state(r->doc, "available"))
		call_fault(c, FAULT_AMI_STATE_RUN, r->id, in_text(r->doc, "State"));
	else if (code && !subscribed(c, code))
		call_fault(c, FAULT_MARKETPLACE_SUBSCRIBE, code);
	return !call_failed(c);
}

/* The owner is told of launches a day late (LastLaunchedTime): all of the last day are kept, and
 * the latest before. Nobody asks AWS's own images. */
static void note_launch(struct call *c, struct resource *r)
{
	json_t *old = in_list(r->doc, "_Launched"), *list, *doc, *each;
	int64_t now = call_now(c);
	size_t i, n = json_array_size(old);

	if (in_has(r->doc, "ImageOwnerAlias") ||
		(n && now - json_integer_value(json_array_get(old, n - 1)) < LAUNCH_GRAIN_MS))
		return;
	list = json_array();
	json_array_foreach(old, i, each)
	{
		bool shown = now - json_integer_value(each) >= IMAGE_DAY_MS;

		if (shown)
			json_array_clear(list);
		json_array_append(list, each);
	}
	json_array_append_new(list, json_integer(now));
	doc = call_edit(r->doc);
	json_object_set_new(doc, "_Launched", list);
	resource_put(c->w, r, doc);
	r->doc = world_get(c->w, r->in, r->id);
}

bool image_for_launch(struct call *c, const char *id, struct resource *image)
{
	if (!image_find(c, id, image) || !launch_permitted(c, image))
		return false;
	note_launch(c, image);
	return true;
}

/* ---- which images use a snapshot ---- */

static struct place_of users_place(const char *region)
{
	return place("", region, "image-snapshot");
}

bool image_of_snapshot(const struct call *c, const char *snapshot_id, struct resource *image)
{
	json_t *doc = world_get(c->w, users_place(c->who.region), snapshot_id);
	const char *id = in_text(doc, "ImageId");

	return id && call_find(c, "image", id, image);
}

bool image_uses_snapshot(const json_t *image, const char *snapshot)
{
	size_t i;
	json_t *mapping;

	json_array_foreach(in_list(image, "BlockDeviceMappings"), i, mapping)
	{
		const char *id = in_text(mapping, "Ebs.SnapshotId");

		if (id && strcmp(id, snapshot) == 0)
			return true;
	}
	return false;
}

/* The oldest image but one that uses the snapshot; borrowed. The one that is named is the oldest,
 * so the next is near the beginning. */
static const char *next_user(const struct call *c, const char *snapshot, const char *but)
{
	struct account_cursor accounts = {0};
	const char *account;
	struct resource r;

	while (account_next(c->w, &accounts, &account)) {
		struct world_cursor at = {0};

		while (world_next(c->w, place(account, c->who.region, "image"), &at, &r))
			if (strcmp(r.id, but) != 0 && image_uses_snapshot(r.doc, snapshot))
				return r.id;
	}
	return but;
}

static void user_change(struct call *c, const char *snapshot, const char *image, bool uses)
{
	struct place_of in = users_place(c->who.region);
	json_t *old = world_get(c->w, in, snapshot);
	int64_t count = in_int(old, "Count", 0) + (uses ? 1 : -1);
	const char *first = old ? in_text(old, "ImageId") : image;

	if (count <= 0) {
		world_put(c->w, in, snapshot, NULL);
		return;
	}
	if (!uses && strcmp(first, image) == 0)
		first = next_user(c, snapshot, image);
	world_put(c->w, in, snapshot,
		json_pack("{s:s, s:I}", "ImageId", first, "Count", (json_int_t)count));
}

static void users_change(struct call *c, const json_t *doc, const char *image, bool uses)
{
	json_t *snapshots = image_snapshots(doc), *each;
	size_t i;

	json_array_foreach(snapshots, i, each) user_change(c, json_string_value(each), image, uses);
	json_decref(snapshots);
}

/* ---- names ---- */

/* EC2 user guide, "Create an AMI": 3 to 128 letters, digits, spaces and ( ) [ ] . / - ' @ _ */
bool image_name_fits(const char *name)
{
	size_t n = strlen(name);

	if (n < 3 || n > 128)
		return false;
	for (; *name; name++)
		if (!isascii((unsigned char)*name) ||
			(!isalnum((unsigned char)*name) && !strchr(" ()[]./-'@_", *name)))
			return false;
	return true;
}

/* The caller's image of that name; NULL: none. Borrowed. */
static const char *image_named(const struct call *c, const char *name)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "image", &at, &r))
		if (strcmp(in_text(r.doc, "Name"), name) == 0)
			return r.id;
	return NULL;
}

bool image_name_check(struct call *c, const char *name)
{
	const char *other;

	if (!name || !image_name_fits(name)) {
		call_fault(c, FAULT_AMI_NAME_MALFORMED);
		return false;
	}
	/* whose it is, is looked for only when it is somebody's */
	other = call_get(c, "image-name", name) ? image_named(c, name) : NULL;
	if (other)
		call_fault(c, FAULT_AMI_NAME_DUPLICATE, name, other);
	return !call_failed(c);
}

/* API reference: 255 characters. Nothing but ASCII is accepted; the texts are those that EC2 has
 * for other descriptions. */
bool image_description_check(struct call *c, const char *text)
{
	size_t n = 0;

	for (; text && text[n]; n++)
		if (!isascii((unsigned char)text[n])) {
			call_fault(c, FAULT_INVALID_VALUE, text, "description",
				"Character sets beyond ASCII are not supported.");
			return false;
		}
	if (n > DESCRIPTION_MAX)
		call_fault(
			c, FAULT_INVALID_VALUE, text, "description", "It exceeds 255 characters");
	return !call_failed(c);
}

/* ---- being made ---- */

/* Two images have a name only when one of them has come back from the Recycle Bin. */
static void name_change(struct call *c, const char *name, int by)
{
	json_t *old = call_get(c, "image-name", name);
	int64_t count = (old ? in_int(old, "Count", 1) : 0) + by;

	if (count <= 0)
		call_drop(c, "image-name", name);
	else
		call_put(c, "image-name", name,
			count == 1 ? json_object()
				   : json_pack("{s:I}", "Count", (json_int_t)count));
}

json_t *image_new(struct call *c, const char *name, char id[WORLD_ID])
{
	call_id(c, "ami", id);
	name_change(c, name, 1);
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:s, s:o, s:b, s:s, s:s, s:s, s:s, s:s, s:[], s:s, s:b}",
		"ImageId", id, "Name", name, "OwnerId", c->who.account, "ImageLocation",
		json_sprintf("%s/%s", c->who.account, name), "State", "pending", "CreationDate",
		time_json(call_now(c)), "Public", 0, "ImageType", "machine", "Hypervisor", "xen",
		"RootDeviceType", "ebs", "PlatformDetails", "Linux/UNIX", "UsageOperation",
		"RunInstances", "BlockDeviceMappings", "DeregistrationProtection", "disabled",
		"FreeTierEligible", 1);
}

/* How long until every snapshot is complete, as far as its timer says; -1: one has failed. */
static int64_t snapshots_wait(
	const struct world *w, struct place_of images, const json_t *doc, const char **why)
{
	json_t *ids = image_snapshots(doc), *id;
	int64_t wait = 0;
	size_t i;

	json_array_foreach(ids, i, id)
	{
		json_t *snapshot = world_get(
			w, place(images.account, images.region, "snapshot"), json_string_value(id));

		if (image_is_state(snapshot, "error")) {
			*why = in_text(snapshot, "StateMessage");
			wait = -1;
			break;
		}
		if (image_is_state(snapshot, "pending")) {
			int64_t left = in_int(snapshot, "_timer.at", 0) - world_now(w);

			wait = left > wait ? left : wait;
			wait = wait > 0 ? wait : 1;
		}
	}
	json_decref(ids);
	return wait;
}

static void note_pending(struct call *c, const char *id, const json_t *doc)
{
	json_t *note = json_pack("{s:s}", "Operation", model_text(c->op->name));

	json_object_set(note, "SourceInstanceId", json_object_get(doc, "SourceInstanceId"));
	json_object_set(note, "NoReboot", json_object_get(doc, "_NoReboot"));
	call_put(c, "image-pending", id, note);
}

void image_add(struct call *c, const char *id, json_t *doc, int64_t least)
{
	const char *why = NULL;
	int64_t wait = snapshots_wait(c->w, call_place(c, "image"), doc, &why);

	wait = (wait > 0 ? wait : 0) + IMAGE_SETTLES_MS;
	json_object_set_new(doc, "State", json_string("pending"));
	timer_set(c->w, doc, wait > least ? wait : least, "image-ready");
	note_pending(c, id, doc);
	users_change(c, doc, id, true);
	call_put(c, "image", id, doc);
}

/* The key's fault is the only one that a snapshot has; EC2 knows it as KMSKeyNotAccessibleFault. */
static void set_failed(json_t *doc, const char *why)
{
	json_object_set_new(doc, "State", json_string("failed"));
	json_object_set_new(doc, "StateReason",
		json_pack("{s:s, s:s}", "Code", "Client.KMSKeyNotAccessibleFault", "Message",
			why ? why : "A snapshot of the image has failed"));
}

static void ready_timer(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);
	const char *why = NULL;
	int64_t wait = snapshots_wait(w, r->in, doc, &why);

	timer_clear(doc);
	if (wait > 0)
		timer_set(w, doc, wait + IMAGE_SETTLES_MS, "image-ready");
	else if (wait < 0)
		set_failed(doc, why);
	else
		json_object_set_new(doc, "State", json_string("available"));
	if (wait <= 0)
		world_put(w, place(r->in.account, r->in.region, "image-pending"), r->id, NULL);
	resource_put(w, r, doc);
}

/* ---- going, and coming back ---- */

/* The resource's id may be borrowed of what goes. */
void image_drop(struct call *c, const struct resource *image)
{
	json_t *doc = json_incref(image->doc);
	const char *id = in_text(doc, "ImageId");

	name_change(c, in_text(doc, "Name"), -1);
	users_change(c, doc, id, false);
	call_drop(c, "image-pending", id);
	call_drop(c, "image-public", id);
	call_drop(c, "image", id);
	json_decref(doc);
}

void image_put_back(struct call *c, const char *id, json_t *doc)
{
	name_change(c, in_text(doc, "Name"), 1);
	users_change(c, doc, id, true);
	if (in_bool(doc, "Public", false))
		call_put(c, "image-public", id, json_object());
	call_put(c, "image", id, doc);
}

static const struct handler handlers[] = {
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"image-ready", ready_timer},
	{NULL, NULL},
};
const struct family ops_image = {"ec2", handlers, timers};
