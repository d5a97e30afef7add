/* instance-plan.c - everything that is checked before an instance is launched; see instance.h. */
#include "ops/instance.h"

#include "base/codec.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	VCPU_LIMIT = 256, /* of each bucket of running on-demand instances */
	USER_DATA_MAX = 16384,
};

/* ---- the launch template ---- */

/* Members of both lists by a key; those of `over` win. */
static json_t *merge_lists(const json_t *under, json_t *over, const char *key)
{
	json_t *list = json_copy(over), *mine, *other;
	size_t i, k;

	json_array_foreach((json_t *)(uintptr_t)under, i, mine)
	{
		bool replaced = false;

		json_array_foreach(over, k, other) replaced |=
			in_text(mine, key) && in_text(other, key) &&
			strcmp(in_text(mine, key), in_text(other, key)) == 0;
		if (!replaced)
			json_array_append(list, mine);
	}
	return list;
}

/* Tags of the same resource type are put together. */
static json_t *merge_tags(const json_t *under, json_t *over)
{
	json_t *list = merge_lists(under, over, "ResourceType"), *spec, *mine;
	size_t i, k;

	json_array_foreach(list, i, spec)
	{
		json_array_foreach((json_t *)(uintptr_t)under, k, mine)
		{
			const char *type = in_text(spec, "ResourceType");

			if (spec == mine || !type || !in_text(mine, "ResourceType") ||
				strcmp(in_text(mine, "ResourceType"), type) != 0)
				continue;
			json_array_set_new(list, i,
				json_pack("{s:s, s:o}", "ResourceType", type, "Tags",
					merge_lists(in_list(mine, "Tags"), in_list(spec, "Tags"),
						"Key")));
			spec = json_array_get(list, i);
		}
	}
	return list;
}

static void lay_over(json_t *merged, const char *name, json_t *value)
{
	json_t *under = json_object_get(merged, name);

	if (under && strcmp(name, "BlockDeviceMappings") == 0)
		json_object_set_new(merged, name, merge_lists(under, value, "DeviceName"));
	else if (under && strcmp(name, "TagSpecifications") == 0)
		json_object_set_new(merged, name, merge_tags(under, value));
	else
		json_object_set(merged, name, value);
}

/* The request with what its template says beneath; a new reference, or NULL and a fault. */
static json_t *merge_template(struct call *c, const json_t *request)
{
	json_t *template = in_get(request, "LaunchTemplate"), *data, *merged, *value;
	const char *name;

	if (!template)
		return json_copy((json_t *)(uintptr_t)request);
	data = launch_template_data(c, template);
	if (!data)
		return NULL;
	merged = json_copy(data);
	json_decref(data);
	json_object_set(merged, "RamdiskId", json_object_get(merged, "RamDiskId"));
	json_object_foreach((json_t *)(uintptr_t)request, name, value)
		lay_over(merged, name, value);
	return merged;
}

/* ---- image and type ---- */

static const char *own_parameter(struct call *c, const char *name)
{
	json_t *doc, *version;
	struct buf plain = BUF_INIT;
	const char *colon = strrchr(name, ':'), *value = NULL, *label;
	size_t i;

	doc = call_get(c, "parameter", name);
	if (doc || !colon)
		return in_text(doc, "Value");
	buf_add(&plain, name, (size_t)(colon - name));
	doc = call_get(c, "parameter", plain.s);
	json_array_foreach(in_list(doc, "_History"), i, version)
	{
		label = colon + 1;
		if (in_int(version, "Version", 0) == strtol(label, NULL, 10) ||
			list_has(in_list(version, "Labels"), label))
			value = in_text(version, "Value");
	}
	if (in_int(doc, "Version", 0) == strtol(colon + 1, NULL, 10) ||
		list_has(in_list(doc, "Labels"), colon + 1))
		value = in_text(doc, "Value");
	buf_release(&plain);
	return value;
}

