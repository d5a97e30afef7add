/*
 * test-backup.c - copies are verified and never overwrite; thinning by table; restore keeps all.
 */
#include "store-help.h"

#include <sys/wait.h>

enum { HOUR = 3600, DAY = 86400 };

/* 2026-11-21T12:00:00Z, a Saturday */
static const int64_t now_s = 1795262400;

/* --- thinning ----------------------------------------------------------------------------- */

/* Backups this many hours before now; '+' stays, '-' goes. */
static void test_thinning(void **state)
{
	static const struct {
		const char *name;
		int hours[12];
		const char *stay;
	} rows[] = {
		{"none", {0}, ""},
		{"one, however old", {90000}, "+"},
		{"all of two days", {0, 1, 2, 47}, "++++"},
		{"after that, the newest of a day", {49, 50, 51, 59}, "+---"},
		{"two a day", {60, 61, 62, 84, 85}, "++--+"}, /* 60 and 84 are midnights */
		{"from the future", {-500, -1, 0}, "+++"},
		{"in any order", {51, 59, 49, 1}, "--++"},
		{"long ago, and no others", {5000, 5001, 7000}, "+-+"},
	};
	int64_t at_s[12];
	bool keep[12];
	size_t i, n, k;

	(void)state;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		n = strlen(rows[i].stay);
		for (k = 0; k < n; k++)
			at_s[k] = now_s - (int64_t)rows[i].hours[k] * HOUR;
		backup_thin(at_s, n, now_s, keep);
		for (k = 0; k < n; k++)
			if (keep[k] != (rows[i].stay[k] == '+'))
				fail_msg("%s: number %zu", rows[i].name, k);
	}
}

/* A backup every six hours for three years, thinned each time: what is left in the end. */
static void test_thinning_over_years(void **state)
{
	enum { MOST = 64 };
	int64_t at_s[MOST], now;
	bool keep[MOST];
	size_t n = 0, i, k;
	int day = 0, days[1100] = {0}, recent = 0;

	(void)state;
	for (now = now_s - (int64_t)1000 * DAY; now <= now_s; now += 6 * HOUR) {
		assert_true(n < MOST);
		at_s[n++] = now;
		backup_thin(at_s, n, now, keep);
		for (i = k = 0; i < n; i++)
			if (keep[i])
				at_s[k++] = at_s[i];
		n = k;
	}
	for (i = 0; i < n; i++) {
		day = (int)((now_s - at_s[i]) / DAY);
		recent += now_s - at_s[i] < 2 * DAY;
		days[day]++;
	}
	assert_int_equal(recent, 8);
	assert_int_equal(n, 8 + 12 + 10 + 9);
	for (day = 0; day < 13; day++)
		assert_true(days[day] > 0); /* every one of the last days */
	for (day = 14; day < 14 + 70; day += 7)
		assert_true(days[day] + days[day + 1] + days[day + 2] + days[day + 3] +
				    days[day + 4] + days[day + 5] + days[day + 6] >
			    0);
}

static void test_names(void **state)
{
	static const char *const wrong[] = {"", "progress.db", "progress-20261121-120000.db.part",
		"progress-20261121-120000", "progress-20261321-120000.db",
		"progress-20260231-120000.db", "progress-20261121-126000.db",
		"progress-20261121-250000.db", "progress-2026112-120000.db",
		"progress- 2026121-120000.db", "other-20261121-120000.db"};
	char name[BACKUP_NAME];
	int64_t at_s;
	size_t i;

	(void)state;
	assert_string_equal(backup_name(now_s, name), "progress-20261121-120000.db");
	assert_true(backup_name_parse(name, &at_s));
	assert_true(at_s == now_s);
	for (i = 0; i < ARRAY_LEN(wrong); i++)
		if (backup_name_parse(wrong[i], &at_s))
			fail_msg("%s", wrong[i]);
}

/* --- copies ------------------------------------------------------------------------------- */

static void test_backup(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct err e = {0};
	char path[128];
	int64_t last, at_ms;

	must_record(s, EVENT_LEARN, "n/a", 100, false);
	snprintf(path, sizeof path, "%s/it's a \"copy\".db", p->dir);
	if (!store_backup(s, path, &e))
		fail_msg("%s", e.text);
	assert_true(backup_check(path, &last, &at_ms, &e));
	assert_int_equal(last, 1);
	assert_true(at_ms == (int64_t)100 * DAY * 1000);
	must_record(s, EVENT_LEARN, "n/b", 100, false);
	assert_false(store_backup(s, path, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.text, path));
	assert_true(backup_check(path, &last, &at_ms, &e));
	assert_int_equal(last, 1);
	snprintf(path, sizeof path, "%s/nowhere/copy.db", p->dir);
	assert_false(store_backup(s, path, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.text, path));
	assert_verified(s, 2);
	store_close(s);
}

