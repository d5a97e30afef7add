/* input.c - see input.h. */
#include "http/input.h"

#include "base/mem.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	HEADERS_MAX = 128,
	KEEP_BYTES = 16 << 10, /* an idle connection keeps no more than that */
	KEEP_MARKS = 32,
	/* Chunk heads may take so many times what a body may: one byte a chunk takes six. */
	CHUNK_WASTE = 8,
};

static struct http_input *of(http_parser *p)
{
	return p->data;
}

static int refuse(struct http_input *in, enum http_refusal why)
{
	in->refused = true;
	in->refusal = why;
	return -1;
}

static uint32_t offset(const struct http_input *in, const char *at)
{
	return (uint32_t)(at - in->bytes.s);
}

/* --- What the parser tells ------------------------------------------------------------------- */

static int on_url(http_parser *p, const char *at, size_t n)
{
	struct http_input *in = of(p);

	if (!in->target_n)
		in->target = offset(in, at);
	in->target_n += n;
	return 0;
}

static int on_name(http_parser *p, const char *at, size_t n)
{
	struct http_input *in = of(p);
	struct http_mark *m = in->n_marks ? &in->marks[in->n_marks - 1] : NULL;

	if (in->head_done)
		return 0; /* a trailer: read over */
	if (m && !in->in_value && m->name + m->name_n == offset(in, at)) {
		m->name_n += (uint32_t)n;
		return 0;
	}
	if (in->n_marks == HEADERS_MAX)
		return refuse(in, HTTP_HEAD_TOO_BIG);
	ARRAY_GROW(in->marks, in->n_marks, in->cap_marks);
	in->marks[in->n_marks++] =
		(struct http_mark){.name = offset(in, at), .name_n = (uint32_t)n};
	in->in_value = false;
	return 0;
}

static int on_value(http_parser *p, const char *at, size_t n)
{
	struct http_input *in = of(p);
	struct http_mark *m = &in->marks[in->n_marks - 1];

	if (in->head_done)
		return 0;
	if (!in->in_value || !m->value_n)
		m->value = offset(in, at);
	m->value_n = (uint32_t)(offset(in, at) + n - m->value);
	in->in_value = true;
	return 0;
}

/* The length of the head that begins at `s`, with its empty line; 0: it is not a plain one. */
static size_t head_length(const char *s, size_t n)
{
	size_t line = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= ' ' && c != 0x7f)
			continue;
		if (c == '\t' && i > line)
			continue;
		if (c != '\r' || i + 1 == n || s[i + 1] != '\n')
			return 0;
		if (i == line)
			return i + 2;
		line = ++i + 1;
		if (line < n && s[line] == ' ')
			return 0;
	}
	return 0;
}

/* Names in small letters, values without blanks at the end, a NUL after each. */
static void finish_marks(struct http_input *in)
{
	char *s = in->bytes.s;

	for (size_t i = 0; i < in->n_marks; i++) {
		struct http_mark *m = &in->marks[i];

		for (uint32_t k = 0; k < m->name_n; k++)
			s[m->name + k] = (char)tolower((unsigned char)s[m->name + k]);
		s[m->name + m->name_n] = '\0';
		while (m->value_n && strchr(" \t", s[m->value + m->value_n - 1]))
			m->value_n--;
		/* The place of an empty value is that of the next name. */
		if (m->value_n)
			s[m->value + m->value_n] = '\0';
	}
	s[in->target + in->target_n] = '\0';
}

static const char *value_of(const struct http_input *in, const struct http_mark *m)
{
	return m->value_n ? in->bytes.s + m->value : "";
}

/* How often a header stands in the head; its last value. */
static int count(const struct http_input *in, const char *name, const char **value)
{
	int n = 0;

	for (size_t i = 0; i < in->n_marks; i++)
		if (!strcmp(in->bytes.s + in->marks[i].name, name)) {
			*value = value_of(in, &in->marks[i]);
			n++;
		}
	return n;
}

/* The parser lets blanks stand in names, and tabs and bytes above ASCII in targets. */
static bool has_odd_bytes(const struct http_input *in)
{
	const unsigned char *target = (const unsigned char *)in->bytes.s + in->target;

	for (size_t i = 0; i < in->n_marks; i++)
		if (memchr(in->bytes.s + in->marks[i].name, ' ', in->marks[i].name_n))
			return true;
	for (size_t i = 0; i < in->target_n; i++)
		if (target[i] <= ' ' || target[i] > '~' || target[i] == '#')
			return true;
	return false;
}

