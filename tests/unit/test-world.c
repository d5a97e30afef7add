/* test-world.c - the world's store: order, journal, timers, ids, and writing it down. */
#include "base/mem.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct place_of images = {"111122223333", "us-east-1", "image"};
static const struct place_of elsewhere = {"444455556666", "ap-northeast-2", "image"};

/* pending -> available; "again" sets a further timer. */
static void on_timer(void *ctx, struct world *w, const struct resource *r, const char *what)
{
	json_t *doc = json_pack("{s:s, s:I}", "State", what, "at", (json_int_t)world_now(w));

	++*(int *)ctx;
	if (strcmp(what, "again") == 0)
		json_object_set_new(doc, "_timer",
			json_pack("{s:I, s:s}", "at", (json_int_t)world_now(w) + 10, "do",
				"available"));
	world_put(w, r->in, r->id, doc);
}

static struct world *new_world(int *fired)
{
	struct world_options o = {.seed = 7, .start_ms = 1000, .timer = on_timer, .ctx = fired};

	return world_new(&o);
}

static json_t *pending(int64_t at, const char *what)
{
	return json_pack("{s:s, s:{s:I, s:s}}", "State", "pending", "_timer", "at", (json_int_t)at,
		"do", what);
}

static char *written(const struct world *w)
{
	struct buf out = BUF_INIT;

	world_write(w, &out);
	return buf_detach(&out);
}

static void assert_written(const struct world *w, const char *wanted)
{
	char *now = written(w);

	assert_string_equal(now, wanted);
	free(now);
}

static void test_put_and_find(void **state)
{
	int fired = 0;
	struct world *w = new_world(&fired);
	struct resource r;
	struct world_cursor c = {0};

	(void)state;
	world_begin(w, "make");
	world_put(w, images, "ami-b", json_pack("{s:i}", "n", 1));
	world_put(w, images, "ami-a", json_pack("{s:i}", "n", 2));
	world_put(w, elsewhere, "ami-c", json_pack("{s:i}", "n", 3));
	world_put(w, images, "ami-b", json_pack("{s:i}", "n", 4)); /* keeps its place */
	world_commit(w);
	assert_int_equal(world_count(w, images), 2);
	assert_true(world_next(w, images, &c, &r));
	assert_string_equal(r.id, "ami-b");
	assert_int_equal(json_integer_value(json_object_get(r.doc, "n")), 4);
	assert_true(world_next(w, images, &c, &r));
	assert_string_equal(r.id, "ami-a");
	assert_false(world_next(w, images, &c, &r));
	assert_null(world_get(w, images, "ami-c"));
	assert_true(world_find(w, "image", "ami-c", &r));
	assert_string_equal(r.in.account, "444455556666");
	assert_false(world_find(w, "snapshot", "ami-c", &r));
	world_free(w);
}

static void test_timers(void **state)
{
	int fired = 0;
	struct world *w = new_world(&fired);
	int64_t at;

	(void)state;
	world_begin(w, "make");
	world_put(w, images, "ami-1", pending(1500, "available"));
	world_put(w, images, "ami-2", pending(1200, "again"));
	world_put(w, images, "ami-3", pending(1300, "available"));
	world_put(w, images, "ami-3", NULL); /* its timer goes with it */
	world_commit(w);
	assert_true(world_next_timer(w, &at));
	assert_int_equal(at, 1200);
	world_begin(w, "wait");
	world_advance(w, 1400);
	world_commit(w);
	assert_int_equal(fired, 2); /* at 1200, and again at 1210 */
	assert_int_equal(world_now(w), 1400);
	assert_int_equal(
		json_integer_value(json_object_get(world_get(w, images, "ami-2"), "at")), 1210);
	assert_string_equal(world_undo(w), "wait");
	assert_int_equal(world_now(w), 1000);
	assert_true(world_next_timer(w, &at)); /* the timers are back */
	assert_int_equal(at, 1200);
	assert_string_equal(world_redo(w), "wait");
	assert_true(world_next_timer(w, &at));
	assert_int_equal(at, 1500);
	world_free(w);
}

static void test_changes(void **state)
{
	int fired = 0;
	struct world *w = new_world(&fired);
	struct world_change c;

	(void)state;
	world_begin(w, "one");
	world_put(w, images, "ami-1", json_pack("{s:i}", "n", 1));
	world_put(w, images, "ami-1", json_pack("{s:i}", "n", 2));
	world_commit(w);
	assert_true(world_changed(w, 0, &c));
	assert_null(c.before);
	assert_int_equal(json_integer_value(json_object_get(c.after, "n")), 2);
	assert_false(world_changed(w, 1, &c));
	world_begin(w, "nothing");
	world_commit(w);
	assert_string_equal(world_undo(w), "one"); /* a step without changes is none */
	assert_null(world_undo(w));
	world_free(w);
}

