/* peers.c - see peers.h. */
#include "http/peers.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { SPARE = 64 }; /* addresses remembered beyond those that are connected */

/* The IPv4 address in an address of either family. */
static bool as_ipv4(const struct sockaddr *a, struct in_addr *out)
{
	const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;

	if (a->sa_family == AF_INET) {
		*out = ((const struct sockaddr_in *)(const void *)a)->sin_addr;
		return true;
	}
	if (a->sa_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(six))
		return false;
	memcpy(out, six->s6_addr + 12, sizeof *out);
	return true;
}

void http_peer_text(const struct sockaddr *a, char out[PEER_TEXT])
{
	struct in_addr four;

	*out = '\0';
	if (as_ipv4(a, &four))
		inet_ntop(AF_INET, &four, out, PEER_TEXT);
	else if (a->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, out,
			PEER_TEXT);
}

bool http_peer_is_loopback(const struct sockaddr *a)
{
	struct in_addr four;

	if (as_ipv4(a, &four))
		return ntohl(four.s_addr) >> 24 == IN_LOOPBACKNET;
	return a->sa_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

static void key_of(const struct sockaddr *a, uint8_t key[16])
{
	struct in_addr four;

	memset(key, 0, 16);
	if (as_ipv4(a, &four)) {
		key[15] = 4;
		memcpy(key, &four, sizeof four);
	} else if (a->sa_family == AF_INET6) {
		key[15] = 6;
		memcpy(key, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, 8);
	}
}

void http_peers_init(struct http_peers *p, int connections)
{
	*p = (struct http_peers){.max = (size_t)connections + SPARE};
}

void http_peers_release(struct http_peers *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->all[i]);
	free(p->all);
	*p = (struct http_peers){0};
}

/* One more place, or that of the address which has been silent longest. */
static struct http_peer *place(struct http_peers *p)
{
	struct http_peer *oldest = NULL;

	if (p->n < p->max) {
		p->all = xreallocarray(p->all, p->n + 1, sizeof(struct http_peer *));
		return p->all[p->n++] = xcalloc(1, sizeof(struct http_peer));
	}
	for (size_t i = 0; i < p->n; i++)
		if (!p->all[i]->connections && (!oldest || p->all[i]->at < oldest->at))
			oldest = p->all[i];
	return oldest;
}

struct http_peer *http_peers_join(
	struct http_peers *p, const struct sockaddr *a, int rate, int64_t now)
{
	uint8_t key[16];
	struct http_peer *found = NULL;

	key_of(a, key);
	for (size_t i = 0; i < p->n && !found; i++)
		if (!memcmp(p->all[i]->key, key, sizeof key))
			found = p->all[i];
	if (!found) {
		found = place(p);
		*found = (struct http_peer){.milli = (int64_t)rate * 1000, .at = now};
		memcpy(found->key, key, sizeof key);
	}
	found->connections++;
	return found;
}

void http_peer_leave(struct http_peer *p)
{
	if (p)
		p->connections--;
}

bool http_peer_may_ask(struct http_peer *p, int rate, int64_t now)
{
	int64_t most = (int64_t)rate * 1000;

	if (!p)
		return true;
	p->milli += (now - p->at) * rate;
	p->milli = p->milli > most ? most : p->milli;
	p->at = now;
	if (p->milli < 1000)
		return false;
	p->milli -= 1000;
	return true;
}
