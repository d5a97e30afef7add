/* test-map.c - the hash map against a plain list, with removals. */
#include "base/map.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { KEYS = 300, STEPS = 20000 };

static void test_basic(void **state)
{
	struct map m = {0};
	int a = 1, b = 2;

	(void)state;
	assert_null(map_get(&m, "a"));
	assert_null(map_remove(&m, "a"));
	assert_ptr_equal(map_add(&m, "a", &a), &a);
	assert_ptr_equal(map_add(&m, "a", &b), &a); /* the first one stays */
	assert_ptr_equal(map_get(&m, "a"), &a);
	assert_ptr_equal(map_remove(&m, "a"), &a);
	assert_null(map_get(&m, "a"));
	assert_int_equal(m.len, 0);
	map_release(&m);
}

static void test_random(void **state)
{
	static char key[KEYS][16];
	void *value[KEYS] = {0};
	struct map m = {0};
	unsigned seed = 20261121;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < KEYS; i++)
		snprintf(key[i], sizeof key[i], "k%d", i);
	for (int step = 0; step < STEPS; step++) {
		int i = (int)((seed = seed * 1103515245u + 12345u) >> 8) % KEYS;

		if (i < 0)
			i = -i;
		if (step % 3 == 0) {
			assert_ptr_equal(map_remove(&m, key[i]), value[i]);
			len -= value[i] != NULL;
			value[i] = NULL;
		} else if (!value[i]) {
			value[i] = key[i];
			assert_ptr_equal(map_add(&m, key[i], key[i]), key[i]);
			len++;
		}
		assert_int_equal(m.len, len);
	}
	for (int i = 0; i < KEYS; i++)
		assert_ptr_equal(map_get(&m, key[i]), value[i]);
	map_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