/* One random step: puts, removals, ids and time, then kept or taken back. */
static void random_step(struct world *w, unsigned *seed)
{
	char id[WORLD_ID];

	for (int i = 0; i < 5; i++) {
		struct place_of in = rand_r(seed) % 2 ? images : elsewhere;

		snprintf(id, sizeof id, "ami-%d", rand_r(seed) % 12);
		switch (rand_r(seed) % 4) {
		case 0:
			world_put(w, in, id, NULL);
			break;
		case 1:
			world_make_id(w, "ami", id);
			world_put(w, in, id, pending(world_now(w) + rand_r(seed) % 50, "again"));
			break;
		case 2:
			world_advance(w, world_now(w) + rand_r(seed) % 40);
			break;
		default:
			world_put(w, in, id, json_pack("{s:i}", "n", rand_r(seed) % 100));
		}
	}
}

/* The bytes after every step are remembered; undo and redo must give them back, abort must too. */
/* The time of a step is that of its beginning and of its end; undone steps have none. */
static void test_step_time(void **state)
{
	int fired = 0;
	struct world *w = new_world(&fired);
	int64_t from = 0, to = 0;

	(void)state;
	assert_false(world_step_time(w, 0, &from, &to));
	world_begin(w, "make");
	world_put(w, images, "ami-1", pending(5000, "available"));
	assert_true(world_step_time(w, 0, &from, &to));
	assert_int_equal(from, 1000);
	assert_int_equal(to, 1000);
	world_commit(w);
	world_pass(w, 9000);
	assert_true(world_step_time(w, 0, &from, &to));
	assert_int_equal(from, 1000);
	assert_int_equal(to, 9000);
	assert_true(world_step_time(w, 1, &from, &to));
	assert_int_equal(to, 1000);
	assert_false(world_step_time(w, 2, &from, &to));
	world_begin(w, "next"); /* an open step is number 0 */
	assert_true(world_step_time(w, 1, &from, &to));
	assert_int_equal(from, 1000);
	world_abort(w);
	assert_non_null(world_undo(w));
	assert_false(world_step_time(w, 0, &from, &to));
	world_free(w);
}

static void test_undo_restores_bytes(void **state)
{
	enum { STEPS = 300 };
	const char *from = getenv("SEED");
	unsigned seed = from ? (unsigned)atoi(from) : 20261121;
	char *after[STEPS + 1];
	int fired = 0, n = 0;
	struct world *w = new_world(&fired), *copy;

	(void)state;
	print_message("seed %u\n", seed);
	after[0] = written(w);
	while (n < STEPS) {
		bool keep = rand_r(&seed) % 5 != 0;

		world_begin(w, "step");
		random_step(w, &seed);
		if (keep) {
			world_commit(w);
			after[++n] = written(w);
		} else {
			world_abort(w);
			assert_written(w, after[n]);
		}
	}
	copy = new_world(&fired);
	assert_true(world_read(copy, after[n], strlen(after[n])));
	assert_written(copy, after[n]);
	world_free(copy);
	for (int i = n; i > 0; i--) {
		assert_written(w, after[i]);
		while (strcmp(after[i], after[i - 1]) == 0)
			i--;
		assert_non_null(world_undo(w));
	}
	assert_written(w, after[0]);
	while (world_redo(w))
		;
	assert_written(w, after[n]);
	for (int i = 0; i <= n; i++)
		free(after[i]);
	world_free(w);
}

static void test_read_refuses(void **state)
{
	static const char *const bad[] = {"", "[]", "{}", "{\"format\":2}", "not json",
		"{\"format\":1,\"now\":1,\"random\":\"0\",\"order\":1,\"resources\":[[\"a\",\"b\",\"c\",\"d\",5,{}]]}",
		"{\"format\":1,\"now\":1,\"random\":\"0\",\"order\":1,\"resources\":[[\"a\",\"b\",\"c\",\"d\",1,[]]]}",
		("{\"format\":1,\"now\":1,\"random\":\"0\",\"order\":2,\"resources\":[[\"a\",\"b\",\"c\",\"d\",1,{}],"
		 "[\"a\",\"b\",\"c\",\"d\",2,{}]]}")};
	int fired = 0;
	struct world *w = new_world(&fired);
	char *fresh = written(w);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(world_read(w, bad[i], strlen(bad[i])));
		assert_written(w, fresh);
	}
	free(fresh);
	world_free(w);
}

static void test_ids(void **state)
{
	int fired = 0;
	struct world *w = new_world(&fired), *same = new_world(&fired);
	char a[WORLD_ID], b[WORLD_ID];

	(void)state;
	for (int i = 0; i < 100; i++) {
		world_make_id(w, "snap", a);
		world_make_id(same, "snap", b);
		assert_string_equal(a, b);
		assert_int_equal(strlen(a), 5 + 17);
		assert_int_equal(strspn(a + 5, "0123456789abcdef"), 17);
	}
	world_free(w);
	world_free(same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_and_find),
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_step_time),
		cmocka_unit_test(test_undo_restores_bytes),
		cmocka_unit_test(test_read_refuses),
		cmocka_unit_test(test_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
