/* yamltext.c - libyaml's events to values: see yamltext.h. */
#include "cli/yamltext.h"

#include "base/mem.h"
#include "cli/base64.h"
#include "cli/pyvalue.h"
#include "cli/stamp.h"
#include "output/resolve.h"
#include "query/pytext.h"

#include <string.h>
#include <yaml.h>

struct anchor {
	char *name;
	json_t *value;
	size_t nodes;
};

struct reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one */
	size_t nodes;
	int depth;
	struct anchor *anchors;
	size_t n_anchors, cap_anchors;
};

static json_t *node(struct reader *r);

static bool next(struct reader *r)
{
	yaml_event_delete(&r->event);
	return yaml_parser_parse(&r->parser, &r->event);
}

/* --- scalars -------------------------------------------------------------------------------- */

static bool is_one_of(const char *s, const char *const *list)
{
	for (; *list; list++) {
		if (strcmp(s, *list) == 0)
			return true;
	}
	return false;
}

/* Digits and underscores; what does not fit becomes the greatest that does. */
static json_t *whole_in_base(const char *s, int base, bool negative)
{
	int64_t value = 0;

	for (; *s; s++) {
		int digit = *s >= 'a' ? *s - 'a' + 10 : *s >= 'A' ? *s - 'A' + 10 : *s - '0';

		if (*s == '_')
			continue;
		if (__builtin_mul_overflow(value, base, &value) ||
			__builtin_add_overflow(value, digit, &value))
			return json_integer(INT64_MAX);
	}
	return json_integer(negative ? -value : value);
}

static json_t *number(const char *s, size_t n)
{
	bool negative = *s == '-';
	const char *digits = s + (*s == '-' || *s == '+');
	struct buf plain = BUF_INIT;
	json_t *v = NULL;

	if (digits[0] == '0' && digits[1] && strchr("xob", digits[1]))
		return whole_in_base(digits + 2,
			digits[1] == 'x'   ? 16
			: digits[1] == 'o' ? 8
					   : 2,
			negative);
	if (strcasecmp(digits, ".inf") == 0)
		return py_real(negative ? -__builtin_inf() : __builtin_inf());
	if (strcasecmp(digits, ".nan") == 0)
		return py_real(__builtin_nan(""));
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '_')
			buf_addc(&plain, s[i]);
	}
	v = py_number(plain.s, plain.len);
	buf_release(&plain);
	return v;
}

/* A date, or a date and a time, as Python's str() shows it. */
static json_t *date(const char *s)
{
	struct stamp t;
	struct buf text = BUF_INIT;
	json_t *v = NULL;

	if (strlen(s) == 10) {
		v = stamp_parse(s, &t) ? pyvalue_date(s, false) : NULL;
	} else if (stamp_parse(s, &t)) {
		stamp_iso(&text, &t);
		text.s[10] = ' ';
		if (text.len > 6 && !strpbrk(s + 10, "Z+-"))
			buf_truncate(&text, text.len - 6);
		v = pyvalue_date(text.s, true);
	}
	buf_release(&text);
	return v;
}

/* What an unquoted scalar is, by YAML 1.2. */
static json_t *plain(const char *s, size_t n)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const yes[] = {"true", "True", "TRUE", NULL};
	static const char *const no[] = {"false", "False", "FALSE", NULL};
	json_t *v = NULL;

	if (is_one_of(s, nulls))
		return json_null();
	if (resolve_is_text(s, n))
		return json_stringn_nocheck(s, n);
	if (is_one_of(s, yes))
		return json_true();
	if (is_one_of(s, no))
		return json_false();
	v = date(s);
	if (!v)
		v = number(s, n);
	return v ? v : json_stringn_nocheck(s, n);
}

static json_t *binary(const char *s, size_t n)
{
	struct buf bytes = BUF_INIT;
	json_t *v = base64_decode(&bytes, s, n) ? pyvalue_bytes(bytes.s, bytes.len) : NULL;

	buf_release(&bytes);
	return v;
}

static json_t *scalar(struct reader *r)
{
	const char *s = (const char *)r->event.data.scalar.value;
	const char *tag = (const char *)r->event.data.scalar.tag;
	size_t n = r->event.data.scalar.length;

	if (tag && strcmp(tag, YAML_STR_TAG) == 0)
		return json_stringn_nocheck(s, n);
	if (tag && strcmp(tag, "tag:yaml.org,2002:binary") == 0)
		return binary(s, n);
	if (tag && strncmp(tag, "tag:yaml.org,2002:", 18) == 0)
		return plain(s, n);
	if (tag && strcmp(tag, "!") != 0)
		return NULL;
	if (r->event.data.scalar.plain_implicit)
		return plain(s, n);
	return json_stringn_nocheck(s, n);
}

