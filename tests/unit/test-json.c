/* test-json.c - compact text of JSON is jansson's, byte for byte. */
#include "base/json.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	return z ^ z >> 27;
}

static json_t *random_text(uint64_t *state)
{
	static const char *const parts[] = {"a", "\"", "\\", "/", "\n", "\t", "\b", "\f", "\r",
		"\v", "\x01", "\x1f", "\x7f", "é", "한", "\xf0\x9f\x98\x80", " ", "xyz"};
	struct buf text = BUF_INIT;
	json_t *value;

	for (size_t n = next(state) % 12; n; n--)
		buf_adds(&text, parts[next(state) % ARRAY_LEN(parts)]);
	if (next(state) % 16 == 0)
		buf_addc(&text, '\0');
	value = json_stringn(text.s, text.len);
	buf_release(&text);
	return value;
}

static json_t *random_value(uint64_t *state, int depth)
{
	uint64_t kind = next(state) % (depth ? 9 : 7);
	json_t *value;

	switch (kind) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(next(state) % 2);
	case 2:
		return json_integer((json_int_t)(next(state) >> next(state) % 64));
	case 3:
		return json_integer(-(json_int_t)(next(state) >> (1 + next(state) % 63)));
	case 4:
		return json_real((double)(int64_t)next(state) / 1e6);
	case 7:
		value = json_array();
		for (size_t n = next(state) % 5; n; n--)
			json_array_append_new(value, random_value(state, depth - 1));
		return value;
	case 8:
		value = json_object();
		for (size_t n = next(state) % (next(state) % 50 ? 6 : 100); n; n--) {
			json_t *key = random_text(state);

			json_object_set_new(
				value, json_string_value(key), random_value(state, depth - 1));
			json_decref(key);
		}
		return value;
	default:
		return random_text(state);
	}
}

static void assert_same(const json_t *value, size_t flags)
{
	char *theirs = json_dumps(value, flags), *ours = json_text(value, flags);

	assert_int_equal(theirs != NULL, ours != NULL);
	if (theirs)
		assert_string_equal(ours, theirs);
	free(theirs);
	free(ours);
}

static void test_same(void **unused)
{
	static const size_t flags[] = {JSON_COMPACT, JSON_COMPACT | JSON_SORT_KEYS,
		JSON_COMPACT | JSON_ENCODE_ANY, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY,
		JSON_INDENT(2), JSON_COMPACT | JSON_ENSURE_ASCII};
	uint64_t state = 20261121;

	(void)unused;
	for (int i = 0; i < 20000; i++) {
		json_t *value = random_value(&state, 4);

		assert_same(value, flags[(size_t)i % ARRAY_LEN(flags)]);
		json_decref(value);
	}
}

/* What has no text leaves the buffer as it was. */
static void test_none(void **unused)
{
	struct buf out = BUF_INIT;
	json_t *text = json_string("x");

	(void)unused;
	buf_adds(&out, "before");
	assert_false(buf_add_json(&out, text, JSON_COMPACT));
	assert_false(buf_add_json(&out, NULL, JSON_COMPACT));
	assert_string_equal(out.s, "before");
	json_decref(text);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same), cmocka_unit_test(test_none)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
