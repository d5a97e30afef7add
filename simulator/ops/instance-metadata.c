/* instance-metadata.c - options of the instance metadata service, of instances and of the account;
 * see instance.h. */
#include "ops/instance.h"

#include "base/mem.h"

#include <string.h>

static const char none[] = "no-preference";

/* An account's default; NULL: it has none. */
static const char *account_text(struct call *c, const char *name)
{
	const char *value = in_text(setting_get(c, INSTANCE_METADATA_SETTING), name);

	return value && strcmp(value, none) != 0 ? value : NULL;
}

/* EC2 user guide, "Order of precedence for instance metadata options": the request, the account,
 * the image. */
static const char *choose(struct call *c, const json_t *request, const char *name,
	const char *image, const char *otherwise)
{
	const char *value = in_text(in_get(request, "MetadataOptions"), name);

	if (!value)
		value = account_text(c, name);
	if (!value)
		value = image;
	return value ? value : otherwise;
}

static int64_t hops(struct call *c, const json_t *request, bool v2)
{
	int64_t account =
		in_int(setting_get(c, INSTANCE_METADATA_SETTING), "HttpPutResponseHopLimit", -1);

	return in_int(request, "MetadataOptions.HttpPutResponseHopLimit",
		account > 0 ? account
		: v2        ? 2
			    : 1);
}

static bool hops_check(struct call *c, int64_t n)
{
	struct buf text = BUF_INIT;

	if (n >= 1 && n <= 64)
		return true;
	buf_addf(&text, "%lld", (long long)n);
	call_fault(c, FAULT_INVALID_VALUE, text.s, "HttpPutResponseHopLimit",
		"It must be a number from 1 to 64.");
	buf_release(&text);
	return false;
}

static bool enforced(struct call *c)
{
	const char *value = account_text(c, "HttpTokensEnforced");

	return value && strcmp(value, "enabled") == 0;
}

json_t *launch_metadata(struct call *c, const json_t *request, const json_t *image)
{
	const char *support = in_text(image, "ImdsSupport"), *tokens;
	bool v2 = support && strcmp(support, "v2.0") == 0;
	int64_t limit = hops(c, request, v2);
	const char *ipv6 = in_text(request, "MetadataOptions.HttpProtocolIpv6");

	tokens = choose(c, request, "HttpTokens", v2 ? "required" : NULL, "optional");
	if (strcmp(tokens, "optional") == 0 && enforced(c))
		return call_fault(c, FAULT_IMDS_ENFORCED);
	if (!hops_check(c, limit))
		return NULL;
	return json_pack("{s:s, s:s, s:I, s:s, s:s, s:s}", "State", "pending", "HttpTokens", tokens,
		"HttpPutResponseHopLimit", (json_int_t)limit, "HttpEndpoint",
		choose(c, request, "HttpEndpoint", NULL, "enabled"), "HttpProtocolIpv6",
		ipv6 ? ipv6 : "disabled", "InstanceMetadataTags",
		choose(c, request, "InstanceMetadataTags", NULL, "disabled"));
}

/* ---- an instance's ---- */

static const char *const options[] = {"HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint",
	"HttpProtocolIpv6", "InstanceMetadataTags"};

static bool options_check(struct call *c, const json_t *doc)
{
	const char *endpoint = in_text(c->in, "HttpEndpoint"),
		   *tokens = in_text(c->in, "HttpTokens");
	size_t given = 0;

	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		given += in_has(c->in, options[i]);
	if (!given)
		call_fault(c, FAULT_NO_ATTRIBUTE);
	else if (endpoint && strcmp(endpoint, "disabled") == 0 && given > 1)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"When HttpEndpoint is disabled, no other metadata option can be specified.");
	else if (tokens && strcmp(tokens, "optional") == 0 && enforced(c))
		call_fault(c, FAULT_IMDS_ENFORCED_MODIFY);
	else if (instance_state(doc) == INSTANCE_TERMINATED ||
		 instance_state(doc) == INSTANCE_SHUTTING_DOWN)
		call_fault(c, FAULT_INSTANCE_STATE,
			"The metadata options of a terminated instance cannot be modified.");
	else if (in_has(c->in, "HttpPutResponseHopLimit"))
		return hops_check(c, in_int(c->in, "HttpPutResponseHopLimit", 0));
	return !call_failed(c);
}

json_t *instance_modify_metadata(struct call *c)
{
	const char *id = in_text(c->in, "InstanceId");
	struct resource r;
	json_t *doc, *o, *answer;

	if (!instance_for_change(c, id, &r) || !options_check(c, r.doc))
		return NULL;
	doc = call_edit(r.doc);
	o = json_object_get(doc, "MetadataOptions");
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (in_has(c->in, options[i]))
			json_object_set(o, options[i], json_object_get(c->in, options[i]));
	json_object_set_new(o, "State", json_string("applied"));
	answer = json_deep_copy(o); /* the change itself takes a moment */
	json_object_set_new(answer, "State", json_string("pending"));
	resource_put(c->w, &r, doc);
	return json_pack("{s:s, s:o}", "InstanceId", id, "InstanceMetadataOptions", answer);
}

/* ---- an account's ---- */

json_t *instance_metadata_defaults(struct call *c)
{
	json_t *setting = setting_get(c, INSTANCE_METADATA_SETTING), *level, *value;
	const char *name;

	level = json_object();
	json_object_foreach(setting, name, value)
	{
		if (!json_is_string(value) || strcmp(json_string_value(value), none) != 0)
			json_object_set(level, name, value);
	}
	if (json_object_size(level))
		json_object_set_new(level, "ManagedBy", json_string("account"));
	return json_pack("{s:o}", "AccountLevel", level);
}

json_t *instance_modify_metadata_defaults(struct call *c)
{
	static const char *const names[] = {"HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint",
		"InstanceMetadataTags", "HttpTokensEnforced"};
	json_t *old = setting_get(c, INSTANCE_METADATA_SETTING), *doc;
	const char *tokens;
	int64_t limit = in_int(c->in, "HttpPutResponseHopLimit", -1);

	if (limit != -1 && !hops_check(c, limit)) /* -1: no preference */
		return NULL;
	doc = old ? call_edit(old) : json_object();
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (in_has(c->in, names[i]))
			json_object_set(doc, names[i], json_object_get(c->in, names[i]));
	if (in_int(doc, "HttpPutResponseHopLimit", 0) == -1)
		json_object_del(doc, "HttpPutResponseHopLimit");
	tokens = in_text(doc, "HttpTokens");
	if (in_text(doc, "HttpTokensEnforced") &&
		strcmp(in_text(doc, "HttpTokensEnforced"), "enabled") == 0 && tokens &&
		strcmp(tokens, "optional") == 0) {
		json_decref(doc);
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"HttpTokens cannot be optional when HttpTokensEnforced is enabled.");
	}
	setting_put(c, INSTANCE_METADATA_SETTING, doc);
	return json_pack("{s:b}", "Return", 1);
}
