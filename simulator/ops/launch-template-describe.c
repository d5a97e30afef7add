/* launch-template-describe.c - listing launch templates and versions, and data made of an instance;
 * see launch-template.h. */
#include "ops/launch-template.h"

#include "base/mem.h"

#include <string.h>

/* ---- templates ---- */

static json_t *describe_by_names(struct call *c, json_t *names)
{
	json_t *list = json_array(), *name, *spec, *doc;
	size_t i;

	json_array_foreach(names, i, name)
	{
		spec = json_pack("{s:O}", "LaunchTemplateName", name);
		doc = template_meant(c, spec);
		json_decref(spec);
		if (!doc) {
			json_decref(list);
			return NULL;
		}
		if (filters_match(c, NULL, doc))
			json_array_append(list, doc);
	}
	return json_pack("{s:o}", "LaunchTemplates", list);
}

json_t *template_describe(struct call *c)
{
	static const struct describe d = {
		.kind = "launch-template",
		.result = "LaunchTemplates",
		.ids = "LaunchTemplateIds",
		.prefix = "lt",
		.malformed = FAULT_INVALID_TEMPLATE_ID_MALFORMED,
		.not_found = FAULT_INVALID_TEMPLATE_ID_NOT_FOUND,
	};
	json_t *names = in_list(c->in, "LaunchTemplateNames");

	if (!json_array_size(names))
		return call_describe(c, &d);
	if (json_array_size(in_list(c->in, "LaunchTemplateIds")))
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"You must specify either launch template IDs or launch template names, but not both.");
	return filters_check(c) ? describe_by_names(c, names) : NULL;
}

/* ---- versions ---- */

#define DATA "LaunchTemplateData."

static const struct filter_path version_filters[] = {
	{"ebs-optimized", DATA "EbsOptimized"},
	{"http-endpoint", DATA "MetadataOptions.HttpEndpoint"},
	{"http-protocol-ipv4", DATA "MetadataOptions.HttpEndpoint"},
	{"host-resource-group-arn", DATA "Placement.HostResourceGroupArn"},
	{"http-tokens", DATA "MetadataOptions.HttpTokens"},
	{"iam-instance-profile", "_Profile"},
	{"image-id", DATA "ImageId"},
	{"instance-type", DATA "InstanceType"},
	{"is-default-version", "DefaultVersion"},
	{"kernel-id", DATA "KernelId"},
	{"license-configuration-arn", DATA "LicenseSpecifications.LicenseConfigurationArn"},
	{"network-card-index", DATA "NetworkInterfaces.NetworkCardIndex"},
	{"ram-disk-id", DATA "RamDiskId"},
	{NULL, NULL},
};

static json_t *version_view(struct call *c, const json_t *template, const json_t *version)
{
	json_t *view = json_deep_copy(version), *profile = json_array(), *data, *arn, *name;
	const char *image = in_text(version, DATA "ImageId");

	data = json_object_get(view, "LaunchTemplateData");
	arn = in_get(data, "IamInstanceProfile.Arn");
	name = in_get(data, "IamInstanceProfile.Name");
	if (arn)
		json_array_append(profile, arn);
	if (name)
		json_array_append(profile, name);
	json_object_set_new(view, "_Profile", profile);
	json_object_set_new(view, "DefaultVersion",
		json_boolean(in_int(template, "DefaultVersionNumber", 0) ==
			     in_int(version, "VersionNumber", -1)));
	if (image && in_bool(c->in, "ResolveAlias", false)) {
		image = launch_image_id(c, image);
		if (image)
			json_object_set_new(data, "ImageId", json_string(image));
	}
	return view;
}

static void add_version(struct call *c, const json_t *template, int64_t number, json_t *list)
{
	json_t *version = template_version(c, template, number), *view;

	if (!version)
		return;
	view = version_view(c, template, version);
	if (!call_failed(c) && filters_match(c, version_filters, view))
		json_array_append(list, view);
	json_decref(view);
}

