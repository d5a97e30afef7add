/*
 * test-wire-write.c - answers and errors of every protocol, byte for byte; what XML cannot carry;
 * and the cache, which may not change a byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/wire.h"

#include <expat.h>
#include <string.h>

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static const struct model_operation *operation(const char *service, const char *name)
{
	const struct model_operation *op = model_find_operation(service, name);

	assert_non_null(op);
	return op;
}

static json_t *document(const char *text)
{
	json_t *v = json_loads(text, 0, NULL);

	assert_non_null(v);
	return v;
}

static void check_xml(const struct buf *body)
{
	XML_Parser p = XML_ParserCreate(NULL);

	if (XML_Parse(p, body->s, (int)body->len, 1) != XML_STATUS_OK)
		fail_msg("%s: %s", XML_ErrorString(XML_GetErrorCode(p)), body->s);
	XML_ParserFree(p);
}

static void check_form(const struct model_service *s, const struct buf *body)
{
	json_t *v;

	if (s->protocol == MODEL_EC2 || s->protocol == MODEL_QUERY) {
		check_xml(body);
	} else if (body->len) {
		v = json_loadb(body->s, body->len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		if (!v)
			fail_msg("no JSON: %s", body->s);
		json_decref(v);
	}
}

/* ---- answers ---- */

#define EC2(name, inner)                                                                           \
	HEAD "<" name "Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"               \
	     "<requestId>r-1</requestId>" inner "</" name "Response>"
#define STS(name, inner)                                                                           \
	HEAD "<" name "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"              \
	     "<" name "Result>" inner "</" name "Result>"                                          \
	     "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"                     \
	     "</" name "Response>"

