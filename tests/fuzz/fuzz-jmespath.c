/*
 * fuzz-jmespath.c - a query, and after a newline a document in JSON, or a fixed one: no crash, no
 * leak, nothing changed in the document, and the same answer twice.
 */
#include "base/mem.h"
#include "query/jmespath.h"
#include "query/pytext.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Enough for anything interesting, and soon over under the sanitizers. */
enum { WORK = 200000, MOST_TEXT = 1 << 20 };

static const char fixed[] =
	"{\"Images\":[{\"ImageId\":\"ami-1\",\"Name\":\"web\",\"State\":\"available\",\"Tags\":[{"
	"\"Key\":\"Name\",\"Value\":\"w\"}],\"Size\":8},{\"ImageId\":\"ami-2\",\"Name\":"
	"\"\xea\xb0\x80\",\"State\":\"pending\",\"Size\":2.5,\"Public\":true}],\"a\":[3,1,2],\"b\":"
	"[\"x\",\"\",\"y\"],\"c\":{\"d\":null,\"e\":[[1],[2,[3]]]},\"n\":-1}";

static void print(struct buf *out, const json_t *v, const struct jmes_error *err)
{
	buf_clear(out);
	if (v)
		py_dumps(out, v, MOST_TEXT);
	else
		buf_adds(out, err->text.s);
}

static void search(const struct jmes *j, json_t *doc)
{
	struct buf before = BUF_INIT, after = BUF_INIT, first = BUF_INIT, second = BUF_INIT;
	struct jmes_error err = JMES_ERROR_INIT;
	json_t *v, *w;

	py_dumps(&before, doc, MOST_TEXT);
	v = jmes_search_within(j, doc, WORK, &err);
	if (!v == (err.fault == JMES_NONE))
		abort();
	print(&first, v, &err);
	w = jmes_search_within(j, doc, WORK, &err);
	print(&second, w, &err);
	py_dumps(&after, doc, MOST_TEXT);
	if (strcmp(before.s, after.s) != 0 || strcmp(first.s, second.s) != 0)
		abort();
	json_decref(v);
	json_decref(w);
	jmes_error_release(&err);
	buf_release(&before);
	buf_release(&after);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t len = newline ? (size_t)(newline - data) : size;
	char *expr = xstrndup((const char *)data, len);
	struct jmes_error err = JMES_ERROR_INIT;
	const char *problem;
	struct jmes *j = NULL;
	json_t *doc = NULL;

	if (newline)
		doc = py_loads((const char *)newline + 1, size - len - 1, 200, &problem);
	if (!doc)
		doc = py_loads(fixed, sizeof fixed - 1, 200, &problem);
	if (jmes_compile(expr, &j, &err))
		search(j, doc);
	else if (err.fault == JMES_NONE || err.fault == JMES_RUNTIME || !err.text.len)
		abort();
	if (doc->refcount != 1 && doc->refcount != (size_t)-1)
		abort();
	jmes_free(j);
	json_decref(doc);
	jmes_error_release(&err);
	free(expr);
	return 0;
}
