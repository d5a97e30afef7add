/* write-text.c - texts and numbers as XML and JSON spell them. */
#include "wire/write.h"

#include "base/json.h"

#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* ---- XML ---- */

/* Bytes that may not stand in XML as they are, or (U+FFFE) may not in some company. */
static const bool special_in_xml[256] = {
	[0 ... 0x08] = true,
	[0x0b ... 0x1f] = true,
	['&'] = true,
	['<'] = true,
	['>'] = true,
	[0xef] = true,
};

/* What stands for s[0..n); *used says how many bytes of it. */
static const char *xml_for(const unsigned char *s, size_t n, size_t *used)
{
	*used = 1;
	switch (*s) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r': /* a reader would make \n of it */
		return "&#13;";
	case 0xef:
		if (n < 3 || s[1] != 0xbf || s[2] < 0xbe)
			return "\xef";
		*used = 3; /* U+FFFE, U+FFFF */
		break;
	}
	return replacement;
}

void write_xml_text(struct buf *out, const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i = 0, run, used;

	while (i < n) {
		for (run = i; run < n && !special_in_xml[s[run]]; run++)
			;
		if (run > i)
			buf_add(out, s + i, run - i);
		i = run;
		if (i < n) {
			buf_adds(out, xml_for(s + i, n - i, &used));
			i += used;
		}
	}
}

/* ---- JSON ---- */

void write_json_text(struct buf *out, const char *text, size_t n)
{
	size_t i = 0, run;

	buf_addc(out, '"');
	while (i < n) {
		for (run = i; run < n && (unsigned char)text[run] >= 0x20 && text[run] != '"' &&
			      text[run] != '\\';
			run++)
			;
		buf_add(out, text + i, run - i);
		i = run;
		if (i == n)
			break;
		if ((unsigned char)text[i] < 0x20)
			buf_addf(out, "\\u%04x", (unsigned)(unsigned char)text[i]);
		else
			buf_add(out, (char[]){'\\', text[i]}, 2);
		i++;
	}
	buf_addc(out, '"');
}

/* ---- numbers ---- */

void write_integer(struct buf *out, json_int_t value)
{
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[24];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	buf_add(out, digits + at, sizeof digits - at);
}

/* jansson's texts of numbers know no locale. */
void write_real(struct buf *out, double value)
{
	json_t *real = json_real(value), *again;
	size_t before = out->len;
	bool same = false;

	for (size_t digits = 15; digits <= 17 && !same; digits++) {
		buf_truncate(out, before);
		buf_add_json(out, real, JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));
		again = json_loads(out->s + before, JSON_DECODE_ANY, NULL);
		same = json_number_value(again) >= value && json_number_value(again) <= value;
		json_decref(again);
	}
	json_decref(real);
}
