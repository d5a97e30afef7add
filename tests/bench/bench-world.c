/*
 * bench-world.c - a world of 10 and of 100,000 registered images: describing with filters,
 * changing, undoing, and memory.
 *
 *     bench-world [IMAGES]
 *     bench-world --peak FILE COMMAND...    runs it and writes its peak memory in KiB to FILE
 *
 * (A process counts what its parent held when it was forked; so bench-aws.py has a small parent.)
 *
 * Budgets: a filtered describe of 100,000 under 100 ms, under 4 KiB an image, and a changing call
 * as dear in the large world as in the small one.
 */
#include "app/memory.h"
#include "base/mem.h"
#include "ops/ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 10, LARGE = 100000, ROUNDS = 5, CHANGES = 201 };

static const struct ops_caller learner = {
	.account = OPS_DEFAULT_ACCOUNT, .region = "us-east-1", .elapsed_ms = OPS_TICK_MS};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The answer, owned by the caller; a fault ends the benchmark. */
static json_t *call(struct world *w, const char *operation, json_t *request)
{
	struct ops_answer a = OPS_ANSWER_INIT;
	json_t *value;

	if (!ops_call(w, &learner, model_find_operation("ec2", operation), request, &a)) {
		fprintf(stderr, "bench-world: %s: %s: %s\n", operation, a.code, a.text.s);
		exit(1);
	}
	value = json_incref(a.value);
	json_decref(request);
	ops_answer_release(&a);
	return value;
}

static void pass_time(struct world *w, int64_t ms)
{
	world_begin(w, NULL);
	world_advance(w, world_now(w) + ms);
	world_commit(w);
}

/* The id of a completed snapshot, in `id`. */
static void make_snapshot(struct world *w, char id[WORLD_ID])
{
	json_t *volume = call(w, "CreateVolume",
		json_pack("{s:s, s:i}", "AvailabilityZone", "us-east-1a", "Size", 8));
	json_t *snapshot;

	pass_time(w, 60000);
	snapshot = call(w, "CreateSnapshot",
		json_pack("{s:O}", "VolumeId", json_object_get(volume, "VolumeId")));
	pass_time(w, 3600000);
	snprintf(id, WORLD_ID, "%s", json_string_value(json_object_get(snapshot, "SnapshotId")));
	json_decref(volume);
	json_decref(snapshot);
}

static json_t *registration(const char *snapshot, unsigned i)
{
	char name[32];

	snprintf(name, sizeof name, "%s-%06u", i % 3 ? "web" : "db", i);
	return json_pack("{s:s, s:s, s:s, s:s, s:[{s:s, s:{s:s}}], s:[{s:s, s:[{s:s, s:s}]}]}",
		"Name", name, "Architecture", i % 2 ? "x86_64" : "arm64", "RootDeviceName",
		"/dev/xvda", "VirtualizationType", "hvm", "BlockDeviceMappings", "DeviceName",
		"/dev/xvda", "Ebs", "SnapshotId", snapshot, "TagSpecifications", "ResourceType",
		"image", "Tags", "Key", "env", "Value", i % 5 ? "test" : "prod");
}

struct filled {
	struct world *w;
	char snapshot[WORLD_ID], image[WORLD_ID]; /* one in the middle */
	double bytes;
};

/* The registered image once more, under another id and name. */
static void put_copy(struct filled *f, const struct resource *image, unsigned i)
{
	json_t *doc = json_deep_copy(image->doc);
	char name[32], id[WORLD_ID];

	snprintf(name, sizeof name, "%s-%06u", i % 3 ? "web" : "db", i);
	world_make_id(f->w, "ami", id);
	json_object_set_new(doc, "ImageId", json_string(id));
	json_object_set_new(doc, "Name", json_string(name));
	world_put(f->w, image->in, id, doc);
}

/* Bytes of this process that are in memory. */
static double resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long total = 0, pages = 0;

	if (!f || fscanf(f, "%ld %ld", &total, &pages) != 2)
		exit(1);
	fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* Registers one image and copies it: what is measured here is not how fast the first come. */
static struct filled fill(unsigned images)
{
	struct filled f = {.w = ops_world(1, INT64_C(1767225600000))};
	struct resource image;
	json_t *answer;
	double before;

	make_snapshot(f.w, f.snapshot);
	answer = call(f.w, "RegisterImage", registration(f.snapshot, 0));
	snprintf(f.image, WORLD_ID, "%s", json_string_value(json_object_get(answer, "ImageId")));
	json_decref(answer);
	pass_time(f.w, 3600000);
	if (!world_find(f.w, "image", f.image, &image))
		exit(1);
	before = resident();
	for (unsigned i = 1; i < images; i++) {
		world_begin(f.w, "register-image");
		put_copy(&f, &image, i);
		world_commit(f.w);
		world_kept(f.w); /* as after every command */
	}
	f.bytes = (resident() - before) / images;
	return f;
}

