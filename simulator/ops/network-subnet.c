/*
 * network-subnet.c - subnets, and which of their private addresses are taken. Source of limits and
 * texts: the EC2 API reference and the VPC quotas.
 */
#include "ops/network.h"

#include "ops/region.h"

#include <stdio.h>
#include <string.h>

enum {
	SUBNETS_MAX = 200, /* in a VPC */
	SUBNET_BITS_MIN = 16,
	SUBNET_BITS_MAX = 28,
	RESERVED_FIRST = 4, /* network, router, DNS, future use */
	RESERVED_LAST = 1,
};

struct cidr default_subnet_block(size_t i)
{
	return (struct cidr){0xac1f0000u + ((uint32_t)i << 12), 20};
}

/* ---- documents ---- */

json_t *subnet_doc(const struct network_site *s, const char *id, const char *vpc, struct cidr block,
	struct zone zone, bool is_default)
{
	char arn[160], text[CIDR_TEXT];

	snprintf(arn, sizeof arn, "arn:aws:ec2:%s:%s:subnet/%s", s->region, s->account, id);
	return json_pack("{s:s, s:b, s:s, s:b, s:[], s:s, s:b, s:b, s:{s:s, s:b, s:b}, s:{s:s}, "
			 "s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:b}",
		"AvailabilityZoneId", zone.id, "MapCustomerOwnedIpOnLaunch", 0, "OwnerId",
		s->account, "AssignIpv6AddressOnCreation", 0, "Ipv6CidrBlockAssociationSet",
		"SubnetArn", arn, "EnableDns64", 0, "Ipv6Native", 0,
		"PrivateDnsNameOptionsOnLaunch", "HostnameType", "ip-name",
		"EnableResourceNameDnsARecord", 0, "EnableResourceNameDnsAAAARecord", 0,
		"BlockPublicAccessStates", "InternetGatewayBlockMode", "off", "SubnetId", id,
		"State", "available", "VpcId", vpc, "CidrBlock", cidr_text(block, text),
		"AvailableIpAddressCount",
		(json_int_t)cidr_size(block) - RESERVED_FIRST - RESERVED_LAST, "AvailabilityZone",
		zone.name, "DefaultForAz", is_default, "MapPublicIpOnLaunch", is_default);
}

json_t *subnet_for_use(struct call *c, const char *id)
{
	json_t *doc;

	if (!id_fits(id, "subnet"))
		return call_fault(c, FAULT_INVALID_SUBNET_MALFORMED, id);
	doc = call_get(c, "subnet", id);
	return doc ? doc : call_fault(c, FAULT_INVALID_SUBNET_NOT_FOUND, id);
}

/* ---- private addresses ---- */

static struct place_of beside(struct place_of in, const char *kind)
{
	return place(in.account, in.region, kind);
}

static void ip_id(const char *subnet, uint32_t ip, char out[WORLD_ID + IP_TEXT])
{
	char text[IP_TEXT];

	snprintf(out, WORLD_ID + IP_TEXT, "%.*s/%s", WORLD_ID - 2, subnet, ip_text(ip, text));
}

static bool ip_is_free(struct world *w, struct place_of subnets, const char *subnet, uint32_t ip)
{
	char id[WORLD_ID + IP_TEXT];

	ip_id(subnet, ip, id);
	return !world_get(w, beside(subnets, "subnet-ip"), id);
}

static void count_ips(struct world *w, struct place_of subnets, const char *subnet, int by)
{
	json_t *doc = world_get(w, subnets, subnet);

	if (!doc)
		return;
	doc = call_edit(doc);
	json_object_set_new(doc, "AvailableIpAddressCount",
		json_integer(in_int(doc, "AvailableIpAddressCount", 0) + by));
	world_put(w, subnets, subnet, doc);
}

/* AWS gives addresses out in no order that one could see; ours follow from the owner's id. */
static bool choose_ip(struct world *w, struct place_of subnets, const char *subnet,
	struct cidr block, const char *owner, uint32_t *ip)
{
	uint64_t n = cidr_size(block) - RESERVED_FIRST - RESERVED_LAST, from = text_hash(owner) % n;

	for (uint64_t i = 0; i < n; i++) {
		*ip = block.net + RESERVED_FIRST + (uint32_t)((from + i) % n);
		if (ip_is_free(w, subnets, subnet, *ip))
			return true;
	}
	return false;
}

bool subnet_take_ip(struct world *w, struct place_of subnets, const char *subnet, const char *wish,
	const char *owner, char out[IP_TEXT])
{
	const json_t *doc = world_get(w, subnets, subnet);
	char id[WORLD_ID + IP_TEXT];
	struct cidr block;
	uint32_t ip;

	if (!doc || !cidr_parse(in_text(doc, "CidrBlock"), &block))
		return false;
	if (wish ? !ip_parse(wish, &ip) || !ip_is_free(w, subnets, subnet, ip)
		 : !choose_ip(w, subnets, subnet, block, owner, &ip))
		return false;
	ip_id(subnet, ip, id);
	world_put(w, beside(subnets, "subnet-ip"), id, json_pack("{s:s}", "Owner", owner));
	count_ips(w, subnets, subnet, -1);
	ip_text(ip, out);
	return true;
}

