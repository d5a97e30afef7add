/*
 * fuzz-wire.c - any bytes as an HTTP request: a document that can be written as JSON, or a trouble
 * that can be told in the service's own well-formed error.
 *
 * The first six lines are method, path, query, Content-Type, X-Amz-Target and the signature's
 * service, an empty one being none; all that follows is the body.
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "wire/wire.h"

#include <expat.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES = 6 };

/* The lines as texts; what is left is the body. */
static size_t cut(const char *data, size_t size, char *line[LINES])
{
	size_t at = 0;

	for (int i = 0; i < LINES; i++) {
		const char *newline = memchr(data + at, '\n', size - at);
		size_t n = newline ? (size_t)(newline - data) - at : size - at;

		line[i] = n ? xstrndup(data + at, n) : NULL;
		at += n + (newline != NULL);
	}
	return at;
}

static void check_xml(const struct buf *body)
{
	XML_Parser p = XML_ParserCreate(NULL);

	if (XML_Parse(p, body->s, (int)body->len, 1) != XML_STATUS_OK)
		abort();
	XML_ParserFree(p);
}

static void check_fault(const struct wire_reading *r)
{
	struct buf body = BUF_INIT, text = BUF_INIT;
	json_t *v;

	if (r->request || !r->trouble || r->name.len > 800 || r->value.len > 800)
		abort();
	buf_addf(&text, "%s=%s", r->name.s, r->value.s);
	if (text_valid(text.s, text.len) != text.len)
		abort();
	wire_fault_write(r->service, "Code", 400, text.s, NULL, "id", &body);
	if (strstr(wire_type(r->service), "xml")) {
		check_xml(&body);
	} else {
		v = json_loadb(body.s, body.len, 0, NULL);
		if (!v)
			abort();
		json_decref(v);
	}
	buf_release(&text);
	buf_release(&body);
}

/* The document is JSON, and says the same when it is read again. */
static void check_request(const struct wire_reading *r)
{
	char *text = json_text(r->request, JSON_COMPACT);
	json_t *again = text ? json_loads(text, JSON_ALLOW_NUL, NULL) : NULL;

	if (!r->op || !json_is_object(r->request) || !again || !json_equal(again, r->request))
		abort();
	json_decref(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_reading r = WIRE_READING_INIT;
	char *line[LINES];
	size_t used = cut((const char *)data, size, line);
	struct wire_request in = {line[0], line[1], line[2], line[3], line[4], line[5],
		(const char *)data + used, size - used};
	char *body;

	/* no NUL ends the body, so that a look behind it is seen */
	body = xmalloc(in.length);
	memcpy(body, in.body, in.length);
	in.body = body;
	if (wire_request_read(&in, &r))
		check_request(&r);
	else
		check_fault(&r);
	if (!r.service)
		abort();
	wire_reading_release(&r);
	free(body);
	for (int i = 0; i < LINES; i++)
		free(line[i]);
	return 0;
}
