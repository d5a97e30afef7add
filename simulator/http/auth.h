/*
 * auth.h - who sent an AWS request, and whether it was really they.
 *
 * With keys, every request must be signed by one of them, or by temporary credentials of the world.
 * Without, nothing is checked: the key says which account it is, and no key is fine.
 *
 *     http_caller_read(&c, request);        key, Region, service, whose world: as the request says
 *     http_auth_admit(&auth, &c, &answer)   all that can be checked before a world is entered
 *     http_auth_settle(&auth, w, &c, &answer)   account and name; signature of temporary
 * credentials
 *
 * A request that fails the first check has cost no world. Faults are those of the service's
 * protocol.
 */
#ifndef HTTP_AUTH_H
#define HTTP_AUTH_H

#include "http/server.h"
#include "ops/ops.h"
#include "wire/sign.h"

#include <stdbool.h>
#include <stdint.h>

struct http_auth_key {
	const char *account, *key, *secret, *name; /* name of the user: "kim" */
	bool instructor;
};

struct http_auth_keys {
	const struct http_auth_key *all;
	size_t n;
};

/* How a request is to be checked. */
struct http_auth {
	const struct http_request *r;
	const struct http_auth_keys *keys;   /* NULL: not at all */
	const struct model_service *service; /* that is asked */
	int64_t now_ms;                      /* the real clock */
	bool world_per_key;
	bool real_time; /* the world's clock is the real one: sessions end by it. Another's may run
			   through an hour in a minute, and no client would know */
};

/* Who calls. Texts are owned by it, and NULL where nothing is known. Begin with HTTP_CALLER_INIT.
 */
struct http_caller {
	struct sign_claim claim;
	struct buf world_key_text, arn_text, user_id_text;
	bool whole; /* the claim is well-formed */

	const char *key;       /* access key id; NULL: unsigned */
	const char *region;    /* never NULL */
	const char *service;   /* of the signature's scope; NULL: unsigned */
	const char *token;     /* session token; NULL */
	const char *world_key; /* the key itself, or the one that its session began with; NULL */
	char account[16];      /* from http_auth_settle on; the default account before */
	const char *arn, *user_id; /* from http_auth_settle on */
	bool fixed;                /* the key is one of the given ones, and was proved */
};
#define HTTP_CALLER_INIT                                                                           \
	{                                                                                          \
		.claim = SIGN_CLAIM_INIT, .world_key_text = BUF_INIT, .arn_text = BUF_INIT,        \
		.user_id_text = BUF_INIT, .region = "us-east-1", .account = OPS_DEFAULT_ACCOUNT    \
	}
void http_caller_release(struct http_caller *c);

/* The request is borrowed by the caller. */
void http_caller_read(struct http_caller *c, const struct http_request *r);

/* False: refused, and the answer holds the fault. */
bool http_auth_admit(const struct http_auth *a, struct http_caller *c, struct ops_answer *answer);
bool http_auth_settle(const struct http_auth *a, const struct world *w, struct http_caller *c,
	struct ops_answer *answer);

/* Whether the request has an instructor's key id and secret as user and password (HTTP's basic
 * scheme), for what is not AWS's: a browser or `curl --user` can say them. */
bool http_auth_instructor(const struct http_auth_keys *keys, const struct http_request *r);

#endif