/* Whether all readers must understand the head in the same way. */
static bool is_clear(const struct http_input *in)
{
	const http_parser *p = &in->parser;
	const char *host = NULL, *length = NULL, *coding = NULL;
	int hosts = count(in, "host", &host), lengths = count(in, "content-length", &length),
	    codings = count(in, "transfer-encoding", &coding);

	if (p->http_major != 1 || p->http_minor > 1 || p->method == HTTP_CONNECT)
		return false;
	if (hosts > 1 || (!hosts && !in->old) || lengths + codings > 1)
		return false;
	if (codings && (in->old || strcasecmp(coding, "chunked")))
		return false;
	if (lengths && (!*length || length[strspn(length, "0123456789")]))
		return false;
	return !has_odd_bytes(in);
}

static int on_head(http_parser *p)
{
	struct http_input *in = of(p);
	size_t n = head_length(in->bytes.s + in->start, in->bytes.len - in->start);
	const char *expect;

	if (!n || !in->target_n)
		return refuse(in, HTTP_BAD_REQUEST);
	if (n > in->limits->head)
		return refuse(in, HTTP_HEAD_TOO_BIG);
	p->upgrade = 0; /* an offer that is not taken up (RFC 9110, 7.8) */
	in->head_done = true;
	in->body = in->start + n;
	in->old = p->http_minor == 0;
	in->bodyless = p->method == HTTP_HEAD;
	in->keep_alive = http_should_keep_alive(p);
	finish_marks(in);
	if (!is_clear(in))
		return refuse(in, HTTP_BAD_REQUEST);
	if (p->content_length != UINT64_MAX && p->content_length > in->limits->body)
		return refuse(in, HTTP_BODY_TOO_BIG);
	in->expects = !in->old && count(in, "expect", &expect) == 1 &&
		      !strcasecmp(expect, "100-continue");
	return 0;
}

static int on_chunk(http_parser *p)
{
	struct http_input *in = of(p);

	if (p->content_length > in->limits->body - in->body_n)
		return refuse(in, HTTP_BODY_TOO_BIG);
	return 0;
}

/* Chunks are moved together; a body without chunks is in its place already. */
static int on_body(http_parser *p, const char *at, size_t n)
{
	struct http_input *in = of(p);
	char *to = in->bytes.s + in->body + in->body_n;

	if (n > in->limits->body - in->body_n)
		return refuse(in, HTTP_BODY_TOO_BIG);
	if (to != at)
		memmove(to, at, n);
	in->body_n += n;
	return 0;
}

static int on_whole(http_parser *p)
{
	of(p)->whole = true;
	http_parser_pause(p, 1);
	return 0;
}

static const http_parser_settings settings = {
	.on_url = on_url,
	.on_header_field = on_name,
	.on_header_value = on_value,
	.on_headers_complete = on_head,
	.on_chunk_header = on_chunk,
	.on_body = on_body,
	.on_message_complete = on_whole,
};

/* --- Pieces in, requests out ----------------------------------------------------------------- */

void http_input_init(struct http_input *in, const struct http_limits *limits)
{
	*in = (struct http_input){.bytes = BUF_INIT, .limits = limits};
}

void http_input_release(struct http_input *in)
{
	buf_release(&in->bytes);
	free(in->marks);
	free(in->headers);
	in->marks = NULL;
	in->headers = NULL;
}

void http_input_add(struct http_input *in, const void *bytes, size_t n)
{
	buf_add(&in->bytes, bytes, n);
}

size_t http_input_left(const struct http_input *in)
{
	return in->bytes.len - in->start;
}

/* Empty lines before a request are passed over (RFC 9112, 2.2). False: there is no byte of one. */
static bool begin(struct http_input *in)
{
	while (in->start < in->bytes.len && strchr("\r\n", in->bytes.s[in->start]) &&
		in->bytes.s[in->start])
		in->start++;
	if (in->start == in->bytes.len)
		return false;
	http_parser_init(&in->parser, HTTP_REQUEST);
	in->parser.data = in;
	in->begun = true;
	in->seen = in->start;
	in->n_marks = in->body_n = in->body_wire = in->target_n = 0;
	in->in_value = in->head_done = in->whole = in->expects = false;
	return true;
}

