/*
 * test-auth.c - who may call: requests signed well, and everything that can be wrong with one, in
 * each protocol; temporary credentials of a world; and doors without keys.
 */
#include "base/codec.h"
#include "base/mem.h"
#include "http/auth.h"
#include "ops/ops.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TIME  "20261121T102030Z"
#define NOW   INT64_C(1795256430000)
#define START INT64_C(1795219200000)
#define KIM   "AKIAKIM0000000000001"
#define LEE   "AKIALEE0000000000002"

static const struct http_auth_key all_keys[] = {
	{"123456789012", KIM, "kims-secret-0000000000000000000000000000", "kim", false},
	{"210987654321", LEE, "lees-secret-0000000000000000000000000000", "lee", true},
};
static const struct http_auth_keys keys = {all_keys, ARRAY_LEN(all_keys)};

enum { MAX_HEADERS = 10 };

/* A request on its way: made whole, then signed, then perhaps spoilt. */
struct sent {
	const char *service, *region, *time, *key, *secret, *token, *query;
	const char *scope_service, *scope_time;
	const char *signs; /* headers that are signed; NULL: all */
	const char *body, *body_after, *drop;
	const char *authorization; /* NULL: a signature; "": none */
	const char *hash;
	int64_t now;
	bool per_key;
};

static struct sent good(const char *service)
{
	return (struct sent){.service = service,
		.region = "ap-northeast-2",
		.time = TIME,
		.key = KIM,
		.secret = all_keys[0].secret,
		.body = "Action=DescribeImages",
		.now = NOW};
}

struct built {
	struct http_header headers[MAX_HEADERS];
	struct http_request r;
	struct buf authorization;
};

static void add_header(struct built *b, const char *name, const char *value)
{
	if (value)
		b->headers[b->r.n_headers++] = (struct http_header){name, value};
}

static void hash_of(const char *text, struct buf *out)
{
	uint8_t hash[SHA256_BYTES];

	codec_sha256(text, strlen(text), hash);
	codec_hex(out, hash, sizeof hash);
}

static void sign(struct built *b, const struct sent *s)
{
	struct sign_header list[MAX_HEADERS];
	struct buf hash = BUF_INIT;
	struct sign_request r = {.method = "POST",
		.path = "/",
		.query = s->query,
		.headers = list,
		.region = s->region,
		.service = s->scope_service ? s->scope_service : s->service,
		.time = s->scope_time ? s->scope_time : s->time};

	for (size_t i = 0; i < b->r.n_headers; i++)
		if (!s->signs || strstr(s->signs, b->headers[i].name))
			list[r.n_headers++] =
				(struct sign_header){b->headers[i].name, b->headers[i].value};
	hash_of(s->body, &hash);
	r.body_hash = s->hash && strcmp(s->hash, "UNSIGNED-PAYLOAD") == 0 ? s->hash : hash.s;
	sign_authorization(&r, s->key, s->secret, &b->authorization);
	buf_release(&hash);
}

static void build(struct built *b, const struct sent *s)
{
	*b = (struct built){.authorization = BUF_INIT};
	b->r = (struct http_request){.method = "POST",
		.path = "/",
		.query = s->query,
		.headers = b->headers,
		.peer = "127.0.0.1"};
	add_header(b, "host", "127.0.0.1:4566");
	add_header(b, "content-type", "application/x-www-form-urlencoded");
	add_header(b, "x-amz-date", s->time);
	add_header(b, "x-amz-security-token", s->token);
	add_header(b, "x-amz-content-sha256", s->hash);
	if (!s->authorization)
		sign(b, s);
	b->r.body = s->body_after ? s->body_after : s->body;
	b->r.length = strlen(b->r.body);
	for (size_t i = 0; s->drop && i < b->r.n_headers; i++)
		if (strcmp(b->headers[i].name, s->drop) == 0)
			b->headers[i].name = "x-dropped";
	add_header(b, "user-agent", "aws-cli/2");
	if (!s->authorization || *s->authorization)
		add_header(b, "authorization",
			s->authorization ? s->authorization : b->authorization.s);
}

