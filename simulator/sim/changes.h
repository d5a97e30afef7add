/*
 * changes.h - two states of a resource's document, compared for the learner's eyes.
 *
 * Paths name members as the API does: "State.Name", "Tags[Name]",
 * "BlockDeviceMappings[0].Ebs.Iops". Private members are bookkeeping and left out, but for those
 * that operations of their own set.
 */
#ifndef SIM_CHANGES_H
#define SIM_CHANGES_H

#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>

/* A line a member, as sim_diff says; before NULL: all is new, after NULL: all has gone. */
void diff_add(struct buf *out, int columns, const json_t *before, const json_t *after);
/* Whether there is anything to be seen of it. */
bool diff_is_visible(const json_t *before, const json_t *after);
/* A value as it stands in a diff: texts bare, everything else as JSON. */
void diff_add_value(struct buf *out, const json_t *value);

#endif
