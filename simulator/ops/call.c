/* call.c - the way of one call: check, handle in a step of the world, page, fit; see ops.h. */
#include "base/json.h"
#include "ops/account.h"
#include "ops/answer.h"
#include "ops/catalogue.h"
#include "ops/input.h"
#include "ops/links.h"
#include "ops/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How far ahead `instant` lets transitions run: longer ones (deletion of keys, cool-offs) are meant
 * to last. */
enum { INSTANT_MS = 3600 * 1000 };

static const char *service_name(const struct model_operation *op)
{
	return model_text(model_services[op->service].name);
}

static handler_fn *handler_of(const struct model_operation *op)
{
	return table_handler(service_name(op), model_text(op->name));
}

bool ops_handles(const struct model_operation *op)
{
	return handler_of(op) != NULL;
}

void ops_make_token(const struct world *w, char out[OPS_TOKEN])
{
	uint64_t a = world_peek(w, 0), b = world_peek(w, 1);

	snprintf(out, OPS_TOKEN, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
		(unsigned)(0x8000 | (b >> 48 & 0x3fff)), (unsigned long long)(b & 0xffffffffffff));
}

/* ---- time ---- */

static void finish_transitions(struct world *w)
{
	int64_t limit = world_now(w) + INSTANT_MS, next;

	while (world_next_timer(w, &next) && next <= limit)
		world_pass(w, next);
}

static void run_timer(void *ctx, struct world *w, const struct resource *r, const char *what)
{
	timer_fn *run = table_timer(what);
	json_t *doc;

	(void)ctx;
	if (run) {
		run(w, r);
		return;
	}
	doc = json_deep_copy(r->doc); /* a world file may name what we do not know */
	timer_clear(doc);
	resource_put(w, r, doc);
}

/* ---- the beginning of all ---- */

static void genesis(void *ctx, struct world *w, struct place_of in)
{
	catalogue_genesis(w, in);
	if (ctx)
		catalogue_more(w, in, ctx);
	network_genesis(w, in);
	kms_genesis(w, in);
	account_genesis(w, in);
}

struct world *ops_world_with(uint64_t seed, int64_t start_ms, json_t *images)
{
	return world_new(&(struct world_options){.seed = seed,
		.start_ms = start_ms,
		.timer = run_timer,
		.genesis = genesis,
		.ctx = images});
}

struct world *ops_world(uint64_t seed, int64_t start_ms)
{
	return ops_world_with(seed, start_ms, NULL);
}

bool ops_has_region(const char *name)
{
	return region_find(name) != NULL;
}

static bool is_account(const char *key)
{
	return strlen(key) == 12 && strspn(key, "0123456789") == 12;
}

const char *ops_account_of_key(const struct world *w, const char *key)
{
	json_t *doc = key ? world_get(w, place("", "", "access-key"), key) : NULL;
	const char *account = in_text(doc, "Account");

	if (!account && key && is_account(key))
		return key;
	return account ? account : OPS_DEFAULT_ACCOUNT;
}

/* ---- client tokens: the same request with the same token is done once ---- */

enum { TOKEN_MS = 24 * 3600 * 1000, TOKEN_ID = 256 };

static const char *token_of(const struct call *c, struct buf *id)
{
	const char *token = in_text(c->in, "ClientToken");

	if (!token || !*token || c->who.fresh_token)
		return NULL;
	buf_addf(id, "%s %s", model_text(c->op->name), token);
	return token;
}

/* AWS promises a day. Their number counts too, for a world whose clock hardly moves. */
static enum fate token_fate(const struct world *w, const struct resource *r)
{
	return in_int(r->doc, "at", 0) + TOKEN_MS <= world_now(w) ? FATE_OVER : FATE_SPARE;
}

static void note_token(struct call *c, const char *id, const char *request, json_t *value)
{
	if (strlen(id) >= TOKEN_ID)
		return;
	forget_oldest(c->w, call_place(c, "token"), FORGET_MOST, token_fate);
	call_put(c, "token", id,
		json_pack("{s:s, s:O, s:I}", "request", request, "answer", value, "at",
			(json_int_t)call_now(c)));
}

static json_t *token_seen(const struct call *c, const char *id)
{
	json_t *seen = call_get(c, "token", id);

	return seen && in_int(seen, "at", 0) + TOKEN_MS > call_now(c) ? seen : NULL;
}

