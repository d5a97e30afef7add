/* image-attribute.c - attributes of images, and launch permissions: accounts, organisations, units,
 * everybody; see image.h. */
#include "ops/image.h"

#include <ctype.h>
#include <string.h>

/* ---- launch permissions ---- */

/* The kinds of a permission, with the word by which EC2 names them in faults, and the list of the
 * older form of the request. */
static const struct holder {
	const char *member, *word, *list;
} holders[] = {
	{"UserId", "userId", "UserIds"},
	{"Group", "userGroup", "UserGroups"},
	{"OrganizationArn", "organizationArn", "OrganizationArns"},
	{"OrganizationalUnitArn", "organizationalUnitArn", "OrganizationalUnitArns"},
};
enum { HOLDERS = sizeof holders / sizeof *holders };

bool image_shared_with(const struct world *w, const json_t *image, const char *account)
{
	size_t i;
	json_t *p;

	json_array_foreach(in_list(image, "_LaunchPermissions"), i, p)
	{
		const char *user = in_text(p, "UserId"),
			   *unit = in_text(p, "OrganizationalUnitArn");
		const char *organization = in_text(p, "OrganizationArn");

		if ((user && strcmp(user, account) == 0) ||
			(organization && account_in_organization(w, account, organization)) ||
			(unit && account_in_unit(w, account, unit)))
			return true;
	}
	return false;
}

static bool has_public(const json_t *list)
{
	size_t i;
	json_t *p;

	json_array_foreach((json_t *)(uintptr_t)list, i, p)
	{
		if (in_has(p, "Group"))
			return true;
	}
	return false;
}

void image_permissions_set(struct call *c, const char *id, json_t *doc, json_t *list)
{
	bool open = has_public(list), was = in_bool(doc, "Public", false);

	if (json_array_size(list)) {
		json_object_set_new(doc, "_LaunchPermissions", list);
	} else {
		json_object_del(doc, "_LaunchPermissions");
		json_decref(list);
	}
	json_object_set_new(doc, "Public", json_boolean(open));
	if (open != was)
		call_put(c, "image-public", id, open ? json_object() : NULL);
}

static size_t position(const json_t *list, const json_t *permission)
{
	size_t i;
	json_t *p;

	json_array_foreach((json_t *)(uintptr_t)list, i, p)
	{
		if (json_equal(p, permission))
			return i;
	}
	return SIZE_MAX;
}

/* A copy of `list` with `add` and without `remove`. */
static json_t *combined(const json_t *list, const json_t *add, const json_t *remove)
{
	json_t *out = list ? json_copy((json_t *)(uintptr_t)list) : json_array(), *p;
	size_t i, at;

	json_array_foreach((json_t *)(uintptr_t)add, i, p)
	{
		if (position(out, p) == SIZE_MAX)
			json_array_append(out, p);
	}
	json_array_foreach((json_t *)(uintptr_t)remove, i, p)
	{
		at = position(out, p);
		if (at != SIZE_MAX)
			json_array_remove(out, at);
	}
	return out;
}

/* ---- who can be named ---- */

