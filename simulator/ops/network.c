/*
 * network.c - VPCs, internet gateways and route tables. Source of limits and texts: the EC2 API
 * reference and the VPC quotas.
 */
#include "ops/network.h"

#include "ops/region.h"

#include <stdio.h>
#include <string.h>

enum {
	VPC_READY_MS = 4000,
	VPCS_MAX = 5,     /* in a Region */
	GATEWAYS_MAX = 5, /* in a Region */
	VPC_BITS_MIN = 16,
	VPC_BITS_MAX = 28,
};

/* ---- documents ---- */

json_t *vpc_doc(const struct network_site *s, const char *id, struct cidr block, bool is_default)
{
	char association[WORLD_ID], dhcp[WORLD_ID], text[CIDR_TEXT];

	s->id(s->ctx, "vpc-cidr-assoc", "vpc association", association);
	world_fixed_id("dopt", s->account, dhcp); /* one set of options serves all VPCs */
	cidr_text(block, text);
	return json_pack(
		"{s:s, s:s, s:[{s:s, s:s, s:{s:s}}], s:b, s:{s:s}, s:s, s:s, s:s, s:s, s:b}",
		"OwnerId", s->account, "InstanceTenancy", "default", "CidrBlockAssociationSet",
		"AssociationId", association, "CidrBlock", text, "CidrBlockState", "State",
		"associated", "IsDefault", is_default, "BlockPublicAccessStates",
		"InternetGatewayBlockMode", "off", "VpcId", id, "State", "available", "CidrBlock",
		text, "DhcpOptionsId", dhcp, "_Dns", is_default);
}

json_t *gateway_doc(const struct network_site *s, const char *id, const char *vpc)
{
	json_t *doc = json_pack("{s:[], s:s, s:s, s:[]}", "Attachments", "InternetGatewayId", id,
		"OwnerId", s->account, "Tags");

	if (vpc)
		json_array_append_new(json_object_get(doc, "Attachments"),
			json_pack("{s:s, s:s}", "State", "available", "VpcId", vpc));
	return doc;
}

json_t *route_table_doc(const struct network_site *s, const char *id, const char *vpc,
	struct cidr block, const char *gateway)
{
	char association[WORLD_ID], text[CIDR_TEXT];
	json_t *doc;

	s->id(s->ctx, "rtbassoc", "main association", association);
	doc = json_pack("{s:[{s:b, s:s, s:s, s:{s:s}}], s:[], s:s, s:[{s:s, s:s, s:s, s:s}], s:[], "
			"s:s, s:s}",
		"Associations", "Main", 1, "RouteTableAssociationId", association, "RouteTableId",
		id, "AssociationState", "State", "associated", "PropagatingVgws", "RouteTableId",
		id, "Routes", "DestinationCidrBlock", cidr_text(block, text), "GatewayId", "local",
		"Origin", "CreateRouteTable", "State", "active", "Tags", "VpcId", vpc, "OwnerId",
		s->account);
	if (gateway)
		json_array_append_new(json_object_get(doc, "Routes"),
			json_pack("{s:s, s:s, s:s, s:s}", "DestinationCidrBlock", "0.0.0.0/0",
				"GatewayId", gateway, "Origin", "CreateRoute", "State", "active"));
	return doc;
}

static void fresh_id(void *ctx, const char *prefix, const char *what, char out[WORLD_ID])
{
	(void)what;
	call_id(ctx, prefix, out);
}

struct network_site call_site(struct call *c)
{
	return (struct network_site){c->who.account, c->who.region, fresh_id, c};
}

/* ---- looking for VPCs ---- */

json_t *default_vpc(const struct call *c)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "vpc", &at, &r))
		if (in_bool(r.doc, "IsDefault", false))
			return r.doc;
	return NULL;
}

static bool vpc_id_fits(struct call *c, const char *id)
{
	if (!id_fits(id, "vpc"))
		call_fault(c, FAULT_INVALID_VPC_MALFORMED, id);
	return !call_failed(c);
}

