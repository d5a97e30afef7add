/* instance-run.c - making instances: documents, network interfaces, volumes, and coming to run; see
 * instance.h. */
#include "ops/instance.h"

#include "ops/launch-template.h"
#include "ops/table.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* ---- the document ---- */

static void copy_text(json_t *doc, const char *to, const json_t *from, const char *path)
{
	json_t *value = in_get(from, path);

	if (json_is_string(value) && *json_string_value(value))
		json_object_set(doc, to, value);
}

static const char *boot_mode(const struct launch *l)
{
	const char *mode = in_text(l->image.doc, "BootMode"), *all = l->type->facts.boot_modes;

	if (mode && strcmp(mode, "uefi-preferred") != 0)
		return mode;
	if (mode)
		return strstr(all, "uefi") ? "uefi" : "legacy-bios";
	return strstr(all, "legacy-bios") ? "legacy-bios" : "uefi";
}

static json_t *image_text(const struct launch *l, const char *path, const char *otherwise)
{
	const char *text = in_text(l->image.doc, path);

	return json_string(text ? text : otherwise);
}

/* What the instance takes from its image. */
static void set_from_image(const struct launch *l, json_t *doc)
{
	const json_t *image = l->image.doc;
	json_t *codes = in_list(image, "ProductCodes");

	json_object_set_new(doc, "Architecture", image_text(l, "Architecture", "x86_64"));
	json_object_set_new(doc, "EnaSupport", json_boolean(in_bool(image, "EnaSupport", false)));
	json_object_set_new(doc, "RootDeviceName", image_text(l, "RootDeviceName", "/dev/sda1"));
	json_object_set_new(doc, "RootDeviceType", image_text(l, "RootDeviceType", "ebs"));
	json_object_set_new(doc, "VirtualizationType", image_text(l, "VirtualizationType", "hvm"));
	json_object_set_new(doc, "PlatformDetails", image_text(l, "PlatformDetails", "Linux/UNIX"));
	json_object_set_new(doc, "UsageOperation", image_text(l, "UsageOperation", "RunInstances"));
	json_object_set_new(doc, "ProductCodes", codes ? json_deep_copy(codes) : json_array());
	copy_text(doc, "BootMode", image, "BootMode");
	copy_text(doc, "_SriovNetSupport", image, "SriovNetSupport");
	copy_text(doc, "TpmSupport", image, "TpmSupport");
	copy_text(doc, "KernelId", image, "KernelId");
	copy_text(doc, "RamdiskId", image, "RamdiskId");
	if (in_has(image, "Platform"))
		json_object_set_new(doc, "Platform", json_string("windows"));
	json_object_set_new(doc, "_ImageName", image_text(l, "Name", ""));
	json_object_set_new(doc, "_ImageOwner", image_text(l, "OwnerId", ""));
	json_object_set_new(doc, "_ImageDescription", image_text(l, "Description", ""));
}

static json_t *placement(const struct launch *l)
{
	json_t *in = in_get(l->call.in, "Placement"),
	       *subnet = call_get(&l->call, "subnet", l->subnet);
	const char *tenancy = in_text(in, "Tenancy"), *group = in_text(in, "GroupName");
	json_t *o = json_pack("{s:s, s:s, s:s}", "GroupName", group ? group : "", "Tenancy",
		tenancy ? tenancy : "default", "AvailabilityZone", l->zone);

	json_object_set(o, "AvailabilityZoneId", json_object_get(subnet, "AvailabilityZoneId"));
	copy_text(o, "Affinity", in, "Affinity");
	copy_text(o, "HostId", in, "HostId");
	if (in_has(in, "PartitionNumber"))
		json_object_set(o, "PartitionNumber", in_get(in, "PartitionNumber"));
	return o;
}

