/* instance-attribute.c - attributes of instances one at a time; see instance.h. */
#include "ops/instance.h"

#include "ops/table.h"

#include "base/mem.h"

#include <string.h>
#include <strings.h>

/* ---- what there is ---- */

typedef bool set_fn(struct call *c, const struct resource *r, json_t *doc, json_t *value);

struct attribute {
	const char *name;   /* as in InstanceAttributeName */
	const char *member; /* of ModifyInstanceAttribute; NULL: cannot be modified */
	const char *answer; /* of DescribeInstanceAttribute */
	const char *path;   /* in instance_view */
	bool bare;          /* the answer's member is the value, not {Value} */
	bool stopped;       /* can be modified only while the instance is stopped */
	bool resets;
	set_fn *set;
};

static bool bad_value(struct call *c, const char *value, const char *name)
{
	call_fault(c, FAULT_INVALID_VALUE, value, name, "");
	return false;
}

/* "true" and "false" as --attribute --value gives them, or a boolean. */
static bool read_bool(struct call *c, const char *name, json_t *value, bool *out)
{
	const char *text = json_string_value(value);

	if (json_is_boolean(value)) {
		*out = json_boolean_value(value);
		return true;
	}
	if (!text || (strcasecmp(text, "true") != 0 && strcasecmp(text, "false") != 0))
		return bad_value(c, text ? text : "", name);
	*out = strcasecmp(text, "true") == 0;
	return true;
}

static bool set_bool(
	struct call *c, json_t *doc, const char *name, const char *member, json_t *value)
{
	bool yes;

	if (!read_bool(c, name, value, &yes))
		return false;
	json_object_set_new(doc, member, json_boolean(yes));
	return true;
}

static bool set_termination(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	if (in_has(r->doc, "SpotInstanceRequestId")) {
		call_fault(c, FAULT_UNSUPPORTED,
			"You can't enable or disable termination protection for Spot Instances.");
		return false;
	}
	return set_bool(c, doc, "disableApiTermination", "_DisableApiTermination", value);
}

static bool set_stop(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	(void)r;
	return set_bool(c, doc, "disableApiStop", "_DisableApiStop", value);
}

static bool set_ebs_optimized(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	const struct type_row *t = type_row_find(in_text(r->doc, "InstanceType"));

	if (!set_bool(c, doc, "ebsOptimized", "EbsOptimized", value))
		return false;
	if (in_bool(doc, "EbsOptimized", false) && t &&
		strcmp(t->ebs_optimized, "unsupported") == 0)
		call_fault(c, FAULT_INVALID_ATTRIBUTE_VALUE,
			"EBS-optimized instances are not supported for your requested configuration.");
	return !call_failed(c);
}

static bool set_ena(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	(void)r;
	return set_bool(c, doc, "enaSupport", "EnaSupport", value);
}

static bool set_sriov(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	const char *text = json_string_value(value);

	(void)r;
	if (!text || strcmp(text, "simple") != 0)
		return bad_value(c, text ? text : "", "sriovNetSupport");
	json_object_set(doc, "_SriovNetSupport", value);
	return true;
}

static bool set_shutdown(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || (strcmp(text, "stop") != 0 && strcmp(text, "terminate") != 0))
		return bad_value(c, text ? text : "", "instanceInitiatedShutdownBehavior");
	if (strcmp(in_text(r->doc, "RootDeviceType"), "ebs") != 0 && strcmp(text, "stop") == 0) {
		call_fault(c, FAULT_UNSUPPORTED,
			"The attribute 'instanceInitiatedShutdownBehavior' cannot be 'stop' for an instance with an instance store root device.");
		return false;
	}
	json_object_set(doc, "_ShutdownBehavior", value);
	return true;
}

static bool set_kernel(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	(void)c, (void)r;
	return json_object_set(doc, "KernelId", value) == 0;
}

static bool set_ramdisk(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	(void)c, (void)r;
	return json_object_set(doc, "RamdiskId", value) == 0;
}

static bool set_user_data(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	const char *text = json_string_value(value);

	(void)r;
	if (!instance_user_data_check(c, text))
		return false;
	if (text && *text)
		json_object_set(doc, "_UserData", value);
	else
		json_object_del(doc, "_UserData");
	return true;
}

