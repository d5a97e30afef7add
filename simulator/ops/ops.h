/*
 * ops.h - what the operations do: one call on the world, whoever asks (command line or endpoint).
 *
 * A call takes a request in the shape of the model (members by their API names), checks it against
 * the model, runs the operation's handler in one step of the world, and answers with a value in the
 * shape of the model, members in the model's order, or with a fault. A fault leaves the world as it
 * was. The world's clock moves on before each call (by OPS_TICK_MS, unless the caller says
 * otherwise), so that what is pending becomes available by and by.
 */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include "base/buf.h"
#include "model/model.h"
#include "ops/fault.h"
#include "world/world.h"

#include <jansson.h>
#include <stdbool.h>

enum { OPS_TICK_MS = 5000 };
#define OPS_DEFAULT_ACCOUNT "123456789012"

/* Who calls, and where. */
struct ops_caller {
	const char *account; /* 12 digits */
	const char *region;  /* "us-east-1" */
	const char *arn;     /* of the principal; NULL: user/learner of the account */
	const char *user_id; /* of the principal; NULL: derived from the account */
	const char *key;     /* access key id; NULL: none known */
	const char *label;   /* what the learner typed, for undo; NULL: the operation's name */
	bool fresh_token; /* the client token was made for this call: nobody will send it again */
	bool unfitted; /* whoever writes the answer leaves out what the model does not have: so its
			  parts may be the world's own documents */
	bool instant;  /* what the call begins has happened when it returns */
	int64_t elapsed_ms; /* since the call before: how far the clock moves on. OPS_TICK_MS
			       for commands */
};

/* Begin with OPS_ANSWER_INIT, end with ops_answer_release. */
struct ops_answer {
	json_t *value;    /* owned; NULL: a fault. {} for operations that answer nothing */
	const char *code; /* of the fault, as AWS names it; constant */
	int http;         /* status of the fault */
	struct buf text;  /* of the fault */
	const struct fault_detail *detail; /* of the fault; NULL: none */
	struct buf misfit; /* members the handler gave that the model does not know: a defect of
			      ours */
};

#define OPS_ANSWER_INIT                                                                            \
	{                                                                                          \
		.text = BUF_INIT, .misfit = BUF_INIT                                               \
	}

void ops_answer_release(struct ops_answer *a);

/* The request is borrowed and not changed. True if the answer is a value. */
bool ops_call(struct world *w, const struct ops_caller *who, const struct model_operation *op,
	json_t *request, struct ops_answer *a);

/* Fills the fault of a request that is refused before it is a call; answers false. The arguments
 * are those of the fault's template in faults.def. */
bool ops_refuse(struct ops_answer *a, enum fault_id f, ...);

/* A client token as clients make them (a version 4 UUID). It follows from where the world's own
 * numbers stand, and takes none: the world goes the same way with a client's token. */
enum { OPS_TOKEN = 40 };
void ops_make_token(const struct world *w, char out[OPS_TOKEN]);

/* Whether the operation has a handler; every one of the model should. */
bool ops_handles(const struct model_operation *op);

/* A world of ours: its public images, default VPCs and accounts are there from the start. */
struct world *ops_world(uint64_t seed, int64_t start_ms);
/* The same with public images beyond the shipped ones: a list of {"Regions": names (absent: all),
 * "Image": an image as DescribeImages tells it}. What it does not say of an image (State,
 * ImageLocation, ids of snapshots, ...) is made up as for the shipped ones; an id that is shipped
 * already is passed over. Borrowed as long as the world lives; NULL: none. */
struct world *ops_world_with(uint64_t seed, int64_t start_ms, json_t *images);

/* The profiles a world begins with, `default` first; ended by an empty one. (account.c) */
struct ops_profile {
	const char *name, *account, *key, *secret, *region;
};
extern const struct ops_profile ops_profiles[];

bool ops_has_region(const char *name);

/* The account that an access key belongs to: one given from the start; a key of 12 digits is the
 * account itself, so that `aws configure` can make more; the default account for a key that nobody
 * knows. */
const char *ops_account_of_key(const struct world *w, const char *key);

/* The access key that temporary credentials were asked for with in the first place, from their
 * session token; appended. False: the token is none of ours. */
bool ops_issuer_of_token(const char *token, struct buf *key);

/* Ids of the caller's resources that an option could name: "image-ids", "instance-id" (for
 * completion). Calls back with id and name (NULL: none). */
typedef void ops_id_fn(void *ctx, const char *id, const char *name);
void ops_ids(struct world *w, const struct ops_caller *who, const char *option, ops_id_fn *fn,
	void *ctx);

#endif
