/*
 * sign.h - Signature Version 4: what a client writes into Authorization, and what an endpoint
 * computes to compare. Source: "Signature Version 4 signing process", IAM User Guide.
 */
#ifndef WIRE_SIGN_H
#define WIRE_SIGN_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct sign_header {
	const char *name, *value; /* name in any case; value as sent */
};

struct sign_request {
	const char *method;
	const char *path;  /* as sent: percent-encoded once; it is encoded again for signing */
	const char *query; /* as sent, without "?"; NULL. X-Amz-Signature in it is left out */
	const struct sign_header *headers; /* those that are signed, in any order */
	size_t n_headers;
	const char *body_hash; /* hex SHA-256, or "UNSIGNED-PAYLOAD" */
	const char *time;      /* X-Amz-Date: "20261121T102030Z" */
	const char *region, *service;
};

/* Appends the signature, 64 hex digits. */
void sign_signature(const struct sign_request *r, const char *secret, struct buf *out);

/* Appends a whole Authorization header value. */
void sign_authorization(
	const struct sign_request *r, const char *key, const char *secret, struct buf *out);

/* What a request says of its signature, from its Authorization header (or, presigned, its query).
 * All texts are owned. Begin with SIGN_CLAIM_INIT. */
struct sign_claim {
	struct buf key, date, region, service; /* of the credential scope */
	struct buf headers;                    /* SignedHeaders: "host;x-amz-date" */
	struct buf signature;
	struct buf time, token;  /* presigned: X-Amz-Date, X-Amz-Security-Token; else empty */
	long expires;            /* presigned: seconds; else 0 */
	bool presigned, present; /* present: there is such a header (or query) at all */
};
#define SIGN_CLAIM_INIT                                                                            \
	{                                                                                          \
		.key = BUF_INIT, .date = BUF_INIT, .region = BUF_INIT, .service = BUF_INIT,        \
		.headers = BUF_INIT, .signature = BUF_INIT, .time = BUF_INIT, .token = BUF_INIT    \
	}
void sign_claim_release(struct sign_claim *c);

/* Either may be NULL. False: there is one and it is not well-formed (then `present` is set). */
bool sign_claim_read(const char *authorization, const char *query, struct sign_claim *out);

#endif
