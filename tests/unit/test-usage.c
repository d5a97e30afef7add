/* test-usage.c - what is billed and what happened in a world that has forgotten its first steps,
 * and in one that never had any. */
#include "sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { START_MS = 1000 * 1000, HOUR_MS = 3600 * 1000 };

static const char *environment(void *ctx, const char *name)
{
	(void)ctx;
	if (strcmp(name, "AWS_ACCESS_KEY_ID") == 0 || strcmp(name, "AWS_SECRET_ACCESS_KEY") == 0)
		return "AKIAIOSFODNN7EXAMPLE";
	return strcmp(name, "AWS_REGION") == 0 ? "us-east-1" : NULL;
}

static void aws(struct sim *s, const char *const *words)
{
	struct sim_command c = {.words = words, .env = environment, .language = "en"};
	struct sim_answer a;

	while (words[c.n_words])
		c.n_words++;
	sim_answer_init(&a);
	sim_aws(s, &c, &a);
	if (a.code)
		fail_msg("%s", a.err.s);
	sim_answer_release(&a);
}

static void make_volume(struct sim *s, const char *gib)
{
	const char *const words[] = {
		"ec2", "create-volume", "--size", gib, "--availability-zone", "us-east-1a", NULL};

	aws(s, words);
}

struct seen {
	size_t n, now;
	double gib;
	int64_t first, last;
};

static void see_usage(void *ctx, const struct sim_usage *u)
{
	struct seen *seen = ctx;

	assert_string_equal(u->item, "volume-gp2");
	assert_true(u->from_ms <= u->to_ms);
	if (!seen->n || u->from_ms < seen->first)
		seen->first = u->from_ms;
	seen->last = u->to_ms;
	seen->n++;
	seen->now += u->now;
	seen->gib += u->quantity;
}

static void see_event(void *ctx, const struct sim_event *event)
{
	struct seen *seen = ctx;

	assert_string_equal(event->type, "EBS Volume Notification");
	assert_true(event->at_ms >= seen->last);
	seen->last = event->at_ms;
	seen->n++;
}

static struct sim *new_world(size_t steps)
{
	return sim_new(&(struct sim_options){.seed = 1, .start_ms = START_MS, .steps = steps});
}

static void test_whole(void **state)
{
	struct sim *s = new_world(0);
	struct seen seen = {0};
	int64_t from = -1;

	(void)state;
	assert_true(sim_remembers_all(s, &from));
	assert_int_equal(sim_start(s), START_MS);
	sim_usage(s, see_usage, &seen);
	sim_events(s, see_event, &seen);
	assert_int_equal(seen.n, 0);
	make_volume(s, "8");
	sim_advance(s, HOUR_MS, NULL);
	make_volume(s, "16");
	sim_usage(s, see_usage, &seen);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.now, 2);
	assert_true(seen.gib > 23.9 && seen.gib < 24.1);
	assert_int_equal(seen.last, sim_now(s));
	assert_true(sim_remembers_all(s, &from));
	sim_undo(s); /* and what is undone was not there */
	seen = (struct seen){0};
	sim_usage(s, see_usage, &seen);
	assert_int_equal(seen.n, 1);
	sim_free(s);
}

/* What is there counts from its creation, by its own word; events begin with what is remembered. */
static void test_forgotten(void **state)
{
	struct sim *s = new_world(8);
	struct seen seen = {0}, events = {0};
	int64_t from = -1, first;

	(void)state;
	make_volume(s, "8");
	sim_usage(s, see_usage, &seen);
	first = seen.first;
	for (int i = 0; i < 20; i++)
		make_volume(s, "1");
	sim_advance(s, HOUR_MS, NULL);
	assert_false(sim_remembers_all(s, &from));
	assert_true(from > first && from < sim_now(s));
	seen = (struct seen){0};
	sim_usage(s, see_usage, &seen);
	assert_int_equal(seen.n, 21);
	assert_int_equal(seen.first, first / 1000 * 1000);
	sim_events(s, see_event, &events);
	assert_true(events.n > 0 && events.n < 21);
	sim_free(s);
}

/* A lab's world begins with resources and without steps. */
static void test_settled(void **state)
{
	struct sim *s = new_world(0);
	struct seen seen = {0}, events = {0};
	int64_t from = -1;

	(void)state;
	make_volume(s, "8");
	sim_advance(s, HOUR_MS, NULL);
	sim_settle(s);
	assert_false(sim_remembers_all(s, &from));
	assert_int_equal(from, sim_now(s));
	sim_usage(s, see_usage, &seen);
	assert_int_equal(seen.n, 1);
	assert_true(seen.last - seen.first >= HOUR_MS);
	sim_events(s, see_event, &events);
	assert_int_equal(events.n, 0);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
