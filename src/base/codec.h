/*
 * codec.h - bytes as text and fingerprints of bytes, as keys and tokens need them.
 */
#ifndef BASE_CODEC_H
#define BASE_CODEC_H

#include "base/buf.h"

#include <stdint.h>

/* Appends base64 with padding, in one line. */
void codec_base64(struct buf *out, const void *bytes, size_t n);
/* Appends the bytes; white space is passed over. False: not base64 (out is as far as it got). */
bool codec_unbase64(struct buf *out, const char *text);
/* Appends base32 with digits 2-7 and no padding. */
void codec_base32(struct buf *out, const void *bytes, size_t n);
bool codec_unbase32(struct buf *out, const char *text);
/* Appends "0a:1b:..." */
void codec_colons(struct buf *out, const uint8_t *bytes, size_t n);
/* Appends the text in lines of `width`. */
void codec_lines(struct buf *out, const char *text, size_t width);

enum { MD5_BYTES = 16, SHA256_BYTES = 32 };
void codec_md5(const void *bytes, size_t n, uint8_t out[MD5_BYTES]);
void codec_sha256(const void *bytes, size_t n, uint8_t out[SHA256_BYTES]);
/* HMAC-SHA-256 (RFC 2104). */
void codec_hmac(
	const void *key, size_t key_n, const void *bytes, size_t n, uint8_t out[SHA256_BYTES]);
/* Appends two small hexadecimal digits a byte. */
void codec_hex(struct buf *out, const void *bytes, size_t n);
/* Whether two texts are the same, in a time that tells nothing but their lengths. */
bool codec_same(const char *a, const char *b);

/* Bytes that look random and follow from the seed alone (splitmix64). */
void codec_stream(struct buf *out, uint64_t seed, size_t n);

#endif
