/*
 * account.c - the accounts, their access keys and their organisation; DescribeAccountAttributes.
 * See ops.h and call.h.
 */
#include "ops/account.h"
#include "ops/network.h"

#include <stdio.h>
#include <string.h>

#define ORGANIZATION "o-amid0j0a1b"
#define ROOT         "r-am1d"
#define MANAGEMENT   OPS_DEFAULT_ACCOUNT

/* The account number is in a key id as AWS puts it there (base32 of its bits), so that
 * GetAccessKeyInfo and well-known tools read it. */
const struct ops_profile ops_profiles[] = {
	{"default", MANAGEMENT, "AKIARZPUZDIKKUIU4OT4", "wEXAMPLEdefau1tK7MDENG/bPxRfiCYLEARNER01",
		"us-east-1"},
	{"dev", "111122223333", "AKIARTX3GSDS2UIU4OT4", "wEXAMPLEdev00001K7MDENG/bPxRfiCYLEARNER02",
		"us-east-1"},
	{"prod", "444455556666", "AKIAWO645SY5KUIU4OT4",
		"wEXAMPLEprod0001K7MDENG/bPxRfiCYLEARNER03", "us-east-1"},
	{NULL, NULL, NULL, NULL, NULL},
};

struct unit {
	const char *id, *name, *account;
};
static const struct unit units[] = {
	{"ou-am1d-dev00001", "Development", "111122223333"},
	{"ou-am1d-prod0001", "Production", "444455556666"},
	{NULL, NULL, NULL},
};

/* ---- what is there from the start ---- */

static const char *unit_of(const char *account)
{
	for (const struct unit *u = units; u->id; u++)
		if (strcmp(u->account, account) == 0)
			return u->id;
	return ROOT;
}

static json_t *account_doc(const struct ops_profile *p)
{
	char arn[128], email[64];

	snprintf(arn, sizeof arn,
		"arn:aws:organizations::" MANAGEMENT ":account/" ORGANIZATION "/%s", p->account);
	snprintf(email, sizeof email, "%s@example.com", p->name);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "Id", p->account, "Arn", arn, "Email",
		email, "Name", p->name, "Status", "ACTIVE", "ParentId", unit_of(p->account));
}

static json_t *unit_doc(const struct unit *u)
{
	char arn[128];

	snprintf(arn, sizeof arn, "arn:aws:organizations::" MANAGEMENT ":ou/" ORGANIZATION "/%s",
		u->id);
	return json_pack("{s:s, s:s, s:s, s:[s]}", "Id", u->id, "Arn", arn, "Name", u->name,
		"Accounts", u->account);
}

static json_t *organization_doc(void)
{
	json_t *list = json_array();

	for (const struct unit *u = units; u->id; u++)
		json_array_append_new(list, unit_doc(u));
	return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:o}", "Id", ORGANIZATION, "Arn",
		"arn:aws:organizations::" MANAGEMENT ":organization/" ORGANIZATION, "FeatureSet",
		"ALL", "MasterAccountId", MANAGEMENT, "Root", "Id", ROOT, "Arn",
		"arn:aws:organizations::" MANAGEMENT ":root/" ORGANIZATION "/" ROOT, "Name", "Root",
		"OrganizationalUnits", list);
}

void account_genesis(struct world *w, struct place_of in)
{
	const struct ops_profile *p;

	if (*in.account || *in.region)
		return;
	if (strcmp(in.kind, "organization") == 0)
		world_give(w, in, ORGANIZATION, organization_doc());
	for (p = ops_profiles; p->name; p++) {
		if (strcmp(in.kind, "account") == 0)
			world_give(w, in, p->account, account_doc(p));
		if (strcmp(in.kind, "access-key") == 0)
			world_give(w, in, p->key, json_pack("{s:s}", "Account", p->account));
	}
}

/* ---- the organisation ---- */

static json_t *account_of(const struct world *w, const char *account)
{
	return world_get(w, place("", "", "account"), account);
}

/* An account of the learner's own making is in no organisation. */
void account_join(struct world *w, const char *account)
{
	if (!account_of(w, account))
		world_put(w, place("", "", "account"), account,
			json_pack(
				"{s:s, s:s, s:b}", "Id", account, "Name", account, "_Outside", 1));
}

void account_note(struct world *w, const char *account)
{
	if (account_of(w, account))
		return;
	world_begin(w, NULL);
	account_join(w, account);
	world_commit(w);
}

bool account_in_organization(const struct world *w, const char *account, const char *arn)
{
	struct world_cursor at = {0};
	struct resource org;

	if (!account_of(w, account) || in_bool(account_of(w, account), "_Outside", false))
		return false;
	while (world_next(w, place("", "", "organization"), &at, &org))
		if (strcmp(org.id, arn) == 0 || strcmp(in_text(org.doc, "Arn"), arn) == 0)
			return true;
	return false;
}

static bool unit_has(const json_t *org, const char *account, const char *arn)
{
	size_t i;
	json_t *unit;

	json_array_foreach(in_list(org, "OrganizationalUnits"), i, unit)
	{
		if ((strcmp(in_text(unit, "Arn"), arn) == 0 ||
			    strcmp(in_text(unit, "Id"), arn) == 0) &&
			list_has(in_list(unit, "Accounts"), account))
			return true;
	}
	return false;
}

bool account_in_unit(const struct world *w, const char *account, const char *arn)
{
	struct world_cursor at = {0};
	struct resource org;

	while (world_next(w, place("", "", "organization"), &at, &org))
		if (unit_has(org.doc, account, arn) ||
			(strcmp(in_text(org.doc, "Root.Arn"), arn) == 0 && account_of(w, account)))
			return true;
	return false;
}

/* ---- DescribeAccountAttributes ---- */

/* Source: the default quotas of an account; default-vpc is the VPC's id or "none". */
static const char *attribute_value(const struct call *c, const char *name)
{
	static const char *const fixed[][2] = {
		{"supported-platforms", "VPC"},
		{"vpc-max-security-groups-per-interface", "5"},
		{"max-elastic-ips", "5"},
		{"max-instances", "20"},
		{"vpc-max-elastic-ips", "5"},
	};
	json_t *vpc;

	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
		if (strcmp(fixed[i][0], name) == 0)
			return fixed[i][1];
	vpc = default_vpc(c);
	return vpc ? in_text(vpc, "VpcId") : "none";
}

static json_t *describe_attributes(struct call *c)
{
	static const char *const names[] = {"supported-platforms",
		"vpc-max-security-groups-per-interface", "max-elastic-ips", "max-instances",
		"vpc-max-elastic-ips", "default-vpc"};
	json_t *asked = in_list(c->in, "AttributeNames"), *list = json_array();

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (json_array_size(asked) && !list_has(asked, names[i]))
			continue;
		json_array_append_new(list,
			json_pack("{s:s, s:[{s:s}]}", "AttributeName", names[i], "AttributeValues",
				"AttributeValue", attribute_value(c, names[i])));
	}
	return json_pack("{s:o}", "AccountAttributes", list);
}

static const struct handler handlers[] = {
	{"DescribeAccountAttributes", describe_attributes},
	{NULL, NULL},
};

const struct family ops_account = {"ec2", handlers, NULL};
