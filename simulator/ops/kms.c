/* kms.c - KMS keys: creating, finding, enabling, deleting; what EBS asks of them. See kms.h and
 * links.h. */
#include "ops/kms.h"

#include "ops/account.h"
#include "ops/links.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t day_ms = 86400 * 1000;
enum { DELETE_DAYS_MIN = 7, DELETE_DAYS_MAX = 30 }; /* KMS developer guide, "Deleting keys" */

/* ---- ids and ARNs ---- */

void kms_hex(struct world *w, char out[33])
{
	uint64_t high = world_random(w), low = world_random(w);

	snprintf(out, 33, "%016" PRIx64 "%016" PRIx64, high, low);
}

/* "1234abcd-12ab-34cd-56ef-1234567890ab" of 32 digits: a UUID of version 4. */
static void uuid(const char hex[33], char out[WORLD_ID])
{
	snprintf(out, WORLD_ID, "%.8s-%.4s-4%.3s-%c%.3s-%.12s", hex, hex + 8, hex + 13,
		"89ab"[(unsigned char)hex[16] & 3], hex + 17, hex + 20);
}

struct key_arn {
	const char *region, *account; /* constant, and the world's: they last */
	const char *rest;             /* "key/..." or "alias/..." */
};

static const char *account_known(const struct world *w, const char *text, size_t n)
{
	struct account_cursor at = {0};
	const char *account;

	while (account_next(w, &at, &account))
		if (strlen(account) == n && strncmp(account, text, n) == 0)
			return account;
	return NULL;
}

static bool arn_read(const struct world *w, const char *arn, struct key_arn *out)
{
	char region[32];
	size_t n;

	if (strncmp(arn, "arn:aws:kms:", 12) != 0)
		return false;
	arn += 12;
	n = strcspn(arn, ":");
	if (n >= sizeof region || !arn[n])
		return false;
	snprintf(region, sizeof region, "%.*s", (int)n, arn);
	out->region = region_find(region) ? region_find(region)->name : NULL;
	arn += n + 1;
	n = strcspn(arn, ":");
	if (!out->region || !arn[n])
		return false;
	out->account = account_known(w, arn, n);
	out->rest = arn + n + 1;
	return true;
}

/* ---- finding, without faults ---- */

static bool key_at(const struct world *w, const char *account, const char *region, const char *id,
	struct resource *out)
{
	*out = (struct resource){place(account, region, "key"), id, NULL, 0};
	out->doc = world_get(w, out->in, id);
	if (out->doc)
		out->id = in_text(out->doc, "KeyId");
	return out->doc != NULL;
}

static bool alias_at(const struct world *w, const char *account, const char *region,
	const char *name, struct resource *out)
{
	const char *id =
		in_text(world_get(w, place(account, region, "alias"), name), "TargetKeyId");

	return id && key_at(w, account, region, id, out);
}

static bool rest_at(const struct world *w, const struct key_arn *arn, struct resource *out)
{
	if (!arn->account)
		return false;
	if (strncmp(arn->rest, "alias/", 6) == 0)
		return alias_at(w, arn->account, arn->region, arn->rest, out);
	return strncmp(arn->rest, "key/", 4) == 0 &&
	       key_at(w, arn->account, arn->region, arn->rest + 4, out);
}

static bool key_by_arn(const struct world *w, const char *arn, struct resource *out)
{
	struct key_arn read;

	return arn_read(w, arn, &read) && rest_at(w, &read, out);
}

static bool key_named(const struct call *c, const char *key, struct resource *out)
{
	if (strncmp(key, "arn:", 4) == 0)
		return key_by_arn(c->w, key, out) && strcmp(out->in.region, c->who.region) == 0;
	if (strncmp(key, "alias/", 6) == 0)
		return alias_at(c->w, c->who.account, c->who.region, key, out);
	return key_at(c->w, c->who.account, c->who.region, key, out);
}

/* ---- what EBS asks ---- */

bool kms_resolve(const struct call *c, const char *key, struct buf *arn)
{
	struct resource r;

	if (!key_named(c, key, &r))
		return false;
	buf_adds(arn, in_text(r.doc, "Arn"));
	return true;
}

