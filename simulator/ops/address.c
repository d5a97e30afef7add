/*
 * address.c - Elastic IP addresses. Source of limits and texts: the EC2 API reference, the quota of
 * five addresses a Region.
 */
#include "ops/network.h"

#include "ops/region.h"

#include <string.h>

enum { ADDRESSES_MAX = 5 };

/* ---- looking for addresses ---- */

static json_t *by_allocation(struct call *c, const char *id)
{
	json_t *doc;

	if (!id_fits(id, "eipalloc"))
		return call_fault(c, FAULT_INVALID_ALLOCATION_MALFORMED, id);
	doc = call_get(c, "address", id);
	return doc ? doc : call_fault(c, FAULT_INVALID_ALLOCATION_NOT_FOUND, id);
}

/* The caller's address of which `member` is `text`; NULL: none, no fault. */
static json_t *by_member(const struct call *c, const char *member, const char *text)
{
	struct world_cursor at = {0};
	struct resource r;
	const char *have;

	while (call_next(c, "address", &at, &r)) {
		have = in_text(r.doc, member);
		if (have && strcmp(have, text) == 0)
			return r.doc;
	}
	return NULL;
}

/* ---- allocating and releasing ---- */

static bool check_allocate(struct call *c)
{
	const char *domain = in_text(c->in, "Domain"), *pool = in_text(c->in, "PublicIpv4Pool");
	const char *ipam = in_text(c->in, "IpamPoolId"),
		   *border = in_text(c->in, "NetworkBorderGroup");
	const char *wish = in_text(c->in, "Address"),
		   *own = in_text(c->in, "CustomerOwnedIpv4Pool");

	if (domain && strcmp(domain, "standard") == 0)
		call_fault(c, FAULT_UNSUPPORTED,
			"The 'standard' domain is no longer supported. Use the 'vpc' domain.");
	else if (ipam)
		call_fault(c, FAULT_INVALID_IPAM_POOL, ipam);
	else if (pool && strcmp(pool, "amazon") != 0)
		call_fault(c, FAULT_INVALID_PUBLIC_POOL, pool);
	else if (own)
		call_fault(c, FAULT_INVALID_COIP_POOL, own);
	else if (border && strcmp(border, c->who.region) != 0)
		call_fault(c, FAULT_INVALID_VALUE, border, "networkBorderGroup",
			"The network border group does not exist in this Region or is not enabled.");
	else if (wish && (!call_get(c, "released-address", wish) ||
				 world_get(c->w, place("", "", "public-ip"), wish)))
		call_fault(c, FAULT_INVALID_ADDRESS_NOT_FOUND, wish);
	return !call_failed(c);
}

/* The address of one's own that was released and nobody has yet; or any. */
static void take_address(struct call *c, const char *id, char ip[IP_TEXT])
{
	const char *wish = in_text(c->in, "Address");
	uint32_t n;

	if (!wish || !ip_parse(wish, &n)) {
		public_ip_take(c->w, c->who.region, id, NULL, ip);
		return;
	}
	ip_text(n, ip);
	world_put(c->w, place("", "", "public-ip"), ip,
		json_pack("{s:s, s:s}", "Region", c->who.region, "Owner", id));
	call_drop(c, "released-address", ip);
}

static json_t *allocate(struct call *c)
{
	static const char *const types[] = {"elastic-ip", NULL};
	char id[WORLD_ID], ip[IP_TEXT];
	json_t *doc;

	if (!tags_check(c, types) || !check_allocate(c))
		return NULL;
	if (world_count(c->w, call_place(c, "address")) >= ADDRESSES_MAX)
		return call_fault(c, FAULT_ADDRESS_LIMIT);
	call_id(c, "eipalloc", id);
	take_address(c, id, ip);
	doc = json_pack("{s:s, s:s, s:s, s:s, s:s}", "AllocationId", id, "Domain", "vpc",
		"PublicIpv4Pool", "amazon", "NetworkBorderGroup", c->who.region, "PublicIp", ip);
	tags_set(c, "elastic-ip", doc);
	call_put(c, "address", id, doc);
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "AllocationId", id, "PublicIpv4Pool",
		"amazon", "NetworkBorderGroup", c->who.region, "Domain", "vpc", "PublicIp", ip);
}

static json_t *address_to_release(struct call *c)
{
	const char *id = in_text(c->in, "AllocationId"), *ip = in_text(c->in, "PublicIp");

	if (id && ip)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"You may specify public IP or allocation id, but not both in the same call");
	if (id)
		return by_allocation(c, id);
	if (!ip)
		return call_fault(c, FAULT_MISSING_PARAMETER, "AllocationId");
	if (!by_member(c, "PublicIp", ip))
		return call_fault(c, FAULT_ADDRESS_NOT_YOURS, ip);
	return call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
		"You must specify an allocation id when releasing a VPC elastic IP address");
}

