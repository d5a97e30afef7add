/*
 * test-open.c - files that cannot be used are refused in one clear sentence and left untouched;
 * older ones are migrated, all or nothing, with a backup first.
 */
#include "store-help.h"

#include <sys/wait.h>

#define NOTES                                                                                       \
	"# my notes\n\nThis is a text which is a good deal longer than the one hundred bytes that " \
	"the head of a database has.\n"

/* Opens `p->db`, which must fail with `code`; every word must be in the text. */
static void assert_refused(struct place *p, enum err_code code, const char *word, const char *word2)
{
	struct err e = {0};
	struct store *s = store_open(&p->o, &e);

	if (s)
		fail_msg("opened");
	if (e.code != code || !strstr(e.text, p->db) || !strstr(e.text, word) ||
		!strstr(e.text, word2))
		fail_msg("code %d: %s", (int)e.code, e.text);
}

/* No file of the folder was added, removed or changed in the meantime. */
static void assert_untouched(struct place *p, const char *before, size_t size)
{
	size_t now;
	char *after = slurp(p->db, &now);

	assert_int_equal(now, size);
	if (size > 0)
		assert_memory_equal(before, after, size);
	free(after);
	assert_false(is_there(p->dir, "progress.db-wal"));
	assert_false(is_there(p->dir, "progress.db-shm"));
	assert_false(is_there(p->dir, "progress.db-journal"));
}

static void make_store(struct place *p, const char *sql)
{
	struct store *s = must_open(&p->o);
	struct err e = {0};
	int i;
	char item[32];

	for (i = 0; i < 40; i++) {
		snprintf(item, sizeof item, "n/%d", i);
		must_record(s, EVENT_LEARN, item, 100, false);
	}
	if (sql && !db_exec(s, sql, &e))
		fail_msg("%s", e.text);
	store_close(s);
}

static void test_new_files(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct store *s;

	p->o.must_exist = true;
	assert_null(store_open(&p->o, &e));
	assert_int_equal(e.code, ERR_NOTHING);
	assert_false(is_there(p->dir, "progress.db"));
	p->o.must_exist = false;
	spill(p->db, "", 0);
	s = must_open(&p->o);
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	store_close(s);
	p->o.must_exist = true;
	s = must_open(&p->o);
	assert_verified(s, 1);
	store_close(s);
	assert_false(is_there(p->dir, "backups")); /* a new store needs none */
}

/* Killed between its first page and its first commit. */
static void test_killed_while_new(void **state)
{
	struct place *p = *state;
	struct store *s =
		store_open_raw(p->db, NULL, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 50, NULL);

	assert_true(db_exec(s, "PRAGMA journal_mode = WAL", NULL));
	store_close(s);
	s = must_open(&p->o);
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	assert_verified(s, 1);
	store_close(s);
}

static void test_newer(void **state)
{
	struct place *p = *state;
	size_t size;
	char *before;

	make_store(p, "PRAGMA user_version = 7");
	before = slurp(p->db, &size);
	assert_refused(p, ERR_NEWER, "version is 7", "update amidojo");
	assert_untouched(p, before, size);
	free(before);
}

/* The newer version stands only in the log beside the file, as after a kill. */
static void test_newer_in_the_log(void **state)
{
	struct place *p = *state;
	size_t size, wal_size, now;
	char *before, *wal, wal_path[120], *after;
	struct store *s;

	make_store(p, NULL);
	snprintf(wal_path, sizeof wal_path, "%s-wal", p->db);
	s = must_open(&p->o);
	assert_true(db_exec(s, "PRAGMA user_version = 8", NULL));
	before = slurp(p->db, &size);
	wal = slurp(wal_path, &wal_size);
	store_close(s);
	spill(p->db, before, size);
	spill(wal_path, wal, wal_size);
	assert_refused(p, ERR_NEWER, "version is 8", "update amidojo");
	after = slurp(p->db, &now);
	assert_int_equal(now, size);
	assert_memory_equal(before, after, size);
	free(after);
	after = slurp(wal_path, &now);
	assert_int_equal(now, wal_size);
	assert_memory_equal(wal, after, wal_size);
	free(after);
	free(before);
	free(wal);
}

