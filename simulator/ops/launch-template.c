/* launch-template.c - launch templates and their versions; see launch-template.h. */
#include "ops/launch-template.h"

#include "ops/table.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* EC2 user guide, "launch template restrictions". */
enum { TEMPLATES_MAX = 5000, VERSIONS_MAX = 10000 };

/* ---- look-up ---- */

json_t *template_meant(struct call *c, const json_t *in)
{
	const char *id = in_text(in, "LaunchTemplateId"), *name = in_text(in, "LaunchTemplateName");
	json_t *doc;

	if (id && name)
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"You must specify either a launch template ID or a launch template name, but not both.");
	if (!id && !name)
		return call_fault(
			c, FAULT_MISSING_PARAMETER, "LaunchTemplateId or LaunchTemplateName");
	if (id && !id_fits(id, "lt"))
		return call_fault(c, FAULT_INVALID_TEMPLATE_ID_MALFORMED, id);
	if (name)
		id = in_text(call_get(c, "launch-template-name", name), "LaunchTemplateId");
	doc = id ? call_get(c, "launch-template", id) : NULL;
	if (!doc && name)
		return call_fault(c, FAULT_TEMPLATE_NAME_NOT_FOUND, name);
	return doc ? doc : call_fault(c, FAULT_INVALID_TEMPLATE_ID_NOT_FOUND, id);
}

static void version_id(const json_t *template, int64_t number, struct buf *out)
{
	buf_addf(out, "%s/%lld", in_text(template, "LaunchTemplateId"), (long long)number);
}

json_t *template_version(const struct call *c, const json_t *template, int64_t number)
{
	struct buf id = BUF_INIT;
	json_t *doc;

	version_id(template, number, &id);
	doc = call_get(c, "launch-template-version", id.s);
	buf_release(&id);
	return doc;
}

void template_version_fault(struct call *c, const json_t *template, const char *text)
{
	call_fault(
		c, FAULT_TEMPLATE_VERSION_NOT_FOUND, text, in_text(template, "LaunchTemplateId"));
}

int64_t template_version_number(struct call *c, const json_t *template, const char *text)
{
	char *end;
	int64_t n;

	if (strcmp(text, "$Latest") == 0)
		return in_int(template, "LatestVersionNumber", 0);
	if (strcmp(text, "$Default") == 0)
		return in_int(template, "DefaultVersionNumber", 0);
	n = strtoll(text, &end, 10);
	if (isdigit((unsigned char)*text) && !*end && n > 0)
		return n;
	call_fault(c, FAULT_TEMPLATE_VERSION_MALFORMED, text, "launchTemplateVersion");
	return 0;
}

static json_t *version_meant(struct call *c, const json_t *template, const char *text)
{
	int64_t n = template_version_number(c, template, text);
	json_t *doc = n ? template_version(c, template, n) : NULL;

	if (!doc && !call_failed(c))
		template_version_fault(c, template, text);
	return doc;
}

json_t *launch_template_data(struct call *c, const json_t *specification)
{
	json_t *template = template_meant(c, specification), *version;
	const char *text = in_text(specification, "Version");

	version = template ? version_meant(c, template, text && *text ? text : "$Default") : NULL;
	return version ? json_incref(json_object_get(version, "LaunchTemplateData")) : NULL;
}

/* The id is copied: the document's own texts are the world's from then on. */
static void put_template(struct call *c, json_t *doc)
{
	char id[WORLD_ID];

	snprintf(id, sizeof id, "%s", in_text(doc, "LaunchTemplateId"));
	call_put(c, "launch-template", id, doc);
}

/* ---- making ---- */

static bool name_fits(const char *name)
{
	size_t n = 0;

	for (; name[n]; n++)
		if (!isalnum((unsigned char)name[n]) && !strchr("-()./_", name[n]))
			return false;
	return n >= 3 && n <= 128;
}

static bool check_data(struct call *c, const json_t *data)
{
	if (!json_object_size(data))
		call_fault(c, FAULT_MISSING_PARAMETER, "LaunchTemplateData");
	else
		instance_user_data_check(c, in_text(data, "UserData"));
	return !call_failed(c);
}

/* What would be wrong with a launch now is only a warning: {Errors: [{Code, Message}]}; NULL:
 * nothing. */
static json_t *warning(const struct call *c, const json_t *data)
{
	const char *image = in_text(data, "ImageId");
	struct ops_answer answer = OPS_ANSWER_INIT;
	struct call trial = *c;
	struct resource r;
	json_t *result = NULL;

	if (!image || strncmp(image, "resolve:", 8) == 0)
		return NULL;
	trial.answer = &answer;
	if (!image_for_launch(&trial, image, &r))
		result = json_pack("{s:[{s:s, s:s}]}", "Errors", "Code", answer.code, "Message",
			answer.text.s);
	ops_answer_release(&answer);
	return result;
}