/* Handles the request unless its token has been seen; a new reference, or NULL and a fault. */
static json_t *handle_once(struct call *c, handler_fn *run)
{
	struct buf id = BUF_INIT;
	const char *token = token_of(c, &id);
	json_t *seen = token ? token_seen(c, id.s) : NULL, *value;
	char *request = token ? json_text(c->in, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	if (!seen) {
		value = run(c);
		if (value && token && request && !in_bool(c->in, "DryRun", false))
			note_token(c, id.s, request, value);
	} else if (request && strcmp(in_text(seen, "request"), request) == 0) {
		value = json_incref(json_object_get(seen, "answer"));
	} else {
		value = call_fault(c, FAULT_IDEMPOTENT_MISMATCH, token);
	}
	free(request);
	buf_release(&id);
	return value;
}

/* ---- paging: handlers answer everything, the caller gets a page ---- */

/* A token is opaque to clients: where the next page begins, mixed with the operation's name. */
static uint64_t token_mask(const struct model_operation *op)
{
	uint64_t n = 0x9e3779b97f4a7c15u;

	for (const char *s = model_text(op->name); *s; s++)
		n = (n ^ (unsigned char)*s) * 0x100000001b3u;
	return n << 24; /* what is read back has to be small in these bits */
}

static bool token_parse(const struct call *c, const char *token, size_t *at)
{
	char *end;
	uint64_t n = strtoull(token, &end, 16) ^ token_mask(c->op);

	if (*end || end != token + 16 || n >> 24)
		return false;
	*at = (size_t)n;
	return true;
}

static json_t *slice(const json_t *list, size_t from, size_t to)
{
	json_t *page = json_array();

	for (; from < to; from++)
		json_array_append(page, json_array_get(list, from));
	return page;
}

/* Cuts value's list to the page that was asked for; false and a fault if the token is none of ours.
 */
static bool cut_page(struct call *c, json_t *value)
{
	const struct model_page *page =
		c->op->page == MODEL_NONE ? NULL : &model_pages[c->op->page];
	const char *result, *token;
	size_t from = 0, to, n;
	char next[17];
	json_t *list;

	if (!page)
		return true;
	result = model_text(model_members[page->result].name);
	list = json_object_get(value, result);
	token = in_text(c->in, model_text(model_members[page->token_in].name));
	n = to = json_array_size(list);
	if (token && *token && (!token_parse(c, token, &from) || from > n)) {
		call_fault(c, FAULT_INVALID_NEXT_TOKEN, token);
		return false;
	}
	if (page->limit != MODEL_NONE) {
		int64_t limit =
			in_int(c->in, model_text(model_members[page->limit].name), INT64_MAX);

		if (limit > 0 && (uint64_t)limit < n - from)
			to = from + (size_t)limit;
	}
	if (from == 0 && to == n)
		return true;
	json_object_set_new(value, result, slice(list, from, to));
	if (to < n) {
		snprintf(next, sizeof next, "%016" PRIx64, token_mask(c->op) ^ (uint64_t)to);
		json_object_set_new(
			value, model_text(model_members[page->token_out].name), json_string(next));
		if (json_object_get(value, "Truncated")) /* KMS says it twice */
			json_object_set_new(value, "Truncated", json_true());
	}
	return true;
}

/* ---- the call ---- */

/* Everything between the beginning and the end of a step. */
static json_t *carry_out(struct call *c, handler_fn *run)
{
	json_t *value, *paged;

	value = handle_once(c, run);
	if (value && !call_failed(c) && in_bool(c->in, "DryRun", false))
		call_fault(c, FAULT_DRY_RUN);
	if (value && !call_failed(c)) {
		paged = json_copy(value); /* what a token answers again is not to be cut */
		json_decref(value);
		value = paged;
		cut_page(c, value);
	}
	if (call_failed(c)) {
		json_decref(value);
		return NULL;
	}
	return value;
}

static bool region_open(struct call *c)
{
	const struct region_facts *r = region_find(c->who.region);
	struct buf id = BUF_INIT;
	bool open;

	if (!r || strcmp(r->opt_in, "not-opted-in") != 0)
		return true;
	buf_addf(&id, "region %s", r->name);
	open = world_get(c->w, place(c->who.account, "", "setting"), id.s) != NULL;
	buf_release(&id);
	if (!open)
		call_fault(c, FAULT_REGION_NOT_ENABLED);
	return open;
}

static void run_step(struct call *c, handler_fn *run)
{
	json_t *value;

	world_begin(c->w, c->who.label);
	value = carry_out(c, run);
	if (!value) {
		world_abort(c->w);
		if (!call_failed(c))
			call_fault(c, FAULT_INTERNAL);
		return;
	}
	world_commit(c->w);
	if (c->who.unfitted) {
		c->answer->value = value;
		return;
	}
	c->answer->value = answer_fit(model_shape(c->op->output), value, &c->answer->misfit);
	json_decref(value);
}

bool ops_call(struct world *w, const struct ops_caller *who, const struct model_operation *op,
	json_t *request, struct ops_answer *a)
{
	struct buf arn = BUF_INIT, user = BUF_INIT;
	struct call c = {.w = w, .op = op, .who = *who, .in = request, .answer = a};
	handler_fn *run = handler_of(op);

	world_pass(w, world_now(w) + who->elapsed_ms);
	account_note(w, who->account);
	buf_addf(&arn, "arn:aws:iam::%s:user/learner", who->account);
	buf_addf(&user, "AIDA%s%s", "LEARN", who->account);
	if (!c.who.arn)
		c.who.arn = arn.s;
	if (!c.who.user_id)
		c.who.user_id = user.s;
	if (!c.who.label)
		c.who.label = model_text(op->name);
	if (region_open(&c) && input_check(&c)) {
		if (run)
			run_step(&c, run);
		else
			call_fault(&c, FAULT_UNSUPPORTED, "This operation is not simulated.");
	}
	if (who->instant && a->value)
		finish_transitions(w);
	buf_release(&arn);
	buf_release(&user);
	return a->value != NULL;
}
