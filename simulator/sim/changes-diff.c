/* changes-diff.c - two states of a document side by side, member by member; see changes.h. */
#include "sim/changes.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

/* ---- members ---- */

/* Private members that are no bookkeeping: operations of their own set and describe them. */
static const struct shown {
	const char *name, *as;
} shown_members[] = {
	{"_LaunchPermissions", "LaunchPermissions"},
	{"_CreateVolumePermissions", "CreateVolumePermissions"},
	{"_DisableApiTermination", "DisableApiTermination"},
	{"_DisableApiStop", "DisableApiStop"},
	{"_ShutdownBehavior", "InstanceInitiatedShutdownBehavior"},
	{"_UserData", "UserData"},
	{"_Policy", "Policy"},
	{"_Grants", "Grants"},
};

/* How a member of a document is called; NULL: it is not for the eye. */
static const char *shown_member(const char *name)
{
	for (size_t i = 0; *name == '_' && i < ARRAY_LEN(shown_members); i++)
		if (strcmp(shown_members[i].name, name) == 0)
			return shown_members[i].as;
	return *name == '_' ? NULL : name;
}

/* Private members (timers, bookkeeping) are no change to the eye. */
bool diff_is_visible(const json_t *before, const json_t *after)
{
	const char *key;
	json_t *value;

	if (!before || !after)
		return true;
	json_object_foreach((json_t *)(uintptr_t)after, key, value)
	{
		if (shown_member(key) && !json_equal(json_object_get(before, key), value))
			return true;
	}
	json_object_foreach((json_t *)(uintptr_t)before, key, value)
	{
		if (shown_member(key) && !json_object_get(after, key))
			return true;
	}
	return false;
}

/* ---- values ---- */

void diff_add_value(struct buf *out, const json_t *value)
{
	const char *text = json_string_value(value);

	if (text && *text)
		text_printable(text, out);
	else if (!value || !buf_add_json(out, value, JSON_COMPACT | JSON_ENCODE_ANY))
		buf_adds(out, "null");
}

/* ---- the diff ---- */

struct diff {
	struct buf *out;
	struct buf path;
	int columns; /* 0: any */
};

static const json_t *member(const json_t *value, const char *key)
{
	return value ? json_object_get(value, key) : NULL;
}

/* A list of {"Key", "Value"}: tags, and what is like them. */
static bool is_tags(const json_t *list)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)list, i, tag)
	{
		if (json_object_size(tag) != 2 || !json_is_string(json_object_get(tag, "Key")) ||
			!json_is_string(json_object_get(tag, "Value")))
			return false;
	}
	return json_array_size(list) > 0;
}

static const json_t *tag_value(const json_t *tags, const char *key)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)tags, i, tag)
	{
		if (strcmp(json_string_value(json_object_get(tag, "Key")), key) == 0)
			return json_object_get(tag, "Value");
	}
	return NULL;
}

/* "Path: before -> after" */
static void add_whole(struct buf *line, const char *path, const char *before, const char *after)
{
	buf_addf(line, "%s:", path);
	if (before)
		buf_addf(line, " %s", before);
	if (before && after)
		buf_adds(line, " ->");
	if (after)
		buf_addf(line, " %s", after);
}

/* A path that is too wide is broken at its points. */
static void add_path(struct diff *d, char mark, const char *path)
{
	char first[] = "    ? ";
	const int room = d->columns - (int)strlen(first) - 1;
	struct buf piece = BUF_INIT;

	first[4] = mark;
	for (const char *part = path, *next; *part; part = next) {
		next = strchr(part, '.');
		next = next ? next + 1 : part + strlen(part);
		if (piece.len &&
			text_swidth(piece.s) + text_width(part, (size_t)(next - part)) > room) {
			text_wrap(d->out, piece.s, d->columns, first, "      ");
			buf_clear(&piece);
			first[4] = ' ';
		}
		buf_add(&piece, part, (size_t)(next - part));
	}
	buf_addc(&piece, ':');
	text_wrap(d->out, piece.s, d->columns, first, "      ");
	buf_release(&piece);
}

/* What does not fit into one line gets one a value. */
static void add_lines(
	struct diff *d, char mark, const char *path, const char *before, const char *after)
{
	add_path(d, mark, path);
	if (before)
		text_wrap(d->out, before, d->columns, "      - ", "        ");
	if (after)
		text_wrap(d->out, after, d->columns, "      + ", "        ");
}