const char *launch_image_id(struct call *c, const char *given)
{
	static const char prefix[] = "resolve:ssm:";
	const char *name = given + sizeof prefix - 1, *id;

	if (strncmp(given, prefix, sizeof prefix - 1) != 0)
		return given;
	id = catalogue_parameter(c->w, c->who.region, name);
	if (!id)
		id = own_parameter(c, name);
	if (!id)
		call_fault(c, FAULT_SSM_RESOLVE, name, "The parameter does not exist.");
	else if (!id_fits(id, "ami"))
		id = (call_fault(c, FAULT_SSM_RESOLVE, name, "Its value is not an AMI ID."), NULL);
	return id;
}

static bool plan_image(struct launch *l)
{
	struct call *c = &l->call;
	const char *id = in_text(c->in, "ImageId");

	if (!id || !*id) {
		call_fault(c, FAULT_MISSING_PARAMETER, "ImageId");
		return false;
	}
	id = launch_image_id(c, id);
	return id && image_for_launch(c, id, &l->image);
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; *words; words += *words == ' ') {
		size_t len = strcspn(words, " ");

		if (len == n && strncmp(words, word, n) == 0)
			return true;
		words += len;
	}
	return false;
}

/* "i386 x86_64" -> "i386,x86_64", as the fault writes it. */
static void fault_architecture(struct call *c, const struct type_facts *t, const char *image)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, t->architecture);
	for (char *s = text.s; *s; s++)
		if (*s == ' ')
			*s = ',';
	call_fault(c, FAULT_ARCHITECTURE_MISMATCH, text.s, image);
	buf_release(&text);
}

/* EC2 user guide, "AMI boot modes": uefi-preferred takes what the type has. */
static bool boot_mode_fits(struct call *c, const struct type_facts *t, const json_t *image)
{
	const char *mode = in_text(image, "BootMode");

	if (!mode || strcmp(mode, "uefi-preferred") == 0 || strstr(t->architecture, "_mac") ||
		has_word(t->boot_modes, mode))
		return true;
	call_fault(c, FAULT_BOOT_MODE_MISMATCH, t->name,
		strcmp(mode, "uefi") == 0 ? "UEFI" : "Legacy BIOS");
	return false;
}

/* EC2 user guide, "Virtualization types": some previous generations know HVM for Windows alone. */
static bool hvm_fits(struct call *c, const struct type_facts *t, const json_t *image)
{
	static const char *const families[] = {"t1.", "m1.", "m2.", "c1."};
	const char *virtualization = in_text(image, "VirtualizationType");

	if (!virtualization || strcmp(virtualization, "hvm") != 0 || in_has(image, "Platform"))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		if (strncmp(t->name, families[i], strlen(families[i])) == 0) {
			call_fault(c, FAULT_HVM_WINDOWS_ONLY);
			return false;
		}
	}
	return true;
}

bool type_misses_ena(const struct type_facts *t, const json_t *of)
{
	return strcmp(t->ena, "required") == 0 && !in_bool(of, "EnaSupport", false) &&
	       !strstr(t->architecture, "_mac");
}

static bool fits(struct call *c, const struct type_facts *t, const json_t *image, bool with_ena)
{
	const char *architecture = in_text(image, "Architecture");
	const char *virtualization = in_text(image, "VirtualizationType");
	const char *root = in_text(image, "RootDeviceType");

	if (architecture && !has_word(t->architecture, architecture))
		fault_architecture(c, t, architecture);
	else if (virtualization && strcmp(virtualization, "paravirtual") == 0 && !t->paravirtual)
		call_fault(c, FAULT_HVM_REQUIRED, t->name);
	else if (with_ena && type_misses_ena(t, image))
		call_fault(c, FAULT_ENA_REQUIRED, t->name);
	else if (root && strcmp(root, "instance-store") == 0 && t->ebs_root_only)
		call_fault(c, FAULT_INSTANCE_STORE_ROOT, t->name);
	else
		return hvm_fits(c, t, image) && boot_mode_fits(c, t, image);
	return false;
}

bool type_fits(struct call *c, const struct type_facts *t, const json_t *image)
{
	return fits(c, t, image, false);
}

