/* auth.c - the signature of a request, checked; see auth.h. */
#include "http/auth.h"

#include "base/codec.h"
#include "base/day.h"
#include "base/mem.h"
#include "ops/account.h"
#include "ops/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SKEW_MS = 15 * 60 * 1000 }; /* "Common errors", RequestExpired */

/* ---- faults ---- */

enum reason { NOTHING, FORM, UNKNOWN_KEY, BAD, EXPIRED };

/* By model_protocol. EC2 tells an unknown key from no other failure. */
static const enum fault_id fault_of[][5] = {
	[MODEL_EC2] = {FAULT_SIGN_EC2_NOTHING, FAULT_SIGN_EC2_FORM, FAULT_SIGN_EC2_BAD,
		FAULT_SIGN_EC2_BAD, FAULT_SIGN_EC2_EXPIRED},
	[MODEL_QUERY] = {FAULT_SIGN_QUERY_NOTHING, FAULT_SIGN_QUERY_FORM, FAULT_SIGN_QUERY_KEY,
		FAULT_SIGN_QUERY_BAD, FAULT_SIGN_QUERY_EXPIRED},
	[MODEL_JSON] = {FAULT_SIGN_JSON_NOTHING, FAULT_SIGN_JSON_FORM, FAULT_SIGN_JSON_KEY,
		FAULT_SIGN_JSON_BAD, FAULT_SIGN_JSON_EXPIRED},
	[MODEL_REST_JSON] = {FAULT_SIGN_REST_NOTHING, FAULT_SIGN_REST_FORM, FAULT_SIGN_REST_KEY,
		FAULT_SIGN_REST_BAD, FAULT_SIGN_REST_EXPIRED},
};

/* A check in progress. */
struct check {
	const struct http_auth *a;
	struct http_caller *c;
	struct ops_answer *answer;
	struct buf time; /* "20261121T102030Z": when the request says it was signed */
	int64_t time_ms;
};

static bool refuse(struct check *k, enum reason why, const char *text)
{
	return ops_refuse(k->answer, fault_of[k->a->service->protocol][why], text);
}

static bool refuse_buf(struct check *k, enum reason why, struct buf *text)
{
	refuse(k, why, text->s);
	buf_release(text);
	return false;
}

/* ---- who it says it is ---- */

void http_caller_release(struct http_caller *c)
{
	sign_claim_release(&c->claim);
	buf_release(&c->world_key_text);
	buf_release(&c->arn_text);
	buf_release(&c->user_id_text);
}

static const char *text_or_null(const struct buf *b)
{
	return b->len ? b->s : NULL;
}

void http_caller_read(struct http_caller *c, const struct http_request *r)
{
	c->whole = sign_claim_read(http_header_of(r, "authorization"), r->query, &c->claim);
	c->key = text_or_null(&c->claim.key);
	c->service = text_or_null(&c->claim.service);
	c->token =
		c->claim.presigned ? c->claim.token.s : http_header_of(r, "x-amz-security-token");
	if (c->token && !*c->token)
		c->token = NULL;
	if (c->claim.region.len)
		c->region = c->claim.region.s;
	c->world_key = c->key;
	if (c->token && ops_issuer_of_token(c->token, &c->world_key_text))
		c->world_key = c->world_key_text.s;
}

/* ---- times ---- */

static bool two_digits(const char *s, int least, int most, int *out)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*out = (s[0] - '0') * 10 + s[1] - '0';
	return *out >= least && *out <= most;
}

static bool civil_ms(struct civil date, const int clock[3], int64_t *ms)
{
	day_t day = day_from_civil(date);
	struct civil real = day_to_civil(day);

	*ms = ((int64_t)day * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2]) * 1000;
	return real.day == date.day && real.month == date.month;
}

/* "20261121T102030Z" */
static bool basic_time(const char *s, int64_t *ms)
{
	struct civil date;
	int century, year, clock[3];

	if (strlen(s) != 16 || s[8] != 'T' || s[15] != 'Z' || !two_digits(s, 0, 99, &century) ||
		!two_digits(s + 2, 0, 99, &year) || !two_digits(s + 4, 1, 12, &date.month) ||
		!two_digits(s + 6, 1, 31, &date.day) || !two_digits(s + 9, 0, 23, &clock[0]) ||
		!two_digits(s + 11, 0, 59, &clock[1]) || !two_digits(s + 13, 0, 60, &clock[2]))
		return false;
	date.year = century * 100 + year;
	return civil_ms(date, clock, ms);
}

