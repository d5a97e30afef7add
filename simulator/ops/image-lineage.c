/* image-lineage.c - where images come from and who uses them: ancestry, references, watermarks,
 * images of instances; see image.h. */
#include "ops/image.h"
#include "ops/launch-template.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- GetImageAncestry ---- */

enum { ANCESTORS_MAX = 100 };

static json_t *ancestor(const struct resource *r)
{
	const char *alias = in_text(r->doc, "ImageOwnerAlias");
	json_t *entry = json_pack("{s:s, s:s, s:s}", "CreationDate",
		in_text(r->doc, "CreationDate"), "ImageId", in_text(r->doc, "ImageId"),
		"ImageOwnerAlias", alias ? alias : r->in.account);

	json_object_set(entry, "SourceImageId", json_object_get(r->doc, "SourceImageId"));
	json_object_set(entry, "SourceImageRegion", json_object_get(r->doc, "SourceImageRegion"));
	return entry;
}

/* From the image up to the root, as far as anything is known; also of what has been deregistered.
 */
static json_t *get_image_ancestry(struct call *c)
{
	struct resource r;
	json_t *list;

	if (!image_find(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (!image_seen(c, &r))
		return call_fault(c, FAULT_AMI_NOT_AUTHORIZED, r.id);
	list = json_array();
	while (json_array_size(list) < ANCESTORS_MAX) {
		const char *id, *region;

		json_array_append_new(list, ancestor(&r));
		id = in_text(r.doc, "SourceImageId");
		region = in_text(r.doc, "SourceImageRegion");
		if (!id || !region || !image_record(c, region, id, &r))
			break;
	}
	return json_pack("{s:o}", "ImageAncestryEntries", list);
}

/* ---- DescribeImageReferences ---- */

/* A kind of resource that can refer to an image: `find` adds those that do. */
struct referrer {
	const char *type;
	void (*find)(struct call *c, const char *image, const json_t *options, json_t *list);
};

static void add_reference(struct call *c, json_t *list, const char *image, const char *type,
	const char *service, const char *what, const char *id)
{
	struct buf rest = BUF_INIT, arn = BUF_INIT;

	buf_addf(&rest, "%s/%s", what, *id == '/' ? id + 1 : id);
	call_arn(c, service, rest.s, &arn);
	json_array_append_new(list,
		json_pack("{s:s, s:s, s:s}", "ImageId", image, "ResourceType", type, "Arn", arn.s));
	buf_release(&rest);
	buf_release(&arn);
}

/* The values of a type's option, NULL: not given. */
static json_t *option(const json_t *options, const char *name)
{
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)(uintptr_t)options, i, one)
	{
		const char *have = in_text(one, "OptionName");

		if (have && strcmp(have, name) == 0)
			return in_list(one, "OptionValues");
	}
	return NULL;
}

static bool names(const json_t *doc, const char *path, const char *image)
{
	const char *have = in_text(doc, path);

	return have && strcmp(have, image) == 0;
}

static void by_instances(struct call *c, const char *image, const json_t *options, json_t *list)
{
	json_t *states = option(options, "state-name");
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "instance", &at, &r))
		if (names(r.doc, "ImageId", image) &&
			(!states || list_has(states, in_text(r.doc, "State.Name"))))
			add_reference(c, list, image, "ec2:Instance", "ec2", "instance", r.id);
}

/* The latest versions, as many as asked for (API reference: 20 by default). */
static bool version_names(
	const struct call *c, const json_t *template, const char *image, int64_t depth)
{
	int64_t number = in_int(template, "LatestVersionNumber", 0);

	for (; number > 0 && depth > 0; number--) {
		const json_t *version = template_version(c, template, number);

		if (version && names(version, "LaunchTemplateData.ImageId", image))
			return true;
		depth -= version != NULL;
	}
	return false;
}

static void by_templates(struct call *c, const char *image, const json_t *options, json_t *list)
{
	json_t *given = option(options, "version-depth");
	const char *text = json_string_value(json_array_get(given, 0));
	int64_t depth = text ? strtoll(text, NULL, 10) : 20;
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(c, "launch-template", &at, &r))
		if (version_names(c, r.doc, image, depth))
			add_reference(c, list, image, "ec2:LaunchTemplate", "ec2",
				"launch-template", r.id);
}

/* Parameters of the data type aws:ec2:image. */
static void by_parameters(struct call *c, const char *image, const json_t *options, json_t *list)
{
	struct world_cursor at = {0};
	struct resource r;

	(void)options;
	while (call_next(c, "parameter", &at, &r))
		if (names(r.doc, "DataType", "aws:ec2:image") && names(r.doc, "Value", image))
			add_reference(c, list, image, "ssm:Parameter", "ssm", "parameter", r.id);
}

