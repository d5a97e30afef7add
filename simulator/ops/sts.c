/*
 * sts.c - who one is: caller identity, temporary credentials, access keys. Kind "access-key", of no
 * account and Region: {Account, Arn, UserId, Expiration, Secret, Token, Issuer}; all but the first
 * of temporary keys only. IAM is not simulated, so every role of every account can be assumed.
 * Source: the STS API reference.
 */
#include "base/codec.h"
#include "base/json.h"
#include "ops/account.h"
#include "ops/links.h"

#include <stdio.h>
#include <string.h>

enum { ROLE_SECONDS = 3600, SESSION_SECONDS = 43200, POLICY_MAX = 2048, KEYS_KEPT = 4000 };

/* ---- access keys ---- */

static json_t *key_doc(const struct world *w, const char *key)
{
	return key ? world_get(w, place("", "", "access-key"), key) : NULL;
}

/* The account number stands in bits 7 to 46 of a key id's first six bytes after the prefix. */
static bool account_in_key(const char *key, char account[16])
{
	struct buf bytes = BUF_INIT;
	uint64_t n = 0;
	bool ok = strlen(key) == 20 && codec_unbase32(&bytes, key + 4) && bytes.len >= 6;

	for (size_t i = 0; ok && i < 6; i++)
		n = n << 8 | (unsigned char)bytes.s[i];
	buf_release(&bytes);
	n = (n & 0x7fffffffff80u) >> 7;
	if (n >= 1000000000000u)
		return false;
	snprintf(account, 16, "%012llu", (unsigned long long)n);
	return ok;
}

