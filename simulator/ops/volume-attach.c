/* volume-attach.c - volumes at instances: attachments of the volume and block devices of the
 * instance say the same at all times; see ebs.h and links.h. */
#include "ops/ebs.h"

#include <string.h>

/* EBS user guide, "Multi-Attach": up to 16 Nitro instances in the volume's zone. */
enum { MULTI_ATTACH_MAX = 16 };

json_t *volume_attachment(const json_t *volume, const char *instance_id)
{
	size_t i;
	json_t *a;

	json_array_foreach(in_list(volume, "Attachments"), i, a)
	{
		if (!instance_id || strcmp(in_text(a, "InstanceId"), instance_id) == 0)
			return a;
	}
	return NULL;
}

static bool is_nitro(const json_t *instance)
{
	const struct type_facts *t = type_find(in_text(instance, "InstanceType"));

	return t && strcmp(t->hypervisor, "xen") != 0;
}

/* ---- the instance's side ---- */

static size_t mapping_of(const json_t *mappings, const char *volume_id)
{
	size_t i;
	json_t *m;

	json_array_foreach((json_t *)(uintptr_t)mappings, i, m)
	{
		const char *have = in_text(m, "Ebs.VolumeId");

		if (have && strcmp(have, volume_id) == 0)
			break;
	}
	return i;
}

/* The instance that holds the volume, to change; NULL if it is not there (yet, or any more). */
static json_t *instance_edit(struct world *w, struct place_of in, const char *id, json_t **mappings)
{
	json_t *doc = world_get(w, in, id);

	if (!doc)
		return NULL;
	doc = call_edit(doc);
	*mappings = json_object_get(doc, "BlockDeviceMappings");
	if (!*mappings) {
		*mappings = json_array();
		json_object_set_new(doc, "BlockDeviceMappings", *mappings);
	}
	return doc;
}

/* Says in the instance what the attachment says; attachment NULL: the device is gone. */
static void mapping_set(struct world *w, struct place_of volumes, const char *instance_id,
	const char *volume_id, const json_t *attachment)
{
	struct place_of in = place(volumes.account, volumes.region, "instance");
	json_t *mappings, *mapping, *doc = instance_edit(w, in, instance_id, &mappings);
	size_t i;

	if (!doc)
		return;
	i = mapping_of(mappings, volume_id);
	json_array_remove(mappings, i);
	if (attachment) {
		mapping = json_pack("{s:O, s:{s:O, s:O, s:O, s:s}}", "DeviceName",
			json_object_get(attachment, "Device"), "Ebs", "AttachTime",
			json_object_get(attachment, "AttachTime"), "DeleteOnTermination",
			json_object_get(attachment, "DeleteOnTermination"), "Status",
			json_object_get(attachment, "State"), "VolumeId", volume_id);
		json_array_insert_new(mappings, i, mapping);
	}
	world_put(w, in, instance_id, doc);
}

/* ---- the volume's side ---- */

void volume_attachment_add(struct world *w, struct place_of volumes, json_t *volume,
	const char *instance_id, const char *device, bool delete_on_termination)
{
	const char *id = in_text(volume, "VolumeId");
	json_t *a = json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "VolumeId", id, "InstanceId",
		instance_id, "Device", device, "State", "attaching", "DeleteOnTermination",
		delete_on_termination, "AttachTime", time_json(world_now(w)));

	volume_data_attached(volume, world_now(w));
	json_array_append_new(json_object_get(volume, "Attachments"), a);
	json_object_set_new(volume, "State", json_string("in-use"));
	mapping_set(w, volumes, instance_id, id, a);
}

static void attachment_drop(struct world *w, struct place_of volumes, json_t *volume, size_t i)
{
	json_t *attachments = json_object_get(volume, "Attachments");

	mapping_set(w, volumes, in_text(json_array_get(attachments, i), "InstanceId"),
		in_text(volume, "VolumeId"), NULL);
	volume_data_settle(volume, world_now(w));
	json_array_remove(attachments, i);
	if (!json_array_size(attachments))
		json_object_set_new(volume, "State", json_string("available"));
}

