/*
 * security-group-rule.c - rules of security groups: reading permissions out of a request, adding,
 * taking away, describing; see network.h. Source: the EC2 API reference (IpPermission,
 * SecurityGroupRule) and the VPC quotas.
 */
#include "ops/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RULES_MAX = 60 }; /* of a group, in each direction */

static bool is_egress(const struct call *c)
{
	return strstr(model_text(c->op->name), "Egress") != NULL;
}

/* ---- protocols and ports ---- */

/* As rules name a protocol: tcp, udp, icmp, icmpv6, -1, or a number. False: unknown. */
static bool protocol_name(const char *text, char out[8])
{
	static const char *const names[][2] = {{"1", "icmp"}, {"6", "tcp"}, {"17", "udp"},
		{"58", "icmpv6"}, {"-1", "-1"}, {"all", "-1"}};
	char *end;
	long n;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(text, names[i][0]) == 0 || strcmp(text, names[i][1]) == 0) {
			snprintf(out, 8, "%s", names[i][1]);
			return true;
		}
	}
	n = strtol(text, &end, 10);
	if (!*text || *end || n < 0 || n > 255)
		return false;
	snprintf(out, 8, "%ld", n);
	return true;
}

static void refuse_range(struct call *c, const char *format, int64_t from, int64_t to)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, format);
	buf_addf(&text, " (%lld:%lld)", (long long)from, (long long)to);
	call_fault(c, FAULT_INVALID_PARAMETER_VALUE, text.s);
	buf_release(&text);
}

/* Sets FromPort and ToPort as rules have them; -1 where a protocol has none. */
static bool ports_set(struct call *c, const json_t *in, json_t *rule)
{
	const char *protocol = in_text(rule, "IpProtocol");
	int64_t from = in_int(in, "FromPort", -1), to = in_int(in, "ToPort", -1);
	bool tcp = strcmp(protocol, "tcp") == 0 || strcmp(protocol, "udp") == 0;
	bool icmp = strncmp(protocol, "icmp", 4) == 0;

	if (tcp && (!in_has(in, "FromPort") || !in_has(in, "ToPort")))
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
	else if (tcp && from == -1 && to == -1)
		from = 0, to = 65535;
	else if (tcp && (from < 0 || from > 65535 || to < 0 || to > 65535 || from > to))
		refuse_range(c, "Invalid TCP/UDP port range", from, to);
	else if (icmp && (from < -1 || from > 255 || to < -1 || to > 255))
		refuse_range(c, "ICMP code or type is out of range", from, to);
	else if (!tcp && !icmp)
		from = to = -1;
	json_object_set_new(rule, "FromPort", json_integer(from));
	json_object_set_new(rule, "ToPort", json_integer(to));
	return !call_failed(c);
}

/* ---- permissions of a request -> candidate rules ---- */

/* A rule without id, group and description: protocol and ports. NULL and a fault. */
static json_t *rule_frame(struct call *c, const json_t *in)
{
	const char *text = in_text(in, "IpProtocol");
	char protocol[8];
	json_t *rule;

	if (!text)
		return call_fault(c, FAULT_MISSING_PARAMETER, "ipProtocol");
	if (!protocol_name(text, protocol))
		return call_fault(c, FAULT_UNKNOWN_PROTOCOL, text);
	rule = json_pack("{s:s}", "IpProtocol", protocol);
	if (ports_set(c, in, rule))
		return rule;
	json_decref(rule);
	return NULL;
}

static bool target_cidr(struct call *c, json_t *rule, const char *text)
{
	char canonical[CIDR_TEXT];
	struct cidr block;

	if (!text || !cidr_parse(text, &block)) {
		call_fault(c, FAULT_CIDR_MALFORMED, text ? text : "null");
		return false;
	}
	json_object_set_new(rule, "CidrIpv4", json_string(cidr_text(block, canonical)));
	return true;
}

static bool target_cidr6(struct call *c, json_t *rule, const char *text)
{
	char canonical[CIDR6_TEXT];

	if (!text || !cidr6_canonical(text, canonical)) {
		call_fault(c, FAULT_CIDR_MALFORMED, text ? text : "null");
		return false;
	}
	json_object_set_new(rule, "CidrIpv6", json_string(canonical));
	return true;
}

