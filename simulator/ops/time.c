/* time.c - world time as text, and timers of documents; see call.h. */
#include "ops/call.h"

#include "base/day.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS_OF_DAY = 86400000 };

int64_t call_now(const struct call *c)
{
	return world_now(c->w);
}

char *time_text(int64_t ms, char out[TIME_TEXT])
{
	int64_t day = ms / MS_OF_DAY - (ms % MS_OF_DAY < 0), rest = ms - day * MS_OF_DAY;
	struct civil date = day_to_civil((day_t)day);

	snprintf(out, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
		(unsigned)date.year % 10000u, (unsigned)date.month % 100u,
		(unsigned)date.day % 100u, (unsigned)(rest / 3600000 % 24),
		(unsigned)(rest / 60000 % 60), (unsigned)(rest / 1000 % 60),
		(unsigned)(rest % 1000));
	return out;
}

json_t *time_json(int64_t ms)
{
	char text[TIME_TEXT];

	return json_string(time_text(ms, text));
}

/* Seconds since the epoch, perhaps with a fraction. */
static bool seconds_parse(const char *text, int64_t *ms)
{
	char *end;
	double seconds;

	if (!isdigit((unsigned char)*text))
		return false;
	seconds = strtod(text, &end);
	if (*end || !(seconds >= 0 && seconds < 1e12))
		return false;
	*ms = (int64_t)(seconds * 1000 + 0.5);
	return true;
}

bool time_parse(const char *text, int64_t *ms)
{
	struct moment m;
	day_t day;
	char whole[64];

	if (day_parse(text, &day)) {
		*ms = (int64_t)day * MS_OF_DAY;
		return true;
	}
	if (moment_parse(text, &m)) {
		*ms = m.utc_ms;
		return true;
	}
	snprintf(whole, sizeof whole, "%sZ", text); /* without a zone it is UTC */
	if (moment_parse(whole, &m)) {
		*ms = m.utc_ms;
		return true;
	}
	return seconds_parse(text, ms);
}

void timer_set(struct world *w, json_t *doc, int64_t ms, const char *what)
{
	json_object_set_new(doc, "_timer",
		json_pack("{s:I, s:s}", "at", (json_int_t)(world_now(w) + ms), "do", what));
}

void timer_clear(json_t *doc)
{
	json_object_del(doc, "_timer");
}
