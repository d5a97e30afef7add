/* world-time.c - time in the learner's hand: clock, undo, redo, reset. */
#include "app/world-commands.h"

#include "app/passing.h"
#include "base/intl.h"

#include <stdio.h>
#include <string.h>

/* ---- clock ---- */

static void say_time(struct world_session *s)
{
	struct buf out = BUF_INIT;

	passing_tell(s->world->sim, &out);
	world_say(s, "%s", out.s);
	buf_release(&out);
}

static void advance(struct world_session *s, int64_t ms, const char *label)
{
	struct buf out = BUF_INIT;

	passing_advance(s->world->sim, ms, label, &out);
	fputs(out.s, stdout);
	buf_release(&out);
	say_time(s);
}

bool word_clock(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	int64_t ms;
	bool next = n == 2 && strcmp(words[1], "next") == 0;
	bool span = passing_parse(n, words, &ms);

	if (n > 1 && !next && !span)
		return err_set(e, ERR_USAGE,
			_("clock shows the time of the world; 'clock advance 15m' (s, m, h, d; 20 years at most) and 'clock next' let it pass"));
	if (next && !sim_next_event(s->world->sim, &ms))
		world_say(s, "%s", _("Nothing is under way."));
	else if (next)
		advance(s, ms - sim_now(s->world->sim), "clock next");
	else if (span)
		advance(s, ms, s->world->doing);
	else
		say_time(s);
	return true;
}

/* ---- taking back ---- */

static bool alone(size_t n, char *const *words, struct err *e)
{
	return n == 1 || err_set(e, ERR_USAGE, _("'%s' does not take '%s'"), words[0], words[1]);
}

bool word_undo(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	const char *label;

	if (!alone(n, words, e))
		return false;
	label = sim_undo(s->world->sim);
	if (label)
		world_say(s, _("Undone: %s"), label);
	else
		world_say(s, "%s", _("There is nothing to undo."));
	return true;
}

bool word_redo(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	const char *label;

	if (!alone(n, words, e))
		return false;
	label = sim_redo(s->world->sim);
	if (label)
		world_say(s, _("Done again: %s"), label);
	else
		world_say(s, "%s", _("There is nothing to do again."));
	return true;
}

bool word_reset(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	if (world_is_of_lab(s->world->name))
		return err_set(e, ERR_CONFLICT,
			_("this world is a lab's; 'lab reset' begins the lab anew"));
	if (n != 2 || strcmp(words[1], "--yes") != 0)
		return err_set(e, ERR_USAGE,
			_("reset begins a new world and forgets this one with all it has to undo; if you mean it: reset --yes"));
	if (!app_world_reset(s->world, e))
		return false;
	world_say(s, "%s", _("A new world has begun."));
	return true;
}
