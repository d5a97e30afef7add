/* passing.c - see passing.h. */
#include "app/passing.h"

#include "base/day.h"
#include "base/intl.h"
#include "base/number.h"

#include <string.h>

bool passing_parse(size_t n, char *const *words, int64_t *ms)
{
	return n == 3 && strcmp(words[0], "clock") == 0 && strcmp(words[1], "advance") == 0 &&
	       span_parse(words[2], ms);
}

void passing_add_time(struct buf *out, int64_t ms)
{
	enum { SECOND = 1000 };
	char day[DAY_TEXT];
	int64_t seconds = ms / SECOND;

	buf_addf(out, "%s %02d:%02d:%02d", day_format((day_t)(seconds / 86400), day),
		(int)(seconds / 3600 % 24), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

void passing_advance(struct sim *s, int64_t ms, const char *label, struct buf *out)
{
	uint64_t steps = sim_steps(s);

	sim_advance(s, ms, label);
	sim_changed_since(s, steps, out);
}

void passing_tell(const struct sim *s, struct buf *out)
{
	struct buf now = BUF_INIT, then = BUF_INIT;
	int64_t next;

	passing_add_time(&now, sim_now(s));
	if (sim_next_event(s, &next)) {
		passing_add_time(&then, next);
		buf_addf(out, _("It is %s UTC in this world; the next change comes at %s."), now.s,
			then.s);
	} else {
		buf_addf(out, _("It is %s UTC in this world; nothing is under way."), now.s);
	}
	buf_release(&now);
	buf_release(&then);
}
