/*
 * test-cli-args.c - the front half of the command line: words to a request, or to the CLI's error
 * text, byte for byte. What is sent is caught by a service that answers nothing.
 */
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/fail.h"
#include "cli/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_WORDS = 16 };

struct sent {
	struct buf request; /* of the last call: DescribeImages {"Owners":["self"]} */
	struct buf who;
	const char *const *env; /* NAME=value ... NULL */
};

static void catch_call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct sent *s = ctx;
	char *text = json_dumps(request, JSON_COMPACT);

	buf_clear(&s->request);
	buf_addf(&s->request, "%s %s", model_text(op->name), text);
	buf_clear(&s->who);
	buf_addf(&s->who, "%s %s %s %s", who->profile, who->region, who->key ? who->key : "-",
		who->endpoint ? who->endpoint : "-");
	free(text);
	reply->value = json_object();
}

static void no_sleep(void *ctx, int64_t ms)
{
	(void)ctx;
	(void)ms;
}

static const char *find_env(void *ctx, const char *name)
{
	const struct sent *s = ctx;
	size_t n = strlen(name);

	for (const char *const *e = s->env; *e; e++) {
		if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
			return *e + n + 1;
	}
	return NULL;
}

static const char *const usual_env[] = {
	"AWS_ACCESS_KEY_ID=AKIA", "AWS_SECRET_ACCESS_KEY=s", "AWS_DEFAULT_REGION=us-east-1", NULL};

static void begin(struct cli *c, struct sent *s, const char *const *words, const char *const *env)
{
	*s = (struct sent){BUF_INIT, BUF_INIT, env};
	*c = (struct cli){.words = words, .ctx = s, .call = catch_call, .sleep = no_sleep};
	c->env = find_env;
	c->language = "en";
	buf_init(&c->out);
	buf_init(&c->err);
	while (words[c->n_words])
		c->n_words++;
}

static void end(struct cli *c, struct sent *s)
{
	cli_release(c);
	buf_release(&s->request);
	buf_release(&s->who);
}

/* --- requests --- */

struct request_case {
	const char *words[MAX_WORDS];
	const char *sent;
};

