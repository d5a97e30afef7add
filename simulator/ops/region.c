/* region.c - Regions and zones as answers, and opting in to zone groups; see region.h. */
#include "ops/region.h"

#include "ops/network.h"

#include <stdio.h>
#include <string.h>

/* ---- zones of an account ---- */

/* How far an account's letters are turned against the table's. */
static size_t turn_of(const char *account, size_t n_zones)
{
	if (strcmp(account, OPS_DEFAULT_ACCOUNT) == 0 || n_zones < 2)
		return 0;
	return 1 + (size_t)((text_hash(account) >> 16) % (n_zones - 1));
}

struct zone zone_of_account(const char *account, const struct region_facts *r, size_t i)
{
	size_t other = (i + turn_of(account, r->n_zones)) % r->n_zones;

	return (struct zone){r->zones[i].name, r->zones[other].id};
}

bool zone_seen(const struct call *c, const char *name_or_id, struct zone *out)
{
	const struct region_facts *r = region_find(c->who.region);

	for (size_t i = 0; r && i < r->n_zones; i++) {
		*out = zone_of_account(c->who.account, r, i);
		if (strcmp(out->name, name_or_id) == 0 || strcmp(out->id, name_or_id) == 0)
			return true;
	}
	return false;
}

/* ---- where on earth ---- */

/* By the beginning of a Region's name; the first that fits. */
static const char *country_of(const char *region)
{
	static const char *const countries[][2] = {
		{"af-south-1", "South Africa"},
		{"ap-east-1", "Hong Kong"},
		{"ap-east-2", "Taiwan"},
		{"ap-northeast-2", "South Korea"},
		{"ap-northeast-", "Japan"},
		{"ap-south-", "India"},
		{"ap-southeast-1", "Singapore"},
		{"ap-southeast-3", "Indonesia"},
		{"ap-southeast-5", "Malaysia"},
		{"ap-southeast-7", "Thailand"},
		{"ap-southeast-", "Australia"},
		{"ca-", "Canada"},
		{"eu-central-1", "Germany"},
		{"eu-central-2", "Switzerland"},
		{"eu-north-1", "Sweden"},
		{"eu-south-1", "Italy"},
		{"eu-south-2", "Spain"},
		{"eu-west-1", "Ireland"},
		{"eu-west-2", "United Kingdom"},
		{"eu-west-3", "France"},
		{"il-", "Israel"},
		{"me-central-1", "United Arab Emirates"},
		{"me-south-1", "Bahrain"},
		{"mx-", "Mexico"},
		{"sa-", "Brazil"},
		{"us-", "United States of America"},
	};

	for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++)
		if (strncmp(region, countries[i][0], strlen(countries[i][0])) == 0)
			return countries[i][1];
	return "";
}

enum { PLACE_TEXT = 64 };

/* "US East (N. Virginia)" -> "Virginia" */
static const char *place_within(const char *long_name, char out[PLACE_TEXT])
{
	const char *from = strchr(long_name, '(');

	from = from ? from + 1 : long_name;
	if (strncmp(from, "N. ", 3) == 0)
		from += 3;
	snprintf(out, PLACE_TEXT, "%.*s", (int)strcspn(from, ")"), from);
	return out;
}

/* ---- Regions ---- */

static struct place_of account_settings(const struct call *c)
{
	return place(c->who.account, "", "setting");
}

/* "opted-in" where the account has switched an opt-in Region on. */
static const char *region_status(const struct call *c, const struct region_facts *r)
{
	char id[64];

	snprintf(id, sizeof id, "region %s", r->name);
	if (strcmp(r->opt_in, "not-opted-in") == 0 && world_get(c->w, account_settings(c), id))
		return "opted-in";
	return r->opt_in;
}

