/*
 * sign.c - Signature Version 4: the canonical form of a request, its signature, and the claim that
 * a request makes of its own.
 */
#include "wire/sign.h"

#include "base/codec.h"
#include "base/mem.h"
#include "wire/wire.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char algorithm[] = "AWS4-HMAC-SHA256";

/* ---- path ---- */

/* Appends the segments that are left when "", "." and ".." have been worked off (RFC 3986, 5.2.4),
 * each encoded once more, as all services but S3 want it. */
static void add_path(struct buf *out, const char *path)
{
	size_t begin = out->len, n = strlen(path);

	for (const char *s = path; *s;) {
		size_t len = strcspn(s, "/");

		if (len == 2 && memcmp(s, "..", 2) == 0) {
			while (out->len > begin && out->s[--out->len] != '/')
				continue;
			buf_truncate(out, out->len);
		} else if (len > 0 && !(len == 1 && *s == '.')) {
			buf_addc(out, '/');
			wire_encode(out, s, len, NULL);
		}
		s += len;
		s += *s == '/';
	}
	if (out->len == begin || path[n - 1] == '/')
		buf_addc(out, '/');
}

/* ---- query ---- */

struct pair {
	char *name, *value; /* owned; encoded */
};

struct pairs {
	struct pair *all;
	size_t n, cap;
};

static char *encoded_again(const char *s, size_t n)
{
	struct buf plain = BUF_INIT, out = BUF_INIT;

	wire_decode(&plain, s, n, true);
	wire_encode(&out, plain.s, plain.len, NULL);
	buf_release(&plain);
	return buf_detach(&out);
}

static void take_pairs(struct pairs *p, const char *query)
{
	for (const char *s = query; *s;) {
		size_t len = strcspn(s, "&"), name = 0;

		while (name < len && s[name] != '=')
			name++;
		if (len > 0) {
			size_t skip = name + (name < len);
			struct pair one = {
				encoded_again(s, name), encoded_again(s + skip, len - skip)};

			ARRAY_GROW(p->all, p->n, p->cap);
			p->all[p->n++] = one;
		}
		s += len;
		s += *s == '&';
	}
}

static int by_name_and_value(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

static void add_query(struct buf *out, const char *query)
{
	struct pairs p = {NULL, 0, 0};
	size_t begin = out->len;

	take_pairs(&p, query ? query : "");
	if (p.n)
		qsort(p.all, p.n, sizeof *p.all, by_name_and_value);
	for (size_t i = 0; i < p.n; i++) {
		if (strcmp(p.all[i].name, "X-Amz-Signature") != 0)
			buf_addf(out, "%s%s=%s", out->len > begin ? "&" : "", p.all[i].name,
				p.all[i].value);
		free(p.all[i].name);
		free(p.all[i].value);
	}
	free(p.all);
}

/* ---- headers ---- */

/* By name; headers of one name in the order in which they were sent. */
static int by_header(const void *a, const void *b)
{
	const struct sign_header *const *x = a, *const *y = b;
	int order = strcasecmp((*x)->name, (*y)->name);

	return order ? order : (*x > *y) - (*x < *y);
}

/* Owned. */
static const struct sign_header **sorted_headers(const struct sign_request *r)
{
	const struct sign_header **list = xcalloc(r->n_headers + 1, sizeof(*list));

	for (size_t i = 0; i < r->n_headers; i++)
		list[i] = &r->headers[i];
	qsort(list, r->n_headers, sizeof(*list), by_header);
	return list;
}

static bool same_as_last(const struct sign_header *const *list, size_t i)
{
	return i > 0 && strcasecmp(list[i]->name, list[i - 1]->name) == 0;
}

static void add_lower(struct buf *out, const char *s)
{
	for (; *s; s++)
		buf_addc(out, (char)(*s >= 'A' && *s <= 'Z' ? *s - 'A' + 'a' : *s));
}

/* Without blanks at its ends, a run of them inside as one. */
static void add_value(struct buf *out, const char *value)
{
	static const char blanks[] = " \t\n\v\f\r";
	const char *sep = "";

	for (const char *s = value + strspn(value, blanks); *s; s += strspn(s, blanks)) {
		size_t len = strcspn(s, blanks);

		buf_adds(out, sep);
		buf_add(out, s, len);
		sep = " ";
		s += len;
	}
}

static void add_headers(struct buf *out, const struct sign_request *r)
{
	const struct sign_header **list = sorted_headers(r);

	for (size_t i = 0; i < r->n_headers; i++) {
		if (same_as_last(list, i)) {
			buf_truncate(out, out->len - 1);
			buf_addc(out, ',');
		} else {
			add_lower(out, list[i]->name);
			buf_addc(out, ':');
		}
		add_value(out, list[i]->value);
		buf_addc(out, '\n');
	}
	free(list);
}

static void add_header_names(struct buf *out, const struct sign_request *r)
{
	const struct sign_header **list = sorted_headers(r);

	for (size_t i = 0; i < r->n_headers; i++) {
		if (same_as_last(list, i))
			continue;
		if (i > 0)
			buf_addc(out, ';');
		add_lower(out, list[i]->name);
	}
	free(list);
}

/* ---- signature ---- */

static void add_scope(struct buf *out, const struct sign_request *r)
{
	buf_addf(out, "%.8s/%s/%s/aws4_request", r->time, r->region, r->service);
}

static void add_hash_of(struct buf *out, const struct buf *text)
{
	uint8_t hash[SHA256_BYTES];

	codec_sha256(text->s, text->len, hash);
	codec_hex(out, hash, sizeof hash);
}

static void string_to_sign(const struct sign_request *r, struct buf *out)
{
	struct buf canonical = BUF_INIT;

	for (const char *s = r->method; *s; s++)
		buf_addc(&canonical, (char)(*s >= 'a' && *s <= 'z' ? *s - 'a' + 'A' : *s));
	buf_addc(&canonical, '\n');
	add_path(&canonical, r->path);
	buf_addc(&canonical, '\n');
	add_query(&canonical, r->query);
	buf_addc(&canonical, '\n');
	add_headers(&canonical, r);
	buf_addc(&canonical, '\n');
	add_header_names(&canonical, r);
	buf_addf(&canonical, "\n%s", r->body_hash);

	buf_addf(out, "%s\n%s\n", algorithm, r->time);
	add_scope(out, r);
	buf_addc(out, '\n');
	add_hash_of(out, &canonical);
	buf_release(&canonical);
}

static void signing_key(const struct sign_request *r, const char *secret, uint8_t key[SHA256_BYTES])
{
	const char *const links[] = {r->region, r->service, "aws4_request"};
	struct buf first = BUF_INIT;

	buf_addf(&first, "AWS4%s", secret);
	codec_hmac(first.s, first.len, r->time, strnlen(r->time, 8), key);
	explicit_bzero(first.s, first.len);
	buf_release(&first);
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		uint8_t next[SHA256_BYTES];

		codec_hmac(key, SHA256_BYTES, links[i], strlen(links[i]), next);
		memcpy(key, next, sizeof next);
	}
}

