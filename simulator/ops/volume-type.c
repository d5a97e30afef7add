/* volume-type.c - the types of EBS volumes: limits, defaults and the faults of asking for more. */
#include "ops/ebs.h"

#include "base/mem.h"

#include <string.h>

/* EBS user guide, "Amazon EBS volume types" (gp3 with the limits of September 2025). Baseline IOPS
 * of gp2: 3 a GiB, from 100 to 16,000. */
static const struct volume_type types[] = {
	{"standard", 1, 1024, 0, 0, 0, 0, 0, 0, false, 5},
	{"io1", 4, 16384, 100, 64000, 50, 0, 0, 0, true, 5},
	{"io2", 4, 65536, 100, 256000, 1000, 0, 0, 0, true, 5},
	{"gp2", 1, 16384, 0, 0, 0, 0, 0, 0, false, 5},
	{"sc1", 125, 16384, 0, 0, 0, 0, 0, 0, false, 1},
	{"st1", 125, 16384, 0, 0, 0, 0, 0, 0, false, 1},
	{"gp3", 1, 65536, 3000, 80000, 500, 3000, 125, 2000, false, 5},
};

/* MiB/s that one provisioned IOPS of gp3 may carry. */
static const double throughput_per_iops = 0.25;

const struct volume_type *volume_type_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

/* EBS user guide, "Amazon EBS volume types": all but the HDD types that came after `standard`. */
bool volume_type_boots(const char *type)
{
	return !type || (strcmp(type, "st1") != 0 && strcmp(type, "sc1") != 0);
}

static bool check_size(struct call *c, const struct volume_type *t, int64_t gib)
{
	if (gib < t->min_gib)
		call_fault(
			c, FAULT_VOLUME_TOO_SMALL, (long long)gib, t->name, (long long)t->min_gib);
	else if (gib > t->max_gib)
		call_fault(
			c, FAULT_VOLUME_TOO_LARGE, (long long)gib, t->name, (long long)t->max_gib);
	return !call_failed(c);
}

static bool check_iops(struct call *c, const struct volume_type *t, int64_t gib, int64_t iops)
{
	struct buf ratio = BUF_INIT;

	if (iops && !t->max_iops)
		call_fault(c, FAULT_VOLUME_IOPS_UNSUPPORTED, t->name);
	else if (!iops && t->max_iops && !t->free_iops)
		call_fault(c, FAULT_VOLUME_IOPS_REQUIRED, t->name);
	else if (iops && iops < t->min_iops)
		call_fault(c, FAULT_VOLUME_IOPS_LOW, (long long)iops, (long long)t->min_iops);
	else if (iops > t->max_iops)
		call_fault(c, FAULT_VOLUME_IOPS_HIGH, (long long)iops, (long long)t->max_iops);
	else if (iops > t->free_iops && iops > gib * t->iops_per_gib) {
		buf_addf(&ratio, "%.6f", (double)iops / (double)gib);
		call_fault(c, FAULT_VOLUME_IOPS_RATIO, ratio.s, (long long)t->iops_per_gib);
	}
	buf_release(&ratio);
	return !call_failed(c);
}

static bool check_throughput(
	struct call *c, const struct volume_type *t, int64_t iops, int64_t throughput)
{
	int64_t have = iops ? iops : t->free_iops;
	struct buf ratio = BUF_INIT;

	if (!throughput)
		return true;
	if (!t->max_throughput)
		call_fault(c, FAULT_VOLUME_THROUGHPUT_UNSUPPORTED);
	else if (throughput < t->min_throughput)
		call_fault(c, FAULT_VOLUME_THROUGHPUT_LOW, (long long)throughput,
			(long long)t->min_throughput);
	else if (throughput > t->max_throughput)
		call_fault(c, FAULT_VOLUME_THROUGHPUT_HIGH, (long long)throughput,
			(long long)t->max_throughput);
	else if ((double)throughput > (double)have * throughput_per_iops) {
		buf_addf(&ratio, "%.6f", (double)throughput / (double)have);
		call_fault(c, FAULT_VOLUME_THROUGHPUT_RATIO, ratio.s);
	}
	buf_release(&ratio);
	return !call_failed(c);
}

bool volume_type_check(
	struct call *c, const struct volume_type *t, int64_t gib, int64_t iops, int64_t throughput)
{
	return check_size(c, t, gib) && check_iops(c, t, gib, iops) &&
	       check_throughput(c, t, iops, throughput);
}

static int64_t baseline(const struct volume_type *t, int64_t gib)
{
	int64_t iops = gib * 3;

	if (strcmp(t->name, "gp2") != 0)
		return t->free_iops;
	return iops < 100 ? 100 : iops > 16000 ? 16000 : iops;
}

void volume_type_set(
	json_t *volume, const struct volume_type *t, int64_t gib, int64_t iops, int64_t throughput)
{
	if (!iops)
		iops = baseline(t, gib);
	if (!throughput)
		throughput = t->min_throughput;
	json_object_set_new(volume, "VolumeType", json_string(t->name));
	json_object_set_new(volume, "Size", json_integer(gib));
	json_object_del(volume, "Iops");
	json_object_del(volume, "Throughput");
	if (iops)
		json_object_set_new(volume, "Iops", json_integer(iops));
	if (throughput)
		json_object_set_new(volume, "Throughput", json_integer(throughput));
}
