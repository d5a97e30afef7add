/* volume-modify.c - changing a volume's size, type and performance, and telling its status and
 * attributes. */
#include "ops/ebs.h"

#include <string.h>

/* EBS user guide, "Modify a volume": in effect within seconds, optimising takes up to 24 hours
 * (about 6 for 1 TiB); 6 hours have to lie between two modifications. */
enum {
	MODIFYING_MS = 10000,
	OPTIMIZING_MS = 60000,
	OPTIMIZING_MS_PER_GIB = 20000,
	OPTIMIZING_MAX_MS = 24 * 3600 * 1000,
	BETWEEN_MS = 6 * 3600 * 1000,
	INIT_DEFAULT_RATE =
		20, /* MiB/s at which blocks come from a snapshot when nobody reads them */
};

/* Kind "volume-modification", under the volume's id: the latest VolumeModification. */
static const char kind[] = "volume-modification";

/* ---- what is to become of it ---- */

struct target {
	const struct volume_type *type;
	int64_t gib, iops, throughput;
	bool multi_attach;
};

/* What is not said stays; IOPS and throughput stay only if the type has them still. */
static void target_read(const struct call *c, const json_t *volume, struct target *t)
{
	const char *was = in_text(volume, "VolumeType"), *name = in_text(c->in, "VolumeType");
	bool iops_stay = volume_type_find(was)->max_iops > 0;

	t->type = volume_type_find(name ? name : was);
	t->gib = in_int(c->in, "Size", in_int(volume, "Size", 0));
	t->iops = in_int(
		c->in, "Iops", iops_stay && t->type->max_iops ? in_int(volume, "Iops", 0) : 0);
	t->throughput = in_int(
		c->in, "Throughput", t->type->max_throughput ? in_int(volume, "Throughput", 0) : 0);
	t->multi_attach =
		in_bool(c->in, "MultiAttachEnabled", in_bool(volume, "MultiAttachEnabled", false));
}

static bool check_multi_attach(struct call *c, const json_t *volume, const struct target *t)
{
	bool was = in_bool(volume, "MultiAttachEnabled", false);
	const char *type = in_text(volume, "VolumeType");

	if (t->multi_attach && !t->type->multi_attach)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"Multi-Attach is supported for io1 and io2 volumes only.");
	else if (t->multi_attach != was && strcmp(type, "io2") != 0)
		call_fault(c, FAULT_UNSUPPORTED,
			"Multi-Attach can be enabled or disabled after creation for io2 volumes only.");
	else if (t->multi_attach != was && json_array_size(in_list(volume, "Attachments")) > was)
		call_fault(c, FAULT_UNSUPPORTED,
			was ? "Multi-Attach can be disabled only while the volume is attached to at most one instance."
			    : "Multi-Attach can be enabled only while the volume is not attached.");
	return !call_failed(c);
}

/* See root_check of volume-attach.c. */
static bool check_root(struct call *c, const json_t *volume, const struct target *t)
{
	json_t *a;
	size_t i;

	json_array_foreach(in_list(volume, "Attachments"), i, a)
	{
		const char *root = in_text(
			call_get(c, "instance", in_text(a, "InstanceId")), "RootDeviceName");

		if (!root || strcmp(root, in_text(a, "Device")) != 0 ||
			volume_type_boots(t->type->name))
			continue;
		call_fault(c, FAULT_INVALID_VALUE, t->type->name, "volumeType",
			"It cannot be used for a root volume.");
		return false;
	}
	return true;
}

static bool check_last(struct call *c, const char *id)
{
	json_t *last = call_get(c, kind, id);
	const char *state = in_text(last, "ModificationState");
	int64_t begun;

	if (!last)
		return true;
	if (strcmp(state, "modifying") == 0 || strcmp(state, "optimizing") == 0)
		call_fault(c, FAULT_VOLUME_MODIFICATION_STATE, id,
			strcmp(state, "modifying") == 0 ? "MODIFYING" : "OPTIMIZING");
	else if (time_parse(in_text(last, "StartTime"), &begun) && call_now(c) - begun < BETWEEN_MS)
		call_fault(c, FAULT_VOLUME_MODIFICATION_RATE);
	return !call_failed(c);
}

