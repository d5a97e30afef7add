/* number.c - see number.h. */
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

/* Of a number that an int holds; of the milliseconds that twenty years have. */
enum { DIGITS_MAX = 9, SPAN_DIGITS_MAX = 12 };

bool number_parse(const char *s, int min, int max, int *out)
{
	const char *digits = s + (*s == '-');
	size_t n = strspn(digits, "0123456789");
	int value;

	if (!n || n > DIGITS_MAX || digits[n])
		return false;
	value = atoi(s);
	if (value < min || value > max)
		return false;
	*out = value;
	return true;
}

/* "15m" at the beginning of `s`: *n and *unit; answers what follows, NULL if it is no such thing.
 */
static const char *one_span(const char *s, int64_t *n, int64_t *unit)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {
		{"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 3600 * 1000}, {"d", 86400 * 1000}};
	size_t digits = strspn(s, "0123456789");
	const char *rest = s + digits;

	if (!digits || digits > SPAN_DIGITS_MAX)
		return NULL;
	*n = strtoll(s, NULL, 10);
	*unit = 1000;
	for (size_t i = 0; *rest && i < sizeof units / sizeof units[0]; i++) {
		size_t length = strlen(units[i].name);

		if (strncmp(rest, units[i].name, length) == 0) {
			*unit = units[i].ms;
			return rest + length;
		}
	}
	return *rest ? NULL : rest;
}

bool span_parse(const char *s, int64_t *out)
{
	static const int64_t longest = (int64_t)20 * 365 * 86400 * 1000;
	int64_t sum = 0, n, unit;

	if (!*s)
		return false;
	while (*s) {
		s = one_span(s, &n, &unit);
		if (!s || n > longest / unit)
			return false;
		sum += n * unit;
		if (sum > longest)
			return false;
	}
	*out = sum;
	return true;
}

bool clock_parse(const char *s, int *minutes)
{
	static const char digits[] = "0123456789";

	if (strlen(s) != 5 || s[2] != ':' || !strchr(digits, s[0]) || !strchr(digits, s[1]) ||
		!strchr(digits, s[3]) || !strchr(digits, s[4]))
		return false;
	if (atoi(s) > 23 || atoi(s + 3) > 59)
		return false;
	*minutes = atoi(s) * 60 + atoi(s + 3);
	return true;
}