static bool plan_type(struct launch *l)
{
	struct call *c = &l->call;
	const char *name = in_text(c->in, "InstanceType");

	name = name ? name : "m1.small"; /* RunInstances, "InstanceType": the default */
	l->type = type_row_find(name);
	if (!l->type)
		type_unknown(c, name);
	else if (!type_offered(name, c->who.region, NULL))
		call_fault(c, FAULT_TYPE_NOT_IN_REGION, name, c->who.region);
	else
		return fits(c, &l->type->facts, l->image.doc, true);
	return false;
}

/* ---- how many ---- */

/* The quota's bucket of a type: its family's letters decide. */
static const char *bucket(const char *type)
{
	static const char *const own[] = {"inf", "trn", "hpc", "mac", "p", "g", "vt", "x", "u-"};

	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		size_t n = strlen(own[i]);

		if (strncmp(type, own[i], n) == 0 && (type[n] >= '0' && type[n] <= '9'))
			return own[i];
	}
	return "standard";
}

static bool within_limit(struct launch *l)
{
	struct world_cursor at = {0};
	struct resource r;
	const char *mine = bucket(l->type->facts.name);
	int64_t sum = l->least * l->type->vcpus;

	while (call_next(&l->call, "instance", &at, &r)) {
		const struct type_row *t = type_row_find(in_text(r.doc, "InstanceType"));
		int state = instance_state(r.doc);

		if (t && (state == INSTANCE_PENDING || state == INSTANCE_RUNNING) &&
			strcmp(bucket(t->facts.name), mine) == 0)
			sum += t->vcpus;
	}
	if (sum > VCPU_LIMIT) {
		call_fault(&l->call, FAULT_VCPU_LIMIT, (long long)VCPU_LIMIT);
		return false;
	}
	while (l->most > l->least && sum + (l->most - l->least) * l->type->vcpus > VCPU_LIMIT)
		l->most--; /* as many as there is room for, but at least the least */
	return true;
}

static bool plan_count(struct launch *l)
{
	struct call *c = &l->call;

	l->least = in_int(c->in, "MinCount", 1);
	l->most = in_int(c->in, "MaxCount", 1);
	if (l->least < 1)
		call_fault(c, FAULT_INSTANCE_COUNT, (long long)l->least, "minCount",
			"Must be greater than or equal to 1.");
	else if (l->most < l->least)
		call_fault(c, FAULT_INSTANCE_COUNT, (long long)l->most, "maxCount",
			"Must be greater than or equal to minCount.");
	else if (l->least > VCPU_LIMIT)
		call_fault(c, FAULT_VCPU_LIMIT, (long long)VCPU_LIMIT);
	else if (l->most > VCPU_LIMIT)
		l->most = VCPU_LIMIT;
	return !call_failed(c);
}

/* ---- network ---- */

/* What the request says of its primary network interface outside NetworkInterfaces. */
static json_t *plain_interface(const json_t *in)
{
	json_t *spec = json_pack("{s:i, s:b}", "DeviceIndex", 0, "DeleteOnTermination", 1);

	json_object_set(spec, "SubnetId", json_object_get(in, "SubnetId"));
	json_object_set(spec, "Groups", json_object_get(in, "SecurityGroupIds"));
	json_object_set(spec, "_GroupNames", json_object_get(in, "SecurityGroups"));
	json_object_set(spec, "PrivateIpAddress", json_object_get(in, "PrivateIpAddress"));
	return spec;
}

/* An interface that has outlived its instance can be given to another. */
static json_t *existing_interface(struct call *c, const char *id)
{
	json_t *eni = call_get(c, "network-interface", id);
	const char *status = in_text(eni, "Status");

	if (!eni)
		return call_fault(c, FAULT_INVALID_INTERFACE_NOT_FOUND, id);
	if (!status || strcmp(status, "available") != 0)
		return call_fault(c, FAULT_INTERFACE_IN_USE, id);
	return eni;
}

