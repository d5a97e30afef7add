/* cache.c - see cache.h. The file is a header, then per source an entry, path, nodes and text. */
#include "content/cache.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	CACHE_VERSION = 2, /* raise it when tree.c builds trees otherwise */
	CACHE_MAX_BYTES = 512 * 1024 * 1024,
	RACY_NS = 2000000000, /* a file this young may still change within its times */
	CACHE_FILES = 8,
};

static const char magic[8] = "amidojo";

struct header {
	char magic[8];
	uint32_t version, node_size;
	int64_t written_ns; /* wall clock */
	uint64_t entries;
	uint64_t hash; /* of all bytes after the header */
};

/* Followed by the path with its NUL, the nodes and the pool, each padded to 8 bytes. */
struct entry {
	int64_t size, mtime_ns, ctime_ns;
	uint64_t device, inode;
	uint64_t hash;
	uint32_t path_len, n_nodes, pool_len, pad;
};

/* A source in this run. */
struct used {
	struct entry entry;
	const char *path;
	const struct node *nodes;
	const char *pool;
};

struct cache {
	char *path;
	char *bytes; /* the file as read */
	struct arena arena;
	struct map by_path; /* to struct used, as found in the file */
	int64_t written_ns;
	size_t in_file;
	struct used **kept; /* of this run */
	size_t n_kept, cap_kept;
	bool changed;
};

static size_t padded(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Reads a whole regular file of at most CACHE_MAX_BYTES; NULL if that is not possible. */
static char *read_whole(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *bytes = NULL;
	size_t got = 0;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < CACHE_MAX_BYTES) {
		*len = (size_t)st.st_size;
		bytes = xmalloc(*len);
		while (got < *len) {
			ssize_t r = read(fd, bytes + got, *len - got);

			if (r <= 0)
				break;
			got += (size_t)r;
		}
	}
	close(fd);
	if (bytes && got == *len)
		return bytes;
	free(bytes);
	return NULL;
}

/* Takes one entry off the file's bytes; false if it does not fit or is not sound. */
static bool take_entry(struct cache *c, size_t len, size_t *at)
{
	struct used *u = arena_calloc(&c->arena, sizeof *u);
	struct tree t;
	size_t path_at, nodes_at, pool_at, end;

	if (len - *at < sizeof u->entry)
		return false;
	memcpy(&u->entry, c->bytes + *at, sizeof u->entry);
	path_at = *at + sizeof u->entry;
	nodes_at = path_at + padded((size_t)u->entry.path_len + 1);
	pool_at = nodes_at + u->entry.n_nodes * sizeof(struct node);
	end = pool_at + padded(u->entry.pool_len);
	if (nodes_at > len || pool_at > len || end > len)
		return false;
	u->path = c->bytes + path_at;
	u->nodes = (const struct node *)(const void *)(c->bytes + nodes_at);
	u->pool = c->bytes + pool_at;
	t = (struct tree){u->path, u->nodes, u->entry.n_nodes, u->pool, u->entry.pool_len};
	if (c->bytes[path_at + u->entry.path_len] || !tree_is_sound(&t))
		return false;
	map_add(&c->by_path, u->path, u);
	*at = end;
	return true;
}

static bool take_file(struct cache *c, size_t len)
{
	struct header h;
	size_t at = sizeof h;

	if (len < sizeof h)
		return false;
	memcpy(&h, c->bytes, sizeof h);
	if (memcmp(h.magic, magic, sizeof magic) != 0 || h.version != CACHE_VERSION ||
		h.node_size != sizeof(struct node) ||
		h.hash != XXH3_64bits(c->bytes + sizeof h, len - sizeof h))
		return false;
	for (uint64_t i = 0; i < h.entries; i++)
		if (!take_entry(c, len, &at))
			return false;
	c->written_ns = h.written_ns;
	c->in_file = h.entries;
	return at == len;
}

struct cache *cache_open(const char *path)
{
	struct cache *c = xcalloc(1, sizeof *c);
	size_t len = 0;

	if (!path)
		return c;
	c->path = xstrdup(path);
	c->bytes = read_whole(path, &len);
	if (c->bytes && !take_file(c, len)) {
		map_release(&c->by_path);
		c->in_file = 0;
		c->changed = true;
	}
	return c;
}

void cache_close(struct cache *c)
{
	if (!c)
		return;
	free(c->path);
	free(c->bytes);
	free(c->kept);
	map_release(&c->by_path);
	arena_release(&c->arena);
	free(c);
}

static void keep(struct cache *c, struct used *u)
{
	ARRAY_GROW(c->kept, c->n_kept, c->cap_kept);
	c->kept[c->n_kept++] = u;
}

static bool use(struct cache *c, struct used *u, const char *file, struct tree *out)
{
	keep(c, u);
	*out = (struct tree){file, u->nodes, u->entry.n_nodes, u->pool, u->entry.pool_len};
	return true;
}

/* Which file this is, and when it changed. A copy may bring its time along (cp -p), but neither
 * its inode nor the time of its last change can be chosen. */
static void set_identity(struct entry *e, const struct stat *st)
{
	e->mtime_ns = ns_of(st->st_mtim);
	e->ctime_ns = ns_of(st->st_ctim);
	e->device = st->st_dev;
	e->inode = st->st_ino;
}