/* What comes of it: "arn" of who it was, or "Code status text". */
static char *outcome_in(const struct sent *s, const struct http_auth_keys *with, struct world *w)
{
	struct built b;
	struct http_caller c = HTTP_CALLER_INIT;
	struct ops_answer answer = OPS_ANSWER_INIT;
	struct http_auth a = {.real_time = true,
		.r = &b.r,
		.keys = with,
		.service = model_find_service(s->service),
		.now_ms = s->now,
		.world_per_key = s->per_key};
	struct buf out = BUF_INIT;

	build(&b, s);
	http_caller_read(&c, &b.r);
	if (http_auth_admit(&a, &c, &answer) && http_auth_settle(&a, w, &c, &answer))
		buf_addf(&out, "%s %s %s %s", c.account, c.region, c.key ? c.key : "-",
			c.arn ? c.arn : "-");
	else
		buf_addf(&out, "%s %d %s", answer.code, answer.http, answer.text.s);
	http_caller_release(&c);
	ops_answer_release(&answer);
	buf_release(&b.authorization);
	return buf_detach(&out);
}

static void expect(struct sent s, const char *wanted)
{
	struct world *w = ops_world(1, START);
	char *got = outcome_in(&s, &keys, w);

	assert_string_equal(got, wanted);
	free(got);
	world_free(w);
}

#define SENT(service_, ...)                                                                        \
	({                                                                                         \
		struct sent sent_ = good(service_);                                                \
		__VA_ARGS__;                                                                       \
		sent_;                                                                             \
	})
#define EC2_BAD       "AuthFailure 401 AWS was not able to validate the provided access credentials"
#define TOKEN_INVALID "The security token included in the request is invalid."
#define MISMATCH                                                                                   \
	"The request signature we calculated does not match the signature you provided. Check "    \
	"your AWS Secret Access Key and signing method. Consult the service documentation for "    \
	"details."

static void test_good(void **state)
{
	static const char *const services[] = {"ec2", "sts", "kms", "ssm", "rbin"};
	static const char kim[] =
		"123456789012 ap-northeast-2 " KIM " arn:aws:iam::123456789012:user/kim";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(services); i++)
		expect(good(services[i]), kim);
	expect(SENT("ec2", sent_.query = "b=2&a=1"), kim);
	expect(SENT("ec2", sent_.hash = "UNSIGNED-PAYLOAD"), kim);
	expect(SENT("ec2", sent_.hash = "UNSIGNED-PAYLOAD", sent_.body_after = "other"), kim);
	expect(SENT("ec2", sent_.now = NOW + 900000), kim);
	expect(SENT("ec2", sent_.now = NOW - 900000), kim);
	expect(SENT("ec2", sent_.key = LEE, sent_.secret = all_keys[1].secret),
		"210987654321 ap-northeast-2 " LEE " arn:aws:iam::210987654321:user/lee");
	expect(SENT("ec2", sent_.signs = "host;x-amz-date"), kim);
}

static void test_unsigned(void **state)
{
	(void)state;
	expect(SENT("ec2", sent_.authorization = ""),
		"MissingParameter 400 The request must contain the parameter AWSAccessKeyId");
	expect(SENT("sts", sent_.authorization = ""),
		"MissingAuthenticationToken 403 Request is missing Authentication Token");
	expect(SENT("kms", sent_.authorization = ""),
		"MissingAuthenticationTokenException 400 Missing Authentication Token");
	expect(SENT("rbin", sent_.authorization = ""),
		"MissingAuthenticationTokenException 403 Missing Authentication Token");
}

static void test_form(void **state)
{
	(void)state;
	expect(SENT("ec2", sent_.authorization = "Basic a2ltOng="),
		"IncompleteSignature 400 Authorization header requires 'Credential' parameter. "
		"Authorization header requires 'Signature' parameter. "
		"Authorization header requires 'SignedHeaders' parameter.");
	expect(SENT("kms", sent_.drop = "x-amz-date"),
		"IncompleteSignatureException 400 Authorization header requires existence of either "
		"a 'X-Amz-Date' or a 'Date' header.");
	expect(SENT("sts", sent_.time = "20261321T102030Z"),
		"IncompleteSignature 400 Date must be in ISO-8601 'basic format'.");
	expect(SENT("rbin", sent_.time = "2026-11-21T10:20", sent_.scope_time = TIME),
		"IncompleteSignatureException 403 Date must be in ISO-8601 'basic format'.");
}