static void add_version(struct call *c, const json_t *template, int64_t number, json_t *data)
{
	struct buf id = BUF_INIT;
	json_t *doc = json_pack("{s:O, s:O, s:I, s:o, s:s, s:o, s:{s:b}}", "LaunchTemplateId",
		json_object_get(template, "LaunchTemplateId"), "LaunchTemplateName",
		json_object_get(template, "LaunchTemplateName"), "VersionNumber",
		(json_int_t)number, "CreateTime", time_json(call_now(c) / 1000 * 1000), "CreatedBy",
		c->who.arn, "LaunchTemplateData", json_deep_copy(data), "Operator", "Managed", 0);
	const char *description = in_text(c->in, "VersionDescription");

	if (description)
		json_object_set_new(doc, "VersionDescription", json_string(description));
	version_id(template, number, &id);
	call_put(c, "launch-template-version", id.s, doc);
	buf_release(&id);
}

static json_t *with_warning(const struct call *c, json_t *answer, const json_t *data)
{
	json_t *w = warning(c, data);

	if (w)
		json_object_set_new(answer, "Warning", w);
	return answer;
}

static json_t *create_template(struct call *c)
{
	static const char *const types[] = {"launch-template", NULL};
	const char *name = in_text(c->in, "LaunchTemplateName");
	json_t *data = in_get(c->in, "LaunchTemplateData"), *doc;
	char id[WORLD_ID];

	if (!name_fits(name))
		return call_fault(c, FAULT_TEMPLATE_NAME_MALFORMED);
	if (call_get(c, "launch-template-name", name))
		return call_fault(c, FAULT_TEMPLATE_NAME_TAKEN);
	if (!check_data(c, data) || !tags_check(c, types))
		return NULL;
	if (world_count(c->w, call_place(c, "launch-template")) >= TEMPLATES_MAX)
		return call_fault(c, FAULT_TEMPLATE_LIMIT, (long long)TEMPLATES_MAX);
	call_id(c, "lt", id);
	doc = json_pack("{s:s, s:s, s:o, s:s, s:i, s:i, s:{s:b}}", "LaunchTemplateId", id,
		"LaunchTemplateName", name, "CreateTime", time_json(call_now(c) / 1000 * 1000),
		"CreatedBy", c->who.arn, "DefaultVersionNumber", 1, "LatestVersionNumber", 1,
		"Operator", "Managed", 0);
	tags_set(c, "launch-template", doc);
	add_version(c, doc, 1, data);
	call_put(c, "launch-template-name", name, json_pack("{s:s}", "LaunchTemplateId", id));
	call_put(c, "launch-template", id, doc);
	return with_warning(c, json_pack("{s:O}", "LaunchTemplate", doc), data);
}

/* The new version's data: the source version's under the request's. */
static json_t *version_data(struct call *c, const json_t *template)
{
	const char *source = in_text(c->in, "SourceVersion"), *name;
	json_t *given = in_get(c->in, "LaunchTemplateData"), *version, *data, *value;

	version = source ? version_meant(c, template, source) : NULL;
	if (call_failed(c))
		return NULL;
	data = version ? json_copy(json_object_get(version, "LaunchTemplateData")) : json_object();
	json_object_foreach(given, name, value) json_object_set(data, name, value);
	if (check_data(c, data))
		return data;
	json_decref(data);
	return NULL;
}

static json_t *resolved(struct call *c, const json_t *version, bool resolve)
{
	json_t *copy = json_deep_copy(version), *data = json_object_get(copy, "LaunchTemplateData");
	const char *image = in_text(data, "ImageId");

	if (resolve && image)
		image = launch_image_id(c, image);
	if (resolve && image)
		json_object_set_new(data, "ImageId", json_string(image));
	return copy;
}

static json_t *create_version(struct call *c)
{
	json_t *template = template_meant(c, c->in), *data, *doc, *answer;
	int64_t number = in_int(template, "LatestVersionNumber", 0) + 1;

	if (!template)
		return NULL;
	if (number > VERSIONS_MAX)
		return call_fault(c, FAULT_TEMPLATE_VERSION_LIMIT, (long long)VERSIONS_MAX);
	data = version_data(c, template);
	if (!data)
		return NULL;
	doc = call_edit(template);
	json_object_set_new(doc, "LatestVersionNumber", json_integer(number));
	add_version(c, doc, number, data);
	put_template(c, doc);
	answer = json_pack("{s:o}", "LaunchTemplateVersion",
		resolved(c, template_version(c, doc, number),
			in_bool(c->in, "ResolveAlias", false)));
	json_object_set_new(in_get(answer, "LaunchTemplateVersion"), "DefaultVersion",
		json_boolean(in_int(doc, "DefaultVersionNumber", 0) == number));
	with_warning(c, answer, data);
	json_decref(data);
	return answer;
}

