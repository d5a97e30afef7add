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

/* A handle for reading on something that looks like a store. */
static struct store *open_copy(const char *path, struct err *e)
{
	switch (file_inspect(path, NULL, STORE_VERSION, e)) {
	case FILE_OURS:
		return store_open_raw(path, NULL, SQLITE_OPEN_READONLY, 0, e);
	case FILE_BAD:
		return NULL;
	default:
		err_set(e, ERR_NOTHING, _("There is no backup at %s."), path);
		return NULL;
	}
}

bool backup_check(const char *path, int64_t *last, int64_t *at_ms, struct err *e)
{
	struct store *s = open_copy(path, e);
	bool ok = s && quick_check(s, e) && last_event(s, last, at_ms, e);

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

/*
 * An empty file with a name that nobody else has: PATH.part.PID-N. What exists is never touched, be
 * it the learner's own or another process's unfinished copy. NULL on failure.
 */
static char *reserve_part(const char *path, struct err *e)
{
	struct buf name = BUF_INIT;
	int fd, n = 0;

	do {
		buf_clear(&name);
		buf_addf(&name, "%s.part.%ld-%d", path, (long)getpid(), ++n);
		fd = open(name.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	} while (fd < 0 && errno == EEXIST);
	if (fd < 0) {
		cannot_write(path, strerror(errno), e);
		buf_release(&name);
		return NULL;
	}
	close(fd);
	return buf_detach(&name);
}

/* Fills the empty file at `path` with a copy; checked and on disk. */
static bool copy_verified(struct store *s, const char *path, struct err *e)
{
	int64_t last, copied, at_ms;

	if (!last_event(s, &last, &at_ms, e) || !vacuum_into(s, path, e) ||
		!backup_check(path, &copied, &at_ms, e))
		return false;
	if (copied < last)
		return err_set(e, ERR_DATA, _("The copy %s lacks events. Try again."), path);
	return sync_path(path, 0) || cannot_write(path, strerror(errno), e);
}

static bool already_there(const char *path, struct err *e)
{
	return err_set(e, ERR_USAGE,
		_("%s exists already and is not overwritten. Choose another name."), path);
}

bool store_backup(struct store *s, const char *path, struct err *e)
{
	char *part;
	bool ok;

	if (exists(path))
		return already_there(path, e);
	part = reserve_part(path, e);
	if (!part)
		return false;
	ok = copy_verified(s, part, e);
	if (ok && !rename_to_new(part, path))
		ok = errno == EEXIST ? already_there(path, e)
				     : cannot_write(path, strerror(errno), e);
	if (ok)
		sync_folder_of(path);
	else
		unlink(part);
	free(part);
	return ok;
}

/* --- the folder of automatic backups ------------------------------------------------------ */

enum { BACKUP_EVERY_S = 3600, LEFTOVER_S = 3600 };

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

static int newest_first(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x > *y ? -1 : *x < *y;
}

/* Seconds from the newest backup that is not named after a later time; -1: there is none. */
static int64_t age_of_newest(const char *dir, int64_t now_s)
{
	struct listing l = {0};
	int64_t age = -1;
	size_t i;

	list_backups(dir, &l);
	for (i = 0; i < l.len; i++)
		if (l.at_s[i] <= now_s && (age < 0 || now_s - l.at_s[i] < age))
			age = now_s - l.at_s[i];
	listing_release(&l);
	return age;
}

/* What is kept beside the log, by the newest id; 0: there is none, or the store is older than it.
 */
struct beside {
	int64_t exam_entry, lab_entry;
};

static int64_t newest_id(struct store *s, const char *sql)
{
	int64_t id;

	return s && db_number(s, sql, &id, NULL) ? id : 0;
}

static struct beside beside_log(struct store *s)
{
	return (struct beside){
		.exam_entry = newest_id(s, "SELECT max(id) FROM main.exam_entry"),
		.lab_entry = newest_id(s, "SELECT max(id) FROM main.lab_entry"),
	};
}

static struct beside beside_log_of(const char *path)
{
	struct store *s = open_copy(path, NULL);
	struct beside b = beside_log(s);

	store_close(s);
	return b;
}

/* Whether the copy at `path` has the log of `than`, to its last event, and more. A cheap look. */
static bool goes_on(const char *path, const struct glance *than)
{
	struct store *s = open_copy(path, NULL);
	struct glance g;
	int64_t at_ms;
	char sql[80];
	bool more;

	snprintf(sql, sizeof sql, "SELECT at_ms FROM main.event WHERE id = %lld",
		(long long)than->events);
	more = s && db_number(s, sql, &at_ms, NULL) && at_ms == than->last_ms &&
	       last_event(s, &g.events, &g.last_ms, NULL) && g.events > than->events;
	store_close(s);
	return more;
}

/*
 * The newest sound backup; what it holds goes to `g`. Times in names and events come from a clock
 * that may once have been wrong, so they only give the order of the search, from the latest name
 * down: a later candidate wins if its log goes on where the best one's ends. The mere number of
 * events is not enough, for after a `restore` the log grows anew from a smaller number, and the
 * branch that was left must not come back. All are looked at, but only what may win is checked
 * in full. NULL if none is sound.
 */
static char *newest_sound(const char *dir, struct glance *g)
{
	struct listing l = {0};
	struct glance other = {0};
	char *best = NULL, *path;
	size_t i;

	list_backups(dir, &l);
	if (l.len)
		qsort(l.at_s, l.len, sizeof *l.at_s, newest_first);
	for (i = 0; i < l.len; i++) {
		path = backup_path(dir, l.at_s[i]);
		if ((!best || goes_on(path, g)) &&
			backup_check(path, &other.events, &other.last_ms, NULL)) {
			free(best);
			best = path;
			*g = other;
		} else {
			free(path);
		}
	}
	listing_release(&l);
	return best;
}

static bool first_path(void *ctx, const char *path)
{
	*(char **)ctx = xstrdup(path);
	return false;
}

char *store_newest_backup(const char *dir)
{
	struct glance g;
	char *newest = newest_sound(dir, &g);

	if (!newest)
		store_each_backup(dir, first_path, &newest);
	return newest;
}

bool store_glance(const char *path, struct glance *g, struct err *e)
{
	if (!backup_check(path, &g->events, &g->last_ms, e))
		return false;
	g->labs = beside_log_of(path).lab_entry;
	return true;
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

/* Whether someone else has put a sound copy with every event of the store at `path`. */
static bool made_meanwhile(struct store *s, const char *path)
{
	int64_t last, at_ms, saved, saved_at;

	return last_event(s, &last, &at_ms, NULL) && backup_check(path, &saved, &saved_at, NULL) &&
	       saved >= last;
}

bool backup_into_dir(struct store *s, int64_t at_s, struct err *e)
{
	struct err why;
	bool ok, taken;
	char *path;

	if (mkdir(s->backup_dir, 0700) != 0 && errno != EEXIST)
		return cannot_write(s->backup_dir, strerror(errno), e);
	for (;; at_s++) {
		path = backup_path(s->backup_dir, at_s);
		taken = exists(path);
		why = (struct err){0};
		ok = !taken && store_backup(s, path, &why);
		if (!ok && why.code == ERR_USAGE) { /* between the look and the end of the copy */
			taken = true;
			ok = made_meanwhile(s, path);
		}
		free(path);
		if (ok || !taken)
			break;
	}
	return ok || err_set(e, why.code, "%s", why.text);
}

/* Copies that were killed an hour ago or earlier. */
static void remove_leftovers(const char *dir)
{
	enum { NAME = sizeof "progress-20261121-120000.db" - 1 };
	DIR *d = opendir(dir);
	struct dirent *entry;
	char name[BACKUP_NAME];
	struct stat st;
	int64_t at_s;

	while (d && (entry = readdir(d))) {
		snprintf(name, sizeof name, "%.*s", (int)NAME, entry->d_name);
		if (!backup_name_parse(name, &at_s) ||
			strncmp(entry->d_name + NAME, ".part", 5) != 0)
			continue;
		if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			st.st_mtime < time(NULL) - LEFTOVER_S)
			unlinkat(dirfd(d), entry->d_name, 0);
	}
	if (d)
		closedir(d);
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

/* Whether the newest sound backup has all that the store has, and nothing else. */
static bool is_covered(struct store *s, int64_t last, int64_t at_ms)
{
	struct beside ours = beside_log(s), kept;
	struct glance g;
	char *newest = newest_sound(s->backup_dir, &g);
	bool covered = newest && g.events == last && g.last_ms == at_ms;

	if (covered) {
		kept = beside_log_of(newest);
		covered = kept.exam_entry == ours.exam_entry && kept.lab_entry == ours.lab_entry;
	}
	free(newest);
	return covered;
}

/* An exam begins with an event, a lab does not. */
static bool is_empty(struct store *s, int64_t last)
{
	return last == 0 && beside_log(s).lab_entry == 0;
}

bool store_backup_auto(struct store *s, struct moment now, struct err *e)
{
	int64_t last, at_ms, now_s = now.utc_ms / 1000, age;

	if (!s->backup_dir)
		return true;
	age = age_of_newest(s->backup_dir, now_s);
	if (age >= 0 && age < BACKUP_EVERY_S)
		return true;
	if (!last_event(s, &last, &at_ms, e))
		return false;
	if (is_empty(s, last) || is_covered(s, last, at_ms))
		return true;
	if (!backup_into_dir(s, now_s, e))
		return false;
	thin_dir(s->backup_dir, now_s);
	remove_leftovers(s->backup_dir);
	return true;
}
