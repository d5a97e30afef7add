/*
 * record.h - a call as a line of text that does the same again.
 *
 * A world is a pure function of its seed, its start and the calls made. So what a call did need not
 * be kept at once: the call can, in a tenth of the time, and whoever finds it later does it again.
 * Replayed by another version of the program it may come out otherwise: records are for seconds, or
 * for who compares what came of it (labs).
 */
#ifndef OPS_RECORD_H
#define OPS_RECORD_H

#include "ops/ops.h"

/* Appends the call, ended by a newline. `changed` false: it did nothing but let time pass. */
void ops_record(const struct ops_caller *who, const struct model_operation *op,
	const json_t *request, bool changed, struct buf *out);

/* Time passes, as a command of its own if it has a label; the latest command is taken back, or done
 * again. */
void ops_record_pass(int64_t milliseconds, const char *label, struct buf *out);
void ops_record_undo(bool again, const char *label, struct buf *out); /* label: of what; NULL */

/* Does again what the lines say. False: they are no such lines. */
bool ops_replay(struct world *w, const char *lines, size_t n);

#endif