static bool interfaces_consistent(struct call *c, json_t *list)
{
	size_t i, k;
	json_t *spec;
	int64_t index;
	const char *id;

	if (in_has(c->in, "SubnetId") || json_array_size(in_list(c->in, "SecurityGroupIds")) ||
		json_array_size(in_list(c->in, "SecurityGroups"))) {
		call_fault(c, FAULT_INVALID_COMBINATION,
			in_has(c->in, "SubnetId")
				? "Network interfaces and an instance-level subnet ID may not be specified on the same request"
				: "Network interfaces and an instance-level security groups may not be specified on the same request");
		return false;
	}
	json_array_foreach(list, i, spec)
	{
		index = in_int(spec, "DeviceIndex", -1);
		id = in_text(spec, "NetworkInterfaceId");
		if (index < 0)
			call_fault(c, FAULT_MISSING_PARAMETER, "NetworkInterfaces.DeviceIndex");
		else if (id && !existing_interface(c, id))
			return false;
		for (k = 0; k < i && !call_failed(c); k++)
			if (in_int(json_array_get(list, k), "DeviceIndex", -1) == index)
				call_fault(c, FAULT_INVALID_PARAMETER_VALUE,
					"Each network interface requires a unique device index.");
		if (call_failed(c))
			return false;
	}
	return true;
}

static const char *wanted_zone(const struct call *c)
{
	const char *zone = in_text(c->in, "Placement.AvailabilityZone");

	return zone ? zone : in_text(c->in, "Placement.AvailabilityZoneId");
}

static struct interface_plan interface_plan(const struct launch *l, json_t *spec)
{
	const char *zone = wanted_zone(&l->call);

	zone = zone ? zone : in_text(spec, "_Zone");
	return (struct interface_plan){
		.subnet_id = in_text(spec, "SubnetId"),
		.zone = zone,
		.group_ids = in_list(spec, "Groups"),
		.group_names = in_list(spec, "_GroupNames"),
		.private_ip = in_text(spec, "PrivateIpAddress"),
		.description = in_text(spec, "Description"),
		.public_ip = in_has(spec, "AssociatePublicIpAddress")
				     ? in_bool(spec, "AssociatePublicIpAddress", false)
				     : -1,
		.device_index = in_int(spec, "DeviceIndex", 0),
		.delete_on_termination = in_bool(spec, "DeleteOnTermination", true),
	};
}

/* Nobody said where: a default subnet in a zone that has the type. */
static void choose_subnet(struct launch *l, json_t *spec)
{
	struct world_cursor at = {0};
	struct resource r;

	if (in_has(spec, "SubnetId") || wanted_zone(&l->call))
		return;
	while (call_next(&l->call, "subnet", &at, &r)) {
		if (!in_bool(r.doc, "DefaultForAz", false) ||
			!type_offered(l->type->facts.name, l->call.who.region,
				in_text(r.doc, "AvailabilityZoneId")))
			continue;
		json_object_set(spec, "_Zone", json_object_get(r.doc, "AvailabilityZone"));
		return;
	}
}

static void zones_with(const struct launch *l, struct buf *names)
{
	struct world_cursor at = {0};
	struct resource r;

	while (call_next(&l->call, "subnet", &at, &r))
		if (in_bool(r.doc, "DefaultForAz", false) &&
			type_offered(l->type->facts.name, l->call.who.region,
				in_text(r.doc, "AvailabilityZoneId")))
			buf_addf(names, "%s%s", names->len ? ", " : "",
				in_text(r.doc, "AvailabilityZone"));
}

static bool offered_there(struct launch *l)
{
	json_t *subnet = call_get(&l->call, "subnet", l->subnet);
	const char *id = in_text(subnet, "AvailabilityZoneId"), *name = l->type->facts.name;
	struct buf zones = BUF_INIT;

	if (!id || type_offered(name, l->call.who.region, id))
		return true;
	zones_with(l, &zones);
	call_fault(&l->call, FAULT_TYPE_NOT_IN_ZONE, name, l->zone, zones.s);
	buf_release(&zones);
	return false;
}

