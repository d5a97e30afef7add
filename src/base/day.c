/* day.c - see day.h. The civil conversions count in 400-year eras that begin on 1 March. */
#include "base/day.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DAYS_PER_ERA = 146097, EPOCH_FROM_ERA = 719468, MS_PER_MIN = 60000, MIN_PER_DAY = 1440 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

day_t day_from_civil(struct civil c)
{
	int y = c.year - (c.month <= 2);
	int era = (int)floor_div(y, 400);
	int yoe = y - era * 400;
	int doy = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * DAYS_PER_ERA + doe - EPOCH_FROM_ERA;
}

struct civil day_to_civil(day_t d)
{
	int64_t z = (int64_t)d + EPOCH_FROM_ERA;
	int era = (int)floor_div(z, DAYS_PER_ERA);
	int doe = (int)(z - (int64_t)era * DAYS_PER_ERA);
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	int month = mp < 10 ? mp + 3 : mp - 9;

	return (struct civil){
		.year = yoe + era * 400 + (month <= 2),
		.month = month,
		.day = doy - (153 * mp + 2) / 5 + 1,
	};
}

int day_weekday(day_t d)
{
	return (int)(((int64_t)d % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
}

day_t day_of_moment(struct moment m, int rollover_min)
{
	int64_t local = floor_div(m.utc_ms, MS_PER_MIN) + m.offset_min - rollover_min;

	return (day_t)floor_div(local, MIN_PER_DAY);
}

char *day_format(day_t d, char out[DAY_TEXT])
{
	struct civil c;

	if (d == DAY_NONE) {
		snprintf(out, DAY_TEXT, "-");
		return out;
	}
	c = day_to_civil(d);
	snprintf(out, DAY_TEXT, "%04d-%02d-%02d", c.year, c.month, c.day);
	return out;
}

/* Reads exactly `digits` digits and moves on. */
static bool take_number(const char **s, int digits, int *out)
{
	int n = 0;

	for (int i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)(*s)[i]))
			return false;
		n = n * 10 + ((*s)[i] - '0');
	}
	*s += digits;
	*out = n;
	return true;
}

static bool take_char(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;
	return true;
}

static bool take_date(const char **s, day_t *out)
{
	struct civil c, back;

	if (!take_number(s, 4, &c.year) || !take_char(s, '-') || !take_number(s, 2, &c.month) ||
		!take_char(s, '-') || !take_number(s, 2, &c.day))
		return false;
	if (c.year < 1970 || c.month < 1 || c.month > 12 || c.day < 1)
		return false;
	*out = day_from_civil(c);
	back = day_to_civil(*out);
	return back.month == c.month && back.day == c.day;
}

bool day_parse(const char *text, day_t *out)
{
	day_t d;

	if (!take_date(&text, &d) || *text)
		return false;
	*out = d;
	return true;
}

/* HH:MM */
static bool take_clock(const char **s, int *minutes)
{
	int h, m;

	if (!take_number(s, 2, &h) || !take_char(s, ':') || !take_number(s, 2, &m))
		return false;
	*minutes = h * 60 + m;
	return h < 24 && m < 60;
}

/* A fraction of a second, one to nine digits; what is less than a millisecond is dropped. */
static bool take_fraction(const char **s, int *ms)
{
	size_t n = strspn(*s, "0123456789");
	int weight = 100;

	*ms = 0;
	for (size_t i = 0; i < n; i++, weight /= 10)
		*ms += ((*s)[i] - '0') * weight;
	*s += n;
	return n >= 1 && n <= 9;
}

bool moment_parse(const char *text, struct moment *out)
{
	day_t d;
	int minutes, seconds = 0, ms = 0, offset = 0;
	int64_t local;

	if (!take_date(&text, &d) || !take_char(&text, 'T') || !take_clock(&text, &minutes))
		return false;
	if (take_char(&text, ':')) {
		if (!take_number(&text, 2, &seconds) || seconds > 59)
			return false;
		if (take_char(&text, '.') && !take_fraction(&text, &ms))
			return false;
	}
	if (*text == '+' || *text == '-') {
		int sign = *text++ == '-' ? -1 : 1;

		if (!take_clock(&text, &offset))
			return false;
		offset *= sign;
	} else if (!take_char(&text, 'Z')) {
		return false;
	}
	if (*text)
		return false;
	local = ((int64_t)d * MIN_PER_DAY + minutes) * MS_PER_MIN + seconds * 1000 + ms;
	out->utc_ms = local - (int64_t)offset * MS_PER_MIN;
	out->offset_min = offset;
	return true;
}
