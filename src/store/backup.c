/*
 * backup.c - verified copies of the store, their thinning, and putting one back.
 */
#include "store/internal.h"

#include "base/buf.h"
#include "base/intl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- files -------------------------------------------------------------------------------- */

static char *joined(const char *a, const char *between, const char *b)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s%s%s", a, between, b);
	return buf_detach(&path);
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool sync_path(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	bool ok = sync_path(folder, O_DIRECTORY);

	free(folder);
	return ok;
}

/* Renames without ever replacing; file systems that cannot do that at once were checked before. */
static bool rename_to_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	return (errno == EINVAL || errno == ENOSYS) && rename(from, to) == 0;
}

static bool cannot_write(const char *path, const char *why, struct err *e)
{
	return err_set(e, ERR_IO,
		_("The copy %s cannot be written (%s). Check that its folder exists and that you "
		  "may write there."),
		path, why);
}

/* --- one verified copy -------------------------------------------------------------------- */

static bool last_event(struct store *s, int64_t *last, int64_t *at_ms, struct err *e)
{
	return db_number(s, "SELECT max(id) FROM main.event", last, e) &&
	       db_number(s, "SELECT at_ms FROM main.event ORDER BY id DESC LIMIT 1", at_ms, e);
}

static bool quick_check(struct store *s, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, "PRAGMA main.quick_check(1)", e);
	bool row = false, ok;

	ok = q && db_step(s, q, &row, e);
	if (ok && (!row || strcmp(db_text(q, 0), "ok") != 0))
		ok = err_set(e, ERR_DATA, _("The copy %s is damaged (%.200s). Use another one."),
			s->path, row ? db_text(q, 0) : "quick_check");
	sqlite3_finalize(q);
	return ok;
}

bool backup_check(const char *path, int64_t *last, int64_t *at_ms, struct err *e)
{
	struct store *s;
	bool ok;

	switch (file_inspect(path, NULL, STORE_VERSION, e)) {
	case FILE_OURS:
		break;
	case FILE_BAD:
		return false;
	default:
		return err_set(e, ERR_NOTHING, _("There is no backup at %s."), path);
	}
	s = store_open_raw(path, NULL, SQLITE_OPEN_READONLY, 0, e);
	ok = s && quick_check(s, e) && last_event(s, last, at_ms, e);
	store_close(s);
	return ok;
}

static bool vacuum_into(struct store *s, const char *path, struct err *e)
{
	sqlite3_stmt *q = db_prepare(s, "VACUUM main INTO ?1", e);
	struct err why = {0};
	bool row, ok;

	if (!q)
		return false;
	s->doing = DOING_BACKUP;
	db_bind(q, "t", path);
	ok = db_step(s, q, &row, &why);
	sqlite3_finalize(q);
	s->doing = DOING_READ;
	if (ok)
		return true;
	if (why.code == ERR_IO)
		return cannot_write(path, strerror(sqlite3_system_errno(s->h)), e);
	return err_set(e, why.code, "%s", why.text);
}

/* A copy at `path`, which may exist from an attempt that was killed; checked and on disk. */
static bool copy_verified(struct store *s, const char *path, struct err *e)
{
	int64_t last, copied, at_ms;
	bool ok;

	if (unlink(path) != 0 && errno != ENOENT)
		return cannot_write(path, strerror(errno), e);
	ok = last_event(s, &last, &at_ms, e) && vacuum_into(s, path, e) &&
	     backup_check(path, &copied, &at_ms, e);
	if (ok && copied < last)
		ok = err_set(e, ERR_DATA, _("The copy %s lacks events. Try again."), path);
	if (ok && !sync_path(path, 0))
		ok = cannot_write(path, strerror(errno), e);
	if (!ok)
		unlink(path);
	return ok;
}

bool store_backup(struct store *s, const char *path, struct err *e)
{
	char *part;
	bool ok;

	if (exists(path))
		return err_set(e, ERR_USAGE,
			_("%s exists already and is not overwritten. Choose another name."), path);
	part = joined(path, ".part", "");
	ok = copy_verified(s, part, e);
	if (ok && !rename_to_new(part, path)) {
		ok = cannot_write(path, strerror(errno), e);
		unlink(part);
	}
	if (ok)
		sync_folder_of(path);
	free(part);
	return ok;
}