static const struct request_case requests[] = {
	{{"ec2", "describe-images", "--own", "self"}, "DescribeImages {\"Owners\":[\"self\"]}"},
	{{"ec2", "describe-images", "--owners"}, "DescribeImages {\"Owners\":[]}"},
	{{"ec2", "describe-images", "--image-ids", "a,b"},
		"DescribeImages {\"ImageIds\":[\"a,b\"]}"},
	{{"ec2", "describe-images", "--image-ids", "[\"a\",\"b\"]"},
		"DescribeImages {\"ImageIds\":[\"a\",\"b\"]}"},
	{{"ec2", "describe-images", "--dry-run", "--no-dry-run", "--filters", "Name=n,Values=a,b"},
		"DescribeImages {\"DryRun\":false,\"Filters\":[{\"Name\":\"n\",\"Values\":[\"a\","
		"\"b\"]}]}"},
	{{"--region", "eu-west-1", "ec2", "deregister-image", "--image-id=a", "--image-id=b", "--"},
		"DeregisterImage {\"ImageId\":\"b\"}"},
	{{"ec2", "create-image", "--instance-id", "i", "--name", "abc", "--no-reboot", "--reboot"},
		"CreateImage {\"InstanceId\":\"i\",\"Name\":\"abc\",\"NoReboot\":false}"},
	{{"ec2", "create-volume", "--availability-zone", "a", "--size", " 1_0 "},
		"CreateVolume {\"AvailabilityZone\":\"a\",\"Size\":10}"},
	{{"ec2", "run-instances", "--image-id", "a", "--count", "1:2", "--user-data", "hi"},
		"RunInstances {\"ImageId\":\"a\",\"UserData\":\"aGk=\",\"MinCount\":1,\"MaxCount\":"
		"2}"},
	{{"ec2", "run-instances", "--image-id", "a", "--subnet-id", "s", "--private-ip-address",
		 "1.2.3.4", "--associate-public-ip-address"},
		"RunInstances {\"ImageId\":\"a\",\"NetworkInterfaces\":[{\"DeviceIndex\":0,"
		"\"AssociatePublicIpAddress\":true,\"SubnetId\":\"s\",\"PrivateIpAddresses\":[{"
		"\"PrivateIpAddress\":\"1.2.3.4\",\"Primary\":true}]}],\"MaxCount\":1,\"MinCount\":"
		"1}"},
	{{"ec2", "authorize-security-group-ingress", "--group-id", "g", "--protocol", "tcp",
		 "--port", "22-25", "--cidr", "0.0.0.0/0"},
		"AuthorizeSecurityGroupIngress {\"GroupId\":\"g\",\"IpPermissions\":[{"
		"\"IpProtocol\":\"tcp\",\"FromPort\":22,\"ToPort\":25,\"IpRanges\":[{\"CidrIp\":"
		"\"0.0.0.0/0\"}]}]}"},
	{{"ec2", "modify-instance-attribute", "--instance-id", "i", "--no-disable-api-termination"},
		"ModifyInstanceAttribute {\"InstanceId\":\"i\",\"DisableApiTermination\":{"
		"\"Value\":false}}"},
	{{"ec2", "modify-instance-attribute", "--instance-id", "i", "--disable-api-termination",
		 "Value=false"},
		"ModifyInstanceAttribute {\"InstanceId\":\"i\",\"DisableApiTermination\":{"
		"\"Value\":false}}"},
	{{"ec2", "modify-image-attribute", "--image-id", "a", "--description", "new desc"},
		"ModifyImageAttribute {\"Description\":{\"Value\":\"new desc\"},\"ImageId\":\"a\"}"},
	{{"ec2", "enable-image-deprecation", "--image-id", "a", "--deprecate-at", "2030-01-01"},
		"EnableImageDeprecation {\"ImageId\":\"a\",\"DeprecateAt\":\"2030-01-01T00:00:00Z\""
		"}"},
	{{"ec2", "import-key-pair", "--key-name", "k", "--public-key-material", "aGVsbG8="},
		"ImportKeyPair {\"KeyName\":\"k\",\"PublicKeyMaterial\":\"aGVsbG8=\"}"},
	{{"ec2", "create-image", "--name", "abc", "--cli-input-json",
		 "{\"InstanceId\":\"i\",\"Name\":\"x\"}"},
		"CreateImage {\"Name\":\"abc\",\"InstanceId\":\"i\"}"},
	{{"ec2", "create-image", "--cli-input-yaml", "InstanceId: i\nName: abc\n"},
		"CreateImage {\"InstanceId\":\"i\",\"Name\":\"abc\"}"},
	{{"ec2", "describe-images", "--query", "Images[].ImageId", "--max-results", "-1"},
		"DescribeImages {\"MaxResults\":-1}"},
};

static void test_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
		struct cli c;
		struct sent s;

		begin(&c, &s, requests[i].words, usual_env);
		cli_run(&c);
		assert_string_equal(c.err.s, "");
		assert_string_equal(s.request.s, requests[i].sent);
		end(&c, &s);
	}
}

/* --- errors --- */

struct error_case {
	const char *words[MAX_WORDS];
	int code;
	const char *text; /* after the prefix; with "$" the usage follows */
};

#define PARAM "An error occurred (ParamValidation): "

