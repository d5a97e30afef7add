/*
 * test-wire-client.c - what a client sends and reads, byte for byte where AWS or botocore fix it;
 * round trips of everything are in property/prop-wire.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/whole.h"
#include "client/exchange.h"
#include "wire/wire.h"

#include <stdlib.h>
#include <string.h>

static const struct model_operation *operation(const char *service, const char *name)
{
	const struct model_operation *op = model_find_operation(service, name);

	assert_non_null(op);
	return op;
}

/* --- requests --- */

static const struct {
	const char *service, *operation, *request;
	const char *method, *path, *query, *target, *type, *body;
} sent[] = {
	{"ec2", "RunInstances",
		"{\"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvda\", \"Ebs\": {\"VolumeSize\": "
		"20, \"Encrypted\": true}}], \"SecurityGroupIds\": [\"sg-1\", \"sg-2\"], "
		"\"TagSpecifications\": [{\"ResourceType\": \"instance\", \"Tags\": [{\"Key\": \"a b\", "
		"\"Value\": \"\"}]}], \"MinCount\": 1, \"ImageId\": null}",
		"POST", "/", "", "", "application/x-www-form-urlencoded; charset=utf-8",
		"Action=RunInstances&Version=2016-11-15&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fxvda&"
		"BlockDeviceMapping.1.Ebs.VolumeSize=20&BlockDeviceMapping.1.Ebs.Encrypted=true&"
		"SecurityGroupId.1=sg-1&SecurityGroupId.2=sg-2&TagSpecification.1.ResourceType="
		"instance&TagSpecification.1.Tag.1.Key=a+b&TagSpecification.1.Tag.1.Value=&MinCount=1"},
	{"ec2", "DescribeImages", "{\"ImageIds\": [], \"Owners\": [\"self\"]}", "POST", "/", "", "",
		"application/x-www-form-urlencoded; charset=utf-8",
		"Action=DescribeImages&Version=2016-11-15&Owner.1=self"},
	{"sts", "AssumeRole",
		"{\"RoleArn\": \"arn:aws:iam::1:role/r\", \"TransitiveTagKeys\": [], \"Tags\": "
		"[{\"Key\": \"k\", \"Value\": \"v\"}]}",
		"POST", "/", "", "", "application/x-www-form-urlencoded; charset=utf-8",
		"Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&"
		"TransitiveTagKeys=&Tags.member.1.Key=k&Tags.member.1.Value=v"},
	{"kms", "ListKeys", "{\"Limit\": 5}", "POST", "/", "", "TrentService.ListKeys",
		"application/x-amz-json-1.1", "{\"Limit\": 5}"},
	{"rbin", "UpdateRule", "{\"Identifier\": \"a/\xea\xb0\x80\", \"Description\": \"d\"}",
		"PATCH", "/rules/a%2F%EA%B0%80", "", "", "application/json",
		"{\"Description\": \"d\"}"},
	{"rbin", "ListRules", "{}", "POST", "/list-rules", "", "", "application/json", "{}"},
	{"rbin", "UntagResource", "{\"TagKeys\": [\"a b\", \"c&\"], \"ResourceArn\": \"x\"}",
		"DELETE", "/tags/x", "tagKeys=a%20b&tagKeys=c%26", "", NULL, ""},
};

static void test_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
		struct wire_sending s = WIRE_SENDING_INIT;
		json_t *request = json_loads(sent[i].request, 0, NULL);

		assert_non_null(request);
		wire_request_write(operation(sent[i].service, sent[i].operation), request, &s);
		assert_string_equal(s.method, sent[i].method);
		assert_string_equal(s.path.s, sent[i].path);
		assert_string_equal(s.query.s, sent[i].query);
		assert_string_equal(s.target.s, sent[i].target);
		assert_string_equal(s.body.s, sent[i].body);
		assert_int_equal(!s.type, !sent[i].type);
		if (s.type)
			assert_string_equal(s.type, sent[i].type);
		wire_sending_release(&s);
		json_decref(request);
	}
}

/* --- answers --- */

static void read_text(const char *service, const char *name, int status, const char *type,
	const char *body, struct wire_answer *a)
{
	wire_answer_read(operation(service, name), status, type, body, strlen(body), a);
}

static void assert_answer(
	const char *service, const char *name, const char *body, const char *wanted)
{
	struct wire_answer a = WIRE_ANSWER_INIT;
	char *got;

	read_text(service, name, 200, NULL, body, &a);
	assert_string_equal(a.none.s, "");
	assert_non_null(a.value);
	got = json_text(a.value, JSON_COMPACT);
	assert_string_equal(got, wanted);
	free(got);
	wire_answer_release(&a);
}

static void test_answers(void **state)
{
	(void)state;
	/* the model's order, absent and empty members, any element's name in a list, namespaces */
	assert_answer("ec2", "DescribeImages",
		"<a:x xmlns:a='u'><a:imagesSet><a:item><a:imageId>ami-1</a:imageId>"
		"<a:blockDeviceMapping/><a:description/><a:nope>1</a:nope></a:item><b/></a:imagesSet>"
		"</a:x>",
		"{\"Images\":[{\"BlockDeviceMappings\":[],\"Description\":\"\",\"ImageId\":\"ami-1\"},"
		"{}]}");
	assert_answer("ec2", "DescribeVolumes",
		"<x><volumeSet><i><size> +1_0 </size><encrypted>True</encrypted><multiAttachEnabled>"
		"true</multiAttachEnabled></i></volumeSet></x>",
		"{\"Volumes\":[{\"MultiAttachEnabled\":true,\"Size\":10,\"Encrypted\":false}]}");
	assert_answer("ec2", "DeleteSnapshot", "<x><return>true</return></x>", "{}");
	assert_answer("kms", "DescribeKey",
		"{\"KeyMetadata\":{\"CreationDate\":1.7e9,\"KeyId\":null,\"AWSAccountId\":\"1\","
		"\"x\":2}}",
		"{\"KeyMetadata\":{\"AWSAccountId\":\"1\",\"CreationDate\":\"2023-11-14T22:13:20.000Z\"}"
		"}");
	assert_answer("kms", "DescribeKey", "no json", "{}");
	assert_answer("kms", "EnableKey", "", "{}");
}