static json_t *region_view(const struct call *c, const struct region_facts *r)
{
	char endpoint[96];

	snprintf(endpoint, sizeof endpoint, "ec2.%s.amazonaws.com", r->name);
	return json_pack("{s:s, s:[{s:s}], s:s, s:s}", "OptInStatus", region_status(c, r),
		"Geography", "Name", country_of(r->name), "RegionName", r->name, "Endpoint",
		endpoint);
}

static bool region_listed(const struct call *c, const struct region_facts *r, const json_t *names)
{
	if (json_array_size(names))
		return list_has(names, r->name);
	return in_bool(c->in, "AllRegions", false) ||
	       strcmp(region_status(c, r), "not-opted-in") != 0;
}

static bool names_known(struct call *c, const json_t *names)
{
	size_t i;
	json_t *name;

	json_array_foreach((json_t *)(uintptr_t)names, i, name)
	{
		if (!region_find(json_string_value(name))) {
			call_fault(c, FAULT_INVALID_REGION_NAME, json_string_value(name));
			return false;
		}
	}
	return true;
}

static const struct filter_path region_filters[] = {
	{"opt-in-status", "OptInStatus"},
	{NULL, NULL},
};

static json_t *describe_regions(struct call *c)
{
	json_t *names = in_list(c->in, "RegionNames"), *list;

	if (!filters_check(c) || !names_known(c, names))
		return NULL;
	list = json_array();
	for (size_t i = 0; i < n_regions; i++) {
		json_t *view;

		if (!region_listed(c, &regions[i], names))
			continue;
		view = region_view(c, &regions[i]);
		if (filters_match(c, region_filters, view))
			json_array_append(list, view);
		json_decref(view);
	}
	return json_pack("{s:o}", "Regions", list);
}

/* ---- zones ---- */

static const struct far_zone *far_group(const struct call *c, const char *group)
{
	for (size_t i = 0; i < n_far_zones; i++)
		if (strcmp(far_zones[i].region, c->who.region) == 0 &&
			strcmp(far_zones[i].group, group) == 0)
			return &far_zones[i];
	return NULL;
}

static void group_setting(const char *group, char out[96])
{
	snprintf(out, 96, "zone-group %s", group);
}

static const char *far_status(const struct call *c, const struct far_zone *f)
{
	char name[96];

	group_setting(f->group, name);
	return setting_get(c, name) ? "opted-in" : "not-opted-in";
}

/* "us-east-1" -> "us-east-1-zg-1": the group of a Region's own zones. */
static json_t *near_view(const struct call *c, const struct region_facts *r, size_t i)
{
	struct zone z = zone_of_account(c->who.account, r, i);
	char group[64], long_name[96], sub[PLACE_TEXT];

	snprintf(group, sizeof group, "%s-zg-1", r->name);
	snprintf(long_name, sizeof long_name, "%s 1", r->long_name);
	return json_pack(
		"{s:s, s:[], s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[{s:s}], s:[{s:s}], s:s}",
		"OptInStatus", "opt-in-not-required", "Messages", "RegionName", r->name, "ZoneName",
		z.name, "ZoneId", z.id, "GroupName", group, "NetworkBorderGroup", r->name,
		"ZoneType", "availability-zone", "GroupLongName", long_name, "Geography", "Name",
		country_of(r->name), "SubGeography", "Name", place_within(r->long_name, sub),
		"State", "available");
}

static const char *zone_name_of_id(const struct call *c, const char *id)
{
	struct zone z;

	return zone_seen(c, id, &z) ? z.name : "";
}

static json_t *far_view(const struct call *c, const struct far_zone *f)
{
	char sub[PLACE_TEXT];

	return json_pack(
		"{s:s, s:[], s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:[{s:s}], s:[{s:s}], s:s}",
		"OptInStatus", far_status(c, f), "Messages", "RegionName", f->region, "ZoneName",
		f->zone.name, "ZoneId", f->zone.id, "GroupName", f->group, "NetworkBorderGroup",
		f->group, "ZoneType", f->type, "ParentZoneName", zone_name_of_id(c, f->parent),
		"ParentZoneId", f->parent, "GroupLongName", f->group_long_name, "Geography", "Name",
		country_of(f->region), "SubGeography", "Name",
		place_within(f->group_long_name, sub), "State", "available");
}

