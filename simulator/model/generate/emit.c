/*
 * emit.c - the tables as C.
 */
#include "model/generate/tables.h"

#include <ctype.h>
#include <inttypes.h>

static void emit_texts(const struct tables *t, FILE *out)
{
	size_t i;
	bool open = false;
	unsigned char c;

	fputs("const char model_texts[] =\n", out);
	for (i = 0; i < t->text.len; i++) {
		c = (unsigned char)t->text.s[i];
		if (!open)
			fputs("\t\"", out);
		open = true;
		if (!c && i + 1 < t->text.len) { /* the compiler adds the last one */
			fputs("\\0\"\n", out);
			open = false;
		} else if (c == '"' || c == '\\' || c == '?') {
			fprintf(out, "\\%c", c);
		} else if (isprint(c)) {
			fputc(c, out);
		} else if (c) {
			fprintf(out, "\\%03o", c);
		}
	}
	fputs(open ? "\";\n\n" : "\"\";\n\n", out);
}

/*
 * Tables of numbers and of structs, which are never empty, for C has no arrays of nothing. A row
 * names its fields, so that their order is the affair of model.h alone.
 */
#define NUMBERS(type, name, v, count)                                                              \
	do {                                                                                       \
		size_t at;                                                                         \
		fprintf(out, "const %s %s[] = {", type, name);                                     \
		for (at = 0; at < (count); at++)                                                   \
			fprintf(out, "%s%u,", at % 16 ? " " : "\n\t", (unsigned)(v)[at]);          \
		fputs((count) > 0 ? "\n};\n\n" : "0};\n\n", out);                                  \
	} while (0)

#define ROWS(type, name, list, ...)                                                                \
	do {                                                                                       \
		size_t at;                                                                         \
		fprintf(out, "const struct %s %s[] = {\n", type, name);                            \
		for (at = 0; at < (list).n; at++) {                                                \
			row = &(list).v[at];                                                       \
			fprintf(out, "\t{" __VA_ARGS__);                                           \
			fputs("},\n", out);                                                        \
		}                                                                                  \
		fputs((list).n ? "};\n\n" : "{0}};\n\n", out);                                     \
	} while (0)

#define SPAN(s) (s).first, (s).n

static void emit_counts(const struct tables *t, FILE *out)
{
	fprintf(out,
		"const struct model_counts model_counts = {.services = %zu, .operations = %zu,\n"
		"\t.known = %zu, .commands = %zu, .shapes = %zu, .members = %zu, .enums = %zu,\n"
		"\t.values = %zu, .waiters = %zu, .tops = %zu, .options = %zu, .filters = %zu,\n"
		"\t.ranges = %zu, .docs = %zu, .text_bytes = %zu};\n\n",
		t->services.n, t->operations.n, t->known.n, t->commands.n, t->shapes.n,
		t->members.n, t->enums.n, t->values.n, t->waiters.n, t->tops.n, t->options.n,
		t->filters.n, t->ranges.n, t->docs.n, t->text.len);
}

static void emit_services(const struct tables *t, FILE *out)
{
	const struct model_service *row;

	ROWS("model_service", "model_services", t->services,
		".name = %u, .command = %u, .api_version = %u, .xmlns = %u, .target_prefix = %u,"
		" .json_version = %u, .protocol = %d, .operations = {%u, %u}, .shapes = {%u, %u},"
		" .waiters = {%u, %u}, .known = {%u, %u}, .commands = {%u, %u}",
		row->name, row->command, row->api_version, row->xmlns, row->target_prefix,
		row->json_version, row->protocol, SPAN(row->operations), SPAN(row->shapes),
		SPAN(row->waiters), SPAN(row->known), SPAN(row->commands));
}

static void emit_operations(const struct tables *t, FILE *out)
{
	const struct model_operation *row;

	ROWS("model_operation", "model_operations", t->operations,
		".name = %u, .cli = %u, .wrapper = %u, .method = %u, .path = %u, .service = %u,"
		" .input = %u, .output = %u, .page = %u, .doc = %u, .errors = {%u, %u},"
		" .filters = {%u, %u}",
		row->name, row->cli, row->wrapper, row->method, row->path, row->service, row->input,
		row->output, row->page, row->doc, SPAN(row->errors), SPAN(row->filters));
}