void sign_signature(const struct sign_request *r, const char *secret, struct buf *out)
{
	uint8_t key[SHA256_BYTES], signature[SHA256_BYTES];
	struct buf text = BUF_INIT;

	string_to_sign(r, &text);
	signing_key(r, secret, key);
	codec_hmac(key, sizeof key, text.s, text.len, signature);
	codec_hex(out, signature, sizeof signature);
	buf_release(&text);
}

void sign_authorization(
	const struct sign_request *r, const char *key, const char *secret, struct buf *out)
{
	buf_addf(out, "%s Credential=%s/", algorithm, key);
	add_scope(out, r);
	buf_adds(out, ", SignedHeaders=");
	add_header_names(out, r);
	buf_adds(out, ", Signature=");
	sign_signature(r, secret, out);
}

/* ---- claims ---- */

/* No longer than these in any request that is meant well; nothing longer is looked at. */
enum {
	MAX_KEY = 128,
	MAX_NAME = 64, /* of a Region, of a service */
	MAX_HEADERS = 2048,
	MAX_TOKEN = 8192,
	MAX_TIME = 32,
	WEEK = 7 * 86400, /* seconds: "Authenticating requests: using query parameters" */
	SIGNATURE = 2 * SHA256_BYTES,
};
static const char digits[] = "0123456789";

void sign_claim_release(struct sign_claim *c)
{
	struct buf *const all[] = {&c->key, &c->date, &c->region, &c->service, &c->headers,
		&c->signature, &c->time, &c->token};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		buf_release(all[i]);
}

/* 1 to `max` printable characters of ASCII. */
static bool set(struct buf *out, const char *s, size_t n, size_t max)
{
	bool fits = n > 0 && n <= max;

	for (size_t i = 0; fits && i < n; i++)
		fits = s[i] > ' ' && s[i] < 0x7f;
	buf_clear(out);
	if (fits)
		buf_add(out, s, n);
	return fits;
}

/* Cuts the part after the last '/' off s[0..*n). */
static const char *cut_last(const char *s, size_t *n, size_t *len)
{
	size_t at = *n;

	while (at > 0 && s[at - 1] != '/')
		at--;
	if (at == 0)
		return NULL;
	*len = *n - at;
	*n = at - 1;
	return s + at;
}

/* "KEY/20261121/us-east-1/ec2/aws4_request", from its end: a key may hold a slash. */
static bool take_scope(struct sign_claim *c, const char *s, size_t n)
{
	size_t len = 0;
	const char *part = cut_last(s, &n, &len);

	if (!part || len != 12 || memcmp(part, "aws4_request", len) != 0)
		return false;
	part = cut_last(s, &n, &len);
	if (!part || !set(&c->service, part, len, MAX_NAME))
		return false;
	part = cut_last(s, &n, &len);
	if (!part || !set(&c->region, part, len, MAX_NAME))
		return false;
	part = cut_last(s, &n, &len);
	if (!part || len != 8 || !set(&c->date, part, len, 8) || strspn(c->date.s, digits) != 8)
		return false;
	return set(&c->key, s, n, MAX_KEY);
}

