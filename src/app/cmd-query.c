/* cmd-query.c - the AWS CLI's --query, practised alone on any JSON. */
#include "app/app.h"
#include "base/intl.h"
#include "sim/sim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DOCUMENT_MAX = 64 * 1024 * 1024 };

static const struct option_spec query_options[] = {
	{"output", "FORMAT",
		N_("json (the default), text, table, yaml or yaml-stream, as the AWS CLI prints them")},
	{NULL, NULL, NULL},
};

/* FILE, or standard input for none and for "-". */
static bool read_document(const char *name, struct buf *out, struct err *e)
{
	bool is_file = name && strcmp(name, "-") != 0;
	int fd = is_file ? open(name, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	ssize_t n = 0;

	if (fd < 0)
		return err_set(e, ERR_IO, _("cannot read %s: %s"), name, strerror(errno));
	do {
		buf_reserve(out, 65536);
		n = read(fd, out->s + out->len, 65536);
		if (n > 0)
			buf_truncate(out, out->len + (size_t)n);
	} while ((n > 0 && out->len <= DOCUMENT_MAX) ||
		 (n < 0 && errno == EINTR && !screen_signal()));
	if (n < 0)
		err_set(e, ERR_IO, _("cannot read %s: %s"), is_file ? name : "-", strerror(errno));
	else if (out->len > DOCUMENT_MAX)
		err_set(e, ERR_DATA, _("%s has more than %d MiB"), is_file ? name : "-",
			DOCUMENT_MAX >> 20);
	if (is_file)
		close(fd);
	return n >= 0 && out->len <= DOCUMENT_MAX;
}

static int query_run(struct app *a, const struct args *args)
{
	const char *file = args->n_operands > 1 ? args->operands[1] : NULL;
	struct buf document = BUF_INIT;
	struct sim_answer answer;
	struct err e = {0};
	struct sim_query q = {
		.expression = args->operands[0],
		.name = file ? file : "-",
		.format = args_option(args, "output"),
		.columns = a->screen.look.columns,
	};
	int code;

	sim_answer_init(&answer);
	if (read_document(file, &document, &e)) {
		q.json = document.s;
		q.length = document.len;
		sim_query(&q, &answer);
		fwrite(answer.out.s, 1, answer.out.len, stdout);
		fflush(stdout);
		fwrite(answer.err.s, 1, answer.err.len, stderr);
		code = answer.code;
	} else {
		code = app_fail(a, &e);
	}
	sim_answer_release(&answer);
	buf_release(&document);
	return code;
}

const struct command cmd_query = {
	.name = "query",
	.synopsis = "EXPRESSION [FILE]",
	.summary = N_("try the AWS CLI's --query (JMESPath) on any JSON, from a file or a pipe"),
	.options = query_options,
	.min_operands = 1,
	.max_operands = 2,
	.run = query_run,
};
