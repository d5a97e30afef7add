/*
 * kms.h - what the files of KMS share. Kind "key" (id: the key's id): a KeyMetadata, and private
 * members _Policy (text), _Tags (list of TagKey, TagValue), _Grants (list as in GrantListEntry,
 * with _Token). Kind "alias" (id: its name): an AliasListEntry.
 */
#ifndef OPS_KMS_H
#define OPS_KMS_H

#include "ops/call.h"

/* --- who may (kms-evaluate.c) --- */

struct kms_ask {
	const struct world *w;
	const char *account, *principal; /* "123456789012", ARN */
	const char *operation;           /* "Decrypt" */
	bool via_ec2;                    /* EBS asks on the principal's behalf */
	const json_t *request;           /* what KMS itself was asked; NULL: by EBS, nobody knows */
};
enum kms_verdict { KMS_SILENT, KMS_ALLOWED, KMS_DENIED };

/* What key policy and grants say. There are no IAM policies here: whom the policy leaves to IAM is
 * allowed. */
enum kms_verdict kms_judge(const json_t *key, const struct kms_ask *ask);
/* The policy in the form in which KMS gives it back; NULL and a fault if it is none. `key_arn`: of
 * the key it is for; unless `bypass`, the caller has to be able to change it again. */
char *kms_policy_read(struct call *c, const char *policy, const char *key_arn, bool bypass);
char *kms_policy_default(const char *account);
char *kms_policy_of_managed(const char *account, const char *region);
bool kms_principal_fits(const char *principal, const struct kms_ask *ask);

/* --- keys (kms.c) --- */

enum {
	KMS_ALIAS = 1,       /* aliases are accepted, */
	KMS_FOREIGN = 2,     /* and keys of other accounts */
	KMS_ENABLED = 4,     /* it has to be enabled; */
	KMS_NOT_DELETED = 8, /* not on its way to deletion */
};
/* The key that a request names, if the caller may do the operation on it; false and a fault if not.
 */
bool kms_key_for(struct call *c, const char *key, unsigned needs, struct resource *out);
/* The same without asking whether the caller may. */
bool kms_key_find(struct call *c, const char *key, struct resource *out);
/* 32 digits of the world's own. */
void kms_hex(struct world *w, char out[33]);
/* "1 validation error detected: Value '...' at '...' failed to satisfy constraint: ..." */
json_t *kms_invalid(struct call *c, const char *value, const char *member, const char *constraint);
bool kms_tags_check(struct call *c, const json_t *tags);

/* --- grants (kms-grant.c) --- */

json_t *kms_create_grant(struct call *c);
json_t *kms_list_grants(struct call *c);
json_t *kms_revoke_grant(struct call *c);
json_t *kms_retire_grant(struct call *c);

#endif
