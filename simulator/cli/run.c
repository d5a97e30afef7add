/* run.c - from a request to bytes: the call, its pages, --query, --output; see internal.h. */
#include "cli/run.h"

#include "base/mem.h"
#include "base/text.h"
#include "cli/base64.h"
#include "cli/page.h"
#include "cli/stamp.h"
#include "output/writer.h"
#include "query/jmespath.h"

#include <string.h>

/* --- one call ------------------------------------------------------------------------------- */

void run_send(struct invocation *inv, json_t *request, struct cli_reply *reply)
{
	struct cli *c = inv->c;

	*reply = (struct cli_reply){0};
	c->call(c->ctx, &inv->who, inv->op, request, reply);
}

void run_reply_release(struct cli_reply *reply)
{
	json_decref(reply->value);
	free(reply->code);
	free(reply->text);
	free(reply->failure);
	json_decref(reply->more);
}

bool run_failed(struct invocation *inv, const struct cli_reply *reply)
{
	if (reply->failure)
		return fail_general(inv, "%s", reply->failure);
	return fail_service(inv, inv->op, reply);
}

/* bytes.decode('utf-8', 'replace'), a mark for each bad byte. */
static json_t *replaced_text(const char *s, size_t n)
{
	struct buf text = BUF_INIT;
	json_t *value = json_stringn(s, n);

	for (size_t i = 0; !value && i < n; i++) {
		size_t good = text_valid(s + i, n - i);

		buf_add(&text, s + i, good);
		i += good;
		if (i < n)
			buf_adds(&text, "\xef\xbf\xbd");
	}
	if (!value)
		value = json_stringn(text.s, text.len);
	buf_release(&text);
	return value;
}

/* botocore shows the console's output as text, though the service sends base64. Steals. */
static json_t *console_text(json_t *answer)
{
	json_t *output = json_object_get(answer, "Output"), *copy;
	struct buf bytes = BUF_INIT;

	if (!json_is_string(output) ||
		!base64_is_strict(json_string_value(output), json_string_length(output)) ||
		!base64_decode(&bytes, json_string_value(output), json_string_length(output)))
		goto out;
	copy = json_copy(answer);
	json_decref(answer);
	answer = copy;
	json_object_set_new_nocheck(answer, "Output", replaced_text(bytes.s, bytes.len));
out:
	buf_release(&bytes);
	return answer;
}

json_t *run_ready(const struct invocation *inv, json_t *value)
{
	const struct model_operation *op = inv->op;
	json_t *ready = stamp_value(value, model_shape(op->output),
		(enum model_protocol)model_services[op->service].protocol, inv->g.wire_timestamps);

	if (!strcmp(model_text(op->name), "GetConsoleOutput"))
		ready = console_text(ready);
	return ready;
}

json_t *run_call(struct invocation *inv, json_t *request)
{
	struct cli_reply reply;
	json_t *ready = NULL;

	run_send(inv, request, &reply);
	if (reply.value)
		ready = run_ready(inv, reply.value);
	else
		run_failed(inv, &reply);
	run_reply_release(&reply);
	return ready;
}

/* --- printing ------------------------------------------------------------------------------- */

static bool output_format(struct invocation *inv, enum output_format *format)
{
	return output_format_parse(inv->g.output, format) ||
	       fail_general(inv, "Unknown output type: %s", inv->g.output);
}

/* Prints a value as it is. */
static bool print(
	struct invocation *inv, enum output_format format, const json_t *value, bool paged)
{
	struct cli *c = inv->c;
	bool pager = c->out_is_terminal && c->pager && *c->pager && !inv->g.pager_off;
	struct output_options options = {
		.title = inv->op ? model_text(inv->op->name) : NULL,
		.terminal_columns = c->columns,
		.colour = inv->g.color == CLI_COLOR_ON ||
			  (inv->g.color == CLI_COLOR_AUTO && c->out_is_terminal),
		.pager = pager,
		.paged = paged,
	};
	struct err e = {0};