static void new_key_id(struct world *w, const char *account, struct buf *out)
{
	uint64_t number = 0, random = world_random(w);
	uint8_t bytes[10];

	for (const char *s = account; *s >= '0' && *s <= '9'; s++)
		number = number * 10 + (uint64_t)(*s - '0');
	number = number << 7 | (random & 127) | (uint64_t)1 << 47;
	for (int i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(number >> 8 * (5 - i));
	for (int i = 6; i < 10; i++)
		bytes[i] = (uint8_t)(random >> 8 * (i - 4));
	buf_adds(out, "ASIA");
	codec_base32(out, bytes, sizeof bytes);
}

/* Random text that looks like a secret or a token and opens nothing. */
static json_t *random_text(struct world *w, const char *begin, size_t bytes)
{
	struct buf raw = BUF_INIT, text = BUF_INIT;
	json_t *out;

	buf_adds(&text, begin);
	codec_stream(&raw, world_random(w), bytes);
	codec_base64(&text, raw.s, raw.len);
	out = json_string(text.s);
	buf_release(&raw);
	buf_release(&text);
	return out;
}

/* What a session token holds first: whose credentials it came from in the end. */
#define TOKEN_BEGIN "IQoJb3JpZ2luX2Vj"
enum { TOKEN_BYTES = 255 };

/* The key that stands at the beginning of a chain of roles: its length and its letters, then what
 * looks random. An endpoint with a world for each key finds the world by it. */
static json_t *new_token(struct call *c)
{
	const char *root = in_text(key_doc(c->w, c->who.key), "Issuer");
	struct buf raw = BUF_INIT, text = BUF_INIT;
	json_t *out;
	size_t n;

	if (!root)
		root = c->who.key ? c->who.key : "";
	n = strlen(root) < 128 ? strlen(root) : 0;
	buf_addc(&raw, (char)n);
	buf_add(&raw, root, n);
	codec_stream(&raw, world_random(c->w), TOKEN_BYTES - n - 1);
	buf_adds(&text, TOKEN_BEGIN);
	codec_base64(&text, raw.s, raw.len);
	out = json_string(text.s);
	buf_release(&raw);
	buf_release(&text);
	return out;
}

bool ops_issuer_of_token(const char *token, struct buf *key)
{
	struct buf raw = BUF_INIT;
	bool ok = strncmp(token, TOKEN_BEGIN, strlen(TOKEN_BEGIN)) == 0 &&
		  codec_unbase64(&raw, token + strlen(TOKEN_BEGIN)) && raw.len == TOKEN_BYTES &&
		  raw.s[0] > 0;

	if (ok)
		buf_add(key, raw.s + 1, (size_t)raw.s[0]);
	buf_release(&raw);
	return ok;
}

/* For a day after its end a temporary key is one that has expired; then nobody has heard of it. */
static enum fate key_fate(const struct world *w, const struct resource *r)
{
	const char *end = in_text(r->doc, "Expiration");
	int64_t ms;

	if (!end || !time_parse(end, &ms))
		return FATE_KEEP;
	return ms + (int64_t)86400 * 1000 <= world_now(w) ? FATE_OVER : FATE_SPARE;
}

/* Makes a temporary key that is `arn`; {AccessKeyId, ...}. The world keeps the secret and the token
 * too, so that an endpoint can check what is signed with them. */
static json_t *new_credentials(
	struct call *c, const char *account, const char *arn, const char *user_id, int64_t seconds)
{
	int64_t end = (call_now(c) / 1000 + seconds) * 1000;
	const char *root;
	json_t *secret, *token, *out;
	struct buf key = BUF_INIT;

	forget_oldest(c->w, place("", "", "access-key"), KEYS_KEPT, key_fate);
	root = in_text(key_doc(c->w, c->who.key), "Issuer");
	new_key_id(c->w, account, &key);
	secret = random_text(c->w, "", 30);
	token = new_token(c);
	world_put(c->w, place("", "", "access-key"), key.s,
		json_pack("{s:s, s:s, s:s, s:o, s:O, s:O, s:s*}", "Account", account, "Arn", arn,
			"UserId", user_id, "Expiration", time_json(end), "Secret", secret, "Token",
			token, "Issuer", root ? root : c->who.key));
	out = json_pack("{s:s, s:o, s:o, s:o}", "AccessKeyId", key.s, "SecretAccessKey", secret,
		"SessionToken", token, "Expiration", time_json(end));
	buf_release(&key);
	return out;
}

/* ---- who calls ---- */

/* Of temporary credentials, whom they were given to; else the caller as the call has it. */
static json_t *identity(const struct call *c)
{
	const json_t *key = key_doc(c->w, c->who.key);
	const char *arn = in_text(key, "Arn"), *user = in_text(key, "UserId");

	return json_pack("{s:s, s:s, s:s}", "UserId", arn && user ? user : c->who.user_id,
		"Account", c->who.account, "Arn", arn && user ? arn : c->who.arn);
}

static json_t *get_caller_identity(struct call *c)
{
	return identity(c);
}

static json_t *get_access_key_info(struct call *c)
{
	const char *key = in_text(c->in, "AccessKeyId");
	const char *known = in_text(key_doc(c->w, key), "Account");
	char account[16];

	if (known)
		return json_pack("{s:s}", "Account", known);
	if (strlen(key) < 16)
		return call_fault(c, FAULT_STS_VALIDATION,
			"1 validation error detected: Value at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16");
	if (!account_in_key(key, account))
		return call_fault(c, FAULT_STS_VALIDATION, "The access key ID is not valid.");
	return json_pack("{s:s}", "Account", account);
}

/* ---- temporary credentials ---- */

static bool seconds_fit(struct call *c, int64_t seconds, int64_t min, int64_t max)
{
	struct buf text = BUF_INIT;

	if (seconds < min || seconds > max) {
		buf_addf(&text,
			"1 validation error detected: Value '%lld' at 'durationSeconds' failed to satisfy constraint: Member must have value %s than or equal to %lld",
			(long long)seconds, seconds < min ? "greater" : "less",
			(long long)(seconds < min ? min : max));
		call_fault(c, FAULT_STS_VALIDATION, text.s);
		buf_release(&text);
	}
	return !call_failed(c);
}

static bool policy_fits(struct call *c)
{
	const char *text = in_text(c->in, "Policy");
	json_t *policy = text ? json_loads(text, 0, NULL) : NULL;

	if (text && !json_is_object(policy))
		call_fault(c, FAULT_STS_POLICY, "This policy contains invalid Json");
	else if (text && strlen(text) > POLICY_MAX)
		call_fault(c, FAULT_STS_POLICY, "The policy is longer than 2048 characters.");
	json_decref(policy);
	return !call_failed(c);
}

/* "arn:aws:iam::123456789012:role/path/name" -> account and name. */
static bool role_parts(const char *arn, char account[16], const char **name)
{
	static const char begin[] = "arn:aws:iam::";
	const char *rest = arn + sizeof begin - 1, *slash;

	if (strncmp(arn, begin, sizeof begin - 1) != 0 || strspn(rest, "0123456789") != 12 ||
		strncmp(rest + 12, ":role/", 6) != 0)
		return false;
	snprintf(account, 16, "%.12s", rest);
	slash = strrchr(arn, '/');
	*name = slash + 1;
	return **name != '\0';
}

/* =,.@-_ and letters and digits, 2 to 64. */
static bool session_name_fits(struct call *c, const char *name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=,.@-_";
	size_t n = strlen(name);
	struct buf text = BUF_INIT;

	if (n < 2 || n > 64 || strspn(name, letters) != n) {
		buf_addf(&text,
			"1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: ",
			name);
		buf_adds(&text,
			n < 2    ? "Member must have length greater than or equal to 2"
			: n > 64 ? "Member must have length less than or equal to 64"
				 : "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
		call_fault(c, FAULT_STS_VALIDATION, text.s);
		buf_release(&text);
	}
	return !call_failed(c);
}

static json_t *role_answer(struct call *c, const char *account, const char *role, int64_t seconds)
{
	const char *session = in_text(c->in, "RoleSessionName");
	const char *source = in_text(c->in, "SourceIdentity");
	struct buf arn = BUF_INIT, id = BUF_INIT;
	char unique[WORLD_ID];
	json_t *out;

	world_fixed_id("role", in_text(c->in, "RoleArn"), unique);
	buf_addf(&arn, "arn:aws:sts::%s:assumed-role/%s/%s", account, role, session);
	buf_adds(&id, "AROA");
	for (const char *s = strchr(unique, '-') + 1; id.len < 21 && *s; s++)
		buf_addc(&id, (char)(*s >= 'a' ? *s - 'a' + 'A' : *s));
	buf_addf(&id, ":%s", session);
	out = json_pack("{s:o, s:{s:s, s:s}}", "Credentials",
		new_credentials(c, account, arn.s, id.s, seconds), "AssumedRoleUser",
		"AssumedRoleId", id.s, "Arn", arn.s);
	if (in_has(c->in, "Policy") || json_array_size(in_list(c->in, "Tags")))
		json_object_set_new(out, "PackedPolicySize", json_integer(6));
	if (source)
		json_object_set_new(out, "SourceIdentity", json_string(source));
	buf_release(&arn);
	buf_release(&id);
	return out;
}

static json_t *assume_role(struct call *c)
{
	const char *arn = in_text(c->in, "RoleArn"), *role;
	int64_t seconds = in_int(c->in, "DurationSeconds", ROLE_SECONDS);
	struct buf text = BUF_INIT;
	char account[16];

	if (!role_parts(arn, account, &role)) {
		buf_addf(&text, "%s is invalid", arn);
		call_fault(c, FAULT_STS_VALIDATION, text.s);
		buf_release(&text);
		return NULL;
	}
	if (!session_name_fits(c, in_text(c->in, "RoleSessionName")) ||
		!seconds_fit(c, seconds, 900, 43200) || !policy_fits(c))
		return NULL;
	account_join(c->w, account);
	return role_answer(c, account, role, seconds);
}

/* Not with temporary credentials: they cannot ask for others. */
static json_t *get_session_token(struct call *c)
{
	int64_t seconds = in_int(c->in, "DurationSeconds", SESSION_SECONDS);
	json_t *out;

	if (!seconds_fit(c, seconds, 900, 129600))
		return NULL;
	if (in_has(key_doc(c->w, c->who.key), "Expiration"))
		return call_fault(c, FAULT_STS_SESSION);
	if (in_has(c->in, "TokenCode") != in_has(c->in, "SerialNumber"))
		return call_fault(c, FAULT_STS_VALIDATION,
			"SerialNumber and TokenCode must be given together.");
	out = new_credentials(c, c->who.account, c->who.arn, c->who.user_id, seconds);
	return json_pack("{s:o}", "Credentials", out);
}

/* ---- messages of authorization failures ---- */

/* An encoded message is base64 of the JSON that it decodes to. */
static json_t *decode_message(struct call *c)
{
	const char *text = in_text(c->in, "EncodedMessage");
	struct buf bytes = BUF_INIT;
	json_t *message = NULL, *out;
	char *compact;

	if (codec_unbase64(&bytes, text))
		message = json_loadb(bytes.s, bytes.len, 0, NULL);
	buf_release(&bytes);
	if (!json_is_object(message) || !in_has(message, "allowed")) {
		json_decref(message);
		return call_fault(c, FAULT_STS_MESSAGE);
	}
	compact = json_text(message, JSON_COMPACT);
	json_decref(message);
	out = json_pack("{s:s}", "DecodedMessage", compact);
	free(compact);
	return out;
}

static const struct handler handlers[] = {
	{"GetCallerIdentity", get_caller_identity},
	{"GetAccessKeyInfo", get_access_key_info},
	{"AssumeRole", assume_role},
	{"GetSessionToken", get_session_token},
	{"DecodeAuthorizationMessage", decode_message},
	{NULL, NULL},
};

const struct family ops_sts = {"sts", handlers, NULL};
