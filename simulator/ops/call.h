/*
 * call.h - what a handler works with. Handlers are the static functions of the family files
 * (image.c, instance.c, ...); the table that closes a file names them.
 *
 * A handler reads a request that fits the model (required members are there, types are right, enum
 * values exist), changes the world through the functions below, and answers with a value or with
 * a fault. It never prints, reads no clock but call_now, and never checks what the model can check.
 * DryRun, paging, the order of members, and taking back everything after a fault are done for it.
 *
 * Documents: a resource has the shape in which the API returns it, plus private members that begin
 * with "_". Private members and members that the answer's shape does not have are dropped from an
 * answer, so a document can be answered as it is. Times are texts as AWS writes them,
 * "2026-11-21T10:20:30.000Z". A document in the world is never edited: take call_edit, change
 * the copy, call_put it.
 */
#ifndef OPS_CALL_H
#define OPS_CALL_H

#include "ops/fault.h"
#include "ops/ops.h"

struct call {
	struct world *w;
	const struct model_operation *op;
	struct ops_caller who; /* account, region, arn, user_id: never NULL here */
	json_t *in;            /* the request: borrowed, not to be changed */
	struct ops_answer *answer;
};

/* A new reference; NULL after call_fault. json_object() if there is nothing to say. */
typedef json_t *handler_fn(struct call *c);
/* What a document's _timer asks for, when its time has come. Replaces or takes away the document.
 */
typedef void timer_fn(struct world *w, const struct resource *r);

struct handler {
	const char *operation;
	handler_fn *run;
};
struct timer_handler {
	const char *what;
	timer_fn *run;
};
/* The table at the end of a family's file. Both lists end with an empty entry; timers may be NULL.
 */
struct family {
	const char *service; /* "ec2" */
	const struct handler *handlers;
	const struct timer_handler *timers;
};

/* --- faults ------------------------------------------------------------------------------- */

/* Fills the fault and returns NULL: `return call_fault(c, FAULT_INVALID_AMI_ID_NOT_FOUND, id);` The
 * arguments are the %s (and %lld) of the template in faults.def. */
json_t *call_fault(struct call *c, enum fault_id f, ...);
/* Whether a fault has been set: for helpers that answer with NULL for other reasons too. */
bool call_failed(const struct call *c);

/* --- the request -------------------------------------------------------------------------- */

/* Members by name; NULL, 0, false or `otherwise` if absent. A path goes down: "Ebs.SnapshotId". Of
 * a structure of the kind AttributeValue (only member: Value) in_* give the value itself. */
const char *in_text(const json_t *in, const char *path);
bool in_has(const json_t *in, const char *path);
int64_t in_int(const json_t *in, const char *path, int64_t otherwise);
bool in_bool(const json_t *in, const char *path, bool otherwise);
json_t *in_get(const json_t *in, const char *path); /* borrowed; NULL if absent */
json_t *in_list(const json_t *in,
	const char *path); /* an array, or NULL, which jansson takes for an empty one; borrowed */
bool list_has(const json_t *list, const char *text); /* a list of strings */

/* --- resources ---------------------------------------------------------------------------- */

/* The caller's account and Region, or another's. */
struct place_of call_place(const struct call *c, const char *kind);
struct place_of place(const char *account, const char *region, const char *kind);

json_t *call_get(const struct call *c, const char *kind, const char *id); /* of the caller, here */
void call_put(struct call *c, const char *kind, const char *id, json_t *doc); /* steals doc */
void call_drop(struct call *c, const char *kind, const char *id);
json_t *call_edit(const json_t *doc); /* a deep copy, to change and put back */
/* A resource of any account in the caller's Region. */
bool call_find(const struct call *c, const char *kind, const char *id, struct resource *out);
/* Puts the document back where the resource is. */
void resource_put(struct world *w, const struct resource *r, json_t *doc);

/* Walks a kind of the caller's resources here; cursors as in world_next. */
bool call_next(
	const struct call *c, const char *kind, struct world_cursor *at, struct resource *out);

/* What only ever grows (tasks that have ended, what was deleted, tokens, temporary keys) is
 * forgotten when there is more of it: before a document is added to such a place, the oldest that
 * are there may go. As AWS forgets most of them after an hour to some weeks, no learner misses
 * them. */
enum fate {
	FATE_KEEP,  /* it is in use: never */
	FATE_SPARE, /* AWS would show it still: only if the place is full */
	FATE_OVER,  /* nobody can ask for it any more */
};
typedef enum fate fate_fn(const struct world *w, const struct resource *r);
/* A few at a time, so that no call pays for others. `most`: how many documents the place holds
 * before what can be spared has to go; the number is ours, so it is generous. NULL: all can be. */
void forget_oldest(struct world *w, struct place_of in, size_t most, fate_fn *fate);
/* Of documents that a timer takes away (timer_set with "...-forget"): what waits for that can be
 * spared. */
