/*
 * prop-wire.c - random documents of every operation's shapes, written as the wire has them and read
 * back: the same documents. And answers damaged on the way: read as something or refused, never
 * more.
 *
 * usage: prop-wire [ROUNDS]   environment: SEED, AMIDOJO_TEST_SCALE (divides the default)
 */
#include "base/codec.h"
#include "base/json.h"
#include "wire/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 40, FAILURES_SHOWN = 10, DEPTH = 7, DAMAGES = 4 };

struct run {
	uint64_t random;
	bool empties; /* documents may hold empty texts, lists and structures */
	long done, failed;
};

/* --- random documents ------------------------------------------------------------------------- */

static uint64_t next(struct run *r)
{
	uint64_t z = r->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static size_t below(struct run *r, size_t n)
{
	return (size_t)(next(r) % n);
}

/* Runs of characters that some form has to write in another way, or must not. */
static json_t *random_text(struct run *r)
{
	static const char *const parts[] = {"a", "Z", "0", " ", "  ", "&", "&amp;", "=", "+", "%",
		"%41", "<", ">", "]]>", "\"", "'", "/", "\\", "\n", "\t", "~", "*", "?", "#", ";",
		"\xea\xb0\x80", "\xc3\xa9", "\xf0\x9f\x98\x80", "\xef\xbf\xbd", "\x7f",
		"\xe2\x80\xa8", "ami-0123", "true", "null"};
	struct buf text = BUF_INIT;
	json_t *value;

	for (size_t n = below(r, 6) + !r->empties; n > 0; n--)
		buf_adds(&text, parts[below(r, sizeof parts / sizeof *parts)]);
	value = json_stringn(text.s, text.len);
	buf_release(&text);
	return value;
}

static json_t *random_string(struct run *r, const struct model_shape *s)
{
	const struct model_enum *e;

	if (s->enumeration == MODEL_NONE)
		return random_text(r);
	e = &model_enums[s->enumeration];
	return json_string(model_text(model_values[e->values.first + below(r, e->values.n)]));
}

/* Milliseconds only in answers: botocore sends whole seconds to the JSON protocols. */
static json_t *random_moment(struct run *r)
{
	char text[64];

	snprintf(text, sizeof text, "%d-%02d-%02dT%02d:%02d:%02d.%03dZ", 1990 + (int)below(r, 60),
		1 + (int)below(r, 12), 1 + (int)below(r, 28), (int)below(r, 24), (int)below(r, 60),
		(int)below(r, 60), r->empties ? (int)below(r, 1000) : 0);
	return json_string(text);
}

static json_t *random_blob(struct run *r)
{
	struct buf bytes = BUF_INIT, text = BUF_INIT;
	json_t *value;

	codec_stream(&bytes, next(r), 1 + below(r, 40));
	codec_base64(&text, bytes.s, bytes.len);
	value = json_stringn(text.s, text.len);
	buf_release(&bytes);
	buf_release(&text);
	return value;
}

static json_t *random_value(struct run *r, const struct model_shape *s, int depth);

/* NULL: it would be empty, and may not be. */
static json_t *random_structure(struct run *r, const struct model_shape *s, int depth)
{
	json_t *object = json_object(), *part;

	for (size_t i = 0; i < s->members.n; i++) {
		const struct model_member *m = model_member_at(s, i);

		if (m->location != MODEL_URI && below(r, 3) == 0)
			continue;
		part = random_value(r, model_member_shape(m), depth - 1);
		if (part)
			json_object_set_new(object, model_text(m->name), part);
	}
	if (json_object_size(object) || r->empties || depth == DEPTH)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *random_list(struct run *r, const struct model_shape *s, int depth)
{
	json_t *list = json_array(), *part;

	for (size_t n = below(r, 3) + !r->empties; n > 0; n--) {
		part = random_value(r, model_shape(s->element), depth - 1);
		if (part)
			json_array_append_new(list, part);
	}
	if (json_array_size(list) || r->empties)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *random_map(struct run *r, const struct model_shape *s, int depth)
{
	json_t *object = json_object(), *part;
	char key[32];

	for (size_t n = 1 + below(r, 3); n > 0; n--) {
		snprintf(key, sizeof key, "key-%zu", n);
		part = random_value(r, model_shape(s->element), depth - 1);
		if (part)
			json_object_set_new(object, key, part);
	}
	return object;
}

static json_t *random_value(struct run *r, const struct model_shape *s, int depth)
{
	if (depth == 0)
		return NULL;
	switch ((enum model_kind)s->kind) {
	case MODEL_STRUCTURE:
		return random_structure(r, s, depth);
	case MODEL_LIST:
		return random_list(r, s, depth);
	case MODEL_MAP:
		return random_map(r, s, depth);
	case MODEL_INTEGER:
		return json_integer((json_int_t)below(r, 1u << 31) - (1 << 30));
	case MODEL_LONG:
		return json_integer((json_int_t)(next(r) >> 3) - (INT64_C(1) << 60));
	case MODEL_DOUBLE:
	case MODEL_FLOAT:
		return json_real((double)below(r, 100000) / (below(r, 2) ? 8.0 : 10.0));
	case MODEL_BOOLEAN:
		return json_boolean(below(r, 2));
	case MODEL_TIMESTAMP:
		return random_moment(r);
	case MODEL_BLOB:
		return random_blob(r);
	case MODEL_STRING:
		break;
	}
	return random_string(r, s);
}

/* --- what must hold --------------------------------------------------------------------------- */

static void held(struct run *r, bool fine, const struct model_operation *op, const char *what,
	const json_t *wanted, const json_t *got, const char *wire)
{
	char *a, *b;

	r->done++;
	if (fine)
		return;
	r->failed++;
	a = wanted ? json_text(wanted, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	b = got ? json_text(got, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	printf("FAIL %s of %s\n    wanted %.2000s\n    got    %.2000s\n    wire   %.2000s\n", what,
		model_text(op->name), a ? a : "-", b ? b : "-", wire);
	free(a);
	free(b);
}

static void check_request(struct run *r, const struct model_operation *op)
{
	struct wire_sending sent = WIRE_SENDING_INIT;
	struct wire_reading read = WIRE_READING_INIT;
	struct wire_request in;
	json_t *wanted;
	bool fine;

	r->empties = false;
	wanted = random_structure(r, model_shape(op->input), DEPTH);
	wire_request_write(op, wanted, &sent);
	in = (struct wire_request){
		.method = sent.method,
		.path = sent.path.s,
		.query = sent.query.len ? sent.query.s : NULL,
		.type = sent.type,
		.target = sent.target.len ? sent.target.s : NULL,
		.scope = model_text(model_services[op->service].name),
		.body = sent.body.s,
		.length = sent.body.len,
	};
	fine = wire_request_read(&in, &read) && read.op == op && json_equal(wanted, read.request);
	held(r, fine, op,
		fine            ? "request"
		: read.name.len ? read.name.s
				: "request",
		wanted, read.request, sent.body.s);
	wire_reading_release(&read);
	wire_sending_release(&sent);
	json_decref(wanted);
}

/* Bytes are lost, changed or doubled; what comes of it is one of three things, whatever it is. */
static void check_damaged(
	struct run *r, const struct model_operation *op, const struct buf *body, int status)
{
	struct wire_answer a = WIRE_ANSWER_INIT;
	struct buf hurt = BUF_INIT;
	size_t at, n;

	buf_add(&hurt, body->s, body->len);
	for (size_t i = below(r, 4) + 1; i > 0 && hurt.len; i--) {
		at = below(r, hurt.len);
		n = below(r, hurt.len - at) + 1;
		if (below(r, 3) == 0)
			buf_truncate(&hurt, at);
		else if (below(r, 2))
			hurt.s[at] = (char)next(r);
		else
			buf_add(&hurt, body->s, n < body->len ? n : body->len);
	}
	wire_answer_read(op, status, NULL, hurt.s, hurt.len, &a);
	held(r, a.none.len ? !a.value : a.value || a.code.len, op, "damaged answer", NULL, a.value,
		hurt.s);
	wire_answer_release(&a);
	buf_release(&hurt);
}

static void check_answer(struct run *r, const struct model_operation *op)
{
	struct wire_answer a = WIRE_ANSWER_INIT;
	struct buf body = BUF_INIT;
	json_t *wanted;
	bool fine;

	r->empties = true;
	wanted = op->output == MODEL_NONE ? json_object()
					  : random_structure(r, model_shape(op->output), DEPTH);
	wire_answer_write(op, wanted, "0a1b", NULL, &body);
	wire_answer_read(op, 200, NULL, body.s, body.len, &a);
	fine = json_equal(wanted, a.value);
	held(r, fine, op, a.none.len ? a.none.s : "answer", wanted, a.value, body.s);
	for (int i = 0; i < DAMAGES; i++)
		check_damaged(r, op, &body, 200);
	wire_answer_release(&a);
	buf_release(&body);
	json_decref(wanted);
}

static void check_fault(struct run *r, const struct model_operation *op)
{
	struct wire_answer a = WIRE_ANSWER_INIT;
	struct buf body = BUF_INIT;
	json_t *text = random_text(r);

	wire_fault_write(&model_services[op->service], "Some.Fault", 400, json_string_value(text),
		NULL, "0a1b", &body);
	wire_answer_read(op, 400, "Some.Fault", body.s, body.len, &a); /* rest-json has it there */
	held(r,
		!a.value && !a.none.len && strcmp(a.code.s, "Some.Fault") == 0 &&
			strcmp(a.text.s, json_string_value(text)) == 0,
		op, "fault", NULL, NULL, body.s);
	check_damaged(r, op, &body, 400);
	wire_answer_release(&a);
	buf_release(&body);
	json_decref(text);
}

static long wanted_rounds(int argc, char **argv)
{
	const char *scale = getenv("AMIDOJO_TEST_SCALE");
	long n = argc > 1 ? atol(argv[1]) : ROUNDS / (scale && atol(scale) > 0 ? atol(scale) : 1);

	return n > 0 ? n : 1;
}

int main(int argc, char **argv)
{
	const char *text = getenv("SEED");
	uint64_t seed = text ? strtoull(text, NULL, 10)
			     : (uint64_t)time(NULL) * 2654435761u ^ (uint64_t)getpid();
	struct run r = {.random = seed};

	setvbuf(stdout, NULL, _IOLBF, 0); /* the seed is told even if it breaks down */
	printf("SEED=%" PRIu64 "\n", seed);
	for (long n = wanted_rounds(argc, argv); n > 0 && r.failed < FAILURES_SHOWN; n--) {
		for (size_t i = 0; i < model_counts.operations && r.failed < FAILURES_SHOWN; i++) {
			check_request(&r, &model_operations[i]);
			check_answer(&r, &model_operations[i]);
			check_fault(&r, &model_operations[i]);
		}
	}
	printf("%ld passed, %ld failed\n", r.done - r.failed, r.failed);
	return r.failed != 0;
}
