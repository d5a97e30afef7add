/* query.c - --query and --output on a document of the learner's own; see sim.h. */
#include "sim/sim.h"

#include "base/err.h"
#include "base/intl.h"
#include "output/writer.h"
#include "query/jmespath.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { CLI_PARAM_VALIDATION = 252, CLI_GENERAL_ERROR = 255, OWN_ERROR = 1 };

void sim_answer_init(struct sim_answer *a)
{
	*a = (struct sim_answer){.out = BUF_INIT, .err = BUF_INIT};
}

void sim_answer_release(struct sim_answer *a)
{
	buf_release(&a->out);
	buf_release(&a->err);
	free(a->pager);
	a->pager = NULL;
}

/* "\naws: [ERROR]: text\n", as the CLI frames every error. */
static void cli_error(struct sim_answer *a, int code, const char *text)
{
	buf_addf(&a->err, "\naws: [ERROR]: %s\n", text);
	a->code = code;
}

static void bad_expression(struct sim_answer *a, const struct sim_query *q, const char *text)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "An error occurred (ParamValidation): Bad value for --query %s: %s",
		q->expression, text);
	cli_error(a, CLI_PARAM_VALIDATION, line.s);
	buf_release(&line);
}

static void print_value(const struct sim_query *q, enum output_format format, const json_t *value,
	struct sim_answer *a)
{
	struct output_options options = {.title = "query", .terminal_columns = q->columns};
	struct err e = {0};

	if (!output_write(&a->out, format, value, &options, &e))
		cli_error(a, CLI_GENERAL_ERROR, e.text);
}

static json_t *load_document(const struct sim_query *q, struct sim_answer *a)
{
	json_error_t bad;
	json_t *document = json_loadb(q->json, q->length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &bad);

	if (document)
		return document;
	buf_addf(&a->err, _("amidojo: error: %s:%d:%d: this is not JSON: %s\n"), q->name, bad.line,
		bad.column, bad.text);
	a->code = OWN_ERROR;
	return NULL;
}

static void search(const struct sim_query *q, enum output_format format,
	const struct jmes *expression, struct sim_answer *a)
{
	struct jmes_error e = JMES_ERROR_INIT;
	json_t *document = load_document(q, a), *value = NULL;

	if (document) {
		value = jmes_search(expression, document, &e);
		if (value)
			print_value(q, format, value, a);
		else
			cli_error(a, CLI_GENERAL_ERROR, e.text.s);
	}
	json_decref(value);
	json_decref(document);
	jmes_error_release(&e);
}

void sim_query(const struct sim_query *q, struct sim_answer *a)
{
	enum output_format format = OUTPUT_JSON;
	struct jmes_error e = JMES_ERROR_INIT;
	struct jmes *expression = NULL;

	if (q->format && !output_format_parse(q->format, &format)) {
		buf_addf(&a->err,
			_("amidojo: error: '%s' is not an output format; it takes: json, text, table, yaml, yaml-stream, off\n"),
			q->format);
		a->code = CLI_PARAM_VALIDATION;
	} else if (!jmes_compile(q->expression, &expression, &e)) {
		bad_expression(a, q, e.text.s);
	} else {
		search(q, format, expression, a);
	}
	jmes_free(expression);
	jmes_error_release(&e);
}
