/*
 * security-group.c - security groups: creating, deleting, describing; see network.h. Their rules
 * are resources of their own (security-group-rule.c). Source of limits and texts: the EC2 API
 * reference and the VPC quotas.
 */
#include "ops/network.h"

#include <stdio.h>
#include <string.h>

enum {
	GROUPS_MAX = 2500, /* in a Region */
	TEXT_MAX = 255
};

/* ---- documents ---- */

json_t *group_doc(const struct network_site *s, const char *id, const char *vpc, const char *name,
	const char *description)
{
	char arn[160];

	snprintf(arn, sizeof arn, "arn:aws:ec2:%s:%s:security-group/%s", s->region, s->account, id);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:[]}", "GroupId", id, "VpcId", vpc,
		"SecurityGroupArn", arn, "OwnerId", s->account, "GroupName", name, "Description",
		description, "_Rules");
}

json_t *group_open_rule(
	const struct network_site *s, const char *id, const char *group, bool egress)
{
	char arn[160];
	json_t *doc;

	snprintf(arn, sizeof arn, "arn:aws:ec2:%s:%s:security-group-rule/%s", s->region, s->account,
		id);
	doc = json_pack("{s:s, s:s, s:s, s:b, s:s, s:i, s:i, s:[], s:s}", "SecurityGroupRuleId", id,
		"GroupId", group, "GroupOwnerId", s->account, "IsEgress", egress, "IpProtocol",
		"-1", "FromPort", -1, "ToPort", -1, "Tags", "SecurityGroupRuleArn", arn);
	if (egress)
		json_object_set_new(doc, "CidrIpv4", json_string("0.0.0.0/0"));
	else
		json_object_set_new(doc, "ReferencedGroupInfo",
			json_pack("{s:s, s:s}", "GroupId", group, "UserId", s->account));
	return doc;
}

static void add_open_rule(struct call *c, json_t *group, bool egress)
{
	struct network_site site = call_site(c);
	char id[WORLD_ID];

	call_id(c, "sgr", id);
	call_put(c, "security-group-rule", id,
		group_open_rule(&site, id, in_text(group, "GroupId"), egress));
	json_array_append_new(json_object_get(group, "_Rules"), json_string(id));
}

void group_put(struct call *c, json_t *group)
{
	char id[WORLD_ID]; /* a put document may lose its own strings to equal ones */

	snprintf(id, sizeof id, "%s", in_text(group, "GroupId"));
	call_put(c, "security-group", id, group);
}

/* Everything may go out of a new group; only the default group lets its own members in. */
void group_make(struct call *c, json_t *group, bool is_default)
{
	if (is_default)
		add_open_rule(c, group, false);
	add_open_rule(c, group, true);
	group_put(c, group);
}

/* ---- looking for groups ---- */

json_t *group_named(const struct call *c, const char *vpc, const char *name)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "security-group", &at, &r))
		if (strcmp(in_text(r.doc, "GroupName"), name) == 0 &&
			strcmp(in_text(r.doc, "VpcId"), vpc) == 0)
			return r.doc;
	return NULL;
}

static json_t *group_by_name(struct call *c, const char *name)
{
	json_t *vpc = default_vpc(c), *doc;

	if (!vpc)
		return call_fault(c, FAULT_VPC_NOT_SPECIFIED);
	doc = group_named(c, in_text(vpc, "VpcId"), name);
	return doc ? doc : call_fault(c, FAULT_GROUP_NAME_NOT_FOUND, name, in_text(vpc, "VpcId"));
}

json_t *group_for_use(struct call *c, const char *id, const char *name)
{
	json_t *doc;

	if (!id)
		return name ? group_by_name(c, name)
			    : call_fault(c, FAULT_MISSING_PARAMETER, "groupName or groupId");
	if (!id_fits(id, "sg"))
		return call_fault(c, FAULT_INVALID_GROUP_MALFORMED, id);
	doc = call_get(c, "security-group", id);
	return doc ? doc : call_fault(c, FAULT_INVALID_GROUP_NOT_FOUND, id);
}

/* ---- creating ---- */

/* Source: CreateSecurityGroup, names and descriptions: a-z, A-Z, 0-9, blanks and
 * ._-:/()#,@[]+=&;{}!$* */
static bool check_text(struct call *c, const char *member, const char *text)
{
	bool ascii = true, known = true;

	for (const char *s = text; *s; s++) {
		ascii = ascii && (unsigned char)*s < 0x80;
		known = known && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789 ._-:/()#,@[]+=&;{}!$*",
					 *s);
	}
	if (!*text)
		call_fault(c, FAULT_MISSING_PARAMETER, member);
	else if (strlen(text) > TEXT_MAX)
		call_fault(c, FAULT_INVALID_VALUE, text, member,
			"The value exceeds the maximum length of 255 characters.");
	else if (!ascii)
		call_fault(c, FAULT_INVALID_VALUE, text, member,
			"Character sets beyond ASCII are not supported.");
	else if (!known)
		call_fault(c, FAULT_INVALID_SECURITY_GROUP_TEXT, text, member);
	return !call_failed(c);
}

