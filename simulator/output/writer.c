/* writer.c - see writer.h: limits, and which formatter has the word. */
#include "output/writer.h"

#include "base/intl.h"
#include "base/mem.h"
#include "output/formats.h"
#include "output/members.h"
#include "output/unicode.h"

#include <string.h>

bool format_is_scalar(const json_t *value)
{
	return !json_is_object(value) && !json_is_array(value);
}

bool format_too_large(struct err *err)
{
	return err_set(err, ERR_DATA,
		_("The output would take more than %zu MiB. Ask for less with --query."),
		OUTPUT_LIMIT >> 20);
}

bool format_end_write(struct buf *out, size_t start, struct err *err)
{
	if (unicode_is_writable(out->s + start, out->len - start, err))
		return true;
	buf_truncate(out, start);
	return false;
}

/* Weighs a value about as its json; shared parts count as often as they are printed. */
struct scale {
	size_t weight;
	int depth;
};

static bool weigh(struct scale *scale, const json_t *value, struct err *err);

static bool weigh_object(struct scale *scale, const json_t *object, struct err *err)
{
	struct member_iter i = {0};

	while (member_next(&i, object)) {
		scale->weight += i.member.n;
		if (!weigh(scale, i.member.value, err))
			return false;
	}
	return true;
}

static bool weigh_array(struct scale *scale, const json_t *array, struct err *err)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (!weigh(scale, json_array_get(array, i), err))
			return false;
	}
	return true;
}

static bool weigh(struct scale *scale, const json_t *value, struct err *err)
{
	bool fine = true;

	scale->weight += (size_t)scale->depth * 4 + 8;
	if (json_is_string(value))
		scale->weight += json_string_length(value);
	if (scale->weight > OUTPUT_LIMIT)
		return format_too_large(err);
	if (scale->depth > OUTPUT_DEPTH)
		return err_set(err, ERR_DATA, "maximum recursion depth exceeded");
	scale->depth++;
	if (json_is_object(value))
		fine = weigh_object(scale, value, err);
	else if (json_is_array(value))
		fine = weigh_array(scale, value, err);
	scale->depth--;
	return fine;
}

static bool is_empty_object(const json_t *value)
{
	return json_is_object(value) && json_object_size(value) == 0;
}

static bool write_json(
	struct buf *out, const json_t *value, const struct output_options *options, struct err *err)
{
	(void)options;
	if (is_empty_object(value))
		return true;
	if (!format_json(out, value, err))
		return false;
	buf_addc(out, '\n');
	return true;
}

static bool write_text(
	struct buf *out, const json_t *value, const struct output_options *options, struct err *err)
{
	(void)options;
	return format_text(out, value, err);
}

static bool write_yaml(
	struct buf *out, const json_t *value, const struct output_options *options, struct err *err)
{
	if (format_is_scalar(value))
		return write_json(out, value, options, err);
	return is_empty_object(value) || format_yaml(out, value, false, err);
}

static bool write_yaml_stream(
	struct buf *out, const json_t *value, const struct output_options *options, struct err *err)
{
	return (is_empty_object(value) && !options->paged) || format_yaml(out, value, true, err);
}

static bool write_nothing(
	struct buf *out, const json_t *value, const struct output_options *options, struct err *err)
{
	(void)out;
	(void)value;
	(void)options;
	(void)err;
	return true;
}

static const struct {
	const char *name;
	bool (*write)(struct buf *out, const json_t *value, const struct output_options *options,
		struct err *err);
} formats[] = {
	[OUTPUT_JSON] = {"json", write_json},
	[OUTPUT_TEXT] = {"text", write_text},
	[OUTPUT_TABLE] = {"table", format_table},
	[OUTPUT_YAML] = {"yaml", write_yaml},
	[OUTPUT_YAML_STREAM] = {"yaml-stream", write_yaml_stream},
	[OUTPUT_OFF] = {"off", write_nothing},
};

bool output_write(struct buf *out, enum output_format format, const json_t *value,
	const struct output_options *options, struct err *err)
{
	struct scale scale = {0};

	return weigh(&scale, value, err) && formats[format].write(out, value, options, err);
}

bool output_format_parse(const char *name, enum output_format *format)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		if (strcmp(formats[i].name, name) == 0) {
			*format = (enum output_format)i;
			return true;
		}
	}
	return false;
}