	c->page = true;
	return output_write(&c->out, format, value, &options, &e) ||
	       fail_general(inv, "%s", e.text);
}

/* Prints what --query makes of a value. */
static bool query_and_print(
	struct invocation *inv, enum output_format format, json_t *value, bool paged)
{
	struct jmes_error e = JMES_ERROR_INIT;
	json_t *found;
	bool fine;

	if (!inv->g.query || format == OUTPUT_OFF)
		return print(inv, format, value, paged);
	found = jmes_search(inv->g.query, value, &e);
	fine = found ? print(inv, format, found, paged) : fail_general(inv, "%s", e.text.s);
	json_decref(found);
	jmes_error_release(&e);
	return fine;
}

bool cli_show(struct invocation *inv, json_t *value)
{
	enum output_format format;

	return output_format(inv, &format) && query_and_print(inv, format, value, false);
}

/* --- pages ---------------------------------------------------------------------------------- */

/* --output text, page by page, each with nothing but the result; then where to go on. */
static bool print_texts(struct invocation *inv, struct cli_pages *p)
{
	json_t *page, *part, *items;
	bool fine = true;

	while (fine && (page = pages_next(p))) {
		items = json_object_get(page, p->result);
		part = json_pack("{sO}", p->result, items ? items : json_null());
		fine = query_and_print(inv, OUTPUT_TEXT, part, true);
		json_decref(part);
		json_decref(page);
	}
	if (!fine || p->failed || !p->resume)
		return fine && !p->failed;
	part = json_pack("{s{ss}}", "NextToken", "NextToken", p->resume);
	fine = query_and_print(inv, OUTPUT_TEXT, part, false);
	json_decref(part);
	return fine;
}

/* --output yaml-stream (and off): each page whole. */
static bool print_stream(struct invocation *inv, enum output_format format, struct cli_pages *p)
{
	json_t *page;
	bool fine = true;

	while (fine && (page = pages_next(p))) {
		fine = query_and_print(inv, format, page, true);
		json_decref(page);
	}
	return fine && !p->failed;
}

/* The other formats: all pages as one answer. */
static bool print_whole(struct invocation *inv, enum output_format format, struct cli_pages *p)
{
	json_t *whole = json_object(), *page, *items, *all = NULL;
	bool fine;

	while ((page = pages_next(p))) {
		items = json_object_get(page, p->result);
		if (all && json_is_array(items)) {
			json_array_extend(all, items);
		} else if (!all && items && !json_is_null(items)) {
			all = json_copy(items);
			json_object_set_new_nocheck(whole, p->result, all);
		}
		json_decref(page);
	}
	if (p->resume)
		json_object_set_new_nocheck(whole, "NextToken", json_string_nocheck(p->resume));
	fine = !p->failed && query_and_print(inv, format, whole, false);
	json_decref(whole);
	return fine;
}

static bool perform_paged(struct invocation *inv)
{
	enum output_format format;
	struct cli_pages p;
	bool fine;

	if (!output_format(inv, &format))
		return false;
	if (!pages_begin(&p, inv))
		fine = false;
	else if (format == OUTPUT_TEXT)
		fine = print_texts(inv, &p);
	else if (format == OUTPUT_YAML_STREAM || format == OUTPUT_OFF)
		fine = print_stream(inv, format, &p);
	else
		fine = print_whole(inv, format, &p);
	pages_release(&p);
	return fine;
}

bool cli_perform(struct invocation *inv)
{
	json_t *answer;
	bool fine;

	if (inv->paging.has_max_items && inv->paging.max_items <= 0)
		buf_adds(&inv->c->err, "warning: Non-positive values for --max-items may result in "
				       "undefined behavior.\n");
	if (inv->g.paginate && inv->op->page != MODEL_NONE)
		return perform_paged(inv);
	answer = run_call(inv, inv->request);
	if (!answer)
		return false;
	fine = cli_show(inv, answer);
	json_decref(answer);
	return fine;
}
