/*
 * exchange.h - one HTTP request and its answer.
 */
#ifndef CLIENT_EXCHANGE_H
#define CLIENT_EXCHANGE_H

#include "base/buf.h"
#include "client/client.h"
#include "client/curl.h"
#include "wire/wire.h"

/* An endpoint and a request as a URL. Begin with CLIENT_URL_INIT. */
struct client_url {
	struct buf whole, host, path, query; /* host: as the header Host has it */
};
#define CLIENT_URL_INIT                                                                            \
	{                                                                                          \
		.whole = BUF_INIT, .host = BUF_INIT, .path = BUF_INIT, .query = BUF_INIT           \
	}
void client_url_make(
	struct client_url *u, const char *endpoint, const char *path, const char *query);
void client_url_release(struct client_url *u);
/* The host is one of AWS's own names. */
bool client_url_is_aws(const struct client_url *u);

/* Begin with EXCHANGE_INIT. */
struct exchange {
	/* the request */
	const char *method;
	const struct client_url *url;
	struct curl_slist *headers;
	const struct buf *body; /* NULL: none */

	/* the answer */
	int status; /* 0: none came */
	struct buf answer, error_type;
	bool virtual_time;
	bool connected;          /* there is a connection: the rest is the read timeout's */
	int64_t moved, patience; /* when bytes went or came; how long none may: milliseconds */
	curl_off_t bytes;
	struct buf failure; /* botocore's sentence; empty: an answer came */
};
#define EXCHANGE_INIT                                                                              \
	{                                                                                          \
		.answer = BUF_INIT, .error_type = BUF_INIT, .failure = BUF_INIT                    \
	}
void exchange_release(struct exchange *x);

/* Sends once. */
void exchange_send(
	const struct curl *curl, CURL *easy, const struct client_identity *who, struct exchange *x);

#endif
