/* instance.c - instances as all their operations need them: states, look-up, what is shown; see
 * instance.h. */
#include "ops/instance.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- states ---- */

static const char *state_name(int code)
{
	switch (code) {
	case INSTANCE_PENDING:
		return "pending";
	case INSTANCE_RUNNING:
		return "running";
	case INSTANCE_SHUTTING_DOWN:
		return "shutting-down";
	case INSTANCE_TERMINATED:
		return "terminated";
	case INSTANCE_STOPPING:
		return "stopping";
	default:
		return "stopped";
	}
}

int instance_state(const json_t *doc)
{
	return (int)in_int(doc, "State.Code", INSTANCE_TERMINATED);
}

json_t *instance_state_json(int code)
{
	return json_pack("{s:i, s:s}", "Code", code, "Name", state_name(code));
}

void instance_state_set(json_t *doc, int code)
{
	json_object_set_new(doc, "State", instance_state_json(code));
}

json_t *instance_change(const char *id, int before, int now)
{
	return json_pack("{s:s, s:o, s:o}", "InstanceId", id, "CurrentState",
		instance_state_json(now), "PreviousState", instance_state_json(before));
}

void instance_transition_set(json_t *doc, const char *who, int64_t ms)
{
	struct buf text = BUF_INIT;
	char when[TIME_TEXT];

	time_text(ms, when); /* "2026-01-01T00:00:05.000Z" */
	buf_addf(&text, "%s (%.10s %.8s GMT)", who, when, when + 11);
	json_object_set_new(doc, "StateTransitionReason", json_string(text.s));
	buf_release(&text);
}

void instance_reason_set(json_t *doc, const char *code, const char *message)
{
	if (code)
		json_object_set_new(doc, "StateReason",
			json_pack("{s:s, s:s}", "Code", code, "Message", message));
	else
		json_object_del(doc, "StateReason");
}

/* ---- look-up ---- */

bool instance_for_change(struct call *c, const char *id, struct resource *instance)
{
	json_t *doc;

	if (!id || !id_fits(id, "i")) {
		call_fault(c, FAULT_INVALID_INSTANCE_ID_MALFORMED, id ? id : "null");
		return false;
	}
	doc = call_get(c, "instance", id);
	if (!doc) {
		call_fault(c, FAULT_INVALID_INSTANCE_ID_NOT_FOUND, id);
		return false;
	}
	*instance = (struct resource){call_place(c, "instance"), id, doc, 0};
	return true;
}

/* All ids that nobody has, as EC2 lists them: one and several have a sentence each. */
static bool none_missing(struct call *c, json_t *ids)
{
	struct buf missing = BUF_INIT;
	size_t i, n = 0;
	json_t *each;

	json_array_foreach(ids, i, each)
	{
		const char *id = json_string_value(each);

		if (!id_fits(id, "i")) {
			call_fault(c, FAULT_INVALID_INSTANCE_ID_MALFORMED, id);
			break;
		}
		if (!call_get(c, "instance", id))
			buf_addf(&missing, "%s%s", n++ ? ", " : "", id);
	}
	if (n && !call_failed(c))
		call_fault(c,
			n == 1 ? FAULT_INVALID_INSTANCE_ID_NOT_FOUND
			       : FAULT_INVALID_INSTANCE_IDS_NOT_FOUND,
			missing.s);
	buf_release(&missing);
	return !call_failed(c);
}

bool instances_find(struct call *c, json_t *ids, struct resource **out, size_t *n)
{
	size_t i, k;
	json_t *each;

	*n = 0;
	*out = NULL;
	if (!json_array_size(ids)) {
		call_fault(c, FAULT_MISSING_PARAMETER, "InstanceId");
		return false;
	}
	if (!none_missing(c, ids))
		return false;
	*out = xcalloc(json_array_size(ids), sizeof **out);
	json_array_foreach(ids, i, each)
	{
		const char *id = json_string_value(each);

		for (k = 0; k < *n && strcmp((*out)[k].id, id) != 0;)
			k++;
		if (k == *n)
			(*out)[(*n)++] = (struct resource){
				call_place(c, "instance"), id, call_get(c, "instance", id), 0};
	}
	return true;
}

bool instance_is_windows(const json_t *doc)
{
	return in_text(doc, "Platform") != NULL;
}

json_t *instance_credit(const json_t *doc)
{
	return json_object_get(doc, "_CpuCredits");
}

/* ---- what its network interfaces say ---- */

static json_t *interface_of(const struct call *c, const json_t *id)
{
	return call_get(c, "network-interface", json_string_value(id));
}

