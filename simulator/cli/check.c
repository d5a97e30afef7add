/* check.c - botocore's validation of a request: see check.h. */
#include "cli/check.h"

#include "base/text.h"
#include "base/whole.h"
#include "cli/base64.h"
#include "cli/moment.h"
#include "cli/pyvalue.h"
#include "query/chars.h"
#include "query/pytext.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_REPORT = 4 * 1024 * 1024, MAX_PATH = 4096 }; /* bytes; limits of ours */

/* --- validation ----------------------------------------------------------------------------- */

struct report {
	struct buf text; /* the messages, each after a newline */
	struct buf path; /* ".Tags[0].Key" */
	const json_t *ordered_members;
	bool ordered; /* the value is within one of them */
};

static void begin(struct report *r)
{
	buf_addc(&r->text, '\n');
}

/* The value's place in the request. */
static void add_place(struct report *r)
{
	const char *path = r->path.s;

	buf_adds(&r->text, !*path ? "input" : *path == '.' ? path + 1 : path);
}

static void wrong_type(struct report *r, const json_t *v, const char *valid)
{
	begin(r);
	buf_adds(&r->text, "Invalid type for parameter ");
	add_place(r);
	buf_adds(&r->text, ", value: ");
	pyvalue_str(&r->text, v, r->ordered);
	buf_addf(&r->text, ", type: <class '%s'>, valid types: %s", pyvalue_type(v, r->ordered),
		valid);
}

static void check_length(struct report *r, size_t length, const struct model_range *range)
{
	if ((int64_t)length >= range->min)
		return;
	begin(r);
	buf_adds(&r->text, "Invalid length for parameter ");
	add_place(r);
	buf_addf(&r->text, ", value: %zu, valid min length: %" PRId64, length, range->min);
}

static void check_number(struct report *r, const json_t *v, const struct model_range *range)
{
	if (!json_is_number(v) || range->min == INT64_MIN || whole_number(v) >= (double)range->min)
		return;
	begin(r);
	buf_adds(&r->text, "Invalid value for parameter ");
	add_place(r);
	buf_adds(&r->text, ", value: ");
	pyvalue_str(&r->text, v, r->ordered);
	buf_addf(&r->text, ", valid min value: %" PRId64, range->min);
}

static void check(struct report *r, const json_t *v, const struct model_shape *s,
	const struct model_range *range);

static void missing(struct report *r, const json_t *v, const struct model_shape *s)
{
	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);

		if (!m->required || json_object_get(v, model_text(m->name)))
			continue;
		begin(r);
		buf_adds(&r->text, "Missing required parameter in ");
		add_place(r);
		buf_addf(&r->text, ": \"%s\"", model_text(m->name));
	}
}

static void unknown(struct report *r, const char *key, const struct model_shape *s)
{
	begin(r);
	buf_adds(&r->text, "Unknown parameter in ");
	add_place(r);
	buf_addf(&r->text, ": \"%s\", must be one of: ", key);
	for (size_t i = 0; i < s->members.n; i++)
		buf_addf(&r->text, "%s%s", i ? ", " : "", model_text(model_member_at(s, i)->name));
}

static void check_structure(struct report *r, const json_t *v, const struct model_shape *s)
{
	const char *key;
	json_t *value, *members = (json_t *)(uintptr_t)v;
	size_t length = r->path.len;

	if (!pyvalue_is_dict(v)) {
		wrong_type(r, v, "<class 'dict'>");
		return;
	}
	missing(r, v, s);
	json_object_foreach(members, key, value)
	{
		if (!model_find_member(s, MODEL_BY_NAME, key, strlen(key)) &&
			r->text.len < MAX_REPORT)
			unknown(r, key, s);
	}
	json_object_foreach(members, key, value)
	{
		const struct model_member *m =
			model_find_member(s, MODEL_BY_NAME, key, strlen(key));

		if (!m)
			continue;
		if (length == 0)
			r->ordered = json_object_get(r->ordered_members, key) != NULL;
		buf_addf(&r->path, ".%s", key);
		check(r, value, model_member_shape(m), model_member_range(m));
		buf_truncate(&r->path, length);
	}
}

static void check_list(struct report *r, const json_t *v, const struct model_shape *s,
	const struct model_range *range)
{
	size_t length = r->path.len;

	if (!json_is_array(v)) {
		wrong_type(r, v, "<class 'list'>, <class 'tuple'>");
		return;
	}
	check_length(r, json_array_size(v), range);
	for (size_t i = 0; i < json_array_size(v); i++) {
		buf_addf(&r->path, "[%zu]", i);
		check(r, json_array_get(v, i), model_shape(s->element), &model_ranges[0]);
		buf_truncate(&r->path, length);
	}
}

