/* special.c - options of the CLI's own for EC2's operations: see special.h. */
#include "cli/special.h"

#include "cli/base64.h"
#include "cli/paramfile.h"
#include "cli/pyvalue.h"
#include "query/pytext.h"

#include <string.h>
#include <sys/stat.h>

typedef bool add_fn(struct invocation *inv, const struct special *s, const struct raw *raw);

struct special {
	const char *operation; /* a name, or the end of one after '*' */
	const char *name;
	enum words_arity arity;
	bool integer;
	add_fn *add;
	const char *key; /* what it sets */
};

static json_t *string(const char *s, size_t n)
{
	return json_stringn_nocheck(s, n);
}

/* object[key], made by `make` unless it is there. */
static json_t *member(json_t *object, const char *key, json_t *make(void))
{
	json_t *v = json_object_get(object, key);

	if (v)
		return v;
	v = make();
	json_object_set_new_nocheck(object, key, v);
	return v;
}

/* The first element of the list under a key, which is made an object. */
static json_t *first_of(json_t *object, const char *key)
{
	json_t *list = member(object, key, json_array);

	if (json_array_size(list) == 0)
		json_array_append_new(list, json_object());
	return json_array_get(list, 0);
}

/* --- run-instances -------------------------------------------------------------------------- */

/* N, or MIN:MAX. What else is given runs into an error of the CLI itself. */
static bool add_count(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	const char *colon = strchr(raw->s, ':'), *max = colon ? colon + 1 : raw->s;
	size_t min_len = colon ? (size_t)(colon - raw->s) : raw->len;
	size_t max_len = raw->len - (size_t)(max - raw->s);
	int64_t least, most;

	(void)s;
	if (!words_int(raw->s, min_len, &least) || memchr(max, ':', max_len) ||
		!words_int(max, max_len, &most))
		return fail_general(inv, "name 'ParamValidationError' is not defined");
	json_object_set_new_nocheck(inv->request, "MinCount", json_integer(least));
	json_object_set_new_nocheck(inv->request, "MaxCount", json_integer(most));
	return true;
}

static json_t *interface(struct invocation *inv)
{
	json_t *list = json_object_get(inv->request, "NetworkInterfaces");

	if (!list) {
		list = json_pack("[{s:i}]", "DeviceIndex", 0);
		json_object_set_new_nocheck(inv->request, "NetworkInterfaces", list);
	}
	return json_array_get(list, 0);
}

static bool add_addresses(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	json_t *list = json_array();
	size_t n = raw->kind == RAW_LIST ? raw->taken->n : 1;

	for (size_t i = 0; i < n; i++) {
		const char *v = raw->kind == RAW_LIST ? raw->taken->values[i] : raw->s;

		json_array_append_new(list, json_pack("{s:o,s:b}", "PrivateIpAddress",
						    string(v, strlen(v)), "Primary", 0));
	}
	if (n)
		json_object_set_nocheck(interface(inv), s->key, list);
	json_decref(list);
	return true;
}

static bool add_address_count(
	struct invocation *inv, const struct special *s, const struct raw *raw)
{
	int64_t count = 0;

	if (words_int(raw->s, raw->len, &count) && count)
		json_object_set_new_nocheck(interface(inv), s->key, json_integer(count));
	return true;
}

static bool add_public(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	(void)raw;
	json_object_set_new_nocheck(interface(inv), s->key, json_boolean(*s->name != 'n'));
	return true;
}

static bool check_run_instances(struct invocation *inv, const struct line *line)
{
	static const char *const simple[] = {"secondary-private-ip-addresses",
		"secondary-private-ip-address-count", "associate-public-ip-address"};
	const struct words_taken *interfaces = request_given(line, "network-interfaces");

	for (size_t i = 0; interfaces && interfaces->n && i < ARRAY_LEN(simple); i++) {
		const struct words_taken *t = request_given(line, simple[i]);
		int64_t count = 1;

		if (!t || (i == 0 && !t->n))
			continue;
		if (i == 1)
			words_int(t->values[0], strlen(t->values[0]), &count);
		if (count)
			return fail_param(inv, "Mixing the --network-interfaces option with the "
					       "simple, scalar options is not supported.");
	}
	return true;
}

static void move(json_t *from, const char *key, json_t *to, const char *new_key)
{
	json_t *v = json_object_get(from, key);

	if (!v)
		return;
	json_object_set_nocheck(to, new_key, v);
	json_object_del(from, key);
}

