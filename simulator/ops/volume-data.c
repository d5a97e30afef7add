/* volume-data.c - how much data a volume holds: what snapshots are as large as; see ebs.h. */
#include "ops/ebs.h"

enum {
	MINUTE_MS = 60000,
	ATTACH_MIB = 32,  /* what a system writes when it finds a disk */
	MINUTE_KIB = 512, /* of new data a minute; as much again is written over old data */
	BLOCK_KIB = 512,  /* the grain of EBS snapshots */
	FULL_PERCENT = 95,
};

static int64_t whole_blocks(int64_t bytes)
{
	const int64_t block = (int64_t)BLOCK_KIB << 10;

	return (bytes + block - 1) / block * block;
}

void volume_data_init(json_t *volume, const struct volume_data *d, int64_t now)
{
	json_t *data = json_pack("{s:I, s:I, s:I}", "full", (json_int_t)d->full, "changed",
		(json_int_t)d->changed, "at", (json_int_t)now);

	if (d->base)
		json_object_set_new(data, "base", json_string(d->base));
	json_object_set_new(volume, "_Data", data);
}

struct volume_data volume_data(const json_t *volume, int64_t now)
{
	const json_t *data = in_get(volume, "_Data");
	int64_t limit = in_int(volume, "Size", 0) * EBS_GIB / 100 * FULL_PERCENT;
	int64_t grown = 0;
	struct volume_data d = {
		in_int(data, "full", 0), in_int(data, "changed", 0), in_text(data, "base")};

	if (json_array_size(in_list(volume, "Attachments")))
		grown = (now - in_int(data, "at", now)) / MINUTE_MS * MINUTE_KIB * 1024;
	grown += in_int(data, "more", 0);
	if (limit < d.full)
		limit = d.full;
	d.full = whole_blocks(d.full + grown < limit ? d.full + grown : limit);
	d.changed = whole_blocks(d.changed + 2 * grown < d.full ? d.changed + 2 * grown : d.full);
	return d;
}

void volume_data_attached(json_t *volume, int64_t now)
{
	volume_data_settle(volume, now);
	json_object_set_new(
		json_object_get(volume, "_Data"), "more", json_integer(ATTACH_MIB * EBS_MIB));
}

void volume_data_settle(json_t *volume, int64_t now)
{
	struct volume_data d = volume_data(volume, now);
	struct buf base = BUF_INIT; /* d.base is the old member's */

	if (d.base) {
		buf_adds(&base, d.base);
		d.base = base.s;
	}
	volume_data_init(volume, &d, now);
	buf_release(&base);
}