static void add_basic_time(struct buf *out, int64_t ms)
{
	char text[TIME_TEXT];

	for (const char *s = time_text(ms, text); *s != '.'; s++)
		if (*s != '-' && *s != ':')
			buf_addc(out, *s);
	buf_addc(out, 'Z');
}

/* A Date header, "Sat, 21 Nov 2026 10:20:30 GMT" (RFC 7231), as the basic form that is signed. */
static bool date_header(const char *s, struct buf *out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil date;
	int clock[3], century, year;
	const char *month;
	char name[4];
	int64_t ms;

	if (strlen(s) != 29 || strcmp(s + 25, " GMT") != 0 || s[3] != ',')
		return false;
	snprintf(name, sizeof name, "%.3s", s + 8);
	month = strstr(months, name);
	if (!month || (month - months) % 3 || !two_digits(s + 5, 1, 31, &date.day) ||
		!two_digits(s + 12, 0, 99, &century) || !two_digits(s + 14, 0, 99, &year) ||
		!two_digits(s + 17, 0, 23, &clock[0]) || !two_digits(s + 20, 0, 59, &clock[1]) ||
		!two_digits(s + 23, 0, 60, &clock[2]))
		return false;
	date.month = (int)(month - months) / 3 + 1;
	date.year = century * 100 + year;
	if (!civil_ms(date, clock, &ms))
		return false;
	add_basic_time(out, ms);
	return true;
}

static bool read_time(struct check *k)
{
	const char *date = http_header_of(k->a->r, "x-amz-date");
	const char *other = http_header_of(k->a->r, "date");

	if (k->c->claim.presigned)
		buf_adds(&k->time, k->c->claim.time.s);
	else if (date)
		buf_adds(&k->time, date);
	else if (!other)
		return refuse(k, FORM,
			"Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
	else if (!date_header(other, &k->time))
		buf_adds(&k->time, other);
	return basic_time(k->time.s, &k->time_ms) ||
	       refuse(k, FORM, "Date must be in ISO-8601 'basic format'.");
}

/* ---- what can be seen without a secret ---- */

static bool well_formed(struct check *k)
{
	const struct sign_claim *c = &k->c->claim;
	const struct {
		const struct buf *part;
		const char *name;
	} parts[] = {{&c->key, "Credential"}, {&c->signature, "Signature"},
		{&c->headers, "SignedHeaders"}};
	struct buf text = BUF_INIT;

	if (!c->present)
		return refuse(k, NOTHING, "");
	if (k->c->whole)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!parts[i].part->len)
			buf_addf(&text,
				c->presigned
					? "%sAWS query-string parameters must include 'X-Amz-%s'."
					: "%sAuthorization header requires '%s' parameter.",
				text.len ? " " : "", parts[i].name);
	if (!text.len)
		buf_adds(&text,
			"The signature's parameters are not in the form of AWS4-HMAC-SHA256.");
	return refuse_buf(k, FORM, &text);
}

static bool is_signed(const struct check *k, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = k->c->claim.headers.s; *s;) {
		size_t len = strcspn(s, ";");

		if (len == n && strncasecmp(s, name, n) == 0)
			return true;
		s += len;
		s += *s == ';';
	}
	return false;
}

/* What changes the meaning of a request, when it is there, must be signed. */
static bool signs_enough(struct check *k)
{
	static const char *const names[] = {"x-amz-date", "x-amz-security-token", "x-amz-target",
		"x-amz-content-sha256", "host"};
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		bool must = strcmp(names[i], "host") == 0 || http_header_of(k->a->r, names[i]);

		if (!must || is_signed(k, names[i]))
			continue;
		buf_addf(&text, "'%s' must be a 'SignedHeader' in the AWS Authorization.",
			strcmp(names[i], "host") == 0 ? "Host" : names[i]);
		return refuse_buf(k, BAD, &text);
	}
	return true;
}

