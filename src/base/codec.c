/* codec.c - base64, base32, hex, MD5 (RFC 1321), SHA-256 (FIPS 180-4), HMAC (RFC 2104); see
 * codec.h. */
#include "base/codec.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* ---- digits ---- */

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char digits32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* Groups of `bits` bits as digits; what is missing at the end counts as zero. */
static void encode(
	struct buf *out, const uint8_t *bytes, size_t n, const char *digits, unsigned bits)
{
	uint32_t window = 0;
	unsigned have = 0;

	for (size_t i = 0; i < n; i++) {
		window = window << 8 | bytes[i];
		for (have += 8; have >= bits; have -= bits)
			buf_addc(out, digits[window >> (have - bits) & ((1u << bits) - 1)]);
	}
	if (have)
		buf_addc(out, digits[window << (bits - have) & ((1u << bits) - 1)]);
}

static bool decode(struct buf *out, const char *text, const char *digits, unsigned bits)
{
	uint32_t window = 0;
	unsigned have = 0;

	for (; *text && *text != '='; text++) {
		const char *at = isspace((unsigned char)*text) ? NULL : strchr(digits, *text);

		if (!at && !isspace((unsigned char)*text))
			return false;
		if (!at)
			continue;
		window = window << bits | (uint32_t)(at - digits);
		have += bits;
		if (have >= 8) {
			have -= 8;
			buf_addc(out, (char)(window >> have & 255));
		}
	}
	return text[strspn(text, "= \r\n\t")] == '\0';
}

void codec_base64(struct buf *out, const void *bytes, size_t n)
{
	encode(out, bytes, n, digits64, 6);
	buf_addn(out, "=", (3 - n % 3) % 3);
}

bool codec_unbase64(struct buf *out, const char *text)
{
	return decode(out, text, digits64, 6);
}

void codec_base32(struct buf *out, const void *bytes, size_t n)
{
	encode(out, bytes, n, digits32, 5);
}

bool codec_unbase32(struct buf *out, const char *text)
{
	return decode(out, text, digits32, 5);
}

void codec_colons(struct buf *out, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%02x", i ? ":" : "", bytes[i]);
}

void codec_lines(struct buf *out, const char *text, size_t width)
{
	size_t n = strlen(text);

	for (size_t at = 0; at < n; at += width) {
		buf_add(out, text + at, n - at < width ? n - at : width);
		buf_addc(out, '\n');
	}
}

void codec_stream(struct buf *out, uint64_t seed, size_t n)
{
	while (n--) {
		uint64_t z = seed += 0x9e3779b97f4a7c15u;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		buf_addc(out, (char)((z ^ z >> 31) & 255));
	}
}

/* ---- fingerprints ---- */

