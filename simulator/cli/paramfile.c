/* paramfile.c - reads the file that a value names: see paramfile.h. */
#include "cli/paramfile.h"

#include "base/text.h"
#include "query/pytext.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *variable(const struct cli *c, const char *name, size_t n)
{
	struct buf text = BUF_INIT;
	const char *value;

	buf_add(&text, name, n);
	value = c->env ? c->env(c->ctx, text.s) : NULL;
	buf_release(&text);
	return value;
}

/* Bytes of $NAME or ${NAME} at s, or 0; the name is then at *name. */
static size_t reference(const char *s, const char **name, size_t *n)
{
	bool braces = s[1] == '{';
	const char *end;

	*name = s + 1 + braces;
	end = *name;
	if (braces) {
		end = strchr(end, '}');
		if (!end)
			return 0;
	} else {
		while (isalnum((unsigned char)*end) || *end == '_')
			end++;
	}
	*n = (size_t)(end - *name);
	return *n || braces ? (size_t)(end - s) + braces : 0;
}

void paramfile_expand(const struct cli *c, const char *name, struct buf *out)
{
	const char *home = variable(c, "HOME", 4);

	if (home && name[0] == '~' && (name[1] == '/' || name[1] == '\0')) {
		size_t n = strlen(home);

		while (n > 0 && home[n - 1] == '/')
			n--;
		buf_add(out, home, n);
		name++;
		if (out->len == 0 && *name == '\0')
			buf_addc(out, '/');
	}
	while (*name) {
		const char *key, *value = NULL;
		size_t n, skip = *name == '$' ? reference(name, &key, &n) : 0;

		if (skip)
			value = variable(c, key, n);
		if (value)
			buf_adds(out, value);
		else
			buf_add(out, name, skip ? skip : 1);
		name += skip ? skip : 1;
	}
}

static bool read_all(int fd, struct buf *out)
{
	char chunk[16384];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		buf_add(out, chunk, (size_t)n);
		if (out->len > PARAMFILE_MAX) {
			errno = EFBIG;
			return false;
		}
	}
}

static bool read_file(const struct cli *c, const char *name, struct buf *out)
{
	struct buf path = BUF_INIT;
	int fd, saved;
	bool ok;

	if (name[0] != '/' && name[0] != '\0' && c->folder)
		buf_addf(&path, "%s/", c->folder);
	buf_adds(&path, name);
	fd = open(path.s, O_RDONLY | O_CLOEXEC);
	buf_release(&path);
	if (fd < 0)
		return false;
	ok = read_all(fd, out);
	saved = errno;
	close(fd);
	errno = saved;
	return ok;
}

/* Python's text mode: every end of a line is '\n'. */
static void plain_newlines(struct buf *b)
{
	size_t k = 0;

	for (size_t i = 0; i < b->len; i++) {
		if (b->s[i] == '\r' && i + 1 < b->len && b->s[i + 1] == '\n')
			continue;
		b->s[k++] = b->s[i] == '\r' ? '\n' : b->s[i];
	}
	buf_truncate(b, k);
}

static enum paramfile failed(struct buf *out, const char *value, const char *name, int number)
{
	const char *text = strerrordesc_np(number);

	buf_clear(out);
	buf_addf(out, "Unable to load paramfile %s: [Errno %d] %s: ", value, number,
		text ? text : "Unknown error");
	py_quote(out, name, strlen(name));
	return PARAMFILE_FAILED;
}

enum paramfile paramfile_read(const struct cli *c, const char *value, struct buf *out)
{
	bool text = strncmp(value, "file://", 7) == 0;
	enum paramfile kind = text ? PARAMFILE_TEXT : PARAMFILE_BYTES;
	struct buf name = BUF_INIT;

	if (!text && strncmp(value, "fileb://", 8) != 0)
		return PARAMFILE_NONE;
	paramfile_expand(c, value + (text ? 7 : 8), &name);
	if (!read_file(c, name.s, out)) {
		kind = failed(out, value, name.s, errno);
	} else if (text && text_valid(out->s, out->len) != out->len) {
		buf_clear(out);
		buf_addf(out,
			"Unable to load paramfile (%s), text contents could not be decoded.  If this is "
			"a binary file, please use the fileb:// prefix instead of the file:// prefix.",
			name.s);
		kind = PARAMFILE_FAILED;
	} else if (text) {
		plain_newlines(out);
	}
	buf_release(&name);
	return kind;
}
