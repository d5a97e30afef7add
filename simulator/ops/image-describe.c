/* image-describe.c - DescribeImages: whose images, which of them are hidden, how they look to whom;
 * see image.h. */
#include "ops/image.h"

#include <string.h>

/* ---- what is seen ---- */

/* Known a day late. */
json_t *image_last_launched(const struct call *c, const json_t *image)
{
	json_t *list = in_list(image, "_Launched"), *each;
	int64_t found = 0;
	size_t i;

	json_array_foreach(list, i, each)
	{
		if (call_now(c) - json_integer_value(each) >= IMAGE_DAY_MS)
			found = json_integer_value(each);
	}
	return found ? time_json(found) : NULL;
}

static void hide_tags(const struct call *c, const struct resource *r, json_t *view)
{
	json_t *tags = tags_seen(c, r);

	json_object_del(view, "Tags");
	if (tags)
		json_object_set_new(view, "Tags", tags);
}

/* The document itself, if nothing is to be added or hidden. */
static json_t *image_view(const struct call *c, const struct resource *r)
{
	bool own = image_own(c, r), judged = strcmp(image_allowed_state(c), "disabled") != 0;
	json_t *launched, *view;

	if (own && !judged && !in_has(r->doc, "_Launched"))
		return json_incref(r->doc);
	view = json_copy(r->doc);
	if (judged)
		json_object_set_new(view, "ImageAllowed", json_boolean(image_allowed(c, r)));
	launched = own ? image_last_launched(c, r->doc) : NULL;
	if (launched)
		json_object_set_new(view, "LastLaunchedTime", launched);
	if (!own)
		hide_tags(c, r, view);
	return view;
}

/* Without Allowed AMIs in force there is only the launch permission. */
static bool seen(const struct call *c, const struct resource *r)
{
	return image_seen(c, r) && image_usable(c, r);
}

/* ---- which are wanted ---- */

static bool owner_wanted(const struct call *c, const struct resource *r)
{
	json_t *owners = in_list(c->in, "Owners");
	const char *alias = in_text(r->doc, "ImageOwnerAlias");

	if (!json_array_size(owners) || list_has(owners, r->in.account))
		return true;
	return (alias && list_has(owners, alias)) || (image_own(c, r) && list_has(owners, "self"));
}

/* Of somebody else only what is shared with that very account is known; of oneself also what is
 * shared with one's organisation and unit. */
static bool names_account(const struct call *c, const struct resource *r, const char *account)
{
	size_t i;
	json_t *p;

	if (strcmp(account, c->who.account) == 0)
		return image_shared_with(c->w, r->doc, account);
	json_array_foreach(in_list(r->doc, "_LaunchPermissions"), i, p)
	{
		const char *user = in_text(p, "UserId");

		if (user && strcmp(user, account) == 0)
			return image_own(c, r);
	}
	return false;
}

static bool executable(const struct call *c, const struct resource *r)
{
	json_t *users = in_list(c->in, "ExecutableUsers"), *user;
	size_t i;

	json_array_foreach(users, i, user)
	{
		const char *who = json_string_value(user);

		if (strcmp(who, "all") == 0
				? in_bool(r->doc, "Public", false)
				: names_account(
					  c, r, strcmp(who, "self") == 0 ? c->who.account : who))
			return true;
	}
	return !json_array_size(users);
}

static bool wanted(const struct call *c, const struct resource *r)
{
	if (image_is_state(r->doc, "disabled") && !in_bool(c->in, "IncludeDisabled", false))
		return false;
	return owner_wanted(c, r) && executable(c, r);
}

/* In lists deprecated images of others are hidden; by its id one is found. */
static bool listed(const struct call *c, const struct resource *r)
{
	if (!wanted(c, r))
		return false;
	return image_own(c, r) || in_bool(c->in, "IncludeDeprecated", false) ||
	       !image_deprecated(r->doc, call_now(c));
}

/* ---- the request ---- */