/* Options that every instance has, as asked for or as they are by default. */
static void set_options(const struct launch *l, json_t *doc)
{
	const json_t *in = l->call.in;
	const struct type_row *t = l->type;
	const char *recovery = in_text(in, "MaintenanceOptions.AutoRecovery");
	const char *preference =
		in_text(in, "CapacityReservationSpecification.CapacityReservationPreference");
	const char *weighting = in_text(in, "NetworkPerformanceOptions.BandwidthWeighting");
	const char *host = in_text(in, "PrivateDnsNameOptions.HostnameType");

	json_object_set_new(doc, "CpuOptions",
		json_pack("{s:I, s:I}", "CoreCount",
			(json_int_t)in_int(in, "CpuOptions.CoreCount", t->cores), "ThreadsPerCore",
			(json_int_t)in_int(in, "CpuOptions.ThreadsPerCore", t->threads)));
	json_object_set_new(doc, "CapacityReservationSpecification",
		json_pack("{s:s}", "CapacityReservationPreference",
			preference ? preference : "open"));
	json_object_set_new(doc, "HibernationOptions",
		json_pack("{s:b}", "Configured",
			in_bool(in, "HibernationOptions.Configured", false)));
	json_object_set_new(doc, "EnclaveOptions",
		json_pack("{s:b}", "Enabled", in_bool(in, "EnclaveOptions.Enabled", false)));
	json_object_set_new(doc, "PrivateDnsNameOptions",
		json_pack("{s:s, s:b, s:b}", "HostnameType", host ? host : "ip-name",
			"EnableResourceNameDnsARecord",
			in_bool(in, "PrivateDnsNameOptions.EnableResourceNameDnsARecord", false),
			"EnableResourceNameDnsAAAARecord",
			in_bool(in, "PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord",
				false)));
	json_object_set_new(doc, "MaintenanceOptions",
		json_pack("{s:s, s:s}", "AutoRecovery", recovery ? recovery : "default",
			"RebootMigration", "default"));
	json_object_set_new(doc, "NetworkPerformanceOptions",
		json_pack("{s:s}", "BandwidthWeighting", weighting ? weighting : "default"));
	json_object_set_new(doc, "Operator", json_pack("{s:b}", "Managed", 0));
}

static void set_private(const struct launch *l, json_t *doc)
{
	const json_t *in = l->call.in;
	const char *behavior = in_text(in, "InstanceInitiatedShutdownBehavior");
	const char *credit = in_text(in, "CreditSpecification.CpuCredits"),
		   *type = l->type->facts.name;
	bool store = strcmp(in_text(doc, "RootDeviceType"), "ebs") != 0;

	copy_text(doc, "_UserData", in, "UserData");
	json_object_set_new(doc, "_DisableApiTermination",
		json_boolean(in_bool(in, "DisableApiTermination", false)));
	json_object_set_new(
		doc, "_DisableApiStop", json_boolean(in_bool(in, "DisableApiStop", false)));
	json_object_set_new(doc, "_ShutdownBehavior",
		json_string(behavior ? behavior
			    : store  ? "terminate"
				     : "stop"));
	json_object_set_new(doc, "_Requester", json_string(l->call.who.arn));
	json_object_set_new(doc, "_Interfaces", json_array());
	json_object_set_new(doc, "_Boots", json_array());
	if (type_can(l->type, 'B')) /* T2 is standard by default, later ones are unlimited */
		json_object_set_new(doc, "_CpuCredits",
			json_string(credit                         ? credit
				    : strncmp(type, "t2.", 3) == 0 ? "standard"
								   : "unlimited"));
	if (l->key_fails)
		json_object_set_new(doc, "_KeyFails", json_true());
}

/* EC2 user guide, "Launch instances from a launch template": which template it was launched from
 * is told by two tags of EC2's own. */
static void set_template_tags(struct launch *l, json_t *doc)
{
	json_t *spec = in_get(l->call.in, "LaunchTemplate"), *template, *tags;
	const char *version = in_text(spec, "Version");
	char number[24];

	template = spec ? template_meant(&l->call, spec) : NULL;
	if (!template)
		return;
	snprintf(number, sizeof number, "%lld",
		(long long)template_version_number(
			&l->call, template, version && *version ? version : "$Default"));
	tags = json_object_get(doc, "Tags");
	if (!tags) {
		tags = json_array();
		json_object_set_new(doc, "Tags", tags);
	}
	json_array_append_new(
		tags, json_pack("{s:s, s:O}", "Key", "aws:ec2launchtemplate:id", "Value",
			      json_object_get(template, "LaunchTemplateId")));
	json_array_append_new(tags,
		json_pack("{s:s, s:s}", "Key", "aws:ec2launchtemplate:version", "Value", number));
}

