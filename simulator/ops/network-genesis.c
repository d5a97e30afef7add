/*
 * network-genesis.c - the network that every account finds in every Region: a default VPC
 * 172.31.0.0/16 with a default subnet in each zone, an internet gateway, the main route table and
 * the default security group. Source: EC2's default VPC.
 */
#include "ops/network.h"

#include "ops/region.h"

#include <stdio.h>
#include <string.h>

struct birth {
	struct world *w;
	struct place_of in;
};

/* The same id for the same thing of the same account, Region and seed. */
static void fixed_id(void *ctx, const char *prefix, const char *what, char out[WORLD_ID])
{
	const struct birth *b = ctx;
	struct buf text = BUF_INIT;

	buf_addf(&text, "%llu %s %s %s", (unsigned long long)world_seed(b->w), b->in.account,
		b->in.region, what);
	world_fixed_id(prefix, text.s, out);
	buf_release(&text);
}

struct born {
	const struct region_facts *region;
	struct network_site site;
	char vpc[WORLD_ID], gateway[WORLD_ID], table[WORLD_ID], group[WORLD_ID];
};

static const struct cidr default_block = {0xac1f0000u, 16};

static void give(struct birth *b, const char *id, json_t *doc)
{
	world_give(b->w, b->in, id, doc);
}

static void give_vpc(struct birth *b, const struct born *n)
{
	give(b, n->vpc, vpc_doc(&n->site, n->vpc, default_block, true));
}

static void give_subnets(struct birth *b, const struct born *n)
{
	char id[WORLD_ID];

	for (size_t i = 0; i < n->region->n_zones; i++) {
		struct zone zone = zone_of_account(b->in.account, n->region, i);

		fixed_id(b, "subnet", zone.name, id);
		give(b, id, subnet_doc(&n->site, id, n->vpc, default_subnet_block(i), zone, true));
	}
}

static void give_gateway(struct birth *b, const struct born *n)
{
	give(b, n->gateway, gateway_doc(&n->site, n->gateway, n->vpc));
}

static void give_table(struct birth *b, const struct born *n)
{
	give(b, n->table, route_table_doc(&n->site, n->table, n->vpc, default_block, n->gateway));
}

static void rule_id(struct birth *b, bool egress, char out[WORLD_ID])
{
	fixed_id(b, "sgr", egress ? "default egress" : "default ingress", out);
}

static void give_group(struct birth *b, const struct born *n)
{
	json_t *doc =
		group_doc(&n->site, n->group, n->vpc, "default", "default VPC security group");
	char in[WORLD_ID], out[WORLD_ID];

	rule_id(b, false, in);
	rule_id(b, true, out);
	json_object_set_new(doc, "_Rules", json_pack("[s, s]", in, out));
	give(b, n->group, doc);
}

static void give_rules(struct birth *b, const struct born *n)
{
	char id[WORLD_ID];

	for (int egress = 0; egress <= 1; egress++) {
		rule_id(b, egress, id);
		give(b, id, group_open_rule(&n->site, id, n->group, egress));
	}
}

static const struct {
	const char *kind;
	void (*give)(struct birth *b, const struct born *n);
} births[] = {
	{"vpc", give_vpc},
	{"subnet", give_subnets},
	{"internet-gateway", give_gateway},
	{"route-table", give_table},
	{"security-group", give_group},
	{"security-group-rule", give_rules},
};

/* Owners of public images have no network that anybody could see. */
static bool is_publisher(const char *account)
{
	for (const char *const *a = catalogue_accounts; *a; a++)
		if (strcmp(*a, account) == 0)
			return true;
	return false;
}

void network_genesis(struct world *w, struct place_of in)
{
	struct birth b = {w, in};
	struct born n = {.site = {in.account, in.region, fixed_id, &b}};

	n.region = *in.account ? region_find(in.region) : NULL;
	if (!n.region || is_publisher(in.account))
		return;
	for (size_t i = 0; i < sizeof births / sizeof births[0]; i++) {
		if (strcmp(births[i].kind, in.kind) != 0)
			continue;
		fixed_id(&b, "vpc", "vpc", n.vpc);
		fixed_id(&b, "igw", "gateway", n.gateway);
		fixed_id(&b, "rtb", "table", n.table);
		fixed_id(&b, "sg", "group", n.group);
		births[i].give(&b, &n);
	}
}
