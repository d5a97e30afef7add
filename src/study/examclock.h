/*
 * examclock.h - how long an exam has been going on, whatever happens to the computer's clock.
 *
 * Between two looks in the same boot, the boot clock counts (it goes on in sleep, and nobody can
 * set it). After a restart there is only the wall clock: what has passed by it since the last look,
 * never less than nothing. So a clock that is set back gives no time, and one that is set forward
 * takes none while the computer stays on.
 */
#ifndef STUDY_EXAMCLOCK_H
#define STUDY_EXAMCLOCK_H

#include <stdint.h>

/* One look at the clocks. */
struct exam_mark {
	int64_t wall_ms;    /* UTC */
	int64_t boot_ms;    /* since the computer was started, sleep included */
	uint64_t boot;      /* which start that was; 0: unknown */
	int64_t elapsed_ms; /* of the exam, at this look */
};

/* elapsed_ms of a new look (whose own is not read) after `last`. */
int64_t exam_elapsed(const struct exam_mark *last, const struct exam_mark *now);
/* By how much the wall clock was moved between two looks of one boot, in ms; 0: unknown, or less
 * than 5 s. */
int64_t exam_clock_moved(const struct exam_mark *last, const struct exam_mark *now);

#endif
