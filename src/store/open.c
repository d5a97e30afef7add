/*
 * open.c - opens a store: looks at the file first, so that what is not ours stays untouched.
 */
#include "store/migrate.h"

#include "base/buf.h"
#include "base/intl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool in_memory(const char *path)
{
	return strcmp(path, ":memory:") == 0;
}

void remedy_for_damage(const char *backup_dir, char *out, size_t size)
{
	char *newest = backup_dir ? store_newest_backup(backup_dir) : NULL;

	if (newest)
		snprintf(out, size,
			_("Go back to the newest backup with `amidojo restore %s`; the present file "
			  "is kept beside it."),
			newest);
	else
		snprintf(out, size,
			_("No backup was found. If you have a copy, use `amidojo restore FILE`; if "
			  "not, move this file away to begin anew."));
	free(newest);
}

/* --- the first bytes ---------------------------------------------------------------------- */

enum {
	HEADER_SIZE = 100, /* of an SQLite database file; the offsets are from its documentation */
	AT_PAGE_SIZE = 16,
	AT_CHANGE = 24,
	AT_PAGES = 28,
	AT_USER_VERSION = 60,
	AT_APPLICATION = 68,
	AT_VALID_FOR = 92,
};

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t page_size_of(const unsigned char *header)
{
	int size = header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];

	return size == 1 ? 65536 : size;
}

static bool has_wal(const char *path)
{
	struct buf wal = BUF_INIT;
	struct stat st;
	bool has;

	buf_addf(&wal, "%s-wal", path);
	has = stat(wal.s, &st) == 0 && st.st_size > 0;
	buf_release(&wal);
	return has;
}

/* How many bytes the header promises beyond `size`. A log beside the file may still bring them. */
static int64_t missing_bytes(const char *path, const unsigned char *header, int64_t size)
{
	int64_t wanted = page_size_of(header) * big_endian(header + AT_PAGES);

	if (big_endian(header + AT_CHANGE) != big_endian(header + AT_VALID_FOR))
		return 0;
	if (wanted <= size || has_wal(path))
		return 0;
	return wanted - size;
}

static enum file_state not_ours(const char *path, struct err *e)
{
	err_set(e, ERR_DATA,
		_("%s is a database of another program. It was left as it is; move it away or "
		  "choose another folder for amidojo's progress."),
		path);
	return FILE_BAD;
}

static enum file_state newer(const char *path, uint32_t version, int known, struct err *e)
{
	err_set(e, ERR_NEWER,
		_("%s was written by a newer amidojo (its version is %u, this program knows %d). It "
		  "was left as it is; update amidojo to use it."),
		path, version, known);
	return FILE_BAD;
}

static enum file_state not_sqlite(const char *path, const char *backup_dir, struct err *e)
{
	char remedy[700];

	remedy_for_damage(backup_dir, remedy, sizeof remedy);
	err_set(e, ERR_DATA, _("%s is not a progress file of amidojo. %s"), path, remedy);
	return FILE_BAD;
}

static enum file_state truncated(
	const char *path, const char *backup_dir, int64_t missing, struct err *e)
{
	char remedy[700];

	remedy_for_damage(backup_dir, remedy, sizeof remedy);
	err_set(e, ERR_DATA, _("%s is cut off: its last %lld bytes are missing. %s"), path,
		(long long)missing, remedy);
	return FILE_BAD;
}

static enum file_state judge(const char *path, const char *backup_dir, const unsigned char *header,
	ssize_t got, int64_t size, int version, struct err *e)
{
	uint32_t application, user_version;

	if (size == 0)
		return FILE_EMPTY;
	if (got < HEADER_SIZE || memcmp(header, "SQLite format 3", 16) != 0)
		return not_sqlite(path, backup_dir, e);
	application = big_endian(header + AT_APPLICATION);
	user_version = big_endian(header + AT_USER_VERSION);
	/* A new store that was killed before its first commit has a page and nothing on it. */
	if (application != STORE_APPLICATION_ID &&
		(application != 0 || user_version != 0 || big_endian(header + AT_PAGES) > 1))
		return not_ours(path, e);
	if (user_version > (uint32_t)version)
		return newer(path, user_version, version, e);
	if (missing_bytes(path, header, size) > 0)
		return truncated(path, backup_dir, missing_bytes(path, header, size), e);
	return FILE_OURS;
}

static enum file_state cannot_read(const char *path, int error, struct err *e)
{
	err_set(e, ERR_IO,
		_("%s cannot be read (%s). Check the permissions of the file and of its folder."),
		path, strerror(error));
	return FILE_BAD;
}

enum file_state file_inspect(const char *path, const char *backup_dir, int version, struct err *e)
{
	unsigned char header[HEADER_SIZE];
	struct stat st;
	ssize_t got;
	int fd, error;
	bool regular;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? FILE_MISSING : cannot_read(path, errno, e);
	got = fstat(fd, &st);
	regular = got == 0 && S_ISREG(st.st_mode);
	if (regular)
		got = pread(fd, header, sizeof header, 0);
	error = errno;
	close(fd);
	if (got < 0)
		return cannot_read(path, error, e);
	if (!regular)
		return not_sqlite(path, backup_dir, e);
	return judge(path, backup_dir, header, got, st.st_size, version, e);
}

