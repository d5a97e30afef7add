/*
 * test-labs.c - labs in the store: each thing once, for ever, summed up by the rule; and the step
 * from version 2.
 */
#include "store-help.h"

#include "base/buf.h"
#include "store/labs.h"

enum { FIRST = 1000, SECOND = 2000 }; /* attempts */

static struct lab_entry entry_of(
	const char *lab, int64_t attempt, enum lab_what what, const char *task, int number)
{
	return (struct lab_entry){
		.lab = lab,
		.attempt = attempt,
		.what = what,
		.task = task,
		.number = number,
		.at = {86400000 * INT64_C(100) + 5, 540},
		.day = 100,
	};
}

static void must_add(struct store *s, const char *lab, int64_t attempt, enum lab_what what,
	const char *task, int number)
{
	struct lab_entry n = entry_of(lab, attempt, what, task, number);
	struct err e = {0};

	if (!store_lab_add(s, &n, &e))
		fail_msg("%s", e.text);
}

static struct lab_sum must_sum(struct store *s, const char *lab)
{
	struct lab_sum sum;
	struct err e = {0};

	if (!store_lab_sum(s, lab, &sum, &e))
		fail_msg("%s", e.text);
	return sum;
}

/* "begun, hint t1 2, done 4" */
static bool spell(void *ctx, const struct lab_entry *n)
{
	static const char *const names[] = {"begun", "hint", "solution", "passed", "done"};
	struct buf *out = ctx;

	buf_addf(out, "%s%s", out->len ? ", " : "", names[n->what]);
	if (n->task)
		buf_addf(out, " %s", n->task);
	if (n->number)
		buf_addf(out, " %d", n->number);
	return true;
}

static void assert_entries(struct store *s, const char *lab, const char *wanted)
{
	struct buf out = BUF_INIT;
	struct err e = {0};

	if (!store_each_lab(s, lab, spell, &out, &e))
		fail_msg("%s", e.text);
	buf_addc(&out, '\0');
	assert_string_equal(out.s, wanted);
	buf_release(&out);
}

/* ---- adding ---- */

static void test_once(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);

	for (int i = 0; i < 2; i++) {
		must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
		must_add(s, "share", FIRST, LAB_HINT, "t1", 1);
		must_add(s, "share", FIRST, LAB_HINT, "t1", 2);
		must_add(s, "share", FIRST, LAB_HINT, "t2", 1);
		must_add(s, "share", FIRST, LAB_PASSED, "t1", 0);
		must_add(s, "share", FIRST, LAB_DONE, NULL, 4 + i); /* the first one stays */
	}
	must_add(s, "copy", FIRST, LAB_BEGUN, NULL, 0);
	must_add(s, "share", SECOND, LAB_BEGUN, NULL, 0);
	assert_entries(
		s, "share", "begun, hint t1 1, hint t1 2, hint t2 1, passed t1, done 4, begun");
	assert_entries(s, "copy", "begun");
	assert_entries(s, "nothing", "");
	assert_entries(
		s, NULL, "begun, hint t1 1, hint t1 2, hint t2 1, passed t1, done 4, begun, begun");
	assert_verified(s, 0);
	store_close(s);
	s = must_open(&p->o);
	assert_entries(s, "copy", "begun");
	store_close(s);
}

struct seen {
	struct lab_entry n;
	int calls;
};

static bool see(void *ctx, const struct lab_entry *n)
{
	struct seen *seen = ctx;

	seen->n = *n;
	seen->calls++;
	return false;
}

/* All of an entry comes back, and a callback may stop. */
static void test_whole(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct seen seen = {.calls = 0};

	must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
	must_add(s, "share", FIRST, LAB_PASSED, "t1", 0);
	assert_true(store_each_lab(s, "share", see, &seen, NULL));
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.n.attempt, FIRST);
	assert_int_equal(seen.n.what, LAB_BEGUN);
	assert_null(seen.n.task);
	assert_int_equal(seen.n.at.utc_ms, 86400000 * INT64_C(100) + 5);
	assert_int_equal(seen.n.at.offset_min, 540);
	assert_int_equal(seen.n.day, 100);
	store_close(s);
}

static void test_refused(void **state)
{
	const struct lab_entry bad[] = {
		entry_of("", FIRST, LAB_BEGUN, NULL, 0),
		entry_of(NULL, FIRST, LAB_BEGUN, NULL, 0),
		entry_of("share", 0, LAB_BEGUN, NULL, 0),
		entry_of("share", FIRST, LAB_WHATS, NULL, 0),
		entry_of("share", FIRST, LAB_BEGUN, "t1", 0),
		entry_of("share", FIRST, LAB_BEGUN, NULL, 1),
		entry_of("share", FIRST, LAB_HINT, "t1", 0),
		entry_of("share", FIRST, LAB_HINT, NULL, 1),
		entry_of("share", FIRST, LAB_SOLUTION, "", 0),
		entry_of("share", FIRST, LAB_PASSED, NULL, 0),
		entry_of("share", FIRST, LAB_DONE, NULL, -1),
	};
	struct place *p = *state;
	struct store *s = must_open(&p->o);

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e = {0};

		if (store_lab_add(s, &bad[i], &e))
			fail_msg("entry %zu was taken", i);
		assert_int_equal(e.code, ERR_USAGE);
	}
	assert_entries(s, NULL, "");
	store_close(s);
}