static bool check_name(struct call *c, const char *name)
{
	if (strncmp(name, "sg-", 3) == 0)
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"Invalid value for groupName. Group names may not be in the format sg-*.");
	else if (strcmp(name, "default") == 0)
		call_fault(c, FAULT_GROUP_RESERVED, name);
	return !call_failed(c) && check_text(c, "groupName", name);
}

/* The VPC of the request, or the default one. */
static json_t *group_vpc(struct call *c)
{
	const char *id = in_text(c->in, "VpcId");
	json_t *vpc;

	if (id)
		return vpc_for_use(c, id);
	vpc = default_vpc(c);
	return vpc ? vpc : call_fault(c, FAULT_VPC_NOT_SPECIFIED);
}

static json_t *create_group(struct call *c)
{
	static const char *const types[] = {"security-group", NULL};
	const char *name = in_text(c->in, "GroupName"), *text = in_text(c->in, "Description"), *vpc;
	struct network_site site = call_site(c);
	json_t *doc, *answer;
	char id[WORLD_ID];

	if (!tags_check(c, types) || !check_name(c, name) ||
		!check_text(c, "GroupDescription", text))
		return NULL;
	doc = group_vpc(c);
	if (!doc)
		return NULL;
	vpc = in_text(doc, "VpcId");
	if (group_named(c, vpc, name))
		return call_fault(c, FAULT_GROUP_DUPLICATE, name, vpc);
	if (world_count(c->w, call_place(c, "security-group")) >= GROUPS_MAX)
		return call_fault(c, FAULT_GROUP_LIMIT);
	call_id(c, "sg", id);
	doc = group_doc(&site, id, vpc, name, text);
	tags_set(c, "security-group", doc);
	group_make(c, doc, false);
	answer = json_pack("{s:s, s:O}", "GroupId", id, "SecurityGroupArn",
		json_object_get(doc, "SecurityGroupArn"));
	json_object_set(answer, "Tags", json_object_get(doc, "Tags"));
	return answer;
}

/* ---- deleting ---- */

static bool lists_group(const json_t *list, const char *id)
{
	size_t i;
	json_t *each;

	json_array_foreach((json_t *)(uintptr_t)list, i, each)
	{
		if (strcmp(in_text(each, "GroupId"), id) == 0)
			return true;
	}
	return false;
}

/* An interface is in the group, or a rule of another group lets it in. */
static bool group_in_use(const struct call *c, const char *id)
{
	struct world_cursor at = {0}, rules = {0};
	struct resource r;
	const char *other;

	while (call_next(c, "network-interface", &at, &r))
		if (lists_group(in_list(r.doc, "Groups"), id))
			return true;
	while (call_next(c, "security-group-rule", &rules, &r)) {
		other = in_text(r.doc, "ReferencedGroupInfo.GroupId");
		if (other && strcmp(other, id) == 0 && strcmp(in_text(r.doc, "GroupId"), id) != 0)
			return true;
	}
	return false;
}

static json_t *delete_group(struct call *c)
{
	json_t *doc = group_for_use(c, in_text(c->in, "GroupId"), in_text(c->in, "GroupName"));
	json_t *rules, *rule;
	char id[WORLD_ID];
	size_t i;

	if (!doc)
		return NULL;
	snprintf(id, sizeof id, "%s", in_text(doc, "GroupId"));
	if (strcmp(in_text(doc, "GroupName"), "default") == 0)
		return call_fault(c, FAULT_GROUP_DEFAULT, id, "default");
	if (group_in_use(c, id))
		return call_fault(c, FAULT_GROUP_IN_USE, id);
	rules = json_deep_copy(in_list(doc, "_Rules"));
	json_array_foreach(rules, i, rule)
	{
		call_drop(c, "security-group-rule", json_string_value(rule));
	}
	json_decref(rules);
	call_drop(c, "security-group", id);
	return json_pack("{s:b, s:s}", "Return", 1, "GroupId", id);
}

/* ---- describing: rules put together by protocol and ports ---- */

/* The permission for a rule's protocol and ports, made if there is none yet. Borrowed. */
static json_t *permission_of(json_t *list, const json_t *rule)
{
	const char *protocol = in_text(rule, "IpProtocol");
	bool ports = strcmp(protocol, "-1") != 0;
	int64_t from = in_int(rule, "FromPort", -1), to = in_int(rule, "ToPort", -1);
	size_t i;
	json_t *p;

	json_array_foreach(list, i, p)
	{
		if (strcmp(in_text(p, "IpProtocol"), protocol) == 0 &&
			(!ports || (in_int(p, "FromPort", -1) == from &&
					   in_int(p, "ToPort", -1) == to)))
			return p;
	}
	p = json_pack("{s:s, s:[], s:[], s:[], s:[]}", "IpProtocol", protocol, "UserIdGroupPairs",
		"IpRanges", "Ipv6Ranges", "PrefixListIds");
	if (ports) {
		json_object_set_new(p, "FromPort", json_integer(from));
		json_object_set_new(p, "ToPort", json_integer(to));
	}
	json_array_append_new(list, p);
	return p;
}

