/* kms-evaluate.c - key policies and grants: reading, checking and asking them; see kms.h. */
#include "base/json.h"
#include "ops/kms.h"

#include "base/buf.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- principals ---- */

static bool is_account(const char *s)
{
	return strlen(s) == 12 && strspn(s, "0123456789") == 12;
}

/* "arn:aws:sts::A:assumed-role/R/S" acts for "arn:aws:iam::A:role/R" (IAM user guide,
 * "principals"). */
static bool is_session_of(const char *role, const char *principal)
{
	const char *name = strstr(role, ":role/"), *session = strstr(principal, ":assumed-role/");
	size_t n;

	if (!name || !session)
		return false;
	name = strrchr(name, '/') + 1;
	session += strlen(":assumed-role/");
	n = strlen(name);
	return strncmp(session, name, n) == 0 && session[n] == '/';
}

bool kms_principal_fits(const char *principal, const struct kms_ask *ask)
{
	struct buf root = BUF_INIT;
	bool fits;

	buf_addf(&root, "arn:aws:iam::%s:root", ask->account);
	fits = strcmp(principal, "*") == 0 || strcmp(principal, ask->account) == 0 ||
	       strcmp(principal, root.s) == 0 || strcmp(principal, ask->principal) == 0 ||
	       is_session_of(principal, ask->principal);
	buf_release(&root);
	return fits;
}

/* A string or a list of strings: whether one of them passes. */
typedef bool text_fn(const char *text, const void *ctx);

static bool any_text(const json_t *v, text_fn *fn, const void *ctx)
{
	json_t *each;
	size_t i;

	if (json_is_string(v))
		return fn(json_string_value(v), ctx);
	json_array_foreach((json_t *)(uintptr_t)v, i, each)
	{
		if (json_is_string(each) && fn(json_string_value(each), ctx))
			return true;
	}
	return false;
}

static bool principal_text(const char *text, const void *ctx)
{
	return kms_principal_fits(text, ctx);
}

static bool principal_member(const json_t *p, const struct kms_ask *ask)
{
	return any_text(json_is_object(p) ? json_object_get(p, "AWS") : p, principal_text, ask);
}

static bool principal_of(const json_t *statement, const struct kms_ask *ask)
{
	const json_t *not = json_object_get(statement, "NotPrincipal");

	if (not )
		return !principal_member(not, ask);
	return principal_member(json_object_get(statement, "Principal"), ask);
}

/* ---- actions and resources ---- */

static void lower(const char *s, struct buf *out)
{
	for (; *s; s++)
		buf_addc(out, (char)tolower((unsigned char)*s));
}

static bool action_text(const char *text, const void *ctx)
{
	struct buf pattern = BUF_INIT, action = BUF_INIT;
	bool fits;

	lower(text, &pattern);
	buf_adds(&action, "kms:");
	lower(ctx, &action);
	fits = wildcard_match(pattern.s, action.s);
	buf_release(&pattern);
	buf_release(&action);
	return fits;
}

static bool action_of(const json_t *statement, const struct kms_ask *ask)
{
	const json_t *not = json_object_get(statement, "NotAction");

	if (not )
		return !any_text(not, action_text, ask->operation);
	return any_text(json_object_get(statement, "Action"), action_text, ask->operation);
}

static bool pattern_text(const char *text, const void *ctx)
{
	return wildcard_match(text, ctx);
}

static bool resource_of(const json_t *statement, const char *key_arn)
{
	return any_text(json_object_get(statement, "Resource"), pattern_text, key_arn);
}

/* ---- conditions ---- */

enum known { UNKNOWN, ABSENT, PRESENT };

/* "o-..." of an account: its ARN names it. */
static bool organization(const struct kms_ask *ask, struct buf *value)
{
	json_t *doc = world_get(ask->w, place("", "", "account"), ask->account);
	const char *arn = in_text(doc, "Arn"), *id = arn ? strstr(arn, ":account/") : NULL;

	if (!id)
		return false;
	id += strlen(":account/");
	buf_addf(value, "%.*s", (int)strcspn(id, "/"), id);
	return true;
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

/* Adds what a member of a request says: a text, a list of texts, or the names of its members. */
static void add_member(const json_t *member, json_t *values)
{
	const char *name;
	json_t *ignored;

	if (json_is_string(member))
		json_array_append(values, (json_t *)(uintptr_t)member);
	else if (json_is_array(member))
		json_array_extend(values, (json_t *)(uintptr_t)member);
	json_object_foreach((json_t *)(uintptr_t)member, name, ignored)
		json_array_append_new(values, json_string(name));
}

/* What a request for a grant says. Which operations have a key at all is in the tables of the KMS
 * developer guide, "AWS KMS condition keys". What EC2 writes in its own grants is not known here.
 */
static enum known grant_context(const struct kms_ask *ask, const char *key, json_t *values)
{
	static const char *const about_aws[] = {"CreateGrant", "ListGrants", "RevokeGrant", NULL};
	static const struct {
		const char *key, *member;
	} keys[] = {
		{"kms:GrantConstraintType", "Constraints"},
		{"kms:GranteePrincipal", "GranteePrincipal"},
		{"kms:GrantOperations", "Operations"},
		{"kms:RetiringPrincipal", "RetiringPrincipal"},
	};

	if (strcasecmp(key, "kms:GrantIsForAWSResource") == 0) {
		if (!is_one_of(ask->operation, about_aws))
			return ABSENT;
		json_array_append_new(values, json_string(ask->via_ec2 ? "true" : "false"));
		return PRESENT;
	}
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (strcasecmp(key, keys[i].key) != 0)
			continue;
		if (strcmp(ask->operation, "CreateGrant") != 0)
			return ABSENT;
		if (!ask->request)
			return UNKNOWN;
		add_member(in_get(ask->request, keys[i].member), values);
		return json_array_size(values) ? PRESENT : ABSENT;
	}
	return UNKNOWN;
}