/* Ids of AWS's own prefix lists are not known here, so any well-formed id will do. */
static bool target_prefix_list(struct call *c, json_t *rule, const char *text)
{
	if (!text || !id_fits(text, "pl")) {
		call_fault(c, FAULT_PREFIX_LIST_NOT_FOUND, text ? text : "null");
		return false;
	}
	json_object_set_new(rule, "PrefixListId", json_string(text));
	return true;
}

static bool target_group(struct call *c, json_t *rule, const json_t *group, const char *id,
	const char *name, const char *owner)
{
	json_t *other;

	if (owner && strcmp(owner, c->who.account) != 0) { /* needs a VPC peering connection */
		call_fault(c, FAULT_INVALID_GROUP_NOT_FOUND, id ? id : name ? name : "null");
		return false;
	}
	if (!id && !name) {
		call_fault(c, FAULT_SOURCE_GROUP_MISSING);
		return false;
	}
	other = group_for_use(c, id, name);
	if (!other)
		return false;
	if (strcmp(in_text(other, "VpcId"), in_text(group, "VpcId")) != 0) {
		call_fault(c, FAULT_GROUPS_OF_TWO_NETWORKS);
		return false;
	}
	json_object_set_new(rule, "ReferencedGroupInfo",
		json_pack("{s:s, s:s}", "GroupId", in_text(other, "GroupId"), "UserId",
			c->who.account));
	return true;
}

static const struct {
	const char *list, *member;
	bool (*set)(struct call *c, json_t *rule, const char *text);
} targets[] = {
	{"IpRanges", "CidrIp", target_cidr},
	{"Ipv6Ranges", "CidrIpv6", target_cidr6},
	{"PrefixListIds", "PrefixListId", target_prefix_list},
	{"UserIdGroupPairs", NULL, NULL},
};

static bool describe_rule(struct call *c, json_t *rule, const json_t *entry)
{
	const char *text = in_text(entry, "Description");

	if (!text || !*text)
		return true;
	for (const char *s = text; *s; s++) {
		if ((unsigned char)*s >= 0x80 || strlen(text) > 255) {
			call_fault(c, FAULT_RULE_DESCRIPTION);
			return false;
		}
	}
	json_object_set_new(rule, "Description", json_string(text));
	return true;
}

/* Adds the rules of one IpPermission to the list. */
static bool read_permission(struct call *c, const json_t *group, const json_t *in, json_t *rules)
{
	json_t *frame = rule_frame(c, in), *entry, *rule;
	size_t before = json_array_size(rules), k;
	bool ok = frame != NULL;

	for (size_t t = 0; ok && t < sizeof targets / sizeof targets[0]; t++) {
		json_array_foreach(in_list(in, targets[t].list), k, entry)
		{
			rule = json_deep_copy(frame);
			json_array_append_new(rules, rule);
			ok = ok &&
			     (targets[t].set ? targets[t].set(
						       c, rule, in_text(entry, targets[t].member))
					     : target_group(c, rule, group,
						       in_text(entry, "GroupId"),
						       in_text(entry, "GroupName"),
						       in_text(entry, "UserId"))) &&
			     describe_rule(c, rule, entry);
		}
	}
	json_decref(frame);
	if (ok && json_array_size(rules) == before) {
		call_fault(c, FAULT_SOURCE_GROUP_MISSING);
		ok = false;
	}
	return ok;
}

/* The older form of a request: one rule in members of the request itself. */
static bool read_flat(struct call *c, const json_t *group, json_t *rules)
{
	const char *cidr = in_text(c->in, "CidrIp");
	const char *source = in_text(c->in, "SourceSecurityGroupName");
	json_t *flat, *frame;
	bool ok;

	if (source && !in_has(c->in, "IpProtocol")) /* everything of a group */
		flat = json_pack("{s:s}", "IpProtocol", "-1");
	else
		flat = json_copy((json_t *)(uintptr_t)c->in);
	frame = rule_frame(c, flat);
	json_decref(flat);
	if (!frame)
		return false;
	json_array_append_new(rules, frame);
	if (cidr)
		ok = strchr(cidr, ':') ? target_cidr6(c, frame, cidr) : target_cidr(c, frame, cidr);
	else
		ok = target_group(c, frame, group, NULL, source,
			in_text(c->in, "SourceSecurityGroupOwnerId"));
	return ok;
}