/* {"GroupId", "UserId"}, with the name for filters. */
static json_t *pair_view(const struct call *c, const json_t *rule)
{
	const char *id = in_text(rule, "ReferencedGroupInfo.GroupId");
	json_t *group = call_get(c, "security-group", id);
	json_t *pair = json_pack(
		"{s:s, s:s}", "UserId", in_text(rule, "ReferencedGroupInfo.UserId"), "GroupId", id);

	json_object_set(pair, "_GroupName", json_object_get(group, "GroupName"));
	return pair;
}

static void add_rule(const struct call *c, json_t *list, const json_t *rule)
{
	static const char *const simple[][3] = {
		/* member of the rule, list of the permission, member there */
		{"CidrIpv4", "IpRanges", "CidrIp"},
		{"CidrIpv6", "Ipv6Ranges", "CidrIpv6"},
		{"PrefixListId", "PrefixListIds", "PrefixListId"},
	};
	json_t *permission = permission_of(list, rule), *entry = NULL;
	const char *in = "UserIdGroupPairs";

	for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++) {
		const char *value = in_text(rule, simple[i][0]);

		if (!value)
			continue;
		in = simple[i][1];
		entry = json_pack("{s:s}", simple[i][2], value);
	}
	if (!entry)
		entry = pair_view(c, rule);
	if (in_text(rule, "Description"))
		json_object_set(entry, "Description", in_get(rule, "Description"));
	json_array_append_new(json_object_get(permission, in), entry);
}

static json_t *group_view(const struct call *c, const struct resource *r)
{
	json_t *view = json_copy(r->doc), *in = json_array(), *out = json_array(), *id;
	size_t i;

	json_array_foreach(in_list(r->doc, "_Rules"), i, id)
	{
		json_t *rule = call_get(c, "security-group-rule", json_string_value(id));

		if (rule)
			add_rule(c, in_bool(rule, "IsEgress", false) ? out : in, rule);
	}
	json_object_set_new(view, "IpPermissions", in);
	json_object_set_new(view, "IpPermissionsEgress", out);
	return view;
}

#define RULE_FILTERS(filter, path)                                                                 \
	{filter "cidr", path ".IpRanges.CidrIp"}, {filter "from-port", path ".FromPort"},          \
		{filter "group-id", path ".UserIdGroupPairs.GroupId"},                             \
		{filter "group-name", path ".UserIdGroupPairs._GroupName"},                        \
		{filter "ipv6-cidr", path ".Ipv6Ranges.CidrIpv6"},                                 \
		{filter "prefix-list-id", path ".PrefixListIds.PrefixListId"},                     \
		{filter "protocol", path ".IpProtocol"}, {filter "to-port", path ".ToPort"},       \
	{                                                                                          \
		filter "user-id", path ".UserIdGroupPairs.UserId"                                  \
	}

static const struct filter_path filters[] = {
	RULE_FILTERS("ip-permission.", "IpPermissions"),
	RULE_FILTERS("egress.ip-permission.", "IpPermissionsEgress"),
	{NULL, NULL},
};

/* Names are of the default VPC. */
static bool group_listed(const struct call *c, const struct resource *r)
{
	json_t *names = in_list(c->in, "GroupNames"), *vpc = default_vpc(c);

	if (!json_array_size(names))
		return true;
	return vpc && strcmp(in_text(r->doc, "VpcId"), in_text(vpc, "VpcId")) == 0 &&
	       list_has(names, in_text(r->doc, "GroupName"));
}

static json_t *describe_groups(struct call *c)
{
	size_t i;
	json_t *name;

	json_array_foreach(in_list(c->in, "GroupNames"), i, name)
	{
		if (!group_by_name(c, json_string_value(name)))
			return NULL;
	}
	return call_describe(c, &(struct describe){.kind = "security-group",
					.result = "SecurityGroups",
					.ids = "GroupIds",
					.prefix = "sg",
					.malformed = FAULT_INVALID_GROUP_MALFORMED,
					.not_found = FAULT_INVALID_GROUP_NOT_FOUND,
					.filters = filters,
					.listed = group_listed,
					.view = group_view});
}

static const struct handler handlers[] = {
	{"CreateSecurityGroup", create_group},
	{"DeleteSecurityGroup", delete_group},
	{"DescribeSecurityGroups", describe_groups},
	{"AuthorizeSecurityGroupIngress", rule_authorize},
	{"AuthorizeSecurityGroupEgress", rule_authorize},
	{"RevokeSecurityGroupIngress", rule_revoke},
	{"RevokeSecurityGroupEgress", rule_revoke},
	{"DescribeSecurityGroupRules", rule_describe},
	{NULL, NULL},
};

const struct family ops_security_group = {"ec2", handlers, NULL};
