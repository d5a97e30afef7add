/*
 * load-answer.h - an HTTP answer, taken in as it comes: head, and a body by length, in chunks, or
 * to the end of the connection.
 */
#ifndef BENCH_LOAD_ANSWER_H
#define BENCH_LOAD_ANSWER_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { KEPT_SIZE = 1 << 16 };

enum body_kind { BY_LENGTH, CHUNKED, TO_END };

struct answer {
	struct buf in;        /* head and the beginning of the body, KEPT_SIZE of it at most */
	bool head_done, ends; /* ends: the connection does, with this answer */
	int status;
	enum body_kind kind;
	uint64_t rest; /* of the body, or of the chunk with its \r\n */
	size_t body_at;
	struct buf line; /* of a chunk's head */
	bool trailer;
};

static inline void answer_init(struct answer *c)
{
	buf_init(&c->in);
	buf_init(&c->line);
}

static inline void answer_begin(struct answer *c)
{
	buf_clear(&c->in);
	buf_clear(&c->line);
	c->head_done = c->ends = c->trailer = false;
	c->status = 0;
	c->rest = 0;
	c->body_at = 0;
}

static inline void answer_release(struct answer *c)
{
	buf_release(&c->in);
	buf_release(&c->line);
}

/* The value of a header, to be read with strtoull or strncasecmp; NULL: there is none. */
static inline const char *header_of(const struct buf *in, const char *name)
{
	const char *at = in->s;

	while ((at = strstr(at, "\r\n")) != NULL && at[2] != '\r') {
		at += 2;
		if (strncasecmp(at, name, strlen(name)) == 0)
			return at + strlen(name) + strspn(at + strlen(name), " ");
	}
	return NULL;
}

static inline bool read_head(struct answer *c, const char *end)
{
	const char *length, *value;

	if (strncmp(c->in.s, "HTTP/1.", 7) != 0)
		return false;
	c->status = atoi(c->in.s + 9);
	c->body_at = (size_t)(end - c->in.s) + 4;
	c->head_done = true;
	c->ends = c->in.s[7] == '0';
	length = header_of(&c->in, "content-length:");
	value = header_of(&c->in, "connection:");
	if (value)
		c->ends = strncasecmp(value, "close", 5) == 0;
	value = header_of(&c->in, "transfer-encoding:");
	c->kind = value ? CHUNKED : length ? BY_LENGTH : TO_END;
	c->rest = length && !value ? strtoull(length, NULL, 10) : 0;
	return true;
}

static inline void keep_body(struct answer *c, const char *bytes, size_t n)
{
	size_t room = c->in.len < c->body_at + KEPT_SIZE ? c->body_at + KEPT_SIZE - c->in.len : 0;

	buf_add(&c->in, bytes, n < room ? n : room);
}

/* Takes bytes of a chunked body. 1: it has ended, 0: not yet, -1: that is no chunk. */
static inline int read_chunks(struct answer *c, const char *bytes, size_t n)
{
	while (n) {
		if (c->rest > 2) { /* rest counts the \r\n behind the bytes */
			size_t take = c->rest - 2 < n ? (size_t)c->rest - 2 : n;

			keep_body(c, bytes, take);
			c->rest -= take;
			bytes += take;
			n -= take;
			continue;
		}
		if (c->rest) {
			c->rest--;
			bytes++;
			n--;
			continue;
		}
		buf_addc(&c->line, *bytes);
		n--;
		if (*bytes++ != '\n')
			continue;
		if (c->trailer && c->line.len == 2)
			return 1;
		if (!c->trailer) {
			c->rest = strtoull(c->line.s, NULL, 16);
			c->trailer = c->rest == 0;
			c->rest += c->rest ? 2 : 0;
			if (!strchr("0123456789abcdefABCDEF", *c->line.s))
				return -1;
		}
		buf_clear(&c->line);
	}
	return 0;
}

static inline int read_body(struct answer *c, const char *bytes, size_t n)
{
	if (c->kind == CHUNKED)
		return read_chunks(c, bytes, n);
	keep_body(c, bytes, n);
	if (c->kind == TO_END)
		return 0;
	if (n > c->rest)
		return -1;
	c->rest -= n;
	return c->rest == 0;
}

/* 1: it is whole, 0: not yet, -1: that is no answer. */
static inline int answer_feed(struct answer *c, const char *bytes, size_t n)
{
	struct buf rest = BUF_INIT;
	const char *end;
	int done;

	if (c->head_done)
		return read_body(c, bytes, n);
	buf_add(&c->in, bytes, n);
	end = strstr(c->in.s, "\r\n\r\n");
	if (!end)
		return c->in.len > KEPT_SIZE ? -1 : 0;
	if (!read_head(c, end))
		return -1;
	buf_add(&rest, c->in.s + c->body_at, c->in.len - c->body_at);
	buf_truncate(&c->in, c->body_at);
	done = read_body(c, rest.s, rest.len);
	buf_release(&rest);
	return done;
}

#endif
