/* wait.c - `aws ec2 wait X`: polls until an acceptor of the waiter decides; silent when all is
 * well. */
#include "cli/run.h"

#include "base/buf.h"
#include "query/jmespath.h"

#include <string.h>

enum { HTTP_OK = 200 };

static json_t *expected_value(const struct model_acceptor *a)
{
	switch ((enum model_expected)a->expected) {
	case MODEL_EXPECT_TRUE:
		return json_true();
	case MODEL_EXPECT_FALSE:
		return json_false();
	case MODEL_EXPECT_NUMBER:
		return json_integer(a->number);
	case MODEL_EXPECT_TEXT:
		break;
	}
	return json_string(model_text(a->text));
}

/* The expected value in Python's words. */
static void expected_text(struct buf *out, const struct model_acceptor *a)
{
	switch ((enum model_expected)a->expected) {
	case MODEL_EXPECT_TRUE:
		buf_adds(out, "True");
		return;
	case MODEL_EXPECT_FALSE:
		buf_adds(out, "False");
		return;
	case MODEL_EXPECT_NUMBER:
		buf_addf(out, "%d", a->number);
		return;
	case MODEL_EXPECT_TEXT:
		buf_adds(out, model_text(a->text));
		return;
	}
}

/* pathAll, pathAny: a list with at least one element. */
static bool list_matches(const json_t *list, const json_t *wanted, bool all)
{
	size_t i, same = 0, n = json_array_size(list);

	for (i = 0; i < n; i++)
		same += (size_t)json_equal(json_array_get(list, i), wanted);
	return n > 0 && (all ? same == n : same > 0);
}

/* An expression that cannot be evaluated is told, and *broken set. */
static bool path_matches(
	struct invocation *inv, const struct model_acceptor *a, json_t *answer, bool *broken)
{
	struct jmes_error e = JMES_ERROR_INIT;
	struct jmes *path = NULL;
	json_t *found = NULL, *wanted = expected_value(a);
	bool matches = false;

	if (jmes_compile(model_text(a->path), &path, &e))
		found = jmes_search(path, answer, &e);
	if (!found) {
		fail_general(inv, "%s", e.text.s);
		*broken = true;
	} else if (a->matcher == MODEL_PATH) {
		matches = json_equal(found, wanted);
	} else {
		matches = list_matches(found, wanted, a->matcher == MODEL_PATH_ALL);
	}
	json_decref(found);
	json_decref(wanted);
	jmes_free(path);
	jmes_error_release(&e);
	return matches;
}

static bool error_matches(const struct model_acceptor *a, const char *code)
{
	if (a->expected == MODEL_EXPECT_TRUE)
		return code != NULL;
	if (a->expected == MODEL_EXPECT_FALSE)
		return code == NULL;
	return code && !strcmp(code, model_text(a->text));
}

/* `answer` NULL: a fault. */
static bool accepts(struct invocation *inv, const struct model_acceptor *a, json_t *answer,
	const struct cli_reply *reply, bool *broken)
{
	switch ((enum model_matcher)a->matcher) {
	case MODEL_ERROR:
		return error_matches(a, reply->code);
	case MODEL_HTTP_STATUS:
		return a->number == (reply->status || !answer ? reply->status : HTTP_OK);
	case MODEL_PATH:
	case MODEL_PATH_ALL:
	case MODEL_PATH_ANY:
		break;
	}
	return answer && path_matches(inv, a, answer, broken);
}

/* The texts are botocore's, its "excepted" included. */
static void explain(struct buf *out, const struct model_acceptor *a)
{
	static const char *const before[] = {
		[MODEL_PATH] = "we matched expected path: ",
		[MODEL_PATH_ALL] = "all members matched excepted path: ",
		[MODEL_PATH_ANY] = "we matched expected path: ",
	};

	if (a->matcher == MODEL_HTTP_STATUS)
		buf_adds(out, "Matched expected HTTP status code: ");
	else if (a->matcher == MODEL_ERROR)
		buf_adds(out, "Matched expected service error code: ");
	else
		buf_addf(
			out, "For expression \"%s\" %s\"", model_text(a->path), before[a->matcher]);
	expected_text(out, a);
	if (a->matcher == MODEL_PATH || a->matcher == MODEL_PATH_ALL)
		buf_addc(out, '"');
	else if (a->matcher == MODEL_PATH_ANY)
		buf_adds(out, "\" at least once");
}

/* "Waiter NAME failed: REASON", perhaps with an acceptor's explanation after it. */
static bool failed(struct invocation *inv, const char *reason, const struct model_acceptor *why)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, reason);
	if (why)
		explain(&text, why);
	fail_general(inv, "Waiter %s failed: %s", model_text(inv->waiter->name), text.s);
	buf_release(&text);
	return false;
}

enum verdict { GO_ON, SUCCEEDED, FAILED };

struct polling {
	const struct model_acceptor *last; /* looked at in the last poll */
	bool retried;                      /* an acceptor has said so */
};

static enum verdict judge(
	struct invocation *inv, struct polling *p, json_t *answer, const struct cli_reply *reply)
{
	const struct model_span span = inv->waiter->acceptors;
	struct buf text = BUF_INIT;
	bool broken = false;

	for (size_t i = 0; i < span.n; i++) {
		p->last = &model_acceptors[span.first + i];
		if (!accepts(inv, p->last, answer, reply, &broken)) {
			if (broken)
				return FAILED;
			continue;
		}
		if (p->last->outcome == MODEL_SUCCESS)
			return SUCCEEDED;
		p->retried = true;
		if (p->last->outcome == MODEL_RETRY)
			return GO_ON;
		failed(inv, "Waiter encountered a terminal failure state: ", p->last);
		return FAILED;
	}
	if (answer)
		return GO_ON;
	buf_addf(&text, "An error occurred (%s): %s", reply->code,
		reply->text ? reply->text : "Unknown");
	failed(inv, text.s, NULL);
	buf_release(&text);
	return FAILED;
}

static enum verdict poll(struct invocation *inv, struct polling *p)
{
	struct cli_reply reply;
	json_t *answer = NULL;
	enum verdict verdict = FAILED;

	run_send(inv, inv->request, &reply);
	if (reply.value)
		answer = run_ready(inv, reply.value);
	if (answer || reply.code)
		verdict = judge(inv, p, answer, &reply);
	else
		run_failed(inv, &reply);
	json_decref(answer);
	run_reply_release(&reply);
	return verdict;
}

bool cli_wait(struct invocation *inv)
{
	const struct model_waiter *w = inv->waiter;
	struct polling p = {0};
	enum verdict verdict;

	for (int left = w->attempts;; left--) {
		verdict = poll(inv, &p);
		if (verdict != GO_ON)
			return verdict == SUCCEEDED;
		if (left <= 1)
			break;
		inv->c->sleep(inv->c->ctx, (int64_t)w->delay * 1000);
	}
	if (!p.retried)
		return failed(inv, "Max attempts exceeded", NULL);
	return failed(inv, "Max attempts exceeded. Previously accepted state: ", p.last);
}
