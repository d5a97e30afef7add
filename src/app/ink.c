/* ink.c - see ink.h. */
#include "app/ink.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

static const char tones_off[] = "\033[0m";
static const char link_off[] = "\033]8;;\033\\";

/* Every sequence says all of its tones, so the last one alone tells what is in force. */
static const char *const codes[] = {"1;36", "1", "3", "35", "4", "2"};

void ink_release(struct ink *k)
{
	buf_release(&k->text);
	k->tones = 0;
}

static void set_tones(struct ink *k, unsigned tones)
{
	if (!k->colour || k->tones == tones)
		return;
	k->tones = tones;
	buf_adds(&k->text, "\033[0");
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		if (tones & 1u << i)
			buf_addf(&k->text, ";%s", codes[i]);
	}
	buf_addc(&k->text, 'm');
}

void ink_add(struct ink *k, unsigned tones, const char *s, size_t n)
{
	if (!n)
		return;
	set_tones(k, tones);
	buf_add(&k->text, s, n);
}

void ink_end(struct ink *k)
{
	set_tones(k, 0);
}

void ink_link(struct ink *k, const char *url)
{
	if (!url) {
		buf_adds(&k->text, link_off);
		return;
	}
	buf_adds(&k->text, "\033]8;;");
	for (const char *s = url; *s; s++) {
		if (*s > ' ' && *s < 0x7f)
			buf_addc(&k->text, *s);
		else
			buf_addf(&k->text, "%%%02X", (unsigned)(unsigned char)*s);
	}
	buf_adds(&k->text, "\033\\");
}

static void note_escape(struct ink_carry *carry, const char *s, size_t n)
{
	if (s[1] == '[') {
		carry->tones = s;
		carry->tones_len = n == strlen(tones_off) ? 0 : n;
	} else {
		carry->link = s;
		carry->link_len = n == strlen(link_off) ? 0 : n;
	}
}

void ink_line(struct buf *out, struct ink_carry *carry, const char *line, size_t n)
{
	const char *end = line + n, *escape = line;
	size_t indent = strspn(line, " ");

	if (indent > n)
		indent = n;
	buf_add(out, line, indent);
	if (indent < n) {
		buf_add(out, carry->link, carry->link_len);
		buf_add(out, carry->tones, carry->tones_len);
		buf_add(out, line + indent, n - indent);
	}
	while ((escape = memchr(escape, '\033', (size_t)(end - escape)))) {
		size_t bytes = text_cluster(escape, (size_t)(end - escape));

		if (bytes > 1)
			note_escape(carry, escape, bytes);
		escape += bytes;
	}
	if (indent < n) {
		buf_adds(out, carry->tones_len ? tones_off : "");
		buf_adds(out, carry->link_len ? link_off : "");
	}
}