static void check_map(struct report *r, const json_t *v, const struct model_shape *s)
{
	const char *key;
	json_t *value;
	size_t length = r->path.len;

	if (!pyvalue_is_dict(v)) {
		wrong_type(r, v, "<class 'dict'>");
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, value)
	{
		if (strlen(key) < MAX_PATH)
			buf_addf(&r->path, ".%s", key);
		check(r, value, model_shape(s->element), &model_ranges[0]);
		buf_truncate(&r->path, length);
	}
}

static void check_string(struct report *r, const json_t *v, const struct model_range *range)
{
	if (json_is_string(v))
		check_length(r, char_count(json_string_value(v), json_string_length(v)), range);
	else
		wrong_type(r, v, "<class 'str'>");
}

static void check_timestamp(struct report *r, const json_t *v)
{
	struct buf sent = BUF_INIT;
	bool with_time = false, ok;

	if (json_is_string(v))
		ok = moment_send(json_string_value(v), &sent);
	else if (json_is_number(v))
		ok = moment_send_seconds(whole_number(v), &sent);
	else
		ok = pyvalue_date_of(v, &with_time) && with_time;
	if (!ok)
		wrong_type(r, v, "<class 'datetime.datetime'>, timestamp-string");
	buf_release(&sent);
}

/* Python's True is an int, too. */
static void check(struct report *r, const json_t *v, const struct model_shape *s,
	const struct model_range *range)
{
	size_t n;

	if (r->text.len > MAX_REPORT)
		return;
	switch ((enum model_kind)s->kind) {
	case MODEL_STRUCTURE:
		check_structure(r, v, s);
		break;
	case MODEL_LIST:
		check_list(r, v, s, range);
		break;
	case MODEL_MAP:
		check_map(r, v, s);
		break;
	case MODEL_STRING:
		check_string(r, v, range);
		break;
	case MODEL_INTEGER:
	case MODEL_LONG:
		if (whole_is(v) || json_is_boolean(v))
			check_number(r, v, range);
		else
			wrong_type(r, v, "<class 'int'>");
		break;
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		if (json_is_number(v) || json_is_boolean(v))
			check_number(r, v, range);
		else
			wrong_type(
				r, v, "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>");
		break;
	case MODEL_BOOLEAN:
		if (!json_is_boolean(v))
			wrong_type(r, v, "<class 'bool'>");
		break;
	case MODEL_BLOB:
		if (!json_is_string(v) && !pyvalue_bytes_of(v, &n))
			wrong_type(r, v, "<class 'bytes'>, <class 'bytearray'>, file-like object");
		break;
	case MODEL_TIMESTAMP:
		check_timestamp(r, v);
		break;
	}
}

/* --page-size is a member of what is sent. */
static void check_page_size(struct invocation *inv, struct report *r)
{
	const struct model_member *m;
	json_t *size;

	if (inv->op->page == MODEL_NONE || !inv->g.paginate || !inv->paging.has_page_size ||
		model_pages[inv->op->page].limit == MODEL_NONE)
		return;
	m = &model_members[model_pages[inv->op->page].limit];
	size = json_integer(inv->paging.page_size);
	buf_addf(&r->path, ".%s", model_text(m->name));
	check_number(r, size, model_member_range(m));
	buf_truncate(&r->path, 0);
	json_decref(size);
}

bool check_request(struct invocation *inv)
{
	struct report r = {.text = BUF_INIT, .path = BUF_INIT, .ordered_members = inv->ordered};
	bool ok;

	check(&r, inv->request, model_shape(inv->op->input), &model_ranges[0]);
	check_page_size(inv, &r);
	ok = r.text.len == 0;
	if (!ok)
		fail_param(inv, "Parameter validation failed:%s", r.text.s);
	buf_release(&r.text);
	buf_release(&r.path);
	return ok;
}

/* --- values made ready ---------------------------------------------------------------------- */

/* A new value in place of `v`, or `v` again with a reference more; NULL: told. */
typedef json_t *scalar_fn(struct invocation *inv, json_t *v, const struct model_shape *s);

static bool replace(struct invocation *inv, json_t *v, const struct model_shape *s, scalar_fn *fn);

static json_t *replaced(
	struct invocation *inv, json_t *v, const struct model_shape *s, scalar_fn *fn)
{
	if (s->kind == MODEL_STRUCTURE || s->kind == MODEL_LIST || s->kind == MODEL_MAP)
		return replace(inv, v, s, fn) ? json_incref(v) : NULL;
	return fn(inv, v, s);
}

