/* instance-state.c - starting, stopping, rebooting and terminating; see instance.h. */
#include "ops/instance.h"

#include "ops/table.h"

#include <stdlib.h>
#include <string.h>

static bool is_store(const json_t *doc)
{
	const char *root = in_text(doc, "RootDeviceType");

	return root && strcmp(root, "ebs") != 0;
}

/* ---- the same thing done to each of the request's instances ---- */

typedef bool check_fn(struct call *c, const struct resource *r);
typedef json_t *change_fn(
	struct call *c, const struct resource *r); /* what is answered of it; NULL: nothing */

/* Checks them all before it changes the first. The list of answers; NULL and a fault. */
static json_t *each_instance(struct call *c, check_fn *check, change_fn *change)
{
	struct resource *all;
	json_t *list, *one;
	size_t n;
	bool ok = instances_find(c, in_list(c->in, "InstanceIds"), &all, &n);

	for (size_t i = 0; ok && check && i < n; i++)
		ok = check(c, &all[i]);
	if (!ok) {
		free(all);
		return NULL;
	}
	list = json_array();
	for (size_t i = 0; i < n; i++) {
		all[i].doc = call_get(c, "instance", all[i].id);
		one = change(c, &all[i]);
		if (one)
			json_array_append_new(list, one);
	}
	free(all);
	return list;
}

static json_t *answer(const char *member, json_t *list)
{
	return list ? json_pack("{s:o}", member, list) : NULL;
}

/* ---- stopping ---- */

/* One that is being started again can be stopped; one that is being launched cannot. */
static bool may_stop(struct call *c, const struct resource *r)
{
	int state = instance_state(r->doc);

	if (is_store(r->doc))
		call_fault(c, FAULT_INSTANCE_STORE_STOP, r->id);
	else if (state == INSTANCE_PENDING && !json_array_size(in_list(r->doc, "_Boots")))
		call_fault(c, FAULT_INSTANCE_NEVER_RAN, r->id);
	else if (state == INSTANCE_SHUTTING_DOWN || state == INSTANCE_TERMINATED)
		call_fault(c, FAULT_INSTANCE_NOT_STOPPABLE, r->id);
	else if (in_bool(r->doc, "_DisableApiStop", false))
		call_fault(c, FAULT_INSTANCE_STOP_PROTECTED, r->id);
	else if (in_has(r->doc, "SpotInstanceRequestId") &&
		 !spot_is_persistent(c->w, r->in, r->doc))
		call_fault(c, FAULT_INSTANCE_SPOT_STOP, r->id);
	else if (in_bool(c->in, "Hibernate", false) &&
		 !in_bool(r->doc, "HibernationOptions.Configured", false))
		call_fault(c, FAULT_INSTANCE_NOT_HIBERNATABLE, r->id);
	return !call_failed(c);
}

static json_t *stop_one(struct call *c, const struct resource *r)
{
	bool hibernate = in_bool(c->in, "Hibernate", false), force = in_bool(c->in, "Force", false);
	int before = instance_state(r->doc);
	json_t *doc;

	if (before == INSTANCE_STOPPING || before == INSTANCE_STOPPED)
		return instance_change(r->id, before, before);
	doc = call_edit(r->doc);
	instance_state_set(doc, INSTANCE_STOPPING);
	instance_transition_set(doc, "User initiated", call_now(c));
	if (hibernate)
		instance_reason_set(doc, "Client.UserInitiatedHibernate",
			"Client.UserInitiatedHibernate: User initiated hibernate");
	else
		instance_reason_set(doc, "Client.UserInitiatedShutdown",
			"Client.UserInitiatedShutdown: User initiated shutdown");
	json_object_set_new(doc, "_Hibernated", json_boolean(hibernate));
	json_object_del(doc, "_StatusFrom");
	timer_set(c->w, doc,
		hibernate ? INSTANCE_HIBERNATES_MS
		: force   ? INSTANCE_FORCED_STOPS_MS
			  : INSTANCE_STOPS_MS,
		"instance-stopped");
	resource_put(c->w, r, doc);
	return instance_change(r->id, before, INSTANCE_STOPPING);
}

