/* input.c - reading a request, and checking it against the model; see call.h and input.h. */
#include "ops/input.h"

#include "ops/answer.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

/* {"Value": x}, as attributes are given, is x. */
static json_t *attribute_value(json_t *v)
{
	json_t *inner =
		json_is_object(v) && json_object_size(v) == 1 ? json_object_get(v, "Value") : NULL;

	return inner ? inner : v;
}

json_t *in_get(const json_t *in, const char *path)
{
	char name[128];
	json_t *v = (json_t *)(uintptr_t)in;

	while (v && *path) {
		size_t n = strcspn(path, ".");

		if (n >= sizeof name)
			return NULL;
		memcpy(name, path, n);
		name[n] = '\0';
		v = json_object_get(v, name);
		path += n + (path[n] == '.');
	}
	return v;
}

bool in_has(const json_t *in, const char *path)
{
	return in_get(in, path) != NULL;
}

const char *in_text(const json_t *in, const char *path)
{
	return json_string_value(attribute_value(in_get(in, path)));
}

int64_t in_int(const json_t *in, const char *path, int64_t otherwise)
{
	json_t *v = attribute_value(in_get(in, path));

	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

bool in_bool(const json_t *in, const char *path, bool otherwise)
{
	json_t *v = attribute_value(in_get(in, path));

	return json_is_boolean(v) ? json_boolean_value(v) : otherwise;
}

json_t *in_list(const json_t *in, const char *path)
{
	json_t *v = in_get(in, path);

	return json_is_array(v) ? v : NULL;
}

bool list_has(const json_t *list, const char *text)
{
	size_t i;
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)list, i,
		v) if (json_is_string(v) && strcmp(json_string_value(v), text) == 0) return true;
	return false;
}

/* ---- checking ---- */

/* EC2 has words of its own; the other services share these. */
static bool is_ec2(const struct call *c)
{
	return model_services[c->op->service].protocol == MODEL_EC2;
}

static const char *wire_like(const char *name, char out[64]);

/* "Value 'x' at 'name' failed to satisfy constraint: Member must ..." */
static bool invalid(
	struct call *c, const struct model_member *m, const char *value, const char *must)
{
	enum fault_id fault = model_services[c->op->service].protocol == MODEL_QUERY
				      ? FAULT_VALIDATION_STS
				      : FAULT_VALIDATION;
	struct buf quoted = BUF_INIT;
	char name[64];

	buf_addf(&quoted, value ? "'%s'" : "null", value);
	call_fault(c, fault, quoted.s, wire_like(model_text(m->name), name), must);
	buf_release(&quoted);
	return false;
}

/* "VolumeType" -> "volumeType": how EC2's own texts name a parameter. */
static const char *wire_like(const char *name, char out[64])
{
	snprintf(out, 64, "%s", name);
	out[0] = (char)tolower((unsigned char)out[0]);
	return out;
}

static bool check_value(
	struct call *c, const struct model_member *m, const struct model_shape *s, const json_t *v);

static bool check_members(struct call *c, const struct model_shape *s, const json_t *in)
{
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);
		const char *name = model_text(m->name);
		json_t *v = json_object_get(in, name);

		if (!v && m->required && !is_ec2(c))
			return invalid(c, m, NULL, "not be null");
		if (!v && m->required) {
			call_fault(c, FAULT_MISSING_PARAMETER, name);
			return false;
		}
		if (v && !check_value(c, m, model_member_shape(m), v))
			return false;
	}
	return true;
}

/* Enums whose unknown values have a fault of their own, which the handlers know. */
static bool left_to_handlers(const struct model_enum *e)
{
	const char *name = model_text(e->name);

	return strcmp(name, "InstanceType") == 0 || strcmp(name, "PermissionGroup") == 0;
}

static bool invalid_enum(
	struct call *c, const struct model_member *m, const struct model_enum *e, const char *value)
{
	struct buf must = BUF_INIT;

	buf_adds(&must, "satisfy enum value set: [");
	for (size_t i = 0; i < e->values.n; i++)
		buf_addf(&must, "%s%s", i ? ", " : "",
			model_text(model_values[e->values.first + i]));
	buf_addc(&must, ']');
	invalid(c, m, value, must.s);
	buf_release(&must);
	return false;
}

/* A single-word enum value that does not exist. Which values there are is said where they are few.
 */
