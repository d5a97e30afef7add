/*
 * image-import.h - what the files of VM Import share.
 *
 * Rules: VM Import/Export user guide, "Importing a VM as an image".
 *
 * Kind "import-image-task": an ImportImageTask without what its stage says (the view adds that).
 * Private: _Begun (milliseconds), _GiB of all disks, _Disks [{GiB, Bytes, Key, Fault}] of each
 * container, _Found: Architecture, LicenseType and Platform as they are found out by validation,
 * _ImageId while the image is being prepared.
 */
#ifndef OPS_IMAGE_IMPORT_H
#define OPS_IMAGE_IMPORT_H

#include "ops/image-task.h"

enum { IMPORT_SHOWN_DAYS = 7 }; /* API reference, DescribeImportImageTasks */

/* --- checks of the request, and where its disks are (image-import-check.c) -----------------------
 */

struct import_file {
	struct buf bucket, key;
};
/* The file of a disk container; false: it names none. To be released either way. */
bool import_file_of(const json_t *disk, struct import_file *f);
void import_file_release(struct import_file *f);
int64_t import_file_gib(const struct call *c, const struct import_file *f);
/* "VMDK" for "vmdk"; NULL: no format that can be imported. */
const char *import_format(const char *name, size_t n);
/* The format that a file's name ends with; NULL: another word. */
const char *import_format_of_key(const char *key);

struct import_usage {
	const char *operation, *details;
	bool windows;
};
const struct import_usage *import_usage_find(const char *operation);

bool import_disks_check(struct call *c);
bool import_options_check(struct call *c);

/* --- stages and the end (image-import-end.c) -----------------------------------------------------
 */

extern const struct task_stage import_stages[];
/* Milliseconds from the task's beginning to a stage; NULL: to its end. */
int64_t import_begins(const json_t *task, const char *stage);
/* Ends a task with this status and message (NULL: none); steals the document. */
void import_end(struct world *w, const struct resource *r, json_t *task, const char *status,
	const char *message);
timer_fn import_validated, import_prepare, import_done;

#endif