static bool check_interface(struct launch *l, json_t *spec, bool first)
{
	struct interface_plan plan = interface_plan(l, spec);
	const char *vpc, *subnet, *zone, *id = in_text(spec, "NetworkInterfaceId");
	json_t *eni = id ? existing_interface(&l->call, id) : NULL;

	if (l->most > 1 && plan.private_ip) {
		call_fault(&l->call, FAULT_INVALID_COMBINATION,
			"A private IP address cannot be specified for more than one instance.");
		return false;
	}
	if (eni && l->most > 1) {
		call_fault(&l->call, FAULT_INVALID_COMBINATION,
			"A network interface cannot be attached to more than one instance.");
		return false;
	}
	if (eni) {
		vpc = in_text(eni, "VpcId");
		subnet = in_text(eni, "SubnetId");
		zone = in_text(eni, "AvailabilityZone");
	} else if (!interface_plan_check(&l->call, &plan, &vpc, &subnet, &zone)) {
		return false;
	}
	if (first) {
		snprintf(l->vpc, sizeof l->vpc, "%s", vpc);
		snprintf(l->subnet, sizeof l->subnet, "%s", subnet);
		snprintf(l->zone, sizeof l->zone, "%s", zone);
	}
	return true;
}

static bool plan_network(struct launch *l)
{
	json_t *given = in_list(l->call.in, "NetworkInterfaces"), *spec;
	size_t i;

	l->interfaces = json_array();
	if (json_array_size(given)) {
		if (!interfaces_consistent(&l->call, given))
			return false;
		json_array_foreach(given, i, spec)
			json_array_append_new(l->interfaces, json_copy(spec));
	} else {
		json_array_append_new(l->interfaces, plain_interface(l->call.in));
	}
	if (json_array_size(l->interfaces) > (size_t)l->type->interfaces) {
		call_fault(&l->call, FAULT_TOO_MANY_INTERFACES, l->type->facts.name);
		return false;
	}
	json_array_foreach(l->interfaces, i, spec)
	{
		choose_subnet(l, spec);
		if (!check_interface(l, spec, i == 0))
			return false;
	}
	return offered_there(l);
}

/* ---- the rest of the request ---- */

bool instance_user_data_check(struct call *c, const char *data)
{
	struct buf bytes = BUF_INIT;

	if (data && !codec_unbase64(&bytes, data))
		call_fault(c, FAULT_INVALID_USER_DATA);
	else if (bytes.len > USER_DATA_MAX)
		call_fault(c, FAULT_USER_DATA_TOO_LONG, (long long)USER_DATA_MAX);
	buf_release(&bytes);
	return !call_failed(c);
}

static bool number_in(const char *list, int64_t n)
{
	char *end;

	for (; *list; list = *end == ',' ? end + 1 : end)
		if (strtol(list, &end, 10) == n)
			return true;
	return false;
}

static bool check_cpu(struct call *c, const struct type_row *t)
{
	int64_t cores = in_int(c->in, "CpuOptions.CoreCount", t->cores);
	int64_t threads = in_int(c->in, "CpuOptions.ThreadsPerCore", t->threads);
	struct buf text = BUF_INIT;

	if ((cores != t->cores && !number_in(t->valid_cores, cores)) ||
		(threads != t->threads && !number_in(t->valid_threads, threads))) {
		buf_addf(&text,
			"The CPU options of %lld cores with %lld threads each are not supported for the instance type %s.",
			(long long)cores, (long long)threads, t->facts.name);
		call_fault(c, FAULT_INVALID_COMBINATION, text.s);
	}
	buf_release(&text);
	return !call_failed(c);
}

static bool check_credit(struct call *c, const struct type_row *t)
{
	const char *credit = in_text(c->in, "CreditSpecification.CpuCredits");

	if (credit && !type_can(t, 'B'))
		call_fault(c, FAULT_INVALID_COMBINATION,
			"The CreditSpecification parameter is only supported for burstable performance instances.");
	else if (credit && strcmp(credit, "standard") != 0 && strcmp(credit, "unlimited") != 0)
		call_fault(c, FAULT_INVALID_VALUE, credit, "CpuCredits",
			"Valid values are: standard, unlimited.");
	return !call_failed(c);
}

