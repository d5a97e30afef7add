/*
 * test-cli-run.c - the back half of the command line, over a canned service: pages and tokens,
 * timestamps, waiters, configure, help, coverage, completion.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/base64.h"
#include "cli/configure.h"
#include "cli/coverage.h"
#include "cli/help.h"
#include "cli/internal.h"
#include "cli/stamp.h"

#include <stdlib.h>
#include <string.h>

/* --- a service that answers from a list --- */

struct service {
	const char *const *answers; /* JSON, or "!Code text"; the last one again and again */
	size_t n, calls;
	int64_t slept;
	struct buf requests;        /* one a line */
	const char *const *replies; /* of the person at `aws configure` */
};

static void canned_call(void *ctx, const struct cli_identity *who, const struct model_operation *op,
	json_t *request, struct cli_reply *reply)
{
	struct service *s = ctx;
	const char *answer = s->answers[s->calls < s->n ? s->calls : s->n - 1];
	char *text = json_dumps(request, JSON_COMPACT);

	(void)who;
	(void)op;
	s->calls++;
	buf_addf(&s->requests, "%s\n", text);
	free(text);
	if (*answer == '!') {
		size_t n = strcspn(answer, " ");

		reply->code = xstrndup(answer + 1, n - 1);
		reply->text = xstrdup(answer + n + (answer[n] == ' '));
	} else {
		reply->value = json_loads(answer, 0, NULL);
		assert_non_null(reply->value);
	}
}

static void canned_sleep(void *ctx, int64_t ms)
{
	((struct service *)ctx)->slept += ms;
}

static char *canned_ask(void *ctx, const char *prompt)
{
	struct service *s = ctx;

	buf_adds(&s->requests, prompt);
	return *s->replies ? xstrdup(*s->replies++) : NULL;
}

static const char *no_env(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return NULL;
}

struct fixture {
	struct service s;
	struct cli c;
	struct invocation inv;
};

static void begin(struct fixture *f, const char *const *answers, size_t n)
{
	*f = (struct fixture){.s = {.answers = answers, .n = n, .requests = BUF_INIT}};
	f->c = (struct cli){.ctx = &f->s,
		.call = canned_call,
		.sleep = canned_sleep,
		.env = no_env,
		.ask = canned_ask,
		.out = BUF_INIT,
		.err = BUF_INIT};
	f->inv = (struct invocation){.c = &f->c};
	f->inv.g.paginate = true;
	f->inv.g.output = "json";
	f->inv.request = json_object();
	f->inv.g.config = cli_ini_load(NULL);
	f->inv.g.credentials = cli_ini_load(NULL);
}

static void end(struct fixture *f)
{
	json_decref(f->inv.request);
	jmes_free(f->inv.g.query);
	cli_ini_free(f->inv.g.config);
	cli_ini_free(f->inv.g.credentials);
	buf_release(&f->s.requests);
	buf_release(&f->c.out);
	buf_release(&f->c.err);
}

static void operation(struct fixture *f, const char *name)
{
	f->inv.service = model_find_service("ec2");
	f->inv.op = model_find_operation("ec2", name);
	assert_non_null(f->inv.op);
}

static void query(struct fixture *f, const char *expression)
{
	assert_true(jmes_compile(expression, &f->inv.g.query, NULL));
}

/* --- pages --- */

static const char *const three_pages[] = {
	"{\"NextToken\":\"1\",\"Images\":[{\"ImageId\":\"a\"},{\"ImageId\":\"b\"}]}",
	"{\"NextToken\":\"2\",\"Images\":[{\"ImageId\":\"c\"},{\"ImageId\":\"d\"}]}",
	"{\"Images\":[{\"ImageId\":\"e\"}]}",
};