/* Subnet, groups and address belong to the network interface, if it says more than they do. */
static void move_into_interface(json_t *request, json_t *interface_)
{
	json_t *address = json_object_get(request, "PrivateIpAddress");

	if (!json_object_get(interface_, "PrivateIpAddresses") &&
		!json_object_get(interface_, "SecondaryPrivateIpAddressCount") &&
		!json_object_get(interface_, "AssociatePublicIpAddress"))
		return;
	move(request, "SubnetId", interface_, "SubnetId");
	move(request, "SecurityGroupIds", interface_, "Groups");
	if (address) {
		json_object_set_new_nocheck(interface_, "PrivateIpAddresses",
			json_pack("[{s:O,s:b}]", "PrivateIpAddress", address, "Primary", 1));
		json_object_del(request, "PrivateIpAddress");
	}
	move(request, "Ipv6AddressCount", interface_, "Ipv6AddressCount");
	move(request, "Ipv6Addresses", interface_, "Ipv6Addresses");
}

/* The service wants user data as base64; the CLI's users give it as it is. */
static bool encode_user_data(struct invocation *inv)
{
	json_t *data = json_object_get(inv->request, "UserData");
	struct buf out = BUF_INIT;
	size_t n;
	const char *s = pyvalue_bytes_of(data, &n);

	if (!data)
		return true;
	if (json_is_string(data)) {
		s = json_string_value(data);
		n = json_string_length(data);
	}
	if (!s)
		return fail_general(inv, "a bytes-like object is required, not '%s'",
			pyvalue_type(data, false));
	base64_encode(&out, s, n);
	json_object_set_new_nocheck(inv->request, "UserData", string(out.s, out.len));
	buf_release(&out);
	return true;
}

static bool fix_run_instances(struct invocation *inv)
{
	json_t *interfaces = json_object_get(inv->request, "NetworkInterfaces");

	if (interfaces && json_is_array(interfaces) && json_array_size(interfaces) == 0)
		return fail_general(inv, "list index out of range");
	if (json_is_object(json_array_get(interfaces, 0)))
		move_into_interface(inv->request, json_array_get(interfaces, 0));
	if (!json_object_get(inv->request, "MaxCount"))
		json_object_set_new_nocheck(inv->request, "MaxCount", json_integer(1));
	if (!json_object_get(inv->request, "MinCount"))
		json_object_set_new_nocheck(inv->request, "MinCount", json_integer(1));
	return encode_user_data(inv);
}

/* --- rules of security groups --------------------------------------------------------------- */

static json_t *permission(struct invocation *inv)
{
	return first_of(inv->request, "IpPermissions");
}

static bool add_protocol(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	static const char *const names[] = {"tcp", "udp", "icmp", "all"};
	const char *value = raw->s;
	int64_t number;
	bool known = false;

	if (words_int(raw->s, raw->len, &number)) {
		if (number < -1 || number > 255)
			return fail_param(inv, "protocol numbers must be in the range 0-255 or -1 "
					       "to specify all protocols");
		known = true;
	}
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		known |= strcmp(names[i], value) == 0;
	if (!known)
		return fail_param(inv, "protocol parameter should be one of: tcp|udp|icmp|all or "
				       "any valid protocol number.");
	if (strcmp(value, "all") == 0)
		value = "-1";
	json_object_set_new_nocheck(permission(inv), s->key, string(value, strlen(value)));
	return true;
}

static bool add_port(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	const char *dash = memchr(raw->s, '-', raw->len), *to = raw->s;
	size_t from_len = raw->len, to_len = raw->len;
	int64_t first = -1, last = -1;

	(void)s;
	if (strcmp(raw->s, "-1") != 0 && strcmp(raw->s, "all") != 0) {
		if (dash) {
			from_len = (size_t)(dash - raw->s);
			to = dash + 1;
			to_len = raw->len - from_len - 1;
		}
		if (!words_int(raw->s, from_len, &first) || !words_int(to, to_len, &last))
			return fail_param(inv, "port parameter should be of the form <from[-to]> "
					       "(e.g. 22 or 22-25)");
	}
	json_object_set_new_nocheck(permission(inv), "FromPort", json_integer(first));
	json_object_set_new_nocheck(permission(inv), "ToPort", json_integer(last));
	return true;
}

static bool add_cidr(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	json_object_set_new_nocheck(
		permission(inv), s->key, json_pack("[{s:o}]", "CidrIp", string(raw->s, raw->len)));
	return true;
}

