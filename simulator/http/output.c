/* output.c - see output.h. */
#include "http/output.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
	BIG = 16 << 10, /* bytes from which copying costs more than a part of its own */
	PARTS = 16,     /* in one call */
};

void http_output_release(struct http_output *o)
{
	for (size_t i = 0; i < o->n; i++)
		buf_release(&o->parts[i]);
	free(o->parts);
	*o = (struct http_output){0};
}

static struct buf *new_part(struct http_output *o)
{
	ARRAY_GROW(o->parts, o->n, o->cap);
	buf_init(&o->parts[o->n]);
	return &o->parts[o->n++];
}

void http_output_add(struct http_output *o, const void *bytes, size_t n)
{
	struct buf *last = o->n ? &o->parts[o->n - 1] : new_part(o);

	if (last->len >= BIG)
		last = new_part(o);
	buf_add(last, bytes, n);
	o->bytes += n;
}

void http_output_adds(struct http_output *o, const char *s)
{
	http_output_add(o, s, strlen(s));
}

void http_output_take(struct http_output *o, struct buf *b)
{
	if (b->len < BIG) {
		http_output_add(o, b->s, b->len);
		buf_release(b);
		return;
	}
	o->bytes += b->len;
	*new_part(o) = *b;
	buf_init(b);
}

/* All is sent: one small part stays for the next time. */
static void empty(struct http_output *o)
{
	for (size_t i = 1; i < o->n; i++)
		buf_release(&o->parts[i]);
	if (o->n && o->parts[0].cap > BIG)
		buf_release(&o->parts[0]);
	else if (o->n)
		buf_clear(&o->parts[0]);
	o->n = o->n > 0;
	o->sent = o->bytes = 0;
}

static void advance(struct http_output *o, size_t n)
{
	size_t whole = 0;

	o->bytes -= n;
	if (!o->bytes) {
		empty(o);
		return;
	}
	n += o->sent;
	while (n >= o->parts[whole].len) {
		n -= o->parts[whole].len;
		buf_release(&o->parts[whole++]);
	}
	o->n -= whole;
	if (whole)
		memmove(o->parts, o->parts + whole, o->n * sizeof *o->parts);
	o->sent = n;
}

bool http_output_send(struct http_output *o, int fd)
{
	while (o->bytes) {
		struct iovec parts[PARTS];
		struct msghdr message = {.msg_iov = parts};
		ssize_t n;

		for (size_t i = 0; i < o->n && i < PARTS; i++) {
			size_t skip = i ? 0 : o->sent;

			parts[message.msg_iovlen++] = (struct iovec){
				.iov_base = o->parts[i].s + skip,
				.iov_len = o->parts[i].len - skip,
			};
		}
		n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		advance(o, (size_t)n);
	}
	return true;
}
