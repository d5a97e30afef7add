/*
 * wire.h - requests and answers as AWS's protocols write them, in both directions: the endpoint
 * reads requests and writes answers, a client writes requests and reads answers. One table-driven
 * walk over the model a direction; nothing here knows an operation by name.
 *
 *   ec2        form of flattened members (Filter.1.Value.2), XML with <item>, errors in <Response>
 *   query      form with .member.N, XML with a wrapper, errors in <ErrorResponse> (STS)
 *   json       JSON 1.1, X-Amz-Target names the operation (KMS, SSM)
 *   rest-json  method and path name the operation (Recycle Bin)
 *
 * A document is the same on both sides of ops_call and cli_call: members by their API names,
 * numbers and booleans as such, timestamps as text ("2026-11-21T10:20:30.000Z"), blobs as base64.
 *
 * Forms and XML have no maps here, and no member travels in a header of a request: the model has
 * none there, and a test says so when that changes.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/buf.h"
#include "model/model.h"

#include <jansson.h>
#include <stdbool.h>

/* --- requests ------------------------------------------------------------------------------ */

/* What of an HTTP request says what is asked for. Texts are NUL-terminated, NULL if absent. */
struct wire_request {
	const char *method; /* "POST" */
	const char *path;   /* as sent, without the query: "/", "/rules/abc%2Fd" */
	const char *query;  /* after the "?"; NULL */
	const char *type;   /* Content-Type; NULL */
	const char *target; /* X-Amz-Target; NULL */
	const char *scope;  /* service in the signature's scope: "ec2"; NULL: unsigned */
	const char *body;
	size_t length; /* of it; the body may hold NUL bytes */
};

/* Why a request cannot be carried out. The endpoint has the sentences (ops/faults.def). */
enum wire_trouble {
	WIRE_FINE,
	WIRE_NO_ACTION,      /* neither Action nor target nor path: what is asked for is not said */
	WIRE_NO_OPERATION,   /* `name`: the API has none of that name (for this version) */
	WIRE_NOT_SIMULATED,  /* `name`: the API has it, the simulator has not */
	WIRE_UNKNOWN_MEMBER, /* `name`: of a parameter the operation does not have */
	WIRE_BAD_VALUE,      /* `name`, `value`: not of the parameter's type */
	WIRE_TOO_MANY, /* `name`: an index, a depth or a number of parameters beyond all use */
	WIRE_NOT_TEXT, /* `name`: bytes that are no UTF-8, or a character XML cannot carry */
	WIRE_NOT_JSON, /* the body is no JSON object */
};

/* Begin with WIRE_READING_INIT, end with wire_reading_release. */
struct wire_reading {
	const struct model_service *service; /* in whose protocol to answer: never NULL */
	const struct model_operation *op;    /* NULL: trouble before it was known */
	json_t *request;                     /* owned; NULL after trouble */
	enum wire_trouble trouble;
	struct buf name, value; /* what the trouble is with; cut to 200 bytes each */
};
#define WIRE_READING_INIT                                                                          \
	{                                                                                          \
		.name = BUF_INIT, .value = BUF_INIT                                                \
	}
void wire_reading_release(struct wire_reading *r);

/* True if the request is one. Which service: X-Amz-Target's prefix, else the scope, else the API
 * version of a form, else the path; ec2 when nothing says.
 *
 * In a form every parameter has to be the operation's, and of two equal ones the last wins;
 * timestamps are kept as they were written. In JSON members that the operation does not have, and
 * those that are null, are dropped, as AWS's services do. */
bool wire_request_read(const struct wire_request *in, struct wire_reading *out);

/* A request to be sent. Begin with WIRE_SENDING_INIT. */
struct wire_sending {
	const char *method; /* constant */
	const char *type;   /* Content-Type; NULL: no body */
	struct buf path;    /* percent-encoded, "/" at least */
	struct buf query;   /* without "?" */
	struct buf target;  /* X-Amz-Target; empty: none */
	struct buf body;
};
#define WIRE_SENDING_INIT                                                                          \
	{                                                                                          \
		.path = BUF_INIT, .query = BUF_INIT, .target = BUF_INIT, .body = BUF_INIT          \
	}
void wire_sending_release(struct wire_sending *s);

/* Members in the order in which the document has them, as botocore sends them. */
void wire_request_write(
	const struct model_operation *op, const json_t *request, struct wire_sending *out);

/* --- answers ------------------------------------------------------------------------------- */

/* What an answer's documents look like on the wire, by the document: they are never edited, so a
 * text once written holds as long as the document is there. It is used for elements of lists in XML
 * that are the world's own documents: who copies them for an answer has them written anew. An entry
 * holds its document, until that is replaced in the world and room is needed. */
struct wire_cache;
/* At most `bytes` of text. */
struct wire_cache *wire_cache_new(size_t bytes);
void wire_cache_free(struct wire_cache *c);
void wire_cache_clear(struct wire_cache *c);

/* The Content-Type of a service's answers and errors. */
const char *wire_type(const struct model_service *s);

/* Appends the answer's body; an operation of a JSON service that answers nothing has an empty one.
 * `value` is what ops_call answers, members in any order: those that the model does not have
 * (private ones) are left out. cache: NULL if there is none. */
void wire_answer_write(const struct model_operation *op, const json_t *value,
	const char *request_id, struct wire_cache *cache, struct buf *body);

/* Appends an error's body. `more`: further members of a modelled fault, or NULL. */
void wire_fault_write(const struct model_service *s, const char *code, int status, const char *text,
	const json_t *more, const char *request_id, struct buf *body);

/* An answer that has come. Begin with WIRE_ANSWER_INIT. */
struct wire_answer {
	json_t *value; /* owned; NULL: a fault, or nothing that could be read */
	struct buf code, text;
	json_t *more;    /* owned; members of a modelled fault besides code and text; NULL */
	struct buf none; /* why it could not be read, in botocore's words; empty: it could */
};
#define WIRE_ANSWER_INIT                                                                           \
	{                                                                                          \
		.code = BUF_INIT, .text = BUF_INIT, .none = BUF_INIT                               \
	}
void wire_answer_release(struct wire_answer *a);

/* `error_type`: the header x-amzn-ErrorType; NULL. Members in the model's order; an element that is
 * absent is no member, an empty one is "", [] or {} by its type. */
void wire_answer_read(const struct model_operation *op, int status, const char *error_type,
	const char *body, size_t length, struct wire_answer *out);

/* --- forms and percent-encoding -------------------------------------------------------------- */

/* Appends text with all but A-Z a-z 0-9 - _ . ~ (and `also`) as %XX: what SigV4 and botocore do. */
void wire_encode(struct buf *out, const char *text, size_t n, const char *also);
/* Appends the text decoded, "+" as a blank if `form`. A "%" without two digits stays. */
void wire_decode(struct buf *out, const char *text, size_t n, bool form);

#endif