static bool has_flat(const struct call *c)
{
	return in_has(c->in, "CidrIp") || in_has(c->in, "IpProtocol") ||
	       in_has(c->in, "SourceSecurityGroupName");
}

/* The rules that a request speaks of; NULL and a fault. */
static json_t *read_rules(struct call *c, const json_t *group)
{
	json_t *list = in_list(c->in, "IpPermissions"), *in, *rules = json_array();
	bool ok = true;
	size_t i;

	json_array_foreach(list, i, in)
	{
		ok = ok && read_permission(c, group, in, rules);
	}
	if (ok && has_flat(c))
		ok = read_flat(c, group, rules);
	if (ok && !json_array_size(rules)) {
		call_fault(c, FAULT_MISSING_PARAMETER, "ipPermissions");
		ok = false;
	}
	if (ok)
		return rules;
	json_decref(rules);
	return NULL;
}

/* ---- comparing ---- */

static bool same_member(const json_t *a, const json_t *b, const char *path)
{
	json_t *x = in_get(a, path), *y = in_get(b, path);

	return x == y || (x && y && json_equal(x, y));
}

/* Whether two rules let the same pass; descriptions do not count. */
static bool same_rule(const json_t *a, const json_t *b)
{
	static const char *const members[] = {"IpProtocol", "FromPort", "ToPort", "CidrIpv4",
		"CidrIpv6", "PrefixListId", "ReferencedGroupInfo.GroupId"};

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (!same_member(a, b, members[i]))
			return false;
	return true;
}

/* The group's rule that is the same in the direction of the call; NULL: none. Counts that
 * direction's. */
static json_t *find_rule(
	const struct call *c, const json_t *group, const json_t *rule, bool egress, size_t *n)
{
	json_t *id, *have, *found = NULL;
	size_t i;

	*n = 0;
	json_array_foreach(in_list(group, "_Rules"), i, id)
	{
		have = call_get(c, "security-group-rule", json_string_value(id));
		if (!have || in_bool(have, "IsEgress", false) != egress)
			continue;
		++*n;
		if (same_rule(have, rule))
			found = have;
	}
	return found;
}

/* "peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW" */
static void rule_words(const json_t *rule, struct buf *out)
{
	static const char *const peers[] = {
		"CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupInfo.GroupId"};
	const char *protocol = in_text(rule, "IpProtocol");

	for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++)
		if (in_text(rule, peers[i]))
			buf_addf(out, "peer: %s, ", in_text(rule, peers[i]));
	if (strcmp(protocol, "-1") == 0) {
		buf_adds(out, "ALL, ALLOW");
		return;
	}
	for (const char *s = protocol; *s; s++)
		buf_addc(out, (char)(*s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s));
	if (strncmp(protocol, "icmp", 4) == 0)
		buf_addf(out, ", type: %lld, code: %lld, ALLOW",
			(long long)in_int(rule, "FromPort", -1),
			(long long)in_int(rule, "ToPort", -1));
	else
		buf_addf(out, ", from port: %lld, to port: %lld, ALLOW",
			(long long)in_int(rule, "FromPort", -1),
			(long long)in_int(rule, "ToPort", -1));
}

/* ---- authorizing ---- */

static bool rules_are_new(struct call *c, const json_t *group, json_t *rules)
{
	struct buf words = BUF_INIT;
	json_t *rule;
	size_t i, k, n = 0;

	json_array_foreach(rules, i, rule)
	{
		for (k = 0; k < i; k++)
			if (same_rule(rule, json_array_get(rules, k)))
				call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
					"The same permission must not appear multiple times");
		if (!call_failed(c) && find_rule(c, group, rule, is_egress(c), &n)) {
			rule_words(rule, &words);
			call_fault(c, FAULT_RULE_DUPLICATE, words.s);
		}
	}
	if (!call_failed(c) && n + json_array_size(rules) > RULES_MAX)
		call_fault(c, FAULT_RULE_LIMIT);
	buf_release(&words);
	return !call_failed(c);
}