static void test_foreign(void **state)
{
	static const char *const kinds[] = {
		"CREATE TABLE mine (x); PRAGMA application_id = 0",
		"CREATE TABLE mine (x); PRAGMA application_id = 1234",
		"PRAGMA application_id = 1234",
		"PRAGMA user_version = 3",
	};
	struct place *p = *state;
	struct store *s;
	size_t i, size;
	char *before;

	for (i = 0; i < ARRAY_LEN(kinds); i++) {
		unlink(p->db);
		s = store_open_raw(
			p->db, NULL, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 50, NULL);
		assert_true(db_exec(s, kinds[i], NULL));
		store_close(s);
		before = slurp(p->db, &size);
		assert_refused(p, ERR_DATA, "another program", "left as it is");
		assert_untouched(p, before, size);
		free(before);
	}
}

static void test_not_a_database(void **state)
{
	static const char *const texts[] = {
		"x", "SQLite format 3", "SQLite format 2\n and so on", NOTES};
	struct place *p = *state;
	struct store *s;
	struct err e = {0};
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		spill(p->db, texts[i], strlen(texts[i]));
		assert_refused(p, ERR_DATA, "not a progress file", "amidojo restore FILE");
		assert_untouched(p, texts[i], strlen(texts[i]));
	}
	/* With a backup, the remedy names it. */
	unlink(p->db);
	s = must_open(&p->o);
	must_record(s, EVENT_LEARN, "n/a", 100, false);
	assert_true(store_backup_auto(s, (struct moment){1795230000000, 0}, &e));
	store_close(s);
	spill(p->db, "x", 1);
	assert_refused(p, ERR_DATA, "amidojo restore ", "/backups/progress-20261121-");
	unlink(p->db);
	assert_int_equal(mkdir(p->db, 0700), 0);
	assert_refused(p, ERR_DATA, "not a progress file", "");
	rmdir(p->db);
}

static void test_truncated(void **state)
{
	struct place *p = *state;
	size_t size, cuts[] = {1, 99, 100, 1000, 4096, 4097, 20000}, i;
	char *whole;

	make_store(p, NULL);
	whole = slurp(p->db, &size);
	for (i = 0; i < ARRAY_LEN(cuts); i++) {
		spill(p->db, whole, cuts[i]);
		assert_refused(p, ERR_DATA,
			cuts[i] < 100 ? "not a progress file" : "bytes are missing", "restore");
		assert_untouched(p, whole, cuts[i]);
	}
	free(whole);
}

/* Bytes in the middle are wrong: opening may succeed, `store_verify` must not. */
static void test_damaged_pages(void **state)
{
	struct place *p = *state;
	struct verdict v;
	struct err e = {0};
	struct store *s;
	size_t size, at;
	char *whole;
	int found = 0, pages = 0;

	make_store(p, NULL);
	whole = slurp(p->db, &size);
	for (at = 4096; at + 4096 <= size; at += 4096, pages++) {
		memset(whole + at, 0x5a, 64);
		spill(p->db, whole, size);
		e.code = ERR_NONE;
		s = store_open(&p->o, &e);
		if (s && !store_verify(s, &v, &e))
			found++;
		else if (!s)
			found++;
		store_close(s);
		assert_int_equal(e.code, ERR_DATA);
		assert_non_null(strstr(e.text, "damaged"));
	}
	assert_int_equal(found, pages);
	free(whole);
}

static void test_locked(void **state)
{
	struct place *p = *state;
	struct store *other;
	struct timespec a, b;

	make_store(p, NULL);
	other = store_open_raw(p->db, NULL, SQLITE_OPEN_READWRITE, 50, NULL);
	assert_true(db_exec(other,
		"PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;"
		"UPDATE card SET fails = fails",
		NULL));
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_refused(p, ERR_BUSY, "Another program", "try again");
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_in_range(b.tv_sec - a.tv_sec, 0, 2);
	store_close(other);
}