void subnet_give_ip(struct world *w, struct place_of subnets, const char *subnet, const char *text)
{
	char id[WORLD_ID + IP_TEXT];
	uint32_t ip;

	if (!ip_parse(text, &ip) || ip_is_free(w, subnets, subnet, ip))
		return;
	ip_id(subnet, ip, id);
	world_put(w, beside(subnets, "subnet-ip"), id, NULL);
	count_ips(w, subnets, subnet, 1);
}

/* ---- creating ---- */

static void zones_of(const struct call *c, struct buf *out)
{
	const struct region_facts *r = region_find(c->who.region);

	for (size_t i = 0; r && i < r->n_zones; i++)
		buf_addf(out, "%s%s", i ? ", " : "", r->zones[i].name);
}

static void refuse_zone(struct call *c, const char *name)
{
	struct buf hint = BUF_INIT;

	buf_adds(&hint,
		"Subnets can currently only be created in the following availability zones: ");
	zones_of(c, &hint);
	buf_addc(&hint, '.');
	call_fault(c, FAULT_INVALID_VALUE, name, "availabilityZone", hint.s);
	buf_release(&hint);
}

/* The zone that is asked for by name or id; the first one if none is. */
static bool subnet_zone(struct call *c, struct zone *zone)
{
	const char *name = in_text(c->in, "AvailabilityZone"),
		   *id = in_text(c->in, "AvailabilityZoneId");
	const struct region_facts *r = region_find(c->who.region);

	if (name && id)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"Only one of AvailabilityZone and AvailabilityZoneId can be specified.");
	else if (!name && !id)
		*zone = zone_of_account(c->who.account, r, 0);
	else if (!zone_seen(c, name ? name : id, zone))
		refuse_zone(c, name ? name : id);
	return !call_failed(c);
}

static bool block_in_vpc(const json_t *vpc, struct cidr block)
{
	size_t i;
	json_t *each;
	struct cidr outer;

	json_array_foreach(in_list(vpc, "CidrBlockAssociationSet"), i, each)
	{
		if (cidr_parse(in_text(each, "CidrBlock"), &outer) && cidr_inside(outer, block))
			return true;
	}
	return false;
}

/* Whether another subnet of the VPC has some of the block; counts the VPC's subnets on the way. */
static bool block_taken(const struct call *c, const char *vpc, struct cidr block, size_t *n)
{
	struct world_cursor at = {0};
	struct resource r;
	struct cidr other;
	bool taken = false;

	*n = 0;
	while (call_next(c, "subnet", &at, &r)) {
		if (strcmp(in_text(r.doc, "VpcId"), vpc) != 0)
			continue;
		++*n;
		if (cidr_parse(in_text(r.doc, "CidrBlock"), &other) && cidr_overlaps(block, other))
			taken = true;
	}
	return taken;
}

static bool subnet_block(struct call *c, const json_t *vpc, struct cidr *block)
{
	const char *text = in_text(c->in, "CidrBlock"), *pool = in_text(c->in, "Ipv4IpamPoolId");
	size_t n;

	if (pool)
		call_fault(c, FAULT_INVALID_IPAM_POOL, pool);
	else if (in_has(c->in, "OutpostArn"))
		call_fault(c, FAULT_INVALID_VALUE, in_text(c->in, "OutpostArn"), "outpostArn",
			"The Outpost does not exist.");
	else if (!text)
		call_fault(c, FAULT_MISSING_PARAMETER, "cidrBlock");
	else if (!cidr_parse(text, block))
		call_fault(c, FAULT_INVALID_VALUE, text, "cidrBlock",
			"This is not a valid CIDR block.");
	else if (block->bits < SUBNET_BITS_MIN || block->bits > SUBNET_BITS_MAX ||
		 !block_in_vpc(vpc, *block))
		call_fault(c, FAULT_INVALID_SUBNET_RANGE, text);
	else if (block_taken(c, in_text(vpc, "VpcId"), *block, &n))
		call_fault(c, FAULT_SUBNET_CONFLICT, text);
	else if (n >= SUBNETS_MAX)
		call_fault(c, FAULT_SUBNET_LIMIT);
	return !call_failed(c);
}