static bool check_enum(struct call *c, const struct model_member *m, const struct model_shape *s,
	const char *value)
{
	const struct model_enum *e = &model_enums[s->enumeration];
	struct buf hint = BUF_INIT;
	char name[64];

	if (model_has_value(e, value) || left_to_handlers(e))
		return true;
	if (!is_ec2(c))
		return invalid_enum(c, m, e, value);
	if (e->values.n <= 12) {
		buf_adds(&hint, "Valid values are: ");
		for (size_t i = 0; i < e->values.n; i++)
			buf_addf(&hint, "%s%s", i ? ", " : "",
				model_text(model_values[e->values.first + i]));
		buf_addc(&hint, '.');
	}
	call_fault(c, FAULT_INVALID_VALUE, value, wire_like(model_text(m->name), name), hint.s);
	while (c->answer->text.len && c->answer->text.s[c->answer->text.len - 1] == ' ')
		buf_truncate(&c->answer->text, c->answer->text.len - 1);
	buf_release(&hint);
	return false;
}

static bool check_number(
	struct call *c, const struct model_member *m, const struct model_shape *s, const json_t *v)
{
	const struct model_range *r = model_member_range(m);
	bool small = s->kind == MODEL_INTEGER; /* AWS's integer has 32 bits, its long 64 */
	int64_t min = small && r->min < INT32_MIN ? INT32_MIN : r->min;
	int64_t max = small && r->max > INT32_MAX ? INT32_MAX : r->max;
	int64_t n = json_integer_value(v);
	char name[64], value[32], hint[96];

	if (!json_is_integer(v) || (n >= min && n <= max))
		return true;
	if (!is_ec2(c)) {
		snprintf(value, sizeof value, "%" PRId64, n);
		snprintf(hint, sizeof hint, "have value %s than or equal to %" PRId64,
			n < min ? "greater" : "less", n < min ? min : max);
		return invalid(c, m, value, hint);
	}
	snprintf(value, sizeof value, " %" PRId64 " ", n);
	if (n < min)
		snprintf(hint, sizeof hint,
			"Expecting a value greater than or equal to %" PRId64 ".", min);
	else
		snprintf(hint, sizeof hint, "Expecting a value less than or equal to %" PRId64 ".",
			max);
	call_fault(c, FAULT_INVALID_VALUE, value, wire_like(model_text(m->name), name), hint);
	return false;
}

/* EC2's handlers know the lengths of their texts; elsewhere the model does. The range is that of
 * the member, so a list's says how many, not how long. */
static bool check_length(
	struct call *c, const struct model_member *m, const struct model_shape *s, const json_t *v)
{
	const struct model_range *r = model_member_range(m);
	int64_t n = (int64_t)json_string_length(v);
	char must[96];

	if (is_ec2(c) || model_member_shape(m) != s || (n >= r->min && n <= r->max))
		return true;
	snprintf(must, sizeof must, "have length %s than or equal to %" PRId64,
		n < r->min ? "greater" : "less", n < r->min ? r->min : r->max);
	return invalid(c, m, json_string_value(v), must);
}

static bool refuse_value(struct call *c, const struct model_member *m, const char *why)
{
	char name[64];

	call_fault(c, FAULT_INVALID_VALUE, "...", wire_like(model_text(m->name), name), why);
	return false;
}

/* A NUL is no character of XML, and a handler would see the text end there. */
static bool holds_nul(const json_t *v)
{
	return json_is_string(v) &&
	       memchr(json_string_value(v), '\0', json_string_length(v)) != NULL;
}

static bool check_value(
	struct call *c, const struct model_member *m, const struct model_shape *s, const json_t *v)
{
	const char *key;
	size_t i;
	json_t *element;

	if (!kind_fits(s, v))
		return refuse_value(c, m, "It has the wrong type.");
	if (holds_nul(v))
		return refuse_value(c, m, "It contains a character that is not allowed.");
	switch ((enum model_kind)s->kind) {
	case MODEL_STRING:
		return s->enumeration == MODEL_NONE ? check_length(c, m, s, v)
						    : check_enum(c, m, s, json_string_value(v));
	case MODEL_INTEGER:
	case MODEL_LONG:
		return check_number(c, m, s, v);
	case MODEL_STRUCTURE:
		return check_members(c, s, v);
	case MODEL_LIST:
		json_array_foreach((json_t *)(uintptr_t)v, i,
			element) if (!check_value(c, m, model_shape(s->element),
					     element)) return false;
		return true;
	case MODEL_MAP:
		json_object_foreach((json_t *)(uintptr_t)v, key,
			element) if (!check_value(c, m, model_shape(s->element),
					     element)) return false;
		return true;
	default:
		return true;
	}
}

bool input_check(struct call *c)
{
	return check_members(c, model_shape(c->op->input), c->in);
}
