/* fault-write.c - an error's body in its service's protocol; see wire.h. */
#include "wire/write.h"

#include "base/json.h"

#include <string.h>

static void write_tag(struct buf *body, const char *tag, const char *text)
{
	buf_addf(body, "<%s>", tag);
	write_xml_text(body, text, strlen(text));
	buf_addf(body, "</%s>", tag);
}

static void write_ec2(const char *code, const char *text, const char *request_id, struct buf *body)
{
	buf_adds(body, "<Response><Errors><Error>");
	write_tag(body, "Code", code);
	write_tag(body, "Message", text);
	buf_adds(body, "</Error></Errors>");
	write_tag(body, "RequestID", request_id);
	buf_adds(body, "</Response>");
}

static void write_query(const struct model_service *s, const char *code, int status,
	const char *text, const char *request_id, struct buf *body)
{
	buf_addf(body, "<ErrorResponse xmlns=\"%s\"><Error>", model_text(s->xmlns));
	write_tag(body, "Type", status < 500 ? "Sender" : "Receiver");
	write_tag(body, "Code", code);
	write_tag(body, "Message", text);
	buf_adds(body, "</Error>");
	write_tag(body, "RequestId", request_id);
	buf_adds(body, "</ErrorResponse>");
}

/* rest-json names the code in a header. */
static void write_json_fault(const struct model_service *s, const char *code, const char *text,
	const json_t *more, struct buf *body)
{
	const char *key;
	json_t *value;

	buf_addc(body, '{');
	if (s->protocol == MODEL_JSON) {
		buf_adds(body, "\"__type\":");
		write_json_text(body, code, strlen(code));
		buf_addc(body, ',');
	}
	buf_adds(body, "\"message\":");
	write_json_text(body, text, strlen(text));
	json_object_foreach((json_t *)more, key, value)
	{
		buf_addc(body, ',');
		write_json_text(body, key, strlen(key));
		buf_addc(body, ':');
		buf_add_json(body, value, JSON_COMPACT | JSON_ENCODE_ANY);
	}
	buf_addc(body, '}');
}

void wire_fault_write(const struct model_service *s, const char *code, int status, const char *text,
	const json_t *more, const char *request_id, struct buf *body)
{
	bool ec2 = s->protocol == MODEL_EC2;

	if (!ec2 && s->protocol != MODEL_QUERY) {
		write_json_fault(s, code, text, more, body);
		return;
	}
	buf_adds(body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	if (ec2)
		write_ec2(code, text, request_id, body);
	else
		write_query(s, code, status, text, request_id, body);
}