static void emit_names(const struct tables *t, FILE *out)
{
	{
		const struct model_known *row;

		ROWS("model_known", "model_known", t->known,
			".name = %u, .cli = %u, .operation = %u", row->name, row->cli,
			row->operation);
	}
	{
		const struct model_top *row;

		ROWS("model_top", "model_tops", t->tops, ".name = %u, .service = %u", row->name,
			row->service);
	}
	{
		const struct model_option *row;

		ROWS("model_option", "model_options", t->options,
			".name = %u, .type = %d, .flag = %d, .choices = {%u, %u}", row->name,
			row->type, row->flag, SPAN(row->choices));
	}
	{
		const struct model_doc *row;

		ROWS("model_doc", "model_docs", t->docs, ".en = %u, .ko = %u", row->en, row->ko);
	}
}

static void emit_members(const struct tables *t, FILE *out)
{
	const struct model_member *row;

	ROWS("model_member", "model_members", t->members,
		".name = %u, .cli = %u, .cli_no = %u, .wire = %u, .query = %u, .shape = %u,"
		" .item = %u, .owner = %u, .range = %u, .doc = %u, .position = %d, .location = %d,"
		" .required = %d",
		row->name, row->cli, row->cli_no, row->wire, row->query, row->shape, row->item,
		row->owner, row->range, row->doc, row->position, row->location, row->required);
}

static void emit_shapes(const struct tables *t, FILE *out)
{
	{
		const struct model_shape *row;

		ROWS("model_shape", "model_shapes", t->shapes,
			".name = %u, .kind = %d, .uses = %d, .element = %u, .enumeration = %u,"
			" .members = {%u, %u}",
			row->name, row->kind, row->uses, row->element, row->enumeration,
			SPAN(row->members));
	}
	{
		const struct model_enum *row;

		ROWS("model_enum", "model_enums", t->enums, ".name = %u, .values = {%u, %u}",
			row->name, SPAN(row->values));
	}
	{
		const struct model_page *row;

		ROWS("model_page", "model_pages", t->pages,
			".token_in = %u, .limit = %u, .token_out = %u, .result = %u", row->token_in,
			row->limit, row->token_out, row->result);
	}
}

/* The extreme numbers have names, for the least one cannot be written in C. */
static void emit_ranges(const struct tables *t, FILE *out)
{
	size_t i;

	fputs("const struct model_range model_ranges[] = {\n", out);
	for (i = 0; i < t->ranges.n; i++) {
		const struct model_range *r = &t->ranges.v[i];

		fputs("\t{", out);
		if (r->min == INT64_MIN)
			fputs("INT64_MIN, ", out);
		else
			fprintf(out, "INT64_C(%" PRId64 "), ", r->min);
		if (r->max == INT64_MAX)
			fputs("INT64_MAX},\n", out);
		else
			fprintf(out, "INT64_C(%" PRId64 ")},\n", r->max);
	}
	fputs("};\n\n", out);
}

static void emit_waiters(const struct tables *t, FILE *out)
{
	{
		const struct model_waiter *row;

		ROWS("model_waiter", "model_waiters", t->waiters,
			".name = %u, .cli = %u, .operation = %u, .delay = %u, .attempts = %u,"
			" .acceptors = {%u, %u}",
			row->name, row->cli, row->operation, row->delay, row->attempts,
			SPAN(row->acceptors));
	}
	{
		const struct model_acceptor *row;

		ROWS("model_acceptor", "model_acceptors", t->acceptors,
			".path = %u, .text = %u, .number = %u, .matcher = %d, .outcome = %d,"
			" .expected = %d",
			row->path, row->text, row->number, row->matcher, row->outcome,
			row->expected);
	}
}

static void emit_numbers(const struct tables *t, FILE *out)
{
	NUMBERS("uint16_t", "model_commands", t->commands.v, t->commands.n);
	NUMBERS("uint32_t", "model_errors", t->errors.v, t->errors.n);
	NUMBERS("uint32_t", "model_filters", t->filters.v, t->filters.n);
	NUMBERS("uint32_t", "model_values", t->values.v, t->values.n);
	NUMBERS("uint32_t", "model_choices", t->choices.v, t->choices.n);
	NUMBERS("uint8_t", "model_members_by", t->members_by, 4 * t->members.n);
	NUMBERS("uint16_t", "model_values_by", t->values_by, t->values.n);
	NUMBERS("uint8_t", "model_filters_by", t->filters_by, t->filters.n);
	NUMBERS("uint16_t", "model_shapes_by", t->shapes_by, t->shapes.n);
}

void emit_tables(const struct tables *t, FILE *out)
{
	fputs("/* Made from simulator/model/ by its generator: what is written here is lost. */\n"
	      "#include \"model/model.h\"\n\n",
		out);
	emit_counts(t, out);
	emit_texts(t, out);
	emit_services(t, out);
	emit_operations(t, out);
	emit_names(t, out);
	emit_shapes(t, out);
	emit_members(t, out);
	emit_ranges(t, out);
	emit_waiters(t, out);
	emit_numbers(t, out);
}