/* All that is wrong with the scope in one text, as AWS says it. */
static bool scope_fits(struct check *k)
{
	const struct sign_claim *c = &k->c->claim;
	const char *service = model_text(k->a->service->name);
	struct buf text = BUF_INIT;

	if (!ops_has_region(c->region.s))
		buf_addf(&text, "Credential should be scoped to a valid region, not '%s'. ",
			c->region.s);
	if (strcmp(c->service.s, service) != 0)
		buf_addf(&text, "Credential should be scoped to correct service: '%s'. ", service);
	if (strncmp(c->date.s, k->time.s, 8) != 0)
		buf_addf(&text,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%.8s', from '%s'. ",
			c->date.s, k->time.s, k->time.s);
	if (!text.len)
		return true;
	buf_truncate(&text, text.len - 1);
	return refuse_buf(k, BAD, &text);
}

/* The sentence that AWS has for a signature too old or of the future. */
static bool out_of_time(struct check *k, bool old, int64_t minutes)
{
	int64_t off = minutes * 60000;
	struct buf text = BUF_INIT;

	buf_addf(&text,
		old ? "Signature expired: %s is now earlier than "
		    : "Signature not yet current: %s is still later than ",
		k->time.s);
	add_basic_time(&text, k->a->now_ms + (old ? -off : off));
	buf_adds(&text, " (");
	add_basic_time(&text, k->a->now_ms);
	buf_addf(&text, " %c %lld min.)", old ? '-' : '+', (long long)minutes);
	return refuse_buf(k, BAD, &text);
}

static bool in_time(struct check *k)
{
	int64_t life = k->c->claim.expires ? (int64_t)k->c->claim.expires * 1000 : SKEW_MS;

	if (k->time_ms > k->a->now_ms + SKEW_MS)
		return out_of_time(k, false, SKEW_MS / 60000);
	if (k->a->now_ms - k->time_ms <= life)
		return true;
	if (k->c->claim.presigned && k->a->service->protocol == MODEL_EC2)
		return refuse(k, EXPIRED, "");
	return out_of_time(k, true, life / 60000);
}

/* ---- the signature ---- */

/* Hash of the body, unless the client said that it is not signed. False: it said another one. */
static bool add_body_hash(const struct check *k, struct buf *out)
{
	const char *said = http_header_of(k->a->r, "x-amz-content-sha256");
	uint8_t hash[SHA256_BYTES];

	if (said && strcmp(said, "UNSIGNED-PAYLOAD") == 0) {
		buf_adds(out, said);
		return true;
	}
	codec_sha256(k->a->r->body, k->a->r->length, hash);
	codec_hex(out, hash, sizeof hash);
	return !said || codec_same(said, out->s);
}

/* Owned: those headers of the request that are signed. */
static struct sign_header *signed_headers(const struct check *k, size_t *n)
{
	const struct http_request *r = k->a->r;
	struct sign_header *out = xcalloc(r->n_headers + 1, sizeof *out);

	*n = 0;
	for (size_t i = 0; i < r->n_headers; i++)
		if (is_signed(k, r->headers[i].name))
			out[(*n)++] = (struct sign_header){r->headers[i].name, r->headers[i].value};
	return out;
}

static bool signature_fits(struct check *k, const char *secret)
{
	const struct sign_claim *c = &k->c->claim;
	struct buf hash = BUF_INIT, signature = BUF_INIT;
	bool same = add_body_hash(k, &hash);
	struct sign_request r = {.method = k->a->r->method,
		.path = k->a->r->path,
		.query = k->a->r->query,
		.body_hash = hash.s,
		.time = k->time.s,
		.region = c->region.s,
		.service = c->service.s};
	struct sign_header *headers = signed_headers(k, &r.n_headers);

	r.headers = headers;
	sign_signature(&r, secret, &signature);
	same = codec_same(signature.s, c->signature.s) && same;
	free(headers);
	buf_release(&signature);
	buf_release(&hash);
	return same;
}

static bool refuse_signature(struct check *k)
{
	return refuse(k, BAD,
		"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.");
}

/* A key that nobody has takes as long as one with a wrong signature. */
static bool refuse_key(struct check *k)
{
	signature_fits(k, "0123456789012345678901234567890123456789");
	return refuse(k, UNKNOWN_KEY, "");
}

static const struct http_auth_key *key_of(const struct http_auth_keys *keys, const char *id)
{
	for (size_t i = 0; id && i < keys->n; i++)
		if (strcmp(keys->all[i].key, id) == 0)
			return &keys->all[i];
	return NULL;
}

/* ---- before a world is entered ---- */

