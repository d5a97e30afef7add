/* kms-grant.c - grants: letting a principal use a key without a word in its policy; see kms.h. */
#include "ops/kms.h"

#include <string.h>

enum { GRANTS_MAX = 50000 }; /* KMS quotas: grants of a key */

/* ---- helpers ---- */

static bool dry_run(struct call *c)
{
	if (in_bool(c->in, "DryRun", false))
		call_fault(c, FAULT_KMS_DRY_RUN);
	return call_failed(c);
}

static size_t grant_at(const json_t *key, const char *member, const char *value)
{
	json_t *grant;
	size_t i;

	json_array_foreach(in_list(key, "_Grants"), i, grant)
	{
		const char *have = in_text(grant, member);

		if (have && strcmp(have, value) == 0)
			break;
	}
	return i;
}

static bool grant_find(struct call *c, const struct resource *key, const char *id, size_t *at)
{
	*at = grant_at(key->doc, "GrantId", id);
	if (*at < json_array_size(in_list(key->doc, "_Grants")))
		return true;
	call_fault(c, FAULT_KMS_GRANT_NOT_FOUND, id);
	return false;
}

static void grant_drop(struct call *c, const struct resource *key, size_t at)
{
	json_t *doc = call_edit(key->doc);

	json_array_remove(json_object_get(doc, "_Grants"), at);
	resource_put(c->w, key, doc);
}

/* ---- CreateGrant ---- */

static bool principal_check(struct call *c, const char *member)
{
	const char *arn = in_text(c->in, member);

	if (arn && strncmp(arn, "arn:aws:iam::", 13) != 0 && strncmp(arn, "arn:aws:sts::", 13) != 0)
		call_fault(c, FAULT_KMS_ARN_INVALID, arn);
	return !call_failed(c);
}

/* A symmetric key cannot sign, a signing key not decrypt (KMS developer guide, "Grant operations").
 */
static bool operations_fit(struct call *c, const json_t *key)
{
	static const char *const asymmetric[] = {"Sign", "Verify", "GetPublicKey", "GenerateMac",
		"VerifyMac", "DeriveSharedSecret", NULL};
	json_t *list = in_list(c->in, "Operations");
	bool symmetric = strcmp(in_text(key, "KeySpec"), "SYMMETRIC_DEFAULT") == 0;

	if (!json_array_size(list))
		kms_invalid(c, "[]", "operations", "Member must not be empty");
	for (size_t i = 0; symmetric && asymmetric[i]; i++)
		if (list_has(list, asymmetric[i]))
			call_fault(c, FAULT_KMS_VALIDATION,
				"Grants on symmetric encryption keys cannot allow operations of asymmetric or HMAC keys.");
	return !call_failed(c);
}

static json_t *new_grant(struct call *c, const struct resource *key)
{
	static const char *const members[] = {"Name", "GranteePrincipal", "RetiringPrincipal",
		"GranteeServicePrincipal", "RetiringServicePrincipal", "Constraints", "Operations",
		NULL};
	char one[33], two[33];
	struct buf id = BUF_INIT, token = BUF_INIT;
	json_t *grant;

	kms_hex(c->w, one);
	kms_hex(c->w, two);
	buf_addf(&id, "%s%s", one, two);
	buf_addf(&token, "AQpA%s%s", two, one); /* opaque, but long enough to look the part */
	grant = json_pack("{s:O, s:s, s:s, s:o, s:s}", "KeyId", json_object_get(key->doc, "Arn"),
		"GrantId", id.s, "_Token", token.s, "CreationDate", time_json(call_now(c)),
		"IssuingAccount", c->who.arn);
	for (size_t i = 0; members[i]; i++)
		if (in_has(c->in, members[i]))
			json_object_set(grant, members[i], in_get(c->in, members[i]));
	buf_release(&id);
	buf_release(&token);
	return grant;
}

/* The same grant under the same name is made once (API reference, CreateGrant, "Name"). */
static json_t *same_grant(const struct call *c, const json_t *key)
{
	const char *name = in_text(c->in, "Name");
	json_t *list = in_list(key, "_Grants"), *grant;
	size_t at = name ? grant_at(key, "Name", name) : json_array_size(list);

	grant = json_array_get(list, at);
	if (grant &&
		json_equal(in_get(grant, "GranteePrincipal"), in_get(c->in, "GranteePrincipal")) &&
		json_equal(in_get(grant, "Operations"), in_get(c->in, "Operations")))
		return grant;
	return NULL;
}

static json_t *told(const json_t *grant)
{
	return json_pack("{s:O, s:O}", "GrantToken", json_object_get(grant, "_Token"), "GrantId",
		json_object_get(grant, "GrantId"));
}

