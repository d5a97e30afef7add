/* spot.c - Spot requests and their instances; see instance.h.
 *
 * Kind "spot-request": a SpotInstanceRequest. Private: _Request, what run-instances is asked for
 * when there is capacity. */
#include "ops/spot.h"

#include "ops/table.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	EVALUATES_MS = 3 * 1000,
	AGAIN_MS = 60 * 1000, /* a persistent request, after its instance has gone */
	FORGOTTEN_MS = 4 * 3600 * 1000,
	PRICE_AGAIN_MS = 3600 * 1000, /* one that offers too little */
	COUNT_MAX = 100,
};

/* ---- the document ---- */

static const char *status_message(const char *code)
{
	static const struct {
		const char *code, *message;
	} all[] = {
		{"pending-evaluation",
			"Your Spot request has been submitted for review, and is pending evaluation."},
		{"not-scheduled-yet",
			"Your Spot request will not be evaluated until the scheduled date."},
		{"price-too-low",
			"Your Spot request price is lower than the minimum required Spot request fulfillment price."},
		{"schedule-expired",
			"Your Spot request has expired because it was not fulfilled before the specified date."},
		{"bad-parameters",
			"Your Spot request could not be fulfilled because its parameters are not valid."},
		{"fulfilled", "Your spot request is fulfilled."},
		{"instance-terminated-by-user",
			"Spot Instance terminated due to user-initiated termination."},
		{"instance-stopped-by-user", "Spot Instance stopped due to user-initiated stop."},
		{"request-canceled-and-instance-running",
			"Your Spot request is canceled, but your instance is still running."},
		{"canceled-before-fulfillment",
			"Your Spot request is canceled before it was fulfilled."},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (strcmp(all[i].code, code) == 0)
			return all[i].message;
	return "";
}

static void set_status(json_t *doc, const char *state, const char *code, int64_t ms)
{
	json_object_set_new(doc, "State", json_string(state));
	json_object_set_new(doc, "Status",
		json_pack("{s:s, s:s, s:o}", "Code", code, "Message", status_message(code),
			"UpdateTime", time_json(ms / 1000 * 1000)));
}

static bool is_state(const json_t *doc, const char *state)
{
	return strcmp(in_text(doc, "State"), state) == 0;
}

/* What the request says of the launch, as describe-spot-instance-requests tells it. */
static json_t *specification(const struct call *c, const json_t *in)
{
	static const char *const members[] = {"UserData", "AddressingType", "BlockDeviceMappings",
		"EbsOptimized", "IamInstanceProfile", "ImageId", "InstanceType", "KernelId",
		"KeyName", "NetworkInterfaces", "RamdiskId", "SubnetId"};
	static const char *const where[] = {
		"AvailabilityZone", "AvailabilityZoneId", "GroupName", "Tenancy"};
	json_t *o = json_object(), *groups = json_array(), *spot = json_object(), *id, *group;
	size_t i;

	for (i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(o, members[i], json_object_get(in, members[i]));
	for (i = 0; i < ARRAY_LEN(where); i++)
		json_object_set(spot, where[i], in_get(in_get(in, "Placement"), where[i]));
	if (json_object_size(spot))
		json_object_set(o, "Placement", spot);
	json_decref(spot);
	json_array_foreach(in_list(in, "SecurityGroupIds"), i, id)
	{
		group = call_get(c, "security-group", json_string_value(id));
		json_array_append_new(groups, json_pack("{s:O}", "GroupId", id));
		json_object_set(json_array_get(groups, i), "GroupName",
			json_object_get(group, "GroupName"));
	}
	json_array_foreach(in_list(in, "SecurityGroups"), i, id)
		json_array_append_new(groups, json_pack("{s:O}", "GroupName", id));
	json_object_set_new(o, "SecurityGroups", groups);
	json_object_set_new(o, "Monitoring",
		json_pack("{s:b}", "Enabled", in_bool(in, "Monitoring.Enabled", false)));
	return o;
}

/* Prices of requests are what was offered; nothing offered: the price on demand. */
static json_t *price_json(const char *given, const struct type_row *t)
{
	char text[SPOT_PRICE_TEXT];
	double offered = given ? strtod(given, NULL) : 0;

	if (offered > 0 && offered < 1e6)
		return json_string(spot_price_text((int64_t)(offered * 100000 + 0.5), text));
	return json_string(spot_price_text(t->price, text));
}

/* options: members of the request (RequestSpotInstances) or of SpotOptions that say how the market
 * is used. */
static json_t *new_request(struct call *c, const struct launch *l, const json_t *options,
	const char *price, const char *type, char id[WORLD_ID])
{
	static const char *const members[] = {"ValidFrom", "ValidUntil", "LaunchGroup",
		"AvailabilityZoneGroup", "BlockDurationMinutes"};
	const char *behavior = in_text(options, "InstanceInterruptionBehavior");
	json_t *doc;

	call_id(c, "sir", id);
	doc = json_pack("{s:s, s:o, s:o, s:s, s:o, s:s, s:s}", "SpotInstanceRequestId", id,
		"CreateTime", time_json(call_now(c) / 1000 * 1000), "LaunchSpecification",
		specification(c, l->call.in), "ProductDescription",
		in_has(l->image.doc, "Platform") ? "Windows" : "Linux/UNIX", "SpotPrice",
		price_json(price, l->type), "Type", type ? type : "one-time",
		"InstanceInterruptionBehavior", behavior ? behavior : "terminate");
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(doc, members[i], json_object_get(options, members[i]));
	tags_set(c, "spot-instances-request", doc);
	return doc;
}

/* ---- RequestSpotInstances ---- */

static bool request_check(struct call *c)
{
	static const char *const types[] = {"spot-instances-request", NULL};
	int64_t count = in_int(c->in, "InstanceCount", 1), when;
	const char *until = in_text(c->in, "ValidUntil"), *from = in_text(c->in, "ValidFrom");
	const char *price = in_text(c->in, "SpotPrice");
	struct buf text = BUF_INIT;

	buf_addf(&text, "%lld", (long long)count);
	if (!in_has(c->in, "LaunchSpecification"))
		call_fault(c, FAULT_MISSING_PARAMETER, "LaunchSpecification");
	else if (count < 1 || count > COUNT_MAX)
		call_fault(c, FAULT_INVALID_VALUE, text.s, "instanceCount", "");
	else if (price && !(strtod(price, NULL) > 0))
		call_fault(c, FAULT_INVALID_VALUE, price, "price",
			"\"price\" must be greater than 0.");
	else if (until && (!time_parse(until, &when) || when <= call_now(c)))
		call_fault(c, FAULT_INVALID_VALUE, until, "validUntil",
			"The time must be in the future.");
	else if (from && (!time_parse(from, &when) || when < call_now(c) - 60 * 1000))
		call_fault(c, FAULT_INVALID_VALUE, from, "validFrom",
			"The time must be in the future.");
	else
		tags_check(c, types);
	buf_release(&text);
	return !call_failed(c);
}

/* The launch alone, so that what is wrong with it is told at once. */
static bool launch_check(struct call *c, json_t *launch, struct launch *l)
{
	if (!launch_plan(c, launch, l))
		return false;
	if (type_can(l->type, 'S'))
		return true;
	call_fault(c, FAULT_SPOT_UNSUPPORTED, l->type->facts.name);
	launch_release(l);
	return false;
}

static json_t *request_spot(struct call *c)
{
	json_t *launch, *list, *doc;
	struct launch l;
	struct call checking = *c;
	char id[WORLD_ID];

	if (!request_check(c))
		return NULL;
	launch = json_deep_copy(in_get(c->in, "LaunchSpecification"));
	checking.in = launch;
	if (!launch_check(&checking, launch, &l)) {
		json_decref(launch);
		return NULL;
	}
	list = json_array();
	for (int64_t i = in_int(c->in, "InstanceCount", 1); i > 0; i--) {
		doc = new_request(
			c, &l, c->in, in_text(c->in, "SpotPrice"), in_text(c->in, "Type"), id);
		set_status(doc, "open", "pending-evaluation", call_now(c));
		json_object_set(doc, "_Request", launch);
		json_object_set_new(doc, "_Offered", json_boolean(in_has(c->in, "SpotPrice")));
		timer_set(c->w, doc, EVALUATES_MS, "spot-evaluate");
		forget_oldest(c->w, call_place(c, "spot-request"), FORGET_MOST, fate_by_timer);
		call_put(c, "spot-request", id, doc);
		json_array_append(list, doc);
	}
	launch_release(&l);
	json_decref(launch);
	return json_pack("{s:o}", "SpotInstanceRequests", list);
}

/* ---- evaluation ---- */

static void wait_for(struct world *w, const struct resource *r, const char *code, int64_t ms)
{
	json_t *doc = call_edit(r->doc);

	set_status(doc, "open", code, world_now(w));
	timer_set(w, doc, ms, "spot-evaluate");
	resource_put(w, r, doc);
}

/* API reference, DescribeSpotInstanceRequests: they are deleted four hours after they were
 * cancelled and their instances terminated. */
static void forget_later(struct world *w, json_t *doc)
{
	timer_set(w, doc, FORGOTTEN_MS, "spot-forget");
}

static void forgotten(struct world *w, const struct resource *r)
{
	resource_put(w, r, NULL);
}

static void close_request(struct world *w, const struct resource *r, const char *state,
	const char *code, const struct ops_answer *fault)
{
	json_t *doc = call_edit(r->doc);

	timer_clear(doc);
	set_status(doc, state, code, world_now(w));
	if (!is_state(doc, "active") && !is_state(doc, "disabled"))
		forget_later(w, doc);
	if (fault)
		json_object_set_new(doc, "Fault",
			json_pack("{s:s, s:s}", "Code", fault->code, "Message", fault->text.s));
	resource_put(w, r, doc);
}

/* Whether now is the time for it; sets what it waits for. */
static bool in_time(struct world *w, const struct resource *r)
{
	const char *from = in_text(r->doc, "ValidFrom"), *until = in_text(r->doc, "ValidUntil");
	int64_t when, now = world_now(w);

	if (until && time_parse(until, &when) && when <= now) {
		close_request(w, r, "closed", "schedule-expired", NULL);
		return false;
	}
	if (from && time_parse(from, &when) && when > now) {
		wait_for(w, r, "not-scheduled-yet", when - now);
		return false;
	}
	return true;
}

static void launch(struct world *w, const struct resource *r, struct launch *l)
{
	double offered = strtod(in_text(r->doc, "SpotPrice"), NULL) * 100000;
	bool windows = strcmp(in_text(r->doc, "ProductDescription"), "Windows") == 0;
	json_t *subnet = call_get(&l->call, "subnet", l->subnet);
	const char *zone = in_text(subnet, "AvailabilityZoneId");

	if (in_bool(r->doc, "_Offered", false) &&
		offered <
			(double)spot_price(l->type, zone ? zone : l->zone, windows, world_now(w))) {
		wait_for(w, r, "price-too-low", PRICE_AGAIN_MS);
		return;
	}
	json_decref(launch_make(l, 1, r->id));
}

static void evaluate(struct world *w, const struct resource *r)
{
	struct timer_call t;
	struct launch l;
	json_t *request = json_deep_copy(json_object_get(r->doc, "_Request"));

	if (in_time(w, r)) {
		timer_call(&t, w, r->in, "RunInstances", request);
		if (launch_plan(&t.call, request, &l)) {
			l.most = 1;
			launch(w, r, &l);
			launch_release(&l);
		} else {
			close_request(w, r, "failed", "bad-parameters", &t.answer);
		}
		timer_call_release(&t);
	}
	json_decref(request);
}

/* ---- the life of its instance ---- */

bool spot_request_for_launch(struct call *c, const struct launch *l, char id[WORLD_ID])
{
	json_t *options = in_get(c->in, "InstanceMarketOptions.SpotOptions"), *doc;

	doc = new_request(c, l, options, in_text(options, "MaxPrice"),
		in_text(options, "SpotInstanceType"), id);
	set_status(doc, "active", "fulfilled", call_now(c));
	json_object_set(doc, "_Request", c->in);
	forget_oldest(c->w, call_place(c, "spot-request"), FORGET_MOST, fate_by_timer);
	call_put(c, "spot-request", id, doc);
	return true;
}

void spot_request_fulfilled(struct call *c, const char *request, const char *instance_id)
{
	json_t *doc = call_get(c, "spot-request", request),
	       *instance = call_get(c, "instance", instance_id);

	if (!doc)
		return;
	doc = call_edit(doc);
	timer_clear(doc);
	set_status(doc, "active", "fulfilled", call_now(c));
	json_object_set_new(doc, "InstanceId", json_string(instance_id));
	json_object_set(
		doc, "LaunchedAvailabilityZone", in_get(instance, "Placement.AvailabilityZone"));
	json_object_set(doc, "LaunchedAvailabilityZoneId",
		in_get(instance, "Placement.AvailabilityZoneId"));
	call_put(c, "spot-request", request, doc);
}

static bool request_of(const struct world *w, struct place_of instances, const json_t *instance,
	struct resource *out)
{
	const char *id = in_text(instance, "SpotInstanceRequestId");
	struct place_of in = place(instances.account, instances.region, "spot-request");
	json_t *doc = id ? world_get(w, in, id) : NULL;

	if (!doc)
		return false;
	*out = (struct resource){in, id, doc, 0};
	return true;
}

bool spot_is_persistent(const struct world *w, struct place_of instances, const json_t *instance)
{
	struct resource r;

	return request_of(w, instances, instance, &r) &&
	       strcmp(in_text(r.doc, "Type"), "persistent") == 0;
}

void spot_instance_changed(struct world *w, const struct resource *instance, int state)
{
	struct resource r;
	bool persistent;
	json_t *doc;

	if (!request_of(w, instance->in, instance->doc, &r))
		return;
	persistent = spot_is_persistent(w, instance->in, instance->doc);
	if (state == INSTANCE_RUNNING && is_state(r.doc, "disabled")) {
		close_request(w, &r, "active", "fulfilled", NULL);
	} else if (state == INSTANCE_STOPPED && is_state(r.doc, "active")) {
		close_request(w, &r, "disabled", "instance-stopped-by-user", NULL);
	} else if (state == INSTANCE_TERMINATED && is_state(r.doc, "cancelled")) {
		close_request(w, &r, "cancelled", "instance-terminated-by-user", NULL);
	} else if (state == INSTANCE_TERMINATED && !persistent) {
		close_request(w, &r, "closed", "instance-terminated-by-user", NULL);
	} else if (state == INSTANCE_TERMINATED) { /* it goes on asking */
		doc = call_edit(r.doc);
		json_object_del(doc, "InstanceId");
		json_object_del(doc, "LaunchedAvailabilityZone");
		json_object_del(doc, "LaunchedAvailabilityZoneId");
		set_status(doc, "open", "pending-evaluation", world_now(w));
		timer_set(w, doc, AGAIN_MS, "spot-evaluate");
		resource_put(w, &r, doc);
	}
}

/* ---- CancelSpotInstanceRequests ---- */

static json_t *cancel_one(struct call *c, const char *id)
{
	json_t *doc = call_get(c, "spot-request", id);
	bool ended =
		is_state(doc, "closed") || is_state(doc, "failed") || is_state(doc, "cancelled");

	if (!ended) {
		doc = call_edit(doc);
		timer_clear(doc);
		set_status(doc, "cancelled",
			in_has(doc, "InstanceId") ? "request-canceled-and-instance-running"
						  : "canceled-before-fulfillment",
			call_now(c));
		if (!in_has(doc, "InstanceId"))
			forget_later(c->w, doc);
		call_put(c, "spot-request", id, doc);
	}
	return json_pack("{s:s, s:s}", "SpotInstanceRequestId", id, "State",
		is_state(doc, "closed") ? "closed" : "cancelled");
}

static json_t *cancel_spot(struct call *c)
{
	json_t *ids = in_list(c->in, "SpotInstanceRequestIds"), *each, *list;
	size_t i;

	json_array_foreach(ids, i, each)
	{
		const char *id = json_string_value(each);

		if (!id_fits(id, "sir"))
			return call_fault(c, FAULT_INVALID_SPOT_REQUEST_MALFORMED, id);
		if (!call_get(c, "spot-request", id))
			return call_fault(c, FAULT_INVALID_SPOT_REQUEST, id);
	}
	list = json_array();
	json_array_foreach(ids, i, each)
		json_array_append_new(list, cancel_one(c, json_string_value(each)));
	return json_pack("{s:o}", "CancelledSpotInstanceRequests", list);
}

/* ---- DescribeSpotInstanceRequests ---- */

#define LAUNCH "LaunchSpecification."

static json_t *describe_spot(struct call *c)
{
	static const struct filter_path filters[] = {
		{"fault-code", "Fault.Code"},
		{"fault-message", "Fault.Message"},
		{"launch.block-device-mapping.delete-on-termination",
			LAUNCH "BlockDeviceMappings.Ebs.DeleteOnTermination"},
		{"launch.block-device-mapping.device-name",
			LAUNCH "BlockDeviceMappings.DeviceName"},
		{"launch.block-device-mapping.snapshot-id",
			LAUNCH "BlockDeviceMappings.Ebs.SnapshotId"},
		{"launch.block-device-mapping.volume-size",
			LAUNCH "BlockDeviceMappings.Ebs.VolumeSize"},
		{"launch.block-device-mapping.volume-type",
			LAUNCH "BlockDeviceMappings.Ebs.VolumeType"},
		{"launch.group-id", LAUNCH "SecurityGroups.GroupId"},
		{"launch.group-name", LAUNCH "SecurityGroups.GroupName"},
		{"launch.image-id", LAUNCH "ImageId"},
		{"launch.instance-type", LAUNCH "InstanceType"},
		{"launch.kernel-id", LAUNCH "KernelId"},
		{"launch.key-name", LAUNCH "KeyName"},
		{"launch.monitoring-enabled", LAUNCH "Monitoring.Enabled"},
		{"launch.ramdisk-id", LAUNCH "RamdiskId"},
		{"network-interface.addresses.primary",
			LAUNCH "NetworkInterfaces.PrivateIpAddresses.Primary"},
		{"network-interface.delete-on-termination",
			LAUNCH "NetworkInterfaces.DeleteOnTermination"},
		{"network-interface.description", LAUNCH "NetworkInterfaces.Description"},
		{"network-interface.device-index", LAUNCH "NetworkInterfaces.DeviceIndex"},
		{"network-interface.group-id", LAUNCH "NetworkInterfaces.Groups"},
		{"network-interface.network-interface-id",
			LAUNCH "NetworkInterfaces.NetworkInterfaceId"},
		{"network-interface.private-ip-address",
			LAUNCH "NetworkInterfaces.PrivateIpAddress"},
		{"network-interface.subnet-id", LAUNCH "NetworkInterfaces.SubnetId"},
		{"status-code", "Status.Code"},
		{"status-message", "Status.Message"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = "spot-request",
		.result = "SpotInstanceRequests",
		.ids = "SpotInstanceRequestIds",
		.prefix = "sir",
		.malformed = FAULT_INVALID_SPOT_REQUEST_MALFORMED,
		.not_found = FAULT_INVALID_SPOT_REQUEST,
		.filters = filters,
	};

	return call_describe(c, &d);
}

static const struct handler handlers[] = {
	{"RequestSpotInstances", request_spot},
	{"DescribeSpotInstanceRequests", describe_spot},
	{"CancelSpotInstanceRequests", cancel_spot},
	{"DescribeSpotPriceHistory", spot_describe_history},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"spot-evaluate", evaluate},
	{"spot-forget", forgotten},
	{NULL, NULL},
};
const struct family ops_spot = {"ec2", handlers, timers};
