/*
 * interface.c - network interfaces of instances: planning, making, their public addresses, and
 * DescribeNetworkInterfaces. See links.h and network.h.
 */
#include "ops/network.h"

#include "ops/region.h"

#include <stdio.h>
#include <string.h>

enum {
	GROUPS_MAX = 5,              /* security groups of an interface */
	DOCUMENTATION_IPS = 2 * 254, /* in 198.51.100.0/24 and 203.0.113.0/24 */
	DOCUMENTATION_FULL = 400,    /* so many taken: go on elsewhere */
};

static struct place_of beside(struct place_of in, const char *kind)
{
	return place(in.account, in.region, kind);
}

/* ---- public addresses ---- */

/*
 * Nobody's real address may appear here, so public addresses are of the blocks for documentation
 * (RFC 5737); when those are nearly used up, of the shared address space 100.64.0.0/10 (RFC 6598).
 */
static uint32_t some_public_ip(struct world *w)
{
	uint64_t n = world_random(w);

	if (world_count(w, place("", "", "public-ip")) >= DOCUMENTATION_FULL)
		return 0x64400000u + (uint32_t)(n % (1u << 22));
	n %= DOCUMENTATION_IPS;
	return n < 254 ? 0xc6336401u + (uint32_t)n : 0xcb007101u + (uint32_t)(n - 254);
}

void public_ip_take(struct world *w, const char *region, const char *owner, const char *not_this,
	char out[IP_TEXT])
{
	do
		ip_text(some_public_ip(w), out);
	while (world_get(w, place("", "", "public-ip"), out) ||
		(not_this && strcmp(out, not_this) == 0));
	world_put(w, place("", "", "public-ip"), out,
		json_pack("{s:s, s:s}", "Region", region, "Owner", owner));
}

void public_ip_give(struct world *w, const char *ip)
{
	if (world_get(w, place("", "", "public-ip"), ip))
		world_put(w, place("", "", "public-ip"), ip, NULL);
}

/* "172.31.1.2" -> "172-31-1-2" */
static void dashed(const char *ip, char out[IP_TEXT])
{
	size_t i;

	for (i = 0; i < IP_TEXT - 1 && ip[i]; i++)
		out[i] = ip[i] == '.' ? '-' : ip[i];
	out[i] = '\0';
}

enum { NAME_TEXT = 96 };

/* us-east-1 is older than the rule that a name has its Region in it. */
static void public_name(const char *region, const char *ip, char out[NAME_TEXT])
{
	char host[IP_TEXT];

	dashed(ip, host);
	if (strcmp(region, "us-east-1") == 0)
		snprintf(out, NAME_TEXT, "ec2-%s.compute-1.amazonaws.com", host);
	else
		snprintf(out, NAME_TEXT, "ec2-%s.%s.compute.amazonaws.com", host, region);
}

static void private_name(const char *region, const char *ip, char out[NAME_TEXT])
{
	char host[IP_TEXT];

	dashed(ip, host);
	if (strcmp(region, "us-east-1") == 0)
		snprintf(out, NAME_TEXT, "ip-%s.ec2.internal", host);
	else
		snprintf(out, NAME_TEXT, "ip-%s.%s.compute.internal", host, region);
}

static json_t *association(
	struct world *w, struct place_of in, const json_t *doc, const struct public_link *link)
{
	json_t *vpc = world_get(w, beside(in, "vpc"), in_text(doc, "VpcId")), *out = json_object();
	char name[NAME_TEXT];

	public_name(in.region, link->ip, name);
	if (link->allocation)
		json_object_set_new(out, "AllocationId", json_string(link->allocation));
	if (link->association)
		json_object_set_new(out, "AssociationId", json_string(link->association));
	json_object_set_new(
		out, "IpOwnerId", json_string(link->allocation ? in.account : "amazon"));
	json_object_set_new(
		out, "PublicDnsName", json_string(in_bool(vpc, "_Dns", false) ? name : ""));
	json_object_set_new(out, "PublicIp", json_string(link->ip));
	return out;
}

void interface_set_public(
	struct world *w, struct place_of interfaces, const char *id, const struct public_link *link)
{
	json_t *doc = world_get(w, interfaces, id), *primary, *as;

	if (!doc)
		return;
	doc = call_edit(doc);
	primary = json_array_get(json_object_get(doc, "PrivateIpAddresses"), 0);
	if (link->ip) {
		as = association(w, interfaces, doc, link);
		json_object_set(doc, "Association", as);
		json_object_set_new(doc, "_LastPublicIp", json_string(link->ip));
		json_object_set(doc, "PublicDnsName", json_object_get(as, "PublicDnsName"));
		if (!*in_text(as, "PublicDnsName"))
			json_object_del(doc, "PublicDnsName");
		json_object_set_new(primary, "Association", as);
	} else {
		json_object_del(doc, "Association");
		json_object_del(doc, "PublicDnsName");
		json_object_del(primary, "Association");
	}
	world_put(w, interfaces, id, doc);
}