static bool is_identity(const struct entry *e, const struct stat *st)
{
	return e->size == st->st_size && e->mtime_ns == ns_of(st->st_mtim) &&
	       e->ctime_ns == ns_of(st->st_ctim) && e->device == st->st_dev &&
	       e->inode == st->st_ino;
}

bool cache_fresh(struct cache *c, const char *file, const struct stat *st, struct tree *out)
{
	struct used *u = map_get(&c->by_path, file);

	if (!u || !is_identity(&u->entry, st) || u->entry.mtime_ns > c->written_ns - RACY_NS ||
		u->entry.ctime_ns > c->written_ns - RACY_NS)
		return false;
	return use(c, u, file, out);
}

bool cache_same_bytes(struct cache *c, const char *file, const struct stat *st, const char *bytes,
	size_t n, struct tree *out)
{
	struct used *u = map_get(&c->by_path, file);

	if (!u || u->entry.size != (int64_t)n || u->entry.hash != XXH3_64bits(bytes, n))
		return false;
	set_identity(&u->entry, st);
	c->changed = true; /* the new times (or just a later time of writing) is worth keeping */
	return use(c, u, file, out);
}

void cache_add(struct cache *c, const char *file, const struct stat *st, const char *bytes,
	size_t n, const struct tree *tree)
{
	struct used *u;

	if (!c->path)
		return;
	u = arena_calloc(&c->arena, sizeof *u);
	u->entry = (struct entry){
		.size = (int64_t)n,
		.hash = XXH3_64bits(bytes, n),
		.path_len = (uint32_t)strlen(file),
		.n_nodes = (uint32_t)tree->n_nodes,
		.pool_len = (uint32_t)tree->pool_len,
	};
	set_identity(&u->entry, st);
	u->path = arena_strdup(&c->arena, file);
	u->nodes = tree->nodes;
	u->pool = tree->pool;
	c->changed = true;
	keep(c, u);
}

static void add_padded(struct buf *out, const void *bytes, size_t n)
{
	buf_add(out, bytes, n);
	buf_add(out, "\0\0\0\0\0\0\0", padded(n) - n);
}

static bool write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t w = write(fd, bytes, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		bytes += w;
		n -= (size_t)w;
	}
	return true;
}

static void write_file(const char *path, const struct buf *out)
{
	struct buf temp = BUF_INIT;
	int fd;

	buf_addf(&temp, "%s.XXXXXX", path);
	fd = mkostemp(temp.s, O_CLOEXEC);
	if (fd >= 0) {
		bool ok = write_all(fd, out->s, out->len);

		if (close(fd) != 0 || !ok || rename(temp.s, path) != 0)
			unlink(temp.s);
	}
	buf_release(&temp);
}

/* A cache file in the folder; the newest come first. */
struct old_file {
	char name[64];
	int64_t mtime_ns;
};

static int by_age(const void *a, const void *b)
{
	const struct old_file *x = a, *y = b;

	if (x->mtime_ns != y->mtime_ns)
		return x->mtime_ns > y->mtime_ns ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Every set of paths that is checked leaves a cache file: all but the newest few go. */
static void remove_old(const char *path)
{
	static const char pattern[] = "content-*.cache";
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup("./");
	DIR *dir = fnmatch(pattern, slash ? slash + 1 : path, 0) == 0 ? opendir(folder) : NULL;
	struct old_file *files = NULL;
	size_t n = 0, cap = 0;
	struct dirent *entry;
	struct stat st;

	free(folder);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (fnmatch(pattern, entry->d_name, 0) != 0 || len >= sizeof files->name ||
			fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
			!S_ISREG(st.st_mode))
			continue;
		ARRAY_GROW(files, n, cap);
		files[n].mtime_ns = ns_of(st.st_mtim);
		memcpy(files[n++].name, entry->d_name, len + 1);
	}
	if (n)
		qsort(files, n, sizeof *files, by_age);
	for (size_t i = CACHE_FILES; i < n; i++)
		unlinkat(dirfd(dir), files[i].name, 0);
	closedir(dir);
	free(files);
}

void cache_save(struct cache *c)
{
	struct header h = {.version = CACHE_VERSION, .node_size = sizeof(struct node)};
	struct buf out = BUF_INIT;
	struct timespec now;

	if (!c->path || (!c->changed && c->n_kept == c->in_file))
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	memcpy(h.magic, magic, sizeof magic);
	h.written_ns = ns_of(now);
	h.entries = c->n_kept;
	buf_add(&out, &h, sizeof h);
	for (size_t i = 0; i < c->n_kept; i++) {
		const struct used *u = c->kept[i];

		buf_add(&out, &u->entry, sizeof u->entry);
		add_padded(&out, u->path, (size_t)u->entry.path_len + 1);
		buf_add(&out, u->nodes, u->entry.n_nodes * sizeof(struct node));
		add_padded(&out, u->pool, u->entry.pool_len);
	}
	h.hash = XXH3_64bits(out.s + sizeof h, out.len - sizeof h);
	memcpy(out.s, &h, sizeof h);
	write_file(c->path, &out);
	remove_old(c->path);
	buf_release(&out);
	c->changed = false;
}
