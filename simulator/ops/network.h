/*
 * network.h - what the files of the network share: addresses, VPCs, subnets, gateways, interfaces,
 * security groups and Elastic IP addresses.
 *
 * Kinds and their private members:
 *   vpc                _Dns: instances get public DNS names
 *   subnet
 *   internet-gateway, route-table, network-interface (_AutoPublic: its public address comes and
 * goes with the instance) security-group     _Rules: ids of its rules, oldest first
 *   security-group-rule  one rule each
 *   address            Elastic IP addresses, by allocation id
 *   subnet-ip          "subnet-.../172.31.0.5": a private address that is taken
 *   public-ip          of no account: a public address that is taken, by its text
 */
#ifndef OPS_NETWORK_H
#define OPS_NETWORK_H

#include "ops/links.h"

/* --- addresses (network-cidr.c) --------------------------------------------------------------- */

struct cidr {
	uint32_t net; /* host bits cleared */
	int bits;
};
enum { IP_TEXT = 16, CIDR_TEXT = 20, CIDR6_TEXT = 64 };

bool ip_parse(const char *text, uint32_t *ip);
char *ip_text(uint32_t ip, char out[IP_TEXT]);
bool cidr_parse(const char *text, struct cidr *out);
char *cidr_text(struct cidr c, char out[CIDR_TEXT]);
uint64_t cidr_size(struct cidr c);
bool cidr_holds(struct cidr c, uint32_t ip);
bool cidr_inside(struct cidr outer, struct cidr inner);
bool cidr_overlaps(struct cidr a, struct cidr b);
/* The canonical text of an IPv6 block; false: it is none. */
bool cidr6_canonical(const char *text, char out[CIDR6_TEXT]);

/* A number made of a text, for what has to look random and be the same every time. */
uint64_t text_hash(const char *text);

/* --- VPCs (network.c) ---------------------------------------------------------------------------
 */

/* Ids for what a new VPC needs: fresh ones from the world, or fixed ones of genesis. */
typedef void id_maker_fn(void *ctx, const char *prefix, const char *what, char out[WORLD_ID]);

/* Where documents are made: whose they are, and how ids come about. */
struct network_site {
	const char *account, *region;
	id_maker_fn *id;
	void *ctx;
};

json_t *vpc_doc(const struct network_site *s, const char *id, struct cidr block, bool is_default);
json_t *subnet_doc(const struct network_site *s, const char *id, const char *vpc, struct cidr block,
	struct zone zone, bool is_default);
json_t *gateway_doc(const struct network_site *s, const char *id, const char *vpc);
json_t *route_table_doc(const struct network_site *s, const char *id, const char *vpc,
	struct cidr block, const char *gateway);

/* The default VPC of the caller here; NULL: there is none (no fault). */
json_t *default_vpc(const struct call *c);
/* The caller's VPC, or NULL and a fault. */
json_t *vpc_for_use(struct call *c, const char *id);
/* The internet gateway that is attached to the VPC; NULL: none. */
json_t *vpc_gateway(
	const struct world *w, const char *account, const char *region, const char *vpc);
/* The block of the default subnet in zone number i: 172.31.(16 i).0/20. */
struct cidr default_subnet_block(size_t i);

/* --- subnets (network-subnet.c) -----------------------------------------------------------------
 */

json_t *subnet_for_use(struct call *c, const char *id);
/* A free private address of the subnet, taken for `owner`; `wish` NULL: any. False: there is none.
 */
bool subnet_take_ip(struct world *w, struct place_of subnets, const char *subnet, const char *wish,
	const char *owner, char out[IP_TEXT]);
void subnet_give_ip(struct world *w, struct place_of subnets, const char *subnet, const char *ip);

handler_fn subnet_create, subnet_create_default, subnet_delete, subnet_describe, subnet_modify;

/* --- public addresses and interfaces (interface.c) -----------------------------------------------
 */

/* A public address, taken for `owner`; never `not_this` (NULL: any). */
void public_ip_take(struct world *w, const char *region, const char *owner, const char *not_this,
	char out[IP_TEXT]);
void public_ip_give(struct world *w, const char *ip);
/* Gives an interface the public address (and Elastic IP's ids, or NULL), or none (ip NULL),
 * everywhere it is shown: the interface and its instance. */
struct public_link {
	const char *ip, *allocation, *association;
};
void interface_set_public(struct world *w, struct place_of interfaces, const char *id,
	const struct public_link *link);
/* After an Elastic IP has gone: an address of the interface's own, if it is one that has such. */
void interface_own_public(struct world *w, struct place_of interfaces, const char *id);
/* The first interface of an instance of the caller; NULL: none (no fault). */
json_t *interface_of_instance(const struct call *c, const char *instance_id);
/* The Elastic IP associated with an interface loses its association (address.c). */
void address_let_go(struct world *w, struct place_of addresses, const char *allocation);

/* --- security groups (security-group.c, security-group-rule.c)
 * ------------------------------------ */

json_t *group_doc(const struct network_site *s, const char *id, const char *vpc, const char *name,
	const char *description);
/* The rule that everything may pass: from the group itself (ingress), to anywhere (egress). */
json_t *group_open_rule(
	const struct network_site *s, const char *id, const char *group, bool egress);
/* A new default group (or any other) with its first rules, put into the world. */
void group_make(struct call *c, json_t *group, bool is_default);
void group_put(struct call *c, json_t *group); /* steals it */
/* The caller's group by id, or by name in the default VPC; NULL and a fault. */
json_t *group_for_use(struct call *c, const char *id, const char *name);
/* The group of that name in a VPC; NULL: none, no fault. */
json_t *group_named(const struct call *c, const char *vpc, const char *name);

handler_fn rule_authorize, rule_revoke, rule_describe;

/* A site of the caller's own, with fresh ids. */
struct network_site call_site(struct call *c);

#endif
