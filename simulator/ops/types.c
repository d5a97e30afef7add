/* types.c - instance types: what they are, where they are offered; see types.h and links.h. */
#include "ops/types.h"

#include "ops/region.h"
#include "ops/table.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum accelerator_kind { ACCELERATOR_GPU, ACCELERATOR_INFERENCE, ACCELERATOR_NEURON };

struct accelerator {
	const char *type;
	enum accelerator_kind kind;
	const char *name, *maker;
	int count, mib;        /* of each */
	int cores, generation; /* of Neuron devices */
};

struct reach {
	const char *family, *regions, *without;
};

#include "ops/types-data.def"

/* ---- look-ups ---- */

const struct type_row *type_row_find(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].facts.name, name) == 0)
			return &rows[i];
	return NULL;
}

void type_unknown(struct call *c, const char *name)
{
	const struct model_shape *types =
		model_find_shape(&model_services[c->op->service], "InstanceType");

	if (types && model_has_value(&model_enums[types->enumeration], name))
		call_fault(c, FAULT_UNSUPPORTED_TYPE);
	else
		call_fault(c, FAULT_INVALID_TYPE, name);
}

const struct type_row *type_row_at(size_t i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}

const struct type_facts *type_find(const char *name)
{
	const struct type_row *row = type_row_find(name);

	return row ? &row->facts : NULL;
}

bool type_can(const struct type_row *t, char letter)
{
	return strchr(t->can, letter) != NULL;
}

bool type_is_metal(const struct type_row *t)
{
	return type_can(t, 'M');
}

/* ---- where ---- */

static const struct reach *reach_of(const char *type)
{
	size_t n = strcspn(type, ".");

	for (size_t i = 0; i < ARRAY_LEN(reaches); i++)
		if (strlen(reaches[i].family) == n && strncmp(reaches[i].family, type, n) == 0)
			return &reaches[i];
	return NULL;
}

/* Whether one of the blank-separated words is the n bytes at `word`. */
static bool has_word(const char *words, const char *word, size_t n)
{
	while (*words) {
		size_t len = strcspn(words, " ");

		if (len == n && strncmp(words, word, n) == 0)
			return true;
		words += len + (words[len] == ' ');
	}
	return false;
}

static bool in_region(const struct reach *reach, const struct region_facts *r)
{
	const char *id = r->n_zones ? r->zones[0].id : "";
	bool named = has_word(reach->regions + 1, id, strcspn(id, "-"));

	return *reach->regions == '+' ? named : !named;
}

bool type_offered(const char *type, const char *region, const char *zone)
{
	const struct reach *reach = reach_of(type);
	const struct region_facts *r = region_find(region);
	const struct zone *z;

	if (!reach || !r || !type_row_find(type) || !in_region(reach, r))
		return false;
	if (!zone)
		return true;
	z = zone_find(r, zone);
	return z && !has_word(reach->without, z->id, strlen(z->id));
}

/* ---- DescribeInstanceTypes ---- */

static json_t *words(const char *text, const char *separator)
{
	json_t *list = json_array();

	while (*text) {
		size_t n = strcspn(text, separator);

		json_array_append_new(list, json_stringn(text, n));
		text += n + (text[n] != '\0');
	}
	return list;
}

static json_t *numbers(const char *text)
{
	json_t *list = json_array();
	char *end;

	while (*text) {
		json_array_append_new(list, json_integer(strtol(text, &end, 10)));
		text = end + (*end == ',');
	}
	return list;
}

static const char *supported(bool yes)
{
	return yes ? "supported" : "unsupported";
}

static json_t *usage_classes(const struct type_row *t)
{
	json_t *list = json_array();

	if (type_can(t, 'O'))
		json_array_append_new(list, json_string("on-demand"));
	if (type_can(t, 'S'))
		json_array_append_new(list, json_string("spot"));
	return list;
}

static json_t *processor(const struct type_row *t)
{
	json_t *o = json_pack("{s:o, s:s}", "SupportedArchitectures",
		words(t->facts.architecture, " "), "Manufacturer", t->maker);

	if (t->ghz10)
		json_object_set_new(o, "SustainedClockSpeedInGhz", json_real(t->ghz10 / 10.0));
	if (type_can(t, 'v'))
		json_object_set_new(o, "SupportedFeatures", json_pack("[s]", "amd-sev-snp"));
	return o;
}

