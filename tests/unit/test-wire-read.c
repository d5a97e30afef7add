/*
 * test-wire-read.c - requests of every protocol as documents, and everything that is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/wire.h"

#include <string.h>

/* One request and what it comes to. `wanted` is the document as compact JSON; or else there is
 * `trouble` with `name` and `value` (NULL: not looked at). */
struct row {
	struct wire_request in;
	const char *service, *op, *wanted;
	enum wire_trouble trouble;
	const char *name, *value;
};

static bool read_row(const struct row *row, struct wire_reading *r)
{
	struct wire_request in = row->in;

	if (!in.method)
		in.method = "POST";
	if (!in.path)
		in.path = "/";
	if (!in.body)
		in.body = "";
	if (!in.length)
		in.length = strlen(in.body);
	return wire_request_read(&in, r);
}

static const char *label_of(const struct row *row)
{
	if (row->in.body && *row->in.body)
		return row->in.body;
	return row->in.query ? row->in.query : row->in.path ? row->in.path : "(nothing)";
}

static void check_row(const struct row *row)
{
	struct wire_reading r = WIRE_READING_INIT;
	bool fine = read_row(row, &r);
	char *text = fine ? json_text(r.request, JSON_COMPACT) : NULL;

	if (fine != !row->trouble || r.trouble != row->trouble)
		fail_msg("%.200s: trouble %d with '%s'", label_of(row), (int)r.trouble, r.name.s);
	assert_int_equal(fine, r.request != NULL);
	assert_non_null(r.service);
	if (row->service)
		assert_string_equal(model_text(r.service->name), row->service);
	if (row->op)
		assert_string_equal(r.op ? model_text(r.op->name) : "none", row->op);
	if (row->wanted)
		assert_string_equal(text, row->wanted);
	if (row->name)
		assert_string_equal(r.name.s, row->name);
	if (row->value)
		assert_string_equal(r.value.s, row->value);
	free(text);
	wire_reading_release(&r);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_row(&rows[i]);
}
#define CHECK(rows) check_rows(rows, ARRAY_LEN(rows))

#define BODY(text)     .in = {.body = text}
#define IMAGES(text)   BODY("Action=DescribeImages&Version=2016-11-15&" text)
#define STS(text)      BODY("Version=2011-06-15&Action=" text)
#define BAD(what, ...) .trouble = what, .name = __VA_ARGS__

/* ---- which operation ---- */