static bool replace_member(struct invocation *inv, json_t *object, const char *key, json_t *v,
	const struct model_shape *s, scalar_fn *fn)
{
	json_t *new = replaced(inv, v, s, fn);

	if (new)
		json_object_set_new_nocheck(object, key, new);
	return new != NULL;
}

/* Whatever has another form than its shape is left alone: the validation speaks of it. */
static bool replace(struct invocation *inv, json_t *v, const struct model_shape *s, scalar_fn *fn)
{
	void *tmp;
	const char *key;
	json_t *value;

	if (s->kind == MODEL_LIST && json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++) {
			value = replaced(inv, json_array_get(v, i), model_shape(s->element), fn);
			if (!value)
				return false;
			json_array_set_new(v, i, value);
		}
	} else if (s->kind == MODEL_STRUCTURE && pyvalue_is_dict(v)) {
		for (size_t i = 0; i < s->members.n; i++) {
			const struct model_member *m = model_member_at(s, i);

			key = model_text(m->name);
			value = json_object_get(v, key);
			if (value && !replace_member(inv, v, key, value, model_member_shape(m), fn))
				return false;
		}
	} else if (s->kind == MODEL_MAP && pyvalue_is_dict(v)) {
		json_object_foreach_safe(v, tmp, key, value)
		{
			if (!replace_member(inv, v, key, value, model_shape(s->element), fn))
				return false;
		}
	}
	return true;
}

static bool is_ascii(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] >= 0x80)
			return false;
	}
	return true;
}

static json_t *decode_blob(struct invocation *inv, json_t *v, const struct model_shape *s)
{
	struct buf bytes = BUF_INIT;
	const char *text = json_string_value(v);
	size_t n = json_string_length(v);
	json_t *new = NULL;

	if (s->kind != MODEL_BLOB || !text)
		return json_incref(v);
	if (inv->g.raw_blobs)
		return pyvalue_bytes(text, n);
	if (!is_ascii(text, n))
		fail_general(inv, "string argument should contain only ASCII characters");
	else if (!base64_decode(&bytes, text, n))
		fail_general(inv, "Invalid base64: \"%s\"", text);
	else
		new = pyvalue_bytes(bytes.s, bytes.len);
	buf_release(&bytes);
	return new;
}

bool check_blobs(struct invocation *inv)
{
	return replace(inv, inv->request, model_shape(inv->op->input), decode_blob);
}

static json_t *text(struct buf *b)
{
	json_t *v = json_stringn_nocheck(b->s, b->len);

	buf_release(b);
	return v;
}

/* UTF-8 is what is sent; Python says so of anything else. */
static json_t *encode_text(struct invocation *inv, json_t *v)
{
	const char *s = json_string_value(v);
	size_t n = json_string_length(v), at = text_valid(s, n), end = at;
	struct buf which = BUF_INIT;
	size_t first, count = 0;

	if (at == n)
		return json_incref(v);
	first = char_count(s, at);
	while (end < n) {
		uint32_t c;
		size_t step = char_next(s + end, n - end, &c);

		if (c < 0xd800 || c > 0xdfff)
			break;
		if (count++ == 0)
			buf_addf(&which, "character '\\u%04x' in position %zu", c, first);
		end += step;
	}
	if (count > 1) {
		buf_clear(&which);
		buf_addf(&which, "characters in position %zu-%zu", first, first + count - 1);
	}
	fail_general(inv, "'utf-8' codec can't encode %s: surrogates not allowed", which.s);
	buf_release(&which);
	return NULL;
}

static json_t *finish_scalar(struct invocation *inv, json_t *v, const struct model_shape *s)
{
	struct buf out = BUF_INIT;
	bool with_time;
	size_t n;
	const char *bytes = pyvalue_bytes_of(v, &n), *date = pyvalue_date_of(v, &with_time);

	if (s->kind == MODEL_BLOB && bytes) {
		base64_encode(&out, bytes, n);
		return text(&out);
	}
	if (s->kind == MODEL_TIMESTAMP) {
		if (json_is_number(v))
			moment_send_seconds(whole_number(v), &out);
		else
			moment_send(date ? date : json_string_value(v), &out);
		return text(&out);
	}
	if ((s->kind == MODEL_INTEGER || s->kind == MODEL_LONG) && json_is_boolean(v))
		return json_integer(json_is_true(v));
	return json_is_string(v) ? encode_text(inv, v) : json_incref(v);
}

bool check_finish(struct invocation *inv)
{
	return replace(inv, inv->request, model_shape(inv->op->input), finish_scalar);
}
