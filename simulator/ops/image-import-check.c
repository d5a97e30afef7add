/* image-import-check.c - what a request of VM Import asks for, and whether it can be; see
 * image-import.h. */
#include "ops/image-import.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* No S3 here: how large a file is follows from its name. */
enum { GIB_MIN = 4, GIB_SPREAD = 13 };

/* ---- where a disk is ---- */

void import_file_release(struct import_file *f)
{
	buf_release(&f->bucket);
	buf_release(&f->key);
}

/* "s3://BUCKET/KEY", "https://BUCKET.s3.REGION.amazonaws.com/KEY", "https://s3.../BUCKET/KEY" */
static bool url_parse(const char *url, struct import_file *f)
{
	const char *host = strstr(url, "://"), *path, *dot;
	bool s3 = strncmp(url, "s3://", 5) == 0;

	if (!host || (!s3 && strncmp(url, "https://", 8) != 0))
		return false;
	host += 3;
	path = strchr(host, '/');
	if (!path)
		return false;
	if (!s3 && (strncmp(host, "s3.", 3) == 0 || strncmp(host, "s3-", 3) == 0)) {
		host = path + 1;
		path = strchr(host, '/');
		s3 = true;
	}
	if (!path)
		return false;
	dot = s3 ? path : strstr(host, ".s3");
	if (!dot || dot > path)
		return false;
	buf_add(&f->bucket, host, (size_t)(dot - host));
	buf_adds(&f->key, path + 1);
	return f->key.len > 0;
}

bool import_file_of(const json_t *disk, struct import_file *f)
{
	const char *bucket = in_text(disk, "UserBucket.S3Bucket");
	const char *key = in_text(disk, "UserBucket.S3Key"), *url = in_text(disk, "Url");

	*f = (struct import_file){BUF_INIT, BUF_INIT};
	if (bucket && key) {
		buf_adds(&f->bucket, bucket);
		buf_adds(&f->key, key);
		return true;
	}
	return url && url_parse(url, f);
}

/* What an export of this world has written is known; another file's size follows from its name. */
int64_t import_file_gib(const struct call *c, const struct import_file *f)
{
	struct buf id = BUF_INIT;
	uint32_t hash = 2166136261u;
	int64_t gib;

	buf_addf(&id, "%s/%s", f->bucket.s, f->key.s);
	gib = in_int(call_get(c, "stored-object", id.s), "GiB", 0);
	buf_release(&id);
	for (const char *s = f->key.s; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	return gib ? gib : (int64_t)(GIB_MIN + hash % GIB_SPREAD);
}

/* ---- checks of the request ---- */

static const char *const formats[] = {"OVA", "RAW", "VHD", "VHDX", "VMDK", NULL};

const char *import_format(const char *name, size_t n)
{
	for (size_t i = 0; formats[i]; i++)
		if (strlen(formats[i]) == n && strncasecmp(formats[i], name, n) == 0)
			return formats[i];
	return NULL;
}

const char *import_format_of_key(const char *key)
{
	const char *dot = strrchr(key, '.');

	return dot ? import_format(dot + 1, strlen(dot + 1)) : NULL;
}

static bool file_check(struct call *c, const json_t *disk)
{
	struct import_file f;

	if (!import_file_of(disk, &f)) {
		call_fault(c, FAULT_INVALID_PARAMETER,
			"A disk container needs a UserBucket with S3Bucket and S3Key, an S3 URL or a SnapshotId.");
	} else {
		switch (task_bucket(c, f.bucket.s)) {
		case TASK_BUCKET_NO_NAME:
			call_fault(c, FAULT_INVALID_VALUE, f.bucket.s, "S3Bucket",
				"The specified bucket is not valid.");
			break;
		case TASK_BUCKET_ANOTHERS:
			call_fault(c, FAULT_IMPORT_BUCKET_ACCESS, f.bucket.s);
			break;
		case TASK_BUCKET_ELSEWHERE:
			call_fault(c, FAULT_IMPORT_BUCKET_REGION);
			break;
		case TASK_BUCKET_FITS:
			break;
		}
	}
	import_file_release(&f);
	return !call_failed(c);
}

static bool disk_check(struct call *c, const json_t *disk, bool alone)
{
	const char *format = in_text(disk, "Format"), *snapshot = in_text(disk, "SnapshotId");
	int places = in_has(disk, "Url") + in_has(disk, "UserBucket") + (snapshot != NULL);
	struct resource r;

	if (places > 1) {
		call_fault(c, FAULT_INVALID_PARAMETER,
			"Only one of Url, UserBucket and SnapshotId can be specified for a disk container.");
		return false;
	}
	if (snapshot)
		return snapshot_for_use(c, snapshot, &r);
	if (format && !import_format(format, strlen(format)))
		call_fault(c, FAULT_IMPORT_FORMAT, format);
	else if (format && strcasecmp(format, "OVA") == 0 && !alone)
		call_fault(c, FAULT_INVALID_PARAMETER,
			"An OVA holds all disks of a VM; only one disk container can be specified.");
	return !call_failed(c) && file_check(c, disk);
}

bool import_disks_check(struct call *c)
{
	json_t *disks = in_list(c->in, "DiskContainers"), *disk;
	size_t i;

	if (!json_array_size(disks))
		call_fault(c, FAULT_MISSING_PARAMETER, "DiskContainers");
	json_array_foreach(disks, i, disk)
	{
		if (!disk_check(c, disk, json_array_size(disks) == 1))
			return false;
	}
	return !call_failed(c);
}

/* Members that have a few values, which the model does not list. */
static bool words_check(struct call *c)
{
	static const struct {
		const char *member, *wire, *values;
	} words[] = {
		{"Architecture", "architecture", " i386 x86_64 arm64 "},
		{"Hypervisor", "hypervisor", " xen "},
		{"Platform", "platform", " Windows Linux "},
		{"LicenseType", "licenseType", " AWS BYOL "},
	};
	char word[64];

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *value = in_text(c->in, words[i].member);

		if (!value)
			continue;
		snprintf(word, sizeof word, " %s ", value);
		if (!strstr(words[i].values, word)) {
			call_fault(c, FAULT_INVALID_VALUE, value, words[i].wire,
				"The value is not supported.");
			return false;
		}
	}
	return true;
}