static bool check_target(struct call *c, const struct resource *volume, const struct target *t)
{
	const char *state = in_text(volume->doc, "State");

	if (!in_has(c->in, "Size") && !in_has(c->in, "VolumeType") && !in_has(c->in, "Iops") &&
		!in_has(c->in, "Throughput") && !in_has(c->in, "MultiAttachEnabled"))
		call_fault(c, FAULT_MISSING_PARAMETER,
			"size, volumeType, iops, throughput or multiAttachEnabled");
	else if (strcmp(state, "available") != 0 && strcmp(state, "in-use") != 0)
		call_fault(c, FAULT_VOLUME_STATE, volume->id, state);
	else if (t->gib < in_int(volume->doc, "Size", 0))
		call_fault(c, FAULT_VOLUME_SHRINK);
	return !call_failed(c) && check_last(c, volume->id) &&
	       volume_type_check(c, t->type, t->gib, t->iops, t->throughput) &&
	       check_multi_attach(c, volume->doc, t) && check_root(c, volume->doc, t);
}

/* ---- the modification ---- */

/* Original... and Target... of a volume's members. */
static void tell(json_t *m, const char *side, const json_t *volume)
{
	static const char *const members[] = {
		"Size", "Iops", "VolumeType", "Throughput", "MultiAttachEnabled"};
	struct buf name = BUF_INIT;

	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		json_t *v = json_object_get(volume, members[i]);

		buf_clear(&name);
		buf_addf(&name, "%s%s", side, members[i]);
		if (v)
			json_object_set(m, name.s, v);
	}
	buf_release(&name);
}

static int64_t optimizing_ms(int64_t gib)
{
	int64_t ms = OPTIMIZING_MS + gib * OPTIMIZING_MS_PER_GIB;

	return ms < OPTIMIZING_MAX_MS ? ms : OPTIMIZING_MAX_MS;
}

/* While the volume is there, its latest modification decides when it can be modified again. */
static enum fate modification_fate(const struct world *w, const struct resource *r)
{
	bool there = world_get(w, place(r->in.account, r->in.region, "volume"), r->id);

	return there ? FATE_KEEP : FATE_SPARE;
}

static json_t *modify_volume(struct call *c)
{
	const char *id = in_text(c->in, "VolumeId");
	struct resource volume;
	struct target t;
	json_t *m, *after;

	if (!volume_for_change(c, id, &volume))
		return NULL;
	target_read(c, volume.doc, &t);
	if (!check_target(c, &volume, &t))
		return NULL;
	after = json_object();
	volume_type_set(after, t.type, t.gib, t.iops, t.throughput);
	json_object_set_new(after, "MultiAttachEnabled", json_boolean(t.multi_attach));
	m = json_pack("{s:s, s:s, s:i, s:o}", "VolumeId", id, "ModificationState", "modifying",
		"Progress", 0, "StartTime", time_json(call_now(c)));
	tell(m, "Target", after);
	tell(m, "Original", volume.doc);
	json_object_set_new(m, "_after", after);
	timer_set(c->w, m, MODIFYING_MS, "volume-modification");
	forget_oldest(c->w, call_place(c, kind), FORGET_MOST, modification_fate);
	call_put(c, kind, id, m);
	return json_pack("{s:O}", "VolumeModification", m);
}

/* The new size and performance are there as soon as optimising begins. */
static void take_effect(struct world *w, const struct resource *r, const json_t *after)
{
	struct place_of in = place(r->in.account, r->in.region, "volume");
	json_t *doc = world_get(w, in, r->id);

	if (!doc)
		return;
	doc = call_edit(doc);
	json_object_del(doc, "Iops");
	json_object_del(doc, "Throughput");
	json_object_update(doc, (json_t *)(uintptr_t)after);
	world_put(w, in, r->id, doc);
}