static void test_services(void **state)
{
	static const struct row rows[] = {
		{BODY("Action=DescribeRegions&Version=2016-11-15"), "ec2", "DescribeRegions", "{}"},
		{BODY("Action=DescribeRegions&Version=2014-10-01"), "ec2", "DescribeRegions", "{}"},
		{BODY("Action=DescribeRegions"), "ec2", "DescribeRegions", "{}"},
		{.in = {.query = "Action=DescribeRegions"}, "ec2", "DescribeRegions", "{}"},
		{.in = {.query = "Action=DescribeRegions", .body = "RegionName.1=x"},
			"ec2",
			"DescribeRegions",
			"{\"RegionNames\":[\"x\"]}"},
		{.in = {.query = "Action=DescribeRegions",
			 .type = "application/json",
			 .body = "{}"},
			"ec2",
			"DescribeRegions",
			"{}"},
		{STS("GetCallerIdentity"), "sts", "GetCallerIdentity", "{}"},
		{.in = {.scope = "sts", .body = "Action=GetCallerIdentity"},
			"sts",
			"GetCallerIdentity",
			"{}"},
		{.in = {.scope = "ec2", .body = "Action=GetCallerIdentity&Version=2011-06-15"},
			"ec2",
			"none",
			BAD(WIRE_NO_OPERATION, "GetCallerIdentity")},
		{.in = {.scope = "iam", .body = "Action=ListUsers&Version=2010-05-08"},
			"ec2",
			"none",
			BAD(WIRE_NO_OPERATION, "ListUsers")},
		{BODY("Action=describeimages"), "ec2", "none",
			BAD(WIRE_NO_OPERATION, "describeimages")},
		{BODY("Action=CreateTransitGateway"), "ec2", "none",
			BAD(WIRE_NOT_SIMULATED, "CreateTransitGateway")},
		{STS("GetFederationToken"), "sts", "none",
			BAD(WIRE_NOT_SIMULATED, "GetFederationToken")},
		{BODY(""), "ec2", "none", BAD(WIRE_NO_ACTION, "")},
		{BODY("Action="), "ec2", "none", BAD(WIRE_NO_ACTION, "")},
		{BODY("Version=2011-06-15"), "sts", "none", BAD(WIRE_NO_ACTION, "")},
		{.in = {.scope = "kms", .body = "{}"}, "kms", "none", BAD(WIRE_NO_ACTION, "")},
		{.in = {.target = "TrentService.CreateKey"}, "kms", "CreateKey", "{}"},
		{.in = {.target = "AmazonSSM.GetParameter", .scope = "ec2"},
			"ssm",
			"GetParameter",
			"{}"},
		{.in = {.target = "TrentService.Nothing"},
			"kms",
			"none",
			BAD(WIRE_NO_OPERATION, "Nothing")},
		{.in = {.target = "TrentService.Encrypt"},
			"kms",
			"none",
			BAD(WIRE_NOT_SIMULATED, "Encrypt")},
		{.in = {.target = "DynamoDB_20120810.ListTables"},
			"kms",
			"none",
			BAD(WIRE_NO_OPERATION, "DynamoDB_20120810.ListTables")},
		{.in = {.target = "TrentService"},
			NULL,
			"none",
			BAD(WIRE_NO_OPERATION, "TrentService")},
		{.in = {.target = ""}, NULL, "none", BAD(WIRE_NO_OPERATION, "")},
		{.in = {.target = "TrentService.\xff"},
			"kms",
			"none",
			BAD(WIRE_NOT_TEXT, "X-Amz-Target")},
	};

	(void)state;
	CHECK(rows);
}

/* ---- forms ---- */

static void test_forms(void **state)
{
	static const struct row rows[] = {
		{IMAGES("ImageId.1=ami-1&ImageId.2=ami-2"),
			.wanted = "{\"ImageIds\":[\"ami-1\",\"ami-2\"]}"},
		{IMAGES("ImageId.10000=c&ImageId.7=b&ImageId.2=a"),
			.wanted = "{\"ImageIds\":[\"a\",\"b\",\"c\"]}"},
		{IMAGES("ImageId.1=a&ImageId.01=b"), .wanted = "{\"ImageIds\":[\"b\"]}"},
		{IMAGES("Filter.2.Name=n&Filter.1.Value.2=y&Filter.1.Name=m&Filter.1.Value.1=x"),
			.wanted = "{\"Filters\":[{\"Values\":[\"x\",\"y\"],\"Name\":\"m\"},"
				  "{\"Name\":\"n\"}]}"},
		{IMAGES("Filter.1.Name=tag%3A%ea%b0%80+b&Filter.1.Value.1=%26%3D%2B"),
			.wanted = "{\"Filters\":[{\"Name\":\"tag:\xea\xb0\x80 b\","
				  "\"Values\":[\"&=+\"]}]}"},
		{IMAGES("NextToken=&&MaxResults=5&NextToken=a&NextToken=b"),
			.wanted = "{\"NextToken\":\"b\",\"MaxResults\":5}"},
		{IMAGES("NextToken"), .wanted = "{\"NextToken\":\"\"}"},
		{IMAGES("NextToken=100%&Owner.1=a%2"),
			.wanted = "{\"NextToken\":\"100%\",\"Owners\":[\"a%2\"]}"},
		{IMAGES("DryRun=TRUE&IncludeDisabled=0&IncludeDeprecated=False"),
			.wanted = "{\"DryRun\":true,\"IncludeDisabled\":false,"
				  "\"IncludeDeprecated\":false}"},
		{IMAGES("AWSAccessKeyId=k&Signature=s&SignatureMethod=m&SignatureVersion=2&"
			"Timestamp=t&Expires=e&SecurityToken=x&X-Amz-Date=d&x-amz-signature=y"),
			.wanted = "{}"},
		{BODY("Action=ModifyImageAttribute&ImageId=a&Description.Value=d&"
		      "LaunchPermission.Add.1.UserId=1&LaunchPermission.Remove.3.Group=all"),
			.wanted = "{\"ImageId\":\"a\",\"Description\":{\"Value\":\"d\"},"
				  "\"LaunchPermission\":{\"Add\":[{\"UserId\":\"1\"}],"
				  "\"Remove\":[{\"Group\":\"all\"}]}}"},
		{BODY("Action=RunInstances&NetworkInterface.1.SecurityGroupId.1=sg&"
		      "NetworkInterface.1.PrivateIpAddresses.1.Primary=true"),
			.wanted = "{\"NetworkInterfaces\":[{\"Groups\":[\"sg\"],"
				  "\"PrivateIpAddresses\":[{\"Primary\":true}]}]}"},
		{BODY("Action=ImportKeyPair&KeyName=k&PublicKeyMaterial=c3NoLXJzYQ%3D%3D"),
			.wanted = "{\"KeyName\":\"k\",\"PublicKeyMaterial\":\"c3NoLXJzYQ==\"}"},
		{STS("AssumeRole&DurationSeconds=900&Tags.member.2.Key=b&Tags.member.1.Key=a&"
		     "PolicyArns.member.1.arn=x&TransitiveTagKeys="),
			"sts", "AssumeRole",
			"{\"DurationSeconds\":900,\"Tags\":[{\"Key\":\"a\"},{\"Key\":\"b\"}],"
			"\"PolicyArns\":[{\"arn\":\"x\"}],\"TransitiveTagKeys\":[]}"},
		{STS("AssumeRole&TransitiveTagKeys.member.1=a&TransitiveTagKeys="),
			.wanted = "{\"TransitiveTagKeys\":[\"a\"]}"},
	};

	(void)state;
	CHECK(rows);
}

