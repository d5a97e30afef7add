/* test-overview.c - what the page is told of a world, and the files it is made of. */
#include "base/json.h"
#include "base/mem.h"
#include "http/overview.h"
#include "http/page.h"
#include "ops/ops.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START 1772409600000 /* 2026-03-02T00:00:00Z */

struct lab {
	struct world *w;
	struct ops_caller who;
};

/* The answer to a request in JSON with ' for ". */
static json_t *call_of(
	struct lab *lab, const char *service, const char *operation, const char *request)
{
	const struct model_operation *op = model_find_operation(service, operation);
	struct ops_answer answer = OPS_ANSWER_INIT;
	char *text = xstrdup(request);
	json_t *in, *value;

	for (char *at = text; (at = strchr(at, '\'')); at++)
		*at = '"';
	in = json_loads(text, 0, NULL);
	assert_non_null(in);
	if (!ops_call(lab->w, &lab->who, op, in, &answer))
		fail_msg("%s: %s: %s", operation, answer.code, answer.text.s);
	value = json_incref(answer.value);
	ops_answer_release(&answer);
	json_decref(in);
	free(text);
	return value;
}

static json_t *call(struct lab *lab, const char *operation, const char *request)
{
	return call_of(lab, "ec2", operation, request);
}

/* The same with an id in the request; the answer's text at a member. */
static char *made(struct lab *lab, const char *operation, const char *format, const char *id,
	const char *member)
{
	char request[512];
	const char *at = strstr(format, "ID");
	json_t *answer, *value;
	char *text;

	snprintf(request, sizeof request, "%.*s%s%s", (int)(at - format), format, id, at + 2);
	answer = call(lab, operation, request);
	value = json_object_get(answer, member);
	if (json_is_array(value))
		value = json_object_get(json_array_get(value, 0), "InstanceId");
	text = xstrdup(value ? json_string_value(value) : "");
	json_decref(answer);
	return text;
}

static json_t *overview(struct lab *lab)
{
	struct buf out = BUF_INIT;
	json_error_t e;
	json_t *value;

	http_overview(lab->w, &out);
	value = json_loadb(out.s, out.len, JSON_REJECT_DUPLICATES, &e);
	if (!value)
		fail_msg("%s in %s", e.text, out.s);
	buf_release(&out);
	return value;
}

static const json_t *list_of(const json_t *all, const char *list)
{
	return json_object_get(all, list);
}

static const json_t *item(const json_t *all, const char *list, size_t i)
{
	return json_array_get(list_of(all, list), i);
}

static void assert_text(const json_t *o, const char *member, const char *wanted)
{
	const char *text = json_string_value(json_object_get(o, member));

	assert_non_null(text);
	assert_string_equal(text, wanted);
}

static void assert_first(const json_t *o, const char *member, const char *wanted)
{
	const json_t *list = json_object_get(o, member);

	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_array_get(list, 0)), wanted);
}

static void begin(struct lab *lab)
{
	lab->w = ops_world(1, START);
	lab->who = (struct ops_caller){.account = OPS_DEFAULT_ACCOUNT,
		.region = "us-east-1",
		.instant = true,
		.elapsed_ms = OPS_TICK_MS};
}

/* An id that the world has from the start. */
static char *given_image(struct lab *lab)
{
	json_t *answer = call(lab, "DescribeImages",
		"{'Owners': ['amazon'], 'Filters': [{'Name': 'name', 'Values': ['al2023-ami-2023*-x86_64']}]}");
	const json_t *first = json_array_get(json_object_get(answer, "Images"), 0);
	char *id = xstrdup(json_string_value(json_object_get(first, "ImageId")));

	json_decref(answer);
	return id;
}

static void test_empty(void **state)
{
	struct lab lab;
	json_t *all;

	(void)state;
	begin(&lab);
	free(given_image(&lab)); /* what genesis gives has been looked at, and is not shown */
	all = overview(&lab);
	assert_text(all, "now", "2026-03-02T00:00:05.000Z");
	assert_int_equal(json_array_size(list_of(all, "images")), 0);
	assert_int_equal(json_array_size(list_of(all, "instances")), 0);
	assert_int_equal(json_array_size(list_of(all, "others")), 0);
	assert_int_equal(json_object_size(list_of(all, "regions")), 0);
	assert_text(item(all, "accounts", 0), "id", OPS_DEFAULT_ACCOUNT);
	assert_text(item(all, "accounts", 0), "name", "default");
	json_decref(all);
	world_free(lab.w);
}