void volume_attachments_settle(struct world *w, struct place_of volumes, json_t *volume)
{
	json_t *list = json_object_get(volume, "Attachments"), *a;

	for (size_t i = json_array_size(list); i-- > 0;) {
		const char *state;

		a = json_array_get(list, i);
		state = in_text(a, "State");
		if (strcmp(state, "detaching") == 0) {
			attachment_drop(w, volumes, volume, i);
		} else if (strcmp(state, "attaching") == 0) {
			json_object_set_new(a, "State", json_string("attached"));
			mapping_set(w, volumes, in_text(a, "InstanceId"),
				in_text(volume, "VolumeId"), a);
		}
	}
}

void volume_attach(struct call *c, const char *volume_id, const char *instance_id,
	const char *device, bool delete_on_termination)
{
	json_t *doc = call_get(c, "volume", volume_id);

	if (!doc)
		return;
	doc = call_edit(doc);
	volume_attachment_add(
		c->w, call_place(c, "volume"), doc, instance_id, device, delete_on_termination);
	timer_set(c->w, doc, VOLUME_ATTACHES_MS, "volume-settle");
	call_put(c, "volume", volume_id, doc);
}

void volume_detach(struct world *w, struct place_of volumes, const char *volume_id)
{
	json_t *doc = world_get(w, volumes, volume_id);

	if (!doc)
		return;
	doc = call_edit(doc);
	for (size_t i = json_array_size(in_list(doc, "Attachments")); i-- > 0;)
		attachment_drop(w, volumes, doc, i);
	timer_clear(doc);
	world_put(w, volumes, volume_id, doc);
}

/* ---- AttachVolume ---- */

/* "/dev/sdf", "xvdf", "sdf1", "/dev/xvdba". EC2 user guide, "device names". */
static bool device_fits(const char *s)
{
	size_t letters, digits;

	if (strncmp(s, "/dev/", 5) == 0)
		s += 5;
	if (strncmp(s, "xvd", 3) == 0)
		s += 3;
	else if (strncmp(s, "sd", 2) == 0 || strncmp(s, "hd", 2) == 0)
		s += 2;
	else
		return false;
	letters = strspn(s, "abcdefghijklmnopqrstuvwxyz");
	digits = strspn(s + letters, "0123456789");
	return letters >= 1 && letters <= 2 && digits <= 2 && !s[letters + digits];
}

/* EBS user guide, "Requirements for EBS volume modifications": neither a root volume becomes st1 or
 * sc1, nor does such a volume become a root. */
static bool root_check(
	struct call *c, const json_t *instance, const json_t *volume, const char *device)
{
	const char *root = in_text(instance, "RootDeviceName"),
		   *type = in_text(volume, "VolumeType");

	if (!root || strcmp(root, device) != 0 || volume_type_boots(type))
		return true;
	call_fault(
		c, FAULT_INVALID_VALUE, type, "volumeType", "It cannot be used for a root volume.");
	return false;
}

static bool device_check(struct call *c, const json_t *instance, const char *device)
{
	struct buf text = BUF_INIT;
	size_t i;
	json_t *m;

	if (!device_fits(device)) {
		buf_addf(&text, "%s is not a valid EBS device name.", device);
		call_fault(c, FAULT_INVALID_VALUE, device, "device", text.s);
		buf_release(&text);
		return false;
	}
	json_array_foreach(in_list(instance, "BlockDeviceMappings"), i, m)
	{
		if (strcmp(in_text(m, "DeviceName"), device) == 0) {
			call_fault(c, FAULT_VOLUME_DEVICE_TAKEN, device, device);
			return false;
		}
	}
	return true;
}

static bool volume_free(struct call *c, const struct resource *volume, const json_t *instance,
	const char *instance_id)
{
	const char *state = in_text(volume->doc, "State");
	size_t n = json_array_size(in_list(volume->doc, "Attachments"));

	if (!n && strcmp(state, "available") != 0)
		call_fault(c, FAULT_VOLUME_NOT_AVAILABLE, volume->id);
	else if (n && (!in_bool(volume->doc, "MultiAttachEnabled", false) ||
			      volume_attachment(volume->doc, instance_id)))
		call_fault(c, FAULT_VOLUME_ATTACHED, volume->id);
	else if (n >= MULTI_ATTACH_MAX)
		call_fault(c, FAULT_VOLUME_ATTACHMENT_LIMIT, volume->id, (long long)n);
	else if (in_bool(volume->doc, "MultiAttachEnabled", false) && !is_nitro(instance))
		call_fault(c, FAULT_UNSUPPORTED,
			"Multi-Attach enabled volumes can be attached to instances built on the Nitro System only.");
	return !call_failed(c);
}