static const struct {
	const char *service, *op, *value, *wanted;
} answers[] = {
	{"ec2", "DescribeImages", "{\"Images\":[]}", EC2("DescribeImages", "<imagesSet/>")},
	{"ec2", "DescribeImages", "{}", EC2("DescribeImages", "")},
	{"ec2", "DescribeImages",
		"{\"_x\":1,\"Other\":2,\"Images\":[{\"_LaunchPermissions\":[{}],\"ImageId\":"
		"\"ami-1\",\"Bogus\":\"b\",\"Public\":false,\"EnaSupport\":true,"
		"\"Name\":\"a<b>&\\\"c\\\"\",\"Description\":\"\",\"Tags\":[{\"Value\":"
		"\"v\",\"Key\":\"k\"}],\"StateReason\":null,\"BlockDeviceMappings\":[{\"Ebs\":"
		"{\"VolumeSize\":8,\"Iops\":-1,\"Encrypted\":false},\"DeviceName\":\"/dev/xvda\"}"
		"]},{}],\"NextToken\":\"n\"}",
		EC2("DescribeImages",
			"<nextToken>n</nextToken><imagesSet><item><blockDeviceMapping><item><ebs>"
			"<iops>-1</iops><volumeSize>8</volumeSize><encrypted>false</encrypted>"
			"</ebs><deviceName>/dev/xvda</deviceName></item></blockDeviceMapping>"
			"<description/><enaSupport>true</enaSupport>"
			"<name>a&lt;b&gt;&amp;\"c\"</name>"
			"<tagSet><item><key>k</key><value>v</value></item></tagSet>"
			"<imageId>ami-1</imageId><isPublic>false</isPublic></item>"
			"<item/></imagesSet>")},
	{"ec2", "DescribeInstanceTypes",
		"{\"InstanceTypes\":[{\"InferenceAcceleratorInfo\":{\"Accelerators\":[{\"Count\":1},"
		"{}]},\"SupportedUsageClasses\":[\"spot\"]}]}",
		EC2("DescribeInstanceTypes",
			"<instanceTypeSet><item><supportedUsageClasses><item>spot</item>"
			"</supportedUsageClasses><inferenceAcceleratorInfo><accelerators>"
			"<member><count>1</count></member><member/></accelerators>"
			"</inferenceAcceleratorInfo></item></instanceTypeSet>")},
	{"ec2", "DescribeSpotInstanceRequests",
		"{\"SpotInstanceRequests\":[{\"LaunchSpecification\":{\"NetworkInterfaces\":[{"
		"\"Groups\":[\"sg-1\",\"\"]}]}}]}",
		EC2("DescribeSpotInstanceRequests",
			"<spotInstanceRequestSet><item><launchSpecification><networkInterfaceSet>"
			"<item><SecurityGroupId><SecurityGroupId>sg-1</SecurityGroupId>"
			"<SecurityGroupId/></SecurityGroupId></item></networkInterfaceSet>"
			"</launchSpecification></item></spotInstanceRequestSet>")},
	{"ec2", "CreateTags", "{}", EC2("CreateTags", "<return>true</return>")},
	{"ec2", "GetPasswordData", "{\"Timestamp\":\"2026-11-21T10:20:30.000Z\"}",
		EC2("GetPasswordData", "<timestamp>2026-11-21T10:20:30.000Z</timestamp>")},
	{"sts", "GetCallerIdentity",
		"{\"UserId\":\"u\",\"Account\":\"1\",\"Arn\":\"arn:aws:iam::1:user/\xea\xb0\x80\"}",
		STS("GetCallerIdentity", "<UserId>u</UserId><Account>1</Account>"
					 "<Arn>arn:aws:iam::1:user/\xea\xb0\x80</Arn>")},
	{"sts", "AssumeRole",
		"{\"PackedPolicySize\":9223372036854775807,\"Credentials\":{\"Expiration\":"
		"\"2026-11-21T10:20:30Z\",\"AccessKeyId\":\"k\"}}",
		STS("AssumeRole", "<Credentials><AccessKeyId>k</AccessKeyId>"
				  "<Expiration>2026-11-21T10:20:30Z</Expiration></Credentials>"
				  "<PackedPolicySize>9223372036854775807</PackedPolicySize>")},
	{"kms", "CreateAlias", "{}", ""},
	{"kms", "DescribeKey", "{}", "{}"},
	{"kms", "DescribeKey",
		"{\"KeyMetadata\":{\"_p\":1,\"Description\":\"\\u0001\\\"\\\\\\u007f\xea\xb0\x80\","
		"\"KeyId\":\"k\",\"CreationDate\":\"2023-11-14T22:13:20.123Z\",\"Enabled\":true,"
		"\"EncryptionAlgorithms\":[],\"GrantTokens\":[]}}",
		"{\"KeyMetadata\":{\"KeyId\":\"k\",\"CreationDate\":1700000000.123,"
		"\"Enabled\":true,\"Description\":\"\\u0001\\\"\\\\\x7f\xea\xb0\x80\","
		"\"EncryptionAlgorithms\":[]}}"},
	{"kms", "ListGrants",
		"{\"Grants\":[{\"Constraints\":{\"EncryptionContextEquals\":{\"b\":\"1\",\"a\\n\":"
		"\"2\"}}}],\"Truncated\":false}",
		"{\"Grants\":[{\"Constraints\":{\"EncryptionContextEquals\":{\"b\":\"1\",\"a\\u000a\":"
		"\"2\"}}}],\"Truncated\":false}"},
	{"rbin", "GetRule",
		"{\"LockEndTime\":\"2023-11-14T22:13:20.000Z\",\"Identifier\":\"i\","
		"\"RetentionPeriod\":{\"RetentionPeriodValue\":7}}",
		"{\"Identifier\":\"i\",\"RetentionPeriod\":{\"RetentionPeriodValue\":7},"
		"\"LockEndTime\":1700000000.000}"},
	{"rbin", "DeleteRule", "{}", "{}"},
};

static void test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		const struct model_operation *op = operation(answers[i].service, answers[i].op);
		json_t *value = document(answers[i].value);
		struct buf body = BUF_INIT;

		buf_adds(&body, answers[i].wanted); /* an answer is appended */
		wire_answer_write(op, value, "r-1", NULL, &body);
		assert_string_equal(body.s + strlen(answers[i].wanted), answers[i].wanted);
		buf_truncate(&body, strlen(answers[i].wanted));
		check_form(&model_services[op->service], &body);
		buf_release(&body);
		json_decref(value);
	}
}