/* EBS works with symmetric keys only (KMS developer guide, "How EBS uses KMS"). */
bool kms_allows(
	const struct world *w, const char *account, const char *key_arn, const char *operation)
{
	struct buf principal = BUF_INIT;
	struct kms_ask ask = {w, account, NULL, operation, true, NULL};
	struct resource r;
	bool allowed;

	if (!key_by_arn(w, key_arn, &r) || strcmp(in_text(r.doc, "KeyState"), "Enabled") != 0 ||
		strcmp(in_text(r.doc, "KeySpec"), "SYMMETRIC_DEFAULT") != 0)
		return false;
	buf_addf(&principal, "arn:aws:iam::%s:user/learner", account);
	ask.principal = principal.s;
	allowed = kms_judge(r.doc, &ask) == KMS_ALLOWED;
	buf_release(&principal);
	return allowed;
}

bool kms_is_aws_managed(const struct world *w, const char *key_arn)
{
	struct resource r;

	return key_by_arn(w, key_arn, &r) && strcmp(in_text(r.doc, "KeyManager"), "AWS") == 0;
}

/* ---- the key of a request ---- */

json_t *kms_invalid(struct call *c, const char *value, const char *member, const char *constraint)
{
	struct buf text = BUF_INIT;

	buf_addf(&text,
		"1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s",
		value, member, constraint);
	call_fault(c, FAULT_KMS_VALIDATION, text.s);
	buf_release(&text);
	return NULL;
}

static bool looks_like_key_id(const char *s)
{
	if (strncmp(s, "mrk-", 4) == 0)
		return strlen(s) == 36 && strspn(s + 4, "0123456789abcdef") == 32;
	return strlen(s) == 36 && strspn(s, "0123456789abcdefABCDEF-") == 36;
}

/* Why there is no such key. */
static void not_found(struct call *c, const char *key)
{
	struct buf arn = BUF_INIT;
	struct key_arn read = {0};

	if (strncmp(key, "arn:", 4) == 0) {
		if (!arn_read(c->w, key, &read))
			call_fault(c, FAULT_KMS_ARN_INVALID, key);
		else if (strcmp(read.region, c->who.region) != 0)
			call_fault(c, FAULT_KMS_ARN_REGION, read.region);
		else if (strncmp(read.rest, "alias/", 6) == 0)
			call_fault(c, FAULT_KMS_ALIAS_NOT_FOUND, key);
		else
			call_fault(c, FAULT_KMS_KEY_NOT_FOUND, key);
	} else if (strncmp(key, "alias/", 6) == 0) {
		call_fault(c, FAULT_KMS_ALIAS_NOT_FOUND, call_arn(c, "kms", key, &arn));
	} else if (looks_like_key_id(key)) {
		struct buf rest = BUF_INIT;

		buf_addf(&rest, "key/%s", key);
		call_fault(c, FAULT_KMS_KEY_NOT_FOUND, call_arn(c, "kms", rest.s, &arn));
		buf_release(&rest);
	} else {
		call_fault(c, FAULT_KMS_KEY_ID_INVALID, key);
	}
	buf_release(&arn);
}

/* KMS says the same whether another account's key is not there or not to be used. */
static bool permitted(struct call *c, const struct resource *r, bool foreign_fits)
{
	struct kms_ask ask = {
		c->w, c->who.account, c->who.arn, model_text(c->op->name), false, c->in};
	bool own = strcmp(r->in.account, c->who.account) == 0;
	enum kms_verdict verdict = kms_judge(r->doc, &ask);
	struct buf action = BUF_INIT, why = BUF_INIT;

	if (verdict == KMS_ALLOWED && (own || foreign_fits))
		return true;
	buf_addf(&action, "kms:%s", ask.operation);
	if (!own)
		buf_adds(&why,
			"because the resource does not exist in this Region, no resource-based "
			"policies allow access, or a resource-based policy explicitly denies access");
	else if (verdict == KMS_DENIED)
		buf_adds(&why, "with an explicit deny in a resource-based policy");
	else
		buf_addf(&why, "because no resource-based policy allows the %s action", action.s);
	call_fault(c, FAULT_KMS_ACCESS_DENIED, c->who.arn, action.s, in_text(r->doc, "Arn"), why.s);
	buf_release(&action);
	buf_release(&why);
	return false;
}

static bool in_state(struct call *c, const struct resource *r, unsigned needs)
{
	const char *state = in_text(r->doc, "KeyState"), *arn = in_text(r->doc, "Arn");

	if (needs & (KMS_ENABLED | KMS_NOT_DELETED) && strcmp(state, "PendingDeletion") == 0)
		call_fault(c, FAULT_KMS_PENDING_DELETION, arn);
	else if (needs & KMS_ENABLED && strcmp(state, "PendingImport") == 0)
		call_fault(c, FAULT_KMS_PENDING_IMPORT, arn);
	else if (needs & KMS_ENABLED && strcmp(state, "Enabled") != 0)
		call_fault(c, FAULT_KMS_DISABLED, arn);
	return !call_failed(c);
}

