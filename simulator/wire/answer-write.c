/* answer-write.c - an answer's body in its service's protocol; see wire.h. */
#include "wire/write.h"

#include <string.h>

const char *wire_type(const struct model_service *s)
{
	switch ((enum model_protocol)s->protocol) {
	case MODEL_EC2:
		return "text/xml;charset=UTF-8";
	case MODEL_QUERY:
		return "text/xml";
	case MODEL_JSON:
		return "application/x-amz-json-1.1";
	case MODEL_REST_JSON:
		break;
	}
	return "application/json";
}

/* ---- members ---- */

/* Documents come in the model's order most times, so the member is near the last one found. */
static size_t place_of_member(const struct model_shape *s, const char *key, size_t next)
{
	size_t end = next + 12 < s->members.n ? next + 12 : s->members.n;
	const struct model_member *m;

	for (size_t i = next; i < end; i++)
		if (strcmp(model_text(model_member_at(s, i)->name), key) == 0)
			return i;
	m = model_find_member(s, MODEL_BY_NAME, key, strlen(key));
	return m ? (size_t)(m - model_member_at(s, 0)) : s->members.n;
}

/* By jansson's iterators: json_object_foreach calls twice as many functions a member. */
void write_gather(const struct model_shape *s, const json_t *v, const json_t **found)
{
	json_t *object = (json_t *)v;
	size_t next = 0, at;

	memset(found, 0, s->members.n * sizeof *found);
	for (void *i = json_object_iter(object); i; i = json_object_iter_next(object, i)) {
		const char *key = json_object_iter_key(i);

		at = *key == '_' ? s->members.n : place_of_member(s, key, next);
		if (at == s->members.n)
			continue;
		found[at] = json_object_iter_value(i);
		if (json_is_null(found[at]))
			found[at] = NULL;
		next = at + 1;
	}
}

/* ---- bodies ---- */

static void open_document(struct buf *body, const char *root, const char *xmlns)
{
	buf_adds(body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
	buf_adds(body, root);
	buf_adds(body, "Response xmlns=\"");
	buf_adds(body, xmlns);
	buf_adds(body, "\">");
}

static void write_ec2(const struct model_operation *op, const json_t *value, const char *request_id,
	struct wire_cache *cache, struct buf *body)
{
	const struct model_shape *output = model_shape(op->output);
	const char *name = model_text(op->name);

	open_document(body, name, model_text(model_services[op->service].xmlns));
	buf_adds(body, "<requestId>");
	write_xml_text(body, request_id, strlen(request_id));
	buf_adds(body, "</requestId>");
	if (output && output->members.n)
		write_xml_members(output, value, cache, body);
	else
		buf_adds(body, "<return>true</return>");
	buf_addf(body, "</%sResponse>", name);
}

static void write_query(const struct model_operation *op, const json_t *value,
	const char *request_id, struct wire_cache *cache, struct buf *body)
{
	const char *name = model_text(op->name), *wrapper = model_text(op->wrapper);

	open_document(body, name, model_text(model_services[op->service].xmlns));
	if (*wrapper) {
		buf_addf(body, "<%s>", wrapper);
		if (op->output != MODEL_NONE)
			write_xml_members(model_shape(op->output), value, cache, body);
		buf_addf(body, "</%s>", wrapper);
	}
	buf_adds(body, "<ResponseMetadata><RequestId>");
	write_xml_text(body, request_id, strlen(request_id));
	buf_addf(body, "</RequestId></ResponseMetadata></%sResponse>", name);
}

void wire_answer_write(const struct model_operation *op, const json_t *value,
	const char *request_id, struct wire_cache *cache, struct buf *body)
{
	switch ((enum model_protocol)model_services[op->service].protocol) {
	case MODEL_EC2:
		write_ec2(op, value, request_id, cache, body);
		return;
	case MODEL_QUERY:
		write_query(op, value, request_id, cache, body);
		return;
	case MODEL_JSON:
	case MODEL_REST_JSON:
		break;
	}
	if (op->output != MODEL_NONE) /* else the body is empty, as KMS sends it */
		write_json(model_shape(op->output), value, body);
}