/* The values of a condition key in this call. */
static enum known context(
	const struct kms_ask *ask, const char *key, const char *key_arn, json_t *values)
{
	const char *region = key_arn + strlen("arn:aws:kms:");
	struct buf value = BUF_INIT;
	enum known known = PRESENT;

	if (strcasecmp(key, "kms:CallerAccount") == 0 ||
		strcasecmp(key, "aws:PrincipalAccount") == 0)
		buf_adds(&value, ask->account);
	else if (strcasecmp(key, "aws:PrincipalArn") == 0)
		buf_adds(&value, ask->principal);
	else if (strcasecmp(key, "kms:ViaService") == 0 && ask->via_ec2)
		buf_addf(&value, "ec2.%.*s.amazonaws.com", (int)strcspn(region, ":"), region);
	else if (strcasecmp(key, "kms:ViaService") == 0)
		known = ABSENT;
	else if (strcasecmp(key, "aws:PrincipalOrgID") == 0)
		known = organization(ask, &value) ? PRESENT : ABSENT;
	else
		known = grant_context(ask, key, values);
	if (value.len)
		json_array_append_new(values, json_string(value.s));
	buf_release(&value);
	return known;
}

struct comparison {
	const char *value;
	bool wild, any_case;
};

/* Booleans and numbers may stand without quotation marks (IAM user guide, "Grammar of the IAM JSON
 * policy language"). */
static bool compare(const json_t *wanted, const struct comparison *c)
{
	char *text;
	bool same;

	if (!json_is_string(wanted) && !json_is_boolean(wanted) && !json_is_number(wanted))
		return false;
	text = json_is_string(wanted) ? xstrdup(json_string_value(wanted))
				      : json_text(wanted, JSON_ENCODE_ANY);
	if (c->wild)
		same = wildcard_match(text, c->value);
	else
		same = (c->any_case ? strcasecmp(text, c->value) : strcmp(text, c->value)) == 0;
	free(text);
	return same;
}

static bool compare_any(const json_t *wanted, const struct comparison *c)
{
	json_t *each;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)wanted, i, each)
	{
		if (compare(each, c))
			return true;
	}
	return compare(wanted, c);
}

/* How the name of a condition operator reads. */
struct operator
{
	struct comparison how;
	bool null, negative, if_exists, supported;
	bool every, some; /* ForAllValues, ForAnyValue */
};

static struct operator operator_read(const char *text)
{
	const char *name = strchr(text, ':') ? strchr(text, ':') + 1 : text;
	struct operator o = {
		.how.wild = strstr(name, "Like") || strncmp(name, "Arn", 3) == 0,
		.how.any_case = strstr(name, "IgnoreCase") || strncmp(name, "Bool", 4) == 0,
		.null = strcmp(name, "Null") == 0,
		.negative = strstr(name, "Not") != NULL,
		.if_exists = strstr(name, "IfExists") != NULL,
		.every = strncmp(text, "ForAllValues:", strlen("ForAllValues:")) == 0,
		.some = strncmp(text, "ForAnyValue:", strlen("ForAnyValue:")) == 0,
	};

	o.supported = o.null || o.how.wild || o.how.any_case || strncmp(name, "String", 6) == 0;
	o.how.any_case = o.how.any_case || o.null;
	return o;
}

/* Whether what the call has agrees with what the policy wants: one of it, or with ForAllValues all
 * of it. */
static bool values_agree(const json_t *have, const json_t *wanted, struct operator* o)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)have, i, one)
	{
		o->how.value = json_string_value(one);
		if ((compare_any(wanted, &o->how) != o->negative) != o->every)
			return !o->every;
	}
	return o->every;
}