static bool set_enclave(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	const struct type_row *t = type_row_find(in_text(r->doc, "InstanceType"));
	bool on;

	if (!read_bool(c, "enclaveOptions",
		    json_is_object(value) ? in_get(value, "Enabled") : value, &on))
		return false;
	if (on && t && !type_can(t, 'E')) {
		call_fault(c, FAULT_UNSUPPORTED_TYPE);
		return false;
	}
	json_object_set_new(doc, "EnclaveOptions", json_pack("{s:b}", "Enabled", on));
	return true;
}

/* ---- the type ---- */

/* Another type has to run what the instance was launched from: the instance keeps the facts of its
 * image. Whether it is enabled for ENA is asked when it starts: that can be changed, too. */
static bool set_type(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	const char *name = json_string_value(value),
		   *zone = in_text(r->doc, "Placement.AvailabilityZoneId");
	const struct type_row *t = type_row_find(name);

	if (!t) {
		call_fault(c, FAULT_INVALID_ATTRIBUTE_VALUE, "Invalid value for instance type.");
		return false;
	}
	if (!type_offered(name, c->who.region, zone)) {
		call_fault(c, FAULT_UNSUPPORTED_TYPE);
		return false;
	}
	if (!type_fits(c, &t->facts, r->doc))
		return false;
	json_object_set(doc, "InstanceType", value);
	json_object_set_new(doc, "CpuOptions",
		json_pack("{s:i, s:i}", "CoreCount", t->cores, "ThreadsPerCore", t->threads));
	if (!type_can(t, 'B'))
		json_object_del(doc, "_CpuCredits");
	else if (!in_has(doc, "_CpuCredits"))
		json_object_set_new(doc, "_CpuCredits",
			json_string(strncmp(name, "t2.", 3) == 0 ? "standard" : "unlimited"));
	return true;
}

/* ---- what its network interface says ---- */

static bool set_source_check(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	bool on;

	if (!read_bool(c, "sourceDestCheck", value, &on))
		return false;
	if (json_array_size(in_list(r->doc, "_Interfaces")) > 1) {
		call_fault(c, FAULT_INVALID_COMBINATION,
			"There are multiple interfaces attached to the instance. Please specify an interface ID for the operation instead.");
		return false;
	}
	json_object_set_new(doc, "SourceDestCheck", json_boolean(on));
	instance_interfaces_set(c, r->doc, "SourceDestCheck", json_boolean(on));
	return true;
}

static bool set_groups(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	const char *vpc = in_text(r->doc, "VpcId"), *id, *its;
	json_t *list = json_array(), *each, *group;
	size_t i;

	(void)doc;
	json_array_foreach(value, i, each)
	{
		id = json_string_value(each);
		group = call_get(c, "security-group", id);
		its = in_text(group, "VpcId");
		if (!group || !its || !vpc || strcmp(its, vpc) != 0) {
			json_decref(list);
			call_fault(c, FAULT_INVALID_GROUP_NOT_FOUND, id);
			return false;
		}
		json_array_append_new(list, json_pack("{s:s, s:O}", "GroupId", id, "GroupName",
						    json_object_get(group, "GroupName")));
	}
	if (!json_array_size(list)) {
		json_decref(list);
		call_fault(c, FAULT_MISSING_PARAMETER, "groupId");
		return false;
	}
	instance_interfaces_set(c, r->doc, "Groups", list);
	return true;
}

/* ---- DeleteOnTermination of its volumes ---- */

static json_t *mapping_at(json_t *doc, const char *device)
{
	json_t *mapping;
	size_t i;

	json_array_foreach(in_list(doc, "BlockDeviceMappings"), i, mapping)
	{
		if (device && strcmp(in_text(mapping, "DeviceName"), device) == 0)
			return mapping;
	}
	return NULL;
}

static void tell_volume(struct call *c, const char *volume_id, const char *instance_id, bool delete)
{
	json_t *doc = call_get(c, "volume", volume_id), *a;
	size_t i;

	if (!doc)
		return;
	doc = call_edit(doc);
	json_array_foreach(in_list(doc, "Attachments"), i, a)
	{
		if (strcmp(in_text(a, "InstanceId"), instance_id) == 0)
			json_object_set_new(a, "DeleteOnTermination", json_boolean(delete));
	}
	call_put(c, "volume", volume_id, doc);
}

