/*
 * store-help.h - a folder of its own for every test of the store, and shorthands for records.
 */
#ifndef TESTS_STORE_HELP_H
#define TESTS_STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "store/migrate.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char dir[64], db[96], backups[96];
	struct store_options o;
};

static inline int place_setup(void **state)
{
	struct place *p = xcalloc(1, sizeof *p);
	const char *tmp = getenv("TMPDIR");

	snprintf(p->dir, sizeof p->dir, "%.40s/amidojo-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->db, sizeof p->db, "%s/progress.db", p->dir);
	snprintf(p->backups, sizeof p->backups, "%s/backups", p->dir);
	p->o = (struct store_options){p->db, p->backups, 50, false};
	*state = p;
	return 0;
}

static inline void remove_files(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	char path[400];

	while (d && (entry = readdir(d))) {
		int n = snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);

		if (n > 0 && (size_t)n < sizeof path && entry->d_name[0] != '.' &&
			unlink(path) != 0) {
			remove_files(path);
			rmdir(path);
		}
	}
	if (d)
		closedir(d);
}

static inline int place_teardown(void **state)
{
	struct place *p = *state;

	remove_files(p->dir);
	rmdir(p->dir);
	free(p);
	return 0;
}

/* Opens or fails the test with the error's text. */
static inline struct store *must_open(const struct store_options *o)
{
	struct err e = {0};
	struct store *s = store_open(o, &e);

	if (!s)
		fail_msg("%s", e.text);
	return s;
}

static inline struct record record_of(
	enum event_kind kind, const char *item, day_t day, bool correct)
{
	return (struct record){.kind = kind,
		.item = item,
		.hash = 0xfedcba9876543210u,
		.correct = correct,
		.taken_ms = 1500,
		.expected = -1,
		.ladder = ladder_default,
		.at = {(int64_t)day * 86400000, 540},
		.day = day};
}

static inline struct stored_card must_record(
	struct store *s, enum event_kind kind, const char *item, day_t day, bool correct)
{
	struct record r = record_of(kind, item, day, correct);
	struct stored_card c;
	struct err e = {0};

	if (!store_record(s, &r, &c, &e))
		fail_msg("%s", e.text);
	return c;
}

static inline struct stored_card must_card(struct store *s, const char *item)
{
	struct stored_card c;
	struct err e = {0};

	if (!store_card(s, item, &c, &e))
		fail_msg("%s", e.text);
	return c;
}

static inline day_t must_due(struct store *s, const char *item)
{
	struct stored_card c = must_card(s, item);

	return card_due(&c.card);
}

static inline int64_t must_count(struct store *s, const char *sql)
{
	struct err e = {0};
	int64_t n;

	if (!db_number(s, sql, &n, &e))
		fail_msg("%s", e.text);
	return n;
}

static inline void assert_verified(struct store *s, int64_t events)
{
	struct verdict v;
	struct err e = {0};

	if (!store_verify(s, &v, &e))
		fail_msg("%s", e.text);
	if (v.differences != 0)
		fail_msg("%s", v.first);
	assert_int_equal(v.events, events);
}

/* The whole file; *size (may be NULL) gets its length. */
static inline char *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	char *bytes = NULL;
	size_t len = 0, cap = 0;
	int c;

	while (f && (c = getc(f)) != EOF) {
		ARRAY_GROW(bytes, len, cap);
		bytes[len++] = (char)c;
	}
	if (f)
		fclose(f);
	if (size)
		*size = len;
	return bytes;
}

static inline void spill(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static inline bool is_there(const char *dir, const char *name)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

#endif