/* Every zone here, those of groups without opt-in included. */
static json_t *all_zones(const struct call *c)
{
	const struct region_facts *r = region_find(c->who.region);
	json_t *list = json_array();

	for (size_t i = 0; r && i < r->n_zones; i++)
		json_array_append_new(list, near_view(c, r, i));
	for (size_t i = 0; i < n_far_zones; i++)
		if (strcmp(far_zones[i].region, c->who.region) == 0)
			json_array_append_new(list, far_view(c, &far_zones[i]));
	return list;
}

static bool zones_known(struct call *c, const json_t *zones, const char *asked, const char *member)
{
	size_t i, k;
	json_t *want, *zone;
	bool found;

	json_array_foreach(in_list(c->in, asked), i, want)
	{
		found = false;
		json_array_foreach((json_t *)(uintptr_t)zones, k, zone)
		{
			if (strcmp(in_text(zone, member), json_string_value(want)) == 0)
				found = true;
		}
		if (!found) {
			call_fault(c, FAULT_INVALID_ZONE_NAME, json_string_value(want));
			return false;
		}
	}
	return true;
}

static bool zone_listed(const struct call *c, const json_t *zone)
{
	json_t *names = in_list(c->in, "ZoneNames"), *ids = in_list(c->in, "ZoneIds");

	if (json_array_size(names) || json_array_size(ids))
		return list_has(names, in_text(zone, "ZoneName")) ||
		       list_has(ids, in_text(zone, "ZoneId"));
	return in_bool(c->in, "AllAvailabilityZones", false) ||
	       strcmp(in_text(zone, "OptInStatus"), "not-opted-in") != 0;
}

static const struct filter_path zone_filters[] = {
	{"message", "Messages.Message"},
	{NULL, NULL},
};

static json_t *describe_zones(struct call *c)
{
	json_t *zones, *list, *zone;
	size_t i;

	if (!filters_check(c))
		return NULL;
	zones = all_zones(c);
	if (!zones_known(c, zones, "ZoneNames", "ZoneName") ||
		!zones_known(c, zones, "ZoneIds", "ZoneId")) {
		json_decref(zones);
		return NULL;
	}
	list = json_array();
	json_array_foreach(zones, i, zone)
	{
		if (zone_listed(c, zone) && filters_match(c, zone_filters, zone))
			json_array_append(list, zone);
	}
	json_decref(zones);
	return json_pack("{s:o}", "AvailabilityZones", list);
}

/* Source: ModifyAvailabilityZoneGroup; who wants out again has to ask AWS Support. */
static json_t *modify_zone_group(struct call *c)
{
	const char *group = in_text(c->in, "GroupName");
	char name[96];

	if (!far_group(c, group))
		return call_fault(c, FAULT_INVALID_VALUE, group, "groupName",
			"The specified group does not exist or its opt-in status cannot be changed.");
	group_setting(group, name);
	if (strcmp(in_text(c->in, "OptInStatus"), "opted-in") == 0)
		setting_put(c, name, json_pack("{s:s}", "OptInStatus", "opted-in"));
	else if (setting_get(c, name))
		return call_fault(c, FAULT_NOT_PERMITTED,
			"To opt out of a zone group you must contact AWS Support.");
	return json_pack("{s:b}", "Return", 1);
}

static const struct handler handlers[] = {
	{"DescribeRegions", describe_regions},
	{"DescribeAvailabilityZones", describe_zones},
	{"ModifyAvailabilityZoneGroup", modify_zone_group},
	{NULL, NULL},
};

const struct family ops_region = {"ec2", handlers, NULL};