static bool set_mappings(struct call *c, const struct resource *r, json_t *doc, json_t *value)
{
	json_t *given, *mapping;
	size_t i;

	json_array_foreach(value, i, given)
	{
		const char *device = in_text(given, "DeviceName");
		bool delete = in_bool(given, "Ebs.DeleteOnTermination", true);
		struct buf text = BUF_INIT;

		mapping = mapping_at(doc, device);
		if (!mapping) {
			buf_addf(&text, "No device is currently mapped at %s",
				device ? device : "null");
			call_fault(c, FAULT_INVALID_ATTRIBUTE_VALUE, text.s);
			buf_release(&text);
			return false;
		}
		json_object_set_new(json_object_get(mapping, "Ebs"), "DeleteOnTermination",
			json_boolean(delete));
		tell_volume(c, in_text(mapping, "Ebs.VolumeId"), r->id, delete);
	}
	return true;
}

static const struct attribute attributes[] = {
	{"instanceType", "InstanceType", "InstanceType", "InstanceType", false, true, false,
		set_type},
	{"kernel", "Kernel", "KernelId", "KernelId", false, true, true, set_kernel},
	{"ramdisk", "Ramdisk", "RamdiskId", "RamdiskId", false, true, true, set_ramdisk},
	{"userData", "UserData", "UserData", "_UserData", false, true, false, set_user_data},
	{"disableApiTermination", "DisableApiTermination", "DisableApiTermination",
		"_DisableApiTermination", false, false, false, set_termination},
	{"instanceInitiatedShutdownBehavior", "InstanceInitiatedShutdownBehavior",
		"InstanceInitiatedShutdownBehavior", "_ShutdownBehavior", false, false, false,
		set_shutdown},
	{"rootDeviceName", NULL, "RootDeviceName", "RootDeviceName", false, false, false, NULL},
	{"blockDeviceMapping", "BlockDeviceMappings", "BlockDeviceMappings", "BlockDeviceMappings",
		true, false, false, set_mappings},
	{"productCodes", NULL, "ProductCodes", "ProductCodes", true, false, false, NULL},
	{"sourceDestCheck", "SourceDestCheck", "SourceDestCheck", "SourceDestCheck", false, false,
		true, set_source_check},
	{"groupSet", "Groups", "Groups", "SecurityGroups", true, false, false, set_groups},
	{"ebsOptimized", "EbsOptimized", "EbsOptimized", "EbsOptimized", false, true, false,
		set_ebs_optimized},
	{"sriovNetSupport", "SriovNetSupport", "SriovNetSupport", "_SriovNetSupport", false, true,
		false, set_sriov},
	{"enaSupport", "EnaSupport", "EnaSupport", "EnaSupport", false, true, false, set_ena},
	{"enclaveOptions", "EnclaveOptions", "EnclaveOptions", "EnclaveOptions", true, true, false,
		set_enclave},
	{"disableApiStop", "DisableApiStop", "DisableApiStop", "_DisableApiStop", false, false,
		false, set_stop},
};

static const struct attribute *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++)
		if (strcmp(attributes[i].name, name) == 0)
			return &attributes[i];
	return NULL;
}

/* ---- DescribeInstanceAttribute ---- */

static json_t *describe_attribute(struct call *c)
{
	const char *id = in_text(c->in, "InstanceId");
	const struct attribute *a = find(in_text(c->in, "Attribute"));
	struct resource r;
	json_t *view, *value, *answer;

	if (!instance_for_change(c, id, &r))
		return NULL;
	if (!a)
		return call_fault(
			c, FAULT_INVALID_VALUE, in_text(c->in, "Attribute"), "attribute", "");
	view = instance_view(c, &r);
	value = json_object_get(view, a->path);
	if (!a->bare)
		value = value ? json_pack("{s:O}", "Value", value) : json_object();
	else
		value = value ? json_incref(value) : json_array();
	answer = json_pack("{s:s, s:o}", "InstanceId", id, a->answer, value);
	json_decref(view);
	return answer;
}

/* ---- ModifyInstanceAttribute ---- */