static bool is_account(const char *text)
{
	return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

static bool users_check(struct call *c, const char *member, const char *const *words)
{
	size_t i, k;
	json_t *user;

	json_array_foreach(in_list(c->in, member), i, user)
	{
		const char *who = json_string_value(user);

		for (k = 0; words[k] && strcmp(words[k], who) != 0;)
			k++;
		if (!words[k] && !is_account(who)) {
			call_fault(c, FAULT_INVALID_USER_ID, who);
			return false;
		}
	}
	return true;
}

/* What the ids of a request come to: those to be shown; those that EC2 names in a fault. */
struct sorted_ids {
	json_t *kept;
	struct buf missing, denied;
	size_t n_missing;
};

static void name_id(struct buf *list, const char *id)
{
	buf_addf(list, "%s%s", list->len ? ", " : "", id);
}

/* What is hidden, or has been deregistered a while ago, is left out without a word. */
static void sort_id(struct call *c, const char *id, struct sorted_ids *s)
{
	struct resource r;
	bool found = call_find(c, "image", id, &r);

	if (!found && image_gone(c, id))
		return;
	if (found && !image_seen(c, &r))
		name_id(&s->denied, id);
	else if (!found || !image_usable(c, &r)) {
		name_id(&s->missing, id);
		s->n_missing++;
	} else if (wanted(c, &r))
		json_array_append_new(s->kept, json_string(id));
}

/* The ids to be shown: new reference; with a fault if one of them is to be refused. */
static json_t *shown_ids(struct call *c)
{
	struct sorted_ids s = {json_array(), BUF_INIT, BUF_INIT, 0};
	json_t *id;
	size_t i;

	json_array_foreach(in_list(c->in, "ImageIds"), i, id)
	{
		if (!id_fits(json_string_value(id), "ami")) {
			call_fault(c, FAULT_INVALID_AMI_ID_MALFORMED, json_string_value(id));
			break;
		}
		sort_id(c, json_string_value(id), &s);
	}
	if (s.n_missing && !call_failed(c))
		call_fault(c,
			s.n_missing == 1 ? FAULT_INVALID_AMI_ID_NOT_FOUND
					 : FAULT_INVALID_AMI_IDS_NOT_FOUND,
			s.missing.s);
	else if (s.denied.len && !call_failed(c))
		call_fault(c, FAULT_AMI_NOT_AUTHORIZED_LAUNCH, s.denied.s);
	buf_release(&s.missing);
	buf_release(&s.denied);
	return s.kept;
}

static const struct filter_path filters[] = {
	{"block-device-mapping.delete-on-termination",
		"BlockDeviceMappings.Ebs.DeleteOnTermination"},
	{"block-device-mapping.device-name", "BlockDeviceMappings.DeviceName"},
	{"block-device-mapping.snapshot-id", "BlockDeviceMappings.Ebs.SnapshotId"},
	{"block-device-mapping.volume-size", "BlockDeviceMappings.Ebs.VolumeSize"},
	{"block-device-mapping.volume-type", "BlockDeviceMappings.Ebs.VolumeType"},
	{"block-device-mapping.encrypted", "BlockDeviceMappings.Ebs.Encrypted"},
	{"image-watermark.source-image-creation-time", "ImageWatermarks.SourceImageCreationTime"},
	{"image-watermark.source-image-id", "ImageWatermarks.SourceImageId"},
	{"image-watermark.source-image-region", "ImageWatermarks.SourceImageRegion"},
	{"image-watermark.watermark-creation-time", "ImageWatermarks.WatermarkCreationTime"},
	{"image-watermark.watermark-key", "ImageWatermarks.WatermarkKey"},
	{"is-public", "Public"},
	{"manifest-location", "ImageLocation"},
	{"owner-alias", "ImageOwnerAlias"},
	{"product-code", "ProductCodes.ProductCodeId"},
	{"product-code.type", "ProductCodes.ProductCodeType"},
	{"state-reason-code", "StateReason.Code"},
	{"state-reason-message", "StateReason.Message"},
	{NULL, NULL},
};

static json_t *describe(struct call *c)
{
	static const struct describe d = {
		.kind = "image",
		.result = "Images",
		.ids = "ImageIds",
		.prefix = "ami",
		.malformed = FAULT_INVALID_AMI_ID_MALFORMED,
		.not_found = FAULT_INVALID_AMI_ID_NOT_FOUND,
		.filters = filters,
		.all = true,
		.seen = seen,
		.listed = listed,
		.view = image_view,
	};

	return call_describe(c, &d);
}

/* The request with those of its ids that are to be shown. */
static json_t *describe_ids(struct call *c)
{
	json_t *kept = shown_ids(c), *in, *answer = NULL;
	struct call less = *c;

	if (call_failed(c) || !filters_check(c)) {
		json_decref(kept);
		return NULL;
	}
	if (!json_array_size(kept))
		return json_pack("{s:o}", "Images", kept);
	in = json_copy(c->in);
	json_object_set_new(in, "ImageIds", kept);
	less.in = in;
	answer = describe(&less);
	json_decref(in);
	return answer;
}

static json_t *describe_images(struct call *c)
{
	static const char *const owners[] = {
		"self", "amazon", "aws-marketplace", "aws-backup-vault", NULL};
	static const char *const users[] = {"self", "all", NULL};

	if (!users_check(c, "Owners", owners) || !users_check(c, "ExecutableUsers", users))
		return NULL;
	return json_array_size(in_list(c->in, "ImageIds")) ? describe_ids(c) : describe(c);
}

static const struct handler handlers[] = {
	{"DescribeImages", describe_images},
	{NULL, NULL},
};
const struct family ops_image_describe = {"ec2", handlers, NULL};
