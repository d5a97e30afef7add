/*
 * jmes-driver.c - query/jmespath.h in bulk, for scripts: a line of JSON in, a line of JSON out.
 *
 *     {"doc": VALUE}              keeps a document; the first one is number 0; no answer
 *     {"expr": TEXT, "doc": N}    {"result": VALUE} or {"error": TEXT}
 *
 * Numbers, NaN and strings are read and written as Python's json module does.
 */
#include "base/mem.h"
#include "query/jmespath.h"
#include "query/pytext.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void print_error(struct buf *out, const struct jmes_error *err)
{
	json_t *text = json_stringn_nocheck(err->text.s, err->text.len);

	buf_adds(out, "{\"error\":");
	py_dumps(out, text, SIZE_MAX);
	json_decref(text);
}

static void answer(struct buf *out, const char *expr, json_t *doc)
{
	struct jmes_error err = JMES_ERROR_INIT;
	struct jmes *j = NULL;
	json_t *v = NULL;

	if (jmes_compile(expr, &j, &err))
		v = jmes_search(j, doc, &err);
	jmes_free(j); /* the answer outlives it */
	buf_clear(out);
	if (v) {
		buf_adds(out, "{\"result\":");
		py_dumps(out, v, SIZE_MAX);
	} else {
		print_error(out, &err);
	}
	json_decref(v);
	jmes_error_release(&err);
	buf_addc(out, '}');
	puts(out->s);
}

int main(void)
{
	json_t *docs = json_array();
	struct buf out = BUF_INIT;
	const char *problem;
	size_t room = 0;
	char *line = NULL;
	ssize_t n;

	setvbuf(stdout, NULL, _IOLBF, 0); /* who asks waits for each line */
	while ((n = getline(&line, &room, stdin)) > 0) {
		json_t *job = py_loads(line, (size_t)n, 1000, &problem);
		const char *expr = json_string_value(json_object_get(job, "expr"));
		json_t *doc = json_object_get(job, "doc");

		if (!job) {
			fprintf(stderr, "jmes-driver: %s: %s", problem, line);
			return 2;
		}
		if (expr)
			answer(&out, expr, json_array_get(docs, (size_t)json_integer_value(doc)));
		else
			json_array_append(docs, doc);
		json_decref(job);
	}
	free(line);
	buf_release(&out);
	json_decref(docs);
	return 0;
}
