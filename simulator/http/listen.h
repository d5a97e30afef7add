/*
 * listen.h - an address as people write it, and the sockets that listen there.
 *
 * "127.0.0.1:4566", "[::1]:4566", "host:4566"; "localhost:4566" is 127.0.0.1 and ::1; "4566" alone
 * is 127.0.0.1.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "base/err.h"

#include <stddef.h>

enum { LISTENERS = 8, ADDRESS_TEXT = 80 };

struct http_listeners {
	int fds[LISTENERS];
	size_t n;
	int port;
	char text[ADDRESS_TEXT]; /* of the first: "127.0.0.1:4566" */
};

/* False: none is open, and `e` says why and what to do. */
bool http_listen(struct http_listeners *l, const char *address, struct err *e);
void http_listen_end(struct http_listeners *l);

#endif