json_t *vpc_for_use(struct call *c, const char *id)
{
	json_t *doc;

	if (!vpc_id_fits(c, id))
		return NULL;
	doc = call_get(c, "vpc", id);
	if (!doc)
		call_fault(c, FAULT_INVALID_VPC_NOT_FOUND, id);
	return doc;
}

/* The VPC that the gateway is attached to; NULL: none. */
static const char *gateway_vpc(const json_t *gateway)
{
	return in_text(json_array_get(in_list(gateway, "Attachments"), 0), "VpcId");
}

json_t *vpc_gateway(const struct world *w, const char *account, const char *region, const char *vpc)
{
	struct world_cursor at = {0};
	struct resource r;
	const char *have;

	while (world_next(w, place(account, region, "internet-gateway"), &at, &r)) {
		have = gateway_vpc(r.doc);
		if (have && strcmp(have, vpc) == 0)
			return r.doc;
	}
	return NULL;
}

/* ---- making a VPC ---- */

/* Traffic inside the VPC's IPv6 block has a route of its own. */
static void add_local6(json_t *table, const json_t *vpc)
{
	json_t *first = json_array_get(in_list(vpc, "Ipv6CidrBlockAssociationSet"), 0);

	if (first)
		json_array_append_new(json_object_get(table, "Routes"),
			json_pack("{s:s, s:s, s:s, s:s}", "DestinationIpv6CidrBlock",
				in_text(first, "Ipv6CidrBlock"), "GatewayId", "local", "Origin",
				"CreateRouteTable", "State", "active"));
}

/* The main route table and the default group that every VPC has. */
static void make_belongings(struct call *c, const char *vpc, struct cidr block, const char *gateway)
{
	struct network_site site = call_site(c);
	char table[WORLD_ID], group[WORLD_ID];
	json_t *doc;

	call_id(c, "rtb", table);
	doc = route_table_doc(&site, table, vpc, block, gateway);
	add_local6(doc, call_get(c, "vpc", vpc));
	call_put(c, "route-table", table, doc);
	call_id(c, "sg", group);
	group_make(c, group_doc(&site, group, vpc, "default", "default VPC security group"), true);
}

/* Amazon's own IPv6 block, out of the range for documentation. */
static void set_ipv6(struct call *c, json_t *doc, const char *block)
{
	char association[WORLD_ID], own[CIDR6_TEXT];
	uint64_t n = text_hash(in_text(doc, "VpcId"));

	if (!in_bool(c->in, "AmazonProvidedIpv6CidrBlock", false) && !block)
		return;
	snprintf(own, sizeof own, "2001:db8:%x:%x00::/56", (unsigned)(n & 0xffff),
		(unsigned)(n >> 16 & 0xff));
	call_id(c, "vpc-cidr-assoc", association);
	json_object_set_new(doc, "Ipv6CidrBlockAssociationSet",
		json_pack("[{s:s, s:s, s:{s:s}, s:s, s:s, s:s, s:s}]", "AssociationId", association,
			"Ipv6CidrBlock", block ? block : own, "Ipv6CidrBlockState", "State",
			"associated", "NetworkBorderGroup", c->who.region, "Ipv6Pool",
			block ? in_text(c->in, "Ipv6Pool") : "Amazon", "Ipv6AddressAttribute",
			"public", "IpSource", block ? "byoip" : "amazon"));
}

static void set_encryption_control(struct call *c, json_t *doc)
{
	const char *mode = in_text(c->in, "VpcEncryptionControl.Mode");
	char id[WORLD_ID];

	if (!mode)
		return;
	call_id(c, "vpcec", id);
	json_object_set_new(doc, "EncryptionControl",
		json_pack("{s:s, s:s, s:s, s:s}", "VpcId", in_text(doc, "VpcId"),
			"VpcEncryptionControlId", id, "Mode", mode, "State", "available"));
}