bool kms_key_find(struct call *c, const char *key, struct resource *out)
{
	if (key_named(c, key, out))
		return true;
	not_found(c, key);
	return false;
}

bool kms_key_for(struct call *c, const char *key, unsigned needs, struct resource *out)
{
	const char *rest = strrchr(key, ':') ? strrchr(key, ':') + 1 : key;

	if (!(needs & KMS_ALIAS) && strncmp(rest, "alias/", 6) == 0) {
		call_fault(c,
			strncmp(key, "arn:", 4) == 0 ? FAULT_KMS_ARN_INVALID
						     : FAULT_KMS_KEY_ID_INVALID,
			key);
		return false;
	}
	return kms_key_find(c, key, out) && permitted(c, out, needs & KMS_FOREIGN) &&
	       in_state(c, out, needs);
}

/* ---- CreateKey ---- */

/* KMS developer guide, "Key spec reference": what a spec may be used for, and by which algorithms.
 */
static const struct spec {
	const char *name, *usages; /* words; the first is taken if none is said and `implied` */
	const char *encrypts, *signs, *macs, *agrees;
	bool implied;
} specs[] = {
	{"SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", "", "", true},
#define RSA_SIGNS                                                                                  \
	"RSASSA_PKCS1_V1_5_SHA_256 RSASSA_PKCS1_V1_5_SHA_384 RSASSA_PKCS1_V1_5_SHA_512 "           \
	"RSASSA_PSS_SHA_256 RSASSA_PSS_SHA_384 RSASSA_PSS_SHA_512"
#define RSA(bits)                                                                                  \
	{                                                                                          \
		"RSA_" bits, "ENCRYPT_DECRYPT SIGN_VERIFY", "RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256", \
			RSA_SIGNS, "", "", false                                                   \
	}
	RSA("2048"),
	RSA("3072"),
	RSA("4096"),
	{"ECC_NIST_P256", "SIGN_VERIFY KEY_AGREEMENT", "", "ECDSA_SHA_256", "", "ECDH", false},
	{"ECC_NIST_P384", "SIGN_VERIFY KEY_AGREEMENT", "", "ECDSA_SHA_384", "", "ECDH", false},
	{"ECC_NIST_P521", "SIGN_VERIFY KEY_AGREEMENT", "", "ECDSA_SHA_512", "", "ECDH", false},
	{"ECC_SECG_P256K1", "SIGN_VERIFY", "", "ECDSA_SHA_256", "", "", false},
	{"ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "", "ED25519_SHA_512 ED25519_PH_SHA_512", "", "",
		false},
	{"ML_DSA_44", "SIGN_VERIFY", "", "ML_DSA_SHAKE_256", "", "", false},
	{"ML_DSA_65", "SIGN_VERIFY", "", "ML_DSA_SHAKE_256", "", "", false},
	{"ML_DSA_87", "SIGN_VERIFY", "", "ML_DSA_SHAKE_256", "", "", false},
	{"HMAC_224", "GENERATE_VERIFY_MAC", "", "", "HMAC_SHA_224", "", false},
	{"HMAC_256", "GENERATE_VERIFY_MAC", "", "", "HMAC_SHA_256", "", false},
	{"HMAC_384", "GENERATE_VERIFY_MAC", "", "", "HMAC_SHA_384", "", false},
	{"HMAC_512", "GENERATE_VERIFY_MAC", "", "", "HMAC_SHA_512", "", false},
};

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; *words; words += strcspn(words, " "), words += *words == ' ')
		if (strncmp(words, word, n) == 0 && (!words[n] || words[n] == ' '))
			return true;
	return false;
}

static json_t *word_list(const char *words)
{
	json_t *list = json_array();

	while (*words) {
		size_t n = strcspn(words, " ");

		json_array_append_new(list, json_stringn(words, n));
		words += n + (words[n] == ' ');
	}
	return list;
}

static const struct spec *spec_find(struct call *c, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(specs); i++)
		if (strcmp(specs[i].name, name) == 0)
			return &specs[i];
	call_fault(c, FAULT_KMS_UNSUPPORTED, "The key spec is not supported in this Region.");
	return NULL;
}