static void test_form_troubles(void **state)
{
	static const struct row rows[] = {
		{IMAGES("Bogus=1"), "ec2", "DescribeImages", BAD(WIRE_UNKNOWN_MEMBER, "Bogus")},
		{IMAGES("Filter.1.Bogus=1"), BAD(WIRE_UNKNOWN_MEMBER, "Filter.1.Bogus")},
		{IMAGES("Filters.1.Name=1"), BAD(WIRE_UNKNOWN_MEMBER, "Filters.1.Name")},
		{IMAGES("imageId.1=1"), BAD(WIRE_UNKNOWN_MEMBER, "imageId.1")},
		{IMAGES("ImageId=1"), BAD(WIRE_UNKNOWN_MEMBER, "ImageId")},
		{IMAGES("ImageId="), BAD(WIRE_UNKNOWN_MEMBER, "ImageId")},
		{IMAGES("ImageId.x=1"), BAD(WIRE_UNKNOWN_MEMBER, "ImageId.x")},
		{IMAGES("ImageId.-1=1"), BAD(WIRE_UNKNOWN_MEMBER, "ImageId.-1")},
		{IMAGES("ImageId.1.=1"), BAD(WIRE_UNKNOWN_MEMBER, "ImageId.1.")},
		{IMAGES("ImageId..1=1"), BAD(WIRE_UNKNOWN_MEMBER, "ImageId..1")},
		{IMAGES("ImageId.1.2=1"), BAD(WIRE_UNKNOWN_MEMBER, "ImageId.1.2")},
		{IMAGES("ImageId.member.1=1"), BAD(WIRE_UNKNOWN_MEMBER, "ImageId.member.1")},
		{IMAGES(".=1"), BAD(WIRE_UNKNOWN_MEMBER, ".")},
		{IMAGES("=1"), BAD(WIRE_UNKNOWN_MEMBER, "")},
		{IMAGES("Filter.1=x"), BAD(WIRE_UNKNOWN_MEMBER, "Filter.1")},
		{IMAGES("NextToken.1=x"), BAD(WIRE_UNKNOWN_MEMBER, "NextToken.1")},
		{STS("AssumeRole&Tags.1.Key=x"), BAD(WIRE_UNKNOWN_MEMBER, "Tags.1.Key")},
		{STS("AssumeRole&Tags.member=x"), BAD(WIRE_UNKNOWN_MEMBER, "Tags.member")},
		{STS("AssumeRole&Tags=x"), BAD(WIRE_UNKNOWN_MEMBER, "Tags")},
		{IMAGES("MaxResults=five"), BAD(WIRE_BAD_VALUE, "MaxResults", "five")},
		{IMAGES("MaxResults="), BAD(WIRE_BAD_VALUE, "MaxResults", "")},
		{IMAGES("MaxResults=5.0"), BAD(WIRE_BAD_VALUE, "MaxResults", "5.0")},
		{IMAGES("MaxResults=%205"), BAD(WIRE_BAD_VALUE, "MaxResults", " 5")},
		{IMAGES("MaxResults=-"), BAD(WIRE_BAD_VALUE, "MaxResults", "-")},
		{IMAGES("MaxResults=9223372036854775808"),
			BAD(WIRE_BAD_VALUE, "MaxResults", "9223372036854775808")},
		{IMAGES("DryRun=yes"), BAD(WIRE_BAD_VALUE, "DryRun", "yes")},
		{IMAGES("DryRun="), BAD(WIRE_BAD_VALUE, "DryRun", "")},
		{BODY("Action=ImportKeyPair&PublicKeyMaterial=%25"),
			BAD(WIRE_BAD_VALUE, "PublicKeyMaterial", "%")},
		{IMAGES("ImageId.10001=a"), BAD(WIRE_TOO_MANY, "ImageId.10001")},
		{IMAGES("ImageId.99999999999999999999999=a"),
			BAD(WIRE_TOO_MANY, "ImageId.99999999999999999999999")},
		{IMAGES("NextToken=%ff"), NULL, "none", BAD(WIRE_NOT_TEXT, "NextToken")},
		{IMAGES("NextToken=a%00"), BAD(WIRE_NOT_TEXT, "NextToken")},
		{IMAGES("NextToken=%1b"), BAD(WIRE_NOT_TEXT, "NextToken")},
		{IMAGES("NextToken=%ef%bf%be"), BAD(WIRE_NOT_TEXT, "NextToken")},
		{IMAGES("NextToken=%ed%a0%80"), BAD(WIRE_NOT_TEXT, "NextToken")},
		{IMAGES("a%07b=1"), BAD(WIRE_NOT_TEXT, "a?b")},
		{BODY("Action=%c0%80"), BAD(WIRE_NOT_TEXT, "Action")},
	};

	(void)state;
	CHECK(rows);
}

