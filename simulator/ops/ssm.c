/*
 * ssm.c - reading parameters, the account's own and AWS's public ones; see ssm.h. Source of texts
 * and rules: the Systems Manager API reference.
 */
#include "ops/ssm.h"

#include "base/codec.h"
#include "ops/network.h"

#include <stdio.h>
#include <string.h>

json_t *ssm_pick(const json_t *doc, const char *const *names)
{
	json_t *out = json_object(), *v;

	for (; *names; names++) {
		v = json_object_get(doc, *names);
		if (v)
			json_object_set(out, *names, v);
	}
	return out;
}

static const char *const value_members[] = {"Name", "Type", "Value", "Version", "Selector",
	"LastModifiedDate", "ARN", "DataType", NULL};
static const char *const metadata_members[] = {"Name", "ARN", "Type", "KeyId", "LastModifiedDate",
	"LastModifiedUser", "Description", "AllowedPattern", "Version", "Tier", "Policies",
	"DataType", NULL};

/* ---- public parameters ---- */

static int64_t public_version(const struct public_parameter *p)
{
	return 1 + (int64_t)(text_hash(p->image_id) % 90);
}

static json_t *public_doc(const struct call *c, const struct public_parameter *p)
{
	struct buf arn = BUF_INIT;
	json_t *doc;

	buf_addf(&arn, "arn:aws:ssm:%s::parameter%s", c->who.region, p->name);
	doc = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "Name", p->name, "Type", "String",
		"Value", p->image_id, "Version", (json_int_t)public_version(p), "LastModifiedDate",
		p->modified, "ARN", arn.s, "DataType",
		strncmp(p->name, "/aws/service/canonical/", 23) == 0 ? "aws:ec2:image" : "text");
	buf_release(&arn);
	return doc;
}

static json_t *find_public(const struct call *c, const char *name)
{
	struct public_parameter p;

	for (size_t i = 0; catalogue_parameter_at(c->w, c->who.region, i, &p); i++)
		if (p.image_id && strcmp(p.name, name) == 0)
			return public_doc(c, &p);
	return NULL;
}

/* ---- one parameter by name, ARN, version ---- */

/* What a text of the request names: "NAME", "NAME:3", or the ARN of one's own in front. */
struct reference {
	struct buf name;
	const char *selector; /* "3" or a label; NULL: the latest */
};

static void read_reference(const struct call *c, const char *text, struct reference *out)
{
	struct buf own = BUF_INIT;
	const char *colon;

	*out = (struct reference){BUF_INIT, NULL};
	buf_addf(&own, "arn:aws:ssm:%s:%s:parameter", c->who.region, c->who.account);
	if (strncmp(text, own.s, own.len) == 0) {
		text += own.len;
		colon = strchr(text, ':');
		buf_add(&out->name, text, colon ? (size_t)(colon - text) : strlen(text));
		if (!call_get(c, "parameter", out->name.s) && out->name.len)
			memmove(out->name.s, out->name.s + 1, out->name.len--); /* "/plain" */
	} else {
		colon = strncmp(text, "arn:", 4) == 0 ? NULL : strchr(text, ':');
		buf_add(&out->name, text, colon ? (size_t)(colon - text) : strlen(text));
	}
	out->selector = colon ? colon + 1 : NULL;
	buf_release(&own);
}

static bool version_is(const json_t *doc, const char *selector)
{
	char *end;
	long long n = strtoll(selector, &end, 10);

	if (list_has(in_list(doc, "Labels"), selector))
		return true;
	return *selector && !*end && in_int(doc, "Version", 0) == n;
}

/* The parameter as it was in the version asked for; a new reference, NULL: no such version. */
static json_t *select_version(const json_t *doc, const char *selector)
{
	json_t *copy = json_copy((json_t *)(uintptr_t)doc), *old;
	struct buf text = BUF_INIT;
	bool found = !selector || version_is(doc, selector);
	size_t i;

	json_array_foreach(in_list(doc, "_History"), i, old)
	{
		if (!found && version_is(old, selector)) {
			json_object_update(copy, old);
			found = true;
		}
	}
	if (selector) {
		buf_addf(&text, ":%s", selector);
		json_object_set_new(copy, "Selector", json_string(text.s));
		buf_release(&text);
	}
	if (found)
		return copy;
	json_decref(copy);
	return NULL;
}

