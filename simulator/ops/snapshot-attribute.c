/* snapshot-attribute.c - sharing of snapshots: create volume permissions. See ebs.h. */
#include "ops/ebs.h"

#include <string.h>

static bool is_account(const char *s)
{
	return strlen(s) == 12 && strspn(s, "0123456789") == 12;
}

/* ---- what is to be added and removed, in whichever of the two forms it came ---- */

struct change {
	json_t *add, *remove; /* lists as in CreateVolumePermission; owned */
};

static void list_form(const struct call *c, json_t *into)
{
	json_t *v;
	size_t i;

	json_array_foreach(in_list(c->in, "UserIds"), i, v)
		json_array_append_new(into, json_pack("{s:O}", "UserId", v));
	json_array_foreach(in_list(c->in, "GroupNames"), i, v)
		json_array_append_new(into, json_pack("{s:O}", "Group", v));
}

static void change_read(const struct call *c, struct change *change)
{
	const char *type = in_text(c->in, "OperationType");

	*change = (struct change){json_array(), json_array()};
	json_array_extend(change->add, in_list(c->in, "CreateVolumePermission.Add"));
	json_array_extend(change->remove, in_list(c->in, "CreateVolumePermission.Remove"));
	if (type)
		list_form(c, strcmp(type, "add") == 0 ? change->add : change->remove);
}

static void change_free(struct change *change)
{
	json_decref(change->add);
	json_decref(change->remove);
}

static bool check_items(struct call *c, const json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, item)
	{
		const char *user = in_text(item, "UserId"), *group = in_text(item, "Group");

		if (user && !is_account(user))
			call_fault(c, FAULT_SNAPSHOT_USER_ID, user);
		else if (group && strcmp(group, "all") != 0)
			call_fault(c, FAULT_INVALID_VALUE, group, "userGroup",
				"The only group is all.");
	}
	return !call_failed(c);
}

static bool has_group(const json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, item)
	{
		if (in_has(item, "Group"))
			return true;
	}
	return false;
}

/* EBS user guide, "Share a snapshot": not under the default key at all, encrypted ones never
 * publicly, and publicly only where public access is not blocked. */
static bool check_sharing(struct call *c, const struct resource *r, const json_t *add)
{
	const char *key = in_text(r->doc, "KmsKeyId");
	const char *block = ebs_public_snapshots(c->w, c->who.account, c->who.region);

	if (!json_array_size(add))
		return true;
	if (key && kms_is_aws_managed(c->w, key))
		call_fault(c, FAULT_SNAPSHOT_DEFAULT_KEY_SHARED);
	else if (key && has_group(add))
		call_fault(c, FAULT_SNAPSHOT_ENCRYPTED_PUBLIC);
	else if (has_group(add) && strcmp(block, "unblocked") != 0)
		call_fault(c, FAULT_SNAPSHOT_PUBLIC_BLOCKED);
	return !call_failed(c);
}

static bool check_change(struct call *c, const struct resource *r, const struct change *change)
{
	const char *attribute = in_text(c->in, "Attribute");

	if (attribute && strcmp(attribute, "createVolumePermission") != 0)
		call_fault(c, FAULT_INVALID_VALUE, attribute, "attribute",
			"Only createVolumePermission can be modified.");
	else if (!json_array_size(change->add) && !json_array_size(change->remove))
		call_fault(c, FAULT_INVALID_COMBINATION, "No attributes specified.");
	else if (in_text(c->in, "OperationType") == NULL &&
		 (in_list(c->in, "UserIds") || in_list(c->in, "GroupNames")))
		call_fault(c, FAULT_MISSING_PARAMETER, "operationType");
	return !call_failed(c) && check_items(c, change->add) && check_items(c, change->remove) &&
	       check_sharing(c, r, change->add);
}

static size_t position(const json_t *list, const json_t *item)
{
	json_t *have;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, have)
	{
		if (json_equal(have, item))
			break;
	}
	return i;
}

static void apply(json_t *doc, const struct change *change)
{
	json_t *list = json_object_get(doc, "_CreateVolumePermissions"), *item;
	size_t i;

	if (!list) {
		list = json_array();
		json_object_set_new(doc, "_CreateVolumePermissions", list);
	}
	json_array_foreach(change->add, i, item)
	{
		if (position(list, item) == json_array_size(list))
			json_array_append(list, item);
	}
	json_array_foreach(change->remove, i, item)
	{
		size_t at = position(list, item);

		if (at < json_array_size(list))
			json_array_remove(list, at);
	}
}

static json_t *modify_attribute(struct call *c)
{
	struct change change;
	struct resource r;
	json_t *doc;

	if (!snapshot_for_change(c, in_text(c->in, "SnapshotId"), &r))
		return NULL;
	change_read(c, &change);
	if (check_change(c, &r, &change)) {
		doc = call_edit(r.doc);
		apply(doc, &change);
		resource_put(c->w, &r, doc);
	}
	change_free(&change);
	return call_failed(c) ? NULL : json_object();
}

static json_t *reset_attribute(struct call *c)
{
	const char *attribute = in_text(c->in, "Attribute");
	struct resource r;
	json_t *doc;

	if (!snapshot_for_change(c, in_text(c->in, "SnapshotId"), &r))
		return NULL;
	if (strcmp(attribute, "createVolumePermission") != 0)
		return call_fault(c, FAULT_INVALID_VALUE, attribute, "attribute",
			"Only createVolumePermission can be reset.");
	doc = call_edit(r.doc);
	json_object_del(doc, "_CreateVolumePermissions");
	resource_put(c->w, &r, doc);
	return json_object();
}

static json_t *describe_attribute(struct call *c)
{
	const char *id = in_text(c->in, "SnapshotId"), *attribute = in_text(c->in, "Attribute");
	struct resource r;
	json_t *list;

	if (!snapshot_for_change(c, id, &r))
		return NULL;
	if (strcmp(attribute, "productCodes") == 0) {
		list = in_list(r.doc, "_ProductCodes");
		return json_pack("{s:s, s:o}", "SnapshotId", id, "ProductCodes",
			list ? json_incref(list) : json_array());
	}
	list = in_list(r.doc, "_CreateVolumePermissions");
	return json_pack("{s:s, s:o}", "SnapshotId", id, "CreateVolumePermissions",
		list ? json_incref(list) : json_array());
}

static const struct handler handlers[] = {
	{"DescribeSnapshotAttribute", describe_attribute},
	{"ModifySnapshotAttribute", modify_attribute},
	{"ResetSnapshotAttribute", reset_attribute},
	{NULL, NULL},
};
const struct family ops_snapshot_attribute = {"ec2", handlers, NULL};