static bool add_source(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	const char *key = s->key;

	if (!key)
		key = strncmp(raw->s, "sg-", 3) == 0 ? "GroupId" : "GroupName";
	json_object_set_new_nocheck(
		first_of(permission(inv), "UserIdGroupPairs"), key, string(raw->s, raw->len));
	return true;
}

static bool check_group_rule(struct invocation *inv, const struct line *line)
{
	/* as the CLI names them there */
	static const char *const simple[][2] = {{"protocol", "protocol"}, {"port", "port"},
		{"cidr", "cidr"}, {"source-group", "source_group"}, {"group-owner", "group_owner"}};
	const struct words_taken *rules = request_given(line, "ip-permissions");

	for (size_t i = 0; rules && rules->n && i < ARRAY_LEN(simple); i++) {
		const struct words_taken *t = request_given(line, simple[i][0]);

		if (t && *t->values[0])
			return fail_param(inv,
				"The --%s option is not compatible with the --ip-permissions "
				"option ",
				simple[i][1]);
	}
	return true;
}

/* --- bundle-instance ------------------------------------------------------------------------ */

static bool add_storage(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	json_t *s3 = member(member(inv->request, "Storage", json_object), "S3", json_object);

	/* the secret only signs the policy, which nobody asks for here */
	if (s->key)
		json_object_set_new_nocheck(s3, s->key, string(raw->s, raw->len));
	return true;
}

static bool check_bundle(struct invocation *inv, const struct line *line)
{
	static const char *const simple[] = {
		"bucket", "prefix", "owner-akid", "owner-sak", "policy"};
	const struct words_taken *storage = request_given(line, "storage");

	for (size_t i = 0; storage && *storage->values[0] && i < ARRAY_LEN(simple); i++) {
		const struct words_taken *t = request_given(line, simple[i]);

		if (t && *t->values[0])
			return fail_param(inv, "Mixing the --storage option with the simple, "
					       "scalar options is not recommended.");
	}
	return true;
}

/* The CLI makes a policy of what it takes to be there, and stumbles in Python's way if it is not.
 */
static bool fix_bundle(struct invocation *inv)
{
	json_t *storage = json_object_get(inv->request, "Storage"),
	       *s3 = json_object_get(storage, "S3");
	const char *lacks = !storage ? "Storage" : !s3 ? "S3" : NULL;

	if (!lacks && !json_object_get(s3, "UploadPolicy")) {
		if (!json_object_get(s3, "Bucket"))
			lacks = "Bucket";
		else if (!json_object_get(s3, "Prefix"))
			lacks = "Prefix";
	}
	return !lacks || fail_general(inv, "'%s'", lacks);
}

/* --- get-password-data ---------------------------------------------------------------------- */

static bool add_launch_key(struct invocation *inv, const struct special *s, const struct raw *raw)
{
	struct buf name = BUF_INIT, path = BUF_INIT;
	struct stat st;
	bool ok;

	(void)s;
	paramfile_expand(inv->c, raw->s, &name);
	if (name.s[0] != '/' && inv->c->folder)
		buf_addf(&path, "%s/", inv->c->folder);
	buf_adds(&path, name.s);
	ok = stat(path.s, &st) == 0 && S_ISREG(st.st_mode);
	if (ok)
		inv->launch_key = arena_strdup(&inv->arena, path.s);
	else
		fail_general(inv, "priv-launch-key should be a path to the local SSH private key "
				  "file used to launch the instance.");
	buf_release(&name);
	buf_release(&path);
	return ok;
}

/* --- network ACLs --------------------------------------------------------------------------- */

static bool fix_acl_entry(struct invocation *inv)
{
	static const char *const numbers[][2] = {
		{"tcp", "6"}, {"udp", "17"}, {"icmp", "1"}, {"all", "-1"}};
	const char *name = json_string_value(json_object_get(inv->request, "Protocol"));

	for (size_t i = 0; name && i < ARRAY_LEN(numbers); i++) {
		if (strcmp(name, numbers[i][0]) == 0) {
			json_object_set_new_nocheck(
				inv->request, "Protocol", json_string(numbers[i][1]));
			return true;
		}
	}
	return true;
}

/* --- tables --------------------------------------------------------------------------------- */

static const char group_rule[] = "*SecurityGroup";

