/*
 * ssm.h - what the files of Parameter Store share.
 *
 * Kind "parameter", by name: the members of Parameter and of ParameterMetadata together. Private:
 * _History (older versions, oldest first: {Version, Value, ...}), _Tags. Kind "parameter-pending",
 * by name: a parameter of the data type aws:ec2:image whose image is being looked at.
 */
#ifndef OPS_SSM_H
#define OPS_SSM_H

#include "ops/links.h"

handler_fn ssm_put_parameter, ssm_delete_parameter; /* ssm-put.c */
timer_fn ssm_image_checked, ssm_parameter_expired;

/* A new reference to an object with those members of a document that it has. `names` ends with
 * NULL. */
json_t *ssm_pick(const json_t *doc, const char *const *names);

#endif