/* Every operation's answer with nothing in it is well-formed. */
static void test_every_operation(void **state)
{
	struct buf body = BUF_INIT;
	json_t *nothing = json_object();

	(void)state;
	for (size_t i = 0; i < model_counts.operations; i++) {
		const struct model_operation *op = &model_operations[i];

		buf_clear(&body);
		wire_answer_write(op, nothing, "r<>&", NULL, &body);
		check_form(&model_services[op->service], &body);
	}
	json_decref(nothing);
	buf_release(&body);
}

/* ---- text and numbers ---- */

static void test_xml_text(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *wanted;
	} rows[] = {
		{"\t\n", 2, "\t\n"},
		{"a\rb", 3, "a&#13;b"},
		{"]]>", 3, "]]&gt;"},
		{"\x01"
		 "a\x1f\x7f",
			4,
			"\xef\xbf\xbd"
			"a\xef\xbf\xbd\x7f"},
		{"\0x", 2, "\xef\xbf\xbdx"},
		{"\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\xef\xbb\xbf", 12,
			"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbb\xbf"},
		{"\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80"},
	};
	const struct model_operation *op = operation("ec2", "CreateImage");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *v = json_pack("{s:o}", "ImageId", json_stringn(rows[i].text, rows[i].n));
		struct buf body = BUF_INIT, wanted = BUF_INIT;

		buf_addf(&wanted, EC2("CreateImage", "<imageId>%s</imageId>"), rows[i].wanted);
		wire_answer_write(op, v, "r-1", NULL, &body);
		assert_string_equal(body.s, wanted.s);
		check_xml(&body);
		buf_release(&body);
		buf_release(&wanted);
		json_decref(v);
	}
}

static void test_reals(void **state)
{
	static const struct {
		double value;
		const char *wanted;
	} rows[] = {{0.1, "0.1"}, {5, "5.0"}, {-2.5, "-2.5"}, {1.0 / 3, "0.3333333333333333"},
		{1e300, "1e300"}, {0.30000000000000004, "0.30000000000000004"}};
	const struct model_operation *op = operation("ec2", "DescribeInstanceTypes");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *v = json_pack("{s:[{s:{s:f}}]}", "InstanceTypes", "ProcessorInfo",
			"SustainedClockSpeedInGhz", rows[i].value);
		struct buf body = BUF_INIT;
		const char *at;

		wire_answer_write(op, v, "r-1", NULL, &body);
		at = strstr(body.s, "Ghz>");
		assert_non_null(at);
		assert_memory_equal(at + 4, rows[i].wanted, strlen(rows[i].wanted));
		assert_int_equal(at[4 + strlen(rows[i].wanted)], '<');
		buf_release(&body);
		json_decref(v);
	}
}

static void test_integers(void **state)
{
	static const json_int_t rows[] = {0, 9, 10, -10, INT64_MAX, INT64_MIN};
	const struct model_operation *op = operation("sts", "AssumeRole");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *v = json_pack("{s:I}", "PackedPolicySize", rows[i]);
		struct buf body = BUF_INIT, wanted = BUF_INIT;

		buf_addf(&wanted, ">%lld</PackedPolicySize>", (long long)rows[i]);
		wire_answer_write(op, v, "r-1", NULL, &body);
		assert_non_null(strstr(body.s, wanted.s));
		buf_release(&body);
		buf_release(&wanted);
		json_decref(v);
	}
}

/* ---- faults ---- */

