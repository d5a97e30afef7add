/* unicode.c - see unicode.h. */
#include "output/unicode.h"

#include "base/mem.h"
#include "output/unicode-tables.h"

#include <stdlib.h>
#include <string.h>

uint32_t unicode_next(const char **s, const char *end)
{
	const unsigned char *at = (const unsigned char *)*s;
	uint32_t c = *at;
	int more = c < 0xc0 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

	if (more)
		c &= 0x3fu >> more;
	for (at++; more && at < (const unsigned char *)end; more--)
		c = c << 6 | (*at++ & 0x3fu);
	*s = (const char *)at;
	return c;
}

void unicode_add(struct buf *out, uint32_t c)
{
	int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};

	buf_addc(out, (char)(lead[more] | c >> 6 * more));
	for (int i = more - 1; i >= 0; i--)
		buf_addc(out, (char)(0x80 | (c >> 6 * i & 0x3f)));
}

/* Each table's rows begin with the first code point they are for. */
static int compare_range(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key;
	const struct code_range *range = row;

	return (c > range->last) - (c < range->first);
}

#define IN_RANGES(c, table) bsearch(&(c), table, ARRAY_LEN(table), sizeof(table)[0], compare_range)

bool unicode_is_wide(uint32_t c)
{
	return c >= wide_ranges[0].first && IN_RANGES(c, wide_ranges);
}

bool unicode_is_printable(uint32_t c)
{
	return (c >= ' ' && c < 0x7f) || !IN_RANGES(c, unprintable_ranges);
}

static int compare_upper(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key;
	const struct upper_range *range = row;

	return (c > range->last) - (c < range->first);
}

static int compare_special(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key, letter = ((const struct upper_special *)row)->letter;

	return (c > letter) - (c < letter);
}

static void add_upper(struct buf *out, uint32_t c)
{
	const struct upper_special *special = bsearch(&c, upper_specials, ARRAY_LEN(upper_specials),
		sizeof upper_specials[0], compare_special);
	const struct upper_range *range = bsearch(
		&c, upper_ranges, ARRAY_LEN(upper_ranges), sizeof upper_ranges[0], compare_upper);

	if (special) {
		unicode_add(out, special->first);
		unicode_add(out, special->second);
		if (special->third)
			unicode_add(out, special->third);
		return;
	}
	if (range && (c - range->first) % range->step == 0)
		c = (uint32_t)((int64_t)c + range->delta);
	unicode_add(out, c);
}

void unicode_upper(struct buf *out, const char *s, size_t n)
{
	const char *end = s + n;

	while (s < end) {
		unsigned char c = (unsigned char)*s;

		if (c < 0x80) {
			buf_addc(out, (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
			s++;
		} else {
			add_upper(out, unicode_next(&s, end));
		}
	}
}

/* --- Surrogates ------------------------------------------------------------------------------- */

static bool is_surrogate(const char *s, const char *end)
{
	return end - s >= 3 && s[0] == '\xed' && (unsigned char)s[1] >= 0xa0;
}

static size_t count_points(const char *s, const char *end)
{
	size_t n = 0;

	for (; s < end; n++)
		unicode_next(&s, end);
	return n;
}

bool unicode_is_writable(const char *s, size_t n, struct err *err)
{
	const char *end = s + n, *at = s, *behind;
	size_t first, more = 0;

	while (at < end && (at = memchr(at, 0xed, (size_t)(end - at))) && !is_surrogate(at, end))
		at++;
	if (!at || at == end)
		return true;
	first = count_points(s, at);
	for (behind = at + 3; is_surrogate(behind, end); behind += 3)
		more++;
	if (more)
		return err_set(err, ERR_DATA,
			"'utf-8' codec can't encode characters in position %zu-%zu: "
			"surrogates not allowed",
			first, first + more);
	return err_set(err, ERR_DATA,
		"'utf-8' codec can't encode character '\\u%04x' in position %zu: "
		"surrogates not allowed",
		unicode_next(&at, end), first);
}