static const char *usage_of(struct call *c, const struct spec *s)
{
	const char *usage = in_text(c->in, "KeyUsage");
	struct buf text = BUF_INIT;

	if (!usage && s->implied)
		return s->usages;
	if (!usage) {
		call_fault(c, FAULT_KMS_VALIDATION,
			"You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
		return NULL;
	}
	if (has_word(s->usages, usage))
		return usage;
	buf_addf(&text, "KeyUsage %s is not compatible with KeySpec %s", usage, s->name);
	call_fault(c, FAULT_KMS_VALIDATION, text.s);
	buf_release(&text);
	return NULL;
}

static void set_algorithms(json_t *doc, const struct spec *s, const char *usage)
{
	if (strcmp(usage, "ENCRYPT_DECRYPT") == 0)
		json_object_set_new(doc, "EncryptionAlgorithms", word_list(s->encrypts));
	else if (strcmp(usage, "SIGN_VERIFY") == 0)
		json_object_set_new(doc, "SigningAlgorithms", word_list(s->signs));
	else if (strcmp(usage, "GENERATE_VERIFY_MAC") == 0)
		json_object_set_new(doc, "MacAlgorithms", word_list(s->macs));
	else
		json_object_set_new(doc, "KeyAgreementAlgorithms", word_list(s->agrees));
}

/* Material from elsewhere has to be imported first; stores of one's own are not there. */
static bool check_origin(struct call *c, const char *origin)
{
	const char *store = in_text(c->in, "CustomKeyStoreId");

	if (store)
		call_fault(c, FAULT_KMS_STORE_NOT_FOUND, store);
	else if (strcmp(origin, "AWS_KMS") != 0 && strcmp(origin, "EXTERNAL") != 0)
		call_fault(
			c, FAULT_KMS_VALIDATION, "CustomKeyStoreId is required for this Origin.");
	else if (in_has(c->in, "XksKeyId"))
		call_fault(c, FAULT_KMS_VALIDATION,
			"XksKeyId is valid only with Origin EXTERNAL_KEY_STORE.");
	return !call_failed(c);
}

static json_t *metadata(const char *account, const char *region, const char *id, int64_t created,
	const char *description, const char *manager)
{
	struct buf arn = BUF_INIT;
	json_t *doc;

	buf_addf(&arn, "arn:aws:kms:%s:%s:key/%s", region, account, id);
	doc = json_pack("{s:s, s:s, s:s, s:o, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:b}",
		"AWSAccountId", account, "KeyId", id, "Arn", arn.s, "CreationDate",
		time_json(created), "Enabled", 1, "Description", description, "KeyUsage",
		"ENCRYPT_DECRYPT", "KeyState", "Enabled", "Origin", "AWS_KMS", "KeyManager",
		manager, "KeySpec", "SYMMETRIC_DEFAULT", "MultiRegion", 0);
	buf_release(&arn);
	return doc;
}

static void set_multi_region(struct call *c, json_t *doc)
{
	json_object_set_new(doc, "MultiRegion", json_true());
	json_object_set_new(doc, "MultiRegionConfiguration",
		json_pack("{s:s, s:{s:O, s:s}, s:[]}", "MultiRegionKeyType", "PRIMARY",
			"PrimaryKey", "Arn", json_object_get(doc, "Arn"), "Region", c->who.region,
			"ReplicaKeys"));
}

static void new_key_id(struct call *c, char id[WORLD_ID])
{
	char hex[33];

	kms_hex(c->w, hex);
	if (in_bool(c->in, "MultiRegion", false))
		snprintf(id, WORLD_ID, "mrk-%s", hex);
	else
		uuid(hex, id);
}

/* A symmetric key of KMS's own shows which material it has now. */
static void set_origin(struct call *c, json_t *doc, const char *origin, const struct spec *s)
{
	char one[33], two[33];
	struct buf material = BUF_INIT;

	json_object_set_new(doc, "Origin", json_string(origin));
	if (strcmp(origin, "EXTERNAL") == 0) {
		json_object_set_new(doc, "Enabled", json_false());
		json_object_set_new(doc, "KeyState", json_string("PendingImport"));
	} else if (s->implied) {
		kms_hex(c->w, one);
		kms_hex(c->w, two);
		buf_addf(&material, "%s%s", one, two);
		json_object_set_new(doc, "CurrentKeyMaterialId", json_string(material.s));
		buf_release(&material);
	}
}

static json_t *new_key(struct call *c, const char *id, const struct spec *s, const char *usage)
{
	const char *description = in_text(c->in, "Description"), *origin = in_text(c->in, "Origin");
	json_t *doc = metadata(c->who.account, c->who.region, id, call_now(c),
		description ? description : "", "CUSTOMER");

	json_object_set_new(doc, "KeySpec", json_string(s->name));
	json_object_set_new(doc, "KeyUsage", json_string(usage));
	set_algorithms(doc, s, usage);
	if (in_bool(c->in, "MultiRegion", false))
		set_multi_region(c, doc);
	set_origin(c, doc, origin ? origin : "AWS_KMS", s);
	if (in_has(c->in, "Tags"))
		json_object_set(doc, "_Tags", json_object_get(c->in, "Tags"));
	return doc;
}

static bool set_policy(struct call *c, json_t *doc)
{
	const char *given = in_text(c->in, "Policy");
	char *policy = given ? kms_policy_read(c, given, in_text(doc, "Arn"),
				       in_bool(c->in, "BypassPolicyLockoutSafetyCheck", false))
			     : kms_policy_default(c->who.account);

	if (policy)
		json_object_set_new(doc, "_Policy", json_string(policy));
	free(policy);
	return policy != NULL;
}

static json_t *create_key(struct call *c)
{
	const char *name = in_text(c->in, "KeySpec"), *origin = in_text(c->in, "Origin"), *usage;
	const struct spec *s = spec_find(c, name ? name : "SYMMETRIC_DEFAULT");
	char id[WORLD_ID];
	json_t *doc;

	if (!s || !check_origin(c, origin ? origin : "AWS_KMS") ||
		!kms_tags_check(c, in_list(c->in, "Tags")))
		return NULL;
	usage = usage_of(c, s);
	if (!usage)
		return NULL;
	new_key_id(c, id);
	doc = new_key(c, id, s, usage);
	if (!set_policy(c, doc)) {
		json_decref(doc);
		return NULL;
	}
	call_put(c, "key", id, doc);
	return json_pack("{s:O}", "KeyMetadata", doc);
}

/* ---- describing ---- */

static json_t *describe_key(struct call *c)
{
	struct resource r;

	if (!kms_key_for(c, in_text(c->in, "KeyId"), KMS_ALIAS | KMS_FOREIGN, &r))
		return NULL;
	return json_pack("{s:O}", "KeyMetadata", r.doc);
}

static json_t *list_keys(struct call *c)
{
	struct world_cursor at = {0};
	json_t *list = json_array();
	struct resource r;

	while (call_next(c, "key", &at, &r))
		json_array_append_new(list, json_pack("{s:s, s:O}", "KeyId", r.id, "KeyArn",
						    json_object_get(r.doc, "Arn")));
	return json_pack("{s:o, s:b}", "Keys", list, "Truncated", 0);
}

/* ---- enabling, disabling, deleting ---- */

static json_t *set_state(struct call *c, const struct resource *r, const char *state)
{
	json_t *doc = call_edit(r->doc);

	json_object_set_new(doc, "KeyState", json_string(state));
	json_object_set_new(doc, "Enabled", json_boolean(strcmp(state, "Enabled") == 0));
	json_object_del(doc, "DeletionDate");
	timer_clear(doc);
	resource_put(c->w, r, doc);
	return doc;
}

static json_t *switch_key(struct call *c, const char *state)
{
	struct resource r;

	if (!kms_key_for(c, in_text(c->in, "KeyId"), KMS_NOT_DELETED, &r))
		return NULL;
	if (strcmp(in_text(r.doc, "KeyState"), "PendingImport") == 0)
		return call_fault(c, FAULT_KMS_PENDING_IMPORT, in_text(r.doc, "Arn"));
	set_state(c, &r, state);
	return json_object();
}

static json_t *enable_key(struct call *c)
{
	return switch_key(c, "Enabled");
}

static json_t *disable_key(struct call *c)
{
	return switch_key(c, "Disabled");
}

static bool check_window(struct call *c, int64_t days)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%lld", (long long)days);
	if (days < DELETE_DAYS_MIN)
		kms_invalid(c, text.s, "pendingWindowInDays",
			"Member must have value greater than or equal to 7");
	else if (days > DELETE_DAYS_MAX)
		kms_invalid(c, text.s, "pendingWindowInDays",
			"Member must have value less than or equal to 30");
	buf_release(&text);
	return !call_failed(c);
}

