/* golden-help.h - whole golden files, read and written, for the tests that compare them. */
#ifndef TESTS_GOLDEN_HELP_H
#define TESTS_GOLDEN_HELP_H

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void read_file(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "rb");
	char bytes[4096];
	size_t n;

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_add(out, bytes, n);
	fclose(f);
}

static void write_file(const char *path, const struct buf *text)
{
	FILE *f = fopen(path, "wb");

	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	assert_int_equal(fwrite(text->s, 1, text->len, f), text->len);
	assert_int_equal(fclose(f), 0);
}

#endif