static const struct {
	const char *service, *more;
	int status;
	const char *wanted;
} faults[] = {
	{"ec2", NULL, 400,
		HEAD
		"<Response><Errors><Error><Code>C.D</Code><Message>a &lt;b&gt; \"c\"\xef\xbf\xbd"
		"</Message></Error></Errors><RequestID>r-1</RequestID></Response>"},
	{"sts", NULL, 403,
		HEAD "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
		     "<Type>Sender</Type><Code>C.D</Code><Message>a &lt;b&gt; \"c\"\xef\xbf\xbd"
		     "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"},
	{"sts", NULL, 500,
		HEAD "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
		     "<Type>Receiver</Type><Code>C.D</Code><Message>a &lt;b&gt; \"c\"\xef\xbf\xbd"
		     "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"},
	{"kms", NULL, 400, "{\"__type\":\"C.D\",\"message\":\"a <b> \\\"c\\\"\\u0001\"}"},
	{"kms", "{\"Kind\":\"x\",\"List\":[1]}", 400,
		"{\"__type\":\"C.D\",\"message\":\"a <b> \\\"c\\\"\\u0001\",\"Kind\":\"x\","
		"\"List\":[1]}"},
	{"rbin", "{\"Reason\":\"R\"}", 404,
		"{\"message\":\"a <b> \\\"c\\\"\\u0001\",\"Reason\":\"R\"}"},
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		const struct model_service *s = model_find_service(faults[i].service);
		json_t *more = faults[i].more ? document(faults[i].more) : NULL;
		struct buf body = BUF_INIT;

		wire_fault_write(s, "C.D", faults[i].status, "a <b> \"c\"\x01", more, "r-1", &body);
		assert_string_equal(body.s, faults[i].wanted);
		check_form(s, &body);
		buf_release(&body);
		json_decref(more);
	}
}

static void test_types(void **state)
{
	(void)state;
	assert_string_equal(wire_type(model_find_service("ec2")), "text/xml;charset=UTF-8");
	assert_string_equal(wire_type(model_find_service("sts")), "text/xml");
	assert_string_equal(wire_type(model_find_service("kms")), "application/x-amz-json-1.1");
	assert_string_equal(wire_type(model_find_service("rbin")), "application/json");
}

/* ---- the cache ---- */

static json_t *image(int i)
{
	char id[32], name[64];

	snprintf(id, sizeof id, "ami-%017d", i);
	snprintf(name, sizeof name, "name %d", i);
	return json_pack("{s:s, s:s, s:[{s:s, s:s}], s:b}", "Name", name, "ImageId", id, "Tags",
		"Key", "k", "Value", id, "Public", i % 2);
}

static json_t *all_images(json_t *world)
{
	return json_pack("{s:o}", "Images", json_copy(world));
}

/* The answer with the cache is the one without it, asked for twice. */
static void check_cached(struct wire_cache *c, json_t *world)
{
	const struct model_operation *op = operation("ec2", "DescribeImages");
	json_t *value = all_images(world);
	struct buf with = BUF_INIT, without = BUF_INIT;

	wire_answer_write(op, value, "r-1", NULL, &without);
	for (int i = 0; i < 2; i++) {
		buf_clear(&with);
		wire_answer_write(op, value, "r-1", c, &with);
		assert_string_equal(with.s, without.s);
	}
	buf_release(&with);
	buf_release(&without);
	json_decref(value);
}

static json_t *some_images(int n)
{
	json_t *world = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(world, image(i));
	return world;
}

static size_t holders(json_t *world, size_t i)
{
	return json_array_get(world, i)->refcount;
}

static void test_cache(void **state)
{
	struct wire_cache *c = wire_cache_new(1 << 20);
	json_t *world = some_images(1000), *fresh;

	(void)state;
	check_cached(c, world);
	assert_int_equal(holders(world, 7), 2);
	/* what was replaced is written anew, at whatever address it came to be */
	for (int i = 0; i < 3000; i++)
		json_array_set_new(world, (size_t)i % 1000, image(i + 5000));
	check_cached(c, world);
	wire_cache_clear(c);
	assert_int_equal(holders(world, 7), 1);
	/* documents of one call alone are not kept: their address is not their own */
	fresh = some_images(10);
	for (int i = 0; i < 10; i++) {
		json_t *value = json_pack("{s:O}", "Images", fresh);
		struct buf body = BUF_INIT;

		wire_answer_write(operation("ec2", "DescribeImages"), value, "r-1", c, &body);
		assert_int_equal(holders(fresh, 0), 1);
		buf_release(&body);
		json_decref(value);
	}
	json_decref(fresh);
	check_cached(c, world);
	wire_cache_free(c);
	assert_int_equal(holders(world, 7), 1);
	json_decref(world);
}