static void test_unknown_key(void **state)
{
	(void)state;
	expect(SENT("ec2", sent_.key = "AKIANOBODY0000000000"), EC2_BAD);
	expect(SENT("sts", sent_.key = "AKIANOBODY0000000000"),
		"InvalidClientTokenId 403 " TOKEN_INVALID);
	expect(SENT("ssm", sent_.key = "AKIANOBODY0000000000"),
		"UnrecognizedClientException 400 " TOKEN_INVALID);
	expect(SENT("rbin", sent_.key = "AKIANOBODY0000000000"),
		"UnrecognizedClientException 403 " TOKEN_INVALID);
	/* the keys that every new world has are no secrets */
	expect(SENT("sts", sent_.key = ops_profiles[0].key, sent_.secret = ops_profiles[0].secret),
		"InvalidClientTokenId 403 " TOKEN_INVALID);
	expect(SENT("sts", sent_.token = "x"), "InvalidClientTokenId 403 " TOKEN_INVALID);
	expect(SENT("sts", sent_.key = ops_profiles[0].key, sent_.token = "x"),
		"InvalidClientTokenId 403 " TOKEN_INVALID);
	expect(SENT("sts", sent_.key = "AKIANOBODY0000000000", sent_.token = "x",
		       sent_.per_key = true),
		"InvalidClientTokenId 403 " TOKEN_INVALID);
}

static void test_signature(void **state)
{
	(void)state;
	expect(SENT("ec2", sent_.secret = "other"), EC2_BAD);
	expect(SENT("sts", sent_.secret = "other"), "SignatureDoesNotMatch 403 " MISMATCH);
	expect(SENT("kms", sent_.secret = all_keys[1].secret),
		"InvalidSignatureException 400 " MISMATCH);
	expect(SENT("rbin", sent_.secret = "other"), "InvalidSignatureException 403 " MISMATCH);
	expect(SENT("sts", sent_.body_after = "Action=AssumeRole"),
		"SignatureDoesNotMatch 403 " MISMATCH);
	expect(SENT("sts", sent_.hash = "0"), "SignatureDoesNotMatch 403 " MISMATCH);
	expect(SENT("sts", sent_.drop = "content-type"), "SignatureDoesNotMatch 403 " MISMATCH);
	expect(SENT("sts", sent_.signs = "x-amz-date"),
		"SignatureDoesNotMatch 403 'Host' must be a 'SignedHeader' in the AWS Authorization.");
	expect(SENT("sts", sent_.signs = "host"),
		"SignatureDoesNotMatch 403 'x-amz-date' must be a 'SignedHeader' in the AWS "
		"Authorization.");
	expect(SENT("sts", sent_.token = "x", sent_.signs = "host;x-amz-date"),
		"SignatureDoesNotMatch 403 'x-amz-security-token' must be a 'SignedHeader' in the "
		"AWS Authorization.");
}

static void test_scope(void **state)
{
	(void)state;
	expect(SENT("sts", sent_.scope_service = "ec2"),
		"SignatureDoesNotMatch 403 Credential should be scoped to correct service: 'sts'.");
	expect(SENT("ec2", sent_.region = "ap-nowhere-9"), EC2_BAD);
	expect(SENT("kms", sent_.region = "ap-nowhere-9", sent_.scope_service = "ec2",
		       sent_.scope_time = "20261120T102030Z"),
		"InvalidSignatureException 400 Credential should be scoped to a valid region, not "
		"'ap-nowhere-9'. Credential should be scoped to correct service: 'kms'. Date in "
		"Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
		"'20261120' != '20261121', from '20261121T102030Z'.");
}

static void test_time(void **state)
{
	(void)state;
	expect(SENT("ec2", sent_.now = NOW + 900001), EC2_BAD);
	expect(SENT("sts", sent_.now = NOW + 1000000),
		"SignatureDoesNotMatch 403 Signature expired: 20261121T102030Z is now earlier than "
		"20261121T102210Z (20261121T103710Z - 15 min.)");
	expect(SENT("kms", sent_.now = NOW - 1000000),
		"InvalidSignatureException 400 Signature not yet current: 20261121T102030Z is still "
		"later than 20261121T101850Z (20261121T100350Z + 15 min.)");
}