static bool vpc_block(struct call *c, struct cidr *block)
{
	const char *text = in_text(c->in, "CidrBlock"), *pool = in_text(c->in, "Ipv4IpamPoolId");

	if (pool)
		call_fault(c, FAULT_INVALID_IPAM_POOL, pool);
	else if (!text)
		call_fault(c, FAULT_EITHER_PARAMETER, "cidrBlock", "ipv4IpamPoolId");
	else if (!cidr_parse(text, block))
		call_fault(c, FAULT_INVALID_VALUE, text, "cidrBlock",
			"This is not a valid CIDR block.");
	else if (block->bits < VPC_BITS_MIN || block->bits > VPC_BITS_MAX)
		call_fault(c, FAULT_INVALID_VPC_RANGE, text);
	return !call_failed(c);
}

/* An own IPv6 block needs the pool it is from. */
static bool vpc_block6(struct call *c, char out[CIDR6_TEXT])
{
	const char *text = in_text(c->in, "Ipv6CidrBlock"), *pool = in_text(c->in, "Ipv6Pool");
	const char *ipam = in_text(c->in, "Ipv6IpamPoolId");

	if (ipam)
		call_fault(c, FAULT_INVALID_IPAM_POOL, ipam);
	else if (text && !cidr6_canonical(text, out))
		call_fault(c, FAULT_INVALID_VALUE, text, "ipv6CidrBlock",
			"This is not a valid CIDR block.");
	else if (text && !pool)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"You must specify an IPv6 address pool with the IPv6 CIDR block.");
	else if (pool && in_bool(c->in, "AmazonProvidedIpv6CidrBlock", false))
		call_fault(c, FAULT_INVALID_COMBINATION,
			"Only one of Amazon-provided IPv6 CIDR block and IPv6 pool can be specified.");
	return !call_failed(c);
}

/* The answer of a creation lists IPv6 blocks even if there are none. */
static json_t *vpc_answer(const json_t *doc)
{
	json_t *copy = json_deep_copy(doc);

	if (!in_has(copy, "Ipv6CidrBlockAssociationSet"))
		json_object_set_new(copy, "Ipv6CidrBlockAssociationSet", json_array());
	return json_pack("{s:o}", "Vpc", copy);
}

static json_t *create_vpc(struct call *c)
{
	static const char *const types[] = {"vpc", NULL};
	const char *tenancy = in_text(c->in, "InstanceTenancy");
	struct network_site site = call_site(c);
	char id[WORLD_ID], block6[CIDR6_TEXT];
	struct cidr block;
	json_t *doc;

	if (!tags_check(c, types) || !vpc_block(c, &block) || !vpc_block6(c, block6))
		return NULL;
	if (world_count(c->w, call_place(c, "vpc")) >= VPCS_MAX)
		return call_fault(c, FAULT_VPC_LIMIT);
	call_id(c, "vpc", id);
	doc = vpc_doc(&site, id, block, false);
	json_object_set_new(doc, "State", json_string("pending"));
	if (tenancy)
		json_object_set_new(doc, "InstanceTenancy", json_string(tenancy));
	set_ipv6(c, doc, in_has(c->in, "Ipv6CidrBlock") ? block6 : NULL);
	set_encryption_control(c, doc);
	tags_set(c, "vpc", doc);
	timer_set(c->w, doc, VPC_READY_MS, "vpc-ready");
	call_put(c, "vpc", id, doc);
	make_belongings(c, id, block, NULL);
	return vpc_answer(call_get(c, "vpc", id));
}

static void vpc_ready(struct world *w, const struct resource *r)
{
	json_t *doc = call_edit(r->doc);

	json_object_set_new(doc, "State", json_string("available"));
	timer_clear(doc);
	resource_put(w, r, doc);
}

static void make_default_subnets(struct call *c, const char *vpc)
{
	const struct region_facts *region = region_find(c->who.region);
	struct network_site site = call_site(c);
	char id[WORLD_ID];

	for (size_t i = 0; region && i < region->n_zones; i++) {
		call_id(c, "subnet", id);
		call_put(c, "subnet", id,
			subnet_doc(&site, id, vpc, default_subnet_block(i),
				zone_of_account(c->who.account, region, i), true));
	}
}

