/*
 * request-read-form.c - flattened members (Filter.2.Value.1, Tags.member.1.Key) as a document.
 *
 * While keys come in, in whatever order, a list is an object from numbers to elements, so that each
 * key finds its place by hashing; at the end the numbers are sorted, and their gaps are gone. The
 * keys of maps (.entry.1.key) are not read: no request of a form protocol in the model has a map.
 */
#include "wire/read.h"

#include <string.h>
#include <strings.h>

/* One key on its way down. */
struct descent {
	struct wire_reading *r;
	const char *key, *value;
	size_t value_n;
	const char *rest; /* of the key: what has not been looked at */
	int depth;
	const struct model_shape *shape; /* of `at` */
	json_t *at;                      /* borrowed */
	const char *name;                /* what the key names in `at`, and its shape */
	const struct model_shape *inner;
	char index[8]; /* `name`, if `at` is a list */
};

static bool is_reserved(const char *key)
{
	static const char *const names[] = {"Action", "Version", "AWSAccessKeyId", "Timestamp",
		"Expires", "SecurityToken", "Signature", "SignatureMethod", "SignatureVersion"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(key, names[i]) == 0)
			return true;
	return strncasecmp(key, "X-Amz-", 6) == 0;
}

static bool unknown(const struct descent *d)
{
	return read_fail(d->r, WIRE_UNKNOWN_MEMBER, d->key, NULL);
}

/* The next name of the key: false if there is none. */
static bool take_name(struct descent *d, const char **name, size_t *n)
{
	if (!*d->rest)
		return false;
	*name = d->rest;
	*n = strcspn(d->rest, ".");
	d->rest += *n;
	if (*d->rest == '.')
		d->rest++;
	return *n > 0;
}

/* A list's number in the way all numbers are written; false and a trouble if there is none. */
static bool take_index(struct descent *d)
{
	bool named = d->r->service->protocol == MODEL_QUERY;
	const char *word;
	size_t n, index = 0;

	if (named && (!take_name(d, &word, &n) || n != 6 || memcmp(word, "member", 6) != 0))
		return unknown(d);
	if (!take_name(d, &word, &n) || strspn(word, "0123456789") < n)
		return unknown(d);
	for (size_t i = 0; i < n && index <= READ_INDEX; i++)
		index = index * 10 + (size_t)(word[i] - '0');
	if (index > READ_INDEX)
		return read_fail(d->r, WIRE_TOO_MANY, d->key, NULL);
	snprintf(d->index, sizeof d->index, "%zu", index);
	return true;
}

/* Takes what the key names next in `at`. */
static bool take_step(struct descent *d)
{
	const struct model_member *m;
	const char *word;
	size_t n;

	if (++d->depth > READ_DEPTH)
		return read_fail(d->r, WIRE_TOO_MANY, d->key, NULL);
	if (d->shape->kind == MODEL_LIST) {
		d->name = d->index;
		d->inner = model_shape(d->shape->element);
		return take_index(d);
	}
	if (d->shape->kind != MODEL_STRUCTURE || !take_name(d, &word, &n))
		return unknown(d);
	m = model_find_member(d->shape, MODEL_BY_QUERY, word, n);
	if (!m)
		return unknown(d);
	d->name = model_text(m->name);
	d->inner = model_member_shape(m);
	return true;
}

static bool is_container(const struct model_shape *s)
{
	return s->kind == MODEL_LIST || s->kind == MODEL_STRUCTURE || s->kind == MODEL_MAP;
}

/* The key ends here. */
static bool put_value(struct descent *d)
{
	bool container = is_container(d->inner);
	json_t *v;

	if (container) { /* protocol query writes an empty list so */
		if (d->inner->kind != MODEL_LIST || *d->value ||
			d->r->service->protocol != MODEL_QUERY)
			return unknown(d);
		v = json_incref(json_object_get(d->at, d->name));
		v = v ? v : json_object();
	} else {
		v = read_scalar(d->inner, d->value, d->value_n);
	}
	if (!v)
		return read_fail(d->r, WIRE_BAD_VALUE, d->key, d->value);
	json_object_set_new_nocheck(d->at, d->name, v);
	return true;
}

static void go_down(struct descent *d)
{
	json_t *child = json_object_get(d->at, d->name);

	if (!child) {
		child = json_object();
		json_object_set_new_nocheck(d->at, d->name, child);
	}
	d->at = child;
	d->shape = d->inner;
}

static bool put_pair(struct descent *d)
{
	while (take_step(d)) {
		if (!*d->rest)
			return d->rest[-1] == '.' ? unknown(d) : put_value(d);
		if (!is_container(d->inner))
			return unknown(d);
		go_down(d);
	}
	return false;
}

/* ---- lists, once all is there ---- */

struct element {
	long index;
	json_t *value;
};

static int by_index(const void *a, const void *b)
{
	const struct element *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static json_t *settle(const struct model_shape *s, json_t *v);

static json_t *settle_list(const struct model_shape *s, json_t *v)
{
	struct element *list = xmalloc((json_object_size(v) + 1) * sizeof *list);
	json_t *out = json_array(), *value;
	size_t n = 0;
	const char *key;

	json_object_foreach(v, key, value) list[n++] =
		(struct element){.index = strtol(key, NULL, 10), .value = value};
	qsort(list, n, sizeof *list, by_index);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(out, settle(model_shape(s->element), list[i].value));
	free(list);
	return out;
}

/* The value with its lists as arrays; new reference. */
static json_t *settle(const struct model_shape *s, json_t *v)
{
	json_t *out, *value;
	const char *key;

	if (s->kind == MODEL_LIST)
		return settle_list(s, v);
	if (s->kind != MODEL_STRUCTURE)
		return json_incref(v);
	out = json_object();
	json_object_foreach(v, key, value)
	{
		const struct model_member *m =
			model_find_member(s, MODEL_BY_NAME, key, strlen(key));

		json_object_set_new_nocheck(out, key, settle(model_member_shape(m), value));
	}
	return out;
}

bool read_form(const struct form *f, struct wire_reading *r)
{
	const struct model_shape *input = model_shape(r->op->input);
	json_t *root = json_object();
	bool fine = true;

	for (size_t i = 0; fine && i < f->n; i++) {
		struct descent d = {.r = r,
			.key = form_key(f, i),
			.rest = form_key(f, i),
			.value = form_value(f, i),
			.value_n = f->pairs[i].value.n,
			.shape = input,
			.at = root};

		if (!is_reserved(d.key))
			fine = put_pair(&d);
	}
	if (fine)
		r->request = settle(input, root);
	json_decref(root);
	return fine;
}
