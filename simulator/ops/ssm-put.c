/*
 * ssm-put.c - creating, changing and deleting parameters; see ssm.h. Source of limits and texts:
 * the Systems Manager API reference and the User Guide on Parameter Store.
 */
#include "base/json.h"
#include "ops/ssm.h"

#include "ops/account.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	STANDARD_BYTES = 4096,
	ADVANCED_BYTES = 8192,
	PARAMETERS_MAX = 10000,
	VERSIONS_MAX = 100,
	LEVELS_MAX = 15,
	IMAGE_CHECK_MS = 4000,
};

#define DEFAULT_KEY "alias/aws/ssm"

/* ---- checks ---- */

static bool refuse(struct call *c, const char *text)
{
	call_fault(c, FAULT_SSM_VALIDATION, text);
	return false;
}

/* Whether the name, or its first level, begins with the word, in letters of any size. */
static bool begins(const char *name, const char *word)
{
	return strncasecmp(name + (*name == '/'), word, strlen(word)) == 0;
}

static bool check_name(struct call *c, const char *name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
	int levels = 0;

	for (const char *s = name; *s; s++)
		levels += *s == '/';
	if (begins(name, "aws")) {
		call_fault(c, FAULT_SSM_ACCESS_DENIED, name);
		return false;
	}
	if (begins(name, "ssm"))
		return refuse(
			c, "Parameter name: can't be prefixed with \"ssm\" (case-insensitive).");
	if (!*name || name[strspn(name, letters)] || strstr(name, "//") ||
		name[strlen(name) - 1] == '/')
		return refuse(c,
			"Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_");
	if (levels && *name != '/')
		return refuse(c, "Parameter name must be a fully qualified name.");
	if (levels > LEVELS_MAX) {
		call_fault(c, FAULT_PARAMETER_LEVELS);
		return false;
	}
	return true;
}

static const char *tier_of(const struct call *c, const json_t *old)
{
	const char *tier = in_text(c->in, "Tier"), *had = in_text(old, "Tier");
	size_t n = strlen(in_text(c->in, "Value"));

	if (tier && strcmp(tier, "Intelligent-Tiering") == 0)
		tier = n > STANDARD_BYTES || in_has(c->in, "Policies") ? "Advanced" : NULL;
	if (had && strcmp(had, "Advanced") == 0) /* there is no way back */
		return "Advanced";
	return tier ? tier : "Standard";
}

static bool check_size(struct call *c, const char *tier)
{
	size_t n = strlen(in_text(c->in, "Value"));
	bool advanced = strcmp(tier, "Advanced") == 0;

	if (!n)
		return refuse(c,
			"1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1");
	if (!advanced && n > STANDARD_BYTES)
		return refuse(c,
			"Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.");
	if (n > ADVANCED_BYTES)
		return refuse(c,
			"Advanced tier parameters support a maximum parameter value of 8192 characters.");
	if (!advanced && in_has(c->in, "Policies"))
		return refuse(c, "Parameter policies need the advanced-parameter tier.");
	return true;
}

static bool check_pattern(struct call *c, const char *pattern)
{
	regex_t compiled;
	bool fits;

	if (!pattern || !*pattern)
		return true;
	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		call_fault(c, FAULT_PARAMETER_BAD_PATTERN, pattern);
		return false;
	}
	fits = regexec(&compiled, in_text(c->in, "Value"), 0, NULL, 0) == 0;
	regfree(&compiled);
	if (!fits)
		call_fault(c, FAULT_PARAMETER_PATTERN, pattern);
	return fits;
}

static bool check_key(struct call *c, const char *type)
{
	const char *key = in_text(c->in, "KeyId");
	struct buf arn = BUF_INIT;
	bool ok = true;

	if (!key || strcmp(key, DEFAULT_KEY) == 0)
		return true;
	if (strcmp(type, "SecureString") != 0)
		return refuse(c, "KeyId is required for SecureString type parameter only.");
	if (!kms_resolve(c, key, &arn) || !kms_allows(c->w, c->who.account, arn.s, "Encrypt")) {
		call_fault(c, FAULT_PARAMETER_KEY, key);
		ok = false;
	}
	buf_release(&arn);
	return ok;
}