static json_t *new_document(
	struct launch *l, const char *id, const char *reservation, int64_t index)
{
	struct call *c = &l->call;
	const char *token = in_text(c->in, "ClientToken");
	json_t *doc = json_pack(
		"{s:s, s:s, s:s, s:I, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:b, s:b, s:{s:s}, s:[], s:o}",
		"InstanceId", id, "ImageId", l->image.id, "InstanceType", l->type->facts.name,
		"AmiLaunchIndex", (json_int_t)index, "ClientToken", token ? token : "",
		"LaunchTime", time_json(call_now(c)), "UsageOperationUpdateTime",
		time_json(call_now(c)), "Hypervisor", "xen", /* what EC2 says of Nitro too */
		"StateTransitionReason", "", "SubnetId", l->subnet, "VpcId", l->vpc,
		"SourceDestCheck", 1, "EbsOptimized", in_bool(c->in, "EbsOptimized", false),
		"Monitoring", "State",
		in_bool(c->in, "Monitoring.Enabled", false) ? "pending" : "disabled",
		"BlockDeviceMappings", "Placement", placement(l));

	instance_state_set(doc, INSTANCE_PENDING);
	instance_reason_set(doc, "pending", "pending");
	set_from_image(l, doc);
	set_options(l, doc);
	set_private(l, doc);
	copy_text(doc, "KeyName", c->in, "KeyName");
	copy_text(doc, "KernelId", c->in, "KernelId");
	copy_text(doc, "RamdiskId", c->in, "RamdiskId");
	json_object_set_new(doc, "CurrentInstanceBootMode", json_string(boot_mode(l)));
	json_object_set_new(doc, "MetadataOptions", launch_metadata(c, c->in, l->image.doc));
	json_object_set_new(doc, "_ReservationId", json_string(reservation));
	tags_set(c, "instance", doc);
	set_template_tags(l, doc);
	return doc;
}

/* ---- its parts ---- */

/* An interface that is there already comes with its addresses and groups. */
static void take_interface(
	struct call *c, const json_t *spec, const char *instance_id, char id[WORLD_ID])
{
	char attachment[WORLD_ID];
	json_t *eni;

	snprintf(id, WORLD_ID, "%s", in_text(spec, "NetworkInterfaceId"));
	eni = call_edit(call_get(c, "network-interface", id));
	call_id(c, "eni-attach", attachment);
	json_object_set_new(eni, "Status", json_string("in-use"));
	json_object_set_new(eni, "Attachment",
		json_pack("{s:o, s:s, s:b, s:I, s:i, s:s, s:s, s:s}", "AttachTime",
			time_json(call_now(c)), "AttachmentId", attachment, "DeleteOnTermination",
			in_bool(spec, "DeleteOnTermination", false), "DeviceIndex",
			(json_int_t)in_int(spec, "DeviceIndex", 0), "NetworkCardIndex", 0,
			"InstanceId", instance_id, "InstanceOwnerId", c->who.account, "Status",
			"attached"));
	call_put(c, "network-interface", id, eni);
}

static bool make_interfaces(struct launch *l, const char *id)
{
	struct call *c = &l->call;
	json_t *spec, *ids = json_array(), *doc;
	char interface[WORLD_ID];
	size_t i;

	json_array_foreach(l->interfaces, i, spec)
	{
		struct interface_plan plan = launch_interface(l, spec);

		if (in_has(spec, "NetworkInterfaceId")) {
			take_interface(c, spec, id, interface);
		} else if (!interface_make(c, &plan, id, interface)) {
			json_decref(ids);
			return false;
		}
		json_array_append_new(ids, json_string(interface));
	}
	doc = call_edit(call_get(c, "instance", id));
	json_object_set_new(doc, "_Interfaces", ids);
	call_put(c, "instance", id, doc);
	return true;
}

