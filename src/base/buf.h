/*
 * buf.h - a growing byte string, always NUL-terminated.
 *
 * `s` is never NULL: an empty buffer points at a static empty string, so a buffer can be printed
 * at any time. Release with buf_release, or take the bytes away with buf_detach.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *s;
	size_t len, cap; /* bytes, without the NUL; cap 0: nothing allocated */
};

extern char buf_empty[];
#define BUF_INIT                                                                                   \
	{                                                                                          \
		.s = buf_empty                                                                     \
	}

void buf_init(struct buf *b);
void buf_release(struct buf *b);
void buf_clear(struct buf *b);                /* length 0, memory kept */
void buf_reserve(struct buf *b, size_t more); /* room for `more` further bytes */
void buf_truncate(struct buf *b, size_t len); /* len <= b->len */
char *buf_detach(struct buf *b);              /* caller frees; the buffer is empty again */

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addn(struct buf *b, const char *s, size_t times); /* s, `times` times over */
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

#endif