/* What is seen of a SecureString that nobody decrypts: bytes that look like a ciphertext of KMS. */
static json_t *ciphertext(const json_t *doc)
{
	struct buf raw = BUF_INIT, text = BUF_INIT;
	const char *value = in_text(doc, "Value");
	json_t *out;

	codec_stream(&raw, text_hash(value) + text_hash(in_text(doc, "ARN")), 135 + strlen(value));
	buf_adds(&text, "AQICAHh");
	codec_base64(&text, raw.s, raw.len);
	text.s[7 + strcspn(text.s + 7, "=")] = '\0';
	out = json_string(text.s);
	buf_release(&raw);
	buf_release(&text);
	return out;
}

static bool may_decrypt(struct call *c, const json_t *doc)
{
	const char *key = in_text(doc, "KeyId");
	struct buf arn = BUF_INIT;
	bool ok = !key || strcmp(key, "alias/aws/ssm") == 0 ||
		  (kms_resolve(c, key, &arn) && kms_allows(c->w, c->who.account, arn.s, "Decrypt"));

	if (!ok)
		call_fault(c, FAULT_PARAMETER_KEY, key);
	buf_release(&arn);
	return ok;
}

/* A Parameter of the document; NULL and a fault if its key may not be used. Steals doc. */
static json_t *parameter_view(struct call *c, json_t *doc)
{
	json_t *out = ssm_pick(doc, value_members);

	if (strcmp(in_text(doc, "Type"), "SecureString") == 0) {
		if (!in_bool(c->in, "WithDecryption", false))
			json_object_set_new(out, "Value", ciphertext(doc));
		else if (!may_decrypt(c, doc)) {
			json_decref(out);
			out = NULL;
		}
	}
	json_decref(doc);
	return out;
}

enum found { FOUND, NO_PARAMETER, NO_VERSION };

/* A new reference in *doc if FOUND. */
static enum found find(const struct call *c, const struct reference *r, json_t **doc)
{
	json_t *own = call_get(c, "parameter", r->name.s);
	json_t *any = own ? json_incref(own) : find_public(c, r->name.s);

	if (!any)
		return NO_PARAMETER;
	*doc = select_version(any, r->selector);
	json_decref(any);
	return *doc ? FOUND : NO_VERSION;
}

static json_t *get_parameter(struct call *c)
{
	struct reference r;
	json_t *doc = NULL, *view = NULL;

	read_reference(c, in_text(c->in, "Name"), &r);
	switch (find(c, &r, &doc)) {
	case FOUND:
		view = parameter_view(c, doc);
		break;
	case NO_PARAMETER: /* the service sends this fault without a text */
		call_fault(c, FAULT_PARAMETER_NOT_FOUND, "");
		break;
	case NO_VERSION:
		call_fault(c, FAULT_PARAMETER_VERSION_NOT_FOUND, r.selector, r.name.s);
		break;
	}
	buf_release(&r.name);
	return view ? json_pack("{s:o}", "Parameter", view) : NULL;
}

static json_t *get_parameters(struct call *c)
{
	json_t *list = json_array(), *invalid = json_array(), *name, *doc, *view;
	struct reference r;
	size_t i;

	json_array_foreach(in_list(c->in, "Names"), i, name)
	{
		read_reference(c, json_string_value(name), &r);
		doc = NULL;
		if (find(c, &r, &doc) != FOUND) {
			json_array_append(invalid, name);
		} else {
			view = parameter_view(c, doc);
			if (view)
				json_array_append_new(list, view);
		}
		buf_release(&r.name);
	}
	if (!call_failed(c))
		return json_pack("{s:o, s:o}", "Parameters", list, "InvalidParameters", invalid);
	json_decref(list);
	json_decref(invalid);
	return NULL;
}

