/*
 * bench-store.c - how the store answers when its log is long.
 *
 * usage: bench-store [EVENTS]   (default 1,000,000) prints "name value unit" lines.
 *
 * The log is a learner's of many years: items are begun as long as there are new ones, everything
 * due is reviewed and nine of ten are passed, and drills fill the rest of each day.
 */
#include "store/migrate.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { START = 12000, PER_DAY = 900, NEW_A_DAY = 9, RUNS = 20, ANSWERS = 500 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void print(const char *name, double value, const char *unit)
{
	printf("%-34s %10.1f %s\n", name, value, unit);
	fflush(stdout);
}

static void stop(const struct err *e)
{
	fprintf(stderr, "%s\n", e->text);
	exit(1);
}

/* --- a long log --------------------------------------------------------------------------- */

struct learner {
	struct store *s;
	sqlite3_stmt *insert;
	struct card *cards;
	long items, begun, events, wanted;
	uint64_t random;
};

static uint32_t next_random(struct learner *l)
{
	l->random = l->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(l->random >> 33);
}

static void item_name(long i, char out[40])
{
	snprintf(out, 40, "note-%ld/cue-%ld", i / 8, i % 8);
}

static void add_event(struct learner *l, enum event_kind kind, long item, day_t day)
{
	static const char ladder[] = "1,4,7,14/60,180";
	struct card_event ev = {kind, day, next_random(l) % 10 != 0, ladder_default};
	struct err e = {0};
	char name[40];

	card_apply(&l->cards[item], &ev);
	item_name(item, name);
	db_bind(l->insert, "iittiit", (int64_t)day * 86400000 + l->events % 40000, (int64_t)day,
		event_kind_name[kind], name, (int64_t)item * 7919, (int64_t)ev.correct,
		kind == EVENT_PRACTICE ? NULL : ladder);
	if (!db_run(l->s, l->insert, &e))
		stop(&e);
	l->events++;
}

static void study_one_day(struct learner *l, day_t day)
{
	long end = l->events + PER_DAY, i;

	for (i = 0; i < l->begun && l->events < l->wanted; i++)
		if (card_is_due(&l->cards[i], day))
			add_event(l, EVENT_REVIEW, i, day);
	for (i = 0; i < NEW_A_DAY && l->begun < l->items && l->events < l->wanted; i++)
		add_event(l, EVENT_LEARN, l->begun++, day);
	while (l->events < end && l->events < l->wanted)
		add_event(l, EVENT_PRACTICE, (long)(next_random(l) % (uint32_t)l->begun), day);
}

/* Writes the events, then derives the rest. Returns the day after the last. */
static day_t fill(struct store *s, long events)
{
	struct learner l = {.s = s, .items = events / 100 + 50, .wanted = events, .random = 1};
	struct err e = {0};
	day_t day = START;
	double t = now_ms();
	long i;

	l.cards = xcalloc((size_t)l.items, sizeof *l.cards);
	for (i = 0; i < l.items; i++)
		card_init(&l.cards[i]);
	l.insert = db_prepare(s,
		"INSERT INTO event (at_ms, offset_min, day, kind, item, hash, correct, taken_ms,"
		" expected, ladder) VALUES (?1, 540, ?2, ?3, ?4, ?5, ?6, 4000, -1, ?7)",
		&e);
	if (!l.insert || !db_exec(s, "PRAGMA cache_size = -200000", &e) || !db_begin(s, &e))
		stop(&e);
	while (l.events < l.wanted)
		study_one_day(&l, day++);
	if (!db_end(s, true, &e))
		stop(&e);
	print("write the log, one transaction", now_ms() - t, "ms");
	print("items", (double)l.begun, "");
	print("study days", day - START, "");
	sqlite3_finalize(l.insert);
	free(l.cards);
	t = now_ms();
	if (!store_rebuild(s, &e))
		stop(&e);
	print("rebuild (replay)", now_ms() - t, "ms");
	return day;
}