static bool instance_fits(
	struct call *c, const struct resource *instance, const struct resource *volume)
{
	const char *state = in_text(instance->doc, "State.Name");
	const char *here = in_text(instance->doc, "Placement.AvailabilityZone");

	if (strcmp(state, "running") != 0 && strcmp(state, "stopped") != 0)
		call_fault(c, FAULT_VOLUME_INSTANCE_STATE, instance->id);
	else if (!here || strcmp(here, in_text(volume->doc, "AvailabilityZone")) != 0)
		call_fault(c, FAULT_VOLUME_ZONE_MISMATCH, volume->id, instance->id);
	return !call_failed(c);
}

/* The attachment as Attach and Detach answer it: without DeleteOnTermination. */
static json_t *told(const json_t *attachment)
{
	json_t *answer = json_copy((json_t *)(uintptr_t)attachment);

	json_object_del(answer, "DeleteOnTermination");
	return answer;
}

json_t *volume_attach_run(struct call *c)
{
	const char *id = in_text(c->in, "VolumeId"), *device = in_text(c->in, "Device");
	const char *instance_id = in_text(c->in, "InstanceId");
	struct resource volume, instance;

	if (!volume_for_change(c, id, &volume) || !instance_for_change(c, instance_id, &instance) ||
		!instance_fits(c, &instance, &volume) ||
		!volume_free(c, &volume, instance.doc, instance_id) ||
		!device_check(c, instance.doc, device) ||
		!root_check(c, instance.doc, volume.doc, device))
		return NULL;
	volume_attach(c, id, instance_id, device, false);
	return told(volume_attachment(call_get(c, "volume", id), instance_id));
}

/* ---- DetachVolume ---- */

static bool is_running_root(const json_t *instance, const char *device)
{
	const char *root = in_text(instance, "RootDeviceName"),
		   *state = in_text(instance, "State.Name");

	return root && strcmp(root, device) == 0 && state && strcmp(state, "stopped") != 0;
}

/* The attachment that the request means, in `doc`. */
static json_t *attachment_meant(struct call *c, json_t *doc, const char *id)
{
	const char *instance_id = in_text(c->in, "InstanceId"), *device = in_text(c->in, "Device");
	json_t *a = volume_attachment(doc, instance_id);
	const char *state = in_text(a, "State");

	if (!volume_attachment(doc, NULL))
		return call_fault(c, FAULT_VOLUME_STATE, id, in_text(doc, "State"));
	if (!a)
		return call_fault(c, FAULT_VOLUME_NOT_ATTACHED, id, "instance", instance_id);
	if (!instance_id && json_array_size(in_list(doc, "Attachments")) > 1)
		return call_fault(c, FAULT_VOLUME_ATTACHED_MANY, id);
	if (device && strcmp(device, in_text(a, "Device")) != 0)
		return call_fault(c, FAULT_VOLUME_NOT_ATTACHED, id, "device", device);
	if (strcmp(state, "detaching") == 0)
		return call_fault(c, FAULT_VOLUME_STATE, id, state);
	return a;
}

json_t *volume_detach_run(struct call *c)
{
	const char *id = in_text(c->in, "VolumeId"), *instance_id;
	struct resource volume;
	json_t *doc, *a, *answer;

	if (!volume_for_change(c, id, &volume))
		return NULL;
	doc = call_edit(volume.doc);
	a = attachment_meant(c, doc, id);
	instance_id = in_text(a, "InstanceId");
	if (a && is_running_root(call_get(c, "instance", instance_id), in_text(a, "Device")))
		a = call_fault(c, FAULT_VOLUME_ROOT_DETACH, id, instance_id);
	if (!a) {
		json_decref(doc);
		return NULL;
	}
	json_object_set_new(a, "State", json_string("detaching"));
	mapping_set(c->w, volume.in, instance_id, id, a);
	answer = told(a);
	timer_set(c->w, doc, VOLUME_DETACHES_MS, "volume-settle");
	resource_put(c->w, &volume, doc);
	return answer;
}