static bool is_account(const char *text)
{
	return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

/* "arn:aws:organizations::123456789012:organization/o-...": the id alone is refused. */
static bool is_organizations_arn(const char *text, const char *type)
{
	static const char prefix[] = "arn:aws:organizations::";
	size_t n = sizeof prefix - 1;

	if (strncmp(text, prefix, n) != 0 || strspn(text + n, "0123456789") != 12)
		return false;
	text += n + 12;
	return *text == ':' && strncmp(text + 1, type, strlen(type)) == 0 &&
	       strlen(text + 1) > strlen(type);
}

static bool holder_fits(size_t holder, const char *value)
{
	switch (holder) {
	case 0:
		return is_account(value);
	case 1:
		return strcmp(value, "all") == 0;
	case 2:
		return is_organizations_arn(value, "organization/o-");
	default:
		return is_organizations_arn(value, "ou/o-");
	}
}

static bool permissions_check(struct call *c, const json_t *list)
{
	size_t i, k;
	json_t *p;

	json_array_foreach((json_t *)(uintptr_t)list, i, p)
	{
		if (json_object_size(p) != 1) {
			call_fault(c, FAULT_INVALID_COMBINATION,
				"A launch permission names one of UserId, Group, OrganizationArn and OrganizationalUnitArn");
			return false;
		}
		for (k = 0; k < HOLDERS; k++) {
			const char *value = in_text(p, holders[k].member);

			if (value && !holder_fits(k, value)) {
				call_fault(c, FAULT_AMI_ATTRIBUTE_ITEM, value, holders[k].word);
				return false;
			}
		}
	}
	return true;
}

/* ---- whether an image can be shared ---- */

static bool aws_key_used(const struct call *c, const json_t *image)
{
	json_t *ids = image_snapshots(image), *id;
	bool found = false;
	size_t i;

	json_array_foreach(ids, i, id)
	{
		const char *key =
			in_text(call_get(c, "snapshot", json_string_value(id)), "KmsKeyId");

		found |= key && kms_is_aws_managed(c->w, key);
	}
	json_decref(ids);
	return found;
}

static bool public_check(struct call *c, const struct resource *r)
{
	if (image_public_blocked(c))
		call_fault(c, FAULT_AMI_PUBLIC_BLOCKED);
	else if (image_marketplace(r->doc))
		call_fault(c, FAULT_AMI_PRODUCT_PUBLIC);
	else if (json_array_size(in_list(r->doc, "ImageWatermarks")))
		call_fault(c, FAULT_WATERMARK_PUBLIC, r->id);
	else if (image_encrypted(r->doc))
		call_fault(c, FAULT_AMI_ENCRYPTED_PUBLIC);
	else if (world_count(c->w, call_place(c, "image-public")) >= IMAGE_PUBLIC_MAX)
		call_fault(c, FAULT_AMI_PUBLIC_QUOTA, (long long)IMAGE_PUBLIC_MAX);
	return !call_failed(c);
}

static bool sharing_check(
	struct call *c, const struct resource *r, const json_t *add, const json_t *after)
{
	if (!json_array_size(add))
		return true;
	if (has_public(add) && !in_bool(r->doc, "Public", false) && !public_check(c, r))
		return false;
	if (aws_key_used(c, r->doc))
		call_fault(c, FAULT_AMI_AWS_KEY_SHARED);
	else if (json_array_size(after) > IMAGE_SHARES_MAX)
		call_fault(c, FAULT_AMI_SHARE_QUOTA, (long long)IMAGE_SHARES_MAX);
	return !call_failed(c);
}

/* EC2 user guide, "Deprecate an AMI": a public image is deprecated two years after its creation. */
static void deprecate_public(json_t *doc)
{
	const char *created = in_text(doc, "CreationDate"), *old = in_text(doc, "DeprecationTime");
	int year = 0;
	json_t *when;

	for (size_t i = 0; i < 4; i++)
		year = year * 10 + (created[i] - '0');
	when = json_sprintf("%04d%.12s:00.000Z", year + 2, created + 4);
	if (!old || strcmp(old, json_string_value(when)) > 0)
		json_object_set(doc, "DeprecationTime", when);
	json_decref(when);
}

static json_t *change_permissions(
	struct call *c, const struct resource *r, json_t *add, json_t *remove)
{
	json_t *after, *doc;

	if (!permissions_check(c, add) || !permissions_check(c, remove))
		return NULL;
	after = combined(in_list(r->doc, "_LaunchPermissions"), add, remove);
	if (!sharing_check(c, r, add, after)) {
		json_decref(after);
		return NULL;
	}
	doc = call_edit(r->doc);
	image_permissions_set(c, r->id, doc, after);
	if (has_public(add))
		deprecate_public(doc);
	call_put(c, "image", r->id, doc);
	return json_object();
}

/* ---- ModifyImageAttribute ---- */

/* The older form: Attribute launchPermission with OperationType and lists of names. */
static json_t *old_form(const struct call *c)
{
	json_t *list = json_array(), *value;
	size_t i, k;

	for (k = 0; k < HOLDERS; k++)
		json_array_foreach(in_list(c->in, holders[k].list), i, value)
			json_array_append_new(list, json_pack("{s:O}", holders[k].member, value));
	return list;
}

static json_t *modify_permissions_old(struct call *c, const struct resource *r)
{
	const char *type = in_text(c->in, "OperationType");
	bool remove = type && strcmp(type, "remove") == 0;
	json_t *list = old_form(c), *none = json_array(), *answer = NULL;

	if (!type)
		call_fault(c, FAULT_MISSING_PARAMETER, "OperationType");
	else if (!json_array_size(list))
		call_fault(c, FAULT_MISSING_PARAMETER, "UserId");
	else
		answer = change_permissions(c, r, remove ? none : list, remove ? list : none);
	json_decref(list);
	json_decref(none);
	return answer;
}

static json_t *modify_permissions(struct call *c, const struct resource *r)
{
	json_t *form = in_get(c->in, "LaunchPermission");

	if (form)
		return change_permissions(c, r, in_list(form, "Add"), in_list(form, "Remove"));
	return modify_permissions_old(c, r);
}

static json_t *modify_text(
	struct call *c, const struct resource *r, const char *member, const char *value)
{
	json_t *doc = call_edit(r->doc);

	json_object_set_new(doc, member, json_string(value));
	call_put(c, "image", r->id, doc);
	return json_object();
}

static json_t *modify_imds(struct call *c, const struct resource *r, const char *value)
{
	if (!value || strcmp(value, "v2.0") != 0)
		return call_fault(c, FAULT_AMI_IMDS_FIXED, value ? value : "");
	return modify_text(c, r, "ImdsSupport", value);
}

enum attribute { NONE, DESCRIPTION, IMDS, PERMISSIONS, PRODUCTS, UNKNOWN };

static enum attribute by_name(const char *name)
{
	static const struct {
		const char *name;
		enum attribute attribute;
	} names[] = {
		{"description", DESCRIPTION},
		{"imdsSupport", IMDS},
		{"launchPermission", PERMISSIONS},
		{"productCodes", PRODUCTS},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].attribute;
	return UNKNOWN;
}

/* Which attribute the request is about: it names one, or carries one. */
static bool which(struct call *c, enum attribute *out)
{
	const char *name = in_text(c->in, "Attribute");
	int carried = in_has(c->in, "Description") + in_has(c->in, "ImdsSupport") +
		      in_has(c->in, "LaunchPermission");

	if (carried > 1 || (carried && name)) {
		call_fault(c, FAULT_AMI_ONE_ATTRIBUTE);
		return false;
	}
	*out = name                            ? by_name(name)
	       : in_has(c->in, "Description")  ? DESCRIPTION
	       : in_has(c->in, "ImdsSupport")  ? IMDS
	       : carried                       ? PERMISSIONS
	       : in_has(c->in, "ProductCodes") ? PRODUCTS
					       : NONE;
	if (*out == NONE)
		call_fault(c, FAULT_MISSING_PARAMETER, "Attribute");
	else if (*out == UNKNOWN)
		call_fault(c, FAULT_INVALID_VALUE, name, "Attribute",
			"The attribute cannot be modified.");
	return !call_failed(c);
}

static json_t *modify_image_attribute(struct call *c)
{
	const char *id = in_text(c->in, "ImageId"), *value = in_text(c->in, "Value");
	enum attribute attribute;
	struct resource r;

	if (!which(c, &attribute) || !image_for_use(c, id, &r))
		return NULL;
	switch (attribute) {
	case PERMISSIONS:
		return modify_permissions(c, &r);
	case DESCRIPTION:
		value = in_has(c->in, "Description") ? in_text(c->in, "Description") : value;
		return image_description_check(c, value)
			       ? modify_text(c, &r, "Description", value ? value : "")
			       : NULL;
	case IMDS:
		return modify_imds(c, &r,
			in_has(c->in, "ImdsSupport") ? in_text(c->in, "ImdsSupport") : value);
	default: /* product codes are for sellers of the Marketplace */
		return call_fault(c, FAULT_AUTH_FAILURE,
			"Your account is not authorized to set product codes");
	}
}

static json_t *reset_image_attribute(struct call *c)
{
	struct resource r;
	json_t *doc;

	if (!image_for_use(c, in_text(c->in, "ImageId"), &r))
		return NULL;
	doc = call_edit(r.doc);
	image_permissions_set(c, r.id, doc, json_array());
	call_put(c, "image", r.id, doc);
	return json_object();
}

/* ---- CancelImageLaunchPermission: by who was given the permission ---- */

static json_t *cancel_image_launch_permission(struct call *c)
{
	const char *id = in_text(c->in, "ImageId");
	json_t *mine, *list, *doc;
	struct call owner = *c;
	struct resource r;
	size_t at;

	if (!image_find(c, id, &r))
		return NULL;
	mine = json_pack("{s:s}", "UserId", c->who.account);
	at = position(in_list(r.doc, "_LaunchPermissions"), mine);
	json_decref(mine);
	if (!image_seen(c, &r))
		return call_fault(c, FAULT_AMI_NOT_AUTHORIZED, id);
	if (image_own(c, &r) || at == SIZE_MAX)
		return call_fault(c, FAULT_AMI_CANCEL_PERMISSION, id);
	list = json_copy(in_list(r.doc, "_LaunchPermissions"));
	json_array_remove(list, at);
	doc = call_edit(r.doc);
	owner.who.account = r.in.account;
	image_permissions_set(&owner, id, doc, list);
	resource_put(c->w, &r, doc);
	return json_pack("{s:b}", "Return", 1);
}

/* ---- DescribeImageAttribute ---- */

/* Where an attribute's value is in the document, and the member of the answer that has it. */
static const struct shown {
	const char *attribute, *member, *path;
} shown[] = {
	{"description", "Description", "Description"},
	{"kernel", "KernelId", "KernelId"},
	{"ramdisk", "RamdiskId", "RamdiskId"},
	{"sriovNetSupport", "SriovNetSupport", "SriovNetSupport"},
	{"bootMode", "BootMode", "BootMode"},
	{"tpmSupport", "TpmSupport", "TpmSupport"},
	{"uefiData", "UefiData", "_UefiData"},
	{"imdsSupport", "ImdsSupport", "ImdsSupport"},
	{"deregistrationProtection", "DeregistrationProtection", "DeregistrationProtection"},
};

/* An attribute that is not set is there, and empty. */
static json_t *attribute_json(const char *value)
{
	return value ? json_pack("{s:s}", "Value", value) : json_object();
}

static json_t *last_launched(const struct call *c, const json_t *image)
{
	json_t *text = image_last_launched(c, image),
	       *out = attribute_json(json_string_value(text));

	json_decref(text);
	return out;
}

/* Lists are there, if empty. */
static json_t *list_json(const json_t *list)
{
	return list ? json_incref((json_t *)(uintptr_t)list) : json_array();
}

static void set_attribute(
	const struct call *c, const json_t *image, const char *name, json_t *answer)
{
	if (strcmp(name, "launchPermission") == 0) {
		json_object_set_new(answer, "LaunchPermissions",
			list_json(in_list(image, "_LaunchPermissions")));
		return;
	}
	if (strcmp(name, "productCodes") == 0) {
		json_object_set_new(
			answer, "ProductCodes", list_json(in_list(image, "ProductCodes")));
		return;
	}
	if (strcmp(name, "lastLaunchedTime") == 0) {
		json_object_set_new(answer, "LastLaunchedTime", last_launched(c, image));
		return;
	}
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		if (strcmp(shown[i].attribute, name) == 0)
			json_object_set_new(answer, shown[i].member,
				attribute_json(in_text(image, shown[i].path)));
}

static json_t *describe_image_attribute(struct call *c)
{
	const char *id = in_text(c->in, "ImageId"), *name = in_text(c->in, "Attribute");
	struct resource r;
	json_t *answer;

	if (!image_for_change(c, id, &r))
		return NULL;
	if (strcmp(name, "blockDeviceMapping") == 0) /* no longer answered: DescribeImages has it */
		return call_fault(c, FAULT_AMI_ATTRIBUTE_RESTRICTED);
	answer = json_pack("{s:s}", "ImageId", id);
	set_attribute(c, r.doc, name, answer);
	return answer;
}

static const struct handler handlers[] = {
	{"DescribeImageAttribute", describe_image_attribute},
	{"ModifyImageAttribute", modify_image_attribute},
	{"ResetImageAttribute", reset_image_attribute},
	{"CancelImageLaunchPermission", cancel_image_launch_permission},
	{NULL, NULL},
};
const struct family ops_image_attribute = {"ec2", handlers, NULL};
