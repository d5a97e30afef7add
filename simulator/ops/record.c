/* record.c - see record.h. */
#include "ops/record.h"

#include "base/json.h"
#include "ops/call.h"

#include <string.h>

void ops_record(const struct ops_caller *who, const struct model_operation *op,
	const json_t *request, bool changed, struct buf *out)
{
	json_t *line;

	if (!changed) {
		ops_record_pass(who->elapsed_ms, NULL, out);
		return;
	}
	/* a key comes from the environment, and may be any bytes: then it is left out */
	line = json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*, s:o*, s:s*, s:I, s:b, s:b, s:O}",
		"service", model_text(model_services[op->service].name), "operation",
		model_text(op->name), "account", who->account, "region", who->region, "arn",
		who->arn, "user", who->user_id, "key", json_string(who->key), "label", who->label,
		"pass", (json_int_t)who->elapsed_ms, "instant", who->instant, "fresh",
		who->fresh_token, "request", request);
	buf_add_json(out, line, JSON_COMPACT);
	buf_addc(out, '\n');
	json_decref(line);
}

static void add_label(const char *label, struct buf *out)
{
	if (label) {
		buf_adds(out, ",\"label\":");
		buf_add_json_string(out, label, strlen(label), false);
	}
	buf_adds(out, "}\n");
}

void ops_record_pass(int64_t milliseconds, const char *label, struct buf *out)
{
	buf_addf(out, "{\"pass\":%lld", (long long)milliseconds);
	add_label(label, out);
}

void ops_record_undo(bool again, const char *label, struct buf *out)
{
	buf_addf(out, "{\"%s\":true", again ? "redo" : "undo");
	add_label(label, out);
}

static bool replay_call(struct world *w, const json_t *line)
{
	const char *service = in_text(line, "service"), *name = in_text(line, "operation");
	const struct model_operation *op =
		service && name ? model_find_operation(service, name) : NULL;
	struct ops_answer a = OPS_ANSWER_INIT;
	struct ops_caller who = {
		.account = in_text(line, "account"),
		.region = in_text(line, "region"),
		.arn = in_text(line, "arn"),
		.user_id = in_text(line, "user"),
		.key = in_text(line, "key"),
		.label = in_text(line, "label"),
		.instant = in_bool(line, "instant", false),
		.fresh_token = in_bool(line, "fresh", false),
		.unfitted = true,
		.elapsed_ms = in_int(line, "pass", 0),
	};

	if (!op || !who.account || !who.region || !json_is_object(in_get(line, "request")))
		return false;
	ops_call(w, &who, op, in_get(line, "request"), &a); /* a fault has had its effect too */
	ops_answer_release(&a);
	return true;
}

static void replay_pass(struct world *w, int64_t ms, const char *label)
{
	world_begin(w, label);
	world_advance(w, world_now(w) + ms);
	world_commit(w);
}

static bool replay_line(struct world *w, const char *text, size_t n)
{
	json_t *line = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
	int64_t pass = in_int(line, "pass", -1);
	bool ok = true;

	if (in_has(line, "undo"))
		world_undo(w);
	else if (in_has(line, "redo"))
		world_redo(w);
	else if (in_has(line, "operation"))
		ok = pass >= 0 && replay_call(w, line);
	else if ((ok = pass >= 0))
		replay_pass(w, pass, in_text(line, "label"));
	json_decref(line);
	return ok;
}

bool ops_replay(struct world *w, const char *lines, size_t n)
{
	while (n) {
		const char *end = memchr(lines, '\n', n);
		size_t length = end ? (size_t)(end - lines) : n;

		if (!replay_line(w, lines, length))
			return false;
		lines += length + (end != NULL);
		n -= length + (end != NULL);
	}
	return true;
}