static json_t *schedule_deletion(struct call *c)
{
	int64_t days = in_int(c->in, "PendingWindowInDays", DELETE_DAYS_MAX);
	struct resource r;
	json_t *doc;

	if (!check_window(c, days) || !kms_key_for(c, in_text(c->in, "KeyId"), KMS_NOT_DELETED, &r))
		return NULL;
	doc = call_edit(r.doc);
	json_object_set_new(doc, "KeyState", json_string("PendingDeletion"));
	json_object_set_new(doc, "Enabled", json_false());
	json_object_set_new(doc, "DeletionDate", time_json(call_now(c) + days * day_ms));
	timer_set(c->w, doc, days * day_ms, "key-delete");
	resource_put(c->w, &r, doc);
	return json_pack("{s:O, s:O, s:s, s:I}", "KeyId", json_object_get(doc, "Arn"),
		"DeletionDate", json_object_get(doc, "DeletionDate"), "KeyState", "PendingDeletion",
		"PendingWindowInDays", (json_int_t)days);
}

/* The key comes back disabled. */
static json_t *cancel_deletion(struct call *c)
{
	struct resource r;
	json_t *doc;

	if (!kms_key_for(c, in_text(c->in, "KeyId"), 0, &r))
		return NULL;
	if (strcmp(in_text(r.doc, "KeyState"), "PendingDeletion") != 0)
		return call_fault(c, FAULT_KMS_NOT_PENDING_DELETION, in_text(r.doc, "Arn"));
	doc = set_state(c, &r, "Disabled");
	return json_pack("{s:O}", "KeyId", json_object_get(doc, "Arn"));
}

