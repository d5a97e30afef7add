/* config.c - settings by table; see config.h. */
#include "app/config.h"

#include "app/files.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/number.h"
#include "content/shape.h"
#include "content/tree.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_TEXT = 128 };

/* One setting: how its text is read into the struct and written from it. */
struct setting {
	const char *key, *summary;
	const char *accepts; /* in the error for a bad value */
	bool (*read)(struct config *c, const char *text);
	void (*write)(const struct config *c, char out[VALUE_TEXT]);
};

static const char *const language_names[] = {"auto", "en", "ko", "both"};

bool language_parse(const char *s, enum language *out)
{
	for (int i = 0; i < 4; i++) {
		if (strcmp(s, language_names[i]) == 0) {
			*out = (enum language)i;
			return true;
		}
	}
	return false;
}

static bool read_lang(struct config *c, const char *s)
{
	return language_parse(s, &c->lang);
}

static void write_lang(const struct config *c, char out[VALUE_TEXT])
{
	snprintf(out, VALUE_TEXT, "%s", language_names[c->lang]);
}

static bool read_new(struct config *c, const char *s)
{
	return number_parse(s, 0, 1000, &c->new_per_day);
}

static void write_new(const struct config *c, char out[VALUE_TEXT])
{
	snprintf(out, VALUE_TEXT, "%d", c->new_per_day);
}

static bool read_rollover(struct config *c, const char *s)
{
	return clock_parse(s, &c->rollover_min);
}

static void write_rollover(const struct config *c, char out[VALUE_TEXT])
{
	snprintf(out, VALUE_TEXT, "%02d:%02d", c->rollover_min / 60, c->rollover_min % 60);
}

static bool read_ladder(struct config *c, const char *s)
{
	return ladder_parse(s, &c->ladder, NULL);
}

static void write_ladder(const struct config *c, char out[VALUE_TEXT])
{
	char text[LADDER_TEXT];

	snprintf(out, VALUE_TEXT, "%s", ladder_format(&c->ladder, text));
}

static bool read_switch(const char *s, bool *out)
{
	*out = strcmp(s, "on") == 0;
	return *out || strcmp(s, "off") == 0;
}

static bool read_maintenance(struct config *c, const char *s)
{
	return read_switch(s, &c->maintenance);
}

static void write_maintenance(const struct config *c, char out[VALUE_TEXT])
{
	snprintf(out, VALUE_TEXT, "%s", c->maintenance ? "on" : "off");
}

static bool read_sweep(struct config *c, const char *s)
{
	return read_switch(s, &c->exam_sweep);
}

static void write_sweep(const struct config *c, char out[VALUE_TEXT])
{
	snprintf(out, VALUE_TEXT, "%s", c->exam_sweep ? "on" : "off");
}

static bool read_exam(struct config *c, const char *s)
{
	if (strcmp(s, "none") == 0) {
		c->exam_date = DAY_NONE;
		return true;
	}
	return day_parse(s, &c->exam_date);
}

static void write_exam(const struct config *c, char out[VALUE_TEXT])
{
	if (c->exam_date == DAY_NONE)
		snprintf(out, VALUE_TEXT, "none");
	else
		day_format(c->exam_date, out);
}

static const struct setting settings[] = {
	{"lang", N_("language of texts and messages; auto follows the locale"),
		"auto, en, ko, both", read_lang, write_lang},
	{"new_per_day", N_("new cards a day"), "0..1000", read_new, write_new},
	{"rollover", N_("when a study day begins"), "HH:MM", read_rollover, write_rollover},
	{"ladder", N_("days after the first study; after the slash, reviews in long-term memory"),
		"1,4,7,14/60,180", read_ladder, write_ladder},
	{"maintenance", N_("reviews after graduation to long-term memory"), "on, off",
		read_maintenance, write_maintenance},
	{"exam_date", N_("the day of your exam"), "YYYY-MM-DD, none", read_exam, write_exam},
	{"exam_sweep", N_("all long-term cards once more on the eve of the exam"), "on, off",
		read_sweep, write_sweep},
};

static const struct config defaults = {
	.lang = LANGUAGE_AUTO,
	.new_per_day = 10,
	.rollover_min = 4 * 60,
	.maintenance = true,
	.exam_sweep = true,
	.exam_date = DAY_NONE,
};

static const struct setting *setting_named(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (strcmp(settings[i].key, key) == 0)
			return &settings[i];
	return NULL;
}

static bool unknown_setting(const char *key, const char *place, struct err *e)
{
	const char *names[ARRAY_LEN(settings) + 1] = {0}, *near;

	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		names[i] = settings[i].key;
	near = nearest_name(key, names);
	if (near)
		return err_set(e, ERR_USAGE, _("%sthere is no setting '%s'; did you mean '%s'?"),
			place, key, near);
	return err_set(e, ERR_USAGE, _("%sthere is no setting '%s'; 'amidojo config' lists them"),
		place, key);
}

static bool bad_value(const struct setting *s, const char *value, const char *place, struct err *e)
{
	return err_set(e, ERR_USAGE, _("%s'%s' is not a value for '%s'; it takes: %s"), place,
		value, s->key, s->accepts);
}