/* An address of its own goes back; an Elastic IP address stays where it is. */
static void drop_own_public(struct world *w, struct place_of interfaces, const char *id)
{
	const json_t *doc = world_get(w, interfaces, id);
	const char *ip = in_text(doc, "Association.PublicIp");

	if (!ip || in_has(doc, "Association.AllocationId"))
		return;
	public_ip_give(w, ip);
	interface_set_public(w, interfaces, id, &(struct public_link){NULL, NULL, NULL});
}

void interface_own_public(struct world *w, struct place_of interfaces, const char *id)
{
	const json_t *doc = world_get(w, interfaces, id);
	char ip[IP_TEXT];

	if (!doc || !in_bool(doc, "_AutoPublic", false) || in_has(doc, "Association"))
		return;
	public_ip_take(w, interfaces.region, id, in_text(doc, "_LastPublicIp"), ip);
	interface_set_public(w, interfaces, id, &(struct public_link){ip, NULL, NULL});
}

/* ---- planning ---- */

static json_t *default_subnet(const struct call *c, const char *vpc, const char *zone)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "subnet", &at, &r))
		if (in_bool(r.doc, "DefaultForAz", false) &&
			strcmp(in_text(r.doc, "VpcId"), vpc) == 0 &&
			(!zone || strcmp(in_text(r.doc, "AvailabilityZone"), zone) == 0))
			return r.doc;
	return NULL;
}

static json_t *plan_default_subnet(struct call *c, const struct interface_plan *p)
{
	json_t *vpc = default_vpc(c), *subnet;
	struct zone zone;

	if (p->zone && !zone_seen(c, p->zone, &zone))
		return call_fault(c, FAULT_INVALID_ZONE_NAME, p->zone);
	if (!vpc)
		return call_fault(c, FAULT_VPC_NOT_SPECIFIED);
	subnet = default_subnet(c, in_text(vpc, "VpcId"), p->zone ? zone.name : NULL);
	return subnet ? subnet : call_fault(c, FAULT_NO_DEFAULT_SUBNET, in_text(vpc, "VpcId"));
}

static json_t *plan_subnet(struct call *c, const struct interface_plan *p)
{
	json_t *subnet;
	struct zone zone;

	if (!p->subnet_id)
		return plan_default_subnet(c, p);
	subnet = subnet_for_use(c, p->subnet_id);
	if (!subnet || !p->zone)
		return subnet;
	if (!zone_seen(c, p->zone, &zone))
		return call_fault(c, FAULT_INVALID_ZONE_NAME, p->zone);
	if (strcmp(zone.name, in_text(subnet, "AvailabilityZone")) != 0)
		return call_fault(c, FAULT_SUBNET_OTHER_ZONE, p->subnet_id, p->zone);
	return subnet;
}

static bool check_address(struct call *c, const struct interface_plan *p, const json_t *subnet)
{
	struct buf id = BUF_INIT;
	struct cidr block;
	uint32_t ip, last;

	if (!p->private_ip || !cidr_parse(in_text(subnet, "CidrBlock"), &block))
		return true;
	last = block.net + (uint32_t)(cidr_size(block) - 1);
	buf_addf(&id, "%s/%s", in_text(subnet, "SubnetId"), p->private_ip);
	if (!ip_parse(p->private_ip, &ip))
		call_fault(
			c, FAULT_INVALID_VALUE, p->private_ip, "address", "Invalid IPv4 address.");
	else if (!cidr_holds(block, ip))
		call_fault(c, FAULT_IP_OUTSIDE_SUBNET);
	else if (ip < block.net + 4 || ip == last)
		call_fault(c, FAULT_IP_RESERVED, p->private_ip);
	else if (call_get(c, "subnet-ip", id.s))
		call_fault(c, FAULT_IP_IN_USE, p->private_ip);
	buf_release(&id);
	return !call_failed(c);
}

/* {GroupId, GroupName} of a group that has to be in the VPC. */
static json_t *group_entry(struct call *c, const json_t *group, const json_t *subnet)
{
	const char *id = in_text(group, "GroupId");

	if (strcmp(in_text(group, "VpcId"), in_text(subnet, "VpcId")) != 0)
		return call_fault(c, FAULT_DIFFERENT_NETWORKS, id, in_text(subnet, "SubnetId"));
	return json_pack("{s:s, s:s}", "GroupId", id, "GroupName", in_text(group, "GroupName"));
}

static bool add_group(struct call *c, json_t *list, const json_t *group, const json_t *subnet)
{
	json_t *entry = group ? group_entry(c, group, subnet) : NULL;

	if (entry)
		json_array_append_new(list, entry);
	return entry != NULL;
}

