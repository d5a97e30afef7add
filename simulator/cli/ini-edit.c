/*
 * ini-edit.c - changes options in an ini file the way the CLI's own writer does, which goes by
 * lines and knows neither comments nor continuations.
 */
#include "cli/ini.h"

#include "base/buf.h"
#include "base/intl.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file as a list of lines, each with its newline; an inserted element may be several lines. */
struct lines {
	char **list;
	size_t len, cap;
};

static void lines_insert(struct lines *l, size_t at, char *line)
{
	if (at > l->len)
		at = l->len;
	ARRAY_GROW(l->list, l->len, l->cap);
	memmove(l->list + at + 1, l->list + at, (l->len - at) * sizeof *l->list);
	l->list[at] = line;
	l->len++;
}

static void lines_set(struct lines *l, size_t at, struct buf *line)
{
	free(l->list[at]);
	l->list[at] = buf_detach(line);
}

static struct lines lines_split(const struct buf *text)
{
	struct lines l = {0};
	const char *s = text->s, *end;

	while (*s) {
		end = strchr(s, '\n');
		end = end ? end + 1 : s + strlen(s);
		lines_insert(&l, l.len, xstrndup(s, (size_t)(end - s)));
		s = end;
	}
	return l;
}

/* Puts the text together again. */
static void lines_join(struct lines *l, struct buf *text)
{
	buf_clear(text);
	for (size_t i = 0; i < l->len; i++) {
		buf_adds(text, l->list[i]);
		free(l->list[i]);
	}
	free(l->list);
}

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\r\f\v\n");
}

static bool is_header(const char *line)
{
	const char *s = skip_blanks(line);

	return *s == '[' && s[1] && s[1] != ']' && strchr(s + 1, ']');
}

/* Whether the line opens the section: only at its very beginning, with one quoting of its name. */
static bool opens(const char *line, const char *section)
{
	const char *end = strchr(line, ']'), *space = strchr(section, ' ');
	struct buf wanted = BUF_INIT;
	bool same;

	if (!is_header(line) || *line != '[' || !end)
		return false;
	buf_addf(&wanted, "[%s]", section);
	same = strlen(wanted.s) == (size_t)(end + 1 - line) && !strncmp(line, wanted.s, wanted.len);
	if (!same && space) {
		buf_clear(&wanted);
		buf_addf(&wanted, "[%.*s \"%s\"]", (int)(space - section), section, space + 1);
		same = wanted.len == (size_t)(end + 1 - line) &&
		       !strncmp(line, wanted.s, wanted.len);
	}
	buf_release(&wanted);
	return same;
}

/* An option's line: its name, stripped, and its indent; false: none. */
static bool option_of(const char *line, struct buf *name, size_t *indent)
{
	const char *start = line + strspn(line, ":="), *s;
	size_t n = strcspn(start, ":=");

	if (!n || !start[n])
		return false;
	s = skip_blanks(start);
	*indent = (size_t)(s - start) < n ? (size_t)(s - start) : n;
	buf_clear(name);
	if (*indent < n)
		buf_add(name, s, n - *indent);
	while (name->len && strchr(" \t\r\f\v\n", name->s[name->len - 1]))
		buf_truncate(name, name->len - 1);
	return true;
}

/* The lines of values that no line of the file has taken. */
static char *new_lines(const json_t *values, const char *indent)
{
	struct buf text = BUF_INIT;
	const char *key, *subkey;
	json_t *value, *subvalue;

	json_object_foreach((json_t *)values, key, value)
	{
		if (json_is_string(value)) {
			buf_addf(&text, "%s%s = %s\n", indent, key, json_string_value(value));
			continue;
		}
		buf_addf(&text, "%s%s =\n", indent, key);
		json_object_foreach(value, subkey, subvalue) buf_addf(
			&text, "%s    %s = %s\n", indent, subkey, json_string_value(subvalue));
	}
	return text.len ? buf_detach(&text) : xstrdup("");
}

/* Options of a group, which begin after line `at` and are indented more than it is. */
static void edit_group(struct lines *l, size_t at, json_t *values, size_t outer)
{
	struct buf name = BUF_INIT, line = BUF_INIT;
	size_t i, indent = outer + 1;
	const json_t *value;

	for (i = at + 1; i < l->len; i++) {
		if (option_of(l->list[i], &name, &indent) &&
			(value = json_object_get(values, name.s))) {
			buf_addn(&line, " ", indent);
			buf_addf(&line, "%s = %s\n", name.s, json_string_value(value));
			lines_set(l, i, &line);
			json_object_del(values, name.s);
		}
		if (indent == outer || is_header(l->list[i]))
			break;
	}
	lines_insert(l, i, new_lines(values, "    "));
	buf_release(&name);
	buf_release(&line);
}