static bool check_tenancy(struct call *c, const struct launch *l)
{
	const char *tenancy = in_text(c->in, "Placement.Tenancy");

	if (strstr(l->type->facts.architecture, "_mac") &&
		(!tenancy || strcmp(tenancy, "host") != 0))
		call_fault(c, FAULT_INVALID_COMBINATION,
			"Mac instances are available only as bare metal instances on Dedicated Hosts: the tenancy must be 'host'.");
	else if (tenancy && strcmp(tenancy, "default") != 0 && !type_can(l->type, 'D'))
		call_fault(c, FAULT_UNSUPPORTED_TYPE);
	return !call_failed(c);
}

static bool check_shutdown(struct call *c, const struct launch *l)
{
	const char *behavior = in_text(c->in, "InstanceInitiatedShutdownBehavior");
	const char *root = in_text(l->image.doc, "RootDeviceType");

	if (behavior && strcmp(behavior, "stop") == 0 && root &&
		strcmp(root, "instance-store") == 0)
		call_fault(c, FAULT_INVALID_COMBINATION,
			"The attribute instanceInitiatedShutdownBehavior can only be used for EBS-backed images.");
	return !call_failed(c);
}

static bool check_spot(struct call *c, struct launch *l)
{
	const char *market = in_text(c->in, "InstanceMarketOptions.MarketType");
	const char *most = in_text(c->in, "InstanceMarketOptions.SpotOptions.MaxPrice"), *zone;
	int64_t price;
	struct buf now = BUF_INIT;

	l->spot = market && strcmp(market, "spot") == 0;
	if (!l->spot)
		return true;
	zone = in_text(call_get(c, "subnet", l->subnet), "AvailabilityZoneId");
	price = spot_price(
		l->type, zone ? zone : l->zone, in_has(l->image.doc, "Platform"), call_now(c));
	buf_addf(&now, "%lld.%05lld", (long long)(price / 100000), (long long)(price % 100000));
	if (!type_can(l->type, 'S'))
		call_fault(c, FAULT_SPOT_UNSUPPORTED, l->type->facts.name);
	else if (most && strtod(most, NULL) * 100000 < (double)price)
		call_fault(c, FAULT_SPOT_PRICE_TOO_LOW, most, now.s);
	buf_release(&now);
	return !call_failed(c);
}

static bool check_rest(struct launch *l)
{
	static const char *const taggable[] = {"instance", "volume", "network-interface",
		"spot-instances-request", "elastic-gpu", NULL};
	struct call *c = &l->call;
	const char *key = in_text(c->in, "KeyName");
	json_t *probe;

	if (!tags_check(c, taggable) || (key && !key_pair_check(c, key)) ||
		!instance_user_data_check(c, in_text(c->in, "UserData")) ||
		!check_cpu(c, l->type) || !check_credit(c, l->type) || !check_tenancy(c, l) ||
		!check_shutdown(c, l) || !check_spot(c, l))
		return false;
	if (in_bool(c->in, "EbsOptimized", false) &&
		strcmp(l->type->ebs_optimized, "unsupported") == 0)
		return call_fault(c, FAULT_UNSUPPORTED_TYPE), false;
	if (in_bool(c->in, "EnclaveOptions.Enabled", false) && !type_can(l->type, 'E'))
		return call_fault(c, FAULT_UNSUPPORTED_TYPE), false;
	if (in_has(c->in, "IamInstanceProfile")) {
		probe = instance_profile(c, in_get(c->in, "IamInstanceProfile"));
		json_decref(probe);
	}
	probe = call_failed(c) ? NULL : launch_metadata(c, c->in, l->image.doc);
	json_decref(probe);
	return !call_failed(c);
}

/* ---- all of it ---- */

bool launch_plan(struct call *c, const json_t *request, struct launch *l)
{
	*l = (struct launch){.call = *c};
	l->call.in = merge_template(c, request);
	if (l->call.in && plan_count(l) && plan_image(l) && plan_type(l) && plan_network(l) &&
		launch_plan_devices(l) && check_rest(l) && within_limit(l))
		return true;
	launch_release(l);
	return false;
}

void launch_release(struct launch *l)
{
	json_decref(l->call.in);
	json_decref(l->devices);
	json_decref(l->interfaces);
	*l = (struct launch){0};
}

struct interface_plan launch_interface(const struct launch *l, json_t *spec)
{
	return interface_plan(l, spec);
}