static void test_append_only(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);

	must_add(s, "share", FIRST, LAB_DONE, NULL, 4);
	assert_false(db_exec(s, "DELETE FROM lab_entry", NULL));
	assert_false(db_exec(s, "UPDATE lab_entry SET number = 1", NULL));
	assert_false(db_exec(s,
		"INSERT OR REPLACE INTO lab_entry (lab, attempt, what, number, at_ms, offset_min,"
		" day) VALUES ('share', 1000, 'done', 1, 0, 0, 0)",
		NULL));
	assert_false(db_exec(s,
		"INSERT INTO lab_entry (lab, attempt, what, number, at_ms, offset_min, day)"
		" VALUES ('share', 1000, 'hint', 1, 0, 0, 0)",
		NULL));
	assert_entries(s, NULL, "done 4");
	store_close(s);
}

/* What the schema cannot let in, but a damaged file can hold. */
static void test_damage(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct err e = {0};
	struct verdict v;

	must_add(s, "share", FIRST, LAB_HINT, "t1", 1);
	assert_true(db_exec(s,
		"DROP TRIGGER lab_entry_is_never_updated; PRAGMA ignore_check_constraints = ON;"
		"UPDATE lab_entry SET number = 0",
		&e));
	assert_false(store_verify(s, &v, &e));
	assert_int_equal(e.code, ERR_DATA);
	store_close(s);
}

/* ---- sums ---- */

static void test_sum(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct lab_sum sum = must_sum(s, "share");

	assert_int_equal(sum.attempts, 0);
	assert_int_equal(sum.last, DAY_NONE);
	must_add(s, "other", FIRST, LAB_DONE, NULL, 1);
	/* helped by a solution */
	must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
	must_add(s, "share", FIRST, LAB_SOLUTION, "t1", 0);
	must_add(s, "share", FIRST, LAB_PASSED, "t1", 0);
	must_add(s, "share", FIRST, LAB_PASSED, "t2", 0);
	must_add(s, "share", FIRST, LAB_DONE, NULL, 2);
	sum = must_sum(s, "share");
	assert_int_equal(sum.attempts, 1);
	assert_int_equal(sum.done, 1);
	assert_int_equal(sum.credited, 0);
	assert_int_equal(sum.best, 0);
	assert_int_equal(sum.passed, 2);
	assert_true(sum.finished);
	assert_int_equal(sum.last, 100);
	/* alone, the solution looked at when all was done; hints cost nothing */
	must_add(s, "share", SECOND, LAB_BEGUN, NULL, 0);
	must_add(s, "share", SECOND, LAB_HINT, "t1", 1);
	must_add(s, "share", SECOND, LAB_PASSED, "t1", 0);
	sum = must_sum(s, "share");
	assert_int_equal(sum.passed, 1);
	assert_false(sum.finished);
	must_add(s, "share", SECOND, LAB_DONE, NULL, 5);
	must_add(s, "share", SECOND, LAB_SOLUTION, "t1", 0);
	sum = must_sum(s, "share");
	assert_int_equal(sum.attempts, 2);
	assert_int_equal(sum.done, 2);
	assert_int_equal(sum.credited, 1);
	assert_int_equal(sum.best, 5);
	/* better, and worse; an attempt under way */
	must_add(s, "share", 3000, LAB_DONE, NULL, 3);
	must_add(s, "share", 4000, LAB_DONE, NULL, 9);
	must_add(s, "share", 5000, LAB_BEGUN, NULL, 0);
	sum = must_sum(s, "share");
	assert_int_equal(sum.attempts, 5);
	assert_int_equal(sum.done, 4);
	assert_int_equal(sum.credited, 3);
	assert_int_equal(sum.best, 3);
	assert_int_equal(sum.passed, 0);
	assert_false(sum.finished);
	store_close(s);
}

static bool spell_sum(void *ctx, const char *lab, const struct lab_sum *sum)
{
	buf_addf(ctx, "%s %d/%d/%d best %d; ", lab, sum->attempts, sum->done, sum->credited,
		sum->best);
	return true;
}

