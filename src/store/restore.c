/*
 * restore.c - puts a backup in place of the store and keeps what was there.
 */
#include "store/internal.h"

#include "base/buf.h"
#include "base/intl.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *with_suffix(const char *path, const char *suffix)
{
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s%s", path, suffix);
	return buf_detach(&out);
}

/*
 * Leaves the present store as one file without a log beside it. Fails only if another process uses
 * it; a file that cannot be opened is moved away as it is.
 */
static bool settle(const struct store_options *o, struct err *e)
{
	struct err why = {0};
	struct store *s;
	bool ok;

	if (file_inspect(o->path, NULL, STORE_VERSION, NULL) != FILE_OURS)
		return true;
	s = store_open_raw(o->path, NULL, SQLITE_OPEN_READWRITE, o->busy_ms, &why);
	ok = s && db_exec(s, "PRAGMA main.journal_mode = DELETE", &why);
	store_close(s);
	return ok || why.code != ERR_BUSY || err_set(e, why.code, "%s", why.text);
}

/* The first of path.replaced-1, path.replaced-2, ... that does not exist. */
static char *free_name(const char *path)
{
	struct buf name = BUF_INIT;
	struct stat st;
	int i = 0;

	do {
		buf_clear(&name);
		buf_addf(&name, "%s.replaced-%d", path, ++i);
	} while (lstat(name.s, &st) == 0);
	return buf_detach(&name);
}

static bool cannot_move(const char *path, struct err *e)
{
	return err_set(e, ERR_IO,
		_("%s cannot be replaced (%s). Check the permissions of its folder; nothing was "
		  "changed."),
		path, strerror(errno));
}

/* A log that stayed behind would be played into the file that takes the old one's place. */
static const char *const logs[] = {"-wal", "-journal"};

static bool move_log(const char *path, const char *to_path, const char *suffix)
{
	char *from = with_suffix(path, suffix), *to = with_suffix(to_path, suffix);
	bool ok = rename(from, to) == 0 || errno == ENOENT;

	free(from);
	free(to);
	return ok;
}

static bool move_logs(const char *path, const char *to)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(logs); i++)
		if (!move_log(path, to, logs[i]))
			return false;
	return true;
}

/* Undoes keep_present, as far as it came. Two names of one file are not moved by rename. */
static void put_back(const char *kept, const char *path)
{
	int error = errno;

	if (rename(kept, path) == 0)
		unlink(kept);
	move_logs(kept, path);
	errno = error;
}

/* A second name first, so that `path` is never missing; where links are unknown, a move. */
static bool keep_present(const char *path, char **kept, struct err *e)
{
	struct stat st;
	char *shm;

	*kept = NULL;
	if (lstat(path, &st) != 0)
		return true;
	*kept = free_name(path);
	if (link(path, *kept) != 0 && rename(path, *kept) != 0)
		return cannot_move(path, e);
	if (!move_logs(path, *kept)) {
		put_back(*kept, path);
		return cannot_move(path, e);
	}
	shm = with_suffix(path, "-shm"); /* an index of the log, made anew when needed */
	unlink(shm);
	free(shm);
	return true;
}

static bool put_in_place(
	const struct store_options *o, const char *copy, char **kept, struct err *e)
{
	if (!settle(o, e) || !keep_present(o->path, kept, e))
		return false;
	if (rename(copy, o->path) != 0) {
		if (*kept)
			put_back(*kept, o->path);
		return cannot_move(o->path, e);
	}
	sync_folder_of(o->path);
	return true;
}

bool store_restore(const struct store_options *o, const char *backup, char **kept, struct err *e)
{
	char *copy = with_suffix(o->path, ".restoring"), *old = NULL;
	int64_t last, at_ms;
	struct store *s;
	bool ok = backup_check(backup, &last, &at_ms, e);

	unlink(copy);
	if (ok) {
		s = store_open_raw(backup, NULL, SQLITE_OPEN_READONLY, o->busy_ms, e);
		ok = s && store_backup(s, copy, e);
		store_close(s);
	}
	ok = ok && put_in_place(o, copy, &old, e);
	if (!ok) {
		unlink(copy);
		free(old);
		old = NULL;
	}
	free(copy);
	if (ok && kept)
		*kept = old;
	else
		free(old);
	return ok;
}