static json_t *stop_instances(struct call *c)
{
	return answer("StoppingInstances", each_instance(c, may_stop, stop_one));
}

typedef void interface_fn(struct world *w, struct place_of interfaces, const char *id);

static void each_interface(struct world *w, const struct resource *r, interface_fn *run)
{
	struct place_of in = place(r->in.account, r->in.region, "network-interface");
	json_t *ids = json_deep_copy(in_list(r->doc, "_Interfaces")), *id;
	size_t i;

	json_array_foreach(ids, i, id) run(w, in, json_string_value(id));
	json_decref(ids);
}

static void stopped(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);
	struct resource now = *r;

	timer_clear(doc);
	instance_state_set(doc, INSTANCE_STOPPED);
	resource_put(w, r, doc);
	now.doc = doc;
	each_interface(w, &now, interface_stopped);
	now.doc = world_get(w, r->in, r->id);
	spot_instance_changed(w, &now, INSTANCE_STOPPED);
}

/* ---- starting ---- */

static bool may_use_ena(struct call *c, const struct type_facts *t, const struct resource *r)
{
	if (type_misses_ena(t, r->doc))
		call_fault(c, FAULT_ENA_REQUIRED_INSTANCE, t->name, r->id);
	return !call_failed(c);
}

static bool may_start(struct call *c, const struct resource *r)
{
	int state = instance_state(r->doc);
	const struct type_row *t = type_row_find(in_text(r->doc, "InstanceType"));
	const char *zone = in_text(r->doc, "Placement.AvailabilityZoneId");

	if (state == INSTANCE_RUNNING || state == INSTANCE_PENDING)
		return true;
	if (state != INSTANCE_STOPPED)
		call_fault(c, FAULT_INSTANCE_NOT_STARTABLE, r->id);
	else if (!t || !type_offered(t->facts.name, c->who.region, zone))
		call_fault(c, FAULT_UNSUPPORTED_TYPE);
	else
		return type_fits(c, &t->facts, r->doc) && may_use_ena(c, &t->facts, r);
	return false;
}

/* The keys of its volumes have to be there when it starts, too. */
static bool keys_fail(const struct call *c, const json_t *doc)
{
	json_t *mapping, *volume;
	const char *key, *id;
	size_t i;

	json_array_foreach(in_list(doc, "BlockDeviceMappings"), i, mapping)
	{
		id = in_text(mapping, "Ebs.VolumeId");
		volume = id ? call_get(c, "volume", id) : NULL;
		key = in_text(volume, "KmsKeyId");
		if (key && !kms_allows(c->w, c->who.account, key, "Decrypt"))
			return true;
	}
	return false;
}

/* Whether the root volume is where it has to be, and not on its way from there. */
static bool has_root(const json_t *doc)
{
	const char *root = in_text(doc, "RootDeviceName");
	json_t *mapping;
	size_t i;

	json_array_foreach(in_list(doc, "BlockDeviceMappings"), i, mapping)
	{
		const char *status = in_text(mapping, "Ebs.Status");

		if (root && strcmp(in_text(mapping, "DeviceName"), root) == 0)
			return !status || strcmp(status, "detaching") != 0;
	}
	return false;
}