/* What text may be, at its edges. */
static void test_form_text(void **state)
{
	static const struct row rows[] = {
		{IMAGES("NextToken=%09%0a%0d%7f%c2%80"),
			.wanted = "{\"NextToken\":\"\\t\\n\\r\x7f\xc2\x80\"}"},
		{IMAGES("NextToken=%ef%bf%bd%f4%8f%bf%bf"),
			.wanted = "{\"NextToken\":\"\xef\xbf\xbd\xf4\x8f\xbf\xbf\"}"},
	};

	(void)state;
	CHECK(rows);
}

static void test_timestamps(void **state)
{
	static const struct {
		const char *text;
		bool fine;
	} rows[] = {{"2030-01-31T10:20:30Z", true}, {"2030-01-31T10:20:30.123Z", true},
		{"2030-01-31T10:20:30.123456Z", true}, {"2030-01-31T10:20:30%2B09:00", true},
		{"2030-01-31T10:20:30.5-09:00", true}, {"2030-01-31T10:20:30", true},
		{"2030-01-31", true}, {"2030-01-31T10:20Z", true}, {"2030-02-31", false},
		{"2030-01-31T25:00:00Z", false}, {"tomorrow", false}, {"", false},
		{"2030-01-31T10:20:30.Z", false}, {"2030-01-31T10:20:30.1234567890Z", false},
		{"2030-01-31T10:20:30ZZ", false}, {"2030-01-31.5", false}, {".", false},
		{"2030-01-31T10:20:30.1.2Z", false}};
	char body[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		snprintf(body, sizeof body, "Action=EnableImageDeprecation&DeprecateAt=%s",
			rows[i].text);
		check_row(&(struct row){BODY(body),
			.trouble = rows[i].fine ? WIRE_FINE : WIRE_BAD_VALUE,
			.name = rows[i].fine ? "" : "DeprecateAt"});
	}
}

