/* chars.c - see chars.h. */
#include "query/chars.h"

#include <utf8proc.h>

static bool follows(const char *s, size_t n, size_t i)
{
	return i < n && ((unsigned char)s[i] & 0xc0) == 0x80;
}

/* The character of `len` bytes that `lead` promises, or 0xffffffff if they do not keep it. */
static uint32_t decode(const char *s, size_t n, size_t len, uint32_t lead, uint32_t least)
{
	for (size_t i = 1; i < len; i++) {
		if (!follows(s, n, i))
			return UINT32_MAX;
		lead = lead << 6 | ((unsigned char)s[i] & 0x3f);
	}
	return lead < least || lead > 0x10ffff ? UINT32_MAX : lead;
}

size_t char_next(const char *s, size_t n, uint32_t *c)
{
	unsigned char b = (unsigned char)*s;
	size_t len = 1;

	*c = b;
	if (b < 0x80)
		return 1;
	if (b >= 0xc2 && b < 0xe0)
		*c = decode(s, n, len = 2, b & 0x1f, 0x80);
	else if (b >= 0xe0 && b < 0xf0)
		*c = decode(s, n, len = 3, b & 0x0f, 0x800);
	else if (b >= 0xf0 && b < 0xf5)
		*c = decode(s, n, len = 4, b & 0x07, 0x10000);
	else
		*c = UINT32_MAX;
	if (*c != UINT32_MAX)
		return len;
	*c = 0xdc00u + b;
	return 1;
}

size_t char_count(const char *s, size_t n)
{
	size_t count = 0;
	uint32_t c;

	for (size_t i = 0; i < n; count++)
		i += (signed char)s[i] >= 0 ? 1 : char_next(s + i, n - i, &c);
	return count;
}

void char_put(struct buf *out, uint32_t c)
{
	char s[4];

	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		s[0] = (char)(0xc0 | c >> 6);
		s[1] = (char)(0x80 | (c & 0x3f));
		buf_add(out, s, 2);
	} else if (c < 0x10000) {
		s[0] = (char)(0xe0 | c >> 12);
		s[1] = (char)(0x80 | (c >> 6 & 0x3f));
		s[2] = (char)(0x80 | (c & 0x3f));
		buf_add(out, s, 3);
	} else {
		s[0] = (char)(0xf0 | c >> 18);
		s[1] = (char)(0x80 | (c >> 12 & 0x3f));
		s[2] = (char)(0x80 | (c >> 6 & 0x3f));
		s[3] = (char)(0x80 | (c & 0x3f));
		buf_add(out, s, 4);
	}
}

bool char_is_space(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool is_decimal(uint32_t c)
{
	return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ND;
}

int char_digit(uint32_t c)
{
	uint32_t first = c;

	if (c < 0x80)
		return c >= '0' && c <= '9' ? (int)(c - '0') : -1;
	if (!is_decimal(c))
		return -1;
	/* Digits come in runs of ten, 0 first; the mathematical ones in five runs end to end. */
	while (is_decimal(first - 1))
		first--;
	return (int)((c - first) % 10);
}

bool char_is_printable(uint32_t c)
{
	if (c < 0x7f)
		return c >= 0x20;
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_ZS:
		return false;
	default:
		return true;
	}
}
