/*
 * bench-query.c - ten queries over the answer of describe-images with 10,000 images.
 *
 *     bench-query                   prints a table: compiling, and searching, the best of the
 * rounds bench-query --tsv             the same as lines of QUERY, TAB, milliseconds of one search
 *     bench-query --write FILE      writes the document
 *     bench-query --search FILE Q   does what jp does: reads the document, searches, prints
 *
 * bench-query.py compares these numbers with python jmespath and jp.
 */
#include "app/memory.h"
#include "base/mem.h"
#include "query/jmespath.h"
#include "query/pytext.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { IMAGES = 10000, ROUNDS = 15 };

static const char *const queries[] = {
	"Images[?State=='available'].ImageId",
	"Images[?State=='available' && Architecture=='arm64'].[ImageId,Name]",
	"Images[].ImageId",
	"Images[*].[ImageId,Name,CreationDate]",
	"Images[?starts_with(Name,'web')].{Id:ImageId,Name:Name,Date:CreationDate}",
	"Images[*].Tags[?Key=='Name'].Value | []",
	"Images[?BlockDeviceMappings[0].Ebs.VolumeSize > `20`].ImageId",
	"sort_by(Images,&CreationDate)[-1].ImageId",
	"reverse(sort_by(Images[?Public],&CreationDate))[:5].{Id:ImageId,Date:CreationDate}",
	"Images[].BlockDeviceMappings[].Ebs.VolumeSize | sum(@)",
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static json_t *new_image(unsigned i)
{
	static const char *const states[] = {"available", "available", "available", "pending"};
	static const char *const machines[] = {"x86_64", "arm64"};
	unsigned r = i * 2654435761u >> 8;
	char id[32], name[32], date[32], snapshot[32];

	snprintf(id, sizeof id, "ami-%017x", r);
	snprintf(name, sizeof name, "%s-%u", r % 3 ? "web" : "db", i);
	snprintf(snapshot, sizeof snapshot, "snap-%017x", r);
	snprintf(date, sizeof date, "20%02u-%02u-%02uT10:%02u:%02u.000Z", 20 + r % 6,
		r / 6 % 12 + 1, r / 72 % 28 + 1, r / 7 % 60, r / 11 % 60);
	return json_pack(
		"{s:s, s:s, s:[{s:s, s:{s:b, s:s, s:i, s:s, s:b}}], s:s, s:b, s:s, s:s, s:s, "
		"s:s, s:[{s:s, s:s}, {s:s, s:s}], s:s, s:s, s:s, s:s, s:b, s:s}",
		"Architecture", machines[r % 2], "CreationDate", date, "BlockDeviceMappings",
		"DeviceName", "/dev/xvda", "Ebs", "DeleteOnTermination", 1, "SnapshotId", snapshot,
		"VolumeSize", 8 << r % 4, "VolumeType", "gp3", "Encrypted", 0, "Description",
		"made for the benchmark", "EnaSupport", 1, "Hypervisor", "xen", "Name", name,
		"RootDeviceName", "/dev/xvda", "RootDeviceType", "ebs", "Tags", "Key", "Name",
		"Value", name, "Key", "env", "Value", r % 2 ? "prod" : "test", "VirtualizationType",
		"hvm", "ImageId", id, "State", states[r % 4], "OwnerId", "123456789012", "Public",
		(int)(r % 5 == 0), "ImageType", "machine");
}

static json_t *new_document(void)
{
	json_t *images = json_array();

	for (unsigned i = 0; i < IMAGES; i++)
		json_array_append_new(images, new_image(i));
	return json_pack("{s:o}", "Images", images);
}

static struct jmes *compile(const char *query)
{
	struct jmes_error err = JMES_ERROR_INIT;
	struct jmes *j;

	if (jmes_compile(query, &j, &err))
		return j;
	fprintf(stderr, "bench-query: %s\n", err.text.s);
	exit(1);
}

static double best_search(const struct jmes *j, json_t *doc, size_t *size)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ms(), took;
		json_t *v = jmes_search(j, doc, NULL);

		took = now_ms() - start;
		if (took < best)
			best = took;
		*size = json_array_size(v);
		json_decref(v);
	}
	return best;
}

static double best_compile(const char *query)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double start = now_ms(), took;

		jmes_free(compile(query));
		took = now_ms() - start;
		if (took < best)
			best = took;
	}
	return best;
}

static void measure(bool tsv)
{
	json_t *doc = new_document();

	if (!tsv)
		printf("%-84s %8s %11s %10s\n", "query over 10,000 images", "answers", "compile us",
			"search ms");
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		struct jmes *j = compile(queries[i]);
		size_t size = 0;
		double ms = best_search(j, doc, &size);

		if (tsv)
			printf("%s\t%.4f\n", queries[i], ms);
		else
			printf("%-84s %8zu %11.2f %10.3f\n", queries[i], size,
				best_compile(queries[i]) * 1e3, ms);
		jmes_free(j);
	}
	json_decref(doc);
}

static json_t *read_document(const char *path)
{
	struct buf text = BUF_INIT;
	const char *problem;
	json_t *doc = NULL;
	FILE *f = fopen(path, "rb");
	struct stat st;

	if (f && fstat(fileno(f), &st) == 0) {
		buf_reserve(&text, (size_t)st.st_size);
		if (fread(text.s, 1, (size_t)st.st_size, f) == (size_t)st.st_size)
			doc = py_loads(text.s, (size_t)st.st_size, 500, &problem);
	}
	if (f)
		fclose(f);
	buf_release(&text);
	return doc;
}

static int search_file(const char *path, const char *query)
{
	json_t *doc = read_document(path), *v;
	struct jmes *j = compile(query);

	v = doc ? jmes_search(j, doc, NULL) : NULL;
	if (!v || json_dumpf(v, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY) != 0)
		return 1;
	fflush(stdout);
	_exit(0); /* as a garbage collector would, without freeing it all */
}

int main(int argc, char **argv)
{
	memory_for_documents(); /* as the program does */
	if (argc == 4 && strcmp(argv[1], "--search") == 0)
		return search_file(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "--write") == 0)
		return json_dump_file(new_document(), argv[2], JSON_INDENT(4)) != 0;
	measure(argc == 2 && strcmp(argv[1], "--tsv") == 0);
	return 0;
}
