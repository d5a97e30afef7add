/* json.c - see json.h. */
#include "base/json.h"

static int append(const char *bytes, size_t n, void *out)
{
	buf_add(out, bytes, n);
	return 0;
}

bool buf_add_json(struct buf *out, const json_t *value, size_t flags)
{
	size_t before = out->len;

	if (json_dump_callback(value, append, out, flags) == 0)
		return true;
	buf_truncate(out, before);
	return false;
}

char *json_text(const json_t *value, size_t flags)
{
	struct buf out = BUF_INIT;

	if (buf_add_json(&out, value, flags))
		return buf_detach(&out);
	buf_release(&out);
	return NULL;
}
