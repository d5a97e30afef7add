/*
 * test-serve-files.c - the files of an endpoint: access keys, and images with ids of somebody's
 * own; what is wrong in one is told all at once, and what is right is in the world.
 */
#include "app/accounts.h"
#include "app/catalogue.h"
#include "base/mem.h"
#include "ops/ops.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define START INT64_C(1795219200000)

/* ---- files, and what is said of them ---- */

static void write_file(const char *text, mode_t mode, char path[32])
{
	int fd;

	snprintf(path, 32, "/tmp/amidojo-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

typedef bool read_fn(const char *path, struct err *e);

static bool try_accounts(const char *path, struct err *e)
{
	struct accounts a;
	bool fine = accounts_read(path, &a, e);

	if (fine)
		accounts_release(&a);
	return fine;
}

static bool try_catalogue(const char *path, struct err *e)
{
	struct catalogue c;
	bool fine = catalogue_read(path, &c, e);

	if (fine)
		catalogue_release(&c);
	return fine;
}

/* What the reading prints, the file's name taken out. Owned. */
static char *problems(read_fn *read_it, const char *text, struct err *e)
{
	struct buf out = BUF_INIT;
	char path[32], line[1024];
	FILE *said = tmpfile();
	int keep = dup(STDERR_FILENO);

	write_file(text, 0600, path);
	fflush(stderr);
	dup2(fileno(said), STDERR_FILENO);
	assert_false(read_it(path, e));
	fflush(stderr);
	dup2(keep, STDERR_FILENO);
	close(keep);
	rewind(said);
	while (fgets(line, sizeof line, said))
		buf_adds(&out, strncmp(line, path, strlen(path)) == 0 ? line + strlen(path) : line);
	fclose(said);
	unlink(path);
	return buf_detach(&out);
}

static void expect_problems(read_fn *read_it, const char *text, const char *wanted)
{
	struct err e = {0};
	char *got = problems(read_it, text, &e);

	assert_string_equal(got, wanted);
	assert_int_equal(e.code, ERR_DATA);
	free(got);
}

/* ---- access keys ---- */

#define SECRET "kims-secret-that-nobody-may-see"

static const char two_accounts[] =
	"accounts:\n"
	"  - {account: \"123456789012\", name: kim, access_key_id: AKIAKIM0000000000001,\n"
	"     secret_access_key: " SECRET "}\n"
	"  - {account: 021098765432, name: lee, access_key_id: AKIALEE0000000000002,\n"
	"     secret_access_key: \"lees/secret+that=nobody\", instructor: true}\n";

static void test_accounts(void **state)
{
	struct accounts a;
	struct err e = {0};
	char path[32];

	(void)state;
	write_file(two_accounts, 0600, path);
	assert_true(accounts_read(path, &a, &e));
	assert_int_equal(a.n, 2);
	assert_string_equal(a.keys[0].account, "123456789012");
	assert_string_equal(a.keys[0].key, "AKIAKIM0000000000001");
	assert_string_equal(a.keys[0].secret, SECRET);
	assert_string_equal(a.keys[0].name, "kim");
	assert_false(a.keys[0].instructor);
	assert_string_equal(a.keys[1].account, "021098765432");
	assert_true(a.keys[1].instructor);
	accounts_release(&a);
	unlink(path);
}

static void test_accounts_mode(void **state)
{
	static const mode_t open_modes[] = {0640, 0604, 0620, 0666};
	char path[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(open_modes); i++) {
		struct err e = {0};

		write_file(two_accounts, open_modes[i], path);
		assert_false(try_accounts(path, &e));
		assert_non_null(strstr(e.text, "chmod 600 "));
		assert_non_null(strstr(e.text, path));
		unlink(path);
	}
}

static void test_accounts_wrong(void **state)
{
	struct err e = {0};
	char *got;

	(void)state;
	expect_problems(try_accounts,
		"accounts:\n"
		"  - {account: \"12345\", name: kim, access_key_id: AKIAKIM0000000000001,\n"
		"     secret_access_key: short}\n"
		"  - {account: \"123456789012\", name: lee, access_key_id: akia,\n"
		"     secret_access_key: \"kims-secret-with a-blank\"}\n"
		"  - {account: \"123456789012\", name: park, access_key_id: AKIAKIM0000000000001,\n"
		"     secret_access_key: " SECRET "}\n"
		"  - {account: \"123456789012\", name: a b, access_key_id: AKIACHO0000000000001,\n"
		"     secret_access_key: " SECRET ", instructor: maybe, colour: red}\n",
		":2:15: error: an account is 12 digits, in quotes: \"123456789012\"\n"
		":3:25: error: a secret has 16 to 256 printable ASCII characters, and no blanks\n"
		":4:57: error: an access key id has 16 to 128 capital letters and digits: AKIA...\n"
		":5:25: error: a secret has 16 to 256 printable ASCII characters, and no blanks\n"
		":6:58: error: this access key id stands already in line 2\n"
		":8:37: error: 'a b' cannot be an id: use letters, digits, '-', '_' and '.'\n"
		":9:70: error: 'maybe' is not one of: true, false\n"
		":9:77: error: unknown key 'colour' in an access key\n");
	expect_problems(
		try_accounts, "accounts: []\n", ":1:11: error: the list 'accounts' is empty\n");
	expect_problems(try_accounts, "", ":1:1: error: the file is empty\n");
	got = problems(try_accounts,
		"accounts:\n  - {account: \"1\", name: [" SECRET "],\n"
		"     secret_access_key: [" SECRET "], access_key_id: " SECRET "}\n",
		&e);
	assert_null(strstr(got, "secret-that"));
	assert_null(strstr(e.text, "secret-that"));
	free(got);
}

/* ---- images ---- */

static json_t *images_of(const char *text)
{
	struct catalogue c;
	struct err e = {0};
	char path[32];
	json_t *images;

	write_file(text, 0644, path);
	assert_true(catalogue_read(path, &c, &e));
	images = json_loads(c.images, 0, NULL);
	assert_non_null(images);
	catalogue_release(&c);
	unlink(path);
	return images;
}

static void test_catalogue_wrong(void **state)
{
	(void)state;
	expect_problems(try_catalogue,
		"images:\n"
		"  - {id: ami-123, name: ab, owner: me, regions: [us-east-1, Seoul], creation_date: soon}\n"
		"  - {id: ami-12c6146b, name: one, root_device: /dev/sda1,\n"
		"     mappings: [{device: /dev/sdb, snapshot: snap-1}, {device: /dev/sdb, virtual: ephemeral0, size: 8}]}\n"
		"  - {id: ami-12c6146b, name: two, root_device_type: instance-store,\n"
		"     mappings: [{device: /dev/sdb, size: 1}]}\n"
		"  - {name: three, architecture: vax}\n",
		":2:10: error: 'ami-123' is no image id: 'ami-' and 8 or 17 hexadecimal digits\n"
		":2:25: error: a name has 3 to 128 letters, digits, blanks and ()[]./-'@_\n"
		":2:36: error: an owner is 12 digits in quotes, 'amazon' or 'aws-marketplace'\n"
		":2:61: error: 'Seoul' is no Region: us-east-1, ... or all\n"
		":2:84: error: expected a date like 2026-11-21 or 2026-11-21T10:20:30Z, found 'soon'\n"
		":3:48: error: no mapping is for the root device '/dev/sda1'\n"
		":4:46: error: 'snap-1' is no snapshot id: 'snap-' and 8 or 17 hexadecimal digits\n"
		":4:64: error: the device '/dev/sdb' is mapped twice\n"
		":4:83: error: a disk of the instance's own has no snapshot, size or type\n"
		":5:10: error: the image 'ami-12c6146b' stands already in line 3\n"
		":6:17: error: an image with its root in instance store has no volumes here\n"
		":7:5: error: an image needs the key 'id'\n"
		":7:33: error: 'vax' is not one of: x86_64, arm64, i386, x86_64_mac, arm64_mac\n");
}

static const char some_images[] =
	"images:\n"
	"  - {id: ami-12c6146b, name: minimal}\n"
	"  - id: ami-03cf127a\n"
	"    name: elaborate\n"
	"    owner: \"777788889999\"\n"
	"    regions: [us-east-1, ap-northeast-2]\n"
	"    description: \"Windows, of an owner that no world knows\"\n"
	"    platform: windows\n"
	"    creation_date: 2017-10-13T01:02:03Z\n"
	"    boot_mode: uefi\n"
	"    imds_support: v2.0\n"
	"    root_device: /dev/sda1\n"
	"    mappings:\n"
	"      - {device: /dev/sda1, snapshot: snap-0123abcd, size: 30, type: gp3}\n"
	"      - {device: xvdca, virtual: ephemeral0}\n"
	"  - {id: ami-0abc0abc, name: hidden, owner: \"777788889999\", public: false}\n"
	"  - {id: ami-0def0def, name: in S3, root_device_type: instance-store, architecture: i386}\n";

static json_t *call_as(struct world *w, const char *account, const char *region, const char *name,
	json_t *request, const char **code)
{
	struct ops_caller who = {.account = account, .region = region, .instant = true};
	struct ops_answer a = OPS_ANSWER_INIT;
	json_t *value;

	ops_call(w, &who, model_find_operation("ec2", name), request, &a);
	assert_string_equal(a.misfit.s, "");
	*code = a.code ? a.code : "";
	value = json_incref(a.value);
	json_decref(request);
	ops_answer_release(&a);
	return value;
}

static json_t *call(struct world *w, const char *region, const char *name, json_t *request)
{
	const char *code;
	json_t *value = call_as(w, "123456789012", region, name, request, &code);

	assert_string_equal(code, "");
	return value;
}

static const char *at(const json_t *doc, const char *name)
{
	return json_string_value(json_object_get(doc, name));
}

static json_t *image(struct world *w, const char *region, const char *id, json_t **answer)
{
	*answer = call(w, region, "DescribeImages", json_pack("{s:[s]}", "ImageIds", id));
	return json_array_get(json_object_get(*answer, "Images"), 0);
}

static const char *image_fault(struct world *w, const char *region, const char *id)
{
	const char *code;

	json_decref(call_as(w, "123456789012", region, "DescribeImages",
		json_pack("{s:[s]}", "ImageIds", id), &code));
	return code;
}

static void test_minimal(void **state)
{
	json_t *images = images_of(some_images), *answer, *doc, *ebs;
	struct world *w = ops_world_with(1, START, images);

	(void)state;
	doc = image(w, "eu-west-1", "ami-12c6146b", &answer);
	assert_string_equal(at(doc, "Name"), "minimal");
	assert_string_equal(at(doc, "OwnerId"), "137112412989");
	assert_string_equal(at(doc, "ImageOwnerAlias"), "amazon");
	assert_string_equal(at(doc, "State"), "available");
	assert_string_equal(at(doc, "ImageLocation"), "amazon/minimal");
	assert_string_equal(at(doc, "RootDeviceName"), "/dev/xvda");
	assert_string_equal(at(doc, "Architecture"), "x86_64");
	assert_string_equal(at(doc, "PlatformDetails"), "Linux/UNIX");
	assert_true(json_is_true(json_object_get(doc, "Public")));
	ebs = json_object_get(
		json_array_get(json_object_get(doc, "BlockDeviceMappings"), 0), "Ebs");
	assert_int_equal(json_integer_value(json_object_get(ebs, "VolumeSize")), 8);
	json_decref(call(w, "eu-west-1", "DescribeSnapshots",
		json_pack("{s:[s]}", "SnapshotIds", at(ebs, "SnapshotId"))));
	json_decref(answer);
	doc = image(w, "eu-west-1", "ami-0def0def", &answer);
	assert_string_equal(at(doc, "RootDeviceType"), "instance-store");
	assert_string_equal(at(doc, "ImageLocation"), "amazon-eu-west-1/in S3.manifest.xml");
	json_decref(answer);
	world_free(w);
	json_decref(images);
}

static void test_elaborate(void **state)
{
	json_t *images = images_of(some_images), *answer, *doc;
	struct world *w = ops_world_with(1, START, images);

	(void)state;
	doc = image(w, "ap-northeast-2", "ami-03cf127a", &answer);
	assert_string_equal(at(doc, "OwnerId"), "777788889999");
	assert_null(at(doc, "ImageOwnerAlias"));
	assert_string_equal(at(doc, "Platform"), "windows");
	assert_string_equal(at(doc, "UsageOperation"), "RunInstances:0002");
	assert_string_equal(at(doc, "CreationDate"), "2017-10-13T01:02:03.000Z");
	assert_string_equal(at(doc, "ImageLocation"), "777788889999/elaborate");
	json_decref(answer);
	assert_string_equal(image_fault(w, "eu-west-1", "ami-03cf127a"), "InvalidAMIID.NotFound");
	assert_string_not_equal(image_fault(w, "us-east-1", "ami-0abc0abc"), "");
	answer = call(
		w, "us-east-1", "DescribeImages", json_pack("{s:[s]}", "Owners", "777788889999"));
	assert_int_equal(json_array_size(json_object_get(answer, "Images")), 1);
	json_decref(answer);
	answer = call(w, "us-east-1", "RunInstances",
		json_pack("{s:s, s:s, s:i, s:i}", "ImageId", "ami-03cf127a", "InstanceType",
			"t3.micro", "MinCount", 1, "MaxCount", 1));
	json_decref(answer);
	json_decref(call(w, "us-east-1", "CreateVolume",
		json_pack("{s:s, s:s}", "SnapshotId", "snap-0123abcd", "AvailabilityZone",
			"us-east-1a")));
	world_free(w);
	json_decref(images);
}

/* An image that is shipped keeps its place, and is there once. */
static void test_shipped(void **state)
{
	struct world *plain = ops_world(1, START), *w;
	json_t *answer = call(plain, "us-east-1", "DescribeImages",
		       json_pack("{s:[s]}", "Owners", "amazon")),
	       *all = json_object_get(answer, "Images"), *images, *again;
	const char *id = at(json_array_get(all, 0), "ImageId");
	size_t n = json_array_size(all);
	struct buf text = BUF_INIT;

	(void)state;
	buf_addf(&text, "images:\n  - {id: %s, name: other, owner: \"777788889999\"}\n", id);
	images = images_of(text.s);
	w = ops_world_with(1, START, images);
	again = call(w, "us-east-1", "DescribeImages", json_pack("{s:[s]}", "ImageIds", id));
	assert_int_equal(json_array_size(json_object_get(again, "Images")), 1);
	assert_string_not_equal(
		at(json_array_get(json_object_get(again, "Images"), 0), "Name"), "other");
	json_decref(again);
	again = call(w, "us-east-1", "DescribeImages", json_pack("{s:[s]}", "Owners", "amazon"));
	assert_int_equal(json_array_size(json_object_get(again, "Images")), n);
	json_decref(again);
	json_decref(answer);
	json_decref(images);
	buf_release(&text);
	world_free(w);
	world_free(plain);
}

/* How many it shows; what was deregistered lately is no fault, and none. */
static int shown(struct world *w, const char *region, const char *id)
{
	const char *code;
	json_t *answer = call_as(w, "123456789012", region, "DescribeImages",
		json_pack("{s:[s]}", "ImageIds", id), &code);
	int n = (int)json_array_size(json_object_get(answer, "Images"));

	json_decref(answer);
	return n;
}

static void launch(struct world *w, const char *region, const char *id)
{
	json_decref(call(w, region, "RunInstances",
		json_pack("{s:s, s:s, s:i, s:i}", "ImageId", id, "InstanceType", "t3.micro",
			"MinCount", 1, "MaxCount", 1)));
}

/* A world that was kept with a catalogue and is read without it, and the other way: its owner has
 * taken an image away, others were launched (which an owner is told). */
static void test_kept(void **state)
{
	json_t *images = images_of(some_images);
	struct world *w = ops_world_with(1, START, images), *plain = ops_world(1, START),
		     *back = ops_world_with(1, START, images);
	struct buf kept = BUF_INIT;
	const char *code;

	(void)state;
	json_decref(call_as(w, "777788889999", "us-east-1", "DeregisterImage",
		json_pack("{s:s}", "ImageId", "ami-03cf127a"), &code));
	assert_string_equal(code, "");
	assert_int_equal(shown(w, "us-east-1", "ami-03cf127a"), 0);
	launch(w, "us-east-1", "ami-12c6146b");
	launch(w, "ap-northeast-2", "ami-03cf127a");
	world_write(w, &kept);
	assert_true(world_read(plain, kept.s, kept.len));
	assert_int_equal(shown(plain, "us-east-1", "ami-12c6146b"), 0);
	json_decref(call(plain, "us-east-1", "DescribeInstances", json_object()));
	assert_true(world_read(back, kept.s, kept.len));
	assert_int_equal(shown(back, "us-east-1", "ami-03cf127a"), 0);
	assert_int_equal(shown(back, "us-east-1", "ami-12c6146b"), 1);
	assert_int_equal(shown(back, "ap-northeast-2", "ami-03cf127a"), 1);
	buf_release(&kept);
	world_free(w);
	world_free(plain);
	world_free(back);
	json_decref(images);
}

/* A catalogue that has grown: what was changed finds its place among more. */
static void test_grown(void **state)
{
	json_t *images = images_of(some_images), *fewer = images_of(some_images);
	struct world *w = ops_world_with(1, START, fewer), *more = ops_world_with(1, START, images);
	struct buf kept = BUF_INIT;

	(void)state;
	json_array_remove(fewer, 0);
	json_array_insert(images, 1, json_array_get(images, 2)); /* before it, of the same owner */
	launch(w, "ap-northeast-2", "ami-03cf127a");
	world_write(w, &kept);
	assert_true(world_read(more, kept.s, kept.len));
	assert_int_equal(shown(more, "ap-northeast-2", "ami-03cf127a"), 1);
	assert_int_equal(shown(more, "ap-northeast-2", "ami-12c6146b"), 1);
	buf_release(&kept);
	world_free(w);
	world_free(more);
	json_decref(images);
	json_decref(fewer);
}

/* The one that foreign suites are run with. */
static void test_example(void **state)
{
	struct catalogue c;
	struct err e = {0};
	struct world *w;
	json_t *images, *one;
	size_t i;

	(void)state;
	assert_true(catalogue_read("tests/endpoint/catalogue.yaml", &c, &e));
	images = json_loads(c.images, 0, NULL);
	assert_true(json_array_size(images) > 20);
	w = ops_world_with(1, START, images);
	json_array_foreach(images, i, one) assert_string_equal(
		image_fault(w, "us-west-2", at(json_object_get(one, "Image"), "ImageId")), "");
	world_free(w);
	json_decref(images);
	catalogue_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_accounts_mode),
		cmocka_unit_test(test_accounts_wrong),
		cmocka_unit_test(test_catalogue_wrong),
		cmocka_unit_test(test_minimal),
		cmocka_unit_test(test_elaborate),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_grown),
		cmocka_unit_test(test_example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