static bool make_volumes(struct launch *l, const char *id)
{
	json_t *device, *doc, *launched = NULL, *ephemeral = json_array();
	const char *root = in_text(l->image.doc, "RootDeviceName");
	char volume[WORLD_ID];
	size_t i;

	json_array_foreach(l->devices, i, device)
	{
		struct volume_plan plan = launch_volume(l, device);

		if (in_has(device, "VirtualName"))
			json_array_append_new(ephemeral,
				json_pack("{s:O, s:O}", "DeviceName",
					json_object_get(device, "DeviceName"), "VirtualName",
					json_object_get(device, "VirtualName")));
		plan.instance_id = id;
		if (root && plan.snapshot_id && strcmp(root, plan.device) == 0)
			launched = in_get(device, "Ebs.SnapshotId");
		if (!in_has(device, "VirtualName") && !l->key_fails &&
			!volume_make(&l->call, &plan, volume)) {
			json_decref(ephemeral);
			return false;
		}
	}
	doc = call_edit(call_get(&l->call, "instance", id));
	json_object_set_new(doc, "_Ephemeral", ephemeral);
	json_object_set(doc, "_LaunchSnapshot", launched);
	call_put(&l->call, "instance", id, doc);
	return true;
}

static void make_profile(struct launch *l, const char *id)
{
	json_t *spec = in_get(l->call.in, "IamInstanceProfile"), *profile, *doc;

	profile = spec ? instance_profile(&l->call, spec) : NULL;
	if (!profile)
		return;
	doc = call_edit(call_get(&l->call, "instance", id));
	json_object_set(doc, "IamInstanceProfile", profile);
	call_put(&l->call, "instance", id, doc);
	instance_profile_associate(&l->call, id, profile, "associated");
	json_decref(profile);
}

static void set_spot(struct launch *l, const char *id, const char *request)
{
	json_t *doc = call_edit(call_get(&l->call, "instance", id));

	json_object_set_new(doc, "InstanceLifecycle", json_string("spot"));
	json_object_set_new(doc, "SpotInstanceRequestId", json_string(request));
	call_put(&l->call, "instance", id, doc);
	spot_request_fulfilled(&l->call, request, id);
}

static int64_t starts_in(const json_t *doc)
{
	const struct type_row *t = type_row_find(in_text(doc, "InstanceType"));

	if (in_bool(doc, "_KeyFails", false))
		return INSTANCE_FAILS_MS;
	if (strcmp(in_text(doc, "RootDeviceType"), "ebs") != 0)
		return INSTANCE_STORE_STARTS_MS;
	return t && type_is_metal(t) ? INSTANCE_METAL_STARTS_MS : INSTANCE_STARTS_MS;
}

void instance_begin(struct world *w, json_t *doc)
{
	timer_set(w, doc, starts_in(doc),
		in_bool(doc, "_KeyFails", false) ? "instance-fails" : "instance-running");
}

enum { INSTANCES_KEPT = 2000 };

/* An hour after its end a timer takes it away (instance-state.c); EC2 says no more than "a short
 * while". Where very many are launched and terminated within an hour, the oldest go before. */
static enum fate instance_fate(const struct world *w, const struct resource *r)
{
	(void)w;
	return instance_state(r->doc) == INSTANCE_TERMINATED ? FATE_SPARE : FATE_KEEP;
}

static bool make_one(struct launch *l, const char *reservation, int64_t index, const char *spot,
	char id[WORLD_ID])
{
	char request[WORLD_ID] = "";
	json_t *doc;

	call_id(&l->call, "i", id);
	doc = new_document(l, id, reservation, index);
	instance_begin(l->call.w, doc);
	forget_oldest(l->call.w, call_place(&l->call, "instance"), INSTANCES_KEPT, instance_fate);
	call_put(&l->call, "instance", id, doc);
	if (!make_interfaces(l, id) || !make_volumes(l, id))
		return false;
	make_profile(l, id);
	if (!spot && l->spot) {
		if (!spot_request_for_launch(&l->call, l, request))
			return false;
		spot = request;
	}
	if (spot)
		set_spot(l, id, spot);
	return true;
}

/* ---- the answer ---- */