static void add_leaf(struct diff *d, const json_t *before, const json_t *after)
{
	const char mark = !before ? '+' : !after ? '-' : '~';
	struct buf line = BUF_INIT, path = BUF_INIT, was = BUF_INIT, is = BUF_INIT;

	text_printable(d->path.s, &path);
	diff_add_value(&was, before);
	diff_add_value(&is, after);
	buf_addf(&line, "    %c ", mark);
	add_whole(&line, path.s, before ? was.s : NULL, after ? is.s : NULL);
	if (!d->columns || text_swidth(line.s) <= d->columns)
		buf_addf(d->out, "%s\n", line.s);
	else
		add_lines(d, mark, path.s, before ? was.s : NULL, after ? is.s : NULL);
	buf_release(&line);
	buf_release(&path);
	buf_release(&was);
	buf_release(&is);
}

/* A document nests as deep as its shape in the API says, so this ends. */
static void add_diff(struct diff *d, const json_t *before, const json_t *after);

/* Goes on below the path, then cuts it back to what it was. */
static void add_below(struct diff *d, size_t n, const json_t *before, const json_t *after)
{
	add_diff(d, before, after);
	buf_truncate(&d->path, n);
}

static void add_member(struct diff *d, const char *key, const json_t *before, const json_t *after)
{
	size_t n = d->path.len;

	if (!n)
		key = shown_member(key);
	if (!key)
		return;
	buf_addf(&d->path, "%s%s", n ? "." : "", key);
	add_below(d, n, before, after);
}

static void add_members(struct diff *d, const json_t *before, const json_t *after)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)after, key, value)
		add_member(d, key, member(before, key), value);
	json_object_foreach((json_t *)(uintptr_t)before, key, value)
	{
		if (!member(after, key))
			add_member(d, key, value, NULL);
	}
}

static void add_tag(struct diff *d, const json_t *tag, const json_t *before, const json_t *after)
{
	size_t n = d->path.len;

	buf_addf(&d->path, "[%s]", json_string_value(json_object_get(tag, "Key")));
	add_below(d, n, before, after);
}

static void add_tags(struct diff *d, const json_t *before, const json_t *after)
{
	size_t i;
	json_t *tag;

	json_array_foreach((json_t *)(uintptr_t)after, i, tag)
	{
		const char *key = json_string_value(json_object_get(tag, "Key"));

		add_tag(d, tag, tag_value(before, key), json_object_get(tag, "Value"));
	}
	json_array_foreach((json_t *)(uintptr_t)before, i, tag)
	{
		if (!tag_value(after, json_string_value(json_object_get(tag, "Key"))))
			add_tag(d, tag, json_object_get(tag, "Value"), NULL);
	}
}

static void add_elements(struct diff *d, const json_t *before, const json_t *after)
{
	size_t n = d->path.len, was = json_array_size(before), is = json_array_size(after);

	for (size_t i = 0; i < was || i < is; i++) {
		buf_addf(&d->path, "[%zu]", i);
		add_below(d, n, i < was ? json_array_get(before, i) : NULL,
			i < is ? json_array_get(after, i) : NULL);
	}
}

/* NULL fits every shape. */
static bool both(const json_t *before, const json_t *after, bool (*fits)(const json_t *value))
{
	return (!before || fits(before)) && (!after || fits(after));
}

static bool is_object(const json_t *value)
{
	return json_object_size(value) > 0;
}

static bool is_list(const json_t *value)
{
	return json_array_size(value) > 0;
}

static void add_diff(struct diff *d, const json_t *before, const json_t *after)
{
	if (before && after && json_equal(before, after))
		return;
	if (both(before, after, is_object))
		add_members(d, before, after);
	else if (both(before, after, is_tags))
		add_tags(d, before, after);
	else if (both(before, after, is_list))
		add_elements(d, before, after);
	else
		add_leaf(d, before, after);
}

void diff_add(struct buf *out, int columns, const json_t *before, const json_t *after)
{
	struct diff d = {.out = out, .path = BUF_INIT, .columns = columns};

	add_members(&d, before, after);
	buf_release(&d.path);
}