static void parse(struct http_input *in)
{
	bool in_body = in->head_done;
	size_t n = in->bytes.len - in->seen,
	       parsed = http_parser_execute(&in->parser, &settings, in->bytes.s + in->seen, n);
	enum http_errno error = HTTP_PARSER_ERRNO(&in->parser);

	in->seen += parsed;
	if (in->refused)
		return;
	if (!in->whole && (error != HPE_OK || parsed != n)) {
		refuse(in, error == HPE_HEADER_OVERFLOW ? HTTP_HEAD_TOO_BIG : HTTP_BAD_REQUEST);
		return;
	}
	if (!in->head_done) {
		if (in->seen - in->start > in->limits->head)
			refuse(in, HTTP_HEAD_TOO_BIG);
		return;
	}
	in->body_wire += in_body ? parsed : in->seen - in->body;
	if (in->body_wire - in->body_n > CHUNK_WASTE * in->limits->body)
		refuse(in, HTTP_BAD_REQUEST);
	if (in->whole)
		return;
	/* What chunk heads took is not kept. */
	buf_truncate(&in->bytes, in->body + in->body_n);
	in->seen = in->bytes.len;
}

/* The target is a path with a query, "*", or a whole URL (RFC 9112, 3.2), whose host is the Host
 * header's affair. */
static void split_target(char *target, struct http_request *out)
{
	char *authority = *target == '/' ? NULL : strstr(target, "://"),
	     *query = strchr(target, '?');

	out->path = target;
	out->query = NULL;
	if (query) {
		*query = '\0';
		out->query = query + 1;
	}
	if (authority) {
		char *path = strchr(authority + 3, '/');

		out->path = path ? path : "/";
	}
}

static void give(struct http_input *in, struct http_request *out)
{
	char *s = in->bytes.s;

	in->headers = xreallocarray(in->headers, in->n_marks, sizeof *in->headers);
	for (size_t i = 0; i < in->n_marks; i++)
		in->headers[i] = (struct http_header){
			.name = s + in->marks[i].name,
			.value = value_of(in, &in->marks[i]),
		};
	in->kept = s[in->body + in->body_n];
	s[in->body + in->body_n] = '\0';
	*out = (struct http_request){
		.method = http_method_str(in->bodyless ? HTTP_GET : in->parser.method),
		.headers = in->headers,
		.n_headers = in->n_marks,
		.body = s + in->body,
		.length = in->body_n,
	};
	split_target(s + in->target, out);
}

enum http_input_result http_input_next(struct http_input *in, struct http_request *out)
{
	if (in->refused)
		return HTTP_INPUT_REFUSED;
	if (!in->begun && !begin(in))
		return HTTP_INPUT_MORE;
	if (in->seen < in->bytes.len)
		parse(in);
	if (in->refused)
		return HTTP_INPUT_REFUSED;
	if (!in->whole)
		return HTTP_INPUT_MORE;
	give(in, out);
	return HTTP_INPUT_REQUEST;
}

void http_input_done(struct http_input *in)
{
	in->bytes.s[in->body + in->body_n] = in->kept;
	in->start = in->seen;
	in->begun = in->head_done = false;
}

void http_input_tidy(struct http_input *in)
{
	size_t left = http_input_left(in), gone = in->start;

	if (gone && left)
		memmove(in->bytes.s, in->bytes.s + gone, left);
	buf_truncate(&in->bytes, left);
	in->start = 0;
	in->seen -= in->seen < gone ? in->seen : gone;
	in->body -= in->body < gone ? in->body : gone;
	in->target -= in->target < gone ? in->target : gone;
	for (size_t i = 0; in->begun && gone && i < in->n_marks; i++) {
		in->marks[i].name -= (uint32_t)gone;
		in->marks[i].value -= (uint32_t)gone;
	}
	if (in->begun || left)
		return;
	if (in->bytes.cap > KEEP_BYTES)
		buf_release(&in->bytes);
	if (in->cap_marks > KEEP_MARKS) {
		free(in->marks);
		free(in->headers);
		in->marks = NULL;
		in->headers = NULL;
		in->cap_marks = 0;
	}
}

const char *http_header_of(const struct http_request *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (!strcmp(r->headers[i].name, name))
			return r->headers[i].value;
	return NULL;
}