/* Those that Versions names, in that order. */
static void add_named(struct call *c, const json_t *template, json_t *versions, json_t *list)
{
	json_t *each;
	size_t i;

	json_array_foreach(versions, i, each)
	{
		const char *text = json_string_value(each);
		int64_t number = template_version_number(c, template, text);

		if (!number)
			return;
		if (!template_version(c, template, number)) {
			template_version_fault(c, template, text);
			return;
		}
		add_version(c, template, number, list);
	}
}

/* From the newest down, within MinVersion and MaxVersion. */
static void add_range(struct call *c, const json_t *template, json_t *list)
{
	const char *min = in_text(c->in, "MinVersion"), *max = in_text(c->in, "MaxVersion");
	int64_t latest = in_int(template, "LatestVersionNumber", 0), first = 1, last = latest;

	if (min)
		first = template_version_number(c, template, min);
	if (max && !call_failed(c))
		last = template_version_number(c, template, max);
	for (int64_t n = last < latest ? last : latest; n >= first && !call_failed(c); n--)
		add_version(c, template, n, list);
}

/* Without a template: $Latest or $Default of all of them. */
static void add_all(struct call *c, json_t *versions, json_t *list)
{
	struct world_cursor at = {0};
	struct resource r;
	json_t *each;
	size_t i;

	json_array_foreach(versions, i, each)
	{
		if (*json_string_value(each) != '$')
			call_fault(c, FAULT_MISSING_PARAMETER,
				"LaunchTemplateId or LaunchTemplateName");
	}
	while (!call_failed(c) && call_next(c, "launch-template", &at, &r))
		add_named(c, r.doc, versions, list);
}

json_t *template_describe_versions(struct call *c)
{
	json_t *versions = in_list(c->in, "Versions"), *template, *list;
	bool named = in_has(c->in, "LaunchTemplateId") || in_has(c->in, "LaunchTemplateName");

	if (!filters_check(c))
		return NULL;
	if (!named && !json_array_size(versions))
		return call_fault(
			c, FAULT_MISSING_PARAMETER, "LaunchTemplateId or LaunchTemplateName");
	template = named ? template_meant(c, c->in) : NULL;
	if (call_failed(c))
		return NULL;
	list = json_array();
	if (!named)
		add_all(c, versions, list);
	else if (json_array_size(versions))
		add_named(c, template, versions, list);
	else
		add_range(c, template, list);
	if (call_failed(c)) {
		json_decref(list);
		return NULL;
	}
	return json_pack("{s:o}", "LaunchTemplateVersions", list);
}

/* ---- GetLaunchTemplateData ---- */

static json_t *some_of(const json_t *from, const char *const *names)
{
	json_t *o = json_object();

	for (; *names; names++)
		json_object_set(o, *names, json_object_get(from, *names));
	return o;
}

static json_t *devices(const struct call *c, const json_t *instance)
{
	static const char *const names[] = {
		"Encrypted", "KmsKeyId", "SnapshotId", "VolumeType", "Iops", "Throughput", NULL};
	json_t *list = json_array(), *mapping, *volume, *ebs;
	size_t i;

	json_array_foreach(in_list(instance, "BlockDeviceMappings"), i, mapping)
	{
		volume = call_get(c, "volume", in_text(mapping, "Ebs.VolumeId"));
		if (!volume)
			continue;
		ebs = some_of(volume, names);
		json_object_set(ebs, "VolumeSize", json_object_get(volume, "Size"));
		json_object_set(
			ebs, "DeleteOnTermination", in_get(mapping, "Ebs.DeleteOnTermination"));
		if (!*in_text(volume, "SnapshotId"))
			json_object_del(ebs, "SnapshotId");
		json_array_append_new(
			list, json_pack("{s:O, s:o}", "DeviceName",
				      json_object_get(mapping, "DeviceName"), "Ebs", ebs));
	}
	return list;
}

static json_t *group_ids(const json_t *groups)
{
	json_t *list = json_array(), *group;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)groups, i, group)
		json_array_append(list, json_object_get(group, "GroupId"));
	return list;
}