static json_t *create_default_vpc(struct call *c)
{
	struct network_site site = call_site(c);
	char id[WORLD_ID], gateway[WORLD_ID];
	struct cidr block = {0xac1f0000u, 16};

	if (default_vpc(c))
		return call_fault(c, FAULT_DEFAULT_VPC_EXISTS);
	if (world_count(c->w, call_place(c, "vpc")) >= VPCS_MAX)
		return call_fault(c, FAULT_VPC_LIMIT);
	call_id(c, "vpc", id);
	call_id(c, "igw", gateway);
	call_put(c, "vpc", id, vpc_doc(&site, id, block, true));
	call_put(c, "internet-gateway", gateway, gateway_doc(&site, gateway, id));
	make_belongings(c, id, block, gateway);
	make_default_subnets(c, id);
	return vpc_answer(call_get(c, "vpc", id));
}

/* ---- deleting a VPC ---- */

static bool belongs(const struct resource *r, const char *vpc)
{
	const char *have = in_text(r->doc, "VpcId");

	return have && strcmp(have, vpc) == 0;
}

static bool any_of_vpc(const struct call *c, const char *kind, const char *vpc)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, kind, &at, &r))
		if (belongs(&r, vpc))
			return true;
	return false;
}

static bool has_own_groups(const struct call *c, const char *vpc)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "security-group", &at, &r))
		if (belongs(&r, vpc) && strcmp(in_text(r.doc, "GroupName"), "default") != 0)
			return true;
	return false;
}

/* The first resource of a kind that belongs to the VPC goes; false: there was none. */
static bool drop_one(struct call *c, const char *kind, const char *vpc)
{
	struct world_cursor at = {0};
	struct resource r;

	char id[WORLD_ID];

	while (call_next(c, kind, &at, &r)) {
		if (belongs(&r, vpc)) {
			snprintf(id, sizeof id, "%s", r.id);
			call_drop(c, kind, id);
			return true;
		}
	}
	return false;
}

static void drop_rules(struct call *c, const char *vpc)
{
	json_t *group = group_named(c, vpc, "default"), *rules, *rule;
	size_t i;

	if (!group)
		return;
	rules = json_deep_copy(in_list(group, "_Rules"));
	json_array_foreach(rules, i, rule)
	{
		call_drop(c, "security-group-rule", json_string_value(rule));
	}
	json_decref(rules);
}

/* Its default group and main route table go with it; anything else has to be gone before. */
static json_t *delete_vpc(struct call *c)
{
	const char *id = in_text(c->in, "VpcId");

	if (!vpc_for_use(c, id))
		return NULL;
	if (any_of_vpc(c, "subnet", id) || any_of_vpc(c, "network-interface", id) ||
		has_own_groups(c, id) || vpc_gateway(c->w, c->who.account, c->who.region, id))
		return call_fault(c, FAULT_VPC_IN_USE, id);
	drop_rules(c, id);
	while (drop_one(c, "security-group", id) || drop_one(c, "route-table", id))
		;
	call_drop(c, "vpc", id);
	return json_object();
}

/* ---- describing VPCs ---- */

static const struct filter_path vpc_filters[] = {
	{"cidr", "CidrBlock"},
	{"cidr-block-association.cidr-block", "CidrBlockAssociationSet.CidrBlock"},
	{"cidr-block-association.association-id", "CidrBlockAssociationSet.AssociationId"},
	{"cidr-block-association.state", "CidrBlockAssociationSet.CidrBlockState.State"},
	{"ipv6-cidr-block-association.ipv6-cidr-block",
		"Ipv6CidrBlockAssociationSet.Ipv6CidrBlock"},
	{"ipv6-cidr-block-association.ipv6-pool", "Ipv6CidrBlockAssociationSet.Ipv6Pool"},
	{"ipv6-cidr-block-association.association-id", "Ipv6CidrBlockAssociationSet.AssociationId"},
	{"ipv6-cidr-block-association.state",
		"Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State"},
	{NULL, NULL},
};

