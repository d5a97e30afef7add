/*
 * prop-forget.c - the same things made and undone over and over: the kinds of documents that only
 * grow reach their number and stay there, the latest are there, and what is in use is never lost.
 *
 * usage: prop-forget   environment: SEED
 */
#include "base/buf.h"
#include "base/mem.h"
#include "ops/ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_MS INT64_C(1767225600000)
#define DAY_MS   (INT64_C(86400) * 1000)
enum { CALLS = 3, MORE = 60 };

/* A call; "%s" in the request is the latest id taken, "%d" the number of the turn. */
struct one {
	const char *service, *operation, *request;
	const char *take; /* path to the id in its answer; NULL: none */
};

/* What is done in turn, and the kind that grows by one with each. `most`: what may be there beside
 * what genesis gave and what is not at its end yet. */
struct churn {
	const char *kind;
	size_t most, live;
	int64_t pause_ms;
	bool global;        /* the kind has no account and Region */
	int64_t forgets_ms; /* all are forgotten by a timer so long after; 0: none is */
	struct one calls[CALLS];
};

#define LAUNCH "\"ImageId\":\"$IMAGE\",\"InstanceType\":\"t3.micro\""

static const struct churn churns[] = {
	{"access-key", 4000, 0, 1, true, 0,
		{{"sts", "AssumeRole",
			"{\"RoleArn\":\"arn:aws:iam::111122223333:role/r\",\"RoleSessionName\":\"s%d\"}",
			"Credentials.AccessKeyId"}}},
	{"image-gone", 1000, 0, 1, false, 0,
		{{"ec2", "RegisterImage",
			 "{\"Name\":\"image-%d\",\"RootDeviceName\":\"/dev/xvda\",\"BlockDeviceMappings\":["
			 "{\"DeviceName\":\"/dev/xvda\",\"Ebs\":{\"SnapshotId\":\"$SNAPSHOT\"}}]}",
			 "ImageId"},
			{"ec2", "DeregisterImage", "{\"ImageId\":\"%s\"}", NULL}}},
	{"token", 1000, 0, 5000, false, 0,
		{{"ec2", "CreateVolume",
			 "{\"AvailabilityZone\":\"us-east-1a\",\"Size\":1,\"ClientToken\":\"t%d\"}",
			 "VolumeId"},
			{"ec2", "DeleteVolume", "{\"VolumeId\":\"%s\"}", NULL}}},
	{"spot-request", 1000, 0, 1, false, 5 * INT64_C(3600) * 1000,
		{{"ec2", "RequestSpotInstances", "{\"LaunchSpecification\":{" LAUNCH "}}",
			 "SpotInstanceRequests.0.SpotInstanceRequestId"},
			{"ec2", "CancelSpotInstanceRequests",
				"{\"SpotInstanceRequestIds\":[\"%s\"]}", NULL}}},
	{"instance", 2000, 50, 500, false, 2 * INT64_C(3600) * 1000,
		{{"ec2", "RunInstances", "{\"MinCount\":1,\"MaxCount\":1," LAUNCH "}",
			 "Instances.0.InstanceId"},
			{"ec2", "TerminateInstances", "{\"InstanceIds\":[\"%s\"]}", NULL}}},
	{"volume-modification", 1000, 0, 5000, false, 0,
		{{"ec2", "CreateVolume", "{\"AvailabilityZone\":\"us-east-1a\",\"Size\":1}",
			 "VolumeId"},
			{"ec2", "ModifyVolume", "{\"VolumeId\":\"%s\",\"Size\":2}", NULL},
			{"ec2", "DeleteVolume", "{\"VolumeId\":\"%s\"}", NULL}}},
};

struct run {
	struct world *w;
	char snapshot[WORLD_ID], image[WORLD_ID], id[WORLD_ID];
	long passed, failed;
};

static void check(struct run *r, const char *kind, const char *what, bool holds, long long number)
{
	r->passed += holds;
	r->failed += !holds;
	if (!holds)
		printf("FAIL %s: %s (%lld)\n", kind, what, number);
}

/* "Instances.0.InstanceId" */
static const char *text_at(const json_t *v, const char *path)
{
	while (v && *path) {
		size_t n = strcspn(path, ".");
		char *step = xstrndup(path, n);

		v = json_is_array(v) ? json_array_get(v, strtoul(step, NULL, 10))
				     : json_object_get(v, step);
		free(step);
		path += n + (path[n] == '.');
	}
	return json_string_value(v);
}

static json_t *request_of(const struct run *r, const struct one *call, int turn)
{
	struct buf text = BUF_INIT;
	json_t *request;

	for (const char *s = call->request; *s;) {
		if (strncmp(s, "$SNAPSHOT", 9) == 0) {
			buf_adds(&text, r->snapshot);
			s += 9;
		} else if (strncmp(s, "$IMAGE", 6) == 0) {
			buf_adds(&text, r->image);
			s += 6;
		} else if (*s == '%') {
			if (s[1] == 's')
				buf_adds(&text, r->id);
			else
				buf_addf(&text, "%d", turn);
			s += 2;
		} else {
			buf_addc(&text, *s++);
		}
	}
	request = json_loads(text.s, 0, NULL);
	buf_release(&text);
	return request;
}