/* --- measurements ------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool count_card(void *ctx, const struct stored_card *c)
{
	(void)c;
	++*(long *)ctx;
	return true;
}

static bool count_day(void *ctx, const struct day_numbers *d)
{
	*(long *)ctx += d->passed;
	return true;
}

static bool count_rung(void *ctx, const struct rung_numbers *r)
{
	*(long *)ctx += r->passed;
	return true;
}

static void measure_due(struct store *s, day_t today, const char *count, const char *time)
{
	double runs[RUNS], t;
	struct err e = {0};
	long due = 0;
	int i;

	for (i = 0; i < RUNS; i++) {
		due = 0;
		t = now_ms();
		if (!store_each_card(s, STORE_DUE, today, count_card, &due, &e))
			stop(&e);
		runs[i] = now_ms() - t;
	}
	qsort(runs, RUNS, sizeof *runs, by_value);
	print(count, (double)due, "");
	print(time, runs[RUNS / 2], "ms");
}

static void measure_stats(struct store *s, day_t today)
{
	double runs[RUNS], t;
	struct err e = {0};
	long sum = 0;
	int i;

	for (i = 0; i < RUNS; i++) {
		t = now_ms();
		if (!store_each_day(s, today - 365, today, count_day, &sum, &e) ||
			!store_each_rung(s, count_rung, &sum, &e) ||
			!store_each_card(s, STORE_ALL, today, count_card, &sum, &e))
			stop(&e);
		runs[i] = now_ms() - t;
	}
	qsort(runs, RUNS, sizeof *runs, by_value);
	print("a year, rungs and all cards, median", runs[RUNS / 2], "ms");
}

static void measure_answers(struct store *s, day_t today)
{
	struct record r = {.kind = EVENT_REVIEW,
		.hash = 1,
		.answer = "an answer of usual length",
		.correct = true,
		.taken_ms = 4000,
		.expected = -1,
		.ladder = ladder_default,
		.at = {(int64_t)today * 86400000, 540},
		.day = today};
	double runs[ANSWERS], t;
	struct err e = {0};
	char name[40];
	int i;

	for (i = 0; i < ANSWERS; i++) {
		item_name(i * 7, name);
		r.item = name;
		t = now_ms();
		if (!store_record(s, &r, NULL, &e))
			stop(&e);
		runs[i] = now_ms() - t;
	}
	qsort(runs, ANSWERS, sizeof *runs, by_value);
	print("durable answer, p50", runs[ANSWERS / 2], "ms");
	print("durable answer, p99", runs[ANSWERS * 99 / 100], "ms");
	print("durable answer, worst", runs[ANSWERS - 1], "ms");
}

static void measure_undo(struct store *s, day_t today)
{
	struct moment at = {(int64_t)today * 86400000, 540};
	struct err e = {0};
	double t = now_ms();
	int i;

	for (i = 0; i < RUNS; i++)
		if (!store_undo(s, at, today, NULL, &e))
			stop(&e);
	print("undo, mean", (now_ms() - t) / RUNS, "ms");
}

static void measure_care(struct store *s, const char *dir)
{
	struct verdict v;
	struct err e = {0};
	double t = now_ms();
	char path[128];

	if (!store_verify(s, &v, &e))
		stop(&e);
	print("verify (check, replay, compare)", now_ms() - t, "ms");
	print("differences", (double)v.differences, "");
	snprintf(path, sizeof path, "%s/copy.db", dir);
	t = now_ms();
	if (!store_backup(s, path, &e))
		stop(&e);
	print("verified backup", now_ms() - t, "ms");
	unlink(path);
}

/* The program itself on this log: start, read, draw, end. Without AMIDOJO there is none to run. */
static void measure_program(const char *dir, day_t today, const char *command)
{
	const char *program = getenv("AMIDOJO");
	char line[512], name[64], day[DAY_TEXT];
	double best = 0;

	if (!program)
		return;
	snprintf(line, sizeof line,
		"XDG_DATA_HOME='%s' AMIDOJO_NOW=%sT12:00:00Z '%s' %s </dev/null >/dev/null", dir,
		day_format(today, day), program, command);
	for (int i = 0; i < RUNS; i++) {
		double t = now_ms();

		if (system(line) != 0)
			exit(1);
		t = now_ms() - t;
		best = i == 0 || t < best ? t : best;
	}
	snprintf(name, sizeof name, "amidojo %s, whole process", command);
	print(name, best, "ms");
}

static struct store *open_at(const char *path)
{
	const struct store_options o = {.path = path, .busy_ms = 1000};
	struct err e = {0};
	struct store *s = store_open(&o, &e);

	if (!s)
		stop(&e);
	return s;
}

int main(int argc, char **argv)
{
	long events = argc > 1 ? atol(argv[1]) : 1000000;
	const char *tmp = getenv("TMPDIR");
	char dir[64], path[96];
	struct store *s;
	double t;
	day_t today;

	snprintf(dir, sizeof dir, "%.40s/amidojo-XXXXXX", tmp ? tmp : "/tmp");
	if (events < 1 || !mkdtemp(dir))
		return 1;
	snprintf(path, sizeof path, "%s/amidojo", dir); /* as XDG_DATA_HOME has it */
	if (mkdir(path, 0700) != 0)
		return 1;
	snprintf(path, sizeof path, "%s/amidojo/progress.db", dir);
	s = open_at(path);
	print("events", (double)events, "");
	today = fill(s, events);
	store_close(s);
	t = now_ms();
	s = open_at(path);
	print("open", now_ms() - t, "ms");
	measure_due(s, today, "cards due today", "due today, median");
	measure_due(s, today + 400, "cards due after a year away", "due after a year away, median");
	measure_stats(s, today);
	measure_program(dir, today, "home");
	measure_program(dir, today, "stats");
	measure_answers(s, today);
	measure_undo(s, today);
	measure_care(s, dir);
	store_close(s);
	snprintf(path, sizeof path, "rm -rf '%s'", dir);
	return system(path) == 0 ? 0 : 1;
}