/* One "operator": {key: values}. Of what this world does not know, `otherwise` is assumed. A key
 * that the call does not have fits no operator but a negative one and those that say IfExists (IAM
 * user guide, "Condition operators"); no values at all are all as ForAllValues wants them. */
static bool condition_holds(const struct kms_ask *ask, const char *name, const char *key,
	const json_t *wanted, const char *key_arn, bool otherwise)
{
	struct operator o = operator_read(name);
	json_t *have = json_array();
	enum known known = context(ask, key, key_arn, have);
	bool holds;

	if (known == UNKNOWN || !o.supported) {
		holds = otherwise;
	} else if (o.null) {
		o.how.value = known == ABSENT ? "true" : "false";
		holds = compare_any(wanted, &o.how);
	} else if (known == ABSENT) {
		holds = o.every || o.if_exists || (o.negative && !o.some);
	} else {
		holds = values_agree(have, wanted, &o);
	}
	json_decref(have);
	return holds;
}

static bool conditions_hold(
	const json_t *statement, const struct kms_ask *ask, const char *key_arn, bool otherwise)
{
	json_t *all = json_object_get(statement, "Condition"), *keys, *wanted;
	const char *name, *key;

	json_object_foreach(all, name, keys)
	{
		json_object_foreach(keys, key, wanted)
		{
			if (!condition_holds(ask, name, key, wanted, key_arn, otherwise))
				return false;
		}
	}
	return true;
}

/* ---- the verdict ---- */

static bool applies(
	const json_t *statement, const struct kms_ask *ask, const char *key_arn, bool otherwise)
{
	return principal_of(statement, ask) && action_of(statement, ask) &&
	       resource_of(statement, key_arn) &&
	       conditions_hold(statement, ask, key_arn, otherwise);
}

/* A denial counts more than anything else. */
static enum kms_verdict policy_says(
	const json_t *policy, const struct kms_ask *ask, const char *key_arn)
{
	json_t *statements = json_object_get(policy, "Statement"), *one;
	enum kms_verdict verdict = KMS_SILENT;
	size_t i, n = json_is_array(statements) ? json_array_size(statements) : 1;

	for (i = 0; i < n; i++) {
		const char *effect;

		one = json_is_array(statements) ? json_array_get(statements, i) : statements;
		effect = in_text(one, "Effect");
		if (!effect)
			continue;
		if (strcmp(effect, "Deny") == 0 && applies(one, ask, key_arn, false))
			return KMS_DENIED;
		if (strcmp(effect, "Allow") == 0 && applies(one, ask, key_arn, true))
			verdict = KMS_ALLOWED;
	}
	return verdict;
}

static bool granted(const json_t *key, const struct kms_ask *ask)
{
	json_t *grant;
	size_t i;

	json_array_foreach(in_list(key, "_Grants"), i, grant)
	{
		const char *to = in_text(grant, "GranteePrincipal");

		if (to && kms_principal_fits(to, ask) &&
			list_has(in_list(grant, "Operations"), ask->operation))
			return true;
	}
	return false;
}

enum kms_verdict kms_judge(const json_t *key, const struct kms_ask *ask)
{
	json_t *policy = json_loads(in_text(key, "_Policy"), 0, NULL);
	enum kms_verdict verdict = policy_says(policy, ask, in_text(key, "Arn"));

	json_decref(policy);
	if (verdict == KMS_SILENT && granted(key, ask))
		return KMS_ALLOWED;
	return verdict;
}

/* ---- the form in which KMS gives a policy back: objects in lines, lists in one ---- */

static void print_value(const json_t *v, int depth, struct buf *out);

static void print_object(const json_t *v, int depth, struct buf *out)
{
	const char *key, *separator = "{\n";
	json_t *member, *name;
	char *text;

	json_object_foreach((json_t *)(uintptr_t)v, key, member)
	{
		name = json_string(key);
		text = json_text(name, JSON_ENCODE_ANY);
		buf_adds(out, separator);
		buf_addn(out, "  ", (size_t)depth + 1);
		buf_addf(out, "%s : ", text);
		print_value(member, depth + 1, out);
		separator = ",\n";
		free(text);
		json_decref(name);
	}
	if (!json_object_size(v)) {
		buf_adds(out, "{ }");
		return;
	}
	buf_addc(out, '\n');
	buf_addn(out, "  ", (size_t)depth);
	buf_addc(out, '}');
}

static void print_value(const json_t *v, int depth, struct buf *out)
{
	json_t *each;
	char *text;
	size_t i;

	if (json_is_object(v)) {
		print_object(v, depth, out);
	} else if (json_is_array(v)) {
		buf_adds(out, "[ ");
		json_array_foreach((json_t *)(uintptr_t)v, i, each)
		{
			buf_adds(out, i ? ", " : "");
			print_value(each, depth, out);
		}
		buf_adds(out, json_array_size(v) ? " ]" : "]");
	} else {
		text = json_text(v, JSON_ENCODE_ANY);
		buf_adds(out, text);
		free(text);
	}
}