static json_t *interfaces(const json_t *view)
{
	json_t *list = json_array(), *eni, *at;
	size_t i;

	json_array_foreach(in_list(view, "NetworkInterfaces"), i, eni)
	{
		at = in_get(eni, "Attachment");
		json_array_append_new(list,
			json_pack("{s:b, s:O, s:O, s:O, s:o, s:s, s:[], s:[{s:b, s:O}], s:O, s:i}",
				"AssociatePublicIpAddress", in_has(eni, "Association"),
				"DeleteOnTermination", json_object_get(at, "DeleteOnTermination"),
				"Description", json_object_get(eni, "Description"), "DeviceIndex",
				json_object_get(at, "DeviceIndex"), "Groups",
				group_ids(in_list(eni, "Groups")), "InterfaceType", "interface",
				"Ipv6Addresses", "PrivateIpAddresses", "Primary", 1,
				"PrivateIpAddress", json_object_get(eni, "PrivateIpAddress"),
				"SubnetId", json_object_get(eni, "SubnetId"), "NetworkCardIndex",
				0));
	}
	return list;
}

static void add_settings(const json_t *view, json_t *data)
{
	static const struct {
		const char *member, *of;
	} copies[] = {
		{"EbsOptimized", "EbsOptimized"},
		{"ImageId", "ImageId"},
		{"InstanceType", "InstanceType"},
		{"KeyName", "KeyName"},
		{"KernelId", "KernelId"},
		{"RamDiskId", "RamdiskId"},
		{"DisableApiTermination", "_DisableApiTermination"},
		{"DisableApiStop", "_DisableApiStop"},
		{"InstanceInitiatedShutdownBehavior", "_ShutdownBehavior"},
		{"UserData", "_UserData"},
		{"CpuOptions", "CpuOptions"},
		{"CapacityReservationSpecification", "CapacityReservationSpecification"},
		{"HibernationOptions", "HibernationOptions"},
		{"MetadataOptions", "MetadataOptions"},
		{"EnclaveOptions", "EnclaveOptions"},
		{"PrivateDnsNameOptions", "PrivateDnsNameOptions"},
	};

	for (size_t i = 0; i < ARRAY_LEN(copies); i++)
		json_object_set(data, copies[i].member, json_object_get(view, copies[i].of));
}

/* EC2's own tags cannot be asked for, so they are no data of a template. */
static json_t *own_tags(const json_t *view)
{
	json_t *own = json_array(), *tag;
	size_t i;

	json_array_foreach(in_list(view, "Tags"), i, tag)
	{
		if (strncmp(in_text(tag, "Key"), "aws:", 4) != 0)
			json_array_append(own, tag);
	}
	return own;
}

json_t *template_data_of_instance(struct call *c)
{
	static const char *const where[] = {"AvailabilityZone", "GroupName", "Tenancy", NULL};
	struct resource r;
	json_t *view, *data, *tags;

	if (!instance_for_change(c, in_text(c->in, "InstanceId"), &r))
		return NULL;
	view = instance_view(c, &r);
	tags = own_tags(view);
	data = json_pack("{s:o, s:o, s:{s:b}, s:o, s:{s:O}}", "BlockDeviceMappings",
		devices(c, view), "NetworkInterfaces", interfaces(view), "Monitoring", "Enabled",
		strcmp(in_text(view, "Monitoring.State"), "enabled") == 0, "Placement",
		some_of(in_get(view, "Placement"), where), "MaintenanceOptions", "AutoRecovery",
		in_get(view, "MaintenanceOptions.AutoRecovery"));
	add_settings(view, data);
	if (in_has(view, "IamInstanceProfile"))
		json_object_set_new(data, "IamInstanceProfile",
			json_pack("{s:O}", "Arn", in_get(view, "IamInstanceProfile.Arn")));
	if (instance_credit(view))
		json_object_set_new(data, "CreditSpecification",
			json_pack("{s:O}", "CpuCredits", instance_credit(view)));
	if (json_array_size(tags))
		json_object_set_new(data, "TagSpecifications",
			json_pack("[{s:s, s:O}]", "ResourceType", "instance", "Tags", tags));
	json_decref(tags);
	json_decref(view);
	return json_pack("{s:o}", "LaunchTemplateData", data);
}
