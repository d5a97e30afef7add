/* fuzz-http.c - bytes as a client sends them, in any pieces, through the reading of requests.
 *
 * The first byte says how the rest is cut. Whatever the pieces, the same requests must come out:
 * all at once and byte by byte are compared.
 */
#include "base/mem.h"
#include "http/input.h"

#include <string.h>

static const struct http_limits limits = {.head = 2000, .body = 3000};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#define MUST(what)                                                                                 \
	do {                                                                                       \
		if (!(what))                                                                       \
			__builtin_trap();                                                          \
	} while (0)

static void check_text(const char *s)
{
	for (; *s; s++)
		MUST((unsigned char)*s >= ' ' || *s == '\t');
}

static void check(const struct http_request *r, struct buf *log)
{
	MUST(r->length <= limits.body && !r->body[r->length]);
	MUST(strcmp(r->method, "HEAD") && strcmp(r->method, "CONNECT"));
	check_text(r->path);
	check_text(r->query ? r->query : "");
	buf_addf(log, "%s %s %s\n", r->method, r->path, r->query ? r->query : "-");
	for (size_t i = 0; i < r->n_headers; i++) {
		const char *name = r->headers[i].name, *value = r->headers[i].value;
		size_t len = strlen(value);

		MUST(*name && !strpbrk(name, " \t:ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
		MUST(http_header_of(r, name));
		check_text(value);
		MUST(!len || (!strchr(" \t", *value) && !strchr(" \t", value[len - 1])));
		buf_addf(log, "%s: %s\n", name, value);
	}
	buf_add(log, r->body, r->length);
}

/* Takes all that is whole; false: it was refused. */
static bool take(struct http_input *in, struct buf *log)
{
	struct http_request r;

	for (;;) {
		switch (http_input_next(in, &r)) {
		case HTTP_INPUT_MORE:
			http_input_tidy(in);
			MUST(http_input_left(in) <= limits.head + limits.body + 1);
			return true;
		case HTTP_INPUT_REFUSED:
			buf_adds(log, "refused\n");
			return false;
		case HTTP_INPUT_REQUEST:
			check(&r, log);
			buf_addf(log, "%d%d%d\n", in->keep_alive, in->bodyless, in->old);
			http_input_done(in);
		}
	}
}

static void feed(const uint8_t *bytes, size_t n, size_t piece, bool tidy, struct buf *log)
{
	struct http_input in;

	http_input_init(&in, &limits);
	for (size_t i = 0; i < n; i += piece) {
		http_input_add(&in, bytes + i, n - i < piece ? n - i : piece);
		if (!take(&in, log))
			break;
		if (tidy)
			http_input_tidy(&in);
	}
	http_input_release(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf whole = BUF_INIT, pieces = BUF_INIT;

	if (!n)
		return 0;
	feed(bytes + 1, n - 1, n, false, &whole);
	feed(bytes + 1, n - 1, 1 + bytes[0] % 64, bytes[0] & 64, &pieces);
	MUST(whole.len == pieces.len && !memcmp(whole.s, pieces.s, whole.len));
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
