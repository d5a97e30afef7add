/*
 * fuzz-output.c - any JSON in every format: it ends, is bounded and valid UTF-8; json and yaml read
 * back.
 *
 * The first two bytes are options; the rest is the value, with objects of it shared if asked for.
 */
#include "base/text.h"
#include "output/writer.h"

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <yaml.h>

#define FLAGS (JSON_DECODE_ANY | JSON_ALLOW_NUL)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_empty_object(const json_t *value)
{
	return json_is_object(value) && json_object_size(value) == 0;
}

/* What json prints is the value again, to the last bit of its numbers. */
static void check_json(const struct buf *out, const json_t *value)
{
	json_t *again;

	if (is_empty_object(value)) {
		if (out->len)
			abort();
		return;
	}
	again = json_loadb(out->s, out->len, FLAGS, NULL);
	if (!again || !json_equal(again, value))
		abort();
	json_decref(again);
}

static size_t count_nodes(const json_t *value)
{
	size_t n = 1, i;
	const char *key;
	json_t *item;

	json_array_foreach((json_t *)value, i, item) n += count_nodes(item);
	json_object_foreach((json_t *)value, key, item) n += 1 + count_nodes(item);
	return n;
}

/* What yaml prints is YAML with as many nodes: scalars, keys, and what begins a container. */
static void check_yaml(const struct buf *out, const json_t *value)
{
	yaml_parser_t parser;
	yaml_event_t event;
	yaml_event_type_t type;
	size_t n = 0;

	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)out->s, out->len);
	do {
		if (!yaml_parser_parse(&parser, &event))
			abort();
		type = event.type;
		n += type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT ||
		     type == YAML_MAPPING_START_EVENT;
		yaml_event_delete(&event);
	} while (type != YAML_STREAM_END_EVENT);
	yaml_parser_delete(&parser);
	if (n != count_nodes(value))
		abort();
}

static void check(enum output_format format, const json_t *value,
	const struct output_options *options, bool shared)
{
	struct buf out = BUF_INIT;
	struct err err = {0};
	bool fine = output_write(&out, format, value, options, &err);

	if (fine != (err.code == ERR_NONE) || text_valid(out.s, out.len) != out.len)
		abort();
	if (out.len > OUTPUT_LIMIT * 8)
		abort();
	if (fine && format == OUTPUT_JSON)
		check_json(&out, value);
	if (fine && format == OUTPUT_YAML && !shared &&
		(json_is_object(value) || json_is_array(value)) && !is_empty_object(value))
		check_yaml(&out, value);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct output_options options = {.title = "DescribeImages"};
	json_t *value;
	bool shared;

	if (size < 3)
		return 0;
	options.terminal_columns = data[0];
	options.colour = data[1] & 1;
	options.pager = data[1] & 2;
	options.paged = data[1] & 4;
	shared = data[1] & 8;
	value = json_loadb((const char *)data + 2, size - 2, FLAGS, NULL);
	if (!value)
		return 0;
	if (shared)
		value = json_pack("[O,{sO},o]", value, "again", value, value);
	for (int format = OUTPUT_JSON; format <= OUTPUT_OFF; format++)
		check((enum output_format)format, value, &options, shared);
	json_decref(value);
	return 0;
}