/* ---- filters of Parameter Store ---- */

static bool below(const char *path, const char *name, bool recursive)
{
	size_t n = strlen(path);

	while (n && path[n - 1] == '/')
		n--;
	if (strncmp(name, path, n) != 0 || name[n] != '/' || !name[n + 1])
		return false;
	return recursive || !strchr(name + n + 1, '/');
}

/* A filter without its key: how a value is compared. */
static bool compare(const char *option, const char *value, const char *have)
{
	if (!have)
		return false;
	if (strcmp(option, "BeginsWith") == 0)
		return strncmp(have, value, strlen(value)) == 0;
	if (strcmp(option, "Contains") == 0)
		return strstr(have, value) != NULL;
	if (strcmp(option, "Recursive") == 0 || strcmp(option, "OneLevel") == 0)
		return below(value, have, *option == 'R');
	return strcmp(have, value) == 0;
}

static const char *tag_value(const json_t *doc, const char *key)
{
	json_t *tag;
	size_t i;

	json_array_foreach(in_list(doc, "_Tags"), i, tag)
	{
		if (strcmp(in_text(tag, "Key"), key) == 0)
			return in_text(tag, "Value");
	}
	return NULL;
}

/* Keys of ParameterFilters, the options each takes, and the first of them is what is meant without.
 */
static const struct {
	const char *key, *member, *options;
} filter_keys[] = {
	{"Name", "Name", "Equals BeginsWith Contains"},
	{"Type", "Type", "Equals BeginsWith"},
	{"KeyId", "KeyId", "Equals BeginsWith"},
	{"Path", "Name", "OneLevel Recursive"},
	{"Tier", "Tier", "Equals"},
	{"DataType", "DataType", "Equals"},
	{"Label", NULL, "Equals"},
};

enum { N_FILTER_KEYS = sizeof filter_keys / sizeof filter_keys[0] };

static size_t filter_key(const char *key)
{
	size_t i;

	for (i = 0; i < N_FILTER_KEYS && strcmp(filter_keys[i].key, key) != 0; i++)
		;
	return i;
}

/* Name, Path and tags cannot be asked for where a path is given already. */
static bool check_filter(struct call *c, const json_t *filter, bool by_path)
{
	const char *key = in_text(filter, "Key"), *option = in_text(filter, "Option");
	size_t k = filter_key(key);
	bool tag = strncmp(key, "tag:", 4) == 0;

	if ((k == N_FILTER_KEYS && !tag) ||
		(by_path && (tag || strcmp(key, "Name") == 0 || strcmp(key, "Path") == 0 ||
				    strcmp(key, "Tier") == 0)))
		call_fault(c, FAULT_SSM_FILTER_KEY, key);
	else if (option && !strstr(tag ? "Equals" : filter_keys[k].options, option))
		call_fault(c, FAULT_SSM_FILTER_OPTION, option, key);
	else if (!tag && !json_array_size(in_list(filter, "Values")))
		call_fault(c, FAULT_SSM_FILTER_VALUE, "");
	return !call_failed(c);
}

static bool filter_matches(const json_t *filter, const json_t *doc)
{
	const char *key = in_text(filter, "Key"), *option = in_text(filter, "Option"), *have;
	json_t *values = in_list(filter, "Values"), *value;
	size_t k = filter_key(key), i;
	bool hit = false;

	if (k == N_FILTER_KEYS)
		have = tag_value(doc, key + 4);
	else
		have = filter_keys[k].member ? in_text(doc, filter_keys[k].member) : NULL;
	if (!option)
		option = k < N_FILTER_KEYS && strcmp(key, "Path") == 0 ? "OneLevel" : "Equals";
	if (!json_array_size(values))
		return have != NULL;
	json_array_foreach(values, i, value)
	{
		if (compare(option, json_string_value(value), have))
			hit = true;
	}
	return hit;
}

static bool all_match(const json_t *filters, const json_t *doc)
{
	size_t i;
	json_t *filter;

	json_array_foreach((json_t *)(uintptr_t)filters, i, filter)
	{
		if (!filter_matches(filter, doc))
			return false;
	}
	return true;
}

