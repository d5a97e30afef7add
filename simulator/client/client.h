/*
 * client.h - one AWS request to an endpoint elsewhere, and its answer, over libcurl.
 *
 * libcurl is opened when the first request is sent (dlopen): its forty libraries would cost every
 * start of the program ten times what a command takes. Files of client/:
 *
 *   client.c    a call: signed, sent, read, sent again; time that passes
 *   exchange.c  one HTTP request and its answer
 *   curl.c      libcurl's functions, looked up by name
 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "model/model.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct client_identity {
	const char *endpoint; /* URL */
	const char *region;
	const char *key, *secret;          /* key NULL: unsigned */
	const char *token;                 /* NULL */
	const char *ca_bundle;             /* file of certificates to trust; NULL: the system's */
	bool insecure;                     /* certificates are not looked at */
	int connect_timeout, read_timeout; /* seconds; 0: for ever */
};

/* How a request ended, as botocore tells it. */
struct client_reply {
	json_t *value;     /* owned; NULL: a fault or no answer */
	char *code, *text; /* of the fault; owned */
	json_t *more;      /* owned; further members of a modelled fault; NULL */
	int status;        /* HTTP; 0: none */
	int retries;       /* made before this is how it ended */
	bool gave_up;      /* no further attempt was allowed */
	char *failure;     /* there was no answer: botocore's sentence; owned */
	bool virtual_time; /* it is an amidojo whose clock the caller may move on */
};
void client_reply_release(struct client_reply *r);

struct client;
struct client *client_new(void);    /* never NULL */
void client_free(struct client *c); /* NULL is fine */

/* Sends, and retries as the AWS CLI does in its standard mode: at most `attempts` in all. */
void client_call(struct client *c, const struct client_identity *who,
	const struct model_operation *op, json_t *request, int attempts,
	struct client_reply *reply);

/* Whether a fault is one after which the same request is sent again. */
bool client_is_transient(int status, const char *code);

/* Lets `ms` pass: in the world of an amidojo whose clock is virtual, else really. False: a signal
 * came first. */
bool client_sleep(struct client *c, int64_t ms);

/* A client token: a random version 4 UUID. */
enum { CLIENT_TOKEN = 40 };
void client_make_token(char out[CLIENT_TOKEN]);

#endif