static const struct {
	const char *service, *operation, *type;
	int status;
	const char *body, *code, *text;
} faults[] = {
	{"ec2", "DescribeImages", NULL, 400,
		"<Response><Errors><Error><Code>A.B</Code><Message>t</Message></Error></Errors>"
		"</Response>",
		"A.B", "t"},
	{"sts", "GetCallerIdentity", NULL, 403,
		"<ErrorResponse><Error><Code>C</Code></Error></ErrorResponse>", "C", "Unknown"},
	{"ec2", "DescribeImages", NULL, 400, "<Response/>", "Unknown", "Unknown"},
	{"ec2", "DescribeImages", NULL, 503, " <html>", "503", "Service Unavailable"},
	{"kms", "ListKeys", NULL, 500, "\n", "500", "Internal Server Error"},
	{"kms", "ListKeys", NULL, 400, "{\"__type\":\"a.b#C:d\",\"Message\":\"t\"}", "C", "t"},
	{"kms", "ListKeys", "Ignored", 400, "{}", "400", ""},
	{"kms", "ListKeys", NULL, 400, "oops", "400", "oops"},
	{"rbin", "GetRule", "N:http://x/", 404, "{\"message\":\"t\"}", "N", "t"},
	{"rbin", "GetRule", NULL, 404, "{\"code\":\"N\",\"message\":\"t\"}", "N", "t"},
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct wire_answer a = WIRE_ANSWER_INIT;

		read_text(faults[i].service, faults[i].operation, faults[i].status, faults[i].type,
			faults[i].body, &a);
		assert_string_equal(a.none.s, "");
		assert_null(a.value);
		assert_null(a.more);
		assert_string_equal(a.code.s, faults[i].code);
		assert_string_equal(a.text.s, faults[i].text);
		wire_answer_release(&a);
	}
}

static void test_unreadable(void **state)
{
	static const struct {
		const char *service, *operation, *body, *none;
	} cases[] = {
		{"ec2", "DescribeImages", "<a></b>",
			"Unable to parse response (mismatched tag: line 1, column 5), invalid XML "
			"received. Further retries may succeed:\nb'<a></b>'"},
		{"ec2", "DescribeVolumes", "<x><volumeSet><i><size/></i></volumeSet></x>",
			"invalid literal for int() with base 10: ''"},
		{"kms", "DescribeKey", "[1]", "'list' object has no attribute 'get'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wire_answer a = WIRE_ANSWER_INIT;

		read_text(cases[i].service, cases[i].operation, 200, NULL, cases[i].body, &a);
		assert_null(a.value);
		assert_string_equal(a.none.s, cases[i].none);
		wire_answer_release(&a);
	}
}

/* --- URLs --- */

static void test_urls(void **state)
{
	static const struct {
		const char *endpoint, *path, *query, *whole, *host;
	} cases[] = {
		{"http://h:1", "/", "", "http://h:1/", "h:1"},
		{"HTTP://h:80/", "/rules/x", "", "http://h:80/rules/x", "h"},
		{"https://u:p@h:443/base", "/a", "q=1", "https://u:p@h:443/base/a?q=1", "h"},
		{"https://h/base/?x=y#z", "/", "q=1", "https://h/base/?x=y&q=1", "h"},
		{"http://[::1]:4566", "/", "", "http://[::1]:4566/", "[::1]:4566"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct client_url u = CLIENT_URL_INIT;

		client_url_make(&u, cases[i].endpoint, cases[i].path, cases[i].query);
		assert_string_equal(u.whole.s, cases[i].whole);
		assert_string_equal(u.host.s, cases[i].host);
		client_url_release(&u);
	}
}

static void test_retries(void **state)
{
	(void)state;
	assert_true(client_is_transient(500, "InternalError"));
	assert_true(client_is_transient(400, "RequestLimitExceeded"));
	assert_false(client_is_transient(501, "NotImplemented"));
	assert_false(client_is_transient(400, "InvalidParameterValue"));
}

/* --- whole numbers beyond 64 bits --- */

static void assert_sum(const char *a, const char *b, const char *wanted)
{
	struct buf sum = BUF_INIT;

	buf_adds(&sum, a);
	whole_add(&sum, b);
	assert_string_equal(sum.s, wanted);
	buf_release(&sum);
}

static void test_whole(void **state)
{
	json_t *big = whole_new("-0099999999999999999999", 23), *small = whole_new("007", 3);

	(void)state;
	assert_string_equal(whole_digits(big), "-99999999999999999999");
	assert_true(whole_number(big) == -1e20);
	assert_int_equal(json_integer_value(small), 7);
	assert_null(whole_digits(small));
	assert_null(whole_digits(NULL));
	json_decref(big);
	json_decref(small);
	assert_sum("99999999999999999999", "1", "100000000000000000000");
	assert_sum("-1", "100000000000000000000", "99999999999999999999");
	assert_sum("5", "-7", "-2");
	assert_sum("-5", "5", "0");
	assert_sum("-9", "-9", "-18");
	assert_true(whole_order("-10", "-9") < 0 && whole_order("10", "9") > 0 &&
		    whole_order("-1", "0") < 0 && whole_order("12", "12") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
