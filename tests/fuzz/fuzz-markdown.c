/* fuzz-markdown.c - any bytes as Markdown: nothing wider than asked for, no control codes. */
#include "app/markdown.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\n') || c == 0x7f;
}

/* Every line is at most `columns` wide (a single wide cluster excepted), and valid. */
static void check_lines(const struct buf *out, int columns)
{
	if (text_valid(out->s, out->len) != out->len)
		abort();
	for (const char *s = out->s, *end; (end = strchr(s, '\n')); s = end + 1) {
		if (text_width(s, (size_t)(end - s)) > (columns < 2 ? 2 : columns))
			abort();
	}
}

/* Outside of the sequences that the renderer itself writes, there are no control characters. */
static void check_controls(const struct buf *out, bool plain)
{
	for (size_t i = 0; i < out->len;) {
		size_t n = text_cluster(out->s + i, out->len - i);
		bool sequence = out->s[i] == '\033' && n > 1 && !plain;

		if (!sequence && is_control((unsigned char)out->s[i]))
			abort();
		if (!sequence && n > 1 && memcmp(out->s + i, "\xc2\x80", 2) >= 0 &&
			memcmp(out->s + i, "\xc2\x9f", 2) <= 0)
			abort();
		i += n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT;
	struct md_style style;
	char *source;

	if (size < 2)
		return 0;
	style = (struct md_style){
		.columns = data[0],
		.colour = data[1] & 1,
		.plain = data[1] & 2,
		.links = data[1] & 4,
	};
	source = xstrndup((const char *)data + 2, size - 2);
	markdown_render(&out, source, &style);
	check_lines(&out, style.columns);
	check_controls(&out, style.plain || !(style.colour || style.links));
	buf_release(&out);
	free(source);
	return 0;
}