static json_t *start_one(struct call *c, const struct resource *r)
{
	int before = instance_state(r->doc);
	struct resource now = *r;
	json_t *doc;

	if (before != INSTANCE_STOPPED)
		return instance_change(r->id, before, before);
	if (!has_root(r->doc)) {
		struct buf text = BUF_INIT;

		buf_addf(&text,
			"Invalid value '%s' for instanceId. Instance does not have a volume attached at root (%s)",
			r->id, in_text(r->doc, "RootDeviceName"));
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE, text.s);
		buf_release(&text);
		return NULL;
	}
	doc = call_edit(r->doc);
	instance_state_set(doc, INSTANCE_PENDING);
	instance_reason_set(doc, NULL, NULL);
	json_object_set_new(doc, "StateTransitionReason", json_string(""));
	json_object_set_new(doc, "LaunchTime", time_json(call_now(c)));
	json_object_set_new(doc, "_Hibernated", json_false());
	if (keys_fail(c, doc))
		timer_set(c->w, doc, INSTANCE_FAILS_MS, "instance-start-fails");
	else
		instance_begin(c->w, doc);
	resource_put(c->w, r, doc);
	now.doc = doc;
	each_interface(c->w, &now, interface_started);
	return instance_change(r->id, before, INSTANCE_PENDING);
}

static json_t *start_instances(struct call *c)
{
	json_t *list = each_instance(c, may_start, start_one);

	if (call_failed(c)) {
		json_decref(list);
		return NULL;
	}
	return answer("StartingInstances", list);
}

static void start_fails(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);
	struct resource now = *r;

	timer_clear(doc);
	instance_state_set(doc, INSTANCE_STOPPED);
	instance_reason_set(
		doc, "Client.InternalError", "Client.InternalError: Client error on launch");
	json_object_set_new(doc, "StateTransitionReason", json_string("Server.InternalError"));
	resource_put(w, r, doc);
	now.doc = doc;
	each_interface(w, &now, interface_stopped);
}

/* ---- terminating ---- */

static bool may_terminate(struct call *c, const struct resource *r)
{
	int state = instance_state(r->doc);

	if (state != INSTANCE_TERMINATED && state != INSTANCE_SHUTTING_DOWN &&
		in_bool(r->doc, "_DisableApiTermination", false))
		call_fault(c, FAULT_INSTANCE_PROTECTED, r->id);
	return !call_failed(c);
}

void instance_terminate(struct world *w, const struct resource *r, const char *who,
	const char *code, const char *message)
{
	json_t *doc = call_edit(r->doc);

	instance_state_set(doc, INSTANCE_SHUTTING_DOWN);
	instance_transition_set(doc, who, world_now(w));
	instance_reason_set(doc, code, message);
	json_object_del(doc, "_StatusFrom");
	timer_set(w, doc, INSTANCE_SHUTS_DOWN_MS, "instance-terminated");
	resource_put(w, r, doc);
}

static json_t *terminate_one(struct call *c, const struct resource *r)
{
	int before = instance_state(r->doc);

	if (before == INSTANCE_TERMINATED || before == INSTANCE_SHUTTING_DOWN)
		return instance_change(r->id, before, before);
	instance_terminate(c->w, r, "User initiated", "Client.UserInitiatedShutdown",
		"Client.UserInitiatedShutdown: User initiated shutdown");
	return instance_change(r->id, before, INSTANCE_SHUTTING_DOWN);
}

static json_t *terminate_instances(struct call *c)
{
	return answer("TerminatingInstances", each_instance(c, may_terminate, terminate_one));
}

/* Volumes go or stay as DeleteOnTermination says. */
static void give_up_volumes(struct world *w, const struct resource *r)
{
	struct place_of in = place(r->in.account, r->in.region, "volume");
	json_t *mappings = json_deep_copy(in_list(r->doc, "BlockDeviceMappings")), *mapping;
	size_t i;

	json_array_foreach(mappings, i, mapping)
	{
		const char *id = in_text(mapping, "Ebs.VolumeId");

		if (id && in_bool(mapping, "Ebs.DeleteOnTermination", false))
			volume_delete(w, in, id);
		else if (id)
			volume_detach(w, in, id);
	}
	json_decref(mappings);
}

