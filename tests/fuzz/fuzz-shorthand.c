/*
 * fuzz-shorthand.c - a value in the CLI's own syntax: parsed, or refused with a sentence; and what
 * was parsed fits the shape of an option, or is refused with a sentence.
 *
 * The first byte says which option of those below.
 */
#include "base/mem.h"
#include "cli/shorthand.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *operation, *member;
} options[] = {
	{"CreateTags", "Tags"},
	{"DescribeImages", "Filters"},
	{"RunInstances", "BlockDeviceMappings"},
	{"RunInstances", "TagSpecifications"},
	{"RunInstances", "MetadataOptions"},
	{"RunInstances", "NetworkInterfaces"},
	{"ModifyImageAttribute", "LaunchPermission"},
	{"AuthorizeSecurityGroupIngress", "IpPermissions"},
	{"ReplaceImageCriteriaInAllowedImagesSettings", "ImageCriteria"},
};

static const struct model_shape *shape_of(unsigned choice)
{
	size_t i = choice % ARRAY_LEN(options);
	const struct model_operation *op = model_find_operation("ec2", options[i].operation);
	const char *name = options[i].member;
	const struct model_shape *shape;

	shape = model_member_shape(
		model_find_member(model_shape(op->input), MODEL_BY_NAME, name, strlen(name)));
	return shape->kind == MODEL_LIST ? model_shape(shape->element) : shape;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct cli cli = {.folder = "/nonexistent"};
	struct buf problem = BUF_INIT;
	enum shorthand_fault fault = SHORTHAND_SYNTAX;
	char *value;
	json_t *v;

	if (!size)
		return 0;
	value = xstrndup((const char *)data + 1, size - 1);
	v = shorthand_parse(&cli, value, strlen(value), &problem, &fault);
	if (v ? !json_is_object(v) : !problem.len)
		abort();
	if (v) {
		buf_clear(&problem);
		v = shorthand_fit(v, shape_of(data[0]), &problem);
		if (!v && !problem.len)
			abort();
	}
	json_decref(v);
	buf_release(&problem);
	free(value);
	return 0;
}