/* ---- temporary credentials ---- */

static char *text_of(const json_t *doc, const char *name)
{
	return xstrdup(json_string_value(json_object_get(doc, name)));
}

/* Asks STS as kim does, and signs with what comes of it. */
static struct sent assume(struct world *w, const char *service)
{
	struct ops_caller who = {.account = "123456789012", .region = "us-east-1", .key = KIM};
	json_t *request = json_pack("{s:s, s:s}", "RoleArn",
		"arn:aws:iam::111122223333:role/visitor", "RoleSessionName", "class");
	struct ops_answer a = OPS_ANSWER_INIT;
	struct sent s = good(service);
	json_t *doc;

	assert_true(ops_call(w, &who, model_find_operation("sts", "AssumeRole"), request, &a));
	doc = json_object_get(a.value, "Credentials");
	s.key = text_of(doc, "AccessKeyId");
	s.secret = text_of(doc, "SecretAccessKey");
	s.token = text_of(doc, "SessionToken");
	json_decref(request);
	ops_answer_release(&a);
	return s;
}

static void forget(struct sent *s)
{
	free((char *)(uintptr_t)s->key);
	free((char *)(uintptr_t)s->secret);
	free((char *)(uintptr_t)s->token);
}

static void expect_session(struct world *w, struct sent s, const char *begin)
{
	char *got = outcome_in(&s, &keys, w);

	if (strncmp(got, begin, strlen(begin)) != 0)
		fail_msg("got %s, not %s", got, begin);
	free(got);
}

static void test_session(void **state)
{
	static const char fine[] = "111122223333 ap-northeast-2 ASIA";
	struct world *w = ops_world(1, START);
	struct sent s = assume(w, "sts"), spoilt = s;
	char *got;

	(void)state;
	expect_session(w, s, fine);
	got = outcome_in(&s, &keys, w);
	assert_non_null(strstr(got, "arn:aws:sts::111122223333:assumed-role/visitor/class"));
	free(got);
	spoilt.per_key = true;
	expect_session(w, spoilt, fine);
	spoilt.secret = "other";
	expect_session(w, spoilt, "SignatureDoesNotMatch 403 " MISMATCH);
	spoilt = s;
	spoilt.token = "IQoJb3JpZ2luX2Vjother";
	expect_session(w, spoilt, "InvalidClientTokenId 403");
	spoilt.token = NULL;
	expect_session(w, spoilt, "InvalidClientTokenId 403");
	world_pass(w, world_now(w) + 3600 * 1000);
	expect_session(
		w, s, "ExpiredToken 403 The security token included in the request is expired");
	s.service = "ec2";
	expect_session(w, s, "RequestExpired 400 Request has expired.");
	s.service = "sts";
	forget(&s);
	world_free(w);
}

/* ---- without keys ---- */

static void expect_open(struct sent s, const char *wanted)
{
	struct world *w = ops_world(1, START);
	char *got = outcome_in(&s, NULL, w);

	assert_string_equal(got, wanted);
	free(got);
	world_free(w);
}

static void test_open(void **state)
{
	struct world *w = ops_world(1, START);
	struct sent s = assume(w, "ec2"), spoilt = s;
	char *got;

	(void)state;
	expect_open(SENT("ec2", sent_.authorization = ""), "123456789012 us-east-1 - -");
	expect_open(SENT("ec2", sent_.key = "test"), "123456789012 ap-northeast-2 test -");
	expect_open(SENT("ec2", sent_.key = "999988887777", sent_.now = 0),
		"999988887777 ap-northeast-2 999988887777 -");
	expect_open(SENT("ec2", sent_.key = ops_profiles[1].key),
		"111122223333 ap-northeast-2 AKIARTX3GSDS2UIU4OT4 -");
	spoilt.secret = "any";
	got = outcome_in(&spoilt, NULL, w);
	assert_non_null(strstr(got, "assumed-role/visitor/class"));
	free(got);
	forget(&s);
	world_free(w);
}