/* What is answered of a new rule: tags only if there are some. */
static json_t *rule_view(const json_t *rule)
{
	json_t *view = json_copy((json_t *)(uintptr_t)rule);

	if (!json_array_size(in_list(view, "Tags")))
		json_object_del(view, "Tags");
	return view;
}

static json_t *add_rule(struct call *c, json_t *group, const json_t *rule)
{
	json_t *doc = json_pack("{s:s, s:s, s:b}", "GroupId", in_text(group, "GroupId"),
		"GroupOwnerId", c->who.account, "IsEgress", is_egress(c));
	struct buf arn = BUF_INIT, rest = BUF_INIT;
	char id[WORLD_ID];

	call_id(c, "sgr", id);
	buf_addf(&rest, "security-group-rule/%s", id);
	json_object_set_new(doc, "SecurityGroupRuleId", json_string(id));
	json_object_update(doc, (json_t *)(uintptr_t)rule);
	json_object_set_new(doc, "Tags", json_array());
	json_object_set_new(
		doc, "SecurityGroupRuleArn", json_string(call_arn(c, "ec2", rest.s, &arn)));
	tags_set(c, "security-group-rule", doc);
	call_put(c, "security-group-rule", id, doc);
	json_array_append_new(json_object_get(group, "_Rules"), json_string(id));
	buf_release(&arn);
	buf_release(&rest);
	return rule_view(doc);
}

json_t *rule_authorize(struct call *c)
{
	static const char *const types[] = {"security-group-rule", NULL};
	json_t *group, *rules, *rule, *list;
	size_t i;

	if (!tags_check(c, types))
		return NULL;
	group = group_for_use(c, in_text(c->in, "GroupId"), in_text(c->in, "GroupName"));
	rules = group ? read_rules(c, group) : NULL;
	if (!rules || !rules_are_new(c, group, rules)) {
		json_decref(rules);
		return NULL;
	}
	group = call_edit(group);
	list = json_array();
	json_array_foreach(rules, i, rule)
	{
		json_array_append_new(list, add_rule(c, group, rule));
	}
	json_decref(rules);
	group_put(c, group);
	return json_pack("{s:b, s:o}", "Return", 1, "SecurityGroupRules", list);
}

/* ---- revoking ---- */

static json_t *revoked_view(const json_t *rule)
{
	static const char *const members[] = {"SecurityGroupRuleId", "GroupId", "IsEgress",
		"IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId",
		"Description"};
	json_t *view = json_object(), *peer = in_get(rule, "ReferencedGroupInfo.GroupId");

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (in_has(rule, members[i]))
			json_object_set(view, members[i], in_get(rule, members[i]));
	if (peer)
		json_object_set(view, "ReferencedGroupId", peer);
	return view;
}

static void forget_rule(struct call *c, json_t *group, const char *id)
{
	json_t *list = json_object_get(group, "_Rules"), *each;
	size_t i;

	json_array_foreach(list, i, each)
	{
		if (strcmp(json_string_value(each), id) == 0) {
			json_array_remove(list, i);
			break;
		}
	}
	call_drop(c, "security-group-rule", id);
}

/* An IpPermission again, of a rule that the group does not have. */
static json_t *unknown_permission(const json_t *rule)
{
	json_t *p = json_pack("{s:s, s:[], s:[], s:[], s:[]}", "IpProtocol",
		in_text(rule, "IpProtocol"), "UserIdGroupPairs", "IpRanges", "Ipv6Ranges",
		"PrefixListIds");
	const char *group = in_text(rule, "ReferencedGroupInfo.GroupId");

	if (strcmp(in_text(rule, "IpProtocol"), "-1") != 0) {
		json_object_set(p, "FromPort", in_get(rule, "FromPort"));
		json_object_set(p, "ToPort", in_get(rule, "ToPort"));
	}
	if (group)
		json_array_append_new(json_object_get(p, "UserIdGroupPairs"),
			json_pack("{s:s, s:s}", "UserId",
				in_text(rule, "ReferencedGroupInfo.UserId"), "GroupId", group));
	for (size_t i = 0; i < 3; i++) {
		static const char *const from[] = {"CidrIpv4", "CidrIpv6", "PrefixListId"};
		const char *value = in_text(rule, from[i]);

		if (value)
			json_array_append_new(json_object_get(p, targets[i].list),
				json_pack("{s:s}", targets[i].member, value));
	}
	return p;
}