/* EC2 user guide, "AMI billing information fields". */
static const struct import_usage usages[] = {
	{"RunInstances", "Linux/UNIX", false},
	{"RunInstances:0010", "Red Hat Enterprise Linux", false},
	{"RunInstances:00g0", "Red Hat BYOL Linux", false},
	{"RunInstances:1010", "Red Hat Enterprise Linux with HA", false},
	{"RunInstances:000g", "SUSE Linux", false},
	{"RunInstances:0g00", "Ubuntu Pro", false},
	{"RunInstances:0002", "Windows", true},
	{"RunInstances:0800", "Windows BYOL", true},
	{"RunInstances:0006", "Windows with SQL Server Standard", true},
	{"RunInstances:0102", "Windows with SQL Server Enterprise", true},
	{"RunInstances:0202", "Windows with SQL Server Web", true},
};

const struct import_usage *import_usage_find(const char *operation)
{
	for (size_t i = 0; i < sizeof usages / sizeof *usages; i++)
		if (strcmp(usages[i].operation, operation) == 0)
			return &usages[i];
	return NULL;
}

static bool from_snapshot(const struct call *c)
{
	size_t i;
	json_t *disk;

	json_array_foreach(in_list(c->in, "DiskContainers"), i, disk)
	{
		if (in_has(disk, "SnapshotId"))
			return true;
	}
	return false;
}

bool import_options_check(struct call *c)
{
	const char *boot = in_text(c->in, "BootMode"), *usage = in_text(c->in, "UsageOperation");

	if (!words_check(c))
		return false;
	if (in_has(c->in, "KmsKeyId") && !in_bool(c->in, "Encrypted", false))
		call_fault(c, FAULT_KMS_REQUIRES_ENCRYPTED);
	else if (boot && strcmp(boot, "uefi") == 0 && !in_has(c->in, "Platform") &&
		 from_snapshot(c))
		call_fault(c, FAULT_MISSING_PARAMETER, "Platform");
	else if (boot && strcmp(boot, "uefi-preferred") == 0)
		call_fault(c, FAULT_INVALID_VALUE, boot, "bootMode",
			"The uefi-preferred boot mode isn't supported for importing images.");
	else if (usage && !import_usage_find(usage))
		call_fault(c, FAULT_INVALID_VALUE, usage, "usageOperation",
			"The value is not supported.");
	else if (usage && in_has(c->in, "LicenseType"))
		call_fault(c, FAULT_INVALID_COMBINATION,
			"The parameter licenseType cannot be used with the parameter usageOperation");
	return !call_failed(c);
}