/* The older Filters: Name begins with a value, Type and KeyId are one. */
static bool old_match(const json_t *filters, const json_t *doc)
{
	size_t i, k;
	json_t *filter, *value;

	json_array_foreach((json_t *)(uintptr_t)filters, i, filter)
	{
		const char *key = in_text(filter, "Key");
		bool hit = false;

		json_array_foreach(in_list(filter, "Values"), k, value)
		{
			const char *how = strcmp(key, "Name") == 0 ? "BeginsWith" : "Equals";

			if (compare(how, json_string_value(value), in_text(doc, key)))
				hit = true;
		}
		if (!hit)
			return false;
	}
	return true;
}

static bool check_filters(struct call *c, bool by_path)
{
	size_t i;
	json_t *filter;

	json_array_foreach(in_list(c->in, "ParameterFilters"), i, filter)
	{
		if (!check_filter(c, filter, by_path))
			return false;
	}
	if (in_has(c->in, "Filters") && in_has(c->in, "ParameterFilters"))
		call_fault(c, FAULT_SSM_VALIDATION,
			"You can use either Filters or ParameterFilters in a single request.");
	return !call_failed(c);
}

/* ---- lists ---- */

static bool wanted(const struct call *c, const json_t *doc)
{
	return below(in_text(c->in, "Path"), in_text(doc, "Name"),
		       in_bool(c->in, "Recursive", false)) &&
	       all_match(in_list(c->in, "ParameterFilters"), doc);
}

static void add_wanted(struct call *c, json_t *list, json_t *doc)
{
	json_t *view = wanted(c, doc) ? parameter_view(c, json_incref(doc)) : NULL;

	if (view)
		json_array_append_new(list, view);
}

static json_t *get_by_path(struct call *c)
{
	const char *path = in_text(c->in, "Path");
	struct world_cursor at = {0};
	struct public_parameter p;
	struct resource r;
	json_t *list, *doc;

	if (*path != '/')
		return call_fault(c, FAULT_SSM_VALIDATION,
			"The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.");
	if (!check_filters(c, true))
		return NULL;
	list = json_array();
	while (call_next(c, "parameter", &at, &r))
		add_wanted(c, list, r.doc);
	for (size_t i = 0;
		strncmp(path, "/aws", 4) == 0 && catalogue_parameter_at(c->w, c->who.region, i, &p);
		i++) {
		doc = p.image_id ? public_doc(c, &p) : NULL;
		if (doc)
			add_wanted(c, list, doc);
		json_decref(doc);
	}
	if (!call_failed(c))
		return json_pack("{s:o}", "Parameters", list);
	json_decref(list);
	return NULL;
}

static json_t *describe_parameters(struct call *c)
{
	json_t *list;
	struct world_cursor at = {0};
	struct resource r;

	if (!check_filters(c, false))
		return NULL;
	list = json_array();
	if (in_bool(c->in, "Shared", false)) /* sharing is by AWS RAM, which is not here */
		return json_pack("{s:o}", "Parameters", list);
	while (call_next(c, "parameter", &at, &r))
		if (all_match(in_list(c->in, "ParameterFilters"), r.doc) &&
			old_match(in_list(c->in, "Filters"), r.doc))
			json_array_append_new(list, ssm_pick(r.doc, metadata_members));
	return json_pack("{s:o}", "Parameters", list);
}

static const struct handler handlers[] = {
	{"GetParameter", get_parameter},
	{"GetParameters", get_parameters},
	{"GetParametersByPath", get_by_path},
	{"PutParameter", ssm_put_parameter},
	{"DescribeParameters", describe_parameters},
	{"DeleteParameter", ssm_delete_parameter},
	{NULL, NULL},
};

static const struct timer_handler timers[] = {
	{"parameter-image-checked", ssm_image_checked},
	{"parameter-expired", ssm_parameter_expired},
	{NULL, NULL},
};

const struct family ops_ssm = {"ssm", handlers, timers};