/* The block has to be a /64 of the VPC's. */
static bool subnet_block6(struct call *c, const json_t *vpc, char out[CIDR6_TEXT])
{
	const char *text = in_text(c->in, "Ipv6CidrBlock"),
		   *ipam = in_text(c->in, "Ipv6IpamPoolId");
	const char *outer = in_text(
		json_array_get(in_list(vpc, "Ipv6CidrBlockAssociationSet"), 0), "Ipv6CidrBlock");
	char widened[CIDR6_TEXT], own[CIDR6_TEXT];

	if (ipam)
		call_fault(c, FAULT_INVALID_IPAM_POOL, ipam);
	if (!text || call_failed(c))
		return !call_failed(c);
	if (!cidr6_canonical(text, out) || !strstr(out, "/64"))
		call_fault(c, FAULT_INVALID_VALUE, text, "ipv6CidrBlock",
			"This is not a valid CIDR block.");
	if (call_failed(c))
		return false;
	snprintf(own, sizeof own, "%.*s%s", (int)(strchr(out, '/') - out), out,
		outer ? strchr(outer, '/') : "/56");
	if (!outer || !cidr6_canonical(own, widened) || strcmp(widened, outer) != 0)
		call_fault(c, FAULT_INVALID_SUBNET_RANGE, text);
	return !call_failed(c);
}

static void set_block6(struct call *c, json_t *doc, const char *block)
{
	char association[WORLD_ID];

	call_id(c, "subnet-cidr-assoc", association);
	json_array_append_new(json_object_get(doc, "Ipv6CidrBlockAssociationSet"),
		json_pack("{s:s, s:s, s:{s:s}, s:s, s:s}", "AssociationId", association,
			"Ipv6CidrBlock", block, "Ipv6CidrBlockState", "State", "associated",
			"Ipv6AddressAttribute", "public", "IpSource", "amazon"));
}

json_t *subnet_create(struct call *c)
{
	static const char *const types[] = {"subnet", NULL};
	struct network_site site = call_site(c);
	char id[WORLD_ID], block6[CIDR6_TEXT];
	struct zone zone;
	struct cidr block;
	json_t *vpc, *doc;

	if (!tags_check(c, types))
		return NULL;
	vpc = vpc_for_use(c, in_text(c->in, "VpcId"));
	if (!vpc || !subnet_zone(c, &zone) || !subnet_block(c, vpc, &block) ||
		!subnet_block6(c, vpc, block6))
		return NULL;
	call_id(c, "subnet", id);
	doc = subnet_doc(&site, id, in_text(vpc, "VpcId"), block, zone, false);
	if (in_has(c->in, "Ipv6CidrBlock"))
		set_block6(c, doc, block6);
	tags_set(c, "subnet", doc);
	call_put(c, "subnet", id, doc);
	return json_pack("{s:O}", "Subnet", doc);
}

static bool zone_has_default(const struct call *c, const char *zone)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "subnet", &at, &r))
		if (in_bool(r.doc, "DefaultForAz", false) &&
			strcmp(in_text(r.doc, "AvailabilityZone"), zone) == 0)
			return true;
	return false;
}

/* The first /20 of the default VPC that is free. */
static bool free_default_block(const struct call *c, const char *vpc, struct cidr *block)
{
	size_t n;

	for (size_t i = 0; i < 16; i++) {
		*block = default_subnet_block(i);
		if (!block_taken(c, vpc, *block, &n))
			return true;
	}
	return false;
}

json_t *subnet_create_default(struct call *c)
{
	struct network_site site = call_site(c);
	json_t *vpc = default_vpc(c), *doc;
	struct zone zone;
	struct cidr block;
	char id[WORLD_ID];

	if (!vpc)
		return call_fault(c, FAULT_NO_DEFAULT_VPC);
	if (!in_has(c->in, "AvailabilityZone") && !in_has(c->in, "AvailabilityZoneId"))
		return call_fault(c, FAULT_MISSING_PARAMETER, "availabilityZone");
	if (!subnet_zone(c, &zone))
		return NULL;
	if (zone_has_default(c, zone.name))
		return call_fault(c, FAULT_DEFAULT_SUBNET_EXISTS, zone.name);
	if (!free_default_block(c, in_text(vpc, "VpcId"), &block))
		return call_fault(c, FAULT_SUBNET_CONFLICT, "172.31.0.0/20");
	call_id(c, "subnet", id);
	doc = subnet_doc(&site, id, in_text(vpc, "VpcId"), block, zone, true);
	call_put(c, "subnet", id, doc);
	return json_pack("{s:O}", "Subnet", doc);
}

/* ---- deleting, changing, describing ---- */

static bool subnet_in_use(const struct call *c, const char *id)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "network-interface", &at, &r))
		if (strcmp(in_text(r.doc, "SubnetId"), id) == 0)
			return true;
	return false;
}

json_t *subnet_delete(struct call *c)
{
	const char *id = in_text(c->in, "SubnetId");

	if (!subnet_for_use(c, id))
		return NULL;
	if (subnet_in_use(c, id))
		return call_fault(c, FAULT_SUBNET_IN_USE, id);
	call_drop(c, "subnet", id);
	return json_object();
}