/* The members of a NetworkInterface that an InstanceNetworkInterface has. */
static json_t *interface_view(const json_t *eni)
{
	static const char *const members[] = {"Association", "Description", "Groups",
		"Ipv6Addresses", "MacAddress", "NetworkInterfaceId", "OwnerId", "PrivateDnsName",
		"PrivateIpAddress", "PrivateIpAddresses", "SourceDestCheck", "Status", "SubnetId",
		"VpcId", "InterfaceType", "Operator"};
	static const char *const attachment[] = {"AttachTime", "AttachmentId",
		"DeleteOnTermination", "DeviceIndex", "Status", "NetworkCardIndex"};
	json_t *view = json_object(), *at = json_object();

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(view, members[i], json_object_get(eni, members[i]));
	for (size_t i = 0; i < ARRAY_LEN(attachment); i++)
		json_object_set(
			at, attachment[i], in_get(in_get(eni, "Attachment"), attachment[i]));
	json_object_set_new(view, "Attachment", at);
	return view;
}

/* EC2 does not say ids of associations and allocations here. */
static json_t *association_view(const json_t *association)
{
	static const char *const members[] = {
		"CarrierIp", "CustomerOwnedIp", "IpOwnerId", "PublicDnsName", "PublicIp"};
	json_t *view = json_object();

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(view, members[i], json_object_get(association, members[i]));
	return view;
}

static void trim_associations(json_t *view)
{
	json_t *list = json_array(), *address, *copy;
	size_t i;

	if (in_has(view, "Association"))
		json_object_set_new(
			view, "Association", association_view(in_get(view, "Association")));
	json_array_foreach(in_list(view, "PrivateIpAddresses"), i, address)
	{
		copy = json_copy(address);
		if (in_has(copy, "Association"))
			json_object_set_new(
				copy, "Association", association_view(in_get(copy, "Association")));
		json_array_append_new(list, copy);
	}
	json_object_set_new(view, "PrivateIpAddresses", list);
}

/* The addresses of the primary interface are the instance's. */
static void add_addresses(json_t *view, const json_t *eni)
{
	static const char *const same[] = {
		"PrivateIpAddress", "PrivateDnsName", "SubnetId", "VpcId", "SourceDestCheck"};
	const char *name = in_text(eni, "Association.PublicDnsName");

	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		json_object_set(view, same[i], json_object_get(eni, same[i]));
	json_object_set(view, "PublicIpAddress", in_get(eni, "Association.PublicIp"));
	json_object_set_new(view, "PublicDnsName", json_string(name ? name : ""));
	json_object_set(view, "SecurityGroups", json_object_get(eni, "Groups"));
}

static void add_interfaces(const struct call *c, json_t *view)
{
	json_t *list = json_array(), *raw = json_array(), *id, *eni, *shown;
	size_t i;

	json_array_foreach(in_list(view, "_Interfaces"), i, id)
	{
		eni = interface_of(c, id);
		if (!eni)
			continue;
		if (!json_array_size(list))
			add_addresses(view, eni);
		shown = interface_view(eni);
		trim_associations(shown);
		json_array_append_new(list, shown);
		json_array_append(raw, eni);
	}
	if (!json_array_size(list))
		json_object_update_new(view, json_pack("{s:s, s:s, s:[]}", "PublicDnsName", "",
						     "PrivateDnsName", "", "SecurityGroups"));
	json_object_set_new(view, "NetworkInterfaces", list);
	json_object_set_new(view, "_interfaces", raw);
}

json_t *instance_view(const struct call *c, const struct resource *r)
{
	json_t *view = json_copy(r->doc);

	add_interfaces(c, view);
	json_object_set_new(view, "_OwnerId", json_string(r->in.account));
	if (!json_array_size(in_list(view, "Tags")))
		json_object_del(view, "Tags");
	return view;
}

void instance_interfaces_set(struct call *c, const json_t *doc, const char *member, json_t *value)
{
	json_t *id, *eni;
	size_t i;

	json_array_foreach(in_list(doc, "_Interfaces"), i, id)
	{
		eni = interface_of(c, id);
		if (!eni || i > 0)
			continue;
		eni = call_edit(eni);
		json_object_set(eni, member, value);
		call_put(c, "network-interface", json_string_value(id), eni);
	}
	json_decref(value);
}

/* ---- calls without a caller ---- */

void timer_call(struct timer_call *t, struct world *w, struct place_of in, const char *operation,
	json_t *request)
{
	*t = (struct timer_call){.answer = OPS_ANSWER_INIT};
	snprintf(t->arn, sizeof t->arn, "arn:aws:iam::%.12s:user/learner", in.account);
	snprintf(t->user, sizeof t->user, "AIDALEARN%.12s", in.account);
	t->call = (struct call){
		.w = w,
		.op = model_find_operation("ec2", operation),
		.who = {.account = in.account,
			.region = in.region,
			.arn = t->arn,
			.user_id = t->user},
		.in = request,
		.answer = &t->answer,
	};
}

void timer_call_release(struct timer_call *t)
{
	ops_answer_release(&t->answer);
}
