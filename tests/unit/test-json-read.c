/* test-json-read.c - json_read takes what jansson's own reader takes, and reads the same in it. */
#include "base/json.h"

#include "base/buf.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const texts[] = {
	"{}",
	"[]",
	" { } ",
	"{\"a\":1}",
	"{\"a\":-1,\"b\":[true,false,null],\"c\":{\"d\":\"\"}}",
	"[0,-0,10,999999999999999999,9223372036854775807,-9223372036854775808]",
	"[9223372036854775808]",
	"[1.5,1e3,1E-3,-0.0]",
	"[01]",
	"[-]",
	"[1.]",
	"[\"\\u00e9\\n\\\\\\\"\"]",
	"[\"a\\u0000b\"]",
	"{\"k\\u0065y\":1}",
	"[\"\xec\x9b\xb9 \xed\x95\x9c\xea\xb8\x80\"]",
	"{\"\xed\x95\x9c\":\"\xea\xb8\x80\"}",
	"[\"\xff\"]",
	"{\"\xff\":1}",
	"[\"\x01\"]",
	"{\"a\":1,\"a\":2}",
	"{\"a\":1,}",
	"[1,]",
	"[,1]",
	"[1 2]",
	"{\"a\" 1}",
	"{a:1}",
	"[1]x",
	"[1] \n\t\r ",
	"[truE]",
	"[nul",
	"[\"a",
	"{\"a\":",
	"{",
	"[",
	"",
	" ",
	"1",
	"\"a\"",
	"null",
	"{\"x\":[{\"y\":[[[[]]]]},{}],\"z\":\"/dev/xvda\"}",
};

static void hold(const char *text, size_t n)
{
	json_t *got = json_read(text, n), *want = json_loadb(text, n, JSON_ALLOW_NUL, NULL);
	char *a = got ? json_text(got, JSON_COMPACT) : NULL;
	char *b = want ? json_text(want, JSON_COMPACT) : NULL;

	if (!got != !want || (a && strcmp(a, b) != 0))
		fail_msg("%.*s is read as %s, not as %s", (int)n, text, a ? a : "nothing",
			b ? b : "nothing");
	free(a);
	free(b);
	json_decref(got);
	json_decref(want);
}

static void test_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (size_t n = 0; n <= strlen(texts[i]); n++)
			hold(texts[i], n);
}

/* Signs changed, taken out and doubled, by chance. */
static void test_changed(void **state)
{
	static const char signs[] = "{}[]\",:\\ -0123456789.eEtrufalsn\x01\xed\x95\x9c";
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : 1, next = seed;

	(void)state;
	print_message("SEED=%u\n", seed);
	for (int round = 0; round < 20000; round++) {
		struct buf text = BUF_INIT;

		next = next * 1103515245 + 12345;
		buf_adds(&text, texts[next / 65536 % ARRAY_LEN(texts)]);
		for (int times = 0; times < 3 && text.len; times++) {
			size_t at;

			next = next * 1103515245 + 12345;
			at = next / 65536 % text.len;
			text.s[at] = signs[next / 7 % (sizeof signs - 1)];
		}
		hold(text.s, text.len);
		buf_release(&text);
	}
}

/* Deeper than the plain reader goes, and than any reader does. */
static void test_deep(void **state)
{
	(void)state;
	for (size_t depth = 60; depth < 4000; depth += depth < 70 ? 1 : 1500) {
		struct buf text = BUF_INIT;

		buf_addn(&text, "[", depth);
		buf_addn(&text, "]", depth);
		hold(text.s, text.len);
		buf_truncate(&text, text.len - 1);
		hold(text.s, text.len);
		buf_release(&text);
	}
}

static void test_long_key(void **state)
{
	(void)state;
	for (size_t n = 120; n < 140; n++) {
		struct buf text = BUF_INIT;

		buf_adds(&text, "{\"");
		buf_addn(&text, "k", n);
		buf_adds(&text, "\":[\"v\"]}");
		hold(text.s, text.len);
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_long_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
