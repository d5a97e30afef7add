/* files.c - see files.h. */
#include "app/files.h"

#include "base/intl.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

static char *join(const char *a, const char *b)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", a, b);
	return buf_detach(&path);
}

static bool exists(const char *dir, const char *name)
{
	char *path = join(dir, name);
	bool found = access(path, F_OK) == 0;

	free(path);
	return found;
}

/* The folder of this program, without a trailing slash; NULL if unknown. A chroot may have no
 * /proc; then the name by which the kernel was asked for the program does. */
static char *program_folder(void)
{
	const char *name = (const char *)getauxval(AT_EXECFN);
	char *path = realpath("/proc/self/exe", NULL), *slash;

	if (!path && name)
		path = realpath(name, NULL);
	slash = path ? strrchr(path, '/') : NULL;
	if (slash)
		*slash = '\0';
	return path;
}

/* In the build tree (build/VARIANT/amidojo), beside an installed bin/, or where it was built for.
 */
static void find_share(struct places *p)
{
	char *dir = program_folder();
	char *tree = dir ? join(dir, "../..") : NULL, *beside = dir ? join(dir, "../share") : NULL;

	if (tree && exists(tree, "content/topics.yaml") && exists(tree, "Makefile")) {
		p->share = tree;
		p->locale = join(tree, "build/locale");
		tree = NULL;
	} else if (beside && exists(beside, "amidojo/content")) {
		p->share = join(beside, "amidojo");
		p->locale = join(beside, "locale");
	} else {
		p->share = xstrdup(AMIDOJO_DATADIR "/amidojo");
		p->locale = xstrdup(AMIDOJO_DATADIR "/locale");
	}
	free(tree);
	free(beside);
	free(dir);
}

/* $VARIABLE/amidojo, or ~/fallback/amidojo; relative values do not count (XDG). */
static char *base_folder(const char *variable, const char *fallback)
{
	const char *value = getenv(variable), *home = getenv("HOME");
	struct passwd *pw;
	char *base, *folder;

	if (value && value[0] == '/')
		return join(value, "amidojo");
	if (!home || home[0] != '/') {
		pw = getpwuid(getuid());
		home = pw && pw->pw_dir && pw->pw_dir[0] == '/' ? pw->pw_dir : NULL;
	}
	if (!home || access(home, F_OK) != 0)
		return NULL;
	base = join(home, fallback);
	folder = join(base, "amidojo");
	free(base);
	return folder;
}

void places_init(struct places *p)
{
	char *config = base_folder("XDG_CONFIG_HOME", ".config");

	*p = (struct places){0};
	find_share(p);
	p->data = base_folder("XDG_DATA_HOME", ".local/share");
	p->cache = base_folder("XDG_CACHE_HOME", ".cache");
	p->config = config ? join(config, "config.yaml") : NULL;
	if (p->data) {
		p->store = join(p->data, "progress.db");
		p->backups = join(p->data, "backups");
		p->packs = join(p->data, "content");
		p->worlds = join(p->data, "worlds");
		p->aws = join(p->data, "aws");
	}
	free(config);
}

void places_release(struct places *p)
{
	char **all[] = {&p->share, &p->locale, &p->data, &p->config, &p->cache, &p->store,
		&p->backups, &p->packs, &p->worlds, &p->aws};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		free(*all[i]);
	*p = (struct places){0};
}

bool folder_make(const char *path, struct err *e)
{
	char *partial = xstrdup(path);
	bool ok = true;

	for (char *s = partial + (*partial == '/'); ok && *partial; s++) {
		bool end = *s == '\0';

		if (*s != '/' && !end)
			continue;
		*s = '\0';
		if (*partial && mkdir(partial, 0700) != 0 && errno != EEXIST)
			ok = err_set(e, ERR_IO, _("cannot make the folder %s: %s"), partial,
				strerror(errno));
		if (end)
			break;
		*s = '/';
	}
	free(partial);
	return ok;
}

bool file_read(const char *path, struct buf *out, bool may_miss, struct err *e)
{
	enum { MAX = 1 << 20 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char chunk[4096];
	ssize_t n = 0;

	if (fd < 0 && errno == ENOENT && may_miss)
		return true;
	if (fd < 0)
		return err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	while (out->len <= MAX && (n = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(out, chunk, (size_t)n);
	if (n < 0)
		err_set(e, ERR_IO, _("cannot read %s: %s"), path, strerror(errno));
	else if (out->len > MAX)
		err_set(e, ERR_DATA, _("%s has more than %d MiB"), path, MAX >> 20);
	close(fd);
	return n >= 0 && out->len <= MAX;
}

static bool write_and_sync(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t w = write(fd, bytes, n);

		if (w < 0 && errno != EINTR)
			return false;
		if (w > 0) {
			bytes += w;
			n -= (size_t)w;
		}
	}
	return fsync(fd) == 0;
}

/* The folder of a path that has a slash, without the slash at its end; that of "/x" is "/". */
static char *folder_of(const char *path)
{
	char *folder = xstrdup(path), *slash = strrchr(folder, '/');

	slash[slash == folder] = '\0';
	return folder;
}

/* Writes a new file beside `target` and renames it over; `mode` -1: for the owner alone. */
static bool replace(const char *target, long mode, const char *bytes, size_t n, struct err *e)
{
	struct buf temp = BUF_INIT;
	bool ok;
	int fd;

	buf_addf(&temp, "%s.XXXXXX", target);
	fd = mkostemp(temp.s, O_CLOEXEC);
	ok = fd >= 0 && (mode < 0 || fchmod(fd, (mode_t)mode) == 0) &&
	     write_and_sync(fd, bytes, n) && rename(temp.s, target) == 0;
	if (!ok) {
		err_set(e, errno == ENOSPC ? ERR_FULL : ERR_IO, _("cannot write %s: %s"), target,
			strerror(errno));
		if (fd >= 0)
			unlink(temp.s);
	}
	if (fd >= 0)
		close(fd);
	buf_release(&temp);
	return ok;
}

bool file_replace(const char *path, const char *bytes, size_t n, struct err *e)
{
	char *folder = folder_of(path), *target = realpath(path, NULL);
	long mode = -1;
	struct stat st;
	bool ok = folder_make(folder, e);

	if (ok && target && stat(target, &st) == 0) {
		mode = st.st_mode & 0777;
		if (!S_ISREG(st.st_mode))
			ok = err_set(e, ERR_USAGE, _("%s is not a file; name another one"), path);
	}
	ok = ok && replace(target ? target : path, mode, bytes, n, e);
	free(target);
	free(folder);
	return ok;
}