json_t *kms_create_grant(struct call *c)
{
	struct resource key;
	json_t *doc, *grant, *list;

	if (!in_has(c->in, "GranteePrincipal") && !in_has(c->in, "GranteeServicePrincipal"))
		return call_fault(
			c, FAULT_KMS_VALIDATION, "A grant must have a grantee principal.");
	if (!principal_check(c, "GranteePrincipal") || !principal_check(c, "RetiringPrincipal") ||
		!kms_key_for(c, in_text(c->in, "KeyId"), KMS_FOREIGN | KMS_ENABLED, &key) ||
		!operations_fit(c, key.doc) || dry_run(c))
		return NULL;
	grant = same_grant(c, key.doc);
	if (grant)
		return told(grant);
	if (json_array_size(in_list(key.doc, "_Grants")) >= GRANTS_MAX)
		return call_fault(c, FAULT_KMS_LIMIT, "The key has too many grants.");
	doc = call_edit(key.doc);
	list = json_object_get(doc, "_Grants");
	if (!list) {
		list = json_array();
		json_object_set_new(doc, "_Grants", list);
	}
	grant = new_grant(c, &key);
	json_array_append_new(list, grant);
	resource_put(c->w, &key, doc);
	return told(grant);
}

/* ---- listing ---- */

static bool wanted(const struct call *c, const json_t *grant)
{
	static const char *const members[] = {
		"GrantId", "GranteePrincipal", "GranteeServicePrincipal", NULL};

	for (size_t i = 0; members[i]; i++) {
		const json_t *asked = in_get(c->in, members[i]), *have = in_get(grant, members[i]);

		if (asked && !(have && json_equal(asked, have)))
			return false;
	}
	return true;
}

json_t *kms_list_grants(struct call *c)
{
	json_t *list, *grant;
	struct resource key;
	size_t i;

	if (!kms_key_for(c, in_text(c->in, "KeyId"), KMS_FOREIGN | KMS_NOT_DELETED, &key))
		return NULL;
	list = json_array();
	json_array_foreach(in_list(key.doc, "_Grants"), i, grant)
	{
		if (wanted(c, grant))
			json_array_append(list, grant);
	}
	return json_pack("{s:o, s:b}", "Grants", list, "Truncated", 0);
}

/* ---- ending ---- */

json_t *kms_revoke_grant(struct call *c)
{
	struct resource key;
	size_t at;

	if (!kms_key_for(c, in_text(c->in, "KeyId"), KMS_FOREIGN | KMS_NOT_DELETED, &key) ||
		!grant_find(c, &key, in_text(c->in, "GrantId"), &at) || dry_run(c))
		return NULL;
	grant_drop(c, &key, at);
	return json_object();
}

/* The retiring principal may, and a grantee whose grant says so, and the key's own account. */
static bool may_retire(struct call *c, const struct resource *key, const json_t *grant)
{
	struct kms_ask ask = {c->w, c->who.account, c->who.arn, "RetireGrant", false, c->in};
	const char *retiring = in_text(grant, "RetiringPrincipal"),
		   *grantee = in_text(grant, "GranteePrincipal");

	if (strcmp(key->in.account, c->who.account) == 0 ||
		(retiring && kms_principal_fits(retiring, &ask)))
		return true;
	if (grantee && kms_principal_fits(grantee, &ask) &&
		list_has(in_list(grant, "Operations"), "RetireGrant"))
		return true;
	call_fault(c, FAULT_KMS_ACCESS_DENIED, c->who.arn, "kms:RetireGrant",
		in_text(key->doc, "Arn"), "because the grant does not allow it");
	return false;
}

/* Looks through the caller's keys for the grant of a token. */
static bool by_token(struct call *c, const char *token, struct resource *key, size_t *at)
{
	struct world_cursor cursor = {0};

	while (call_next(c, "key", &cursor, key)) {
		*at = grant_at(key->doc, "_Token", token);
		if (*at < json_array_size(in_list(key->doc, "_Grants")))
			return true;
	}
	call_fault(c, FAULT_KMS_GRANT_TOKEN);
	return false;
}

static bool by_id(struct call *c, struct resource *key, size_t *at)
{
	const char *arn = in_text(c->in, "KeyId"), *id = in_text(c->in, "GrantId");

	if (!arn || !id) {
		call_fault(c, FAULT_KMS_VALIDATION,
			"Specify either GrantToken, or KeyId and GrantId.");
		return false;
	}
	return kms_key_find(c, arn, key) && grant_find(c, key, id, at);
}

json_t *kms_retire_grant(struct call *c)
{
	const char *token = in_text(c->in, "GrantToken");
	struct resource key;
	size_t at;

	if (!(token ? by_token(c, token, &key, &at) : by_id(c, &key, &at)) ||
		!may_retire(c, &key, json_array_get(in_list(key.doc, "_Grants"), at)) || dry_run(c))
		return NULL;
	grant_drop(c, &key, at);
	return json_object();
}
