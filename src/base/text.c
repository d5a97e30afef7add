/* text.c - see text.h: validity, grapheme clusters, and their width. */
#include "base/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { ESCAPE = 0x1b, BELL = 0x07, VARIATION_EMOJI = 0xfe0f };

/* The sequences of RFC 3629, by the range of the lead byte and that of the byte after it. */
static const struct form {
	unsigned char first, last, low, high;
	int more;
} forms[] = {
	{0xc2, 0xdf, 0x80, 0xbf, 1},
	{0xe0, 0xe0, 0xa0, 0xbf, 2},
	{0xe1, 0xec, 0x80, 0xbf, 2},
	{0xed, 0xed, 0x80, 0x9f, 2},
	{0xee, 0xef, 0x80, 0xbf, 2},
	{0xf0, 0xf0, 0x90, 0xbf, 3},
	{0xf1, 0xf3, 0x80, 0xbf, 3},
	{0xf4, 0xf4, 0x80, 0x8f, 3},
};

/* Bytes of the sequence at s[0..n), which begins with a byte above 0x7f; 0: not valid. */
static size_t sequence(const unsigned char *s, size_t n)
{
	const struct form *f = forms, *end = forms + sizeof forms / sizeof *forms;

	while (f < end && !(s[0] >= f->first && s[0] <= f->last))
		f++;
	if (f == end || n <= (size_t)f->more || s[1] < f->low || s[1] > f->high)
		return 0;
	for (int i = 2; i <= f->more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	return (size_t)f->more + 1;
}

size_t text_valid(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t i = 0;

	while (i < n) {
		size_t bytes = u[i] < 0x80 ? 1 : sequence(u + i, n - i);

		if (!bytes)
			return i;
		i += bytes;
	}
	return n;
}

void text_printable(const char *s, struct buf *out)
{
	size_t n = strlen(s), bytes;

	for (; n; s += bytes, n -= bytes) {
		const unsigned char *u = (const unsigned char *)s;
		bool is_c1 = n > 1 && u[0] == 0xc2 && u[1] >= 0x80 && u[1] < 0xa0;

		bytes = *u < 0x80 ? 1 : sequence(u, n);
		if (*u < 0x20 || *u == 0x7f || is_c1) {
			buf_addc(out, '?');
		} else if (bytes) {
			buf_add(out, s, bytes);
		} else {
			buf_adds(out, "\xef\xbf\xbd");
			bytes = 1;
		}
	}
}

/* Bytes of the CSI or OSC sequence at s, which begins with ESC; 1: that is none, or unfinished. */
static size_t escape(const unsigned char *s, size_t n)
{
	size_t i = 2;

	if (n < 3)
		return 1;
	if (s[1] == '[') {
		while (i < n && s[i] >= 0x20 && s[i] <= 0x3f)
			i++;
		return i < n && s[i] >= 0x40 && s[i] <= 0x7e ? i + 1 : 1;
	}
	if (s[1] != ']')
		return 1;
	while (i < n && s[i] >= 0x20)
		i++;
	if (i < n && s[i] == BELL)
		return i + 1;
	return i + 1 < n && s[i] == ESCAPE && s[i + 1] == '\\' ? i + 2 : 1;
}

/* A code point, and its bytes; a byte that is no UTF-8 stands for U+FFFD. */
static size_t decode(const unsigned char *s, size_t n, int32_t *c)
{
	utf8proc_ssize_t bytes;

	if (*s < 0x80) {
		*c = *s;
		return 1;
	}
	/* Four bytes are enough; a length beyond what ssize_t holds never reaches the library. */
	bytes = utf8proc_iterate(s, n < 4 ? (utf8proc_ssize_t)n : 4, c);
	if (bytes > 0)
		return (size_t)bytes;
	*c = 0xfffd;
	return 1;
}

static bool is_flag_letter(int32_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static int code_width(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ? 0 : utf8proc_charwidth(c);
}

/* The bytes of the first cluster of s[0..n), n > 0, and its columns. */
static size_t cluster(const char *text, size_t n, int *width)
{
	const unsigned char *s = (const unsigned char *)text;
	int32_t c, next, state = 0;
	size_t i;

	if (*s < 0x80 && (n == 1 || s[1] < 0x80)) {
		*width = *s >= 0x20 && *s < 0x7f;
		return *s == ESCAPE ? escape(s, n) : 1;
	}
	i = decode(s, n, &c);
	*width = code_width(c);
	while (i < n) {
		size_t bytes = decode(s + i, n - i, &next);
		int more = code_width(next);

		if (utf8proc_grapheme_break_stateful(c, next, &state))
			break;
		/* Two letters are one flag; a selector asks for the picture, which is wide. */
		if ((is_flag_letter(c) && is_flag_letter(next)) || next == VARIATION_EMOJI)
			more = 2;
		if (more > *width)
			*width = more;
		c = next;
		i += bytes;
	}
	return i;
}

size_t text_cluster(const char *s, size_t n)
{
	int width;

	return n ? cluster(s, n, &width) : 1;
}

/* The longest prefix of at most `columns`, and the columns it takes. */
static size_t measure(const char *s, size_t n, int columns, int *taken)
{
	size_t i = 0;
	int width;

	*taken = 0;
	while (i < n) {
		size_t bytes = cluster(s + i, n - i, &width);

		if (width > columns - *taken)
			break;
		*taken += width;
		i += bytes;
	}
	return i;
}

int text_width(const char *s, size_t n)
{
	int width;

	measure(s, n, INT32_MAX, &width);
	return width;
}

int text_swidth(const char *s)
{
	return text_width(s, strlen(s));
}

size_t text_fit(const char *s, size_t n, int columns)
{
	int taken;

	return measure(s, n, columns > 0 ? columns : 0, &taken);
}

/* The escape sequences in s, without what stands between them. */
static void add_escapes(struct buf *out, const char *s, size_t n)
{
	while (n) {
		size_t bytes = text_cluster(s, n);

		if (*s == ESCAPE && bytes > 1)
			buf_add(out, s, bytes);
		s += bytes;
		n -= bytes;
	}
}

void text_pad(struct buf *out, const char *s, int columns)
{
	size_t n = strlen(s), kept;
	int taken, dots;

	if (columns < 0)
		columns = 0;
	kept = measure(s, n, columns, &taken);
	if (kept < n) {
		dots = columns < 2 ? columns : 2;
		kept = measure(s, n, columns - dots, &taken);
		buf_add(out, s, kept);
		buf_addn(out, ".", (size_t)dots);
		/* What is cut may close a style that the rest has opened. */
		add_escapes(out, s + kept, n - kept);
		taken += dots;
	} else {
		buf_add(out, s, n);
	}
	buf_addn(out, " ", (size_t)(columns - taken));
}

size_t text_shell_name(const char *s)
{
	size_t n = 0;

	if (*s >= '0' && *s <= '9')
		return 0;
	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') ||
		(s[n] >= '0' && s[n] <= '9') || s[n] == '_')
		n++;
	return n;
}

bool text_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}
