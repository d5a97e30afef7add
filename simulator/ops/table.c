/* table.c - which function handles which operation and which timer; see table.h. */
#include "ops/table.h"

#include "base/mem.h"

#include <string.h>

static const struct family *const families[] = {
	&ops_image,
	&ops_image_create,
	&ops_image_describe,
	&ops_image_attribute,
	&ops_image_state,
	&ops_image_settings,
	&ops_image_lineage,
	&ops_image_store,
	&ops_image_import,
	&ops_image_export,
	&ops_fast_launch,
	&ops_image_usage,
	&ops_bundle,
	&ops_instance_run,
	&ops_instance_describe,
	&ops_instance_state,
	&ops_instance_attribute,
	&ops_types,
	&ops_spot,
	&ops_launch_template,
	&ops_root_volume,
	&ops_volume,
	&ops_volume_modify,
	&ops_snapshot,
	&ops_snapshot_attribute,
	&ops_snapshot_tier,
	&ops_snapshot_fast,
	&ops_snapshot_import,
	&ops_ebs,
	&ops_kms_key,
	&ops_kms_policy,
	&ops_network,
	&ops_interface,
	&ops_address,
	&ops_security_group,
	&ops_key_pair,
	&ops_tag,
	&ops_region,
	&ops_account,
	&ops_rbin,
	&ops_ssm,
	&ops_ssm_automation,
	&ops_sts,
};

handler_fn *table_handler(const char *service, const char *operation)
{
	for (size_t i = 0; i < ARRAY_LEN(families); i++) {
		const struct family *f = families[i];

		if (strcmp(f->service, service) != 0)
			continue;
		for (const struct handler *h = f->handlers; h && h->operation; h++)
			if (strcmp(h->operation, operation) == 0)
				return h->run;
	}
	return NULL;
}

timer_fn *table_timer(const char *what)
{
	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		for (const struct timer_handler *t = families[i]->timers; t && t->what; t++)
			if (strcmp(t->what, what) == 0)
				return t->run;
	return NULL;
}