/* ---- reading ---- */

static bool principal_known(const char *text, const void *ctx)
{
	(void)ctx;
	return strcmp(text, "*") == 0 || is_account(text) ||
	       strncmp(text, "arn:aws:iam::", 13) == 0 || strncmp(text, "arn:aws:sts::", 13) == 0;
}

static bool principal_strange(const char *text, const void *ctx)
{
	return !principal_known(text, ctx);
}

/* What is wrong with a statement; NULL: nothing. */
static const char *statement_trouble(const json_t *s)
{
	const json_t *principal = json_object_get(s, "Principal");
	const char *effect = in_text(s, "Effect");

	if (!json_is_object(s))
		return "Syntax errors in policy.";
	if (!effect || (strcmp(effect, "Allow") != 0 && strcmp(effect, "Deny") != 0))
		return "Syntax errors in policy.";
	if (!json_object_get(s, "Action") && !json_object_get(s, "NotAction"))
		return "Policy statement must contain actions.";
	if (!json_object_get(s, "Resource"))
		return "Policy statement must contain resources.";
	if (!principal && !json_object_get(s, "NotPrincipal"))
		return "Policy contains a statement with no principal.";
	if (any_text(json_is_object(principal) ? json_object_get(principal, "AWS") : principal,
		    principal_strange, NULL))
		return "Policy contains a statement with one or more invalid principals.";
	return NULL;
}

static const char *policy_trouble(const json_t *policy)
{
	const json_t *statements = json_object_get(policy, "Statement");
	const char *trouble = NULL;
	size_t i;

	if (!json_is_object(policy) || !statements)
		return "Syntax errors in policy.";
	if (!json_is_array(statements))
		return statement_trouble(statements);
	for (i = 0; !trouble && i < json_array_size(statements); i++)
		trouble = statement_trouble(json_array_get(statements, i));
	return trouble;
}

char *kms_policy_read(struct call *c, const char *text, const char *key_arn, bool bypass)
{
	json_t *policy = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	struct kms_ask ask = {c->w, c->who.account, c->who.arn, "PutKeyPolicy", false, NULL};
	const char *trouble = policy_trouble(policy);
	struct buf out = BUF_INIT;

	if (!trouble && !bypass && policy_says(policy, &ask, key_arn) != KMS_ALLOWED)
		trouble =
			"The new key policy will not allow you to update the key policy in the future.";
	if (trouble)
		call_fault(c, FAULT_KMS_MALFORMED_POLICY, trouble);
	else
		print_value(policy, 0, &out);
	json_decref(policy);
	return trouble ? NULL : buf_detach(&out);
}

static char *printed(json_t *policy)
{
	struct buf out = BUF_INIT;

	print_value(policy, 0, &out);
	json_decref(policy);
	return buf_detach(&out);
}

static json_t *root_statement(const char *account, const char *sid, json_t *actions)
{
	struct buf root = BUF_INIT;
	json_t *s;

	buf_addf(&root, "arn:aws:iam::%s:root", account);
	s = json_pack("{s:s, s:s, s:{s:s}, s:o, s:s}", "Sid", sid, "Effect", "Allow", "Principal",
		"AWS", root.s, "Action", actions, "Resource", "*");
	buf_release(&root);
	return s;
}

/* KMS developer guide, "Default key policy". */
char *kms_policy_default(const char *account)
{
	return printed(json_pack("{s:s, s:s, s:[o]}", "Version", "2012-10-17", "Id",
		"key-default-1", "Statement",
		root_statement(account, "Enable IAM User Permissions", json_string("kms:*"))));
}

/* The policy of aws/ebs as KMS shows it: use through EBS for the own account, metadata for its
 * root. */
char *kms_policy_of_managed(const char *account, const char *region)
{
	struct buf service = BUF_INIT;
	json_t *use, *look;

	buf_addf(&service, "ec2.%s.amazonaws.com", region);
	use = json_pack("{s:s, s:s, s:{s:s}, s:[ssssss], s:s, s:{s:{s:s, s:s}}}", "Sid",
		"Allow access through EBS for all principals in the account that are authorized to use EBS",
		"Effect", "Allow", "Principal", "AWS", "*", "Action", "kms:Encrypt", "kms:Decrypt",
		"kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey",
		"Resource", "*", "Condition", "StringEquals", "kms:CallerAccount", account,
		"kms:ViaService", service.s);
	look = root_statement(account, "Allow direct access to key metadata to the account",
		json_pack("[ssss]", "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"));
	buf_release(&service);
	return printed(json_pack("{s:s, s:s, s:[oo]}", "Version", "2012-10-17", "Id", "auto-ebs-2",
		"Statement", use, look));
}
