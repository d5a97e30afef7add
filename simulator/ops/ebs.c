/* ebs.c - settings of EBS for an account in a Region: encryption by default, the default key, block
 * public access for snapshots; and which keys EBS can use. See ebs.h and links.h. */
#include "ops/ebs.h"

#include "base/mem.h"

#include <string.h>

static const char encryption[] = "ebs-encryption-by-default";
static const char default_key[] = "ebs-default-key";
static const char public_access[] = "snapshot-block-public-access";
static const char managed_alias[] = "alias/aws/ebs";

/* ---- keys ---- */

void ebs_key_arn(const struct call *c, const char *key, struct buf *arn)
{
	if (kms_resolve(c, key, arn))
		return;
	buf_clear(arn);
	if (strncmp(key, "arn:", 4) == 0)
		buf_adds(arn, key);
	else
		buf_addf(arn, "arn:aws:kms:%s:%s:%s%s", c->who.region, c->who.account,
			strncmp(key, "alias/", 6) == 0 ? "" : "key/", key);
}

/* EBS user guide, "Permissions for IAM users" of encryption. */
static bool may_all(const struct world *w, const char *account, const char *key_arn,
	const char *const *operations)
{
	for (; *operations; operations++)
		if (!kms_allows(w, account, key_arn, *operations))
			return false;
	return true;
}

bool ebs_key_encrypts(
	const struct world *w, const char *account, const char *region, const char *key_arn)
{
	static const char *const operations[] = {
		"DescribeKey", "CreateGrant", "GenerateDataKeyWithoutPlaintext", "Decrypt", NULL};
	struct buf here = BUF_INIT;
	bool same;

	buf_addf(&here, "arn:aws:kms:%s:", region);
	same = strncmp(key_arn, here.s, here.len) == 0;
	buf_release(&here);
	if (!same)
		return false;
	return may_all(w, account, key_arn, operations);
}

bool ebs_key_decrypts(const struct world *w, const char *account, const char *key_arn)
{
	static const char *const operations[] = {
		"DescribeKey", "CreateGrant", "Decrypt", "ReEncryptFrom", NULL};

	return may_all(w, account, key_arn, operations);
}

void ebs_default_key(const struct call *c, struct buf *arn)
{
	const char *key = in_text(setting_get(c, default_key), "KmsKeyId");

	if (key)
		buf_adds(arn, key);
	else
		kms_resolve(c, managed_alias, arn);
}

bool ebs_encrypts_by_default(const struct call *c)
{
	return in_bool(setting_get(c, encryption), "EbsEncryptionByDefault", false);
}

/* ---- encryption by default ---- */

static json_t *get_encryption(struct call *c)
{
	return json_pack("{s:b, s:s}", "EbsEncryptionByDefault", ebs_encrypts_by_default(c),
		"SseType", ebs_encrypts_by_default(c) ? "sse-kms" : "none");
}

static json_t *set_encryption(struct call *c, bool on)
{
	setting_put(c, encryption, json_pack("{s:b}", "EbsEncryptionByDefault", on));
	return json_pack("{s:b}", "EbsEncryptionByDefault", on);
}

static json_t *enable_encryption(struct call *c)
{
	return set_encryption(c, true);
}

static json_t *disable_encryption(struct call *c)
{
	return set_encryption(c, false);
}

/* ---- the default key ---- */

static json_t *get_key(struct call *c)
{
	const char *key = in_text(setting_get(c, default_key), "KmsKeyId");

	return json_pack("{s:s}", "KmsKeyId", key ? key : managed_alias);
}

static json_t *modify_key(struct call *c)
{
	struct buf arn = BUF_INIT;
	json_t *answer;

	ebs_key_arn(c, in_text(c->in, "KmsKeyId"), &arn);
	answer = json_pack("{s:s}", "KmsKeyId", arn.s);
	setting_put(c, default_key, json_incref(answer));
	buf_release(&arn);
	return answer;
}

static json_t *reset_key(struct call *c)
{
	if (setting_get(c, default_key))
		setting_put(c, default_key, NULL);
	return get_key(c);
}

/* ---- block public access for snapshots ---- */

const char *ebs_public_snapshots(const struct world *w, const char *account, const char *region)
{
	const char *state =
		in_text(world_get(w, place(account, region, "setting"), public_access), "State");

	return state ? state : "unblocked";
}

static json_t *set_public(struct call *c, const char *state)
{
	setting_put(c, public_access, json_pack("{s:s}", "State", state));
	return json_pack("{s:s}", "State", state);
}

static json_t *enable_block(struct call *c)
{
	const char *state = in_text(c->in, "State");

	if (strcmp(state, "unblocked") == 0)
		return call_fault(c, FAULT_INVALID_VALUE, state, "State",
			"Valid values are block-all-sharing and block-new-sharing.");
	return set_public(c, state);
}

static json_t *disable_block(struct call *c)
{
	return set_public(c, "unblocked");
}

static json_t *get_block(struct call *c)
{
	return json_pack("{s:s, s:s}", "State",
		ebs_public_snapshots(c->w, c->who.account, c->who.region), "ManagedBy", "account");
}

static const struct handler handlers[] = {
	{"EnableEbsEncryptionByDefault", enable_encryption},
	{"DisableEbsEncryptionByDefault", disable_encryption},
	{"GetEbsEncryptionByDefault", get_encryption},
	{"GetEbsDefaultKmsKeyId", get_key},
	{"ModifyEbsDefaultKmsKeyId", modify_key},
	{"ResetEbsDefaultKmsKeyId", reset_key},
	{"EnableSnapshotBlockPublicAccess", enable_block},
	{"DisableSnapshotBlockPublicAccess", disable_block},
	{"GetSnapshotBlockPublicAccessState", get_block},
	{NULL, NULL},
};
const struct family ops_ebs = {"ec2", handlers, NULL};