/* Members of the request and where they stand in the document. */
static const struct {
	const char *member, *inside, *name; /* inside NULL: the document itself */
} attributes[] = {
	{"AssignIpv6AddressOnCreation", NULL, "AssignIpv6AddressOnCreation"},
	{"MapPublicIpOnLaunch", NULL, "MapPublicIpOnLaunch"},
	{"MapCustomerOwnedIpOnLaunch", NULL, "MapCustomerOwnedIpOnLaunch"},
	{"CustomerOwnedIpv4Pool", NULL, "CustomerOwnedIpv4Pool"},
	{"EnableDns64", NULL, "EnableDns64"},
	{"PrivateDnsHostnameTypeOnLaunch", "PrivateDnsNameOptionsOnLaunch", "HostnameType"},
	{"EnableResourceNameDnsARecordOnLaunch", "PrivateDnsNameOptionsOnLaunch",
		"EnableResourceNameDnsARecord"},
	{"EnableResourceNameDnsAAAARecordOnLaunch", "PrivateDnsNameOptionsOnLaunch",
		"EnableResourceNameDnsAAAARecord"},
	{"EnableLniAtDeviceIndex", NULL, "EnableLniAtDeviceIndex"},
};

enum { N_ATTRIBUTES = sizeof attributes / sizeof attributes[0] };

static json_t *given(const struct call *c, const char *member)
{
	json_t *v = in_get(c->in, member), *inner = json_object_get(v, "Value");

	return inner ? inner : v;
}

static bool subnet_change_check(struct call *c, const json_t *doc)
{
	bool v6 = json_array_size(in_list(doc, "Ipv6CidrBlockAssociationSet")) > 0;
	int n = in_has(c->in, "DisableLniAtDeviceIndex");

	for (size_t i = 0; i < N_ATTRIBUTES; i++)
		n += in_has(c->in, attributes[i].member);
	if (n == 0)
		call_fault(c, FAULT_MISSING_PARAMETER, "attribute");
	else if (in_bool(c->in, "AssignIpv6AddressOnCreation", false) && !v6)
		call_fault(c, FAULT_INVALID_VALUE, "true", "assignIpv6AddressOnCreation",
			"The subnet has no IPv6 CIDR block.");
	else if (in_has(c->in, "CustomerOwnedIpv4Pool"))
		call_fault(c, FAULT_INVALID_VALUE, in_text(c->in, "CustomerOwnedIpv4Pool"),
			"customerOwnedIpv4Pool", "The pool does not exist.");
	else if (in_bool(c->in, "MapCustomerOwnedIpOnLaunch", false))
		call_fault(c, FAULT_INVALID_COMBINATION,
			"MapCustomerOwnedIpOnLaunch needs a CustomerOwnedIpv4Pool.");
	return !call_failed(c);
}

/* Several attributes at once are taken here as they are by EC2 in one request of one kind. */
json_t *subnet_modify(struct call *c)
{
	const char *id = in_text(c->in, "SubnetId");
	json_t *doc = subnet_for_use(c, id), *where, *value;

	if (!doc || !subnet_change_check(c, doc))
		return NULL;
	doc = call_edit(doc);
	for (size_t i = 0; i < N_ATTRIBUTES; i++) {
		value = given(c, attributes[i].member);
		where = attributes[i].inside ? json_object_get(doc, attributes[i].inside) : doc;
		if (value)
			json_object_set(where, attributes[i].name, value);
	}
	if (in_bool(c->in, "DisableLniAtDeviceIndex", false))
		json_object_del(doc, "EnableLniAtDeviceIndex");
	call_put(c, "subnet", id, doc);
	return json_object();
}

static const struct filter_path subnet_filters[] = {
	{"enable-dns64", "EnableDns64"},
	{"ipv6-cidr-block-association.ipv6-cidr-block",
		"Ipv6CidrBlockAssociationSet.Ipv6CidrBlock"},
	{"ipv6-cidr-block-association.association-id", "Ipv6CidrBlockAssociationSet.AssociationId"},
	{"ipv6-cidr-block-association.state",
		"Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State"},
	{"private-dns-name-options-on-launch.hostname-type",
		"PrivateDnsNameOptionsOnLaunch.HostnameType"},
	{"private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
		"PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord"},
	{"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
		"PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord"},
	{NULL, NULL},
};

json_t *subnet_describe(struct call *c)
{
	return call_describe(c, &(struct describe){.kind = "subnet",
					.result = "Subnets",
					.ids = "SubnetIds",
					.prefix = "subnet",
					.malformed = FAULT_INVALID_SUBNET_MALFORMED,
					.not_found = FAULT_INVALID_SUBNET_NOT_FOUND,
					.filters = subnet_filters});
}
