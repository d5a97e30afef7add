/*
 * thin.c - names backups after their time and decides which of them stay.
 */
#include "store/internal.h"

#include <string.h>

enum { DAY_S = 86400, KEEP_ALL_S = 2 * DAY_S };

static int64_t day_period(int64_t at_s)
{
	return at_s / DAY_S;
}

static int64_t week_period(int64_t at_s)
{
	day_t d = (day_t)(at_s / DAY_S);

	return d - day_weekday(d);
}

static int64_t month_period(int64_t at_s)
{
	struct civil c = day_to_civil((day_t)(at_s / DAY_S));

	return c.year * 12 + c.month;
}

static const struct {
	int64_t (*period)(int64_t at_s);
	int periods;
} rules[] = {{day_period, 12}, {week_period, 10}, {month_period, 9}};

/* The newest backup older than `before`; -1 if there is none. */
static long newest_before(const int64_t *at_s, size_t n, int64_t before)
{
	long best = -1;
	size_t i;

	for (i = 0; i < n; i++)
		if (at_s[i] < before && (best < 0 || at_s[i] > at_s[best]))
			best = (long)i;
	return best;
}

/*
 * Newest to oldest: the newest of each period stays, unless an earlier rule keeps it already, until
 * the rule has kept its number. Periods without backups do not count, so a long absence never
 * empties the folder. Calendar periods, so that what is kept today is what tomorrow builds on.
 */
static void apply_rule(size_t rule, const int64_t *at_s, size_t n, bool *keep)
{
	int64_t before = INT64_MAX, period, last = INT64_MAX;
	int kept = 0;
	long i;

	while (kept < rules[rule].periods && (i = newest_before(at_s, n, before)) >= 0) {
		before = at_s[i];
		period = rules[rule].period(at_s[i]);
		if (period != last && !keep[i]) {
			keep[i] = true;
			kept++;
		}
		last = period;
	}
}

void backup_thin(const int64_t *at_s, size_t n, int64_t now_s, bool *keep)
{
	size_t i, rule;

	for (i = 0; i < n; i++)
		keep[i] = at_s[i] > now_s - KEEP_ALL_S;
	for (rule = 0; rule < ARRAY_LEN(rules); rule++)
		apply_rule(rule, at_s, n, keep);
}

char *backup_name(int64_t at_s, char out[BACKUP_NAME])
{
	struct civil c = day_to_civil((day_t)(at_s / DAY_S));
	int s = (int)(at_s % DAY_S);

	snprintf(out, BACKUP_NAME, "progress-%04u%02u%02u-%02u%02u%02u.db",
		(unsigned)c.year % 10000, (unsigned)c.month % 100, (unsigned)c.day % 100,
		(unsigned)s / 3600 % 100, (unsigned)s / 60 % 60, (unsigned)s % 60);
	return out;
}

bool backup_name_parse(const char *name, int64_t *at_s)
{
	int year, month, day, hour, minute, second;
	char again[BACKUP_NAME];

	if (sscanf(name, "progress-%4d%2d%2d-%2d%2d%2d.db", &year, &month, &day, &hour, &minute,
		    &second) != 6)
		return false;
	*at_s = (int64_t)day_from_civil((struct civil){year, month, day}) * DAY_S + hour * 3600 +
		minute * 60 + second;
	/* A date that does not exist, or anything after the name, gives another name back. */
	return *at_s >= 0 && strcmp(backup_name(*at_s, again), name) == 0;
}