static void edit_section(struct lines *l, size_t start, json_t *values)
{
	struct buf name = BUF_INIT, line = BUF_INIT;
	size_t last = start, indent, i;
	json_t *value;

	for (i = start + 1; i < l->len && !is_header(l->list[i]); i++) {
		if (!option_of(l->list[i], &name, &indent))
			continue;
		last = i;
		value = json_object_get(values, name.s);
		if (json_is_object(value)) {
			edit_group(l, i, value, indent);
			json_object_clear(values);
			goto out;
		}
		if (value) {
			buf_addf(&line, "%s = %s\n", name.s, json_string_value(value));
			lines_set(l, i, &line);
			json_object_del(values, name.s);
		}
	}
	if (!json_object_size(values))
		goto out;
	if (i < l->len) {
		lines_insert(l, last + 1, new_lines(values, ""));
		goto out;
	}
	if (!strchr(l->list[l->len - 1], '\n'))
		lines_insert(l, l->len, xstrdup("\n"));
	lines_insert(l, last + 2, new_lines(values, ""));
out:
	buf_release(&name);
	buf_release(&line);
}

static void append_section(struct lines *l, const char *section, const json_t *values)
{
	struct buf line = BUF_INIT;
	const char *last = l->len ? l->list[l->len - 1] : "\n";

	if (last[strlen(last) - 1] != '\n')
		lines_insert(l, l->len, xstrdup("\n"));
	buf_addf(&line, "[%s]\n", section);
	lines_insert(l, l->len, buf_detach(&line));
	lines_insert(l, l->len, new_lines(values, ""));
}

void cli_ini_edit(struct buf *text, const char *section, const json_t *values)
{
	struct lines l = lines_split(text);
	json_t *left = json_deep_copy(values);
	size_t i = 0;

	while (i < l.len && !opens(l.list[i], section))
		i++;
	if (i < l.len)
		edit_section(&l, i, left);
	else
		append_section(&l, section, left);
	json_decref(left);
	lines_join(&l, text);
}

/* --- files ---------------------------------------------------------------------------------- */

static bool failed(const char *path, struct err *err)
{
	return err_set(err, errno == ENOSPC ? ERR_FULL : ERR_IO, "[Errno %d] %s: '%s'", errno,
		strerror(errno), path);
}

/* The folders that lead to the file. */
static bool make_folders(const char *path, struct err *err)
{
	char *folder = xstrdup(path);
	bool fine = true;

	for (char *s = strchr(folder + 1, '/'); fine && s; s = strchr(s + 1, '/')) {
		*s = 0;
		if (mkdir(folder, 0777) && errno != EEXIST)
			fine = failed(folder, err);
		*s = '/';
	}
	free(folder);
	return fine;
}

static bool write_all(int file, const struct buf *text)
{
	size_t done = 0;
	ssize_t n;

	while (done < text->len) {
		n = write(file, text->s + done, text->len - done);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* What holds a NUL is no configuration, and would not survive the editing. */
static bool read_all(int file, struct buf *text)
{
	char part[4096];
	ssize_t n;

	while ((n = read(file, part, sizeof part)) > 0)
		buf_add(text, part, (size_t)n);
	if (n == 0 && memchr(text->s, 0, text->len)) {
		errno = EINVAL;
		return false;
	}
	return n == 0;
}

bool cli_ini_update(const char *path, const char *section, const json_t *values, struct err *err)
{
	struct buf text = BUF_INIT;
	bool fine;
	int file;

	if (!make_folders(path, err))
		return false;
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0)
		return failed(path, err);
	fine = read_all(file, &text);
	if (fine) {
		cli_ini_edit(&text, section, values);
		fine = lseek(file, 0, SEEK_SET) == 0 && write_all(file, &text) &&
		       ftruncate(file, (off_t)text.len) == 0;
	}
	if (!fine)
		failed(path, err);
	if (close(file) && fine)
		fine = failed(path, err);
	buf_release(&text);
	return fine;
}
