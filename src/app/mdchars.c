/* mdchars.c - see mdchars.h. */
#include "app/mdchars.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

/* Bytes of the control character at s, or 0 if there is none, or one that is kept. */
static size_t control(const char *s, size_t n)
{
	unsigned char c = (unsigned char)*s;

	if (c == 0xc2 && n > 1 && (unsigned char)s[1] < 0xa0)
		return 2;
	return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
}

/* Valid UTF-8. */
static void add_clean(struct buf *out, const char *s, size_t n)
{
	size_t from = 0, i = 0;

	while (i < n) {
		size_t bytes = control(s + i, n - i);

		if (!bytes) {
			i++;
			continue;
		}
		buf_add(out, s + from, i - from);
		i += bytes;
		from = i;
	}
	buf_add(out, s + from, n - from);
}

void mdchars_clean(struct buf *out, const char *s, size_t n)
{
	while (n) {
		size_t valid = text_valid(s, n);

		add_clean(out, s, valid);
		if (valid == n)
			break;
		buf_adds(out, replacement);
		s += valid + 1;
		n -= valid + 1;
	}
}

static void add_code_point(struct buf *out, unsigned long c)
{
	char s[4];
	size_t n;

	if (c < 0x80) {
		s[0] = (char)c;
		n = 1;
	} else if (c < 0x800) {
		s[0] = (char)(0xc0 | c >> 6);
		n = 2;
	} else if (c < 0x10000) {
		s[0] = (char)(0xe0 | c >> 12);
		n = 3;
	} else {
		s[0] = (char)(0xf0 | (c >> 18 & 7));
		n = 4;
	}
	for (size_t i = 1; i < n; i++)
		s[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
	/* Surrogates, and what is beyond the last code point, come out as U+FFFD. */
	if (c == 0 || c > 0x10ffff || text_valid(s, n) != n)
		buf_adds(out, replacement);
	else
		mdchars_clean(out, s, n);
}

void mdchars_entity(struct buf *out, const char *s, size_t n)
{
	static const struct {
		const char *name, *text;
	} known[] = {
		{"&amp;", "&"},
		{"&lt;", "<"},
		{"&gt;", ">"},
		{"&quot;", "\""},
		{"&apos;", "'"},
		{"&nbsp;", "\xc2\xa0"},
		{"&copy;", "©"},
		{"&reg;", "®"},
		{"&trade;", "™"},
		{"&deg;", "°"},
		{"&plusmn;", "±"},
		{"&times;", "×"},
		{"&divide;", "÷"},
		{"&micro;", "µ"},
		{"&para;", "¶"},
		{"&sect;", "§"},
		{"&middot;", "·"},
		{"&bull;", "•"},
		{"&hellip;", "…"},
		{"&ndash;", "–"},
		{"&mdash;", "—"},
		{"&lsquo;", "‘"},
		{"&rsquo;", "’"},
		{"&ldquo;", "“"},
		{"&rdquo;", "”"},
		{"&laquo;", "«"},
		{"&raquo;", "»"},
		{"&larr;", "←"},
		{"&uarr;", "↑"},
		{"&rarr;", "→"},
		{"&darr;", "↓"},
		{"&harr;", "↔"},
		{"&le;", "≤"},
		{"&ge;", "≥"},
		{"&ne;", "≠"},
		{"&asymp;", "≈"},
		{"&infin;", "∞"},
		{"&minus;", "−"},
		{"&euro;", "€"},
		{"&check;", "✓"},
	};
	char text[16];

	if (n > 3 && s[1] == '#' && n < sizeof text) {
		bool hex = s[2] == 'x' || s[2] == 'X';

		memcpy(text, s, n);
		text[n] = '\0';
		add_code_point(out, strtoul(text + (hex ? 3 : 2), NULL, hex ? 16 : 10));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strlen(known[i].name) == n && memcmp(known[i].name, s, n) == 0) {
			buf_adds(out, known[i].text);
			return;
		}
	}
	mdchars_clean(out, s, n);
}