/* As root permissions do not count, so the child becomes nobody first. */
static int open_as_nobody(const struct store_options *o, const char *word)
{
	struct err e = {0};

	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 2;
	if (store_open(o, &e))
		return 3;
	if (e.code != ERR_IO || !strstr(e.text, o->path) || !strstr(e.text, word)) {
		fprintf(stderr, "code %d: %s\n", (int)e.code, e.text);
		return 4;
	}
	return 0;
}

static void test_permissions(void **state)
{
	static const struct {
		mode_t folder, file;
		const char *word;
	} rows[] = {
		{0755, 0444, "permissions"},
		{0555, 0666, "permissions"},
		{0555, 0444, "permissions"},
		{0777, 0000, "permissions"},
		{0000, 0666, "permissions"},
	};
	struct place *p = *state;
	size_t i;
	int status;
	pid_t child;

	make_store(p, NULL);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(chmod(p->db, rows[i].file), 0);
		assert_int_equal(chmod(p->dir, rows[i].folder), 0);
		child = fork();
		if (child == 0)
			_exit(open_as_nobody(&p->o, rows[i].word));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(chmod(p->dir, 0700), 0);
		if (status != 0)
			fail_msg("row %zu: status %d", i, WEXITSTATUS(status));
	}
}

/* Several programs meet a new store at the same moment: one creates it, all use it. */
static void test_opened_at_once(void **state)
{
	enum { PROGRAMS = 6 };
	struct place *p = *state;
	pid_t child[PROGRAMS];
	struct err e = {0};
	struct record r = record_of(EVENT_PRACTICE, "n/a", 100, true);
	struct store *s;
	int i, status, failed = 0;

	p->o.busy_ms = 5000;
	for (i = 0; i < PROGRAMS; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			s = store_open(&p->o, &e);
			if (!s || !store_record(s, &r, NULL, &e))
				fprintf(stderr, "%s\n", e.text);
			store_close(s);
			_exit(e.code != ERR_NONE);
		}
	}
	for (i = 0; i < PROGRAMS; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		failed += status != 0;
	}
	assert_int_equal(failed, 0);
	s = must_open(&p->o);
	assert_verified(s, PROGRAMS);
	store_close(s);
}

/* --- migrations --------------------------------------------------------------------------- */

enum { NOW = STORE_VERSION }; /* the steps that are tried come after this program's own */

static bool count_learned(struct store *s, struct err *e)
{
	return db_exec(s, "UPDATE card SET seen = 1 WHERE d0 IS NOT NULL", e);
}

static bool refuse(struct store *s, struct err *e)
{
	(void)s;
	return err_set(e, ERR_DATA, "refused");
}

static const struct migration two_steps[] = {
	{.from = NOW + 1, .sql = "CREATE TABLE colour (name TEXT PRIMARY KEY) STRICT"},
	{.from = NOW,
		.sql = "ALTER TABLE card ADD COLUMN seen INTEGER NOT NULL DEFAULT 0",
		.run = count_learned},
};

static int count_backups(struct place *p)
{
	DIR *d = opendir(p->backups);
	struct dirent *entry;
	int64_t at_s;
	int n = 0;

	while (d && (entry = readdir(d)))
		n += backup_name_parse(entry->d_name, &at_s);
	if (d)
		closedir(d);
	return n;
}