/* "arn:aws:iam::123456789012:user/kim"; the id is made of the key, so it stays. */
static void become_user(struct http_caller *c, const struct http_auth_key *key)
{
	uint8_t hash[SHA256_BYTES];

	codec_sha256(key->key, strlen(key->key), hash);
	buf_adds(&c->user_id_text, "AIDA");
	codec_base32(&c->user_id_text, hash, sizeof hash);
	buf_truncate(&c->user_id_text, 21);
	buf_addf(&c->arn_text, "arn:aws:iam::%s:user/%s", key->account, key->name);
	c->arn = c->arn_text.s;
	c->user_id = c->user_id_text.s;
	snprintf(c->account, sizeof c->account, "%s", key->account);
	c->fixed = true;
}

static bool admit(struct check *k)
{
	const struct http_auth_key *key;

	if (!well_formed(k) || !read_time(k) || !signs_enough(k) || !scope_fits(k) || !in_time(k))
		return false;
	key = key_of(k->a->keys, k->c->key);
	if (!key) /* temporary credentials: they say which world knows them */
		return !k->c->token || (k->a->world_per_key && !key_of(k->a->keys, k->c->world_key))
			       ? refuse_key(k)
			       : true;
	if (k->c->token) /* a key of this kind has none */
		return refuse_key(k);
	if (!signature_fits(k, key->secret))
		return refuse_signature(k);
	become_user(k->c, key);
	return true;
}

bool http_auth_admit(const struct http_auth *a, struct http_caller *c, struct ops_answer *answer)
{
	struct check k = {.a = a, .c = c, .answer = answer, .time = BUF_INIT};
	bool fine = !a->keys || admit(&k);

	buf_release(&k.time);
	return fine;
}

/* ---- in the world ---- */

static const char *member(const json_t *doc, const char *name)
{
	return json_string_value(json_object_get(doc, name));
}

/* Temporary credentials are those that have a secret: shipped keys have none in the world. */
static bool session_fits(struct check *k, const struct world *w, const json_t *doc)
{
	const char *secret = member(doc, "Secret"), *token = member(doc, "Token");
	const char *end = member(doc, "Expiration");
	int64_t end_ms;

	if (!read_time(k))
		return false;
	if (!secret || !token || !k->c->token || !codec_same(token, k->c->token))
		return refuse_key(k);
	if (!signature_fits(k, secret))
		return refuse_signature(k);
	if (!end || !time_parse(end, &end_ms) || (k->a->real_time && end_ms <= world_now(w)))
		return refuse(k, EXPIRED, "");
	return true;
}

static void become_session(struct http_caller *c, const struct world *w, const json_t *doc)
{
	const char *arn = member(doc, "Arn"), *user_id = member(doc, "UserId");

	snprintf(c->account, sizeof c->account, "%s", ops_account_of_key(w, c->key));
	if (!arn || !user_id)
		return;
	buf_adds(&c->arn_text, arn);
	buf_adds(&c->user_id_text, user_id);
	c->arn = c->arn_text.s;
	c->user_id = c->user_id_text.s;
}

bool http_auth_settle(const struct http_auth *a, const struct world *w, struct http_caller *c,
	struct ops_answer *answer)
{
	struct check k = {.a = a, .c = c, .answer = answer, .time = BUF_INIT};
	const json_t *doc;
	bool fine = true;

	if (c->fixed)
		return true;
	doc = c->key ? world_get(w, place("", "", "access-key"), c->key) : NULL;
	if (a->keys)
		fine = session_fits(&k, w, doc);
	if (fine)
		become_session(c, w, doc);
	buf_release(&k.time);
	return fine;
}

/* ---- what is not AWS's ---- */

bool http_auth_instructor(const struct http_auth_keys *keys, const struct http_request *r)
{
	const char *said = http_header_of(r, "authorization");
	const struct http_auth_key *key;
	struct buf pair = BUF_INIT;
	bool fine = false;
	char *colon;

	if (!keys || !said || strncasecmp(said, "Basic ", 6) != 0)
		return false;
	if (codec_unbase64(&pair, said + 6) && (colon = strchr(pair.s, ':')) != NULL) {
		*colon = '\0';
		key = key_of(keys, pair.s);
		fine = codec_same(key ? key->secret : "", colon + 1) && key && key->instructor;
	}
	buf_release(&pair);
	return fine;
}