static const struct error_case errors[] = {
	{{NULL}, 252, PARAM "the following arguments are required: command$"},
	{{"ec2"}, 252, PARAM "the following arguments are required: operation$"},
	{{"ec2", "zzz"}, 252, PARAM "argument operation: Found invalid choice 'zzz'\n$"},
	{{"ec2", "describe-imagez"}, 252,
		PARAM "argument operation: Found invalid choice 'describe-imagez'\n\nMaybe you "
		      "meant:\n\n  * describe-images\n  * describe-fpga-images$"},
	{{"ec2", "wait"}, 252,
		PARAM "usage: aws [options] ec2 wait <subcommand> [parameters]\naws: [ERROR]: too "
		      "few arguments"},
	{{"s3"}, 252,
		PARAM "usage: aws [options] s3 <subcommand> [parameters]\naws: [ERROR]: too few "
		      "arguments"},
	{{"ec2", "create-image"}, 252,
		PARAM "the following arguments are required: --instance-id, --name$"},
	{{"ec2", "create-image", "--name"}, 252, PARAM "argument --name: expected one argument$"},
	{{"ec2", "create-snapshot", "--volume-id", "v", "--description", "-x"}, 252,
		PARAM "argument --description: expected one argument$"},
	{{"ec2", "describe-images", "--in"}, 252,
		PARAM "ambiguous option: --in could match --include-deprecated, "
		      "--include-disabled$"},
	{{"ec2", "describe-images", "--dry-run=true"}, 252,
		PARAM "argument --dry-run: ignored explicit argument 'true'$"},
	{{"ec2", "describe-images", "--max-items", "abc"}, 252,
		PARAM "argument --max-items: invalid int value: 'abc'$"},
	{{"ec2", "describe-images", "--output", "xml"}, 252,
		PARAM "argument --output: Found invalid choice 'xml'\n$"},
	{{"ec2", "describe-images", "--no-paginate", "--max-items", "1"}, 252,
		PARAM "Cannot specify --no-paginate along with pagination arguments: --max-items"},
	{{"ec2", "describe-images", "--query", "a["}, 252,
		PARAM "Bad value for --query a[: Invalid jmespath expression: Incomplete "
		      "expression:\n\"a[\"\n   ^"},
	{{"ec2", "create-tags", "--resources", "r", "--tags", "Key"}, 252,
		PARAM "Error parsing parameter '--tags': Expected: '=', received: 'EOF' for "
		      "input:\n Key\n   ^"},
	{{"ec2", "create-tags", "--resources", "r", "--tags", "{\"Key\":\"a\""}, 252,
		PARAM "Error parsing parameter '--tags': Invalid JSON: Expecting ',' delimiter: "
		      "line 1 column 11 (char 10)\nJSON received: {\"Key\":\"a\""},
	{{"ec2", "create-tags", "--resources", "r", "--tags", "Key=a,Value=b,Other=c"}, 252,
		PARAM "Parameter validation failed:\nUnknown parameter in Tags[0]: \"Other\", must "
		      "be one of: Key, Value"},
	{{"ec2", "create-image", "--instance-id", "i", "--name", "ab"}, 252,
		PARAM "Parameter validation failed:\nInvalid length for parameter Name, value: 2, "
		      "valid min length: 3"},
	{{"ec2", "create-volume", "--availability-zone", "a", "--size", "ten"}, 255,
		"invalid literal for int() with base 10: 'ten'"},
	{{"ec2", "run-instances", "--count", "abc"}, 255,
		"name 'ParamValidationError' is not defined"},
	{{"ec2", "import-key-pair", "--key-name", "k", "--public-key-material", "a"}, 255,
		"Invalid base64: \"a\""},
	{{"ec2", "describe-images", "--profile", "nope"}, 255,
		"The config profile (nope) could not be found"},
	{{"ec2", "describe-images", "--region", "us_east_1"}, 255,
		"Provided region_name 'us_east_1' doesn't match a supported format."},
	{{"ec2", "describe-images", "--endpoint-url", "localhost:1"}, 255,
		"Invalid endpoint: localhost:1"},
	{{"ec2", "create-image", "--cli-input-json", "[]"}, 252,
		PARAM "Error parsing parameter '--cli-input-json': Invalid type: expecting map, "
		      "received <class 'list'>"},
	{{"configure", "bogus"}, 252, PARAM "argument subcommand: Found invalid choice 'bogus'\n$"},
	{{"configure", "set", "a"}, 252, PARAM "the following arguments are required: value$"},
	{{"s3", "ls"}, 255,
		"'aws s3 ls' is not simulated here; these services are: ec2, kms, rbin, ssm, sts"},
	{{"ec2", "describe-images", "--image-ids", "\xff"}, 255,
		"'utf-8' codec can't encode character '\\udcff' in position 0: surrogates not "
		"allowed"},
};