static bool in_default_vpc(const struct call *c, const json_t *group)
{
	json_t *vpc = call_get(c, "vpc", in_text(group, "VpcId"));

	return in_bool(vpc, "IsDefault", false);
}

/* Ids of the group's rules that the request's permissions are. Those it has not got: in the default
 * VPC they are told in the answer, elsewhere they are a fault (source: RevokeSecurityGroupIngress).
 */
static json_t *rules_to_revoke(struct call *c, const json_t *group, json_t *unknown)
{
	json_t *rules = read_rules(c, group), *rule, *have, *ids = json_array();
	size_t i, n;

	json_array_foreach(rules, i, rule)
	{
		have = find_rule(c, group, rule, is_egress(c), &n);
		if (have)
			json_array_append(ids, in_get(have, "SecurityGroupRuleId"));
		else if (in_default_vpc(c, group))
			json_array_append_new(unknown, unknown_permission(rule));
		else
			call_fault(c, FAULT_RULE_NOT_FOUND);
	}
	json_decref(rules);
	return ids;
}

static bool rule_ids_known(struct call *c, const json_t *group, json_t *ids)
{
	size_t i;
	json_t *each;

	json_array_foreach(ids, i, each)
	{
		const char *id = json_string_value(each);
		json_t *rule = call_get(c, "security-group-rule", id);

		if (!id_fits(id, "sgr"))
			call_fault(c, FAULT_RULE_ID_MALFORMED, id);
		else if (!rule ||
			 strcmp(in_text(rule, "GroupId"), in_text(group, "GroupId")) != 0 ||
			 in_bool(rule, "IsEgress", false) != is_egress(c))
			call_fault(c, FAULT_RULE_ID_NOT_FOUND, id);
	}
	return !call_failed(c);
}

/* Steals ids and unknown. */
static json_t *revoke(struct call *c, json_t *group, json_t *ids, json_t *unknown)
{
	json_t *list = json_array(), *id, *rule, *answer;
	size_t i;

	group = call_edit(group);
	json_array_foreach(ids, i, id)
	{
		rule = call_get(c, "security-group-rule", json_string_value(id));
		if (!rule) /* named twice */
			continue;
		json_array_append_new(list, revoked_view(rule));
		forget_rule(c, group, json_string_value(id));
	}
	group_put(c, group);
	json_decref(ids);
	answer = json_pack("{s:b, s:o}", "Return", 1, "RevokedSecurityGroupRules", list);
	if (json_array_size(unknown))
		json_object_set(answer, "UnknownIpPermissions", unknown);
	json_decref(unknown);
	return answer;
}

json_t *rule_revoke(struct call *c)
{
	json_t *group = group_for_use(c, in_text(c->in, "GroupId"), in_text(c->in, "GroupName"));
	json_t *asked = in_list(c->in, "SecurityGroupRuleIds"), *ids, *unknown;
	bool permissions = json_array_size(in_list(c->in, "IpPermissions")) || has_flat(c);

	if (!group)
		return NULL;
	if (json_array_size(asked) && permissions)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter 'SecurityGroupRuleIds' cannot be used with the parameter 'IpPermissions'");
	if (!json_array_size(asked) && !permissions)
		return call_fault(
			c, FAULT_EITHER_PARAMETER, "ipPermissions", "securityGroupRuleIds");
	if (json_array_size(asked) && !rule_ids_known(c, group, asked))
		return NULL;
	unknown = json_array();
	ids = json_array_size(asked) ? json_incref(asked) : rules_to_revoke(c, group, unknown);
	if (!call_failed(c))
		return revoke(c, group, ids, unknown);
	json_decref(ids);
	json_decref(unknown);
	return NULL;
}

/* ---- describing ---- */

json_t *rule_describe(struct call *c)
{
	return call_describe(c, &(struct describe){.kind = "security-group-rule",
					.result = "SecurityGroupRules",
					.ids = "SecurityGroupRuleIds",
					.prefix = "sgr",
					.malformed = FAULT_RULE_ID_MALFORMED,
					.not_found = FAULT_RULE_ID_NOT_FOUND});
}
