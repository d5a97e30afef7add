/* number.c - see number.h. */
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 9 };

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
