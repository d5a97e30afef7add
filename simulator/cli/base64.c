/* base64.c - see base64.h. */
#include "cli/base64.h"

#include <stdint.h>
#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(char c)
{
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? (int)(at - letters) : -1;
}

void base64_encode(struct buf *out, const char *s, size_t n)
{
	const unsigned char *b = (const unsigned char *)s;
	uint32_t group;
	size_t i, have;

	for (i = 0; i < n; i += 3) {
		have = n - i < 3 ? n - i : 3;
		group = (uint32_t)b[i] << 16;
		group |= have > 1 ? (uint32_t)b[i + 1] << 8 : 0;
		group |= have > 2 ? b[i + 2] : 0;
		for (size_t k = 0; k < 4; k++)
			buf_addc(out, k <= have ? letters[group >> (18 - 6 * k) & 63] : '=');
	}
}

bool base64_decode(struct buf *out, const char *s, size_t n)
{
	uint32_t bits = 0;
	int place = 0, pads = 0;

	for (size_t i = 0; i < n; i++) {
		int v = value_of(s[i]);

		if (s[i] == '=') {
			if (place >= 2 && place + ++pads >= 4)
				return true;
			continue;
		}
		if (v < 0)
			continue;
		pads = 0;
		bits = (bits << 6 | (uint32_t)v) & 0xfff;
		if (place > 0)
			buf_addc(out, (char)(bits >> (6 - 2 * place)));
		place = (place + 1) % 4;
	}
	return place == 0;
}

bool base64_is_strict(const char *s, size_t n)
{
	size_t letters_seen = 0, pads = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\n' || s[i] == '\r')
			continue;
		if (s[i] == '=')
			pads++;
		else if (value_of(s[i]) < 0 || pads)
			return false;
		else
			letters_seen++;
	}
	return (letters_seen + pads) % 4 == 0 && pads <= 2;
}