static json_t *vcpu(const struct type_row *t)
{
	json_t *o = json_pack("{s:i, s:i, s:i}", "DefaultVCpus", t->vcpus, "DefaultCores", t->cores,
		"DefaultThreadsPerCore", t->threads);

	if (*t->valid_cores)
		json_object_set_new(o, "ValidCores", numbers(t->valid_cores));
	if (*t->valid_threads)
		json_object_set_new(o, "ValidThreadsPerCore", numbers(t->valid_threads));
	return o;
}

static json_t *storage(const struct type_row *t)
{
	bool nvme = type_can(t, 'N');

	return json_pack("{s:i, s:[{s:i, s:i, s:s}], s:s, s:s}", "TotalSizeInGB",
		t->facts.instance_store_disks * t->facts.instance_store_gb, "Disks", "SizeInGB",
		t->facts.instance_store_gb, "Count", t->facts.instance_store_disks, "Type",
		t->hdd ? "hdd" : "ssd", "NvmeSupport", nvme ? "required" : "unsupported",
		"EncryptionSupport", nvme ? "required" : "unsupported");
}

static json_t *ebs(const struct type_row *t)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "EbsOptimizedSupport", t->ebs_optimized,
		"EncryptionSupport", "supported", "NvmeSupport", t->nvme, "AttachmentLimitType",
		type_can(t, 'a') ? "dedicated" : "shared");

	if (t->attachments)
		json_object_set_new(o, "MaximumEbsAttachments", json_integer(t->attachments));
	if (t->max_mbps) /* megabytes are eighths of megabits */
		json_object_set_new(o, "EbsOptimizedInfo",
			json_pack("{s:i, s:f, s:i, s:i, s:f, s:i}", "BaselineBandwidthInMbps",
				t->base_mbps, "BaselineThroughputInMBps", t->base_mbps / 8.0,
				"BaselineIops", t->base_iops, "MaximumBandwidthInMbps", t->max_mbps,
				"MaximumThroughputInMBps", t->max_mbps / 8.0, "MaximumIops",
				t->max_iops));
	return o;
}

static json_t *network_cards(const struct type_row *t)
{
	json_t *list = json_array();

	for (int i = 0; i < t->cards; i++)
		json_array_append_new(list,
			json_pack("{s:i, s:s, s:i, s:f, s:f, s:i}", "NetworkCardIndex", i,
				"NetworkPerformance", t->cards > 1 ? "100 Gigabit" : t->network,
				"MaximumNetworkInterfaces", t->interfaces / t->cards,
				"BaselineBandwidthInGbps", t->base_net / 1000.0,
				"PeakBandwidthInGbps", t->peak_net / 1000.0,
				"DefaultEnaQueueCountPerInterface", t->queues));
	return list;
}

static json_t *network(const struct type_row *t)
{
	json_t *o = json_pack(
		"{s:s, s:i, s:i, s:i, s:o, s:i, s:i, s:b, s:s, s:b, s:b, s:b, s:s, s:{s:i, s:i, s:i}}",
		"NetworkPerformance", t->network, "MaximumNetworkInterfaces", t->interfaces,
		"MaximumNetworkCards", t->cards, "DefaultNetworkCardIndex", 0, "NetworkCards",
		network_cards(t), "Ipv4AddressesPerInterface", t->ipv4, "Ipv6AddressesPerInterface",
		t->ipv6, "Ipv6Supported", type_can(t, '6'), "EnaSupport", t->facts.ena,
		"EfaSupported", type_can(t, 'f'), "EncryptionInTransitSupported", type_can(t, 'Y'),
		"EnaSrdSupported", type_can(t, 's'), "FlexibleEnaQueuesSupport",
		supported(type_can(t, 'q')), "ConnectionTrackingConfiguration",
		"DefaultTcpEstablishedTimeout", 432000, "DefaultUdpTimeout", 30,
		"DefaultUdpStreamTimeout", 180);

	if (type_can(t, 'f'))
		json_object_set_new(
			o, "EfaInfo", json_pack("{s:i}", "MaximumEfaInterfaces", t->efa));
	if (type_can(t, 'w'))
		json_object_set_new(o, "BandwidthWeightings",
			json_pack("[s, s, s]", "default", "vpc-1", "ebs-1"));
	return o;
}

static json_t *gpu(const struct accelerator *a)
{
	return json_pack("{s:[{s:s, s:s, s:i, s:{s:i}}], s:i}", "Gpus", "Name", a->name,
		"Manufacturer", a->maker, "Count", a->count, "MemoryInfo", "SizeInMiB", a->mib,
		"TotalGpuMemoryInMiB", a->count * a->mib);
}