static json_t *unwrapped(json_t *value)
{
	return json_is_object(value) && json_object_get(value, "Value")
		       ? json_object_get(value, "Value")
		       : value;
}

/* The one attribute that the request means, and its value; NULL and a fault. */
static const struct attribute *meant(struct call *c, json_t **value)
{
	const char *name = in_text(c->in, "Attribute");
	const struct attribute *a = name ? find(name) : NULL;
	struct buf names = BUF_INIT;
	size_t n = 0;

	if (a && in_has(c->in, "Value")) {
		*value = in_get(c->in, "Value");
		n++;
	}
	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		const struct attribute *other = &attributes[i];

		if (!other->member || !in_has(c->in, other->member))
			continue;
		buf_addf(&names, "%s%s", n++ ? ", " : "", other->name);
		a = other;
		*value = unwrapped(in_get(c->in, other->member));
	}
	if (n > 1)
		call_fault(c, FAULT_ONE_ATTRIBUTE, names.s);
	else if (!n)
		call_fault(c, FAULT_NO_ATTRIBUTE);
	else if (!a->set)
		call_fault(c, FAULT_INVALID_ATTRIBUTE_VALUE, "The attribute cannot be modified.");
	buf_release(&names);
	return call_failed(c) ? NULL : a;
}

static bool state_fits(struct call *c, const struct resource *r, const struct attribute *a)
{
	int state = instance_state(r->doc);

	if (state == INSTANCE_TERMINATED || state == INSTANCE_SHUTTING_DOWN)
		call_fault(c, FAULT_INSTANCE_STATE, "The instance is terminated.");
	else if (a->stopped && state != INSTANCE_STOPPED)
		call_fault(c, FAULT_INSTANCE_NOT_STOPPED, r->id);
	return !call_failed(c);
}

static json_t *modify_attribute(struct call *c)
{
	const char *id = in_text(c->in, "InstanceId");
	const struct attribute *a;
	struct resource r;
	json_t *value = NULL, *doc;

	if (!instance_for_change(c, id, &r))
		return NULL;
	a = meant(c, &value);
	if (!a || !state_fits(c, &r, a))
		return NULL;
	doc = call_edit(r.doc);
	if (!a->set(c, &r, doc, value)) {
		json_decref(doc);
		return NULL;
	}
	resource_put(c->w, &r, doc);
	return json_object();
}

/* ---- ResetInstanceAttribute ---- */

static json_t *reset_attribute(struct call *c)
{
	const char *id = in_text(c->in, "InstanceId"), *name = in_text(c->in, "Attribute");
	const struct attribute *a = find(name);
	struct resource r;
	json_t *doc;

	if (!instance_for_change(c, id, &r))
		return NULL;
	if (!a || !a->resets)
		return call_fault(c, FAULT_INVALID_VALUE, name, "attribute",
			"Only kernel, ramdisk and sourceDestCheck can be reset.");
	if (!state_fits(c, &r, a))
		return NULL;
	doc = call_edit(r.doc);
	if (strcmp(name, "sourceDestCheck") == 0) {
		json_object_set_new(doc, "SourceDestCheck", json_true());
		instance_interfaces_set(c, r.doc, "SourceDestCheck", json_true());
	} else {
		json_object_del(doc, a->path);
	}
	resource_put(c->w, &r, doc);
	return json_object();
}

static const struct handler handlers[] = {
	{"DescribeInstanceAttribute", describe_attribute},
	{"ModifyInstanceAttribute", modify_attribute},
	{"ResetInstanceAttribute", reset_attribute},
	{"ModifyInstanceMetadataOptions", instance_modify_metadata},
	{"GetInstanceMetadataDefaults", instance_metadata_defaults},
	{"ModifyInstanceMetadataDefaults", instance_modify_metadata_defaults},
	{"AssociateIamInstanceProfile", instance_associate_profile},
	{"DisassociateIamInstanceProfile", instance_disassociate_profile},
	{"DescribeIamInstanceProfileAssociations", instance_describe_profiles},
	{NULL, NULL},
};
static const struct timer_handler timers[] = {
	{"profile-associated", instance_profile_associated},
	{"profile-disassociated", instance_profile_disassociated},
	{NULL, NULL},
};
const struct family ops_instance_attribute = {"ec2", handlers, timers};
