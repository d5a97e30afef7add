/*
 * image-usage.c - reports on which accounts use an image.
 *
 * Rules: EC2 user guide, "View your AMI usage".
 *
 * Kind "image-usage-report": an ImageUsageReport; private: _Entries, its ImageUsageReportEntry list
 * as soon as it is available.
 */
#include "ops/account.h"
#include "ops/image-task.h"
#include "ops/image.h"
#include "ops/launch-template.h"

#include <stdlib.h>
#include <string.h>

enum {
	READY_MS = 60 * 1000,
	KEPT_DAYS = 30,
	ACCOUNTS_MAX = 200,
	DEPTH_USUAL = 20, /* versions of a launch template that are looked at */
	DEPTH_MAX = 10000,
};

static const char kind[] = "image-usage-report";
static const char instances[] = "ec2:Instance";
static const char templates[] = "ec2:LaunchTemplate";

/* ---- CreateImageUsageReport: checks ---- */

static bool refuse(struct call *c, const char *text)
{
	call_fault(c, FAULT_INVALID_PARAMETER_VALUE, text);
	return false;
}

static bool option_check(struct call *c, const json_t *option)
{
	const char *name = in_text(option, "OptionName");
	const json_t *values = in_list(option, "OptionValues");
	const char *value = json_string_value(json_array_get(values, 0));
	char *end = NULL;
	long depth = value ? strtol(value, &end, 10) : 0;

	if (!name || strcmp(name, "version-depth") != 0) {
		call_fault(c, FAULT_INVALID_VALUE, name ? name : "null", "OptionName",
			"Valid values are: version-depth.");
		return false;
	}
	if (json_array_size(values) != 1 || *end || depth < 1 || depth > DEPTH_MAX) {
		call_fault(c, FAULT_INVALID_VALUE, value ? value : "null", "OptionValue",
			"Specify one integer between 1 and 10000.");
		return false;
	}
	return true;
}

static bool type_check(struct call *c, const json_t *type)
{
	const char *name = in_text(type, "ResourceType");
	json_t *options = in_list(type, "ResourceTypeOptions"), *option;
	size_t i;

	if (!name || (strcmp(name, instances) != 0 && strcmp(name, templates) != 0)) {
		call_fault(c, FAULT_INVALID_VALUE, name ? name : "null", "ResourceType",
			"Valid values are: ec2:Instance, ec2:LaunchTemplate.");
		return false;
	}
	if (json_array_size(options) && strcmp(name, templates) != 0)
		return refuse(c, "ResourceTypeOptions is valid only for ec2:LaunchTemplate.");
	json_array_foreach(options, i, option)
	{
		if (!option_check(c, option))
			return false;
	}
	return true;
}

static bool types_check(struct call *c)
{
	json_t *types = in_list(c->in, "ResourceTypes"), *type;
	size_t i, k;

	if (!json_array_size(types)) {
		call_fault(c, FAULT_MISSING_PARAMETER, "ResourceTypes");
		return false;
	}
	json_array_foreach(types, i, type)
	{
		if (!type_check(c, type))
			return false;
		for (k = 0; k < i; k++)
			if (strcmp(in_text(type, "ResourceType"),
				    in_text(json_array_get(types, k), "ResourceType")) == 0)
				return refuse(c, "A resource type can be specified only once.");
	}
	return true;
}

static bool accounts_check(struct call *c)
{
	json_t *accounts = in_list(c->in, "AccountIds"), *each;
	size_t i;

	if (json_array_size(accounts) > ACCOUNTS_MAX)
		return refuse(c, "At most 200 accounts can be specified.");
	json_array_foreach(accounts, i, each)
	{
		const char *id = json_string_value(each);

		if (strlen(id) != 12 || strspn(id, "0123456789") != 12) {
			call_fault(c, FAULT_INVALID_VALUE, id, "AccountId",
				"An account ID has 12 digits.");
			return false;
		}
	}
	return true;
}

/* Report quotas: one report of an image at a time. */
static bool none_pending(struct call *c, const char *image)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, kind, &at, &r)) {
		if (strcmp(in_text(r.doc, "State"), "pending") == 0 &&
			strcmp(in_text(r.doc, "ImageId"), image) == 0) {
			call_fault(c, FAULT_USAGE_REPORT_PENDING, image);
			return false;
		}
	}
	return true;
}

static json_t *create_report(struct call *c)
{
	static const char *const types[] = {"image-usage-report", NULL};
	json_t *report, *accounts = in_list(c->in, "AccountIds");
	struct resource image;
	char id[WORLD_ID];

	if (!tags_check(c, types) || !image_for_change(c, in_text(c->in, "ImageId"), &image) ||
		!types_check(c) || !accounts_check(c) || !none_pending(c, image.id))
		return NULL;
	call_id(c, "amiur", id);
	report = json_pack("{s:s, s:s, s:O, s:s, s:o, s:o, s:[]}", "ImageId", image.id, "ReportId",
		id, "ResourceTypes", in_list(c->in, "ResourceTypes"), "State", "pending",
		"CreationTime", time_json(call_now(c)), "ExpirationTime",
		time_json(call_now(c) + KEPT_DAYS * TASK_DAY_MS), "_Entries");
	if (json_array_size(accounts))
		json_object_set(report, "AccountIds", accounts);
	tags_set(c, kind, report);
	timer_set(c->w, report, READY_MS, "image-usage-ready");
	forget_oldest(c->w, call_place(c, kind), FORGET_MOST, fate_by_timer);
	call_put(c, kind, id, report);
	return json_pack("{s:s}", "ReportId", id);
}

/* ---- counting ---- */

