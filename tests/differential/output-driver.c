/*
 * output-driver.c - the output formatters for scripts: a JSON request a line, a JSON answer a line.
 *
 * Request: {"format": "table", "value": ..., "title", "columns", "colour", "pager", "paged"}; the
 * format may be "upper", "width" or "repr" to ask for what lies under the formatters. "pick": [0,
 * 0] puts elements of the value into a list, by reference. Answer: [OUTPUT, ERROR or null].
 */
#include "base/mem.h"
#include "output/python.h"
#include "output/unicode.h"
#include "output/width.h"
#include "output/writer.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAGS (JSON_DECODE_ANY | JSON_ALLOW_NUL)

static const char *text_of(const json_t *request, const char *key)
{
	const char *text = json_string_value(json_object_get(request, key));

	return text ? text : "";
}

static bool is_set(const json_t *request, const char *key)
{
	return json_is_true(json_object_get(request, key));
}

static json_t *value_of(const json_t *request)
{
	json_t *value = json_object_get(request, "value"), *pick = json_object_get(request, "pick");
	json_t *picked;

	if (!pick)
		return json_incref(value);
	picked = json_array();
	for (size_t i = 0; i < json_array_size(pick); i++) {
		json_int_t at = json_integer_value(json_array_get(pick, i));

		json_array_append(picked, json_array_get(value, (size_t)at));
	}
	return picked;
}

/* What the formatters are made of; false: it is a format. */
static bool answer_part(struct buf *out, const char *what, const json_t *value)
{
	const char *s = json_string_value(value);

	if (strcmp(what, "repr") == 0)
		python_repr(out, value);
	else if (strcmp(what, "upper") == 0)
		unicode_upper(out, s, json_string_length(value));
	else if (strcmp(what, "width") == 0)
		buf_addf(out, "%zu", width_of(s, json_string_length(value)));
	else
		return false;
	return true;
}

static bool answer(struct buf *out, const json_t *request, const json_t *value, struct err *err)
{
	struct output_options options = {
		.title = text_of(request, "title"),
		.terminal_columns = (int)json_integer_value(json_object_get(request, "columns")),
		.colour = is_set(request, "colour"),
		.pager = is_set(request, "pager"),
		.paged = is_set(request, "paged"),
	};
	enum output_format format;

	if (answer_part(out, text_of(request, "format"), value))
		return true;
	if (!output_format_parse(text_of(request, "format"), &format))
		return err_set(err, ERR_USAGE, "unknown format");
	return output_write(out, format, value, &options, err);
}

static bool serve(const char *line, size_t n)
{
	json_t *request = json_loadb(line, n, FLAGS, NULL);
	struct buf out = BUF_INIT;
	struct err err = {0};
	json_t *value, *reply;
	bool fine;

	if (!request)
		return false;
	value = value_of(request);
	fine = answer(&out, request, value, &err);
	reply = json_pack("[s%o]", out.s, out.len, fine ? json_null() : json_string(err.text));
	json_dumpf(reply, stdout, JSON_ENCODE_ANY | JSON_COMPACT);
	putchar('\n');
	json_decref(reply);
	json_decref(value);
	json_decref(request);
	buf_release(&out);
	return true;
}

int main(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		if (!serve(line, (size_t)n)) {
			fprintf(stderr, "not a request: %s", line);
			free(line);
			return 1;
		}
		fflush(stdout);
	}
	free(line);
	return 0;
}
