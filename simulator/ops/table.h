/*
 * table.h - every family of operations. A new family's table is named here and in table.c.
 */
#ifndef OPS_TABLE_H
#define OPS_TABLE_H

#include "ops/call.h"

/* image*.c */
extern const struct family ops_image, ops_image_create, ops_image_describe, ops_image_attribute,
	ops_image_state, ops_image_settings, ops_image_lineage;
/* image-task*.c */
extern const struct family ops_image_store, ops_image_import, ops_image_export, ops_fast_launch,
	ops_image_usage, ops_bundle;
/* instance*.c, types.c, spot.c, launch-template.c, root-volume.c */
extern const struct family ops_instance_run, ops_instance_describe, ops_instance_state,
	ops_instance_attribute, ops_types, ops_spot, ops_launch_template, ops_root_volume;
/* volume*.c, snapshot*.c, ebs.c, kms*.c */
extern const struct family ops_volume, ops_volume_modify, ops_snapshot, ops_snapshot_attribute,
	ops_snapshot_tier, ops_snapshot_fast, ops_snapshot_import, ops_ebs, ops_kms_key,
	ops_kms_policy;
/* network.c, interface.c, address.c, security-group.c, key-pair.c, tag-ops.c, region.c, account.c
 */
extern const struct family ops_network, ops_interface, ops_address, ops_security_group,
	ops_key_pair, ops_tag, ops_region, ops_account;
/* rbin.c, ssm*.c, sts.c */
extern const struct family ops_rbin, ops_ssm, ops_ssm_automation, ops_sts;

/* NULL: nobody handles it. */
handler_fn *table_handler(const char *service, const char *operation);
timer_fn *table_timer(const char *what);

#endif
