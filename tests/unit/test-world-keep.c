/* test-world-keep.c - what is there from the start, time as a step, and keeping a world in pieces.
 */
#include "base/map.h"
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

static const struct place_of shops = {"111122223333", "us-east-1", "shop"};

/* Two documents are there from the start, in one place. */
static void genesis(void *ctx, struct world *w, struct place_of in)
{
	++*(int *)ctx;
	if (strcmp(in.kind, "shop") != 0)
		return;
	world_give(w, in, "given-1", json_pack("{s:s}", "State", "given"));
	world_give(w, in, "given-2", json_pack("{s:s}", "State", "given"));
}

static void on_timer(void *ctx, struct world *w, const struct resource *r, const char *what)
{
	(void)ctx;
	world_put(w, r->in, r->id, json_pack("{s:s}", "State", what));
}

static struct world *new_world(int *asked)
{
	struct world_options o = {
		.seed = 7, .start_ms = 1000, .timer = on_timer, .genesis = genesis, .ctx = asked};

	return world_new(&o);
}

static char *written(const struct world *w)
{
	struct buf out = BUF_INIT;

	world_write(w, &out);
	return buf_detach(&out);
}

static void assert_same(const struct world *a, const struct world *b)
{
	char *x = written(a), *y = written(b);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

static void put(struct world *w, const char *id, const char *state)
{
	world_put(w, shops, id, state ? json_pack("{s:s}", "State", state) : NULL);
}

static void test_genesis(void **state)
{
	int asked = 0;
	struct world *w = new_world(&asked);
	char *fresh = written(w), *changed;
	struct world_cursor at = {0};
	struct resource r;

	(void)state;
	assert_int_equal(asked, 0);
	assert_int_equal(world_count(w, shops), 2);
	assert_non_null(world_get(w, shops, "given-1"));
	assert_int_equal(asked, 1);

	world_begin(w, "take away");
	put(w, "given-1", NULL);
	put(w, "own", "mine");
	world_commit(w);
	assert_null(world_get(w, shops, "given-1"));
	assert_true(world_next(w, shops, &at, &r));
	assert_string_equal(r.id, "given-2");
	assert_true(world_next(w, shops, &at, &r));
	assert_string_equal(r.id, "own");
	assert_false(world_next(w, shops, &at, &r));

	changed = written(w);
	assert_string_not_equal(changed, fresh);
	assert_string_equal(world_undo(w), "take away");
	assert_int_equal(world_count(w, shops), 2);
	free(fresh);
	fresh = written(w); /* unchanged genesis is not written */
	assert_null(strstr(fresh, "given"));
	assert_string_equal(world_redo(w), "take away");
	free(fresh);
	fresh = written(w);
	assert_string_equal(fresh, changed);
	free(fresh);
	free(changed);
	world_free(w);
}

/* Undo takes back a command together with the time that passed after it, and nothing when only time
 * has passed. */
static void test_time_is_no_command(void **state)
{
	int asked = 0;
	struct world *w = new_world(&asked);
	json_t *doc;

	(void)state;
	world_begin(w, NULL);
	world_advance(w, 5000);
	world_commit(w);
	assert_null(world_undo(w));
	assert_int_equal(world_now(w), 5000);

	world_begin(w, "begin");
	doc = json_pack(
		"{s:s, s:{s:i, s:s}}", "State", "pending", "_timer", "at", 9000, "do", "available");
	world_put(w, shops, "a", doc);
	world_commit(w);
	world_begin(w, NULL);
	world_advance(w, 10000);
	world_commit(w);
	assert_string_equal(
		json_string_value(json_object_get(world_get(w, shops, "a"), "State")), "available");
	assert_string_equal(world_undo(w), "begin");
	assert_null(world_get(w, shops, "a"));
	assert_int_equal(world_now(w), 5000);
	assert_string_equal(world_redo(w), "begin");
	assert_string_equal(
		json_string_value(json_object_get(world_get(w, shops, "a"), "State")), "available");
	assert_null(world_redo(w));
	world_free(w);
}

/* ---- a keeper as a store would be one ---- */

struct kept {
	json_t *rows;  /* "place\nid" -> [account, region, kind, id, order, timer, text or null] */
	json_t *steps; /* number -> text */
	struct buf state;
};

static void keep(struct world *w, struct kept *k)
{
	struct buf text = BUF_INIT, key = BUF_INIT;
	struct world_row row;
	bool gone;
	uint64_t first, last, changed;
	const char *number;
	json_t *value;
	void *next;

	for (size_t i = 0; world_row_dirty(w, i, &text, &row, &gone); i++) {
		buf_clear(&key);
		buf_addf(
			&key, "%s\n%s\n%s\n%s", row.in.account, row.in.region, row.in.kind, row.id);
		if (gone)
			json_object_del(k->rows, key.s);
		else
			json_object_set_new(k->rows, key.s,
				json_pack("[s, s, s, s, I, I, s?]", row.in.account, row.in.region,
					row.in.kind, row.id, (json_int_t)row.order,
					(json_int_t)row.timer, row.text));
	}
	world_steps(w, &first, &last, &changed);
	json_object_foreach_safe(k->steps, next, number, value)
	{
		if (strtoull(number, NULL, 10) >= changed)
			json_object_del(k->steps, number);
	}
	for (; changed < last; changed++) {
		buf_clear(&text);
		world_step_write(w, changed, &text);
		buf_clear(&key);
		buf_addf(&key, "%020llu", (unsigned long long)changed);
		json_object_set_new(k->steps, key.s, json_string(text.s));
	}
	buf_clear(&k->state);
	world_state_write(w, &k->state);
	world_kept(w);
	buf_release(&text);
	buf_release(&key);
}

static int by_order(const void *a, const void *b)
{
	json_int_t x = json_integer_value(json_array_get(*(json_t *const *)a, 4));
	json_int_t y = json_integer_value(json_array_get(*(json_t *const *)b, 4));

	return x < y ? -1 : x > y;
}

static void load_rows(struct world *w, const struct kept *k)
{
	size_t n = 0;
	json_t **all = xcalloc(json_object_size(k->rows) + 1, sizeof(json_t *)), *row;
	const char *key;

	json_object_foreach(k->rows, key, row) all[n++] = row;
	qsort(all, n, sizeof(json_t *), by_order);
	for (size_t i = 0; i < n; i++) {
		struct world_row r = {0};
		json_int_t order, timer;
		json_t *text;

		assert_int_equal(json_unpack(all[i], "[s, s, s, s, I, I, o]", &r.in.account,
					 &r.in.region, &r.in.kind, &r.id, &order, &timer, &text),
			0);
		r.order = (uint64_t)order;
		r.timer = timer;
		r.text = json_string_value(text);
		r.length = r.text ? strlen(r.text) : 0;
		assert_true(world_row_read(w, &r));
	}
	free(all);
}

static struct world *load(const struct kept *k, int *asked, bool steps)
{
	struct world *w = new_world(asked);
	const char *number;
	json_t *text;

	assert_true(world_state_read(w, k->state.s, k->state.len));
	load_rows(w, k);
	if (steps)
		json_object_foreach(k->steps, number, text)
			assert_true(world_step_read(w, strtoull(number, NULL, 10),
				json_string_value(text), json_string_length(text)));
	world_kept(w);
	return w;
}

static void random_change(struct world *w, unsigned *seed)
{
	static const char *const ids[] = {"given-1", "given-2", "a", "b", "c", "d"};
	const char *id = ids[rand_r(seed) % ARRAY_LEN(ids)];
	char text[32], made[WORLD_ID];

	snprintf(text, sizeof text, "state %d", rand_r(seed));
	switch (rand_r(seed) % 4) {
	case 0:
		put(w, id, NULL);
		break;
	case 1:
		world_make_id(w, "x", made);
		put(w, made, text);
		break;
	case 2:
		world_put(w, shops, id,
			json_pack("{s:s, s:{s:I, s:s}}", "State", text, "_timer", "at",
				(json_int_t)(world_now(w) + rand_r(seed) % 5000), "do", "done"));
		break;
	default:
		put(w, id, text);
		break;
	}
}

static void random_command(struct world *w, unsigned *seed)
{
	int n = rand_r(seed) % 4;

	switch (rand_r(seed) % 8) {
	case 0:
		world_undo(w);
		return;
	case 1:
		world_redo(w);
		return;
	case 2:
		world_begin(w, NULL);
		world_advance(w, world_now(w) + rand_r(seed) % 3000);
		world_commit(w);
		return;
	default:
		world_begin(w, "command");
		while (n-- >= 0)
			random_change(w, seed);
		world_commit(w);
		return;
	}
}

/* A world that is kept after every command and read again by another process, with or without its
 * steps, is the same world; and what it has to undo is the same. */
static void test_keeping(void **state)
{
	const char *from = getenv("SEED");
	unsigned seed = from ? (unsigned)atoi(from) : 20261121;
	int asked = 0;
	struct kept k = {json_object(), json_object(), BUF_INIT};
	struct world *w = new_world(&asked);

	(void)state;
	print_message("seed %u\n", seed);
	keep(w, &k);
	for (int i = 0; i < 400; i++) {
		struct world *other = load(&k, &asked, rand_r(&seed) % 2);
		unsigned same = seed;
		bool all = world_undo(other) != NULL;

		world_free(other);
		if (all) { /* with its steps it goes back as far as the one that has never left
			      memory */
			other = load(&k, &asked, true);
			while (world_undo(other))
				assert_non_null(world_undo(w));
			assert_null(world_undo(w));
			assert_same(w, other);
			world_free(w);
			world_free(other);
			w = load(&k, &asked, true);
		}
		random_command(w, &same);
		seed = same;
		keep(w, &k);
		other = load(&k, &asked, false);
		assert_same(w, other);
		world_free(other);
	}
	world_free(w);
	json_decref(k.rows);
	json_decref(k.steps);
	buf_release(&k.state);
}

static void test_rows_refuse(void **state)
{
	static const struct world_row bad[] = {
		{.in = {"a", "b", "c"}, .id = "d", .order = 0, .text = "{}", .length = 2},
		{.in = {"a", "b", "c"}, .id = "d", .order = UINT64_MAX, .text = "{}", .length = 2},
		{.in = {"a", "b", "c"},
			.id = "d",
			.order = 1 << 20}, /* nothing there to take away */
	};
	int asked = 0;
	struct world *w = new_world(&asked);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(world_row_read(w, &bad[i]));
	assert_false(world_state_read(w, "{}", 2));
	assert_false(world_step_read(w, 1, "[]", 2));
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_genesis),
		cmocka_unit_test(test_time_is_no_command),
		cmocka_unit_test(test_keeping),
		cmocka_unit_test(test_rows_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
