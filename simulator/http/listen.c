/* listen.c - see listen.h. */
#include "http/listen.h"

#include "base/intl.h"
#include "base/mem.h"
#include "base/number.h"
#include "http/peers.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { BACKLOG = 4096, HOST_TEXT = 256 };

struct place {
	struct sockaddr_storage address;
	socklen_t size;
};

struct places {
	struct place all[LISTENERS];
	size_t n;
};

/* Splits "HOST:PORT", "[HOST]:PORT" or "PORT". */
static bool split(const char *text, char host[HOST_TEXT], int *port)
{
	const char *colon = strrchr(text, ':'), *begin = text, *end = colon;

	if (!colon) {
		snprintf(host, HOST_TEXT, "127.0.0.1");
		return number_parse(text, 0, 65535, port);
	}
	if (*text == '[') {
		begin = text + 1;
		end = strchr(begin, ']');
		if (!end || end + 1 != colon)
			return false;
	} else if (memchr(text, ':', (size_t)(colon - text))) {
		return false; /* an IPv6 address without brackets */
	}
	if (end == begin || end - begin >= HOST_TEXT)
		return false;
	snprintf(host, HOST_TEXT, "%.*s", (int)(end - begin), begin);
	return number_parse(colon + 1, 0, 65535, port);
}

static int port_of(const struct place *p)
{
	return ntohs(p->address.ss_family == AF_INET
			     ? ((const struct sockaddr_in *)&p->address)->sin_port
			     : ((const struct sockaddr_in6 *)&p->address)->sin6_port);
}

static void set_port(struct place *p, int port)
{
	if (p->address.ss_family == AF_INET)
		((struct sockaddr_in *)&p->address)->sin_port = htons((uint16_t)port);
	else
		((struct sockaddr_in6 *)&p->address)->sin6_port = htons((uint16_t)port);
}

static void add_place(struct places *out, const void *address, size_t size, int port)
{
	struct place *p;

	if (out->n == LISTENERS || size > sizeof p->address)
		return;
	p = &out->all[out->n++];
	memcpy(&p->address, address, size);
	p->size = (socklen_t)size;
	set_port(p, port);
}

/* "localhost" is not asked of a resolver (RFC 6761, 6.3). */
static void add_localhost(struct places *out, int port)
{
	struct sockaddr_in four = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	add_place(out, &four, sizeof four, port);
	add_place(out, &six, sizeof six, port);
}

static bool resolve(const char *text, struct places *out, struct err *e)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
	char host[HOST_TEXT];
	int port, rc;

	out->n = 0;
	if (!split(text, host, &port))
		return err_set(e, ERR_USAGE,
			_("\"%s\" is no address to listen on. Write it as 127.0.0.1:4566, "
			  "[::1]:4566 or localhost:4566."),
			text);
	if (!strcasecmp(host, "localhost")) {
		add_localhost(out, port);
		return true;
	}
	rc = getaddrinfo(host, NULL, &hints, &found);
	if (rc)
		return err_set(e, ERR_USAGE,
			_("Cannot find the address \"%s\": %s. Use the number of an address of "
			  "this machine, such as 127.0.0.1."),
			host, rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
	for (struct addrinfo *a = found; a; a = a->ai_next)
		if (a->ai_family == AF_INET || a->ai_family == AF_INET6)
			add_place(out, a->ai_addr, a->ai_addrlen, port);
	freeaddrinfo(found);
	return true;
}

bool http_address_is_loopback(const char *address)
{
	struct places places;

	if (!resolve(address, &places, NULL) || !places.n)
		return false;
	for (size_t i = 0; i < places.n; i++)
		if (!http_peer_is_loopback((struct sockaddr *)&places.all[i].address))
			return false;
	return true;
}

/* "::" takes IPv4 too, any other IPv6 address itself alone. */
static bool is_any6(const struct place *p)
{
	return p->address.ss_family == AF_INET6 &&
	       IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)&p->address)->sin6_addr);
}

/* A listening socket, or -1 and errno. */
static int open_place(const struct place *p)
{
	int fd = socket(p->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	    yes = 1, alone = !is_any6(p), error;

	if (fd < 0)
		return -1;
	/* Connections inherit TCP_NODELAY. */
	if (!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) &&
		!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) &&
		(p->address.ss_family != AF_INET6 ||
			!setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &alone, sizeof alone)) &&
		!bind(fd, (const struct sockaddr *)&p->address, p->size) && !listen(fd, BACKLOG))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Takes in the place that the first socket got. */
static void note_place(struct http_listeners *l)
{
	struct place p = {.size = sizeof p.address};
	char host[PEER_TEXT];

	if (getsockname(l->fds[0], (struct sockaddr *)&p.address, &p.size))
		return;
	http_peer_text((struct sockaddr *)&p.address, host);
	l->port = port_of(&p);
	snprintf(l->text, sizeof l->text, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, l->port);
}

static bool say_why(const char *address, int error, struct err *e)
{
	switch (error) {
	case EADDRINUSE:
		return err_set(e, ERR_IO,
			_("Another program listens on %s already. Choose another port with "
			  "--listen, such as --listen 127.0.0.1:4567."),
			address);
	case EACCES:
	case EPERM:
		return err_set(e, ERR_IO,
			_("No permission to listen on %s. Choose a port above 1023 with --listen."),
			address);
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
		return err_set(e, ERR_USAGE,
			_("This machine does not have the address of %s. Choose one that it has, "
			  "such as --listen 127.0.0.1:4566."),
			address);
	}
	return err_set(e, ERR_IO,
		_("Cannot listen on %s: %s. Choose another address with --listen."), address,
		strerror(error));
}

/* A name may stand for a family that the machine does not have; one that it has is enough. So is
 * the first where any free port will do. */
static bool may_be_missing(int error, bool any_port)
{
	return any_port || error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
}

bool http_listen(struct http_listeners *l, const char *address, struct err *e)
{
	struct places places;
	int error = EADDRNOTAVAIL;

	*l = (struct http_listeners){0};
	if (!resolve(address, &places, e))
		return false;
	for (size_t i = 0; i < places.n; i++) {
		bool follows = l->n && !port_of(&places.all[i]);
		int fd;

		if (follows)
			set_port(&places.all[i], l->port);
		fd = open_place(&places.all[i]);
		if (fd >= 0) {
			l->fds[l->n++] = fd;
			if (l->n == 1)
				note_place(l);
			continue;
		}
		error = errno;
		if (!may_be_missing(error, follows)) {
			http_listen_end(l);
			return say_why(address, error, e);
		}
	}
	return l->n || say_why(address, error, e);
}

void http_listen_end(struct http_listeners *l)
{
	for (size_t i = 0; i < l->n; i++)
		close(l->fds[i]);
	l->n = 0;
}