static void modification_timer(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc), *after = json_object_get(doc, "_after");

	timer_clear(doc);
	if (strcmp(in_text(doc, "ModificationState"), "modifying") == 0) {
		json_object_set_new(doc, "ModificationState", json_string("optimizing"));
		json_object_set_new(doc, "_optimizing", json_integer(world_now(w)));
		timer_set(
			w, doc, optimizing_ms(in_int(doc, "TargetSize", 0)), "volume-modification");
		take_effect(w, r, after);
		json_object_del(doc, "_after");
	} else {
		json_object_set_new(doc, "ModificationState", json_string("completed"));
		json_object_set_new(doc, "Progress", json_integer(100));
		json_object_set_new(doc, "EndTime", time_json(world_now(w)));
	}
	resource_put(w, r, doc);
}

/* Progress is that of the moment. */
static json_t *modification_view(const struct call *c, const struct resource *r)
{
	json_t *view = json_copy(r->doc);
	int64_t begun = in_int(r->doc, "_optimizing", 0);

	if (strcmp(in_text(r->doc, "ModificationState"), "optimizing") == 0)
		json_object_set_new(view, "Progress",
			json_integer((call_now(c) - begun) * 100 /
				     optimizing_ms(in_int(r->doc, "TargetSize", 0))));
	return view;
}