static json_t *inference(const struct accelerator *a)
{
	return json_pack("{s:[{s:i, s:s, s:s, s:{s:i}}], s:i}", "Accelerators", "Count", a->count,
		"Name", a->name, "Manufacturer", a->maker, "MemoryInfo", "SizeInMiB", a->mib,
		"TotalInferenceMemoryInMiB", a->count * a->mib);
}

static json_t *neuron(const struct accelerator *a)
{
	return json_pack("{s:[{s:i, s:s, s:{s:i, s:i}, s:{s:i}}], s:i}", "NeuronDevices", "Count",
		a->count, "Name", a->name, "CoreInfo", "Count", a->cores, "Version", a->generation,
		"MemoryInfo", "SizeInMiB", a->mib, "TotalNeuronDeviceMemoryInMiB",
		a->count * a->mib);
}

static void add_accelerators(const struct type_row *t, json_t *o)
{
	static const struct {
		const char *member;
		json_t *(*make)(const struct accelerator *);
	} kinds[] = {
		[ACCELERATOR_GPU] = {"GpuInfo", gpu},
		[ACCELERATOR_INFERENCE] = {"InferenceAcceleratorInfo", inference},
		[ACCELERATOR_NEURON] = {"NeuronInfo", neuron},
	};

	for (size_t i = 0; i < ARRAY_LEN(accelerators); i++) {
		const struct accelerator *a = &accelerators[i];

		if (strcmp(a->type, t->facts.name) == 0)
			json_object_set_new(o, kinds[a->kind].member, kinds[a->kind].make(a));
	}
}

static void add_flags(const struct type_row *t, json_t *o)
{
	static const struct {
		char letter;
		const char *member;
	} flags[] = {
		{'C', "CurrentGeneration"},
		{'F', "FreeTierEligible"},
		{'M', "BareMetal"},
		{'H', "HibernationSupported"},
		{'B', "BurstablePerformanceSupported"},
		{'D', "DedicatedHostsSupported"},
		{'A', "AutoRecoverySupported"},
	};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		json_object_set_new(o, flags[i].member, json_boolean(type_can(t, flags[i].letter)));
	json_object_set_new(o, "NitroEnclavesSupport", json_string(supported(type_can(t, 'E'))));
	json_object_set_new(o, "NitroTpmSupport", json_string(supported(type_can(t, 'T'))));
	json_object_set_new(o, "PhcSupport", json_string(supported(type_can(t, 'P'))));
	json_object_set_new(o, "RebootMigrationSupport", json_string(supported(type_can(t, 'R'))));
	if (type_can(t, 'T'))
		json_object_set_new(
			o, "NitroTpmInfo", json_pack("{s:[s]}", "SupportedVersions", "2.0"));
}

static json_t *info(const struct type_row *t)
{
	json_t *o = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:{s:i}, s:b, s:o, s:o, s:o, s:o}",
		"InstanceType", t->facts.name, "SupportedUsageClasses", usage_classes(t),
		"SupportedRootDeviceTypes",
		words(t->facts.ebs_root_only ? "ebs" : "ebs instance-store", " "),
		"SupportedVirtualizationTypes",
		words(t->facts.paravirtual ? "hvm paravirtual" : "hvm", " "), "ProcessorInfo",
		processor(t), "VCpuInfo", vcpu(t), "MemoryInfo", "SizeInMiB", t->mib,
		"InstanceStorageSupported", t->facts.instance_store_disks > 0, "EbsInfo", ebs(t),
		"NetworkInfo", network(t), "PlacementGroupInfo",
		json_pack("{s:o}", "SupportedStrategies",
			words(type_can(t, 'k') ? "cluster partition spread" : "partition spread",
				" ")),
		"SupportedBootModes", words(t->facts.boot_modes, " "));

	add_flags(t, o);
	if (*t->facts.hypervisor)
		json_object_set_new(o, "Hypervisor", json_string(t->facts.hypervisor));
	if (t->facts.instance_store_disks)
		json_object_set_new(o, "InstanceStorageInfo", storage(t));
	add_accelerators(t, o);
	return o;
}