static json_t *describe_vpcs(struct call *c)
{
	return call_describe(c, &(struct describe){.kind = "vpc",
					.result = "Vpcs",
					.ids = "VpcIds",
					.prefix = "vpc",
					.malformed = FAULT_INVALID_VPC_MALFORMED,
					.not_found = FAULT_INVALID_VPC_NOT_FOUND,
					.filters = vpc_filters});
}

/* ---- internet gateways ---- */

static json_t *create_gateway(struct call *c)
{
	static const char *const types[] = {"internet-gateway", NULL};
	struct network_site site = call_site(c);
	char id[WORLD_ID];
	json_t *doc;

	if (!tags_check(c, types))
		return NULL;
	if (world_count(c->w, call_place(c, "internet-gateway")) >= GATEWAYS_MAX)
		return call_fault(c, FAULT_GATEWAY_LIMIT);
	call_id(c, "igw", id);
	doc = gateway_doc(&site, id, NULL);
	tags_set(c, "internet-gateway", doc);
	call_put(c, "internet-gateway", id, doc);
	return json_pack("{s:O}", "InternetGateway", doc);
}

static json_t *gateway_for_use(struct call *c, const char *id)
{
	json_t *doc;

	if (!id_fits(id, "igw"))
		return call_fault(c, FAULT_INVALID_GATEWAY_MALFORMED, id);
	doc = call_get(c, "internet-gateway", id);
	return doc ? doc : call_fault(c, FAULT_INVALID_GATEWAY_NOT_FOUND, id);
}

/* Routes to a gateway that is not attached lead nowhere. */
static void set_routes(struct call *c, const char *gateway, const char *vpc, const char *state)
{
	json_t *changed = json_object(), *doc, *route;
	struct world_cursor at = {0};
	struct resource r;
	const char *id, *to;
	size_t i;

	while (call_next(c, "route-table", &at, &r)) {
		if (!belongs(&r, vpc))
			continue;
		doc = call_edit(r.doc);
		json_array_foreach(in_list(doc, "Routes"), i, route)
		{
			to = in_text(route, "GatewayId");
			if (to && strcmp(to, gateway) == 0)
				json_object_set_new(route, "State", json_string(state));
		}
		json_object_set_new(changed, r.id, doc);
	}
	json_object_foreach(changed, id, doc)
	{
		call_put(c, "route-table", id, json_incref(doc));
	}
	json_decref(changed);
}

static json_t *attach_gateway(struct call *c)
{
	const char *id = in_text(c->in, "InternetGatewayId"), *vpc = in_text(c->in, "VpcId"), *have;
	json_t *doc = gateway_for_use(c, id);

	if (!doc || !vpc_for_use(c, vpc))
		return NULL;
	have = gateway_vpc(doc);
	if (have)
		return call_fault(c, FAULT_GATEWAY_ATTACHED, id, have);
	if (vpc_gateway(c->w, c->who.account, c->who.region, vpc))
		return call_fault(c, FAULT_VPC_HAS_GATEWAY, vpc);
	doc = call_edit(doc);
	json_array_append_new(json_object_get(doc, "Attachments"),
		json_pack("{s:s, s:s}", "State", "available", "VpcId", vpc));
	call_put(c, "internet-gateway", id, doc);
	set_routes(c, id, vpc, "active");
	return json_object();
}

static bool has_public_addresses(const struct call *c, const char *vpc)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "network-interface", &at, &r))
		if (belongs(&r, vpc) && in_has(r.doc, "Association.PublicIp"))
			return true;
	return false;
}

static json_t *detach_gateway(struct call *c)
{
	const char *id = in_text(c->in, "InternetGatewayId"), *vpc = in_text(c->in, "VpcId"), *have;
	json_t *doc = gateway_for_use(c, id);

	if (!doc || !vpc_for_use(c, vpc))
		return NULL;
	have = gateway_vpc(doc);
	if (!have || strcmp(have, vpc) != 0)
		return call_fault(c, FAULT_GATEWAY_NOT_ATTACHED, id, vpc);
	if (has_public_addresses(c, vpc))
		return call_fault(c, FAULT_MAPPED_ADDRESSES, vpc);
	doc = call_edit(doc);
	json_object_set_new(doc, "Attachments", json_array());
	call_put(c, "internet-gateway", id, doc);
	set_routes(c, id, vpc, "blackhole");
	return json_object();
}