static char *newest_name(struct place *p)
{
	char *path = store_newest_backup(p->backups), *name;

	if (!path)
		return xstrdup("none");
	name = xstrdup(strrchr(path, '/') + 1);
	free(path);
	return name;
}

static void must_back_up(struct store *s, struct place *p, int64_t at_s, const char *newest)
{
	struct err e = {0};
	char *name;

	if (!store_backup_auto(s, (struct moment){at_s * 1000, 540}, &e))
		fail_msg("%s", e.text);
	name = newest_name(p);
	assert_string_equal(name, newest);
	free(name);
}

static void test_automatic(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	char path[160];

	must_back_up(s, p, now_s, "none"); /* there is nothing to save yet */
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	must_back_up(s, p, now_s, "progress-20261121-120000.db");
	must_back_up(s, p, now_s + HOUR, "progress-20261121-120000.db"); /* nothing new */
	must_record(s, EVENT_REVIEW, "n/a", 101, true);
	must_back_up(s, p, now_s + HOUR - 1, "progress-20261121-120000.db"); /* too soon */
	must_back_up(s, p, now_s + HOUR, "progress-20261121-130000.db");
	must_record(s, EVENT_REVIEW, "n/a", 104, true);
	must_back_up(s, p, now_s + 2 * HOUR, "progress-20261121-140000.db");
	assert_true(is_there(p->backups, "progress-20261121-120000.db"));
	/* A damaged newest backup covers nothing. */
	snprintf(path, sizeof path, "%s/progress-20261121-140000.db", p->backups);
	spill(path, "x", 1);
	must_back_up(s, p, now_s + 3 * HOUR, "progress-20261121-150000.db");
	/* Much later the four of one day are thinned to one; other files stay. */
	snprintf(path, sizeof path, "%s/my own.db", p->backups);
	spill(path, "x", 1);
	must_record(s, EVENT_REVIEW, "n/a", 107, true);
	must_back_up(s, p, now_s + 10 * DAY, "progress-20261201-120000.db");
	assert_false(is_there(p->backups, "progress-20261121-120000.db"));
	assert_false(is_there(p->backups, "progress-20261121-130000.db"));
	assert_true(is_there(p->backups, "progress-20261121-150000.db"));
	assert_true(is_there(p->backups, "my own.db"));
	store_close(s);
}

/* A clock that was once wrong leaves a name from the future; the log tells which one is newest. */
static void test_newest_by_log(void **state)
{
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	char old[160];
	struct err e = {0};

	must_record(s, EVENT_LEARN, "n/a", 100, false);
	must_back_up(s, p, now_s + 900 * DAY, "progress-20290509-120000.db");
	must_record(s, EVENT_REVIEW, "n/a", 101, true);
	must_back_up(s, p, now_s, "progress-20261121-120000.db");
	must_record(s, EVENT_REVIEW, "n/a", 104, true);
	must_back_up(s, p, now_s + HOUR - 1, "progress-20261121-120000.db"); /* too soon */
	must_back_up(s, p, now_s + HOUR, "progress-20261121-130000.db");
	must_back_up(s, p, now_s + 3 * HOUR, "progress-20261121-130000.db"); /* nothing new */
	store_close(s);
	/* After going back on purpose, the branch that was left is not the newest one. */
	snprintf(old, sizeof old, "%s/progress-20261121-120000.db", p->backups);
	assert_true(store_restore(&p->o, old, NULL, &e));
	s = must_open(&p->o);
	must_record(s, EVENT_REVIEW, "n/a", 105, false);
	must_back_up(s, p, now_s + 4 * HOUR, "progress-20261121-160000.db");
	store_close(s);
}