static void test_sums(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct buf out = BUF_INIT;

	must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
	must_add(s, "copy", FIRST, LAB_SOLUTION, "t1", 0);
	must_add(s, "copy", FIRST, LAB_DONE, NULL, 7);
	must_add(s, "copy", SECOND, LAB_DONE, NULL, 8);
	assert_true(store_each_lab_sum(s, spell_sum, &out, NULL));
	buf_addc(&out, '\0');
	assert_string_equal(out.s, "copy 2/2/1 best 8; share 1/0/0 best 0; ");
	buf_release(&out);
	store_close(s);
}

/* ---- backups ---- */

static int count_backups(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int n = 0;

	while (d && (entry = readdir(d)))
		n += entry->d_name[0] != '.';
	if (d)
		closedir(d);
	return n;
}

static bool count_entry(void *ctx, const char *path)
{
	struct store *s = store_open_raw(path, NULL, SQLITE_OPEN_READONLY, 0, NULL);

	*(int64_t *)ctx = must_count(s, "SELECT count(*) FROM lab_entry");
	store_close(s);
	return false;
}

/* A lab is worth a backup without any event beside it; nothing new is worth none. */
static void test_backup(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	int64_t hour = 3600000, now = 1000 * hour, entries = 0;

	assert_true(store_backup_auto(s, (struct moment){now, 0}, NULL));
	assert_int_equal(count_backups(p->backups), 0);
	must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
	assert_true(store_backup_auto(s, (struct moment){now, 0}, NULL));
	assert_int_equal(count_backups(p->backups), 1);
	assert_true(store_backup_auto(s, (struct moment){now + 2 * hour, 0}, NULL));
	assert_int_equal(count_backups(p->backups), 1);
	must_add(s, "share", FIRST, LAB_PASSED, "t1", 0);
	assert_true(store_backup_auto(s, (struct moment){now + 4 * hour, 0}, NULL));
	assert_int_equal(count_backups(p->backups), 2);
	store_each_backup(p->backups, count_entry, &entries);
	assert_int_equal(entries, 2);
	store_close(s);
}

static void test_restore(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct err e = {0};
	struct glance g;
	char copy[120];

	snprintf(copy, sizeof copy, "%s/copy.db", p->dir);
	must_add(s, "share", FIRST, LAB_DONE, NULL, 4);
	must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
	assert_true(store_backup(s, copy, &e));
	must_add(s, "share", SECOND, LAB_DONE, NULL, 3);
	store_close(s);
	assert_true(store_glance(copy, &g, &e));
	assert_int_equal(g.events, 0);
	assert_int_equal(g.labs, 2);
	assert_true(store_restore(&p->o, copy, NULL, &e));
	s = must_open(&p->o);
	assert_entries(s, NULL, "done 4, begun");
	assert_verified(s, 0);
	store_close(s);
}

/* ---- from version 2 ---- */

static void test_migration(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct store *s = store_open_at(&p->o, store_migrations, 2, 2, &e);

	assert_non_null(s);
	must_record(s, EVENT_LEARN, "ami/a", 100, false);
	must_record(s, EVENT_QUIZ, "one", 100, false);
	assert_false(db_exec(s, "SELECT * FROM lab_entry", NULL));
	store_close(s);
	s = must_open(&p->o);
	assert_int_equal(must_count(s, "PRAGMA user_version"), 3);
	assert_int_equal(must_due(s, "ami/a"), 101);
	assert_int_equal(must_sum(s, "share").attempts, 0);
	must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
	assert_int_equal(must_sum(s, "share").attempts, 1);
	assert_verified(s, 2);
	store_close(s);
	assert_int_equal(count_backups(p->backups), 1);
}

/* A backup of version 2 is older than labs, and is put back all the same. */
static void test_old_backup(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct store *s = store_open_at(&p->o, store_migrations, 2, 2, &e);
	struct glance g;
	char copy[120];

	snprintf(copy, sizeof copy, "%s/copy.db", p->dir);
	assert_non_null(s);
	must_record(s, EVENT_LEARN, "ami/a", 100, false);
	assert_true(store_backup(s, copy, &e));
	store_close(s);
	assert_true(store_glance(copy, &g, &e));
	assert_int_equal(g.events, 1);
	assert_int_equal(g.labs, 0);
	s = must_open(&p->o);
	must_add(s, "share", FIRST, LAB_BEGUN, NULL, 0);
	store_close(s);
	assert_true(store_restore(&p->o, copy, NULL, &e));
	s = must_open(&p->o);
	assert_int_equal(must_sum(s, "share").attempts, 0);
	assert_int_equal(must_due(s, "ami/a"), 101);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(test_once),
		IN_PLACE(test_whole),
		IN_PLACE(test_refused),
		IN_PLACE(test_append_only),
		IN_PLACE(test_damage),
		IN_PLACE(test_sum),
		IN_PLACE(test_sums),
		IN_PLACE(test_backup),
		IN_PLACE(test_restore),
		IN_PLACE(test_migration),
		IN_PLACE(test_old_backup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