static void test_numbers(void **state)
{
#define MIN_NAME  "LaunchTemplateData.InstanceRequirements.MemoryGiBPerVCpu.Min"
#define MIN(text) BODY("Action=CreateLaunchTemplate&" MIN_NAME "=" text)
#define MIN_IS(text)                                                                               \
	.wanted = "{\"LaunchTemplateData\":{\"InstanceRequirements\":{\"MemoryGiBPerVCpu\":"       \
		  "{\"Min\":" text "}}}}"
	static const struct row rows[] = {
		{IMAGES("MaxResults=9223372036854775807"),
			.wanted = "{\"MaxResults\":9223372036854775807}"},
		{IMAGES("MaxResults=-9223372036854775808"),
			.wanted = "{\"MaxResults\":-9223372036854775808}"},
		{IMAGES("MaxResults=007"), .wanted = "{\"MaxResults\":7}"},
		{IMAGES("MaxResults=%2B7"), .wanted = "{\"MaxResults\":7}"},
		{MIN("5"), MIN_IS("5.0")},
		{MIN("-2.5"), MIN_IS("-2.5")},
		{MIN("1e3"), MIN_IS("1000.0")},
		{MIN("nan"), BAD(WIRE_BAD_VALUE, MIN_NAME, "nan")},
		{MIN("inf"), BAD(WIRE_BAD_VALUE, MIN_NAME, "inf")},
		{MIN("1e999"), BAD(WIRE_BAD_VALUE, MIN_NAME, "1e999")},
		{MIN("0x10"), BAD(WIRE_BAD_VALUE, MIN_NAME, "0x10")},
		{MIN("1,5"), BAD(WIRE_BAD_VALUE, MIN_NAME, "1,5")},
		{MIN("true"), BAD(WIRE_BAD_VALUE, MIN_NAME, "true")},
		{MIN(""), BAD(WIRE_BAD_VALUE, MIN_NAME, "")},
	};

	(void)state;
	CHECK(rows);
}

/* ---- limits ---- */

static void check_body(struct buf *body, enum wire_trouble trouble, const char *name)
{
	check_row(&(struct row){BODY(body->s), .trouble = trouble, .name = name});
	buf_release(body);
}

static void test_limits(void **state)
{
	struct buf body = BUF_INIT, long_name = BUF_INIT;

	(void)state;
	buf_adds(&body, "Action=DescribeImages");
	for (int i = 19999; i > 0; i--)
		buf_addf(&body, "&ImageId.%d=ami-%d", i % 10000 + 1, i);
	check_body(&body, WIRE_FINE, "");
	buf_adds(&body, "Action=DescribeImages");
	buf_addn(&body, "&NextToken=x", 20000);
	check_body(&body, WIRE_TOO_MANY, "NextToken");
	buf_adds(&body, "Action=DescribeImages&NextToken");
	buf_addn(&body, ".1", 100000);
	buf_adds(&long_name, "NextToken");
	buf_addn(&long_name, ".1", 95); /* cut to 200 bytes */
	buf_addc(&long_name, '.');
	assert_int_equal(long_name.len, 200);
	check_body(&body, WIRE_UNKNOWN_MEMBER, long_name.s);
	buf_adds(&body, "Action=DescribeImages&MaxResults=");
	buf_addn(&body, "\xea\xb0\x80", 100);
	check_body(&body, WIRE_BAD_VALUE, "MaxResults");
	buf_release(&long_name);
}