/* --- collections ---------------------------------------------------------------------------- */

static json_t *sequence(struct reader *r)
{
	json_t *list = json_array();

	for (;;) {
		json_t *v;

		if (!next(r))
			break;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			return list;
		v = node(r);
		if (!v)
			break;
		json_array_append_new(list, v);
	}
	json_decref(list);
	return NULL;
}

/* Keys are texts, as what is sent has them; the library refuses a key given twice. */
static bool pair(struct reader *r, json_t *object)
{
	json_t *key = node(r), *v = NULL;
	struct buf name = BUF_INIT;

	if (key && !json_is_object(key) && !json_is_array(key) && next(r))
		v = node(r);
	if (v)
		pyvalue_str(&name, key, false);
	if (v && (json_object_get(object, name.s) ||
			 json_object_set_nocheck(object, name.s, v) < 0)) {
		json_decref(v);
		v = NULL;
	} else {
		json_decref(v);
	}
	json_decref(key);
	buf_release(&name);
	return v != NULL;
}

static json_t *mapping(struct reader *r)
{
	json_t *object = json_object();

	while (next(r)) {
		if (r->event.type == YAML_MAPPING_END_EVENT)
			return object;
		if (!pair(r, object))
			break;
	}
	json_decref(object);
	return NULL;
}

/* --- nodes ---------------------------------------------------------------------------------- */

static json_t *alias(struct reader *r)
{
	const char *name = (const char *)r->event.data.alias.anchor;

	for (size_t i = r->n_anchors; i-- > 0;) {
		if (strcmp(r->anchors[i].name, name) != 0)
			continue;
		r->nodes += r->anchors[i].nodes;
		return r->nodes > YAMLTEXT_NODES ? NULL : json_deep_copy(r->anchors[i].value);
	}
	return NULL;
}

static void remember(struct reader *r, char *name, json_t *v, size_t nodes)
{
	ARRAY_GROW(r->anchors, r->n_anchors, r->cap_anchors);
	r->anchors[r->n_anchors++] = (struct anchor){name, json_incref(v), nodes};
}

static char *anchor_of(const yaml_event_t *e)
{
	const yaml_char_t *name =
		e->type == YAML_SCALAR_EVENT           ? e->data.scalar.anchor
		: e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.anchor
		: e->type == YAML_MAPPING_START_EVENT  ? e->data.mapping_start.anchor
						       : NULL;

	return name ? xstrdup((const char *)name) : NULL;
}

/* The node that begins with the current event. */
static json_t *node(struct reader *r)
{
	size_t before = r->nodes;
	char *anchor = anchor_of(&r->event);
	json_t *v = NULL;

	if (++r->nodes <= YAMLTEXT_NODES && ++r->depth <= YAMLTEXT_DEPTH) {
		if (r->event.type == YAML_SCALAR_EVENT)
			v = scalar(r);
		else if (r->event.type == YAML_SEQUENCE_START_EVENT)
			v = sequence(r);
		else if (r->event.type == YAML_MAPPING_START_EVENT)
			v = mapping(r);
		else if (r->event.type == YAML_ALIAS_EVENT)
			v = alias(r);
		r->depth--;
	}
	if (v && anchor)
		remember(r, anchor, v, r->nodes - before);
	else
		free(anchor);
	return v;
}

static json_t *document(struct reader *r)
{
	json_t *v;

	if (!next(r) || !next(r))
		return NULL;
	if (r->event.type == YAML_STREAM_END_EVENT)
		return json_null();
	if (!next(r))
		return NULL;
	v = node(r);
	if (v && next(r) && next(r) && r->event.type == YAML_STREAM_END_EVENT)
		return v;
	json_decref(v);
	return NULL;
}

json_t *yamltext_read(const char *s, size_t n)
{
	struct reader r = {0};
	json_t *v;

	if (!yaml_parser_initialize(&r.parser))
		mem_exhausted(sizeof r.parser);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)s, n);
	v = document(&r);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	for (size_t i = 0; i < r.n_anchors; i++) {
		free(r.anchors[i].name);
		json_decref(r.anchors[i].value);
	}
	free(r.anchors);
	return v;
}