/* The key goes, and its aliases with it; what it encrypted can never be read again. */
static void delete_timer(struct world *w, const struct resource *r)
{
	struct place_of aliases = place(r->in.account, r->in.region, "alias");
	struct world_cursor at = {0};
	struct resource alias;

	while (world_next(w, aliases, &at, &alias)) {
		if (strcmp(in_text(alias.doc, "TargetKeyId"), r->id) == 0) {
			world_put(w, aliases, alias.id, NULL);
			at = (struct world_cursor){0};
		}
	}
	world_put(w, r->in, r->id, NULL);
}

/* ---- what is there from the start ---- */

static void managed_id(struct place_of in, char id[WORLD_ID])
{
	char one[WORLD_ID], two[WORLD_ID], hex[33];
	struct buf text = BUF_INIT;

	buf_addf(&text, "aws/ebs %s %s", in.account, in.region);
	world_fixed_id("k", text.s, one);
	buf_addc(&text, '2');
	world_fixed_id("k", text.s, two);
	snprintf(hex, sizeof hex, "%.16s%.16s", one + 2, two + 2);
	uuid(hex, id);
	buf_release(&text);
}

static void give_key(struct world *w, struct place_of in, const char *id, int64_t created)
{
	json_t *doc = metadata(in.account, in.region, id, created,
		"Default key that protects my EBS volumes when no other key is defined", "AWS");
	char *policy = kms_policy_of_managed(in.account, in.region);

	set_algorithms(doc, &specs[0], "ENCRYPT_DECRYPT");
	json_object_set_new(doc, "_Policy", json_string(policy));
	free(policy);
	world_give(w, in, id, doc);
}

static void give_alias(struct world *w, struct place_of in, const char *id, int64_t created)
{
	struct buf arn = BUF_INIT;

	buf_addf(&arn, "arn:aws:kms:%s:%s:alias/aws/ebs", in.region, in.account);
	world_give(w, in, "alias/aws/ebs",
		json_pack("{s:s, s:s, s:s, s:o, s:o}", "AliasName", "alias/aws/ebs", "AliasArn",
			arn.s, "TargetKeyId", id, "CreationDate", time_json(created),
			"LastUpdatedDate", time_json(created)));
	buf_release(&arn);
}

void kms_genesis(struct world *w, struct place_of in)
{
	int64_t created = world_start(w) - 90 * day_ms;
	char id[WORLD_ID];

	if (!*in.account || !*in.region)
		return;
	managed_id(in, id);
	if (strcmp(in.kind, "key") == 0)
		give_key(w, in, id, created);
	else if (strcmp(in.kind, "alias") == 0)
		give_alias(w, in, id, created);
}

static const struct handler handlers[] = {
	{"CreateKey", create_key},
	{"DescribeKey", describe_key},
	{"ListKeys", list_keys},
	{"EnableKey", enable_key},
	{"DisableKey", disable_key},
	{"ScheduleKeyDeletion", schedule_deletion},
	{"CancelKeyDeletion", cancel_deletion},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"key-delete", delete_timer},
	{NULL, NULL},
};
const struct family ops_kms_key = {"kms", handlers, timers};
