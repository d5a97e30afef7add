/*
 * generate.c - the host program that makes the constant tables of model.h:
 *
 *   generate FILE.yaml... >model-tables.c
 *
 * A file is a service's facts (`service:`), the CLI's names (`services:`) or descriptions
 * (`describes:`); their order on the command line is free. Every problem goes to stderr as
 * file:line:column: error: text; with one or more nothing is printed and the exit status is 1.
 */
#include "model/generate/tables.h"

#include <stdlib.h>

static struct place root_of(struct file *f)
{
	return (struct place){f, yaml_document_get_root_node(&f->doc)};
}

/* The three kinds of files, told apart by a key that they alone have. */
static const char *const kinds[] = {"service", "services", "describes"};

static bool is_kind(struct file *f, size_t kind)
{
	return source_get(root_of(f), kinds[kind]).node != NULL;
}

static void check_kinds(struct file *files, size_t n)
{
	size_t i, k, found, names = 0;

	for (i = 0; i < n; i++) {
		for (found = k = 0; k < ARRAY_LEN(kinds); k++)
			found += is_kind(&files[i], k);
		if (found != 1)
			complain(root_of(&files[i]), 0,
				"expected one of the keys service, services and describes");
		names += is_kind(&files[i], 1);
	}
	if (names != 1)
		complain((struct place){&files[0], NULL}, 0,
			"%s given with it has the key services",
			names ? "more than one of the files" : "none of the files");
}

static void read_kind(struct tables *t, struct file *files, size_t n, size_t kind,
	void (*read)(struct tables *, struct file *))
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_kind(&files[i], kind))
			read(t, &files[i]);
}

static void make_tables(struct tables *t, struct file *files, size_t n)
{
	check_kinds(files, n);
	read_kind(t, files, n, 0, read_service);
	mark_uses(t);
	name_members(t);
	read_kind(t, files, n, 1, read_commands);
	read_kind(t, files, n, 2, read_docs);
	read_kind(t, files, n, 2, read_shared_docs);
	sort_tables(t);
}

static unsigned count_problems(const struct file *files, size_t n)
{
	unsigned problems = 0;

	while (n--)
		problems += files[n].problems;
	return problems;
}

static int generate(struct file *files, size_t n)
{
	struct tables t;
	bool good;

	tables_init(&t);
	make_tables(&t, files, n);
	good = !count_problems(files, n);
	if (good)
		emit_tables(&t, stdout);
	tables_release(&t);
	if (fflush(stdout) || ferror(stdout)) {
		perror("generate");
		return 1;
	}
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct file *files;
	size_t n = 0;
	int i, status;

	if (argc < 2) {
		fputs("usage: generate FILE.yaml... >TABLES.c\n", stderr);
		return 1;
	}
	files = xcalloc((size_t)argc, sizeof *files);
	for (i = 1; i < argc; i++)
		if (source_read(&files[n], argv[i]))
			n++;
	status = n + 1 == (size_t)argc ? generate(files, n) : 1;
	while (n)
		source_release(&files[--n]);
	free(files);
	return status;
}