/* --- the handle --------------------------------------------------------------------------- */

struct store *store_open_raw(
	const char *path, const char *backup_dir, int flags, int busy_ms, struct err *e)
{
	struct store *s = xcalloc(1, sizeof *s);
	int rc;

	s->path = xstrdup(path);
	s->backup_dir = backup_dir ? xstrdup(backup_dir) : NULL;
	s->doing = DOING_OPEN;
	s->live = derive_new(s, "main");
	rc = sqlite3_open_v2(path, &s->h, flags | SQLITE_OPEN_EXRESCODE, NULL);
	if (!s->h)
		mem_exhausted(0);
	if (rc != SQLITE_OK) {
		db_error(s, rc, e);
		store_close(s);
		return NULL;
	}
	sqlite3_busy_timeout(s->h, busy_ms);
	sqlite3_db_config(s->h, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	sqlite3_db_config(s->h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	return s;
}

void store_close(struct store *s)
{
	int i;

	if (!s)
		return;
	derive_free(s->live);
	for (i = 0; i < QUERIES; i++)
		sqlite3_finalize(s->kept[i]);
	sqlite3_close(s->h);
	free(s->path);
	free(s->backup_dir);
	free(s);
}

/* What SQLite itself sees, with the write-ahead log taken into account; in one snapshot. */
static bool identify(
	struct store *s, int64_t *application, int64_t *version, int64_t *things, struct err *e)
{
	bool ok = db_exec(s, "BEGIN", e);

	ok = ok && db_number(s, "PRAGMA main.application_id", application, e) &&
	     db_number(s, "PRAGMA main.user_version", version, e) &&
	     db_number(s, "SELECT count(*) FROM main.sqlite_schema", things, e);
	db_exec(s, "ROLLBACK", NULL);
	return ok;
}

static bool understand(struct store *s, int target, struct err *e)
{
	int64_t application, version, things;

	if (!identify(s, &application, &version, &things, e))
		return false;
	if (application != STORE_APPLICATION_ID && (application || version || things))
		return not_ours(s->path, e) != FILE_BAD;
	if (version > target || version < 0)
		return newer(s->path, (uint32_t)version, target, e) != FILE_BAD;
	if (sqlite3_db_readonly(s->h, "main") == 1)
		return db_error(s, SQLITE_READONLY, e);
	return true;
}

static bool set_up(struct store *s, struct err *e)
{
	return db_exec(s,
		"PRAGMA cell_size_check = ON;"
		"PRAGMA foreign_keys = ON;"
		"PRAGMA recursive_triggers = ON;" /* REPLACE must not get round the append-only log
						   */
		"PRAGMA temp_store = MEMORY;"
		"PRAGMA main.synchronous = FULL;",
		e);
}

bool store_use_wal(struct store *s, int busy_ms, struct err *e)
{
	static const struct timespec pause = {.tv_nsec = 5000000};
	struct err why = {0};
	int waited = 0;

	while (!db_exec(s, "PRAGMA main.journal_mode = WAL", &why)) {
		if (why.code != ERR_BUSY || waited >= busy_ms)
			return err_set(e, why.code, "%s", why.text);
		nanosleep(&pause, NULL);
		waited += 5;
	}
	return true;
}

/* Until the file is known to be ours, closing must not write its log back. */
static void checkpoint_on_close(struct store *s, bool on)
{
	sqlite3_db_config(s->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !on, (int *)NULL);
}

struct store *store_open_at(const struct store_options *o, const struct migration *steps, size_t n,
	int target, struct err *e)
{
	enum file_state state = FILE_EMPTY;
	struct store *s;
	int flags = SQLITE_OPEN_READWRITE | (o->must_exist ? 0 : SQLITE_OPEN_CREATE);

	if (!in_memory(o->path))
		state = file_inspect(o->path, o->backup_dir, target, e);
	if (state == FILE_BAD)
		return NULL;
	if (state == FILE_MISSING && o->must_exist) {
		err_set(e, ERR_NOTHING, _("There is no progress yet: %s does not exist."), o->path);
		return NULL;
	}
	s = store_open_raw(o->path, o->backup_dir, flags, o->busy_ms, e);
	if (!s)
		return NULL;
	checkpoint_on_close(s, false);
	if (!understand(s, target, e)) {
		store_close(s);
		return NULL;
	}
	checkpoint_on_close(s, true);
	if (!store_use_wal(s, o->busy_ms, e) || !set_up(s, e) || !migrate(s, steps, n, target, e)) {
		store_close(s);
		return NULL;
	}
	s->doing = DOING_READ;
	return s;
}

struct store *store_open(const struct store_options *o, struct err *e)
{
	return store_open_at(o, store_migrations, ARRAY_LEN(store_migrations), STORE_VERSION, e);
}