/* Filters whose members are called otherwise than the filter, or are lists in the answer. */
static const struct filter_path type_filters[] = {
	{"ebs-info.ebs-optimized-info.baseline-throughput-in-mbps",
		"EbsInfo.EbsOptimizedInfo.BaselineThroughputInMBps"},
	{"ebs-info.ebs-optimized-info.maximum-throughput-in-mbps",
		"EbsInfo.EbsOptimizedInfo.MaximumThroughputInMBps"},
	{"instance-storage-info.disk.count", "InstanceStorageInfo.Disks.Count"},
	{"instance-storage-info.disk.size-in-gb", "InstanceStorageInfo.Disks.SizeInGB"},
	{"instance-storage-info.disk.type", "InstanceStorageInfo.Disks.Type"},
	{"instance-storage-info.total-size-in-gb", "InstanceStorageInfo.TotalSizeInGB"},
	{"memory-info.size-in-mib", "MemoryInfo.SizeInMiB"},
	{"processor-info.supported-architecture", "ProcessorInfo.SupportedArchitectures"},
	{"supported-boot-mode", "SupportedBootModes"},
	{"supported-root-device-type", "SupportedRootDeviceTypes"},
	{"supported-usage-class", "SupportedUsageClasses"},
	{"supported-virtualization-type", "SupportedVirtualizationTypes"},
	{"vcpu-info.default-cores", "VCpuInfo.DefaultCores"},
	{"vcpu-info.default-threads-per-core", "VCpuInfo.DefaultThreadsPerCore"},
	{"vcpu-info.default-vcpus", "VCpuInfo.DefaultVCpus"},
	{"vcpu-info.valid-cores", "VCpuInfo.ValidCores"},
	{"vcpu-info.valid-threads-per-core", "VCpuInfo.ValidThreadsPerCore"},
	{NULL, NULL},
};

/* Those that were asked for by name have to be there. */
static bool asked_types(struct call *c, json_t *asked)
{
	bool everywhere = in_bool(c->in, "IncludeUnsupportedInRegion", false);
	struct buf missing = BUF_INIT;
	size_t i;
	json_t *name;

	json_array_foreach(asked, i, name)
	{
		const char *type = json_string_value(name);

		if (!type_row_find(type) ||
			(!everywhere && !type_offered(type, c->who.region, NULL)))
			buf_addf(&missing, "%s%s", missing.len ? ", " : "", type);
	}
	if (missing.len)
		call_fault(c, FAULT_INVALID_INSTANCE_TYPE, missing.s);
	buf_release(&missing);
	return !call_failed(c);
}

static json_t *describe_types(struct call *c)
{
	bool everywhere = in_bool(c->in, "IncludeUnsupportedInRegion", false);
	json_t *asked = in_list(c->in, "InstanceTypes"), *list;

	if (json_array_size(asked) && in_has(c->in, "MaxResults"))
		return call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter instanceTypes cannot be used with the parameter maxResults");
	if (!filters_check(c) || !asked_types(c, asked))
		return NULL;
	list = json_array();
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *name = rows[i].facts.name;
		bool here = type_offered(name, c->who.region, NULL);
		json_t *o;

		if ((!here && !everywhere) || (json_array_size(asked) && !list_has(asked, name)))
			continue;
		o = info(&rows[i]);
		if (everywhere)
			json_object_set_new(o, "SupportedInRegion", json_boolean(here));
		if (filters_match(c, type_filters, o))
			json_array_append(list, o);
		json_decref(o);
	}
	return json_pack("{s:o}", "InstanceTypes", list);
}

/* ---- DescribeInstanceTypeOfferings ---- */

static void offer(
	struct call *c, const char *type, const char *kind, const char *location, json_t *list)
{
	json_t *o = json_pack("{s:s, s:s, s:s}", "InstanceType", type, "LocationType", kind,
		"Location", location);

	if (filters_match(c, NULL, o))
		json_array_append(list, o);
	json_decref(o);
}

static json_t *describe_offerings(struct call *c)
{
	const char *kind = in_text(c->in, "LocationType");
	const struct region_facts *r = region_find(c->who.region);
	json_t *list;

	if (!filters_check(c))
		return NULL;
	list = json_array();
	kind = kind ? kind : "region";
	for (size_t i = 0; r && i < ARRAY_LEN(rows); i++) {
		const char *type = rows[i].facts.name;

		if (strcmp(kind, "region") == 0 && type_offered(type, r->name, NULL))
			offer(c, type, kind, r->name, list);
		for (size_t z = 0; z < r->n_zones && strncmp(kind, "availability", 12) == 0; z++) {
			struct zone zone = zone_of_account(c->who.account, r, z);

			if (type_offered(type, r->name, zone.id))
				offer(c, type, kind,
					strcmp(kind, "availability-zone") == 0 ? zone.name
									       : zone.id,
					list);
		}
	}
	return json_pack("{s:o}", "InstanceTypeOfferings", list);
}

static const struct handler handlers[] = {
	{"DescribeInstanceTypes", describe_types},
	{"DescribeInstanceTypeOfferings", describe_offerings},
	{NULL, NULL},
};

const struct family ops_types = {"ec2", handlers, NULL};