static json_t *release(struct call *c)
{
	json_t *doc = address_to_release(c);
	char id[WORLD_ID], ip[IP_TEXT];

	if (!doc)
		return NULL;
	snprintf(id, sizeof id, "%s", in_text(doc, "AllocationId"));
	snprintf(ip, sizeof ip, "%s", in_text(doc, "PublicIp"));
	if (in_has(doc, "AssociationId"))
		return call_fault(c, FAULT_ADDRESS_IN_USE, ip);
	call_drop(c, "address", id);
	public_ip_give(c->w, ip);
	/* AWS gives back what nobody has got meanwhile; that is so of the latest best */
	forget_oldest(c->w, call_place(c, "released-address"), FORGET_MOST, NULL);
	call_put(c, "released-address", ip, json_object());
	return json_object();
}

/* ---- associating ---- */

/* The members that an association adds to the address. */
static const char *const linked[] = {"AssociationId", "InstanceId", "NetworkInterfaceId",
	"NetworkInterfaceOwnerId", "PrivateIpAddress", "SubnetId"};

void address_let_go(struct world *w, struct place_of addresses, const char *allocation)
{
	json_t *doc = world_get(w, addresses, allocation);

	if (!doc)
		return;
	doc = call_edit(doc);
	for (size_t i = 0; i < sizeof linked / sizeof linked[0]; i++)
		json_object_del(doc, linked[i]);
	world_put(w, addresses, allocation, doc);
}

/* Takes the address off its interface, which may get one of its own again. */
static void disassociate_doc(struct call *c, const json_t *doc)
{
	struct place_of interfaces = call_place(c, "network-interface");
	char interface[WORLD_ID], allocation[WORLD_ID];

	snprintf(allocation, sizeof allocation, "%s", in_text(doc, "AllocationId"));
	snprintf(interface, sizeof interface, "%s", in_text(doc, "NetworkInterfaceId"));
	address_let_go(c->w, call_place(c, "address"), allocation);
	interface_set_public(c->w, interfaces, interface, &(struct public_link){NULL, NULL, NULL});
}

static bool instance_runs(const struct call *c, const json_t *interface)
{
	const char *id = in_text(interface, "Attachment.InstanceId");
	const char *state = id ? in_text(call_get(c, "instance", id), "State.Name") : NULL;

	return state && (strcmp(state, "running") == 0 || strcmp(state, "pending") == 0);
}

static json_t *interface_of_request(struct call *c)
{
	const char *instance = in_text(c->in, "InstanceId"),
		   *eni = in_text(c->in, "NetworkInterfaceId");
	struct resource r;
	json_t *doc;

	if (instance && eni)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"You may specify instance id or network interface id, but not both in the same call");
	if (eni) {
		doc = call_get(c, "network-interface", eni);
		return doc ? doc : call_fault(c, FAULT_INVALID_INTERFACE_NOT_FOUND, eni);
	}
	if (!instance)
		return call_fault(c, FAULT_EITHER_PARAMETER, "instanceId", "networkInterfaceId");
	if (!instance_for_change(c, instance, &r))
		return NULL;
	if (strcmp(in_text(r.doc, "State.Name"), "pending") == 0)
		return call_fault(c, FAULT_ADDRESS_PENDING_INSTANCE, instance);
	doc = interface_of_instance(c, instance);
	return doc ? doc : call_fault(c, FAULT_INVALID_INSTANCE_ID_NOT_FOUND, instance);
}

static bool check_associate(struct call *c, const json_t *doc, const json_t *interface)
{
	const char *wish = in_text(c->in, "PrivateIpAddress"),
		   *have = in_text(doc, "AssociationId");
	const char *other = in_text(interface, "Association.AssociationId");
	const char *vpc = in_text(interface, "VpcId");
	bool again = in_bool(c->in, "AllowReassociation", true);

	if (wish && strcmp(wish, in_text(interface, "PrivateIpAddress")) != 0)
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"The specified private IP address is not assigned to the network interface.");
	else if (!vpc_gateway(c->w, c->who.account, c->who.region, vpc))
		call_fault(c, FAULT_NO_GATEWAY, vpc);
	else if (have && !again)
		call_fault(c, FAULT_ALREADY_ASSOCIATED, in_text(doc, "AllocationId"), have);
	else if (other && !again)
		call_fault(c, FAULT_ALREADY_ASSOCIATED, in_text(interface, "NetworkInterfaceId"),
			other);
	return !call_failed(c);
}

static json_t *address_to_associate(struct call *c)
{
	const char *id = in_text(c->in, "AllocationId"), *ip = in_text(c->in, "PublicIp");
	json_t *doc;

	if (id && ip)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"You may specify public IP or allocation id, but not both in the same call");
	if (id)
		return by_allocation(c, id);
	if (!ip)
		return call_fault(c, FAULT_EITHER_PARAMETER, "publicIp", "allocationId");
	doc = by_member(c, "PublicIp", ip);
	return doc ? doc : call_fault(c, FAULT_ADDRESS_NOT_YOURS, ip);
}

/* What the interface has had so far goes: an address of its own for good, another Elastic IP free.
 */