static int64_t count_instances(struct world *w, struct place_of in, const char *image)
{
	struct world_cursor at = {0};
	struct resource r;
	int64_t n = 0;

	while (world_next(w, in, &at, &r)) {
		const char *of = in_text(r.doc, "ImageId");

		n += of && strcmp(of, image) == 0;
	}
	return n;
}

static bool version_names(
	const struct call *c, const json_t *template, int64_t number, const char *image)
{
	const char *of =
		in_text(template_version(c, template, number), "LaunchTemplateData.ImageId");

	return of && strcmp(of, image) == 0;
}

/* A template counts once, however many of its versions name the image. */
static int64_t count_templates(
	struct world *w, struct place_of in, const char *image, int64_t depth)
{
	struct call there = {.w = w, .who = {.account = in.account, .region = in.region}};
	struct world_cursor at = {0};
	struct resource r;
	int64_t n = 0, version;

	while (world_next(w, in, &at, &r)) {
		int64_t latest = in_int(r.doc, "LatestVersionNumber", 0);
		bool names = false;

		for (version = latest; !names && version > 0 && version > latest - depth; version--)
			names = version_names(&there, r.doc, version, image);
		n += names;
	}
	return n;
}

static int64_t depth_of(const json_t *type)
{
	const json_t *option = json_array_get(in_list(type, "ResourceTypeOptions"), 0);
	const char *value = json_string_value(json_array_get(in_list(option, "OptionValues"), 0));

	return value ? strtol(value, NULL, 10) : DEPTH_USUAL;
}

static void count_account(
	struct world *w, const struct resource *report, const char *account, json_t *entries)
{
	const char *image = in_text(report->doc, "ImageId");
	json_t *type;
	size_t i;

	json_array_foreach(in_list(report->doc, "ResourceTypes"), i, type)
	{
		const char *name = in_text(type, "ResourceType");
		bool of_instances = strcmp(name, instances) == 0;
		struct place_of in = place(
			account, report->in.region, of_instances ? "instance" : "launch-template");
		int64_t n = of_instances ? count_instances(w, in, image)
					 : count_templates(w, in, image, depth_of(type));

		if (n)
			json_array_append_new(
				entries, json_pack("{s:s, s:s, s:I, s:s, s:s, s:O}", "ResourceType",
						 name, "ReportId", report->id, "UsageCount",
						 (json_int_t)n, "AccountId", account, "ImageId",
						 image, "ReportCreationTime",
						 json_object_get(report->doc, "CreationTime")));
	}
}

static void ready_timer(struct world *w, const struct resource *r)
{
	json_t *report = call_edit(r->doc), *entries = json_array();
	json_t *only = in_list(report, "AccountIds");
	struct account_cursor at = {0};
	const char *account;

	while (account_next(w, &at, &account))
		if (!only || list_has(only, account))
			count_account(w, r, account, entries);
	json_object_set_new(report, "_Entries", entries);
	json_object_set_new(report, "State", json_string("available"));
	timer_set(w, report, KEPT_DAYS * TASK_DAY_MS - READY_MS, "image-task-forget");
	resource_put(w, r, report);
}

/* ---- describing ---- */

static json_t *describe_reports(struct call *c)
{
	static const char result[] = "ImageUsageReports";
	static const struct describe d = {
		.kind = kind,
		.result = result,
		.ids = "ReportIds",
		.prefix = "amiur",
		.malformed = FAULT_USAGE_REPORT_MALFORMED,
		.not_found = FAULT_USAGE_REPORT_NOT_FOUND,
	};
	json_t *answer = call_describe(c, &d);

	if (answer)
		task_keep_images(c, answer, result, "ImageId");
	return answer;
}

static json_t *describe_entries(struct call *c)
{
	static const struct filter_path paths[] = {
		{"creation-time", "ReportCreationTime"}, {NULL, NULL}};
	static const struct describe d = {
		.kind = kind,
		.result = "Reports",
		.ids = "ReportIds",
		.prefix = "amiur",
		.malformed = FAULT_USAGE_REPORT_MALFORMED,
		.not_found = FAULT_USAGE_REPORT_NOT_FOUND,
	};
	json_t *reports, *report, *entries, *entry;
	size_t i, k;

	if (!filters_check(c))
		return NULL;
	reports = task_describe_all(c, &d);
	if (!reports)
		return NULL;
	task_keep_images(c, reports, d.result, "ImageId");
	entries = json_array();
	json_array_foreach(json_object_get(reports, d.result), i, report)
	{
		json_array_foreach(in_list(report, "_Entries"), k, entry)
		{
			if (filters_match(c, paths, entry))
				json_array_append(entries, entry);
		}
	}
	json_decref(reports);
	return json_pack("{s:o}", "ImageUsageReportEntries", entries);
}

static json_t *delete_report(struct call *c)
{
	const char *id = in_text(c->in, "ReportId");

	if (!id_fits(id, "amiur"))
		return call_fault(c, FAULT_USAGE_REPORT_MALFORMED, id);
	if (!call_get(c, kind, id))
		return call_fault(c, FAULT_USAGE_REPORT_NOT_FOUND, id);
	call_drop(c, kind, id);
	return json_pack("{s:b}", "Return", 1);
}

static const struct handler handlers[] = {
	{"CreateImageUsageReport", create_report},
	{"DescribeImageUsageReports", describe_reports},
	{"DescribeImageUsageReportEntries", describe_entries},
	{"DeleteImageUsageReport", delete_report},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"image-usage-ready", ready_timer},
	{NULL, NULL},
};
const struct family ops_image_usage = {"ec2", handlers, timers};