fate_fn fate_by_timer;
enum { FORGET_MOST = 1000 };

/* Settings of an account in a Region that are no resource (encryption by default, block public
 * access): one document a name; NULL until first set. */
json_t *setting_get(const struct call *c, const char *name);
void setting_put(struct call *c, const char *name, json_t *doc);

/* "ami", "snap", "i", "vol", ...: a new id. */
void call_id(struct call *c, const char *prefix, char out[WORLD_ID]);
/* Whether id looks like `prefix`-8 or 17 hex digits. */
bool id_fits(const char *id, const char *prefix);

/* "arn:aws:ec2:REGION:ACCOUNT:TYPE/ID" */
char *call_arn(struct call *c, const char *service, const char *rest, struct buf *out);

/* --- time --------------------------------------------------------------------------------- */

int64_t call_now(const struct call *c); /* milliseconds */
enum { TIME_TEXT = 32 };
char *time_text(int64_t ms, char out[TIME_TEXT]); /* "2026-11-21T10:20:30.000Z" */
json_t *time_json(int64_t ms);
/* What the CLI and SDKs send for a timestamp: ISO with Z or offset, or a date, or seconds. */
bool time_parse(const char *text, int64_t *ms);
/* Sets the document's timer: in `ms` from now do `what` (a name in some family's timers). */
void timer_set(struct world *w, json_t *doc, int64_t ms, const char *what);
void timer_clear(json_t *doc);

/* --- tags --------------------------------------------------------------------------------- */

/* Sets doc.Tags from the request's TagSpecifications for this resource type ("image"). False and a
 * fault if they are bad (aws: prefix, more than 50, a key twice, a type that the operation does
 * not make: `types` are those it makes, ended by NULL). Call tags_check once, tags_set for each. */
bool tags_check(struct call *c, const char *const *types);
/* The same rules for a bare list of tags. */
bool tags_list_check(struct call *c, const json_t *tags);
void tags_set(const struct call *c, const char *type, json_t *doc);
/* The tags that the caller sees on a resource: own resource, the document's; another's, the
 * caller's own tags on it. New reference (an array), or NULL if there are none. */
json_t *tags_seen(const struct call *c, const struct resource *r);

/* --- describing --------------------------------------------------------------------------- */

/* Where a filter's values are, if not at the place its name says (kebab to Pascal:
 * "block-device-mapping.device-name" -> BlockDeviceMapping.DeviceName). Lists on the way are gone
 * through; a path may end in a private member of the view. Ended by an empty entry. */
struct filter_path {
	const char *filter, *path;
};

struct describe {
	const char *kind;   /* of resource */
	const char *result; /* member of the answer: "Images" */
	const char *ids;    /* member of the request with ids: "ImageIds"; NULL: none */
	const char *prefix; /* that ids have to have: "ami"; NULL: any text */
	enum fault_id malformed, not_found; /* take an id */
	const struct filter_path *filters;
	/* Which resources: NULL: all of the caller's here. `all` walks every account's in the
	 * Region, and `wanted` decides. With ids given, a resource that is not seen is not_found.
	 */
	bool all;
	bool (*seen)(const struct call *c, const struct resource *r); /* NULL: yes */
	bool (*listed)(const struct call *c,
		const struct resource *r); /* beyond ids and filters; NULL: yes */
	/* What is answered, and filtered: new reference. NULL: the document with tags_seen. */
	json_t *(*view)(const struct call *c, const struct resource *r);
};

/* The whole answer of a Describe operation: {result: [...]}; NULL after a fault. */
json_t *call_describe(struct call *c, const struct describe *d);

/* For answers that are no documents: whether `value` passes the request's Filters. False and no
 * fault: it does not. Check the names once with filters_check. */
bool filters_check(struct call *c);
bool filters_match(const struct call *c, const struct filter_path *paths, const json_t *value);
/* "web-*" with * and ?, \ for themselves. */
bool wildcard_match(const char *pattern, const char *text);

/* --- accounts, Regions -------------------------------------------------------------------- */

struct zone {
	const char *name, *id; /* "us-east-1a", "use1-az1" */
};
struct region_facts {
	const char *name, *opt_in, *long_name; /* "opt-in-not-required" */
	struct zone zones[7];
	size_t n_zones;
};
extern const struct region_facts regions[];
extern const size_t n_regions;
const struct region_facts *region_find(const char *name);
const struct zone *zone_find(const struct region_facts *r, const char *name_or_id);

/* The organisation of an account ("o-..."), and whether it is in the organisational unit; ARNs as
 * in launch permissions. */
bool account_in_organization(const struct world *w, const char *account, const char *arn);
bool account_in_unit(const struct world *w, const char *account, const char *arn);

#endif