static void test_lineage(void **state)
{
	char *given, *instance, *image, *copy, *second;
	const json_t *i, *m, *c, *v, *s, *other;
	struct lab lab;
	json_t *all;

	(void)state;
	begin(&lab);
	given = given_image(&lab);
	instance = made(&lab, "RunInstances",
		"{'ImageId': 'ID', 'InstanceType': 't3.micro', 'MinCount': 1, 'MaxCount': 1, "
		"'TagSpecifications': [{'ResourceType': 'instance', 'Tags': [{'Key': 'Name', 'Value': "
		"'a\\\\\\'<b>'}]}]}",
		given, "Instances");
	image = made(
		&lab, "CreateImage", "{'InstanceId': 'ID', 'Name': 'golden'}", instance, "ImageId");
	free(made(&lab, "ModifyImageAttribute",
		"{'ImageId': 'ID', 'LaunchPermission': {'Add': [{'UserId': '111122223333'}]}}",
		image, "x"));
	lab.who.region = "ap-northeast-2";
	copy = made(&lab, "CopyImage",
		"{'SourceImageId': 'ID', 'SourceRegion': 'us-east-1', 'Name': 'seoul'}", image,
		"ImageId");
	lab.who.region = "us-east-1";
	lab.who.account = "111122223333";
	second = made(&lab, "RunInstances",
		"{'ImageId': 'ID', 'InstanceType': 't3.micro', 'MinCount': 1, 'MaxCount': 1}",
		image, "Instances");
	all = overview(&lab);

	assert_int_equal(json_array_size(list_of(all, "instances")), 2);
	i = item(all, "instances", 0);
	assert_text(i, "id", instance);
	assert_text(i, "name", "a\\\"<b>");
	assert_text(i, "state", "running");
	assert_text(i, "type", "t3.micro");
	assert_text(i, "image", given);
	assert_text(item(all, "instances", 1), "account", "111122223333");
	assert_text(item(all, "instances", 1), "image", image);
	v = item(all, "volumes", 0);
	assert_first(i, "volumes", json_string_value(json_object_get(v, "id")));
	assert_first(v, "instances", instance);
	assert_text(v, "state", "in-use");
	assert_text(v, "created", json_string_value(json_object_get(i, "created")));
	s = item(all, "snapshots", 0);
	assert_text(s, "volume", json_string_value(json_object_get(v, "id")));
	assert_null(json_object_get(s, "encrypted"));
	assert_null(json_object_get(s, "name")); /* a description is none */
	m = item(all, "images", 0);
	c = item(all, "images", 1);
	assert_text(m, "name", "golden");
	assert_text(m, "source_instance", instance);
	assert_first(m, "snapshots", json_string_value(json_object_get(s, "id")));
	assert_int_equal(json_integer_value(json_object_get(m, "shared_with")), 1);
	assert_text(c, "id", copy);
	assert_text(c, "region", "ap-northeast-2");
	assert_text(c, "source_image", image);
	assert_null(json_object_get(c, "source_instance"));
	other = item(all, "others", 0);
	assert_int_equal(json_array_size(list_of(all, "others")), 1);
	assert_text(other, "id", given);
	assert_null(json_object_get(other, "gone"));
	assert_true(
		strncmp(json_string_value(json_object_get(other, "name")), "al2023-ami-", 11) == 0);
	assert_text(list_of(all, "regions"), "ap-northeast-2", "Asia Pacific (Seoul)");
	assert_int_equal(json_object_size(list_of(all, "regions")), 2);
	assert_int_equal(json_integer_value(json_object_get(list_of(all, "counts"), "images")), 2);
	json_decref(all);
	free(given);
	free(instance);
	free(image);
	free(copy);
	free(second);
	world_free(lab.w);
}

/* A deregistered image is no more in the list, but its name is with those who come from it. */
static void test_gone(void **state)
{
	char *given, *instance, *image, *second;
	struct lab lab;
	json_t *all;

	(void)state;
	begin(&lab);
	given = given_image(&lab);
	instance = made(&lab, "RunInstances",
		"{'ImageId': 'ID', 'InstanceType': 't3.micro', 'MinCount': 1, 'MaxCount': 1}",
		given, "Instances");
	image = made(
		&lab, "CreateImage", "{'InstanceId': 'ID', 'Name': 'golden'}", instance, "ImageId");
	second = made(&lab, "RunInstances",
		"{'ImageId': 'ID', 'InstanceType': 't3.micro', 'MinCount': 1, 'MaxCount': 1}",
		image, "Instances");
	free(made(&lab, "DeregisterImage", "{'ImageId': 'ID'}", image, "x"));
	all = overview(&lab);
	assert_int_equal(json_array_size(list_of(all, "images")), 0);
	assert_int_equal(json_array_size(list_of(all, "others")), 2);
	assert_text(item(all, "others", 1), "id", image);
	assert_text(item(all, "others", 1), "name", "golden");
	assert_text(item(all, "others", 1), "account", OPS_DEFAULT_ACCOUNT);
	assert_true(json_is_true(json_object_get(item(all, "others", 1), "gone")));
	json_decref(all);
	free(given);
	free(instance);
	free(image);
	free(second);
	world_free(lab.w);
}