static uint32_t turn_left(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static uint32_t turn_right(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* The message with its padding: 0x80, zeros, the number of bits in eight bytes. */
static void pad(struct buf *out, const void *bytes, size_t n, bool big_endian)
{
	uint64_t bits = (uint64_t)n * 8;

	buf_add(out, bytes, n);
	buf_addc(out, (char)0x80);
	while (out->len % 64 != 56)
		buf_addc(out, '\0');
	for (unsigned i = 0; i < 8; i++)
		buf_addc(out, (char)(bits >> 8 * (big_endian ? 7 - i : i) & 255));
}

static void md5_block(uint32_t h[4], const uint8_t *p)
{
	static const uint8_t turns[4][4] = {
		{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], m[16];

	for (unsigned i = 0; i < 16; i++)
		m[i] = (uint32_t)p[4 * i] | (uint32_t)p[4 * i + 1] << 8 |
		       (uint32_t)p[4 * i + 2] << 16 | (uint32_t)p[4 * i + 3] << 24;
	for (unsigned i = 0; i < 64; i++) {
		uint32_t f[4] = {(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)};
		unsigned g[4] = {i, 5 * i + 1, 3 * i + 5, 7 * i}, round = i / 16;
		uint32_t k = (uint32_t)(int64_t)floor(fabs(sin((double)i + 1)) * 4294967296.0);
		uint32_t sum = a + f[round] + k + m[g[round] % 16];

		a = d;
		d = c;
		c = b;
		b += turn_left(sum, turns[round][i % 4]);
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
}

void codec_md5(const void *bytes, size_t n, uint8_t out[MD5_BYTES])
{
	uint32_t h[4] = {0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u};
	struct buf message = BUF_INIT;

	pad(&message, bytes, n, false);
	for (size_t at = 0; at < message.len; at += 64)
		md5_block(h, (const uint8_t *)message.s + at);
	for (unsigned i = 0; i < MD5_BYTES; i++)
		out[i] = (uint8_t)(h[i / 4] >> 8 * (i % 4));
	buf_release(&message);
}

static const uint32_t sha256_k[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b,
	0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6,
	0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
	0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585,
	0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa,
	0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static void sha256_schedule(uint32_t w[64], const uint8_t *p)
{
	for (unsigned i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		       (uint32_t)p[4 * i + 2] << 8 | (uint32_t)p[4 * i + 3];
	for (unsigned i = 16; i < 64; i++) {
		uint32_t x = w[i - 15], y = w[i - 2];

		w[i] = w[i - 16] + (turn_right(x, 7) ^ turn_right(x, 18) ^ x >> 3) + w[i - 7] +
		       (turn_right(y, 17) ^ turn_right(y, 19) ^ y >> 10);
	}
}

static void sha256_block(uint32_t h[8], const uint8_t *p)
{
	uint32_t w[64], v[8];

	sha256_schedule(w, p);
	memcpy(v, h, sizeof v);
	for (unsigned i = 0; i < 64; i++) {
		uint32_t e = turn_right(v[4], 6) ^ turn_right(v[4], 11) ^ turn_right(v[4], 25);
		uint32_t a = turn_right(v[0], 2) ^ turn_right(v[0], 13) ^ turn_right(v[0], 22);
		uint32_t t = v[7] + e + ((v[4] & v[5]) ^ (~v[4] & v[6])) + sha256_k[i] + w[i];
		uint32_t u = a + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof v[0]);
		v[4] += t;
		v[0] = t + u;
	}
	for (unsigned i = 0; i < 8; i++)
		h[i] += v[i];
}

void codec_sha256(const void *bytes, size_t n, uint8_t out[SHA256_BYTES])
{
	uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
		0x1f83d9ab, 0x5be0cd19};
	struct buf message = BUF_INIT;

	pad(&message, bytes, n, true);
	for (size_t at = 0; at < message.len; at += 64)
		sha256_block(h, (const uint8_t *)message.s + at);
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		out[i] = (uint8_t)(h[i / 4] >> 8 * (3 - i % 4));
	buf_release(&message);
}

void codec_hmac(
	const void *key, size_t key_n, const void *bytes, size_t n, uint8_t out[SHA256_BYTES])
{
	uint8_t block[64] = {0}, inner[SHA256_BYTES];
	struct buf text = BUF_INIT;

	if (key_n > sizeof block)
		codec_sha256(key, key_n, block);
	else
		memcpy(block, key, key_n);
	for (unsigned i = 0; i < sizeof block; i++)
		buf_addc(&text, (char)(block[i] ^ 0x36));
	buf_add(&text, bytes, n);
	codec_sha256(text.s, text.len, inner);
	buf_clear(&text);
	for (unsigned i = 0; i < sizeof block; i++)
		buf_addc(&text, (char)(block[i] ^ 0x5c));
	buf_add(&text, inner, sizeof inner);
	codec_sha256(text.s, text.len, out);
	buf_release(&text);
}

void codec_hex(struct buf *out, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++) {
		buf_addc(out, digits[p[i] >> 4]);
		buf_addc(out, digits[p[i] & 15]);
	}
}

bool codec_same(const char *a, const char *b)
{
	size_t n = strlen(a);
	volatile unsigned char differ = 0;

	if (strlen(b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return !differ;
}