static void test_migration(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct store *s;
	char *backup;
	int64_t last, at_ms;
	char newer[40];

	make_store(p, NULL);
	s = store_open_at(&p->o, two_steps, ARRAY_LEN(two_steps), NOW + 2, &e);
	if (!s)
		fail_msg("%s", e.text);
	assert_int_equal(must_count(s, "PRAGMA user_version"), NOW + 2);
	assert_int_equal(must_count(s, "SELECT sum(seen) FROM card"), 40);
	assert_int_equal(must_count(s, "SELECT count(*) FROM colour"), 0);
	assert_int_equal(must_card(s, "n/7").version, 1);
	store_close(s);
	/* The backup is the store of before; this program, now the older one, refuses the new. */
	assert_int_equal(count_backups(p), 1);
	backup = store_newest_backup(p->backups);
	assert_true(backup_check(backup, &last, &at_ms, &e));
	assert_int_equal(last, 40);
	free(backup);
	snprintf(newer, sizeof newer, "version is %d", NOW + 2);
	assert_refused(p, ERR_NEWER, newer, "");
	s = store_open_at(&p->o, two_steps, ARRAY_LEN(two_steps), NOW + 2, &e);
	assert_non_null(s);
	store_close(s);
	assert_int_equal(count_backups(p), 1); /* nothing to migrate, nothing to back up */
}

static void test_failed_migration(void **state)
{
	static const struct migration late_refusal[] = {
		{.from = NOW, .sql = "CREATE TABLE colour (name TEXT PRIMARY KEY) STRICT"},
		{.from = NOW + 1, .run = refuse},
	};
	static const struct migration bad_sql[] = {
		{.from = NOW, .sql = "CREATE TABLE colour (x) STRICT; nonsense"}};
	static const struct migration broken_key[] = {{.from = NOW,
		.sql = "CREATE TABLE pet (owner INTEGER REFERENCES event (id)"
		       " DEFERRABLE INITIALLY DEFERRED) STRICT;"
		       "INSERT INTO pet VALUES (999)"}};
	static const struct {
		const struct migration *steps;
		size_t n;
		int target;
	} rows[] = {
		{late_refusal, 2, NOW + 2},
		{late_refusal, 1, NOW + 2}, /* the second step is missing */
		{late_refusal, 0, NOW + 1},
		{bad_sql, 1, NOW + 1},
		{broken_key, 1, NOW + 1},
	};
	struct place *p = *state;
	struct store *s;
	struct err e;
	size_t i;

	make_store(p, NULL);
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		e.code = ERR_NONE;
		s = store_open_at(&p->o, rows[i].steps, rows[i].n, rows[i].target, &e);
		assert_null(s);
		assert_int_equal(e.code, ERR_DATA);
		s = must_open(&p->o);
		assert_int_equal(must_count(s, "PRAGMA user_version"), NOW);
		assert_int_equal(must_count(s, "SELECT count(*) FROM sqlite_schema"
					       " WHERE name IN ('colour', 'pet')"),
			0);
		assert_verified(s, 40);
		store_close(s);
	}
}

/* Without a backup there is no migration. */
static void test_migration_needs_its_backup(void **state)
{
	struct place *p = *state;
	struct err e = {0};
	struct store *s;

	make_store(p, NULL);
	spill(p->backups, "in the way", 10);
	assert_null(store_open_at(&p->o, two_steps, ARRAY_LEN(two_steps), NOW + 2, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.text, p->backups));
	s = must_open(&p->o);
	assert_int_equal(must_count(s, "PRAGMA user_version"), NOW);
	store_close(s);
	p->o.backup_dir = NULL; /* asked for none */
	s = store_open_at(&p->o, two_steps, ARRAY_LEN(two_steps), NOW + 2, &e);
	assert_non_null(s);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(test_new_files),
		IN_PLACE(test_killed_while_new),
		IN_PLACE(test_newer),
		IN_PLACE(test_newer_in_the_log),
		IN_PLACE(test_foreign),
		IN_PLACE(test_not_a_database),
		IN_PLACE(test_truncated),
		IN_PLACE(test_damaged_pages),
		IN_PLACE(test_locked),
		IN_PLACE(test_permissions),
		IN_PLACE(test_opened_at_once),
		IN_PLACE(test_migration),
		IN_PLACE(test_failed_migration),
		IN_PLACE(test_migration_needs_its_backup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