/* ---- changing ---- */

static json_t *modify_template(struct call *c)
{
	json_t *template = template_meant(c, c->in), *doc;
	const char *version = in_text(c->in, "DefaultVersion");

	if (!template)
		return NULL;
	if (!version || !*version)
		return call_fault(c, FAULT_MISSING_PARAMETER, "DefaultVersion");
	if (!version_meant(c, template, version))
		return NULL;
	doc = call_edit(template);
	json_object_set_new(doc, "DefaultVersionNumber",
		json_integer(template_version_number(c, template, version)));
	put_template(c, doc);
	return json_pack("{s:O}", "LaunchTemplate", doc);
}

static void drop_version(struct call *c, const json_t *template, int64_t number)
{
	struct buf id = BUF_INIT;

	version_id(template, number, &id);
	if (call_get(c, "launch-template-version", id.s))
		call_drop(c, "launch-template-version", id.s);
	buf_release(&id);
}

static json_t *delete_template(struct call *c)
{
	json_t *template = template_meant(c, c->in), *answer;

	if (!template)
		return NULL;
	answer = json_pack("{s:o}", "LaunchTemplate", json_deep_copy(template));
	template = json_object_get(answer, "LaunchTemplate");
	for (int64_t n = in_int(template, "LatestVersionNumber", 0); n > 0; n--)
		drop_version(c, template, n);
	call_drop(c, "launch-template-name", in_text(template, "LaunchTemplateName"));
	call_drop(c, "launch-template", in_text(template, "LaunchTemplateId"));
	return answer;
}

/* ---- DeleteLaunchTemplateVersions ---- */

/* Why a version stays; NULL: it can go. */
static const char *stays(
	const struct call *c, const json_t *template, int64_t number, const char **code)
{
	if (!template_version(c, template, number)) {
		*code = "launchTemplateVersionDoesNotExist";
		return "Could not find the specified launch template version.";
	}
	if (in_int(template, "DefaultVersionNumber", 0) == number) {
		*code = "unexpectedError";
		return "The default version of a launch template cannot be deleted.";
	}
	return NULL;
}

static json_t *delete_version(
	struct call *c, const json_t *template, int64_t number, const char *why, const char *code)
{
	json_t *item = json_pack("{s:O, s:O, s:I}", "LaunchTemplateId",
		json_object_get(template, "LaunchTemplateId"), "LaunchTemplateName",
		json_object_get(template, "LaunchTemplateName"), "VersionNumber",
		(json_int_t)number);

	if (why)
		json_object_set_new(item, "ResponseError",
			json_pack("{s:s, s:s}", "Code", code, "Message", why));
	else
		drop_version(c, template, number);
	return item;
}

static json_t *delete_versions(struct call *c)
{
	json_t *template = template_meant(c, c->in), *done, *not_done, *each;
	size_t i;

	if (!template)
		return NULL;
	done = json_array();
	not_done = json_array();
	json_array_foreach(in_list(c->in, "Versions"), i, each)
	{
		int64_t number = template_version_number(c, template, json_string_value(each));
		const char *code = NULL, *why;

		if (!number) {
			json_decref(done);
			json_decref(not_done);
			return NULL;
		}
		why = stays(c, template, number, &code);
		json_array_append_new(
			why ? not_done : done, delete_version(c, template, number, why, code));
	}
	return json_pack("{s:o, s:o}", "SuccessfullyDeletedLaunchTemplateVersions", done,
		"UnsuccessfullyDeletedLaunchTemplateVersions", not_done);
}

static const struct handler handlers[] = {
	{"CreateLaunchTemplate", create_template},
	{"CreateLaunchTemplateVersion", create_version},
	{"ModifyLaunchTemplate", modify_template},
	{"DeleteLaunchTemplate", delete_template},
	{"DeleteLaunchTemplateVersions", delete_versions},
	{"DescribeLaunchTemplates", template_describe},
	{"DescribeLaunchTemplateVersions", template_describe_versions},
	{"GetLaunchTemplateData", template_data_of_instance},
	{NULL, NULL},
};
const struct family ops_launch_template = {"ec2", handlers, NULL};