/* --- the folder of automatic backups ------------------------------------------------------ */

enum { BACKUP_EVERY_S = 3600 };

struct listing {
	int64_t *at_s;
	size_t len, cap;
};

static void listing_release(struct listing *l)
{
	free(l->at_s);
	*l = (struct listing){0};
}

static void list_backups(const char *dir, struct listing *l)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int64_t at_s;

	while (d && (entry = readdir(d))) {
		if (!backup_name_parse(entry->d_name, &at_s))
			continue;
		ARRAY_GROW(l->at_s, l->len, l->cap);
		l->at_s[l->len++] = at_s;
	}
	if (d)
		closedir(d);
}

static char *backup_path(const char *dir, int64_t at_s)
{
	char name[BACKUP_NAME];

	return joined(dir, "/", backup_name(at_s, name));
}

/* The time in the name of the newest backup, or -1. */
static int64_t newest_backup(const char *dir)
{
	struct listing l = {0};
	int64_t newest = -1;
	size_t i;

	list_backups(dir, &l);
	for (i = 0; i < l.len; i++)
		if (l.at_s[i] > newest)
			newest = l.at_s[i];
	listing_release(&l);
	return newest;
}

char *store_newest_backup(const char *dir)
{
	int64_t newest = newest_backup(dir);

	return newest < 0 ? NULL : backup_path(dir, newest);
}

bool store_glance(const char *path, struct glance *g, struct err *e)
{
	return backup_check(path, &g->events, &g->last_ms, e);
}

static int newest_first(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x > *y ? -1 : *x < *y;
}

void store_each_backup(const char *dir, store_path_fn *fn, void *ctx)
{
	struct listing l = {0};
	bool more = true;

	list_backups(dir, &l);
	if (l.len)
		qsort(l.at_s, l.len, sizeof *l.at_s, newest_first);
	for (size_t i = 0; more && i < l.len; i++) {
		char *path = backup_path(dir, l.at_s[i]);

		more = fn(ctx, path);
		free(path);
	}
	listing_release(&l);
}

bool backup_into_dir(struct store *s, int64_t at_s, struct err *e)
{
	char *path;
	bool ok;

	if (mkdir(s->backup_dir, 0700) != 0 && errno != EEXIST)
		return cannot_write(s->backup_dir, strerror(errno), e);
	path = backup_path(s->backup_dir, at_s);
	while (exists(path)) {
		free(path);
		path = backup_path(s->backup_dir, ++at_s);
	}
	ok = store_backup(s, path, e);
	free(path);
	return ok;
}

static void thin_dir(const char *dir, int64_t now_s)
{
	struct listing l = {0};
	bool *keep;
	char *path;
	size_t i;

	list_backups(dir, &l);
	keep = xcalloc(l.len, sizeof *keep);
	backup_thin(l.at_s, l.len, now_s, keep);
	for (i = 0; i < l.len; i++) {
		if (keep[i])
			continue;
		path = backup_path(dir, l.at_s[i]);
		unlink(path);
		free(path);
	}
	free(keep);
	listing_release(&l);
}

/* Whether the newest backup is sound and has every event of the store. */
static bool is_covered(struct store *s, int64_t last, int64_t at_ms)
{
	char *newest = store_newest_backup(s->backup_dir);
	int64_t saved = 0, saved_at = 0;
	bool covered;

	covered = newest && backup_check(newest, &saved, &saved_at, NULL) && saved == last &&
		  saved_at == at_ms;
	free(newest);
	return covered;
}

bool store_backup_auto(struct store *s, struct moment now, struct err *e)
{
	int64_t last, at_ms, now_s = now.utc_ms / 1000, age;

	if (!s->backup_dir)
		return true;
	age = now_s - newest_backup(s->backup_dir);
	if (age >= 0 && age < BACKUP_EVERY_S)
		return true;
	if (!last_event(s, &last, &at_ms, e))
		return false;
	if (last == 0 || is_covered(s, last, at_ms))
		return true;
	if (!backup_into_dir(s, now_s, e))
		return false;
	thin_dir(s->backup_dir, now_s);
	return true;
}
