/* network-cidr.c - IPv4 addresses and blocks, IPv6 blocks, as text and back; see network.h. */
#include "ops/network.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One number without leading zeros, at most `max`; NULL if there is none. */
static const char *number(const char *s, unsigned max, unsigned *out)
{
	unsigned n = 0;

	if (!isdigit((unsigned char)*s) || (*s == '0' && isdigit((unsigned char)s[1])))
		return NULL;
	for (; isdigit((unsigned char)*s); s++) {
		n = n * 10 + (unsigned)(*s - '0');
		if (n > max)
			return NULL;
	}
	*out = n;
	return s;
}

static const char *read_ip(const char *s, uint32_t *ip)
{
	unsigned part;

	*ip = 0;
	for (int i = 0; i < 4; i++) {
		if (i && *s++ != '.')
			return NULL;
		s = number(s, 255, &part);
		if (!s)
			return NULL;
		*ip = *ip << 8 | part;
	}
	return s;
}

bool ip_parse(const char *text, uint32_t *ip)
{
	const char *end = read_ip(text, ip);

	return end && !*end;
}

char *ip_text(uint32_t ip, char out[IP_TEXT])
{
	snprintf(out, IP_TEXT, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
	return out;
}

static uint32_t mask(int bits)
{
	return bits ? ~(uint32_t)0 << (32 - bits) : 0;
}

bool cidr_parse(const char *text, struct cidr *out)
{
	unsigned bits;
	uint32_t ip;
	const char *end = read_ip(text, &ip);

	if (!end || *end != '/')
		return false;
	end = number(end + 1, 32, &bits);
	if (!end || *end)
		return false;
	*out = (struct cidr){ip & mask((int)bits), (int)bits};
	return true;
}

char *cidr_text(struct cidr c, char out[CIDR_TEXT])
{
	char ip[IP_TEXT];

	snprintf(out, CIDR_TEXT, "%s/%u", ip_text(c.net, ip), (unsigned)c.bits & 63u);
	return out;
}

uint64_t cidr_size(struct cidr c)
{
	return (uint64_t)1 << (32 - c.bits);
}

bool cidr_holds(struct cidr c, uint32_t ip)
{
	return (ip & mask(c.bits)) == c.net;
}

bool cidr_inside(struct cidr outer, struct cidr inner)
{
	return inner.bits >= outer.bits && cidr_holds(outer, inner.net);
}

bool cidr_overlaps(struct cidr a, struct cidr b)
{
	return cidr_holds(a, b.net) || cidr_holds(b, a.net);
}

bool cidr6_canonical(const char *text, char out[CIDR6_TEXT])
{
	const char *slash = strchr(text, '/');
	unsigned char ip[16];
	char name[INET6_ADDRSTRLEN];
	unsigned bits;
	const char *end;

	if (!slash || (size_t)(slash - text) >= sizeof name)
		return false;
	snprintf(name, sizeof name, "%.*s", (int)(slash - text), text);
	end = number(slash + 1, 128, &bits);
	if (!end || *end || inet_pton(AF_INET6, name, ip) != 1)
		return false;
	for (unsigned i = bits; i < 128; i++)
		ip[i / 8] &= (unsigned char)~(128u >> i % 8);
	snprintf(out, CIDR6_TEXT, "%s/%u", inet_ntop(AF_INET6, ip, name, sizeof name), bits);
	return true;
}

uint64_t text_hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	h ^= h >> 29; /* the low digits of FNV follow the last letters too closely */
	h *= 0xbf58476d1ce4e5b9u;
	return h ^ h >> 32;
}