/* The interface's Groups; NULL and a fault. */
static json_t *plan_groups(struct call *c, const struct interface_plan *p, const json_t *subnet)
{
	json_t *list = json_array(), *each;
	const char *text;
	size_t i;
	bool ok = true;

	if (json_array_size(p->group_ids) + json_array_size(p->group_names) == 0)
		ok = add_group(
			c, list, group_named(c, in_text(subnet, "VpcId"), "default"), subnet);
	json_array_foreach((json_t *)(uintptr_t)p->group_ids, i, each)
	{
		text = json_string_value(each);
		ok = ok && add_group(c, list, group_for_use(c, text, NULL), subnet);
	}
	if (json_array_size(p->group_names) && p->subnet_id) {
		call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter groupName cannot be used with the parameter subnet");
		ok = false;
	}
	json_array_foreach((json_t *)(uintptr_t)p->group_names, i, each)
	{
		text = json_string_value(each);
		ok = ok && add_group(c, list, group_for_use(c, NULL, text), subnet);
	}
	if (ok && json_array_size(list) > GROUPS_MAX) {
		call_fault(c, FAULT_GROUPS_PER_INTERFACE);
		ok = false;
	}
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

bool interface_plan_check(struct call *c, const struct interface_plan *p, const char **vpc,
	const char **subnet, const char **zone)
{
	json_t *where = plan_subnet(c, p), *groups;

	if (!where || !check_address(c, p, where))
		return false;
	groups = plan_groups(c, p, where);
	if (!groups)
		return false;
	json_decref(groups);
	if (in_int(where, "AvailableIpAddressCount", 0) <= 0) {
		call_fault(c, FAULT_SUBNET_FULL, in_text(where, "SubnetId"));
		return false;
	}
	*vpc = in_text(where, "VpcId");
	*subnet = in_text(where, "SubnetId");
	*zone = in_text(where, "AvailabilityZone");
	return true;
}

/* ---- making ---- */

static void mac_address(const char *id, char out[24])
{
	uint64_t n = text_hash(id);

	snprintf(out, 24, "0a:ff:%02x:%02x:%02x:%02x", (unsigned)(n & 255),
		(unsigned)(n >> 8 & 255), (unsigned)(n >> 16 & 255), (unsigned)(n >> 24 & 255));
}

static json_t *attachment(struct call *c, const struct interface_plan *p, const char *instance_id)
{
	char id[WORLD_ID];

	call_id(c, "eni-attach", id);
	return json_pack("{s:o, s:s, s:b, s:I, s:i, s:s, s:s, s:s}", "AttachTime",
		time_json(call_now(c)), "AttachmentId", id, "DeleteOnTermination",
		p->delete_on_termination, "DeviceIndex", (json_int_t)p->device_index,
		"NetworkCardIndex", 0, "InstanceId", instance_id, "InstanceOwnerId", c->who.account,
		"Status", "attached");
}

/* Borrows the groups. */
static json_t *interface_doc(struct call *c, const struct interface_plan *p, const char *id,
	const json_t *subnet, const char *ip, json_t *groups)
{
	char mac[24], name[NAME_TEXT];

	mac_address(id, mac);
	private_name(c->who.region, ip, name);
	return json_pack("{s:s, s:s, s:s, s:O, s:s, s:[], s:s, s:s, s:s, s:s, s:s, "
			 "s:[{s:b, s:s, s:s}], s:b, s:b, s:s, s:s, s:s, s:{s:b}}",
		"AvailabilityZone", in_text(subnet, "AvailabilityZone"), "AvailabilityZoneId",
		in_text(subnet, "AvailabilityZoneId"), "Description",
		p->description ? p->description : "", "Groups", groups, "InterfaceType",
		"interface", "Ipv6Addresses", "MacAddress", mac, "NetworkInterfaceId", id,
		"OwnerId", c->who.account, "PrivateDnsName", name, "PrivateIpAddress", ip,
		"PrivateIpAddresses", "Primary", 1, "PrivateDnsName", name, "PrivateIpAddress", ip,
		"RequesterManaged", 0, "SourceDestCheck", 1, "Status", "in-use", "SubnetId",
		in_text(subnet, "SubnetId"), "VpcId", in_text(subnet, "VpcId"), "Operator",
		"Managed", 0);
}

bool interface_make(
	struct call *c, const struct interface_plan *p, const char *instance_id, char id[WORLD_ID])
{
	json_t *subnet = plan_subnet(c, p), *groups = subnet ? plan_groups(c, p, subnet) : NULL,
	       *doc;
	bool public = groups && (p->public_ip < 0 ? in_bool(subnet, "MapPublicIpOnLaunch", false)
						  : p->public_ip > 0);
	char ip[IP_TEXT];

	if (!groups)
		return false;
	call_id(c, "eni", id);
	if (!subnet_take_ip(c->w, call_place(c, "subnet"), in_text(subnet, "SubnetId"),
		    p->private_ip, id, ip)) {
		if (p->private_ip)
			call_fault(c, FAULT_IP_IN_USE, p->private_ip);
		else
			call_fault(c, FAULT_SUBNET_FULL, in_text(subnet, "SubnetId"));
		json_decref(groups);
		return false;
	}
	subnet = plan_subnet(c, p); /* it counts its addresses, so it is another document now */
	doc = interface_doc(c, p, id, subnet, ip, groups);
	json_decref(groups);
	json_object_set_new(doc, "Attachment", attachment(c, p, instance_id));
	json_object_set_new(doc, "_AutoPublic", json_boolean(public));
	tags_set(c, "network-interface", doc);
	call_put(c, "network-interface", id, doc);
	interface_own_public(c->w, call_place(c, "network-interface"), id);
	return true;
}

/* ---- with the life of the instance ---- */

void interface_stopped(struct world *w, struct place_of interfaces, const char *id)
{
	drop_own_public(w, interfaces, id);
}

void interface_started(struct world *w, struct place_of interfaces, const char *id)
{
	interface_own_public(w, interfaces, id);
}

/* An interface that outlives its instance is there for another one. */
static void detach(struct world *w, struct place_of interfaces, const char *id)
{
	json_t *doc = call_edit(world_get(w, interfaces, id));

	json_object_del(doc, "Attachment");
	json_object_set_new(doc, "Status", json_string("available"));
	json_object_set_new(doc, "_AutoPublic", json_false());
	world_put(w, interfaces, id, doc);
}

void interface_gone(struct world *w, struct place_of interfaces, const char *id)
{
	json_t *doc;

	drop_own_public(w, interfaces, id);
	doc = world_get(w, interfaces, id);
	if (!doc)
		return;
	if (!in_bool(doc, "Attachment.DeleteOnTermination", true)) {
		detach(w, interfaces, id);
		return;
	}
	if (in_has(doc, "Association.AllocationId")) {
		address_let_go(
			w, beside(interfaces, "address"), in_text(doc, "Association.AllocationId"));
	}
	subnet_give_ip(w, beside(interfaces, "subnet"), in_text(doc, "SubnetId"),
		in_text(doc, "PrivateIpAddress"));
	world_put(w, interfaces, id, NULL);
}

json_t *interface_of_instance(const struct call *c, const char *instance_id)
{
	json_t *instance = call_get(c, "instance", instance_id);
	const char *id = json_string_value(json_array_get(in_list(instance, "_Interfaces"), 0));

	return id ? call_get(c, "network-interface", id) : NULL;
}

/* ---- describing ---- */

static const struct filter_path filters[] = {
	{"addresses.association.owner-id", "PrivateIpAddresses.Association.IpOwnerId"},
	{"addresses.association.public-ip", "PrivateIpAddresses.Association.PublicIp"},
	{"addresses.primary", "PrivateIpAddresses.Primary"},
	{"addresses.private-ip-address", "PrivateIpAddresses.PrivateIpAddress"},
	{"group-id", "Groups.GroupId"},
	{"ipv6-addresses.ipv6-address", "Ipv6Addresses.Ipv6Address"},
	{NULL, NULL},
};

/* An interface's tags are its TagSet; filters and everything else look for Tags. */
static json_t *with_tag_set(json_t *view)
{
	json_t *out = json_copy(view), *tags = json_object_get(view, "Tags");

	json_object_set_new(out, "TagSet", tags ? json_incref(tags) : json_array());
	json_object_del(out, "Tags");
	return out;
}

static json_t *describe_interfaces(struct call *c)
{
	json_t *found = call_describe(c, &(struct describe){.kind = "network-interface",
						 .result = "NetworkInterfaces",
						 .ids = "NetworkInterfaceIds",
						 .prefix = "eni",
						 .malformed = FAULT_INVALID_INTERFACE_MALFORMED,
						 .not_found = FAULT_INVALID_INTERFACE_NOT_FOUND,
						 .filters = filters});
	json_t *list, *view;
	size_t i;

	if (!found)
		return NULL;
	list = json_array();
	json_array_foreach(json_object_get(found, "NetworkInterfaces"), i, view)
	{
		json_array_append_new(list, with_tag_set(view));
	}
	json_object_set_new(found, "NetworkInterfaces", list);
	return found;
}

static const struct handler handlers[] = {
	{"DescribeNetworkInterfaces", describe_interfaces},
	{NULL, NULL},
};

const struct family ops_interface = {"ec2", handlers, NULL};