static bool check_data_type(struct call *c, const char *data_type, const char *type)
{
	if (strcmp(data_type, "aws:ec2:image") == 0) {
		if (strcmp(type, "String") != 0)
			return refuse(c,
				"The data type aws:ec2:image is supported for parameters of type String only.");
		if (!id_fits(in_text(c->in, "Value"), "ami"))
			return refuse(c,
				"The parameter value is not a valid AMI ID for the data type aws:ec2:image.");
	} else if (strcmp(data_type, "text") != 0 &&
		   strcmp(data_type, "aws:ssm:integration") != 0) {
		return refuse(c,
			"The following data type is not supported: Data type names are all lower case; supported are text, aws:ec2:image and aws:ssm:integration.");
	}
	return true;
}

/* Steals nothing; *policies is an array for the document, or NULL. */
static bool read_policies(struct call *c, json_t **policies)
{
	const char *text = in_text(c->in, "Policies"), *type;
	json_t *list = text && *text ? json_loads(text, 0, NULL) : NULL, *each;
	bool ok = !text || !*text || json_is_array(list);
	char *policy;
	size_t i;

	*policies = NULL;
	json_array_foreach(list, i, each)
	{
		type = in_text(each, "Type");
		if (!type) {
			ok = false;
			break;
		}
		policy = json_text(each, JSON_COMPACT);
		if (!*policies)
			*policies = json_array();
		json_array_append_new(
			*policies, json_pack("{s:s, s:s, s:s}", "PolicyText", policy, "PolicyType",
					   type, "PolicyStatus", "Pending"));
		free(policy);
	}
	json_decref(list);
	if (ok)
		return true;
	json_decref(*policies);
	return refuse(c, "Policies has to be a JSON array of parameter policies with a Type each.");
}

/* ---- the document ---- */

struct plan {
	const char *name, *type, *tier, *data_type, *pattern;
	json_t *old;      /* NULL: a new parameter */
	json_t *policies; /* NULL: none; owned */
	int64_t version;
};