static bool take_signature(struct sign_claim *c, const char *s, size_t n)
{
	return n == SIGNATURE && set(&c->signature, s, n, SIGNATURE) &&
	       strspn(c->signature.s, "0123456789abcdef") == SIGNATURE;
}

static bool take_part(struct sign_claim *c, const char *name, const char *s, size_t n)
{
	if (strcmp(name, "Credential") == 0)
		return take_scope(c, s, n);
	if (strcmp(name, "SignedHeaders") == 0)
		return set(&c->headers, s, n, MAX_HEADERS);
	return take_signature(c, s, n);
}

/* One "Name=value" of the three, each at most once. */
static bool read_part(struct sign_claim *c, const char *s, size_t n, unsigned *seen)
{
	static const char *const names[] = {"Credential", "SignedHeaders", "Signature"};

	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]);

		if (n <= len || memcmp(s, names[i], len) != 0 || s[len] != '=')
			continue;
		if (*seen & 1u << i)
			return false;
		*seen |= 1u << i;
		return take_part(c, names[i], s + len + 1, n - len - 1);
	}
	return false;
}

static bool read_header(const char *s, struct sign_claim *c)
{
	unsigned seen = 0;

	c->present = true;
	s += strspn(s, " \t");
	if (strncmp(s, algorithm, sizeof algorithm - 1) != 0)
		return false;
	s += sizeof algorithm - 1;
	if (*s != ' ' && *s != '\t')
		return false;
	for (s += strspn(s, " \t,"); *s; s += strspn(s, " \t,")) {
		size_t len = strcspn(s, ",");

		if (!read_part(c, s, len, &seen))
			return false;
		s += len;
	}
	return seen == 7;
}

/* ---- presigned ---- */

static bool take_expires(struct sign_claim *c, const struct buf *value)
{
	if (value->len == 0 || value->len > 9 || strspn(value->s, digits) != value->len)
		return false;
	c->expires = strtol(value->s, NULL, 10);
	return c->expires <= WEEK;
}

static bool take_parameter(struct sign_claim *c, int which, const struct buf *v)
{
	switch (which) {
	case 0:
		return strcmp(v->s, algorithm) == 0;
	case 1:
		return take_scope(c, v->s, v->len);
	case 2:
		return set(&c->time, v->s, v->len, MAX_TIME);
	case 3:
		return set(&c->headers, v->s, v->len, MAX_HEADERS);
	case 4:
		return take_signature(c, v->s, v->len);
	case 5:
		return take_expires(c, v);
	default:
		return set(&c->token, v->s, v->len, MAX_TOKEN);
	}
}

/* The first five there must be. Without X-Amz-Expires it is as old as a signed header may be. */
static const char *const parameters[] = {
	"X-Amz-Algorithm",
	"X-Amz-Credential",
	"X-Amz-Date",
	"X-Amz-SignedHeaders",
	"X-Amz-Signature",
	"X-Amz-Expires",
	"X-Amz-Security-Token",
};

static int parameter_of(const char *s, size_t n)
{
	struct buf name = BUF_INIT;
	int found = -1;

	if (n <= 60) /* encoded through and through */
		wire_decode(&name, s, n, true);
	for (size_t i = 0; found < 0 && i < ARRAY_LEN(parameters); i++)
		if (strcmp(name.s, parameters[i]) == 0)
			found = (int)i;
	buf_release(&name);
	return found;
}

static bool read_parameter(struct sign_claim *c, const char *s, size_t n, unsigned *seen)
{
	const char *equals = memchr(s, '=', n);
	size_t name = equals ? (size_t)(equals - s) : n;
	int which = parameter_of(s, name);
	struct buf value = BUF_INIT;
	bool fine;

	if (which < 0)
		return true;
	fine = equals && !(*seen & 1u << which);
	*seen |= 1u << which;
	if (fine) {
		wire_decode(&value, equals + 1, n - name - 1, true);
		fine = strlen(value.s) == value.len && take_parameter(c, which, &value);
	}
	buf_release(&value);
	return fine;
}

static bool read_query(const char *s, struct sign_claim *c)
{
	unsigned seen = 0;
	bool fine = true;

	while (*s) {
		size_t len = strcspn(s, "&");

		fine = read_parameter(c, s, len, &seen) && fine;
		s += len;
		s += *s == '&';
	}
	/* A token alone is none: it may come beside a signature in the header. */
	c->present = c->presigned = (seen & 31u) != 0;
	return !c->present || (fine && (seen & 31u) == 31u);
}

bool sign_claim_read(const char *authorization, const char *query, struct sign_claim *out)
{
	if (authorization)
		return read_header(authorization, out);
	return read_query(query ? query : "", out);
}