void instance_end(struct world *w, const struct resource *r)
{
	static const char *const gone[] = {
		"SubnetId", "VpcId", "IamInstanceProfile", "_StatusFrom", "_UserData"};
	struct resource now = *r;
	json_t *doc;

	give_up_volumes(w, r);
	now.doc = world_get(w, r->in, r->id);
	each_interface(w, &now, interface_gone);
	instance_profile_forget(w, r->in, r->id);
	doc = call_edit(world_get(w, r->in, r->id));
	instance_state_set(doc, INSTANCE_TERMINATED);
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		json_object_del(doc, gone[i]);
	json_object_set_new(doc, "BlockDeviceMappings", json_array());
	json_object_set_new(doc, "_Interfaces", json_array());
	json_object_set_new(doc, "EbsOptimized", json_false());
	json_object_set_new(doc, "Monitoring", json_pack("{s:s}", "State", "disabled"));
	timer_set(w, doc, INSTANCE_FORGOTTEN_MS, "instance-forgotten");
	resource_put(w, r, doc);
	now.doc = doc;
	spot_instance_changed(w, &now, INSTANCE_TERMINATED);
}

static void forgotten(struct world *w, const struct resource *r)
{
	resource_put(w, r, NULL);
}

/* ---- rebooting ---- */

static bool may_reboot(struct call *c, const struct resource *r)
{
	if (instance_state(r->doc) != INSTANCE_RUNNING)
		call_fault(c, FAULT_INSTANCE_NOT_REBOOTABLE, r->id);
	return !call_failed(c);
}

static json_t *reboot_one(struct call *c, const struct resource *r)
{
	instance_reboot(c, r);
	return NULL;
}

static json_t *reboot_instances(struct call *c)
{
	json_t *list = each_instance(c, may_reboot, reboot_one);

	json_decref(list);
	return list ? json_object() : NULL;
}

/* ---- detailed monitoring ---- */

static json_t *set_monitoring(
	struct call *c, const struct resource *r, const char *state, const char *meanwhile)
{
	bool same = strcmp(in_text(r->doc, "Monitoring.State"), state) == 0;
	json_t *doc = call_edit(r->doc);

	json_object_set_new(doc, "Monitoring", json_pack("{s:s}", "State", state));
	resource_put(c->w, r, doc);
	return json_pack("{s:s, s:{s:s}}", "InstanceId", r->id, "Monitoring", "State",
		same ? state : meanwhile);
}

static json_t *monitor_one(struct call *c, const struct resource *r)
{
	return set_monitoring(c, r, "enabled", "pending");
}

static json_t *unmonitor_one(struct call *c, const struct resource *r)
{
	return set_monitoring(c, r, "disabled", "disabling");
}

static bool may_monitor(struct call *c, const struct resource *r)
{
	int state = instance_state(r->doc);

	if (state == INSTANCE_TERMINATED || state == INSTANCE_SHUTTING_DOWN)
		call_fault(c, FAULT_INSTANCE_STATE,
			"Monitoring cannot be changed for a terminated instance.");
	return !call_failed(c);
}

static json_t *monitor_instances(struct call *c)
{
	return answer("InstanceMonitorings", each_instance(c, may_monitor, monitor_one));
}

static json_t *unmonitor_instances(struct call *c)
{
	return answer("InstanceMonitorings", each_instance(c, may_monitor, unmonitor_one));
}

static const struct handler handlers[] = {
	{"StartInstances", start_instances},
	{"StopInstances", stop_instances},
	{"RebootInstances", reboot_instances},
	{"TerminateInstances", terminate_instances},
	{"MonitorInstances", monitor_instances},
	{"UnmonitorInstances", unmonitor_instances},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"instance-stopped", stopped},
	{"instance-start-fails", start_fails},
	{"instance-terminated", instance_end},
	{"instance-forgotten", forgotten},
	{NULL, NULL},
};
const struct family ops_instance_state = {"ec2", handlers, timers};
