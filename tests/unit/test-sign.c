/* test-sign.c - Signature Version 4 against AWS's published examples, and claims whole and broken.
 */
#include "base/buf.h"
#include "base/codec.h"
#include "base/mem.h"
#include "wire/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define KEY    "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TIME   "20150830T123600Z"
#define HASH_0 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct example {
	const char *method, *path, *query, *body, *service;
	struct sign_header headers[6];
	const char *signature;
};

#define HOST                                                                                       \
	{                                                                                          \
		"Host", "example.amazonaws.com"                                                    \
	}
#define DATE                                                                                       \
	{                                                                                          \
		"X-Amz-Date", TIME                                                                 \
	}

/* "Signature Version 4 signing process" and the Signature Version 4 test suite, AWS. */
static const struct example examples[] = {
	{"GET", "/", "Action=ListUsers&Version=2010-05-08", "", "iam",
		{{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
			{"Host", "iam.amazonaws.com"}, DATE},
		"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
	{"GET", "/", NULL, "", "service", {HOST, DATE},
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	{"GET", "/", "Param2=value2&Param1=value1", "", "service", {DATE, HOST},
		"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
	{"GET", "/./", NULL, "", "service", {HOST, DATE},
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	{"GET", "/example1/example2/../..", "", "", "service", {HOST, DATE},
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	{"GET", "//../", "X-Amz-Signature=0", "", "service", {HOST, DATE},
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
	{"get", "/", NULL, "", "service",
		{HOST, {"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}, DATE},
		"acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
	{"GET", "/", NULL, "", "service",
		{HOST, {"My-Header1", "value2"}, {"my-header1", "value2"}, {"My-Header1", "value1"},
			DATE},
		"c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
	{"POST", "/", NULL, "Param1=value1", "service",
		{{"Content-Type", "application/x-www-form-urlencoded"}, HOST, DATE},
		"ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
};

static struct sign_request request_of(const struct example *e, struct buf *hash)
{
	struct sign_request r = {
		e->method, e->path, e->query, e->headers, 0, NULL, TIME, "us-east-1", e->service};
	uint8_t bytes[SHA256_BYTES];

	while (r.n_headers < 6 && e->headers[r.n_headers].name)
		r.n_headers++;
	codec_sha256(e->body, strlen(e->body), bytes);
	codec_hex(hash, bytes, sizeof bytes);
	r.body_hash = hash->s;
	return r;
}

static void test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		struct buf hash = BUF_INIT, signature = BUF_INIT;
		struct sign_request r = request_of(&examples[i], &hash);

		sign_signature(&r, SECRET, &signature);
		assert_string_equal(signature.s, examples[i].signature);
		buf_release(&hash);
		buf_release(&signature);
	}
}

static void test_authorization(void **state)
{
	struct buf hash = BUF_INIT, header = BUF_INIT;
	struct sign_request r = request_of(&examples[7], &hash);

	(void)state;
	sign_authorization(&r, KEY, SECRET, &header);
	assert_string_equal(header.s,
		"AWS4-HMAC-SHA256 Credential=" KEY "/20150830/us-east-1/service/aws4_request, "
		"SignedHeaders=host;my-header1;x-amz-date, Signature="
		"c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
	buf_release(&hash);
	buf_release(&header);
}

#define ALG    "AWS4-HMAC-SHA256"
#define SCOPE  "AK/ID/20150830/us-east-1/ec2/aws4_request"
#define CRED   "Credential=" SCOPE
#define SIGNED "SignedHeaders=host;x-amz-date"
#define SIG    "Signature=" HASH_0

static void test_header_claims(void **state)
{
	static const char *const fine[] = {
		ALG " " CRED ", " SIGNED ", " SIG,
		ALG " " CRED "," SIGNED "," SIG,
		" " ALG "\t  " SIG " ,  " CRED ",\t" SIGNED " ",
	};
	static const char *const broken[] = {
		"",
		"Basic dTpw",
		ALG,
		ALG " ",
		ALG CRED ", " SIGNED ", " SIG,
		ALG " " CRED ", " SIGNED,
		ALG " " SIGNED ", " SIG,
		ALG " " CRED ", " CRED ", " SIGNED ", " SIG,
		ALG " " CRED ", Other=1, " SIGNED ", " SIG,
		ALG " " CRED ", " SIGNED ", Signature=ABC",
		ALG " " CRED ", " SIGNED ", Signature=E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b"
		    "934ca495991b7852b855",
		ALG " " CRED ", SignedHeaders=, " SIG,
		ALG " Credential=20150830/us-east-1/ec2/aws4_request, " SIGNED ", " SIG,
		ALG " Credential=/20150830/us-east-1/ec2/aws4_request, " SIGNED ", " SIG,
		ALG " Credential=AKID/2015083x/us-east-1/ec2/aws4_request, " SIGNED ", " SIG,
		ALG " Credential=AKID/20150830//ec2/aws4_request, " SIGNED ", " SIG,
		ALG " Credential=AKID/20150830/us-east-1/ec2/aws3_request, " SIGNED ", " SIG,
		ALG " Credential=A K/20150830/us-east-1/ec2/aws4_request, " SIGNED ", " SIG,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		struct sign_claim c = SIGN_CLAIM_INIT;

		assert_true(sign_claim_read(fine[i], NULL, &c));
		assert_true(c.present && !c.presigned);
		assert_string_equal(c.key.s, "AK/ID");
		assert_string_equal(c.date.s, "20150830");
		assert_string_equal(c.region.s, "us-east-1");
		assert_string_equal(c.service.s, "ec2");
		assert_string_equal(c.headers.s, "host;x-amz-date");
		assert_string_equal(c.signature.s, HASH_0);
		assert_string_equal(c.time.s, "");
		sign_claim_release(&c);
	}
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct sign_claim c = SIGN_CLAIM_INIT;

		if (sign_claim_read(broken[i], NULL, &c))
			fail_msg("taken: %s", broken[i]);
		assert_true(c.present);
		sign_claim_release(&c);
	}
}

static void test_long_claim(void **state)
{
	struct sign_claim c = SIGN_CLAIM_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, ALG " Credential=");
	buf_addn(&text, "A", 129);
	buf_adds(&text, "/20150830/us-east-1/ec2/aws4_request, " SIGNED ", " SIG);
	assert_false(sign_claim_read(text.s, NULL, &c));
	assert_int_equal(c.key.len, 0);
	sign_claim_release(&c);
	buf_release(&text);
}

#define Q_CRED "X-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fec2%2Faws4_request"
#define Q_REST "&X-Amz-Date=" TIME "&X-Amz-SignedHeaders=host%3Bx-a&X-Amz-Signature=" HASH_0
#define Q_ALG  "X-Amz-Algorithm=" ALG "&"

static void test_presigned_claims(void **state)
{
	static const char *const broken[] = {
		Q_CRED Q_REST,
		Q_ALG Q_CRED,
		Q_ALG Q_CRED Q_REST "&X-Amz-Expires=1m",
		Q_ALG Q_CRED Q_REST "&X-Amz-Expires=-1",
		Q_ALG Q_CRED Q_REST "&X-Amz-Expires=9999999999",
		Q_ALG Q_CRED Q_REST "&X-Amz-Expires=604801",
		Q_ALG Q_CRED Q_REST "&X-Amz-Date=" TIME,
		"X-Amz-Algorithm=AWS4-HMAC-SHA1&" Q_CRED Q_REST,
		"X-Amz-Signature",
	};
	struct sign_claim c = SIGN_CLAIM_INIT;

	(void)state;
	assert_true(sign_claim_read(NULL,
		"Action=A&X-Amz-Security-Token=a%2Fb%3D&" Q_ALG Q_CRED Q_REST "&X-Amz-Expires=60",
		&c));
	assert_true(c.present && c.presigned);
	assert_string_equal(c.key.s, "AKID");
	assert_string_equal(c.headers.s, "host;x-a");
	assert_string_equal(c.time.s, TIME);
	assert_string_equal(c.token.s, "a/b=");
	assert_int_equal(c.expires, 60);
	sign_claim_release(&c);
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct sign_claim b = SIGN_CLAIM_INIT;

		if (sign_claim_read(NULL, broken[i], &b))
			fail_msg("taken: %s", broken[i]);
		assert_true(b.present && b.presigned);
		sign_claim_release(&b);
	}
}

static void test_no_claim(void **state)
{
	struct sign_claim c = SIGN_CLAIM_INIT;

	(void)state;
	assert_true(sign_claim_read(NULL, NULL, &c));
	assert_false(c.present);
	assert_true(sign_claim_read(NULL, "Action=DescribeImages&&=&x", &c));
	assert_false(c.present);
	sign_claim_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_authorization),
		cmocka_unit_test(test_header_claims),
		cmocka_unit_test(test_long_claim),
		cmocka_unit_test(test_presigned_claims),
		cmocka_unit_test(test_no_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