/* What EC2 does not know yet, or does not say, when it answers run-instances. */
static json_t *answer_view(const struct call *c, const char *id)
{
	static const char *const unsaid[] = {"HibernationOptions", "PlatformDetails",
		"UsageOperation", "UsageOperationUpdateTime", "NetworkPerformanceOptions",
		"PublicIpAddress"};
	struct resource r = {call_place(c, "instance"), id, call_get(c, "instance", id), 0};
	json_t *view = instance_view(c, &r), *eni;
	size_t i;

	for (i = 0; i < ARRAY_LEN(unsaid); i++)
		json_object_del(view, unsaid[i]);
	json_object_set_new(view, "PublicDnsName", json_string(""));
	json_object_set_new(view, "BlockDeviceMappings", json_array());
	json_array_foreach(in_list(view, "NetworkInterfaces"), i, eni)
	{
		json_t *at = json_copy(json_object_get(eni, "Attachment")), *list, *address;
		size_t k;

		json_object_del(eni, "Association");
		json_object_set_new(at, "Status", json_string("attaching"));
		json_object_set_new(eni, "Attachment", at);
		list = in_list(eni, "PrivateIpAddresses");
		json_array_foreach(list, k, address) json_object_del(address, "Association");
	}
	return view;
}

json_t *launch_make(struct launch *l, int64_t count, const char *spot_request)
{
	json_t *list = json_array();
	char reservation[WORLD_ID], id[WORLD_ID];

	call_id(&l->call, "r", reservation);
	for (int64_t i = 0; i < count; i++) {
		if (!make_one(l, reservation, i, spot_request, id)) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, answer_view(&l->call, id));
	}
	return json_pack("{s:s, s:s, s:[], s:o}", "ReservationId", reservation, "OwnerId",
		l->call.who.account, "Groups", "Instances", list);
}

static json_t *run_instances(struct call *c)
{
	struct launch l;
	json_t *answer;

	if (!launch_plan(c, c->in, &l))
		return NULL;
	answer = launch_make(&l, l.most, NULL);
	launch_release(&l);
	return answer;
}

/* ---- coming to run ---- */

static void booted(struct world *w, json_t *doc, int64_t checks)
{
	json_t *boots = json_object_get(doc, "_Boots");

	if (boots)
		json_array_append_new(boots, json_integer(world_now(w)));
	json_object_set_new(doc, "_StatusFrom", json_integer(world_now(w) + checks));
	timer_set(w, doc, checks, "instance-checked");
}

static void running(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc), *metadata = json_object_get(doc, "MetadataOptions");
	struct resource now = *r;

	instance_state_set(doc, INSTANCE_RUNNING);
	instance_reason_set(doc, NULL, NULL);
	json_object_set_new(doc, "StateTransitionReason", json_string(""));
	json_object_set_new(metadata, "State", json_string("applied"));
	if (strcmp(in_text(doc, "Monitoring.State"), "pending") == 0)
		json_object_set_new(doc, "Monitoring", json_pack("{s:s}", "State", "enabled"));
	booted(w, doc, INSTANCE_CHECKS_MS);
	resource_put(w, r, doc);
	now.doc = doc;
	spot_instance_changed(w, &now, INSTANCE_RUNNING);
}

/* A launch whose volumes cannot be made for want of their key. */
static void fails(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);
	struct resource now = *r;

	instance_reason_set(
		doc, "Client.InternalError", "Client.InternalError: Client error on launch");
	json_object_set_new(doc, "StateTransitionReason", json_string("Server.InternalError"));
	resource_put(w, r, doc);
	now.doc = doc;
	instance_end(w, &now);
}

static void checked(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	resource_put(w, r, doc);
}

/* ---- reboot ---- */

void instance_reboot(struct call *c, const struct resource *instance)
{
	json_t *doc = call_edit(instance->doc);

	json_object_set_new(doc, "_StatusFrom",
		json_integer(call_now(c) + INSTANCE_REBOOTS_MS + INSTANCE_CHECKS_MS / 2));
	timer_set(c->w, doc, INSTANCE_REBOOTS_MS, "instance-rebooted");
	resource_put(c->w, instance, doc);
}

static void rebooted(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	booted(w, doc, INSTANCE_CHECKS_MS / 2);
	resource_put(w, r, doc);
}

static const struct handler handlers[] = {
	{"RunInstances", run_instances},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"instance-running", running},
	{"instance-fails", fails},
	{"instance-checked", checked},
	{"instance-rebooted", rebooted},
	{NULL, NULL},
};
const struct family ops_instance_run = {"ec2", handlers, timers};