static bool load_tree(struct config *c, const struct tree *t, struct err *e)
{
	const struct node *root = tree_root(t), *key, *value;

	if (root->kind != NODE_MAP)
		return err_set(
			e, ERR_DATA, _("%s:1:1: expected settings like 'lang: ko'"), t->file);
	for (key = tree_first(t, root); key; key = tree_next(t, value)) {
		const struct setting *s = setting_named(tree_text(t, key));
		char place[PATH_MAX];

		value = tree_next(t, key);
		snprintf(place, sizeof place, "%s:%u:%u: ", t->file, value->line, value->column);
		if (!s)
			return unknown_setting(tree_text(t, key), place, e);
		if (value->kind != NODE_SCALAR || !s->read(c, tree_text(t, value)))
			return bad_value(s,
				value->kind == NODE_SCALAR ? tree_text(t, value) : "[...]", place,
				e);
	}
	return true;
}

/* A file of comments alone has no document; that is no error here. */
static bool is_blank(const struct buf *bytes)
{
	const char *s = bytes->s;

	if (strlen(s) != bytes->len)
		return false; /* a NUL: no text at all */
	while (*s) {
		s += strspn(s, " \t\r\n");
		if (*s == '#')
			s += strcspn(s, "\n");
		else if (*s)
			return false;
	}
	return true;
}

static bool parse_config(struct config *c, const char *path, const struct buf *bytes, struct err *e)
{
	struct arena arena = {0};
	struct diags d = {0};
	struct tree t;
	bool ok;

	*c = defaults;
	c->ladder = ladder_default;
	if (is_blank(bytes))
		return true;
	ok = tree_parse(&t, path, bytes->s, bytes->len, &arena, &d);
	if (ok && !d.errors)
		ok = load_tree(c, &t, e);
	else
		ok = err_set(e, ERR_DATA, "%s:%u:%u: %s", path, d.items[0].at.line,
			d.items[0].at.column, d.items[0].text);
	diags_release(&d);
	arena_release(&arena);
	return ok;
}

bool config_load(struct config *c, const char *path, struct err *e)
{
	struct buf bytes = BUF_INIT;
	bool ok = true;

	if (path)
		ok = file_read(path, &bytes, true, e);
	ok = ok && parse_config(c, path, &bytes, e);
	buf_release(&bytes);
	return ok;
}

/* The file with the line of `key` replaced, dropped or appended. */
static void edit_line(const char *old, const char *key, const char *value, struct buf *out)
{
	size_t key_len = strlen(key);
	bool done = !value;

	while (*old) {
		size_t len = strcspn(old, "\n");
		bool ours = strncmp(old, key, key_len) == 0 && old[key_len] == ':';

		if (ours && value && !done) {
			buf_addf(out, "%s: \"%s\"\n", key, value);
			done = true;
		} else if (!ours) {
			buf_add(out, old, len);
			buf_addc(out, '\n');
		}
		old += len + (old[len] == '\n');
	}
	if (!done)
		buf_addf(out, "%s: \"%s\"\n", key, value);
}

/* Where a key stands, so that a person finds it; the first line if nowhere. */
static unsigned line_of(const char *path, const struct buf *bytes, const char *key)
{
	struct arena arena = {0};
	struct diags d = {0};
	const struct node *value = NULL;
	struct tree t;
	unsigned line;

	if (tree_parse(&t, path, bytes->s, bytes->len, &arena, &d) &&
		tree_root(&t)->kind == NODE_MAP)
		value = tree_get(&t, tree_root(&t), key);
	line = value ? value->line : 1;
	diags_release(&d);
	arena_release(&arena);
	return line;
}

static bool same_settings(const struct config *a, const struct config *b)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char x[VALUE_TEXT], y[VALUE_TEXT];

		settings[i].write(a, x);
		settings[i].write(b, y);
		if (strcmp(x, y) != 0)
			return false;
	}
	return true;
}

/* Whether the edited file says what the old one said, but for the one setting. */
static bool check_edit(const char *path, const struct setting *s, const char *value,
	const struct buf *old, const struct buf *edited, struct err *e)
{
	struct config wanted, got, plain = defaults;
	char text[VALUE_TEXT];

	plain.ladder = ladder_default;
	s->write(&plain, text);
	if (!parse_config(&wanted, path, old, e))
		return false;
	s->read(&wanted, value ? value : text);
	if (parse_config(&got, path, edited, NULL) && same_settings(&wanted, &got))
		return true;
	return err_set(e, ERR_DATA,
		_("%s:%u: '%s' cannot be changed from here the way this file is written; edit this line by hand"),
		path, line_of(path, old, s->key), s->key);
}

bool config_set(const char *path, const char *key, const char *value, struct err *e)
{
	const struct setting *s = setting_named(key);
	struct buf old = BUF_INIT, edited = BUF_INIT;
	struct config scratch = defaults;
	bool ok;

	if (!s)
		return unknown_setting(key, "", e);
	if (value && (strpbrk(value, "\"\\\n") || !s->read(&scratch, value)))
		return bad_value(s, value, "", e);
	ok = file_read(path, &old, true, e) && parse_config(&scratch, path, &old, e);
	if (ok) {
		edit_line(old.s, key, value, &edited);
		ok = check_edit(path, s, value, &old, &edited, e) &&
		     file_replace(path, edited.s, edited.len, e);
	}
	buf_release(&old);
	buf_release(&edited);
	return ok;
}

void config_each(const struct config *c, config_fn *fn, void *ctx)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		char value[VALUE_TEXT];

		settings[i].write(c, value);
		fn(ctx, settings[i].key, value, _(settings[i].summary));
	}
}