/* What is told of a value ends with a whole character. */
static void test_cut(void **state)
{
	struct buf body = BUF_INIT;
	struct wire_reading r = WIRE_READING_INIT;

	(void)state;
	buf_adds(&body, "Action=DescribeImages&MaxResults=");
	buf_addn(&body, "\xea\xb0\x80", 100);
	assert_false(read_row(&(struct row){BODY(body.s)}, &r));
	assert_int_equal(r.value.len, 198);
	wire_reading_release(&r);
	buf_release(&body);
}

/* ---- json ---- */

#define KMS(operation, text) .in = {.target = "TrentService." operation, .body = text}
#define SSM(operation, text) .in = {.target = "AmazonSSM." operation, .body = text}

static void test_json(void **state)
{
	static const struct row rows[] = {
		{KMS("CreateKey", "{\"Description\":\"d\",\"Bogus\":{\"a\":[1]},\"Tags\":"
				  "[{\"TagKey\":\"k\",\"TagValue\":\"v\",\"X\":1},null]}"),
			.wanted = "{\"Description\":\"d\",\"Tags\":[{\"TagKey\":\"k\","
				  "\"TagValue\":\"v\"}]}"},
		{KMS("CreateKey", " \n{\"Description\":\"a\\u0007\\u20ac\",\"Description\":null,"
				  "\"MultiRegion\":true}\t"),
			.wanted = "{\"MultiRegion\":true}"},
		{KMS("CreateKey", "{\"Description\":\"a\\u0007\xea\xb0\x80\"}"),
			.wanted = "{\"Description\":\"a\\u0007\xea\xb0\x80\"}"},
		{KMS("CreateKey", "{\"Description\":\"a\",\"Description\":\"b\"}"),
			.wanted = "{\"Description\":\"b\"}"},
		{KMS("ListKeys", "{\"Limit\":3.0}"), .wanted = "{\"Limit\":3}"},
		{KMS("CreateGrant", "{\"Constraints\":{\"EncryptionContextSubset\":{\"a\":\"b\","
				    "\"c\":null}}}"),
			.wanted = "{\"Constraints\":{\"EncryptionContextSubset\":{\"a\":\"b\"}}}"},
		{KMS("CreateKey", "[]"), "kms", "CreateKey", BAD(WIRE_NOT_JSON, "")},
		{KMS("CreateKey", "{"), BAD(WIRE_NOT_JSON, "")},
		{KMS("CreateKey", "{}{}"), BAD(WIRE_NOT_JSON, "")},
		{KMS("CreateKey", "Action=x"), BAD(WIRE_NOT_JSON, "")},
		{KMS("CreateKey", "{\"Description\":\"a\\u0000b\"}"),
			.wanted = "{\"Description\":\"a\\u0000b\"}"},
		{KMS("CreateKey", "{\"\\u0000\":1}"), BAD(WIRE_NOT_JSON, "")},
		{KMS("CreateKey", "{\"Description\":\"\xff\"}"), BAD(WIRE_NOT_TEXT, "")},
		{KMS("CreateKey", "{\"Description\":1}"), BAD(WIRE_BAD_VALUE, "Description", "1")},
		{KMS("CreateKey", "{\"Tags\":{}}"), BAD(WIRE_BAD_VALUE, "Tags", "{}")},
		{KMS("CreateKey", "{\"Tags\":[{},{\"TagKey\":[\"x\"]}]}"),
			BAD(WIRE_BAD_VALUE, "Tags.2.TagKey", "[\"x\"]")},
		{KMS("CreateKey", "{\"Tags\":[[]]}"), BAD(WIRE_BAD_VALUE, "Tags.1", "[]")},
		{KMS("CreateKey", "{\"MultiRegion\":\"true\"}"),
			BAD(WIRE_BAD_VALUE, "MultiRegion", "\"true\"")},
		{KMS("ListKeys", "{\"Limit\":\"3\"}"), BAD(WIRE_BAD_VALUE, "Limit", "\"3\"")},
		{KMS("ListKeys", "{\"Limit\":3.5}"), BAD(WIRE_BAD_VALUE, "Limit", "3.5")},
		{KMS("ListKeys", "{\"Limit\":99999999999999999999}"),
			BAD(WIRE_BAD_VALUE, "Limit", "1e20")},
		{KMS("ListKeys", "{\"Bogus\":99999999999999999999,\"Limit\":3}"),
			.wanted = "{\"Limit\":3}"},
		{KMS("ListKeys", "{\"Limit\":1e999}"), BAD(WIRE_NOT_JSON, "")},
		{SSM("StartAutomationExecution",
			 "{\"DocumentName\":\"d\",\"Parameters\":{\"a\":[\"b\"]},\"TargetMaps\":"
			 "[{\"x\":[\"y\"]}]}"),
			"ssm", "StartAutomationExecution",
			"{\"DocumentName\":\"d\",\"Parameters\":{\"a\":[\"b\"]},"
			"\"TargetMaps\":[{\"x\":[\"y\"]}]}"},
		{SSM("StartAutomationExecution", "{\"Parameters\":{\"a\":\"b\"}}"),
			BAD(WIRE_BAD_VALUE, "Parameters.a", "\"b\"")},
	};

	(void)state;
	CHECK(rows);
}

