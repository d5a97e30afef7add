/* request-read.c - which operation of which service a request asks for; see wire.h. */
#include "base/codec.h"
#include "base/text.h"
#include "wire/read.h"

#include <string.h>
#include <strings.h>

void wire_reading_release(struct wire_reading *r)
{
	json_decref(r->request);
	buf_release(&r->name);
	buf_release(&r->value);
	*r = (struct wire_reading)WIRE_READING_INIT;
}

/* ---- troubles ---- */

/* At most READ_QUOTE bytes, never half a character, nothing that is no text. */
static void quote(struct buf *out, const char *s)
{
	size_t n = strlen(s);

	if (n > READ_QUOTE) {
		n = READ_QUOTE;
		while (n > 0 && (s[n] & 0xc0) == 0x80)
			n--;
	}
	buf_clear(out);
	if (read_is_text(s, n)) {
		buf_add(out, s, n);
	} else {
		char *part = xstrndup(s, n);

		text_printable(part, out);
		free(part);
	}
}

bool read_fail(struct wire_reading *r, enum wire_trouble why, const char *name, const char *value)
{
	json_decref(r->request);
	r->request = NULL;
	r->trouble = why;
	quote(&r->name, name);
	quote(&r->value, value ? value : "");
	return false;
}

bool read_is_text(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			return false;
		/* U+FFFE and U+FFFF */
		if (c == 0xef && n - i > 2 && (unsigned char)s[i + 1] == 0xbf &&
			(unsigned char)s[i + 2] >= 0xbe)
			return false;
	}
	return text_valid(s, n) == n;
}

/* ---- the operation ---- */

static bool take_operation(struct wire_reading *r, const char *name)
{
	const struct model_known *k = model_find_known(r->service, name);

	if (!k)
		return read_fail(r, WIRE_NO_OPERATION, name, NULL);
	if (k->operation == MODEL_NONE)
		return read_fail(r, WIRE_NOT_SIMULATED, name, NULL);
	r->op = &model_operations[k->operation];
	return true;
}

static const struct model_service *first_of(enum model_protocol protocol)
{
	for (size_t i = 0; i < model_counts.services; i++)
		if (model_services[i].protocol == protocol)
			return &model_services[i];
	return &model_services[0];
}

/* ---- json: TrentService.CreateKey ---- */

static const struct model_service *service_of_target(const char *target, size_t prefix)
{
	for (size_t i = 0; i < model_counts.services; i++) {
		const char *have = model_text(model_services[i].target_prefix);

		if (model_services[i].protocol == MODEL_JSON && strlen(have) == prefix &&
			memcmp(have, target, prefix) == 0)
			return &model_services[i];
	}
	return NULL;
}

static bool read_target(const struct wire_request *in, struct wire_reading *r)
{
	const char *dot = strrchr(in->target, '.');
	size_t prefix = dot ? (size_t)(dot - in->target) : strlen(in->target);
	const struct model_service *s = service_of_target(in->target, prefix);

	r->service = s ? s : first_of(MODEL_JSON);
	if (!read_is_text(in->target, strlen(in->target)))
		return read_fail(r, WIRE_NOT_TEXT, "X-Amz-Target", NULL);
	if (!s || !dot)
		return read_fail(r, WIRE_NO_OPERATION, in->target, NULL);
	if (!take_operation(r, dot + 1))
		return false;
	r->request = json_object();
	return read_json(in->body, in->length, r);
}

/* ---- forms ---- */

/* Clients that know nothing of JSON send forms under any name, or none. */
static bool has_form(const struct wire_request *in)
{
	static const char json[] = "application/json", amz[] = "application/x-amz-json";

	return in->length &&
	       !(in->type && (strncasecmp(in->type, json, sizeof json - 1) == 0 ||
				     strncasecmp(in->type, amz, sizeof amz - 1) == 0));
}

static const struct model_service *service_of_version(const char *version)
{
	for (size_t i = 0; version && i < model_counts.services; i++) {
		const struct model_service *s = &model_services[i];

		if (s->protocol == MODEL_QUERY && strcmp(model_text(s->api_version), version) == 0)
			return s;
	}
	return version ? first_of(MODEL_EC2) : NULL;
}

static bool check_texts(const struct form *f, struct wire_reading *r)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct form_pair *p = &f->pairs[i];

		if (!read_is_text(form_key(f, i), p->key.n) ||
			!read_is_text(form_value(f, i), p->value.n))
			return read_fail(r, WIRE_NOT_TEXT, form_key(f, i), NULL);
	}
	return true;
}

static bool read_action(const struct form *f, bool whole, struct wire_reading *r)
{
	const char *action = form_find(f, "Action");

	if (!whole)
		return read_fail(r, WIRE_TOO_MANY, form_key(f, f->n - 1), NULL);
	if (!check_texts(f, r))
		return false;
	if (!action || !*action)
		return read_fail(r, WIRE_NO_ACTION, "", NULL);
	return take_operation(r, action) && read_form(f, r);
}

/* ---- what stands in no header ---- */

static const struct model_service *service_of_path(const char *path)
{
	for (size_t i = 0; i < model_counts.services; i++)
		if (model_services[i].protocol == MODEL_REST_JSON &&
			read_rest_knows(&model_services[i], path))
			return &model_services[i];
	return NULL;
}

static bool read_rest_request(const struct wire_request *in, struct wire_reading *r)
{
	r->request = json_object();
	return read_rest(in, r) && read_json(in->body, in->length, r);
}

static bool read_by_service(
	const struct wire_request *in, const struct form *f, bool whole, struct wire_reading *r)
{
	switch ((enum model_protocol)r->service->protocol) {
	case MODEL_EC2:
	case MODEL_QUERY:
		return read_action(f, whole, r);
	case MODEL_JSON:
		break;
	case MODEL_REST_JSON:
		return read_rest_request(in, r);
	}
	return read_fail(r, WIRE_NO_ACTION, "", NULL); /* X-Amz-Target is missing */
}

bool wire_request_read(const struct wire_request *in, struct wire_reading *r)
{
	struct form f = FORM_INIT;
	bool whole, fine;

	if (in->target)
		return read_target(in, r);
	r->service = in->scope ? model_find_service(in->scope) : NULL;
	whole = form_read(&f, in->query ? in->query : "", in->query ? strlen(in->query) : 0);
	if (whole && has_form(in))
		whole = form_read(&f, in->body, in->length);
	if (!r->service)
		r->service = service_of_version(form_find(&f, "Version"));
	if (!r->service)
		r->service = service_of_path(in->path ? in->path : "/");
	if (!r->service)
		r->service = first_of(MODEL_EC2);
	fine = read_by_service(in, &f, whole, r);
	form_release(&f);
	return fine;
}