static json_t *delete_gateway(struct call *c)
{
	const char *id = in_text(c->in, "InternetGatewayId");
	json_t *doc = gateway_for_use(c, id);

	if (!doc)
		return NULL;
	if (gateway_vpc(doc))
		return call_fault(c, FAULT_GATEWAY_IN_USE, id);
	call_drop(c, "internet-gateway", id);
	return json_object();
}

static const struct filter_path gateway_filters[] = {
	{"attachment.state", "Attachments.State"},
	{"attachment.vpc-id", "Attachments.VpcId"},
	{NULL, NULL},
};

static json_t *describe_gateways(struct call *c)
{
	return call_describe(c, &(struct describe){.kind = "internet-gateway",
					.result = "InternetGateways",
					.ids = "InternetGatewayIds",
					.prefix = "igw",
					.malformed = FAULT_INVALID_GATEWAY_MALFORMED,
					.not_found = FAULT_INVALID_GATEWAY_NOT_FOUND,
					.filters = gateway_filters});
}

/* ---- route tables ---- */

static const struct filter_path route_table_filters[] = {
	{"association.gateway-id", "Associations.GatewayId"},
	{"association.route-table-association-id", "Associations.RouteTableAssociationId"},
	{"association.route-table-id", "Associations.RouteTableId"},
	{"association.subnet-id", "Associations.SubnetId"},
	{"association.main", "Associations.Main"},
	{"route.destination-cidr-block", "Routes.DestinationCidrBlock"},
	{"route.destination-ipv6-cidr-block", "Routes.DestinationIpv6CidrBlock"},
	{"route.destination-prefix-list-id", "Routes.DestinationPrefixListId"},
	{"route.egress-only-internet-gateway-id", "Routes.EgressOnlyInternetGatewayId"},
	{"route.gateway-id", "Routes.GatewayId"},
	{"route.instance-id", "Routes.InstanceId"},
	{"route.nat-gateway-id", "Routes.NatGatewayId"},
	{"route.transit-gateway-id", "Routes.TransitGatewayId"},
	{"route.origin", "Routes.Origin"},
	{"route.state", "Routes.State"},
	{"route.vpc-peering-connection-id", "Routes.VpcPeeringConnectionId"},
	{NULL, NULL},
};

static json_t *describe_route_tables(struct call *c)
{
	return call_describe(c, &(struct describe){.kind = "route-table",
					.result = "RouteTables",
					.ids = "RouteTableIds",
					.prefix = "rtb",
					.malformed = FAULT_INVALID_ROUTE_TABLE_MALFORMED,
					.not_found = FAULT_INVALID_ROUTE_TABLE_NOT_FOUND,
					.filters = route_table_filters});
}

static const struct handler handlers[] = {
	{"CreateVpc", create_vpc},
	{"CreateDefaultVpc", create_default_vpc},
	{"DeleteVpc", delete_vpc},
	{"DescribeVpcs", describe_vpcs},
	{"CreateSubnet", subnet_create},
	{"CreateDefaultSubnet", subnet_create_default},
	{"DeleteSubnet", subnet_delete},
	{"DescribeSubnets", subnet_describe},
	{"ModifySubnetAttribute", subnet_modify},
	{"CreateInternetGateway", create_gateway},
	{"AttachInternetGateway", attach_gateway},
	{"DetachInternetGateway", detach_gateway},
	{"DeleteInternetGateway", delete_gateway},
	{"DescribeInternetGateways", describe_gateways},
	{"DescribeRouteTables", describe_route_tables},
	{NULL, NULL},
};

static const struct timer_handler timers[] = {
	{"vpc-ready", vpc_ready},
	{NULL, NULL},
};

const struct family ops_network = {"ec2", handlers, timers};
