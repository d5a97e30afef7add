/* kms-policy.c - what belongs to a key: its policy, aliases and tags; the table also names the
 * grants. See kms.h. */
#include "ops/kms.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { TAGS_MAX = 50, ALIASES_MAX = 50 }; /* KMS quotas: of a key */

/* ---- policy ---- */

static bool check_policy_name(struct call *c)
{
	const char *name = in_text(c->in, "PolicyName");

	if (name && strcmp(name, "default") != 0)
		kms_invalid(c, name, "policyName", "The only valid value is default");
	return !call_failed(c);
}

static json_t *put_policy(struct call *c)
{
	struct resource key;
	json_t *doc;
	char *policy;

	if (!check_policy_name(c) ||
		!kms_key_for(c, in_text(c->in, "KeyId"), KMS_NOT_DELETED, &key))
		return NULL;
	policy = kms_policy_read(c, in_text(c->in, "Policy"), in_text(key.doc, "Arn"),
		in_bool(c->in, "BypassPolicyLockoutSafetyCheck", false));
	if (!policy)
		return NULL;
	doc = call_edit(key.doc);
	json_object_set_new(doc, "_Policy", json_string(policy));
	resource_put(c->w, &key, doc);
	free(policy);
	return json_object();
}

static json_t *get_policy(struct call *c)
{
	struct resource key;

	if (!check_policy_name(c) || !kms_key_for(c, in_text(c->in, "KeyId"), 0, &key))
		return NULL;
	return json_pack("{s:O, s:s}", "Policy", json_object_get(key.doc, "_Policy"), "PolicyName",
		"default");
}

/* ---- aliases ---- */

static bool alias_name_check(struct call *c, const char *name)
{
	const char *s = name;

	while (isalnum((unsigned char)*s) || (*s && strchr(":/_-", *s)))
		s++;
	if (*s)
		kms_invalid(c, name, "aliasName",
			"Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$");
	else if (strncmp(name, "alias/", 6) != 0 || !name[6])
		call_fault(c, FAULT_KMS_VALIDATION, "Invalid identifier");
	else if (strncmp(name, "alias/aws/", 10) == 0)
		call_fault(c, FAULT_KMS_ALIAS_RESERVED);
	return !call_failed(c);
}

static json_t *alias_fault(struct call *c, enum fault_id f, const char *name)
{
	struct buf arn = BUF_INIT;

	call_fault(c, f, call_arn(c, "kms", name, &arn));
	buf_release(&arn);
	return NULL;
}

/* The key that an alias is to stand for: of the own account, and no AWS managed one (its policy
 * says so). */
static bool target_find(struct call *c, struct resource *key)
{
	return kms_key_for(c, in_text(c->in, "TargetKeyId"), KMS_NOT_DELETED, key);
}

static size_t aliases_of(const struct call *c, const char *key_id)
{
	struct world_cursor at = {0};
	struct resource r;
	size_t n = 0;

	while (call_next(c, "alias", &at, &r))
		n += strcmp(in_text(r.doc, "TargetKeyId"), key_id) == 0;
	return n;
}

static json_t *create_alias(struct call *c)
{
	const char *name = in_text(c->in, "AliasName");
	struct buf arn = BUF_INIT;
	struct resource key;

	if (!alias_name_check(c, name) || !target_find(c, &key))
		return NULL;
	if (call_get(c, "alias", name))
		return alias_fault(c, FAULT_KMS_ALIAS_EXISTS, name);
	if (aliases_of(c, key.id) >= ALIASES_MAX)
		return call_fault(
			c, FAULT_KMS_LIMIT, "The key has 50 aliases, which is the maximum.");
	call_arn(c, "kms", name, &arn);
	call_put(c, "alias", name,
		json_pack("{s:s, s:s, s:s, s:o, s:o}", "AliasName", name, "AliasArn", arn.s,
			"TargetKeyId", key.id, "CreationDate", time_json(call_now(c)),
			"LastUpdatedDate", time_json(call_now(c))));
	buf_release(&arn);
	return json_object();
}

/* Both keys have to be of one type and use (API reference, UpdateAlias). */
static bool same_sort(struct call *c, const json_t *alias, const json_t *key)
{
	json_t *old = call_get(c, "key", in_text(alias, "TargetKeyId"));

	if (old && (!json_equal(in_get(old, "KeyUsage"), in_get(key, "KeyUsage")) ||
			   (strcmp(in_text(old, "KeySpec"), "SYMMETRIC_DEFAULT") == 0) !=
				   (strcmp(in_text(key, "KeySpec"), "SYMMETRIC_DEFAULT") == 0)))
		call_fault(c, FAULT_KMS_VALIDATION,
			"The current and new KMS key must be the same type and have the same key usage.");
	return !call_failed(c);
}

