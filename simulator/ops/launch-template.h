/*
 * launch-template.h - what the files of launch templates share.
 *
 * Kinds: "launch-template"; "launch-template-name": {LaunchTemplateId} by name;
 * "launch-template-version": one version each, by "lt-.../3".
 */
#ifndef OPS_LAUNCH_TEMPLATE_H
#define OPS_LAUNCH_TEMPLATE_H

#include "ops/instance.h"

/* The template that members LaunchTemplateId or LaunchTemplateName of `in` name; NULL and a fault.
 * Borrowed. */
json_t *template_meant(struct call *c, const json_t *in);
/* A version of it; NULL: there is none (no fault). Borrowed. */
json_t *template_version(const struct call *c, const json_t *template, int64_t number);
/* "3", "$Latest", "$Default" -> the number; 0 and a fault if it is none of these. */
int64_t template_version_number(struct call *c, const json_t *template, const char *text);
void template_version_fault(struct call *c, const json_t *template, const char *text);

handler_fn template_describe, template_describe_versions, template_data_of_instance;

#endif
