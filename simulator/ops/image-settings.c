/* image-settings.c - an account's settings for images in a Region: block public access, Allowed
 * AMIs; see image.h. */
#include "ops/image.h"

#include <string.h>

enum {
	CRITERIA_MAX = 10,
	PROVIDERS_MAX = 200,
	NAMES_MAX = 50
}; /* EC2 user guide, "Allowed AMIs" */

/* ---- block public access ---- */

static const char public_setting[] = "image-public-access";

/* On for new accounts. */
static const char *public_state(const struct call *c)
{
	const char *state = in_text(setting_get(c, public_setting), "State");

	return state ? state : "block-new-sharing";
}

bool image_public_blocked(const struct call *c)
{
	return strcmp(public_state(c), "unblocked") != 0;
}

/* It takes some minutes; until then the state is what it was. */
static json_t *enable_block(struct call *c)
{
	json_t *doc;

	if (!image_public_blocked(c)) {
		doc = json_pack("{s:s}", "State", "unblocked");
		timer_set(c->w, doc, IMAGE_BLOCKS_MS, "image-public-block");
		setting_put(c, public_setting, doc);
	}
	return json_pack("{s:s}", "ImageBlockPublicAccessState", "block-new-sharing");
}

static void block_timer(struct world *w, const struct resource *r)
{
	resource_put(w, r, json_pack("{s:s}", "State", "block-new-sharing"));
}

static json_t *disable_block(struct call *c)
{
	setting_put(c, public_setting, json_pack("{s:s}", "State", "unblocked"));
	return json_pack("{s:s}", "ImageBlockPublicAccessState", "unblocked");
}

static json_t *get_block(struct call *c)
{
	return json_pack("{s:s, s:s}", "ImageBlockPublicAccessState", public_state(c), "ManagedBy",
		"account");
}

/* ---- Allowed AMIs: the setting ---- */

static const char allowed_setting[] = "allowed-images";

const char *image_allowed_state(const struct call *c)
{
	const char *state = in_text(setting_get(c, allowed_setting), "State");

	return state ? state : "disabled";
}

/* Another state, or other criteria (stolen; NULL: as they are). */
static void set_allowed(struct call *c, const char *state, json_t *criteria)
{
	json_t *old = in_list(setting_get(c, allowed_setting), "ImageCriteria");

	if (!criteria)
		criteria = old ? json_incref(old) : json_array();
	setting_put(c, allowed_setting,
		json_pack("{s:s, s:o}", "State", state, "ImageCriteria", criteria));
}

static json_t *enable_allowed(struct call *c)
{
	const char *state = in_text(c->in, "AllowedImagesSettingsState");

	set_allowed(c, state, NULL);
	return json_pack("{s:s}", "AllowedImagesSettingsState", state);
}

static json_t *disable_allowed(struct call *c)
{
	set_allowed(c, "disabled", NULL);
	return json_pack("{s:s}", "AllowedImagesSettingsState", "disabled");
}

static json_t *get_allowed(struct call *c)
{
	json_t *criteria = in_list(setting_get(c, allowed_setting), "ImageCriteria");

	return json_pack("{s:s, s:o, s:s}", "State", image_allowed_state(c), "ImageCriteria",
		criteria ? json_incref(criteria) : json_array(), "ManagedBy", "account");
}

/* ---- Allowed AMIs: the criteria ---- */

static bool provider_fits(const char *name)
{
	static const char *const words[] = {
		"amazon", "aws-marketplace", "aws-backup-vault", "none"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return strlen(name) == 12 && strspn(name, "0123456789") == 12;
}

static bool too_many(struct call *c, const json_t *criterion, const char *member, size_t max)
{
	if (json_array_size(in_list(criterion, member)) > max)
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE, "A criterion has too many values.");
	return call_failed(c);
}

/* EC2 user guide, "Allowed AMIs": none stands for no provider but the account itself. */
static bool lists_none(const json_t *criterion)
{
	size_t i;
	json_t *name;

	json_array_foreach(in_list(criterion, "ImageProviders"), i, name)
	{
		if (strcmp(json_string_value(name), "none") == 0)
			return true;
	}
	return false;
}

static bool criterion_fits(struct call *c, const json_t *criterion)
{
	size_t i;
	json_t *name;

	if (!json_object_size(criterion)) {
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"An image criterion must have at least one member.");
		return false;
	}
	json_array_foreach(in_list(criterion, "ImageProviders"), i, name)
	{
		if (!provider_fits(json_string_value(name))) {
			call_fault(c, FAULT_INVALID_VALUE, json_string_value(name), "ImageProvider",
				"Valid values are amazon, aws-marketplace, aws-backup-vault, none, and account IDs.");
			return false;
		}
	}
	if (lists_none(criterion) && json_array_size(in_list(criterion, "ImageProviders")) > 1) {
		call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"The image provider none cannot be combined with others.");
		return false;
	}
	return !too_many(c, criterion, "ImageProviders", PROVIDERS_MAX) &&
	       !too_many(c, criterion, "ImageNames", NAMES_MAX) &&
	       !too_many(c, criterion, "MarketplaceProductCodes", NAMES_MAX) &&
	       !too_many(c, criterion, "ImageWatermarks", NAMES_MAX);
}