static const struct special specials[] = {
	{"RunInstances", "count", WORDS_ONE, false, add_count, NULL},
	{"RunInstances", "secondary-private-ip-addresses", WORDS_MANY, false, add_addresses,
		"PrivateIpAddresses"},
	{"RunInstances", "secondary-private-ip-address-count", WORDS_ONE, true, add_address_count,
		"SecondaryPrivateIpAddressCount"},
	{"RunInstances", "associate-public-ip-address", WORDS_FLAG, false, add_public,
		"AssociatePublicIpAddress"},
	{"RunInstances", "no-associate-public-ip-address", WORDS_FLAG, false, add_public,
		"AssociatePublicIpAddress"},
	{group_rule, "protocol", WORDS_ONE, false, add_protocol, "IpProtocol"},
	{group_rule, "port", WORDS_ONE, false, add_port, NULL},
	{group_rule, "cidr", WORDS_ONE, false, add_cidr, "IpRanges"},
	{group_rule, "source-group", WORDS_ONE, false, add_source, NULL},
	{group_rule, "group-owner", WORDS_ONE, false, add_source, "UserId"},
	{"BundleInstance", "bucket", WORDS_ONE, false, add_storage, "Bucket"},
	{"BundleInstance", "prefix", WORDS_ONE, false, add_storage, "Prefix"},
	{"BundleInstance", "owner-akid", WORDS_ONE, false, add_storage, "AWSAccessKeyId"},
	{"BundleInstance", "owner-sak", WORDS_ONE, false, add_storage, NULL},
	{"BundleInstance", "policy", WORDS_ONE, false, add_storage, "UploadPolicy"},
	{"GetPasswordData", "priv-launch-key", WORDS_ONE, false, add_launch_key, NULL},
};

static const struct {
	const char *operation;
	bool (*check)(struct invocation *inv, const struct line *line);
	bool (*fix)(struct invocation *inv);
} rules[] = {
	{"RunInstances", check_run_instances, fix_run_instances},
	{group_rule, check_group_rule, NULL},
	{"BundleInstance", check_bundle, fix_bundle},
	{"CreateNetworkAclEntry", NULL, fix_acl_entry},
	{"ReplaceNetworkAclEntry", NULL, fix_acl_entry},
};

static const char *const hidden[][2] = {{"RunInstances", "MinCount"}, {"RunInstances", "MaxCount"}};

/* Authorize and RevokeSecurityGroupIngress and Egress. */
static bool is_group_rule(const char *name)
{
	static const char *const begins[] = {"AuthorizeSecurityGroup", "RevokeSecurityGroup"};

	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		size_t n = strlen(begins[i]);

		if (strncmp(name, begins[i], n) == 0)
			return strcmp(name + n, "Ingress") == 0 || strcmp(name + n, "Egress") == 0;
	}
	return false;
}

static bool is_for(const char *operation, const struct model_operation *op)
{
	const char *name = model_text(op->name);

	if (strcmp(model_text(model_services[op->service].name), "ec2") != 0)
		return false;
	return operation == group_rule ? is_group_rule(name) : strcmp(operation, name) == 0;
}

size_t special_arguments(const struct model_operation *op, struct argument *arguments)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(specials) && n < SPECIAL_MAX; i++) {
		const struct special *s = &specials[i];

		if (is_for(s->operation, op))
			arguments[n++] = (struct argument){.name = s->name,
				.kind = ARGUMENT_SPECIAL,
				.arity = s->arity,
				.integer = s->integer,
				.special = s};
	}
	return n;
}

bool special_hides(const struct model_operation *op, const struct model_member *m)
{
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
		if (is_for(hidden[i][0], op) && strcmp(hidden[i][1], model_text(m->name)) == 0)
			return true;
	}
	return false;
}

bool special_waives(const struct model_operation *op, const struct model_member *m)
{
	return is_for("BundleInstance", op) && strcmp(model_text(m->name), "Storage") == 0;
}

bool special_check(struct invocation *inv, const struct line *line)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (rules[i].check && is_for(rules[i].operation, inv->op))
			return rules[i].check(inv, line);
	}
	return true;
}

bool special_add(struct invocation *inv, const struct argument *a, const struct raw *raw)
{
	bool text = raw->kind == RAW_TEXT || raw->kind == RAW_BYTES;

	if (raw->kind == RAW_NONE || (text && !raw->len && a->special->add != add_count))
		return true;
	return a->special->add(inv, a->special, raw);
}

bool special_fix(struct invocation *inv)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (rules[i].fix && is_for(rules[i].operation, inv->op))
			return rules[i].fix(inv);
	}
	return true;
}