/* The whole of stderr that belongs to a text of the table. */
static char *whole(const char *text)
{
	struct buf b = BUF_INIT;
	size_t n = strcspn(text, "$");

	buf_adds(&b, "\naws: [ERROR]: ");
	buf_add(&b, text, n);
	if (text[n])
		buf_addf(&b, "\n\n%s", fail_usage_lines);
	else
		buf_addc(&b, '\n');
	return buf_detach(&b);
}

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		char *expected = whole(errors[i].text);
		struct cli c;
		struct sent s;

		begin(&c, &s, errors[i].words, usual_env);
		cli_run(&c);
		assert_string_equal(c.err.s, expected);
		assert_string_equal(c.out.s, "");
		assert_int_equal(c.code, errors[i].code);
		assert_string_equal(s.request.s, "");
		end(&c, &s);
		free(expected);
	}
}

/* Unknown options: the usage comes first, and a stray word that `help` has taken comes last. */
static void test_unknown(void **state)
{
	static const char *const words[] = {
		"ec2", "describe-images", "--bogus", "x", "--other", "y", NULL};
	struct buf expected = BUF_INIT;
	struct cli c;
	struct sent s;

	(void)state;
	begin(&c, &s, words, usual_env);
	cli_run(&c);
	buf_addf(&expected, "\n%s\n\naws: [ERROR]: Unknown options: --bogus, --other, y, x\n",
		fail_usage_lines);
	assert_string_equal(c.err.s, expected.s);
	assert_int_equal(c.code, 252);
	buf_release(&expected);
	end(&c, &s);
}

static void test_error_formats(void **state)
{
	static const char *const words[] = {"ec2", "wait", "--cli-error-format", "json", NULL};
	static const char *const legacy[] = {"AWS_CLI_ERROR_FORMAT=legacy", NULL};
	struct cli c;
	struct sent s;

	(void)state;
	begin(&c, &s, words, usual_env);
	cli_run(&c);
	assert_string_equal(c.err.s,
		"{\n    \"Code\": \"ParamValidation\",\n    \"Message\": \"usage: aws [options] ec2 "
		"wait <subcommand> [parameters]\\naws: [ERROR]: too few arguments\"\n}\n");
	end(&c, &s);
	begin(&c, &s, (const char *const[]){"ec2", "wait", NULL}, legacy);
	cli_run(&c);
	assert_string_equal(c.err.s, "\naws: [ERROR]: usage: aws [options] ec2 wait <subcommand> "
				     "[parameters]\naws: [ERROR]: too few arguments\n");
	end(&c, &s);
}

/* --- who calls, and where --- */

struct who_case {
	const char *words[MAX_WORDS];
	const char *env[6];
	const char *who; /* profile, Region, key, endpoint; or the error */
};

static const struct who_case callers[] = {
	{{"sts", "get-caller-identity"},
		{"AWS_ACCESS_KEY_ID=A", "AWS_SECRET_ACCESS_KEY=s", "AWS_REGION=r-1",
			"AWS_DEFAULT_REGION=r-2"},
		"default r-1 A -"},
	{{"sts", "get-caller-identity", "--region", "r-3", "--no-sign-request"},
		{"AWS_ENDPOINT_URL=http://a", "AWS_ENDPOINT_URL_STS=http://b"},
		"default r-3 - http://b"},
	{{"sts", "get-caller-identity"}, {"AWS_ACCESS_KEY_ID=A", "AWS_SECRET_ACCESS_KEY=s"},
		"An error occurred (NoRegion): You must specify a region. You can also configure "
		"your region by running \"aws configure\"."},
	{{"sts", "get-caller-identity"}, {"AWS_REGION=r-1"},
		"An error occurred (NoCredentials): Unable to locate credentials. You can configure "
		"credentials by running \"aws login\"."},
	{{"sts", "get-caller-identity"}, {"AWS_REGION=r-1", "AWS_ACCESS_KEY_ID=A"},
		"Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"},
};

