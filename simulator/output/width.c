/* width.c - see width.h. */
#include "output/width.h"

#include "output/unicode.h"

size_t width_of(const char *s, size_t n)
{
	const char *end = s + n;
	size_t width = 0;

	while (s < end)
		width += unicode_is_wide(unicode_next(&s, end)) ? 2 : 1;
	return width;
}
