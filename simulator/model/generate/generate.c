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

/* Reads those files that have `key`, by which the three kinds are told apart; answers how many. */
static size_t read_kind(struct tables *t, struct file *files, size_t n, const char *key,
	void (*read)(struct tables *, struct file *))
{
	size_t i, found = 0;

	for (i = 0; i < n; i++) {
		if (!source_get(root_of(&files[i]), key).node)
			continue;
		found++;
		read(t, &files[i]);
	}
	return found;
}

static void make_tables(struct tables *t, struct file *files, size_t n)
{
	size_t found = read_kind(t, files, n, "service", read_service), names;

	mark_uses(t);
	name_members(t);
	names = read_kind(t, files, n, "services", read_commands);
	if (names != 1)
		complain(root_of(&files[0]), 0, "%s file with 'services' is given",
			names ? "more than one" : "no");
	found += names + read_kind(t, files, n, "describes", read_docs);
	if (found != n)
		complain(root_of(&files[0]), 0,
			"a file has one of the keys service, services and describes, and one of "
			"these files has none or several");
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