/* A deep body is refused or dropped, never followed. */
static void test_json_depth(void **state)
{
	struct buf body = BUF_INIT;

	(void)state;
	buf_adds(&body, "{\"Bogus\":");
	buf_addn(&body, "[", 100000);
	check_row(&(struct row){KMS("CreateKey", body.s), .trouble = WIRE_NOT_JSON});
	buf_clear(&body);
	buf_adds(&body, "{\"Bogus\":");
	buf_addn(&body, "[", 1000);
	buf_addn(&body, "]", 1000);
	buf_addc(&body, '}');
	check_row(&(struct row){KMS("CreateKey", body.s), .wanted = "{}"});
	buf_release(&body);
}

/* ---- rest-json ---- */

#define REST(verb, where, ...) .in = {.method = verb, .path = where, __VA_ARGS__}
#define ARN                    "arn:aws:rbin:us-east-1:123456789012:rule/a"

static void test_rest(void **state)
{
	static const struct row rows[] = {
		{REST("POST", "/rules", .scope = "rbin",
			 .body = "{\"ResourceType\":\"EC2_IMAGE\"}"),
			"rbin", "CreateRule", "{\"ResourceType\":\"EC2_IMAGE\"}"},
		{REST("POST", "/rules",
			 .body = "{\"RetentionPeriod\":{\"RetentionPeriodValue\":7}}"),
			"rbin", "CreateRule", "{\"RetentionPeriod\":{\"RetentionPeriodValue\":7}}"},
		{REST("GET", "/rules/a%2Fb%20c"), "rbin", "GetRule", "{\"Identifier\":\"a/b c\"}"},
		{REST("GET", "/rules/a+b"), "rbin", "GetRule", "{\"Identifier\":\"a+b\"}"},
		{REST("PATCH", "/rules/a", .body = "{\"Description\":\"d\",\"Identifier\":\"z\"}"),
			"rbin", "UpdateRule", "{\"Identifier\":\"a\",\"Description\":\"d\"}"},
		{REST("PATCH", "/rules/a/lock"), "rbin", "LockRule", "{\"Identifier\":\"a\"}"},
		{REST("PATCH", "/rules/a/unlock"), "rbin", "UnlockRule", "{\"Identifier\":\"a\"}"},
		{REST("GET", "/tags/" ARN), "rbin", "ListTagsForResource",
			"{\"ResourceArn\":\"" ARN "\"}"},
		{REST("GET", "/tags/arn%3Aaws%3Arbin%3Aus-east-1%3A123456789012%3Arule%2Fa"),
			"rbin", "ListTagsForResource", "{\"ResourceArn\":\"" ARN "\"}"},
		{REST("DELETE", "/tags/" ARN, .query = "tagKeys=a&tagKeys=b%20c&x=y&tagKeys="),
			"rbin", "UntagResource",
			"{\"ResourceArn\":\"" ARN "\",\"TagKeys\":[\"a\",\"b c\",\"\"]}"},
		{REST("POST", "/list-rules", .body = "{\"MaxResults\":2}"), "rbin", "ListRules",
			"{\"MaxResults\":2}"},
		{REST("PUT", "/rules"), "rbin", "none", BAD(WIRE_NO_OPERATION, "PUT /rules")},
		{REST("GET", "/rules/"), "ec2", "none", BAD(WIRE_NO_ACTION, "")},
		{REST("GET", "/rules/", .scope = "rbin"), "rbin", "none",
			BAD(WIRE_NO_OPERATION, "GET /rules/")},
		{REST("GET", "/nothing"), "ec2", "none", BAD(WIRE_NO_ACTION, "")},
		{REST("GET", "/rules/%ff"), "rbin", "GetRule", BAD(WIRE_NOT_TEXT, "identifier")},
		{REST("DELETE", "/tags/a", .query = "tagKeys=%01"), "rbin", "UntagResource",
			BAD(WIRE_NOT_TEXT, "tagKeys")},
		{REST("POST", "/rules", .body = "x"), "rbin", "CreateRule", BAD(WIRE_NOT_JSON, "")},
		{REST("POST", "/list-rules", .body = "{\"MaxResults\":[]}"), "rbin", "ListRules",
			BAD(WIRE_BAD_VALUE, "MaxResults", "[]")},
	};

	(void)state;
	CHECK(rows);
}