static json_t *update_alias(struct call *c)
{
	const char *name = in_text(c->in, "AliasName");
	json_t *doc = call_get(c, "alias", name);
	struct resource key;

	if (!alias_name_check(c, name))
		return NULL;
	if (!doc)
		return alias_fault(c, FAULT_KMS_ALIAS_NOT_FOUND, name);
	if (!target_find(c, &key) || !same_sort(c, doc, key.doc))
		return NULL;
	doc = call_edit(doc);
	json_object_set_new(doc, "TargetKeyId", json_string(key.id));
	json_object_set_new(doc, "LastUpdatedDate", time_json(call_now(c)));
	call_put(c, "alias", name, doc);
	return json_object();
}

static json_t *delete_alias(struct call *c)
{
	const char *name = in_text(c->in, "AliasName");

	if (!alias_name_check(c, name))
		return NULL;
	if (!call_get(c, "alias", name))
		return alias_fault(c, FAULT_KMS_ALIAS_NOT_FOUND, name);
	call_drop(c, "alias", name);
	return json_object();
}

static json_t *list_aliases(struct call *c)
{
	const char *of = in_text(c->in, "KeyId");
	struct world_cursor at = {0};
	struct resource key, r;
	json_t *list;

	if (of && !kms_key_for(c, of, 0, &key))
		return NULL;
	list = json_array();
	while (call_next(c, "alias", &at, &r))
		if (!of || strcmp(in_text(r.doc, "TargetKeyId"), key.id) == 0)
			json_array_append(list, r.doc);
	return json_pack("{s:o, s:b}", "Aliases", list, "Truncated", 0);
}

/* ---- tags ---- */

bool kms_tags_check(struct call *c, const json_t *tags)
{
	json_t *tag, *other;
	size_t i, k;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		const char *key = in_text(tag, "TagKey");

		if (strncmp(key, "aws:", 4) == 0)
			call_fault(c, FAULT_KMS_TAG, "Tags beginning with aws: are reserved");
		for (k = 0; k < i; k++) {
			other = json_array_get(tags, k);
			if (strcmp(key, in_text(other, "TagKey")) == 0)
				call_fault(c, FAULT_KMS_TAG, "Duplicate tag keys found");
		}
	}
	if (json_array_size(tags) > TAGS_MAX)
		call_fault(c, FAULT_KMS_TAG, "Too many tags");
	return !call_failed(c);
}

/* The tags without those of the keys given: new list. */
static json_t *tags_without(const json_t *tags, const json_t *keys)
{
	json_t *left = json_array(), *tag;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		if (!list_has(keys, in_text(tag, "TagKey")))
			json_array_append(left, tag);
	}
	return left;
}

/* Steals tags. */
static json_t *tags_put(struct call *c, const struct resource *key, json_t *tags)
{
	json_t *doc = call_edit(key->doc);

	json_object_set_new(doc, "_Tags", tags);
	resource_put(c->w, key, doc);
	return json_object();
}

static json_t *tag_resource(struct call *c)
{
	json_t *given = in_list(c->in, "Tags"), *keys, *tags, *tag;
	struct resource key;
	size_t i;

	if (!kms_tags_check(c, given) ||
		!kms_key_for(c, in_text(c->in, "KeyId"), KMS_NOT_DELETED, &key))
		return NULL;
	keys = json_array();
	json_array_foreach(given, i, tag) json_array_append(keys, json_object_get(tag, "TagKey"));
	tags = tags_without(in_list(key.doc, "_Tags"), keys);
	json_decref(keys);
	json_array_extend(tags, given);
	if (json_array_size(tags) > TAGS_MAX) {
		json_decref(tags);
		return call_fault(c, FAULT_KMS_TAG, "Too many tags");
	}
	return tags_put(c, &key, tags);
}

static json_t *untag_resource(struct call *c)
{
	struct resource key;

	if (!kms_key_for(c, in_text(c->in, "KeyId"), KMS_NOT_DELETED, &key))
		return NULL;
	return tags_put(
		c, &key, tags_without(in_list(key.doc, "_Tags"), in_list(c->in, "TagKeys")));
}

static json_t *list_tags(struct call *c)
{
	struct resource key;
	json_t *tags;

	if (!kms_key_for(c, in_text(c->in, "KeyId"), 0, &key))
		return NULL;
	tags = in_list(key.doc, "_Tags");
	return json_pack(
		"{s:o, s:b}", "Tags", tags ? json_incref(tags) : json_array(), "Truncated", 0);
}

static const struct handler handlers[] = {
	{"PutKeyPolicy", put_policy},
	{"GetKeyPolicy", get_policy},
	{"CreateGrant", kms_create_grant},
	{"ListGrants", kms_list_grants},
	{"RevokeGrant", kms_revoke_grant},
	{"RetireGrant", kms_retire_grant},
	{"CreateAlias", create_alias},
	{"UpdateAlias", update_alias},
	{"DeleteAlias", delete_alias},
	{"ListAliases", list_aliases},
	{"TagResource", tag_resource},
	{"UntagResource", untag_resource},
	{"ListResourceTags", list_tags},
	{NULL, NULL},
};
const struct family ops_kms_policy = {"kms", handlers, NULL};