static json_t *describe_modifications(struct call *c)
{
	static const struct filter_path filters[] = {
		{"originalMultiAttachEnabled", "OriginalMultiAttachEnabled"},
		{"targetMultiAttachEnabled", "TargetMultiAttachEnabled"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = kind,
		.result = "VolumesModifications",
		.ids = "VolumeIds",
		.prefix = "vol",
		.malformed = FAULT_INVALID_VOLUME_MALFORMED,
		.not_found = FAULT_VOLUME_MODIFICATION_NOT_FOUND,
		.filters = filters,
		.view = modification_view,
	};

	return call_describe(c, &d);
}

/* ---- status ---- */

/* Seconds until the blocks of a snapshot are all there, from creation on; 0: at once. */
static int64_t init_seconds(const struct call *c, const json_t *volume, int64_t *left)
{
	int64_t rate = in_int(volume, "VolumeInitializationRate", INIT_DEFAULT_RATE), all, begun;

	all = volume_data(volume, call_now(c)).full / EBS_MIB / rate;
	if (!*in_text(volume, "SnapshotId") || in_bool(volume, "_FastRestored", false) ||
		!time_parse(in_text(volume, "CreateTime"), &begun))
		all = 0;
	*left = all ? all - (call_now(c) - begun) / 1000 : 0;
	if (*left < 0)
		*left = 0;
	return all;
}

static json_t *init_details(const json_t *volume, int64_t all, int64_t left)
{
	return json_pack("{s:s, s:I, s:I}", "InitializationType",
		in_has(volume, "VolumeInitializationRate") ? "provisioned-rate" : "default",
		"Progress", (json_int_t)(all ? (all - left) * 100 / all : 100),
		"EstimatedTimeToCompleteInSeconds", (json_int_t)left);
}

static const char *init_state(const json_t *volume, int64_t left)
{
	if (!*in_text(volume, "SnapshotId"))
		return "not-applicable";
	return left ? "initializing" : "completed";
}

/* IO performance is watched for Provisioned IOPS and gp3 volumes that are attached. */
static const char *io_performance(const json_t *volume)
{
	const char *type = in_text(volume, "VolumeType");
	bool watched =
		strcmp(type, "io1") == 0 || strcmp(type, "io2") == 0 || strcmp(type, "gp3") == 0;

	return watched && json_array_size(in_list(volume, "Attachments")) ? "normal"
									  : "not-applicable";
}

static json_t *status_view(const struct call *c, const struct resource *r)
{
	bool there = strcmp(in_text(r->doc, "State"), "creating") != 0;
	int64_t left, all = init_seconds(c, r->doc, &left);
	json_t *view, *list = json_array(), *a;
	size_t i;

	json_array_foreach(in_list(r->doc, "Attachments"), i, a)
	{
		json_array_append_new(
			list, json_pack("{s:s, s:O}", "IoPerformance", io_performance(r->doc),
				      "InstanceId", json_object_get(a, "InstanceId")));
	}
	view = json_pack(
		"{s:[], s:O, s:O, s:[], s:s, s:{s:s, s:[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]}, s:o}",
		"Actions", "AvailabilityZone", json_object_get(r->doc, "AvailabilityZone"),
		"AvailabilityZoneId", json_object_get(r->doc, "AvailabilityZoneId"), "Events",
		"VolumeId", r->id, "VolumeStatus", "Status", there ? "ok" : "insufficient-data",
		"Details", "Name", "io-enabled", "Status", there ? "passed" : "insufficient-data",
		"Name", "io-performance", "Status", io_performance(r->doc), "Name",
		"initialization-state", "Status", init_state(r->doc, left), "AttachmentStatuses",
		list);
	if (*in_text(r->doc, "SnapshotId"))
		json_object_set_new(
			view, "InitializationStatusDetails", init_details(r->doc, all, left));
	return view;
}

static json_t *describe_status(struct call *c)
{
	static const struct filter_path filters[] = {
		{"action.code", "Actions.Code"},
		{"action.description", "Actions.Description"},
		{"action.event-id", "Actions.EventId"},
		{"event.description", "Events.Description"},
		{"event.event-id", "Events.EventId"},
		{"event.event-type", "Events.EventType"},
		{"event.not-after", "Events.NotAfter"},
		{"event.not-before", "Events.NotBefore"},
		{"volume-status.details-name", "VolumeStatus.Details.Name"},
		{"volume-status.details-status", "VolumeStatus.Details.Status"},
		{"volume-status.status", "VolumeStatus.Status"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = "volume",
		.result = "VolumeStatuses",
		.ids = "VolumeIds",
		.prefix = "vol",
		.malformed = FAULT_INVALID_VOLUME_MALFORMED,
		.not_found = FAULT_INVALID_VOLUME_NOT_FOUND,
		.filters = filters,
		.view = status_view,
	};

	return call_describe(c, &d);
}

/* ---- attributes ---- */

static json_t *describe_attribute(struct call *c)
{
	const char *id = in_text(c->in, "VolumeId"), *attribute = in_text(c->in, "Attribute");
	struct resource volume;

	if (!volume_for_change(c, id, &volume))
		return NULL;
	if (strcmp(attribute, "productCodes") == 0)
		return json_pack("{s:s, s:[]}", "VolumeId", id, "ProductCodes");
	return json_pack("{s:s, s:{s:b}}", "VolumeId", id, "AutoEnableIO", "Value",
		in_bool(volume.doc, "_AutoEnableIO", false));
}

static json_t *modify_attribute(struct call *c)
{
	const char *id = in_text(c->in, "VolumeId");
	struct resource volume;
	json_t *doc;

	if (!volume_for_change(c, id, &volume))
		return NULL;
	if (!in_has(c->in, "AutoEnableIO"))
		return call_fault(c, FAULT_MISSING_PARAMETER, "autoEnableIO");
	doc = call_edit(volume.doc);
	json_object_set_new(
		doc, "_AutoEnableIO", json_boolean(in_bool(c->in, "AutoEnableIO", false)));
	resource_put(c->w, &volume, doc);
	return json_object();
}

static const struct handler handlers[] = {
	{"ModifyVolume", modify_volume},
	{"DescribeVolumesModifications", describe_modifications},
	{"DescribeVolumeStatus", describe_status},
	{"DescribeVolumeAttribute", describe_attribute},
	{"ModifyVolumeAttribute", modify_attribute},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"volume-modification", modification_timer},
	{NULL, NULL},
};
const struct family ops_volume_modify = {"ec2", handlers, timers};
