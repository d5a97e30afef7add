/* examclock.c - see examclock.h. */
#include "study/examclock.h"

enum { MOVED_MS = 5000 }; /* what a time server corrects is less */

static int same_boot(const struct exam_mark *a, const struct exam_mark *b)
{
	return a->boot && a->boot == b->boot && b->boot_ms >= a->boot_ms;
}

int64_t exam_elapsed(const struct exam_mark *last, const struct exam_mark *now)
{
	int64_t passed = now->wall_ms - last->wall_ms;

	if (same_boot(last, now))
		passed = now->boot_ms - last->boot_ms;
	return last->elapsed_ms + (passed > 0 ? passed : 0);
}

int64_t exam_clock_moved(const struct exam_mark *last, const struct exam_mark *now)
{
	int64_t moved = (now->wall_ms - last->wall_ms) - (now->boot_ms - last->boot_ms);

	if (!same_boot(last, now) || (moved < MOVED_MS && moved > -MOVED_MS))
		return 0;
	return moved;
}