/* Names of unfinished copies: those of others stay, those of killed runs go after an hour. */
static void test_unfinished_copies(void **state)
{
	static const char *const names[] = {"progress-20261121-120000.db.part",
		"progress-20261121-120000.db.part.5-1",
		"progress-20261121-120000.db.part.5-1-journal"};
	struct timespec old[2] = {{.tv_sec = time(NULL) - 3700}, {.tv_sec = time(NULL) - 3700}};
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	char path[200], *bytes;
	size_t i, size;

	assert_int_equal(mkdir(p->backups, 0700), 0);
	for (i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof path, "%s/%s", p->backups, names[i]);
		spill(path, "x", 1);
		if (i != 1)
			assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	}
	snprintf(path, sizeof path, "%s/mine.db.part", p->backups);
	spill(path, "precious", 8);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	must_back_up(s, p, now_s, "progress-20261121-120000.db");
	for (i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(is_there(p->backups, names[i]), i == 1);
	snprintf(path, sizeof path, "%s/mine.db", p->backups);
	assert_true(store_backup(s, path, NULL));
	snprintf(path, sizeof path, "%s/mine.db.part", p->backups);
	bytes = slurp(path, &size);
	assert_int_equal(size, 8);
	assert_memory_equal(bytes, "precious", 8);
	free(bytes);
	store_close(s);
}

/* Several programs end in the same second: none fails, and there is a sound backup. */
static void test_backups_at_once(void **state)
{
	enum { PROGRAMS = 4 };
	struct place *p = *state;
	struct store *s = must_open(&p->o);
	struct err e = {0};
	int64_t last, at_ms;
	int i, status, failed = 0;
	char *newest;
	pid_t child;

	must_record(s, EVENT_LEARN, "n/a", 100, false);
	store_close(s);
	for (i = 0; i < PROGRAMS; i++) {
		child = fork();
		if (child == 0) {
			p->o.busy_ms = 5000;
			s = store_open(&p->o, &e);
			if (!s || !store_backup_auto(s, (struct moment){now_s * 1000, 0}, &e))
				fprintf(stderr, "%s\n", e.text);
			store_close(s);
			_exit(e.code != ERR_NONE);
		}
	}
	while (wait(&status) > 0)
		failed += status != 0;
	assert_int_equal(failed, 0);
	newest = store_newest_backup(p->backups);
	assert_true(backup_check(newest, &last, &at_ms, NULL));
	assert_int_equal(last, 1);
	free(newest);
}

/* --- restore ------------------------------------------------------------------------------ */

/* A store with two events, of which the backup at `path` has one. */
static void make_backup(struct place *p, char path[160])
{
	struct store *s = must_open(&p->o);
	struct err e = {0};

	snprintf(path, 160, "%s/copy.db", p->dir);
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	assert_true(store_backup(s, path, &e));
	must_record(s, EVENT_REVIEW, "n/a", 101, false);
	store_close(s);
}

static void must_restore(struct place *p, const char *backup, const char *kept_name)
{
	struct err e = {0};
	char *kept = NULL;

	if (!store_restore(&p->o, backup, &kept, &e))
		fail_msg("%s", e.text);
	if (kept_name) {
		assert_non_null(kept);
		assert_string_equal(strrchr(kept, '/') + 1, kept_name);
		assert_true(is_there(p->dir, kept_name));
	} else {
		assert_null(kept);
	}
	free(kept);
	assert_false(is_there(p->dir, "progress.db.restoring"));
	assert_false(is_there(p->dir, "progress.db.restoring.part"));
}

static void assert_events(struct place *p, int64_t events)
{
	struct store *s = must_open(&p->o);

	assert_verified(s, events);
	store_close(s);
}

static void test_restore(void **state)
{
	struct place *p = *state;
	struct store *s;
	char path[160], kept[160];
	int64_t last, at_ms;

	make_backup(p, path);
	must_restore(p, path, "progress.db.replaced-1");
	assert_events(p, 1);
	/* What was there is whole, and can itself be restored. */
	snprintf(kept, sizeof kept, "%s/progress.db.replaced-1", p->dir);
	assert_true(backup_check(kept, &last, &at_ms, NULL));
	assert_int_equal(last, 2);
	must_restore(p, kept, "progress.db.replaced-2");
	assert_events(p, 2);
	/* Nothing there; then something damaged with a log beside it. */
	unlink(p->db);
	must_restore(p, path, NULL);
	assert_events(p, 1);
	spill(p->db, "rubbish", 7);
	snprintf(kept, sizeof kept, "%s-wal", p->db);
	spill(kept, "rubbish too", 11);
	snprintf(kept, sizeof kept, "%s-journal", p->db);
	spill(kept, "old rubbish", 11);
	must_restore(p, path, "progress.db.replaced-3");
	assert_true(is_there(p->dir, "progress.db.replaced-3-wal"));
	assert_true(is_there(p->dir, "progress.db.replaced-3-journal"));
	assert_false(is_there(p->dir, "progress.db-journal"));
	s = must_open(&p->o);
	assert_verified(s, 1);
	must_record(s, EVENT_REVIEW, "n/a", 101, true);
	assert_verified(s, 2);
	store_close(s);
}