static void test_pages(void **state)
{
	static const struct {
		const char *output, *query, *starting;
		int64_t max; /* -1: none */
		const char *out, *requests;
	} rows[] = {
		{"json", "Images[].ImageId|join('',@)", NULL, -1, "\"abcde\"\n",
			"{}\n{\"NextToken\":\"1\"}\n{\"NextToken\":\"2\"}\n"},
		{"json", "[join('',Images[].ImageId),NextToken]", NULL, 2,
			"[\n    \"ab\",\n    \"eyJOZXh0VG9rZW4iOiAiMSJ9\"\n]\n", "{}\n"},
		{"json", "[join('',Images[].ImageId),NextToken]", NULL, 3,
			"[\n    \"abc\",\n    "
			"\"eyJOZXh0VG9rZW4iOiAiMSIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9\"\n]\n",
			"{}\n{\"NextToken\":\"1\"}\n"},
		{"text", "Images[].ImageId", NULL, -1, "a\tb\nc\td\ne\n",
			"{}\n{\"NextToken\":\"1\"}\n{\"NextToken\":\"2\"}\n"},
		{"text", NULL, NULL, 2,
			"IMAGES\ta\nIMAGES\tb\nNEXTTOKEN\teyJOZXh0VG9rZW4iOiAiMSJ9\n", "{}\n"},
		{"text", "Images[].ImageId", NULL, 1, "a\nNone\n", "{}\n"},
		{"yaml-stream", "Images[0].ImageId", NULL, -1, "- a\n- c\n- e\n",
			"{}\n{\"NextToken\":\"1\"}\n{\"NextToken\":\"2\"}\n"},
		{"off", NULL, NULL, -1, "", "{}\n{\"NextToken\":\"1\"}\n{\"NextToken\":\"2\"}\n"},
		/* {"NextToken": null, "boto_truncate_amount": 1} */
		{"text", "Images[].ImageId",
			"eyJOZXh0VG9rZW4iOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==", 2,
			"b\nc\nNone\n", "{}\n{\"NextToken\":\"1\"}\n"},
		/* not the CLI's: the service's own, and the form of former times */
		{"text", "Images[].ImageId", "mine", 1, "a\nNone\n", "{\"NextToken\":\"mine\"}\n"},
		{"text", "Images[].ImageId", "None___1", 1, "b\nNone\n", "{}\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture f;

		begin(&f, three_pages, ARRAY_LEN(three_pages));
		operation(&f, "DescribeImages");
		f.inv.g.output = rows[i].output;
		if (rows[i].query)
			query(&f, rows[i].query);
		f.inv.paging = (struct cli_paging){.starting_token = rows[i].starting,
			.has_max_items = rows[i].max >= 0,
			.max_items = rows[i].max};
		assert_true(cli_perform(&f.inv));
		assert_string_equal(f.c.out.s, rows[i].out);
		assert_string_equal(f.s.requests.s, rows[i].requests);
		assert_int_equal(f.c.code, CLI_OK);
		end(&f);
	}
}

static void test_page_faults(void **state)
{
	static const char *const same[] = {"{\"NextToken\":\"1\",\"Images\":[]}"};
	struct fixture f;

	(void)state;
	begin(&f, same, 1);
	operation(&f, "DescribeImages");
	assert_false(cli_perform(&f.inv));
	assert_int_equal(f.c.code, CLI_GENERAL);
	assert_string_equal(f.c.err.s,
		"\naws: [ERROR]: Error during pagination: The same next token "
		"was received twice: {'NextToken': '1'}\n");
	end(&f);
	begin(&f, same, 1);
	operation(&f, "DescribeImages");
	f.inv.paging.starting_token = "a___b___c";
	assert_false(cli_perform(&f.inv));
	assert_string_equal(f.c.err.s, "\naws: [ERROR]: Bad starting token: a___b___c\n");
	assert_int_equal(f.s.calls, 0);
	end(&f);
}

static void test_page_sizes(void **state)
{
	static const char *const none[] = {"{\"Volumes\":[],\"Snapshots\":[]}"};
	static const struct {
		const char *operation, *request;
		int64_t size;
		const char *sent;
	} rows[] = {
		{"DescribeVolumes", "{}", 0, "{\"MaxResults\":1000}\n"},
		{"DescribeVolumes", "{}", 7, "{\"MaxResults\":7}\n"},
		{"DescribeVolumes", "{\"VolumeIds\":[\"v\"]}", 0, "{\"VolumeIds\":[\"v\"]}\n"},
		{"DescribeSnapshots", "{\"OwnerIds\":[\"self\"]}", 0,
			"{\"OwnerIds\":[\"self\"],\"MaxResults\":1000}\n"},
		{"DescribeImages", "{}", 0, "{}\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture f;

		begin(&f, none, 1);
		operation(&f, rows[i].operation);
		json_decref(f.inv.request);
		f.inv.request = json_loads(rows[i].request, 0, NULL);
		f.inv.paging.has_page_size = rows[i].size != 0;
		f.inv.paging.page_size = rows[i].size;
		assert_true(cli_perform(&f.inv));
		assert_string_equal(f.s.requests.s, rows[i].sent);
		end(&f);
	}
}

static void test_service_fault(void **state)
{
	static const char *const fault[] = {
		"!InvalidAMIID.NotFound The image id '[x]' does not exist"};
	struct fixture f;

	(void)state;
	begin(&f, fault, 1);
	operation(&f, "DescribeImages");
	assert_false(cli_perform(&f.inv));
	assert_int_equal(f.c.code, CLI_SERVICE);
	assert_string_equal(f.c.err.s,
		"\naws: [ERROR]: An error occurred (InvalidAMIID.NotFound) when calling the "
		"DescribeImages operation: The image id '[x]' does not exist\n");
	end(&f);
}

static void test_console_output(void **state)
{
	static const char *const answers[] = {
		"{\"Output\":\"aGVsbG8K/w==\",\"Timestamp\":\"2024-05-01T10:00:00.000Z\"}"};
	struct fixture f;

	(void)state;
	begin(&f, answers, 1);
	operation(&f, "GetConsoleOutput");
	assert_true(cli_perform(&f.inv));
	assert_string_equal(f.c.out.s, "{\n    \"Output\": \"hello\\n\xef\xbf\xbd\",\n"
				       "    \"Timestamp\": \"2024-05-01T10:00:00+00:00\"\n}\n");
	end(&f);
}

/* --- timestamps --- */

static void test_stamps(void **state)
{
	static const struct {
		const char *text, *iso; /* NULL: no timestamp */
	} rows[] = {
		{"2024-05-01T10:00:00.000Z", "2024-05-01T10:00:00+00:00"},
		{"2024-05-01T10:00:01.123Z", "2024-05-01T10:00:01.123000+00:00"},
		{"2024-05-01T10:00:01.1234567Z", "2024-05-01T10:00:01.123456+00:00"},
		{"2024-05-01", "2024-05-01T00:00:00+00:00"},
		{"2024-02-29T23:59:59+09:00", "2024-02-29T23:59:59+09:00"},
		{"1969-12-31T23:00:00-0130", "1969-12-31T23:00:00-01:30"},
		{"2024-05-01T25:00:00Z", NULL},
		{"2024-5-1", NULL},
		{"tomorrow", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;
		struct stamp t;
		bool known = stamp_parse(rows[i].text, &t);

		assert_int_equal(known, rows[i].iso != NULL);
		if (known) {
			stamp_iso(&out, &t);
			assert_string_equal(out.s, rows[i].iso);
		}
		buf_release(&out);
	}
}

static void test_stamps_by_protocol(void **state)
{
	const struct model_shape *shape =
		model_shape(model_find_operation("ec2", "GetConsoleOutput")->output);
	static const struct {
		const char *value;
		enum model_protocol protocol;
		bool wire;
		const char *shown;
	} rows[] = {
		{"\"2024-05-01T10:00:00.500Z\"", MODEL_EC2, false,
			"\"2024-05-01T10:00:00.500000+00:00\""},
		{"\"2024-05-01T10:00:00.500Z\"", MODEL_EC2, true, "\"2024-05-01T10:00:00.500Z\""},
		{"1714557600", MODEL_JSON, true, "1714557600"},
		{"\"2024-05-01T10:00:00.500Z\"", MODEL_JSON, true, "1714557600.5"},
		{"1714557600.5", MODEL_JSON, false, "\"2024-05-01T10:00:00.500000+00:00\""},
		{"\"2024-05-01T10:00:00Z\"", MODEL_JSON, false, "\"2024-05-01T10:00:00+00:00\""},
		{"true", MODEL_EC2, false, "true"},
	};

	(void)state;
	setenv("TZ", "UTC", 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *answer = json_pack(
			"{so}", "Timestamp", json_loads(rows[i].value, JSON_DECODE_ANY, NULL));
		json_t *before = json_deep_copy(answer);
		json_t *ready = stamp_value(answer, shape, rows[i].protocol, rows[i].wire);
		char *text = json_dumps(json_object_get(ready, "Timestamp"),
			JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

		assert_string_equal(text, rows[i].shown);
		assert_true(json_equal(answer, before));
		free(text);
		json_decref(ready);
		json_decref(before);
		json_decref(answer);
	}
}

static void test_base64(void **state)
{
	static const struct {
		const char *text, *bytes; /* NULL: wrong padding */
	} rows[] = {{"", ""}, {"YQ==", "a"}, {"YWI=", "ab"}, {"YWJj", "abc"}, {"Y*W\nJj", "abc"},
		{"YQ==YQ==", "a"}, {"YQ=", NULL}, {"Y", NULL}, {"YWJjZA", NULL}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf bytes = BUF_INIT, again = BUF_INIT;

		assert_int_equal(base64_decode(&bytes, rows[i].text, strlen(rows[i].text)),
			rows[i].bytes != NULL);
		if (rows[i].bytes)
			assert_string_equal(bytes.s, rows[i].bytes);
		base64_encode(&again, bytes.s, bytes.len);
		if (rows[i].bytes && i < 4)
			assert_string_equal(again.s, rows[i].text);
		buf_release(&bytes);
		buf_release(&again);
	}
	assert_true(base64_is_strict("YWI=\n", 5));
	assert_false(base64_is_strict("[0.0] Linux", 11));
}

/* --- waiters --- */

#define IMAGE(state) "{\"Images\":[{\"State\":\"" state "\"}]}"

static void test_wait(void **state)
{
	static const struct {
		const char *waiter, *answers[3];
		size_t calls;
		int64_t slept;
		const char *err;
	} rows[] = {
		{"image-available", {IMAGE("pending"), IMAGE("available")}, 2, 15000, ""},
		{"image-available", {IMAGE("failed")}, 1, 0,
			"\naws: [ERROR]: Waiter ImageAvailable failed: Waiter encountered a terminal "
			"failure state: For expression \"Images[].State\" we matched expected path: "
			"\"failed\" at least once\n"},
		{"image-available", {"!InvalidAMIID.Malformed Bad"}, 1, 0,
			"\naws: [ERROR]: Waiter ImageAvailable failed: An error occurred "
			"(InvalidAMIID.Malformed): Bad\n"},
		{"image-available", {"{\"Images\":[]}"}, 40, 39 * 15000,
			"\naws: [ERROR]: Waiter ImageAvailable failed: Max attempts exceeded\n"},
		{"image-exists", {"!InvalidAMIID.NotFound x", IMAGE("pending")}, 2, 15000, ""},
		{"image-exists", {"!InvalidAMIID.NotFound x"}, 40, 39 * 15000,
			"\naws: [ERROR]: Waiter ImageExists failed: Max attempts exceeded. Previously "
			"accepted state: Matched expected service error code: InvalidAMIID.NotFound\n"},
		{"vpc-exists", {"{\"Vpcs\":[]}"}, 1, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = 0;
		struct fixture f;

		while (n < 3 && rows[i].answers[n])
			n++;
		begin(&f, rows[i].answers, n);
		f.inv.service = model_find_service("ec2");
		f.inv.waiter = model_find_waiter(f.inv.service, rows[i].waiter);
		f.inv.op = &model_operations[f.inv.waiter->operation];
		assert_int_equal(cli_wait(&f.inv), !*rows[i].err);
		assert_string_equal(f.c.err.s, rows[i].err);
		assert_int_equal(f.c.code, *rows[i].err ? CLI_GENERAL : CLI_OK);
		assert_int_equal(f.s.calls, rows[i].calls);
		assert_int_equal(f.s.slept, rows[i].slept);
		assert_string_equal(f.c.out.s, "");
		end(&f);
	}
}

/* --- configure --- */

static void configuration(struct fixture *f, const char *config, const char *credentials)
{
	cli_ini_free(f->inv.g.config);
	cli_ini_free(f->inv.g.credentials);
	f->inv.g.config = cli_ini_parse(config, strlen(config));
	f->inv.g.credentials = cli_ini_parse(credentials, strlen(credentials));
}

static void test_configure_get(void **state)
{
	static const struct {
		const char *profile, *name;
		int code;
		const char *out, *err;
	} rows[] = {
		{NULL, "region", CLI_OK, "eu-west-1\n", ""},
		{NULL, "nothere", CLI_UNSET, "", ""},
		{NULL, "s3", CLI_UNSET, "",
			"varname (s3) must reference a value, not a section or sub-section."},
		{NULL, "s3.max", CLI_OK, "20\n", ""},
		{NULL, "default.region", CLI_OK, "eu-west-1\n", ""},
		{NULL, "profile.dev.region", CLI_OK, "us-west-2\n", ""},
		{NULL, "dev.aws_access_key_id", CLI_OK, "KEY\n", ""},
		{"dev", "aws_access_key_id", CLI_OK, "KEY\n", ""},
		{NULL, "plugins.x", CLI_OK, "y\n", ""},
		{NULL, "profile.dev", CLI_GENERAL, "", "\naws: [ERROR]: list index out of range\n"},
		{"no", "region", CLI_GENERAL, "",
			"\naws: [ERROR]: The config profile (no) could not be found\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fixture f;

		begin(&f, NULL, 0);
		configuration(&f,
			"[default]\nregion = eu-west-1\ns3 =\n  max = 20\n[profile dev]\nregion="
			"us-west-2\n[plugins]\nx=y\n",
			"[dev]\naws_access_key_id=KEY\n");
		f.inv.subcommand = "get";
		f.inv.g.profile = rows[i].profile;
		f.inv.n_args = 1;
		f.inv.args = &rows[i].name;
		cli_configure(&f.inv);
		assert_int_equal(f.c.code, rows[i].code);
		assert_string_equal(f.c.out.s, rows[i].out);
		assert_string_equal(f.c.err.s, rows[i].err);
		end(&f);
	}
}

static void test_configure_list(void **state)
{
	static const char *const words[] = {"configure", "list", "--profile=dev"};
	struct fixture f;

	(void)state;
	begin(&f, NULL, 0);
	configuration(&f, "[profile dev]\nregion=us-west-2\n", "");
	f.c.words = words;
	f.c.n_words = ARRAY_LEN(words);
	f.inv.subcommand = "list";
	f.inv.g.profile = "dev";
	f.inv.who.key = "AKIAIOSFODNN7EXAMPLE";
	f.inv.g.key_source = "env";
	assert_true(cli_configure(&f.inv));
	assert_string_equal(f.c.out.s,
		"NAME       : VALUE                    : TYPE             : LOCATION\n"
		"profile    : dev                      : manual           : --profile\n"
		"access_key : ****************MPLE     : env              : \n"
		"secret_key : <not set>                : None             : None\n"
		"region     : us-west-2                : config-file      : ~/.aws/config\n");
	end(&f);
}

static void test_configure_asks(void **state)
{
	static const char *const replies[] = {"", "", NULL};
	struct fixture f;

	(void)state;
	begin(&f, NULL, 0);
	configuration(
		&f, "[default]\nregion=us-west-2\n", "[default]\naws_access_key_id=AKIA12345\n");
	f.s.replies = replies;
	assert_false(cli_configure(&f.inv));
	assert_non_null(
		strstr(f.s.requests.s, "AWS Access Key ID [****************2345]: AWS Secret "
				       "Access Key [None]: Default region name [us-west-2]: "));
	assert_string_equal(f.c.err.s, "\naws: [ERROR]: EOF when reading a line\n");
	end(&f);
}

static void test_configure_sections(void **state)
{
	static const char *const rows[][2] = {{"default", "default"}, {"x", "profile x"},
		{"a b", "profile 'a b'"}, {"it's me", "profile 'it'\"'\"'s me'"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;

		configure_section(&out, rows[i][0]);
		assert_string_equal(out.s, rows[i][1]);
		buf_release(&out);
	}
}

/* --- help, coverage --- */

static void assert_fits(const char *text, int columns)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		assert_true(text_width(text, n) <= columns);
		text += n + (text[n] == '\n');
	}
}

static void help(const char *language, int columns, const char *command, const char *subcommand,
	const struct model_operation *op, const struct model_waiter *waiter, const char *expected)
{
	struct fixture f;

	begin(&f, NULL, 0);
	f.c.language = language;
	f.c.columns = columns;
	f.inv.command = command;
	f.inv.subcommand = subcommand;
	f.inv.service = command ? model_find_service(command) : NULL;
	f.inv.op = op;
	f.inv.waiter = waiter;
	assert_true(cli_help(&f.inv));
	assert_non_null(strstr(f.c.out.s, expected));
	assert_int_equal(text_valid(f.c.out.s, f.c.out.len), f.c.out.len);
	assert_fits(f.c.out.s, columns);
	assert_true(f.c.page);
	end(&f);
}

static void test_help(void **state)
{
	static const char *const languages[] = {"en", "ko"};
	static const int widths[] = {20, 40, 80, 200};

	(void)state;
	for (size_t l = 0; l < 2; l++)
		for (size_t w = 0; w < ARRAY_LEN(widths); w++) {
			help(languages[l], widths[w], NULL, NULL, NULL, NULL, "GLOBAL OPTIONS\n");
			help(languages[l], widths[w], "ec2", NULL, NULL, NULL, "create-image\n");
			help(languages[l], widths[w], "ec2", "wait", NULL, NULL,
				"image-available\n");
			help(languages[l], widths[w], "configure", "set", NULL, NULL, "EXAMPLES\n");
			help(languages[l], widths[w], "coverage", NULL, NULL, NULL, "coverage");
		}
}

static void test_help_of_operations(void **state)
{
	(void)state;
	for (size_t i = 0; i < model_counts.operations; i++) {
		const struct model_operation *op = &model_operations[i];
		const char *service = model_text(model_services[op->service].name);

		help(i % 2 ? "ko" : "en", i % 3 ? 40 : 80, service, model_text(op->cli), op, NULL,
			"OUTPUT\n");
	}
	for (size_t i = 0; i < model_counts.waiters; i++) {
		const struct model_waiter *w = &model_waiters[i];

		help("ko", 40, "ec2", "wait", &model_operations[w->operation], w, "SYNOPSIS\n");
	}
}

static void test_coverage(void **state)
{
	static const char *const json[] = {"--json"};
	struct fixture f;
	json_t *all;

	(void)state;
	assert_string_equal(coverage_families[coverage_family("create-image")], "image");
	assert_string_equal(coverage_families[coverage_family("run-instances")], "instance");
	assert_string_equal(coverage_families[coverage_family("create-fpga-image")], "fpga");
	begin(&f, NULL, 0);
	f.c.columns = 40;
	assert_true(cli_coverage(&f.inv));
	assert_non_null(strstr(f.c.out.s, "  image "));
	assert_fits(f.c.out.s, 40);
	buf_clear(&f.c.out);
	f.inv.n_args = 1;
	f.inv.args = json;
	assert_true(cli_coverage(&f.inv));
	all = json_loads(f.c.out.s, 0, NULL);
	assert_int_equal(json_object_size(all), model_counts.services);
	json_decref(all);
	end(&f);
}

/* --- completion --- */

static void test_complete(void **state)
{
	static const struct {
		const char *words[8];
		enum cli_want want;
		const char *first; /* of the words; NULL: none */
		size_t n;          /* 0: any number */
		size_t missing;
	} rows[] = {
		{{"ec"}, CLI_WANT_WORD, "ec2", 1, 0},
		{{"conf"}, CLI_WANT_WORD, "configure", 1, 0},
		{{"ec2", "create-im"}, CLI_WANT_WORD, "create-image", 2, 0},
		{{"ec2", "create-ipam-s"}, CLI_WANT_WORD, "create-ipam-scope", 1, 0},
		{{"ec2", "wait", "image-a"}, CLI_WANT_WORD, "image-available", 1, 0},
		{{"ec2", "create-image", ""}, CLI_WANT_WORD, "--instance-id", 0, 2},
		{{"ec2", "create-image", "--name", "x", "--"}, CLI_WANT_WORD, "--instance-id", 0,
			1},
		{{"ec2", "create-image", "--cli-input-json", "{}", "--na"}, CLI_WANT_WORD, "--name",
			1, 0},
		{{"ec2", "create-image", "--instance-id", ""}, CLI_WANT_ID, NULL, 0, 1},
		{{"ec2", "describe-images", "--image-ids", "a", ""}, CLI_WANT_ID, NULL, 0, 0},
		{{"ec2", "describe-images", "--image-ids", "a", "--own"}, CLI_WANT_WORD, "--owners",
			1, 0},
		{{"ec2", "register-image", "--architecture", "arm"}, CLI_WANT_WORD, "arm64", 2, 1},
		{{"ec2", "run-instances", "--user-data", "file://"}, CLI_WANT_FILE, NULL, 0, 0},
		{{"ec2", "describe-images", "--output", "ya"}, CLI_WANT_WORD, "yaml", 2, 0},
		{{"ec2", "describe-images", "--output=ta"}, CLI_WANT_WORD, "table", 1, 0},
		{{"ec2", "describe-images", "--query", ""}, CLI_WANT_VALUE, NULL, 0, 0},
		{{"ec2", "describe-images", "--no-dry"}, CLI_WANT_WORD, "--no-dry-run", 1, 0},
		{{"--output", "json", "ec2", "describe-imag"}, CLI_WANT_WORD,
			"describe-image-attribute", 0, 0},
		{{"configure", "l"}, CLI_WANT_WORD, "list", 2, 0},
		{{"s3", "l"}, CLI_WANT_NOTHING, NULL, 0, 0},
		{{"ec2", "no-such", "x"}, CLI_WANT_NOTHING, NULL, 0, 0},
		{{"--", "\xff", "="}, CLI_WANT_NOTHING, NULL, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cli_completion out;
		size_t n = 0;

		while (n < 8 && rows[i].words[n])
			n++;
		cli_complete(n, rows[i].words, &out);
		assert_int_equal(out.want, rows[i].want);
		if (rows[i].first)
			assert_string_equal(out.words[0], rows[i].first);
		if (rows[i].n)
			assert_int_equal(out.n, rows[i].n);
		assert_int_equal(out.n_missing, rows[i].missing);
		cli_completion_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_page_faults),
		cmocka_unit_test(test_page_sizes),
		cmocka_unit_test(test_service_fault),
		cmocka_unit_test(test_console_output),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_stamps_by_protocol),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_configure_get),
		cmocka_unit_test(test_configure_list),
		cmocka_unit_test(test_configure_asks),
		cmocka_unit_test(test_configure_sections),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_help_of_operations),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
