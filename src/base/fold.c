/* fold.c - see text.h: normal form, search, and the distance of two words. */
#include "base/text.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/*
 * Whether a glance shows that s is in NFC: nothing but what neither decomposes nor combines with
 * what stands before it - anything below U+0300, general punctuation, Korean syllables. That is
 * nearly all of the text here.
 */
static bool is_plainly_nfc(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s, *end = u + n;

	while (u < end) {
		int c;

		if (*u < 0xcc) {
			u++;
			continue;
		}
		if (*u < 0xe0 || *u > 0xed || end - u < 3)
			return false;
		c = (*u & 0x0f) << 12 | (u[1] & 0x3f) << 6 | (u[2] & 0x3f);
		if (!(c >= 0x2010 && c <= 0x2027) && !(c >= 0xac00 && c <= 0xd7a3))
			return false;
		u += 3;
	}
	return true;
}

/* s in the form that `options` describe, appended; what is not valid UTF-8 stays as it is. */
static void map(const char *s, size_t n, utf8proc_option_t options, struct buf *out)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t len;

	if (n > PTRDIFF_MAX / 16)
		mem_exhausted(n);
	len = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &mapped,
		options | UTF8PROC_STABLE);
	if (len == UTF8PROC_ERROR_NOMEM)
		mem_exhausted(n);
	if (len < 0)
		buf_add(out, s, n);
	else
		buf_add(out, mapped, (size_t)len);
	free(mapped);
}

void text_nfc(const char *s, size_t n, struct buf *out)
{
	if (is_plainly_nfc(s, n))
		buf_add(out, s, n);
	else
		map(s, n, UTF8PROC_COMPOSE, out);
}

bool text_is_nfc(const char *s, size_t n)
{
	struct buf nfc = BUF_INIT;
	bool same;

	if (is_plainly_nfc(s, n))
		return true;
	map(s, n, UTF8PROC_COMPOSE, &nfc);
	same = nfc.len == n && memcmp(nfc.s, s, n) == 0;
	buf_release(&nfc);
	return same;
}

/* Bytes of the blank at s (a white control character or any Unicode space), or 0. */
static size_t blank(const char *s)
{
	static const char *const wide[] = {
		"\xc2\xa0",
		"\xe1\x9a\x80",
		"\xe2\x80\x80",
		"\xe2\x80\x81",
		"\xe2\x80\x82",
		"\xe2\x80\x83",
		"\xe2\x80\x84",
		"\xe2\x80\x85",
		"\xe2\x80\x86",
		"\xe2\x80\x87",
		"\xe2\x80\x88",
		"\xe2\x80\x89",
		"\xe2\x80\x8a",
		"\xe2\x80\xa8",
		"\xe2\x80\xa9",
		"\xe2\x80\xaf",
		"\xe2\x81\x9f",
		"\xe3\x80\x80",
	};

	if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		return 1;
	if (*s != '\xc2' && *s != '\xe1' && *s != '\xe2' && *s != '\xe3')
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		if (strncmp(s, wide[i], strlen(wide[i])) == 0)
			return strlen(wide[i]);
	}
	return 0;
}

/* Joins runs of blanks in the end of `out` that begins at `from`. */
static void join_blanks(struct buf *out, size_t from)
{
	char *to;

	if (out->len == from)
		return;
	to = out->s + from;
	for (const char *s = to; *s;) {
		size_t bytes = blank(s);

		if (!bytes) {
			*to++ = *s++;
			continue;
		}
		if (to == out->s + from || to[-1] != ' ')
			*to++ = ' ';
		s += bytes;
	}
	buf_truncate(out, (size_t)(to - out->s));
}

static bool is_ascii(const char *s, size_t n)
{
	unsigned char all = 0;

	for (size_t i = 0; i < n; i++)
		all |= (unsigned char)s[i];
	return all < 0x80;
}

void text_fold(const char *s, struct buf *out)
{
	size_t n = strlen(s), from = out->len;

	if (is_ascii(s, n)) {
		buf_reserve(out, n);
		for (size_t i = 0; i < n; i++)
			buf_addc(out, (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]));
	} else {
		map(s, n, UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD, out);
	}
	join_blanks(out, from);
}

long text_find(const char *hay, const char *needle)
{
	const char *found = strstr(hay, needle);

	return found ? (long)(found - hay) : -1;
}

/* The code points of s; a byte that is no UTF-8 counts as one. */
static int32_t *code_points(const char *s, long *count)
{
	size_t n = strlen(s);
	int32_t *points = xreallocarray(NULL, n + 1, sizeof *points);

	*count = 0;
	while (n) {
		int32_t c;
		utf8proc_ssize_t bytes = utf8proc_iterate(
			(const utf8proc_uint8_t *)s, n < 4 ? (utf8proc_ssize_t)n : 4, &c);

		if (bytes < 1) {
			c = (unsigned char)*s;
			bytes = 1;
		}
		points[(*count)++] = c;
		s += bytes;
		n -= (size_t)bytes;
	}
	return points;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/*
 * The rows of the usual table, of which only the cells at most `limit` away from the diagonal can
 * matter; the cells around them hold `far` (those to the right of a band were never written).
 */
static int distance(const int32_t *a, long n, const int32_t *b, long m, int limit)
{
	int far = limit + 1, result;
	size_t width = (size_t)m + 1;
	int *cells = xreallocarray(NULL, width * 3, sizeof *cells);
	int *before = cells, *last = cells + width, *row = cells + 2 * width;

	for (size_t i = 0; i < width * 3; i++)
		cells[i] = far;
	for (long j = 0; j <= m && j <= limit; j++)
		row[j] = (int)j;
	for (long i = 1; i <= n; i++) {
		long from = i - limit < 1 ? 1 : i - limit, to = i + limit > m ? m : i + limit;
		int *spare = before;

		before = last;
		last = row;
		row = spare;
		row[from - 1] = from == 1 && i <= limit ? (int)i : far;
		for (long j = from; j <= to; j++) {
			int cell = least(last[j], row[j - 1]) + 1;

			cell = least(cell, last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				cell = least(cell, before[j - 2] + 1);
			row[j] = least(cell, far);
		}
	}
	result = row[m];
	free(cells);
	return result;
}

int text_distance(const char *a, const char *b, int limit)
{
	long n, m;
	int32_t *from, *to;
	int result;

	if (limit < 0)
		limit = 0;
	from = code_points(a, &n);
	to = code_points(b, &m);
	if (limit > n + m)
		limit = (int)(n + m);
	if (n - m > limit || m - n > limit)
		result = limit + 1;
	else
		result = distance(from, n, to, m, limit);
	free(from);
	free(to);
	return result;
}