/* Killed while its last answers were only in the log: they are kept, too. */
static void test_restore_over_a_hot_log(void **state)
{
	struct place *p = *state;
	char path[160], wal[160], kept[160], *bytes, *log;
	size_t size, log_size;
	int64_t last, at_ms;
	struct store *s;

	make_backup(p, path);
	snprintf(wal, sizeof wal, "%s-wal", p->db);
	s = must_open(&p->o);
	must_record(s, EVENT_REVIEW, "n/a", 102, true);
	bytes = slurp(p->db, &size);
	log = slurp(wal, &log_size);
	store_close(s);
	spill(p->db, bytes, size);
	spill(wal, log, log_size);
	free(bytes);
	free(log);
	must_restore(p, path, "progress.db.replaced-1");
	assert_events(p, 1);
	snprintf(kept, sizeof kept, "%s/progress.db.replaced-1", p->dir);
	assert_true(backup_check(kept, &last, &at_ms, NULL));
	assert_int_equal(last, 3);
}

static void assert_not_restored(struct place *p, const char *backup, enum err_code code)
{
	struct err e = {0};
	char *kept = NULL;

	assert_false(store_restore(&p->o, backup, &kept, &e));
	if (e.code != code)
		fail_msg("code %d: %s", (int)e.code, e.text);
	assert_null(kept);
	assert_false(is_there(p->dir, "progress.db.replaced-1"));
	assert_false(is_there(p->dir, "progress.db.restoring"));
	assert_events(p, 2);
}

static void test_refused_backups(void **state)
{
	struct place *p = *state;
	char path[160], *bytes;
	struct store *s;
	size_t size, at;

	make_backup(p, path);
	bytes = slurp(path, &size);
	assert_not_restored(p, "/nowhere/at/all.db", ERR_NOTHING);
	spill(path, bytes, 0);
	assert_not_restored(p, path, ERR_NOTHING);
	spill(path, "rubbish", 7);
	assert_not_restored(p, path, ERR_DATA);
	spill(path, bytes, size - 4096);
	assert_not_restored(p, path, ERR_DATA);
	at = size / 2 / 4096 * 4096;
	memset(bytes + at, 0x5a, 64);
	spill(path, bytes, size);
	assert_not_restored(p, path, ERR_DATA);
	free(bytes);
	unlink(path);
	s = must_open(&p->o);
	assert_true(store_backup(s, path, NULL));
	store_close(s);
	s = store_open_raw(path, NULL, SQLITE_OPEN_READWRITE, 0, NULL);
	assert_true(db_exec(s, "PRAGMA user_version = 9", NULL));
	store_close(s);
	assert_not_restored(p, path, ERR_NEWER);
	s = store_open_raw(path, NULL, SQLITE_OPEN_READWRITE, 0, NULL);
	assert_true(db_exec(s, "PRAGMA user_version = 1; PRAGMA application_id = 5", NULL));
	store_close(s);
	assert_not_restored(p, path, ERR_DATA);
}

/* While another program has the store open, it must not be replaced under its hands. */
static void test_restore_while_in_use(void **state)
{
	struct place *p = *state;
	char path[160];
	struct store *s;

	make_backup(p, path);
	s = must_open(&p->o);
	assert_int_equal(must_card(s, "n/a").version, 2);
	assert_not_restored(p, path, ERR_BUSY);
	must_record(s, EVENT_REVIEW, "n/a", 102, true);
	store_close(s);
	assert_events(p, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thinning),
		cmocka_unit_test(test_thinning_over_years),
		cmocka_unit_test(test_names),
		IN_PLACE(test_backup),
		IN_PLACE(test_automatic),
		IN_PLACE(test_newest_by_log),
		IN_PLACE(test_unfinished_copies),
		IN_PLACE(test_backups_at_once),
		IN_PLACE(test_restore),
		IN_PLACE(test_restore_over_a_hot_log),
		IN_PLACE(test_refused_backups),
		IN_PLACE(test_restore_while_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