/* EC2 Image Builder is not part of this world, so no recipe refers to anything. */
static void by_nobody(struct call *c, const char *image, const json_t *options, json_t *list)
{
	(void)c;
	(void)image;
	(void)options;
	(void)list;
}

static const struct referrer referrers[] = {
	{"ec2:Instance", by_instances},
	{"ec2:LaunchTemplate", by_templates},
	{"ssm:Parameter", by_parameters},
	{"imagebuilder:ImageRecipe", by_nobody},
	{"imagebuilder:ContainerRecipe", by_nobody},
};

static bool options_fit(struct call *c, const json_t *type)
{
	const char *name = in_text(type, "ResourceType");
	const char *fits = strcmp(name, "ec2:Instance") == 0         ? "state-name"
			   : strcmp(name, "ec2:LaunchTemplate") == 0 ? "version-depth"
								     : "";
	size_t i;
	json_t *one;

	json_array_foreach(in_list(type, "ResourceTypeOptions"), i, one)
	{
		const char *have = in_text(one, "OptionName");

		if (!have || strcmp(have, fits) != 0) {
			call_fault(c, FAULT_INVALID_VALUE, have ? have : "null", "OptionName",
				"The resource type has no such option.");
			return false;
		}
	}
	return true;
}

/* All types, or a choice of them: one of both has to be said. */
static bool types_fit(struct call *c)
{
	json_t *types = in_list(c->in, "ResourceTypes"), *type;
	bool all = in_bool(c->in, "IncludeAllResourceTypes", false);
	size_t i;

	if (all && json_array_size(types))
		call_fault(c, FAULT_INVALID_COMBINATION,
			"IncludeAllResourceTypes cannot be used together with ResourceTypes.");
	else if (!all && !json_array_size(types))
		call_fault(c, FAULT_MISSING_PARAMETER, "ResourceTypes");
	json_array_foreach(types, i, type)
	{
		if (!call_failed(c) && !in_text(type, "ResourceType"))
			call_fault(c, FAULT_MISSING_PARAMETER, "ResourceType");
		if (call_failed(c) || !options_fit(c, type))
			return false;
	}
	return !call_failed(c);
}

static void references_of(struct call *c, const char *image, json_t *list)
{
	json_t *types = in_list(c->in, "ResourceTypes"), *type;
	size_t i, k;

	for (k = 0; k < ARRAY_LEN(referrers); k++) {
		if (!types)
			referrers[k].find(c, image, NULL, list);
		json_array_foreach(types, i, type)
		{
			if (strcmp(in_text(type, "ResourceType"), referrers[k].type) == 0)
				referrers[k].find(
					c, image, in_list(type, "ResourceTypeOptions"), list);
		}
	}
}

static json_t *describe_image_references(struct call *c)
{
	json_t *ids = in_list(c->in, "ImageIds"), *list, *id;
	struct resource r;
	size_t i;

	if (!types_fit(c))
		return NULL;
	list = json_array();
	json_array_foreach(ids, i, id)
	{
		if (!id_fits(json_string_value(id), "ami"))
			call_fault(c, FAULT_INVALID_AMI_ID_MALFORMED, json_string_value(id));
		else if (!image_record(c, c->who.region, json_string_value(id), &r) ||
			 !image_seen(c, &r))
			call_fault(c, FAULT_INVALID_AMI_ID_NOT_FOUND, json_string_value(id));
		if (call_failed(c)) {
			json_decref(list);
			return NULL;
		}
		references_of(c, json_string_value(id), list);
	}
	return json_pack("{s:o}", "ImageReferences", list);
}

/* ---- watermarks ---- */

void image_watermarks_copy(const json_t *from, json_t *to)
{
	json_t *marks = in_list(from, "ImageWatermarks");

	if (json_array_size(marks))
		json_object_set_new(to, "ImageWatermarks", json_deep_copy(marks));
}

/* Its position; SIZE_MAX: none such. */
static size_t find_mark(const json_t *image, const char *key)
{
	json_t *mark;
	size_t i;

	json_array_foreach(in_list(image, "ImageWatermarks"), i, mark)
	{
		if (strcmp(in_text(mark, "WatermarkKey"), key) == 0)
			return i;
	}
	return SIZE_MAX;
}

static void add_mark(struct call *c, const struct resource *r, const char *key)
{
	json_t *doc = call_edit(r->doc), *marks = in_list(doc, "ImageWatermarks");

	if (!marks) {
		marks = json_array();
		json_object_set_new(doc, "ImageWatermarks", marks);
	}
	json_array_append_new(
		marks, json_pack("{s:s, s:s, s:s, s:s, s:o}", "WatermarkKey", key,
			       "SourceImageRegion", c->who.region, "SourceImageId", r->id,
			       "SourceImageCreationTime", in_text(doc, "CreationDate"),
			       "WatermarkCreationTime", time_json(call_now(c))));
	call_put(c, "image", r->id, doc);
}