static bool plan_put(struct call *c, struct plan *p)
{
	const char *asked = in_text(c->in, "Type"), *had;

	p->name = in_text(c->in, "Name");
	p->old = call_get(c, "parameter", p->name);
	had = in_text(p->old, "Type");
	p->type = asked ? asked : had;
	p->tier = tier_of(c, p->old);
	p->version = in_int(p->old, "Version", 0) + 1;
	p->data_type = in_text(c->in, "DataType");
	if (!p->data_type)
		p->data_type = p->old ? in_text(p->old, "DataType") : "text";
	p->pattern = in_text(c->in, "AllowedPattern");
	if (!check_name(c, p->name))
		return false;
	if (p->old && !in_bool(c->in, "Overwrite", false))
		call_fault(c, FAULT_PARAMETER_EXISTS);
	else if (!p->type)
		refuse(c, "A parameter type is required when you create a parameter.");
	else if (had && strcmp(had, p->type) != 0)
		call_fault(c, FAULT_PARAMETER_TYPE_CHANGE, p->name);
	else if (in_bool(c->in, "Overwrite", false) && json_array_size(in_list(c->in, "Tags")))
		refuse(c,
			"Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
	else if (!p->old && world_count(c->w, call_place(c, "parameter")) >= PARAMETERS_MAX)
		call_fault(c, FAULT_PARAMETER_LIMIT, (long long)PARAMETERS_MAX);
	return !call_failed(c) && check_size(c, p->tier) && check_pattern(c, p->pattern) &&
	       check_key(c, p->type) && check_data_type(c, p->data_type, p->type) &&
	       tags_list_check(c, in_list(c->in, "Tags")) && read_policies(c, &p->policies);
}

/* The version that was, for the history. */
static json_t *past_version(const json_t *old)
{
	static const char *const members[] = {"Version", "Value", "Labels", "LastModifiedDate",
		"LastModifiedUser", "DataType", NULL};

	return ssm_pick(old, members);
}

/* Past versions never change, so all documents that tell of one have the same. */
static json_t *history_of(const json_t *old)
{
	json_t *list = in_list(old, "_History"), *copy = list ? json_copy(list) : json_array();

	if (old)
		json_array_append_new(copy, past_version(old));
	while (json_array_size(copy) >= VERSIONS_MAX)
		json_array_remove(copy, 0);
	return copy;
}

static void keep_or_set(const struct call *c, const json_t *old, json_t *doc, const char *member)
{
	json_t *v = in_has(c->in, member) ? in_get(c->in, member) : in_get(old, member);

	if (v)
		json_object_set(doc, member, v);
}

static json_t *parameter_doc(struct call *c, struct plan *p)
{
	struct buf arn = BUF_INIT, rest = BUF_INIT;
	json_t *doc;

	buf_addf(&rest, "parameter%s%s", *p->name == '/' ? "" : "/", p->name);
	call_arn(c, "ssm", rest.s, &arn);
	doc = json_pack("{s:s, s:s, s:O, s:I, s:o, s:s, s:s, s:s, s:s, s:o}", "Name", p->name,
		"Type", p->type, "Value", in_get(c->in, "Value"), "Version", (json_int_t)p->version,
		"LastModifiedDate", time_json(call_now(c)), "LastModifiedUser", c->who.arn, "ARN",
		arn.s, "Tier", p->tier, "DataType", p->data_type, "_History", history_of(p->old));
	keep_or_set(c, p->old, doc, "Description");
	keep_or_set(c, NULL, doc, "AllowedPattern");
	keep_or_set(c, p->old, doc, "KeyId");
	if (strcmp(p->type, "SecureString") == 0 && !in_has(doc, "KeyId"))
		json_object_set_new(doc, "KeyId", json_string(DEFAULT_KEY));
	json_object_set_new(doc, "Policies", p->policies ? p->policies : json_array());
	json_object_set(doc, "_Tags", p->old ? in_get(p->old, "_Tags") : in_get(c->in, "Tags"));
	buf_release(&arn);
	buf_release(&rest);
	return doc;
}

/* A policy of the type Expiration takes the parameter away at its time. */
static void set_expiration(struct world *w, json_t *doc)
{
	json_t *each, *policy;
	const char *when;
	int64_t ms;
	size_t i;

	json_array_foreach(in_list(doc, "Policies"), i, each)
	{
		if (strcmp(in_text(each, "PolicyType"), "Expiration") != 0)
			continue;
		policy = json_loads(in_text(each, "PolicyText"), 0, NULL);
		when = in_text(policy, "Attributes.Timestamp");
		if (when && time_parse(when, &ms) && ms > world_now(w))
			timer_set(w, doc, ms - world_now(w), "parameter-expired");
		json_decref(policy);
	}
}

/* The image of an aws:ec2:image is looked at after the answer; until then nothing has changed. */
json_t *ssm_put_parameter(struct call *c)
{
	struct plan p = {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0};
	json_t *doc, *answer;

	if (!plan_put(c, &p))
		return NULL;
	answer = json_pack("{s:I, s:s}", "Version", (json_int_t)p.version, "Tier", p.tier);
	doc = parameter_doc(c, &p);
	if (strcmp(p.data_type, "aws:ec2:image") == 0) {
		timer_set(c->w, doc, IMAGE_CHECK_MS, "parameter-image-checked");
		call_put(c, "parameter-pending", p.name, doc);
	} else {
		set_expiration(c->w, doc);
		call_put(c, "parameter", p.name, doc);
	}
	return answer;
}

/* ---- afterwards ---- */

static bool image_is_there(struct world *w, const struct resource *r)
{
	struct ops_answer none = OPS_ANSWER_INIT;
	struct call c = {.w = w, .answer = &none, .in = r->doc};
	struct resource image;
	bool ok;

	c.who.account = r->in.account;
	c.who.region = r->in.region;
	c.who.arn = c.who.user_id = "";
	ok = call_find(&c, "image", in_text(r->doc, "Value"), &image) && image_seen(&c, &image);
	ops_answer_release(&none);
	return ok;
}

/* An image that the account cannot see: the change never happens (and EventBridge would be told).
 */
void ssm_image_checked(struct world *w, const struct resource *r)
{
	struct place_of in = place(r->in.account, r->in.region, "parameter");
	struct buf name = BUF_INIT;
	json_t *doc = call_edit(r->doc);

	buf_adds(&name, r->id);
	timer_clear(doc);
	if (image_is_there(w, r)) {
		set_expiration(w, doc);
		world_put(w, in, name.s, doc);
	} else {
		json_decref(doc);
	}
	in.kind = "parameter-pending";
	world_put(w, in, name.s, NULL);
	buf_release(&name);
}

void ssm_parameter_expired(struct world *w, const struct resource *r)
{
	resource_put(w, r, NULL);
}

json_t *ssm_delete_parameter(struct call *c)
{
	const char *name = in_text(c->in, "Name");

	if (!call_get(c, "parameter", name))
		return call_fault(c, FAULT_PARAMETER_NOT_FOUND, "");
	call_drop(c, "parameter", name);
	return json_object();
}