static void clear_interface(struct call *c, const char *eni)
{
	struct place_of interfaces = call_place(c, "network-interface");
	const char *other = in_text(world_get(c->w, interfaces, eni), "Association.AllocationId");

	if (other)
		disassociate_doc(c, call_get(c, "address", other));
	else
		interface_stopped(c->w, interfaces, eni);
}

static void note_association(
	struct call *c, const char *allocation, const char *association, const json_t *interface)
{
	json_t *doc = call_edit(call_get(c, "address", allocation));
	const char *instance = in_text(interface, "Attachment.InstanceId");

	json_object_set_new(doc, "AssociationId", json_string(association));
	if (instance)
		json_object_set_new(doc, "InstanceId", json_string(instance));
	json_object_set(doc, "NetworkInterfaceId", in_get(interface, "NetworkInterfaceId"));
	json_object_set_new(doc, "NetworkInterfaceOwnerId", json_string(c->who.account));
	json_object_set(doc, "PrivateIpAddress", in_get(interface, "PrivateIpAddress"));
	json_object_set(doc, "SubnetId", in_get(interface, "SubnetId"));
	call_put(c, "address", allocation, doc);
}

static json_t *associate(struct call *c)
{
	json_t *doc = address_to_associate(c), *interface = doc ? interface_of_request(c) : NULL;
	char allocation[WORLD_ID], eni[WORLD_ID], id[WORLD_ID], ip[IP_TEXT];

	if (!interface || !check_associate(c, doc, interface))
		return NULL;
	snprintf(allocation, sizeof allocation, "%s", in_text(doc, "AllocationId"));
	snprintf(ip, sizeof ip, "%s", in_text(doc, "PublicIp"));
	snprintf(eni, sizeof eni, "%s", in_text(interface, "NetworkInterfaceId"));
	if (in_has(doc, "AssociationId") &&
		strcmp(in_text(doc, "NetworkInterfaceId"), eni) == 0) /* nothing to do */
		return json_pack("{s:s}", "AssociationId", in_text(doc, "AssociationId"));
	if (in_has(doc, "AssociationId"))
		disassociate_doc(c, doc);
	clear_interface(c, eni);
	call_id(c, "eipassoc", id);
	note_association(c, allocation, id, call_get(c, "network-interface", eni));
	interface_set_public(c->w, call_place(c, "network-interface"), eni,
		&(struct public_link){ip, allocation, id});
	return json_pack("{s:s}", "AssociationId", id);
}

static json_t *association_to_end(struct call *c)
{
	const char *id = in_text(c->in, "AssociationId"), *ip = in_text(c->in, "PublicIp");
	json_t *doc;

	if (id && ip)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"You may specify public IP or association id, but not both in the same call");
	if (!id && !ip)
		return call_fault(c, FAULT_EITHER_PARAMETER, "publicIp", "associationId");
	doc = by_member(c, id ? "AssociationId" : "PublicIp", id ? id : ip);
	if (!doc && id)
		return call_fault(c, FAULT_INVALID_ASSOCIATION_NOT_FOUND, id);
	if (!doc)
		return call_fault(c, FAULT_ADDRESS_NOT_YOURS, ip);
	if (!in_has(doc, "AssociationId"))
		return call_fault(c, FAULT_ADDRESS_NOT_ASSOCIATED, ip);
	return doc;
}

static json_t *disassociate(struct call *c)
{
	json_t *doc = association_to_end(c), *interface;
	char eni[WORLD_ID];

	if (!doc)
		return NULL;
	snprintf(eni, sizeof eni, "%s", in_text(doc, "NetworkInterfaceId"));
	disassociate_doc(c, doc);
	interface = call_get(c, "network-interface", eni);
	if (interface && instance_runs(c, interface))
		interface_own_public(c->w, call_place(c, "network-interface"), eni);
	return json_object();
}

/* ---- describing ---- */

static bool listed(const struct call *c, const struct resource *r)
{
	json_t *ips = in_list(c->in, "PublicIps");

	return !json_array_size(ips) || list_has(ips, in_text(r->doc, "PublicIp"));
}

static json_t *describe_addresses(struct call *c)
{
	size_t i;
	json_t *ip;

	json_array_foreach(in_list(c->in, "PublicIps"), i, ip)
	{
		if (!by_member(c, "PublicIp", json_string_value(ip)))
			return call_fault(
				c, FAULT_INVALID_ADDRESS_NOT_FOUND, json_string_value(ip));
	}
	return call_describe(c, &(struct describe){.kind = "address",
					.result = "Addresses",
					.ids = "AllocationIds",
					.prefix = "eipalloc",
					.malformed = FAULT_INVALID_ALLOCATION_MALFORMED,
					.not_found = FAULT_INVALID_ALLOCATION_NOT_FOUND,
					.listed = listed});
}

static const struct handler handlers[] = {
	{"AllocateAddress", allocate},
	{"ReleaseAddress", release},
	{"AssociateAddress", associate},
	{"DisassociateAddress", disassociate},
	{"DescribeAddresses", describe_addresses},
	{NULL, NULL},
};

const struct family ops_address = {"ec2", handlers, NULL};