static void test_callers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
		char *error = whole(callers[i].who);
		struct cli c;
		struct sent s;

		begin(&c, &s, callers[i].words, callers[i].env);
		cli_run(&c);
		if (c.code == CLI_OK)
			assert_string_equal(s.who.s, callers[i].who);
		else
			assert_string_equal(c.err.s, error);
		end(&c, &s);
		free(error);
	}
}

/* --- skeletons --- */

static void test_skeletons(void **state)
{
	static const char *const json[] = {
		"ec2", "deregister-image", "--generate-cli-skeleton", NULL};
	static const char *const answer[] = {"ec2", "create-image", "--instance-id", "i", "--name",
		"abc", "--generate-cli-skeleton", "output", "--query", "ImageId", NULL};
	static const char *const none[] = {
		"sts", "get-caller-identity", "--generate-cli-skeleton", NULL};
	struct cli c;
	struct sent s;

	(void)state;
	begin(&c, &s, json, usual_env);
	cli_run(&c);
	assert_string_equal(c.out.s,
		"{\n    \"ImageId\": \"\",\n    \"DeleteAssociatedSnapshots\": "
		"true,\n    \"DryRun\": true\n}\n");
	end(&c, &s);
	begin(&c, &s, answer, usual_env);
	cli_run(&c);
	assert_string_equal(c.out.s, "\"ImageId\"\n");
	assert_string_equal(s.request.s, "");
	end(&c, &s);
	begin(&c, &s, none, usual_env);
	cli_run(&c);
	assert_string_equal(c.out.s, "{}\n");
	end(&c, &s);
}

/* --- any words --- */

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16 & 0x7fff;
}

/* Whatever stands on the line, it ends, and with one of the CLI's exit codes. */
static void test_any_words(void **state)
{
	static const char *const pool[] = {"ec2", "sts", "configure", "wait", "describe-images",
		"run-instances", "create-tags", "--filters", "--tags", "--image-ids", "--query",
		"--cli-input-json", "--cli-input-yaml", "--generate-cli-skeleton", "--user-data",
		"--", "-", "-1", "", "=", "--=", "--a=b", "[", "{", "a=[", "a={b=", "'", "\"", "\\",
		"\xff", "\xed\xa0\x80", "file://", "fileb:///", "@=", "a@=file://x", "[[[[",
		"{\"a\":", "Key=a,Value=b", "help", "image-available", "yaml-input", "output",
		"--region", "x", "--count", "--max-items", "--page-size", "\n", "--no-dry-run"};
	unsigned seed = 20261121;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		const char *words[MAX_WORDS] = {next_random(&seed) % 4 ? "ec2" : "configure"};
		size_t n = next_random(&seed) % (MAX_WORDS - 1);
		struct cli c;
		struct sent s;

		for (size_t i = 1; i < n; i++)
			words[i] = pool[next_random(&seed) % ARRAY_LEN(pool)];
		begin(&c, &s, words, usual_env);
		cli_run(&c);
		assert_true(c.code == 0 || c.code == 1 || c.code >= 252);
		end(&c, &s);
	}
}

static void test_suggest(void **state)
{
	static const char *const list[] = {"ecs", "ec2", "efs", "ssm", "sts"};
	const struct names names = {list, ARRAY_LEN(list)};
	const char *found[3];

	(void)state;
	assert_int_equal(suggest(&names, "ecs2", 0.8, 3, found), 2);
	assert_string_equal(found[0], "ecs");
	assert_string_equal(found[1], "ec2");
	assert_int_equal(suggest(&names, "zz", 0.8, 3, found), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_error_formats),
		cmocka_unit_test(test_callers),
		cmocka_unit_test(test_skeletons),
		cmocka_unit_test(test_any_words),
		cmocka_unit_test(test_suggest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