static json_t *attach_watermark(struct call *c)
{
	const char *name = in_text(c->in, "WatermarkName");
	struct buf key = BUF_INIT;
	struct resource r;
	json_t *answer;

	if (!image_for_use(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	if (!image_name_fits(name))
		return call_fault(c, FAULT_INVALID_VALUE, name, "WatermarkName",
			"A name has 3 to 128 letters, digits, blanks, and ( ) [ ] . / - ' @ _");
	if (in_bool(r.doc, "Public", false))
		return call_fault(c, FAULT_WATERMARK_PUBLIC, r.id);
	buf_addf(&key, "%s:%s", c->who.account, name);
	if (find_mark(r.doc, key.s) == SIZE_MAX)
		add_mark(c, &r, key.s);
	answer = json_pack("{s:s}", "WatermarkKey", key.s);
	buf_release(&key);
	return answer;
}

static json_t *detach_watermark(struct call *c)
{
	const char *key = in_text(c->in, "WatermarkKey");
	struct resource r;
	json_t *doc, *marks;
	size_t at;

	if (!image_for_use(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	at = find_mark(r.doc, key);
	if (at == SIZE_MAX)
		return call_fault(c, FAULT_WATERMARK_UNKNOWN, key, r.id);
	doc = call_edit(r.doc);
	marks = in_list(doc, "ImageWatermarks");
	json_array_remove(marks, at);
	if (!json_array_size(marks))
		json_object_del(doc, "ImageWatermarks");
	call_put(c, "image", r.id, doc);
	return json_pack("{s:b}", "Return", 1);
}

/* ---- DescribeInstanceImageMetadata ---- */

/* The image of an instance, also if it is no longer there or no longer shared. */
static json_t *image_metadata(const struct call *c, const char *id)
{
	static const char *const members[] = {"ImageId", "Name", "OwnerId", "State",
		"ImageOwnerAlias", "CreationDate", "DeprecationTime", "ImageWatermarks"};
	json_t *out = json_pack("{s:s}", "ImageId", id);
	struct resource r;

	if (!image_record(c, c->who.region, id, &r))
		return out;
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(out, members[i], json_object_get(r.doc, members[i]));
	json_object_set_new(out, "IsPublic", json_boolean(in_bool(r.doc, "Public", false)));
	if (strcmp(image_allowed_state(c), "disabled") != 0)
		json_object_set_new(out, "ImageAllowed", json_boolean(image_allowed(c, &r)));
	return out;
}

static json_t *instance_metadata_view(const struct call *c, const struct resource *r)
{
	static const char *const members[] = {"InstanceId", "InstanceType", "LaunchTime", "State"};
	const char *zone = in_text(r->doc, "Placement.AvailabilityZone"),
		   *image = in_text(r->doc, "ImageId");
	const struct region_facts *region = region_find(r->in.region);
	const struct zone *facts = zone && region ? zone_find(region, zone) : NULL;
	json_t *view = json_object(), *tags = tags_seen(c, r);

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(view, members[i], json_object_get(r->doc, members[i]));
	if (zone)
		json_object_set_new(view, "AvailabilityZone", json_string(zone));
	if (facts)
		json_object_set_new(view, "ZoneId", json_string(facts->id));
	json_object_set_new(view, "OwnerId", json_string(r->in.account));
	if (tags)
		json_object_set_new(view, "Tags", tags);
	if (image)
		json_object_set_new(view, "ImageMetadata", image_metadata(c, image));
	json_object_set_new(view, "Operator", json_pack("{s:b}", "Managed", 0));
	return view;
}

static json_t *describe_instance_image_metadata(struct call *c)
{
	static const struct filter_path filters[] = {
		{"image-allowed", "ImageMetadata.ImageAllowed"},
		{"instance-state-name", "State.Name"},
		{"owner-alias", "ImageMetadata.ImageOwnerAlias"},
		{"owner-id", "ImageMetadata.OwnerId"},
		{NULL, NULL},
	};
	static const struct describe d = {
		.kind = "instance",
		.result = "InstanceImageMetadata",
		.ids = "InstanceIds",
		.prefix = "i",
		.malformed = FAULT_INVALID_INSTANCE_ID_MALFORMED,
		.not_found = FAULT_INVALID_INSTANCE_ID_NOT_FOUND,
		.filters = filters,
		.view = instance_metadata_view,
	};

	return call_describe(c, &d);
}

static const struct handler handlers[] = {
	{"GetImageAncestry", get_image_ancestry},
	{"DescribeImageReferences", describe_image_references},
	{"AttachImageWatermark", attach_watermark},
	{"DetachImageWatermark", detach_watermark},
	{"DescribeInstanceImageMetadata", describe_instance_image_metadata},
	{NULL, NULL},
};
const struct family ops_image_lineage = {"ec2", handlers, NULL};