/* ---- describing ---- */

static const struct {
	const char *what, *request;
} looks[] = {
	{"--filters Name=name,Values=web-0001*",
		"{\"Owners\":[\"self\"],\"Filters\":[{\"Name\":\"name\",\"Values\":[\"web-0001*\"]}"
		"]}"},
	{"--filters Name=tag:env,Values=prod Name=state,Values=pending",
		"{\"Owners\":[\"self\"],\"Filters\":[{\"Name\":\"tag:env\",\"Values\":[\"prod\"]},{"
		"\"Name\":\"state\",\"Values\":[\"pending\"]}]}"},
	{"--filters Name=block-device-mapping.volume-size,Values=9",
		"{\"Owners\":[\"self\"],\"Filters\":[{\"Name\":\"block-device-mapping.volume-size\""
		",\"Values\":[\"9\"]}]}"},
	{"--image-ids (one)", NULL},
};

static double describe(const struct filled *f, size_t which, size_t *found)
{
	double best = 1e12;

	for (int round = 0; round < ROUNDS; round++) {
		json_t *request = looks[which].request ? json_loads(looks[which].request, 0, NULL)
						       : json_pack("{s:[s]}", "ImageIds", f->image);
		double start = now_ms(), took;
		json_t *answer = call(f->w, "DescribeImages", request);

		took = now_ms() - start;
		best = took < best ? took : best;
		*found = json_array_size(json_object_get(answer, "Images"));
		json_decref(answer);
	}
	return best;
}

/* ---- changing ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static json_t *tagging(const struct filled *f, unsigned i)
{
	char value[32];

	snprintf(value, sizeof value, "v%u", i);
	return json_pack("{s:[s], s:[{s:s, s:s}]}", "Resources", f->image, "Tags", "Key", "Name",
		"Value", value);
}

static json_t *new_image(const struct filled *f, unsigned i)
{
	return registration(f->snapshot, 1000000 + i);
}

static json_t *new_key(const struct filled *f, unsigned i)
{
	char name[32];

	(void)f;
	snprintf(name, sizeof name, "key-%u", i);
	return json_pack("{s:s}", "KeyName", name);
}

static json_t *new_volume(const struct filled *f, unsigned i)
{
	(void)f;
	(void)i;
	return json_pack("{s:s, s:i}", "AvailabilityZone", "us-east-1a", "Size", 8);
}

static const struct {
	const char *operation;
	json_t *(*request)(const struct filled *f, unsigned i);
} changes[] = {{"RegisterImage", new_image}, {"CreateTags", tagging}, {"CreateKeyPair", new_key},
	{"CreateVolume", new_volume}};

/* Microseconds of the median call. */
static double change(const struct filled *f, size_t which)
{
	double took[CHANGES];

	for (unsigned i = 0; i < CHANGES; i++) {
		json_t *request = changes[which].request(f, i);
		double start = now_ms();

		json_decref(call(f->w, changes[which].operation, request));
		took[i] = (now_ms() - start) * 1e3;
	}
	qsort(took, CHANGES, sizeof *took, by_size);
	return took[CHANGES / 2];
}

static double undo(const struct filled *f)
{
	double start = now_ms();

	for (unsigned i = 0; i < CHANGES; i++)
		world_undo(f->w);
	return (now_ms() - start) * 1e3 / CHANGES;
}

/* ---- another's memory ---- */

static int run_peak(const char *path, char **command)
{
	struct rusage usage = {0};
	FILE *out = fopen(path, "w");
	pid_t child = out ? fork() : -1;
	int status = 1;

	if (child == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) != child)
		return 1;
	fprintf(out, "%ld\n", usage.ru_maxrss);
	fclose(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* ---- the table ---- */

static void row(const char *what, const char *unit, double small, double large)
{
	printf("%-68s %3s %11.2f %11.2f %9.1fx\n", what, unit, small, large, large / small);
}

static void measure(unsigned n)
{
	struct filled small = fill(SMALL), large = fill(n);
	char what[96];
	size_t found;

	printf("%-72s %11d %11u %10s\n", "images registered", SMALL, n, "ratio");
	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		double s = describe(&small, i, &found), l = describe(&large, i, &found);

		snprintf(what, sizeof what, "%s: %zu", looks[i].what, found);
		row(what, "ms", s, l);
	}
	for (size_t i = 0; i < ARRAY_LEN(changes); i++)
		row(changes[i].operation, "us", change(&small, i), change(&large, i));
	row("undo", "us", undo(&small), undo(&large));
	printf("%-72s %11s %11.0f\n", "bytes an image, with its step for undo", "", large.bytes);
	world_free(small.w);
	world_free(large.w);
}

int main(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "--peak") == 0)
		return run_peak(argv[2], argv + 3);
	memory_for_documents(); /* as the program does */
	measure(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : LARGE);
	return 0;
}