/* ---- whose world, presigned, instructors ---- */

static void test_world_key(void **state)
{
	struct world *w = ops_world(1, START);
	struct sent s = assume(w, "ec2");
	struct http_caller c = HTTP_CALLER_INIT;
	struct built b;

	(void)state;
	build(&b, &s);
	http_caller_read(&c, &b.r);
	assert_string_equal(c.world_key, KIM);
	assert_string_equal(c.key, s.key);
	http_caller_release(&c);
	buf_release(&b.authorization);
	forget(&s);
	world_free(w);
}

static char *presigned(const char *expires, int64_t now, const char *spoil)
{
	struct sign_header host = {"host", "127.0.0.1:4566"};
	struct http_header header = {"host", "127.0.0.1:4566"};
	struct sign_request r = {"GET", "/", NULL, &host, 1,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", TIME,
		"us-east-1", "ec2"};
	struct buf query = BUF_INIT, signature = BUF_INIT, out = BUF_INIT;
	struct http_caller c = HTTP_CALLER_INIT;
	struct ops_answer answer = OPS_ANSWER_INIT;
	struct http_request q = {
		.method = "GET", .path = "/", .headers = &header, .n_headers = 1, .body = ""};
	struct http_auth a = {&q, &keys, model_find_service("ec2"), now, false, true};

	buf_addf(&query,
		"Action=DescribeImages&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" KIM
		"%%2F20261121%%2Fus-east-1%%2Fec2%%2Faws4_request&X-Amz-Date=" TIME
		"&X-Amz-SignedHeaders=host%s",
		expires);
	r.query = query.s;
	sign_signature(&r, all_keys[0].secret, &signature);
	buf_addf(&query, "&X-Amz-Signature=%s%s", signature.s, spoil);
	q.query = query.s;
	http_caller_read(&c, &q);
	if (http_auth_admit(&a, &c, &answer))
		buf_adds(&out, c.arn);
	else
		buf_addf(&out, "%s %d", answer.code, answer.http);
	http_caller_release(&c);
	ops_answer_release(&answer);
	buf_release(&query);
	buf_release(&signature);
	return buf_detach(&out);
}

static void test_presigned(void **state)
{
	static const struct {
		const char *expires;
		int64_t now;
		const char *spoil, *wanted;
	} cases[] = {
		{"&X-Amz-Expires=60", NOW + 60000, "", "arn:aws:iam::123456789012:user/kim"},
		{"&X-Amz-Expires=3600", NOW + 3600000, "", "arn:aws:iam::123456789012:user/kim"},
		{"&X-Amz-Expires=60", NOW + 60001, "", "RequestExpired 400"},
		{"", NOW + 900000, "", "arn:aws:iam::123456789012:user/kim"},
		{"", NOW + 900001, "", "RequestExpired 400"},
		{"&X-Amz-Expires=60", NOW, "&Owner.1=self", "AuthFailure 401"},
		{"&X-Amz-Expires=x", NOW, "", "IncompleteSignature 400"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *got = presigned(cases[i].expires, cases[i].now, cases[i].spoil);

		assert_string_equal(got, cases[i].wanted);
		free(got);
	}
}

static bool instructor(const char *user, const char *secret)
{
	struct buf pair = BUF_INIT, said = BUF_INIT;
	struct http_header header = {"authorization", NULL};
	struct http_request r = {.headers = &header, .n_headers = 1};
	bool fine;

	buf_addf(&pair, "%s:%s", user, secret);
	buf_adds(&said, "Basic ");
	codec_base64(&said, pair.s, pair.len);
	header.value = said.s;
	fine = http_auth_instructor(&keys, &r) && !http_auth_instructor(NULL, &r);
	buf_release(&pair);
	buf_release(&said);
	return fine;
}

static void test_instructor(void **state)
{
	(void)state;
	assert_true(instructor(LEE, all_keys[1].secret));
	assert_false(instructor(LEE, "other"));
	assert_false(instructor(LEE, ""));
	assert_false(instructor(KIM, all_keys[0].secret));
	assert_false(instructor("nobody", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_unknown_key),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_scope),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_world_key),
		cmocka_unit_test(test_presigned),
		cmocka_unit_test(test_instructor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