/* What a retention rule keeps is in the list, and not among what has gone. */
static void test_bin(void **state)
{
	char *given, *instance, *image, *second;
	struct lab lab;
	json_t *all;

	(void)state;
	begin(&lab);
	json_decref(call_of(&lab, "rbin", "CreateRule",
		"{'ResourceType': 'EC2_IMAGE', 'RetentionPeriod': {'RetentionPeriodValue': 1, "
		"'RetentionPeriodUnit': 'DAYS'}}"));
	given = given_image(&lab);
	instance = made(&lab, "RunInstances",
		"{'ImageId': 'ID', 'InstanceType': 't3.micro', 'MinCount': 1, 'MaxCount': 1}",
		given, "Instances");
	image = made(
		&lab, "CreateImage", "{'InstanceId': 'ID', 'Name': 'golden'}", instance, "ImageId");
	second = made(&lab, "RunInstances",
		"{'ImageId': 'ID', 'InstanceType': 't3.micro', 'MinCount': 1, 'MaxCount': 1}",
		image, "Instances");
	free(made(&lab, "DeregisterImage", "{'ImageId': 'ID'}", image, "x"));
	all = overview(&lab);
	assert_int_equal(json_array_size(list_of(all, "images")), 1);
	assert_text(item(all, "images", 0), "id", image);
	assert_text(item(all, "images", 0), "name", "golden");
	assert_text(item(all, "images", 0), "state", "recycle-bin");
	assert_int_equal(json_array_size(list_of(all, "others")), 1);
	assert_text(item(all, "others", 0), "id", given);
	json_decref(all);
	free(given);
	free(instance);
	free(image);
	free(second);
	world_free(lab.w);
}

/* ---- the page's files ---- */

static bool page(const char *method, const char *path, const char *query, struct http_reply *reply)
{
	struct http_request r = {.method = method, .path = path, .query = query, .body = ""};

	*reply = (struct http_reply)HTTP_REPLY_INIT;
	return http_page_answer(&r, reply);
}

static void release(struct http_reply *reply)
{
	buf_release(&reply->headers);
	buf_release(&reply->body);
}

static void test_files(void **state)
{
	static const char *const files[][3] = {
		{"/", "text/html; charset=utf-8", "<!DOCTYPE html>"},
		{"/_amidojo/page.css", "text/css; charset=utf-8", "/* page.css"},
		{"/_amidojo/page.js", "text/javascript; charset=utf-8", "/*\n * page.js"},
		{"/_amidojo/lineage.js", "text/javascript; charset=utf-8", "/*\n * lineage.js"},
		{"/_amidojo/words.js", "text/javascript; charset=utf-8", "/* words.js"},
		{"/_amidojo/icon.svg", "image/svg+xml", "<svg"},
		{"/favicon.ico", "image/svg+xml", "<svg"},
	};
	struct http_reply reply;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		assert_true(page("GET", files[i][0], NULL, &reply));
		assert_int_equal(reply.status, 200);
		assert_string_equal(reply.type, files[i][1]);
		assert_true(strncmp(reply.body.s, files[i][2], strlen(files[i][2])) == 0);
		assert_int_equal(strlen(reply.body.s), reply.body.len); /* whole, nothing behind */
		assert_int_equal(reply.body.s[reply.body.len - 1], '\n');
		assert_non_null(
			strstr(reply.headers.s, "Content-Security-Policy: default-src 'none'; "));
		assert_non_null(strstr(reply.headers.s, "frame-ancestors 'none'\r\n"));
		release(&reply);
	}
}

static void test_not_files(void **state)
{
	struct http_reply reply;

	(void)state;
	assert_false(page("POST", "/", NULL, &reply));
	assert_false(page("GET", "/", "Action=DescribeImages&Version=2016-11-15", &reply));
	assert_false(page("GET", "/", "Version=2016-11-15&Action=DescribeImages", &reply));
	assert_false(page("GET", "/_amidojo/page", NULL, &reply));
	assert_false(page("GET", "/_amidojo/../page.js", NULL, &reply));
	assert_true(page("HEAD", "/", "key=111122223333", &reply));
	release(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_lineage),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_bin),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_not_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
