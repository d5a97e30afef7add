/*
 * peers.h - how much each address asks for: connections at once, requests a second.
 *
 * An address is an IPv4 address or the first 64 bits of an IPv6 one, which is what one customer
 * gets. Nobody is remembered longer than the bounded table has room for.
 */
#ifndef HTTP_PEERS_H
#define HTTP_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { PEER_TEXT = 48 };

/* An address as text, without port and zone ("::ffff:10.0.0.1" as "10.0.0.1"). */
void http_peer_text(const struct sockaddr *a, char out[PEER_TEXT]);
bool http_peer_is_loopback(const struct sockaddr *a);

struct http_peer {
	uint8_t key[16];
	int connections;
	int64_t milli; /* thousandths of requests it may make now */
	int64_t at;    /* when that was so, ms */
};

struct http_peers {
	struct http_peer **all; /* each stays where it is while it has connections */
	size_t n, max;
};

/* `connections`: as many as there can be at once in all. */
void http_peers_init(struct http_peers *p, int connections);
void http_peers_release(struct http_peers *p);
/* A new connection of that address; never NULL. */
struct http_peer *http_peers_join(
	struct http_peers *p, const struct sockaddr *a, int rate, int64_t now);
void http_peer_leave(struct http_peer *p);
/* Whether one more request is within the rate; a second's worth may come at once. */
bool http_peer_may_ask(struct http_peer *p, int rate, int64_t now);

#endif
