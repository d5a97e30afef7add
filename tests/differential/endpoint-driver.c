/*
 * endpoint-driver.c - the AWS CLI on a world in memory, telling each call of the API that it makes:
 * what the clients of an endpoint must be answered on an equal world.
 *
 *     endpoint-driver FOLDER    answers lines of requests: see line-driver.h; it tells "calls"
 *
 * Of calls there are {"service", "operation", "key", "secret", "region", "request", "answer"}, the
 * same with "fault": {"code", "text", "status"} instead of an answer, and {"sleep": milliseconds}
 * between polls. In requests and answers the model's timestamps are {"$time": text} and its blobs
 * {"$blob": base64}, so that a client's types can be held against them, and numbers beyond 64 bits
 * are {"$whole": digits}.
 */
#include "../sim/line-driver.h"

#include "base/whole.h"

/* ---- documents with their types ---- */

static json_t *typed(const struct model_shape *shape, json_t *value);

static json_t *typed_structure(const struct model_shape *shape, json_t *value)
{
	json_t *out = json_object(), *member;
	const char *name;

	json_object_foreach(value, name, member)
	{
		const struct model_member *m =
			model_find_member(shape, MODEL_BY_NAME, name, strlen(name));

		json_object_set_new(
			out, name, m ? typed(model_member_shape(m), member) : json_incref(member));
	}
	return out;
}

static json_t *typed_elements(const struct model_shape *shape, json_t *value)
{
	const struct model_shape *element = model_shape(shape->element);
	json_t *out = json_is_array(value) ? json_array() : json_object(), *member;
	const char *name;
	size_t i;

	json_array_foreach(value, i, member) json_array_append_new(out, typed(element, member));
	if (json_is_object(value))
		json_object_foreach(value, name, member)
			json_object_set_new(out, name, typed(element, member));
	return out;
}

/* A new reference: the value, with timestamps and blobs told from other text, and numbers beyond 64
 * bits from those that jansson can write. */
static json_t *typed(const struct model_shape *shape, json_t *value)
{
	if (!shape)
		return json_incref(value);
	if (shape->kind == MODEL_STRUCTURE && json_is_object(value))
		return typed_structure(shape, value);
	if (shape->kind == MODEL_LIST || shape->kind == MODEL_MAP)
		return typed_elements(shape, value);
	if (shape->kind == MODEL_TIMESTAMP)
		return json_pack("{s:O}", "$time", value);
	if (shape->kind == MODEL_BLOB)
		return json_pack("{s:O}", "$blob", value);
	if (whole_digits(value))
		return json_pack("{s:s}", "$whole", whole_digits(value));
	return json_incref(value);
}

/* ---- what the CLI asks for ---- */

static void call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct driver *d = ctx;
	json_t *told = json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:o}", "service",
		model_text(model_services[op->service].name), "operation", model_text(op->name),
		"key", who->key, "secret", who->secret, "region", who->region, "request",
		typed(model_shape(op->input), request));

	sim_call(&d->run, who, op, request, reply);
	if (reply->value)
		json_object_set_new(told, "answer", typed(model_shape(op->output), reply->value));
	else if (reply->code)
		json_object_set_new(told, "fault",
			json_pack("{s:s, s:s, s:i}", "code", reply->code, "text", reply->text,
				"status", reply->status));
	json_array_append_new(d->told, told);
}

static void let_sleep(void *ctx, int64_t milliseconds)
{
	struct driver *d = ctx;

	sim_sleep(&d->run, milliseconds);
	json_array_append_new(d->told, json_pack("{s:I}", "sleep", (json_int_t)milliseconds));
}

int main(int argc, char **argv)
{
	struct driver d = {.call = call, .sleep = let_sleep, .telling = "calls"};

	if (argc != 2) {
		fputs("usage: endpoint-driver FOLDER\n", stderr);
		return 2;
	}
	driver_serve(&d, argv[1]);
	return 0;
}