/* Takes the id from the answer; false after a fault, which is told. */
static bool call(struct run *r, const struct one *one, int turn, int64_t pause_ms)
{
	struct ops_caller who = {.account = OPS_DEFAULT_ACCOUNT, .region = "us-east-1"};
	json_t *request = request_of(r, one, turn);
	struct ops_answer a = OPS_ANSWER_INIT;
	bool fine;

	who.elapsed_ms = pause_ms;
	fine = ops_call(
		r->w, &who, model_find_operation(one->service, one->operation), request, &a);
	if (fine && one->take)
		snprintf(r->id, sizeof r->id, "%s", text_at(a.value, one->take));
	if (!fine)
		printf("%s, turn %d: %s %s\n", one->operation, turn, a.code, a.text.s);
	ops_answer_release(&a);
	json_decref(request);
	return fine;
}

static struct place_of place_of(const struct churn *c)
{
	return c->global ? (struct place_of){"", "", c->kind}
			 : (struct place_of){OPS_DEFAULT_ACCOUNT, "us-east-1", c->kind};
}

static size_t given(const struct world *w, struct place_of in)
{
	struct world_cursor at = {0};
	struct resource one;
	size_t n = 0;

	while (world_next(w, in, &at, &one))
		n += world_given(&one);
	return n;
}

static bool is_last(const struct world *w, struct place_of in, const char *id)
{
	struct world_cursor at = {0};
	struct resource one, last = {.id = ""};

	while (world_next(w, in, &at, &one))
		last = one;
	return strcmp(last.id, id) == 0;
}

static void run_churn(struct run *r, const struct churn *c)
{
	struct place_of in = place_of(c);
	size_t before = given(r->w, in), peak = 0, n = 0;
	bool fine = true;

	for (int turn = 0; fine && turn < (int)c->most + MORE; turn++) {
		for (int i = 0; fine && i < CALLS && c->calls[i].operation; i++)
			fine = call(r, &c->calls[i], turn, c->pause_ms);
		n = world_count(r->w, in);
		peak = n > peak ? n : peak;
	}
	check(r, c->kind, "every call works", fine, 0);
	check(r, c->kind, "it grows up to its number", peak >= c->most, (long long)peak);
	check(r, c->kind, "and no further", peak <= before + c->most + c->live, (long long)peak);
	check(r, c->kind, "what was given stays", given(r->w, in) == before, (long long)before);
	if (strcmp(c->kind, "token") != 0)
		check(r, c->kind, "the latest is there", is_last(r->w, in, r->id), 0);
	if (!c->forgets_ms)
		return;
	world_pass(r->w, world_now(r->w) + c->forgets_ms);
	n = world_count(r->w, in);
	check(r, c->kind, "time takes them away", n == before, (long long)n);
}

/* A temporary key that is over goes when others are made; one that is not stays. */
static void check_keys(struct run *r)
{
	static const struct one short_one = {"sts", "AssumeRole",
		"{\"RoleArn\":\"arn:aws:iam::111122223333:role/r\",\"RoleSessionName\":\"s1\","
		"\"DurationSeconds\":900}",
		"Credentials.AccessKeyId"};
	struct place_of in = {"", "", "access-key"};
	char old[WORLD_ID];
	size_t n;

	call(r, &short_one, 0, 0);
	snprintf(old, sizeof old, "%s", r->id);
	n = world_count(r->w, in);
	call(r, &short_one, 0, DAY_MS / 2);
	check(r, "access-key", "expired, it is still known", world_get(r->w, in, old) != NULL, 0);
	call(r, &short_one, 0, 2 * DAY_MS);
	check(r, "access-key", "a day later it is not", world_get(r->w, in, old) == NULL, 0);
	check(r, "access-key", "the new one is", world_get(r->w, in, r->id) != NULL, 0);
	check(r, "access-key", "so they are no more", world_count(r->w, in) <= n, (long long)n);
}

static void prepare(struct run *r)
{
	static const struct one volume = {"ec2", "CreateVolume",
		"{\"AvailabilityZone\":\"us-east-1a\",\"Size\":1}", "VolumeId"};
	static const struct one snapshot = {
		"ec2", "CreateSnapshot", "{\"VolumeId\":\"%s\"}", "SnapshotId"};
	static const struct one images = {"ec2", "DescribeImages",
		"{\"Owners\":[\"amazon\"],\"Filters\":[{\"Name\":\"name\",\"Values\":[\"al2023-ami-2*\"]},"
		"{\"Name\":\"architecture\",\"Values\":[\"x86_64\"]}]}",
		"Images.0.ImageId"};
	bool fine = call(r, &volume, 0, 0) && call(r, &snapshot, 0, 60 * 1000);

	snprintf(r->snapshot, sizeof r->snapshot, "%s", r->id);
	fine = fine && call(r, &images, 0, 600 * 1000);
	snprintf(r->image, sizeof r->image, "%s", r->id);
	check(r, "all", "the beginning works", fine, 0);
}

int main(void)
{
	const char *text = getenv("SEED");
	uint64_t seed = text ? strtoull(text, NULL, 10) : 20260101;
	struct run r = {.w = ops_world(seed, START_MS)};

	printf("SEED=%" PRIu64 "\n", seed);
	prepare(&r);
	check_keys(&r);
	for (size_t i = 0; i < ARRAY_LEN(churns); i++)
		run_churn(&r, &churns[i]);
	printf("%ld passed, %ld failed\n", r.passed, r.failed);
	world_free(r.w);
	return r.failed != 0;
}