static json_t *replace_criteria(struct call *c)
{
	json_t *list = in_list(c->in, "ImageCriteria"), *criterion;
	size_t i;

	if (json_array_size(list) > CRITERIA_MAX)
		return call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
			"At most 10 image criteria can be specified.");
	json_array_foreach(list, i, criterion)
	{
		if (!criterion_fits(c, criterion))
			return NULL;
	}
	set_allowed(c, image_allowed_state(c), list ? json_deep_copy(list) : json_array());
	return json_pack("{s:b}", "ReturnValue", 1);
}

/* ---- whether an image meets them ---- */

static bool by_provider(const struct resource *r, const json_t *providers)
{
	const char *alias = in_text(r->doc, "ImageOwnerAlias");

	return list_has(providers, r->in.account) || (alias && list_has(providers, alias));
}

static bool by_name(const json_t *image, const json_t *names)
{
	size_t i;
	json_t *pattern;

	json_array_foreach((json_t *)(uintptr_t)names, i, pattern)
	{
		if (wildcard_match(json_string_value(pattern), in_text(image, "Name")))
			return true;
	}
	return false;
}

/* Whether a moment is at most so many days ago (a moment to come is). */
static bool within(const struct call *c, const char *moment, int64_t days)
{
	int64_t ms;

	return moment && time_parse(moment, &ms) && call_now(c) - ms <= days * IMAGE_DAY_MS;
}

static bool watermark_fits(const struct call *c, const json_t *mark, const json_t *want)
{
	static const struct {
		const char *days, *moment;
	} ages[] = {
		{"MaximumDaysSinceSourceImageCreated", "SourceImageCreationTime"},
		{"MaximumDaysSinceWatermarkCreated", "WatermarkCreationTime"},
	};
	const char *key = in_text(want, "WatermarkKey"),
		   *region = in_text(want, "SourceImageRegion");

	if ((key && !wildcard_match(key, in_text(mark, "WatermarkKey"))) ||
		(region && strcmp(region, in_text(mark, "SourceImageRegion")) != 0))
		return false;
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++)
		if (in_has(want, ages[i].days) &&
			!within(c, in_text(mark, ages[i].moment), in_int(want, ages[i].days, 0)))
			return false;
	return true;
}

static bool by_watermark(const struct call *c, const json_t *image, const json_t *wants)
{
	size_t i, k;
	json_t *want, *mark;

	json_array_foreach((json_t *)(uintptr_t)wants, i, want)
	{
		json_array_foreach(in_list(image, "ImageWatermarks"), k, mark)
		{
			if (watermark_fits(c, mark, want))
				return true;
		}
	}
	return false;
}

static bool by_age(const struct call *c, const json_t *image, const json_t *criterion)
{
	static const char created[] = "CreationDateCondition.MaximumDaysSinceCreated";
	static const char deprecated[] = "DeprecationTimeCondition.MaximumDaysSinceDeprecated";

	if (in_has(criterion, created) &&
		!within(c, in_text(image, "CreationDate"), in_int(criterion, created, 0)))
		return false;
	return !in_has(criterion, deprecated) || !image_deprecated(image, call_now(c)) ||
	       within(c, in_text(image, "DeprecationTime"), in_int(criterion, deprecated, 0));
}

/* What a criterion says must all be so; of a list one is enough. */
static bool meets(const struct call *c, const struct resource *r, const json_t *criterion)
{
	json_t *providers = in_list(criterion, "ImageProviders"),
	       *names = in_list(criterion, "ImageNames");
	json_t *codes = in_list(criterion, "MarketplaceProductCodes"),
	       *marks = in_list(criterion, "ImageWatermarks");
	const char *code = image_marketplace(r->doc);

	return (!json_array_size(providers) || by_provider(r, providers)) &&
	       (!json_array_size(names) || by_name(r->doc, names)) &&
	       (!json_array_size(codes) || (code && list_has(codes, code))) &&
	       (!json_array_size(marks) || by_watermark(c, r->doc, marks)) &&
	       by_age(c, r->doc, criterion);
}

bool image_allowed(const struct call *c, const struct resource *image)
{
	json_t *criteria = in_list(setting_get(c, allowed_setting), "ImageCriteria"), *criterion;
	size_t i;

	if (image_own(c, image))
		return true;
	json_array_foreach(criteria, i, criterion)
	{
		if (meets(c, image, criterion))
			return true;
	}
	return false;
}

bool image_usable(const struct call *c, const struct resource *image)
{
	return image_own(c, image) || strcmp(image_allowed_state(c), "enabled") != 0 ||
	       image_allowed(c, image);
}

static const struct handler handlers[] = {
	{"EnableImageBlockPublicAccess", enable_block},
	{"DisableImageBlockPublicAccess", disable_block},
	{"GetImageBlockPublicAccessState", get_block},
	{"EnableAllowedImagesSettings", enable_allowed},
	{"DisableAllowedImagesSettings", disable_allowed},
	{"GetAllowedImagesSettings", get_allowed},
	{"ReplaceImageCriteriaInAllowedImagesSettings", replace_criteria},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"image-public-block", block_timer},
	{NULL, NULL},
};
const struct family ops_image_settings = {"ec2", handlers, timers};