/* One document in answers of two shapes has a text in each. */
static void test_cache_shapes(void **state)
{
	struct wire_cache *c = wire_cache_new(1 << 20);
	json_t *doc = json_pack("{s:s, s:s}", "Key", "k", "GroupName", "g");
	json_t *tags = json_pack("{s:[O]}", "Tags", doc);
	json_t *groups = json_pack("{s:[O]}", "SecurityGroups", doc);
	struct buf body = BUF_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		buf_clear(&body);
		wire_answer_write(operation("ec2", "DescribeTags"), tags, "r-1", c, &body);
		assert_non_null(strstr(body.s, "<item><key>k</key></item>"));
		buf_clear(&body);
		wire_answer_write(
			operation("ec2", "DescribeSecurityGroups"), groups, "r-1", c, &body);
		assert_non_null(strstr(body.s, "<item><groupName>g</groupName></item>"));
	}
	buf_release(&body);
	json_decref(tags);
	json_decref(groups);
	json_decref(doc);
	wire_cache_free(c);
}

/* An element under a name of its own keeps it, held by the world or within a text that is kept. */
static void test_cache_items(void **state)
{
	static const char wanted[] =
		"<accelerators><member><count>2</count></member></accelerators>";
	struct wire_cache *c = wire_cache_new(1 << 20);
	json_t *device = json_pack("{s:i}", "Count", 2);
	json_t *type = json_pack("{s:{s:[O]}}", "InferenceAcceleratorInfo", "Accelerators", device);
	json_t *types = json_pack("{s:[O]}", "InstanceTypes", type);
	json_t *bare = json_pack("{s:[o]}", "InstanceTypes", json_copy(type));
	struct buf body = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		buf_clear(&body);
		wire_answer_write(operation("ec2", "DescribeInstanceTypes"), i % 2 ? types : bare,
			"r-1", c, &body);
		assert_non_null(strstr(body.s, wanted));
	}
	buf_release(&body);
	json_decref(bare);
	json_decref(types);
	json_decref(type);
	json_decref(device);
	wire_cache_free(c);
}

/* A document of the world within one of the answer's own. */
static void test_cache_within(void **state)
{
	struct wire_cache *c = wire_cache_new(1 << 20);
	json_t *instance = json_pack("{s:s}", "InstanceId", "i-1");
	json_t *value = json_pack(
		"{s:[{s:s, s:[O]}]}", "Reservations", "OwnerId", "1", "Instances", instance);
	json_t *reservation = json_array_get(json_object_get(value, "Reservations"), 0);
	struct buf body = BUF_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		buf_clear(&body);
		wire_answer_write(operation("ec2", "DescribeInstances"), value, "r-1", c, &body);
		assert_non_null(strstr(body.s, "<instancesSet><item><instanceId>i-1</instanceId>"
					       "</item></instancesSet>"));
	}
	assert_int_equal(instance->refcount, 3);
	assert_int_equal(reservation->refcount, 1);
	buf_release(&body);
	json_decref(value);
	json_decref(instance);
	wire_cache_free(c);
}

/* How many documents of the world the cache holds. */
static size_t held(json_t *world)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(world); i++)
		n += holders(world, i) > 1;
	return n;
}

static void test_cache_limit(void **state)
{
	enum { ROOM = 20000 }; /* some fifty images */
	struct wire_cache *c = wire_cache_new(ROOM);
	json_t *world = some_images(500);

	(void)state;
	check_cached(c, world);
	assert_in_range(held(world), 1, ROOM / 256);
	wire_cache_free(c);
	json_decref(world);
}

/* What nobody else holds any more goes as others come, long before the limit. */
static void test_cache_sweep(void **state)
{
	enum { ROUNDS = 100, EACH = 500 };
	struct wire_cache *c = wire_cache_new(1 << 28);
	json_t *witness = json_array(); /* each dead world that is still held holds it */

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		json_t *world = some_images(EACH);

		json_object_set(json_array_get(world, 0), "_witness", witness);
		check_cached(c, world);
		json_decref(world);
	}
	assert_in_range(witness->refcount - 1, 0, 4);
	wire_cache_free(c);
	assert_int_equal(witness->refcount, 1);
	json_decref(witness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_every_operation),
		cmocka_unit_test(test_xml_text),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_cache_shapes),
		cmocka_unit_test(test_cache_items),
		cmocka_unit_test(test_cache_within),
		cmocka_unit_test(test_cache_limit),
		cmocka_unit_test(test_cache_sweep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