/* ---- percent-encoding ---- */

static void test_encoding(void **state)
{
	struct buf all = BUF_INIT, coded = BUF_INIT, back = BUF_INIT;

	(void)state;
	for (int c = 0; c < 256; c++)
		buf_addc(&all, (char)c);
	wire_encode(&coded, all.s, all.len, NULL);
	wire_decode(&back, coded.s, coded.len, true);
	assert_int_equal(back.len, 256);
	assert_memory_equal(back.s, all.s, 256);
	buf_clear(&coded);
	wire_encode(&coded, "aZ9-_.~ /:+%\xea", 13, NULL);
	assert_string_equal(coded.s, "aZ9-_.~%20%2F%3A%2B%25%EA");
	buf_clear(&coded);
	wire_encode(&coded, "a/b:c", 5, "/");
	assert_string_equal(coded.s, "a/b%3Ac");
	buf_clear(&back);
	wire_decode(&back, "a+b%2b%2B%%4%zz%4", 17, false);
	assert_string_equal(back.s, "a+b++%%4%zz%4");
	wire_decode(&back, "", 0, true);
	assert_int_equal(back.len, 13);
	buf_release(&all);
	buf_release(&coded);
	buf_release(&back);
}

/* ---- the model keeps what the reader takes for granted ---- */

static bool is_form(const struct model_operation *op)
{
	int protocol = model_services[op->service].protocol;

	return protocol == MODEL_EC2 || protocol == MODEL_QUERY;
}

static void test_model(void **state)
{
	static const char *const reserved[] = {"Action", "Version", "AWSAccessKeyId", "Timestamp",
		"Expires", "SecurityToken", "Signature", "SignatureMethod", "SignatureVersion"};

	(void)state;
	for (size_t i = 0; i < model_counts.operations; i++) {
		const struct model_shape *input = model_shape(model_operations[i].input);

		for (size_t k = 0; is_form(&model_operations[i]) && k < ARRAY_LEN(reserved); k++)
			assert_null(model_find_member(
				input, MODEL_BY_QUERY, reserved[k], strlen(reserved[k])));
	}
	for (size_t i = 0; i < model_counts.services; i++) {
		const struct model_service *s = &model_services[i];

		for (size_t k = 0; k < s->shapes.n; k++)
			assert_true((s->protocol != MODEL_EC2 && s->protocol != MODEL_QUERY) ||
				    model_shapes[s->shapes.first + k].kind != MODEL_MAP);
	}
	for (size_t i = 0; i < model_counts.members; i++)
		assert_true(model_members[i].location != MODEL_HEADER ||
			    !*model_text(model_members[i].query));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_form_troubles),
		cmocka_unit_test(test_form_text),
		cmocka_unit_test(test_timestamps),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_depth),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
